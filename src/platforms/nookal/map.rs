//! From Nookal's records to ours. What is kept raw is what is read here and nothing else.

pub(super) mod fields;
mod money;
mod people;
pub(super) mod visits;

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json, value::RawValue};

use super::{
    collections::Collection,
    places::{Place, Zones},
    plan::{APPOINTMENT_TYPES, CLINICAL_NOTES, CONTACTS, INVOICES, PAYMENTS, PRACTITIONERS},
    settings::Api,
    wire::{self, Fields, Unfit, clean, reference},
};
use crate::{
    domain::{
        change::{AppointmentType, Change, Kind, Location, Practitioner, Record},
        stream::{Page, Rejected},
    },
    platforms::kit::{json::keep, poll::Seen},
};

/// The list of invoices that do not count.
const VOID: &str = "void_invoices";

/// Where and when a record is, besides what it says.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) zones: &'a Zones,
    /// The organization's own region.
    pub(super) region: &'a str,
}

impl Around<'_> {
    fn zone(&self, location: Option<&str>) -> Option<&TimeZone> {
        self.zones.of(location)
    }

    fn region(&self, location: Option<&str>) -> &str {
        self.zones.region(location).unwrap_or(self.region)
    }
}

/// Maps the records of one answer into a page.
pub(super) struct Mapper<'a> {
    pub(super) page: &'a mut Page,
    pub(super) around: Around<'a>,
    /// Payments that were shown with their invoices.
    pub(super) payments: Vec<String>,
    /// Classes, and when they begin.
    pub(super) classes: BTreeMap<String, Timestamp>,
    /// Whether some record named a location that is not known.
    pub(super) strangers: bool,
}

impl<'a> Mapper<'a> {
    pub(super) fn new(page: &'a mut Page, around: Around<'a>) -> Self {
        Self { page, around, payments: Vec::new(), classes: BTreeMap::new(), strangers: false }
    }

    /// Maps the records of a list; answers what was seen, records that were rejected but could be named included. Slots
    /// that nobody comes to count as seen, under a name that no record has.
    pub(super) fn records(&mut self, of: &Collection, records: &[&RawValue]) -> Vec<Seen> {
        records.iter().filter_map(|record| self.record(of, record)).collect()
    }

    fn record(&mut self, of: &Collection, record: &RawValue) -> Option<Seen> {
        let value = self.kept(kind(of), record, of.keep)?;
        if of.stream == INVOICES && of.api() == Api::V2 {
            for payment in money::payments(&value, of.part == VOID) {
                self.payment(&payment);
            }
        }
        self.one(of, value)
    }

    /// Maps a record that was kept: a payment that was shown with its invoice stands by itself.
    pub(super) fn stored(&mut self, of: &Collection, value: Value) {
        match of.stream == INVOICES && value.get("payment_id").is_some() {
            true => self.payment(&value),
            false => drop(self.one(of, value)),
        }
    }

    fn one(&mut self, of: &Collection, value: Value) -> Option<Seen> {
        let kind = kind(of);
        let id = match Fields::of(&value).and_then(|fields| fields.id(of.id)) {
            Ok(id) => id,
            Err(unfit) => {
                self.reject(kind, None, unfit.to_string(), value);
                return None;
            }
        };
        let external_id = external_id(of, &id);
        match self.map(of, &value, of.part == VOID) {
            Ok(None) => return Some(Seen { id: format!("slot:{id}"), at: None }),
            Ok(Some(record)) => {
                let external_id = record.external_id().to_owned();
                self.change(record, &value);
                return Some(Seen { id: external_id, at: None });
            }
            Err(unfit) => self.reject(kind, Some(external_id.clone()), unfit.to_string(), value),
        }
        Some(Seen { id: external_id, at: None })
    }

    /// A record with the fields that are read; none when it is not JSON.
    fn kept(&mut self, kind: Kind, record: &RawValue, names: &[&str]) -> Option<Value> {
        let Some(mut value) = wire::record(record.get()) else {
            self.reject(kind, None, "the record is not JSON that can be read".into(), Value::Null);
            return None;
        };
        // Of the newer interface only what is read was asked for.
        if !names.is_empty() {
            keep(&mut value, names);
        }
        clean(&mut value);
        Some(value)
    }

    /// What a record says; nothing when it is a slot that nobody comes to.
    fn map(&mut self, of: &Collection, value: &Value, void: bool) -> Result<Option<Record>, Unfit> {
        let (fields, around) = (Fields::of(value)?, self.around);
        let location = reference(&fields, "locationID").ok().flatten();
        self.strangers |= location.is_some_and(|id| !around.zones.knows(&id));
        Ok(Some(match of.part {
            "practitioners" => Record::Practitioner(practitioner(&fields)?),
            "services" => Record::AppointmentType(appointment_type(&fields, false)?),
            "class_types" => Record::AppointmentType(appointment_type(&fields, true)?),
            "patients" | "deceased" => Record::Contact(people::patient(&fields, &around)?),
            "v3_clients" => Record::Contact(people::client(&fields, &around)?),
            "classes" => {
                let class = visits::class(&fields, &around)?;
                self.classes.extend(class.starts_at.map(|at| (class.external_id.clone(), at)));
                Record::Appointment(Box::new(class))
            }
            "appointments" | "v3_appointments" => {
                let visit = match of.part {
                    "appointments" => visits::visit(&fields, &around)?,
                    _ => visits::entry(&fields, &around)?,
                };
                match visit {
                    Some(visit) => Record::Appointment(Box::new(visit)),
                    None => return Ok(None),
                }
            }
            "invoices" | "void_invoices" => {
                Record::Invoice(Box::new(money::invoice(&fields, void, &around)?))
            }
            "v3_invoices" | "v3_void_invoices" => Record::Invoice(Box::new(money::bill(&fields, &around)?)),
            "v3_payments" => Record::Payment(money::receipt(&fields)?),
            // One that was deleted goes on being listed.
            _ if fields.text("status")?.as_deref() == Some("deleted") => {
                Record::Gone { kind: kind(of), external_id: fields.id(of.id)?, successor: None }
            }
            _ => Record::ClinicalNote(visits::note(&fields, &around)?),
        }))
    }

    fn payment(&mut self, payment: &Value) {
        let fields = Fields::of(payment);
        let id = fields.as_ref().ok().and_then(|fields| fields.id("payment_id").ok());
        self.payments.extend(id.clone());
        match fields.and_then(|fields| money::payment(&fields)) {
            Ok(mapped) => self.change(Record::Payment(mapped), payment),
            Err(unfit) => self.reject(Kind::Payment, id, unfit.to_string(), payment.clone()),
        }
    }

    /// The list of locations, by their ids.
    pub(super) fn locations(&mut self, api: Api, records: &[&RawValue]) -> BTreeMap<String, Place> {
        let mut places = BTreeMap::new();
        for record in records {
            let names = if api == Api::V2 { fields::LOCATION } else { &[] };
            let Some(value) = self.kept(Kind::Location, record, names) else { continue };
            let id = if api == Api::V2 { "ID" } else { "locationID" };
            let fields = Fields::of(&value);
            let id = fields.as_ref().ok().and_then(|fields| fields.id(id).ok());
            match fields.and_then(|fields| if api == Api::V2 { location(&fields) } else { place(&fields) }) {
                Ok(location) => {
                    places.insert(location.external_id.clone(), Place::of(&location));
                    self.change(Record::Location(location), &value);
                }
                Err(unfit) => {
                    // It is there, whatever it is like.
                    places.extend(id.clone().map(|id| (id, Place::default())));
                    self.reject(Kind::Location, id, unfit.to_string(), value);
                }
            }
        }
        places
    }

    /// Who attends a class: each person's place once, the one that stands before one that was called off, then the one that
    /// changed last. Answers the patients' ids; none when somebody could not be told.
    pub(super) fn participants(&mut self, class: &str, records: &[&RawValue]) -> Option<Vec<String>> {
        let mut places: BTreeMap<String, Value> = BTreeMap::new();
        let mut whole = true;
        for record in records {
            let Some(mut value) = self.kept(Kind::Appointment, record, fields::PARTICIPANT) else {
                whole = false;
                continue;
            };
            let patient = Fields::of(&value).and_then(|fields| fields.id("patientID"));
            if let Value::Object(fields) = &mut value {
                fields.insert("apptID".to_owned(), class.into());
            }
            match patient {
                Ok(patient) => {
                    let better = places.get(&patient).is_none_or(|known| rank(known) <= rank(&value));
                    if better {
                        places.insert(patient, value);
                    }
                }
                Err(unfit) => {
                    whole = false;
                    self.reject(Kind::Appointment, None, unfit.to_string(), value);
                }
            }
        }
        for (patient, value) in &places {
            let around = self.around;
            match Fields::of(value).and_then(|fields| visits::participant(&fields, class, &around)) {
                Ok(attendance) => self.change(Record::Appointment(Box::new(attendance)), value),
                Err(unfit) => {
                    let id = visits::of_participant(class, patient);
                    self.reject(Kind::Appointment, Some(id), unfit.to_string(), value.clone());
                }
            }
        }
        whole.then(|| places.into_keys().collect())
    }

    /// Without a version: Nookal's times have no zone and stand still at some changes, so what is seen later is newer.
    fn change(&mut self, record: Record, value: &Value) {
        let raw = self.page.raw.len();
        self.page.raw.push(value.to_string());
        self.page.changes.push(Change::new(record, None, raw));
    }

    pub(super) fn reject(&mut self, kind: Kind, external_id: Option<String>, reason: String, value: Value) {
        let raw = self.page.raw.len();
        self.page.raw.push(value.to_string());
        self.page.rejected.push(Rejected { kind, external_id, reason, raw });
    }
}

/// Of two places of one person in a class, the greater one holds.
fn rank(participant: &Value) -> (bool, String) {
    let fields = Fields::of(participant).ok();
    let cancelled =
        fields.as_ref().and_then(|fields| fields.flag("cancelled").ok().flatten()).unwrap_or(false);
    let changed = fields.and_then(|fields| fields.text("lastModified").ok().flatten());
    (!cancelled, changed.unwrap_or_default())
}

/// The kind of a list's records.
pub(super) fn kind(of: &Collection) -> Kind {
    match of.stream {
        PRACTITIONERS => Kind::Practitioner,
        APPOINTMENT_TYPES => Kind::AppointmentType,
        CONTACTS => Kind::Contact,
        INVOICES => Kind::Invoice,
        PAYMENTS => Kind::Payment,
        CLINICAL_NOTES => Kind::ClinicalNote,
        _ => Kind::Appointment,
    }
}

/// The id of a record here: classes and their types are numbered apart.
fn external_id(of: &Collection, id: &str) -> String {
    match of.part {
        "classes" | "class_types" => visits::of_class(id),
        _ => id.to_owned(),
    }
}

fn location(fields: &Fields<'_>) -> Result<Location, Unfit> {
    let parts = [("city", "City"), ("state", "State"), ("postcode", "Postcode"), ("country", "Country")];
    Ok(Location {
        external_id: fields.id("ID")?,
        name: fields.text("Name")?,
        timezone: zone(fields.text("Timezone")?),
        phone: fields.text("Telephone")?,
        email: fields.text("Email")?,
        address: address(fields, &["AddressLine1", "AddressLine2", "AddressLine3"], &parts)?,
        active: true,
        attributes: fields.only(&["Website", "lockNewPatientsToLocation"]),
        ..Location::default()
    })
}

/// A location of the newer interface.
fn place(fields: &Fields<'_>) -> Result<Location, Unfit> {
    let parts = [("city", "suburb"), ("state", "state"), ("postcode", "postcode"), ("country", "country")];
    Ok(Location {
        external_id: fields.id("locationID")?,
        name: fields.text("name")?,
        timezone: zone(fields.text("timezone")?),
        phone: fields.text("telephone")?,
        email: fields.text("email")?,
        address: address(fields, &["addr1", "addr2", "addr3"], &parts)?,
        active: true,
        attributes: json!({}),
        ..Location::default()
    })
}

fn zone(name: Option<String>) -> Option<String> {
    name.filter(|name| TimeZone::get(name).is_ok())
}

fn practitioner(fields: &Fields<'_>) -> Result<Practitioner, Unfit> {
    let (first_name, last_name) = (fields.text("FirstName")?, fields.text("LastName")?);
    let mut locations = fields.ids("locations")?;
    locations.sort();
    Ok(Practitioner {
        external_id: fields.id("ID")?,
        name: full_name(first_name.as_deref(), last_name.as_deref()),
        title: fields.text("Title")?,
        first_name,
        last_name,
        email: fields.text("Email")?,
        speciality: fields.text("Speciality")?,
        active: fields.flag("status")?.unwrap_or(true),
        locations,
        attributes: fields.only(&["ShowInDiary"]),
        ..Practitioner::default()
    })
}

fn appointment_type(fields: &Fields<'_>, group: bool) -> Result<AppointmentType, Unfit> {
    let id = fields.id("ID")?;
    // In which form length and price come is not documented: what is not understood stays beside.
    let (minutes, price) = (fields.number("Duration"), fields.decimal("Price"));
    let mut attributes = match fields.only(&["hasTax", "Locations"]) {
        Value::Object(told) => told,
        _ => Map::new(),
    };
    for (name, odd) in [("Duration", minutes.is_err()), ("Price", price.is_err())] {
        attributes.extend(fields.told(name).filter(|_| odd).map(|value| (name.to_owned(), value.clone())));
    }
    Ok(AppointmentType {
        external_id: if group { visits::of_class(&id) } else { id },
        name: fields.text("Name")?,
        description: fields.text("Description")?,
        duration_minutes: minutes.ok().flatten(),
        price: price.ok().flatten(),
        group,
        active: true,
        attributes: Value::Object(attributes),
        ..AppointmentType::default()
    })
}

/// `{"lines": […], "city", "state", "postcode", "country"}`, what is told of it.
fn address(fields: &Fields<'_>, lines: &[&str], parts: &[(&str, &str)]) -> Result<Value, Unfit> {
    let mut told = Map::new();
    let lines = lines.iter().map(|name| fields.text(name)).collect::<Result<Vec<_>, _>>()?;
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    if !lines.is_empty() {
        told.insert("lines".to_owned(), json!(lines));
    }
    for (ours, theirs) in parts {
        told.extend(fields.text(theirs)?.map(|text| ((*ours).to_owned(), Value::String(text))));
    }
    Ok(Value::Object(told))
}

fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let name = [first, last].into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty())
}
