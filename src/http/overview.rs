//! How everything stands: looked up at most once a second, shared by all viewers, and shown also while the database does
//! not answer (then with the counts of before, and the hour they are from).

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use routiq_actors::{ActorStatus, Counts};
use tokio::{
    sync::Mutex,
    task::JoinHandle,
    time::{Instant, timeout},
};
use uuid::Uuid;

use super::Context;
use crate::store::{
    Store, StoreError,
    health::{self, AccountHealth, OrganizationHealth},
};

/// A snapshot is as good as new for this long.
const FRESH: Duration = Duration::from_secs(1);
/// How long a viewer waits for the counts before the last ones are shown instead.
const PATIENCE: Duration = Duration::from_millis(400);
/// The database is asked again after this many times what the last answer took.
const EASE: u32 = 10;
/// Samples kept for rates and the curve, about one a second while somebody looks.
const SAMPLES: usize = 60;
/// Rates are taken over this long.
const OVER: Duration = Duration::from_secs(10);

/// How everything stood at one moment.
pub(super) struct Snapshot {
    /// The moment.
    pub(super) at: Timestamp,
    /// Every actor, by organization and account.
    pub(super) statuses: Vec<ActorStatus>,
    /// How many actors are in each state.
    pub(super) counts: Counts,
    /// What the tables said, and when.
    pub(super) health: Arc<Health>,
    /// Why the tables did not answer, if they do not.
    pub(super) database_error: Option<String>,
    /// Records a second, of all and by account; none until two looks were taken.
    pub(super) records_per_second: Option<f64>,
    rates: HashMap<Uuid, Rate>,
    /// Records a second of the last minute, oldest first.
    pub(super) curve: Vec<f64>,
}

/// What the tables said.
#[derive(Default)]
pub(super) struct Health {
    /// When.
    pub(super) at: Option<Timestamp>,
    accounts: HashMap<Uuid, AccountHealth>,
    organizations: HashMap<Uuid, OrganizationHealth>,
}

/// How fast an account moves, per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rate {
    /// Records received.
    pub(super) records: f64,
    /// Records of the first import done.
    pub(super) imported: f64,
}

impl Snapshot {
    /// What the tables say of an account.
    pub(super) fn account(&self, account: Uuid) -> Option<&AccountHealth> {
        self.health.accounts.get(&account)
    }

    /// The figures of an organization; none before they were counted.
    pub(super) fn figures(&self, organization: Uuid) -> Option<&OrganizationHealth> {
        self.health.organizations.get(&organization)
    }

    /// How fast an account moves; none until two looks were taken.
    pub(super) fn rate(&self, account: Uuid) -> Option<Rate> {
        self.rates.get(&account).copied()
    }

    /// The actors of each organization, by its name.
    pub(super) fn organizations(&self) -> Vec<&[ActorStatus]> {
        let mut groups: Vec<_> =
            self.statuses.chunk_by(|a, b| a.key.organization == b.key.organization).collect();
        groups.sort_by_key(|group| {
            group.first().map(|first| (first.organization_name.to_lowercase(), first.key))
        });
        groups
    }
}

/// Done and total of an account's first import, all its streams together; none when no total is known.
pub(super) fn imported(health: &AccountHealth) -> Option<(u64, u64)> {
    let known = health.streams.iter().filter_map(|stream| stream.backfill);
    known.fold(None, |sum, (done, total)| {
        let (all_done, all) = sum.unwrap_or((0, 0));
        Some((
            all_done + done.max(0).unsigned_abs().min(total.max(0).unsigned_abs()),
            all + total.max(0).unsigned_abs(),
        ))
    })
}

async fn tables(store: &Store, now: Timestamp) -> Result<Health, StoreError> {
    let accounts = health::accounts(store).await?;
    let accounts = accounts.into_iter().map(|account| (account.account, account)).collect();
    Ok(Health { at: Some(now), accounts, organizations: health::organizations(store).await? })
}

/// Keeps the last snapshot.
#[derive(Default)]
pub(super) struct Overview {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: Option<(Instant, Arc<Snapshot>)>,
    health: Arc<Health>,
    error: Option<String>,
    asking: Option<JoinHandle<(Result<Health, StoreError>, Duration)>>,
    ask_after: Option<Instant>,
    samples: VecDeque<Sample>,
}

struct Sample {
    at: Instant,
    records: u64,
    accounts: HashMap<Uuid, (u64, u64)>,
}

impl Overview {
    /// How everything stands now, or stood less than a second ago.
    pub(super) async fn look(&self, context: &Context) -> Arc<Snapshot> {
        let mut state = self.state.lock().await;
        if let Some((at, snapshot)) = &state.last
            && at.elapsed() < FRESH
        {
            return Arc::clone(snapshot);
        }
        state.ask_tables(context).await;
        let snapshot = Arc::new(state.take(context));
        state.last = Some((Instant::now(), Arc::clone(&snapshot)));
        snapshot
    }
}

impl State {
    /// Asks the tables, unless they were asked a moment ago, and waits a little for the answer.
    async fn ask_tables(&mut self, context: &Context) {
        if self.asking.is_none() && self.ask_after.is_none_or(|after| Instant::now() >= after) {
            let (store, now) = (context.store.clone(), context.clock.now());
            self.asking = Some(tokio::spawn(async move {
                let began = Instant::now();
                (tables(&store, now).await, began.elapsed())
            }));
        }
        let Some(asking) = &mut self.asking else { return };
        let Ok(answer) = timeout(PATIENCE, asking).await else {
            self.error.get_or_insert_with(|| "the database answers slowly".to_owned());
            return;
        };
        self.asking = None;
        match answer {
            Ok((Ok(health), took)) => {
                (self.health, self.error) = (Arc::new(health), None);
                self.ask_after = Some(Instant::now() + took * EASE);
            }
            Ok((Err(error), _)) => self.error = Some(error.to_string()),
            Err(_) => self.error = Some("the counts could not be read".to_owned()),
        }
    }

    fn take(&mut self, context: &Context) -> Snapshot {
        let statuses = context.tree.statuses();
        let accounts: HashMap<Uuid, (u64, u64)> = statuses
            .iter()
            .map(|status| {
                let done = self
                    .health
                    .accounts
                    .get(&status.key.account)
                    .and_then(imported)
                    .map_or(0, |(done, _)| done);
                (status.key.account, (status.progress.records, done))
            })
            .collect();
        let sample = Sample {
            at: Instant::now(),
            records: accounts.values().map(|(records, _)| records).sum(),
            accounts,
        };
        self.samples.push_back(sample);
        if self.samples.len() > SAMPLES {
            self.samples.pop_front();
        }
        Snapshot {
            at: context.clock.now(),
            counts: context.tree.counts(),
            statuses,
            health: Arc::clone(&self.health),
            database_error: self.error.clone(),
            records_per_second: self.over_all(),
            rates: self.by_account(),
            curve: self.curve(),
        }
    }

    /// The latest sample and the one to compare it with: the oldest within [`OVER`], or when nobody had looked for
    /// longer, the last one before it.
    fn span(&self) -> Option<(&Sample, &Sample, f64)> {
        let last = self.samples.back()?;
        let before = self.samples.len().checked_sub(2).and_then(|at| self.samples.get(at))?;
        let recent = self.samples.iter().find(|sample| last.at.duration_since(sample.at) <= OVER);
        let first = recent.filter(|first| first.at < before.at).unwrap_or(before);
        let seconds = last.at.duration_since(first.at).as_secs_f64();
        (seconds > 0.0).then_some((first, last, seconds))
    }

    fn over_all(&self) -> Option<f64> {
        self.span().map(|(first, last, seconds)| per_second(first.records, last.records, seconds))
    }

    fn by_account(&self) -> HashMap<Uuid, Rate> {
        let Some((first, last, seconds)) = self.span() else { return HashMap::new() };
        let rate = |(account, (records, done)): (&Uuid, &(u64, u64))| {
            let (before, done_before) = first.accounts.get(account)?;
            let records = per_second(*before, *records, seconds);
            Some((*account, Rate { records, imported: per_second(*done_before, *done, seconds) }))
        };
        last.accounts.iter().filter_map(rate).collect()
    }

    fn curve(&self) -> Vec<f64> {
        let pairs = self.samples.iter().zip(self.samples.iter().skip(1));
        pairs
            .map(|(a, b)| {
                per_second(a.records, b.records, b.at.duration_since(a.at).as_secs_f64().max(0.001))
            })
            .collect()
    }
}

/// Never negative: an account that left takes its records with it.
fn per_second(before: u64, after: u64, seconds: f64) -> f64 {
    after.saturating_sub(before) as f64 / seconds
}
