//! A platform in memory, with the orders and filters that platforms have, and the accidents.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, rngs::StdRng};
use serde_json::Value;

use crate::{
    domain::stream::{AccountState, Item, Missing, Reach, StateChange, StreamState, Urgency},
    platforms::{
        Call, Plan,
        kit::poll::{self, Ask, By, Next, Read, Rules, Seen, Shown, Way},
    },
};

/// A record of the platform.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) part: &'static str,
    /// Seconds.
    pub(super) made: i64,
    pub(super) changed: i64,
    pub(super) begins: i64,
    /// Not shown before then: its transaction commits late.
    pub(super) visible_from: i64,
    pub(super) version: u32,
}

/// The platform.
pub(super) struct Source {
    pub(super) rows: BTreeMap<String, Row>,
    pub(super) now: i64,
    pub(super) size: usize,
    /// Whether answers say how many there are.
    pub(super) counts: bool,
    /// Whether pages have names.
    pub(super) tokens: bool,
    /// How far its clock is behind ours, in seconds.
    pub(super) behind: i64,
    /// Whether it ignores filters by time.
    pub(super) ignores_filter: bool,
    /// Whether ties come in another order every time.
    pub(super) unstable: bool,
    pub(super) asked: Vec<Read>,
    pub(super) made: u64,
    way: Way,
}

impl Source {
    pub(super) fn new(now: i64, way: Way, size: usize) -> Self {
        Self {
            rows: BTreeMap::new(),
            now,
            size,
            counts: true,
            tokens: false,
            behind: 0,
            ignores_filter: false,
            unstable: false,
            asked: Vec::new(),
            made: 0,
            way,
        }
    }

    pub(super) fn add(&mut self, part: &'static str, at: i64) -> String {
        self.made += 1;
        let id = format!("r{}", self.made);
        let begins = at + 86_400 * (self.made as i64 % 40 - 10);
        let row = Row { part, made: at, changed: at, begins, visible_from: i64::MIN, version: 1 };
        self.rows.insert(id.clone(), row);
        id
    }

    pub(super) fn change(&mut self, id: &str, at: i64) {
        let row = self.rows.get_mut(id).unwrap();
        row.changed = at;
        row.version += 1;
    }

    pub(super) fn pick(&self, rng: &mut StdRng) -> Option<String> {
        let ids: Vec<&String> = self.rows.keys().collect();
        (!ids.is_empty()).then(|| ids[rng.random_range(0..ids.len())].clone())
    }

    pub(super) fn has(&self, id: &str) -> Option<&Row> {
        self.rows.get(id).filter(|row| row.visible_from <= self.now)
    }

    /// The answer, and the versions it shows.
    pub(super) fn serve(&mut self, read: &Read, rng: &mut StdRng) -> (Shown, Vec<(String, u32)>) {
        self.asked.push(read.clone());
        let second = |at: Option<Timestamp>| at.map(Timestamp::as_second);
        let (since, before) = (second(read.since), second(read.before));
        let time = |row: &Row| match read.by {
            By::Changed => row.changed,
            By::Made => row.made,
            By::Starting => row.begins,
        };
        let filters = !self.ignores_filter || read.by == By::Starting;
        let asks_since = !(self.way == Way::Backwards && read.by == By::Changed);
        let inside = |row: &Row| {
            !filters
                || (since.is_none_or(|since| !asks_since || time(row) >= since)
                    && before.is_none_or(|before| time(row) < before))
        };
        let mut found: Vec<(&String, &Row)> = self
            .rows
            .iter()
            .filter(|(_, row)| row.part == read.part && row.visible_from <= self.now && inside(row))
            .collect();
        let salt: u64 = if self.unstable { rng.random() } else { 0 };
        let tie = |id: &str| {
            let number: u64 = id[1..].parse().unwrap();
            (number ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15)
        };
        let tie = |id: &str| if salt == 0 { id[1..].parse().unwrap() } else { tie(id) };
        match (self.way, read.before) {
            (Way::Ascending { .. }, None) => found.sort_by_key(|(id, row)| (time(row), tie(id))),
            (Way::Ascending { .. }, Some(_)) => found.sort_by_key(|(id, row)| (row.made, tie(id))),
            (Way::Backwards, _) => found.sort_by_key(|(id, row)| (-time(row), tie(id))),
            (Way::Paged, _) => found.sort_by_key(|(id, _)| id[1..].parse::<u64>().unwrap()),
        }
        let total = found.len();
        let from = match &read.token {
            Some(token) => token.parse().unwrap(),
            None => (usize::try_from(read.page).unwrap() - 1) * self.size,
        };
        let page: Vec<_> = found.into_iter().skip(from).take(self.size).collect();
        let next = match (from + page.len() < total, self.tokens) {
            (false, _) => Next::Last,
            (true, false) => Next::More,
            (true, true) => Next::Token((from + page.len()).to_string()),
        };
        let seen = page
            .iter()
            .map(|(id, row)| Seen { id: (*id).clone(), at: Timestamp::from_second(time(row)).ok() });
        let shown = Shown {
            seen: seen.collect(),
            next,
            total: self.counts.then_some(total as u64),
            clock: Timestamp::from_second(self.now - self.behind).ok(),
        };
        (shown, page.iter().map(|(id, row)| ((*id).clone(), row.version)).collect())
    }
}

/// What the store does with pages, and the machine between the two.
pub(super) struct Bench {
    pub(super) source: Source,
    pub(super) rules: Vec<Rules>,
    pub(super) state: AccountState,
    pub(super) rows: BTreeMap<String, (u32, i64)>,
    /// When what was shown begins.
    begins: BTreeMap<String, i64>,
    listed: BTreeMap<(String, Timestamp), BTreeSet<String>>,
    missed: BTreeSet<String>,
    due: Vec<Item>,
    pub(super) rng: StdRng,
    pub(super) backfill: Vec<(u64, u64)>,
    pub(super) completed: u32,
}

impl Bench {
    pub(super) fn new(source: Source, rules: Vec<Rules>, rng: StdRng) -> Self {
        Self {
            source,
            rules,
            state: AccountState::default(),
            rows: BTreeMap::new(),
            begins: BTreeMap::new(),
            listed: BTreeMap::new(),
            missed: BTreeSet::new(),
            due: Vec::new(),
            rng,
            backfill: Vec::new(),
            completed: 0,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.source.now).unwrap()
    }

    pub(super) fn plan(&mut self) -> Plan {
        self.state.due = self.due.first().cloned();
        poll::plan(&self.rules, &self.state, self.now())
    }

    /// One request; until when there is nothing to do, when there is nothing.
    pub(super) fn step(&mut self) -> Option<Timestamp> {
        match self.plan() {
            Plan::Idle { until } => Some(until),
            Plan::Ask(call) => {
                self.ask(&call);
                None
            }
        }
    }

    pub(super) fn ask(&mut self, call: &Call) {
        let now = self.now();
        match serde_json::from_value(call.what.clone()).unwrap() {
            Ask::Read(read) => {
                let (shown, rows) = self.source.serve(&read, &mut self.rng);
                for (id, version) in rows {
                    self.missed.remove(&id);
                    self.begins.insert(id.clone(), self.source.rows[&id].begins);
                    self.rows.insert(id, (version, self.source.now));
                }
                let rules = self.rules.iter().find(|rules| rules.stream == call.stream).unwrap();
                let turned = poll::turn(rules, &self.state, &read, &shown, now);
                self.backfill.extend(turned.backfill);
                turned.state.into_iter().for_each(|change| self.apply(change));
            }
            Ask::Check { id, request } => {
                match self.source.has(&id) {
                    Some(row) => drop(self.rows.insert(id.clone(), (row.version, self.source.now))),
                    None => drop(self.rows.remove(&id)),
                }
                self.apply(poll::checked(call.stream, &id, request, true));
            }
        }
    }

    fn apply(&mut self, change: StateChange) {
        match change {
            StateChange::Stream { stream, cursor, proven_until } => {
                // As the store keeps it: through text.
                let cursor = serde_json::from_str(&cursor.to_string()).unwrap();
                let at = self.state.streams.entry(stream.to_owned()).or_default();
                *at = StreamState { cursor, proven_until: at.proven_until.max(proven_until) };
            }
            StateChange::Listed { stream, listing, external_ids } => {
                self.listed.entry((stream.to_owned(), listing)).or_default().extend(external_ids);
            }
            StateChange::ListingComplete { stream, listing, reach, missing } => {
                self.completed += 1;
                let shown = self.listed.remove(&(stream.to_owned(), listing)).unwrap_or_default();
                let inside = |id: &String| match reach {
                    Reach::Whole => true,
                    Reach::Starting { from, before } => {
                        (from.as_second()..before.as_second()).contains(&self.begins[id])
                    }
                };
                let gone: Vec<String> = self
                    .rows
                    .iter()
                    .filter(|(id, (_, seen))| {
                        *seen <= listing.as_second() && !shown.contains(*id) && inside(id)
                    })
                    .map(|(id, _)| id.clone())
                    .collect();
                for id in gone {
                    match &missing {
                        Missing::Check { work, .. } => self.due.push(Item {
                            stream: stream.to_owned(),
                            external_id: id,
                            cursor: Value::Null,
                            work: work.clone(),
                            urgency: Urgency::Backfill,
                            request: 1,
                        }),
                        Missing::GoneAfterTwo if self.missed.remove(&id) => drop(self.rows.remove(&id)),
                        Missing::GoneAfterTwo => drop(self.missed.insert(id)),
                    }
                }
            }
            StateChange::Done { external_id, .. } => self.due.retain(|item| item.external_id != external_id),
            other => panic!("not a word of the machine: {other:?}"),
        }
    }

    /// Steps until there is nothing to do; a request takes `pace` seconds.
    pub(super) fn settle(&mut self, pace: i64) -> Timestamp {
        for _ in 0..20_000 {
            self.source.now += pace;
            if let Some(until) = self.step() {
                assert!(until > self.now(), "idle until the past");
                return until;
            }
        }
        panic!("never idle; last {:?}", self.source.asked.iter().rev().take(5).collect::<Vec<_>>());
    }

    /// Lives on for so many seconds.
    pub(super) fn live(&mut self, span: i64) {
        let end = self.source.now + span;
        while self.source.now < end {
            match self.step() {
                Some(until) => self.source.now = until.as_second().min(end).max(self.source.now + 1),
                None => self.source.now += 1,
            }
        }
        self.settle(1);
    }

    pub(super) fn sweep(&mut self) {
        self.source.now += 1;
        self.state.sweep_requested_at = Some(self.now());
        self.settle(0);
    }

    /// The store has exactly what the platform has, in its last version.
    #[track_caller]
    pub(super) fn assert_equal(&self) {
        let theirs: BTreeMap<&String, u32> =
            self.source.rows.iter().map(|(id, row)| (id, row.version)).collect();
        let ours: BTreeMap<&String, u32> =
            self.rows.iter().map(|(id, (version, _))| (id, *version)).collect();
        let lost: Vec<_> = theirs.iter().filter(|(id, version)| ours.get(*id) != Some(version)).collect();
        let extra: Vec<_> = ours.keys().filter(|id| !theirs.contains_key(*id)).collect();
        assert!(lost.is_empty() && extra.is_empty(), "lost {lost:?}, extra {extra:?}");
    }

    pub(super) fn proven(&self, stream: &str) -> Option<i64> {
        self.state.streams.get(stream)?.proven_until.map(Timestamp::as_second)
    }
}

pub(super) const SECOND: SignedDuration = SignedDuration::from_secs(1);
