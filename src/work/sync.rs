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
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use routiq_actors::{
    clock::Clock,
    port::{Answer, ApplyReport, Demand, Errand, Lease, Outcome, Progress, Report, Stepped, Sync, SyncKey},
};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    ahead::{Next, Request, alongside, answer},
    apply::{Abouts, Tidy},
    hook,
    import::Import,
    page::Fetched,
    retry::Tried,
    run::Running,
};
use crate::{
    config::value::Schedule,
    domain::{ids::Ids, seal::Keyring, stream::AccountState},
    platforms::{self, Adapter, Adapters, Call, Plan, PlatformError},
    store::{
        Fence, Store, StoreError,
        accounts::{self, Credential},
        state::{self, Place},
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
pub(super) struct Desk {
    generation: i64,
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) account: Arc<platforms::Account>,
    zone: TimeZone,
    sweep_requested_at: Option<Timestamp>,
    pub(super) credential: Uuid,
    pub(super) secret: Arc<SecretString>,
    pub(super) state: AccountState,
    pub(super) call: Option<Call>,
    pub(super) run: Option<Running>,
    pub(super) import: Import,
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
            account: Arc::new(about),
            zone: TimeZone::get(&account.timezone).unwrap_or(TimeZone::UTC),
            sweep_requested_at: account.sweep_requested_at,
            credential,
            secret: Arc::new(secret),
            state,
            call: None,
            run,
            import: Import::default(),
        }))
    }

    /// Decides the next request and says what it needs; the desk remembers it.
    pub(super) fn plan(&self, key: SyncKey, desk: &mut Desk, now: Timestamp) -> Coming {
        self.wish(key, desk, now);
        match desk.adapter.plan(&desk.account, &desk.state, now) {
            Plan::Ask(call) => {
                let demand = desk.adapter.demand(&desk.account, &call);
                desk.call = Some(call);
                Coming::More(demand)
            }
            Plan::Idle { until } => {
                desk.call = None;
                let until = desk.state.due_at.map_or(until, |due| due.min(until));
                Coming::Idle(until.duration_since(now).try_into().unwrap_or(Duration::ZERO))
            }
        }
    }

    /// Brings up when somebody, or the schedule, last asked for a sweep.
    fn wish(&self, key: SyncKey, desk: &mut Desk, now: Timestamp) {
        desk.state.sweep_requested_at = desk.sweep_requested_at.max(self.scheduled(key, &desk.zone, now));
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
            Coming::More(demand) => Outcome::More(demand),
            Coming::Idle(again_in) => Outcome::CaughtUp { again_in },
        };
        self.put(lease.key, desk);
        Ok(outcome)
    }

    async fn stepped(&self, lease: &Lease, errand: Errand) -> Stepped {
        let Errand { demand, sent, ahead } = errand;
        let Some(mut desk) = self.take(lease) else { return self.not_asked(lease).await.into() };
        // Permits were granted for another request: ask for those this one needs.
        let Some(call) = desk.call.take().filter(|call| desk.adapter.demand(&desk.account, call) == demand)
        else {
            self.put(lease.key, desk);
            return self.not_asked(lease).await.into();
        };
        let asked = match sent.map(|sent| Request::find(sent, &call)) {
            Some(Some(request)) => request.answered().await,
            Some(None) => {
                self.put(lease.key, desk);
                return self.not_asked(lease).await.into();
            }
            None => {
                let now = self.clock.now();
                let page = desk.adapter.pull(&desk.account, &desk.secret, &desk.state, &call, now).await;
                page.map(Fetched::from)
            }
        };
        let fetched = match asked {
            Ok(fetched) => fetched,
            Err(error) => return self.refused(lease, desk, error).await.into(),
        };
        // One time for what is foreseen and for what is planned: windows are counted from it.
        let now = self.clock.now();
        self.wish(lease.key, &mut desk, now);
        let next = ahead.zip(Next::foresee(&desk, &fetched.page, now));
        let send = async {
            let (ahead, next) = next?;
            next.send(ahead, self.clock.clone()).await
        };
        let (written, sent) =
            alongside(Box::pin(self.write(lease, &mut desk, &call, fetched, now)), send).await;
        match written {
            Ok(report) => {
                let sent = sent.filter(|request| {
                    let fits = request.fits(&desk);
                    if !fits {
                        tracing::debug!(organization_id = %lease.key.organization, platform = %lease.platform, "a request was asked in vain");
                    }
                    fits
                });
                let sent = sent.map(Request::sent);
                self.put(lease.key, desk);
                Stepped { report, sent }
            }
            Err(error) => self.unwritten(lease, &mut desk, &error).await.into(),
        }
    }

    async fn not_asked(&self, lease: &Lease) -> Report {
        let outcome = self.resumed(lease).await.unwrap_or_else(|error| failed(&error));
        Report { answer: Answer::NotAsked, outcome, progress: Progress::default() }
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
        let answer = answer(&error);
        let outcome = match error {
            PlatformError::Transient(reason) | PlatformError::Malformed(reason) => Outcome::Failed { reason },
            PlatformError::Denied(reason) => Outcome::Denied { reason },
            PlatformError::RateLimited { retry_after, .. } => {
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

    async fn step(&self, lease: Lease, errand: Errand) -> Stepped {
        Box::pin(self.stepped(&lease, errand)).await
    }

    async fn apply(&self, lease: Lease) -> ApplyReport {
        self.applied(&lease).await
    }
}

/// What comes next.
pub(super) enum Coming {
    More(Demand),
    Idle(Duration),
}

/// The time up to which every stream is proven complete that the platform shows whole.
pub(super) fn proven(desk: &Desk) -> Option<Timestamp> {
    let of = |stream: &str| desk.state.streams.get(stream).and_then(|state| state.proven_until);
    let declared = desk.adapter.declaration();
    let streams = desk.adapter.streams(&desk.account);
    let shown = streams.into_iter().filter(|stream| !declared.tells(stream));
    shown.map(of).collect::<Option<Vec<_>>>()?.into_iter().min()
}

pub(super) fn count(records: usize) -> i64 {
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
