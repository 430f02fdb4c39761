//! What to ask Google next, decided from the state alone: late looks, what was just told, looks, channels, listings, and
//! events that no listing showed.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Deserialize, Serialize};

use super::cursor::Cursor;
use crate::{
    domain::{
        change::Kind,
        hook::HookTodo,
        stream::{self, AccountState},
    },
    platforms::{Call, Plan},
};

pub(super) const APPOINTMENTS: &str = Kind::Appointment.as_str();
/// Names the items that pushes make: calendars to be looked at.
pub(super) const CALENDARS: &str = "calendars";

/// Events of a page at most; Google gives 2500.
pub(super) const PER_PAGE: u32 = 500;
/// When a calendar that Google does not show is asked for again.
const LOST_AGAIN: Duration = Duration::from_secs(3600);
/// After the first refusal of a token the calendar is listed at once; after the next ones each time later.
const REFUSED_AGAIN: Duration = Duration::from_secs(3600);
const REFUSED_MOST: Duration = Duration::from_secs(24 * 3600);
/// How often channels are tried that could not be opened.
pub(super) const CHANNELS_AGAIN: Duration = Duration::from_secs(3600);

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Ask {
    /// What changed in a calendar.
    Changes { calendar: String, request: Option<i64> },
    /// Everything in a calendar.
    Everything { calendar: String, request: Option<i64> },
    /// Whether one event still exists.
    Check { id: String, request: i64 },
    /// Have the changes of a calendar told.
    Watch { calendar: String },
    /// End a channel.
    Stop { channel: String },
    /// Nobody's wish any more: nothing is asked.
    Forget { calendar: String, request: i64 },
}

/// What is read, and how often.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) calendars: Vec<String>,
    pub(super) poll: Duration,
    pub(super) sweep: Duration,
}

pub(super) fn plan(state: &AccountState, rules: &Rules, now: Timestamp) -> Plan {
    let diary = Diary { cursor: Cursor::load(state, now), state, rules, now };
    let next = None
        .or_else(|| diary.poll(before(now, rules.poll)))
        .or_else(|| diary.wish(stream::Urgency::Live))
        .or_else(|| diary.poll(now))
        .or_else(|| diary.watch())
        .or_else(|| diary.stop())
        .or_else(|| diary.list())
        .or_else(|| diary.wish(stream::Urgency::Backfill));
    match next {
        Some(call) => Plan::Ask(call),
        None => Plan::Idle { until: diary.earliest() },
    }
}

/// The next calendar of this round of channels.
pub(super) fn unopened<'a>(state: &AccountState, rules: &'a Rules, cursor: &Cursor) -> Option<&'a String> {
    let hook = state.hook.as_ref()?;
    let (Some(HookTodo::Open { .. }), Some(round)) = (&hook.todo, hook.checked_at) else { return None };
    rules.calendars.iter().find(|calendar| {
        let opened = cursor.channels.iter().any(|it| it.calendar == **calendar && it.opened >= round);
        let followed = cursor.calendars.get(*calendar);
        !opened && followed.is_none_or(|it| it.lost.is_none() && it.unwatched.is_none_or(|at| at < round))
    })
}

struct Diary<'a> {
    cursor: Cursor,
    state: &'a AccountState,
    rules: &'a Rules,
    now: Timestamp,
}

impl Diary<'_> {
    /// When a calendar with a token is looked at next. Somebody who asks gets a look begun after they asked.
    fn poll_at(&self, calendar: &str) -> Timestamp {
        let Some(at) = self.cursor.calendars.get(calendar).filter(|it| it.token.is_some()) else {
            return Timestamp::MAX;
        };
        let asked = self.state.poll_requested_at.filter(|asked| *asked <= self.now);
        if let Some(lost) = at.lost {
            return after(Some(lost), LOST_AGAIN);
        }
        if at.walk.is_some() || asked.is_some_and(|asked| at.polled.is_none_or(|polled| asked > polled)) {
            return Timestamp::MIN;
        }
        after(at.polled, self.rules.poll)
    }

    fn poll(&self, due: Timestamp) -> Option<Call> {
        let calendar = self.rules.calendars.iter().find(|calendar| self.poll_at(calendar) <= due)?;
        call(&Ask::Changes { calendar: calendar.clone(), request: None }, Urgency::Poll)
    }

    /// What is due of single calendars and events.
    fn wish(&self, urgency: stream::Urgency) -> Option<Call> {
        let item = self.state.due.as_ref().filter(|item| item.urgency == urgency)?;
        let id = item.external_id.clone();
        let how = match urgency {
            stream::Urgency::Live => Urgency::Live,
            stream::Urgency::Backfill => Urgency::Backfill,
        };
        if item.stream == APPOINTMENTS {
            return call(&Ask::Check { id, request: item.request }, how);
        }
        if item.stream != CALENDARS {
            return None;
        }
        let request = Some(item.request);
        let known = self.cursor.calendars.get(&id).is_some_and(|it| it.token.is_some());
        let ask = match (self.rules.calendars.contains(&id), known) {
            (true, true) => Ask::Changes { calendar: id, request },
            (true, false) if self.list_at() <= self.now && self.is_unlisted(&id) => {
                Ask::Everything { calendar: id, request }
            }
            // The listing to come shows it.
            _ => Ask::Forget { calendar: id, request: item.request },
        };
        call(&ask, how)
    }

    fn watch(&self) -> Option<Call> {
        let calendar = unopened(self.state, self.rules, &self.cursor)?;
        call(&Ask::Watch { calendar: calendar.clone() }, Urgency::Poll)
    }

    fn stop(&self) -> Option<Call> {
        let spent = self.cursor.spent(&self.rules.calendars, self.state.hook.is_some())?;
        call(&Ask::Stop { channel: spent.id.clone() }, Urgency::Poll)
    }

    /// When everything is listed next: a token that was refused is a reason, and refusals in a row make it wait.
    fn list_at(&self) -> Timestamp {
        let cursor = &self.cursor;
        let wished = self.state.sweep_requested_at.filter(|wished| *wished <= self.now);
        let Some(swept) = cursor.swept.filter(|swept| wished.is_none_or(|wished| *swept >= wished)) else {
            return Timestamp::MIN;
        };
        if cursor.pass.is_some() {
            return Timestamp::MIN;
        }
        let needed = |calendar: &String| match cursor.calendars.get(calendar) {
            None => Timestamp::MIN,
            Some(it) if it.token.is_some() || it.lost.is_some() => Timestamp::MAX,
            Some(it) => match it.refusals {
                0 | 1 => Timestamp::MIN,
                more => after(it.refused, (REFUSED_AGAIN * 2_u32.pow((more - 2).min(5))).min(REFUSED_MOST)),
            },
        };
        let needed = self.rules.calendars.iter().map(needed).min().unwrap_or(Timestamp::MAX);
        after(Some(swept), self.rules.sweep).min(needed)
    }

    fn is_unlisted(&self, calendar: &str) -> bool {
        self.cursor.pass.as_ref().is_none_or(|pass| !pass.done.contains(calendar))
    }

    fn list(&self) -> Option<Call> {
        if self.list_at() > self.now {
            return None;
        }
        let calendars = &self.rules.calendars;
        // When those that were missing are no longer read, any answer ends the listing.
        let calendar = calendars.iter().find(|calendar| self.is_unlisted(calendar)).or(calendars.first())?;
        call(&Ask::Everything { calendar: calendar.clone(), request: None }, Urgency::Backfill)
    }

    fn earliest(&self) -> Timestamp {
        let polls = self.rules.calendars.iter().map(|calendar| self.poll_at(calendar)).min();
        polls.unwrap_or(Timestamp::MAX).min(self.list_at())
    }
}

fn call(ask: &Ask, urgency: Urgency) -> Option<Call> {
    // Texts and numbers only: this cannot fail.
    Some(Call { stream: APPOINTMENTS, what: serde_json::to_value(ask).ok()?, urgency })
}

pub(super) fn after(at: Option<Timestamp>, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.map_or(Timestamp::MIN, |at| at.saturating_add(pause).unwrap_or(Timestamp::MAX))
}

fn before(at: Timestamp, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.saturating_sub(pause).unwrap_or(Timestamp::MIN)
}
