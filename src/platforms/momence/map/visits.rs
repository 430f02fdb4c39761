//! Classes with those who booked them, and appointments of one or several.

use serde_json::{Map, Value, json};

use super::super::wire::{Fields, Unfit};
use crate::domain::change::{Appointment, Shape};

pub(super) const SESSION: &[&str] = &[
    "id",
    "name",
    "type",
    "description",
    "startsAt",
    "endsAt",
    "durationInMinutes",
    "capacity",
    "bookingCount",
    "teacher",
    "isRecurring",
    "isCancelled",
    "isInPerson",
    "isDraft",
    "inPersonLocation",
    "tags",
];
pub(super) const RESERVATION: &[&str] = &[
    "id",
    "createdAt",
    "cancelledAt",
    "startsAt",
    "endsAt",
    "durationInMinutes",
    "priceInCurrency",
    "depositInCurrency",
    "isDepositPaid",
    "currency",
    "isPaid",
    "capacity",
    "board",
    "service",
    "serviceVariant",
    "teacher",
    "additionalTeacher",
    "isInPerson",
    "inPersonLocation",
    "appointmentAttendees",
];
pub(super) const ATTENDEE: &[&str] = &[
    "id",
    "memberId",
    "attendanceStatus",
    "bookedAt",
    "isPaid",
    "isDepositPaid",
    "checkedInAt",
    "isLateCancelled",
    "cancelledAt",
];
pub(super) const BOOKING: &[&str] = &[
    "id",
    "member",
    "checkedIn",
    "ticketsBought",
    "createdAt",
    "isRecurring",
    "recurringBookingId",
    "cancelledAt",
    "roomSpotId",
];

/// A class's id here: classes, bookings, appointments and attendees are numbered apart.
pub(in super::super) fn session_id(id: &str) -> String {
    format!("session:{id}")
}

pub(in super::super) fn booking_id(id: &str) -> String {
    format!("booking:{id}")
}

pub(in super::super) fn reservation_id(id: &str) -> String {
    format!("reservation:{id}")
}

pub(in super::super) fn attendee_id(id: &str) -> String {
    format!("attendee:{id}")
}

/// The id of what stands in a field, if anything does.
fn id_of(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Unfit> {
    fields.inside(name)?.map(|it| it.whole_id("id")).transpose()
}

/// What classes and appointments have in common.
fn scheduled(fields: &Fields<'_>) -> Result<Appointment, Unfit> {
    let starts_at = fields.time("startsAt")?.ok_or_else(|| fields.unfit("startsAt", "a time"))?;
    Ok(Appointment {
        practitioner: id_of(fields, "teacher")?,
        location: id_of(fields, "inPersonLocation")?,
        starts_at: Some(starts_at),
        ends_at: fields.time("endsAt")?,
        capacity: fields.number("capacity")?,
        ..Appointment::default()
    })
}

pub(super) fn session(fields: &Fields<'_>) -> Result<Appointment, Unfit> {
    let mut told =
        attributes(fields, &["type", "description", "bookingCount", "isRecurring", "isDraft", "isInPerson"]);
    let tags = fields.each("tags")?.unwrap_or_default();
    let tags = tags.iter().map(|tag| tag.text("name")).collect::<Result<Vec<_>, _>>()?;
    let tags: Vec<String> = tags.into_iter().flatten().collect();
    if !tags.is_empty() {
        told.insert("tags".to_owned(), json!(tags));
    }
    Ok(Appointment {
        external_id: session_id(&fields.whole_id("id")?),
        shape: Shape::Group,
        type_name: fields.text("name")?,
        // When is not told.
        cancelled: fields.flag("isCancelled")?.unwrap_or(false),
        attributes: Value::Object(told),
        ..scheduled(fields)?
    })
}

pub(super) fn booking(fields: &Fields<'_>, session: &str) -> Result<Appointment, Unfit> {
    let cancelled_at = fields.time("cancelledAt")?;
    Ok(Appointment {
        external_id: booking_id(&fields.whole_id("id")?),
        shape: Shape::Attendance,
        group: Some(session_id(session)),
        contact: id_of(fields, "member")?,
        cancelled: cancelled_at.is_some(),
        cancelled_at,
        arrived: fields.flag("checkedIn")?.filter(|came| *came),
        attributes: Value::Object(attributes(
            fields,
            &["ticketsBought", "isRecurring", "recurringBookingId", "roomSpotId"],
        )),
        source_created_at: fields.time("createdAt")?,
        ..Appointment::default()
    })
}

/// An appointment, and those who come where there are several.
pub(super) fn reservation(fields: &Fields<'_>) -> Result<(Appointment, Vec<(String, Appointment)>), Unfit> {
    let id = reservation_id(&fields.whole_id("id")?);
    let cancelled_at = fields.time("cancelledAt")?;
    let service = fields.within("service")?;
    let told = ["priceInCurrency", "depositInCurrency", "isDepositPaid", "currency", "isPaid", "isInPerson"];
    let mut told = attributes(fields, &told);
    for name in ["board", "serviceVariant"] {
        if let Some(name_of) = fields.within(name)?.text("name")? {
            told.insert(name.to_owned(), Value::String(name_of));
        }
    }
    if let Some(second) = id_of(fields, "additionalTeacher")? {
        told.insert("additionalTeacher".to_owned(), Value::String(second));
    }
    let visit = Appointment {
        external_id: id.clone(),
        appointment_type: service.maybe_whole_id("id")?,
        type_name: service.text("name")?,
        cancelled: cancelled_at.is_some(),
        cancelled_at,
        attributes: Value::Object(told),
        source_created_at: fields.time("createdAt")?,
        ..scheduled(fields)?
    };
    let attendees = fields.each("appointmentAttendees")?.unwrap_or_default();
    if let [alone] = &attendees[..] {
        let one = attendance(alone, &id)?;
        let visit = Appointment {
            shape: Shape::Individual,
            contact: one.contact,
            arrived: one.arrived,
            cancelled: visit.cancelled || one.cancelled,
            cancelled_at: visit.cancelled_at.or(one.cancelled_at),
            attributes: with_alone(visit.attributes, one.attributes),
            ..visit
        };
        return Ok((visit, Vec::new()));
    }
    let attendances = attendees.iter().map(|it| Ok((it.whole_id("id")?, attendance(it, &id)?)));
    let attendances = attendances.collect::<Result<Vec<_>, Unfit>>()?;
    Ok((Appointment { shape: Shape::Group, ..visit }, attendances))
}

fn attendance(fields: &Fields<'_>, reservation: &str) -> Result<Appointment, Unfit> {
    let status = fields.text("attendanceStatus")?;
    let is = |word: &str| status.as_deref() == Some(word);
    let cancelled_at = fields.time("cancelledAt")?;
    let checked_in = fields.time("checkedInAt")?.is_some() || is("checkedIn");
    Ok(Appointment {
        external_id: attendee_id(&fields.whole_id("id")?),
        shape: Shape::Attendance,
        group: Some(reservation.to_owned()),
        contact: fields.maybe_whole_id("memberId")?,
        cancelled: cancelled_at.is_some() || is("cancelled"),
        cancelled_at,
        arrived: checked_in.then_some(true),
        attributes: Value::Object(attributes(fields, &["isPaid", "isDepositPaid", "isLateCancelled"])),
        source_created_at: fields.time("bookedAt")?,
        ..Appointment::default()
    })
}

/// What is told of whoever comes alone stands with the appointment, which says the rest itself.
fn with_alone(visit: Value, one: Value) -> Value {
    match (visit, one) {
        (Value::Object(visit), Value::Object(mut one)) => {
            one.extend(visit);
            Value::Object(one)
        }
        (visit, _) => visit,
    }
}

/// What the schema has no place for, as plain values.
fn attributes(fields: &Fields<'_>, names: &[&str]) -> Map<String, Value> {
    let told = names.iter().filter_map(|name| Some(((*name).to_owned(), fields.told(name)?.clone())));
    told.filter(|(_, value)| !value.is_object() && !value.is_array()).collect()
}
