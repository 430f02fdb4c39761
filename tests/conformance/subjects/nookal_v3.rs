//! Nookal through its newer interface: the same practice, as far as that shows it.

use routiq::domain::change::Kind;
use routiq_simulators::{
    Clock,
    nookal::{Entry, Kind as Of, Ledger},
};
use serde_json::{Value, json};

use super::nookal::{List, Practice, text, there};
use crate::subject::{Fact, Lacks, Scale, Subject, Truth};

/// What it does not tell.
pub const NO_CHANGES: Lacks = Lacks(
    "the newer interface tells neither practitioners, types, who attends a class nor what an invoice consists of, and no \
     changes: everything is listed again and again",
);

pub fn make(clock: Clock, scale: &Scale) -> Box<dyn Subject> {
    Box::new(Practice::new(clock, scale, true))
}

pub fn settings() -> Value {
    json!({ "api": "v3", "timezone": "Australia/Perth" })
}

pub fn truth(ledger: &Ledger) -> Truth {
    let all = |of: Of, fact: &dyn Fn(&Entry) -> Value| {
        there(ledger, of).map(|it| (it.id.clone(), Fact::of(fact(it)))).collect()
    };
    let patient = |it: &Entry| {
        json!({ "source_updated_at": it.modified, "email": text(it, "Email"), "first_name": text(it, "FirstName"),
            "last_name": text(it, "LastName") })
    };
    let entry = |it: &Entry| {
        let mut fact =
            json!({ "starts_at": it.starts, "practitioner_external_id": text(it, "practitionerID") });
        if it.slot == "visit" {
            fact["contact_external_id"] = json!(text(it, "patientID"));
            fact["cancelled"] = json!(text(it, "cancelled") == "1");
        }
        let prefix = if it.slot == "class" { "class:" } else { "" };
        (format!("{prefix}{}", it.id), Fact::of(fact))
    };
    let entries = there(ledger, Of::Appointments).filter(|it| it.slot == "visit" || it.slot == "class");
    let bill = |it: &Entry| {
        let told = |name: &str| it.fields.get(name).cloned().unwrap_or_default();
        json!({ "number": text(it, "invoiceNumber"), "contact_external_id": text(it, "patientID"),
            "total": told("totalDebits"), "paid": told("totalPayments"), "outstanding": told("totalBalance") })
    };
    let payments = there(ledger, Of::Invoices).flat_map(|it| {
        let payments = it.fields["details"]["payments"].as_array().cloned().unwrap_or_default();
        let invoice = it.id.clone();
        payments.into_iter().map(move |payment| {
            let columns = json!({ "amount": payment["amount"], "invoice_external_id": invoice });
            (payment["payment_id"].as_str().unwrap().to_owned(), Fact::of(columns))
        })
    });
    Truth::from([
        (Kind::Contact, all(Of::Patients, &patient)),
        (Kind::Location, all(Of::Locations, &|it| json!({ "name": text(it, "Name") }))),
        (Kind::Appointment, entries.map(entry).collect()),
        (Kind::Invoice, all(Of::Invoices, &bill)),
        (Kind::Payment, payments.collect()),
    ])
}

/// What can be spoiled: invoices stand in two lists of one name.
pub const LISTS: [List; 3] = [
    (Kind::Contact, Of::Patients, &["v3.clients"], CLIENT),
    (Kind::Appointment, Of::Appointments, &["v3.appointments"], ENTRY),
    (Kind::Invoice, Of::Invoices, &["v3.invoices"], BILL),
];

const CLIENT: &[&str] = &[
    "firstName",
    "lastName",
    "DOB",
    "email",
    "mobile",
    "addresses",
    "active",
    "deceased",
    "locationID",
    "dateModified",
];
const ENTRY: &[&str] =
    &["appointmentDate", "startTime", "endTime", "status", "dna", "arrived", "providerID", "locationID"];
const BILL: &[&str] =
    &["invoiceNumber", "Total", "Balance", "TotalPayments", "clientID", "void", "practitionerID"];
