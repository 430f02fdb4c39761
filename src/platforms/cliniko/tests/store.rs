//! What the adapter may rely on of a store, in memory.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{
    change::{Kind, Record},
    stream::{AccountState, Item, Missing, Page, Reach, StateChange, StreamState, Urgency},
};

#[derive(Default)]
pub(super) struct Store {
    pub(super) records: BTreeMap<(Kind, String), Record>,
    pub(super) streams: BTreeMap<String, StreamState>,
    items: BTreeMap<(String, String), (Value, Urgency)>,
    listed: BTreeMap<(String, Timestamp), BTreeSet<String>>,
    seen: BTreeMap<(Kind, String), Timestamp>,
    pub(super) sweep_requested_at: Option<Timestamp>,
    pub(super) rejected: usize,
    merged: BTreeMap<String, String>,
}

impl Store {
    pub(super) fn state(&self) -> AccountState {
        let due = self.items.iter().min_by_key(|(_, (_, urgency))| *urgency);
        let due = due.map(|((stream, id), (work, urgency))| Item {
            stream: stream.clone(),
            external_id: id.clone(),
            cursor: Value::Null,
            work: work.clone(),
            urgency: *urgency,
            request: 1,
        });
        AccountState {
            streams: self.streams.clone(),
            due,
            sweep_requested_at: self.sweep_requested_at,
            ..AccountState::default()
        }
    }

    pub(super) fn apply(&mut self, page: &Page) {
        for change in &page.changes {
            let key = (change.record.kind(), change.record.external_id().to_owned());
            self.seen.insert(key.clone(), page.observed_at);
            match &change.record {
                Record::Gone { external_id, successor, .. } => {
                    self.records.remove(&key);
                    self.merged.extend(successor.clone().map(|successor| (external_id.clone(), successor)));
                }
                record => drop(self.records.insert(key, record.clone())),
            }
        }
        self.rejected += page.rejected.len();
        page.state.iter().for_each(|change| self.turn(change));
    }

    fn turn(&mut self, change: &StateChange) {
        match change {
            StateChange::Stream { stream, cursor, proven_until } => {
                let at = self.streams.entry((*stream).to_owned()).or_default();
                at.cursor = serde_json::from_str(&cursor.to_string()).unwrap();
                at.proven_until = at.proven_until.max(*proven_until);
            }
            StateChange::Due { stream, external_ids, work, urgency, .. } => {
                for id in external_ids {
                    self.items.insert(((*stream).to_owned(), id.clone()), (work.clone(), *urgency));
                }
            }
            StateChange::Done { stream, external_id, rest, .. } => {
                let key = ((*stream).to_owned(), external_id.clone());
                match rest {
                    Some(rest) => self.items.get_mut(&key).unwrap().0 = rest.clone(),
                    None => drop(self.items.remove(&key)),
                }
            }
            StateChange::Listed { stream, listing, external_ids } => {
                let shown = self.listed.entry(((*stream).to_owned(), *listing)).or_default();
                shown.extend(external_ids.iter().cloned());
            }
            StateChange::ListingComplete { stream, listing, reach: Reach::Whole, missing } => {
                let Missing::Check { work, .. } = missing else { panic!("each can be asked for") };
                let shown = self.listed.remove(&((*stream).to_owned(), *listing)).unwrap_or_default();
                let missing = self.records.keys().filter(|(kind, id)| {
                    let old = self.seen.get(&(*kind, id.clone())).is_none_or(|seen| seen <= listing);
                    kind.as_str() == *stream && !shown.contains(id) && old
                });
                for (_, id) in missing.cloned().collect::<Vec<_>>() {
                    self.items.insert(((*stream).to_owned(), id), (work.clone(), Urgency::Backfill));
                }
            }
            other => panic!("not a word of this adapter: {other:?}"),
        }
    }

    /// Whom the platform merged a person into, at the end.
    pub(super) fn survivor<'a>(&'a self, contact: &'a String) -> &'a String {
        self.merged.get(contact).map_or(contact, |successor| self.survivor(successor))
    }

    pub(super) fn living(&self, kind: Kind) -> BTreeSet<String> {
        self.records.keys().filter(|(of, _)| *of == kind).map(|(_, id)| id.clone()).collect()
    }
}
