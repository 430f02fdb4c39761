//! What people do to records, each deed once, for control, traffic and the writes of clients.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::command::Target;
use super::make;
use super::record::{Kind, Record, Second, written};
use super::world::{World, missing};
use crate::house::Refused;
use crate::mix;

/// What a record is made of or changed to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Edit {
    /// Fields in the platform's words: `{"starts_at": "2026-06-05T01:00:00Z"}`.
    pub fields: Map<String, Value>,
    /// Relations by name, with the id: `{"patient": "1204…"}`. An empty id ends the relation.
    pub relations: BTreeMap<String, String>,
    /// The time that the change bears, instead of now: a late commit.
    pub as_of: Option<Timestamp>,
    /// Changes without moving `updated_at`.
    pub silent: bool,
}

fn relation(name: &str) -> Option<Kind> {
    Some(match name {
        "patient" | "merged_with_patient" => Kind::Patients,
        "practitioner" => Kind::Practitioners,
        "business" => Kind::Businesses,
        "appointment_type" => Kind::AppointmentTypes,
        "booking" => Kind::Bookings,
        "appointment" => Kind::IndividualAppointments,
        "repeated_from" => Kind::Bookings,
        "attendee" => Kind::Attendees,
        "invoice" | "original_invoice" => Kind::Invoices,
        "user" => Kind::Users,
        _ => return None,
    })
}

/// Changes fields; the name that answers call a patient by follows.
fn overwrite(record: &mut Record, fields: Map<String, Value>) {
    let follows = record.kind == Kind::Patients
        && !fields.contains_key("label")
        && (fields.contains_key("first_name") || fields.contains_key("last_name"));
    record.fields.extend(fields);
    if follows {
        let part = |name: &str| record.fields.get(name).and_then(Value::as_str).unwrap_or_default();
        let label = format!("{} {}", part("first_name"), part("last_name"));
        record.fields.insert("label".to_owned(), json!(label.trim()));
    }
}

pub(super) fn parse(of: Kind, id: &str) -> Result<u64, Refused> {
    id.parse().map_err(|_| missing(of, id))
}

impl World {
    /// Changes one record; its time moves to `as_of`, or to now.
    pub(super) fn change<T>(
        &mut self,
        target: &Target,
        at: Second,
        with: impl FnOnce(&mut Record) -> T,
    ) -> Result<T, Refused> {
        let id = parse(target.of, &target.id)?;
        let record = self.account_mut(target.account)?.get_mut(target.of, id);
        let record = record.ok_or_else(|| missing(target.of, id))?;
        record.updated = at;
        Ok(with(record))
    }

    pub(super) fn add(
        &mut self,
        account: u64,
        of: Kind,
        edit: Edit,
        now: Timestamp,
    ) -> Result<String, Refused> {
        let at = edit.as_of.unwrap_or(now).as_second();
        let home = self.account_mut(account)?;
        let first = |kind| {
            let all = home.all(kind);
            all.filter(|it| !it.gone() && it.fields.get("active") != Some(&json!(false)))
                .map(|it| it.id)
                .next()
        };
        let needed: &[(&str, Kind)] = match of {
            Kind::IndividualAppointments => &[
                ("patient", Kind::Patients),
                ("practitioner", Kind::Practitioners),
                ("business", Kind::Businesses),
                ("appointment_type", Kind::AppointmentTypes),
            ],
            Kind::GroupAppointments => &[
                ("practitioner", Kind::Practitioners),
                ("business", Kind::Businesses),
                ("appointment_type", Kind::AppointmentTypes),
            ],
            Kind::Attendees => &[("booking", Kind::GroupAppointments), ("patient", Kind::Patients)],
            Kind::Invoices => &[
                ("patient", Kind::Patients),
                ("practitioner", Kind::Practitioners),
                ("business", Kind::Businesses),
            ],
            Kind::InvoiceItems => &[("invoice", Kind::Invoices)],
            Kind::Communications => &[("patient", Kind::Patients)],
            Kind::TreatmentNotes => &[("patient", Kind::Patients), ("practitioner", Kind::Practitioners)],
            Kind::UnavailableBlocks => {
                &[("practitioner", Kind::Practitioners), ("business", Kind::Businesses)]
            }
            Kind::Bookings => return Err(Refused::Invalid("of")),
            _ => &[],
        };
        let mut links = Vec::new();
        for (name, kind) in needed.iter().filter(|(name, _)| !edit.relations.contains_key(*name)) {
            links.push((*name, *kind, first(*kind).ok_or_else(|| missing(*kind, "at all"))?));
        }
        for (name, id) in &edit.relations {
            let kind = relation(name).ok_or(Refused::Invalid("relation"))?;
            let id = parse(kind, id)?;
            let known = home.get(kind, id).ok_or_else(|| missing(kind, id))?;
            links.push((name.as_str(), known.kind, id));
        }
        let patient = links.iter().find(|(name, ..)| *name == "patient").map(|(_, _, id)| *id);
        let name = home.label(patient);
        let fields = home.usual(of, &name, at);
        let id = home.put(of, at, at, fields, links);
        if let Some(record) = home.get_mut(of, id) {
            overwrite(record, edit.fields);
        }
        if of == Kind::IndividualAppointments {
            home.attend(id, at);
        }
        Ok(id.to_string())
    }

    pub(super) fn edit(&mut self, target: &Target, edit: Edit, now: Timestamp) -> Result<(), Refused> {
        let account = self.account(target.account)?;
        let mut links = Vec::new();
        for (name, id) in &edit.relations {
            let kind = relation(name).ok_or(Refused::Invalid("relation"))?;
            let to = if id.is_empty() {
                None
            } else {
                let id = parse(kind, id)?;
                let known = account.get(kind, id).ok_or_else(|| missing(kind, id))?;
                Some((known.kind, id))
            };
            links.push((name.clone(), to));
        }
        let known = account.get(target.of, parse(target.of, &target.id)?);
        let before = known.ok_or_else(|| missing(target.of, &target.id))?.updated;
        let at = if edit.silent { before } else { edit.as_of.unwrap_or(now).as_second() };
        self.change(target, at, |record| {
            overwrite(record, edit.fields);
            for (name, to) in links {
                match to {
                    Some(to) => record.links.insert(name, to),
                    None => record.links.remove(&name),
                };
            }
        })
    }

    pub(super) fn erase(&mut self, target: &Target) -> Result<(), Refused> {
        let id = parse(target.of, &target.id)?;
        let account = self.account_mut(target.account)?;
        let kind = account.get(target.of, id).ok_or_else(|| missing(target.of, id))?.kind;
        let removed = account.records.get_mut(&kind).and_then(|all| all.remove(&id));
        account.erased.extend(removed);
        Ok(())
    }

    /// Calls an individual appointment or one attendee off.
    pub(super) fn cancel(&mut self, target: &Target, reason: i64, at: Second) -> Result<(), Refused> {
        if !matches!(target.of, Kind::IndividualAppointments | Kind::Attendees) {
            return Err(Refused::Invalid("of"));
        }
        let blank = mix(17, at.unsigned_abs()).is_multiple_of(2);
        self.change(target, at, |record| {
            record.cancelled = Some(at);
            record.fields.insert("cancellation_reason".to_owned(), json!(reason));
            let words = reason_text(reason);
            record.fields.insert("cancellation_reason_description".to_owned(), json!(words));
            record.fields.insert("cancellation_note".to_owned(), if blank { Value::Null } else { json!("") });
        })?;
        let id = parse(target.of, &target.id)?;
        if target.of == Kind::IndividualAppointments
            && (self.settings.cancels_attendee || mix(19, id).is_multiple_of(2))
        {
            self.each_attendee(target.account, id, at, |record| record.cancelled = Some(at))?;
        }
        self.touch_appointment(target, at)
    }

    /// Takes a cancellation back.
    pub(super) fn reinstate(&mut self, target: &Target, at: Second) -> Result<(), Refused> {
        let back = |record: &mut Record| {
            record.cancelled = None;
            record.fields.insert("cancellation_reason".to_owned(), Value::Null);
            record.fields.insert("cancellation_reason_description".to_owned(), json!(""));
        };
        self.change(target, at, back)?;
        if target.of == Kind::IndividualAppointments {
            let id = parse(target.of, &target.id)?;
            self.each_attendee(target.account, id, at, |record| record.cancelled = None)?;
        }
        self.touch_appointment(target, at)
    }

    /// Marks who came: of an appointment two fields, of an attendee one. `None` is not marked.
    pub(super) fn arrive(&mut self, target: &Target, came: Option<bool>, at: Second) -> Result<(), Refused> {
        let attendee = target.of == Kind::Attendees;
        self.change(target, at, |record| {
            if attendee {
                record.fields.insert("arrived".to_owned(), json!(came));
            } else {
                record.fields.insert("patient_arrived".to_owned(), json!(came == Some(true)));
                record.fields.insert("did_not_arrive".to_owned(), json!(came == Some(false)));
            }
        })?;
        if target.of == Kind::IndividualAppointments {
            let id = parse(target.of, &target.id)?;
            let mark = |record: &mut Record| {
                record.fields.insert("arrived".to_owned(), json!(came));
            };
            self.each_attendee(target.account, id, at, mark)?;
        }
        self.touch_appointment(target, at)
    }

    fn each_attendee(
        &mut self,
        account: u64,
        booking: u64,
        at: Second,
        with: impl Fn(&mut Record),
    ) -> Result<(), Refused> {
        let account = self.account_mut(account)?;
        for id in account.attending.get(&booking).cloned().unwrap_or_default() {
            if let Some(record) = account.get_mut(Kind::Attendees, id) {
                record.updated = at;
                with(record);
            }
        }
        Ok(())
    }

    fn touch_appointment(&mut self, target: &Target, at: Second) -> Result<(), Refused> {
        if target.of != Kind::Attendees || !self.settings.attendee_touches_appointment {
            return Ok(());
        }
        let id = parse(target.of, &target.id)?;
        let account = self.account_mut(target.account)?;
        let booking = account.get(Kind::Attendees, id).and_then(|it| it.link("booking"));
        if let Some(record) = booking.and_then(|id| account.get_mut(Kind::Bookings, id)) {
            record.updated = at;
        }
        Ok(())
    }

    /// One patient becomes part of another: archived, with a link. What belonged to it moves; the times of that
    /// do not.
    pub(super) fn merge(
        &mut self,
        account: u64,
        patient: &str,
        into: &str,
        at: Second,
    ) -> Result<(), Refused> {
        let (gone, kept) = (parse(Kind::Patients, patient)?, parse(Kind::Patients, into)?);
        let home = self.account_mut(account)?;
        home.get(Kind::Patients, kept)
            .filter(|it| !it.gone() && gone != kept)
            .ok_or_else(|| missing(Kind::Patients, kept))?;
        let merged = home.get_mut(Kind::Patients, gone).ok_or_else(|| missing(Kind::Patients, gone))?;
        merged.updated = at;
        merged.archived = Some(at);
        merged.fields.insert("merged_at".to_owned(), json!(written(at)));
        merged.links.insert("merged_with_patient".to_owned(), (Kind::Patients, kept));
        for record in home.records.values_mut().flat_map(BTreeMap::values_mut) {
            if let Some((_, id)) = record.links.get_mut("patient").filter(|(_, id)| *id == gone) {
                *id = kept;
            }
        }
        Ok(())
    }

    /// Gives many records one and the same time; returns how many.
    pub(super) fn touch(
        &mut self,
        account: u64,
        of: Kind,
        count: usize,
        at: Second,
    ) -> Result<usize, Refused> {
        let home = self.account_mut(account)?;
        let mut ids: Vec<u64> = home.all(of).map(|it| it.id).collect();
        ids.sort_by_key(|id| mix(23, *id));
        ids.truncate(count);
        for id in &ids {
            if let Some(record) = home.get_mut(of, *id) {
                record.updated = at;
            }
        }
        Ok(ids.len())
    }
}

fn reason_text(reason: i64) -> &'static str {
    match reason {
        10 => "Feeling better",
        20 => "Condition worse",
        30 => "Sick",
        31 => "COVID-19 related",
        40 => "Away",
        60 => "Work",
        _ => "Other",
    }
}

impl super::world::Account {
    /// The name by which answers call a patient.
    pub(super) fn label(&self, patient: Option<u64>) -> String {
        let record = patient.and_then(|id| self.get(Kind::Patients, id));
        let label = record.and_then(|it| it.fields.get("label")).and_then(Value::as_str);
        label.unwrap_or_default().to_owned()
    }

    /// An individual appointment has one attendee with the same facts.
    pub(super) fn attend(&mut self, appointment: u64, at: Second) -> u64 {
        let patient = self.get(Kind::Bookings, appointment).and_then(|it| it.link("patient"));
        let mut links = vec![("booking", Kind::Bookings, appointment)];
        links.extend(patient.map(|id| ("patient", Kind::Patients, id)));
        self.put(Kind::Attendees, at, at, make::attendee(), links)
    }
}
