//! Where an account's calendars stand, as kept in the store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::plan::APPOINTMENTS;
use crate::domain::stream::{AccountState, StateChange};

/// A time further ahead comes from a clock that was wrong.
const FUTURE: SignedDuration = SignedDuration::from_secs(60);
/// A channel that ends within this time is due for its successor.
const RENEW: SignedDuration = SignedDuration::from_hours(24);

/// Where an account stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    pub(super) calendars: BTreeMap<String, Followed>,
    /// The listing under way of everything in all calendars.
    pub(super) pass: Option<Pass>,
    /// When the last one began that is complete.
    pub(super) swept: Option<Timestamp>,
    /// Open channels, oldest first.
    pub(super) channels: Vec<Channel>,
}

/// Where one calendar stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Followed {
    /// Stands for everything seen; none: the calendar must be listed first.
    pub(super) token: Option<String>,
    /// What changed since, as far as it is read.
    pub(super) walk: Option<Walk>,
    /// When the last complete look began, by our clock.
    pub(super) polled: Option<Timestamp>,
    /// The same by the earlier of both clocks.
    pub(super) reach: Option<Timestamp>,
    /// When its token was refused, and how often in a row.
    pub(super) refused: Option<Timestamp>,
    pub(super) refusals: u32,
    /// Since when Google shows us no such calendar.
    pub(super) lost: Option<Timestamp>,
    /// When Google last refused to tell of its changes.
    pub(super) unwatched: Option<Timestamp>,
    /// Its zone, an IANA name.
    pub(super) zone: Option<String>,
    /// What it last said of itself, digested.
    pub(super) head: Option<String>,
}

/// A list under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Walk {
    pub(super) started: Timestamp,
    /// The earlier of both clocks at the first answer.
    pub(super) clock: Option<Timestamp>,
    /// Names the next page; none: the first one.
    pub(super) page: Option<String>,
    pub(super) pages: u32,
    /// How often Google no longer knew the page.
    pub(super) restarts: u8,
    /// The wish that it answers.
    pub(super) request: Option<i64>,
}

/// A listing of everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Pass {
    /// Names the listing.
    pub(super) started: Timestamp,
    pub(super) walks: BTreeMap<String, Walk>,
    pub(super) done: BTreeSet<String>,
    /// Whether a calendar could not be listed, so that nothing is proven gone.
    pub(super) short: bool,
}

/// A channel that tells us of a calendar's changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Channel {
    pub(super) calendar: String,
    pub(super) id: String,
    pub(super) resource: String,
    pub(super) opened: Timestamp,
    pub(super) expires: Timestamp,
}

impl Cursor {
    pub(super) fn load(state: &AccountState, now: Timestamp) -> Self {
        let mut cursor: Self = state.cursor(APPOINTMENTS);
        let ahead = |at: Timestamp| at.duration_since(now) > FUTURE;
        let of_walk = |walk: &Walk| [Some(walk.started), walk.clock];
        let followed = cursor.calendars.values().flat_map(|it| {
            let walk = it.walk.as_ref().map(of_walk).unwrap_or_default();
            [it.polled, it.reach, it.refused, it.lost, it.unwatched].into_iter().chain(walk)
        });
        let passes = cursor.pass.iter().flat_map(|pass| {
            let walks = pass.walks.values().flat_map(of_walk);
            std::iter::once(Some(pass.started)).chain(walks)
        });
        let opened = cursor.channels.iter().map(|channel| Some(channel.opened));
        if followed.chain(passes).chain(opened).chain([cursor.swept]).flatten().any(ahead) {
            return Self { channels: Vec::new(), ..Self::default() };
        }
        cursor.channels.retain(|channel| channel.expires > now);
        cursor
    }

    /// Up to when all these calendars are known to have been shown.
    pub(super) fn proven(&self, calendars: &[String]) -> Option<Timestamp> {
        let reach = |id: &String| self.calendars.get(id).filter(|it| it.lost.is_none())?.reach;
        calendars.iter().map(reach).collect::<Option<Vec<_>>>()?.into_iter().min()
    }

    pub(super) fn store(&self, calendars: &[String]) -> StateChange {
        // Texts, numbers and times only: this cannot fail.
        let cursor = serde_json::to_value(self).unwrap_or(Value::Null);
        StateChange::Stream { stream: APPOINTMENTS, cursor, proven_until: self.proven(calendars) }
    }

    pub(super) fn of(&mut self, calendar: &str) -> &mut Followed {
        self.calendars.entry(calendar.to_owned()).or_default()
    }

    /// Whether a calendar's changes are told for some time to come, or cannot be.
    pub(super) fn is_told(&self, calendar: &str, now: Timestamp) -> bool {
        let followed = self.calendars.get(calendar);
        let lately = |at: Option<Timestamp>| at.is_some_and(|at| now.duration_since(at) < RENEW);
        let known = followed.is_some_and(|it| it.lost.is_some() || lately(it.unwatched));
        known || self.channels.iter().any(|it| it.calendar == calendar && it.holds(now))
    }

    /// A channel that is of no more use: its calendar has a younger one, or is not read any more.
    pub(super) fn spent(&self, calendars: &[String], told: bool) -> Option<&Channel> {
        let younger = |than: &Channel| {
            self.channels.iter().any(|it| it.calendar == than.calendar && it.opened > than.opened)
        };
        self.channels.iter().find(|it| !told || !calendars.contains(&it.calendar) || younger(it))
    }
}

impl Followed {
    /// A look is complete.
    pub(super) fn seen(&mut self, walk: &Walk, token: String) {
        let clock = walk.clock.map_or(walk.started, |clock| clock.min(walk.started));
        self.token = Some(token);
        self.polled = self.polled.max(Some(walk.started));
        self.reach = self.reach.max(Some(clock));
        self.lost = None;
        self.walk = None;
    }
}

impl Walk {
    pub(super) fn begin(now: Timestamp, request: Option<i64>) -> Self {
        Self { started: now, request, ..Self::default() }
    }

    /// From the beginning again.
    pub(super) fn again(self, now: Timestamp) -> Self {
        Self { restarts: self.restarts + 1, request: self.request, ..Self::begin(now, None) }
    }
}

impl Channel {
    /// Whether it needs no successor yet: in the last quarter of its life, or the last day, it does.
    fn holds(&self, now: Timestamp) -> bool {
        let margin = (self.expires.duration_since(self.opened) / 4).min(RENEW);
        self.expires.duration_since(now) > margin
    }
}
