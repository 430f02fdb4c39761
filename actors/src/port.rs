//! What the tree asks of the rest of the program, cut at the unit of work.
//!
//! Authors implement [`Sync`], [`Roster`], [`Fences`] and [`Observer`] with native async; the tree boxes each future
//! once, so no type parameter leaks into an actor. No patient, message or SQL type passes through here.

use std::{fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

pub use crate::rollup::NoRollup;
pub use crate::sync::port::{Ahead, Errand, FileReport, Files, FilesDue, Granted, Sent, Stepped, Sync};
use crate::{
    directory::{Directory, DynDirectory},
    journal::port::{DynJournal, NoJournal},
    sync::port::{DynFiles, DynSync},
};

/// The incarnation number of an actor, raised by every start, restart and takeover; the database checks it.
pub type Generation = i64;

/// A boxed port future.
pub type PortFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Names one account's sync actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct SyncKey {
    /// The tenant.
    pub organization: Uuid,
    /// The organization's account at one platform.
    pub account: Uuid,
}

impl fmt::Display for SyncKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.organization, self.account)
    }
}

/// One line of the roster: an account that should have a sync actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose actor this is.
    pub key: SyncKey,
    /// The platform's name, such as `chatwoot`.
    pub platform: Arc<str>,
    /// What operators call the organization.
    pub organization_name: Arc<str>,
    /// Rises whenever the account's configuration or credential changes; a rise ends a park and nudges the actor.
    pub version: i64,
    /// Why this account must not run now, as the tables say.
    pub hold: Option<Hold>,
}

/// Why an actor stands still although it is healthy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// Who wants it to stand still.
    pub kind: HoldKind,
    /// One plain sentence for people.
    pub reason: String,
    /// When the hold ends by itself; `None` until somebody ends it.
    pub until: Option<Timestamp>,
}

/// Who wants an actor to stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// An operator paused it.
    Paused,
    /// The platform refuses the credential; a new one ends the hold.
    Credential,
    /// The organization is suspended.
    Suspended,
}

/// The right of one incarnation to work for one account.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Whose work it is.
    pub key: SyncKey,
    /// The platform's name.
    pub platform: Arc<str>,
    /// The incarnation; every commit proves it.
    pub generation: Generation,
}

/// What one request needs before it may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// The external API, such as `chatwoot`: one branch of the gates.
    pub api: Arc<str>,
    /// The host whose breaker decides, such as `app.chatwoot.com`.
    pub host: Arc<str>,
    /// The budgets the request draws on, narrowest first (account, then host and own address, then the daemon's own).
    pub budgets: Vec<Budget>,
    /// The stream the request belongs to: fairness is between organizations first, then between their streams.
    pub stream: Arc<str>,
    /// How soon somebody waits for it.
    pub urgency: Urgency,
}

/// One limiter: a name and what it allows. The same name always carries the same limit; a new limit replaces the old.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Budget {
    /// Unique within its API, such as `host:app.chatwoot.com`.
    pub name: Arc<str>,
    /// What it allows.
    pub limit: Limit,
}

/// What a budget allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// At most `count` requests begin within any window of length `per`.
    Rate {
        /// Requests.
        count: u32,
        /// Window.
        per: Duration,
    },
    /// At most this many requests are under way at once.
    Concurrent(u32),
}

/// How soon somebody waits for a request. Within one organization the more urgent goes first; between organizations
/// it has no weight, so that nobody buys another practice's turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// What just changed.
    Live,
    /// Regular polling.
    Poll,
    /// History and sweeps.
    Backfill,
}

/// What a step brought: how the host answered, what happens next, and figures for the status.
#[derive(Clone, Debug)]
pub struct Report {
    /// For the breaker and the limiters.
    pub answer: Answer,
    /// For the schedule.
    pub outcome: Outcome,
    /// For the status.
    pub progress: Progress,
}

/// How the host answered the step's one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// No request was sent.
    NotAsked,
    /// The host answered as it should (a refusal of one record included).
    Healthy,
    /// The host says slow down; `budget` names the limiter to pause.
    RateLimited {
        /// Which of the demand's budgets is exhausted.
        budget: Arc<str>,
        /// How long to stay away.
        retry_after: Duration,
    },
    /// The host failed: 5xx, timeout, cut connection, something that is not its protocol.
    Unhealthy {
        /// The class of failure, without contents.
        reason: String,
    },
}

/// What happens next.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// There is more to do and this is what its request needs.
    More(Demand),
    /// Complete for now.
    CaughtUp {
        /// When to look again.
        again_in: Duration,
    },
    /// Nothing may be asked for a while (the host's limit, a maintenance window).
    Wait {
        /// How long.
        pause: Duration,
        /// For what.
        reason: String,
    },
    /// The platform refuses the credential: the actor is parked until the account's version rises.
    Denied {
        /// One plain sentence for people.
        reason: String,
    },
    /// The step failed and left no trace; it is tried again after a growing pause.
    Failed {
        /// The class of failure, without contents.
        reason: String,
    },
    /// Another incarnation holds the fence: this one must end.
    Fenced,
}

/// Figures of one step, for the status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Records received.
    pub records: u64,
    /// Rows written.
    pub changed: u64,
    /// Where the step's stream stands, in words of the platform, without patient data.
    pub cursor: Option<String>,
    /// The source time up to which every stream of the account is proven complete.
    pub proven_until: Option<Timestamp>,
    /// Done and total of a first import, when both are known.
    pub backfill: Option<(u64, u64)>,
    /// Records that a sweep found although something else should have brought them before.
    pub missed: u64,
}

/// Why a port could not answer. Ports fail for reasons of their own (the database is down); what the work itself
/// brings is an [`Outcome`].
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct PortError(pub String);

/// What applying a portion of the deliveries brought.
#[derive(Clone, Debug)]
pub struct ApplyReport {
    /// For the schedule.
    pub outcome: Applied,
    /// Figures.
    pub done: Delivered,
    /// In how long records are to be read because of it: zero means at once, none that nothing became due.
    pub due_in: Option<Duration>,
}

/// What happens next to an account's deliveries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// There may be more.
    More,
    /// Nothing waits.
    Done,
    /// What waits is to be tried again only then.
    Wait {
        /// How long.
        pause: Duration,
    },
    /// It failed and left no trace; it is tried again after a growing pause.
    Failed {
        /// The class of failure, without contents.
        reason: String,
    },
    /// Another incarnation holds the fence: this one must end.
    Fenced,
}

/// Figures of deliveries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// Deliveries that were settled.
    pub settled: u64,
    /// Rows written.
    pub changed: u64,
    /// Deliveries that failed and are tried again later.
    pub failed: u64,
    /// Deliveries given up: they wait for somebody to look.
    pub quarantined: u64,
    /// All of the account's that were given up and still wait, earlier ones too.
    pub aside: u64,
    /// From the acceptance of the oldest one settled until now.
    pub lag: Option<Duration>,
}

/// Who should run.
pub trait Roster: Send + std::marker::Sync + 'static {
    /// Every account that should have an actor, held ones included.
    fn load(&self) -> impl Future<Output = Result<Vec<Account>, PortError>> + Send;
}

/// The fencing tokens.
pub trait Fences: Send + std::marker::Sync + 'static {
    /// Raises the generation of each key in one statement and answers in the same order.
    fn raise(&self, keys: Vec<SyncKey>) -> impl Future<Output = Result<Vec<Generation>, PortError>> + Send;
}

/// One organization's figures: counted from what its transactions marked, numbered, told.
pub trait Rollup: Send + std::marker::Sync + 'static {
    /// Raises the rollup's own fence for a new incarnation.
    fn begin(&self, organization: Uuid) -> impl Future<Output = Result<Generation, PortError>> + Send;
    /// Takes what is marked and brings the figures to it, in one transaction; then tells whoever listens.
    fn roll(&self, lease: RollLease) -> impl Future<Output = Rolled> + Send;
}

/// The right of one incarnation to count for one organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RollLease {
    /// Whose figures.
    pub organization: Uuid,
    /// The incarnation; every commit proves it.
    pub generation: Generation,
}

/// What one look at what is marked brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rolled {
    /// There was more than one look takes.
    More,
    /// Everything marked is counted.
    Done {
        /// When a figure changes although nothing happens.
        again_in: Duration,
    },
    /// It failed and is tried again after a pause.
    Failed {
        /// The class of failure, without contents.
        reason: String,
    },
    /// Another incarnation holds the fence; nothing was written.
    Fenced,
}

/// Hears what happens, at once and without waiting: logs, metrics, alerts. Must not block.
pub trait Observer: Send + std::marker::Sync + 'static {
    /// Something happened.
    fn event(&self, event: &crate::event::Event);
}

/// [`Roster`], erased.
pub(crate) trait DynRoster: Send + std::marker::Sync {
    fn load(&self) -> PortFuture<'_, Result<Vec<Account>, PortError>>;
}

impl<T: Roster> DynRoster for T {
    fn load(&self) -> PortFuture<'_, Result<Vec<Account>, PortError>> {
        Box::pin(Roster::load(self))
    }
}

/// [`Fences`], erased.
pub(crate) trait DynFences: Send + std::marker::Sync {
    fn raise(&self, keys: Vec<SyncKey>) -> PortFuture<'_, Result<Vec<Generation>, PortError>>;
}

impl<T: Fences> DynFences for T {
    fn raise(&self, keys: Vec<SyncKey>) -> PortFuture<'_, Result<Vec<Generation>, PortError>> {
        Box::pin(Fences::raise(self, keys))
    }
}

/// [`Rollup`], erased.
pub(crate) trait DynRollup: Send + std::marker::Sync {
    fn begin(&self, organization: Uuid) -> PortFuture<'_, Result<Generation, PortError>>;
    fn roll(&self, lease: RollLease) -> PortFuture<'_, Rolled>;
}

impl<T: Rollup> DynRollup for T {
    fn begin(&self, organization: Uuid) -> PortFuture<'_, Result<Generation, PortError>> {
        Box::pin(Rollup::begin(self, organization))
    }
    fn roll(&self, lease: RollLease) -> PortFuture<'_, Rolled> {
        Box::pin(Rollup::roll(self, lease))
    }
}

/// The ports, erased once and shared by every actor.
#[derive(Clone)]
pub struct Ports {
    pub(crate) sync: Arc<dyn DynSync>,
    pub(crate) roster: Arc<dyn DynRoster>,
    pub(crate) fences: Arc<dyn DynFences>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) journal: Arc<dyn DynJournal>,
    pub(crate) rollup: Arc<dyn DynRollup>,
    pub(crate) directory: Option<Arc<dyn DynDirectory>>,
    pub(crate) files: Option<Arc<dyn DynFiles>>,
}

impl Ports {
    /// Erases the ports.
    pub fn new(sync: impl Sync, roster: impl Roster, fences: impl Fences, observer: impl Observer) -> Self {
        Self {
            sync: Arc::new(sync),
            roster: Arc::new(roster),
            fences: Arc::new(fences),
            observer: Arc::new(observer),
            journal: Arc::new(NoJournal),
            rollup: Arc::new(NoRollup),
            directory: None,
            files: None,
        }
    }

    /// With figures.
    #[must_use]
    pub fn with_rollup(mut self, rollup: impl Rollup) -> Self {
        self.rollup = Arc::new(rollup);
        self
    }

    /// With files to fetch.
    #[must_use]
    pub fn with_files(mut self, files: impl Files) -> Self {
        self.files = Some(Arc::new(files));
        self
    }

    /// With a directory to keep.
    #[must_use]
    pub fn with_directory(mut self, directory: impl Directory) -> Self {
        self.directory = Some(Arc::new(directory));
        self
    }
}
