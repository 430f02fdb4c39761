//! Classes, and who attends them: nothing tells when that changes, so it is asked again and again.

use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::domain::{
    change::{Record, Shape},
    stream::{Item, StateChange},
};

fn class(id: &str, day: &str) -> Value {
    json!({ "ID": id, "appointmentDate": day, "appointmentStartTime": "18:00:00", "appointmentEndTime": "19:00:00",
        "locationID": "1", "appointmentType": "Pilates", "appointmentTypeID": "2", "practitionerID": "7",
        "cancelled": "0", "lastModified": "2026-06-04 08:00:00" })
}

fn place(patient: &str, fields: Value) -> Value {
    let mut it = json!({ "patientID": patient, "arrived": "1", "DNA": "0", "cancelled": "0", "cancellationDate": null,
        "invoiceGenerated": "0", "caseID": null, "lastModified": "2026-06-04 08:00:00" });
    it.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    it
}

fn due(page: &Page) -> Vec<(Vec<String>, Value, bool)> {
    let due = page.state.iter().filter_map(|change| match change {
        StateChange::Due { external_ids, work, only_if_changed, .. } => {
            Some((external_ids.clone(), work.clone(), only_if_changed.is_some()))
        }
        _ => None,
    });
    due.collect()
}

/// The answer to who attends class 7, of which `before` was known.
pub(super) async fn attend(answer: String, before: &[&str], work: Value) -> Result<Page, PlatformError> {
    let (adapter, asked) = adapter(move |_| respond(200, answer.clone()));
    let mut state = placed();
    state.due = Some(Item {
        stream: "appointments".into(),
        external_id: "class:7".into(),
        cursor: json!({ "patients": before }),
        work,
        urgency: crate::domain::stream::Urgency::Live,
        request: 3,
    });
    let what = json!({ "ask": "check", "id": "class:7", "request": 3 });
    let call = Call { stream: "appointments", what, urgency: Urgency::Live };
    let page = adapter.pull(&account(), &SecretString::from(KEY), &state, &call, start()).await;
    assert!(body(&asked.lock().unwrap()[0]).ends_with("&appt_id=7"));
    page
}

fn remembered(page: &Page) -> &Value {
    let done = page.state.iter().find_map(|change| match change {
        StateChange::Done { cursor, rest: None, request: 3, .. } => Some(&cursor["patients"]),
        _ => None,
    });
    done.unwrap()
}

#[tokio::test]
async fn a_class_is_a_group_with_a_type_of_its_own() {
    let page = page("appointments", "classes", "classes", json!([class("7", "2026-06-05")])).await;
    match &page.changes[0].record {
        Record::Appointment(it) => {
            assert_eq!((it.external_id.as_str(), it.shape), ("class:7", Shape::Group));
            assert_eq!((it.appointment_type.as_deref(), it.arrived), (Some("class:2"), None));
        }
        other => panic!("{other:?}"),
    }
    assert!(due(&page).is_empty(), "the first listing asks who attends the classes of the import");
}

#[tokio::test]
async fn who_attends_is_asked_of_classes_that_changed_of_those_of_these_days_and_of_listed_ones() {
    let classes = json!([class("7", "2026-06-25"), class("8", "2026-12-05"), class("9", "2026-01-05")]);
    let answer = success("classes", &classes);
    let (adapter, _) = adapter(move |_| respond(200, answer.clone()));
    let at = "2026-06-18T00:00:00Z";
    let mut state = placed();
    let cursor = json!({ "parts": { "classes": { "polled": at, "reach": at } } });
    state.streams.insert("appointments".into(), StreamState { cursor, proven_until: None });
    let what = json!({ "ask": "read", "part": "classes", "by": "changed", "since": at, "before": null, "page": 1, "token": null });
    let call = Call { stream: "appointments", what, urgency: Urgency::Poll };
    let page = pull(&adapter, &state, &call).await.unwrap();
    let all: Vec<String> = ["class:7", "class:8", "class:9"].map(str::to_owned).into();
    assert_eq!(due(&page), [(all.clone(), json!({}), true), (vec!["class:7".to_owned()], json!({}), false)]);
    let window = json!({ "ask": "read", "part": "classes", "by": "starting", "since": "2026-01-01T00:00:00Z",
        "before": "2027-01-01T00:00:00Z", "page": 1, "token": null });
    let call = Call { stream: "appointments", what: window, urgency: Urgency::Backfill };
    let page = pull(&adapter, &placed(), &call).await.unwrap();
    assert!(page.request.contains("date_from=2025-12-31&date_to=2027-01-02"), "{}", page.request);
    assert_eq!(due(&page), [(all, json!({ "listing": start() }), false)]);
}

#[tokio::test]
async fn each_person_has_one_place_and_the_one_that_stands_counts() {
    let answer = success(
        "participants",
        &json!([
            place(
                "42",
                json!({ "cancelled": "1", "cancellationDate": "2026-06-04 09:00:00", "lastModified": "2026-06-04 09:00:00" })
            ),
            place("42", json!({})),
            place("57", json!({ "arrived": "0", "DNA": "1" }))
        ]),
    );
    let page = attend(answer, &[], json!({})).await.unwrap();
    let visits = page.changes.iter().map(|change| match &change.record {
        Record::Appointment(it) => {
            (it.external_id.as_str(), it.group.as_deref(), it.cancelled, it.did_not_arrive)
        }
        other => panic!("{other:?}"),
    });
    let visits: Vec<_> = visits.collect();
    assert_eq!(
        visits,
        [
            ("participant:7:42", Some("class:7"), false, Some(false)),
            ("participant:7:57", Some("class:7"), false, Some(true))
        ]
    );
    assert_eq!(remembered(&page), &json!(["42", "57"]));
}

#[tokio::test]
async fn the_list_of_participants_may_have_any_name() {
    for name in ["participants", "classParticipants", "whoever"] {
        let page = attend(success(name, &json!([place("42", json!({}))])), &[], json!({})).await.unwrap();
        assert_eq!(page.changes.len(), 1, "{name}");
    }
    let bare = json!({ "status": "success", "data": { "results": [place("42", json!({}))] } }).to_string();
    assert_eq!(attend(bare, &[], json!({})).await.unwrap().changes.len(), 1);
}

#[tokio::test]
async fn who_is_not_in_the_class_any_more_is_gone_and_a_listing_hears_of_the_others() {
    let answer = success("participants", &json!([place("42", json!({}))]));
    let page = attend(answer, &["42", "57"], json!({ "listing": start() })).await.unwrap();
    let gone = page.changes.iter().filter(|change| matches!(change.record, Record::Gone { .. }));
    let gone: Vec<&str> = gone.map(|change| change.record.external_id()).collect();
    assert_eq!(gone, ["participant:7:57"]);
    let listed = page.state.iter().any(|change| {
        matches!(change, StateChange::Listed { listing, external_ids, .. } if *listing == start() && *external_ids == ["participant:7:42"])
    });
    assert!(listed);
    // Somebody who cannot be named may be anybody: nobody is gone.
    let unclear = success("participants", &json!([place("42", json!({})), place("", json!({}))]));
    let page = attend(unclear, &["42", "57"], json!({})).await.unwrap();
    assert!(!page.changes.iter().any(|change| matches!(change.record, Record::Gone { .. })));
    assert_eq!((page.rejected.len(), remembered(&page)), (1, &json!(["42", "57"])));
}

#[tokio::test]
async fn a_class_that_is_not_there_any_more_is_left_to_its_listing() {
    let failure = |code: &str| json!({ "status": "failure", "details": { "errorCode": code } }).to_string();
    let page = attend(failure("L006_2"), &["42"], json!({})).await.unwrap();
    assert!(page.changes.is_empty());
    assert_eq!(remembered(&page), &json!(["42"]));
    assert!(matches!(attend(failure("L000_2"), &[], json!({})).await, Err(PlatformError::Denied(_))));
}
