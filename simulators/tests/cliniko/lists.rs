//! Pages, order, filters.

use routiq_simulators::cliniko::Kind;
use serde_json::json;

use crate::{Lab, empty, lab, q};

#[tokio::test]
async fn pages_hold_at_most_a_hundred_and_are_followed_by_their_link() {
    let lab = crate::lab_with(
        routiq_simulators::cliniko::Settings::default(),
        &routiq_simulators::clinic::Clinic {
            patients: 230,
            archived: 0.0,
            visits_per_patient: 0.0,
            ..Default::default()
        },
    );
    let first = lab.ok("/patients").await;
    assert_eq!(first["patients"].as_array().unwrap().len(), 50, "without per_page");
    assert_eq!(first["total_entries"], 230);
    let mut next = Some("/patients?per_page=500".to_owned());
    let mut sizes = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(path) = next {
        let page = lab.ok(&path).await;
        let rows = page["patients"].as_array().unwrap();
        sizes.push(rows.len());
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        assert_eq!(page["links"].get("previous").is_some(), sizes.len() > 1, "absent on the first page");
        next = page["links"].get("next").map(|link| link.as_str().unwrap().replace(crate::BASE, ""));
    }
    assert_eq!(sizes, [100, 100, 30], "the last page has no link to a next one");
    assert_eq!(seen.len(), 230);
}

#[tokio::test]
async fn the_order_is_by_creation_unless_another_is_asked_for() {
    let lab = lab();
    let times = async |query: &str, field: &str| -> Vec<String> {
        let page = lab.ok(&format!("/patients?per_page=100&{query}")).await;
        page["patients"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[field].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(times("", "created_at").await.is_sorted());
    assert!(times("sort=updated_at", "updated_at").await.is_sorted());
    let mut falling = times("sort=updated_at:desc", "updated_at").await;
    falling.reverse();
    assert!(falling.is_sorted());
    let mut old = times("order=desc", "created_at").await;
    old.reverse();
    assert!(old.is_sorted());
    assert_eq!(lab.get("/patients?sort=shoe_size").await.0, 400);
}

#[tokio::test]
async fn filters_compare_by_the_type_of_their_field() {
    let lab = empty();
    let a = lab.add(
        Kind::Patients,
        &json!({"first_name": "Orla", "date_of_birth": "1987-05-14", "email": null,
            "accepted_privacy_policy": null}),
        &[],
    );
    let b = lab.add(
        Kind::Patients,
        &json!({"first_name": "Anaïs", "date_of_birth": "1990-11-02", "email": "a@example.org",
            "accepted_privacy_policy": true}),
        &[],
    );
    let found = async |filter: &str| lab.ids("patients", &q(filter)).await;
    for (filter, expected) in [
        ("first_name:=Orla", vec![&a]),
        ("first_name:~RLA", vec![&a]),
        ("first_name:~~an%", vec![&b]),
        ("first_name:!=Orla", vec![&b]),
        ("date_of_birth:=****-05-**", vec![&a]),
        ("date_of_birth:>1988-01-01", vec![&b]),
        ("email:?", vec![&b]),
        ("email:!?", vec![&a]),
        ("accepted_privacy_policy:=true", vec![&b]),
        (&format!("id:={a}"), vec![&a]),
        (&format!("id:>{a}"), vec![&b]),
        ("updated_at:>=2030-01-01T00:00:00Z", vec![]),
    ] {
        assert_eq!(found(filter).await, expected.into_iter().cloned().collect::<Vec<_>>(), "{filter}");
    }
    let mut both = found(&format!("id:={a},{b}")).await;
    both.sort();
    assert_eq!(both, [a.clone(), b.clone()]);
    let narrowed = lab.ids("patients", &format!("{}&{}", q("email:?"), q("first_name:=Orla"))).await;
    assert!(narrowed.is_empty(), "several filters must all hold");
    assert_eq!(
        lab.ids("patients", "q%5B%5D%5B%5D=first_name%3A%3DOrla").await.len(),
        2,
        "q[][] is not understood"
    );
}

#[tokio::test]
async fn what_cannot_be_filtered_by_is_refused_with_a_message() {
    let lab = lab();
    for (path, message) in [
        (
            format!("/patients?{}", q("patient_phone_numbers:~0412")),
            "patient_phone_numbers is not filterable",
        ),
        (format!("/patients?{}", q("deleted_at:*")), "deleted_at is not filterable"),
        (format!("/group_appointments?{}", q("cancelled_at:*")), "cancelled_at is not filterable"),
        (format!("/group_appointments?{}", q("patient_id:=1")), "patient_id is not filterable"),
        (format!("/invoices?{}", q("status:=paid")), "Filter value for status must be a number"),
        (
            format!("/patients?{}", q("updated_at:>=2026-06-01T00:00:00+08:00")),
            "Filter value for updated_at must be a date-time in UTC",
        ),
        (
            format!("/patients?{}", q("updated_at:=2026-06-01T00:00:00Z")),
            "= is not an operator for updated_at",
        ),
    ] {
        let (status, body) = lab.get(&path).await;
        assert_eq!((status, body["message"].as_str().unwrap()), (400, message), "{path}");
    }
}

#[tokio::test]
async fn a_change_moves_a_row_to_the_end_and_those_behind_it_forward() {
    let lab = empty();
    let ids: Vec<String> = (0..6)
        .map(|_| {
            lab.hand.pass(jiff::SignedDuration::from_secs(1));
            lab.add(Kind::Patients, &json!({}), &[])
        })
        .collect();
    let page = async |lab: &Lab, page: u32| {
        lab.ids("patients", &format!("sort=updated_at&per_page=2&page={page}")).await
    };
    assert_eq!(page(&lab, 1).await, ids[..2]);
    lab.hand.pass(jiff::SignedDuration::from_secs(1));
    lab.cliniko.edit(&lab.target(Kind::Patients, &ids[0]), Default::default()).unwrap();
    assert_eq!(page(&lab, 2).await, ids[3..5], "the third was never on a page");
    assert_eq!(page(&lab, 3).await, [ids[5].clone(), ids[0].clone()]);
}

#[tokio::test]
async fn many_rows_may_bear_one_second_in_an_order_that_ids_do_not_tell() {
    let lab = empty();
    let ids: Vec<String> = (0..130).map(|_| lab.add(Kind::Patients, &json!({}), &[])).collect();
    let at = lab.hand.now().to_string();
    let query = |page: u32| {
        format!("sort=updated_at,id&per_page=100&page={page}&{}", q(&format!("updated_at:>={at}")))
    };
    let first = lab.ids("patients", &query(1)).await;
    assert_eq!(first.len(), 100, "a whole page of one second");
    assert!(!first.is_sorted(), "an order by id is not promised");
    let again = lab.ids("patients", &query(1)).await;
    assert_eq!(first, again, "but it stands still");
    let mut all = first;
    all.extend(lab.ids("patients", &query(2)).await);
    all.sort();
    assert_eq!(all, ids);
    assert!(lab.ids("patients", &q(&format!("updated_at:>{at}"))).await.is_empty(), "only >= finds them");
}

#[tokio::test]
async fn what_is_not_offered_is_not_found() {
    let lab = lab();
    for path in [
        "/individual_appointments/cancelled",
        "/individual_appointments/deleted",
        "/patients/archived",
        "/patients/deleted",
        "/payments",
        "/webhooks",
        "/appointments",
        "/invoice_items",
    ] {
        assert_eq!(lab.get(path).await.0, 404, "{path}");
    }
}
