//! Pages, filters, what no list shows.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::nookal::{Kind, Settings, State};
use serde_json::{Value, json};

use crate::{empty, lab, lab_with};

#[tokio::test]
async fn pages_are_of_two_hundred_at_most_and_end_in_several_ways() {
    let clinic = Clinic { patients: 450, visits_per_patient: 0.0, ..Clinic::default() };
    let mut ends = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for seed in 1..16 {
        let lab = lab_with(Settings { seed, ..Settings::default() }, &clinic);
        let mut sizes = Vec::new();
        let mut page = 1_u64;
        loop {
            let body = lab.call("getPatients", &format!("page={page}&page_length=1000")).await;
            assert_eq!(body["details"]["totalItems"], 450);
            assert_eq!(body["settings"]["pageLength"], 200);
            sizes.push(body["data"]["results"]["patients"].as_array().unwrap().len());
            kinds.insert(body["settings"]["currentPage"].is_string());
            let next = match body["settings"].get("nextPage") {
                Some(Value::Number(next)) => next.as_u64(),
                Some(Value::String(next)) => next.parse().ok(),
                _ => None,
            };
            let Some(next) = next else {
                ends.insert(body["settings"].get("nextPage").map(Value::to_string));
                break;
            };
            page = next;
        }
        assert_eq!(sizes, [200, 200, 50]);
        lab.nookal.set(|settings| settings.pages_in_details = true);
        let body = lab.call("getPatients", "").await;
        assert_eq!(body["details"]["currentItems"], 100);
        assert!(
            body["details"].get("currentPage").is_some() && body["settings"].get("currentPage").is_none()
        );
    }
    assert_eq!(ends, BTreeSet::from([None, Some("null".to_owned()), Some("\"\"".to_owned())]));
    assert_eq!(kinds.len(), 2, "text and numbers");
}

#[tokio::test]
async fn what_changes_moves_to_the_front_and_pages_shift() {
    let lab = empty();
    for _ in 0..5 {
        lab.hand.pass(SignedDuration::from_secs(1));
        lab.add(Kind::Patients, &json!({}));
    }
    let first = lab.ids("getPatients", "page_length=3", "patients").await;
    let second = lab.ids("getPatients", "page_length=3&page=2", "patients").await;
    lab.hand.pass(SignedDuration::from_secs(1));
    lab.nookal.edit(&lab.target(Kind::Patients, &second[2]), Default::default()).unwrap();
    let shifted = lab.ids("getPatients", "page_length=3&page=2", "patients").await;
    assert_eq!(shifted, [first[2].clone(), second[0].clone(), second[1].clone()], "one twice, one never");
}

#[tokio::test]
async fn last_modified_is_read_in_the_practice_s_zone_or_in_utc() {
    let lab = empty();
    lab.hand.pass(SignedDuration::from_hours(1));
    let id = lab.add(Kind::Patients, &json!({}));
    let since = async |text: &str| {
        lab.ids("getPatients", &format!("last_modified={}", text.replace(' ', "+")), "patients").await
    };
    // It is eleven in Perth, three in Greenwich.
    assert_eq!(since("2026-06-15 10:59:59").await, *std::slice::from_ref(&id));
    assert!(since("2026-06-15 11:00:00").await.is_empty(), "after, not at");
    lab.nookal.set(|settings| settings.last_modified_inclusive = true);
    assert_eq!(since("2026-06-15 11:00:00").await, *std::slice::from_ref(&id));
    lab.nookal.set(|settings| settings.last_modified_in_utc = true);
    assert!(since("2026-06-15 10:59:59").await.is_empty(), "a moment that has not come yet");
    assert_eq!(since("2026-06-15 02:59:59").await, [id]);
}

#[tokio::test]
async fn the_waiting_list_spells_its_filter_as_one_word() {
    let lab = empty();
    lab.hand.pass(SignedDuration::from_hours(1));
    lab.add(Kind::WaitingList, &json!({}));
    let at = "2026-06-15+12:00:00";
    assert!(lab.ids("getWaitingList", &format!("lastmodified={at}"), "waitingList").await.is_empty());
    assert!(
        !lab.ids("getWaitingList", &format!("last_modified={at}"), "waitingList").await.is_empty(),
        "not noticed"
    );
}

#[tokio::test]
async fn cancelled_appointments_are_listed() {
    let lab = empty();
    let id = lab.add(Kind::Appointments, &json!({}));
    lab.order(json!({"do": "cancel", "target": lab.target(Kind::Appointments, &id)}));
    let row = &lab.rows("getAppointments", "", "appointments").await[0];
    assert_eq!((&row["cancelled"], &row["cancellationDate"]), (&json!("1"), &json!("2026-06-15 10:00:00")));
}

#[tokio::test]
async fn deleted_and_merged_records_vanish_without_a_trace() {
    let lab = empty();
    let kept = lab.ids("getPatients", "", "patients").await[0].clone();
    let gone = lab.add(Kind::Patients, &json!({}));
    let visit = lab.add(Kind::Appointments, &json!({"patientID": gone}));
    let deleted = lab.add(Kind::Appointments, &json!({}));
    let before = lab.rows("getAppointments", "", "appointments").await;
    lab.hand.pass(SignedDuration::from_hours(1));
    lab.order(json!({"do": "delete", "target": lab.target(Kind::Appointments, &deleted)}));
    lab.order(json!({"do": "merge", "account": lab.seat.account, "patient": gone, "into": kept}));
    assert_eq!(lab.ids("getPatients", "", "patients").await, *std::slice::from_ref(&kept));
    let rows = lab.rows("getAppointments", "", "appointments").await;
    assert_eq!((rows.len(), &rows[0]["ID"], &rows[0]["patientID"]), (1, &json!(visit), &json!(kept)));
    let was = before.iter().find(|row| row["ID"] == visit.as_str()).unwrap();
    assert_eq!(rows[0]["lastModified"], was["lastModified"], "what it had moves without a word");
    let ledger = lab.nookal.ledger(lab.seat.account).unwrap();
    assert_eq!(ledger.get(Kind::Patients, &gone).unwrap().state, State::Deleted);
    lab.order(json!({"do": "restore", "target": lab.target(Kind::Appointments, &deleted)}));
    assert_eq!(lab.ids("getAppointments", "", "appointments").await.len(), 2);
}

#[tokio::test]
async fn inactive_people_are_marked_or_left_out() {
    let lab = lab();
    let (here, all) = (
        lab.ids("getPractitioners", "", "practitioners").await,
        lab.rows("getPractitioners", "include_inactive_practitioners=1", "practitioners").await,
    );
    assert_eq!(all.len(), here.len() + 1);
    assert!(all.iter().any(|row| row.get("status").is_none()), "not always present");
    let patient = lab.ids("getPatients", "page_length=200", "patients").await[0].clone();
    lab.order(json!({"do": "archive", "target": lab.target(Kind::Patients, &patient)}));
    let row = &lab.rows("searchPatients", &format!("patient_id={patient}"), "patients").await[0];
    assert_eq!(row["active"], "0", "listed, and marked");
}

#[tokio::test]
async fn days_are_of_the_diary_and_included() {
    let lab = empty();
    // Seven in the morning of the sixteenth in Perth is still the fifteenth in Greenwich.
    let id = lab.add(
        Kind::Appointments,
        &json!({"appointmentDate": "2026-06-16", "appointmentStartTime": "07:00:00"}),
    );
    let found = async |params: &str| lab.ids("getAppointments", params, "appointments").await;
    assert_eq!(found("date_from=2026-06-16&date_to=2026-06-16").await, *std::slice::from_ref(&id));
    assert!(found("date_to=2026-06-15").await.is_empty());
    assert!(found("appt_status=Completed").await.is_empty());
    let ledger = lab.nookal.ledger(lab.seat.account).unwrap();
    let starts = ledger.get(Kind::Appointments, &id).unwrap().starts.unwrap();
    assert_eq!(starts.to_string(), "2026-06-15T23:00:00Z");
}

#[tokio::test]
async fn a_record_may_come_late_and_a_change_may_be_silent() {
    let lab = empty();
    let edit = json!({"fields": {}, "as_of": "2026-06-15T01:58:00Z"});
    lab.order(json!({"do": "add", "account": lab.seat.account, "of": "patients", "edit": edit}));
    assert!(lab.ids("getPatients", "last_modified=2026-06-15+09:58:30", "patients").await.is_empty());
    assert_eq!(lab.ids("getPatients", "last_modified=2026-06-15+09:57:00", "patients").await.len(), 1);
    let visit = lab.add(Kind::Appointments, &json!({}));
    lab.hand.pass(SignedDuration::from_hours(2));
    let edit = json!({"fields": {"arrived": "1"}, "silent": true});
    lab.order(json!({"do": "edit", "target": lab.target(Kind::Appointments, &visit), "edit": edit}));
    assert!(lab.ids("getAppointments", "last_modified=2026-06-15+11:00:00", "appointments").await.is_empty());
    assert_eq!(lab.rows("getAppointments", "", "appointments").await[0]["arrived"], "1");
}
