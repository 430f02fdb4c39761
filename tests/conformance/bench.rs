//! A database, an account of one platform in it, its simulator, and a clock that is moved by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use routiq::{
    config::value::Schedule,
    domain::{ids::Ids, seal::Keyring},
    platforms::{
        Account, Adapters,
        declaration::Stream,
        registry::{self, House, Platform},
        section::{Sections, Value as Configured},
        transport::{InProcess, Transport},
    },
    store::{
        PoolSettings, Store,
        accounts::{self, NewAccount},
        organizations::{self, NewOrganization},
        roles::Role,
        roster,
    },
    work::{SyncSettings, SyncWork},
};
use routiq_actors::port::{Lease, SyncKey};
use secrecy::SecretString;
use serde_json::json;
use tokio_postgres::Client;

use crate::{
    mail::{Mailbox, PUBLIC},
    subject::{Entered, Make, Scale, Subject},
    support::{
        TestDb,
        practice::{EPOCH, Hand, see},
    },
};

/// How a bench is set up.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub scale: Scale,
    /// How often an account is asked for what changed.
    pub poll: Duration,
    /// How often everything is listed.
    pub sweep: Duration,
    /// What passes while a request is under way.
    pub pace: SignedDuration,
    /// Requests a minute, where the platform's own limit is to be used up and not the cautious part of it.
    pub eager: Option<u32>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            scale: Scale { seed: 1, people: 28, ..Scale::default() },
            poll: Duration::from_secs(60),
            // Longer than any test that does not ask for one.
            sweep: Duration::from_secs(30 * 24 * 3600),
            pace: SignedDuration::from_millis(60),
            eager: None,
        }
    }
}

/// Everything.
pub struct Bench {
    pub db: TestDb,
    pub store: Store,
    pub keys: Keyring,
    pub hand: Hand,
    pub ids: Ids,
    pub key: SyncKey,
    pub platform: &'static Platform,
    pub subject: Box<dyn Subject>,
    pub plan: Plan,
    /// Where the platform's deliveries come to, where it tells what it never shows.
    pub mailbox: Option<Mailbox>,
    transport: Arc<dyn Transport>,
    /// How far the simulator's clock is behind, in microseconds.
    behind: Arc<AtomicI64>,
    /// Whether who asks loses its right while the answer is on its way; not where the request only opened the door.
    dying: Arc<AtomicBool>,
}

impl Bench {
    /// An account of the platform of this name, nothing of it in the tables yet.
    pub async fn new(name: &str, make: Make, plan: Plan) -> Self {
        let platform = registry::find(name).expect("the platform is registered");
        let db = TestDb::new().await;
        let hand = Hand::at(EPOCH.parse().unwrap());
        let behind = Arc::new(AtomicI64::new(0));
        let (reading, late) = (hand.clone(), Arc::clone(&behind));
        let clock = move || {
            let late = SignedDuration::from_micros(late.load(Ordering::SeqCst));
            reading.now() - late
        };
        let subject = make(Arc::new(clock), &plan.scale);
        let pools = PoolSettings { size: 4, ..PoolSettings::default() };
        let store = Store::open(&db.target(), &db.login(Role::Daemon), db.passwords(), pools).unwrap();
        let (ids, keys) = (Ids::seeded(plan.scale.seed), Keyring::new([(1, [7; 32])]).unwrap());
        let store = store.with_keys(keys.clone());
        let mut entered = subject.entered();
        if let Some(eager) = plan.eager {
            entered.settings["requests_per_minute"] = json!(eager);
        }
        let key = enter(&store, &ids, platform, &entered, hand.now()).await;
        let dying = Arc::new(AtomicBool::new(false));
        let transport = watched(
            subject.transport(),
            &hand,
            plan.pace,
            (store.clone(), key, Arc::clone(&dying), subject.access()),
        );
        let mut bench = Self {
            db,
            store,
            keys,
            hand,
            ids,
            key,
            platform,
            subject,
            plan,
            mailbox: None,
            transport,
            behind,
            dying,
        };
        bench.set_credential(&bench.subject.entered().credential).await;
        if platform.declaration.streams.iter().any(|stream| platform.declaration.tells(stream.name)) {
            bench.mailbox = Some(Mailbox::open(&bench).await.expect("what is only told is told"));
        }
        bench
    }

    /// Sets a credential, as the command line does.
    pub async fn set_credential(&self, credential: &str) {
        let now = self.hand.now();
        let mut session = self.store.session(self.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let (place, secret) =
            ((self.key.account, self.platform.name), SecretString::from(credential.to_owned()));
        accounts::set_credential(&tenant, &self.keys, place, &secret, self.ids.next(now), "test", now)
            .await
            .unwrap();
        tenant.commit().await.unwrap();
    }

    /// Asks for everything to be listed.
    pub async fn request_sweep(&self) {
        let mut session = self.store.session(self.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        accounts::request_sweep(&tenant, self.key.account, self.hand.now()).await.unwrap();
        tenant.commit().await.unwrap();
    }

    /// The adapters of a daemon that knows nothing yet.
    fn adapters(&self) -> Adapters {
        let mut sections = Sections::default();
        let mut section = self.subject.section();
        if let Some(eager) = self.plan.eager {
            section.set("requests_per_minute", Configured::Count(eager));
        }
        sections.set(self.platform.name, section);
        let house = House {
            poll_interval: self.plan.poll,
            sweep_interval: self.plan.sweep,
            jitter: 0.0,
            public_url: self.subject.pushes().then(|| PUBLIC.to_owned()),
            ..House::default()
        };
        registry::adapters(&self.transport, &house, &sections)
    }

    /// The streams that are read of this account.
    pub fn streams(&self) -> Vec<&'static str> {
        let entered = self.subject.entered();
        let (id, region) = (self.key.account, "AU".to_owned());
        let account = Account { id, external_id: entered.external_id, region, settings: entered.settings };
        self.adapters()[self.platform.name].streams(&account)
    }

    /// The streams of this account, as the platform declares them.
    pub fn followed(&self) -> impl Iterator<Item = &'static Stream> + use<> {
        let read = self.streams();
        self.platform.declaration.streams.iter().filter(move |stream| read.contains(&stream.name))
    }

    /// A daemon's work that knows nothing yet.
    pub fn work(&self) -> SyncWork {
        let adapters = self.adapters();
        let entered = self.subject.entered();
        let adapter = &adapters[self.platform.name];
        assert_eq!(adapter.check_settings(&entered.external_id, &entered.settings), Ok(()));
        let settings = SyncSettings { sweep: Schedule::Every(self.plan.sweep) };
        let (clock, settings) = (self.hand.clock(), Arc::new(ArcSwap::from_pointee(settings)));
        SyncWork::new(self.store.clone(), adapters, self.keys.clone(), clock, self.ids.clone(), settings)
    }

    /// A new incarnation's right.
    pub async fn lease(&self) -> Lease {
        let raised = roster::raise_fences(&self.store, &[self.key], self.hand.now()).await.unwrap();
        Lease { key: self.key, platform: self.platform.name.into(), generation: raised[0] }
    }

    /// Whether incarnations die while their answer is on its way.
    pub fn set_dying(&self, dying: bool) {
        self.dying.store(dying, Ordering::SeqCst);
    }

    /// Does something at the platform that is committed now and bears a time of so long ago.
    pub fn late<T>(&self, by: SignedDuration, deed: impl FnOnce(&dyn Subject) -> T) -> T {
        self.behind.store(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
        let done = deed(&*self.subject);
        self.behind.store(0, Ordering::SeqCst);
        done
    }

    /// A session that sees the organization's rows as the daemon does.
    pub async fn client(&self) -> Client {
        let client = self.db.client(Role::Daemon).await;
        see(&client, self.key.organization).await;
        client
    }

    /// Rows as texts, in order.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        let rows = self.client().await.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, Option<String>>(0).unwrap_or_else(|| "null".to_owned())).collect()
    }

    /// No limit was ever overstepped.
    pub fn assert_no_violation(&self) {
        let counters = self.subject.counters();
        assert_eq!(counters.violations, 0, "{}: {counters:?}", self.platform.name);
    }
}

/// Makes an organization and its account.
async fn enter(store: &Store, ids: &Ids, platform: &Platform, entered: &Entered, now: Timestamp) -> SyncKey {
    let new = NewOrganization {
        id: ids.next(now),
        clerk_org_id: None,
        name: "Harbour Physio",
        region: "AU",
        timezone: "Australia/Perth",
    };
    let organization = organizations::insert(store, &new, now).await.unwrap();
    let new = NewAccount {
        id: ids.next(now),
        platform: platform.name,
        external_id: &entered.external_id,
        name: None,
        settings: &entered.settings,
    };
    let mut session = store.session(organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let account = accounts::insert(&tenant, &new, now).await.unwrap();
    tenant.commit().await.unwrap();
    SyncKey { organization, account }
}

/// A way to the simulator on which time passes, and on which who asks may lose its right.
fn watched(
    inner: Arc<dyn Transport>,
    hand: &Hand,
    pace: SignedDuration,
    (store, key, dying, access): (Store, SyncKey, Arc<AtomicBool>, &'static [&'static str]),
) -> Arc<dyn Transport> {
    let hand = hand.clone();
    Arc::new(InProcess::new(move |request: Request<Bytes>| {
        let (inner, hand, store, dying) =
            (Arc::clone(&inner), hand.clone(), store.clone(), Arc::clone(&dying));
        async move {
            hand.advance(pace / 2);
            let opens = access.contains(&request.uri().path());
            let answer = inner.send(request).await;
            hand.advance(pace / 2);
            if dying.load(Ordering::SeqCst) && !opens {
                roster::raise_fences(&store, &[key], hand.now()).await.unwrap();
            }
            answer
        }
    }))
}
