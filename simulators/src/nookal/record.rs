//! What an account consists of, and how its time is written: without a zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A kind of record; its name is the key under which the older interface lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Kind {
    Locations,
    Practitioners,
    /// Types of appointments.
    Services,
    /// Types of classes.
    Classes,
    Patients,
    /// Visits, classes and blocks in one list.
    Appointments,
    Participants,
    Invoices,
    Cases,
    Notes,
    WaitingList,
}

impl Kind {
    /// The name of its list.
    pub fn key(self) -> &'static str {
        match self {
            Self::Locations => "locations",
            Self::Practitioners => "practitioners",
            Self::Services => "services",
            Self::Classes => "classes",
            Self::Patients => "patients",
            Self::Appointments => "appointments",
            Self::Participants => "participants",
            Self::Invoices => "invoices",
            Self::Cases => "cases",
            Self::Notes => "notes",
            Self::WaitingList => "waitingList",
        }
    }
}

/// What an entry of the diary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Visit,
    Class,
    /// Nobody comes: an event or a note.
    Block,
}

/// One record. `fields` are those of the older interface without id and times; numbers are text.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) id: u64,
    pub(super) kind: Kind,
    pub(super) slot: Slot,
    /// Seconds since the epoch.
    pub(super) created: i64,
    pub(super) modified: i64,
    pub(super) fields: Map<String, Value>,
}

impl Record {
    pub(super) fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// A flag, which is text.
    pub(super) fn flag(&self, field: &str) -> bool {
        self.text(field) == "1"
    }

    /// The id under this name.
    pub(super) fn id_in(&self, field: &str) -> Option<u64> {
        self.text(field).parse().ok()
    }

    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), value.into());
    }
}

/// A moment as the older interface writes it.
pub(super) fn stamp(at: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_second(at).unwrap_or_default();
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment that somebody wrote so.
pub(super) fn read_stamp(text: &str, zone: &TimeZone) -> Option<i64> {
    let at = DateTime::strptime("%Y-%m-%d %H:%M:%S", text).ok()?;
    Some(at.to_zoned(zone.clone()).ok()?.timestamp().as_second())
}

/// Day and time of day in a zone.
pub(super) fn civil(at: i64, zone: &TimeZone) -> (String, String) {
    let text = stamp(at, zone);
    let (day, time) = text.split_at_checked(10).unwrap_or(("", ""));
    (day.to_owned(), time.trim_start().to_owned())
}

/// A moment as a browser would print it.
pub(super) fn javascript(at: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_second(at).unwrap_or_default().to_zoned(zone.clone());
    format!("{} ({})", at.strftime("%a %b %d %Y %H:%M:%S GMT%z"), "Local Standard Time")
}
