//! From Google's events to appointments, and from calendars to whom or what they belong to. Of an event nothing is kept
//! that opens a meeting or a page for whoever holds it.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json, value::RawValue};

use super::wire::{self, Fields, Unfit, clean, event_id, external_id, keep};
use crate::{
    domain::{
        change::{Appointment, Change, Kind, Location, Practitioner, Record, Shape},
        stream::{Page, Rejected},
    },
    platforms::kit::json::{at, each},
};

const EVENT: &[&str] = &[
    "id",
    "status",
    "summary",
    "description",
    "location",
    "start",
    "end",
    "endTimeUnspecified",
    "originalStartTime",
    "recurringEventId",
    "created",
    "updated",
    "transparency",
    "visibility",
    "eventType",
    "attendees",
    "attendeesOmitted",
    "creator",
    "organizer",
    "iCalUID",
    "sequence",
    "colorId",
];
const PERSON: &[&str] =
    &["email", "displayName", "self", "organizer", "resource", "optional", "responseStatus", "comment"];

/// Maps the events of one calendar into a page.
pub(super) struct Mapper<'a> {
    pub(super) page: &'a mut Page,
    pub(super) calendar: &'a str,
    /// The calendar's zone: days begin at its midnight.
    pub(super) zone: &'a TimeZone,
    /// Whether the calendar is a room's.
    pub(super) is_place: bool,
}

impl Mapper<'_> {
    /// Maps events; answers the ids here of those that could be named.
    pub(super) fn events(&mut self, records: &[&RawValue]) -> Vec<String> {
        records.iter().filter_map(|record| self.event(record.get())).collect()
    }

    /// Maps one event.
    pub(super) fn event(&mut self, text: &str) -> Option<String> {
        let Some(mut value) = wire::record(text) else {
            self.reject(None, "the record is not JSON that can be read".into(), &Value::Null);
            return None;
        };
        keep(&mut value, EVENT);
        at(&mut value, "attendees", |people| each(people, |person| keep(person, PERSON)));
        for one in ["creator", "organizer"] {
            at(&mut value, one, |person| keep(person, PERSON));
        }
        clean(&mut value);
        let id = match Fields::of(&value).and_then(|fields| event_id(&fields)) {
            Ok(id) => external_id(self.calendar, &id),
            Err(unfit) => {
                self.reject(None, unfit.to_string(), &value);
                return None;
            }
        };
        match self.map(&value, &id) {
            Ok(record) => {
                let raw = self.page.raw.len();
                self.page.raw.push(value.to_string());
                // Lists show what is, whatever `updated` says: an event written down late has an old one.
                self.page.changes.push(Change::new(record, None, raw));
            }
            Err(unfit) => self.reject(Some(id.clone()), unfit.to_string(), &value),
        }
        Some(id)
    }

    fn map(&self, value: &Value, id: &str) -> Result<Record, Unfit> {
        let fields = Fields::of(value)?;
        // Of what is cancelled hardly more than its id is told.
        if fields.text("status")?.as_deref() == Some("cancelled") {
            let (kind, external_id) = (Kind::Appointment, id.to_owned());
            return Ok(Record::Gone { kind, external_id, successor: None });
        }
        let starts_at =
            self.moment(&fields, "start")?.ok_or_else(|| fields.unfit("start", "a time or a day"))?;
        let calendar = Some(self.calendar.to_owned());
        let (practitioner, location) = if self.is_place { (None, calendar) } else { (calendar, None) };
        Ok(Record::Appointment(Box::new(Appointment {
            external_id: id.to_owned(),
            shape: Shape::Event,
            practitioner,
            location,
            starts_at: Some(starts_at),
            // Of a whole day the end is the midnight after it.
            ends_at: self.moment(&fields, "end")?,
            notes: fields.text("description")?,
            attributes: self.attributes(&fields)?,
            source_created_at: fields.time("created")?,
            source_updated_at: fields.time("updated")?,
            ..Appointment::default()
        })))
    }

    /// `{"dateTime", "timeZone"}` or `{"date"}`. A time without an offset is one of the zone beside it.
    fn moment(&self, fields: &Fields<'_>, name: &str) -> Result<Option<Timestamp>, Unfit> {
        let Some(inside) = fields.inside(name)? else { return Ok(None) };
        if inside.told("dateTime").is_some() {
            let own = inside.text("timeZone")?.and_then(|zone| TimeZone::get(&zone).ok());
            return inside.local_time("dateTime", own.as_ref().unwrap_or(self.zone));
        }
        let midnight = |day: Date| day.to_zoned(self.zone.clone()).map(|midnight| midnight.timestamp());
        let day = inside.date("date")?.map(midnight).transpose();
        day.map_err(|_| fields.unfit(name, "a day that exists in the calendar's zone"))
    }

    /// What the schema has no place for.
    fn attributes(&self, fields: &Fields<'_>) -> Result<Value, Unfit> {
        let mut told = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                told.insert(name.to_owned(), value);
            }
        };
        let names = [
            ("summary", "summary"),
            ("place", "location"),
            ("series", "recurringEventId"),
            ("transparency", "transparency"),
            ("visibility", "visibility"),
            ("event_type", "eventType"),
            ("ical_uid", "iCalUID"),
            ("color", "colorId"),
        ];
        for (name, theirs) in names {
            put(name, fields.text(theirs)?.map(Value::String));
        }
        put("status", fields.text("status")?.filter(|status| status != "confirmed").map(Value::String));
        put("sequence", fields.number::<i64>("sequence")?.map(Value::from));
        let all_day = fields.within("start")?.told("dateTime").is_none();
        put("all_day", all_day.then_some(Value::Bool(true)));
        let original = self.moment(fields, "originalStartTime")?;
        put("original_start", original.map(|at| Value::String(at.to_string())));
        put("organizer", person(&fields.within("organizer")?)?);
        let people = fields.each("attendees")?.unwrap_or_default();
        let people = people.iter().map(person).collect::<Result<Vec<_>, _>>()?;
        let people: Vec<Value> = people.into_iter().flatten().collect();
        put("attendees", (!people.is_empty()).then_some(Value::Array(people)));
        Ok(Value::Object(told))
    }

    /// What the calendar says of itself: whose or which room it is.
    pub(super) fn calendar(&mut self, head: &Value) {
        let raw = self.page.raw.len();
        match self.owner(head) {
            Ok(record) => {
                self.page.raw.push(head.to_string());
                self.page.changes.push(Change::new(record, None, raw));
            }
            Err(unfit) => self.lost(&unfit.to_string(), head),
        }
    }

    /// Nothing can be made of the calendar itself.
    pub(super) fn lost(&mut self, reason: &str, head: &Value) {
        let (kind, external_id) = (self.kind(), Some(self.calendar.to_owned()));
        let raw = self.page.raw.len();
        self.page.raw.push(head.to_string());
        self.page.rejected.push(Rejected { kind, external_id, reason: reason.to_owned(), raw });
    }

    fn kind(&self) -> Kind {
        if self.is_place { Kind::Location } else { Kind::Practitioner }
    }

    fn owner(&self, head: &Value) -> Result<Record, Unfit> {
        let fields = Fields::of(head)?;
        let external_id = self.calendar.to_owned();
        let name = fields.text("summary")?;
        let zone = fields.text("timeZone")?.filter(|zone| TimeZone::get(zone).is_ok());
        let attributes = fields.only(&["description", "accessRole", "timeZone"]);
        Ok(if self.is_place {
            Record::Location(Location {
                external_id,
                name,
                timezone: zone,
                address: json!({}),
                active: true,
                attributes,
                ..Location::default()
            })
        } else {
            // Calendars beside an account's first one have addresses that nobody reads.
            let email = Some(&external_id).filter(|id| !id.contains("@group.calendar.")).cloned();
            Record::Practitioner(Practitioner {
                name,
                email,
                active: true,
                attributes,
                external_id,
                ..Practitioner::default()
            })
        })
    }

    fn reject(&mut self, external_id: Option<String>, reason: String, value: &Value) {
        let raw = self.page.raw.len();
        self.page.raw.push(value.to_string());
        self.page.rejected.push(Rejected { kind: Kind::Appointment, external_id, reason, raw });
    }
}

/// Somebody invited: `{"email", "name", "response"}`, what is told of it.
fn person(fields: &Fields<'_>) -> Result<Option<Value>, Unfit> {
    let mut told = Map::new();
    for (name, theirs) in [("email", "email"), ("name", "displayName"), ("response", "responseStatus")] {
        if let Some(text) = fields.text(theirs)? {
            told.insert(name.to_owned(), Value::String(text));
        }
    }
    for flag in ["self", "resource", "optional"] {
        if fields.flag(flag)? == Some(true) {
            told.insert(flag.to_owned(), Value::Bool(true));
        }
    }
    Ok((!told.is_empty()).then_some(Value::Object(told)))
}
