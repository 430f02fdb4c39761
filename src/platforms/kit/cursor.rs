//! Where a stream stands, as kept in the store.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ask::{Gone, Part, Rules, Sweep},
    walk::Walk,
};
use crate::domain::stream::{AccountState, Missing, Reach, StateChange};

/// A time further ahead comes from a clock that was wrong.
const FUTURE: SignedDuration = SignedDuration::from_secs(60);
/// The least that polls reach back.
const LEAST_OVERLAP: SignedDuration = SignedDuration::from_secs(60);
/// How often a sweep by windows goes back as far as the first one did when nobody asks.
const DEEP_EVERY: SignedDuration = SignedDuration::from_hours(28 * 24);
/// How long a record that no list shows, though the platform has it, is not asked for again.
const RECHECK: SignedDuration = SignedDuration::from_hours(24);

/// Where a stream stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cursor {
    pub(super) parts: BTreeMap<String, Followed>,
    pub(super) sweep: Option<Pass>,
    /// When the last complete sweep began.
    pub(super) swept: Option<Timestamp>,
    /// When the last complete one by windows began that went back all the way.
    pub(super) deep: Option<Timestamp>,
    /// When the last sweep began that missed nothing, by the earlier of both clocks.
    pub(super) listed: Option<Timestamp>,
    /// When something was known to have slipped past, which only a sweep begun later can show.
    pub(super) gap: Option<Timestamp>,
    /// The adapter's own words.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(super) own: Value,
}

/// Where one collection stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Followed {
    /// The import or the poll under way.
    pub(super) walk: Option<Walk>,
    /// When the last complete one began, by our clock.
    pub(super) polled: Option<Timestamp>,
    /// The same by the earlier of both clocks.
    pub(super) reach: Option<Timestamp>,
}

/// A sweep under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Pass {
    pub(super) started: Timestamp,
    /// The earlier of both clocks, at its first answer.
    pub(super) clock: Option<Timestamp>,
    /// The name of the listing: of the whole, or of this window.
    pub(super) listing: Timestamp,
    pub(super) window: Option<(Timestamp, Timestamp)>,
    /// Whether it goes back all the way.
    pub(super) deep: bool,
    /// Where the last window ends.
    pub(super) end: Option<Timestamp>,
    pub(super) part: usize,
    pub(super) walk: Option<Walk>,
    pub(super) short: bool,
    /// Whether one of its windows fell short.
    pub(super) any_short: bool,
}

impl Cursor {
    pub(super) fn load(state: &AccountState, stream: &str, now: Timestamp) -> Self {
        let cursor: Self = state.cursor(stream);
        let walks = |walk: &Option<Walk>| walk.as_ref().map(|walk| walk.started);
        let parts = cursor.parts.values().flat_map(|at| [walks(&at.walk), at.polled, at.reach]);
        let pass =
            cursor.sweep.iter().flat_map(|pass| [Some(pass.started), Some(pass.listing), walks(&pass.walk)]);
        let ahead = |at: Timestamp| at.duration_since(now) > FUTURE;
        let lies = parts
            .chain(pass)
            .chain([cursor.swept, cursor.deep, cursor.listed, cursor.gap])
            .flatten()
            .any(ahead);
        if lies { Self { own: cursor.own, ..Self::default() } } else { cursor }
    }

    pub(super) fn imported(&self, rules: &Rules) -> bool {
        let polled = |part: &Part| self.parts.get(part.name).is_some_and(|at| at.polled.is_some());
        rules.parts.iter().all(|part| part.changes.is_none() || polled(part))
    }

    /// Ends a sweep. One that fell short leaves open what slipped past before; the next one tries again.
    pub(super) fn end(&mut self, pass: &Pass) {
        self.swept = Some(pass.started);
        self.deep = Some(pass.started).filter(|_| pass.deep).or(self.deep);
        let clock = pass.clock.map_or(pass.started, |clock| clock.min(pass.started));
        self.listed = Some(clock).filter(|_| !pass.any_short).or(self.listed);
        self.gap = self.gap.filter(|gap| pass.any_short || pass.started < *gap);
    }

    /// Up to when everything is known to have been shown.
    pub(super) fn proven(&self, rules: &Rules) -> Option<Timestamp> {
        let reach = rules.parts.iter().map(|part| match part.changes {
            Some(_) => self.parts.get(part.name).and_then(|at| at.reach),
            None => self.listed,
        });
        reach.collect::<Option<Vec<_>>>()?.into_iter().min().filter(|_| self.gap.is_none())
    }

    pub(super) fn store(&self, stream: &'static str, proven_until: Option<Timestamp>) -> StateChange {
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
    pub(super) fn since(&self, part: &Part) -> Option<Timestamp> {
        let overlap = part.overlap.max(LEAST_OVERLAP);
        self.reach.map(|reach| reach.saturating_sub(overlap).unwrap_or(Timestamp::MIN))
    }
}

impl Pass {
    /// A sweep that begins now, after what the stream has behind it. One that somebody `wished` for is of everything.
    pub(super) fn begin(rules: &Rules, cursor: &Cursor, wished: Option<Timestamp>, now: Timestamp) -> Self {
        let mut pass = Self { started: now, listing: now, ..Self::default() };
        if let Sweep::Windows { back, history, ahead, width } = rules.sweep {
            let due = |deep: Timestamp| {
                now.duration_since(deep) >= DEEP_EVERY || wished.is_some_and(|wished| deep < wished)
            };
            pass.deep = cursor.deep.is_none_or(due);
            let from = now.saturating_sub(if pass.deep { history.max(back) } else { back });
            let from = from.unwrap_or(Timestamp::MIN);
            pass.end = now.saturating_add(ahead).ok();
            pass.window = Some((from, from.saturating_add(width).unwrap_or(Timestamp::MAX)));
        }
        pass
    }

    /// What follows for what this listing did not show. One that fell short proves nothing.
    pub(super) fn complete(&self, rules: &Rules, now: Timestamp) -> Option<StateChange> {
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

    pub(super) fn next_window(&self, sweep: &Sweep, now: Timestamp) -> Option<Self> {
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
