//! What one budget has given out and what it may still give. Pure: told the time, it never reads a clock.
//!
//! A rate is kept as a log of the moments at which requests began, so that no window of its length, wherever it is
//! laid, holds more than the limit; a bucket with a burst would allow twice that. A token that is granted but whose
//! request has not begun yet counts as well. Windows are half-open: a request at `t` and one at `t + per` share none.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use super::context::later;
use crate::port::Limit;

/// The account of one budget.
#[derive(Debug)]
pub(super) struct Ledger {
    limit: Limit,
    /// Granted and not given back: when its request began and when it is taken for lost, or that it has not begun.
    held: BTreeMap<u64, Option<Begun>>,
    /// How many of `held` have not begun.
    reserved: usize,
    /// When requests began, ascending; only those that a window can still hold.
    starts: VecDeque<Instant>,
    /// The leases of what has begun, by expiry.
    leases: BTreeSet<(Instant, u64)>,
    /// A rate counts as wholly spent at this moment, because what was spent before it is not known.
    spent_at: Option<Instant>,
    paused_until: Option<Instant>,
    next_ticket: u64,
}

#[derive(Clone, Copy, Debug)]
struct Begun {
    at: Instant,
    lease_until: Instant,
}

impl Ledger {
    pub(super) fn new(limit: Limit) -> Self {
        Self {
            limit,
            held: BTreeMap::new(),
            reserved: 0,
            starts: VecDeque::new(),
            leases: BTreeSet::new(),
            spent_at: None,
            paused_until: None,
            next_ticket: 0,
        }
    }

    pub(super) fn limit(&self) -> Limit {
        self.limit
    }

    /// Sets what the budget allows from now on.
    pub(super) fn set_limit(&mut self, limit: Limit) {
        self.limit = limit;
    }

    /// Trusts nothing about a rate's past: its window counts as spent. What is held keeps counting.
    pub(super) fn distrust(&mut self, since: Instant) {
        self.spent_at = self.spent_at.max(Some(since));
    }

    /// Nothing is granted before `until`; the longer pause wins. Says whether this one is the longer.
    pub(super) fn pause(&mut self, until: Instant) -> bool {
        let longer = self.paused_until.is_none_or(|already| already < until);
        if longer {
            self.paused_until = Some(until);
        }
        longer
    }

    /// Forgets what no window can hold any more and takes back what its holder has kept past the lease; says how many
    /// places that freed.
    pub(super) fn advance(&mut self, now: Instant) -> usize {
        if let Limit::Rate { per, .. } = self.limit {
            while self.starts.front().is_some_and(|at| now.duration_since(*at) >= per) {
                self.starts.pop_front();
            }
        }
        if self.paused_until.is_some_and(|until| until <= now) {
            self.paused_until = None;
        }
        if self.spent_end().is_none_or(|end| end <= now) {
            self.spent_at = None;
        }
        let mut reclaimed = 0;
        while let Some(&(until, ticket)) = self.leases.first().filter(|(until, _)| *until <= now) {
            self.leases.remove(&(until, ticket));
            self.held.remove(&ticket);
            reclaimed += usize::from(matches!(self.limit, Limit::Concurrent(_)));
        }
        reclaimed
    }

    /// Whether a permit could be granted now.
    pub(super) fn free(&self, now: Instant) -> bool {
        let room = match self.limit {
            Limit::Rate { count, .. } => {
                self.spent() < count as usize && self.spent_end().is_none_or(|end| end <= now)
            }
            Limit::Concurrent(most) => self.held.len() < most as usize,
        };
        room && self.paused_until.is_none_or(|until| until <= now)
    }

    /// Grants a permit, if there is room.
    pub(super) fn reserve(&mut self, now: Instant) -> Option<u64> {
        if !self.free(now) {
            return None;
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.held.insert(ticket, None);
        self.reserved += 1;
        Some(ticket)
    }

    /// The request of a granted permit begins.
    pub(super) fn begin(&mut self, ticket: u64, now: Instant, lease: Duration) {
        let Some(hold) = self.held.get_mut(&ticket).filter(|hold| hold.is_none()) else { return };
        let lease_until = later(now, lease);
        *hold = Some(Begun { at: now, lease_until });
        self.reserved -= 1;
        self.leases.insert((lease_until, ticket));
        if matches!(self.limit, Limit::Rate { .. }) {
            self.starts.push_back(now);
        }
    }

    /// A permit comes back; `used` says whether its request was sent. A reclaimed permit is not known any more.
    pub(super) fn finish(&mut self, ticket: u64, used: bool) {
        match self.held.remove(&ticket) {
            None => {}
            Some(None) => self.reserved -= 1,
            Some(Some(begun)) => {
                self.leases.remove(&(begun.lease_until, ticket));
                if !used && let Ok(place) = self.starts.binary_search(&begun.at) {
                    self.starts.remove(place);
                }
            }
        }
    }

    /// When the actor must look again although nobody tells it to.
    pub(super) fn look_at(&self) -> Option<Instant> {
        let lease = self.leases.first().map(|(until, _)| *until);
        match self.limit {
            Limit::Rate { .. } => self.free_at(),
            Limit::Concurrent(_) => self.free_at().or(lease),
        }
    }

    /// When there is room again, as far as that is known without any permit coming back.
    pub(super) fn free_at(&self) -> Option<Instant> {
        let room = match self.limit {
            Limit::Rate { count, per } => {
                let over = (self.spent() + 1).saturating_sub(count as usize);
                let window = match over {
                    0 => None,
                    _ => Some(later(*self.starts.get(over - 1)?, per)),
                };
                window.max(self.spent_end())
            }
            Limit::Concurrent(most) if self.held.len() >= most as usize => return None,
            Limit::Concurrent(_) => None,
        };
        room.max(self.paused_until)
    }

    /// Permits held, begun or not.
    pub(super) fn in_use(&self) -> usize {
        self.held.len()
    }

    /// Requests that the window holds now, those granted and not begun included.
    pub(super) fn spent(&self) -> usize {
        self.starts.len() + self.reserved
    }

    pub(super) fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }

    /// Whether forgetting this ledger would forget nothing.
    pub(super) fn is_blank(&self) -> bool {
        self.held.is_empty()
            && self.starts.is_empty()
            && self.paused_until.is_none()
            && self.spent_at.is_none()
    }

    fn spent_end(&self) -> Option<Instant> {
        match self.limit {
            Limit::Rate { per, .. } => self.spent_at.map(|at| later(at, per)),
            Limit::Concurrent(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    fn rate(count: u32, per: u64) -> Limit {
        Limit::Rate { count, per: Duration::from_millis(per) }
    }

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_occupies_its_place_from_the_grant_and_leaves_a_window_after_the_start() {
        let now = Instant::now();
        let mut ledger = Ledger::new(rate(2, 1000));
        let first = ledger.reserve(now).unwrap();
        let second = ledger.reserve(now).unwrap();
        assert_eq!(ledger.reserve(now + ms(5000)), None, "granted tokens never expire by themselves");
        assert_eq!(ledger.free_at(), None, "nobody knows when they begin");
        ledger.begin(first, now + ms(5000), LEASE);
        ledger.finish(second, false);
        assert!(ledger.reserve(now + ms(5000)).is_some(), "a token that was given back is free at once");
        assert_eq!(ledger.free_at(), Some(now + ms(6000)));
    }

    #[tokio::test(start_paused = true)]
    async fn an_unsent_request_gives_its_start_back() {
        let now = Instant::now();
        let mut ledger = Ledger::new(rate(1, 1000));
        let ticket = ledger.reserve(now).unwrap();
        ledger.begin(ticket, now, LEASE);
        ledger.finish(ticket, false);
        assert!(ledger.free(now));
        let ticket = ledger.reserve(now).unwrap();
        ledger.begin(ticket, now, LEASE);
        ledger.finish(ticket, true);
        assert!(!ledger.free(now), "a sent one stays spent");
    }

    #[tokio::test(start_paused = true)]
    async fn distrust_spends_a_whole_window_and_leaves_places_as_they_are() {
        let now = Instant::now();
        let mut ledger = Ledger::new(rate(5, 1000));
        ledger.distrust(now);
        assert!(!ledger.free(now + ms(999)));
        assert_eq!(ledger.free_at(), Some(now + ms(1000)));
        assert!(ledger.free(now + ms(1000)));

        let mut ledger = Ledger::new(Limit::Concurrent(1));
        ledger.reserve(now).unwrap();
        ledger.distrust(now);
        assert!(!ledger.free(now + ms(1000)), "what the dead incarnation gave out still counts");
    }

    #[tokio::test(start_paused = true)]
    async fn a_lease_that_expires_frees_a_place_and_its_late_return_changes_nothing() {
        let now = Instant::now();
        let mut ledger = Ledger::new(Limit::Concurrent(1));
        let lost = ledger.reserve(now).unwrap();
        ledger.begin(lost, now, LEASE);
        assert_eq!(ledger.look_at(), Some(now + LEASE));
        assert_eq!(ledger.advance(now + LEASE), 1);
        let next = ledger.reserve(now + LEASE).unwrap();
        ledger.finish(lost, true);
        assert_eq!(ledger.in_use(), 1, "the late return must not free the place of the next");
        ledger.finish(next, true);
        assert!(ledger.is_blank());
    }

    #[tokio::test(start_paused = true)]
    async fn the_longer_pause_wins() {
        let now = Instant::now();
        let mut ledger = Ledger::new(rate(1, 1000));
        assert!(ledger.pause(now + ms(500)));
        assert!(!ledger.pause(now + ms(400)));
        assert_eq!(ledger.free_at(), Some(now + ms(500)));
        assert!(ledger.pause(now + ms(600)));
        ledger.advance(now + ms(600));
        assert!(ledger.free(now + ms(600)));
    }

    proptest! {
        /// Whatever is granted, begun, given back, reborn or changed downwards: no window holds more than the limit.
        #[test]
        fn no_window_ever_holds_more_than_the_limit(
            count in 1u32..6,
            per in 1u64..400,
            moves in proptest::collection::vec((0u8..8, 0u64..150, any::<prop::sample::Index>()), 1..300),
        ) {
            let mut now = Instant::now();
            let mut ledger = Ledger::new(rate(count, per));
            let (mut granted, mut begun, mut sent) = (Vec::new(), Vec::new(), Vec::<Instant>::new());
            for (kind, wait, pick) in moves {
                now += ms(wait);
                ledger.advance(now);
                match kind {
                    0..=3 => granted.extend(ledger.reserve(now)),
                    4 | 5 if !granted.is_empty() => {
                        let ticket = granted.swap_remove(pick.index(granted.len()));
                        ledger.begin(ticket, now, LEASE);
                        begun.push((ticket, now));
                    }
                    6 if !begun.is_empty() => {
                        let (ticket, at) = begun.swap_remove(pick.index(begun.len()));
                        let used = wait % 2 == 0;
                        ledger.finish(ticket, used);
                        sent.extend(used.then_some(at));
                    }
                    7 if wait < 20 => ledger.distrust(now),
                    _ => {}
                }
            }
            sent.extend(begun.iter().map(|(_, at)| *at));
            sent.sort();
            for window in sent.windows(count as usize + 1) {
                let span = window[window.len() - 1] - window[0];
                prop_assert!(span >= ms(per), "{} requests within {span:?}", window.len());
            }
        }
    }
}
