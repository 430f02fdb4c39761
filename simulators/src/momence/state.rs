//! A host and what it keeps: plain records with whole numbers for ids, which mean something within that host only.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::traffic::Feed;

/// Somebody who comes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Member {
    pub id: u64,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// As it was typed: nothing guarantees a form.
    pub phone_number: Option<String>,
    pub birthday: Option<String>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    pub tags: BTreeSet<u64>,
}

/// A class that many come to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Session {
    pub id: u64,
    pub name: String,
    pub kind: String,
    pub starts_at: Timestamp,
    pub minutes: u32,
    pub capacity: Option<u32>,
    pub teacher: u64,
    pub location: Option<u64>,
    pub cancelled: bool,
    pub draft: bool,
}

impl Session {
    pub(super) fn ends_at(&self) -> Timestamp {
        self.starts_at
            .checked_add(SignedDuration::from_mins(i64::from(self.minutes)))
            .unwrap_or(self.starts_at)
    }
}

/// A place in a class.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Booking {
    pub id: u64,
    pub session: u64,
    pub member: u64,
    pub created_at: Timestamp,
    pub checked_in: bool,
    pub cancelled_at: Option<Timestamp>,
}

/// An appointment of one person or several.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Reservation {
    pub id: u64,
    pub service: String,
    pub starts_at: Timestamp,
    pub minutes: u32,
    pub created_at: Timestamp,
    pub cancelled_at: Option<Timestamp>,
    pub is_paid: bool,
    /// In hundredths of the currency.
    pub price_cents: u32,
    pub teacher: u64,
    pub attendees: Vec<Attendee>,
}

impl Reservation {
    pub(super) fn ends_at(&self) -> Timestamp {
        self.starts_at
            .checked_add(SignedDuration::from_mins(i64::from(self.minutes)))
            .unwrap_or(self.starts_at)
    }
}

/// Somebody who comes to an appointment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Attendee {
    pub id: u64,
    pub member: u64,
    pub status: Attendance,
    pub booked_at: Timestamp,
    pub cancelled_at: Option<Timestamp>,
    pub checked_in_at: Option<Timestamp>,
}

/// What became of coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub enum Attendance {
    CheckedIn,
    Cancelled,
    #[default]
    Booked,
}

/// Something that was paid.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Sale {
    pub id: u64,
    pub at: Timestamp,
    pub member: u64,
    /// The session or the reservation.
    pub of: u64,
    pub is_session: bool,
    pub name: String,
    /// In hundredths of the currency.
    pub cents: u32,
}

/// Tokens that were given out, with their ends.
#[derive(Debug, Default)]
pub(super) struct Access {
    pub(super) access: BTreeMap<String, Timestamp>,
    pub(super) refresh: BTreeMap<String, Timestamp>,
    /// With the address to which each was to go.
    pub(super) codes: BTreeMap<String, String>,
}

/// One studio.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) client: (String, String),
    pub(super) staff: (String, String),
    pub(super) tokens: Access,
    pub(super) currency: &'static str,
    pub(super) members: BTreeMap<u64, Member>,
    pub(super) sessions: BTreeMap<u64, Session>,
    pub(super) bookings: BTreeMap<u64, Booking>,
    pub(super) reservations: BTreeMap<u64, Reservation>,
    pub(super) sales: BTreeMap<u64, Sale>,
    pub(super) tags: BTreeMap<u64, String>,
    pub(super) teachers: BTreeMap<u64, (String, String)>,
    pub(super) locations: BTreeMap<u64, String>,
    /// When each report is ready.
    pub(super) reports: BTreeMap<u64, Timestamp>,
    pub(super) next_id: u64,
    /// Requests of the last second.
    pub(super) recent: VecDeque<Timestamp>,
    pub(super) feed: Option<Feed>,
}

impl Host {
    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Counts a request; `false` when it is one too many within any second.
    pub(super) fn take(&mut self, most: usize, now: Timestamp) -> bool {
        let second = SignedDuration::from_secs(1);
        while self.recent.front().is_some_and(|at| now.duration_since(*at) >= second) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.recent.len() <= most
    }
}
