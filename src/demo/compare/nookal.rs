//! The tables against a simulated Nookal's ledger, as its older interface shows it.

use std::collections::BTreeSet;

use routiq_simulators::nookal::{Entry, Kind, Ledger, State};
use serde_json::Value;

use super::{
    Comparison, pair,
    records::{Truth, count, each},
};
use crate::store::ledger::Rows;

const KINDS: [&str; 7] = [
    "appointments",
    "invoices",
    "payments",
    "clinical_notes",
    "practitioners",
    "locations",
    "appointment_types",
];

/// Compares everything that is read of a practice.
pub fn compare(rows: &Rows, truth: &Ledger) -> Comparison {
    let mut counts = vec![("contacts", rows.contacts.iter().filter(|row| !row.deleted).count())];
    counts.extend(KINDS.iter().map(|kind| (*kind, count(rows, kind))));
    let mut result = Comparison::counting(&counts);
    let living = rows.contacts.iter().filter(|row| !row.deleted).map(|row| (row.external_id.as_str(), row));
    for (id, row, it) in
        pair("contacts", living, there(truth, Kind::Patients).map(|it| (it.id.as_str(), it)), &mut result)
    {
        let name = [text(it, "FirstName"), text(it, "LastName")].map(str::trim).join(" ");
        result.check(row.name.as_deref().unwrap_or_default() == name.trim(), "contacts", id, "name");
    }
    visits(rows, truth, &mut result);
    let plain = [
        ("invoices", Kind::Invoices),
        ("clinical_notes", Kind::Notes),
        ("practitioners", Kind::Practitioners),
        ("locations", Kind::Locations),
    ];
    for (kind, of) in plain {
        each(rows, kind, &named(truth, of, ""), &mut result, |_, _| {});
    }
    let mut types = named(truth, Kind::Services, "");
    types.extend(named(truth, Kind::Classes, "class:"));
    each(rows, "appointment_types", &types, &mut result, |_, _| {});
    let payments: Vec<&Value> = there(truth, Kind::Invoices)
        .filter_map(|it| it.fields.get("details")?.get("payments")?.as_array())
        .flatten()
        .collect();
    let payments: Vec<Truth<'_, Value>> = payments
        .into_iter()
        .filter_map(|it| Some(Truth { id: it.get("payment_id")?.as_str()?.to_owned(), record: it }))
        .collect();
    each(rows, "payments", &payments, &mut result, |sheet, it| sheet.amount("amount", it.get("amount")));
    result
}

fn there(truth: &Ledger, of: Kind) -> impl Iterator<Item = &Entry> {
    truth.of(of).iter().filter(|it| it.state != State::Deleted)
}

fn named<'a>(truth: &'a Ledger, of: Kind, prefix: &str) -> Vec<Truth<'a, Entry>> {
    there(truth, of).map(|record| Truth { id: format!("{prefix}{}", record.id), record }).collect()
}

fn text<'a>(entry: &'a Entry, name: &str) -> &'a str {
    entry.fields.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Visits and classes by themselves, and who comes to a class.
fn visits(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let of_slot = |slot: &'static str| there(truth, Kind::Appointments).filter(move |it| it.slot == slot);
    let classes: BTreeSet<&str> = of_slot("class").map(|it| it.id.as_str()).collect();
    let mut all: Vec<Truth<'_, Entry>> =
        of_slot("visit").map(|record| Truth { id: record.id.clone(), record }).collect();
    all.extend(of_slot("class").map(|record| Truth { id: format!("class:{}", record.id), record }));
    let attending = there(truth, Kind::Participants).filter(|it| classes.contains(text(it, "apptID")));
    all.extend(attending.map(|record| {
        let id = format!("participant:{}:{}", text(record, "apptID"), text(record, "patientID"));
        Truth { id, record }
    }));
    each(rows, "appointments", &all, result, |sheet, it| {
        if sheet.fields()["shape"] == "individual" {
            sheet.time("starts_at", it.starts);
            sheet.names("contact", Some(text(it, "patientID")), rows);
            sheet.flag("cancelled", Some(text(it, "cancelled") == "1"));
        }
    });
}
