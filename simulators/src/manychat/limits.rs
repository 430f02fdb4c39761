//! Requests allowed in a second, by token and method, and what comes of asking for more.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

/// How many a method allows within any second. `None` where nothing is published.
pub(super) fn allowance(path: &str) -> Option<usize> {
    let (group, method) = path.trim_start_matches("/fb/").split_once('/')?;
    match (group, method) {
        ("page", "getFlows") => Some(10),
        ("page", method) if method.starts_with("get") => Some(100),
        ("page", _) => Some(10),
        ("subscriber", "findBySystemField") => Some(50),
        ("subscriber", "getInfoByUserRef") => None,
        ("subscriber", _) => Some(10),
        ("sending", "sendFlow") => Some(20),
        ("sending", _) => Some(25),
        _ => None,
    }
}

/// Flows that one person may get in an hour.
const FLOWS_PER_HOUR: usize = 100;

/// What one token has asked for lately.
#[derive(Debug, Default)]
pub(super) struct Limits {
    recent: BTreeMap<String, VecDeque<Timestamp>>,
    flows: BTreeMap<u64, VecDeque<Timestamp>>,
    /// Requests beyond a limit since the last punishment.
    excess: u32,
    shut_until: Option<Timestamp>,
}

/// Counts one in a window that ends now; refused ones count as well.
fn within(window: &mut VecDeque<Timestamp>, most: usize, span: SignedDuration, now: Timestamp) -> bool {
    while window.front().is_some_and(|at| now.duration_since(*at) >= span) {
        window.pop_front();
    }
    window.push_back(now);
    window.len() <= most
}

impl Limits {
    /// Whether this request is within its limit.
    pub(super) fn take(&mut self, path: &str, now: Timestamp) -> bool {
        let Some(most) = allowance(path) else { return true };
        let window = self.recent.entry(path.to_owned()).or_default();
        within(window, most, SignedDuration::from_secs(1), now)
    }

    /// Whether this person may get another flow.
    pub(super) fn flow(&mut self, subscriber: u64, now: Timestamp) -> bool {
        let window = self.flows.entry(subscriber).or_default();
        within(window, FLOWS_PER_HOUR, SignedDuration::from_hours(1), now)
    }

    /// Counts a violation; after `patience` of them (0: never) nothing is processed for a day.
    pub(super) fn violated(&mut self, patience: u32, now: Timestamp) {
        self.excess += 1;
        if patience > 0 && self.excess >= patience {
            self.shut(24, now);
        }
    }

    /// Nothing is processed for this many hours.
    pub(super) fn shut(&mut self, hours: u32, now: Timestamp) {
        self.excess = 0;
        self.shut_until = now.checked_add(SignedDuration::from_hours(i64::from(hours))).ok();
    }

    pub(super) fn is_shut(&self, now: Timestamp) -> bool {
        self.shut_until.is_some_and(|until| now < until)
    }
}
