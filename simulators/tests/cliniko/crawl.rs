//! Whoever asks for everything has the ledger, and life is decided by the seed alone.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::cliniko::{Entry, Kind, Ledger, Settings, State};
use serde_json::Value;

use crate::{Lab, lab, lab_with, q};

const LISTS: [Kind; 8] = [
    Kind::Patients,
    Kind::IndividualAppointments,
    Kind::GroupAppointments,
    Kind::Attendees,
    Kind::Invoices,
    Kind::Businesses,
    Kind::AppointmentTypes,
    Kind::Communications,
];

/// Every row of a list with all that it hides, page by page.
async fn crawl(lab: &Lab, of: Kind) -> BTreeMap<String, Value> {
    let lifts = match of {
        Kind::IndividualAppointments | Kind::Attendees => {
            format!("{}&{}", q("archived_at:*"), q("cancelled_at:*"))
        }
        _ => q("archived_at:*"),
    };
    let mut next = Some(format!("/{}?per_page=100&{lifts}", of.path()));
    let mut found = BTreeMap::new();
    while let Some(path) = next {
        let page = lab.ok(&path).await;
        for row in page[of.path()].as_array().unwrap() {
            found.insert(row["id"].as_str().unwrap().to_owned(), row.clone());
        }
        next = page["links"].get("next").map(|link| link.as_str().unwrap().replace(crate::BASE, ""));
    }
    found
}

async fn equal(lab: &Lab, ledger: &Ledger) {
    for of in LISTS {
        let found = crawl(lab, of).await;
        let known: Vec<_> = ledger.of(of).iter().filter(|entry| entry.state != State::Erased).collect();
        assert_eq!(found.len(), known.len(), "{of:?}");
        for entry in known {
            let row = &found[&entry.id];
            assert_eq!(row["updated_at"], entry.updated_at.to_string());
            let archived = entry.archived_at.map_or(Value::Null, |at| at.to_string().into());
            assert_eq!(row["archived_at"], archived);
            let there = row["archived_at"].is_null() && row.get("deleted_at").is_none_or(Value::is_null);
            assert_eq!(there, entry.state == State::Live);
            let cancelled = entry.cancelled_at.map(|at| at.to_string());
            assert_eq!(row.get("cancelled_at").and_then(Value::as_str), cancelled.as_deref());
            for (field, value) in &entry.fields {
                assert_eq!(&row[field], value, "{of:?} {field}");
            }
            for (name, id) in &entry.relations {
                assert_eq!(
                    row[name]["links"]["self"].as_str().unwrap().rsplit('/').next(),
                    Some(id.as_str())
                );
            }
        }
    }
}

#[tokio::test]
async fn an_exhaustive_crawl_finds_exactly_the_ledger_before_and_after_a_busy_week() {
    let lab = lab();
    lab.cliniko.set(|settings| settings.per_minute = 100_000);
    equal(&lab, &lab.cliniko.ledger(lab.seat.account).unwrap()).await;
    lab.cliniko.set_traffic(lab.seat.account, 8.0).unwrap();
    for _ in 0..2 {
        lab.hand.pass(SignedDuration::from_hours(84));
        equal(&lab, &lab.cliniko.ledger(lab.seat.account).unwrap()).await;
    }
}

#[tokio::test]
async fn what_happens_does_not_depend_on_how_often_one_looks() {
    let clinic = Clinic { patients: 30, events_per_hour: 12.0, ..Clinic::default() };
    let world = |seed| lab_with(Settings { seed, ..Settings::default() }, &clinic);
    let (often, once, other) = (world(1), world(1), world(2));
    for _ in 0..48 {
        often.hand.pass(SignedDuration::from_hours(1));
        often.cliniko.counters();
    }
    once.hand.pass(SignedDuration::from_hours(48));
    other.hand.pass(SignedDuration::from_hours(48));
    let ledger = |lab: &Lab| lab.cliniko.ledger(lab.seat.account).unwrap();
    assert_eq!(ledger(&often), ledger(&once));
    assert_ne!(ledger(&once), ledger(&other));
}

#[tokio::test]
async fn a_week_has_everything_that_happens_in_a_practice() {
    let lab = lab();
    lab.hand.pass(SignedDuration::from_hours(1));
    lab.cliniko.tick(lab.seat.account, 2_000).unwrap();
    let ledger = lab.cliniko.ledger(lab.seat.account).unwrap();
    let now = lab.hand.now();
    let of = |kind| ledger.of(kind).iter();
    assert!(of(Kind::Patients).any(|it| it.created_at == now));
    assert!(of(Kind::Patients).any(|it| it.relations.contains_key("merged_with_patient")));
    assert!(of(Kind::IndividualAppointments).any(|it| it.cancelled_at == Some(now)));
    assert!(of(Kind::IndividualAppointments).any(|it| it.deleted_at == Some(now)));
    assert!(
        of(Kind::IndividualAppointments)
            .any(|it| it.fields["did_not_arrive"] == true && it.updated_at == now)
    );
    let late = |it: &Entry| it.created_at < now && it.created_at > now - SignedDuration::from_mins(5);
    assert!(of(Kind::IndividualAppointments).any(late), "some come late");
    assert!(of(Kind::Attendees).any(|it| it.fields["arrived"] == false && it.updated_at == now));
    assert!(of(Kind::Invoices).any(|it| it.fields["status"] == 20 && it.updated_at == now));
    assert!(of(Kind::Patients).filter(|it| it.updated_at == now).count() > 20, "many bear one second");
}

#[tokio::test]
async fn numbers_and_addresses_are_fictional() {
    let lab = lab();
    for entry in lab.cliniko.ledger(lab.seat.account).unwrap().of(Kind::Patients) {
        assert!(entry.fields["email"].as_str().is_none_or(|address| address.ends_with("@example.org")));
        for phone in entry.fields["patient_phone_numbers"].as_array().unwrap() {
            let digits: String =
                phone["number"].as_str().unwrap().chars().filter(char::is_ascii_digit).collect();
            let rest = digits.strip_prefix("61").unwrap_or(digits.trim_start_matches('0'));
            let fiction =
                rest.starts_with("49157") || rest[1..].starts_with("5550") || rest[1..].starts_with("7010");
            assert!(fiction, "{digits}");
        }
    }
}
