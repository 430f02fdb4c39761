//! What goes wrong on demand.

use routiq_simulators::Cut;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::nookal::Kind;
use routiq_simulators::surprises::{Oddity, Surprise};
use serde_json::json;

use crate::{Lab, empty, lab};

fn once(lab: &Lab, fault: Fault) {
    let path = Some("/production/v2/getPatients".to_owned());
    lab.nookal.fault(FaultRule { fault, path, when: When::ONCE });
}

#[tokio::test]
async fn answers_fail_in_every_way_once() {
    let lab = lab();
    for (fault, expected) in [(Fault::RateLimited, 429), (Fault::Html(200), 200), (Fault::Html(503), 503)] {
        once(&lab, fault);
        let answer = lab.send("getPatients", "").await.unwrap();
        assert_eq!(answer.status(), expected);
        assert_eq!(answer.headers().contains_key("retry-after"), expected == 429);
        assert!(expected == 429 || serde_json::from_slice::<serde_json::Value>(answer.body()).is_err());
    }
    once(&lab, Fault::MalformedJson);
    assert!(lab.call("getPatients", "").await.is_null());
    once(&lab, Fault::Timeout);
    assert!(matches!(lab.send("getPatients", "").await, Err(Cut::TimedOut)));
    once(&lab, Fault::Cut);
    assert!(matches!(lab.send("getPatients", "").await, Err(Cut::Connection)));
    once(&lab, Fault::DuplicateRows);
    let rows = lab.ids("getPatients", "page_length=5", "patients").await;
    assert_eq!((rows.len(), &rows[0]), (6, &rows[5]));
    let second = lab.ids("getPatients", "page_length=5&page=2", "patients").await;
    once(&lab, Fault::Drift(2));
    assert_eq!(lab.ids("getPatients", "page_length=5&page=2", "patients").await[..3], second[2..]);
    assert_eq!(lab.nookal.counters().violations, 0);
}

#[tokio::test]
async fn chosen_records_have_fields_that_are_not_as_documented_in_both_interfaces() {
    let lab = empty();
    let id = lab.add(Kind::Appointments, &json!({}));
    for (field, with, expected) in [
        ("lastModified", Surprise::Absent, None),
        ("appointmentStartTime", Surprise::Null, Some(json!(null))),
        ("ID", Surprise::AsNumber, Some(json!(id.parse::<u64>().unwrap()))),
        ("appointmentDate", Surprise::Is(json!("0000-00-00")), Some(json!("0000-00-00"))),
        ("arrived", Surprise::Is(json!(1)), Some(json!(1))),
    ] {
        let of = "appointments".to_owned();
        lab.nookal.surprise(Oddity { of, id: Some(id.clone()), field: field.to_owned(), with });
        assert_eq!(
            lab.rows("getAppointments", "", "appointments").await[0].get(field),
            expected.as_ref(),
            "{field}"
        );
    }
    let token = lab.token().await;
    let of = "v3.appointments".to_owned();
    lab.nookal.surprise(Oddity { of, id: None, field: "status".to_owned(), with: Surprise::Unknown });
    let (_, body) = lab.ask(&token, "{ appointments { status } }").await;
    assert_eq!(body["data"]["appointments"][0]["status"], "never-heard-of");
    lab.nookal.clear_surprises();
    assert_eq!(lab.rows("getAppointments", "", "appointments").await[0]["arrived"], "0");
}
