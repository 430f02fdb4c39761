//! The shape of records.

use std::collections::BTreeSet;

use routiq_simulators::cliniko::Kind;
use serde_json::{Value, json};

use crate::{empty, lab, lab_with, q};

fn big() -> crate::Lab {
    lab_with(Default::default(), &routiq_simulators::clinic::Clinic { patients: 90, ..Default::default() })
}

async fn rows(lab: &crate::Lab, of: &str, query: &str) -> Vec<Value> {
    lab.ok(&format!("/{of}?per_page=100&{query}")).await[of].as_array().unwrap().clone()
}

#[tokio::test]
async fn ids_are_text_of_digits_too_large_for_a_float() {
    let lab = lab();
    for of in ["patients", "individual_appointments", "attendees", "invoices"] {
        for row in rows(&lab, of, "").await {
            let id: u64 = row["id"].as_str().unwrap().parse().unwrap();
            assert_eq!(id.to_string().len(), 19);
            assert!(id > 1 << 53);
            assert_ne!(row.get("patient_id"), Some(&json!(id)), "relations are links");
        }
    }
    assert!(rows(&lab, "practitioners", "").await.iter().all(|row| row["id"].as_str().unwrap().len() == 8));
}

#[tokio::test]
async fn relations_are_links_and_those_not_set_are_absent_or_null() {
    let lab = big();
    let visits = rows(&lab, "individual_appointments", "").await;
    for visit in &visits {
        for name in ["patient", "practitioner", "business", "appointment_type"] {
            let link = visit[name]["links"]["self"].as_str().unwrap();
            assert!(link.starts_with("https://api.au2.cliniko.com/v1/"));
        }
    }
    let cases: BTreeSet<bool> = visits.iter().map(|row| row.get("patient_case").is_some()).collect();
    assert_eq!(cases.len(), 2, "sometimes absent, sometimes null");
    let invoices = rows(&lab, "invoices", "").await;
    let ways: BTreeSet<&str> = invoices
        .iter()
        .map(|row| match row.get("appointment") {
            None => "absent",
            Some(Value::Null) => "null",
            Some(it) if it["links"]["self"].as_str().unwrap().contains("/v1/appointments/") => "legacy",
            Some(_) => "link",
        })
        .collect();
    assert_eq!(ways, BTreeSet::from(["absent", "null", "legacy", "link"]));
    assert!(
        invoices
            .iter()
            .all(|row| row["reversed_invoices"]["links"]["self"].as_str().unwrap().contains("?q%5B%5D="))
    );
}

#[tokio::test]
async fn money_is_decimal_text_and_nothing_says_what_was_paid_in_part() {
    let lab = big();
    for invoice in rows(&lab, "invoices", "").await {
        let total = invoice["total_amount"].as_str().unwrap();
        assert!(total.contains('.') && total.parse::<f64>().is_ok());
        assert!(invoice["number"].is_u64() && invoice.get("payments").is_none());
        let id = invoice["id"].as_str().unwrap();
        let items = lab.ok(&format!("/invoices/{id}/invoice_items")).await;
        assert!(items["invoice_items"][0]["unit_price"].is_string());
    }
    let statuses = rows(&lab, "invoices", &q("status:=20")).await;
    assert!(!statuses.is_empty() && statuses.iter().all(|row| row["status"] == 20));
    assert_eq!(lab.send("POST", "/invoices", "{}").await.unwrap().status(), 404);
}

#[tokio::test]
async fn numbers_are_as_typed_and_the_normalized_form_may_be_missing() {
    let lab = big();
    let mut ways = BTreeSet::new();
    for patient in rows(&lab, "patients", "").await {
        for phone in patient["patient_phone_numbers"].as_array().unwrap() {
            match phone.get("normalized_number") {
                None => ways.insert("absent"),
                Some(Value::Null) => ways.insert("null"),
                Some(number) => {
                    assert!(number.as_str().unwrap().bytes().all(|byte| byte.is_ascii_digit()));
                    ways.insert("digits")
                }
            };
        }
    }
    assert!(ways.contains("digits") && ways.len() >= 2, "{ways:?}");
}

#[tokio::test]
async fn booleans_have_three_states_and_unknown_fields_appear() {
    let lab = big();
    let patients = rows(&lab, "patients", "").await;
    let states: BTreeSet<String> =
        patients.iter().map(|row| row["accepted_sms_marketing"].to_string()).collect();
    assert_eq!(states.len(), 3);
    assert!(patients.iter().all(|row| row.get("reminders_communication_channels").is_some()));
}

#[tokio::test]
async fn a_group_has_its_people_in_attendees_and_each_may_call_off() {
    let lab = empty();
    let people: Vec<String> = (0..3).map(|_| lab.add(Kind::Patients, &json!({}), &[])).collect();
    let group = lab.add(Kind::GroupAppointments, &json!({}), &[]);
    let attendees: Vec<String> = people
        .iter()
        .map(|id| lab.add(Kind::Attendees, &json!({}), &[("booking", &group), ("patient", id)]))
        .collect();
    let row = lab.ok(&format!("/group_appointments/{group}")).await;
    assert_eq!(row["patient_ids"], json!(people));
    for absent in ["patient", "cancelled_at", "did_not_arrive"] {
        assert!(row.get(absent).is_none(), "{absent}");
    }
    assert!(row["max_attendees"].is_u64());
    assert_eq!(
        lab.ids("group_appointments", &q(&format!("patient_ids:~{}", people[0]))).await,
        *std::slice::from_ref(&group)
    );
    let before = row["updated_at"].clone();
    lab.hand.pass(jiff::SignedDuration::from_secs(60));
    lab.order(json!({"do": "cancel", "target": lab.target(Kind::Attendees, &attendees[0]), "reason": 30}));
    lab.order(json!({"do": "arrive", "target": lab.target(Kind::Attendees, &attendees[1]), "came": false}));
    let row = lab.ok(&format!("/group_appointments/{group}")).await;
    assert_eq!(
        (&row["patient_ids"], &row["updated_at"]),
        (&json!(people[1..]), &before),
        "its time stands still"
    );
    let below = lab.ok(&format!("/group_appointments/{group}/attendees")).await;
    assert_eq!(
        below["attendees"].as_array().unwrap().len(),
        2,
        "the one who called off is hidden here as well"
    );
    let mut listed = lab
        .ids("attendees", &format!("{}&{}", q(&format!("booking_id:={group}")), q("cancelled_at:*")))
        .await;
    listed.sort();
    assert_eq!(listed, attendees);
    assert_eq!(lab.ok(&format!("/attendees/{}", attendees[1])).await["arrived"], false);
}

#[tokio::test]
async fn an_individual_appointment_has_one_attendee_too() {
    let lab = empty();
    lab.add(Kind::Patients, &json!({}), &[]);
    let visit = lab.add(Kind::IndividualAppointments, &json!({}), &[]);
    let below = lab.ok(&format!("/individual_appointments/{visit}/attendees")).await;
    let rows = below["attendees"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0]["booking"]["links"]["self"].as_str().unwrap().ends_with(&format!("/bookings/{visit}")));
}

#[tokio::test]
async fn bookings_are_of_three_kinds_without_saying_which() {
    let lab = empty();
    lab.add(Kind::Patients, &json!({}), &[]);
    let one = lab.add(Kind::IndividualAppointments, &json!({}), &[]);
    let many = lab.add(Kind::GroupAppointments, &json!({}), &[]);
    let none = lab.add(Kind::UnavailableBlocks, &json!({}), &[]);
    for row in rows(&lab, "bookings", "").await {
        let id = row["id"].as_str().unwrap();
        assert!(row.get("type").is_none());
        assert_eq!(row.get("patient").is_some(), id == one);
        assert_eq!(row.get("max_attendees").is_some(), id == many);
        assert!([&one, &many, &none].iter().any(|known| *known == id));
        assert!(row["links"]["self"].as_str().unwrap().ends_with(&format!("/bookings/{id}")));
    }
    assert_eq!(lab.ok(&format!("/bookings/{one}")).await["id"], one.as_str(), "one space of ids");
}
