//! From Momence's records to ours. What is kept raw is what is read here and nothing else: links and passwords of streams
//! never are.

mod people;
mod visits;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json, value::RawValue};

use super::wire::{self, Fields, Unfit, at, clean, each, keep};
use crate::{
    domain::{
        change::{AppointmentType, Change, Kind, Location, Practitioner, Record},
        stream::{Page, Rejected},
    },
    platforms::kit::poll::Seen,
};

const PERSON: &[&str] = &["id", "firstName", "lastName"];
const NAMED: &[&str] = &["id", "name"];

pub(super) use visits::{attendee_id, booking_id, reservation_id, session_id};

/// A class, an appointment or somebody who comes to one, as far as listings care.
#[derive(Debug, PartialEq)]
pub(super) struct Met {
    pub(super) id: u64,
    pub(super) starts_at: Timestamp,
}

/// Maps the records of one answer into a page.
pub(super) struct Mapper<'a> {
    pub(super) page: &'a mut Page,
    pub(super) region: &'a str,
    /// Teachers, places and services that this page has already; none: they stand in it by themselves.
    told: Option<BTreeSet<(Kind, String)>>,
    /// Classes of this page.
    pub(super) sessions: Vec<Met>,
    pub(super) reservations: Vec<Met>,
    pub(super) attendees: Vec<Met>,
}

impl<'a> Mapper<'a> {
    pub(super) fn new(page: &'a mut Page, region: &'a str) -> Self {
        let (sessions, reservations, attendees) = Default::default();
        Self { page, region, told: Some(BTreeSet::new()), sessions, reservations, attendees }
    }

    /// For records that were kept: whom and what they name was kept beside them.
    pub(super) fn alone(page: &'a mut Page, region: &'a str) -> Self {
        Self { told: None, ..Self::new(page, region) }
    }

    /// Members; the times are those of the last visit, or of the first one.
    pub(super) fn members(&mut self, records: &[&RawValue], by_last: bool) -> Vec<Seen> {
        let time = if by_last { "lastSeen" } else { "firstSeen" };
        let seen = records.iter().filter_map(|record| self.member(record.get(), time));
        seen.collect()
    }

    /// One member.
    pub(super) fn member(&mut self, text: &str, time: &str) -> Option<Seen> {
        let (value, id) = self.named(text, Kind::Contact, people::MEMBER, |value| {
            at(value, "customerFields", |all| each(all, |one| keep(one, &["id", "label", "type", "value"])));
            at(value, "customerTags", |all| each(all, |one| keep(one, NAMED)));
        })?;
        let seen = Fields::of(&value).ok().and_then(|fields| fields.time(time).ok().flatten());
        let mapped = Fields::of(&value).and_then(|fields| people::member(&fields, self.region));
        self.add(Kind::Contact, &id, &value, mapped.map(Record::Contact));
        Some(Seen { id, at: seen })
    }

    /// Classes.
    pub(super) fn sessions(&mut self, records: &[&RawValue]) -> Vec<Seen> {
        records.iter().filter_map(|record| self.session(record.get())).collect()
    }

    /// One class.
    pub(super) fn session(&mut self, text: &str) -> Option<Seen> {
        let (value, id) = self.named(text, Kind::Appointment, visits::SESSION, tidy_visit)?;
        let fields = Fields::of(&value).ok()?;
        self.around(&value);
        let number = id.parse().ok();
        let mapped = visits::session(&fields);
        let starts_at = mapped.as_ref().ok().and_then(|it| it.starts_at);
        let id = session_id(&id);
        self.add(Kind::Appointment, &id, &value, mapped.map(|it| Record::Appointment(Box::new(it))));
        if let (Some(id), Some(starts_at)) = (number, starts_at) {
            self.sessions.push(Met { id, starts_at });
        }
        Some(Seen { id, at: starts_at })
    }

    /// Appointments, with those who come.
    pub(super) fn reservations(&mut self, records: &[&RawValue]) -> Vec<Seen> {
        records.iter().filter_map(|record| self.reservation(record.get())).collect()
    }

    fn reservation(&mut self, text: &str) -> Option<Seen> {
        let (value, id) = self.named(text, Kind::Appointment, visits::RESERVATION, tidy_visit)?;
        let fields = Fields::of(&value).ok()?;
        self.around(&value);
        let number = id.parse().ok();
        let mapped = visits::reservation(&fields);
        let starts_at = mapped.as_ref().ok().and_then(|(it, _)| it.starts_at);
        let id = reservation_id(&id);
        let (visit, attendances) = match mapped {
            Ok((visit, attendances)) => (Ok(visit), attendances),
            Err(unfit) => (Err(unfit), Vec::new()),
        };
        self.add(Kind::Appointment, &id, &value, visit.map(|it| Record::Appointment(Box::new(it))));
        let raw = self.page.raw.len() - 1;
        for (attendee, attendance) in attendances {
            let record = Record::Appointment(Box::new(attendance));
            self.page.changes.push(Change::new(record, None, raw));
            if let (Ok(id), Some(starts_at)) = (attendee.parse(), starts_at) {
                self.attendees.push(Met { id, starts_at });
            }
        }
        if let (Some(id), Some(starts_at)) = (number, starts_at) {
            self.reservations.push(Met { id, starts_at });
        }
        Some(Seen { id, at: starts_at })
    }

    /// Bookings of a class; answers their ids, those included that could not be understood.
    pub(super) fn bookings(&mut self, session: &str, records: &[&RawValue]) -> Vec<String> {
        let ids = records.iter().filter_map(|record| {
            let (value, id) = self.named(record.get(), Kind::Appointment, visits::BOOKING, |value| {
                at(value, "member", |it| keep(it, PERSON))
            })?;
            let mapped = Fields::of(&value).and_then(|fields| visits::booking(&fields, session));
            self.add(
                Kind::Appointment,
                &booking_id(&id),
                &value,
                mapped.map(|it| Record::Appointment(Box::new(it))),
            );
            Some(id)
        });
        ids.collect()
    }

    /// Reads a record, tidies it, and finds its id.
    fn named(
        &mut self,
        text: &str,
        kind: Kind,
        names: &[&str],
        tidy: impl FnOnce(&mut Value),
    ) -> Option<(Value, String)> {
        let Some(mut value) = wire::record(text) else {
            self.reject(kind, None, "the record is not JSON that can be read".into(), &Value::Null);
            return None;
        };
        keep(&mut value, names);
        tidy(&mut value);
        clean(&mut value);
        match Fields::of(&value).and_then(|fields| fields.whole_id("id")) {
            Ok(id) => Some((value, id)),
            Err(unfit) => {
                self.reject(kind, None, unfit.to_string(), &value);
                None
            }
        }
    }

    /// Whom, where and what a class or an appointment names: that is all there is to know of them. Each once a page.
    fn around(&mut self, value: &Value) {
        for (name, kind) in AROUND {
            let Some(record) = beside(kind, &value[name]) else { continue };
            let named = (record.kind(), record.external_id().to_owned());
            if self.told.as_mut().is_some_and(|told| told.insert(named)) {
                self.put_beside(kind, record, &value[name]);
            }
        }
    }

    /// The same of a record that was kept; whether it is one of these.
    pub(super) fn beside_again(&mut self, kept: &Value) -> bool {
        let kinds = [Kind::Practitioner, Kind::Location, Kind::AppointmentType];
        let found = kinds.into_iter().find_map(|kind| Some((kind, kept.get(kind.as_str())?)));
        let Some((kind, value)) = found else { return false };
        let record = beside(kind, value);
        record.map(|record| self.put_beside(kind, record, value)).is_some()
    }

    fn put_beside(&mut self, kind: Kind, record: Record, value: &Value) {
        let raw = self.page.raw.len();
        self.page.raw.push(json!({ kind.as_str(): value }).to_string());
        self.page.changes.push(Change::new(record, None, raw));
    }

    fn add(&mut self, kind: Kind, id: &str, value: &Value, mapped: Result<Record, Unfit>) {
        match mapped {
            Ok(record) => {
                let raw = self.page.raw.len();
                self.page.raw.push(value.to_string());
                self.page.changes.push(Change::new(record, None, raw));
            }
            Err(unfit) => self.reject(kind, Some(id.to_owned()), unfit.to_string(), value),
        }
    }

    fn reject(&mut self, kind: Kind, external_id: Option<String>, reason: String, value: &Value) {
        let raw = self.page.raw.len();
        self.page.raw.push(value.to_string());
        self.page.rejected.push(Rejected { kind, external_id, reason, raw });
    }
}

/// Where a visit names somebody or something, and what that is.
const AROUND: [(&str, Kind); 4] = [
    ("teacher", Kind::Practitioner),
    ("additionalTeacher", Kind::Practitioner),
    ("inPersonLocation", Kind::Location),
    ("service", Kind::AppointmentType),
];

/// A teacher, a place or a service.
fn beside(kind: Kind, value: &Value) -> Option<Record> {
    let fields = Fields::of(value).ok()?;
    let external_id = fields.whole_id("id").ok()?;
    let text = |name: &str| fields.text(name).ok().flatten();
    let attributes = json!({});
    Some(match kind {
        Kind::Practitioner => {
            let (first_name, last_name) = (text("firstName"), text("lastName"));
            Record::Practitioner(Practitioner {
                external_id,
                name: people::full_name(first_name.as_deref(), last_name.as_deref()),
                first_name,
                last_name,
                active: true,
                attributes,
                ..Practitioner::default()
            })
        }
        Kind::Location => Record::Location(Location {
            external_id,
            name: text("name"),
            address: json!({}),
            active: true,
            attributes,
            ..Location::default()
        }),
        _ => Record::AppointmentType(AppointmentType {
            external_id,
            name: text("name"),
            active: true,
            attributes,
            ..AppointmentType::default()
        }),
    })
}

/// Leaves of those whom a visit names what is read.
fn tidy_visit(value: &mut Value) {
    for name in ["teacher", "additionalTeacher"] {
        at(value, name, |it| keep(it, PERSON));
    }
    for name in ["inPersonLocation", "service", "serviceVariant", "board"] {
        at(value, name, |it| keep(it, NAMED));
    }
    at(value, "tags", |all| each(all, |one| keep(one, NAMED)));
    at(value, "appointmentAttendees", |all| each(all, |one| keep(one, visits::ATTENDEE)));
}
