//! Each kind of record, and the quirks of Cliniko's own notation.

use rust_decimal::Decimal;
use serde_json::json;

use super::*;
use crate::domain::{
    change::{Appointment, Contact, Invoice, Record, Shape},
    stream::StreamState,
};

fn link(collection: &str, id: &str) -> Value {
    json!({ "links": { "self": format!("https://api.au2.cliniko.com/v1/{collection}/{id}") } })
}

/// A state in which these bookings are known as groups.
fn with_groups(groups: &[&str]) -> AccountState {
    let mut known = crate::platforms::cliniko::groups::Groups::default();
    groups.iter().for_each(|group| assert!(known.add(group)));
    let cursor = json!({ "own": { "groups": known } });
    let mut state = AccountState::default();
    state.streams.insert("appointments".into(), StreamState { cursor, proven_until: None });
    state
}

pub(super) fn patient() -> Value {
    json!({ "id": "1204410907283621733", "first_name": "Orla", "last_name": "Tamsin", "preferred_first_name": null,
        "label": "Orla Tamsin", "title": "Ms", "email": "orla@example.org", "date_of_birth": "1987-05-14",
        "sex": "Female", "gender_identity": null, "pronouns": { "nominative": "she", "accusative": "her" },
        "patient_phone_numbers": [
            { "number": "08 5550 1234", "normalized_number": null, "phone_type": "Home" },
            { "number": "0491 570 156", "normalized_number": "61491570156", "phone_type": "Mobile" }],
        "address_1": "1 Example St", "address_2": "", "city": "Perth", "state": "WA", "post_code": "6000",
        "country": "Australia", "country_code": "AU", "time_zone": "Australia/Perth", "occupation": "",
        "medicare": "never-keep", "notes": "never-keep", "custom_fields": null, "old_reference_id": "",
        "accepted_email_marketing": false, "accepted_sms_marketing": true, "accepted_privacy_policy": null,
        "reminder_type": "SMS & Email", "created_at": "2024-02-03T01:02:03Z", "updated_at": "2026-06-02T23:30:00Z",
        "archived_at": null, "deleted_at": null, "merged_at": null })
}

pub(super) fn individual() -> Value {
    json!({ "id": "1204499901234567811", "starts_at": "2026-06-05T01:00:00Z", "ends_at": "2026-06-05T01:45:00Z",
        "patient_name": "never-keep", "patient_arrived": false, "did_not_arrive": null,
        "cancelled_at": "2026-06-04T20:00:00Z", "cancellation_reason": 31, "cancellation_reason_description": "",
        "cancellation_note": null, "invoice_status": null, "treatment_note_status": 90, "notes": "bring shoes",
        "telehealth_url": "https://never-keep", "booking_ip_address": "never-keep", "repeat_rule": {},
        "created_at": "2026-05-20T04:00:00Z", "updated_at": "2026-06-04T22:10:00Z", "archived_at": null,
        "patient": link("patients", "1204410907283621733"), "practitioner": link("practitioners", "55120001"),
        "business": link("businesses", "55110001"), "appointment_type": link("appointment_types", "55130001"),
        "attendees": link("individual_appointments/1204499901234567811", "attendees") })
}

pub(super) fn attendee(booking: &str) -> Value {
    json!({ "id": "1204511100000000042", "arrived": false, "cancelled_at": null, "cancellation_reason": null,
        "cancellation_url": "https://never-keep", "telehealth_url": "https://never-keep", "notes": null,
        "sent_email_reminders_count": 1, "created_at": "2026-05-20T04:00:00Z",
        "updated_at": "2026-06-04T20:00:00Z", "archived_at": null, "booking": link("bookings", booking),
        "patient": link("patients", "1204410907283621733") })
}

pub(super) fn invoice() -> Value {
    json!({ "id": "1204600000000000007", "number": 318, "issue_date": "2026-06-05", "status": 20,
        "total_amount": "110.0", "net_amount": "100.0", "tax_amount": "10.05", "discounted_amount": "0.0",
        "created_at": "2026-06-05T01:50:00Z", "updated_at": "2026-06-05T02:00:00Z", "archived_at": null,
        "patient": link("patients", "1204410907283621733"), "practitioner": link("practitioners", "55120001"),
        "appointment": link("appointments", "1204499901234567811") })
}

async fn one(stream: &'static str, part: &str, record: Value, state: &AccountState) -> Record {
    let page = page(stream, part, part, json!([record]), state).await;
    assert_eq!((page.rejected.as_slice(), page.changes.len()), (&[][..], 1));
    assert!(!page.raw.concat().contains("never-keep"), "{:?}", page.raw);
    page.changes.into_iter().next().unwrap().record
}

async fn contact(record: Value) -> Contact {
    match one("contacts", "patients", record, &AccountState::default()).await {
        Record::Contact(contact) => contact,
        other => panic!("{other:?}"),
    }
}

async fn appointment(part: &str, record: Value, state: &AccountState) -> Appointment {
    match one("appointments", part, record, state).await {
        Record::Appointment(appointment) => *appointment,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_patient_is_mapped_whole() {
    let contact = contact(patient()).await;
    assert_eq!(contact.external_id, "1204410907283621733");
    assert_eq!(contact.name.as_deref(), Some("Orla Tamsin"));
    assert_eq!(contact.phone.as_deref(), Some("+61491570156"), "the mobile one, wherever it stands");
    assert_eq!(contact.phone_original.as_deref(), Some("0491 570 156"));
    let patient = contact.patient.unwrap();
    assert_eq!(patient.date_of_birth.map(|day| day.to_string()).as_deref(), Some("1987-05-14"));
    assert_eq!(patient.pronouns.as_deref(), Some("she/her"));
    assert_eq!(patient.phones.len(), 2);
    assert_eq!(patient.phones[0].e164.as_deref(), Some("+61855501234"), "read as the practice would dial it");
    assert_eq!(patient.address["country"], "AU");
    assert_eq!(
        (patient.accepts_email_marketing, patient.accepts_sms_marketing, patient.accepts_privacy_policy),
        (Some(false), Some(true), None),
        "not asked is not no"
    );
    assert_eq!(patient.occupation, None, "empty is absent");
}

#[tokio::test]
async fn ids_come_as_texts_or_numbers_and_stay_whole() {
    let mut record = patient();
    record["id"] = json!(1_204_410_907_283_621_733_u64);
    assert_eq!(contact(record).await.external_id, "1204410907283621733");
}

#[tokio::test]
async fn archived_deleted_and_merged_records_are_gone() {
    for field in ["archived_at", "deleted_at"] {
        let mut record = patient();
        record[field] = json!("2026-06-03T00:00:00Z");
        record["merged_with_patient"] = link("patients", "77");
        // What else is wrong with it is nobody's business any more.
        record["date_of_birth"] = json!("0001-01-01");
        match one("contacts", "patients", record, &AccountState::default()).await {
            Record::Gone { external_id, successor, .. } => {
                assert_eq!((external_id.as_str(), successor.as_deref()), ("1204410907283621733", Some("77")));
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_individual_appointment_says_what_became_of_it() {
    let visit = appointment("individual_appointments", individual(), &AccountState::default()).await;
    assert_eq!((visit.shape, visit.external_id.as_str()), (Shape::Individual, "1204499901234567811"));
    assert_eq!(visit.contact.as_deref(), Some("1204410907283621733"));
    assert_eq!(visit.location.as_deref(), Some("55110001"));
    assert!(visit.cancelled);
    assert_eq!(visit.cancellation_reason.as_deref(), Some("COVID-19 related"));
    assert_eq!((visit.arrived, visit.did_not_arrive), (Some(false), None), "null is not false");
    assert_eq!(visit.attributes["treatment_note_status"], "final");
    let mut missed = individual();
    missed["cancelled_at"] = Value::Null;
    missed["did_not_arrive"] = json!(true);
    missed["cancellation_reason"] = json!(77);
    let missed = appointment("individual_appointments", missed, &AccountState::default()).await;
    assert_eq!((missed.cancelled, missed.did_not_arrive), (false, Some(true)));
    assert_eq!(missed.cancellation_reason, None, "a reason without a cancellation");
}

#[tokio::test]
async fn cancellation_codes_are_words_and_unknown_ones_are_kept() {
    for (code, word) in [(10, "feeling better"), (60, "work"), (99, "code 99")] {
        let mut record = individual();
        record["cancellation_reason"] = json!(code);
        let visit = appointment("individual_appointments", record, &AccountState::default()).await;
        assert_eq!(visit.cancellation_reason.as_deref(), Some(word));
    }
}

#[tokio::test]
async fn only_the_attendees_of_groups_are_visits_of_their_own() {
    let state = with_groups(&["99"]);
    let visit = appointment("attendees", attendee("99"), &state).await;
    assert_eq!(
        (visit.external_id.as_str(), visit.shape),
        ("attendee:1204511100000000042", Shape::Attendance)
    );
    assert_eq!(visit.group.as_deref(), Some("group:99"));
    assert_eq!((visit.arrived, visit.did_not_arrive), (Some(false), None));
    let page = page("appointments", "attendees", "attendees", json!([attendee("98")]), &state).await;
    assert!(page.changes.is_empty() && page.rejected.is_empty() && page.raw.is_empty());
}

#[tokio::test]
async fn a_group_that_is_new_has_its_attendees_read() {
    let group = json!({ "id": "99", "starts_at": "2026-06-05T01:00:00Z", "ends_at": "2026-06-05T01:45:00Z",
        "max_attendees": 8, "updated_at": "2026-06-02T23:30:00Z", "created_at": "2026-06-02T23:30:00Z" });
    let begun = |own: Value| {
        let at = "2026-06-01T00:00:00Z";
        let cursor = json!({ "own": own, "parts": { "attendees": { "polled": at, "reach": at } } });
        let mut state = AccountState::default();
        state.streams.insert("appointments".into(), StreamState { cursor, proven_until: None });
        state
    };
    let due = |page: &Page| {
        page.state.iter().any(|s| matches!(s, crate::domain::stream::StateChange::Due { external_ids, .. } if external_ids == &["group:99"]))
    };
    let new =
        page("appointments", "group_appointments", "group_appointments", json!([group]), &begun(json!(null)))
            .await;
    assert!(due(&new));
    let known = with_groups(&["99"]).streams["appointments"].cursor["own"].clone();
    let old =
        page("appointments", "group_appointments", "group_appointments", json!([group]), &begun(known)).await;
    assert!(!due(&old));
    match &new.changes[0].record {
        Record::Appointment(a) => assert_eq!((a.external_id.as_str(), a.capacity), ("group:99", Some(8))),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn money_is_exact_and_a_legacy_link_leads_to_the_appointment() {
    let bill = |record: Value, state: AccountState| async move {
        match one("invoices", "invoices", record, &state).await {
            Record::Invoice(invoice) => *invoice,
            other => panic!("{other:?}"),
        }
    };
    let Invoice { total, tax, status, number, appointment, paid, .. } =
        bill(invoice(), AccountState::default()).await;
    assert_eq!((total, tax), ("110.0".parse::<Decimal>().ok(), "10.05".parse::<Decimal>().ok()));
    assert_eq!((status.as_deref(), number.as_deref()), (Some("paid"), Some("318")));
    assert_eq!(appointment.as_deref(), Some("1204499901234567811"));
    assert_eq!(paid, None, "what was paid is not told");
    let mut of_group = invoice();
    of_group["appointment"] = link("appointments", "99");
    of_group["attendee"] = link("attendees", "42");
    assert_eq!(bill(of_group, with_groups(&["99"])).await.appointment.as_deref(), Some("attendee:42"));
}

#[tokio::test]
async fn who_accepted_the_rules_of_booking_online_booked_online_and_nobody_s_address_is_kept() {
    for (accepted, expected) in [(json!(true), Some(true)), (json!(false), None), (Value::Null, None)] {
        let mut record = individual();
        record["online_booking_policy_accepted"] = accepted.clone();
        let visit = appointment("individual_appointments", record, &AccountState::default()).await;
        assert_eq!(visit.booked_online, expected, "{accepted}");
        let mut record = attendee("99");
        record["online_booking_policy_accepted"] = accepted.clone();
        record["booking_ip_address"] = json!("never-keep");
        let visit = appointment("attendees", record, &with_groups(&["99"])).await;
        assert_eq!(visit.booked_online, expected, "{accepted}");
    }
}

#[tokio::test]
async fn relations_are_read_from_links_that_are_known_and_no_others() {
    for (relation, expected) in [
        (link("patients", "5"), Some("5")),
        (json!({ "links": { "self": "https://api.au2.cliniko.com/v1/patients/5?x=1" } }), Some("5")),
        (
            json!({ "links": { "self": "https://api.au2.cliniko.com/v1/attendees?q%5B%5D=patient_id%3A%3D5" } }),
            None,
        ),
        (link("users", "5"), None),
        (json!({ "links": {} }), None),
        (json!(null), None),
    ] {
        let mut record = individual();
        record["patient"] = relation.clone();
        let visit = appointment("individual_appointments", record, &AccountState::default()).await;
        assert_eq!(visit.contact.as_deref(), expected, "{relation}");
    }
}

#[tokio::test]
async fn practitioners_places_and_types_are_mapped_and_a_zone_that_is_none_is_left_out() {
    let state = AccountState::default();
    let left = json!([{ "id": "1", "first_name": "Ana", "last_name": "Marsh", "designation": "Physiotherapist",
        "updated_at": "2026-06-02T23:30:00Z", "created_at": "2026-06-02T23:30:00Z" }]);
    let made = page("practitioners", "inactive_practitioners", "practitioners", left, &state).await;
    match &made.changes[0].record {
        Record::Practitioner(it) => {
            assert_eq!((it.name.as_deref(), it.active), (Some("Ana Marsh"), false));
            assert_eq!(it.speciality.as_deref(), Some("Physiotherapist"));
        }
        other => panic!("{other:?}"),
    }
    let place = json!({ "id": "1", "business_name": "Harbour", "time_zone_identifier": "Melbourne", "city": "Perth" });
    match one("locations", "businesses", place, &state).await {
        Record::Location(it) => assert_eq!((it.timezone, it.address), (None, json!({ "city": "Perth" }))),
        other => panic!("{other:?}"),
    }
    let class = json!({ "id": "1", "name": "Pilates", "max_attendees": 8, "duration_in_minutes": 60 });
    match one("appointment_types", "appointment_types", class, &state).await {
        Record::AppointmentType(it) => assert_eq!((it.group, it.capacity, it.price), (true, Some(8), None)),
        other => panic!("{other:?}"),
    }
}
