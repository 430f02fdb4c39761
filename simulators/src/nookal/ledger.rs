//! The truth, to compare a copy with: every record, deleted ones as well, which no answer shows.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::record::{Kind, Record, Slot};
use super::world::World;
use crate::house::Refused;

/// Whether a record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is.
    Live,
    /// A patient who is put away: `active` is `"0"`.
    Inactive,
    /// It was deleted or, of patients, merged into another: it vanished without a trace.
    Deleted,
}

/// One record, in the words of the older interface.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Entry {
    pub id: String,
    pub state: State,
    /// Of appointments: `visit`, or `class` or `block`, which are no visits.
    pub slot: &'static str,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// When it begins, of appointments.
    pub starts: Option<Timestamp>,
    /// Without id and the times of the record.
    pub fields: Map<String, Value>,
}

/// One account's truth: the list's name, then its records by rising id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub account: u64,
    pub records: BTreeMap<&'static str, Vec<Entry>>,
}

impl Ledger {
    /// All records of a kind, whatever their state.
    pub fn of(&self, kind: Kind) -> &[Entry] {
        self.records.get(kind.key()).map(Vec::as_slice).unwrap_or_default()
    }

    /// One record.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&Entry> {
        self.of(kind).iter().find(|entry| entry.id == id)
    }
}

impl World {
    pub(super) fn ledger(&self, account: u64) -> Result<Ledger, Refused> {
        let account = self.account(account)?;
        let entry = |it: &Record, deleted: bool| {
            let starts = (it.kind == Kind::Appointments).then(|| {
                let zone = account.zone_of(it.id_in("locationID"));
                let text = format!("{} {}", it.text("appointmentDate"), it.text("appointmentStartTime"));
                super::record::read_stamp(&text, &zone)
            });
            Entry {
                id: it.id.to_string(),
                state: match deleted {
                    true => State::Deleted,
                    false if it.kind == Kind::Patients && !it.flag("active") => State::Inactive,
                    false => State::Live,
                },
                slot: match it.slot {
                    Slot::Visit => "visit",
                    Slot::Class => "class",
                    Slot::Block => "block",
                },
                created: Timestamp::from_second(it.created).unwrap_or_default(),
                modified: Timestamp::from_second(it.modified).unwrap_or_default(),
                starts: starts.flatten().and_then(|at| Timestamp::from_second(at).ok()),
                fields: it.fields.clone(),
            }
        };
        let mut records: BTreeMap<&'static str, Vec<Entry>> = BTreeMap::new();
        for (kind, all) in &account.records {
            records.insert(kind.key(), all.values().map(|it| entry(it, false)).collect());
        }
        for it in &account.deleted {
            records.entry(it.kind.key()).or_default().push(entry(it, true));
        }
        for all in records.values_mut() {
            all.sort_by_key(|entry| entry.id.parse::<u64>().unwrap_or(u64::MAX));
        }
        Ok(Ledger { account: account.id, records })
    }
}
