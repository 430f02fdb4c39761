//! The truth, to compare a copy with: every record, whatever a list would hide of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::record::{Kind, Record, Second};
use super::world::{Account, World};
use crate::house::Refused;

/// Whether a record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is.
    Live,
    /// It was archived.
    Archived,
    /// It was deleted, and may be archived as well.
    Deleted,
    /// It was erased without a trace: no answer contains it any more. A copy may still have it, or never had.
    Erased,
}

/// One record, in the platform's words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Entry {
    pub id: String,
    pub state: State,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
    /// Individual appointments and attendees only.
    pub cancelled_at: Option<Timestamp>,
    /// Its own fields as answers show them, without times of the record and without links.
    pub fields: Map<String, Value>,
    /// Ids of what it belongs to, by the name of the relation: `patient`, `practitioner`, `booking` …
    pub relations: BTreeMap<String, String>,
    /// Of a group appointment: who attends and has not called off.
    pub patient_ids: Vec<String>,
}

/// One account's truth: the list's name, then its records by rising id. Bookings are not listed a second time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub account: u64,
    pub shard: String,
    pub records: BTreeMap<&'static str, Vec<Entry>>,
}

impl Ledger {
    /// All records of a kind, whatever their state.
    pub fn of(&self, kind: Kind) -> &[Entry] {
        self.records.get(kind.path()).map(Vec::as_slice).unwrap_or_default()
    }

    /// One record.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.of(kind).iter().find(|entry| entry.id == id)
    }

    /// The records of a kind that are there.
    pub fn live(&self, kind: Kind) -> impl Iterator<Item = &Entry> {
        self.of(kind).iter().filter(|entry| entry.state == State::Live)
    }
}

fn moment(at: Second) -> Timestamp {
    Timestamp::from_second(at).unwrap_or_default()
}

fn entry(account: &Account, record: &Record, erased: bool) -> Entry {
    let state = match record {
        _ if erased => State::Erased,
        Record { deleted: Some(_), .. } => State::Deleted,
        Record { archived: Some(_), .. } => State::Archived,
        _ => State::Live,
    };
    Entry {
        id: record.id.to_string(),
        state,
        created_at: moment(record.created),
        updated_at: moment(record.updated),
        archived_at: record.archived.map(moment),
        deleted_at: record.deleted.map(moment),
        cancelled_at: record.cancelled.map(moment),
        fields: record.fields.clone(),
        relations: record.links.iter().map(|(name, (_, id))| (name.clone(), id.to_string())).collect(),
        patient_ids: if record.kind == Kind::GroupAppointments {
            account.patient_ids(record)
        } else {
            Vec::new()
        },
    }
}

impl World {
    pub(super) fn ledger(&self, account: u64) -> Result<Ledger, Refused> {
        let account = self.account(account)?;
        let mut records: BTreeMap<&'static str, Vec<Entry>> = BTreeMap::new();
        for (kind, all) in &account.records {
            records.insert(kind.path(), all.values().map(|it| entry(account, it, false)).collect());
        }
        for it in &account.erased {
            records.entry(it.kind.path()).or_default().push(entry(account, it, true));
        }
        for all in records.values_mut() {
            all.sort_by_key(|entry| entry.id.parse::<u64>().unwrap_or(u64::MAX));
        }
        Ok(Ledger { account: account.id, shard: account.shard.clone(), records })
    }
}
