//! How the directory stands, for whoever asks; nobody is kept waiting for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use ractor::ActorRef;
use serde::Serialize;

use super::DirectoryMessage;
use crate::board::{LastError, State, WaitsFor};

/// How one half of the directory's work stands.
#[derive(Clone, Debug, Serialize)]
pub struct LaneStatus {
    /// What it does.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// When it should move again at the latest.
    pub next_due: Option<Timestamp>,
    /// What it waits for.
    pub waits_for: Option<WaitsFor>,
    /// Failures in a row.
    pub consecutive_failures: u32,
}

/// How the directory stands.
#[derive(Clone, Debug, Serialize)]
pub struct DirectoryStatus {
    /// Applies what webhooks brought.
    pub applying: LaneStatus,
    /// Asks the sources.
    pub checking: LaneStatus,
    /// The last failure of either.
    pub last_error: Option<LastError>,
    /// Times it began again after a failure.
    pub restarts: u32,
}

/// Which half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Apply,
    Check,
}

impl Lane {
    pub(crate) const BOTH: [Self; 2] = [Self::Apply, Self::Check];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Apply => "applying",
            Self::Check => "checking",
        }
    }
}

/// The directory's place in the house: outlives its incarnations.
#[derive(Default)]
pub(crate) struct DirectoryDesk(Mutex<Entry>);

#[derive(Default)]
struct Entry {
    actor: Option<ActorRef<DirectoryMessage>>,
    lanes: [Option<LaneStatus>; 2],
    stalled: [bool; 2],
    last_error: Option<LastError>,
    restarts: u32,
}

impl DirectoryDesk {
    fn lock(&self) -> MutexGuard<'_, Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn send(&self, message: DirectoryMessage) {
        if let Some(actor) = &self.lock().actor {
            // One that is just being replaced looks at its tables first thing.
            let _gone = actor.cast(message);
        }
    }

    pub(super) fn set_actor(&self, actor: ActorRef<DirectoryMessage>) {
        self.lock().actor = Some(actor);
    }

    pub(crate) fn enter(
        &self,
        lane: Lane,
        state: State,
        now: Timestamp,
        next_due: Option<Timestamp>,
        waits_for: Option<WaitsFor>,
    ) {
        let mut entry = self.lock();
        let failures = entry.lanes[lane as usize].as_ref().map_or(0, |lane| lane.consecutive_failures);
        entry.stalled[lane as usize] = false;
        entry.lanes[lane as usize] =
            Some(LaneStatus { state, since: now, next_due, waits_for, consecutive_failures: failures });
    }

    /// A request's wait is explained, and goes on.
    pub(super) fn explain(&self, lane: Lane, waits_for: WaitsFor, due: Timestamp) {
        if let Some(status) = &mut self.lock().lanes[lane as usize] {
            (status.waits_for, status.next_due) = (Some(waits_for), Some(due));
        }
    }

    /// Counts a failure; answers how many there were in a row.
    pub(super) fn failed(&self, lane: Lane, reason: String, at: Timestamp) -> u32 {
        let mut entry = self.lock();
        entry.last_error = Some(LastError { reason, at });
        let Some(status) = &mut entry.lanes[lane as usize] else { return 1 };
        status.consecutive_failures = status.consecutive_failures.saturating_add(1);
        status.consecutive_failures
    }

    pub(super) fn succeeded(&self, lane: Lane) {
        if let Some(status) = &mut self.lock().lanes[lane as usize] {
            status.consecutive_failures = 0;
        }
    }

    /// It ended and begins again, or stands still until `until`.
    pub(crate) fn ended(&self, state: State, reason: String, now: Timestamp, until: Option<Timestamp>) {
        let waits_for = Some(WaitsFor { what: reason.clone(), until });
        for lane in Lane::BOTH {
            self.enter(lane, state, now, until, waits_for.clone());
        }
        let mut entry = self.lock();
        (entry.actor, entry.last_error) = (None, Some(LastError { reason, at: now }));
        entry.restarts = entry.restarts.saturating_add(1);
    }

    pub(crate) fn status(&self) -> Option<DirectoryStatus> {
        let entry = self.lock();
        let [Some(applying), Some(checking)] = entry.lanes.clone() else { return None };
        let (last_error, restarts) = (entry.last_error.clone(), entry.restarts);
        Some(DirectoryStatus { applying, checking, last_error, restarts })
    }

    /// What should have moved before `limit` and has not; each stall once.
    pub(crate) fn stalled(&self, limit: Timestamp) -> Vec<(Lane, Timestamp)> {
        let mut entry = self.lock();
        let mut found = Vec::new();
        for lane in Lane::BOTH {
            let Some(status) = &entry.lanes[lane as usize] else { continue };
            let since = status.since;
            if status.next_due.is_some_and(|due| due <= limit) && !entry.stalled[lane as usize] {
                entry.stalled[lane as usize] = true;
                found.push((lane, since));
            }
        }
        found
    }
}
