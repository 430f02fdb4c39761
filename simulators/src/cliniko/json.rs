//! Records as answers show them: ids as text, relations as links.

use serde_json::{Map, Value, json};

use super::filter::shown;
use super::record::{Kind, Record, written};
use super::world::Account;
use crate::mix;

/// Relations that answers leave out or give as null when they are not set.
const OPTIONAL: &[(Kind, &[&str])] = &[
    (Kind::IndividualAppointments, &["patient_case", "repeated_from"]),
    (Kind::GroupAppointments, &["repeated_from"]),
    (Kind::Attendees, &["patient_case"]),
    (Kind::Invoices, &["appointment", "attendee", "original_invoice"]),
    (Kind::Communications, &["booking", "attendee"]),
    (Kind::Patients, &["merged_with_patient", "referring_doctor", "concession_type"]),
    (Kind::Practitioners, &["user"]),
];

/// Lists that belong to a record, below its own address.
const BELOW: &[(Kind, &[&str])] = &[
    (Kind::Patients, &["appointments", "attendees", "invoices", "medical_alerts", "patient_attachments"]),
    (Kind::IndividualAppointments, &["attendees", "conflicts"]),
    (Kind::GroupAppointments, &["attendees", "conflicts"]),
    (Kind::Attendees, &["invoices"]),
    (Kind::Invoices, &["invoice_items"]),
    (Kind::Businesses, &["practitioners"]),
];

fn link(to: &str) -> Value {
    json!({"links": {"self": to}})
}

fn names(table: &[(Kind, &'static [&'static str])], kind: Kind) -> &'static [&'static str] {
    table.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, names)| names)
}

/// A record in the list (or at the address) of `seen_as`.
pub(super) fn row(account: &Account, record: &Record, seen_as: Kind, base: &str) -> Value {
    let mut row: Map<String, Value> = record.fields.clone();
    let kind = record.kind;
    let at = format!("{base}/{}/{}", seen_as.path(), record.id);
    row.insert("id".to_owned(), json!(record.id.to_string()));
    row.insert("created_at".to_owned(), json!(written(record.created)));
    row.insert("updated_at".to_owned(), json!(written(record.updated)));
    row.insert("archived_at".to_owned(), shown(record.archived));
    if !matches!(kind, Kind::AppointmentTypes | Kind::Communications | Kind::Practitioners) {
        row.insert("deleted_at".to_owned(), shown(record.deleted));
    }
    if matches!(kind, Kind::Practitioners | Kind::Users) {
        row.remove("archived_at");
    }
    if matches!(kind, Kind::IndividualAppointments | Kind::Attendees) {
        row.insert("cancelled_at".to_owned(), shown(record.cancelled));
    }
    if kind == Kind::GroupAppointments {
        let ids = account.patient_ids(record);
        row.insert("patient_ids".to_owned(), if ids.is_empty() { Value::Null } else { json!(ids) });
    }
    let die = mix(11, record.id);
    for name in names(OPTIONAL, kind) {
        if die.is_multiple_of(2) {
            row.insert((*name).to_owned(), Value::Null);
        }
    }
    for (name, (of, id)) in &record.links {
        // Addresses of before the split into individual and group appointments live on.
        let legacy = kind == Kind::Invoices && name == "appointment" && !die.is_multiple_of(3);
        let path = if legacy { "appointments" } else { of.path() };
        row.insert(name.clone(), link(&format!("{base}/{path}/{id}")));
    }
    for name in names(BELOW, kind) {
        row.insert((*name).to_owned(), link(&format!("{at}/{name}")));
    }
    if kind == Kind::Invoices {
        let reversed = format!("{base}/invoices?q%5B%5D=original_invoice_id%3A%3D{}", record.id);
        row.insert("reversed_invoices".to_owned(), link(&reversed));
    }
    if let (Kind::Attendees, Some(patient)) = (kind, record.link("patient")) {
        let same = format!("{base}/attendees?q%5B%5D=patient_id%3A%3D{patient}");
        row.insert("attendees_of_patient".to_owned(), link(&same));
    }
    row.insert("links".to_owned(), json!({ "self": at }));
    Value::Object(row)
}
