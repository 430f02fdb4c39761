//! The machine that follows what changes at platforms that are asked again and again. It decides the next request from
//! the account's state alone, and what its answer means for the streams; it knows no protocol and sends nothing.
//!
//! Each stream is imported once, then polled; sweeps list it whole, to find what was deleted or slipped past. A stream
//! may be made of several collections (its parts), each with a walk of its own; its sweep lists all of them.
//!
//! - Polls reach back over the last one, because a record can be committed later than its time says.
//! - A stream is proven up to the beginning of its last complete poll, and by the earlier of both clocks.
//! - A listing that may have missed something proves no deletion, and another is made.
//! - A cursor that comes from the future is not believed: the stream is read from the beginning, which loses nothing.
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

#[allow(unused_imports)]
pub(in crate::platforms) use super::{
    ask::{Ask, By, Gone, Part, Read, Rules, Sweep},
    turn::{Turned, turn},
    walk::{Next, Seen, Shown, Way},
};
use super::{
    cursor::{Cursor, Followed, Pass},
    walk::Walk,
};
use crate::{
    domain::stream::{self, AccountState, Item, StateChange},
    platforms::{Call, Plan},
};

/// Decides the next request: late polls, what just changed, polls, imports, sweeps, checks.
pub(in crate::platforms) fn plan(streams: &[Rules], state: &AccountState, now: Timestamp) -> Plan {
    let asked = state.poll_requested_at.filter(|asked| *asked <= now);
    let diaries: Vec<Diary<'_>> = streams
        .iter()
        .map(|rules| Diary { rules, cursor: Cursor::load(state, rules.stream, now), asked })
        .collect();
    let due = |urgency| state.due.as_ref().filter(|item| item.urgency == urgency);
    let live = due(stream::Urgency::Live).and_then(|item| check(streams, item));
    let checks = due(stream::Urgency::Backfill).and_then(|item| check(streams, item));
    // A sweep wished for in the future would otherwise never be satisfied before then.
    let wished = state.sweep_requested_at.filter(|wished| *wished <= now);
    let poll = |late: bool| diaries.iter().find_map(|diary| diary.poll(now, late));
    let next = poll(true)
        .or(live)
        .or_else(|| poll(false))
        .or_else(|| diaries.iter().find_map(|diary| diary.import(now)))
        .or_else(|| diaries.iter().find_map(|diary| diary.sweep(wished, now)))
        .or(checks);
    match next {
        Some(call) => Plan::Ask(call),
        None => Plan::Idle {
            until: diaries.iter().map(|diary| diary.earliest(wished)).min().unwrap_or(Timestamp::MAX),
        },
    }
}

/// A check's answer: the item is done. `unlisted`: the platform has the record, though no list shows it.
pub(in crate::platforms) fn checked(
    stream: &'static str,
    id: &str,
    request: i64,
    unlisted: bool,
) -> StateChange {
    StateChange::Done {
        stream,
        external_id: id.to_owned(),
        request,
        cursor: if unlisted { json!({ "unlisted": true }) } else { Value::Null },
        rest: None,
    }
}

/// What the adapter keeps with a stream for itself; the default where it keeps nothing that is understood.
pub(in crate::platforms) fn own<T: Default + DeserializeOwned>(state: &AccountState, stream: &str) -> T {
    let own = state.streams.get(stream).and_then(|stream| stream.cursor.get("own"));
    own.and_then(|own| serde_json::from_value(own.clone()).ok()).unwrap_or_default()
}

/// Keeps something with a stream whose place does not change.
pub(in crate::platforms) fn note(
    state: &AccountState,
    stream: &'static str,
    own: &impl Serialize,
    now: Timestamp,
) -> StateChange {
    with_own(Cursor::load(state, stream, now).store(stream, None), own)
}

/// Keeps something with the stream whose new place this is; anything else stays what it is.
pub(in crate::platforms) fn with_own(change: StateChange, own: &impl Serialize) -> StateChange {
    match change {
        StateChange::Stream { stream, mut cursor, proven_until } => {
            if let Value::Object(fields) = &mut cursor {
                fields.insert("own".to_owned(), serde_json::to_value(own).unwrap_or(Value::Null));
            }
            StateChange::Stream { stream, cursor, proven_until }
        }
        other => other,
    }
}

/// Whether a collection's import has begun.
pub(in crate::platforms) fn has_begun(
    state: &AccountState,
    stream: &str,
    part: &str,
    now: Timestamp,
) -> bool {
    let cursor = Cursor::load(state, stream, now);
    cursor.parts.get(part).is_some_and(|at| at.walk.is_some() || at.polled.is_some())
}

/// Makes these records due, to be asked for one by one.
pub(in crate::platforms) fn doubt(stream: &'static str, external_ids: Vec<String>) -> Option<StateChange> {
    (!external_ids.is_empty()).then(|| StateChange::Due {
        stream,
        external_ids,
        work: json!({ "check": true }),
        urgency: stream::Urgency::Backfill,
        only_if_changed: None,
        not_before: None,
    })
}

/// When one stream's work is due.
struct Diary<'a> {
    rules: &'a Rules,
    cursor: Cursor,
    asked: Option<Timestamp>,
}

impl Diary<'_> {
    fn at(&self, part: &Part) -> Followed {
        self.cursor.parts.get(part.name).cloned().unwrap_or_default()
    }

    /// When a part that was imported is polled next. Somebody who asks gets a poll begun after they asked.
    fn poll_at(&self, part: &Part) -> Timestamp {
        let at = self.at(part);
        let Some(polled) = at.polled.filter(|_| part.changes.is_some()) else { return Timestamp::MAX };
        if at.walk.is_some() || self.asked.is_some_and(|asked| asked > polled) {
            return Timestamp::MIN;
        }
        after(Some(polled), part.poll)
    }

    fn poll(&self, now: Timestamp, late: bool) -> Option<Call> {
        self.rules.parts.iter().find_map(|part| {
            let due = if late { before(now, part.poll) } else { now };
            (self.poll_at(part) <= due).then(|| self.read(part, Urgency::Poll, now)).flatten()
        })
    }

    fn import(&self, now: Timestamp) -> Option<Call> {
        let missing = |part: &&Part| part.changes.is_some() && self.at(part).polled.is_none();
        let part = self.rules.parts.iter().find(missing)?;
        self.read(part, Urgency::Backfill, now)
    }

    fn read(&self, part: &Part, urgency: Urgency, now: Timestamp) -> Option<Call> {
        let at = self.at(part);
        let walk = at.walk.clone().unwrap_or_else(|| Walk::begin(now, at.since(part)));
        let tick = match part.changes? {
            Way::Ascending { tick } => tick,
            Way::Paged | Way::Backwards => SignedDuration::ZERO,
        };
        call(self.rules.stream, walk.read(part.name, By::Changed, tick), urgency)
    }

    /// When the stream is listed next.
    fn sweep_at(&self, wished: Option<Timestamp>) -> Timestamp {
        let cursor = &self.cursor;
        let untold = self.rules.parts.iter().all(|part| part.changes.is_none());
        if self.rules.sweep == Sweep::Never || (!untold && !cursor.imported(self.rules)) {
            return Timestamp::MAX;
        }
        let slipped = cursor.gap.is_some_and(|gap| cursor.swept.is_none_or(|swept| swept < gap));
        if cursor.sweep.is_some() || slipped {
            return Timestamp::MIN;
        }
        let Some(swept) = cursor.swept.filter(|swept| wished.is_none_or(|wished| *swept >= wished)) else {
            return Timestamp::MIN;
        };
        let often = self.rules.parts.iter().filter(|_| untold).map(|part| part.poll).min();
        let asked = self.asked.filter(|asked| untold && *asked > swept);
        match (often, asked) {
            (Some(_), Some(_)) => Timestamp::MIN,
            (Some(often), None) => after(Some(swept), often.min(self.rules.sweep_every)),
            (None, _) => after(Some(swept), self.rules.sweep_every),
        }
    }

    fn sweep(&self, wished: Option<Timestamp>, now: Timestamp) -> Option<Call> {
        if self.sweep_at(wished) > now {
            return None;
        }
        let pass =
            self.cursor.sweep.clone().unwrap_or_else(|| Pass::begin(self.rules, &self.cursor, wished, now));
        let part = self.rules.parts.get(pass.part)?;
        let walk = pass.walk.clone().unwrap_or_else(|| Walk::begin(now, None));
        let tick = match self.rules.sweep {
            Sweep::Whole(Way::Ascending { tick }) => tick,
            _ => SignedDuration::ZERO,
        };
        let mut read = walk.read(part.name, By::Made, tick);
        if let Some((from, before)) = pass.window {
            (read.by, read.since, read.before) = (By::Starting, Some(from), Some(before));
        }
        call(self.rules.stream, read, Urgency::Backfill)
    }

    fn earliest(&self, wished: Option<Timestamp>) -> Timestamp {
        let polls = self.rules.parts.iter().map(|part| self.poll_at(part)).min();
        polls.unwrap_or(Timestamp::MAX).min(self.sweep_at(wished))
    }
}

impl Walk {
    fn read(&self, part: &str, by: By, tick: SignedDuration) -> Read {
        let part = part.to_owned();
        match &self.instant {
            Some(instant) => Read {
                part,
                by,
                since: Some(instant.at),
                before: instant.at.saturating_add(tick).ok(),
                page: instant.page,
                token: instant.token.clone(),
            },
            None => {
                Read { part, by, since: self.since, before: None, page: self.page, token: self.token.clone() }
            }
        }
    }

    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        self.total.map(|total| (self.shown.min(total), total))
    }
}

fn check(streams: &[Rules], item: &Item) -> Option<Call> {
    let stream = streams.iter().find(|rules| rules.stream == item.stream)?.stream;
    let urgency = match item.urgency {
        stream::Urgency::Live => Urgency::Live,
        stream::Urgency::Backfill => Urgency::Backfill,
    };
    let ask = Ask::Check { id: item.external_id.clone(), request: item.request };
    Some(Call { stream, what: serde_json::to_value(ask).ok()?, urgency })
}

fn call(stream: &'static str, read: Read, urgency: Urgency) -> Option<Call> {
    // Texts, numbers and times only: this cannot fail.
    Some(Call { stream, what: serde_json::to_value(Ask::Read(read)).ok()?, urgency })
}

fn after(at: Option<Timestamp>, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.map_or(Timestamp::MIN, |at| at.saturating_add(pause).unwrap_or(Timestamp::MAX))
}

fn before(at: Timestamp, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.saturating_sub(pause).unwrap_or(Timestamp::MIN)
}
