//! Members: shapes and the few writes.

use bytes::Bytes;
use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::momence::{Command, Settings};
use routiq_simulators::surprises::Surprise;
use serde_json::json;

use crate::common::{json as read, post};
use crate::lab;

#[tokio::test]
async fn a_member_has_visits_fields_and_tags() {
    let lab = lab(Settings::default()).await;
    let (host, id) = (lab.seat.host, lab.member("Ana"));
    let tag = lab.make(Command::AddTag { host, name: "VIP".to_owned() });
    lab.momence.command(Command::Tag { host, member: id, tag, on: true }).unwrap();
    let (status, it) = lab.ask(&format!("members/{id}")).await;
    assert_eq!(status, 200);
    assert_eq!((&it["id"], &it["phoneNumber"]), (&json!(id), &json!("+15555550123")));
    assert_eq!(it["firstSeen"], "2026-01-05T15:04:05.000Z");
    assert_eq!(it["customerFields"][0]["type"], "date-of-birth");
    assert_eq!((&it["customerTags"][0]["id"], &it["customerTags"][0]["name"]), (&json!(tag), &json!("VIP")));
    assert_eq!(it["visits"]["total"], 0);
    assert!(it.get("updatedAt").is_none(), "nothing says when it changed");
    lab.momence.command(Command::DeleteMember { host, member: id }).unwrap();
    assert_eq!(lab.ask(&format!("members/{id}")).await.0, 404);
}

#[tokio::test]
async fn members_are_made_and_changed_piece_by_piece() {
    let lab = lab(Settings::default()).await;
    let (status, made) = lab
        .tell("members", &json!({"email": "bea@example.test", "firstName": "Bea", "lastName": "Marsh"}))
        .await;
    assert_eq!(status, 200);
    let id = made["memberId"].as_u64().unwrap();
    assert_eq!(lab.tell("members", &json!({"email": "x@example.test"})).await.0, 400);
    let long = json!({"email": "y@example.test", "firstName": "x".repeat(101), "lastName": "M"});
    assert_eq!(lab.tell("members", &long).await.0, 400);
    for (what, body) in [
        ("name", json!({"firstName": "Bea", "lastName": "Quill"})),
        ("phone-number", json!({"phoneNumber": "0491 570 006"})),
        ("email", json!({"email": "bea.quill@example.test"})),
    ] {
        lab.hand.pass(SignedDuration::from_secs(1));
        let mut request = post(&format!("/api/v2/host/members/{id}/{what}"), &lab.bearer, &body);
        *request.method_mut() = http::Method::PUT;
        assert_eq!(read(lab.momence.handle(request).await.unwrap()).0, 200, "{what}");
    }
    let (_, it) = lab.ask(&format!("members/{id}")).await;
    assert_eq!((&it["lastName"], &it["phoneNumber"]), (&json!("Quill"), &json!("0491 570 006")));
    let mut request = post(&format!("/api/v2/host/members/{id}/phone-number"), &lab.bearer, &json!({}));
    *request.method_mut() = http::Method::DELETE;
    *request.body_mut() = Bytes::new();
    assert_eq!(read(lab.momence.handle(request).await.unwrap()).0, 200);
    assert!(lab.ask(&format!("members/{id}")).await.1["phoneNumber"].is_null());
}

#[tokio::test]
async fn ids_mean_something_within_one_host_only() {
    let lab = lab(Settings::default()).await;
    let other = lab.momence.add_host("Another");
    let here = lab.member("Ana");
    let new =
        routiq_simulators::momence::NewMember { email: "z@example.test".to_owned(), ..Default::default() };
    assert_eq!(lab.momence.add_member(other.host, new).unwrap(), here);
    assert_eq!(lab.ask(&format!("members/{here}")).await.1["firstName"], "Ana");
}

#[tokio::test]
async fn a_chosen_member_can_be_anything() {
    let lab = lab(Settings::default()).await;
    let (id, other) = (lab.member("Ana"), lab.member("Bea"));
    for (surprise, field, expected) in [
        (Surprise::Null, "email", json!(null)),
        (Surprise::AsText, "visits.total", json!("0")),
        (Surprise::Is(json!("0001-01-01T00:00:00Z")), "lastSeen", json!("0001-01-01T00:00:00Z")),
    ] {
        lab.momence.clear_faults();
        let (record, way) = (Some(id.to_string()), Some(field.to_owned()));
        let fault = Fault::Surprise { surprise, record, field: way };
        lab.momence.fault(FaultRule { fault, path: None, when: When::Always });
        let (_, page) = lab.ask("members?page=0&pageSize=10&sortBy=firstName").await;
        let pointer = format!("/payload/0/{}", field.replace('.', "/"));
        assert_eq!(page.pointer(&pointer), Some(&expected));
        assert_eq!(
            (&page["payload"][1]["id"], &page["payload"][1]["email"]),
            (&json!(other), &json!("bea@example.test"))
        );
    }
}
