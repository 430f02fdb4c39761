//! What people may know about the gates.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use crate::port::Limit;

/// One API's breakers and limiters, by name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ApiStatus {
    /// The API.
    pub api: Arc<str>,
    /// One per host.
    pub breakers: Vec<BreakerStatus>,
    /// One per budget.
    pub budgets: Vec<BudgetStatus>,
}

/// What one breaker does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakerStatus {
    /// The host.
    pub host: Arc<str>,
    /// What it lets through.
    pub state: BreakerState,
    /// Since when.
    pub since: Timestamp,
    /// When an open or shut one is tried again.
    pub until: Option<Timestamp>,
    /// Unhealthy answers in a row.
    pub failures: u32,
    /// Why it is in this state.
    pub reason: Option<String>,
}

/// What a breaker lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Everything.
    Closed,
    /// Nothing.
    Open,
    /// One request at a time, to see whether the host is well again.
    HalfOpen,
    /// Nothing: its actor begins again in a moment.
    Restarting,
    /// Nothing: its actor has failed too often.
    Shut,
}

/// What one limiter does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BudgetStatus {
    /// The budget.
    pub name: Arc<str>,
    /// What it allows.
    pub limit: Limit,
    /// Whether its actor is at work.
    pub state: BudgetState,
    /// Permits held now.
    pub in_use: usize,
    /// Of a rate: requests that its window holds now, those granted and not yet begun included.
    pub used_in_window: Option<usize>,
    /// Requests that wait.
    pub waiting: usize,
    /// When a permit is next to be had, as far as that is known.
    pub free_at: Option<Timestamp>,
    /// When the pause ends that the platform asked for.
    pub paused_until: Option<Timestamp>,
    /// Why it is shut.
    pub shut_reason: Option<String>,
    /// When a shut one is tried again.
    pub shut_until: Option<Timestamp>,
}

/// Whether a limiter is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetState {
    /// Yes.
    Working,
    /// Its actor begins in a moment.
    Restarting,
    /// No: its actor has failed too often.
    Shut,
}

/// What a claimant waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Such as `chatwoot budget host:app.chatwoot.com` or `chatwoot breaker app.chatwoot.com`.
    #[serde(rename = "for")]
    pub what: String,
    /// When the wait is over at the earliest, as far as that is known.
    pub until: Option<Timestamp>,
}
