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

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[allow(unused_imports)]
pub(in crate::platforms) use super::walk::{Next, Seen, Shown, Way};
use super::walk::{Turn, Walk};
use crate::{
    domain::stream::{self, AccountState, Item, Missing, Reach, StateChange},
    platforms::{Call, Plan},
};

/// A time further ahead comes from a clock that was wrong.
const FUTURE: SignedDuration = SignedDuration::from_secs(60);
/// The least that polls reach back.
const LEAST_OVERLAP: SignedDuration = SignedDuration::from_secs(60);
/// How long a record that no list shows, though the platform has it, is not asked for again.
const RECHECK: SignedDuration = SignedDuration::from_hours(24);

/// How one stream is followed.
#[derive(Clone, Debug)]
pub(in crate::platforms) struct Rules {
    /// Its name; sweeps find deletions among the records of this kind.
    pub(in crate::platforms) stream: &'static str,
    /// Its collections.
    pub(in crate::platforms) parts: Vec<Part>,
    /// How it is listed as a whole.
    pub(in crate::platforms) sweep: Sweep,
    /// What follows for what a complete listing did not show; none: nothing.
    pub(in crate::platforms) missing: Option<Gone>,
    /// How often it is listed when nobody asks.
    pub(in crate::platforms) sweep_every: Duration,
}

/// One collection of a stream.
#[derive(Clone, Debug)]
pub(in crate::platforms) struct Part {
    /// The adapter's name for it.
    pub(in crate::platforms) name: &'static str,
    /// How its changes are asked for; none: it is only listed as a whole, every `poll` as well.
    pub(in crate::platforms) changes: Option<Way>,
    /// How often.
    pub(in crate::platforms) poll: Duration,
    /// How far each poll reaches back over the last one: at least a minute.
    pub(in crate::platforms) overlap: SignedDuration,
}

/// How a stream is listed as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::platforms) enum Sweep {
    /// Never.
    Never,
    /// Everything, walked by the time it was made, or page after page.
    Whole(Way),
    /// Appointments by when they begin, window after window, page after page each.
    Windows {
        /// From so long ago; the first sweep begins at `history`.
        back: SignedDuration,
        /// So far back does the first one go.
        history: SignedDuration,
        /// To so far ahead.
        ahead: SignedDuration,
        /// So wide is each.
        width: SignedDuration,
    },
}

/// What follows for what a complete listing did not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::platforms) enum Gone {
    /// It is asked for by its id.
    Checked,
    /// The platform answers for no single record: missed twice, it is gone.
    AfterTwo,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(in crate::platforms) enum Ask {
    /// Records of one collection.
    Read(Read),
    /// Whether one record still exists.
    Check {
        /// Its id.
        id: String,
        /// Which request it answers.
        request: i64,
    },
}

/// Records of one collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::platforms) struct Read {
    /// Which collection.
    pub(in crate::platforms) part: String,
    /// By which of its times.
    pub(in crate::platforms) by: By,
    /// From then on; none: from the beginning.
    pub(in crate::platforms) since: Option<Timestamp>,
    /// Before then; none: to the end. With [`By::Changed`] and [`By::Made`] this is one instant, which is best sorted by
    /// anything but that time.
    pub(in crate::platforms) before: Option<Timestamp>,
    /// Which page, from 1.
    pub(in crate::platforms) page: u64,
    /// The page's name, where an answer gave it one.
    pub(in crate::platforms) token: Option<String>,
}

/// The time that a walk goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::platforms) enum By {
    /// When it changed last: imports and polls.
    Changed,
    /// When it was made: listings.
    Made,
    /// When it begins: listings by windows.
    Starting,
}

/// What an answer means for the streams.
#[derive(Debug, Default)]
pub(in crate::platforms) struct Turned {
    /// What to write.
    pub(in crate::platforms) state: Vec<StateChange>,
    /// Done and total of the first import.
    pub(in crate::platforms) backfill: Option<(u64, u64)>,
}

/// Where a stream stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Cursor {
    parts: BTreeMap<String, Followed>,
    sweep: Option<Pass>,
    /// When the last complete sweep began.
    swept: Option<Timestamp>,
    /// When the last sweep began that missed nothing, by the earlier of both clocks.
    listed: Option<Timestamp>,
    /// When something was known to have slipped past, which only a sweep begun later can show.
    gap: Option<Timestamp>,
}

/// Where one collection stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Followed {
    /// The import or the poll under way.
    walk: Option<Walk>,
    /// When the last complete one began, by our clock.
    polled: Option<Timestamp>,
    /// The same by the earlier of both clocks.
    reach: Option<Timestamp>,
}

/// A sweep under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Pass {
    started: Timestamp,
    /// The earlier of both clocks, at its first answer.
    clock: Option<Timestamp>,
    /// The name of the listing: of the whole, or of this window.
    listing: Timestamp,
    window: Option<(Timestamp, Timestamp)>,
    /// Where the last window ends.
    end: Option<Timestamp>,
    part: usize,
    walk: Option<Walk>,
    short: bool,
    /// Whether one of its windows fell short.
    any_short: bool,
}

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

/// What the answer to `read` means.
pub(in crate::platforms) fn turn(
    rules: &Rules,
    state: &AccountState,
    read: &Read,
    shown: &Shown,
    now: Timestamp,
) -> Turned {
    let cursor = Cursor::load(state, rules.stream, now);
    match read.by {
        By::Changed => followed(rules, cursor, read, shown, now),
        By::Made | By::Starting => swept(rules, cursor, read, shown, now),
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

/// Makes these records due, to be asked for one by one.
pub(in crate::platforms) fn doubt(stream: &'static str, external_ids: Vec<String>) -> Option<StateChange> {
    (!external_ids.is_empty()).then(|| StateChange::Due {
        stream,
        external_ids,
        work: json!({ "check": true }),
        urgency: stream::Urgency::Backfill,
        only_if_changed: None,
    })
}

fn followed(rules: &Rules, mut cursor: Cursor, read: &Read, shown: &Shown, now: Timestamp) -> Turned {
    let Some(part) = rules.parts.iter().find(|part| part.name == read.part) else { return Turned::default() };
    let Some(way) = part.changes else { return Turned::default() };
    let mut at = cursor.parts.remove(part.name).unwrap_or_default();
    let import = at.polled.is_none();
    let walk = at.walk.take().unwrap_or_else(|| Walk::begin(now, at.since(part)));
    let mut turned = Turned::default();
    match walk.turn(way, shown) {
        Turn::On(walk) => {
            turned.backfill = walk.progress().filter(|_| import);
            at.walk = Some(walk);
        }
        Turn::End { walk, whole } => {
            // Without a count nobody knows what slipped past while the first import was paged.
            let whole = whole && !(import && way == Way::Paged && walk.total.is_none());
            if !whole {
                cursor.gap = Some(walk.started);
            }
            if import {
                turned.backfill = walk.total.map(|total| (total, total));
                if whole && rules.parts.len() == 1 {
                    // The import has shown everything.
                    cursor.swept = cursor.swept.or(Some(walk.started));
                }
            }
            at.polled = Some(walk.started);
            at.reach = Some(walk.clock);
        }
    }
    cursor.parts.insert(part.name.to_owned(), at);
    let proven = cursor.proven(rules);
    turned.state.push(cursor.store(rules.stream, proven));
    turned
}

fn swept(rules: &Rules, mut cursor: Cursor, read: &Read, shown: &Shown, now: Timestamp) -> Turned {
    let mut turned = Turned::default();
    let first = cursor.swept.is_none();
    let mut pass = cursor.sweep.take().unwrap_or_else(|| Pass::begin(rules, first, now));
    // The plan is older than the state: nothing is said, and the sweep goes on as it stands.
    if rules.parts.get(pass.part).is_none_or(|part| part.name != read.part) {
        cursor.sweep = Some(pass);
        turned.state.push(cursor.store(rules.stream, None));
        return turned;
    }
    let walk = pass.walk.take().unwrap_or_else(|| Walk::begin(now, None));
    let told = shown.clock.map_or(now, |told| told.min(now));
    pass.clock = Some(pass.clock.map_or(told, |clock| clock.min(told)));
    let ids = shown.seen.iter().map(|seen| seen.id.clone()).collect();
    turned.state.push(StateChange::Listed { stream: rules.stream, listing: pass.listing, external_ids: ids });
    let untold = rules.parts.iter().all(|part| part.changes.is_none());
    match walk.turn(rules.sweep.way(), shown) {
        Turn::On(walk) => {
            turned.backfill = walk.progress().filter(|_| untold && first && rules.parts.len() == 1);
            pass.walk = Some(walk);
            cursor.sweep = Some(pass);
        }
        Turn::End { walk, whole } => {
            pass.short |= !whole;
            pass.any_short |= !whole;
            pass.part += 1;
            if pass.part < rules.parts.len() {
                cursor.sweep = Some(pass);
            } else {
                turned.state.extend(pass.complete(rules, now));
                cursor.sweep = pass.next_window(&rules.sweep, now);
                if cursor.sweep.is_none() {
                    turned.backfill = walk.total.map(|total| (total, total)).filter(|_| untold && first);
                    cursor.end(&pass);
                }
            }
        }
    }
    let proven = cursor.proven(rules);
    turned.state.push(cursor.store(rules.stream, proven));
    turned
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
        let first = self.cursor.swept.is_none();
        let pass = self.cursor.sweep.clone().unwrap_or_else(|| Pass::begin(self.rules, first, now));
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

impl Cursor {
    fn load(state: &AccountState, stream: &str, now: Timestamp) -> Self {
        let cursor: Self = state.cursor(stream);
        let walks = |walk: &Option<Walk>| walk.as_ref().map(|walk| walk.started);
        let parts = cursor.parts.values().flat_map(|at| [walks(&at.walk), at.polled, at.reach]);
        let pass =
            cursor.sweep.iter().flat_map(|pass| [Some(pass.started), Some(pass.listing), walks(&pass.walk)]);
        let ahead = |at: Timestamp| at.duration_since(now) > FUTURE;
        let lies = parts.chain(pass).chain([cursor.swept, cursor.listed, cursor.gap]).flatten().any(ahead);
        if lies { Self::default() } else { cursor }
    }

    fn imported(&self, rules: &Rules) -> bool {
        let polled = |part: &Part| self.parts.get(part.name).is_some_and(|at| at.polled.is_some());
        rules.parts.iter().all(|part| part.changes.is_none() || polled(part))
    }

    /// Ends a sweep. One that fell short leaves open what slipped past before; the next one tries again.
    fn end(&mut self, pass: &Pass) {
        self.swept = Some(pass.started);
        let clock = pass.clock.map_or(pass.started, |clock| clock.min(pass.started));
        self.listed = Some(clock).filter(|_| !pass.any_short).or(self.listed);
        self.gap = self.gap.filter(|gap| pass.any_short || pass.started < *gap);
    }

    /// Up to when everything is known to have been shown.
    fn proven(&self, rules: &Rules) -> Option<Timestamp> {
        let reach = rules.parts.iter().map(|part| match part.changes {
            Some(_) => self.parts.get(part.name).and_then(|at| at.reach),
            None => self.listed,
        });
        reach.collect::<Option<Vec<_>>>()?.into_iter().min().filter(|_| self.gap.is_none())
    }

    fn store(&self, stream: &'static str, proven_until: Option<Timestamp>) -> StateChange {
        // Texts, numbers and times only: this cannot fail.
        StateChange::Stream {
            stream,
            cursor: serde_json::to_value(self).unwrap_or(Value::Null),
            proven_until,
        }
    }
}

impl Followed {
    /// From when on the next walk asks; the first one from the beginning.
    fn since(&self, part: &Part) -> Option<Timestamp> {
        let overlap = part.overlap.max(LEAST_OVERLAP);
        self.reach.map(|reach| reach.saturating_sub(overlap).unwrap_or(Timestamp::MIN))
    }
}

impl Pass {
    fn begin(rules: &Rules, first: bool, now: Timestamp) -> Self {
        let mut pass = Self { started: now, listing: now, ..Self::default() };
        if let Sweep::Windows { back, history, ahead, width } = rules.sweep {
            let from = now.saturating_sub(if first { history.max(back) } else { back });
            let from = from.unwrap_or(Timestamp::MIN);
            pass.end = now.saturating_add(ahead).ok();
            pass.window = Some((from, from.saturating_add(width).unwrap_or(Timestamp::MAX)));
        }
        pass
    }

    /// What follows for what this listing did not show. One that fell short proves nothing.
    fn complete(&self, rules: &Rules, now: Timestamp) -> Option<StateChange> {
        let missing = match rules.missing? {
            Gone::Checked => Missing::Check {
                work: json!({ "check": true }),
                recheck_before: now.saturating_sub(RECHECK).unwrap_or(Timestamp::MIN),
            },
            Gone::AfterTwo => Missing::GoneAfterTwo,
        };
        let reach = match self.window {
            Some((from, before)) => Reach::Starting { from, before },
            None => Reach::Whole,
        };
        (!self.short).then_some(StateChange::ListingComplete {
            stream: rules.stream,
            listing: self.listing,
            reach,
            missing,
        })
    }

    fn next_window(&self, sweep: &Sweep, now: Timestamp) -> Option<Self> {
        let (Sweep::Windows { width, .. }, Some((_, from))) = (sweep, self.window) else { return None };
        (self.end.is_some_and(|end| from < end)).then(|| Self {
            listing: now,
            window: Some((from, from.saturating_add(*width).unwrap_or(Timestamp::MAX))),
            part: 0,
            walk: None,
            short: false,
            ..self.clone()
        })
    }
}

impl Sweep {
    fn way(&self) -> Way {
        match self {
            Self::Whole(way) => *way,
            Self::Never | Self::Windows { .. } => Way::Paged,
        }
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

    fn progress(&self) -> Option<(u64, u64)> {
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
