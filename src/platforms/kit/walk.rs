//! One walk over a collection that moves while it is walked: an import, a poll, a listing. Where it stands is kept in the
//! stream's cursor; each answer says how it goes on.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many ids of the last pages are remembered to tell a repeated record from a new one.
const RECENT: usize = 400;
/// A walk is no longer than this, whatever the platform says.
const MOST_PAGES: u64 = 100_000;
/// How often one instant is read before it is left as it is.
const PASSES: u8 = 3;
/// How many records of one instant are told apart.
const MOST_OF_ONE_INSTANT: usize = 20_000;
/// How often in a row a page may repeat the one before.
const REPEATS: u8 = 3;

/// In which way a collection can be walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::platforms) enum Way {
    /// From a time on, oldest first: the next question begins at the last time shown, so nothing slips past however
    /// much moves to the end meanwhile. `tick` is how fine the platform tells its times.
    Ascending {
        /// See above.
        tick: SignedDuration,
    },
    /// The same question page after page, in an order that is no help.
    Paged,
    /// Newest first, until a page is entirely older than what is known.
    Backwards,
}

/// A record, as far as a walk cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::platforms) struct Seen {
    /// Its id.
    pub(in crate::platforms) id: String,
    /// The time that the walk goes by, where it could be read.
    pub(in crate::platforms) at: Option<Timestamp>,
}

/// What an answer says of the next page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::platforms) enum Next {
    /// There is none.
    #[default]
    Last,
    /// There is one.
    More,
    /// There is one, and this names it.
    Token(String),
}

/// An answer, as far as a walk cares.
#[derive(Clone, Debug, Default)]
pub(in crate::platforms) struct Shown {
    /// Its records, in their order, where an id could be read.
    pub(in crate::platforms) seen: Vec<Seen>,
    /// What follows.
    pub(in crate::platforms) next: Next,
    /// How many records the whole answer to the question has, where told.
    pub(in crate::platforms) total: Option<u64>,
    /// The platform's own clock, where told.
    pub(in crate::platforms) clock: Option<Timestamp>,
}

/// Where a walk stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::platforms) struct Walk {
    /// When its first request began, by our clock.
    pub(super) started: Timestamp,
    /// The same by the platform's clock, where that is behind ours: everything up to then has been shown at its end.
    pub(super) clock: Timestamp,
    /// From when on is asked.
    pub(super) since: Option<Timestamp>,
    /// Which page of that, from 1.
    pub(super) page: u64,
    /// The name of the page, where pages have names.
    pub(super) token: Option<String>,
    /// The instant that is read by itself, since more than a page shares it.
    pub(super) instant: Option<Instant>,
    /// How many different records were shown, as far as can be told.
    pub(super) shown: u64,
    /// How many there were at the beginning.
    pub(super) total: Option<u64>,
    /// How many there were in the last answer.
    counted: Option<u64>,
    pages: u64,
    repeats: u8,
    /// Whether something is known to have slipped past.
    short: bool,
    recent: Vec<String>,
}

/// An instant that more records share than a page holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Instant {
    pub(super) at: Timestamp,
    pub(super) page: u64,
    pub(super) token: Option<String>,
    seen: BTreeSet<String>,
    counted: Option<u64>,
    passes: u8,
    /// How many were known when this pass began.
    before: usize,
}

/// How a walk goes on.
#[derive(Debug, PartialEq)]
pub(super) enum Turn {
    On(Walk),
    End {
        walk: Walk,
        /// Whether nothing is known to have slipped past.
        whole: bool,
    },
}

impl Walk {
    /// A walk from `since` on, or from the beginning.
    pub(super) fn begin(now: Timestamp, since: Option<Timestamp>) -> Self {
        Self { started: now, clock: now, since, page: 1, ..Self::default() }
    }

    /// Takes the answer to what was asked.
    pub(super) fn turn(mut self, way: Way, shown: &Shown) -> Turn {
        if self.pages == 0 {
            self.total = shown.total;
            self.clock = shown.clock.map_or(self.started, |clock| clock.min(self.started));
        }
        self.pages += 1;
        if self.pages >= MOST_PAGES {
            return self.end(false);
        }
        match way {
            Way::Ascending { tick } => self.ascend(tick, shown),
            Way::Paged => self.page(shown),
            Way::Backwards => self.back(shown),
        }
    }

    /// Counts what is new, and remembers it for a while.
    fn count(&mut self, shown: &Shown) -> usize {
        let new: Vec<String> =
            shown.seen.iter().map(|seen| &seen.id).filter(|id| !self.recent.contains(id)).cloned().collect();
        let count = new.len();
        self.shown += count as u64;
        self.recent.extend(new);
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        count
    }

    fn end(self, whole: bool) -> Turn {
        Turn::End { whole: whole && !self.short, walk: self }
    }

    fn onward(&mut self, next: &Next) {
        self.page += 1;
        self.token = match next {
            Next::Token(token) => Some(token.clone()),
            Next::Last | Next::More => None,
        };
    }

    fn ascend(mut self, tick: SignedDuration, shown: &Shown) -> Turn {
        if self.instant.is_some() {
            return self.within(tick, shown);
        }
        self.count(shown);
        if shown.next == Next::Last {
            return self.end(true);
        }
        let times: Vec<Timestamp> = shown.seen.iter().filter_map(|seen| seen.at).collect();
        let newest = times.last().copied().filter(|_| times.is_sorted());
        let first_page = self.page == 1;
        match (newest, self.since) {
            (Some(newest), since) if since.is_none_or(|since| newest > since) => {
                self.since = Some(newest);
                self.page = 1;
                self.token = None;
            }
            // A whole page of one instant.
            (Some(newest), Some(since)) if newest == since && first_page && tick > SignedDuration::ZERO => {
                let seen = shown.seen.iter().filter(|seen| seen.at == Some(newest));
                let seen = seen.map(|seen| seen.id.clone()).collect();
                self.instant = Some(Instant { at: newest, page: 1, seen, ..Instant::default() });
            }
            // The platform sorts or filters otherwise than it says: page after page is all that is left.
            _ => self.onward(&shown.next),
        }
        Turn::On(self)
    }

    /// The records of one instant, page after page and again, until all that there are were seen.
    fn within(mut self, tick: SignedDuration, shown: &Shown) -> Turn {
        let Some(mut instant) = self.instant.take() else { return Turn::On(self) };
        let fresh = shown.seen.iter().filter(|seen| !instant.seen.contains(&seen.id)).count() as u64;
        self.shown += fresh;
        if instant.seen.len() < MOST_OF_ONE_INSTANT {
            instant.seen.extend(shown.seen.iter().map(|seen| seen.id.clone()));
        }
        let lost = instant.counted.zip(shown.total).map_or(0, |(before, now)| before.saturating_sub(now));
        instant.counted = shown.total.or(instant.counted);
        if shown.next == Next::Last {
            let whole = match instant.counted {
                Some(total) => instant.seen.len() as u64 >= total,
                None => instant.passes > 0 && instant.seen.len() == instant.before,
            };
            if whole || instant.passes + 1 >= PASSES {
                self.short |= !whole;
                let past = instant.at.saturating_add(tick).unwrap_or(Timestamp::MAX);
                self.since = Some(past);
                self.page = 1;
                self.token = None;
                self.recent.clear();
                return Turn::On(self);
            }
            instant.passes += 1;
            instant.before = instant.seen.len();
            (instant.page, instant.token) = (1, None);
        } else if lost > 0 {
            // Records left the instant: those behind them moved forward.
            let size = (shown.seen.len() as u64).max(1);
            instant.page = instant.page.saturating_sub(lost.div_ceil(size)).max(1);
            instant.token = None;
        } else {
            instant.page += 1;
            instant.token = match &shown.next {
                Next::Token(token) => Some(token.clone()),
                Next::Last | Next::More => None,
            };
        }
        self.instant = Some(instant);
        Turn::On(self)
    }

    fn page(mut self, shown: &Shown) -> Turn {
        let new = self.count(shown);
        let repeated = new == 0 && !shown.seen.is_empty() && self.page > 1;
        self.repeats = if repeated { self.repeats + 1 } else { 0 };
        let size = shown.seen.len() as u64;
        let lost = self.counted.zip(shown.total).map_or(0, |(before, now)| before.saturating_sub(now));
        self.counted = shown.total.or(self.counted);
        if shown.next == Next::Last || (shown.seen.is_empty() && shown.next == Next::More) {
            let expected = self.total.zip(self.counted).map_or(0, |(first, last)| first.min(last));
            let whole = self.shown >= expected;
            return self.end(whole);
        }
        if self.repeats >= REPEATS {
            return self.end(false);
        }
        if lost > 0 && matches!(shown.next, Next::More) && self.page > 1 {
            // As many records may have slipped past as left the pages before.
            self.page = self.page.saturating_sub(lost.div_ceil(size.max(1))).max(1);
            return Turn::On(self);
        }
        self.onward(&shown.next);
        Turn::On(self)
    }

    fn back(mut self, shown: &Shown) -> Turn {
        self.count(shown);
        let since = self.since;
        let older = |seen: &Seen| since.zip(seen.at).is_some_and(|(known, at)| at < known);
        let known = !shown.seen.is_empty() && shown.seen.iter().all(older);
        if shown.next == Next::Last || shown.seen.is_empty() || known {
            return self.end(true);
        }
        self.onward(&shown.next);
        Turn::On(self)
    }
}
