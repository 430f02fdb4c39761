//! A fresh database for each test and benchmark, copied from a migrated template.
//!
//! One server serves a whole run: `DATABASE_URL` if it is set (a login that may create roles and databases; the server's
//! `routiq_*` logins get the tests' passwords), else an embedded one that the `routiq` program keeps while a test uses it.
//! Tests look at every row: as a superuser, or as an administrator whom each table of their own template lets in.

#![allow(dead_code, reason = "tests and benchmarks each use a part")]

pub mod daemon;
pub mod door;
pub mod hooks;
pub mod practice;
pub mod reading;
pub mod records;
pub mod rig;
pub mod statements;

use std::{
    fs::File,
    future::poll_fn,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    str::FromStr,
    sync::OnceLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use routiq::store::{
    connect::{Login, Target, TlsSettings},
    embedded::{SUPERUSER, binaries, janitor},
    migrate::{self, Migrations},
    roles::{self, Database, Passwords, Role},
};
use secrecy::ExposeSecret;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, UnixStream},
    sync::{OnceCell, mpsc},
};
use tokio_postgres::{
    AsyncMessage, Client, Config, Connection, NoTls, Notification, Socket, config::Host, error::SqlState,
    tls::NoTlsStream,
};

/// Over all processes one at a time builds the template. The number only has to be ours.
const BUILD_LOCK: i64 = 0x0072_6f75_7469_7103;
/// A database of a test that was killed is dropped when it is older than this; no test takes that long.
const STALE: Duration = Duration::from_secs(3600);
/// Lets an administrator who is no superuser act as the owner of the tables. It stays so: only tests use the server.
const JOIN_OWNER: &str = "grant routiq_owner to current_user";
/// Shows an administrator who is no superuser every row. The owner and what runs as it see no more than before.
const SEE_ALL: &str = "do $$ declare protected regclass; begin
    for protected in select oid from pg_class where relnamespace = 'routiq'::regnamespace and relrowsecurity loop
        execute format('create policy tests on %s to current_user using (true) with check (true)', protected);
    end loop; end $$";
/// What the memory file system must have free to hold the server.
const ROOM: u64 = 1 << 30;

/// The server all tests share.
struct Server {
    target: Target,
    administrator: Login,
    /// Whether the administrator is a superuser, once somebody asked.
    superuser: OnceCell<bool>,
    passwords: Passwords,
    raw: Config,
    /// Held as long as this process lives: the embedded server stays while anybody holds it.
    users: Option<File>,
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// A folder for a server: in memory if there is room, else the temporary one.
pub fn fast_folder() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).is_ok_and(|about| about.f_bavail * about.f_frsize >= ROOM);
    if room { memory.to_owned() } else { std::env::temp_dir() }
}

impl Server {
    fn get() -> &'static Self {
        SERVER.get_or_init(|| match std::env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => Self::given(&url),
            _ => Self::embedded(),
        })
    }

    fn given(url: &str) -> Self {
        let (target, login) = Target::from_url(url, &TlsSettings::default()).unwrap();
        assert!(
            target.is_local(),
            "tests open plain sessions of their own: DATABASE_URL must be on this machine"
        );
        let login = login.expect("DATABASE_URL names a login");
        let raw = Config::from_str(url.split('?').next().unwrap()).unwrap();
        let passwords = Passwords::Derived("the tests' secret".into());
        Self { target, administrator: login, superuser: OnceCell::new(), passwords, raw, users: None }
    }

    fn embedded() -> Self {
        let mut name = DefaultHasher::new();
        (env!("CARGO_MANIFEST_DIR"), binaries::Source::from_env().unwrap()).hash(&mut name);
        let user = rustix::process::geteuid().as_raw();
        let dir = fast_folder().join(format!("routiq-test-{user}-{:016x}", name.finish()));
        let users = janitor::lock_file(&dir, janitor::USERS).unwrap();
        users.lock_shared().unwrap();
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755)).unwrap();
        let sockets = keeper(&dir);
        let mut raw = Config::new();
        raw.host_path(&sockets).dbname("postgres");
        Self {
            target: Target::socket(&sockets, "postgres").unwrap(),
            administrator: Login::administrator(SUPERUSER, None),
            superuser: OnceCell::new_with(Some(true)),
            passwords: Passwords::Trusted,
            raw,
            users: Some(users),
        }
    }

    async fn session(&self, database: &str, login: &Login) -> Client {
        let (client, connection) = self.connect(database, login).await;
        tokio::spawn(connection);
        client
    }

    async fn connect(&self, database: &str, login: &Login) -> (Client, Connection<Socket, NoTlsStream>) {
        let mut config = self.raw.clone();
        config.dbname(database).user(login.user.as_str());
        if let Some(password) = &login.password {
            config.password(password.expose_secret());
        }
        config.connect(NoTls).await.unwrap()
    }

    async fn maintenance(&self) -> Client {
        self.session(self.maintenance_database(), &self.administrator).await
    }

    fn maintenance_database(&self) -> &str {
        self.target.database().unwrap_or("postgres")
    }

    async fn superuser(&self) -> bool {
        let ask = async || {
            let me = "select rolsuper from pg_roles where rolname = current_user";
            self.maintenance().await.query_one(me, &[]).await.unwrap().get(0)
        };
        *self.superuser.get_or_init(ask).await
    }
}

/// Starts the program that keeps the server, or finds the one that does; returns the socket's folder.
fn keeper(dir: &Path) -> PathBuf {
    let log = File::options().create(true).append(true).open(dir.join("janitor.log")).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_routiq"))
        .arg("test-db")
        .arg(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    // It outlives this process or ends before it: either way nobody here waits for it.
    std::thread::spawn(move || child.wait());
    match line.trim_end().strip_prefix(janitor::READY) {
        Some(folder) => folder.into(),
        None => panic!("the test server did not start: {line}"),
    }
}

/// Anything bytes go through both ways.
pub trait Pipe: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Pipe for T {}

/// A bare connection to the server, for what stands between it and a client.
pub async fn dial() -> Box<dyn Pipe> {
    let raw = &Server::get().raw;
    let port = raw.get_ports().first().copied().unwrap_or(5432);
    match raw.get_hosts().first().expect("the server has an address") {
        Host::Unix(folder) => {
            Box::new(UnixStream::connect(folder.join(format!(".s.PGSQL.{port}"))).await.unwrap())
        }
        Host::Tcp(name) => Box::new(TcpStream::connect((name.as_str(), port)).await.unwrap()),
    }
}

/// A database of its own, dropped with this value.
pub struct TestDb {
    name: String,
}

impl TestDb {
    /// With every migration applied.
    pub async fn new() -> Self {
        let server = tokio::task::spawn_blocking(Server::get).await.unwrap();
        let template = template(server, &Migrations::built_in()).await;
        Self::create(server, Some(&template)).await
    }

    /// With nothing in it: the logins may enter, that is all.
    pub async fn empty() -> Self {
        let server = tokio::task::spawn_blocking(Server::get).await.unwrap();
        let client = server.maintenance().await;
        client.batch_execute(&format!("select pg_advisory_lock({BUILD_LOCK})")).await.unwrap();
        make_roles(server).await;
        client.batch_execute(&format!("select pg_advisory_unlock({BUILD_LOCK})")).await.unwrap();
        Self::create(server, None).await
    }

    async fn create(server: &Server, template: Option<&str>) -> Self {
        sweep(server).await;
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let name = format!("{}{seconds}_{unique}", janitor::TEST_DATABASE);
        let from = template.unwrap_or("template0");
        server
            .maintenance()
            .await
            .batch_execute(&format!("create database {name} template {from} strategy file_copy"))
            .await
            .unwrap();
        let db = Self { name };
        roles::open_database(&server.target, &server.administrator, &db.name).await.unwrap();
        db
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the store connects to.
    pub fn target(&self) -> Target {
        Server::get().target.with_database(&self.name)
    }

    /// The login of a role on this server.
    pub fn login(&self, role: Role) -> Login {
        role.login(self.passwords())
    }

    /// Every login that serves.
    pub fn logins(&self) -> Vec<Login> {
        Role::SERVING.map(|role| self.login(role)).to_vec()
    }

    /// Where the logins' passwords come from.
    pub fn passwords(&self) -> &'static Passwords {
        &Server::get().passwords
    }

    /// Who made the database.
    pub fn administrator(&self) -> Login {
        Server::get().administrator.clone()
    }

    /// A plain session as a login.
    pub async fn session(&self, login: &Login) -> Client {
        Server::get().session(&self.name, login).await
    }

    /// A plain session as a role.
    pub async fn client(&self, role: Role) -> Client {
        self.session(&self.login(role)).await
    }

    /// A plain session as a role, and what its server tells it unasked.
    pub async fn listener(&self, role: Role) -> (Client, mpsc::UnboundedReceiver<Notification>) {
        let (client, mut connection) = Server::get().connect(&self.name, &self.login(role)).await;
        let (news, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|cx| connection.poll_message(cx)).await {
                if let AsyncMessage::Notification(told) = message {
                    let _nobody_listens = news.send(told);
                }
            }
        });
        (client, heard)
    }

    /// A plain session as who made the database: it sees every row and may do with the tables what their owner may.
    pub async fn admin(&self) -> Client {
        self.session(&self.administrator()).await
    }

    /// Whether the administrator may do what only superusers may.
    pub async fn superuser(&self) -> bool {
        Server::get().superuser().await
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let name = std::mem::take(&mut self.name);
        // A thread of its own: this may run inside a runtime, and while a failed test unwinds.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let client = Server::get().maintenance().await;
                drop_database(&client, &name).await;
            });
        });
        // What is left is swept away by a later run.
        let _ = dropped.join();
    }
}

async fn drop_database(client: &Client, name: &str) {
    if client.batch_execute(&format!("drop database if exists {name} with (force)")).await.is_err() {
        // Only superusers may end everybody's sessions: the others each end their own.
        end_sessions(client, name).await;
        let _ = client.batch_execute(&format!("drop database if exists {name}")).await;
    }
}

async fn end_sessions(client: &Client, database: &str) {
    let server = Server::get();
    let users = client
        .query("select distinct usename::text from pg_stat_activity where datname = $1", &[&database])
        .await
        .unwrap_or_default();
    let users: Vec<String> = users.iter().map(|row| row.get(0)).collect();
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = $1 and usename = current_user";
    let _ = client.query(end, &[&database]).await;
    for role in Role::ALL.into_iter().filter(|role| users.iter().any(|user| user == role.name())) {
        let session = server.session(server.maintenance_database(), &role.login(&server.passwords)).await;
        let _ = session.query(end, &[&database]).await;
    }
}

async fn make_roles(server: &Server) {
    let Server { target, administrator, passwords, .. } = server;
    roles::bootstrap(target, administrator, passwords, Database::Later).await.unwrap();
    if !server.superuser().await {
        server.maintenance().await.batch_execute(JOIN_OWNER).await.unwrap();
    }
}

/// The name of a database with `migrations` applied, which nobody can enter; made on first use.
async fn template(server: &Server, migrations: &Migrations) -> String {
    let mut name = format!("tpl_{}", migrations.fingerprint());
    if !server.superuser().await {
        // It shows itself to one administrator alone.
        let mut user = DefaultHasher::new();
        server.administrator.user.hash(&mut user);
        name = format!("{name}_{:016x}", user.finish());
    }
    let client = server.maintenance().await;
    let there = async || {
        let found = client.query_opt("select from pg_database where datname = $1", &[&name]).await;
        found.unwrap().is_some()
    };
    if there().await {
        return name;
    }
    client.batch_execute(&format!("select pg_advisory_lock({BUILD_LOCK})")).await.unwrap();
    if !there().await {
        make_roles(server).await;
        drop_old_templates(server, &client).await;
        let building = format!("{name}_new");
        drop_database(&client, &building).await;
        client.batch_execute(&format!("create database {building} template template0")).await.unwrap();
        roles::open_database(&server.target, &server.administrator, &building).await.unwrap();
        let owner = Role::Owner.login(&server.passwords);
        migrate::migrate(&server.target.with_database(&building), &owner, migrations).await.unwrap();
        if !server.superuser().await {
            server.session(&building, &server.administrator).await.batch_execute(SEE_ALL).await.unwrap();
        }
        // The builder's own session may still be ending at the server.
        let rename = format!("alter database {building} rename to {name}");
        while let Err(error) = client.batch_execute(&rename).await {
            assert_eq!(error.code(), Some(&SqlState::OBJECT_IN_USE), "{error}");
            tokio::task::yield_now().await;
        }
        let close = format!("alter database {name} with is_template true allow_connections false");
        client.batch_execute(&close).await.unwrap();
    }
    client.batch_execute(&format!("select pg_advisory_unlock({BUILD_LOCK})")).await.unwrap();
    name
}

/// Drops templates of earlier migrations. Only on our own server: elsewhere another checkout may use them.
async fn drop_old_templates(server: &Server, client: &Client) {
    if server.users.is_none() {
        return;
    }
    for name in databases(client, "tpl_").await {
        let _ = client.batch_execute(&format!("alter database {name} with is_template false")).await;
        drop_database(client, &name).await;
    }
}

/// Drops databases of tests that were killed long ago, once per process. The embedded server's keeper does it there.
async fn sweep(server: &Server) {
    static SWEPT: OnceCell<()> = OnceCell::const_new();
    let sweep = async || {
        let client = server.maintenance().await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        for name in databases(&client, janitor::TEST_DATABASE).await {
            let born = name.split('_').nth(1).and_then(|seconds| seconds.parse::<u64>().ok());
            if born.is_some_and(|seconds| now.saturating_sub(seconds) > STALE.as_secs()) {
                drop_database(&client, &name).await;
            }
        }
    };
    if server.users.is_none() {
        SWEPT.get_or_init(sweep).await;
    }
}

async fn databases(client: &Client, beginning: &str) -> Vec<String> {
    let names = "select datname::text from pg_database where starts_with(datname, $1)";
    client.query(names, &[&beginning]).await.unwrap().iter().map(|row| row.get(0)).collect()
}
