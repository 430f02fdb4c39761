//! What happens in the tree, as facts for logs, metrics and alerts. None carries patient data.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::port::{Delivered, Generation, HoldKind, SyncKey};

/// A fact about the directory.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum DirectoryFact {
    /// It began.
    Started,
    /// It applied what waited, or could not.
    Applied {
        /// `more`, `done` or `failed`.
        outcome: &'static str,
        /// How long it took.
        took: Duration,
        /// Why it failed, when it did.
        reason: Option<String>,
    },
    /// A step of a check ended.
    Stepped {
        /// Whom it asked.
        api: Arc<str>,
        /// `more`, `caught_up`, `wait`, `denied` or `failed`.
        outcome: &'static str,
        /// From permit to outcome.
        took: Duration,
        /// Records received.
        records: u64,
        /// Rows written.
        changed: u64,
        /// Why it failed, when it did.
        reason: Option<String>,
    },
    /// It failed and begins again after a pause.
    Restarting {
        /// Why it failed.
        reason: String,
        /// Restarts within the budget's window.
        attempt: u32,
        /// The pause before it begins.
        pause: Duration,
    },
    /// It stands still until `until`. Somebody must look.
    Parked {
        /// Why.
        reason: String,
        /// When it tries again by itself.
        until: Timestamp,
    },
    /// A half of it has not moved for too long.
    Stalled {
        /// `applying` or `checking`.
        half: &'static str,
        /// Since when.
        since: Timestamp,
    },
}

/// A fact.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Something about the directory.
    Directory(DirectoryFact),
    /// An actor began.
    Started {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// Its incarnation.
        generation: Generation,
    },
    /// An actor ended as it was told to.
    Stopped {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
    },
    /// An actor failed and begins again after a pause.
    Restarting {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// Why it failed.
        reason: String,
        /// Restarts within the budget's window.
        attempt: u32,
        /// The pause before it begins.
        pause: Duration,
    },
    /// An actor stands still until `until` or until it is resumed. Somebody must look.
    Parked {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// Why.
        reason: String,
        /// When it tries again by itself.
        until: Option<Timestamp>,
    },
    /// A healthy actor was told to stand still.
    Held {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// By whom.
        kind: HoldKind,
        /// Why.
        reason: String,
    },
    /// A parked or held actor runs again.
    Resumed {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
    },
    /// A step ended.
    Stepped {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// The stream.
        stream: Arc<str>,
        /// `more`, `caught_up`, `wait`, `denied`, `failed` or `fenced`.
        outcome: &'static str,
        /// From permit to outcome.
        took: Duration,
        /// Records received.
        records: u64,
        /// Rows written.
        changed: u64,
        /// Records that something else should have brought before.
        missed: u64,
        /// Why it failed, when it did.
        reason: Option<String>,
    },
    /// A portion of what was delivered was applied, or could not be.
    Applied {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// `more`, `done`, `wait`, `failed` or `fenced`.
        outcome: &'static str,
        /// How long it took.
        took: Duration,
        /// What it did.
        done: Delivered,
        /// Why it failed, when it did.
        reason: Option<String>,
    },
    /// A step passed its deadline and was aborted.
    StepHung {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// The stream.
        stream: Arc<str>,
        /// How long it had run.
        after: Duration,
    },
    /// A permit was not granted and its request is in no queue: it was asked for again.
    PermitLost {
        /// Who asked.
        key: SyncKey,
        /// Of which API.
        api: Arc<str>,
    },
    /// A breaker changed its state.
    BreakerChanged {
        /// The API.
        api: Arc<str>,
        /// The host.
        host: Arc<str>,
        /// `closed`, `open` or `half_open`.
        state: &'static str,
        /// Why.
        reason: String,
    },
    /// A budget was paused at the platform's wish.
    BudgetPaused {
        /// The API.
        api: Arc<str>,
        /// The budget.
        budget: Arc<str>,
        /// When it opens again.
        until: Timestamp,
    },
    /// A permit's holder vanished and its place was taken back.
    PermitReclaimed {
        /// The API.
        api: Arc<str>,
        /// The budget.
        budget: Arc<str>,
    },
    /// A breaker or limiter failed and begins again after a pause.
    GateRestarting {
        /// The API.
        api: Arc<str>,
        /// Breaker's host or limiter's budget.
        name: Arc<str>,
        /// Why it failed.
        reason: String,
        /// Restarts within the budget's window.
        attempt: u32,
        /// The pause before it begins.
        pause: Duration,
    },
    /// A breaker or limiter spent its restart budget: what it guards is shut.
    GateShut {
        /// The API.
        api: Arc<str>,
        /// Breaker's host or limiter's budget.
        name: Arc<str>,
        /// Why.
        reason: String,
    },
    /// What was shut works again.
    GateOpened {
        /// The API.
        api: Arc<str>,
        /// Breaker's host or limiter's budget.
        name: Arc<str>,
    },
    /// The roster could not be read or the fences could not be raised; it is tried again.
    RosterFailed {
        /// Why.
        reason: String,
    },
    /// An attempt to fetch a file ended.
    Filed {
        /// Whose.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// `fetched`, `refused`, `gone`, `again` or `later`.
        outcome: &'static str,
        /// How long its last request took, and writing what it brought.
        took: Duration,
        /// Bytes of the file, where it was fetched.
        bytes: u64,
    },
    /// The journal wrote a batch, or could not.
    JournalWrote {
        /// Parcels in it.
        rows: usize,
        /// Those that were new.
        new: usize,
        /// Those that cannot be kept.
        unfit: usize,
        /// Bytes in it.
        bytes: usize,
        /// Parcels that still wait or are being written.
        waiting: usize,
        /// How long the port took.
        took: Duration,
        /// Why nothing of it is known to be kept.
        failed: Option<String>,
    },
    /// An organization's figures were brought up to date.
    Rolled {
        /// Whose.
        organization: Uuid,
        /// `more`, `done`, `failed` or `fenced`.
        outcome: &'static str,
        /// How long it took, the wait for its turn left out.
        took: Duration,
        /// How long it waited for its turn among all organizations.
        waited: Duration,
        /// Why it failed, when it did.
        reason: Option<String>,
    },
    /// An organization's rollup died and begins again after a pause.
    RollupRestarting {
        /// Whose.
        organization: Uuid,
        /// Why.
        reason: String,
        /// Restarts within the budget's window.
        attempt: u32,
        /// The pause before it begins.
        pause: Duration,
    },
    /// An organization's rollup stands still: its figures grow old. Somebody must look.
    RollupParked {
        /// Whose.
        organization: Uuid,
        /// Why.
        reason: String,
        /// When it tries again by itself.
        until: Option<Timestamp>,
    },
    /// An organization's rollup has not moved for too long.
    RollupStalled {
        /// Whose.
        organization: Uuid,
        /// Since when.
        since: Timestamp,
    },
    /// Something that should move has not moved for too long.
    Stalled {
        /// Which.
        key: SyncKey,
        /// Its platform.
        platform: Arc<str>,
        /// What it does not do.
        what: String,
        /// Since when.
        since: Timestamp,
    },
}
