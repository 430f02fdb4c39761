//! A scratch database to ask: at the server of `DATABASE_URL`, or at one started for the moment.

use std::{
    env, fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls};

use crate::GenerateError;

/// The logins that migrations grant to.
const LOGINS: &[&str] = &["owner", "daemon", "directory", "roster", "health", "audit", "intake", "dashboard"];
/// Who PostgreSQL runs as when this process is root.
const NOBODY: u32 = 65534;
const PATIENCE: Duration = Duration::from_secs(60);

/// A scratch database with the logins, empty, gone at [`Scratch::drop_database`].
pub struct Scratch {
    config: Config,
    name: String,
    _server: Option<Server>,
}

impl Scratch {
    /// Makes one.
    ///
    /// # Errors
    /// [`GenerateError::Server`] when there is no server and none can be started.
    pub async fn make() -> Result<Self, GenerateError> {
        let (mut config, server) = match env::var("DATABASE_URL") {
            Ok(url) => (url.parse::<Config>().map_err(|error| said(&error))?, None),
            Err(_) => {
                let server = Server::start()?;
                (server.config(), Some(server))
            }
        };
        let name = format!("routiq_generate_{}", std::process::id());
        let admin = connect_patiently(&config).await?;
        for login in LOGINS {
            // There already, if the server has seen this project before.
            let _there = admin.batch_execute(&format!("create role routiq_{login} login")).await;
        }
        admin.batch_execute(&format!("create database {name}")).await.map_err(|error| said(&error))?;
        config.dbname(&name);
        Ok(Self { config, name, _server: server })
    }

    /// Connects to it; the connection is driven by the runtime.
    ///
    /// # Errors
    /// [`GenerateError::Server`].
    pub async fn connect(&self) -> Result<Client, GenerateError> {
        connect(&self.config).await.map_err(|error| said(&error))
    }

    /// Drops it.
    ///
    /// # Errors
    /// [`GenerateError::Server`].
    pub async fn drop_database(mut self) -> Result<(), GenerateError> {
        self.config.dbname("postgres");
        let admin = self.connect().await?;
        let drop = format!("drop database {} with (force)", self.name);
        admin.batch_execute(&drop).await.map_err(|error| said(&error))
    }
}

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn connect_patiently(config: &Config) -> Result<Client, GenerateError> {
    let began = Instant::now();
    loop {
        match connect(config).await {
            Ok(client) => return Ok(client),
            Err(error) if began.elapsed() > PATIENCE => return Err(said(&error)),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

fn said(error: &(dyn std::error::Error + 'static)) -> GenerateError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    GenerateError::Server(text)
}

/// A server started for the moment, reached over a socket of its own.
struct Server {
    child: Child,
    folder: TempDir,
}

impl Server {
    fn start() -> Result<Self, GenerateError> {
        let bin = binaries().ok_or_else(|| {
            GenerateError::Server("no PostgreSQL found: install it, or set DATABASE_URL".to_owned())
        })?;
        let folder = tempfile::tempdir().map_err(|error| said(&error))?;
        let data = folder.path().join("data");
        fs::create_dir(&data).map_err(|error| said(&error))?;
        if rustix::process::geteuid().is_root() {
            for path in [folder.path(), &data] {
                chown(path, Some(NOBODY), Some(NOBODY)).map_err(|error| said(&error))?;
            }
        }
        let made = command(&bin.join("initdb"))
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                "-D",
            ])
            .arg(&data)
            .output()
            .map_err(|error| said(&error))?;
        if !made.status.success() {
            return Err(GenerateError::Server(String::from_utf8_lossy(&made.stderr).into_owned()));
        }
        let child = command(&bin.join("postgres"))
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(folder.path())
            .arg("-D")
            .arg(&data)
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| said(&error))?;
        Ok(Self { child, folder })
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.host_path(self.folder.path()).user("postgres").dbname("postgres");
        config
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An immediate stop leaves nothing behind but the folder, which goes with it.
        if let Some(id) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _gone = rustix::process::kill_process(id, rustix::process::Signal::QUIT);
        }
        let _ended = self.child.wait();
    }
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// The newest PostgreSQL of this machine: where Debian puts it, or on the path.
fn binaries() -> Option<PathBuf> {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .max();
    newest.map(|(_, bin)| bin).or_else(|| {
        let path = env::var_os("PATH")?;
        env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    })
}
