//! What goes wrong on demand.

use routiq_simulators::Cut;
use routiq_simulators::cliniko::Kind;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::surprises::{Oddity, Surprise};
use serde_json::{Value, json};

use crate::{Lab, empty, lab};

fn once(lab: &Lab, fault: Fault) {
    lab.cliniko.fault(FaultRule { fault, path: Some("/v1/patients".to_owned()), when: When::ONCE });
}

#[tokio::test]
async fn answers_fail_in_every_way_once_and_only_where_meant() {
    let lab = lab();
    once(&lab, Fault::RateLimited);
    assert_eq!(lab.get("/user").await.0, 200);
    let limited = lab.send("GET", "/patients", "").await.unwrap();
    assert_eq!(limited.status(), 429);
    assert!(limited.headers().contains_key("x-ratelimit-reset"));
    once(&lab, Fault::Html(502));
    let html = lab.send("GET", "/patients", "").await.unwrap();
    assert_eq!(
        (html.status().as_u16(), &html.headers()["content-type"]),
        (502, &"text/html".parse().unwrap())
    );
    once(&lab, Fault::MalformedJson);
    assert_eq!(lab.get("/patients").await, (200, Value::Null));
    once(&lab, Fault::Timeout);
    assert!(matches!(lab.send("GET", "/patients", "").await, Err(Cut::TimedOut)));
    once(&lab, Fault::Cut);
    assert!(matches!(lab.send("GET", "/patients", "").await, Err(Cut::Connection)));
    once(&lab, Fault::CutBody);
    assert!(matches!(lab.send("GET", "/patients", "").await, Err(Cut::Body(_))));
    lab.ok("/patients").await;
    assert_eq!(lab.cliniko.counters().violations, 0, "a played refusal is nobody's fault");
}

#[tokio::test]
async fn pages_may_repeat_rows_and_drift() {
    let lab = lab();
    let (first, second) =
        (lab.ids("patients", "per_page=5").await, lab.ids("patients", "per_page=5&page=2").await);
    once(&lab, Fault::DuplicateRows);
    let doubled = lab.ids("patients", "per_page=5").await;
    assert_eq!((doubled.len(), &doubled[0]), (6, &doubled[5]));
    once(&lab, Fault::Drift(-2));
    let drifted = lab.ids("patients", "per_page=5&page=2").await;
    assert_eq!(drifted[..2], first[3..]);
    once(&lab, Fault::Drift(1));
    assert_eq!(lab.ids("patients", "per_page=5&page=2").await[..4], second[1..]);
}

#[tokio::test]
async fn chosen_records_have_fields_that_are_not_as_documented() {
    let lab = empty();
    let id = lab.add(Kind::Patients, &json!({"date_of_birth": "1987-05-14"}), &[]);
    let other = lab.add(Kind::Patients, &json!({}), &[]);
    let row = async |lab: &Lab, id: &str| lab.ok(&format!("/patients/{id}")).await;
    let plain = row(&lab, &other).await;
    for (field, with, expected) in [
        ("updated_at", Surprise::Absent, None),
        ("first_name", Surprise::Null, Some(Value::Null)),
        ("id", Surprise::AsNumber, Some(json!(id.parse::<u64>().unwrap()))),
        ("receives_confirmation_emails", Surprise::AsText, Some(json!("true"))),
        ("reminder_type", Surprise::Unknown, Some(json!("never-heard-of"))),
        ("created_at", Surprise::ImpossibleDate, Some(json!("2026-02-31T25:61:00Z"))),
        ("notes", Surprise::Enormous(1 << 20), Some(json!("x".repeat(1 << 20)))),
        ("last_name", Surprise::WrongType, Some(json!({"unexpected": true}))),
        ("date_of_birth", Surprise::Is(json!("0000-00-00")), Some(json!("0000-00-00"))),
    ] {
        let oddity =
            Oddity { of: "patients".to_owned(), id: Some(id.clone()), field: field.to_owned(), with };
        lab.cliniko.surprise(oddity);
        assert_eq!(row(&lab, &id).await.get(field), expected.as_ref(), "{field}");
        let list = lab.ok("/patients").await;
        let rows = list["patients"].as_array().unwrap();
        assert!(rows.iter().any(|row| row.get(field) == expected.as_ref()), "{field} in the list");
    }
    assert_eq!(row(&lab, &other).await, plain, "only chosen ones");
    let deep = json!({"of": "patients", "field": "links.self", "with": "null"});
    lab.order(json!({"do": "surprise", "oddity": deep}));
    assert!(row(&lab, &other).await["links"]["self"].is_null());
    lab.cliniko.clear_surprises();
    assert_eq!(row(&lab, &other).await, plain);
    let ledger = lab.cliniko.ledger(lab.seat.account).unwrap();
    assert_eq!(
        ledger.get(Kind::Patients, &id).unwrap().fields["date_of_birth"],
        "1987-05-14",
        "the truth stays"
    );
}
