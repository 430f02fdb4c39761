//! The newer interface.

use jiff::SignedDuration;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::nookal::{Kind, Settings};
use serde_json::json;

use crate::common::json as read;
use crate::{FORM, V3, empty, lab, lab_with, post};

#[tokio::test]
async fn the_basic_key_is_sent_as_it_is() {
    let lab = lab();
    let url = format!("{V3}/oauth/token");
    let body = "grant_type=client_credentials";
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &lab.seat.basic_key);
    for (authorization, body, expected) in [
        (format!("Basic {}", lab.seat.basic_key), body, 200),
        (format!("Basic {encoded}"), body, 401),
        (format!("Bearer {}", lab.seat.basic_key), body, 401),
        (format!("Basic {}", lab.seat.basic_key), "", 400),
    ] {
        let answer = lab.nookal.handle(post(&url, FORM, Some(&authorization), body)).await.unwrap();
        assert_eq!(answer.status(), expected);
    }
    assert_eq!(lab.nookal.tokens_issued(), 1);
}

#[tokio::test]
async fn a_new_token_ends_the_former_one_and_each_ends_by_itself() {
    let lab = lab();
    let first = lab.token().await;
    let query = "{ locations { locationID name } }";
    assert_eq!(lab.ask(&first, query).await.0, 200);
    let second = lab.token().await;
    assert_eq!(lab.ask(&first, query).await.0, 401, "workers fight");
    assert_eq!(lab.ask(&second, query).await.0, 200);
    lab.hand.pass(SignedDuration::from_mins(60));
    let (status, body) = lab.ask(&second, query).await;
    assert_eq!(status, 400);
    assert!(body["message"].as_str().unwrap().starts_with("Token has expired"));
    lab.nookal.revoke_client(&lab.seat.basic_key).unwrap();
    assert_eq!(lab.ask(&second, query).await.0, 401);
}

#[tokio::test]
async fn faults_of_a_query_come_with_status_200() {
    let lab = lab();
    let token = lab.token().await;
    for query in [
        "{ patients { id } }",
        "{ clients { phone } }",
        "{ clients(updatedSince: \"2026-01-01\") { clientID } }",
        "{ clients }",
        "{ clients {",
        "mutation { addClient { clientID } }",
    ] {
        let (status, body) = lab.ask(&token, query).await;
        assert_eq!(status, 200, "{query}");
        assert!(body["errors"][0]["message"].is_string() && body["data"].is_null(), "{query}: {body}");
    }
    let narrow = lab.nookal.issue_client(lab.seat.account, &["appointments"]).unwrap();
    let request = post(
        &format!("{V3}/oauth/token"),
        FORM,
        Some(&format!("Basic {narrow}")),
        "grant_type=client_credentials",
    );
    let (_, granted) = read(lab.nookal.handle(request).await.unwrap());
    let token = granted["accessToken"].as_str().unwrap();
    assert!(lab.ask(token, "{ appointments { apptID } }").await.1["data"]["appointments"].is_array());
    let (status, refused) = lab.ask(token, "{ payments { paymentID } }").await;
    assert_eq!((status, refused["errors"].is_array()), (200, true), "a missing permission as well");
}

#[tokio::test]
async fn pages_are_cut_to_two_hundred_without_a_word() {
    let lab = lab_with(
        Settings::default(),
        &Clinic { patients: 230, visits_per_patient: 0.0, ..Clinic::default() },
    );
    let token = lab.token().await;
    let mut sizes = Vec::new();
    for page in 1..4 {
        let query = format!("{{ clients(page: {page}, pageLength: 1000) {{ clientID }} }}");
        sizes.push(lab.ask(&token, &query).await.1["data"]["clients"].as_array().unwrap().len());
    }
    assert_eq!(sizes, [200, 30, 0], "and no total");
    let mut seen = std::collections::BTreeSet::new();
    let mut sizes = Vec::new();
    for page in 1..4 {
        let query =
            format!("{{ clients(page: {page}, pageLength: 200) {{ clientID addresses {{ addr1 }} }} }}");
        let (_, body) = lab.ask(&token, &query).await;
        let rows = body["data"]["clients"].as_array().unwrap().clone();
        sizes.push(rows.len());
        seen.extend(rows.iter().map(|row| row["clientID"].as_u64().unwrap()));
    }
    assert!((100..200).contains(&sizes[0]), "a page counts the rows within its rows: {sizes:?}");
    assert_eq!((seen.len(), sizes[2]), (230, 0));
}

#[tokio::test]
async fn states_have_names_and_a_no_show_stays_one_though_cancelled() {
    let lab = empty();
    let booked = lab.add(Kind::Appointments, &json!({}));
    let missed = lab.add(Kind::Appointments, &json!({}));
    let class = lab.add(Kind::Appointments, &json!({"patientID": null}));
    lab.add(Kind::Appointments, &json!({"patientID": ""}));
    lab.order(json!({"do": "arrive", "target": lab.target(Kind::Appointments, &missed), "came": false}));
    let token = lab.token().await;
    let query =
        "{ appointments(dateFrom: \"2026-06-01\", dateTo: \"2026-06-30\") { apptID clientID status dna } }";
    let rows = lab.ask(&token, query).await.1["data"]["appointments"].as_array().unwrap().clone();
    let status = |id: &str, rows: &[serde_json::Value]| {
        let row = rows.iter().find(|row| row["apptID"] == id.parse::<u64>().unwrap()).unwrap();
        (row["status"].clone(), row["dna"].clone())
    };
    assert_eq!(status(&booked, &rows), (json!("StdAppt"), json!(0)));
    assert_eq!(status(&missed, &rows), (json!("DNA"), json!(1)));
    assert_eq!(status(&class, &rows).0, "Class");
    assert!(["Event", "Note"].iter().any(|name| rows[3]["status"] == *name) && rows[3]["clientID"].is_null());
    lab.order(json!({"do": "cancel", "target": lab.target(Kind::Appointments, &missed)}));
    let rows = lab.ask(&token, query).await.1["data"]["appointments"].as_array().unwrap().clone();
    assert_eq!(status(&missed, &rows), (json!("Cancelled"), json!(1)));
    let none = "{ appointments(dateFrom: \"2026-07-01\") { apptID } }";
    assert_eq!(lab.ask(&token, none).await.1["data"]["appointments"], json!([]));
}

#[tokio::test]
async fn ids_are_numbers_and_some_dates_as_a_browser_prints_them() {
    let lab = lab();
    let token = lab.token().await;
    let query = "query Q { clients(pageLength: 200) { id: clientID dateCreated active addresses { city } } payments { amount active clientID } }";
    let (_, body) = lab.ask(&token, query).await;
    let clients = body["data"]["clients"].as_array().unwrap();
    let printed = |row: &&serde_json::Value| row["dateCreated"].as_str().unwrap().contains("GMT+0800 (");
    let many = clients.iter().filter(printed).count();
    assert!(many > 0 && many < clients.len());
    assert!(clients.iter().all(|row| row["id"].is_u64() && row["active"].is_u64()));
    assert!(clients[0]["addresses"][0]["city"].is_string());
    let payments = body["data"]["payments"].as_array().unwrap();
    assert!(
        !payments.is_empty()
            && payments.iter().all(|row| row["amount"].is_number() && row["clientID"].is_u64())
    );
}

#[tokio::test]
async fn void_invoices_are_left_out_by_default() {
    let lab = lab();
    let token = lab.token().await;
    let id = lab.add(Kind::Invoices, &json!({}));
    let asked = async |arguments: &str| {
        let query = format!("{{ invoices(pageLength: 200{arguments}) {{ invoiceID void }} }}");
        let (_, body) = lab.ask(&token, &query).await;
        let rows = body["data"]["invoices"].as_array().unwrap().clone();
        rows.iter().any(|row| row["invoiceID"] == id.parse::<u64>().unwrap())
    };
    assert!(asked("").await);
    lab.order(json!({"do": "void", "target": lab.target(Kind::Invoices, &id)}));
    assert!(!asked("").await);
    assert!(asked(", void: 1").await);
}
