//! Each kind of record of the older interface, and the quirks of its notation.

use rust_decimal::Decimal;
use serde_json::json;

use super::*;
use crate::domain::change::{Appointment, Contact, Invoice, Payment, Record, Shape};

pub(super) fn patient() -> Value {
    json!({ "ID": "42", "Title": "Ms", "FirstName": "Orla", "MiddleName": "", "LastName": "Tamsin", "Nickname": "Orl",
        "DOB": "1987-05-14", "Gender": "F", "Email": "orla@example.org", "Mobile": "0491 570 156", "Home": "",
        "Work": "62749939", "Fax": "", "Addr1": "1 Example St", "Addr2": "", "City": "Perth", "State": "WA",
        "Country": "Australia", "Postcode": "6000", "LocationID": "1", "Notes": "never-keep", "Alerts": "never-keep",
        "Occupation": "", "Employer": "Example Ltd", "category": "", "allergies": "never-keep", "consent": "1",
        "allowOnlineBookings": "1", "PensionNo": "never-keep", "onlineQuickCode": "never-keep", "active": "1",
        "deceased": "0", "DateCreated": "2024-02-03 09:10:11", "DateModified": "2026-06-02 16:20:00",
        "extras": [{ "name": "Referral", "answers": "Friend" }] })
}

pub(super) fn appointment() -> Value {
    json!({ "ID": "9001", "patientID": "42", "appointmentDate": "2026-06-05", "appointmentStartTime": "09:00:00",
        "appointmentEndTime": "09:45:00", "locationID": "1", "appointmentType": "Initial", "appointmentTypeID": "3",
        "practitionerID": "7", "emailReminderSent": "1", "arrived": "0", "DNA": "0", "cancelled": "0",
        "cancellationDate": null, "invoiceGenerated": "0", "Notes": null, "dateCreated": "2026-05-20 12:00:00",
        "lastModified": "2026-06-04 08:00:00" })
}

pub(super) fn invoice() -> Value {
    json!({ "ID": "77", "invoiceNumber": "1203", "patientID": "42", "providerID": "7", "locationID": "1",
        "dateCreated": "2026-06-05 09:50:00", "isThirdPartyInvoice": "0", "invoiceNotes": "never-keep",
        "totalDebits": "110.00", "totalPayments": 110.0, "totalAdjustments": "0.00", "totalDiscounts": "0.00",
        "totalCredits": "0.00", "totalRefunds": "0.00", "totalBalance": "0.00",
        "details": {
            "entries": [
                { "entry_id": "1", "void": "0", "date": "2026-06-05", "name": "Initial", "description": "", "qty": "1",
                    "subtotal": "100.00", "tax": "10.00", "total": "110.00" },
                { "entry_id": "2", "void": "1", "name": "Mistake", "subtotal": "50.00", "total": "50.00" }],
            "payments": [{ "payment_id": "5", "void": "0", "date": "2026-06-05", "amount": "110.00", "group": "",
                "method": "EFTPOS" }] } })
}

fn with(mut record: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!() };
    record.as_object_mut().unwrap().extend(fields);
    record
}

async fn one(stream: &'static str, part: &str, list: &str, record: Value) -> Record {
    let page = page(stream, part, list, json!([record])).await;
    assert!(page.rejected.is_empty(), "{:?}", page.rejected);
    assert!(!page.raw.concat().contains("never-keep"), "{:?}", page.raw);
    page.changes.into_iter().next_back().unwrap().record
}

async fn contact(record: Value) -> Contact {
    match one("contacts", "patients", "patients", record).await {
        Record::Contact(contact) => contact,
        other => panic!("{other:?}"),
    }
}

async fn visit(record: Value) -> Appointment {
    match one("appointments", "appointments", "appointments", record).await {
        Record::Appointment(visit) => *visit,
        other => panic!("{other:?}"),
    }
}

async fn bill(part: &str, record: Value) -> (Invoice, Vec<Payment>) {
    let page = page("invoices", part, "invoices", json!([record])).await;
    assert!(!page.raw.concat().contains("never-keep"));
    let (mut bill, mut payments) = (None, Vec::new());
    for change in page.changes {
        match change.record {
            Record::Invoice(invoice) => bill = Some(*invoice),
            Record::Payment(payment) => payments.push(payment),
            other => panic!("{other:?}"),
        }
    }
    (bill.unwrap(), payments)
}

fn text(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn a_patient_is_mapped_whole_in_their_location_s_zone_and_country() {
    let contact = contact(patient()).await;
    assert_eq!((contact.external_id.as_str(), contact.name.as_deref()), ("42", Some("Orla Tamsin")));
    assert_eq!(contact.email.as_deref(), Some("orla@example.org"));
    assert_eq!(contact.phone.as_deref(), Some("+61491570156"));
    assert_eq!(text(contact.source_created_at), "2024-02-03T01:10:11Z", "clocks in Perth");
    assert_eq!(contact.attributes["custom"], json!({ "Referral": "Friend" }));
    assert_eq!(contact.attributes["additional"]["Employer"], "Example Ltd");
    let patient = contact.patient.unwrap();
    assert_eq!(patient.date_of_birth.unwrap().to_string(), "1987-05-14");
    assert_eq!(
        (patient.active, patient.deceased, patient.preferred_name.as_deref()),
        (true, false, Some("Orl"))
    );
    assert_eq!((patient.location.as_deref(), patient.middle_name), (Some("1"), None));
    let kinds: Vec<&str> = patient.phones.iter().map(|phone| phone.kind.as_str()).collect();
    assert_eq!(kinds, ["mobile", "work"]);
    assert_eq!(patient.address["lines"], json!(["1 Example St"]));
    assert_eq!(text(patient.source_updated_at), "2026-06-02T08:20:00Z");
}

#[tokio::test]
async fn a_number_is_read_as_the_patient_s_location_dials_it() {
    let abroad = contact(with(patient(), json!({ "LocationID": "2", "Mobile": "021 123 4567" }))).await;
    assert_eq!(abroad.phone.as_deref(), Some("+64211234567"));
    let home = contact(with(patient(), json!({ "LocationID": "0", "Mobile": "0412 000 111" }))).await;
    assert_eq!(home.phone.as_deref(), Some("+61412000111"), "the organization's own");
}

#[tokio::test]
async fn ids_and_flags_come_as_texts_or_numbers() {
    let record = with(patient(), json!({ "ID": 42, "LocationID": 1, "active": 0, "deceased": 1 }));
    let contact = contact(record).await;
    assert_eq!(contact.external_id, "42");
    let patient = contact.patient.unwrap();
    assert_eq!((patient.active, patient.deceased, patient.location.as_deref()), (false, true, Some("1")));
}

#[tokio::test]
async fn times_that_are_none_are_unset() {
    for none in [
        json!(null),
        json!(""),
        json!("0000-00-00"),
        json!("0000-00-00 00:00:00"),
        json!("soon"),
        json!("1066-10-14"),
    ] {
        let record = with(patient(), json!({ "DOB": none, "DateCreated": none, "DateModified": none }));
        let contact = contact(record).await;
        let patient = contact.patient.unwrap();
        assert_eq!(
            (contact.source_created_at, patient.date_of_birth, patient.source_updated_at),
            (None, None, None)
        );
    }
}

#[tokio::test]
async fn an_appointment_is_where_its_location_s_clocks_are() {
    let visit = visit(appointment()).await;
    assert_eq!((visit.shape, visit.external_id.as_str()), (Shape::Individual, "9001"));
    assert_eq!(
        (text(visit.starts_at), text(visit.ends_at)),
        ("2026-06-05T01:00:00Z".into(), "2026-06-05T01:45:00Z".into())
    );
    assert_eq!((visit.contact.as_deref(), visit.practitioner.as_deref()), (Some("42"), Some("7")));
    assert_eq!((visit.appointment_type.as_deref(), visit.type_name.as_deref()), (Some("3"), Some("Initial")));
    assert_eq!((visit.arrived, visit.did_not_arrive, visit.cancelled), (Some(false), Some(false), false));
    let page = page("appointments", "appointments", "appointments", json!([appointment()])).await;
    assert_eq!(page.changes[0].source_version, None, "what is seen later is newer, whatever its time says");
}

#[tokio::test]
async fn a_time_the_clocks_jumped_over_is_as_much_later() {
    // Clocks in Sydney jump from 02:00 to 03:00 on 4 October 2026.
    let gap = json!({ "locationID": "2", "appointmentDate": "2026-10-04", "appointmentStartTime": "02:30:00", "appointmentEndTime": "03:30" });
    let visit = visit(with(appointment(), gap)).await;
    assert_eq!(
        (text(visit.starts_at), text(visit.ends_at)),
        ("2026-10-03T16:30:00Z".into(), "2026-10-03T16:30:00Z".into())
    );
}

#[tokio::test]
async fn an_appointment_without_a_time_has_its_day() {
    for none in [json!(null), json!(""), json!("soon")] {
        let visit = visit(with(appointment(), json!({ "appointmentStartTime": none }))).await;
        assert_eq!((text(visit.starts_at), visit.ends_at), ("2026-06-04T16:00:00Z".into(), None));
        assert_eq!(visit.attributes["time"], "unknown");
    }
    let backwards = visit(with(appointment(), json!({ "appointmentEndTime": "08:00:00" }))).await;
    assert_eq!(backwards.ends_at, None, "nothing ends before it begins");
}

#[tokio::test]
async fn cancelled_and_missed_appointments_say_so() {
    let fields = json!({ "cancelled": "1", "cancellationDate": "2026-06-04 17:00:00", "DNA": "1" });
    let cancelled = visit(with(appointment(), fields)).await;
    assert!(cancelled.cancelled);
    assert_eq!(
        (text(cancelled.cancelled_at), cancelled.did_not_arrive),
        ("2026-06-04T09:00:00Z".into(), Some(true))
    );
    let again = json!({ "cancelled": 0, "cancellationDate": "2026-06-04 17:00:00", "DNA": 1 });
    let missed = visit(with(appointment(), again)).await;
    assert_eq!((missed.cancelled, missed.cancelled_at, missed.did_not_arrive), (false, None, Some(true)));
}

#[tokio::test]
async fn slots_that_nobody_comes_to_are_no_visits_and_count_as_seen() {
    let slots = [json!({ "patientID": "" }), json!({ "patientID": null }), json!({ "patientID": "0" })];
    for slot in slots {
        let page =
            page("appointments", "appointments", "appointments", json!([with(appointment(), slot)])).await;
        assert!(page.changes.is_empty() && page.rejected.is_empty() && page.raw.is_empty());
        let crate::domain::stream::StateChange::Stream { cursor, .. } = &page.state[0] else { panic!() };
        assert!(cursor["gap"].is_null(), "one of one was seen: {cursor}");
    }
}

#[tokio::test]
async fn an_invoice_tells_what_counts_and_its_payments() {
    let (bill, payments) = bill("invoices", invoice()).await;
    assert_eq!((bill.external_id.as_str(), bill.status.as_deref()), ("77", Some("paid")));
    assert_eq!(
        (bill.net, bill.tax, bill.total),
        (Some(Decimal::new(10_000, 2)), Some(Decimal::new(1_000, 2)), Some(Decimal::new(11_000, 2)))
    );
    assert_eq!(
        (bill.paid.unwrap().normalize(), bill.outstanding),
        (Decimal::from(110), Some(Decimal::new(0, 2)))
    );
    assert_eq!(bill.issued_on.unwrap().to_string(), "2026-06-05");
    assert_eq!(
        bill.lines,
        json!([{ "name": "Initial", "quantity": "1", "net": "100.00", "tax": "10.00",
        "total": "110.00", "date": "2026-06-05" }]),
        "void lines do not count"
    );
    let payment = &payments[0];
    assert_eq!(
        (payment.external_id.as_str(), payment.invoice.as_deref(), payment.contact.as_deref()),
        ("5", Some("77"), Some("42"))
    );
    assert_eq!(
        (payment.amount, payment.active, payment.method.as_deref()),
        (Some(Decimal::new(11_000, 2)), true, Some("EFTPOS"))
    );
}

#[tokio::test]
async fn void_and_open_and_others_invoices_say_so() {
    let (void, payments) = bill("void_invoices", invoice()).await;
    assert_eq!((void.status.as_deref(), payments[0].active), (Some("void"), false));
    let (open, _) = bill("invoices", with(invoice(), json!({ "totalBalance": "10.00" }))).await;
    assert_eq!(open.status.as_deref(), Some("open"));
    let others = json!({ "isThirdPartyInvoice": 1, "contactID": "3", "contactCompany": "Example Insurance" });
    let (others, _) = bill("invoices", with(invoice(), others)).await;
    assert_eq!((others.third_party, others.contact.as_deref()), (true, Some("42")), "whom it is for");
    assert_eq!(others.attributes["payer"]["contactCompany"], "Example Insurance");
}

#[tokio::test]
async fn a_payment_that_cannot_be_told_costs_itself_alone() {
    let mut broken = invoice();
    broken["details"]["payments"][0]["amount"] = json!("many");
    let page = page("invoices", "invoices", "invoices", json!([broken])).await;
    assert_eq!((page.changes.len(), page.rejected.len()), (1, 1));
    assert_eq!(
        (page.rejected[0].kind.as_str(), page.rejected[0].external_id.as_deref()),
        ("payments", Some("5"))
    );
}

#[tokio::test]
async fn payments_are_listed_with_their_invoices_unless_one_cannot_be_told() {
    use crate::domain::stream::StateChange;
    let sweep = |record: Value| async move {
        let body = success("invoices", &json!([record]));
        let (adapter, _) = adapter(move |_| respond(200, body.clone()));
        let what = |part: &str| json!({ "ask": "read", "part": part, "by": "made", "since": null, "before": null, "page": 1, "token": null });
        let mut state = placed();
        let mut complete = Vec::new();
        for part in ["invoices", "void_invoices"] {
            let call = Call { stream: "invoices", what: what(part), urgency: Urgency::Backfill };
            let page = pull(&adapter, &state, &call).await.unwrap();
            for change in page.state {
                match change {
                    StateChange::Stream { stream, cursor, proven_until } => {
                        drop(state.streams.insert(stream.to_owned(), StreamState { cursor, proven_until }));
                    }
                    StateChange::Listed { stream: "payments", external_ids, .. } => {
                        assert!(external_ids.len() <= 1)
                    }
                    StateChange::ListingComplete { stream, .. } => complete.push(stream),
                    _ => {}
                }
            }
        }
        complete
    };
    assert_eq!(sweep(invoice()).await, ["invoices", "payments"]);
    assert_eq!(sweep(with(invoice(), json!({ "details": "gone" }))).await, ["invoices"]);
}

#[tokio::test]
async fn practitioners_and_types_are_mapped_as_far_as_they_are_told() {
    let practitioner = json!({ "ID": "7", "Title": "Dr", "FirstName": "Ilse", "LastName": "Marr",
        "Speciality": "Physiotherapist", "Email": "i@example.org", "locations": [2, 1] });
    match one("practitioners", "practitioners", "practitioners", practitioner.clone()).await {
        Record::Practitioner(it) => {
            assert_eq!((it.name.as_deref(), it.active), (Some("Ilse Marr"), true), "no word is no farewell");
            assert_eq!(it.locations, ["1", "2"]);
        }
        other => panic!("{other:?}"),
    }
    match one("practitioners", "practitioners", "practitioners", with(practitioner, json!({ "status": "0" })))
        .await
    {
        Record::Practitioner(it) => assert!(!it.active),
        other => panic!("{other:?}"),
    }
    let kind = json!({ "ID": "3", "Name": "Initial", "Description": "", "Duration": "45", "Price": "95.00", "hasTax": "0" });
    match one("appointment_types", "services", "services", kind.clone()).await {
        Record::AppointmentType(it) => {
            assert_eq!((it.external_id.as_str(), it.group, it.duration_minutes), ("3", false, Some(45)));
            assert_eq!(it.price, Some(Decimal::new(9_500, 2)));
        }
        other => panic!("{other:?}"),
    }
    let odd = with(kind, json!({ "Price": "$95", "Duration": "45 min" }));
    match one("appointment_types", "class_types", "classes", odd).await {
        Record::AppointmentType(it) => {
            assert_eq!((it.external_id.as_str(), it.group, it.price), ("class:3", true, None));
            assert_eq!(
                (&it.attributes["Price"], &it.attributes["Duration"]),
                (&json!("$95"), &json!("45 min"))
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_note_is_kept_as_it_is_structured() {
    let note = json!({ "noteID": "31", "clientID": "42", "practitionerID": "7", "date": "2026-06-05 10:00:00",
        "status": "draft", "html": "<p>all of it</p>", "template": { "name": "Knee" },
        "answers": [{ "answers": ["<p>better &amp; better</p>"] }], "onlineQuickCode": "never-keep" });
    match one("clinical_notes", "notes", "notes", note).await {
        Record::ClinicalNote(note) => {
            assert_eq!(
                (note.external_id.as_str(), note.contact.as_deref(), note.draft),
                ("31", Some("42"), true)
            );
            assert_eq!(note.content["answers"][0]["answers"][0], "<p>better &amp; better</p>");
            assert_eq!(
                (&note.content["html"], &note.content["template"]["name"]),
                (&json!("<p>all of it</p>"), &json!("Knee"))
            );
        }
        other => panic!("{other:?}"),
    }
}
