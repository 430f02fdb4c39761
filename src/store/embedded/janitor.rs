//! Keeps one shared, throw-away server alive while tests use it.
//!
//! Every test process holds a shared lock on the file `users`, which the kernel releases however the process ends.
//! The first of them starts a janitor; it stops the server soon after nobody holds the lock any more.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::net::UnixStream,
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use super::{Embedded, EmbeddedError, EmbeddedSettings, SUPERUSER, account::SOCKET_FILE};

/// The line on standard output that says the server takes connections; the socket's folder follows.
pub const READY: &str = "ready ";
/// The lock file whose holders keep the server alive.
pub const USERS: &str = "users";
/// Databases whose names begin so belong to one test each, and to nobody once the server was stopped.
pub const TEST_DATABASE: &str = "t_";
/// How long the server waits for another user, so that one run of tests after another finds it warm.
const LINGER: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(200);

#[derive(Debug, thiserror::Error)]
enum JanitorError {
    #[error("{0}")]
    Server(#[from] EmbeddedError),
    #[error("{0}")]
    Lock(#[from] io::Error),
    #[error("the databases of earlier tests cannot be dropped: {0}")]
    Sweep(#[from] tokio_postgres::Error),
}

/// Starts the server in `dir` unless one runs there, says so on standard output, and stays until nobody needs it.
pub fn janitor_main(dir: &Path) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(JanitorError::from)
        .and_then(|runtime| runtime.block_on(keep(dir)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error {error}"));
            ExitCode::FAILURE
        }
    }
}

/// The lock file `name` in `dir`, made if need be.
pub fn lock_file(dir: &Path, name: &str) -> io::Result<File> {
    fs::create_dir_all(dir)?;
    OpenOptions::new().create(true).truncate(false).write(true).open(dir.join(name))
}

async fn keep(dir: &Path) -> Result<(), JanitorError> {
    // One at a time starts or stops.
    let gate = lock_file(dir, "gate")?;
    gate.lock()?;
    let beside = dir.join("s");
    if UnixStream::connect(beside.join(SOCKET_FILE)).is_ok() {
        say(&format!("{READY}{}", fs::canonicalize(&beside)?.display()));
        return Ok(());
    }
    let mut settings = EmbeddedSettings::new(dir)?;
    settings.durable = false;
    settings.extra = vec!["max_connections=300".to_owned(), "shared_buffers=256MB".to_owned()];
    let server = match Embedded::start(settings.clone()).await {
        Err(EmbeddedError::Ended { .. } | EmbeddedError::NotReady { .. }) => {
            // It was never written down properly and holds nothing worth a second look.
            fs::remove_dir_all(dir.join("data"))?;
            Embedded::start(settings).await?
        }
        other => other?,
    };
    sweep(server.sockets()).await?;
    say(&format!("{READY}{}", server.sockets().display()));
    gate.unlock()?;
    let users = lock_file(dir, USERS)?;
    loop {
        unused(&users).await;
        // Whoever came between holds the lock already and waits for the gate.
        gate.lock()?;
        if users.try_lock().is_ok() {
            break;
        }
        gate.unlock()?;
    }
    server.stop().await;
    Ok(())
}

/// Returns when nobody has held the lock for [`LINGER`].
async fn unused(users: &File) {
    let mut since = Instant::now();
    while since.elapsed() < LINGER {
        tokio::time::sleep(LOOK).await;
        match users.try_lock() {
            // Only a look: it must be free for the next test.
            Ok(()) => drop(users.unlock()),
            Err(_) => since = Instant::now(),
        }
    }
}

/// Drops what killed tests left.
async fn sweep(sockets: &Path) -> Result<(), tokio_postgres::Error> {
    let mut config = tokio_postgres::Config::new();
    config.host_path(sockets).user(SUPERUSER).dbname("postgres");
    let (client, connection) = config.connect(tokio_postgres::NoTls).await?;
    let session = tokio::spawn(connection);
    let left = client
        .query("select datname from pg_database where starts_with(datname, $1)", &[&TEST_DATABASE])
        .await?;
    for row in left {
        let name: String = row.get(0);
        client.batch_execute(&format!("drop database \"{name}\"")).await?;
    }
    drop(client);
    // The session ends with its client; how is of no interest.
    let _ = session.await;
    Ok(())
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody may listen any more.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
