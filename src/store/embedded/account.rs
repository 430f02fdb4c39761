//! Which user PostgreSQL runs as, and the folders that user needs.

use std::{
    ffi::OsStr,
    fs, io,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sha2::{Digest, Sha256};

use super::EmbeddedError;

/// The longest socket path every system takes, in bytes.
const LONGEST_SOCKET_PATH: usize = 100;
/// The port only names the socket's file: nothing listens on it.
pub(super) const SOCKET_FILE: &str = ".s.PGSQL.5432";

/// The user PostgreSQL runs as; PostgreSQL refuses to be root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// The one this process has.
    Ours,
    /// Another one, as this process is root.
    Dropped { uid: u32, gid: u32 },
}

impl Account {
    /// `postgres` or `nobody` if this process is root.
    pub(super) fn choose() -> Self {
        if !rustix::process::geteuid().is_root() {
            return Self::Ours;
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let find = |wanted: &str| {
            users.lines().find_map(|line| {
                let mut fields = line.split(':');
                (fields.next()? == wanted).then_some(())?;
                Some(Self::Dropped { uid: fields.nth(1)?.parse().ok()?, gid: fields.next()?.parse().ok()? })
            })
        };
        find("postgres").or_else(|| find("nobody")).unwrap_or(Self::Dropped { uid: 65534, gid: 65534 })
    }

    fn uid(self) -> u32 {
        match self {
            Self::Ours => rustix::process::geteuid().as_raw(),
            Self::Dropped { uid, .. } => uid,
        }
    }

    /// A program of PostgreSQL's, run as this user with nothing of our environment.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Self::Dropped { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command.current_dir("/").env_clear().env("LC_ALL", "C").env("TZ", "UTC").stdin(Stdio::null());
        command
    }

    /// Makes a folder only this user can enter.
    pub(super) fn own_folder(self, path: &Path) -> Result<(), EmbeddedError> {
        let failed = |source| EmbeddedError::Folder { path: path.to_owned(), source };
        match fs::DirBuilder::new().mode(0o700).create(path) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(failed(e)),
        }
        let about = fs::symlink_metadata(path).map_err(failed)?;
        // Under a shared temporary folder somebody else may have been there first.
        let known = [self.uid(), rustix::process::geteuid().as_raw()];
        if !about.is_dir() || !known.contains(&about.uid()) {
            return Err(EmbeddedError::ForeignFolder { path: path.to_owned() });
        }
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)?;
        if let Self::Dropped { uid, gid } = self {
            std::os::unix::fs::chown(path, Some(uid), Some(gid)).map_err(failed)?;
        }
        Ok(())
    }

    /// Refuses a path whose parents this user cannot enter, naming the folder that stops it.
    pub(super) fn check_reach(self, path: &Path) -> Result<(), EmbeddedError> {
        let Self::Dropped { uid, gid } = self else { return Ok(()) };
        for folder in path.ancestors().skip(1) {
            let Ok(about) = fs::metadata(folder) else { continue };
            let bit = match (about.uid() == uid, about.gid() == gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if about.mode() & bit == 0 {
                return Err(EmbeddedError::Unreachable {
                    path: path.to_owned(),
                    folder: folder.to_owned(),
                    uid,
                });
            }
        }
        Ok(())
    }

    /// The folder for the socket: beside the data, or under a short hashed name in `temporary` if that is too long.
    pub(super) fn socket_folder(self, dir: &Path, temporary: &Path) -> Result<PathBuf, EmbeddedError> {
        let beside = dir.join("s");
        if fits(&beside) {
            return Ok(beside);
        }
        let hash = Sha256::digest(dir.as_os_str().as_bytes());
        let name: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let short = temporary.join(format!("routiq-{}-{name}", self.uid()));
        if fits(&short) { Ok(short) } else { Err(EmbeddedError::SocketPathTooLong { path: short }) }
    }
}

fn fits(folder: &Path) -> bool {
    folder.join(OsStr::new(SOCKET_FILE)).as_os_str().len() < LONGEST_SOCKET_PATH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_moves_the_socket_under_a_hashed_name() {
        let temporary = Path::new("/tmp");
        let short = Path::new("/srv/routiq");
        assert_eq!(Account::Ours.socket_folder(short, temporary).unwrap(), short.join("s"));
        let long = PathBuf::from(format!("/srv/{}", "x".repeat(120)));
        let other = PathBuf::from(format!("/srv/{}", "y".repeat(120)));
        let moved = Account::Ours.socket_folder(&long, temporary).unwrap();
        assert!(moved.starts_with(temporary) && fits(&moved), "{}", moved.display());
        assert_eq!(moved, Account::Ours.socket_folder(&long, temporary).unwrap());
        assert_ne!(moved, Account::Ours.socket_folder(&other, temporary).unwrap());
        let text = Account::Ours.socket_folder(&long, &other).unwrap_err().to_string();
        assert!(text.contains("TMPDIR"), "{text}");
    }

    #[test]
    fn a_folder_made_by_somebody_else_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let (target, link) = (place.path().join("target"), place.path().join("link"));
        fs::create_dir(&target).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert!(matches!(Account::Ours.own_folder(&link), Err(EmbeddedError::ForeignFolder { .. })));
        assert!(Account::Ours.own_folder(&target).is_ok());
        assert_eq!(fs::metadata(&target).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_closed_parent_is_named() {
        let place = tempfile::tempdir().unwrap();
        let closed = place.path().join("closed");
        fs::create_dir(&closed).unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account::Dropped { uid: 64123, gid: 64123 };
        match stranger.check_reach(&closed.join("data")) {
            Err(EmbeddedError::Unreachable { folder, .. }) => {
                assert!(folder == closed || folder == place.path())
            }
            other => panic!("{other:?}"),
        }
    }
}
