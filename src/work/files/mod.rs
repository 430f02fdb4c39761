//! The bytes behind attachments: one request a time for one file, until its bytes lie sealed in the vault or it is known why
//! not. Every attempt is noted before it begins, so that nothing is tried for ever; the object is written before its row says
//! so, under a name that never changes, so that a crash between the two leaves what the next attempt replaces.

mod attempt;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use routiq_actors::{
    clock::Clock,
    port::{Answer, Budget, Demand, FileReport, Files, FilesDue, Lease, Limit, SyncKey, Urgency},
};

use tokio::time::Instant;

use self::attempt::MOST_ATTEMPTS;
use crate::{
    domain::{
        files::{FileRules, Refusal},
        seal::{Keyring, WrappedKey},
    },
    platforms::{
        self, Adapter, Adapters, PlatformError,
        files::{self, FileCall, Got, Hop, MOST_REDIRECTS},
        transport::{Transport, TransportError},
        vault::{Name, Vault},
    },
    store::{
        Fence, Store, StoreError,
        accounts::{self, Credential},
        files::{self as rows, Ended, Wanted},
        state::Place,
    },
};

/// The branch of gates for files: a host that serves none must not keep messages waiting.
const API: &str = "files";
/// How often an account is looked at although nothing changed.
const LOOK_EVERY: Duration = Duration::from_secs(300);
/// How long a file waits that the account's own host did not let us have. Longer than the rest that follows: where it is this
/// file alone, the others have their turn meanwhile.
const DENIED_PAUSE: Duration = Duration::from_secs(3600);
/// How long a deleted attachment waits whose object could not be deleted.
const DELETE_PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// Rows taken on with one look, and files passed over or deleted with one.
const PORTION: i64 = 1000;
const PASSED: usize = 200;
/// So often a link that was just given may fail before its message is read again.
const FRESH_LINKS: u32 = 3;

/// What may change while the daemon runs.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// What may be fetched.
    pub rules: FileRules,
    /// How long the bytes of a deleted attachment stay.
    pub keep_deleted: Duration,
    /// Files under way at once.
    pub workers: u32,
    /// What one host is asked for files a minute.
    pub requests_per_minute: u32,
    /// How long one request may take.
    pub deadline: Duration,
    /// Whether plain http may reach loopback addresses, which is where simulators live.
    pub plain_loopback: bool,
}

/// Implements the tree's port for files.
pub struct FileWork {
    store: Store,
    adapters: Adapters,
    keys: Keyring,
    clock: Clock,
    transport: Arc<dyn Transport>,
    vault: Option<Arc<dyn Vault>>,
    settings: Arc<ArcSwap<FileSettings>>,
    desks: Mutex<HashMap<SyncKey, Desk>>,
}

/// What one incarnation is about.
struct Desk {
    generation: i64,
    adapter: Arc<dyn Adapter>,
    account: platforms::Account,
    /// The rules under which everything was taken on; none: not everything was yet.
    adopted: Option<String>,
    errand: Option<Errand>,
}

/// A file on its way.
struct Errand {
    wanted: Wanted,
    call: FileCall,
    hop: Hop,
    redirects: u8,
    /// Its key, once the attempt is noted.
    key: Option<WrappedKey>,
    /// When the step ends that is about it, with a while left to say how.
    until: Instant,
}

/// How an attempt ended, for the figures.
type Outcome = Option<(&'static str, u64)>;

impl FileWork {
    /// Over this store, these platforms and this vault.
    pub fn new(
        (store, keys): (Store, Keyring),
        adapters: Adapters,
        clock: Clock,
        transport: Arc<dyn Transport>,
        vault: Option<Arc<dyn Vault>>,
        settings: Arc<ArcSwap<FileSettings>>,
    ) -> Self {
        Self { store, adapters, keys, clock, transport, vault, settings, desks: Mutex::default() }
    }

    fn take(&self, lease: &Lease) -> Option<Desk> {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.remove(&lease.key).filter(|desk| desk.generation == lease.generation)
    }

    fn put(&self, key: SyncKey, desk: Desk) {
        self.desks.lock().unwrap_or_else(PoisonError::into_inner).insert(key, desk);
    }

    async fn looked(&self, lease: &Lease) -> Result<FilesDue, StoreError> {
        let Some(vault) = self.vault.clone() else { return Ok(rest()) };
        let before = self.take(lease).and_then(|desk| desk.adopted);
        let (now, settings) = (self.clock.now(), self.settings.load_full());
        self.clear(lease, &*vault, &settings, now).await?;
        let place = Place { account: lease.key.account, now };
        let mut session = self.store.session(lease.key.organization).await?;
        let tenant = session.begin(Some(&fence(lease))).await?;
        let account = accounts::load(&tenant, &self.keys, lease.key.account).await?;
        let Some(adapter) = self.adapters.get(account.platform.as_str()) else { return Ok(rest()) };
        // Without a credential nobody is asked anything; a new one begins another incarnation.
        let Credential::Active { secret, .. } = account.credential else { return Ok(rest()) };
        let own = files::own_rules(&account.settings).unwrap_or_default();
        let rules = settings.rules.narrowed(&own);
        if !rules.fetch {
            return Ok(rest());
        }
        let name = rules.name();
        let mut desk = Desk {
            generation: lease.generation,
            adapter: Arc::clone(adapter),
            account: platforms::Account {
                id: lease.key.account,
                external_id: account.external_id,
                region: account.region,
                settings: account.settings,
            },
            adopted: before.filter(|before| *before == name),
            errand: None,
        };
        if desk.adopted.is_none() && rows::adopt(&tenant, place, &name, PORTION).await? {
            desk.adopted = Some(name.clone());
        }
        let mut waits = None;
        for _ in 0..PASSED {
            let (wanted, until) = rows::next(&tenant, place).await?;
            let Some(wanted) = wanted else {
                waits = Some(until);
                break;
            };
            // Attempts of whose end nothing was heard count as well.
            if wanted.attempts >= MOST_ATTEMPTS {
                rows::settle(&tenant, wanted.mark, Ended::Gone, "unreachable", now).await?;
                continue;
            }
            let told = rules.allow(wanted.content_type.as_deref(), wanted.size);
            let call = match told {
                Err(refusal) => Err(refusal),
                Ok(()) => match desk.adapter.file(&desk.account, &secret, &wanted.kind, &wanted.url) {
                    Ok(call) => call.ok_or(Refusal::NoFile),
                    // Settings or credential: what reads the account's records says so and stops.
                    Err(_) => return Ok(rest()),
                },
            };
            let first = call.and_then(|call| Ok((Hop::first(&call, settings.plain_loopback)?, call)));
            match first {
                Ok((hop, call)) => {
                    desk.errand =
                        Some(Errand { wanted, call, hop, redirects: 0, key: None, until: Instant::now() });
                    break;
                }
                Err(refusal) => {
                    let ended = Ended::Refused { rules: &name };
                    rows::settle(&tenant, wanted.mark, ended, refusal.as_str(), now).await?;
                }
            }
        }
        tenant.commit().await?;
        let demand = desk.errand.as_ref().map(|errand| demand(&desk.account, &errand.hop, &settings));
        let more = desk.adopted.is_none() || waits.is_none();
        self.put(lease.key, desk);
        Ok(match (demand, waits.flatten()) {
            (Some(demand), _) => FilesDue::More(demand),
            (None, _) if more => FilesDue::Rest { pause: Duration::ZERO },
            (None, until) => FilesDue::Rest {
                pause: until
                    .and_then(|until| until.duration_since(now).try_into().ok())
                    .map_or(LOOK_EVERY, |pause: Duration| pause.min(LOOK_EVERY)),
            },
        })
    }

    /// Deletes the objects of attachments that were deleted long enough ago. First the row forgets them, then they go, then the
    /// row says so: whatever dies in between, the next look goes on. What cannot be deleted now keeps nothing else waiting.
    async fn clear(
        &self,
        lease: &Lease,
        vault: &dyn Vault,
        settings: &FileSettings,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let keep = SignedDuration::try_from(settings.keep_deleted).unwrap_or(SignedDuration::MAX);
        let fallen_before = now.saturating_sub(keep).unwrap_or(Timestamp::MIN);
        let (organization, account) = (lease.key.organization, lease.key.account);
        for _ in 0..PASSED {
            // Storage may be slow: it is not waited for with a connection in hand.
            let leaving = {
                let mut session = self.store.session(organization).await?;
                let tenant = session.begin(Some(&fence(lease))).await?;
                let place = Place { account, now };
                let leaving = rows::leaving(&tenant, place, vault.kind(), fallen_before).await?;
                tenant.commit().await?;
                leaving
            };
            let Some(attachment) = leaving else { break };
            let deleting = vault.delete(Name { organization, attachment });
            let deleted = tokio::time::timeout(settings.deadline / 4, deleting).await;
            let deleted = deleted.map_err(|_| TransportError::Timeout.to_string());
            let deleted = deleted.and_then(|deleted| deleted.map_err(|error| error.to_string()));
            let mut session = self.store.session(organization).await?;
            let tenant = session.begin(Some(&fence(lease))).await?;
            if let Err(reason) = &deleted {
                tracing::error!(organization_id = %organization, account_id = %account, reason, "an attachment's object could not be deleted");
                let later = fallen_before.saturating_add(DELETE_PAUSE).unwrap_or(Timestamp::MAX);
                rows::delay_leaving(&tenant, attachment, later, now).await?;
            } else {
                rows::dropped(&tenant, attachment, now).await?;
            }
            tenant.commit().await?;
            if deleted.is_err() {
                break;
            }
        }
        Ok(())
    }

    async fn fetched(&self, lease: &Lease, asked: &Demand) -> Result<FileReport, StoreError> {
        let settings = self.settings.load_full();
        let Some(mut desk) = self.take(lease) else { return self.not_asked(lease).await };
        let Some(mut errand) =
            desk.errand.take().filter(|errand| demand(&desk.account, &errand.hop, &settings) == *asked)
        else {
            return self.not_asked(lease).await;
        };
        let rules = settings.rules.narrowed(&files::own_rules(&desk.account.settings).unwrap_or_default());
        errand.until = Instant::now() + settings.deadline + settings.deadline / 6;
        if errand.key.is_none()
            && let Some((key, mark)) = self.claim(lease, &errand.wanted).await?
        {
            (errand.key, errand.wanted.mark) = (Some(key), mark);
        }
        let Some(key) = errand.key.clone().filter(|_| rules.fetch) else {
            return self.not_asked(lease).await;
        };
        let asking = files::ask(&self.transport, &errand.call, &errand.hop, &rules, settings.plain_loopback);
        let late = |_| Err(PlatformError::Transient(TransportError::Timeout.to_string()));
        let got = tokio::time::timeout(settings.deadline, asking).await.unwrap_or_else(late);
        let (answer, outcome, nudge) = match got {
            Ok(Got::Elsewhere(hop)) if errand.redirects < MOST_REDIRECTS => {
                (errand.hop, errand.redirects) = (hop, errand.redirects + 1);
                let due = FilesDue::More(demand(&desk.account, &errand.hop, &settings));
                desk.errand = Some(errand);
                self.put(lease.key, desk);
                return Ok(FileReport { answer: Answer::Healthy, due, outcome: None, nudge: false });
            }
            Ok(got) => {
                let (outcome, nudge) = self.brought(lease, &desk, &errand, key, got, &rules).await?;
                (Answer::Healthy, outcome, nudge)
            }
            Err(PlatformError::RateLimited { budget, retry_after }) => {
                self.put_off(lease, &errand.wanted, retry_after).await?;
                (Answer::RateLimited { budget: budget.into(), retry_after }, Some(("later", 0)), false)
            }
            Err(PlatformError::Denied(reason)) => {
                tracing::warn!(organization_id = %lease.key.organization, account_id = %lease.key.account, reason, "the platform does not let us have a file");
                self.put_off(lease, &errand.wanted, DENIED_PAUSE).await?;
                self.put(lease.key, desk);
                // The next file would hear the same.
                let outcome = Some(("later", 0));
                return Ok(FileReport { answer: Answer::Healthy, due: rest(), outcome, nudge: false });
            }
            Err(error) => {
                let reason = error.to_string();
                let outcome = self.failed(lease, &errand.wanted, "unreachable").await?;
                (Answer::Unhealthy { reason }, outcome, false)
            }
        };
        self.put(lease.key, desk);
        let due = self.looked(lease).await?;
        Ok(FileReport { answer, due, outcome, nudge })
    }

    /// What an answer means that was not another address.
    async fn brought(
        &self,
        lease: &Lease,
        desk: &Desk,
        errand: &Errand,
        key: WrappedKey,
        got: Got,
        rules: &FileRules,
    ) -> Result<(Outcome, bool), StoreError> {
        let wanted = &errand.wanted;
        match got {
            Got::Bytes { bytes, media_type } => {
                Ok((self.keep(lease, errand, key, bytes, media_type.as_deref()).await?, false))
            }
            Got::Refused(refusal) => Ok((self.refuse(lease, wanted, refusal, rules).await?, false)),
            // Round and round.
            Got::Elsewhere(_) => Ok((self.refuse(lease, wanted, Refusal::Address, rules).await?, false)),
            // A link that was given a moment ago and does not hold is the other host's trouble.
            Got::Missing(_) if errand.redirects > 0 && wanted.attempts + 1 < FRESH_LINKS => {
                Ok((self.failed(lease, wanted, "expired").await?, false))
            }
            Got::Missing(_) => self.renew(lease, desk, wanted).await,
        }
    }

    async fn not_asked(&self, lease: &Lease) -> Result<FileReport, StoreError> {
        let due = self.looked(lease).await?;
        Ok(FileReport { answer: Answer::NotAsked, due, outcome: None, nudge: false })
    }
}

impl Files for FileWork {
    async fn look(&self, lease: Lease) -> FilesDue {
        self.looked(&lease).await.unwrap_or_else(|error| failure(&error))
    }

    async fn fetch(&self, lease: Lease, demand: Demand) -> FileReport {
        self.fetched(&lease, &demand).await.unwrap_or_else(|error| FileReport {
            answer: Answer::Healthy,
            due: failure(&error),
            outcome: None,
            nudge: false,
        })
    }
}

/// What a request for a file needs. Its budgets are its own, beside what the platform is asked for records.
fn demand(account: &platforms::Account, hop: &Hop, settings: &FileSettings) -> Demand {
    let rate = Limit::Rate { count: settings.requests_per_minute, per: Duration::from_secs(60) };
    Demand {
        api: API.into(),
        host: hop.host().into(),
        budgets: vec![
            Budget { name: format!("account:{}", account.id).into(), limit: rate },
            Budget { name: files::host_budget(hop).into(), limit: rate },
            Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(settings.workers) },
        ],
        stream: "attachments".into(),
        urgency: Urgency::Backfill,
    }
}

fn rest() -> FilesDue {
    FilesDue::Rest { pause: LOOK_EVERY }
}

fn fence(lease: &Lease) -> Fence {
    Fence::sync(lease.key.account, lease.generation)
}

fn failure(error: &StoreError) -> FilesDue {
    match error {
        StoreError::Fenced => FilesDue::Fenced,
        other => FilesDue::Failed { reason: format!("files: {other}") },
    }
}
