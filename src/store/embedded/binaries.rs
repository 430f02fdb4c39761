//! Where PostgreSQL's programs are found on this machine.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    str::FromStr,
};

use super::{EmbeddedError, pinned};

/// The oldest major version the schema runs on.
pub const OLDEST_MAJOR: u32 = 15;

/// The variable that forces one way of finding the programs.
pub const SOURCE_VARIABLE: &str = "ROUTIQ_PG_BINARIES";

/// Which ways of finding PostgreSQL's programs are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Source {
    /// Installed ones, else the pinned build (`auto`, or the variable unset).
    #[default]
    Any,
    /// Only what is installed (`installed`).
    Installed,
    /// Only the hash-pinned build (`pinned`).
    Pinned,
    /// None, as on a machine that has neither (`none`).
    None,
}

impl Source {
    /// Reads [`SOURCE_VARIABLE`].
    pub fn from_env() -> Result<Self, EmbeddedError> {
        match std::env::var(SOURCE_VARIABLE) {
            Ok(value) if !value.is_empty() => value.parse(),
            _ => Ok(Self::Any),
        }
    }

    fn installed(self) -> bool {
        matches!(self, Self::Any | Self::Installed)
    }

    fn pinned(self) -> bool {
        matches!(self, Self::Any | Self::Pinned)
    }
}

impl FromStr for Source {
    type Err = EmbeddedError;

    fn from_str(value: &str) -> Result<Self, EmbeddedError> {
        match value {
            "auto" => Ok(Self::Any),
            "installed" => Ok(Self::Installed),
            "pinned" => Ok(Self::Pinned),
            "none" => Ok(Self::None),
            other => Err(EmbeddedError::UnknownSource { value: other.to_owned() }),
        }
    }
}

/// A folder with `postgres` and `initdb`, tried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binaries {
    /// The folder.
    pub dir: PathBuf,
    /// As the program says it, such as `15.18`.
    pub version: String,
    /// The part before the first dot: data folders belong to one major version.
    pub major: u32,
}

impl Binaries {
    /// Asks the `postgres` in `dir` for its version; the error says why it cannot be used.
    pub fn probe(dir: &Path) -> Result<Self, String> {
        for program in ["postgres", "initdb"] {
            if !dir.join(program).is_file() {
                return Err(format!("{} has no {program}", dir.display()));
            }
        }
        let said = Command::new(dir.join("postgres"))
            .arg("--version")
            .output()
            .map_err(|e| format!("{} does not run: {e}", dir.join("postgres").display()))?;
        let text = String::from_utf8_lossy(&said.stdout);
        let version =
            text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit())).unwrap_or("");
        match leading_number(version) {
            Some(major) => Ok(Self { dir: dir.to_owned(), version: version.to_owned(), major }),
            None => Err(format!(
                "{} does not say its version: {}",
                dir.join("postgres").display(),
                String::from_utf8_lossy(&said.stderr).trim()
            )),
        }
    }

    fn fits(&self, wanted: Option<u32>) -> bool {
        self.major >= OLDEST_MAJOR && wanted.is_none_or(|major| major == self.major)
    }
}

/// The places looked at, in order.
#[derive(Clone, Debug)]
pub struct Places {
    /// `PG_BIN_DIR`: a folder somebody named; it must do.
    pub named: Option<PathBuf>,
    /// `PATH`: the folders in which `initdb` may stand or point from.
    pub path: Option<OsString>,
    /// Folders with one subfolder per version, and what leads from there to the programs.
    pub roots: Vec<(PathBuf, &'static str)>,
}

impl Places {
    /// What this machine and its environment offer.
    pub fn from_env() -> Self {
        Self {
            named: std::env::var_os("PG_BIN_DIR").filter(|v| !v.is_empty()).map(PathBuf::from),
            path: std::env::var_os("PATH"),
            roots: [
                ("/usr/lib/postgresql", "bin"),
                ("/opt/homebrew/opt", "bin"),
                ("/usr/local/opt", "bin"),
                ("/Applications/Postgres.app/Contents/Versions", "bin"),
            ]
            .map(|(root, tail)| (PathBuf::from(root), tail))
            .to_vec(),
        }
    }

    fn folders(&self) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for dir in std::env::split_paths(self.path.as_deref().unwrap_or_default()) {
            // A package manager's link: the server's own files stand beside what it points to.
            let real = fs::canonicalize(dir.join("initdb")).ok();
            folders.extend(real.as_deref().and_then(Path::parent).map(Path::to_owned));
        }
        for (root, tail) in &self.roots {
            let Ok(entries) = fs::read_dir(root) else { continue };
            let mut versions: Vec<(u32, PathBuf)> = entries
                .flatten()
                .filter_map(|entry| {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let version = leading_number(name.strip_prefix("postgresql@").unwrap_or(&name))?;
                    Some((version, entry.path().join(tail)))
                })
                .collect();
            versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
            folders.extend(versions.into_iter().map(|(_, dir)| dir));
        }
        let mut seen = Vec::new();
        folders.retain(|dir| {
            dir.is_dir() && !seen.contains(dir) && {
                seen.push(dir.clone());
                true
            }
        });
        folders
    }
}

/// Chooses the programs for a data folder made by major version `wanted` (`None`: not made yet).
///
/// Installed ones first, in the order of [`Places`]; then the pinned build, fetched into `home` once.
pub fn find(
    source: Source,
    places: &Places,
    home: &Path,
    wanted: Option<u32>,
) -> Result<Binaries, EmbeddedError> {
    let mut tried = Vec::new();
    if source.installed() {
        if let Some(named) = &places.named {
            return match Binaries::probe(named) {
                Ok(found) if found.fits(wanted) => Ok(found),
                Ok(found) => Err(EmbeddedError::NamedFolder {
                    dir: named.clone(),
                    reason: format!("it is PostgreSQL {}, needed is {}", found.version, needed(wanted)),
                }),
                Err(reason) => Err(EmbeddedError::NamedFolder { dir: named.clone(), reason }),
            };
        }
        for dir in places.folders() {
            match Binaries::probe(&dir) {
                Ok(found) if found.fits(wanted) => return Ok(found),
                Ok(found) => tried.push(format!("PostgreSQL {} in {}", found.version, dir.display())),
                Err(reason) => tried.push(reason),
            }
        }
        if tried.is_empty() {
            tried.push("no installed PostgreSQL".to_owned());
        }
    }
    if source.pinned() {
        match pinned::obtain(home, pinned::Build::for_this_machine()) {
            Ok(folders) => {
                for dir in folders {
                    match Binaries::probe(&dir) {
                        Ok(found) if found.fits(wanted) => return Ok(found),
                        Ok(found) => tried.push(format!("PostgreSQL {} in {}", found.version, dir.display())),
                        Err(reason) => tried.push(reason),
                    }
                }
            }
            // Something else than what was pinned arrived: nobody should shrug that off.
            Err(refused @ pinned::FetchError::Hash { .. }) => return Err(refused.into()),
            Err(other) => tried.push(format!("the pinned build: {other}")),
        }
    }
    if tried.is_empty() {
        tried.push(format!("{SOURCE_VARIABLE}=none forbids every way"));
    }
    Err(EmbeddedError::NoBinaries { needed: needed(wanted), tried: tried.join("; "), advice: advice() })
}

fn needed(wanted: Option<u32>) -> String {
    match wanted {
        Some(major) => format!("PostgreSQL {major}, which made the data folder"),
        None => format!("PostgreSQL {OLDEST_MAJOR} or newer"),
    }
}

/// The command that installs PostgreSQL on this system.
fn advice() -> String {
    if cfg!(target_os = "macos") {
        return "brew install postgresql@17".to_owned();
    }
    let about = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let sudo = if rustix::process::geteuid().is_root() { "" } else { "sudo " };
    format!("{sudo}{}", install_command(&about))
}

fn install_command(os_release: &str) -> &'static str {
    let families: Vec<&str> = os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .collect();
    let is = |name: &str| families.contains(&name);
    if is("alpine") {
        "apk add postgresql"
    } else if is("fedora") || is("rhel") {
        "dnf install -y postgresql-server"
    } else if is("arch") {
        "pacman -S --noconfirm postgresql"
    } else if is("suse") {
        "zypper install -y postgresql-server"
    } else {
        "apt-get install -y postgresql"
    }
}

fn leading_number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn fake(dir: &Path, version: &str) {
        fs::create_dir_all(dir).unwrap();
        for program in ["postgres", "initdb"] {
            let path = dir.join(program);
            fs::write(&path, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn nowhere() -> Places {
        Places { named: None, path: None, roots: Vec::new() }
    }

    #[test]
    fn the_newest_of_a_root_is_taken_and_too_old_ones_are_named() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().join("versions");
        for version in ["9.6", "14", "16", "17"] {
            fake(&root.join(version).join("bin"), &format!("{version}.3"));
        }
        let places = Places { roots: vec![(root.clone(), "bin")], ..nowhere() };
        assert_eq!(find(Source::Installed, &places, home.path(), None).unwrap().major, 17);
        assert_eq!(find(Source::Installed, &places, home.path(), Some(16)).unwrap().dir, root.join("16/bin"));
        let text = find(Source::Installed, &places, home.path(), Some(15)).unwrap_err().to_string();
        assert!(text.contains("PostgreSQL 15, which made the data folder"), "{text}");
        assert!(text.contains("PostgreSQL 14.3 in"), "{text}");
        fs::remove_dir_all(root.join("16")).unwrap();
        fs::remove_dir_all(root.join("17")).unwrap();
        let refused = find(Source::Installed, &places, home.path(), None).unwrap_err();
        assert_eq!(refused.exit_code(), 2);
    }

    #[test]
    fn a_link_on_the_path_leads_to_the_folder_it_points_to() {
        let home = tempfile::tempdir().unwrap();
        let (real, links) = (home.path().join("real"), home.path().join("links"));
        fake(&real, "16.1");
        fs::create_dir(&links).unwrap();
        symlink(real.join("initdb"), links.join("initdb")).unwrap();
        let places = Places { path: Some(links.into_os_string()), ..nowhere() };
        let found = find(Source::Installed, &places, home.path(), None).unwrap();
        assert_eq!(found.dir, fs::canonicalize(real).unwrap());
        assert_eq!(found.version, "16.1");
    }

    #[test]
    fn a_named_folder_must_do() {
        let home = tempfile::tempdir().unwrap();
        let good = home.path().join("good");
        fake(&good, "17.0");
        let places = Places { named: Some(home.path().join("bad")), roots: vec![(good, "")], ..nowhere() };
        let text = find(Source::Any, &places, home.path(), None).unwrap_err().to_string();
        assert!(text.contains("PG_BIN_DIR") && text.contains("has no postgres"), "{text}");
    }

    #[test]
    fn nothing_at_all_names_the_command_and_the_variable() {
        let home = tempfile::tempdir().unwrap();
        let refused = find(Source::None, &nowhere(), home.path(), None).unwrap_err();
        let text = refused.to_string();
        assert_eq!(refused.exit_code(), 2);
        assert!(text.contains("install") && text.contains("DATABASE_URL"), "{text}");
    }

    #[test]
    fn each_system_has_its_command() {
        assert_eq!(install_command("ID=debian\n"), "apt-get install -y postgresql");
        assert_eq!(
            install_command("NAME=x\nID=rocky\nID_LIKE=\"rhel centos fedora\"\n"),
            "dnf install -y postgresql-server"
        );
        assert_eq!(install_command("ID=alpine\n"), "apk add postgresql");
    }

    #[test]
    fn an_unknown_switch_is_refused_with_what_is_allowed() {
        let text = "sometimes".parse::<Source>().unwrap_err().to_string();
        assert!(
            text.contains(SOURCE_VARIABLE) && text.contains("sometimes") && text.contains("pinned"),
            "{text}"
        );
    }
}
