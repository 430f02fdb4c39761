//! What the adapter may rely on of a store, in memory.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use crate::domain::{
    change::{Address, Contact, Conversation, Kind, Message, Record},
    stream::{AccountState, Item, Missing, Page, Reach, Rejected, StateChange, StreamState, Urgency},
};

#[derive(Default)]
pub(super) struct Store {
    pub(super) records: BTreeMap<(Kind, String), Record>,
    addresses: BTreeMap<String, Vec<Address>>,
    pub(super) streams: BTreeMap<String, StreamState>,
    pub(super) items: BTreeMap<(String, String), Entry>,
    listed: BTreeMap<(String, String), Timestamp>,
    pub(super) sweep_requested_at: Option<Timestamp>,
    pub(super) poll_requested_at: Option<Timestamp>,
    requests: i64,
    pub(super) rejected: Vec<Rejected>,
    pub(super) raw: Vec<String>,
    pub(super) written: usize,
    pub(super) backfill: BTreeMap<&'static str, Vec<(u64, u64)>>,
}

#[derive(Default, Clone)]
pub(super) struct Entry {
    pub(super) cursor: Value,
    pub(super) due: Option<(Value, Urgency)>,
    request: i64,
    done_at: Option<Timestamp>,
}

impl Store {
    pub(super) fn state(&self) -> AccountState {
        let waiting = self.items.iter().filter_map(|(key, entry)| Some((key, entry, entry.due.as_ref()?)));
        let due = waiting.min_by_key(|(_, entry, (_, urgency))| (*urgency, entry.request));
        let due = due.map(|((stream, id), entry, (work, urgency))| Item {
            stream: stream.clone(),
            external_id: id.clone(),
            cursor: entry.cursor.clone(),
            work: work.clone(),
            urgency: *urgency,
            request: entry.request,
        });
        AccountState {
            streams: self.streams.clone(),
            due,
            then: None,
            due_at: None,
            sweep_requested_at: self.sweep_requested_at,
            poll_requested_at: self.poll_requested_at,
            hook: None,
        }
    }

    pub(super) fn apply(&mut self, page: &Page) {
        let mut changes: Vec<_> = page.changes.iter().collect();
        changes.sort_by_key(|change| change.record.kind());
        let mut changed = BTreeSet::new();
        for change in changes {
            assert!(change.raw < page.raw.len(), "every change has its raw record");
            let key = (change.record.kind(), change.record.external_id().to_owned());
            if self.write(&key, &change.record) {
                self.written += 1;
                changed.insert(key);
            }
        }
        self.rejected.extend(page.rejected.iter().cloned());
        self.raw.extend(page.raw.iter().cloned());
        if let Some(progress) = page.backfill {
            self.backfill.entry(page.stream).or_default().push(progress);
        }
        for state in &page.state {
            self.turn(state, &changed, page.observed_at);
        }
    }

    fn write(&mut self, key: &(Kind, String), record: &Record) -> bool {
        if let Record::Gone { kind, external_id, successor: None } = record {
            if *kind == Kind::Conversation {
                self.records.retain(
                    |_, other| !matches!(other, Record::Message(m) if m.conversation == *external_id),
                );
            }
            return self.records.remove(key).is_some();
        }
        if let Record::Message(message) = record {
            let parent = (Kind::Conversation, message.conversation.clone());
            assert!(self.records.contains_key(&parent), "a message stands under its conversation");
        }
        let mut new = fingerprint(record) != self.records.get(key).and_then(fingerprint);
        if let Record::Contact(Contact { addresses: Some(addresses), external_id, .. }) = record {
            new |= self.addresses.insert(external_id.clone(), addresses.clone()).as_ref() != Some(addresses);
        }
        self.records.insert(key.clone(), record.clone());
        new
    }

    fn turn(&mut self, state: &StateChange, changed: &BTreeSet<(Kind, String)>, observed_at: Timestamp) {
        match state {
            StateChange::Stream { stream, cursor, proven_until } => {
                let entry = self.streams.entry((*stream).to_owned()).or_default();
                entry.cursor = as_text(cursor);
                entry.proven_until = proven_until.or(entry.proven_until);
            }
            StateChange::Due { stream, external_ids, work, urgency, only_if_changed, .. } => {
                for id in external_ids {
                    if only_if_changed.is_none_or(|kind| changed.contains(&(kind, id.clone()))) {
                        self.due(stream, id, work, *urgency);
                    }
                }
            }
            StateChange::DueConversations { stream, contact, work, urgency } => {
                let under = self.records.values().filter_map(|record| match record {
                    Record::Conversation(c) if c.contact.as_ref() == Some(contact) => {
                        Some(c.external_id.clone())
                    }
                    _ => None,
                });
                for id in under.collect::<Vec<_>>() {
                    self.due(stream, &id, work, *urgency);
                }
            }
            StateChange::Done { stream, external_id, request, cursor, rest } => {
                let entry = self.items.get_mut(&((*stream).to_owned(), external_id.clone())).unwrap();
                entry.cursor = as_text(cursor);
                if entry.request == *request {
                    let urgency = entry.due.as_ref().map_or(Urgency::Backfill, |(_, urgency)| *urgency);
                    entry.due = rest.clone().map(|rest| (rest, urgency));
                    entry.done_at = rest.is_none().then_some(observed_at);
                }
            }
            StateChange::Listed { stream, listing, external_ids } => {
                for id in external_ids {
                    self.listed.insert(((*stream).to_owned(), id.clone()), *listing);
                }
            }
            StateChange::ListingComplete { stream, listing, reach, missing } => {
                let (Reach::Whole, Missing::Check { work, recheck_before }) = (reach, missing) else {
                    panic!("Chatwoot lists whole streams and answers for single records");
                };
                for id in self.missing(stream, *listing, *recheck_before) {
                    self.due(stream, &id, work, Urgency::Backfill);
                }
            }
        }
    }

    fn due(&mut self, stream: &str, id: &str, work: &Value, urgency: Urgency) {
        self.requests += 1;
        let entry = self.items.entry((stream.to_owned(), id.to_owned())).or_default();
        entry.request = self.requests;
        let urgency = entry.due.as_ref().map_or(urgency, |(_, before)| urgency.min(*before));
        entry.due = Some((work.clone(), urgency));
    }

    fn missing(&self, stream: &str, listing: Timestamp, recheck_before: Timestamp) -> Vec<String> {
        let living =
            self.records.keys().filter(|(kind, _)| kind.as_str() == stream).map(|(_, id)| id.clone());
        let missing = living.filter(|id| {
            let key = (stream.to_owned(), id.clone());
            let believed = self.items.get(&key).is_some_and(|entry| {
                entry.cursor["unlisted"] == true && entry.done_at.is_some_and(|done| done > recheck_before)
            });
            self.listed.get(&key) != Some(&listing) && !believed
        });
        missing.collect()
    }

    pub(super) fn living(&self, stream: &str) -> Vec<String> {
        self.records.keys().filter(|(kind, _)| kind.as_str() == stream).map(|(_, id)| id.clone()).collect()
    }

    #[track_caller]
    pub(super) fn assert_living(&self, stream: &str, mut expected: Vec<String>) {
        let mut living = self.living(stream);
        living.sort();
        expected.sort();
        let lost: Vec<_> = expected.iter().filter(|id| !living.contains(id)).take(9).collect();
        let kept: Vec<_> = living.iter().filter(|id| !expected.contains(id)).take(9).collect();
        assert!(lost.is_empty() && kept.is_empty(), "{stream}: lost {lost:?}, kept {kept:?}");
    }

    pub(super) fn proven(&self, stream: &str) -> Option<Timestamp> {
        self.streams.get(stream).and_then(|state| state.proven_until)
    }

    pub(super) fn contact(&self, id: u64) -> &Contact {
        match &self.records[&(Kind::Contact, id.to_string())] {
            Record::Contact(contact) => contact,
            _ => unreachable!(),
        }
    }

    pub(super) fn conversation(&self, id: u64) -> &Conversation {
        match &self.records[&(Kind::Conversation, id.to_string())] {
            Record::Conversation(conversation) => conversation,
            _ => unreachable!(),
        }
    }

    pub(super) fn message(&self, id: u64) -> &Message {
        match &self.records[&(Kind::Message, id.to_string())] {
            Record::Message(message) => message,
            _ => unreachable!(),
        }
    }

    pub(super) fn has(&self, kind: Kind, id: u64) -> bool {
        self.records.contains_key(&(kind, id.to_string()))
    }
}

/// Everything the adapter writes goes through text, as in a database: any step may be the last of its process.
fn as_text(cursor: &Value) -> Value {
    serde_json::from_str(&cursor.to_string()).unwrap()
}

fn fingerprint(record: &Record) -> Option<[u8; 16]> {
    Some(match record {
        Record::Contact(contact) => contact.fingerprint(),
        Record::Conversation(conversation) => conversation.fingerprint(),
        Record::Message(message) => message.fingerprint(),
        Record::Agent(agent) => agent.fingerprint(),
        Record::Inbox(inbox) => inbox.fingerprint(),
        _ => return None,
    })
}
