//! The front door, over real sockets: a tree whose accounts do what a test says, a database of its own.

mod access;
mod access_acting;
mod access_guests;
mod admin;
mod attachments;
mod bookings;
mod contacts;
mod doors;
mod hook_addresses;
mod lineage;
mod live;
mod live_ends;
mod live_slow;
mod page;
mod people;
mod protection;
mod replays;
mod watching;

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use routiq::{
    config::{Environment, Live, security::OperatorToken},
    domain::{ids::Ids, role::Role as MemberRole, seal::Keyring},
    http::{
        self, Admission, Context, LiveParts, LiveSettings, Operators, Parts, Probe, Rate, Rates, Readiness,
        Report, Route, Settings,
    },
    platforms::{
        Adapters,
        clerk::issuer::DevelopmentIssuer,
        registry,
        section::Sections,
        transport::{InProcess, Transport, TransportError},
        vault::{Directory, Vault},
    },
    store::{PoolSettings, Store, accounts, guests, organizations, roles::Role, roster},
    telemetry::alerts::Alerts,
    work::{Intake, IntakeSettings, JournalWork, Lineages, Reading, Replays, Tokens, news::Hub},
};
use routiq_actors::{
    ActorStatus, State, Tree,
    clock::Clock,
    event::Event,
    hub::HubSettings,
    port::{
        Account, Answer, Applied, ApplyReport, Budget, Delivered, Demand, Errand, Fences, Generation, Hold,
        HoldKind, Lease, Limit, Observer, Outcome, PortError, Ports, Progress, Report as StepReport, Roster,
        Stepped, Sync, SyncKey, Urgency,
    },
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use crate::support::TestDb;

pub const TOKEN: &str = "operators-token-of-the-tests";

/// What an account does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// Nothing is due for an hour.
    Idle,
    /// A step that never ends.
    Hang,
    /// The credential is refused.
    Deny,
}

/// The tree's ports: the tables say who runs, the test says what they do.
#[derive(Clone)]
pub struct World {
    store: Store,
    clock: Clock,
    plays: Arc<Mutex<HashMap<Uuid, Play>>>,
    /// How often each account looked at its tables.
    pub looks: watch::Sender<HashMap<Uuid, u32>>,
    /// How often each account applied what was delivered.
    pub applies: watch::Sender<HashMap<Uuid, u32>>,
    /// Rises with every fact.
    facts: watch::Sender<u64>,
}

impl World {
    fn play(&self, account: Uuid) -> Play {
        self.plays.lock().unwrap().get(&account).copied().unwrap_or(Play::Idle)
    }

    pub fn set(&self, account: Uuid, play: Play) {
        self.plays.lock().unwrap().insert(account, play);
    }
}

impl Sync for World {
    async fn resume(&self, lease: Lease) -> Outcome {
        self.looks.send_modify(|looks| *looks.entry(lease.key.account).or_default() += 1);
        match self.play(lease.key.account) {
            Play::Idle => Outcome::CaughtUp { again_in: Duration::from_secs(3600) },
            Play::Deny => Outcome::Denied { reason: "the platform says 401 to the credential".into() },
            Play::Hang => Outcome::More(demand()),
        }
    }

    async fn step(&self, lease: Lease, _errand: Errand) -> Stepped {
        if self.play(lease.key.account) == Play::Hang {
            std::future::pending::<()>().await;
        }
        let outcome = Outcome::CaughtUp { again_in: Duration::from_secs(3600) };
        StepReport { answer: Answer::Healthy, outcome, progress: Progress::default() }.into()
    }

    async fn apply(&self, lease: Lease) -> ApplyReport {
        self.applies.send_modify(|applies| *applies.entry(lease.key.account).or_default() += 1);
        ApplyReport { outcome: Applied::Done, done: Delivered::default(), due_in: None }
    }
}

fn demand() -> Demand {
    let limit = Limit::Rate { count: 2700, per: Duration::from_secs(60) };
    Demand {
        api: "chatwoot".into(),
        host: "chat.example.org".into(),
        budgets: vec![Budget { name: "host:chat.example.org".into(), limit }],
        stream: "contacts".into(),
        urgency: Urgency::Poll,
    }
}

impl Roster for World {
    async fn load(&self) -> Result<Vec<Account>, PortError> {
        let entries = roster::load(&self.store).await.map_err(|error| PortError(error.to_string()))?;
        let hold = |entry: &roster::Entry| {
            entry
                .paused
                .clone()
                .filter(|(_, until)| until.is_none_or(|until| until > self.clock.now()))
                .map(|(reason, until)| Hold { kind: HoldKind::Paused, reason, until })
        };
        Ok(entries
            .into_iter()
            .map(|entry| Account {
                key: entry.key,
                platform: entry.platform.as_str().into(),
                organization_name: entry.organization_name.as_str().into(),
                version: entry.version,
                hold: hold(&entry),
            })
            .collect())
    }
}

impl Fences for World {
    async fn raise(&self, keys: Vec<SyncKey>) -> Result<Vec<Generation>, PortError> {
        let raised = roster::raise_fences(&self.store, &keys, self.clock.now()).await;
        raised.map_err(|error| PortError(error.to_string()))
    }
}

impl Observer for World {
    fn event(&self, _: &Event) {
        self.facts.send_modify(|facts| *facts += 1);
    }
}

fn keys() -> Keyring {
    Keyring::new([(1, [7; 32])]).unwrap()
}

/// Every adapter, reaching nothing.
fn adapters() -> Adapters {
    let nowhere: Arc<dyn Transport> = Arc::new(InProcess::new(|_| async { Err(TransportError::Refused) }));
    registry::adapters(&nowhere, &registry::House::default(), &Sections::default())
}

/// A served house.
pub struct House {
    pub db: TestDb,
    pub store: Store,
    pub tree: Arc<Tree>,
    pub world: World,
    pub operators: Arc<Operators>,
    pub settings: Live<Settings>,
    pub readiness: watch::Sender<Readiness>,
    pub context: Context,
    pub hub: Hub,
    pub address: SocketAddr,
    pub client: reqwest::Client,
    /// Where files lie, for as long as the house stands.
    pub vault: Arc<dyn Vault>,
    _files: tempfile::TempDir,
    stop: CancellationToken,
    serving: JoinHandle<Report>,
}

pub fn settings() -> Settings {
    Settings {
        environment: Environment::Development,
        header_timeout: Duration::from_secs(10),
        body_timeout: Duration::from_secs(30),
        max_connections: 64,
        drain_grace: Duration::from_secs(10),
        body_limit: 4096,
        public_url: None,
        rotation_overlap: Duration::from_secs(3600),
        allowed_origins: Vec::new(),
        rates: rates(),
        trusted_proxies: Vec::new(),
        metrics_here: true,
        authentication: false,
        encryption: true,
    }
}

/// Who signs the sessions of the tests.
pub static ISSUER: LazyLock<Arc<DevelopmentIssuer>> =
    LazyLock::new(|| Arc::new(DevelopmentIssuer::new().unwrap()));

/// More than any test asks that is not about it.
pub fn rates() -> Rates {
    let many = Rate::a_minute(1_000_000);
    Rates { reads: many, writes: many, organization: many, strangers: many }
}

impl House {
    pub async fn new() -> Self {
        Self::with(settings(), http::routes()).await
    }

    pub async fn with(settings: Settings, routes: Vec<Route>) -> Self {
        let verifier = ISSUER.verifier(SignedDuration::from_secs(5)).unwrap();
        let live = (LiveSettings::default(), HubSettings::default());
        Self::made(Tokens::of(Arc::new(verifier)), settings, routes, live).await
    }

    /// One that lets in whom these tokens speak for.
    pub async fn believing(tokens: Tokens, settings: Settings, routes: Vec<Route>) -> Self {
        Self::made(tokens, settings, routes, (LiveSettings::default(), HubSettings::default())).await
    }

    /// One with other live connections.
    pub async fn watched(live: LiveSettings, hub: HubSettings) -> Self {
        let verifier = ISSUER.verifier(SignedDuration::from_secs(5)).unwrap();
        Self::made(Tokens::of(Arc::new(verifier)), settings(), http::routes(), (live, hub)).await
    }

    async fn made(
        tokens: Tokens,
        settings: Settings,
        routes: Vec<Route>,
        (live, hub): (LiveSettings, HubSettings),
    ) -> Self {
        let db = TestDb::new().await;
        let pools = PoolSettings { size: 4, ..PoolSettings::default() };
        let store = Store::open(&db.target(), &db.login(Role::Daemon), db.passwords(), pools).unwrap();
        let store = store.with_keys(keys());
        let clock = Clock::system();
        let world = World {
            store: store.clone(),
            clock: clock.clone(),
            plays: Arc::default(),
            looks: watch::Sender::default(),
            applies: watch::Sender::default(),
            facts: watch::Sender::default(),
        };
        let ports = Ports::new(world.clone(), world.clone(), world.clone(), world.clone())
            .with_journal(JournalWork::new(store.clone()));
        let tree_settings = routiq_actors::Settings::default();
        let tree = Tree::start(tree_settings, clock.clone(), ports).await.unwrap();
        let (tree, settings) = (Arc::new(tree), Live::new(settings));
        let operators = Arc::new(Operators::new(Some(OperatorToken::of(TOKEN)), clock.clone()));
        let (readiness, readable) = watch::channel(ready());
        let intake = Intake::new(store.clone(), keys(), Ids::random(), IntakeSettings::default(), 1 << 20);
        let (stop, hub) = (CancellationToken::new(), Hub::new(hub));
        let access = Arc::new(
            Admission::new(store.clone(), tokens, Ids::random()).with_mint(Arc::clone(&ISSUER) as _),
        );
        let (writing, ending) = (Arc::clone(&access), stop.clone());
        tokio::spawn(async move { writing.write_denials(ending).await });
        let files = tempfile::tempdir().unwrap();
        let vault: Arc<dyn Vault> = Arc::new(Directory::open(files.path()).unwrap());
        let context = Context::new(Parts {
            tree: Arc::clone(&tree),
            store: store.clone(),
            clock: clock.clone(),
            ids: Ids::random(),
            replays: Replays::new(store.clone(), adapters(), keys(), clock.clone(), Ids::random()),
            lineages: Lineages::new(adapters(), keys(), clock.clone()),
            files: Reading::new(
                store.clone(),
                keys(),
                Some((
                    vault.clone(),
                    Arc::new(arc_swap::ArcSwap::from_pointee(crate::attachments::settings())),
                )),
            ),
            metrics: Arc::new(|| "routiq_build_info 1\n".to_owned()),
            alerts: Alerts::new(clock.clone()),
            intake: Arc::new(intake),
            access,
            operators: Arc::clone(&operators),
            settings: settings.clone(),
            live: LiveParts {
                hub: hub.clone(),
                settings: live,
                stopping: stop.clone(),
                tasks: TaskTracker::new(),
            },
            readiness: readable,
            version: "9.8.7",
            started_at: clock.now(),
        })
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(http::serve_routes(listener, context.clone(), routes, stop.clone()));
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            db,
            store,
            tree,
            world,
            operators,
            settings,
            readiness,
            context,
            hub,
            address,
            client,
            vault,
            _files: files,
            stop,
            serving,
        }
    }

    /// Makes an organization with one account for each platform named, and waits until each has its actor.
    pub async fn organization(&self, name: &str, platforms: &[&str]) -> Organization {
        let (ids, now) = (Ids::random(), Timestamp::now());
        let id = ids.next(now);
        let clerk: String = format!("org_{}", &id.simple().to_string()[..24]);
        let new = organizations::NewOrganization {
            id,
            clerk_org_id: Some(&clerk),
            name,
            region: "AU",
            timezone: "Australia/Sydney",
        };
        organizations::insert(&self.store, &new, now).await.unwrap();
        let mut session = self.store.session(id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let mut made = Vec::new();
        for (at, platform) in platforms.iter().enumerate() {
            let external = (at + 1).to_string();
            let (account, settings) = (ids.next(now), json!({}));
            let new = accounts::NewAccount {
                id: account,
                platform,
                external_id: &external,
                name: None,
                settings: &settings,
            };
            made.push(accounts::insert(&tenant, &new, now).await.unwrap());
        }
        tenant.commit().await.unwrap();
        Organization { id, clerk, accounts: made }
    }

    /// Makes somebody a member; answers a session's token, good for a minute.
    pub async fn member(&self, organization: &Organization, user: &str, role: MemberRole) -> String {
        let now = Timestamp::now();
        guests::invent_member(&self.store, organization.id, user, role, &Ids::random(), now).await.unwrap();
        session(user, Some(organization))
    }

    /// Waits until the tree shows an account as `holds` wants it.
    pub async fn until(&self, account: Uuid, holds: impl Fn(&ActorStatus) -> bool) -> ActorStatus {
        let mut facts = self.world.facts.subscribe();
        let mut looks = self.world.looks.subscribe();
        let waiting = async {
            loop {
                let found = self.tree.statuses().into_iter().find(|status| status.key.account == account);
                if let Some(status) = found.filter(&holds) {
                    return status;
                }
                // A change without a fact is found a moment later.
                let moment = Duration::from_millis(20);
                let _ = tokio::time::timeout(moment, async {
                    tokio::select! { _ = facts.changed() => {}, _ = looks.changed() => {} }
                })
                .await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| {
            panic!(
                "never came: {:?}",
                self.tree.statuses().iter().find(|status| status.key.account == account)
            )
        })
    }

    /// Has the tree read the roster until the account is in a state.
    pub async fn state(&self, account: Uuid, state: State) -> ActorStatus {
        self.tree.nudge_roster();
        self.until(account, |status| status.state == state).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// As an operator.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        answer(self.client.get(self.url(path)).bearer_auth(TOKEN)).await
    }

    /// As an operator.
    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.client.post(self.url(path)).bearer_auth(TOKEN).json(&body)).await
    }

    /// Deeds of the audit, oldest first: action, resource, request id, address, details.
    pub async fn audit(&self, organization: Uuid) -> Vec<(String, String, String, String, Value)> {
        let admin = self.db.admin().await;
        let statement = "select action, resource_id, coalesce(request_id, ''), coalesce(host(ip_address), ''), details \
                         from routiq.audit_logs where organization_id = $1 order by created_at, id";
        let rows = admin.query(statement, &[&organization]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect()
    }

    /// Stops serving.
    pub async fn stop(self) -> Report {
        self.stop.cancel();
        let report = self.serving.await.unwrap();
        self.tree.stop(Duration::from_millis(100)).await;
        report
    }

    /// Begins to stop.
    pub fn cancel(&self) {
        self.stop.cancel();
    }

    /// What the server said at its end.
    pub async fn ended(self) -> Report {
        self.serving.await.unwrap()
    }
}

pub struct Organization {
    pub id: Uuid,
    pub clerk: String,
    pub accounts: Vec<Uuid>,
}

/// A session's token of a user, with an organization active in it.
pub fn session(user: &str, active: Option<&Organization>) -> String {
    let active = active.map(|organization| (organization.clerk.as_str(), "member"));
    ISSUER.token(user, active, SignedDuration::from_secs(60), Timestamp::now()).unwrap()
}

/// Everything well.
pub fn ready() -> Readiness {
    let probe = Probe { ok: Some(true), required: true, detail: "holds".into(), at: None };
    Readiness { serving: true, probes: BTreeMap::from([("isolation", probe)]) }
}

/// Status and body.
pub async fn answer(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
