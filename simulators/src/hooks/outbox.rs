//! What waits to be sent, and the record of what was.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use tokio::sync::Notify;

use super::{HookEntry, HookFaults, HookTotals, Outcome};

/// The deliveries of one installation, in the order in which they are due. `J` says how to build one.
#[derive(Debug)]
pub(crate) struct Outbox<J> {
    pub(crate) faults: HookFaults,
    pub(crate) totals: HookTotals,
    dice: ChaCha8Rng,
    waiting: BTreeMap<(Timestamp, u64), J>,
    under_way: BTreeMap<u64, J>,
    entries: BTreeMap<u64, HookEntry>,
    keep: usize,
    next: u64,
    news: Arc<Notify>,
}

/// What the record says about a delivery.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) event: String,
    pub(crate) about: String,
    pub(crate) url: String,
    pub(crate) attempt: u32,
}

fn later(at: Timestamp, ms: u64) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))).unwrap_or(at)
}

impl<J: Clone> Outbox<J> {
    /// An empty one that keeps a record of `keep` deliveries.
    pub(crate) fn new(dice: ChaCha8Rng, keep: usize) -> Self {
        Self {
            faults: HookFaults::default(),
            totals: HookTotals::default(),
            dice,
            waiting: BTreeMap::new(),
            under_way: BTreeMap::new(),
            entries: BTreeMap::new(),
            keep,
            next: 1,
            news: Arc::default(),
        }
    }

    pub(crate) fn news(&self) -> Arc<Notify> {
        Arc::clone(&self.news)
    }

    /// Plans a first attempt, as the faults will have it.
    pub(crate) fn plan(&mut self, job: J, label: Label, at: Timestamp) {
        let faults = self.faults;
        if self.chance(faults.drop) {
            let id = self.enter(label, at, at);
            self.end(id, Outcome::Lost, at);
            return;
        }
        if self.chance(faults.double) {
            self.totals.doubled += 1;
            self.put(job.clone(), label.clone(), at);
        }
        self.put(job, label, at);
    }

    /// Plans a further attempt, due at `due`. Faults spare it.
    pub(crate) fn retry(&mut self, job: J, label: Label, at: Timestamp, due: Timestamp) {
        self.totals.retried += 1;
        let id = self.enter(label, at, due);
        self.waiting.insert((due, id), job);
        self.news.notify_one();
    }

    fn put(&mut self, job: J, label: Label, at: Timestamp) {
        let faults = self.faults;
        let mut due = later(at, faults.delay_ms);
        if faults.reorder_ms > 0 && self.chance(faults.reorder) {
            self.totals.held += 1;
            due = later(due, self.dice.random_range(1..=faults.reorder_ms));
        }
        let id = self.enter(label, at, due);
        self.waiting.insert((due, id), job);
        self.news.notify_one();
    }

    fn chance(&mut self, of: f64) -> bool {
        // No die is cast for what cannot happen, so that faults set later do not depend on what came before.
        of > 0.0 && self.dice.random::<f64>() < of
    }

    fn enter(&mut self, label: Label, at: Timestamp, due: Timestamp) -> u64 {
        let id = self.next;
        self.next += 1;
        self.totals.planned += 1;
        let Label { event, about, url, attempt } = label;
        let entry = HookEntry {
            id,
            event,
            about,
            url,
            attempt,
            planned_at: at,
            due_at: due,
            ended_at: None,
            outcome: Outcome::Waiting,
        };
        self.entries.insert(id, entry);
        while self.entries.len() > self.keep {
            self.entries.pop_first();
        }
        id
    }

    /// Takes what is due until `until`, or everything, in order. Each must be ended with [`Outbox::end`].
    pub(crate) fn take(&mut self, until: Option<Timestamp>) -> Vec<(u64, J)> {
        let mut taken = Vec::new();
        while let Some(first) = self.waiting.first_entry() {
            if until.is_some_and(|until| first.key().0 > until) {
                break;
            }
            let ((_, id), job) = first.remove_entry();
            if let Some(entry) = self.entries.get_mut(&id) {
                entry.outcome = Outcome::Sent;
            }
            self.under_way.insert(id, job.clone());
            taken.push((id, job));
        }
        taken
    }

    /// Records what became of one; returns what it was, unless that was told before.
    pub(crate) fn end(&mut self, id: u64, outcome: Outcome, at: Timestamp) -> Option<J> {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.outcome = outcome;
            entry.ended_at = Some(at);
        }
        match outcome {
            Outcome::Answered(200..=299) => self.totals.delivered += 1,
            Outcome::Waiting | Outcome::Sent => {}
            other => {
                let name = match other {
                    Outcome::Answered(status) => status.to_string(),
                    Outcome::Failed(super::Failure::Refused) => "refused".to_owned(),
                    Outcome::Failed(super::Failure::TimedOut) => "timed_out".to_owned(),
                    Outcome::Failed(super::Failure::Broken) => "broken".to_owned(),
                    Outcome::Lost => "lost".to_owned(),
                    Outcome::Gone => "gone".to_owned(),
                    _ => "forbidden".to_owned(),
                };
                *self.totals.undelivered.entry(name).or_default() += 1;
            }
        }
        self.under_way.remove(&id)
    }

    /// When the next one is due.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.waiting.first_key_value().map(|((due, _), _)| *due)
    }

    /// How many wait or are under way.
    pub(crate) fn open(&self) -> usize {
        self.waiting.len() + self.under_way.len()
    }

    /// The record, oldest first.
    pub(crate) fn entries(&self) -> Vec<HookEntry> {
        self.entries.values().cloned().collect()
    }
}
