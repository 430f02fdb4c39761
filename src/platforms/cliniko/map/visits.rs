//! Appointments of one person, groups, who attends them, and what follows: bills and notes.

use serde_json::{Map, Value};

use super::super::{
    groups::Groups,
    wire::{Fields, Unfit, link, relation, whole},
};
use crate::domain::change::{Appointment, ClinicalNote, Invoice, Shape};

pub(super) const INDIVIDUAL: &[&str] = &[
    "id",
    "starts_at",
    "ends_at",
    "patient_arrived",
    "did_not_arrive",
    "cancelled_at",
    "cancellation_reason",
    "cancellation_reason_description",
    "cancellation_note",
    "invoice_status",
    "treatment_note_status",
    "email_reminder_sent",
    "sms_reminder_sent",
    "online_booking_policy_accepted",
    "notes",
    "repeat_rule",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "patient",
    "practitioner",
    "business",
    "appointment_type",
    "repeated_from",
];
pub(super) const GROUP: &[&str] = &[
    "id",
    "starts_at",
    "ends_at",
    "max_attendees",
    "notes",
    "repeat_rule",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "practitioner",
    "business",
    "appointment_type",
    "repeated_from",
];
pub(super) const ATTENDEE: &[&str] = &[
    "id",
    "arrived",
    "cancelled_at",
    "cancellation_reason",
    "cancellation_reason_description",
    "cancellation_note",
    "notes",
    "invoice_status",
    "treatment_note_status",
    "sent_email_reminders_count",
    "sent_sms_reminders_count",
    "online_booking_policy_accepted",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "booking",
    "patient",
];
pub(super) const INVOICE: &[&str] = &[
    "id",
    "number",
    "issue_date",
    "status",
    "status_description",
    "total_amount",
    "net_amount",
    "tax_amount",
    "discounted_amount",
    "calculation_method",
    "calculation_method_description",
    "closed_at",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "patient",
    "business",
    "practitioner",
    "appointment",
    "attendee",
    "original_invoice",
];
pub(super) const NOTE: &[&str] = &[
    "id",
    "title",
    "draft",
    "content",
    "author_name",
    "finalized_at",
    "created_at",
    "updated_at",
    "archived_at",
    "deleted_at",
    "patient",
    "practitioner",
    "booking",
    "attendee",
];

/// A group's id here.
pub(super) fn of_group(id: &str) -> String {
    format!("group:{id}")
}

/// An attendee's id here.
pub(super) fn of_attendee(id: &str) -> String {
    format!("attendee:{id}")
}

/// The booking that an attendee or a note belongs to.
pub(super) fn booking(fields: &Fields<'_>) -> Result<Option<String>, Unfit> {
    relation(
        fields,
        "booking",
        &["bookings", "group_appointments", "individual_appointments", "appointments"],
    )
}

pub(super) fn individual(fields: &Fields<'_>) -> Result<Appointment, Unfit> {
    let arrived = fields.flag("patient_arrived")?;
    Ok(Appointment {
        external_id: fields.id("id")?,
        shape: Shape::Individual,
        contact: relation(fields, "patient", &["patients"])?,
        did_not_arrive: fields.flag("did_not_arrive")?,
        arrived,
        ..cancellation(fields, scheduled(fields)?)?
    })
}

pub(super) fn group(fields: &Fields<'_>) -> Result<Appointment, Unfit> {
    Ok(Appointment {
        external_id: of_group(&fields.id("id")?),
        shape: Shape::Group,
        capacity: fields.number("max_attendees")?,
        ..scheduled(fields)?
    })
}

/// Somebody's visit to a group. Whether "not arrived" means that they stayed away is not told, so it is not said.
pub(super) fn attendance(fields: &Fields<'_>) -> Result<Appointment, Unfit> {
    let attendance = Appointment {
        external_id: of_attendee(&fields.id("id")?),
        shape: Shape::Attendance,
        group: booking(fields)?.map(|id| of_group(&id)),
        contact: relation(fields, "patient", &["patients"])?,
        arrived: fields.flag("arrived")?,
        notes: fields.text("notes")?,
        attributes: attributes(fields, &["sent_email_reminders_count", "sent_sms_reminders_count"])?,
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
        ..Appointment::default()
    };
    cancellation(fields, attendance)
}

/// What individual and group appointments have in common.
fn scheduled(fields: &Fields<'_>) -> Result<Appointment, Unfit> {
    let time = |name| fields.time(name)?.ok_or_else(|| fields.unfit(name, "a time"));
    Ok(Appointment {
        practitioner: relation(fields, "practitioner", &["practitioners"])?,
        location: relation(fields, "business", &["businesses"])?,
        appointment_type: relation(fields, "appointment_type", &["appointment_types"])?,
        starts_at: Some(time("starts_at")?),
        ends_at: Some(time("ends_at")?),
        notes: fields.text("notes")?,
        attributes: attributes(fields, &["email_reminder_sent", "sms_reminder_sent"])?,
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
        ..Appointment::default()
    })
}

fn cancellation(fields: &Fields<'_>, appointment: Appointment) -> Result<Appointment, Unfit> {
    let cancelled_at = fields.time("cancelled_at")?;
    let described = fields.text("cancellation_reason_description")?;
    let coded = word(fields, "cancellation_reason", &CANCELLATIONS);
    Ok(Appointment {
        cancelled: cancelled_at.is_some(),
        cancelled_at,
        cancellation_reason: described.or(coded).filter(|_| cancelled_at.is_some()),
        // Only who books online is asked for it. That nobody was says nothing: not every practice asks.
        booked_online: fields.flag("online_booking_policy_accepted")?.filter(|accepted| *accepted),
        ..appointment
    })
}

const CANCELLATIONS: [(i64, &str); 7] = [
    (10, "feeling better"),
    (20, "condition worse"),
    (30, "sick"),
    (31, "COVID-19 related"),
    (40, "away"),
    (50, "other"),
    (60, "work"),
];
const INVOICED: [(i64, &str); 4] = [(10, "open"), (20, "paid"), (30, "closed"), (40, "credit")];
const NOTED: [(i64, &str); 2] = [(10, "draft"), (90, "final")];

/// A code's meaning; the code itself where nobody knows it.
fn word(fields: &Fields<'_>, name: &str, words: &[(i64, &str)]) -> Option<String> {
    let code = whole(fields.told(name)?)?;
    let known = words.iter().find(|(known, _)| *known == code).map(|(_, word)| (*word).to_owned());
    Some(known.unwrap_or_else(|| format!("code {code}")))
}

/// What else is told of a visit, codes as words.
fn attributes(fields: &Fields<'_>, plain: &[&str]) -> Result<Value, Unfit> {
    let mut told = match fields.only(plain) {
        Value::Object(told) => told,
        _ => Map::new(),
    };
    let words = [
        ("invoice_status", word(fields, "invoice_status", &INVOICED)),
        ("treatment_note_status", word(fields, "treatment_note_status", &NOTED)),
        ("cancellation_note", fields.text("cancellation_note")?),
        ("repeated_from", link(fields, "repeated_from")?.map(|(_, id)| id)),
    ];
    told.extend(words.into_iter().filter_map(|(name, word)| Some((name.to_owned(), Value::String(word?)))));
    Ok(Value::Object(told))
}

/// The visit that a bill or a note is about: a bill's legacy link may lead to `/appointments/{id}`, which has the
/// appointment's id.
fn visit(fields: &Fields<'_>, booking: Option<String>, groups: &Groups) -> Result<Option<String>, Unfit> {
    let attendee = relation(fields, "attendee", &["attendees"])?.map(|id| of_attendee(&id));
    Ok(match booking {
        Some(id) if groups.has(&id) => attendee.or_else(|| Some(of_group(&id))),
        Some(id) => Some(id),
        None => None,
    })
}

pub(super) fn invoice(fields: &Fields<'_>, groups: &Groups) -> Result<Invoice, Unfit> {
    let appointments = ["individual_appointments", "group_appointments", "appointments", "bookings"];
    let booking = relation(fields, "appointment", &appointments)?;
    let status = match word(fields, "status", &INVOICED) {
        Some(code) if code.starts_with("code ") => fields.text("status_description")?.or(Some(code)),
        status => status,
    };
    let mut attributes =
        match fields.only(&["discounted_amount", "closed_at", "calculation_method_description"]) {
            Value::Object(told) => told,
            _ => Map::new(),
        };
    if let Some(original) = relation(fields, "original_invoice", &["invoices"])? {
        attributes.insert("original_invoice".to_owned(), Value::String(original));
    }
    Ok(Invoice {
        external_id: fields.id("id")?,
        number: fields.text("number")?,
        contact: relation(fields, "patient", &["patients"])?,
        appointment: visit(fields, booking, groups)?,
        practitioner: relation(fields, "practitioner", &["practitioners"])?,
        location: relation(fields, "business", &["businesses"])?,
        status,
        issued_on: fields.date("issue_date")?,
        net: fields.decimal("net_amount")?,
        tax: fields.decimal("tax_amount")?,
        total: fields.decimal("total_amount")?,
        attributes: Value::Object(attributes),
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
        ..Invoice::default()
    })
}

pub(super) fn note(fields: &Fields<'_>, groups: &Groups) -> Result<ClinicalNote, Unfit> {
    let booking = booking(fields)?;
    Ok(ClinicalNote {
        external_id: fields.id("id")?,
        contact: relation(fields, "patient", &["patients"])?,
        appointment: visit(fields, booking, groups)?,
        practitioner: relation(fields, "practitioner", &["practitioners"])?,
        title: fields.text("title")?,
        draft: fields.flag("draft")?.unwrap_or(false),
        content: fields.object("content")?,
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
    })
}
