//! What lists keep to themselves.

use jiff::SignedDuration;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::cliniko::{Kind, Settings};
use serde_json::json;

use crate::{empty, lab, lab_with, q};

const BOTH: &str = "q%5B%5D=cancelled_at%3A%2A&q%5B%5D=archived_at%3A%2A";

#[tokio::test]
async fn cancelled_appointments_are_left_out_unless_a_filter_speaks_of_them() {
    let lab = empty();
    lab.add(Kind::Patients, &json!({}), &[]);
    let id = lab.add(Kind::IndividualAppointments, &json!({}), &[]);
    let list = async |query: &str| lab.ids("individual_appointments", query).await;
    assert_eq!(list("").await, *std::slice::from_ref(&id));
    lab.hand.pass(SignedDuration::from_secs(60));
    let since = q(&format!("updated_at:>={}", lab.hand.now()));
    let target = lab.target(Kind::IndividualAppointments, &id);
    lab.order(json!({"do": "cancel", "target": target, "reason": 30}));
    assert!(list("").await.is_empty());
    assert!(list(&since).await.is_empty(), "not even to who asks for changes");
    for query in [&q("cancelled_at:*"), &q("cancelled_at:?"), &q("cancelled_at:>=2026-01-01T00:00:00Z"), BOTH]
    {
        assert_eq!(list(&format!("{since}&{query}")).await, *std::slice::from_ref(&id), "{query}");
    }
    assert!(list(&q("archived_at:*")).await.is_empty(), "each lifts one exclusion");
    assert_eq!(lab.get(&format!("/individual_appointments/{id}")).await.0, 404);
    let path = format!("/individual_appointments/{id}?{}", q("cancelled_at:*"));
    let row = lab.ok(&path).await;
    assert_eq!(
        (&row["cancellation_reason"], &row["cancellation_reason_description"]),
        (&json!(30), &json!("Sick"))
    );
    lab.order(json!({"do": "reinstate", "target": target}));
    assert_eq!(list("").await, [id], "a practice may clear it later");
}

#[tokio::test]
async fn archived_and_deleted_records_are_left_out_and_may_come_back() {
    let lab = empty();
    let id = lab.add(Kind::Patients, &json!({}), &[]);
    let target = lab.target(Kind::Patients, &id);
    for (way, field) in [("archive", "archived_at"), ("delete", "deleted_at")] {
        lab.hand.pass(SignedDuration::from_secs(60));
        let since = q(&format!("updated_at:>={}", lab.hand.now()));
        lab.order(json!({"do": way, "target": target}));
        assert!(lab.ids("patients", &since).await.is_empty(), "a plain poll does not bring it back");
        let page = lab.ok(&format!("/patients?{since}&{}", q("archived_at:*"))).await;
        let row = &page["patients"][0];
        assert_eq!(row[field], lab.hand.now().to_string());
        assert_eq!(row["archived_at"].is_null(), field == "deleted_at", "either alone means gone");
        assert_eq!(lab.get(&format!("/patients/{id}")).await.0, 404);
        assert_eq!(
            lab.ids("patients", &format!("{}&{}", q(&format!("id:={id}")), q("archived_at:*"))).await,
            *std::slice::from_ref(&id)
        );
        lab.order(json!({"do": "restore", "target": target}));
        assert_eq!(lab.ids("patients", &since).await, *std::slice::from_ref(&id));
    }
}

#[tokio::test]
async fn deleted_records_may_need_a_filter_of_their_own() {
    let lab = lab_with(
        Settings { hides_deleted: true, ..Settings::default() },
        &Clinic { patients: 1, ..Clinic::default() },
    );
    let id = lab.add(Kind::IndividualAppointments, &json!({}), &[]);
    lab.order(json!({"do": "delete", "target": lab.target(Kind::IndividualAppointments, &id)}));
    assert!(!lab.ids("individual_appointments", BOTH).await.contains(&id));
    let all = lab.ids("individual_appointments", &format!("{BOTH}&{}", q("deleted_at:*"))).await;
    assert!(all.contains(&id));
}

#[tokio::test]
async fn what_is_erased_leaves_no_trace() {
    let lab = empty();
    let id = lab.add(Kind::Patients, &json!({}), &[]);
    lab.order(json!({"do": "erase", "target": lab.target(Kind::Patients, &id)}));
    assert!(lab.ids("patients", &q("archived_at:*")).await.is_empty());
    let ledger = lab.cliniko.ledger(lab.seat.account).unwrap();
    let entry = ledger.get(Kind::Patients, &id).unwrap();
    assert_eq!(entry.state, routiq_simulators::cliniko::State::Erased);
}

#[tokio::test]
async fn a_merged_patient_is_archived_and_says_where_it_went() {
    let lab = empty();
    let kept = lab.add(Kind::Patients, &json!({}), &[]);
    let gone = lab.add(Kind::Patients, &json!({}), &[]);
    let visit = lab.add(Kind::IndividualAppointments, &json!({}), &[("patient", &gone)]);
    let before = lab.ok(&format!("/individual_appointments/{visit}")).await;
    lab.hand.pass(SignedDuration::from_secs(60));
    lab.order(json!({"do": "merge", "account": lab.seat.account, "patient": gone, "into": kept}));
    assert_eq!(lab.ids("patients", "").await, *std::slice::from_ref(&kept));
    let page = lab.ok(&format!("/patients?{}&{}", q("archived_at:*"), q(&format!("id:={gone}")))).await;
    let row = &page["patients"][0];
    assert!(row["merged_at"].is_string() && row["archived_at"].is_string());
    let link = row["merged_with_patient"]["links"]["self"].as_str().unwrap();
    assert!(link.ends_with(&format!("/patients/{kept}")));
    let after = lab.ok(&format!("/individual_appointments/{visit}")).await;
    assert!(after["patient"]["links"]["self"].as_str().unwrap().ends_with(&kept));
    assert_eq!(after["updated_at"], before["updated_at"], "what it had moves without a word");
}

#[tokio::test]
async fn practitioners_who_left_and_places_that_closed_stand_in_other_lists() {
    let lab = lab();
    let (here, gone) = (lab.ids("practitioners", "").await, {
        let page = lab.ok("/practitioners/inactive").await;
        page["practitioners"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    });
    assert_eq!((here.len(), gone.len()), (3, 1));
    for of in ["businesses", "appointment_types"] {
        let (open, all) = (lab.ids(of, "").await, lab.ids(of, &q("archived_at:*")).await);
        assert_eq!(all.len(), open.len() + 1, "{of}");
    }
    // Past appointments point to all of them.
    let page = lab.ok(&format!("/individual_appointments?per_page=100&{BOTH}")).await;
    let rows = page["individual_appointments"].as_array().unwrap();
    let leads = |id: &str| {
        rows.iter().any(|row| row["practitioner"]["links"]["self"].as_str().unwrap().ends_with(id))
    };
    assert!(leads(&gone[0]));
}

#[tokio::test]
async fn a_record_may_come_late_with_an_older_time() {
    let lab = empty();
    lab.add(Kind::Patients, &json!({}), &[]);
    let seen = lab.hand.now();
    lab.hand.pass(SignedDuration::from_secs(30));
    let edit = json!({"fields": {"first_name": "Late"}, "as_of": "2026-06-15T01:58:00Z"});
    let id = lab.order(json!({"do": "add", "account": lab.seat.account, "of": "patients", "edit": edit}));
    let id = id.as_str().unwrap().to_owned();
    assert!(!lab.ids("patients", &q(&format!("updated_at:>={seen}"))).await.contains(&id));
    assert!(
        lab.ids("patients", &q("updated_at:>=2026-06-15T01:55:00Z")).await.contains(&id),
        "an overlap finds it"
    );
}
