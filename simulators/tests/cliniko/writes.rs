//! Writes, and the free times to book.

use serde_json::{Value, json};

use crate::{Lab, lab};

async fn write(lab: &Lab, method: &str, path: &str, body: Value) -> (u16, Value) {
    crate::common::json(lab.send(method, path, &body.to_string()).await.unwrap())
}

#[tokio::test]
async fn an_appointment_is_made_and_cancelled_with_a_reason() {
    let lab = lab();
    let one = async |of: &str| lab.ids(of, "").await[0].clone();
    let mut body = json!({"starts_at": "2026-07-01T01:00:00Z", "patient_id": one("patients").await,
        "practitioner_id": one("practitioners").await, "business_id": one("businesses").await,
        "appointment_type_id": one("appointment_types").await, "ends_at": null});
    let (status, made) = write(&lab, "POST", "/individual_appointments", body.clone()).await;
    assert_eq!(status, 201);
    let kind = lab.ok(&format!("/appointment_types/{}", body["appointment_type_id"].as_str().unwrap())).await;
    let ends: jiff::Timestamp = made["ends_at"].as_str().unwrap().parse().unwrap();
    let minutes = ends.duration_since("2026-07-01T01:00:00Z".parse().unwrap()).as_mins();
    assert_eq!(kind["duration_in_minutes"], minutes, "as long as its type");
    let (_, twice) = write(&lab, "POST", "/individual_appointments", body.clone()).await;
    assert_ne!(made["id"], twice["id"], "nothing makes a write happen once only");
    body.as_object_mut().unwrap().remove("patient_id");
    let (status, refusal) = write(&lab, "POST", "/individual_appointments", body).await;
    assert_eq!(
        (status, refusal),
        (422, json!({"message": "Validation Failed", "errors": {"patient_id": "can't be blank"}}))
    );
    let cancel = format!("/individual_appointments/{}/cancel", made["id"].as_str().unwrap());
    assert_eq!(write(&lab, "PATCH", &cancel, json!({})).await.0, 422, "the reason is required");
    assert_eq!(write(&lab, "PATCH", &cancel, json!({"cancellation_reason": 50})).await.0, 204);
    assert_eq!(lab.get(cancel.trim_end_matches("/cancel")).await.0, 404);
}

#[tokio::test]
async fn patients_are_made_changed_archived_and_brought_back() {
    let lab = lab();
    let blank = write(&lab, "POST", "/patients", json!({"first_name": "Orla"})).await;
    assert_eq!((blank.0, &blank.1["errors"]["last_name"]), (422, &json!("can't be blank")));
    let (status, made) =
        write(&lab, "POST", "/patients", json!({"first_name": "Orla", "last_name": "Tamsin"})).await;
    assert_eq!((status, &made["label"]), (201, &json!("Orla Tamsin")));
    let path = format!("/patients/{}", made["id"].as_str().unwrap());
    let phones = json!({"patient_phone_numbers": [{"number": "0491 570 001", "phone_type": "Work"}]});
    let (_, changed) = write(&lab, "PATCH", &path, phones.clone()).await;
    assert_eq!(changed["patient_phone_numbers"], phones["patient_phone_numbers"], "replaces all");
    assert_eq!(write(&lab, "PUT", &path, json!({})).await.0, 404);
    assert_eq!(write(&lab, "POST", &format!("{path}/archive"), json!({})).await.0, 204);
    assert_eq!(lab.get(&path).await.0, 404);
    assert_eq!(write(&lab, "POST", &format!("{path}/unarchive"), json!({})).await.0, 204);
    assert_eq!(write(&lab, "DELETE", &path, json!({})).await.0, 204);
    assert_eq!(lab.get(&path).await.0, 404);
}

#[tokio::test]
async fn a_communication_is_a_memo_and_nothing_is_sent() {
    let lab = lab();
    let patient = lab.ids("patients", "").await[0].clone();
    let (status, made) =
        write(&lab, "POST", "/communications", json!({"patient_id": patient, "content": "Hello"})).await;
    assert_eq!((status, &made["type"], &made["category_code"]), (201, &json!("Memo"), &json!(12)));
}

#[tokio::test]
async fn free_times_are_of_a_week_and_of_what_is_published() {
    let lab = lab();
    let one = async |of: &str| lab.ids(of, "").await[0].clone();
    let gone = lab.ok("/practitioners/inactive").await["practitioners"][0]["id"].as_str().unwrap().to_owned();
    let (business, person, kind) =
        (one("businesses").await, one("practitioners").await, one("appointment_types").await);
    let path = |person: &str, from: &str, to: &str| {
        format!(
            "/businesses/{business}/practitioners/{person}/appointment_types/{kind}/available_times?from={from}&to={to}"
        )
    };
    let week = lab.ok(&path(&person, "2026-06-15", "2026-06-22")).await;
    assert!(week["available_times"][0]["appointment_start"].as_str().unwrap().ends_with('Z'));
    assert_eq!(lab.get(&path(&person, "2026-06-15", "2026-06-23")).await.0, 400);
    assert_eq!(lab.get(&path(&person, "2026-06-14", "2026-06-15")).await.0, 400, "not in the past");
    assert_eq!(lab.get(&path(&gone, "2026-06-15", "2026-06-16")).await.0, 404);
}
