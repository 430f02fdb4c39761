//! A calendar that lives: repeatable, and followed by tokens to the truth.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use routiq_simulators::google_calendar::{GoogleCalendar, Ledger, Settings, Status};
use routiq_simulators::population::Practice;
use serde_json::Value;

use crate::common::Hand;
use crate::{ANA, Lab, token};

fn practice() -> Practice {
    Practice { conversations: 60, events_per_hour: 8.0, ..Practice::default() }
}

fn week(seed: u64, looks: i64) -> Ledger {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    let google = GoogleCalendar::new(Settings { seed, ..Settings::default() }, hand.clock());
    let id = google.add_practice(ANA, &practice()).unwrap();
    for _ in 0..looks {
        hand.pass(SignedDuration::from_secs(7 * 86_400 / looks));
        google.counters();
    }
    google.ledger(&id).unwrap()
}

#[test]
fn the_seed_decides_a_week_however_often_one_looks() {
    let ledger = week(3, 1);
    assert_eq!(ledger, week(3, 84));
    assert_ne!(ledger, week(4, 1));
    assert!(ledger.events.len() > 200);
    assert!(ledger.events.iter().any(|it| it.repeat.is_some()));
    assert!(ledger.events.iter().any(|it| it.recurring_event_id.is_some()));
    assert!(ledger.events.iter().any(|it| it.status == Status::Cancelled));
}

/// Follows by tokens alone, through expired ones and whole lists.
async fn follow(parameters: &str) {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    let google = GoogleCalendar::new(Settings { short_pages: true, ..Settings::default() }, hand.clock());
    let refresh = google.grant(ANA);
    google.add_practice(ANA, &practice()).unwrap();
    let mut lab = Lab { google, hand, bearer: String::new() };
    let mut copy: BTreeMap<String, Value> = BTreeMap::new();
    let mut sync = String::new();
    for step in 0..20 {
        let (_, body) = token(&lab.google, &refresh).await;
        lab.bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
        let query = format!("{parameters}&maxResults=50{sync}");
        let (rows, next) = lab.all(&query).await;
        if sync.is_empty() {
            copy.clear();
        }
        for row in rows {
            let id = row["id"].as_str().unwrap().to_owned();
            if row["status"] == "cancelled" {
                copy.remove(&id)
            } else {
                copy.insert(id, row)
            };
        }
        sync = if step == 10 { String::new() } else { format!("&syncToken={next}") };
        let ledger = lab.google.ledger(ANA).unwrap();
        let truth = if parameters.is_empty() { ledger.events } else { ledger.instances };
        let living: Vec<_> = truth.iter().filter(|it| it.status != Status::Cancelled).collect();
        assert_eq!(copy.keys().collect::<Vec<_>>(), living.iter().map(|it| &it.id).collect::<Vec<_>>());
        for event in living {
            assert_eq!(copy[&event.id]["summary"].as_str(), event.summary.as_deref());
            assert_eq!(copy[&event.id]["location"].as_str(), event.location.as_deref());
        }
        lab.hand.pass(SignedDuration::from_hours(9));
    }
    assert_eq!(lab.google.counters().violations, 0);
}

#[tokio::test]
async fn tokens_follow_series_to_the_truth() {
    follow("").await;
}

#[tokio::test]
async fn tokens_follow_instances_to_the_truth() {
    follow("singleEvents=true").await;
}
