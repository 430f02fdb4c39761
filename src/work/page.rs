//! A page and everything it means becomes rows, in one transaction: its changes, its raw records, where the streams stand,
//! the run. What does not wait for an answer travels together: to begin and to look, to write, to settle, to commit.

use futures_util::{join, try_join};
use jiff::Timestamp;
use routiq_actors::port::{Answer, Lease, Outcome, Progress, Report, Urgency};

use super::{
    run::Running,
    streams::{ITEMS, advance, missed},
    sync::{Coming, Desk, SyncWork, count, proven},
};
use crate::{
    domain::{
        change::Change,
        stream::{Page, StateChange},
    },
    platforms::Call,
    store::{
        Fence, StoreError, Tenant, accounts,
        apply::{self, Applied, Origin, Source},
        payloads::{self, Packed},
        state::{self, Figures, Place},
    },
};

/// The text of `in_failed_sql_transaction`.
const IN_FAILED: &str = "25P02";

/// What a request brought, and what was made of it ahead.
pub(super) struct Fetched {
    pub(super) page: Page,
    packed: Option<Packed>,
}

impl From<Page> for Fetched {
    fn from(page: Page) -> Self {
        Self { page, packed: None }
    }
}

impl Fetched {
    /// With everything made of it that the tables have no say in, so that no transaction waits for it. `whole`: whether all
    /// of it is likely to be kept.
    pub(super) fn ready(mut page: Page, whole: bool) -> Self {
        page.changes.iter_mut().for_each(Change::digest);
        let packed = whole.then(|| Packed::ahead(&page)).flatten();
        Self { page, packed }
    }
}

impl SyncWork {
    /// Writes a page, and plans what comes after it.
    pub(super) async fn write(
        &self,
        lease: &Lease,
        desk: &mut Desk,
        call: &Call,
        fetched: Fetched,
        now: Timestamp,
    ) -> Result<Report, StoreError> {
        let Fetched { mut page, packed } = fetched;
        let key = lease.key;
        let place = Place { account: key.account, now };
        let fence = Fence::sync(key.account, lease.generation);
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
        let mut session = self.store.patient_session(key.organization).await?;
        let look = async |tenant: &Tenant<'_>| {
            let relax = async {
                match call.urgency {
                    // A page of history that a crash takes back takes the cursor with it: it is read again.
                    Urgency::Backfill => tenant.may_be_done_again().await,
                    Urgency::Live | Urgency::Poll => Ok(()),
                }
            };
            let stands = state::confirm(tenant, place, page.stream, &desk.state);
            let ((), (), seen) = try_join!(relax, stands, apply::look(tenant, &source, &page))?;
            Ok(seen)
        };
        let (mut tenant, seen) = session.begin_with(Some(&fence), look).await?;
        let applied = match apply::apply_unmarked(&tenant, &source, &page, seen).await {
            // What one record holds must not stop the others.
            Err(StoreError::Refused(reason)) => {
                drop(tenant);
                let mut trial = session.begin(Some(&fence)).await?;
                if apply::sift(&mut trial, &source, &mut page).await? == 0 {
                    return Err(StoreError::Refused(reason));
                }
                drop(trial);
                tenant = session.begin(Some(&fence)).await?;
                apply::apply_unmarked(&tenant, &source, &page, None).await?
            }
            applied => applied?,
        };
        if let Some(news) = &page.hook {
            desk.state.hook = self.hook_news(&tenant, &*desk.adapter, key, news, now).await?;
        }
        let unproven = desk.state.streams.get(ITEMS.0).is_none_or(|stream| stream.proven_until.is_none());
        let backfill = match page.stream == ITEMS.0 && unproven {
            true => Some(desk.import.step(&tenant, key.account, ITEMS.0).await?),
            false => page.backfill,
        };
        let mut figures = Figures {
            records: count(page.changes.len() + page.rejected.len()),
            changed: i64::try_from(applied.changed()).unwrap_or(i64::MAX),
            rejected: 0,
            backfill,
            told: desk.adapter.declaration().tells(page.stream),
        };
        let settled = Box::pin(self.settle(&tenant, &source, desk, (&page, packed), applied, figures)).await;
        let (late, applied) = settled?;
        figures.changed += late.changed;
        figures.rejected += late.rejected;

        let live = desk.state.hook.as_ref().is_some_and(|hook| hook.live);
        let swept = live && call.urgency == Urgency::Backfill && proven(desk).is_some();
        let operation = if proven(desk).is_none() { "comprehensive_sync" } else { "incremental_sync" };
        let mut run = desk.run.take().unwrap_or_else(|| Running::begin(&self.ids, now, operation));
        let sums = (figures.records, figures.changed, figures.rejected);
        run.step(&tenant, place, source.platform, call.urgency, sums).await?;
        let outcome = match self.plan(key, desk, now) {
            Coming::More(demand) => {
                desk.run = Some(run);
                Outcome::More(demand)
            }
            Coming::Idle(again_in) => {
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

    /// Keeps what the page brought and brings its streams to where they stand after it. Answers the figures that show
    /// themselves only now, and everything applied.
    async fn settle(
        &self,
        tenant: &Tenant<'_>,
        source: &Source<'_>,
        desk: &mut Desk,
        (page, packed): (&Page, Option<Packed>),
        mut applied: Applied,
        figures: Figures,
    ) -> Result<(Figures, Applied), StoreError> {
        let place = Place { account: source.account, now: source.now };
        state::ready(tenant).await?;
        let (own, others): (Vec<_>, Vec<_>) = page.state.iter().cloned().partition(
            |change| matches!(change, StateChange::Stream { stream, .. } if *stream == page.stream),
        );
        let keep = async {
            try_join!(
                apply::mark(tenant, source, &applied),
                payloads::keep_packed(tenant, source, page, &applied, packed),
                state::advance(tenant, source, &others, &applied, &mut desk.state),
            )
        };
        let stand = advance(tenant, place, page.stream, own, figures);
        // One statement goes before what follows from it on the way; several wait for each other's answers.
        let (((), rejected, fallen), stand) = match others.as_slice() {
            [] | [StateChange::Done { .. }] => match join!(keep, stand) {
                // What was sent behind a statement that failed knows no more than that.
                (Err(StoreError::Refused(behind)), Err(why)) if behind == IN_FAILED => return Err(why),
                (keep, stand) => (keep?, stand?),
            },
            _ => (keep.await?, stand.await?),
        };
        stand.enter(&mut desk.state);
        let late = Figures {
            changed: i64::try_from(fallen.changed()).unwrap_or(i64::MAX),
            rejected: i64::try_from(rejected).unwrap_or(i64::MAX),
            told: figures.told,
            ..Figures::default()
        };
        if late.changed + late.rejected > 0 {
            state::write(tenant, place, page.stream, None, None, late).await?;
        }
        applied.add(fallen);
        Ok((late, applied))
    }
}
