//! One organization's figures: marks are taken, what they name is counted again, the document follows, and the change gets
//! the next number, in one transaction; then the hub is told. Nobody else raises the number.
//!
//! Counting again what a mark names is right however often it is done, so a mark that commits late, or work that dies
//! anywhere, costs a count and never a figure.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use futures_util::try_join;
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use routiq_actors::{
    clock::Clock,
    port::{Generation, PortError, RollLease, Rolled, Rollup},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    identity,
    news::{Hub, News, What},
};
use crate::{
    domain::{
        identity::RULES_VERSION,
        ids::Ids,
        live::{self as rules, Clinic, CurrentSync, FIGURES_VERSION, Figures, Number, Period},
        patch,
    },
    store::{
        Fence, Store, StoreError, Tenant, bookings, identity as people,
        live::{self, Change, Kept, Taken, Touched, Written},
        roster,
        sealing::{self, Phase},
        tenant::ROLLUP,
    },
};

/// Marks that one count takes at most.
const MARKS: i64 = 500;
/// Events that one change tells at most: the newest.
const EVENTS: usize = 20;
/// The longest time without a look.
const LONGEST: Duration = Duration::from_secs(3_600);
/// How often visits are counted at most while a first import brings page after page of them.
const VISITS_EVERY: SignedDuration = SignedDuration::from_secs(2);
/// How often a run's progress is told at most.
const PROGRESS_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// What may change while the daemon runs.
#[derive(Clone, Copy, Debug)]
pub struct RollupSettings {
    /// From which age on figures are called stale: two poll intervals.
    pub stale_after: SignedDuration,
}

/// Implements the tree's port over the store and the hub. Cheap to clone.
#[derive(Clone)]
pub struct RollupWork {
    store: Store,
    clock: Clock,
    ids: Ids,
    hub: Hub,
    settings: Arc<ArcSwap<RollupSettings>>,
    /// When each run's progress was last told.
    told: Arc<Mutex<HashMap<Uuid, Timestamp>>>,
    recent: Arc<Mutex<HashMap<Uuid, Arc<[Value]>>>>,
    /// When visits were last counted, of organizations that import.
    counted: Arc<Mutex<HashMap<Uuid, Timestamp>>>,
}

/// What a count is to tell once it is committed.
struct Outcome {
    news: Option<News>,
    progress: Option<News>,
    again_in: Duration,
    more: bool,
    /// Contacts wait to be looked at.
    unmatched: bool,
    /// Rows are on their way to what is to be sealed.
    turning: Option<Phase>,
}

impl RollupWork {
    /// Over this store, telling this hub.
    pub fn new(
        store: Store,
        clock: Clock,
        ids: Ids,
        hub: Hub,
        settings: Arc<ArcSwap<RollupSettings>>,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            hub,
            settings,
            told: Arc::default(),
            recent: Arc::default(),
            counted: Arc::default(),
        }
    }

    async fn count(&self, lease: RollLease) -> Result<Outcome, StoreError> {
        let now = self.clock.now();
        let mut session = self.store.session(lease.organization).await?;
        // Only what these see is counted: what commits later is marked, and taken next time.
        let first = async |tenant: &Tenant<'_>| {
            try_join!(
                live::take(tenant, MARKS),
                live::written(tenant),
                live::sync_facts(tenant),
                people::is_anybody_due(tenant, RULES_VERSION),
                sealing::turning(tenant)
            )
        };
        let (tenant, (mut taken, written, facts, unmatched, turning)) =
            session.begin_with(Some(&Fence::rollup(lease.generation)), first).await?;
        let clinic = Clinic { name: written.name.clone(), timezone: written.timezone.clone() };
        let range = Period::Week.ending(clinic.today(now));
        let put_off = self.put_off(lease.organization, &mut taken, &written, facts.2.as_ref(), now);
        if put_off {
            let visits = Touched { visits: true, ..Touched::default() };
            let cause = taken.cause.as_deref().unwrap_or("sync");
            live::mark(&tenant, self.ids.next(now), &visits, cause, now).await?;
        }
        let mut figures = self.figures(&tenant, &taken, &written, &clinic, now).await?;
        (figures.proven_until, figures.last_sync_at, figures.current) = facts;
        let stale_after = self.settings.load().stale_after;
        let number = Number { epoch: written.number.epoch, sequence: written.number.sequence + 1 };
        let epoch = number.epoch.unwrap_or_else(|| self.ids.next(now));
        let number = Number { epoch: Some(epoch), ..number };
        let document = rules::document(&clinic, range, &figures, number, now, stale_after);
        let next = rules::next_change(&clinic, &figures, now, stale_after);
        let again_in = next.map_or(LONGEST, |next| {
            Duration::try_from(next.duration_since(now)).unwrap_or_default().min(LONGEST)
        });
        let again_in = if put_off { again_in.min(VISITS_EVERY.unsigned_abs()) } else { again_in };
        let name: Arc<str> = clinic.name.as_str().into();
        let progress = self.progress(lease.organization, &clinic, figures.current.as_ref(), now);
        let progress =
            progress.map(|state| News::new(Arc::clone(&name), written.number, now, What::Progress(state)));
        let events = newest(&taken.touched.events);
        let news_worthy = events.as_array().is_some_and(|events| !events.is_empty());
        let changed = written.data.as_ref().is_none_or(|before| patch::differ(before, &document));
        let mut outcome = Outcome {
            news: None,
            progress,
            again_in,
            more: i64::try_from(taken.rows).unwrap_or(0) >= MARKS,
            unmatched,
            turning,
        };
        if changed || news_worthy {
            let empty = json!({});
            let before = written.data.as_ref().unwrap_or(&empty);
            let change = Change {
                sequence: number.sequence,
                patch: patch::diff(before, &document),
                events,
                cause: cause(&taken, &written, &figures),
                at: now,
            };
            try_join!(
                live::number(&tenant, epoch, &change, Kept::default()),
                live::write(&tenant, &clinic.timezone, &figures, &document, next, now),
            )?;
            let recent = self.recent(&tenant, lease.organization, news_worthy, &change).await?;
            let Change { patch, events, cause, .. } = change;
            let (document, proven_until) = (Arc::new(document), figures.proven_until);
            let what = What::Change { patch, events, cause, document, proven_until, recent };
            outcome.news = Some(News::new(name, number, now, what));
        } else if let Some(document) = &written.data
            && (figures.practice != written.practice || figures.people != written.people)
        {
            // Nothing that is shown: when it is to be counted next.
            live::write(&tenant, &clinic.timezone, &figures, document, next, now).await?;
        } else if taken.rows == 0 {
            // Nothing was written: there is nothing to commit.
            return Ok(outcome);
        }
        tenant.commit().await?;
        Ok(outcome)
    }

    /// Counts what the marks name; everything, when it was never counted or the days have moved to another zone.
    async fn figures(
        &self,
        tenant: &Tenant<'_>,
        taken: &Taken,
        written: &Written,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Figures, StoreError> {
        // The database is asked for the zone by the name that this program understands as well.
        let zone = clinic.zone();
        let zone = zone.iana_name().unwrap_or("UTC");
        let anew = written.version != Some(FIGURES_VERSION)
            || written.counted_in.as_deref() != Some(clinic.timezone.as_str());
        if anew {
            live::recount_all(tenant, zone).await?;
        } else {
            let touched: Vec<Uuid> = taken.touched.conversations.iter().copied().collect();
            live::recount(tenant, &touched, zone).await?;
        }
        let today = clinic.today(now);
        let range = Period::Week.ending(today);
        let conversations = async {
            match anew || taken.touched.states {
                true => live::conversations(tenant).await,
                false => Ok(written.conversations),
            }
        };
        let contacts = async {
            match anew || taken.touched.contacts {
                true => live::contacts(tenant).await,
                false => Ok(written.contacts),
            }
        };
        let practice = async {
            match &written.practice {
                Some(known) if !anew && !taken.touched.visits && known.holds(range, now) => Ok(known.clone()),
                _ => bookings::count(tenant, range, &clinic.zone(), now).await,
            }
        };
        let people = async {
            match written.people {
                Some(known) if !taken.touched.people => Ok(known),
                _ => people::count(tenant).await,
            }
        };
        let (messages, days, conversations, contacts, practice, people) = try_join!(
            live::messages(tenant, today),
            live::days(tenant, range.first, range.last),
            conversations,
            contacts,
            practice,
            people
        )?;
        let (practice, people) = (Some(practice), Some(people));
        Ok(Figures { conversations, contacts, messages, days, practice, people, ..Figures::default() })
    }

    /// Whether visits that were marked are left for a moment: a first import marks some with each page, and counting asks for
    /// all.
    fn put_off(
        &self,
        organization: Uuid,
        taken: &mut Taken,
        written: &Written,
        current: Option<&CurrentSync>,
        now: Timestamp,
    ) -> bool {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let imports = current.and_then(|run| run.backfill).is_some_and(|(done, total)| done < total);
        if !imports {
            counted.remove(&organization);
            return false;
        }
        let lately = counted.get(&organization).is_some_and(|last| now.duration_since(*last) < VISITS_EVERY);
        if taken.touched.visits && !lately {
            counted.insert(organization, now);
        }
        let put_off = taken.touched.visits && lately && written.practice.is_some();
        taken.touched.visits &= !put_off;
        put_off
    }

    /// What happened lately, this change included: remembered, and read once after a start.
    async fn recent(
        &self,
        tenant: &Tenant<'_>,
        organization: Uuid,
        news: bool,
        change: &Change,
    ) -> Result<Arc<[Value]>, StoreError> {
        let known = self.recent.lock().unwrap_or_else(PoisonError::into_inner).get(&organization).cloned();
        let recent: Arc<[Value]> = match known {
            Some(known) if !news => return Ok(known),
            Some(known) => {
                let all = known.iter().chain(change.events.as_array().into_iter().flatten());
                let all: Vec<Value> = all.cloned().collect();
                let skipped = all.len().saturating_sub(EVENTS);
                all.into_iter().skip(skipped).collect()
            }
            None => live::recent_events(tenant, EVENTS).await?.into(),
        };
        let mut held = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(organization, Arc::clone(&recent));
        Ok(recent)
    }

    /// The progress of the run under way, when it is time to tell it again.
    fn progress(
        &self,
        organization: Uuid,
        clinic: &Clinic,
        current: Option<&CurrentSync>,
        now: Timestamp,
    ) -> Option<Value> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(current) = current else {
            told.remove(&organization);
            return None;
        };
        let due = told.get(&organization).is_none_or(|last| now.duration_since(*last) >= PROGRESS_EVERY);
        due.then(|| {
            told.insert(organization, now);
            rules::progress(clinic, current, now)
        })
    }
}

/// The newest events, as a JSON array.
fn newest(events: &[Value]) -> Value {
    let skipped = events.len().saturating_sub(EVENTS);
    events.iter().skip(skipped).cloned().collect()
}

/// What brought a change.
fn cause(taken: &Taken, written: &Written, figures: &Figures) -> String {
    let by_clock = written.proven_until == figures.proven_until
        && written.data.as_ref().is_some_and(|data| {
            data.pointer("/sync/sync_running").and_then(Value::as_bool) == Some(figures.current.is_some())
        });
    taken.cause.clone().unwrap_or_else(|| if by_clock { "clock" } else { "sync" }.to_owned())
}

impl Rollup for RollupWork {
    async fn begin(&self, organization: Uuid) -> Result<Generation, PortError> {
        Ok(roster::raise_fence(&self.store, organization, ROLLUP, self.clock.now()).await?)
    }

    async fn roll(&self, lease: RollLease) -> Rolled {
        match Box::pin(self.count(lease)).await {
            Ok(Outcome { news, progress, again_in, more, unmatched, turning }) => {
                if let Some(news) = news {
                    if let What::Change { cause, .. } = &news.what {
                        counter!("routiq_live_changes_total", "cause" => cause.clone()).increment(1);
                    }
                    self.hub.publish(lease.organization, &Arc::new(news), true);
                }
                if let Some(progress) = progress {
                    self.hub.publish(lease.organization, &Arc::new(progress), false);
                }
                let rolled = if more { Rolled::More } else { Rolled::Done { again_in } };
                self.look(lease, unmatched, turning, rolled).await
            }
            Err(StoreError::Fenced) => Rolled::Fenced,
            Err(error) => Rolled::Failed { reason: error.to_string() },
        }
    }
}

impl RollupWork {
    /// What is sealed and who is whom follow the figures, a portion at a time.
    async fn look(
        &self,
        lease: RollLease,
        unmatched: bool,
        turning: Option<Phase>,
        rolled: Rolled,
    ) -> Rolled {
        let mut more = false;
        if turning.is_some() {
            match super::sealing::step(&self.store, &self.clock, lease).await {
                Ok(again) => more |= again,
                Err(StoreError::Fenced) => return Rolled::Fenced,
                Err(error) => return Rolled::Failed { reason: format!("sealing identifiers: {error}") },
            }
        }
        // While what contacts share is half in one form and half in another, nobody is compared.
        if unmatched && turning != Some(Phase::Keys) {
            match identity::step(&self.store, &self.clock, &self.ids, lease).await {
                Ok(again) => more |= again,
                Err(StoreError::Fenced) => return Rolled::Fenced,
                Err(error) => return Rolled::Failed { reason: format!("matching people: {error}") },
            }
        }
        if more { Rolled::More } else { rolled }
    }
}
