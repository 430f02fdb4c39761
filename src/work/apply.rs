//! What was delivered for an account becomes rows, through the same changes as pages: a portion at a time, in the order of
//! arrival, in one transaction with the journal's own rows. What one delivery holds never stops the others.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::try_join;
use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::{Applied, ApplyReport, Delivered, Lease, SyncKey};

use super::{
    portion::{Pages, STREAM, earlier},
    sync::SyncWork,
};
use crate::{
    domain::{
        change::Kind,
        stream::{AccountState, Page},
    },
    platforms::{self, Adapter, Heard, Told},
    store::{
        Fence, StoreError, Tenant, accounts,
        apply::{self, Origin, Source},
        due,
        journal::{self, Event, Settlement},
        payloads,
        state::{self, Figures, Place},
    },
};

/// Deliveries applied at once.
const PORTION: i64 = 64;
/// Failures after which a delivery is given up.
const ATTEMPTS: i32 = 5;
/// Kind of address whose deliveries only ask for a look.
const POLL: &str = "hint";

/// How long a delivery that failed so often waits: 5 s, 30 s, 3 min, 18 min.
fn pause(failures: i32) -> SignedDuration {
    let doubled = 6_i64.saturating_pow(u32::try_from(failures.saturating_sub(1)).unwrap_or_default());
    SignedDuration::from_secs(doubled.saturating_mul(5).min(3600))
}

/// Where deliveries are applied.
pub(crate) struct Desk {
    pub(crate) adapter: Arc<dyn Adapter>,
    pub(crate) account: platforms::Account,
    pub(crate) place: Place,
    pub(crate) generation: i64,
}

/// Accounts that are known to have nothing set aside, so that they need not be counted after each portion.
#[derive(Default)]
pub(super) struct Tidy(Mutex<HashSet<SyncKey>>);

impl Tidy {
    fn contains(&self, key: SyncKey) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&key)
    }

    fn note(&self, key: SyncKey, tidy: bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tidy {
            known.insert(key)
        } else {
            known.remove(&key)
        };
    }
}

/// What each incarnation knows of its account.
#[derive(Default)]
pub(super) struct Abouts(Mutex<HashMap<SyncKey, About>>);

/// Of which incarnation, who speaks its platform, and the account.
type About = (i64, Arc<dyn Adapter>, platforms::Account);

impl Abouts {
    fn find(&self, lease: &Lease) -> Option<(Arc<dyn Adapter>, platforms::Account)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (generation, adapter, account) = known.get(&lease.key)?;
        (*generation == lease.generation).then(|| (Arc::clone(adapter), account.clone()))
    }

    pub(super) fn note(&self, lease: &Lease, adapter: Arc<dyn Adapter>, account: platforms::Account) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(lease.key, (lease.generation, adapter, account));
    }
}

/// What one delivery came to.
pub(crate) enum Meaning {
    /// Changes.
    Page(Box<Page>),
    /// Somebody asks for a look.
    Poll,
    /// Nothing.
    Nothing(&'static str),
    /// It cannot be understood.
    Failed(String),
}

/// What deliveries brought.
#[derive(Default)]
pub(crate) struct Brought {
    pub(crate) changed: u64,
    /// From when on something is to be read because of them; the past means now.
    pub(crate) due_at: Option<Timestamp>,
    /// Records written, and those that are to be read since nobody can say which is newer.
    pub(crate) written: Vec<(Kind, String)>,
    pub(crate) doubted: Vec<(Kind, String)>,
}

impl SyncWork {
    pub(super) async fn applied(&self, lease: &Lease) -> ApplyReport {
        self.apply_portion(lease).await.unwrap_or_else(|error| {
            let outcome = match error {
                StoreError::Fenced => Applied::Fenced,
                other => Applied::Failed { reason: other.to_string() },
            };
            ApplyReport { outcome, done: Delivered::default(), due_in: None }
        })
    }

    async fn apply_portion(&self, lease: &Lease) -> Result<ApplyReport, StoreError> {
        let SyncKey { organization, account } = lease.key;
        let now = self.clock.now();
        let fence = Fence::sync(account, lease.generation);
        let mut session = self.store.session(organization).await?;
        let pending = async |tenant: &Tenant<'_>| journal::pending(tenant, account, now, PORTION).await;
        let (tenant, events) = session.begin_with(Some(&fence), pending).await?;
        if events.is_empty() {
            return Ok(idle(journal::next_due(&tenant, account).await?, now));
        }
        let Some(desk) = self.known_desk(&tenant, lease, now).await? else { return Ok(idle(None, now)) };
        let meanings: Vec<Meaning> = events.iter().map(|event| meaning(&desk, event)).collect();
        let (tenant, brought, settled) = match self.bring(&tenant, &desk, &events, &meanings).await {
            Ok(brought) => (tenant, brought, settlements(&events, &meanings, &HashMap::new(), now)),
            // What one delivery holds must not stop the others: each on its own.
            Err(StoreError::Refused(_)) => {
                drop(tenant);
                let mut tenant = session.begin(Some(&fence)).await?;
                let (brought, refused) = self.bring_each(&mut tenant, &desk, &events, &meanings).await?;
                (tenant, brought, settlements(&events, &meanings, &refused, now))
            }
            Err(error) => return Err(error),
        };
        let mut done = figures(&settled, brought.changed, now);
        let counted = Figures {
            records: count(done.settled),
            changed: count(brought.changed),
            rejected: count(done.quarantined),
            backfill: None,
            told: true,
        };
        // They travel together, in this order.
        let aside = async {
            match done.quarantined > 0 || !self.tidy.contains(lease.key) {
                true => journal::aside(&tenant, account).await,
                false => Ok(0),
            }
        };
        let (_, (), aside) = try_join!(
            journal::settle(&tenant, lease.generation, &settled, now),
            state::write(&tenant, desk.place, STREAM, None, None, counted),
            aside,
        )?;
        done.aside = aside;
        tenant.commit().await?;
        self.tidy.note(lease.key, done.aside == 0);
        let full = i64::try_from(events.len()).is_ok_and(|taken| taken >= PORTION);
        let outcome = if full || done.failed > 0 { Applied::More } else { Applied::Done };
        let due_in = brought.due_at.map(|at| Duration::try_from(at.duration_since(now)).unwrap_or_default());
        Ok(ApplyReport { outcome, done, due_in })
    }

    /// What this incarnation knows of the account, read once; a change of the account has it read again.
    async fn known_desk(
        &self,
        tenant: &Tenant<'_>,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Option<Desk>, StoreError> {
        if let Some((adapter, account)) = self.abouts.find(lease) {
            let place = Place { account: lease.key.account, now };
            return Ok(Some(Desk { adapter, account, place, generation: lease.generation }));
        }
        let desk = self.desk(tenant, lease, now).await?;
        if let Some(desk) = &desk {
            self.abouts.note(lease, Arc::clone(&desk.adapter), desk.account.clone());
        }
        Ok(desk)
    }

    /// What is known of the account; none when nobody here speaks its platform, and its deliveries wait.
    pub(crate) async fn desk(
        &self,
        tenant: &Tenant<'_>,
        lease: &Lease,
        now: Timestamp,
    ) -> Result<Option<Desk>, StoreError> {
        let id = lease.key.account;
        let about = accounts::about(tenant, id).await?;
        let Some(adapter) = self.adapters.get(about.platform.as_str()) else { return Ok(None) };
        let account = platforms::Account {
            id,
            external_id: about.external_id,
            region: about.region,
            settings: about.settings,
        };
        let place = Place { account: id, now };
        Ok(Some(Desk { adapter: Arc::clone(adapter), account, place, generation: lease.generation }))
    }

    /// Writes everything that a portion says, set-wise.
    async fn bring(
        &self,
        tenant: &Tenant<'_>,
        desk: &Desk,
        events: &[Event],
        meanings: &[Meaning],
    ) -> Result<Brought, StoreError> {
        let mut pages = Pages::default();
        let mut asked = false;
        for (event, meaning) in events.iter().zip(meanings) {
            match meaning {
                Meaning::Page(page) => pages.add(page, event.received_at),
                Meaning::Poll => asked = true,
                Meaning::Nothing(_) | Meaning::Failed(_) => {}
            }
        }
        if asked {
            accounts::request_poll(tenant, desk.place.account, desk.place.now).await?;
        }
        let mut brought = match pages.done() {
            Some(page) => self.write_told(tenant, desk, &page).await?,
            None => Brought::default(),
        };
        if asked {
            brought.due_at = Some(desk.place.now);
        }
        Ok(brought)
    }

    /// Writes each delivery on its own; answers which the database refuses, and why.
    pub(crate) async fn bring_each(
        &self,
        tenant: &mut Tenant<'_>,
        desk: &Desk,
        events: &[Event],
        meanings: &[Meaning],
    ) -> Result<(Brought, HashMap<usize, String>), StoreError> {
        let (mut all, mut refused) = (Brought::default(), HashMap::new());
        for (at, (event, meaning)) in events.iter().zip(meanings).enumerate() {
            let part = tenant.part().await?;
            let one = (std::slice::from_ref(event), std::slice::from_ref(meaning));
            match self.bring(&part, desk, one.0, one.1).await {
                Ok(brought) => {
                    part.commit().await?;
                    all.changed += brought.changed;
                    all.due_at = earlier(all.due_at, brought.due_at);
                    all.written.extend(brought.written);
                    all.doubted.extend(brought.doubted);
                }
                Err(StoreError::Refused(reason)) => {
                    refused.insert(at, format!("the database cannot hold it ({reason})"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((all, refused))
    }

    /// Changes, lineage, and what is to be read because of them.
    pub(crate) async fn write_told(
        &self,
        tenant: &Tenant<'_>,
        desk: &Desk,
        page: &Page,
    ) -> Result<Brought, StoreError> {
        let Desk { adapter, place, generation, .. } = desk;
        let source = Source {
            origin: Origin::Webhook,
            keys: &self.keys,
            cause: "webhook",
            account: place.account,
            platform: adapter.name(),
            generation: *generation,
            transform_version: adapter.transform_version(),
            observed_at: page.observed_at,
            payload: self.ids.next(place.now),
            now: place.now,
            ids: &self.ids,
        };
        let mut applied = apply::apply(tenant, &source, page).await?;
        let due_at = due::first_due(&page.state, &applied);
        // Neither waits for the other: they travel together. Nobody reads on from this state.
        let mut unread = AccountState::default();
        let (_, fallen) = try_join!(
            payloads::keep(tenant, &source, page, &applied),
            state::advance(tenant, &source, &page.state, &applied, &mut unread),
        )?;
        applied.add(fallen);
        let (written, doubted) = (names(&applied.written), names(&applied.doubted));
        Ok(Brought { changed: applied.changed(), due_at, written, doubted })
    }
}

/// Records by kind and id, in order.
fn names(records: &HashMap<Kind, BTreeSet<String>>) -> Vec<(Kind, String)> {
    let mut names: Vec<_> =
        records.iter().flat_map(|(kind, ids)| ids.iter().map(|id| (*kind, id.clone()))).collect();
    names.sort();
    names
}

/// What a delivery says. A defect of the mapping costs this delivery alone.
pub(crate) fn meaning(desk: &Desk, event: &Event) -> Meaning {
    if event.platform == POLL {
        return Meaning::Poll;
    }
    if event.platform != desk.adapter.name() {
        return Meaning::Failed("it came to an address of another platform".to_owned());
    }
    let told = Told {
        id: event.id,
        body: &event.body,
        headers: &event.headers,
        signed: event.signed,
        received_at: event.received_at,
    };
    let heard = catch_unwind(AssertUnwindSafe(|| desk.adapter.heard(&desk.account, &told)));
    match heard {
        Ok(Ok(Heard::Page(page))) => Meaning::Page(page),
        Ok(Ok(Heard::Nothing(why))) => Meaning::Nothing(why),
        Ok(Err(reason)) => Meaning::Failed(reason),
        Err(_) => Meaning::Failed("the mapping panicked".to_owned()),
    }
}

/// How each delivery ended.
fn settlements<'a>(
    events: &'a [Event],
    meanings: &[Meaning],
    refused: &HashMap<usize, String>,
    now: Timestamp,
) -> Vec<(&'a Event, Settlement)> {
    let settle = |(at, (event, meaning)): (usize, (&'a Event, &Meaning))| {
        let failure = match meaning {
            Meaning::Failed(reason) => Some(reason),
            _ => refused.get(&at),
        };
        let settlement = match (failure, meaning) {
            (Some(reason), _) if event.attempts + 1 >= ATTEMPTS => Settlement::Quarantined(reason.clone()),
            (Some(reason), _) => {
                let at = now.saturating_add(pause(event.attempts + 1)).unwrap_or(Timestamp::MAX);
                Settlement::Again { at, reason: reason.clone() }
            }
            (None, Meaning::Nothing(why)) => Settlement::Ignored(why),
            (None, _) => Settlement::Applied,
        };
        (event, settlement)
    };
    events.iter().zip(meanings).enumerate().map(settle).collect()
}

fn figures(settled: &[(&Event, Settlement)], changed: u64, now: Timestamp) -> Delivered {
    let mut done = Delivered { changed, ..Delivered::default() };
    for (event, settlement) in settled {
        match settlement {
            Settlement::Applied | Settlement::Ignored(_) => {
                done.settled += 1;
                let lag = Duration::try_from(now.duration_since(event.received_at)).unwrap_or_default();
                done.lag = done.lag.max(Some(lag));
            }
            Settlement::Again { .. } => done.failed += 1,
            Settlement::Quarantined(_) => done.quarantined += 1,
        }
    }
    done
}

fn idle(due: Option<Timestamp>, now: Timestamp) -> ApplyReport {
    let outcome = match due {
        Some(due) => Applied::Wait { pause: Duration::try_from(due.duration_since(now)).unwrap_or_default() },
        None => Applied::Done,
    };
    ApplyReport { outcome, done: Delivered::default(), due_in: None }
}

fn count(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_delivery_waits_longer_each_time_and_not_for_ever() {
        let waits: Vec<i64> = (1..ATTEMPTS).map(|failures| pause(failures).as_secs()).collect();
        assert_eq!(waits, [5, 30, 180, 1080]);
        assert_eq!(pause(i32::MAX).as_secs(), 3600);
    }
}
