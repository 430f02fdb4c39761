//! A private PostgreSQL as a child process, for `demo`, development and tests.
//!
//! It listens on a socket in a folder only its user can enter, so it needs no port and no password. It stops when the
//! daemon stops, cleanly even if the daemon is killed; where the kernel cannot do that, the next daemon adopts it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::mpsc,
    time::Duration,
};

use tokio::sync::oneshot;

mod account;
pub mod binaries;
mod cluster;
pub mod janitor;
pub mod pinned;
mod postmaster;

pub use cluster::Start;

use cluster::{Cluster, Home};

/// The superuser of an embedded server, which may do everything and whom nobody else can be.
pub const SUPERUSER: &str = "postgres";
/// How often the server is looked after.
const WATCH: Duration = Duration::from_millis(500);

/// Why the embedded PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// The switch has a value nobody knows.
    #[error("{}={value:?}: allowed are auto, installed, pinned, none", binaries::SOURCE_VARIABLE)]
    UnknownSource {
        /// What it was set to.
        value: String,
    },
    /// The folder that was named has no usable programs.
    #[error("PG_BIN_DIR={}: {reason}", dir.display())]
    NamedFolder {
        /// The folder.
        dir: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no PostgreSQL to run.
    #[error(
        "needed is {needed}, and it was not found: {tried}. Install it with `{advice}`, or set DATABASE_URL to a server's address"
    )]
    NoBinaries {
        /// Which versions would do.
        needed: String,
        /// What was looked at and why it was not taken.
        tried: String,
        /// The command for this system.
        advice: String,
    },
    /// The pinned build was refused.
    #[error("the pinned PostgreSQL was refused: {0}")]
    Pinned(#[from] pinned::FetchError),
    /// A folder or file cannot be made or read.
    #[error("{}: {source}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody else made the folder, or it is a link.
    #[error("{} belongs to somebody else or is no folder: remove it, or choose another data directory", path.display())]
    ForeignFolder {
        /// Which one.
        path: PathBuf,
    },
    /// The user PostgreSQL runs as cannot get to its files.
    #[error(
        "PostgreSQL cannot run as root, so it runs as user {uid}, who cannot enter {} on the way to {}: \
         choose another data directory, or `chmod a+x` that folder",
        folder.display(), path.display()
    )]
    Unreachable {
        /// Where it has to get to.
        path: PathBuf,
        /// What stops it.
        folder: PathBuf,
        /// Who it is.
        uid: u32,
    },
    /// Even the short name is too long for a socket.
    #[error("the path {} is too long for a socket: choose a shorter data directory or TMPDIR", path.display())]
    SocketPathTooLong {
        /// The path.
        path: PathBuf,
    },
    /// Another daemon holds the folder.
    #[error("{} is in use by another running daemon: stop that one, or choose another data directory", dir.display())]
    InUse {
        /// The folder.
        dir: PathBuf,
    },
    /// A program does not start.
    #[error("{program} does not start: {source}")]
    Program {
        /// Which one.
        program: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The data folder could not be made.
    #[error("initdb could not make the data folder: {said}")]
    Initdb {
        /// Its last words.
        said: String,
    },
    /// The server ended while starting.
    #[error("PostgreSQL ended {status} while starting: {log}")]
    Ended {
        /// How.
        status: String,
        /// The end of its log.
        log: String,
    },
    /// The server does not take connections.
    #[error("PostgreSQL was not ready after a minute: {log}")]
    NotReady {
        /// The end of its log.
        log: String,
    },
    /// A server runs there and neither serves nor ends.
    #[error("the PostgreSQL in {} (process {pid}) neither takes connections nor ends: end it, then start again", data.display())]
    Stuck {
        /// Its data folder.
        data: PathBuf,
        /// Its process.
        pid: i32,
    },
    /// The thread that looks after the server cannot be made, or is gone.
    #[error("the thread that looks after PostgreSQL does not run")]
    Thread,
}

impl EmbeddedError {
    /// What the process ends with: 2 where somebody has to install or set something first, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::NoBinaries { .. }
            | Self::NamedFolder { .. }
            | Self::UnknownSource { .. }
            | Self::Pinned(_) => 2,
            _ => 1,
        }
    }
}

/// How to run the server.
#[derive(Clone, Debug)]
pub struct EmbeddedSettings {
    /// The folder for data, socket, log and, if need be, the pinned build.
    pub dir: PathBuf,
    /// Whether an acknowledged commit must survive the machine; false only for data that may be lost.
    pub durable: bool,
    /// Whether the server stops when this process dies. False behaves as where the kernel cannot do that.
    pub ends_with_us: bool,
    /// Which ways of finding the programs are tried.
    pub source: binaries::Source,
    /// Where they are looked for.
    pub places: binaries::Places,
    /// More of the server's settings, as `name=value`.
    pub extra: Vec<String>,
}

impl EmbeddedSettings {
    /// A durable server in `dir`, with the programs this environment names or has.
    pub fn new(dir: impl Into<PathBuf>) -> Result<Self, EmbeddedError> {
        Ok(Self {
            dir: dir.into(),
            durable: true,
            ends_with_us: true,
            source: binaries::Source::from_env()?,
            places: binaries::Places::from_env(),
            extra: Vec::new(),
        })
    }
}

/// The folder in which the socket of the server of another daemon's folder `dir` stands.
///
/// # Errors
/// [`EmbeddedError`] when the folder is not what a daemon made.
pub fn running_sockets(dir: &Path) -> Result<PathBuf, EmbeddedError> {
    cluster::sockets_of(dir)
}

/// A running embedded server. Dropping it stops the server a moment later; [`Embedded::stop`] waits for that.
#[derive(Debug)]
pub struct Embedded {
    about: About,
    stop: mpsc::Sender<oneshot::Sender<()>>,
}

#[derive(Clone, Debug)]
struct About {
    dir: PathBuf,
    sockets: PathBuf,
    binaries: binaries::Binaries,
    start: Start,
    pid: i32,
}

impl Embedded {
    /// Starts the server, or adopts the one a killed daemon left, and waits until it takes connections.
    ///
    /// A server that something else ends is started again.
    pub async fn start(settings: EmbeddedSettings) -> Result<Self, EmbeddedError> {
        let (started, outcome) = oneshot::channel();
        let (stop, stopped) = mpsc::channel();
        std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || look_after(&settings, started, &stopped))
            .map_err(|_| EmbeddedError::Thread)?;
        let about = outcome.await.map_err(|_| EmbeddedError::Thread)??;
        Ok(Self { about, stop })
    }

    /// The folder in which the server's socket stands; the port is 5432.
    pub fn sockets(&self) -> &Path {
        &self.about.sockets
    }

    /// The first server process of this start.
    pub fn pid(&self) -> i32 {
        self.about.pid
    }

    /// How it came to run.
    pub fn how(&self) -> Start {
        self.about.start
    }

    /// The programs it runs from.
    pub fn binaries(&self) -> &binaries::Binaries {
        &self.about.binaries
    }

    /// One line for people.
    pub fn describe(&self) -> String {
        let About { dir, binaries, start, .. } = &self.about;
        let adopted = if *start == Start::Adopted { ", still running from before" } else { "" };
        format!(
            "PostgreSQL {} from {}, data in {}{adopted}",
            binaries.version,
            binaries.dir.display(),
            dir.join("data").display()
        )
    }

    /// Stops the server and waits until everything is written down.
    pub async fn stop(self) {
        let (done, gone) = oneshot::channel();
        if self.stop.send(done).is_ok() {
            // An error only says that the thread is gone, and with it the server.
            let _ = gone.await;
        }
    }
}

/// The life of the thread the server hangs on.
fn look_after(
    settings: &EmbeddedSettings,
    started: oneshot::Sender<Result<About, EmbeddedError>>,
    stop: &mpsc::Receiver<oneshot::Sender<()>>,
) {
    let first = Home::open(&settings.dir).and_then(|home| Ok((Cluster::start(&home, settings)?, home)));
    let (mut cluster, home) = match first {
        Ok(both) => both,
        Err(error) => {
            // Nobody waits any more: nobody needs to know.
            let _ = started.send(Err(error));
            return;
        }
    };
    let about = About {
        dir: home.dir().to_owned(),
        sockets: home.sockets().to_owned(),
        binaries: cluster.binaries.clone(),
        start: cluster.start,
        pid: cluster.pid,
    };
    // If nobody waits any more, the other end of `stop` is gone too and the loop ends at once.
    let _ = started.send(Ok(about));
    loop {
        match stop.recv_timeout(WATCH) {
            Err(mpsc::RecvTimeoutError::Timeout) if cluster.runs() => {}
            Err(mpsc::RecvTimeoutError::Timeout) => {
                tracing::error!(pid = cluster.pid, "the embedded PostgreSQL ended: starting it again");
                match Cluster::start(&home, settings) {
                    Ok(again) => cluster = again,
                    Err(error) => tracing::error!(%error, "the embedded PostgreSQL does not start again"),
                }
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => return cluster.stop(),
            Ok(done) => {
                cluster.stop();
                drop(home);
                // Nobody may wait any more.
                let _ = done.send(());
                return;
            }
        }
    }
}
