//! Where an account's streams stand at Chatwoot, as kept in the store, and how a listing walks on.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::stream::AccountState;

/// A cursor further ahead than this comes from a clock that was wrong: what it claims is not believed.
const FUTURE: SignedDuration = SignedDuration::from_secs(60);
/// How many listings are tried when one shows fewer records than the platform counts.
const ATTEMPTS: u8 = 3;
/// How many ids of earlier pages are remembered to tell a repeated record from a new one.
const RECENT: usize = 100;

/// A table that comes whole in one answer: inboxes, agents.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Table {
    /// When the credential was last checked (kept with the inboxes, the first stream).
    pub(super) checked: Option<Timestamp>,
    /// When the request of the last complete list began.
    pub(super) listed: Option<Timestamp>,
}

impl Table {
    pub(super) fn load(state: &AccountState, stream: &str, now: Timestamp) -> Self {
        let mut table: Self = state.cursor(stream);
        table.checked = table.checked.filter(|at| believable(*at, now));
        table.listed = table.listed.filter(|at| believable(*at, now));
        table
    }
}

/// A stream that is listed page by page and polled in between: contacts, conversations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Crawl {
    /// The listing under way.
    pub(super) listing: Option<Listing>,
    /// When the last complete listing began.
    pub(super) listed: Option<Timestamp>,
    /// How many pages it had.
    pub(super) pages: u64,
    /// The largest page seen: the platform's page size.
    pub(super) size: u64,
    /// Whether the next listing begins at the newest; alternating finds what unstable ties hide.
    pub(super) descending: bool,
    /// How many listings in a row fell short of the platform's own count.
    pub(super) short: u8,
    /// How many listings were completed: names the share of old records read again.
    pub(super) sweeps: u64,
    /// The poll under way.
    pub(super) poll: Option<Poll>,
    /// When the last complete poll began.
    pub(super) polled: Option<Timestamp>,
    /// When something made a poll necessary that begins later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) wanted: Option<Timestamp>,
    /// When polling is known to have missed something that only a listing begun later can show.
    pub(super) gap: Option<Timestamp>,
    /// The newest activity polled, in seconds of the platform's clock (contacts).
    pub(super) activity: i64,
}

/// A listing on its way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Listing {
    /// When its first request began; its name.
    pub(super) started: Timestamp,
    /// The page to ask for, from 1.
    pub(super) page: u64,
    /// Newest first.
    pub(super) descending: bool,
    /// By name instead: many made at one instant have no order there, and no two pages need agree about them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) by_name: bool,
    /// What the platform counted at the start, and last.
    pub(super) counted: Option<(u64, u64)>,
    /// How many different records were shown.
    pub(super) shown: u64,
    /// The ids shown last, newest page at the end.
    recent: Vec<String>,
    /// The page answered last.
    answered: u64,
    /// Whether that page was asked for twice already because it repeated the one before.
    doubted: bool,
}

/// A poll that needs more than one page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Poll {
    /// When its first request began.
    pub(super) started: Timestamp,
    /// The page to ask for, from 1.
    pub(super) page: u64,
    /// Pages are read until one is entirely older, in seconds of the platform's clock.
    pub(super) since: i64,
    /// The newest activity it showed.
    pub(super) newest: i64,
}

/// One page of a listing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a> {
    /// The ids of its records, where they could be read.
    pub(super) ids: &'a [String],
    /// How many records it had.
    pub(super) received: u64,
    /// The platform's own count of the whole list.
    pub(super) total: Option<u64>,
    /// The page size documented.
    pub(super) usual: u64,
}

/// How a listing goes on.
#[derive(Debug, PartialEq)]
pub(super) enum Turn {
    /// The next page.
    On(Listing),
    /// The last page was read.
    End {
        /// Every record the platform counted was shown.
        whole: bool,
    },
}

impl Crawl {
    pub(super) fn load(state: &AccountState, stream: &str, now: Timestamp) -> Self {
        let mut crawl: Self = state.cursor(stream);
        let ahead = |at: Option<Timestamp>| at.is_some_and(|at| !believable(at, now));
        let listing = crawl.listing.as_ref().map(|listing| listing.started);
        let poll = crawl.poll.as_ref().map(|poll| poll.started);
        if [crawl.listed, crawl.polled, crawl.wanted, crawl.gap, listing, poll].into_iter().any(ahead) {
            // Nobody knows when it was really read: list everything again, which loses nothing.
            crawl = Self { size: crawl.size, sweeps: crawl.sweeps, ..Self::default() };
        }
        crawl
    }

    /// Whether the last complete listing and the polls since leave nothing out.
    pub(super) fn whole(&self) -> bool {
        self.listed.is_some_and(|listed| self.gap.is_none_or(|gap| listed >= gap))
    }

    /// Ends the listing under way. A short one is tried again from the other end, but not for ever.
    pub(super) fn end(&mut self, listing: &Listing, whole: bool) -> bool {
        self.listing = None;
        self.descending = !listing.descending;
        self.short = if whole { 0 } else { self.short + 1 };
        if !whole && self.short < ATTEMPTS {
            return false;
        }
        self.short = 0;
        self.listed = Some(listing.started);
        self.pages = listing.page;
        self.sweeps += 1;
        true
    }

    /// Begins a listing of what has a name: the last try goes by it.
    pub(super) fn named(&self, now: Timestamp) -> Listing {
        Listing { by_name: self.short + 1 >= ATTEMPTS, ..Listing::begin(now, self.descending) }
    }

    /// How often the stream is listed when nobody asks: a page every five seconds at most, within these bounds.
    pub(super) fn relist_after(&self, least: Duration, most: Duration) -> Duration {
        Duration::from_secs(self.pages.saturating_mul(5)).max(least).min(most.max(least))
    }
}

impl Listing {
    pub(super) fn begin(now: Timestamp, descending: bool) -> Self {
        Self { started: now, page: 1, descending, ..Self::default() }
    }

    /// Takes the answer to the page asked for.
    ///
    /// Pages are places in a moving list. A record deleted on an earlier page moves the rest forward, and as many
    /// records slip past unseen: when the count shrinks, the listing steps back far enough to meet them. A page that
    /// repeats the one before is asked for once more. What still slips past leaves the listing short of the count.
    pub(super) fn turn(mut self, answer: &Shown<'_>, size: &mut u64) -> Turn {
        let Shown { ids, received, total, usual } = *answer;
        let page = self.page;
        // Records whose id cannot be read are not shown: the listing falls short and is tried again.
        let new = ids.iter().filter(|id| !self.recent.contains(id)).count() as u64;
        let advanced = page == self.answered + 1 && page > 1;
        if advanced && !ids.is_empty() && new == 0 && !self.doubted {
            self.doubted = true;
            return Turn::On(self);
        }
        self.doubted = false;
        self.answered = page;
        self.shown += new;
        *size = (*size).max(received);
        self.recent.extend(ids.iter().filter(|id| !self.recent.contains(id)).cloned().collect::<Vec<_>>());
        self.recent.drain(..self.recent.len().saturating_sub(RECENT));
        let lost = match (self.counted, total) {
            (Some((_, before)), Some(total)) => before.saturating_sub(total),
            _ => 0,
        };
        self.counted =
            total.map(|total| (self.counted.map_or(total, |(first, _)| first), total)).or(self.counted);
        if lost > 0 && page > 1 {
            self.page = page.saturating_sub(lost.div_ceil((*size).max(1))).max(1);
            self.answered = 0;
            return Turn::On(self);
        }
        let counted_out = self.counted.is_some_and(|(_, total)| self.shown >= total);
        if received == 0 || (counted_out && received < usual.max(*size)) {
            let expected = self.counted.map_or(0, |(first, last)| first.min(last));
            return Turn::End { whole: self.shown >= expected };
        }
        self.page = page + 1;
        Turn::On(self)
    }
}

fn believable(at: Timestamp, now: Timestamp) -> bool {
    at.duration_since(now) <= FUTURE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(range: std::ops::Range<u32>) -> Vec<String> {
        range.map(|id| id.to_string()).collect()
    }

    fn turn(listing: Listing, ids: &[String], total: u64, size: &mut u64) -> Turn {
        let shown = Shown { ids, received: ids.len() as u64, total: Some(total), usual: 15 };
        listing.turn(&shown, size)
    }

    #[track_caller]
    fn on(turn: Turn) -> Listing {
        match turn {
            Turn::On(listing) => listing,
            Turn::End { .. } => panic!("it ended"),
        }
    }

    fn begin() -> Listing {
        Listing::begin(Timestamp::UNIX_EPOCH, false)
    }

    #[test]
    fn a_repeated_page_is_asked_for_once_more_and_then_believed() {
        let size = &mut 0;
        let second = on(turn(begin(), &ids(0..15), 40, size));
        assert_eq!(second.page, 2);
        let again = on(turn(second, &ids(0..15), 40, size));
        assert_eq!(again.page, 2, "asked for once more");
        let third = on(turn(again.clone(), &ids(15..30), 40, size));
        assert_eq!((third.page, third.shown), (3, 30));
        let believed = on(turn(again, &ids(0..15), 40, size));
        assert_eq!((believed.page, believed.shown), (3, 15), "but counted once");
    }

    #[test]
    fn a_shrinking_count_steps_back_as_far_as_records_may_have_moved() {
        let at = |page| Listing { page, answered: page - 1, counted: Some((100, 100)), ..begin() };
        let next = |page, total| on(turn(at(page), &ids(45..60), total, &mut 15)).page;
        assert_eq!(next(4, 100), 5);
        assert_eq!(next(4, 99), 3);
        assert_eq!(next(4, 85), 3);
        assert_eq!(next(4, 84), 2);
        assert_eq!(next(4, 5), 1);
    }

    #[test]
    fn a_listing_ends_at_its_count_or_at_an_empty_page_and_knows_whether_it_is_whole() {
        let size = &mut 0;
        assert_eq!(turn(begin(), &ids(0..9), 9, size), Turn::End { whole: true });
        let second = on(turn(begin(), &ids(0..15), 15, size));
        assert_eq!(turn(second.clone(), &[], 15, size), Turn::End { whole: true });
        assert_eq!(
            turn(second.clone(), &[], 20, size),
            Turn::End { whole: true },
            "five came while it was listed"
        );
        let short = Listing { counted: Some((20, 20)), ..second };
        assert_eq!(turn(short, &[], 20, size), Turn::End { whole: false });
    }

    #[test]
    fn a_short_listing_is_tried_from_the_other_end_but_not_for_ever() {
        let mut crawl = Crawl::default();
        for attempt in 1..ATTEMPTS {
            assert!(!crawl.end(&begin(), false), "attempt {attempt}");
            assert!(crawl.descending && crawl.listed.is_none());
            assert_eq!(crawl.named(Timestamp::UNIX_EPOCH).by_name, attempt + 1 == ATTEMPTS);
        }
        assert!(crawl.end(&begin(), false), "what is missing is asked for by id");
        assert_eq!((crawl.short, crawl.sweeps, crawl.listed), (0, 1, Some(Timestamp::UNIX_EPOCH)));
        assert!(crawl.end(&begin(), true));
    }

    #[test]
    fn contacts_are_listed_as_often_as_their_number_allows() {
        let (least, most) = (Duration::from_secs(240), Duration::from_secs(86_400));
        let after = |pages| Crawl { pages, ..Crawl::default() }.relist_after(least, most).as_secs();
        assert_eq!([after(1), after(100), after(1_000_000)], [240, 500, 86_400]);
    }
}
