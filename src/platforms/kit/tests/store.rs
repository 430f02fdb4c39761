//! What an adapter may rely on of a store, in memory.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{
    change::{Kind, Record, Shape},
    stream::{AccountState, Item, Missing, Page, Reach, StateChange, StreamState, Urgency},
};

type Name = (Kind, String);

struct Due {
    work: Value,
    urgency: Urgency,
}

#[derive(Default)]
pub(in crate::platforms) struct Store {
    pub(in crate::platforms) records: BTreeMap<Name, Record>,
    pub(in crate::platforms) streams: BTreeMap<String, StreamState>,
    due: BTreeMap<(String, String), Due>,
    cursors: BTreeMap<(String, String), Value>,
    listed: BTreeMap<(String, Timestamp), BTreeSet<String>>,
    seen: BTreeMap<Name, Timestamp>,
    missed: BTreeMap<Name, Timestamp>,
    pub(in crate::platforms) sweep_requested_at: Option<Timestamp>,
    pub(in crate::platforms) rejected: usize,
    merged: BTreeMap<String, String>,
}

impl Store {
    pub(in crate::platforms) fn state(&self) -> AccountState {
        let due = self.due.iter().min_by_key(|(_, due)| due.urgency);
        let due = due.map(|(key, due)| Item {
            stream: key.0.clone(),
            external_id: key.1.clone(),
            cursor: self.cursors.get(key).cloned().unwrap_or_default(),
            work: due.work.clone(),
            urgency: due.urgency,
            request: 1,
        });
        AccountState {
            streams: self.streams.clone(),
            due,
            sweep_requested_at: self.sweep_requested_at,
            ..AccountState::default()
        }
    }

    pub(in crate::platforms) fn apply(&mut self, page: &Page) {
        let mut written = BTreeSet::new();
        for change in &page.changes {
            let key = (change.record.kind(), change.record.external_id().to_owned());
            self.seen.insert(key.clone(), page.observed_at);
            match &change.record {
                Record::Gone { external_id, successor, .. } => {
                    self.records.remove(&key);
                    self.merged.extend(successor.clone().map(|successor| (external_id.clone(), successor)));
                }
                record => {
                    if self.records.get(&key) != Some(record) {
                        written.insert(key.clone());
                    }
                    self.records.insert(key, record.clone());
                }
            }
        }
        self.rejected += page.rejected.len();
        page.state.iter().for_each(|change| self.turn(change, &written));
    }

    /// With a group that no listing shows fall its attendances.
    fn bury(&mut self, key: &Name) {
        self.missed.remove(key);
        self.records.remove(key);
        if key.0 == Kind::Appointment {
            self.records.retain(|_, record| {
                !matches!(record, Record::Appointment(visit) if visit.group.as_ref() == Some(&key.1))
            });
        }
    }

    fn starts(&self, key: &Name) -> Option<Timestamp> {
        match self.records.get(key)? {
            Record::Appointment(visit) if visit.shape == Shape::Attendance => {
                self.starts(&(Kind::Appointment, visit.group.clone()?))
            }
            Record::Appointment(visit) => visit.starts_at,
            _ => None,
        }
    }

    fn turn(&mut self, change: &StateChange, written: &BTreeSet<Name>) {
        match change {
            StateChange::Stream { stream, cursor, proven_until } => {
                let at = self.streams.entry((*stream).to_owned()).or_default();
                // As the store keeps it: through text.
                at.cursor = serde_json::from_str(&cursor.to_string()).unwrap();
                at.proven_until = at.proven_until.max(*proven_until);
            }
            StateChange::Due { stream, external_ids, work, urgency, only_if_changed, .. } => {
                for id in external_ids {
                    if only_if_changed.is_none_or(|kind| written.contains(&(kind, id.clone()))) {
                        self.ask(stream, id, work, *urgency);
                    }
                }
            }
            StateChange::Done { stream, external_id, cursor, rest, .. } => {
                let key = ((*stream).to_owned(), external_id.clone());
                self.cursors.insert(key.clone(), serde_json::from_str(&cursor.to_string()).unwrap());
                match rest {
                    Some(rest) => self.due.get_mut(&key).unwrap().work = rest.clone(),
                    None => drop(self.due.remove(&key)),
                }
            }
            StateChange::Listed { stream, listing, external_ids } => {
                let shown = self.listed.entry(((*stream).to_owned(), *listing)).or_default();
                shown.extend(external_ids.iter().cloned());
            }
            StateChange::ListingComplete { stream, listing, reach, missing } => {
                self.compare(stream, *listing, *reach, missing);
            }
            other => panic!("not a word of this adapter: {other:?}"),
        }
    }

    fn ask(&mut self, stream: &str, id: &str, work: &Value, urgency: Urgency) {
        let key = (stream.to_owned(), id.to_owned());
        let due = self.due.entry(key).or_insert(Due { work: Value::Null, urgency });
        due.urgency = due.urgency.min(urgency);
        match (&mut due.work, work) {
            (Value::Object(old), Value::Object(new)) => old.extend(new.clone()),
            (old, new) => *old = new.clone(),
        }
    }

    fn compare(&mut self, stream: &str, listing: Timestamp, reach: Reach, missing: &Missing) {
        let shown = self.listed.remove(&(stream.to_owned(), listing)).unwrap_or_default();
        let reached = |key: &Name| match reach {
            Reach::Whole => true,
            Reach::Starting { from, before } => self.starts(key).is_some_and(|at| from <= at && at < before),
        };
        let of = self.records.keys().filter(|(kind, _)| kind.as_str() == stream);
        let (there, not): (Vec<Name>, Vec<Name>) = of.cloned().partition(|(_, id)| shown.contains(id));
        let old = |key: &Name| self.seen.get(key).is_none_or(|seen| *seen <= listing);
        let not: Vec<Name> = not.into_iter().filter(|key| old(key) && reached(key)).collect();
        for key in there {
            self.missed.remove(&key);
        }
        for key in not {
            match missing {
                Missing::Check { work, .. } => self.ask(stream, &key.1, work, Urgency::Backfill),
                Missing::GoneAfterTwo => {
                    let before = self.missed.insert(key.clone(), listing);
                    if before.is_some_and(|before| before < listing && self.seen[&key] <= before) {
                        self.bury(&key);
                    }
                }
            }
        }
    }

    /// Whom the platform merged a person into, at the end.
    pub(in crate::platforms) fn survivor<'a>(&'a self, contact: &'a String) -> &'a String {
        self.merged.get(contact).map_or(contact, |successor| self.survivor(successor))
    }

    pub(in crate::platforms) fn living(&self, kind: Kind) -> BTreeSet<String> {
        self.records.keys().filter(|(of, _)| *of == kind).map(|(_, id)| id.clone()).collect()
    }
}
