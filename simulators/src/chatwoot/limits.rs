//! Rate limits: fixed clock minutes, no headers, one bucket per client address for the whole interface.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many requests a clock minute allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Allowances {
    /// For each client address, over all accounts.
    pub address: u32,
    /// `contacts/search`, for each account.
    pub search: u32,
    /// `conversations/meta`, for each user; only since 4.12.
    pub meta: u32,
}

impl Default for Allowances {
    fn default() -> Self {
        Self { address: 3000, search: 100, meta: 30 }
    }
}

/// Whose bucket a request draws on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Bucket {
    Address(String),
    Search(i64),
    Meta(String),
}

#[derive(Debug)]
pub(crate) struct Limits {
    pub(crate) allowances: Allowances,
    windows: HashMap<Bucket, (i64, u32)>,
    /// Requests of each clock minute, refused ones included.
    pub(crate) minutes: BTreeMap<i64, u32>,
    pub(crate) violations: u64,
}

impl Limits {
    pub(crate) fn new(allowances: Allowances) -> Self {
        Self { allowances, windows: HashMap::new(), minutes: BTreeMap::new(), violations: 0 }
    }

    /// Counts one request; `false` when that is one too many. Refused requests count as well.
    pub(crate) fn take(&mut self, bucket: Bucket, now: Timestamp) -> bool {
        let minute = now.as_second().div_euclid(60);
        let allowed = match bucket {
            Bucket::Address(_) => {
                *self.minutes.entry(minute).or_default() += 1;
                self.allowances.address
            }
            Bucket::Search(_) => self.allowances.search,
            Bucket::Meta(_) => self.allowances.meta,
        };
        let window = self.windows.entry(bucket).or_insert((minute, 0));
        if window.0 != minute {
            *window = (minute, 0);
        }
        window.1 += 1;
        let within = window.1 <= allowed;
        self.violations += u64::from(!within);
        within
    }
}
