//! The status board: what every actor does, readable at once and without asking it, also while it is dead.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use ractor::ActorRef;
use serde::Serialize;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    port::{Account, Generation, Progress, SyncKey},
    sync::SyncMessage,
    turn::Turns,
};

/// What an actor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is about to run: its generation is raised, or it looks at what is due.
    Starting,
    /// Nothing is due.
    Waiting,
    /// It waits for a permit.
    Asking,
    /// A step runs.
    Stepping,
    /// Something failed; it tries again after a pause.
    BackingOff,
    /// It stands still until somebody looks or its pause expires.
    Parked,
    /// It is healthy and was told to stand still.
    Held,
    /// It finishes its step, then ends.
    Stopping,
}

/// Every state, in the order of [`State`].
pub const STATES: [State; 8] = [
    State::Starting,
    State::Waiting,
    State::Asking,
    State::Stepping,
    State::BackingOff,
    State::Parked,
    State::Held,
    State::Stopping,
];

/// What went wrong last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LastError {
    /// The class of failure, without contents.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What an actor waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WaitsFor {
    /// In plain words.
    pub what: String,
    /// Until when, if that is known.
    pub until: Option<Timestamp>,
}

/// How far an account has come: every [`Progress`] so far, merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Where each stream stands.
    pub cursors: BTreeMap<Arc<str>, String>,
    /// The source time up to which every stream is proven complete.
    pub proven_until: Option<Timestamp>,
    /// Records received since the daemon began.
    pub records: u64,
    /// Rows written since the daemon began.
    pub changed: u64,
    /// Done and total of a first import, when both are known.
    pub backfill: Option<(u64, u64)>,
}

impl Totals {
    fn merge(&mut self, stream: &Arc<str>, step: Progress) {
        self.records = self.records.saturating_add(step.records);
        self.changed = self.changed.saturating_add(step.changed);
        if let Some(cursor) = step.cursor {
            self.cursors.insert(stream.clone(), cursor);
        }
        self.proven_until = step.proven_until.or(self.proven_until);
        self.backfill = step.backfill.or(self.backfill);
    }
}

/// One actor, as it stood when it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ActorStatus {
    /// Which.
    pub key: SyncKey,
    /// Its platform.
    pub platform: Arc<str>,
    /// What operators call its organization.
    pub organization_name: Arc<str>,
    /// What it does.
    pub state: State,
    /// Its incarnation, once it has one.
    pub generation: Option<Generation>,
    /// How often it began again since the daemon began.
    pub restarts: u32,
    /// What went wrong last.
    pub last_error: Option<LastError>,
    /// Steps that failed in a row.
    pub consecutive_failures: u32,
    /// How far it has come.
    pub progress: Totals,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
    /// The stream of its present or last step.
    pub stream: Option<Arc<str>>,
    /// Since when it does what it does.
    pub since: Timestamp,
    /// When its last step ended.
    pub last_step_at: Option<Timestamp>,
    /// When it moves next by itself.
    pub next_due: Option<Timestamp>,
}

/// How many actors are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// About to run.
    pub starting: usize,
    /// With nothing due.
    pub waiting: usize,
    /// Waiting for a permit.
    pub asking: usize,
    /// With a step under way.
    pub stepping: usize,
    /// In a pause after a failure.
    pub backing_off: usize,
    /// Standing still until somebody looks.
    pub parked: usize,
    /// Told to stand still.
    pub held: usize,
    /// Finishing.
    pub stopping: usize,
}

#[derive(Default)]
struct Tally([AtomicUsize; STATES.len()]);

impl Tally {
    fn enter(&self, state: State) {
        self.0[state as usize].fetch_add(1, Ordering::Relaxed);
    }
    fn leave(&self, state: State) {
        self.0[state as usize].fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the board keeps of one actor. Rare and long parts are boxed: thousands stand here idle.
pub(crate) struct Entry {
    platform: Arc<str>,
    organization_name: Arc<str>,
    state: State,
    pub(crate) stalled: bool,
    pub(crate) generation: Option<Generation>,
    pub(crate) restarts: u32,
    pub(crate) failures: u32,
    pub(crate) last_error: Option<Box<LastError>>,
    progress: Option<Box<Totals>>,
    waits_for: Option<Box<WaitsFor>>,
    pub(crate) stream: Option<Arc<str>>,
    since: Timestamp,
    pub(crate) last_step_at: Option<Timestamp>,
    next_due: Option<Timestamp>,
    /// When this incarnation first succeeded at something.
    pub(crate) healthy_since: Option<Instant>,
    address: Option<ActorRef<SyncMessage>>,
    /// A nudge is on its way; more of them would say the same.
    nudged: bool,
    /// So is the news of a delivery.
    delivered: bool,
    /// Counts who claimed the slot, so that a late sweep spares one that is in use again.
    pub(crate) claims: u64,
}

impl Entry {
    pub(crate) fn state(&self) -> State {
        self.state
    }
    pub(crate) fn platform(&self) -> Arc<str> {
        self.platform.clone()
    }
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.next_due
    }
    pub(crate) fn error(&mut self, reason: String, at: Timestamp) {
        self.last_error = Some(Box::new(LastError { reason, at }));
    }
    pub(crate) fn progress(&mut self, stream: &Arc<str>, step: Progress) {
        self.progress.get_or_insert_default().merge(stream, step);
    }
}

/// One actor's place on the board. It outlives the actor's incarnations.
pub(crate) struct Slot {
    pub(crate) key: SyncKey,
    pub(crate) turns: Turns,
    tally: Arc<Tally>,
    entry: Mutex<Entry>,
}

impl Slot {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Entry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a state. `next_due` is when it is left at the latest.
    pub(crate) fn enter(
        &self,
        state: State,
        now: Timestamp,
        next_due: Option<Timestamp>,
        waits_for: Option<WaitsFor>,
    ) {
        let mut entry = self.lock();
        self.tally.leave(entry.state);
        self.tally.enter(state);
        entry.state = state;
        entry.since = now;
        entry.next_due = next_due;
        entry.waits_for = waits_for.map(Box::new);
        entry.stalled = false;
    }

    /// Says what the present state waits for, and when it will be looked at again.
    pub(crate) fn explain(&self, waits_for: WaitsFor, next_due: Timestamp) {
        let mut entry = self.lock();
        entry.waits_for = Some(Box::new(waits_for));
        entry.next_due = Some(next_due);
        entry.stalled = false;
    }

    /// Whether `generation` is the incarnation that may work.
    pub(crate) fn is_current(&self, generation: Generation) -> bool {
        self.lock().generation == Some(generation)
    }

    /// A new generation may work, and no earlier one.
    pub(crate) fn incarnate(&self, generation: Generation) {
        let mut entry = self.lock();
        if entry.generation.replace(generation).is_some() {
            entry.restarts = entry.restarts.saturating_add(1);
        }
    }

    /// How long the incarnation had worked since its first success; the next one begins from nothing.
    pub(crate) fn take_healthy(&self) -> Option<Duration> {
        self.lock().healthy_since.take().map(|since| since.elapsed())
    }

    pub(crate) fn set_address(&self, address: Option<ActorRef<SyncMessage>>) {
        let mut entry = self.lock();
        entry.address = address;
        (entry.nudged, entry.delivered) = (false, false);
    }

    pub(crate) fn describe(&self, account: &Account) {
        let mut entry = self.lock();
        entry.platform = account.platform.clone();
        entry.organization_name = account.organization_name.clone();
    }

    /// Sends a hint; hints that were not looked at yet coalesce.
    pub(crate) fn nudge(&self) {
        let mut entry = self.lock();
        if !entry.nudged {
            entry.nudged = entry.address.as_ref().is_some_and(|actor| actor.cast(SyncMessage::Nudge).is_ok());
        }
    }

    /// The actor looks at its hint.
    pub(crate) fn take_nudge(&self) {
        self.lock().nudged = false;
    }

    /// Says that something was delivered; news that was not looked at yet coalesces.
    pub(crate) fn deliver(&self) {
        let mut entry = self.lock();
        if !entry.delivered {
            entry.delivered =
                entry.address.as_ref().is_some_and(|actor| actor.cast(SyncMessage::Delivered).is_ok());
        }
    }

    /// The actor looks at what was delivered.
    pub(crate) fn take_delivery(&self) {
        self.lock().delivered = false;
    }

    /// Sends a message to the present incarnation.
    pub(crate) fn send(&self, message: SyncMessage) -> bool {
        let address = self.lock().address.clone();
        address.is_some_and(|actor| actor.cast(message).is_ok())
    }

    pub(crate) fn status(&self) -> ActorStatus {
        let entry = self.lock();
        ActorStatus {
            key: self.key,
            platform: entry.platform.clone(),
            organization_name: entry.organization_name.clone(),
            state: entry.state,
            generation: entry.generation,
            restarts: entry.restarts,
            last_error: entry.last_error.as_deref().cloned(),
            consecutive_failures: entry.failures,
            progress: entry.progress.as_deref().cloned().unwrap_or_default(),
            waits_for: entry.waits_for.as_deref().cloned(),
            stream: entry.stream.clone(),
            since: entry.since,
            last_step_at: entry.last_step_at,
            next_due: entry.next_due,
        }
    }
}

/// Every actor's slot.
#[derive(Default)]
pub(crate) struct Board {
    slots: RwLock<HashMap<SyncKey, Arc<Slot>>>,
    tally: Arc<Tally>,
}

impl Board {
    pub(crate) fn get(&self, key: SyncKey) -> Option<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    /// The account's slot; a new one stands at `starting`.
    pub(crate) fn claim(&self, account: &Account, now: Timestamp) -> Arc<Slot> {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(&account.key) {
            slot.lock().claims += 1;
            return slot.clone();
        }
        drop(slots);
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        let slot = slots.entry(account.key).or_insert_with(|| self.new_slot(account, now));
        slot.lock().claims += 1;
        slot.clone()
    }

    fn new_slot(&self, account: &Account, now: Timestamp) -> Arc<Slot> {
        self.tally.enter(State::Starting);
        Arc::new(Slot {
            key: account.key,
            turns: Turns::new(),
            tally: self.tally.clone(),
            entry: Mutex::new(Entry {
                platform: account.platform.clone(),
                organization_name: account.organization_name.clone(),
                state: State::Starting,
                stalled: false,
                generation: None,
                restarts: 0,
                failures: 0,
                last_error: None,
                progress: None,
                waits_for: None,
                stream: None,
                since: now,
                last_step_at: None,
                next_due: None,
                healthy_since: None,
                address: None,
                nudged: false,
                delivered: false,
                claims: 0,
            }),
        })
    }

    /// Takes an actor that is no more off the board.
    pub(crate) fn remove(&self, key: SyncKey) {
        let removed = self.slots.write().unwrap_or_else(PoisonError::into_inner).remove(&key);
        if let Some(slot) = removed {
            self.tally.leave(slot.lock().state);
        }
    }

    /// Takes a slot off the board that nobody claimed since it counted `claims`.
    pub(crate) fn remove_unclaimed(&self, key: SyncKey, claims: u64) {
        let mut slots = self.slots.write().unwrap_or_else(PoisonError::into_inner);
        if slots.get(&key).is_some_and(|slot| slot.lock().claims == claims) {
            let removed = slots.remove(&key);
            drop(slots);
            if let Some(slot) = removed {
                let mut entry = slot.lock();
                entry.generation = None;
                self.tally.leave(entry.state);
            }
        }
    }

    pub(crate) fn has_organization(&self, organization: Uuid) -> bool {
        let slots = self.slots.read().unwrap_or_else(PoisonError::into_inner);
        slots.keys().any(|key| key.organization == organization)
    }

    /// Every slot, in no order.
    pub(crate) fn slots(&self) -> Vec<Arc<Slot>> {
        self.slots.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        let of = |state: State| self.tally.0[state as usize].load(Ordering::Relaxed);
        Counts {
            starting: of(State::Starting),
            waiting: of(State::Waiting),
            asking: of(State::Asking),
            stepping: of(State::Stepping),
            backing_off: of(State::BackingOff),
            parked: of(State::Parked),
            held: of(State::Held),
            stopping: of(State::Stopping),
        }
    }
}
