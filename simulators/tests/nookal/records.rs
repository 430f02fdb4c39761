//! The shape of records of the older interface.

use std::collections::BTreeSet;

use routiq_simulators::clinic::Clinic;
use routiq_simulators::nookal::{Kind, Settings};
use serde_json::{Value, json};

use crate::{Lab, empty, lab_with};

fn big() -> Lab {
    lab_with(Settings::default(), &Clinic { patients: 150, groups: 0.2, ..Clinic::default() })
}

#[tokio::test]
async fn numbers_and_flags_are_text_and_times_have_no_zone() {
    let lab = big();
    for row in lab.rows("getAppointments", "page_length=200", "appointments").await {
        for field in ["ID", "locationID", "practitionerID", "DNA", "cancelled", "emailReminderSent"] {
            assert!(row[field].is_string(), "{field}");
        }
        let stamp = row["lastModified"].as_str().unwrap();
        assert_eq!((stamp.len(), stamp.as_bytes()[10]), (19, b' '));
        assert_eq!(row["appointmentStartTime"].as_str().unwrap().len(), 8);
    }
    let location = &lab.rows("getLocations", "", "locations").await[0];
    assert_eq!(location["Timezone"], "Australia/Perth");
    let types = lab.rows("getAppointmentTypes", "", "services").await;
    assert!(types[0]["Duration"].is_string() && types[0]["Locations"][0].is_u64(), "lists hold numbers");
}

#[tokio::test]
async fn local_times_are_of_the_location() {
    let lab = empty();
    let away = lab.add(Kind::Locations, &json!({"Timezone": "Australia/Sydney"}));
    lab.order(
        json!({"do": "open_locations", "key": lab.seat.key, "locations": [away.parse::<u64>().unwrap()]}),
    );
    lab.add(Kind::Appointments, &json!({}));
    lab.add(Kind::Appointments, &json!({"locationID": away}));
    let rows = lab.rows("getAppointments", "", "appointments").await;
    let stamps: BTreeSet<&str> = rows.iter().map(|row| row["lastModified"].as_str().unwrap()).collect();
    assert_eq!(stamps, BTreeSet::from(["2026-06-15 10:00:00", "2026-06-15 12:00:00"]), "one moment");
}

#[tokio::test]
async fn the_diary_mixes_visits_classes_and_blocks() {
    let lab = big();
    let mut ways = BTreeSet::new();
    for page in 1..4 {
        for row in lab.rows("getAppointments", &format!("page_length=200&page={page}"), "appointments").await
        {
            ways.insert(match row.get("patientID") {
                None => "class",
                Some(Value::String(id)) if id.is_empty() => "block",
                Some(_) => "visit",
            });
        }
    }
    assert_eq!(ways, BTreeSet::from(["block", "class", "visit"]));
    let class = lab.ids("getClasses", "", "classes").await[0].clone();
    let people = lab.rows("getClassParticipants", &format!("appt_id={class}"), "participants").await;
    assert!(!people.is_empty() && people.iter().all(|row| row["patientID"].is_string()));
}

#[tokio::test]
async fn what_is_unknown_is_null_or_empty_or_zeros() {
    let lab = lab_with(
        Settings::default(),
        &Clinic { patients: 200, visits_per_patient: 0.0, ..Clinic::default() },
    );
    let patients = lab.rows("getPatients", "page_length=200", "patients").await;
    let born: BTreeSet<&str> = patients
        .iter()
        .map(|row| match &row["DOB"] {
            Value::Null => "null",
            Value::String(text) if text == "0000-00-00" => "zeros",
            _ => "day",
        })
        .collect();
    assert_eq!(born.len(), 3);
    assert!(patients.iter().any(|row| row["DateModified"].is_string() && row["DateCreated"].is_null()));
    assert!(patients.iter().any(|row| row["Email"] == ""));
    assert!(patients.iter().any(|row| row["Notes"].as_str().is_some_and(|text| text.contains("&amp;"))));
    assert!(
        patients.iter().all(|row| row["onlineQuickCode"].as_str().unwrap().len() == 6),
        "a secret to drop"
    );
    let visit = lab.add(Kind::Appointments, &json!({}));
    let target = lab.target(Kind::Appointments, &visit);
    let mut blanks = BTreeSet::new();
    for _ in 0..8 {
        lab.order(json!({"do": "cancel", "target": target}));
        lab.hand.pass(jiff::SignedDuration::from_secs(1));
        lab.order(json!({"do": "reinstate", "target": target}));
        blanks
            .insert(lab.rows("getAppointments", "", "appointments").await[0]["cancellationDate"].to_string());
    }
    assert_eq!(blanks, BTreeSet::from(["\"0000-00-00 00:00:00\"".to_owned(), "null".to_owned()]));
}

#[tokio::test]
async fn invoices_are_asked_for_by_post_and_expanded_on_demand() {
    let lab = big();
    let plain = lab.rows("getInvoices", "page_length=200", "invoices").await;
    assert!(plain.iter().all(|row| row.get("details").is_none() && row.get("void").is_none()));
    let kinds: BTreeSet<bool> = plain.iter().map(|row| row["totalPayments"].is_string()).collect();
    assert_eq!(kinds.len(), 2, "amounts are text or numbers");
    assert!(plain.iter().any(|row| row["isThirdPartyInvoice"] == "1" && row["contactCompany"].is_string()));
    let full = lab.rows("getInvoices", "page_length=200&expanded=1", "invoices").await;
    assert!(full.iter().all(|row| row["details"]["entries"][0]["total"].is_string()));
    let void = lab.ids("getInvoices", "void=1", "invoices").await;
    assert!(
        !void.is_empty() && plain.iter().all(|row| !void.contains(&row["ID"].as_str().unwrap().to_owned()))
    );
    let url = format!("{}/getInvoices?api_key={}", crate::V2, lab.seat.key);
    let (_, body) = crate::common::json(lab.nookal.handle(crate::common::get(&url, "")).await.unwrap());
    assert_eq!(body["status"], "failure");
    let one = plain[0]["ID"].as_str().unwrap();
    let single = lab.call("getInvoice", &format!("invoice_id={one}")).await;
    assert_eq!(single["data"]["results"]["invoice"]["ID"], one);
}

#[tokio::test]
async fn notes_come_fifty_at_a_time_and_nobody_is_found_by_number() {
    let lab = lab_with(
        Settings::default(),
        &Clinic { patients: 60, visits_per_patient: 6.0, treatment_notes: 1.0, ..Clinic::default() },
    );
    let notes = lab.rows("getAllTreatmentNotes", "page_length=200", "notes").await;
    assert_eq!(notes.len(), 50);
    assert!(notes[0]["noteID"].is_string() && notes[0]["clientID"].is_string(), "names of its own");
    let all = lab.rows("searchPatients", "", "patients").await.len();
    assert_eq!(lab.rows("searchPatients", "phone=0491", "patients").await.len(), all, "no such parameter");
}
