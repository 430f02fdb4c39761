//! From Cliniko's records to ours. What is kept raw is what is read here and nothing else: links that open a patient's
//! page for whoever holds them never are.

mod people;
mod visits;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json, value::RawValue};

use super::{
    groups::Groups,
    plan::Collection,
    wire::{self, Fields, Unfit, clean, relation},
};
use crate::{
    domain::{
        change::{AppointmentType, Change, Kind, Location, Practitioner, Record},
        stream::{Page, Rejected},
    },
    platforms::kit::{
        json::keep,
        poll::{By, Seen},
    },
};

const PRACTITIONER: &[&str] = &[
    "id",
    "first_name",
    "last_name",
    "title",
    "designation",
    "display_name",
    "label",
    "description",
    "active",
    "show_in_online_bookings",
    "created_at",
    "updated_at",
];
const BUSINESS: &[&str] = &[
    "id",
    "business_name",
    "display_name",
    "label",
    "address_1",
    "address_2",
    "city",
    "state",
    "post_code",
    "country",
    "country_code",
    "time_zone_identifier",
    "email_reply_to",
    "contact_information",
    "website_address",
    "show_in_online_bookings",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
];
const TYPE: &[&str] = &[
    "id",
    "name",
    "category",
    "description",
    "color",
    "duration_in_minutes",
    "max_attendees",
    "telehealth_enabled",
    "show_in_online_bookings",
    "deposit_price",
    "online_payments_mode",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
];

/// Maps the records of one answer into a page.
pub(super) struct Mapper<'a> {
    pub(super) page: &'a mut Page,
    pub(super) region: &'a str,
    /// Which bookings are groups; those shown are added.
    pub(super) groups: &'a mut Groups,
    /// Groups that were not known before.
    pub(super) new_groups: Vec<String>,
}

impl Mapper<'_> {
    /// Maps the records of a collection; answers what was seen, records that were rejected but could be named included.
    pub(super) fn records(&mut self, of: &Collection, by: By, records: &[&RawValue]) -> Vec<Seen> {
        records.iter().filter_map(|record| self.record(of, by, record)).collect()
    }

    fn record(&mut self, of: &Collection, by: By, record: &RawValue) -> Option<Seen> {
        let kind = kind(of);
        let Some(mut value) = wire::record(record.get()) else {
            self.reject(kind, None, "the record is not JSON that can be read".into(), Value::Null);
            return None;
        };
        keep(&mut value, fields_of(of));
        clean(&mut value);
        let named = Fields::of(&value).and_then(|fields| fields.id("id")).map(|id| external_id(of, &id));
        let id = match named {
            Ok(id) => id,
            Err(unfit) => {
                self.reject(kind, None, unfit.to_string(), value);
                return None;
            }
        };
        let at = walked(&value, by);
        match self.map(of, &value, &id) {
            Ok(None) => {}
            Ok(Some(record)) => {
                let version = walked(&value, By::Changed).map(Timestamp::as_microsecond);
                let raw = self.page.raw.len();
                self.page.raw.push(value.to_string());
                self.page.changes.push(Change::new(record, version, raw));
            }
            Err(unfit) => self.reject(kind, Some(id.clone()), unfit.to_string(), value),
        }
        Some(Seen { id, at })
    }

    /// What a record says; nothing when others say it already.
    fn map(&mut self, of: &Collection, value: &Value, id: &str) -> Result<Option<Record>, Unfit> {
        let fields = Fields::of(value)?;
        if of.part == "group_appointments" && self.groups.add(&fields.id("id")?) {
            self.new_groups.push(id.to_owned());
        }
        if fields.time("archived_at")?.is_some() || fields.time("deleted_at")?.is_some() {
            let successor = match of.part {
                "patients" => relation(&fields, "merged_with_patient", &["patients"])?,
                "attendees" if !self.is_of_group(&fields)? => return Ok(None),
                _ => None,
            };
            return Ok(Some(Record::Gone { kind: kind(of), external_id: id.to_owned(), successor }));
        }
        Ok(Some(match of.part {
            "practitioners" => Record::Practitioner(practitioner(&fields, true)?),
            "inactive_practitioners" => Record::Practitioner(practitioner(&fields, false)?),
            "businesses" => Record::Location(location(&fields)?),
            "appointment_types" => Record::AppointmentType(appointment_type(&fields)?),
            "patients" => Record::Contact(people::patient(&fields, self.region)?),
            "group_appointments" => Record::Appointment(Box::new(visits::group(&fields)?)),
            "individual_appointments" => Record::Appointment(Box::new(visits::individual(&fields)?)),
            "attendees" if !self.is_of_group(&fields)? => return Ok(None),
            "attendees" => Record::Appointment(Box::new(visits::attendance(&fields)?)),
            "invoices" => Record::Invoice(Box::new(visits::invoice(&fields, self.groups)?)),
            _ => Record::ClinicalNote(visits::note(&fields, self.groups)?),
        }))
    }

    /// Whether an attendee comes to a group: individual appointments say everything themselves.
    fn is_of_group(&self, fields: &Fields<'_>) -> Result<bool, Unfit> {
        Ok(visits::booking(fields)?.is_some_and(|booking| self.groups.has(&booking)))
    }

    fn reject(&mut self, kind: Kind, external_id: Option<String>, reason: String, value: Value) {
        let raw = self.page.raw.len();
        self.page.raw.push(value.to_string());
        self.page.rejected.push(Rejected { kind, external_id, reason, raw });
    }
}

/// The kind of a collection's records.
pub(super) fn kind(of: &Collection) -> Kind {
    match of.part {
        "practitioners" | "inactive_practitioners" => Kind::Practitioner,
        "businesses" => Kind::Location,
        "appointment_types" => Kind::AppointmentType,
        "patients" => Kind::Contact,
        "invoices" => Kind::Invoice,
        "treatment_notes" => Kind::ClinicalNote,
        _ => Kind::Appointment,
    }
}

/// The id of a record here: appointments, groups and attendees are numbered apart.
pub(super) fn external_id(of: &Collection, id: &str) -> String {
    match of.part {
        "group_appointments" => visits::of_group(id),
        "attendees" => visits::of_attendee(id),
        _ => id.to_owned(),
    }
}

fn fields_of(of: &Collection) -> &'static [&'static str] {
    match of.part {
        "practitioners" | "inactive_practitioners" => PRACTITIONER,
        "businesses" => BUSINESS,
        "appointment_types" => TYPE,
        "patients" => people::PATIENT,
        "group_appointments" => visits::GROUP,
        "individual_appointments" => visits::INDIVIDUAL,
        "attendees" => visits::ATTENDEE,
        "invoices" => visits::INVOICE,
        _ => visits::NOTE,
    }
}

/// The time that a walk goes by, where it can be read.
fn walked(value: &Value, by: By) -> Option<Timestamp> {
    let name = match by {
        By::Changed => "updated_at",
        By::Made => "created_at",
        By::Starting => "starts_at",
    };
    Fields::of(value).ok()?.time(name).ok()?
}

fn practitioner(fields: &Fields<'_>, listed_active: bool) -> Result<Practitioner, Unfit> {
    let (first_name, last_name) = (fields.text("first_name")?, fields.text("last_name")?);
    let shown = match fields.text("display_name")? {
        Some(name) => Some(name),
        None => fields.text("label")?.or_else(|| full_name(first_name.as_deref(), last_name.as_deref())),
    };
    Ok(Practitioner {
        external_id: fields.id("id")?,
        name: shown,
        title: fields.text("title")?,
        first_name,
        last_name,
        email: None,
        speciality: fields.text("designation")?,
        active: fields.flag("active")?.unwrap_or(listed_active),
        locations: Vec::new(),
        attributes: fields.only(&["label", "description", "show_in_online_bookings"]),
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
    })
}

fn location(fields: &Fields<'_>) -> Result<Location, Unfit> {
    let name = match fields.text("business_name")? {
        Some(name) => Some(name),
        None => fields.text("display_name")?,
    };
    let zone = fields.text("time_zone_identifier")?;
    Ok(Location {
        external_id: fields.id("id")?,
        name,
        timezone: zone.filter(|zone| TimeZone::get(zone).is_ok()),
        phone: None,
        email: fields.text("email_reply_to")?,
        address: address(fields, &["address_1", "address_2"])?,
        active: true,
        attributes: fields.only(&[
            "display_name",
            "label",
            "contact_information",
            "website_address",
            "show_in_online_bookings",
        ]),
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
    })
}

fn appointment_type(fields: &Fields<'_>) -> Result<AppointmentType, Unfit> {
    let capacity = fields.number::<i32>("max_attendees")?;
    Ok(AppointmentType {
        external_id: fields.id("id")?,
        name: fields.text("name")?,
        description: fields.text("description")?,
        category: fields.text("category")?,
        duration_minutes: fields.number("duration_in_minutes")?,
        // What it costs stands in billable items; a deposit is no price.
        price: None,
        group: capacity.is_some_and(|capacity| capacity > 1),
        capacity,
        active: true,
        attributes: fields.only(&[
            "color",
            "telehealth_enabled",
            "show_in_online_bookings",
            "deposit_price",
            "online_payments_mode",
        ]),
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
    })
}

/// `{"lines": […], "city", "state", "postcode", "country"}`, what is told of it.
fn address(fields: &Fields<'_>, lines: &[&str]) -> Result<Value, Unfit> {
    let mut told = serde_json::Map::new();
    let lines = lines.iter().map(|name| fields.text(name)).collect::<Result<Vec<_>, _>>()?;
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    if !lines.is_empty() {
        told.insert("lines".to_owned(), json!(lines));
    }
    let country = match fields.text("country_code")? {
        Some(code) => Some(code),
        None => fields.text("country")?,
    };
    let parts = [
        ("city", fields.text("city")?),
        ("state", fields.text("state")?),
        ("postcode", fields.text("post_code")?),
        ("country", country),
    ];
    told.extend(parts.into_iter().filter_map(|(name, part)| Some((name.to_owned(), Value::String(part?)))));
    Ok(Value::Object(told))
}

fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let name = [first, last].into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
    Some(name).filter(|name| !name.is_empty())
}
