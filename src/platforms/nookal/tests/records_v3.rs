//! Records of the newer interface.

use rust_decimal::Decimal;
use serde_json::json;

use super::*;
use crate::domain::change::{Appointment, Contact, Record, Shape};

pub(super) fn client() -> Value {
    json!({ "clientID": 42, "title": "Ms", "firstName": "Orla", "middleName": "", "lastName": "Tamsin",
        "DOB": "Thu May 14 1987 00:00:00 GMT+1000 (Australian Eastern Standard Time)", "occupation": "", "category": "",
        "consent": 1, "active": 1, "deceased": 0, "allowOnlineBookings": 1, "locationID": 1,
        "registrationDate": "2024-02-03", "dateCreated": "Sat Feb 03 2024 09:10:11 GMT+0800 (x)",
        "dateModified": "2026-06-02 16:20:00", "mobile": "0491 570 156", "email": "orla@example.org",
        "addresses": [{ "addr1": "9 Old St", "isDefault": 0 },
            { "addr1": "1 Example St", "city": "Perth", "state": "WA", "postcode": "6000", "isDefault": 1 }] })
}

pub(super) fn entry() -> Value {
    json!({ "apptID": 9001, "clientID": 42, "providerID": 7, "caseID": 12, "appointmentDate": "2026-06-05",
        "isNewClient": 1, "isNewCase": 1, "arrived": 0, "status": "StdAppt", "dna": 0 })
}

pub(super) fn receipt() -> Value {
    json!({ "paymentID": 5, "invoiceID": 77, "clientID": 42, "locationID": 1, "method": "EFTPOS", "amount": 110.5,
        "date": "2026-06-05", "active": 1 })
}

fn with(mut record: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!() };
    record.as_object_mut().unwrap().extend(fields);
    record
}

async fn one(stream: &'static str, part: &str, row: Value) -> Option<Record> {
    let page = rows(stream, part, json!([row])).await;
    assert!(page.rejected.is_empty(), "{:?}", page.rejected);
    page.changes.into_iter().next().map(|change| change.record)
}

async fn contact(row: Value) -> Contact {
    match one("contacts", "v3_clients", row).await {
        Some(Record::Contact(contact)) => contact,
        other => panic!("{other:?}"),
    }
}

async fn visit(fields: Value) -> Option<Appointment> {
    one("appointments", "v3_appointments", with(entry(), fields)).await.map(|record| match record {
        Record::Appointment(visit) => *visit,
        other => panic!("{other:?}"),
    })
}

#[tokio::test]
async fn a_client_is_the_patient_of_the_older_interface() {
    let contact = contact(client()).await;
    assert_eq!((contact.external_id.as_str(), contact.name.as_deref()), ("42", Some("Orla Tamsin")));
    assert_eq!(
        (contact.phone.as_deref(), contact.email.as_deref()),
        (Some("+61491570156"), Some("orla@example.org"))
    );
    assert_eq!(contact.source_created_at.unwrap().to_string(), "2024-02-03T01:10:11Z");
    let patient = contact.patient.unwrap();
    assert_eq!(patient.date_of_birth.unwrap().to_string(), "1987-05-14", "the day as it is printed");
    assert_eq!(patient.address["lines"], json!(["1 Example St"]), "the one that is marked");
    assert_eq!(patient.source_updated_at.unwrap().to_string(), "2026-06-02T08:20:00Z");
}

#[tokio::test]
async fn dates_of_both_notations_are_read_and_others_are_unset() {
    for (text, day) in [
        ("Fri Jan 31 2025 10:00:00 GMT+1000 (Australian Eastern Standard Time)", Some("2025-01-31")),
        ("Fri Jan 31 2025 10:00:00 GMT+1000", Some("2025-01-31")),
        ("2025-01-31", Some("2025-01-31")),
        ("Invalid Date", None),
        ("31/01/2025", None),
    ] {
        let contact = contact(with(client(), json!({ "DOB": text }))).await;
        let born = contact.patient.unwrap().date_of_birth.map(|day| day.to_string());
        assert_eq!(born.as_deref(), day, "{text}");
    }
}

#[tokio::test]
async fn the_status_of_a_diary_s_entry_is_one_word() {
    let facts = |visit: &Appointment| (visit.shape, visit.cancelled, visit.did_not_arrive);
    for (status, dna, expected) in [
        ("StdAppt", 0, (Shape::Individual, false, Some(false))),
        ("Completed", 0, (Shape::Individual, false, Some(false))),
        ("Unpaid", 0, (Shape::Individual, false, Some(false))),
        ("DNA", 1, (Shape::Individual, false, Some(true))),
        // The mark stays when it is called off later.
        ("Cancelled", 1, (Shape::Individual, true, Some(false))),
        ("Rescheduled", 0, (Shape::Individual, false, Some(false))),
    ] {
        let visit = visit(json!({ "status": status, "dna": dna })).await.unwrap();
        assert_eq!(facts(&visit), expected, "{status}");
        assert_eq!(visit.attributes["status"], status);
    }
    for status in ["Event", "Note"] {
        assert!(visit(json!({ "status": status })).await.is_none(), "{status}");
    }
    assert!(visit(json!({ "clientID": null })).await.is_none());
    for sort in ["DiaryEvent", "DiaryNote"] {
        assert!(visit(json!({ "status": "StdAppt", "apptType": sort })).await.is_none(), "{sort}");
    }
    assert!(visit(json!({ "apptType": "Consultation" })).await.is_some());
    let class = visit(json!({ "status": "Completed", "apptType": "Class", "clientID": null })).await.unwrap();
    assert_eq!(class.shape, Shape::Group, "whatever became of it");
    let class = visit(json!({ "status": "Class", "clientID": null })).await.unwrap();
    assert_eq!((class.external_id.as_str(), class.shape, class.contact), ("class:9001", Shape::Group, None));
}

#[tokio::test]
async fn an_entry_without_times_has_its_day_in_the_practice_s_zone() {
    let day = visit(json!({})).await.unwrap();
    assert_eq!((day.starts_at.unwrap().to_string().as_str(), day.ends_at), ("2026-06-04T16:00:00Z", None));
    let timed =
        visit(json!({ "startTime": "09:00:00", "endTime": "09:45:00", "locationID": 2 })).await.unwrap();
    assert_eq!(
        timed.starts_at.unwrap().to_string(),
        "2026-06-04T23:00:00Z",
        "its location's, where it is known"
    );
}

#[tokio::test]
async fn payments_and_invoices_stand_apart() {
    match one("payments", "v3_payments", receipt()).await {
        Some(Record::Payment(it)) => {
            assert_eq!((it.external_id.as_str(), it.contact.as_deref(), it.active), ("5", Some("42"), true));
            assert_eq!(it.amount, Some(Decimal::new(1105, 1)));
        }
        other => panic!("{other:?}"),
    }
}

fn bill(fields: Value) -> Value {
    let bill = json!({ "invoiceID": 77, "invoiceNumber": "1203", "clientID": 42, "caseID": 12, "locationID": 1,
        "practitionerID": null, "isThirdPartyInvoice": 1, "Total": 110.5, "TotalPayments": 60, "Balance": 50.5, "void": 0,
        "dateCreated": "Fri Jan 31 2025 10:00:00 GMT+1000 (x)" });
    with(bill, fields)
}

#[tokio::test]
async fn a_bill_says_whose_it_is_what_it_comes_to_and_what_is_owed() {
    let read = async |part: &str, fields: Value| match one("invoices", part, bill(fields)).await {
        Some(Record::Invoice(it)) => *it,
        other => panic!("{other:?}"),
    };
    let open = read("v3_invoices", json!({})).await;
    assert_eq!((open.status.as_deref(), open.third_party), (Some("open"), true));
    assert_eq!((open.number.as_deref(), open.contact.as_deref()), (Some("1203"), Some("42")));
    let cents = |cents| Some(Decimal::new(cents, 2));
    assert_eq!((open.total, open.paid, open.outstanding), (cents(11_050), cents(6_000), cents(5_050)));
    assert_eq!(open.issued_on.unwrap().to_string(), "2025-01-31");
    let paid = read("v3_invoices", json!({ "Balance": 0, "clientID": 0 })).await;
    assert_eq!((paid.status.as_deref(), paid.contact), (Some("paid"), None), "of a client who was deleted");
    let void = read("v3_void_invoices", json!({ "void": 1 })).await;
    assert_eq!(void.status.as_deref(), Some("void"));
}
