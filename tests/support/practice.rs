//! Practices to prove the synchronization with: a database of their own, a simulated Chatwoot reached in-process, and the
//! real work over both. Time stands still unless a test or a request moves it, so that nothing ever has to be waited for.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwap;
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use routiq::{
    config::value::Schedule,
    demo::compare::{Comparison, chatwoot::compare},
    domain::{
        change::{Change, Record},
        ids::Ids,
        seal::Keyring,
        stream::Page,
    },
    platforms::{
        Adapter as AnyAdapter, Adapters,
        chatwoot::{Chatwoot as Adapter, ChatwootConfig},
        transport::{InProcess, Transport, TransportError},
    },
    store::{
        PoolSettings, Store,
        accounts::{self, NewAccount},
        apply::{self, Applied, Origin, Source},
        ledger,
        organizations::{self, NewOrganization},
        payloads,
        roles::Role,
        roster,
    },
    work::{RosterWork, SyncSettings, SyncWork},
};
use routiq_actors::{
    clock::Clock,
    port::{Answer, Demand, Lease, Outcome, Progress, Sync, SyncKey},
};
use routiq_simulators::{
    chatwoot::{Chatwoot, Cut, Seat, Settings, Version},
    names::Region,
    population::Practice,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

use super::TestDb;

/// Where the simulated installation believes to be.
pub const ORIGIN: &str = "https://chat.example.org";
/// When the history ends.
pub const EPOCH: &str = "2031-03-04T05:06:07Z";

/// A clock moved by hand.
#[derive(Clone)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.as_microsecond())))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }

    /// Never back.
    pub fn advance_to(&self, time: Timestamp) {
        self.0.fetch_max(time.as_microsecond(), Ordering::SeqCst);
    }

    /// Wherever it is told, back too.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.as_microsecond(), Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let hand = self.clone();
        Clock::reading(move || hand.now())
    }
}

/// What stands between the work and the simulator: sees each request, may change each answer.
type Hook = Arc<dyn Fn(&str, Result<Response<Bytes>, TransportError>) -> Answered + Send + std::marker::Sync>;
type Answered = Result<Response<Bytes>, TransportError>;

/// How a house is set up.
#[derive(Clone)]
pub struct Plan {
    pub seed: u64,
    pub version: Version,
    pub practices: Vec<Practice>,
    pub sweep: Duration,
    /// How long a conversation waits to be read after a webhook told its new message.
    pub settle: Duration,
    /// What passes while a request is under way.
    pub pace: SignedDuration,
    /// Where links to files lead, and for how many seconds addresses of files hold.
    pub storage: Option<String>,
    pub links_last: Option<u32>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            seed: 1,
            version: Version::default(),
            practices: vec![practice("Harbour Physio")],
            sweep: Duration::from_secs(24 * 3600),
            settle: Duration::ZERO,
            pace: SignedDuration::from_millis(60),
            storage: None,
            links_last: None,
        }
    }
}

/// A small practice with everything in it; all its history is young enough for a sweep to read it again.
pub fn practice(name: &str) -> Practice {
    Practice {
        name: name.to_owned(),
        time_zone: "Australia/Perth".to_owned(),
        region: Region::Au,
        contacts: 34,
        conversations: 30,
        messages_per_conversation: 4.0,
        history_days: 20,
        attachments: 0.2,
        imported: 0.1,
        deleted_messages: 0.05,
        visitors: 0.1,
        events_per_hour: 60.0,
        ..Practice::default()
    }
}

/// An account, its organization and its seat at the simulator.
#[derive(Clone)]
pub struct Member {
    pub key: SyncKey,
    pub seat: Seat,
}

/// Everything.
pub struct House {
    pub db: TestDb,
    pub store: Store,
    pub keys: Keyring,
    pub simulator: Chatwoot,
    pub hand: Hand,
    pub ids: Ids,
    pub members: Vec<Member>,
    transport: Arc<dyn Transport>,
    hook: Arc<Mutex<Option<Hook>>>,
    sweep: Duration,
    settle: Duration,
}

impl House {
    /// One practice, history and all; nothing of it in the tables yet.
    pub async fn new() -> Self {
        Self::of(Plan::default()).await
    }

    pub async fn of(plan: Plan) -> Self {
        let db = TestDb::new().await;
        let hand = Hand::at(EPOCH.parse().unwrap());
        let reading = hand.clone();
        let settings = Settings {
            seed: plan.seed,
            version: plan.version,
            origin: ORIGIN.to_owned(),
            live: true,
            log_size: 10_000,
            storage: plan.storage,
            links_last: plan.links_last,
            ..Settings::default()
        };
        let simulator = Chatwoot::new(settings, Arc::new(move || reading.now()));
        let seats = simulator.add_practices(&plan.practices).unwrap();
        let passwords = db.passwords();
        let pools = PoolSettings { size: 6, ..PoolSettings::default() };
        let keys = Keyring::new([(1, [7; 32])]).unwrap();
        let store = Store::open(&db.target(), &db.login(Role::Daemon), passwords, pools).unwrap();
        let store = store.with_keys(keys.clone());
        let hook: Arc<Mutex<Option<Hook>>> = Arc::default();
        let transport = transport(simulator.clone(), hand.clone(), plan.pace, hook.clone());
        let mut house = Self {
            db,
            store,
            keys,
            simulator,
            hand,
            ids: Ids::seeded(plan.seed),
            members: Vec::new(),
            transport,
            hook,
            sweep: plan.sweep,
            settle: plan.settle,
        };
        for (practice, seat) in plan.practices.iter().zip(seats) {
            let organization = house.organization(&practice.name, &practice.time_zone).await;
            let member = house.account(organization, seat).await;
            house.members.push(member);
        }
        house
    }

    /// Makes an organization.
    pub async fn organization(&self, name: &str, timezone: &str) -> Uuid {
        let now = self.hand.now();
        let clerk = format!("org_{}", name.replace(' ', ""));
        let new = NewOrganization {
            id: self.ids.next(now),
            clerk_org_id: Some(&clerk),
            name,
            region: "AU",
            timezone,
        };
        organizations::insert(&self.store, &new, now).await.unwrap()
    }

    /// Makes an account with its administrator's token.
    pub async fn account(&self, organization: Uuid, seat: Seat) -> Member {
        let settings =
            json!({ "base_url": ORIGIN, "poll_interval_seconds": 300, "unlisted_recheck_hours": 1 });
        let (now, external_id) = (self.hand.now(), seat.account.to_string());
        let new = NewAccount {
            id: self.ids.next(now),
            platform: "chatwoot",
            external_id: &external_id,
            name: None,
            settings: &settings,
        };
        let mut session = self.store.session(organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let account = accounts::insert(&tenant, &new, now).await.unwrap();
        tenant.commit().await.unwrap();
        let member = Member { key: SyncKey { organization, account }, seat };
        self.set_token(&member, &member.seat.administrator).await;
        member
    }

    /// Sets a credential, as the command line does.
    pub async fn set_token(&self, member: &Member, token: &str) {
        let now = self.hand.now();
        let mut session = self.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let place = (member.key.account, "chatwoot");
        let secret = SecretString::from(token.to_owned());
        accounts::set_credential(&tenant, &self.keys, place, &secret, self.ids.next(now), "test", now)
            .await
            .unwrap();
        tenant.commit().await.unwrap();
    }

    /// The only member of a house with one.
    pub fn one(&self) -> Member {
        assert_eq!(self.members.len(), 1);
        self.members[0].clone()
    }

    /// A daemon's work, knowing nothing yet.
    pub fn work(&self) -> SyncWork {
        self.work_with(self.keys.clone())
    }

    pub fn work_with(&self, keys: Keyring) -> SyncWork {
        self.build(keys, None)
    }

    /// A daemon that the world reaches under this address.
    pub fn work_at(&self, public_url: Option<&str>) -> SyncWork {
        self.build(self.keys.clone(), public_url)
    }

    fn build(&self, keys: Keyring, public_url: Option<&str>) -> SyncWork {
        self.work_of([("chatwoot", self.adapter_at(public_url))].into(), keys)
    }

    /// The adapter that a daemon would have.
    pub fn adapter(&self) -> Arc<dyn AnyAdapter> {
        self.adapter_at(None)
    }

    fn adapter_at(&self, public_url: Option<&str>) -> Arc<dyn AnyAdapter> {
        let config = ChatwootConfig {
            jitter: 0.0,
            contacts_relist_most: self.sweep,
            settle: self.settle,
            public_url: public_url.map(str::to_owned),
            ..ChatwootConfig::default()
        };
        Arc::new(Adapter::new(self.transport.clone(), config))
    }

    /// The way out.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport)
    }

    /// A daemon's work over these adapters.
    pub fn work_of(&self, adapters: Adapters, keys: Keyring) -> SyncWork {
        let settings = SyncSettings { sweep: Schedule::Every(self.sweep) };
        let settings = Arc::new(ArcSwap::from_pointee(settings));
        SyncWork::new(self.store.clone(), adapters, keys, self.hand.clock(), self.ids.clone(), settings)
    }

    pub fn roster(&self) -> RosterWork {
        RosterWork::new(self.store.clone(), self.hand.clock())
    }

    /// A new incarnation's right.
    pub async fn lease(&self, member: &Member) -> Lease {
        let raised = roster::raise_fences(&self.store, &[member.key], self.hand.now()).await.unwrap();
        Lease { key: member.key, platform: "chatwoot".into(), generation: raised[0] }
    }

    /// A new incarnation, without a tree.
    pub async fn drive(&self, member: &Member) -> Driver<'_> {
        self.drive_with(member, self.work()).await
    }

    pub async fn drive_with(&self, member: &Member, work: SyncWork) -> Driver<'_> {
        let lease = self.lease(member).await;
        Driver { house: self, member: member.clone(), work, lease, next: Next::Look, steps: 0 }
    }

    /// Stands between the work and the simulator from now on.
    pub fn hook(&self, hook: impl Fn(&str, Answered) -> Answered + Send + std::marker::Sync + 'static) {
        *self.hook.lock().unwrap() = Some(Arc::new(hook));
    }

    pub fn unhook(&self) {
        *self.hook.lock().unwrap() = None;
    }

    /// Changes the JSON of every answer whose path holds `part`.
    pub fn rewrite(
        &self,
        part: &'static str,
        change: impl Fn(String) -> String + Send + std::marker::Sync + 'static,
    ) {
        self.hook(move |path, answer| {
            let mut answer = answer?;
            if path.contains(part) {
                let text = String::from_utf8(answer.body().to_vec()).unwrap();
                *answer.body_mut() = Bytes::from(change(text));
            }
            Ok(answer)
        });
    }

    pub async fn request_sweep(&self, member: &Member) {
        let mut session = self.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        accounts::request_sweep(&tenant, member.key.account, self.hand.now()).await.unwrap();
        tenant.commit().await.unwrap();
    }

    /// Writes records as a page asked for at `observed_at` would.
    pub async fn apply(&self, member: &Member, records: Vec<Record>, observed_at: Timestamp) -> Applied {
        let now = self.hand.now();
        let changes = records.into_iter().enumerate();
        let changes: Vec<Change> = changes.map(|(raw, record)| Change::new(record, None, raw)).collect();
        let raw =
            changes.iter().map(|change| json!({ "id": change.record.external_id() }).to_string()).collect();
        let page = Page {
            stream: "contacts",
            request: "test".to_owned(),
            observed_at,
            changes,
            raw,
            ..Page::default()
        };
        let source = Source {
            origin: Origin::Page,
            account: member.key.account,
            platform: "chatwoot",
            generation: 1,
            transform_version: 1,
            observed_at,
            payload: self.ids.next(now),
            now,
            ids: &self.ids,
            keys: &self.keys,
            cause: "sync",
        };
        let mut session = self.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let applied = apply::apply(&tenant, &source, &page).await.unwrap();
        payloads::keep(&tenant, &source, &page, &applied).await.unwrap();
        tenant.commit().await.unwrap();
        applied
    }

    /// How the tables differ from the truth.
    pub async fn comparison(&self, member: &Member) -> Comparison {
        let mut session = self.store.session(member.key.organization).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let rows = ledger::read(&tenant, member.key.account).await.unwrap();
        compare(&rows, &self.simulator.ledger(member.seat.account).unwrap())
    }

    /// The tables are the truth.
    pub async fn assert_equal(&self, member: &Member, when: &str) {
        let comparison = self.comparison(member).await;
        assert_eq!(comparison.differences, 0, "{when}: {:#?}", comparison.examples);
        assert!(comparison.count("messages") > 0, "{when}: nothing to compare");
    }

    /// A session that sees one organization's rows as the daemon does.
    pub async fn client(&self, member: &Member) -> Client {
        let client = self.db.client(Role::Daemon).await;
        see(&client, member.key.organization).await;
        client
    }

    /// One number.
    pub async fn count(&self, member: &Member, what: &str) -> i64 {
        self.client(member)
            .await
            .query_one(&format!("select count(*) from {what}"), &[])
            .await
            .unwrap()
            .get(0)
    }

    /// Rows as texts, in order.
    pub async fn texts(&self, member: &Member, query: &str) -> Vec<String> {
        let rows = self.client(member).await.query(query, &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, Option<String>>(0).unwrap_or_else(|| "null".to_owned())).collect()
    }

    /// Does something as the daemon's login.
    pub async fn run(&self, member: &Member, statement: &str) {
        self.client(member).await.batch_execute(statement).await.unwrap();
    }
}

/// Sets the organization of a whole session.
pub async fn see(client: &Client, organization: Uuid) {
    let set = "select set_config('app.current_organization_id', $1, false)";
    client.execute(set, &[&organization.to_string()]).await.unwrap();
}

fn transport(
    simulator: Chatwoot,
    hand: Hand,
    pace: SignedDuration,
    hook: Arc<Mutex<Option<Hook>>>,
) -> Arc<dyn Transport> {
    Arc::new(InProcess::new(move |request: Request<Bytes>| {
        let (simulator, hand, hook) = (simulator.clone(), hand.clone(), hook.lock().unwrap().clone());
        async move {
            let path = request.uri().path_and_query().unwrap().to_string();
            hand.advance(pace / 2);
            let answer = match simulator.handle(request).await {
                Ok(answer) => Ok(answer),
                Err(Cut::Connection | Cut::Body(_)) => Err(TransportError::Cut),
                Err(Cut::TimedOut) => Err(TransportError::Timeout),
            };
            hand.advance(pace / 2);
            match hook {
                Some(hook) => hook(&path, answer),
                None => answer,
            }
        }
    }))
}

/// What an incarnation does next.
#[derive(Clone, Debug)]
pub enum Next {
    Look,
    Step(Demand),
    /// Until then, and why when something is wrong.
    Rest(Timestamp, Option<String>),
    Denied(String),
    Fenced,
}

/// One incarnation of one account's actor, driven by hand.
pub struct Driver<'a> {
    pub house: &'a House,
    pub member: Member,
    pub work: SyncWork,
    pub lease: Lease,
    pub next: Next,
    pub steps: usize,
}

impl Driver<'_> {
    /// Looks or steps, once.
    pub async fn turn(&mut self) -> Option<(Answer, Progress)> {
        let now = self.house.hand.now();
        let (outcome, done) = match std::mem::replace(&mut self.next, Next::Look) {
            Next::Step(demand) => {
                self.steps += 1;
                let report = Sync::step(&self.work, self.lease.clone(), demand.into()).await.report;
                (report.outcome, Some((report.answer, report.progress)))
            }
            Next::Look => (Sync::resume(&self.work, self.lease.clone()).await, None),
            Next::Rest(until, _) if until <= now => {
                (Sync::resume(&self.work, self.lease.clone()).await, None)
            }
            other => {
                self.next = other;
                return None;
            }
        };
        let after = |pause: Duration| now + SignedDuration::try_from(pause).unwrap();
        self.next = match outcome {
            Outcome::More(demand) => Next::Step(demand),
            Outcome::CaughtUp { again_in } => Next::Rest(after(again_in), None),
            Outcome::Wait { pause, reason } => Next::Rest(after(pause), Some(reason)),
            Outcome::Failed { reason } => Next::Rest(after(Duration::from_secs(2)), Some(reason)),
            Outcome::Denied { reason } => Next::Denied(reason),
            Outcome::Fenced => Next::Fenced,
        };
        done
    }

    /// Looks at the tables next.
    pub fn nudge(&mut self) {
        if !matches!(self.next, Next::Denied(_) | Next::Fenced) {
            self.next = Next::Look;
        }
    }

    /// Works until nothing is due; waits and failures pass as the tree would let them pass.
    pub async fn settle(&mut self) {
        let mut trouble = None;
        for _ in 0..2_000 {
            self.turn().await;
            match &self.next {
                Next::Rest(_, None) => return,
                Next::Rest(until, Some(why)) => {
                    trouble = Some(why.clone());
                    self.house.hand.advance_to(*until);
                }
                Next::Look | Next::Step(_) => {}
                stuck => panic!("{stuck:?}"),
            }
        }
        let asked: Vec<_> = self
            .house
            .simulator
            .log()
            .iter()
            .rev()
            .take(5)
            .map(|entry| format!("{}?{}", entry.path, entry.query))
            .collect();
        panic!("never caught up: {:?}; last trouble {trouble:?}; last asked {asked:#?}", self.next);
    }

    /// Works until it fails, is denied, fenced or caught up; says why it stopped.
    pub async fn until_trouble(&mut self) -> Option<String> {
        for _ in 0..2_000 {
            self.turn().await;
            match &self.next {
                Next::Rest(_, why) => return why.clone(),
                Next::Denied(why) => return Some(why.clone()),
                Next::Fenced => return Some("fenced".to_owned()),
                Next::Look | Next::Step(_) => {}
            }
        }
        panic!("neither trouble nor the end: {:?}", self.next);
    }

    /// Lives on for so long, polling as it is due.
    pub async fn live(&mut self, span: SignedDuration) {
        let end = self.house.hand.now() + span;
        while self.house.hand.now() < end {
            self.turn().await;
            match &self.next {
                Next::Rest(until, _) => self.house.hand.advance_to((*until).min(end)),
                Next::Look | Next::Step(_) => {}
                stuck => panic!("{stuck:?}"),
            }
        }
    }

    /// Everything is read again, with the world standing still.
    pub async fn sweep(&mut self) {
        self.house.simulator.set_traffic(self.member.seat.account, 0.0).unwrap();
        // What follows from the last events comes within an hour; and what happened in the second of a request is met
        // by a later one.
        self.house.hand.advance(SignedDuration::from_hours(2));
        self.house.request_sweep(&self.member).await;
        self.nudge();
        self.settle().await;
    }
}

/// The figures of a JSON column, for comparing.
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
