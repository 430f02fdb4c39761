//! What was asked of a simulator and how it was answered. Tokens are never in it.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;

/// One request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogEntry {
    /// When it arrived, by the installation's clock.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Its path without the query.
    pub path: String,
    /// Its query, undecoded.
    pub query: String,
    /// The status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// The fault that was played, if any.
    pub fault: Option<&'static str>,
    /// The size of the answer's body.
    pub bytes: usize,
}

/// Totals since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// All requests.
    pub requests: u64,
    /// By status of the answer; 0 stands for none.
    pub by_status: BTreeMap<u16, u64>,
    /// By fault played.
    pub by_fault: BTreeMap<&'static str, u64>,
    /// Requests beyond a rate limit: each was refused with 429. Played 429s are not among them.
    pub violations: u64,
    /// Requests of each clock minute (minutes since the epoch).
    pub by_minute: BTreeMap<i64, u32>,
}

#[derive(Debug)]
pub(crate) struct RequestLog {
    keep: usize,
    pub(crate) entries: VecDeque<LogEntry>,
    pub(crate) counters: Counters,
}

impl RequestLog {
    pub(crate) fn new(keep: usize) -> Self {
        Self { keep, entries: VecDeque::new(), counters: Counters::default() }
    }

    pub(crate) fn add(&mut self, entry: LogEntry) {
        self.counters.requests += 1;
        *self.counters.by_minute.entry(entry.at.as_second().div_euclid(60)).or_default() += 1;
        *self.counters.by_status.entry(entry.status.unwrap_or(0)).or_default() += 1;
        if let Some(fault) = entry.fault {
            *self.counters.by_fault.entry(fault).or_default() += 1;
        }
        if self.keep == 0 {
            return;
        }
        if self.entries.len() >= self.keep {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }
}
