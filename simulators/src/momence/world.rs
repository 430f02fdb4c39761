//! Hosts, and what happens to what they keep.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Display;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{Access, Attendance, Attendee, Booking, Host, Member, Reservation, Sale, Session};
use super::{Seat, Settings};
use crate::house::{ALPHANUMERIC, Desk, Refused};

#[derive(Debug)]
pub(crate) struct World {
    pub(super) settings: Settings,
    /// Nothing is ever told to anybody.
    pub(super) desk: Desk<()>,
    pub(super) hosts: BTreeMap<u64, Host>,
}

/// Somebody to be made.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewMember {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone_number: Option<String>,
    pub birthday: Option<String>,
}

/// A class to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewSession {
    pub name: String,
    pub starts_at: Timestamp,
    #[serde(default = "an_hour")]
    pub minutes: u32,
    /// `fitness`, `private`, `course` …
    #[serde(default = "fitness")]
    pub kind: String,
    #[serde(default)]
    pub capacity: Option<u32>,
}

/// An appointment to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewReservation {
    pub service: String,
    pub starts_at: Timestamp,
    #[serde(default = "an_hour")]
    pub minutes: u32,
    pub members: Vec<u64>,
    #[serde(default)]
    pub price_cents: u32,
}

fn an_hour() -> u32 {
    60
}

fn fitness() -> String {
    "fitness".to_owned()
}

/// The truth of one host, by id. What was deleted is not there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub host: u64,
    pub name: String,
    pub tags: BTreeMap<u64, String>,
    pub members: Vec<Member>,
    pub sessions: Vec<Session>,
    pub bookings: Vec<Booking>,
    pub reservations: Vec<Reservation>,
    pub sales: Vec<Sale>,
}

pub(super) fn missing(what: &'static str, id: impl Display) -> Refused {
    Refused::Missing(what, id.to_string())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        Self { desk: Desk::new(settings.seed, settings.log_size), settings, hosts: BTreeMap::new() }
    }

    pub(super) fn host_mut(&mut self, host: u64) -> Result<&mut Host, Refused> {
        self.hosts.get_mut(&host).ok_or_else(|| missing("host", host))
    }

    pub(super) fn add_host(&mut self, name: &str) -> Seat {
        let id = 101 + self.hosts.len() as u64;
        let seat = Seat {
            host: id,
            client_id: self.desk.text(ALPHANUMERIC, 20),
            client_secret: self.desk.text(ALPHANUMERIC, 40),
            username: format!("sync.{id}@example.test"),
            password: self.desk.text(ALPHANUMERIC, 16),
        };
        let mut host = Host {
            id,
            name: name.to_owned(),
            client: (seat.client_id.clone(), seat.client_secret.clone()),
            staff: (seat.username.clone(), seat.password.clone()),
            tokens: Access::default(),
            currency: "AUD",
            members: BTreeMap::new(),
            sessions: BTreeMap::new(),
            bookings: BTreeMap::new(),
            reservations: BTreeMap::new(),
            sales: BTreeMap::new(),
            tags: BTreeMap::new(),
            teachers: BTreeMap::new(),
            locations: BTreeMap::new(),
            reports: BTreeMap::new(),
            // Each host counts for itself, so the same number means another thing elsewhere.
            next_id: 0,
            recent: VecDeque::new(),
            feed: None,
        };
        for (first, last) in [("Maren", "Quill"), ("Otis", "Thistle")] {
            let id = host.id();
            host.teachers.insert(id, (first.to_owned(), last.to_owned()));
        }
        let id = host.id();
        host.locations.insert(id, "Front room".to_owned());
        self.hosts.insert(host.id, host);
        seat
    }

    pub(super) fn add_member(&mut self, host: u64, new: NewMember, at: Timestamp) -> Result<u64, Refused> {
        let host = self.host_mut(host)?;
        if new.email.is_empty() || host.members.values().any(|it| it.email.eq_ignore_ascii_case(&new.email)) {
            return Err(Refused::Invalid("email"));
        }
        let id = host.id();
        let member = Member {
            id,
            first_name: new.first_name,
            last_name: new.last_name,
            email: new.email,
            phone_number: new.phone_number,
            birthday: new.birthday,
            first_seen: at,
            last_seen: at,
            tags: BTreeSet::new(),
        };
        host.members.insert(id, member);
        Ok(id)
    }

    pub(super) fn member_mut(&mut self, host: u64, id: u64) -> Result<&mut Member, Refused> {
        self.host_mut(host)?.members.get_mut(&id).ok_or_else(|| missing("member", id))
    }

    /// Nothing tells of it. Bookings stay, without the person.
    pub(super) fn delete_member(&mut self, host: u64, id: u64) -> Result<(), Refused> {
        self.host_mut(host)?.members.remove(&id).map(|_| ()).ok_or_else(|| missing("member", id))
    }

    pub(super) fn add_tag(&mut self, host: u64, name: &str) -> Result<u64, Refused> {
        let host = self.host_mut(host)?;
        let id = host.id();
        host.tags.insert(id, name.to_owned());
        Ok(id)
    }

    pub(super) fn tag(&mut self, host: u64, member: u64, tag: u64, on: bool) -> Result<(), Refused> {
        if !self.host_mut(host)?.tags.contains_key(&tag) {
            return Err(missing("tag", tag));
        }
        let tags = &mut self.member_mut(host, member)?.tags;
        if on {
            tags.insert(tag)
        } else {
            tags.remove(&tag)
        };
        Ok(())
    }

    pub(super) fn add_session(&mut self, host: u64, new: NewSession) -> Result<u64, Refused> {
        let host = self.host_mut(host)?;
        let id = host.id();
        let session = Session {
            id,
            name: new.name,
            kind: new.kind,
            starts_at: new.starts_at,
            minutes: new.minutes,
            capacity: new.capacity,
            teacher: host.teachers.keys().next().copied().unwrap_or_default(),
            location: host.locations.keys().next().copied(),
            cancelled: false,
            draft: false,
        };
        host.sessions.insert(id, session);
        Ok(id)
    }

    pub(super) fn session_mut(&mut self, host: u64, id: u64) -> Result<&mut Session, Refused> {
        self.host_mut(host)?.sessions.get_mut(&id).ok_or_else(|| missing("session", id))
    }

    /// Its bookings go with it.
    pub(super) fn delete_session(&mut self, host: u64, id: u64) -> Result<(), Refused> {
        let host = self.host_mut(host)?;
        host.sessions.remove(&id).ok_or_else(|| missing("session", id))?;
        host.bookings.retain(|_, it| it.session != id);
        Ok(())
    }

    pub(super) fn book(
        &mut self,
        host: u64,
        session: u64,
        member: u64,
        at: Timestamp,
    ) -> Result<u64, Refused> {
        let name = self.session_mut(host, session)?.name.clone();
        self.member_mut(host, member)?.last_seen = at;
        let host = self.host_mut(host)?;
        let id = host.id();
        let booking = Booking { id, session, member, created_at: at, checked_in: false, cancelled_at: None };
        host.bookings.insert(id, booking);
        let sale = host.id();
        host.sales
            .insert(sale, Sale { id: sale, at, member, of: session, is_session: true, name, cents: 2500 });
        Ok(id)
    }

    pub(super) fn cancel_booking(&mut self, host: u64, id: u64, at: Timestamp) -> Result<(), Refused> {
        let booking = self.host_mut(host)?.bookings.get_mut(&id).ok_or_else(|| missing("booking", id))?;
        booking.cancelled_at = Some(at);
        Ok(())
    }

    pub(super) fn check_in_booking(&mut self, host: u64, id: u64, at: Timestamp) -> Result<(), Refused> {
        let booking = self.host_mut(host)?.bookings.get_mut(&id).ok_or_else(|| missing("booking", id))?;
        booking.checked_in = true;
        let member = booking.member;
        self.member_mut(host, member)?.last_seen = at;
        Ok(())
    }

    pub(super) fn reserve(&mut self, host: u64, new: NewReservation, at: Timestamp) -> Result<u64, Refused> {
        for member in &new.members {
            self.member_mut(host, *member)?.last_seen = at;
        }
        let host = self.host_mut(host)?;
        let id = host.id();
        let attendees = new.members.into_iter().map(|member| Attendee {
            id: host.id(),
            member,
            status: Attendance::Booked,
            booked_at: at,
            cancelled_at: None,
            checked_in_at: None,
        });
        let attendees: Vec<Attendee> = attendees.collect();
        let reservation = Reservation {
            id,
            service: new.service,
            starts_at: new.starts_at,
            minutes: new.minutes,
            created_at: at,
            cancelled_at: None,
            is_paid: false,
            price_cents: new.price_cents,
            teacher: host.teachers.keys().next().copied().unwrap_or_default(),
            attendees,
        };
        host.reservations.insert(id, reservation);
        Ok(id)
    }

    pub(super) fn reservation_mut(&mut self, host: u64, id: u64) -> Result<&mut Reservation, Refused> {
        self.host_mut(host)?.reservations.get_mut(&id).ok_or_else(|| missing("reservation", id))
    }

    pub(super) fn cancel_reservation(&mut self, host: u64, id: u64, at: Timestamp) -> Result<(), Refused> {
        let it = self.reservation_mut(host, id)?;
        it.cancelled_at = Some(at);
        for one in &mut it.attendees {
            (one.status, one.cancelled_at) = (Attendance::Cancelled, Some(at));
        }
        Ok(())
    }

    /// What becomes of one attendee's coming.
    pub(super) fn attend(
        &mut self,
        host: u64,
        id: u64,
        member: u64,
        status: Attendance,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let it = self.reservation_mut(host, id)?;
        let one = it.attendees.iter_mut().find(|one| one.member == member);
        let one = one.ok_or_else(|| missing("attendee", member))?;
        one.status = status;
        one.cancelled_at = (status == Attendance::Cancelled).then_some(at);
        one.checked_in_at = (status == Attendance::CheckedIn).then_some(at);
        Ok(())
    }

    pub(super) fn pay(&mut self, host: u64, id: u64, at: Timestamp) -> Result<(), Refused> {
        let it = self.reservation_mut(host, id)?;
        it.is_paid = true;
        let (name, cents) = (it.service.clone(), it.price_cents);
        let member = it.attendees.first().map(|one| one.member).unwrap_or_default();
        let host = self.host_mut(host)?;
        let sale = host.id();
        host.sales.insert(sale, Sale { id: sale, at, member, of: id, is_session: false, name, cents });
        Ok(())
    }

    pub(super) fn ledger(&self, host: u64) -> Result<Ledger, Refused> {
        let host = self.hosts.get(&host).ok_or_else(|| missing("host", host))?;
        Ok(Ledger {
            host: host.id,
            name: host.name.clone(),
            tags: host.tags.clone(),
            members: host.members.values().cloned().collect(),
            sessions: host.sessions.values().cloned().collect(),
            bookings: host.bookings.values().cloned().collect(),
            reservations: host.reservations.values().cloned().collect(),
            sales: host.sales.values().cloned().collect(),
        })
    }
}
