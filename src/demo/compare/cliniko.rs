//! The tables against a simulated Cliniko's ledger.

use std::collections::BTreeSet;

use jiff::Timestamp;
use routiq_simulators::cliniko::{Entry, Kind, Ledger};
use serde_json::Value;

use super::{
    Comparison, pair,
    records::{Sheet, Truth, count, each},
};
use crate::store::ledger::Rows;

/// Compares everything that is read of a practice. `notes` are read where the organization asked for them.
pub fn compare(rows: &Rows, truth: &Ledger, notes: bool) -> Comparison {
    let kinds =
        ["appointments", "invoices", "clinical_notes", "practitioners", "locations", "appointment_types"];
    let mut counts = vec![("contacts", rows.contacts.iter().filter(|row| !row.deleted).count())];
    counts.extend(
        kinds
            .iter()
            .filter(|kind| notes || **kind != "clinical_notes")
            .map(|kind| (*kind, count(rows, kind))),
    );
    let mut result = Comparison::counting(&counts);
    people(rows, truth, &mut result);
    visits(rows, truth, &mut result);
    ground(rows, truth, &mut result);
    each(rows, "invoices", &living(truth, Kind::Invoices), &mut result, |sheet, it| {
        sheet.text("number", it.fields.get("number").map(plain).as_deref());
        let status = match it.fields.get("status").and_then(Value::as_i64) {
            Some(10) => "open",
            Some(20) => "paid",
            _ => "",
        };
        sheet.text("status", Some(status));
        sheet.text("issued_on", text(it, "issue_date"));
        sheet.amount("net", it.fields.get("net_amount"));
        sheet.amount("tax", it.fields.get("tax_amount"));
        sheet.amount("total", it.fields.get("total_amount"));
        named(
            sheet,
            it,
            rows,
            &[("contact", "patient"), ("practitioner", "practitioner"), ("location", "business")],
        );
        stamps(sheet, it);
    });
    let written = if notes { living(truth, Kind::TreatmentNotes) } else { Vec::new() };
    each(rows, "clinical_notes", &written, &mut result, |sheet, it| {
        sheet.text("title", text(it, "title"));
        sheet.flag("draft", flag(it, "draft"));
        named(sheet, it, rows, &[("contact", "patient"), ("practitioner", "practitioner")]);
        stamps(sheet, it);
    });
    result
}

fn living(truth: &Ledger, kind: Kind) -> Vec<Truth<'_, Entry>> {
    truth.live(kind).map(|record| Truth { id: record.id.clone(), record }).collect()
}

fn text<'a>(entry: &'a Entry, field: &str) -> Option<&'a str> {
    entry.fields.get(field)?.as_str()
}

fn flag(entry: &Entry, field: &str) -> Option<bool> {
    entry.fields.get(field)?.as_bool()
}

fn time(entry: &Entry, field: &str) -> Option<Timestamp> {
    text(entry, field)?.parse().ok()
}

/// A number or a text as a text.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn stamps(sheet: &mut Sheet<'_>, it: &Entry) {
    sheet.time("source_created_at", Some(it.created_at));
    sheet.time("source_updated_at", Some(it.updated_at));
}

/// What it names, by our name of the relation and theirs.
fn named(sheet: &mut Sheet<'_>, it: &Entry, rows: &Rows, relations: &[(&str, &str)]) {
    for (ours, theirs) in relations {
        sheet.names(ours, it.relations.get(*theirs).map(String::as_str), rows);
    }
}

/// Contacts with their patients: Cliniko's patients are both.
fn people(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let patients = living(truth, Kind::Patients);
    let contacts = rows.contacts.iter().filter(|row| !row.deleted).map(|row| (row.external_id.as_str(), row));
    let told = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    for (id, row, it) in
        pair("contacts", contacts, patients.iter().map(|truth| (truth.id.as_str(), truth.record)), result)
    {
        let parts = [text(it, "first_name"), text(it, "last_name")];
        let name = parts.into_iter().flatten().map(str::trim).collect::<Vec<_>>().join(" ");
        result.check(row.name.as_deref().unwrap_or_default() == name.trim(), "contacts", id, "name");
        result.check(told(row.email.as_deref()) == told(text(it, "email")), "contacts", id, "email");
        let phones = numbers(it.fields.get("patient_phone_numbers"), "number");
        let known = row.phone_original.as_ref().is_none_or(|phone| phones.contains(phone));
        result.check(known && row.phone_original.is_some() != phones.is_empty(), "contacts", id, "phone");
    }
    each(rows, "patients", &patients, result, |sheet, it| {
        for field in ["first_name", "last_name", "date_of_birth", "sex", "reminder_type"] {
            sheet.text(field, text(it, field));
        }
        for field in ["email", "sms"] {
            let theirs = format!("accepted_{field}_marketing");
            sheet.flag(&format!("accepts_{field}_marketing"), flag(it, &theirs));
        }
        let stored = numbers(sheet.fields().get("phones"), "original");
        sheet.check(stored == numbers(it.fields.get("patient_phone_numbers"), "number"), "phones");
        sheet.time("source_updated_at", Some(it.updated_at));
    });
}

fn numbers(list: Option<&Value>, field: &str) -> Vec<String> {
    let entries = list.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    entries.iter().filter_map(|entry| Some(entry.get(field)?.as_str()?.to_owned())).collect()
}

fn visits(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let mut all = living(truth, Kind::IndividualAppointments);
    let groups: BTreeSet<&str> = truth.of(Kind::GroupAppointments).iter().map(|it| it.id.as_str()).collect();
    let shown = truth.live(Kind::GroupAppointments);
    all.extend(shown.map(|record| Truth { id: format!("group:{}", record.id), record }));
    // Who attends a group that was put away still does; who attends an individual appointment is that appointment's patient.
    let attending = truth.live(Kind::Attendees);
    let attending =
        attending.filter(|it| it.relations.get("booking").is_some_and(|id| groups.contains(id.as_str())));
    all.extend(attending.map(|record| Truth { id: format!("attendee:{}", record.id), record }));
    each(rows, "appointments", &all, result, |sheet, it| {
        let shape = sheet.fields()["shape"].as_str().unwrap_or_default().to_owned();
        let booking = it.relations.get("booking").map(|id| format!("group:{id}"));
        if shape == "attendance" {
            sheet.text("group_external_id", booking.as_deref());
            sheet.flag("arrived", flag(it, "arrived"));
        } else {
            sheet.time("starts_at", time(it, "starts_at"));
            sheet.time("ends_at", time(it, "ends_at"));
            let relations = [
                ("practitioner", "practitioner"),
                ("location", "business"),
                ("appointment_type", "appointment_type"),
            ];
            named(sheet, it, rows, &relations);
        }
        if shape == "group" {
            sheet.number("capacity", it.fields.get("max_attendees").and_then(Value::as_i64));
        } else {
            named(sheet, it, rows, &[("contact", "patient")]);
            sheet.time("cancelled_at", it.cancelled_at);
            sheet.flag("cancelled", Some(it.cancelled_at.is_some()));
        }
        if shape == "individual" {
            sheet.flag("arrived", flag(it, "patient_arrived"));
            sheet.flag("did_not_arrive", flag(it, "did_not_arrive"));
        }
        stamps(sheet, it);
    });
}

fn ground(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    each(rows, "practitioners", &living(truth, Kind::Practitioners), result, |sheet, it| {
        sheet.text("name", text(it, "display_name"));
        sheet.text("first_name", text(it, "first_name"));
        sheet.text("last_name", text(it, "last_name"));
        sheet.flag("active", flag(it, "active"));
    });
    each(rows, "locations", &living(truth, Kind::Businesses), result, |sheet, it| {
        sheet.text("name", text(it, "business_name"));
        sheet.text("timezone", text(it, "time_zone_identifier"));
        stamps(sheet, it);
    });
    each(rows, "appointment_types", &living(truth, Kind::AppointmentTypes), result, |sheet, it| {
        let seats = it.fields.get("max_attendees").and_then(Value::as_i64);
        sheet.text("name", text(it, "name"));
        sheet.number("duration_minutes", it.fields.get("duration_in_minutes").and_then(Value::as_i64));
        sheet.number("capacity", seats);
        sheet.flag("is_group", Some(seats.is_some_and(|seats| seats > 1)));
        stamps(sheet, it);
    });
}
