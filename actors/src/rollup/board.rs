//! How every rollup stands, readable at once; and the places they share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use jiff::Timestamp;
use ractor::ActorRef;
use serde::Serialize;
use tokio::{sync::Semaphore, time::Instant};
use uuid::Uuid;

use super::RollupMessage;
use crate::{
    board::{LastError, State},
    event::Event,
    house::House,
    port::{Generation, Lease, Outcome},
};

/// One rollup, as it stood when it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RollupStatus {
    /// Whose figures.
    pub organization: Uuid,
    /// `starting`, `stepping` while it counts, `waiting`, `backing_off`, `parked` or `stopping`.
    pub state: State,
    /// Its incarnation, once it has one.
    pub generation: Option<Generation>,
    /// How often it began again since the daemon began.
    pub restarts: u32,
    /// How often it counted since the daemon began.
    pub counts: u64,
    /// What went wrong last.
    pub last_error: Option<LastError>,
    /// Since when it does what it does.
    pub since: Timestamp,
    /// When it moves next by itself.
    pub next_due: Option<Timestamp>,
}

pub(crate) struct Entry {
    state: State,
    pub(crate) generation: Option<Generation>,
    restarts: u32,
    pub(crate) counts: u64,
    last_error: Option<Box<LastError>>,
    since: Timestamp,
    next_due: Option<Timestamp>,
    address: Option<ActorRef<RollupMessage>>,
    nudged: bool,
    stalled: bool,
    pub(crate) healthy_since: Option<Instant>,
}

/// One rollup's place. It outlives the actor's incarnations.
pub(crate) struct Slot {
    pub(crate) organization: Uuid,
    entry: Mutex<Entry>,
}

impl Slot {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Entry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enter(&self, state: State, now: Timestamp, next_due: Option<Timestamp>) {
        let mut entry = self.lock();
        (entry.state, entry.since, entry.next_due, entry.stalled) = (state, now, next_due, false);
    }

    pub(crate) fn error(&self, reason: String, at: Timestamp) {
        self.lock().last_error = Some(Box::new(LastError { reason, at }));
    }

    pub(crate) fn incarnate(&self, generation: Generation) {
        let mut entry = self.lock();
        if entry.generation.replace(generation).is_some() {
            entry.restarts = entry.restarts.saturating_add(1);
        }
    }

    pub(crate) fn take_healthy(&self) -> Option<Duration> {
        self.lock().healthy_since.take().map(|since| since.elapsed())
    }

    pub(crate) fn set_address(&self, address: Option<ActorRef<RollupMessage>>) {
        let mut entry = self.lock();
        entry.address = address;
        entry.nudged = false;
    }

    /// Sends a hint; hints that were not looked at yet coalesce.
    pub(crate) fn nudge(&self) {
        let mut entry = self.lock();
        if !entry.nudged {
            entry.nudged =
                entry.address.as_ref().is_some_and(|actor| actor.cast(RollupMessage::Nudge).is_ok());
        }
    }

    pub(crate) fn take_nudge(&self) {
        self.lock().nudged = false;
    }

    pub(crate) fn status(&self) -> RollupStatus {
        let entry = self.lock();
        RollupStatus {
            organization: self.organization,
            state: entry.state,
            generation: entry.generation,
            restarts: entry.restarts,
            counts: entry.counts,
            last_error: entry.last_error.as_deref().cloned(),
            since: entry.since,
            next_due: entry.next_due,
        }
    }

    /// The news that it does not move, once for each stall.
    pub(crate) fn stalled(&self, now: Timestamp, house: &House) -> Option<Event> {
        let patience = house.settings().stalled_after;
        let mut entry = self.lock();
        let due = entry.next_due?;
        if entry.stalled || now.duration_since(due) < patience.try_into().ok()? {
            return None;
        }
        entry.stalled = true;
        Some(Event::RollupStalled { organization: self.organization, since: entry.since })
    }
}

/// Every rollup's slot, and the places in which they count.
pub(crate) struct Rollups {
    slots: RwLock<HashMap<Uuid, Arc<Slot>>>,
    pub(crate) places: Arc<Semaphore>,
}

impl Rollups {
    pub(crate) fn new(at_once: usize) -> Self {
        Self { slots: RwLock::default(), places: Arc::new(Semaphore::new(at_once.max(1))) }
    }

    pub(crate) fn get(&self, organization: Uuid) -> Option<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).get(&organization).cloned()
    }

    pub(crate) fn claim(&self, organization: Uuid, now: Timestamp) -> Arc<Slot> {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(organization).or_insert_with(|| {
            Arc::new(Slot {
                organization,
                entry: Mutex::new(Entry {
                    state: State::Starting,
                    generation: None,
                    restarts: 0,
                    counts: 0,
                    last_error: None,
                    since: now,
                    next_due: None,
                    address: None,
                    nudged: false,
                    stalled: false,
                    healthy_since: None,
                }),
            })
        });
        Arc::clone(slot)
    }

    pub(crate) fn remove(&self, organization: Uuid) {
        self.slots.write().unwrap_or_else(PoisonError::into_inner).remove(&organization);
    }

    pub(crate) fn slots(&self) -> Vec<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// A step ended: what it changed is marked, and a run's end is a figure too.
    pub(crate) fn stepped(&self, lease: &Lease, outcome: &Outcome, changed: u64) {
        if changed > 0 || !matches!(outcome, Outcome::More(_)) {
            self.nudge(lease.key.organization);
        }
    }

    /// Says that something was marked.
    pub(crate) fn nudge(&self, organization: Uuid) {
        if let Some(slot) = self.get(organization) {
            slot.nudge();
        }
    }
}
