//! A world for the tree: accounts, fences and gates in memory, which also checks what must always hold.

use std::{
    collections::HashMap,
    future::pending,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use jiff::Timestamp;
use ractor::ActorCell;
use uuid::Uuid;

use super::ahead::{answered, send};
use crate::{
    ActorStatus, Backoff, Settings, State, Tree,
    clock::Clock,
    event::Event,
    house::House,
    permits::{Open, Opening, Permit, Permits, Refused, Request, Waiting},
    port::{
        Account, Answer, Applied, ApplyReport, Budget, Delivered, Demand, Errand, Fences, Files, Generation,
        Lease, Limit, Observer, Outcome, PortError, Ports, Progress, Report, Rollup, Roster, Stepped, Sync,
        SyncKey, Urgency,
    },
};

/// What an account does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Play {
    /// One step that takes this long, then caught up for a minute.
    Work(Duration),
    /// One page after the other, each of this length.
    Pages(Duration),
    /// The same, and the request of the next page is sent while a page is written, if the gates grant it by then.
    Ahead(Duration),
    /// One step that blocks its thread, so that it cannot be cut off; then caught up for a minute.
    Block(Duration),
    /// Nothing is due for this long.
    Idle(Duration),
    Panic,
    PanicOnResume,
    Hang,
    HangOnResume,
    Deny,
    Fail,
    Fence,
}

/// What applying does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Apply {
    /// A portion of so many deliveries, in this time.
    Portion(usize, Duration),
    Panic,
    Hang,
    Fail,
    Fence,
    /// The next one is to be tried only then.
    Wait(Duration),
}

/// What the gates do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    Grant,
    /// The request stands in a queue and the gates know it.
    Queue,
    /// The request is forgotten.
    Lose,
    Open(Timestamp),
    Shut,
    Gone,
}

#[derive(Default)]
pub(super) struct Facts {
    pub(super) roster: Vec<Account>,
    pub(super) roster_fails: bool,
    /// In how long what is applied is to be read.
    pub(super) due_in: Duration,
    pub(super) fences_fail: bool,
    pub(super) fences: HashMap<SyncKey, Generation>,
    /// How many keys each raise had.
    pub(super) raises: Vec<usize>,
    pub(super) plays: HashMap<SyncKey, Play>,
    pub(super) gates: HashMap<SyncKey, Gate>,
    pub(super) resumes: HashMap<SyncKey, usize>,
    /// Steps that began, and those that ended.
    pub(super) steps: HashMap<SyncKey, usize>,
    pub(super) done: HashMap<SyncKey, usize>,
    working: HashMap<SyncKey, HashMap<&'static str, Generation>>,
    pub(super) applies: HashMap<SyncKey, Apply>,
    /// What waits to be applied, what was, and how often somebody looked.
    pub(super) delivered: HashMap<SyncKey, usize>,
    pub(super) applied: HashMap<SyncKey, usize>,
    pub(super) portions: HashMap<SyncKey, usize>,
    /// Permits asked for, granted, used, and dropped unused.
    pub(super) asked: usize,
    pub(super) granted: usize,
    pub(super) settled: usize,
    pub(super) dropped: usize,
    pub(super) events: Vec<Event>,
    pub(super) violations: Vec<String>,
}

#[derive(Clone, Default)]
pub(super) struct World(Arc<Mutex<Facts>>);

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);

pub(super) fn key(organization: u128, account: u128) -> SyncKey {
    SyncKey { organization: Uuid::from_u128(organization), account: Uuid::from_u128(account) }
}

pub(super) fn account(key: SyncKey) -> Account {
    Account { key, platform: "cliniko".into(), organization_name: "Praxis".into(), version: 1, hold: None }
}

/// Default settings without jitter, so that times are exact.
pub(super) fn exact() -> Settings {
    let mut settings = Settings::default();
    let calm = |pause: &mut Backoff| pause.jitter = 0.0;
    calm(&mut settings.roster_pause);
    calm(&mut settings.failure_pause);
    calm(&mut settings.fence_pause);
    calm(&mut settings.sync_restarts.pause);
    calm(&mut settings.organization_restarts.pause);
    calm(&mut settings.branch_restarts.pause);
    settings
}

/// Lets virtual time pass until `holds`.
pub(super) async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..400_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never came true: {what}");
}

impl World {
    pub(super) fn with(keys: impl IntoIterator<Item = SyncKey>) -> Self {
        let world = Self::default();
        world.facts().roster = keys.into_iter().map(account).collect();
        world
    }

    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap()
    }

    pub(super) async fn start(&self, settings: Settings) -> Tree {
        let clock = Clock::starting_at("2026-03-02T08:00:00Z".parse().unwrap());
        let ports = Ports::new(self.clone(), self.clone(), self.clone(), self.clone());
        Tree::start_with(settings, clock, ports, Arc::new(self.clone())).await.unwrap()
    }

    /// With figures.
    pub(super) async fn start_counting(&self, settings: Settings, rollup: impl Rollup) -> Tree {
        let clock = Clock::starting_at("2026-03-02T08:00:00Z".parse().unwrap());
        let ports = Ports::new(self.clone(), self.clone(), self.clone(), self.clone()).with_rollup(rollup);
        Tree::start_with(settings, clock, ports, Arc::new(self.clone())).await.unwrap()
    }

    /// With files.
    pub(super) async fn start_filing(&self, settings: Settings, files: impl Files) -> Tree {
        let clock = Clock::starting_at("2026-03-02T08:00:00Z".parse().unwrap());
        let ports = Ports::new(self.clone(), self.clone(), self.clone(), self.clone()).with_files(files);
        Tree::start_with(settings, clock, ports, Arc::new(self.clone())).await.unwrap()
    }

    /// With the real gates.
    pub(super) async fn start_gated(&self, settings: Settings) -> Tree {
        let clock = Clock::starting_at("2026-03-02T08:00:00Z".parse().unwrap());
        let ports = Ports::new(self.clone(), self.clone(), self.clone(), self.clone());
        Tree::start(settings, clock, ports).await.unwrap()
    }

    pub(super) fn play(&self, key: SyncKey, play: Play) {
        self.facts().plays.insert(key, play);
    }

    pub(super) fn gate(&self, key: SyncKey, gate: Gate) {
        self.facts().gates.insert(key, gate);
    }

    pub(super) fn steps(&self, key: SyncKey) -> usize {
        self.facts().steps.get(&key).copied().unwrap_or(0)
    }

    pub(super) fn done(&self, key: SyncKey) -> usize {
        self.facts().done.get(&key).copied().unwrap_or(0)
    }

    pub(super) fn resumes(&self, key: SyncKey) -> usize {
        self.facts().resumes.get(&key).copied().unwrap_or(0)
    }

    pub(super) fn applied(&self, key: SyncKey) -> usize {
        self.facts().applied.get(&key).copied().unwrap_or(0)
    }

    pub(super) fn portions(&self, key: SyncKey) -> usize {
        self.facts().portions.get(&key).copied().unwrap_or(0)
    }

    /// Something is delivered; nobody is told.
    pub(super) fn deliver(&self, key: SyncKey, count: usize) {
        *self.facts().delivered.entry(key).or_default() += count;
    }

    pub(super) fn change(&self, key: SyncKey, change: impl FnOnce(&mut Account)) {
        change(self.facts().roster.iter_mut().find(|account| account.key == key).unwrap());
    }

    pub(super) fn count(&self, is_it: impl Fn(&Event) -> bool) -> usize {
        self.facts().events.iter().filter(|event| is_it(event)).count()
    }

    /// Nothing that must always hold was broken so far.
    pub(super) fn assert_sound(&self) {
        let violations = self.facts().violations.clone();
        assert!(violations.is_empty(), "{violations:?}");
    }

    pub(super) fn demand(&self) -> Demand {
        Demand {
            api: "cliniko".into(),
            host: "api.example.test".into(),
            budgets: vec![Budget { name: "account".into(), limit: Limit::Concurrent(1) }],
            stream: "patients".into(),
            urgency: Urgency::Poll,
        }
    }

    fn play_of(&self, key: SyncKey) -> Play {
        self.facts().plays.get(&key).copied().unwrap_or(Play::Work(SECOND))
    }

    pub(super) fn enter(&self, lease: &Lease, duty: &'static str) -> Working {
        let mut facts = self.facts();
        let others = facts.working.entry(lease.key).or_default();
        let foreign =
            others.iter().find(|(_, as_)| **as_ != lease.generation).map(|(other, as_)| (*other, *as_));
        let before = others.insert(duty, lease.generation);
        if let Some((other, as_)) = foreign {
            let violation = format!("{} {duty} as {} and {other} as {as_}", lease.key, lease.generation);
            facts.violations.push(violation);
        }
        if let Some(other) = before {
            let violation = format!("{} works as {other} and as {}", lease.key, lease.generation);
            facts.violations.push(violation);
        }
        let fence = facts.fences.get(&lease.key).copied();
        if fence != Some(lease.generation) {
            let violation = format!("{} works as {} behind fence {fence:?}", lease.key, lease.generation);
            facts.violations.push(violation);
        }
        Working(self.clone(), lease.key, duty)
    }
}

/// While it lives, a task works for the account.
pub(super) struct Working(World, SyncKey, &'static str);

impl Drop for Working {
    fn drop(&mut self) {
        let mut facts = self.0.facts();
        if let Some(duties) = facts.working.get_mut(&self.1) {
            duties.remove(self.2);
        }
    }
}

impl Sync for World {
    async fn resume(&self, lease: Lease) -> Outcome {
        let _working = self.enter(&lease, "fetches");
        *self.facts().resumes.entry(lease.key).or_default() += 1;
        // Long enough that others may come between.
        tokio::time::sleep(Duration::from_millis(3)).await;
        match self.play_of(lease.key) {
            Play::PanicOnResume => panic!("asked to panic on resume"),
            Play::HangOnResume => pending().await,
            Play::Idle(again_in) => Outcome::CaughtUp { again_in },
            _ => Outcome::More(self.demand()),
        }
    }

    async fn step(&self, lease: Lease, errand: Errand) -> Stepped {
        let _working = self.enter(&lease, "fetches");
        let Errand { demand, sent, ahead } = errand;
        answered(sent);
        let mut sent = None;
        *self.facts().steps.entry(lease.key).or_default() += 1;
        tokio::time::sleep(Duration::from_millis(3)).await;
        let outcome = match self.play_of(lease.key) {
            Play::Work(takes) => {
                tokio::time::sleep(takes).await;
                Outcome::CaughtUp { again_in: MINUTE }
            }
            Play::Block(takes) => {
                std::thread::sleep(takes);
                Outcome::CaughtUp { again_in: MINUTE }
            }
            Play::Pages(takes) => {
                tokio::time::sleep(takes).await;
                Outcome::More(demand)
            }
            Play::Ahead(takes) => {
                sent = send(ahead, &demand, takes).await;
                Outcome::More(demand)
            }
            Play::Idle(again_in) => Outcome::CaughtUp { again_in },
            Play::Panic => panic!("asked to panic in a step"),
            Play::Hang => pending().await,
            Play::Deny => Outcome::Denied { reason: "the key was revoked".into() },
            Play::Fail => Outcome::Failed { reason: "500".into() },
            Play::Fence => Outcome::Fenced,
            Play::PanicOnResume | Play::HangOnResume => Outcome::CaughtUp { again_in: SECOND },
        };
        *self.facts().done.entry(lease.key).or_default() += 1;
        let cursor = Some(format!("page {}", self.steps(lease.key)));
        let progress = Progress { records: 10, changed: 2, cursor, ..Progress::default() };
        Stepped { report: Report { answer: Answer::Healthy, outcome, progress }, sent }
    }

    async fn apply(&self, lease: Lease) -> ApplyReport {
        let _working = self.enter(&lease, "applies");
        let key = lease.key;
        *self.facts().portions.entry(key).or_default() += 1;
        let apply = self.facts().applies.get(&key).copied();
        let (most, takes) = match apply.unwrap_or(Apply::Portion(10, Duration::from_millis(2))) {
            Apply::Portion(most, takes) => (most, takes),
            Apply::Panic => panic!("asked to panic while applying"),
            Apply::Hang => pending().await,
            other => (0, Duration::from_millis(if other == Apply::Fail { 2 } else { 1 })),
        };
        tokio::time::sleep(takes).await;
        let mut facts = self.facts();
        let waiting = facts.delivered.entry(key).or_default();
        let taken = most.min(*waiting);
        *waiting -= taken;
        let outcome = match apply {
            Some(Apply::Fail) => Applied::Failed { reason: "no database".into() },
            Some(Apply::Fence) => Applied::Fenced,
            Some(Apply::Wait(pause)) => Applied::Wait { pause },
            _ if *waiting > 0 => Applied::More,
            _ => Applied::Done,
        };
        *facts.applied.entry(key).or_default() += taken;
        let done = Delivered { settled: taken as u64, changed: taken as u64, ..Delivered::default() };
        ApplyReport { outcome, done, due_in: (taken > 0).then_some(facts.due_in) }
    }
}

impl Roster for World {
    async fn load(&self) -> Result<Vec<Account>, PortError> {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let facts = self.facts();
        if facts.roster_fails { Err(PortError("no database".into())) } else { Ok(facts.roster.clone()) }
    }
}

impl Fences for World {
    async fn raise(&self, keys: Vec<SyncKey>) -> Result<Vec<Generation>, PortError> {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let mut facts = self.facts();
        if facts.fences_fail {
            return Err(PortError("no database".into()));
        }
        facts.raises.push(keys.len());
        Ok(keys
            .into_iter()
            .map(|key| {
                if facts.working.get(&key).is_some_and(|duties| !duties.is_empty()) {
                    facts.violations.push(format!("{key} was raised while it worked"));
                }
                let generation = facts.fences.entry(key).or_insert(0);
                *generation += 1;
                *generation
            })
            .collect())
    }
}

impl Observer for World {
    fn event(&self, event: &Event) {
        self.facts().events.push(event.clone());
    }
}

impl Open for World {
    fn open(&self, _: Arc<House>, _: ActorCell) -> Opening<'_> {
        let permits: Arc<dyn Permits> = Arc::new(self.clone());
        Box::pin(async move { Ok((permits, None)) })
    }
}

impl Permits for World {
    fn ask(&self, claimant: SyncKey, _: Demand) -> Request {
        let world = self.clone();
        self.facts().asked += 1;
        let gate = self.facts().gates.get(&claimant).copied().unwrap_or(Gate::Grant);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            match gate {
                Gate::Grant => Ok(Box::new(Paper::of(world)) as Box<dyn Permit>),
                Gate::Queue | Gate::Lose => pending().await,
                Gate::Open(until) => Err(Refused::Open { until }),
                Gate::Shut => Err(Refused::Shut { reason: "the limiter failed too often".into() }),
                Gate::Gone => Err(Refused::Gone),
            }
        })
    }

    fn waiting(&self, claimant: SyncKey) -> Option<Waiting> {
        let queued = self.facts().gates.get(&claimant) == Some(&Gate::Queue);
        queued.then(|| Waiting { what: "budget account of cliniko".into(), until: None })
    }
}

/// A permit, and whether it was settled.
struct Paper(World, bool);

impl Paper {
    fn of(world: World) -> Self {
        world.facts().granted += 1;
        Self(world, false)
    }
}

impl Permit for Paper {
    fn settle(mut self: Box<Self>, _: &Answer) {
        self.1 = true;
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        let mut facts = self.0.facts();
        if self.1 { facts.settled += 1 } else { facts.dropped += 1 }
    }
}

pub(super) fn state(tree: &Tree, key: SyncKey) -> Option<State> {
    tree.status(key).map(|status| status.state)
}

pub(super) fn status(tree: &Tree, key: SyncKey) -> ActorStatus {
    tree.status(key).unwrap()
}

/// Kills a branch of the tree, as a bug would.
pub(super) fn kill_organizations(tree: &Tree) {
    tree.house().organizations().unwrap().get_cell().kill();
}
