//! One PostgreSQL server in one folder, started, adopted and stopped. Everything here blocks.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::{
        fs::PermissionsExt,
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

use rustix::process::Signal;

use super::{
    EmbeddedError, EmbeddedSettings,
    account::Account,
    binaries::{self, Binaries},
    postmaster::{self, Found, LOOK, PATIENCE, PidFile},
};

/// How long the server may take to write everything down before it is told to leave at once.
const STOP_PATIENCE: Duration = Duration::from_secs(30);
/// The server's log starts anew past this size, in bytes; one old one is kept.
const LOG_LIMIT: u64 = 16 << 20;
/// What may be lost with the machine is not worth a single wait for the disk.
const THROW_AWAY: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "max_wal_size=4GB",
];
/// Details of errors quote the rows they are about, and statements the values: patients do not belong into a log.
const DISCREET: &[&str] = &["log_error_verbosity=terse", "log_min_error_statement=panic", "log_timezone=UTC"];

/// How the server came to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Its data folder was made now.
    Created,
    /// Its data folder was there.
    Started,
    /// It ran already: a killed daemon left it behind.
    Adopted,
}

/// A folder held by this process, so that no second daemon starts a server in it.
#[derive(Debug)]
pub(super) struct Home {
    dir: PathBuf,
    data: PathBuf,
    sockets: PathBuf,
    account: Account,
    _lock: File,
}

/// Where the socket of a server in `dir` stands, whoever runs it.
pub(super) fn sockets_of(dir: &Path) -> Result<PathBuf, EmbeddedError> {
    let found = fs::canonicalize(dir);
    let dir = found.map_err(|source| EmbeddedError::Folder { path: dir.to_owned(), source })?;
    Account::choose().socket_folder(&dir, &std::env::temp_dir())
}

impl Home {
    /// Makes the folder if need be and locks it, or says who cannot get where.
    pub(super) fn open(dir: &Path) -> Result<Self, EmbeddedError> {
        let account = Account::choose();
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| EmbeddedError::Folder { path, source }
        };
        fs::create_dir_all(dir).map_err(at(dir))?;
        let dir = fs::canonicalize(dir).map_err(at(dir))?;
        let data = dir.join("data");
        if account != Account::Ours {
            // The other user has to get through to its own folders inside.
            fs::set_permissions(&dir, fs::Permissions::from_mode(0o711)).map_err(at(&dir))?;
        }
        account.check_reach(&data)?;
        let sockets = account.socket_folder(&dir, &std::env::temp_dir())?;
        account.check_reach(&sockets)?;
        let path = dir.join("lock");
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(at(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(EmbeddedError::InUse { dir }),
            Err(TryLockError::Error(source)) => return Err(EmbeddedError::Folder { path, source }),
        }
        Ok(Self { dir, data, sockets, account, _lock: lock })
    }

    /// The folder the server's socket stands in.
    pub(super) fn sockets(&self) -> &Path {
        &self.sockets
    }

    /// The folder with everything in it.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    fn major(&self) -> Option<u32> {
        fs::read_to_string(self.data.join("PG_VERSION")).ok()?.trim().parse().ok()
    }

    fn log(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }
}

/// A running server.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) binaries: Binaries,
    pub(super) start: Start,
    pub(super) pid: i32,
    /// `None` if adopted.
    child: Option<Child>,
}

impl Cluster {
    /// Starts the server of `home`, or adopts the one that runs there.
    ///
    /// Call from a thread that lives as long as the server must: the kernel's death signal follows the thread.
    pub(super) fn start(home: &Home, settings: &EmbeddedSettings) -> Result<Self, EmbeddedError> {
        let made = home.major();
        let binaries = binaries::find(settings.source, &settings.places, &home.dir, made)?;
        home.account.check_reach(&binaries.dir.join("postgres"))?;
        home.account.own_folder(&home.sockets)?;
        if made.is_none() {
            create(home, &binaries, settings)?;
        } else if let Found::Orphan(pid) = postmaster::look(&home.data, &home.sockets)? {
            return Ok(Self { binaries, start: Start::Adopted, pid, child: None });
        }
        let child = launch(home, &binaries, settings)?;
        let start = if made.is_none() { Start::Created } else { Start::Started };
        Ok(Self { binaries, start, pid: child.id().cast_signed(), child: Some(child) })
    }

    /// Whether the server still runs; reaps it if it does not.
    pub(super) fn runs(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => postmaster::runs(self.pid),
        }
    }

    /// Ends every session and writes everything down; after [`STOP_PATIENCE`] it leaves at once and recovers next time.
    pub(super) fn stop(mut self) {
        for (signal, patience) in [(Signal::INT, STOP_PATIENCE), (Signal::QUIT, Duration::from_secs(5))] {
            postmaster::signal(self.pid, signal);
            let since = Instant::now();
            while self.runs() {
                if since.elapsed() > patience {
                    tracing::warn!(pid = self.pid, "the embedded PostgreSQL does not stop");
                    break;
                }
                std::thread::sleep(LOOK);
            }
        }
    }
}

/// Makes the data folder beside its place and moves it there when it is whole.
fn create(home: &Home, binaries: &Binaries, settings: &EmbeddedSettings) -> Result<(), EmbeddedError> {
    let new = home.dir.join("data.new");
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| EmbeddedError::Folder { path, source }
    };
    match fs::remove_dir_all(&new) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(at(&new)(e)),
        _ => {}
    }
    home.account.own_folder(&new)?;
    let mut initdb = home.account.command(&binaries.dir.join("initdb"));
    initdb.arg("-D").arg(&new).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"]);
    if !settings.durable {
        initdb.arg("--no-sync");
    }
    let done = initdb.output().map_err(|source| EmbeddedError::Program { program: "initdb", source })?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(EmbeddedError::Initdb { said: last_lines(&said, 5) });
    }
    fs::rename(&new, &home.data).map_err(at(&home.data))
}

fn launch(home: &Home, binaries: &Binaries, settings: &EmbeddedSettings) -> Result<Child, EmbeddedError> {
    let log = open_log(&home.log())?;
    let before = log.metadata().map(|about| about.len()).unwrap_or(0);
    let failed = |source| EmbeddedError::Program { program: "postgres", source };
    let mut postgres = home.account.command(&binaries.dir.join("postgres"));
    postgres.arg("-D").arg(&home.data).arg("-k").arg(&home.sockets).args(["-h", "", "-p", "5432"]);
    let standing = DISCREET.iter().chain(if settings.durable { &[] } else { THROW_AWAY });
    for setting in standing.copied().chain(settings.extra.iter().map(String::as_str)) {
        postgres.arg("-c").arg(setting);
    }
    // A group of its own: Ctrl-C is for the daemon, which drains first.
    postgres.stdout(log.try_clone().map_err(failed)?).stderr(log).process_group(0);
    if settings.ends_with_us {
        end_with_this_thread(&mut postgres);
    }
    let mut child = postgres.spawn().map_err(failed)?;
    let since = Instant::now();
    loop {
        match PidFile::read(&home.data) {
            Some(file) if file.ready && file.pid == child.id().cast_signed() => return Ok(child),
            _ => {}
        }
        if let Some(status) = child.try_wait().map_err(failed)? {
            return Err(EmbeddedError::Ended {
                status: describe(status),
                log: log_since(&home.log(), before),
            });
        }
        if since.elapsed() > PATIENCE {
            postmaster::signal(child.id().cast_signed(), Signal::QUIT);
            let _ = child.wait();
            return Err(EmbeddedError::NotReady { log: log_since(&home.log(), before) });
        }
        std::thread::sleep(LOOK);
    }
}

/// Asks the kernel to stop the child cleanly when the calling thread ends, however it ends.
#[cfg(target_os = "linux")]
#[allow(
    unsafe_code,
    reason = "only a hook between fork and exec can set this, after the change of user cleared it"
)]
fn end_with_this_thread(command: &mut Command) {
    // SAFETY: the hook makes one system call and touches no memory of the parent.
    unsafe {
        command.pre_exec(|| {
            rustix::process::set_parent_process_death_signal(Some(Signal::INT)).map_err(io::Error::from)
        });
    }
}

/// Elsewhere a killed daemon leaves its server behind, and the next one adopts it.
#[cfg(not(target_os = "linux"))]
fn end_with_this_thread(_: &mut Command) {}

fn open_log(path: &Path) -> Result<File, EmbeddedError> {
    if fs::metadata(path).is_ok_and(|about| about.len() > LOG_LIMIT) {
        let _ = fs::rename(path, path.with_extension("log.1"));
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|source| EmbeddedError::Folder { path: path.to_owned(), source })
}

fn log_since(path: &Path, start: u64) -> String {
    let all = fs::read(path).unwrap_or_default();
    let from = usize::try_from(start).unwrap_or(0).min(all.len());
    last_lines(&String::from_utf8_lossy(all.get(from..).unwrap_or_default()), 8)
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join(" / ")
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("with code {code}"),
        (None, Some(signal)) => format!("by signal {signal}"),
        (None, None) => "for an unknown reason".to_owned(),
    }
}
