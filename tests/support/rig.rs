//! The tree with real work over a private database and simulated practices: for tests that restart and kill, and for
//! benchmarks.

#![allow(dead_code, reason = "tests and benchmarks each use a part")]

use std::{
    collections::{BTreeMap, HashMap},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use routiq::{
    app::database::{Database, Rights},
    config::{
        Config,
        source::{Purpose, Sources},
        value::Schedule,
    },
    demo::compare::{Comparison, chatwoot::compare},
    domain::ids::Ids,
    platforms::{
        Adapters,
        chatwoot::{Chatwoot as Adapter, ChatwootConfig},
        transport::{InProcess, Transport, TransportError},
    },
    store::{
        Store,
        accounts::{self, NewAccount},
        ledger,
        organizations::{self, NewOrganization},
        roster,
    },
    work::{FileWork, RosterWork, SyncSettings, SyncWork},
};
use routiq_actors::{
    Backoff, Settings, Tree,
    clock::Clock,
    event::Event,
    port::{Observer, Ports, SyncKey},
};
use routiq_simulators::{
    chatwoot::{Allowances, Chatwoot, Cut, Seat, Settings as World},
    population::Practice,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{net::TcpListener, task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[path = "rig/traffic.rs"]
mod traffic;

#[allow(unused_imports, reason = "tests and benchmarks each use a part")]
pub use traffic::Traffic;

/// How often a condition is looked at. The looks are what is waited with; nothing depends on their pace.
const LOOK: Duration = Duration::from_millis(2);

/// Looks until `condition` holds.
///
/// # Panics
/// When it does not hold within `patience`.
pub async fn until<T>(what: &str, patience: Duration, mut condition: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        if let Some(result) = condition().await {
            return result;
        }
        assert!(Instant::now() < deadline, "{what}: not within {patience:?}");
    }
}

/// Whether the long runs are asked for.
pub fn soak() -> bool {
    std::env::var_os("ROUTIQ_TEST_SOAK").is_some_and(|value| !value.is_empty() && value != "0")
}

/// A folder for a server, open to the user PostgreSQL drops to.
pub fn folder(within: &Path) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("routiq-rig-").tempdir_in(within).unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

/// A configuration that depends on nothing of this process.
pub fn config() -> Config {
    let sources = Sources::variables([("LOG_LEVEL", "warn")]).for_purpose(Purpose::Tool);
    Config::load(&sources).unwrap()
}

/// Opens the private database in `folder`, made on first use.
pub async fn open(folder: &Path) -> Database {
    Database::open(&config(), folder, Rights::Daemon).await.unwrap()
}

/// Where the socket of the private database in `folder` stands.
pub fn sockets(folder: &Path) -> PathBuf {
    folder.join("postgres").join("s")
}

/// The process of the private database in `folder`.
pub fn postmaster(folder: &Path) -> Option<i32> {
    let file = std::fs::read_to_string(folder.join("postgres/data/postmaster.pid")).ok()?;
    file.lines().next()?.parse().ok()
}

/// A session of the private database's superuser, whom no row security stops.
pub async fn superuser(folder: &Path) -> Option<tokio_postgres::Client> {
    let mut config = tokio_postgres::Config::new();
    config.host_path(sockets(folder)).user("postgres").dbname("routiq");
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.ok()?;
    tokio::spawn(connection);
    Some(client)
}

/// An account of the simulator and of the tables.
#[derive(Clone, Debug)]
pub struct Member {
    /// In the tables.
    pub key: SyncKey,
    /// At the simulator.
    pub seat: i64,
}

/// A simulated installation that limits nobody.
pub fn installation(seed: u64) -> Chatwoot {
    let allowances = Allowances { address: u32::MAX, search: u32::MAX, meta: u32::MAX };
    let settings = World { seed, allowances, log_size: 0, ..World::default() };
    let clock = Clock::system();
    Chatwoot::new(settings, Arc::new(move || clock.now()))
}

/// A practice of a test.
pub fn practice(name: &str, contacts: u32, conversations: u32, messages: f64) -> Practice {
    Practice {
        name: name.to_owned(),
        contacts,
        conversations,
        messages_per_conversation: messages,
        events_per_hour: 0.0,
        ..Practice::default()
    }
}

/// The installation, served over HTTP.
pub struct Served {
    /// Its address.
    pub origin: String,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Served {
    /// Serves on a free port.
    pub async fn start(chatwoot: &Chatwoot) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (chatwoot, stop) = (chatwoot.clone(), CancellationToken::new());
        let ending = stop.clone();
        let serving = tokio::spawn(async move { chatwoot.serve(listener, ending).await });
        Self { origin, stop, serving }
    }

    /// Ends.
    pub async fn stop(self) {
        self.stop.cancel();
        self.serving.await.unwrap();
    }
}

/// The installation without sockets.
pub fn in_process(chatwoot: &Chatwoot) -> InProcess {
    let chatwoot = chatwoot.clone();
    InProcess::new(move |request| {
        let chatwoot = chatwoot.clone();
        async move {
            chatwoot.handle(request).await.map_err(|cut| match cut {
                Cut::TimedOut => TransportError::Timeout,
                Cut::Connection | Cut::Body(_) => TransportError::Cut,
            })
        }
    })
}

/// Brings an account at Chatwoot into the tables: an organization of its own, its settings, its credential.
pub async fn enroll(database: &Database, name: &str, seat: i64, token: &str, settings: &Value) -> Member {
    let key = enter(database, name, ("chatwoot", &seat.to_string()), token, settings).await;
    Member { key, seat }
}

/// The same for an account at any platform, named as the platform knows it.
pub async fn enter(
    database: &Database,
    name: &str,
    (platform, external_id): (&str, &str),
    token: &str,
    settings: &Value,
) -> SyncKey {
    let (ids, now) = (Ids::random(), Clock::system().now());
    let new = NewOrganization {
        id: ids.next(now),
        clerk_org_id: None,
        name,
        region: "AU",
        timezone: "Australia/Perth",
    };
    let organization = organizations::insert(&database.store, &new, now).await.unwrap();
    let mut session = database.store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let new = NewAccount { id: ids.next(now), platform, external_id, name: None, settings };
    let account = accounts::insert(&tenant, &new, now).await.unwrap();
    let secret = SecretString::from(token.to_owned());
    let place = (account, platform);
    accounts::set_credential(&tenant, &database.keys, place, &secret, ids.next(now), "test", now)
        .await
        .unwrap();
    tenant.commit().await.unwrap();
    SyncKey { organization, account }
}

/// Settings of an account that nothing slows down and that sweeps read again completely.
pub fn unhurried(origin: &str) -> Value {
    json!({ "base_url": origin, "poll_interval_seconds": 5, "requests_per_minute": 1_000_000, "recheck_days": 3650 })
}

/// Makes practices and brings them into the tables.
pub async fn settle(
    database: &Database,
    chatwoot: &Chatwoot,
    practices: &[Practice],
    origin: &str,
) -> Vec<(Member, Seat)> {
    let seats = chatwoot.add_practices(practices).unwrap();
    let mut members = Vec::with_capacity(seats.len());
    for (practice, seat) in practices.iter().zip(seats) {
        let settings = unhurried(origin);
        let member = enroll(database, &practice.name, seat.account, &seat.administrator, &settings).await;
        members.push((member, seat));
    }
    members
}

/// A key that lets a service watch an organization.
pub async fn service_key(admin: &tokio_postgres::Client, organization: Uuid) -> String {
    let key = format!("rsk_{}", Uuid::new_v4().simple());
    let hash: Vec<u8> = Sha256::digest(&key).to_vec();
    let statement =
        "insert into routiq.service_keys (organization_id, id, name, role, key_hash, created_by, created_at)
                     values ($1, $2, 'bench', 'viewer', $3, 'bench', now())";
    admin.execute(statement, &[&organization, &Ids::random().next(now()), &hash]).await.unwrap();
    key
}

/// Asks every member for a full sweep.
pub async fn sweep(store: &Store, members: &[Member]) {
    for member in members {
        let now = Clock::system().now();
        let mut session = store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        accounts::request_sweep(&tenant, member.key.account, now).await.unwrap();
        tenant.commit().await.unwrap();
    }
}

/// How the tables of a member differ from the truth.
pub async fn differences(store: &Store, chatwoot: &Chatwoot, member: &Member) -> Comparison {
    let mut session = store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let rows = ledger::read(&tenant, member.key.account).await.unwrap();
    compare(&rows, &chatwoot.ledger(member.seat).unwrap())
}

/// Looks until the tables of every member equal the truth; nothing may happen at the simulator meanwhile.
///
/// # Panics
/// When they differ after `patience`.
pub async fn converge(store: &Store, chatwoot: &Chatwoot, members: &[Member], patience: Duration) {
    let deadline = Instant::now() + patience;
    let mut looks = tokio::time::interval(Duration::from_millis(200));
    for member in members {
        loop {
            looks.tick().await;
            let found = differences(store, chatwoot, member).await;
            if found.differences == 0 {
                break;
            }
            assert!(Instant::now() < deadline, "not equal after {patience:?}: {found:?}");
        }
    }
}

/// What was heard of one actor.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// How often it began.
    pub started: u32,
    /// How often it failed.
    pub failures: u32,
    /// How often it was parked.
    pub parked: u32,
    /// Its steps, and how long each took.
    pub steps: Vec<Duration>,
    /// Rows it wrote.
    pub changed: u64,
}

/// Hears what happens in the tree.
#[derive(Clone, Default)]
pub struct Ears(Arc<Mutex<HashMap<SyncKey, Heard>>>);

impl Ears {
    fn lock(&self) -> MutexGuard<'_, HashMap<SyncKey, Heard>> {
        self.0.lock().unwrap()
    }

    /// What was heard of one actor so far.
    pub fn of(&self, key: SyncKey) -> Heard {
        self.lock().get(&key).cloned().unwrap_or_default()
    }

    /// How many steps one actor made.
    pub fn steps(&self, key: SyncKey) -> usize {
        self.lock().get(&key).map_or(0, |heard| heard.steps.len())
    }

    /// How many actors began.
    pub fn started(&self) -> usize {
        self.lock().values().filter(|heard| heard.started > 0).count()
    }
}

impl Observer for Ears {
    fn event(&self, event: &Event) {
        let mut all = self.lock();
        match event {
            Event::Started { key, .. } => all.entry(*key).or_default().started += 1,
            Event::Restarting { key, .. } => all.entry(*key).or_default().failures += 1,
            Event::Parked { key, .. } => all.entry(*key).or_default().parked += 1,
            Event::Stepped { key, took, changed, .. } => {
                let heard = all.entry(*key).or_default();
                heard.steps.push(*took);
                heard.changed += changed;
            }
            _ => {}
        }
    }
}

/// The tree with real work.
pub struct Rig {
    /// The tree.
    pub tree: Arc<Tree>,
    /// The database.
    pub database: Database,
    /// What happened.
    pub ears: Ears,
    stop: CancellationToken,
    listening: JoinHandle<()>,
}

/// Settings of a tree that recovers soon.
pub fn prompt() -> Settings {
    let pause = Backoff { first: Duration::from_millis(50), most: Duration::from_millis(500), jitter: 0.2 };
    let mut settings = Settings { failure_pause: pause, roster_pause: pause, ..Settings::default() };
    settings.fence_pause = pause;
    settings.sync_restarts.pause = pause;
    settings
}

/// The one adapter, with limits that nothing reaches.
pub fn chatwoot(transport: Arc<dyn Transport>) -> Adapters {
    let config = ChatwootConfig {
        account_requests_per_minute: 10_000_000,
        host_requests_per_minute: 10_000_000,
        max_workers: 64,
        plain_loopback: true,
        // Sweeps list them; nothing else needs to.
        tables_interval: Duration::from_secs(24 * 3600),
        contacts_relist_least: Duration::from_secs(24 * 3600),
        ..ChatwootConfig::default()
    };
    BTreeMap::from([("chatwoot", Arc::new(Adapter::new(transport, config)) as _)])
}

impl Rig {
    /// Begins to work on everything in the database's roster.
    pub async fn start(database: Database, adapters: Adapters, settings: Settings) -> Self {
        Self::begin(database, adapters, settings, None).await
    }

    /// The same with files.
    pub async fn filing(database: Database, adapters: Adapters, settings: Settings, files: FileWork) -> Self {
        Self::begin(database, adapters, settings, Some(files)).await
    }

    async fn begin(
        database: Database,
        adapters: Adapters,
        settings: Settings,
        files: Option<FileWork>,
    ) -> Self {
        let (clock, ears, stop) = (Clock::system(), Ears::default(), CancellationToken::new());
        let store = database.store.clone();
        let sweep = Schedule::Every(Duration::from_secs(7 * 24 * 3600));
        let sync = SyncWork::new(
            store.clone(),
            adapters,
            database.keys.clone(),
            clock.clone(),
            Ids::random(),
            Arc::new(ArcSwap::from_pointee(SyncSettings { sweep })),
        );
        let roster = RosterWork::new(store.clone(), clock.clone());
        let mut ports = Ports::new(sync, roster.clone(), roster, ears.clone());
        if let Some(files) = files {
            ports = ports.with_files(files);
        }
        let tree = Arc::new(Tree::start(settings, clock, ports).await.unwrap());
        let (heard, ending) = (Arc::clone(&tree), stop.clone());
        let listening = tokio::spawn(async move {
            roster::listen(&store, ending, move || heard.nudge_roster(), |_| ()).await
        });
        Self { tree, database, ears, stop, listening }
    }

    /// Stops and hands the open database back.
    pub async fn stop(self) -> Database {
        self.tree.stop(Duration::from_secs(20)).await;
        self.stop.cancel();
        self.listening.await.unwrap();
        self.database
    }
}

/// The value below which `share` of all lie.
pub fn quantile(mut values: Vec<Duration>, share: f64) -> Duration {
    values.sort_unstable();
    let at = (values.len() as f64 * share).ceil() as usize;
    values.get(at.saturating_sub(1).min(values.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// The middle of an odd number of values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// What time it is.
pub fn now() -> Timestamp {
    Clock::system().now()
}
