//! Whoever asks for everything has the ledger, and life is decided by the seed alone.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::nookal::{Kind, Settings, State};
use serde_json::Value;

use crate::{Lab, lab, lab_with};

async fn crawl(lab: &Lab, method: &str, of: Kind) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    for page in 1.. {
        let rows = lab.rows(method, &format!("page_length=200&page={page}"), of.key()).await;
        if rows.is_empty() {
            break;
        }
        found.extend(rows.into_iter().map(|row| (row["ID"].as_str().unwrap().to_owned(), row)));
    }
    found
}

#[tokio::test]
async fn an_exhaustive_crawl_finds_exactly_the_ledger_before_and_after_a_busy_week() {
    let lab = lab();
    lab.nookal.set(|settings| settings.per_minute = 100_000);
    lab.nookal.set_traffic(lab.seat.account, 8.0).unwrap();
    for _ in 0..3 {
        for (method, of) in [("getPatients", Kind::Patients), ("getAppointments", Kind::Appointments)] {
            let found = crawl(&lab, method, of).await;
            let ledger = lab.nookal.ledger(lab.seat.account).unwrap();
            let known: Vec<_> = ledger.of(of).iter().filter(|entry| entry.state != State::Deleted).collect();
            assert_eq!(found.len(), known.len(), "{method}");
            for entry in known {
                for (field, value) in &entry.fields {
                    assert_eq!(&found[&entry.id][field], value, "{method} {field}");
                }
            }
        }
        lab.hand.pass(SignedDuration::from_hours(84));
    }
}

#[tokio::test]
async fn what_happens_does_not_depend_on_how_often_one_looks() {
    let clinic = Clinic { patients: 30, events_per_hour: 12.0, ..Clinic::default() };
    let world = |seed| lab_with(Settings { seed, ..Settings::default() }, &clinic);
    let (often, once, other) = (world(1), world(1), world(2));
    for _ in 0..48 {
        often.hand.pass(SignedDuration::from_hours(1));
        often.nookal.counters();
    }
    once.hand.pass(SignedDuration::from_hours(48));
    other.hand.pass(SignedDuration::from_hours(48));
    let ledger = |lab: &Lab| lab.nookal.ledger(lab.seat.account).unwrap();
    assert_eq!(ledger(&often), ledger(&once));
    assert_ne!(ledger(&once), ledger(&other));
}

#[tokio::test]
async fn a_week_has_everything_that_happens_in_a_practice() {
    let lab = lab();
    lab.hand.pass(SignedDuration::from_hours(1));
    lab.nookal.tick(lab.seat.account, 2_000).unwrap();
    let ledger = lab.nookal.ledger(lab.seat.account).unwrap();
    let now = lab.hand.now();
    let of = |kind| ledger.of(kind).iter();
    assert!(of(Kind::Patients).any(|it| it.created == now));
    assert!(of(Kind::Patients).any(|it| it.state == State::Deleted), "merged");
    assert!(of(Kind::Patients).any(|it| it.state == State::Inactive && it.modified == now));
    assert!(of(Kind::Appointments).any(|it| it.state == State::Deleted));
    assert!(of(Kind::Appointments).any(|it| it.fields["cancelled"] == "1" && it.modified == now));
    assert!(of(Kind::Appointments).any(|it| it.fields["DNA"] == "1" && it.modified == now));
    assert!(
        of(Kind::Appointments).any(|it| it.created < now && it.created > now - SignedDuration::from_mins(5))
    );
    assert!(of(Kind::Participants).any(|it| it.modified == now));
    assert!(of(Kind::Invoices).any(|it| it.fields["totalBalance"] == "0.00" && it.modified == now));
    assert!(of(Kind::Patients).filter(|it| it.modified == now).count() > 20, "many bear one second");
}
