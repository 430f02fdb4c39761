//! One account's synchronization: a step is one request and one transaction with its changes and the cursor.
//!
//! What an incarnation knows of its account stands in memory between its steps and is rebuilt from the tables whenever
//! there is doubt: at the start, after a failure, after a change of the account, after a nudge.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use futures_util::try_join;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use routiq_actors::{
    clock::Clock,
    port::{Answer, ApplyReport, Demand, Lease, Outcome, Progress, Report, Sync, SyncKey, Urgency},
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    apply::{Abouts, Tidy},
    hook,
    import::Import,
    retry::Tried,
    run::Running,
    streams::{ITEMS, advance, missed},
};
use crate::{
    config::value::Schedule,
    domain::{
        ids::Ids,
        seal::Keyring,
        stream::{AccountState, Page, StateChange},
    },
    platforms::{self, Adapter, Adapters, Call, Plan, PlatformError},
    store::{
        Fence, Store, StoreError,
        accounts::{self, Credential},
        apply::{self, Origin, Source},
        payloads,
        state::{self, Figures, Place},
    },
};

/// The pause after an account that this program cannot serve; a change of the account ends it sooner.
const UNSERVED: &str = "this build knows no such platform";

/// What may change while the daemon runs.
#[derive(Clone, Debug)]
pub struct SyncSettings {
    /// When everything is read again, in the practice's zone.
    pub sweep: Schedule,
}

/// Implements the tree's port over platforms and store.
pub struct SyncWork {
    pub(super) store: Store,
    pub(super) adapters: Adapters,
    pub(super) keys: Keyring,
    pub(super) clock: Clock,
    pub(super) ids: Ids,
    settings: Arc<ArcSwap<SyncSettings>>,
    desks: Mutex<HashMap<SyncKey, Desk>>,
    pub(super) tidy: Tidy,
    pub(super) tried: Tried,
    pub(super) abouts: Abouts,
}

/// What one incarnation knows of its account between two steps.
struct Desk {
    generation: i64,
    adapter: Arc<dyn Adapter>,
    account: platforms::Account,
    zone: TimeZone,
    sweep_requested_at: Option<Timestamp>,
    credential: Uuid,
    secret: SecretString,
    state: AccountState,
    call: Option<Call>,
    run: Option<Running>,
    import: Import,
}

impl SyncWork {
    /// Over this store and these platforms.
    pub fn new(
        store: Store,
        adapters: Adapters,
        keys: Keyring,
        clock: Clock,
        ids: Ids,
        settings: Arc<ArcSwap<SyncSettings>>,
    ) -> Self {
        Self {
            store,
            adapters,
            keys,
            clock,
            ids,
            settings,
            desks: Mutex::default(),
            tidy: Tidy::default(),
            tried: Tried::default(),
            abouts: Abouts::default(),
        }
    }

    fn take(&self, lease: &Lease) -> Option<Desk> {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.remove(&lease.key).filter(|desk| desk.generation == lease.generation)
    }

    fn put(&self, key: SyncKey, desk: Desk) {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).insert(key, desk);
    }

    /// Rebuilds the desk from the tables.
    async fn sit_down(
        &self,
        lease: &Lease,
        run: Option<Running>,
    ) -> Result<Result<Desk, Outcome>, StoreError> {
        let key = lease.key;
        let now = self.clock.now();
        let place = Place { account: key.account, now };
        let mut session = self.store.patient_session(key.organization).await?;
        let tenant = session.begin(Some(&Fence::sync(key.account, lease.generation))).await?;
        let account = accounts::load(&tenant, &self.keys, key.account).await?;
        let (credential, secret) = match account.credential {
            Credential::Active { id, secret } => (id, secret),
            Credential::Missing => return Ok(Err(denied("no credential is set"))),
            Credential::Rejected(reason) => return Ok(Err(denied(&reason))),
        };
        let Some(adapter) = self.adapters.get(account.platform.as_str()) else {
            return Ok(Err(denied(&format!("{}: {UNSERVED}", account.platform))));
        };
        let mut state = state::load(&tenant, place).await?;
        state.poll_requested_at = account.poll_requested_at;
        state.hook = hook::stand(&tenant, &**adapter, key.account).await?;
        if run.is_none() {
            state::close_logs(&tenant, place).await?;
        }
        tenant.commit().await?;
        let about = platforms::Account {
            id: key.account,
            external_id: account.external_id,
            region: account.region,
            settings: account.settings,
        };
        self.abouts.note(lease, Arc::clone(adapter), about.clone());
        Ok(Ok(Desk {
            generation: lease.generation,
            adapter: Arc::clone(adapter),
            account: about,
            zone: TimeZone::get(&account.timezone).unwrap_or(TimeZone::UTC),
            sweep_requested_at: account.sweep_requested_at,
            credential,
            secret,
            state,
            call: None,
            run,
            import: Import::default(),
        }))
    }

    /// Decides the next request and says what it needs; the desk remembers it.
    fn plan(&self, key: SyncKey, desk: &mut Desk, now: Timestamp) -> Next {
        desk.state.sweep_requested_at = desk.sweep_requested_at.max(self.scheduled(key, &desk.zone, now));
        match desk.adapter.plan(&desk.account, &desk.state, now) {
            Plan::Ask(call) => {
                let demand = desk.adapter.demand(&desk.account, &call);
                desk.call = Some(call);
                Next::More(demand)
            }
            Plan::Idle { until } => {
                desk.call = None;
                let until = desk.state.due_at.map_or(until, |due| due.min(until));
                Next::Idle(until.duration_since(now).try_into().unwrap_or(Duration::ZERO))
            }
        }
    }

    /// When the schedule last asked for a sweep. Each account has its own place within the first ten minutes after the
    /// hour, so that not all ask at once.
    fn scheduled(&self, key: SyncKey, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        const SPREAD_SECONDS: u64 = 600;
        let (_, low) = key.account.as_u64_pair();
        let own = SignedDuration::from_secs(i64::try_from(low % SPREAD_SECONDS).unwrap_or_default());
        let last = self.settings.load().sweep.last_before(now - own, zone)?;
        last.checked_add(own).ok()
    }

    async fn resumed(&self, lease: &Lease) -> Result<Outcome, StoreError> {
        let (run, hook) = self.take(lease).map(|desk| (desk.run, desk.state.hook)).unwrap_or_default();
        self.retry(lease).await?;
        let mut desk = match self.sit_down(lease, run).await? {
            Ok(desk) => desk,
            Err(outcome) => return Ok(outcome),
        };
        // An address whose token nobody else knows: what was begun with it is ended, whatever news came meanwhile.
        if desk.state.hook.is_some() && hook.as_ref().is_some_and(|hook| hook.todo.is_some()) {
            desk.state.hook = hook;
        }
        let now = self.clock.now();
        let next = self.plan(lease.key, &mut desk, now);
        let outcome = match next {
            Next::More(demand) => Outcome::More(demand),
            Next::Idle(again_in) => Outcome::CaughtUp { again_in },
        };
        self.put(lease.key, desk);
        Ok(outcome)
    }

    async fn stepped(&self, lease: &Lease, demand: &Demand) -> Report {
        let Some(mut desk) = self.take(lease) else { return self.not_asked(lease).await };
        // Permits were granted for another request: ask for those this one needs.
        let Some(call) = desk.call.take().filter(|call| desk.adapter.demand(&desk.account, call) == *demand)
        else {
            self.put(lease.key, desk);
            return self.not_asked(lease).await;
        };
        let asked =
            desk.adapter.pull(&desk.account, &desk.secret, &desk.state, &call, self.clock.now()).await;
        match asked {
            Ok(page) => match self.write(lease, &mut desk, &call, page).await {
                Ok(report) => {
                    self.put(lease.key, desk);
                    report
                }
                Err(error) => self.unwritten(lease, &mut desk, &error).await,
            },
            Err(error) => self.refused(lease, desk, error).await,
        }
    }

    async fn not_asked(&self, lease: &Lease) -> Report {
        let outcome = self.resumed(lease).await.unwrap_or_else(|error| failed(&error));
        Report { answer: Answer::NotAsked, outcome, progress: Progress::default() }
    }

    /// Writes a page and everything it means, in one transaction.
    async fn write(
        &self,
        lease: &Lease,
        desk: &mut Desk,
        call: &Call,
        mut page: Page,
    ) -> Result<Report, StoreError> {
        let key = lease.key;
        let now = self.clock.now();
        let place = Place { account: key.account, now };
        let fence = Fence::sync(key.account, lease.generation);
        let mut session = self.store.patient_session(key.organization).await?;
        let mut tenant = session.begin(Some(&fence)).await?;
        let source = Source {
            origin: Origin::Page,
            account: key.account,
            platform: desk.adapter.name(),
            generation: lease.generation,
            transform_version: desk.adapter.transform_version(),
            observed_at: page.observed_at,
            payload: self.ids.next(now),
            now,
            ids: &self.ids,
            keys: &self.keys,
            cause: "sync",
        };
        let mut applied = match apply::apply(&tenant, &source, &page).await {
            // What one record holds must not stop the others.
            Err(StoreError::Refused(reason)) => {
                drop(tenant);
                let mut trial = session.begin(Some(&fence)).await?;
                if apply::sift(&mut trial, &source, &mut page).await? == 0 {
                    return Err(StoreError::Refused(reason));
                }
                drop(trial);
                tenant = session.begin(Some(&fence)).await?;
                apply::apply(&tenant, &source, &page).await?
            }
            applied => applied?,
        };
        let (own, others): (Vec<_>, Vec<_>) = page.state.iter().cloned().partition(
            |change| matches!(change, StateChange::Stream { stream, .. } if *stream == page.stream),
        );
        // Neither waits for the other: they travel together.
        let (rejected, fallen) = try_join!(
            payloads::keep(&tenant, &source, &page, &applied),
            state::advance(&tenant, &source, &others, &applied, &mut desk.state),
        )?;
        applied.add(fallen);
        if let Some(news) = &page.hook {
            desk.state.hook = self.hook_news(&tenant, &*desk.adapter, key, news, now).await?;
        }
        let unproven = desk.state.streams.get(ITEMS.0).is_none_or(|stream| stream.proven_until.is_none());
        let backfill = match page.stream == ITEMS.0 && unproven {
            true => Some(desk.import.step(&tenant, key.account, ITEMS.0).await?),
            false => page.backfill,
        };
        let figures = Figures {
            records: count(page.changes.len() + page.rejected.len()),
            changed: i64::try_from(applied.changed()).unwrap_or(i64::MAX),
            rejected: i64::try_from(rejected).unwrap_or(i64::MAX),
            backfill,
            told: desk.adapter.declaration().tells(page.stream),
        };
        advance(&tenant, place, page.stream, own, figures, &mut desk.state).await?;

        let live = desk.state.hook.as_ref().is_some_and(|hook| hook.live);
        let swept = live && call.urgency == Urgency::Backfill && proven(desk).is_some();
        let operation = if proven(desk).is_none() { "comprehensive_sync" } else { "incremental_sync" };
        let mut run = desk.run.take().unwrap_or_else(|| Running::begin(&self.ids, now, operation));
        let sums = (figures.records, figures.changed, figures.rejected);
        run.step(&tenant, place, source.platform, call.urgency, sums).await?;
        let next = self.plan(key, desk, now);
        let outcome = match next {
            Next::More(demand) => {
                desk.run = Some(run);
                Outcome::More(demand)
            }
            Next::Idle(again_in) => {
                run.end(&tenant, place, source.platform, None).await?;
                accounts::validate_credential(&tenant, desk.credential, now).await?;
                Outcome::CaughtUp { again_in }
            }
        };
        tenant.commit().await?;
        let missed = if swept { missed(&page, &applied) } else { 0 };
        let progress = Progress {
            records: u64::try_from(figures.records).unwrap_or_default(),
            changed: applied.changed(),
            cursor: Some(page.request),
            proven_until: proven(desk),
            backfill,
            missed,
        };
        Ok(Report { answer: Answer::Healthy, outcome, progress })
    }

    /// What it means that a page could not be written. A database that refuses is noted; one that is away cannot be told.
    async fn unwritten(&self, lease: &Lease, desk: &mut Desk, error: &StoreError) -> Report {
        let outcome = failed(error);
        if let StoreError::Refused(_) = error {
            let run = desk.run.take();
            if let Err(error) = self.note_failure(lease, desk, run, &outcome, &error.to_string()).await {
                tracing::warn!(organization_id = %lease.key.organization, platform = %lease.platform, %error, "a failure was not noted");
            }
        }
        Report { answer: Answer::Healthy, outcome, progress: Progress::default() }
    }

    /// What a refused request means, and the note of it in the tables.
    async fn refused(&self, lease: &Lease, mut desk: Desk, error: PlatformError) -> Report {
        let text = error.to_string();
        let (answer, outcome) = match error {
            PlatformError::Transient(reason) => {
                (Answer::Unhealthy { reason: reason.clone() }, Outcome::Failed { reason })
            }
            PlatformError::Malformed(reason) => (Answer::Healthy, Outcome::Failed { reason }),
            PlatformError::Denied(reason) => (Answer::Healthy, Outcome::Denied { reason }),
            PlatformError::RateLimited { budget, retry_after } => {
                let answer = Answer::RateLimited { budget: budget.into(), retry_after };
                self.put(lease.key, desk);
                return Report {
                    answer,
                    outcome: Outcome::Wait { pause: retry_after, reason: text },
                    progress: Progress::default(),
                };
            }
        };
        let run = desk.run.take();
        let outcome = match self.note_failure(lease, &desk, run, &outcome, &text).await {
            Ok(()) => outcome,
            Err(StoreError::Fenced) => Outcome::Fenced,
            // The failure itself stands; that it could not be noted is said as well.
            Err(error) => {
                tracing::warn!(organization_id = %lease.key.organization, platform = %lease.platform, %error, "a failure was not noted");
                outcome
            }
        };
        Report { answer, outcome, progress: Progress::default() }
    }

    async fn note_failure(
        &self,
        lease: &Lease,
        desk: &Desk,
        run: Option<Running>,
        outcome: &Outcome,
        reason: &str,
    ) -> Result<(), StoreError> {
        let key = lease.key;
        let now = self.clock.now();
        let place = Place { account: key.account, now };
        let mut session = self.store.patient_session(key.organization).await?;
        let tenant = session.begin(Some(&Fence::sync(key.account, lease.generation))).await?;
        let platform = desk.adapter.name();
        if let Outcome::Denied { reason } = outcome {
            accounts::reject_credential(&tenant, desk.credential, reason, now).await?;
        }
        let run = run.unwrap_or_else(|| Running::begin(&self.ids, now, "incremental_sync"));
        run.end(&tenant, place, platform, Some(reason)).await?;
        tenant.commit().await
    }
}

impl Sync for SyncWork {
    async fn resume(&self, lease: Lease) -> Outcome {
        self.resumed(&lease).await.unwrap_or_else(|error| failed(&error))
    }

    async fn step(&self, lease: Lease, demand: Demand) -> Report {
        self.stepped(&lease, &demand).await
    }

    async fn apply(&self, lease: Lease) -> ApplyReport {
        self.applied(&lease).await
    }
}

enum Next {
    More(Demand),
    Idle(Duration),
}

/// The time up to which every stream is proven complete that the platform shows whole.
fn proven(desk: &Desk) -> Option<Timestamp> {
    let of = |stream: &str| desk.state.streams.get(stream).and_then(|state| state.proven_until);
    let declared = desk.adapter.declaration();
    let streams = desk.adapter.streams(&desk.account);
    let shown = streams.into_iter().filter(|stream| !declared.tells(stream));
    shown.map(of).collect::<Option<Vec<_>>>()?.into_iter().min()
}

fn count(records: usize) -> i64 {
    i64::try_from(records).unwrap_or(i64::MAX)
}

fn denied(reason: &str) -> Outcome {
    Outcome::Denied { reason: reason.to_owned() }
}

fn failed(error: &StoreError) -> Outcome {
    match error {
        StoreError::Fenced => Outcome::Fenced,
        StoreError::Seal(error) => Outcome::Denied { reason: format!("the stored credential {error}") },
        other => Outcome::Failed { reason: other.to_string() },
    }
}
