//! What `postmaster.pid` and the system say about a server that may run in a data folder.

use std::{
    fs,
    os::unix::net::UnixStream,
    path::Path,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::{EmbeddedError, account::SOCKET_FILE};

/// How long a server may take to become ready or to be gone.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// How often files and processes are looked at while waiting for them.
pub(super) const LOOK: Duration = Duration::from_millis(10);
/// A server whose daemon died this moment still says "ready": its signal is on the way.
const SETTLE: Duration = Duration::from_millis(50);

/// The lines of `postmaster.pid` that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    /// The server's process.
    pub(super) pid: i32,
    /// The id of its shared memory segment.
    segment: Option<i64>,
    /// Whether it takes connections.
    pub(super) ready: bool,
}

impl PidFile {
    pub(super) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(data.join("postmaster.pid")).ok()?)
    }

    fn parse(text: &str) -> Option<Self> {
        let line = |n: usize| text.lines().nth(n).map(str::trim);
        Some(Self {
            pid: line(0)?.parse().ok()?,
            segment: line(6).and_then(|l| l.split_whitespace().nth(1)).and_then(|id| id.parse().ok()),
            ready: line(7) == Some("ready"),
        })
    }
}

/// Sends a signal; a process that is gone already is what was wanted.
pub(super) fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// Whether a PostgreSQL runs under this id: a zombie nobody reaped answers signals but serves no one, and a
/// restarted machine or container gives the number to another program.
pub(super) fn runs(pid: i32) -> bool {
    let Some(id) = Pid::from_raw(pid) else { return false };
    let answers = match test_kill_process(id) {
        Ok(()) => true,
        Err(e) => e == rustix::io::Errno::PERM,
    };
    answers
        && match fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => is_live_postgres(&stat),
            // No /proc here: the signal's answer is all there is.
            Err(_) => !Path::new("/proc/self").exists(),
        }
}

fn is_live_postgres(stat: &str) -> bool {
    let Some((before, after)) = stat.rsplit_once(')') else { return false };
    let zombie = after.trim_start().starts_with(['Z', 'X']);
    before.contains("(postgres") && !zombie
}

/// What is to be done about the data folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing runs: start one.
    Nothing,
    /// One runs that a killed daemon left behind, and it takes connections.
    Orphan(i32),
}

/// Looks for a running server, waits until it is ready or gone, and clears what a dead one left.
pub(super) fn look(data: &Path, sockets: &Path) -> Result<Found, EmbeddedError> {
    let since = Instant::now();
    while let Some(file) = PidFile::read(data) {
        if !runs(file.pid) {
            wait_for_backends(data, file, since)?;
            // PostgreSQL clears these itself, except when the dead one still answers as a zombie.
            let lock = format!("{SOCKET_FILE}.lock");
            for left in [data.join("postmaster.pid"), sockets.join(SOCKET_FILE), sockets.join(lock)] {
                let _ = fs::remove_file(left);
            }
            return Ok(Found::Nothing);
        }
        if file.ready && UnixStream::connect(sockets.join(SOCKET_FILE)).is_ok() {
            std::thread::sleep(SETTLE);
            if PidFile::read(data) == Some(file) && runs(file.pid) {
                return Ok(Found::Orphan(file.pid));
            }
        }
        if since.elapsed() > PATIENCE {
            return Err(EmbeddedError::Stuck { data: data.to_owned(), pid: file.pid });
        }
        std::thread::sleep(LOOK);
    }
    Ok(Found::Nothing)
}

/// A killed server's children end a moment later; a second server beside them would destroy the data.
fn wait_for_backends(data: &Path, file: PidFile, since: Instant) -> Result<(), EmbeddedError> {
    let Some(segment) = file.segment else { return Ok(()) };
    while attached(&fs::read_to_string("/proc/sysvipc/shm").unwrap_or_default(), segment) {
        if since.elapsed() > PATIENCE {
            return Err(EmbeddedError::Stuck { data: data.to_owned(), pid: file.pid });
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// Whether some process still holds the shared memory segment, by the kernel's list of them.
fn attached(list: &str, segment: i64) -> bool {
    list.lines().skip(1).any(|line| {
        let mut columns = line.split_whitespace();
        let id = columns.nth(1).and_then(|id| id.parse().ok());
        let holders: u64 = columns.nth(4).and_then(|count| count.parse().ok()).unwrap_or(0);
        id == Some(segment) && holders > 0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_is_read() {
        let text = "4711\n/srv/data\n1700000000\n5432\n/srv/s\n\n 1234567    98304\nready   \n";
        assert_eq!(PidFile::parse(text), Some(PidFile { pid: 4711, segment: Some(98304), ready: true }));
        let starting = "4711\n/srv/data\n1700000000\n5432\n";
        assert_eq!(PidFile::parse(starting), Some(PidFile { pid: 4711, segment: None, ready: false }));
        assert_eq!(PidFile::parse(""), None);
    }

    #[test]
    fn a_zombie_and_another_program_are_no_server() {
        assert!(is_live_postgres("4711 (postgres) S 1 4711"));
        assert!(!is_live_postgres("4711 (postgres) Z 1 4711"));
        assert!(!is_live_postgres("4711 (sh (x)) S 1 4711"));
        assert!(!runs(std::process::id() as i32));
    }

    #[test]
    fn a_held_segment_is_seen() {
        let list = "       key      shmid perms                  size  cpid  lpid nattch   uid\n\
                            5678      98304   600                    56  4711  4712      2   101\n\
                            5679      98305   600                    56  4711  4712      0   101\n";
        assert!(attached(list, 98304));
        assert!(!attached(list, 98305));
        assert!(!attached(list, 1));
    }
}
