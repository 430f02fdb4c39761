//! The directory, as its actor wants it: events applied one transaction each, checks one request and one transaction each.

mod apply;
mod check;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use routiq_actors::{
    Directory, Settled,
    clock::Clock,
    port::{Answer, Demand, Outcome, Progress, Report},
};

use crate::{
    domain::{
        directory::{BillingRules, PlanName, Subscription},
        ids::Ids,
    },
    platforms::{PlatformError, clerk::Clerk, retry::retry_pauses, stripe::Stripe},
    store::{
        Store, StoreError,
        billing::StandingChange,
        directory::{AccessChange, Desk},
    },
};

/// Events applied before others get a turn.
const PORTION: usize = 50;
/// Nothing is left alone for longer.
const LONGEST: Duration = Duration::from_secs(3_600);
/// Pauses after an API that fails.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(900));

/// What may change while the daemon runs.
#[derive(Clone, Debug)]
pub struct DirectorySettings {
    /// What the house makes of payments.
    pub billing: BillingRules,
    /// Our plans by what Stripe's prices are known by: id, key or product.
    pub plans: BTreeMap<String, PlanName>,
    /// Whether Stripe's live events count or those of its test mode; none: both.
    pub livemode: Option<bool>,
    /// How often everything is compared with its source.
    pub check_every: Duration,
}

impl DirectorySettings {
    fn plan(&self, subscription: &Subscription) -> Option<PlanName> {
        subscription.price.iter().find_map(|name| self.plans.get(name).copied())
    }
}

/// What somebody should know.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// An event was settled: `applied`, `ignored`, `postponed` or `quarantined`.
    Event {
        /// `clerk` or `stripe`.
        platform: String,
        /// What became of it.
        outcome: &'static str,
        /// The platform's word for what happened.
        event_type: String,
        /// Why it was not applied.
        reason: Option<String>,
    },
    /// Stripe used a word for a subscription's state that is not known here: nothing was changed.
    UnknownStatus {
        /// The word.
        word: String,
    },
    /// Somebody may do more or less in an organization than before. Open sockets hear it from the database.
    Access(AccessChange),
    /// An organization may do more or less than before.
    Standing(StandingChange),
    /// An API refuses our key.
    Refused {
        /// Which.
        api: &'static str,
        /// In plain words.
        reason: String,
    },
    /// An API answers again.
    Answers {
        /// Which.
        api: &'static str,
    },
    /// A check is complete.
    Checked {
        /// Against which API.
        api: &'static str,
        /// Records seen.
        listed: i64,
        /// What webhooks should have brought and had not; not counted for the first check.
        repaired: i64,
    },
}

/// Who hears [`News`]. Must not block.
pub type Herald = Arc<dyn Fn(&News) + Send + Sync>;

/// Implements the actor's port over platforms and store.
pub struct DirectoryWork {
    store: Store,
    clock: Clock,
    ids: Ids,
    clerk: Option<Clerk>,
    stripe: Option<Stripe>,
    settings: Arc<ArcSwap<DirectorySettings>>,
    herald: Herald,
    /// APIs that failed: how often in a row, and when they are asked again.
    pauses: Mutex<HashMap<&'static str, (u32, Timestamp)>>,
}

/// The directory's sources; one without a key is not asked.
#[derive(Default)]
pub struct Origins {
    /// Clerk's Backend API.
    pub clerk: Option<Clerk>,
    /// Stripe's API.
    pub stripe: Option<Stripe>,
}

impl DirectoryWork {
    /// Over this store and these sources.
    pub fn new(
        store: Store,
        (clock, ids): (Clock, Ids),
        origins: Origins,
        settings: Arc<ArcSwap<DirectorySettings>>,
        herald: Herald,
    ) -> Self {
        let Origins { clerk, stripe } = origins;
        Self { store, clock, ids, clerk, stripe, settings, herald, pauses: Mutex::default() }
    }

    /// When time alone makes something due, counted from now.
    async fn quiet_for(&self) -> Result<Duration, StoreError> {
        let mut desk = Desk::open(&self.store).await?;
        let now = self.clock.now();
        let directory = desk.begin(&self.ids, now).await?;
        let due = directory.next_due().await?;
        Ok(due.map_or(LONGEST, |due| until(due, now)).min(LONGEST))
    }

    async fn applied(&self) -> Result<Settled, StoreError> {
        for _ in 0..PORTION {
            if !self.apply_next().await? {
                self.settle_due_standings().await?;
                return Ok(Settled::Done { again_in: self.quiet_for().await? });
            }
        }
        Ok(Settled::More)
    }

    /// What a refused request means, and the note of it.
    async fn refused(&self, api: &'static str, error: PlatformError) -> (Answer, Option<String>) {
        let text = error.to_string();
        if let PlatformError::Denied(reason) = &error {
            (self.herald)(&News::Refused { api, reason: reason.clone() });
        }
        let (answer, least) = match error {
            PlatformError::Transient(reason) => (Answer::Unhealthy { reason }, None),
            PlatformError::RateLimited { budget, retry_after } => {
                (Answer::RateLimited { budget: budget.into(), retry_after }, Some(retry_after))
            }
            PlatformError::Denied(_) => (Answer::Healthy, Some(PAUSES.1)),
            PlatformError::Malformed(_) => (Answer::Healthy, None),
        };
        self.pause(api, least);
        if let Err(error) = self.note_failure(api, &text).await {
            tracing::warn!(api, %error, "a failure was not noted");
        }
        (answer, Some(text))
    }

    async fn note_failure(&self, api: &'static str, reason: &str) -> Result<(), StoreError> {
        let mut desk = Desk::open(&self.store).await?;
        let directory = desk.begin(&self.ids, self.clock.now()).await?;
        directory.fail_check(api, reason).await?;
        directory.commit().await
    }

    /// Leaves an API alone for a growing while, `least` at least.
    fn pause(&self, api: &'static str, least: Option<Duration>) {
        let now = self.clock.now();
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        let (failures, until) = pauses.entry(api).or_insert((0, now));
        let grown = retry_pauses(PAUSES.0, PAUSES.1, 0.0)
            .nth(usize::try_from(*failures).unwrap_or(usize::MAX).min(20));
        let pause = grown.unwrap_or(PAUSES.1).max(least.unwrap_or_default());
        *failures = failures.saturating_add(1);
        *until = after(now, pause);
    }

    fn answers(&self, api: &'static str) {
        let mut pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        if pauses.remove(api).is_some() {
            (self.herald)(&News::Answers { api });
        }
    }

    /// How long an API is left alone still.
    fn paused(&self, api: &'static str, now: Timestamp) -> Option<Duration> {
        let pauses = self.pauses.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.get(api).map(|(_, at)| until(*at, now)).filter(|left| !left.is_zero())
    }

    /// Tells whom it concerns, once it is committed.
    fn spread(&self, access: Vec<AccessChange>, news: Vec<News>) {
        access.into_iter().map(News::Access).chain(news).for_each(|news| (self.herald)(&news));
    }
}

impl Directory for DirectoryWork {
    async fn apply(&self) -> Settled {
        self.applied().await.unwrap_or_else(|error| Settled::Failed { reason: error.to_string() })
    }

    async fn due(&self) -> Outcome {
        self.what_is_due().await.unwrap_or_else(|error| Outcome::Failed { reason: error.to_string() })
    }

    async fn step(&self, demand: Demand) -> Report {
        let (answer, reason, listed, changed) = match self.stepped(&demand).await {
            Ok(stepped) => stepped,
            Err(error) => {
                let outcome = Outcome::Failed { reason: error.to_string() };
                return Report { answer: Answer::Healthy, outcome, progress: Progress::default() };
            }
        };
        if let Some(reason) = reason {
            tracing::warn!(api = &*demand.api, reason, "a step of the directory's check failed");
        }
        let progress = Progress { records: listed, changed, ..Progress::default() };
        Report { answer, outcome: Directory::due(self).await, progress }
    }
}

fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}

fn after(now: Timestamp, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    now.saturating_add(pause).unwrap_or(Timestamp::MAX)
}
