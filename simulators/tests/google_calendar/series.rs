//! Series, their instances, and the exceptions among them.

use routiq_simulators::google_calendar::{Command, EventEdit, Moment, NewEvent, Repeat, Settings};
use serde_json::{Value, json};

use crate::{ANA, Lab, lab, told};

/// Every Monday at ten in New York, across the change to summer time.
async fn weekly(count: u32) -> (Lab, String) {
    let lab = lab(Settings::default()).await;
    let base = NewEvent::at("2026-03-02T15:00:00Z".parse().unwrap(), "Pilates");
    let event = NewEvent { repeat: Some(Repeat { every_days: 7, count }), ..base };
    let id = lab.google.add_event(ANA, event).unwrap();
    (lab, id)
}

fn starts(rows: &[Value]) -> Vec<&str> {
    let mut starts: Vec<&str> = rows.iter().filter_map(|row| row["start"]["dateTime"].as_str()).collect();
    starts.sort_unstable();
    starts
}

fn second() -> Moment {
    Moment::At("2026-03-09T14:00:00Z".parse().unwrap())
}

#[tokio::test]
async fn a_series_is_one_event_or_all_its_instances_at_the_same_time_of_day() {
    let (lab, id) = weekly(3).await;
    let (rows, _) = lab.all("").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["recurrence"], json!(["RRULE:FREQ=WEEKLY;INTERVAL=1;COUNT=3"]));
    let (rows, _) = lab.all("singleEvents=true").await;
    let expected = ["2026-03-02T10:00:00-05:00", "2026-03-09T10:00:00-04:00", "2026-03-16T10:00:00-04:00"];
    assert_eq!(starts(&rows), expected);
    let instance = rows.iter().find(|row| row["start"]["dateTime"] == expected[1]).unwrap();
    assert_eq!(instance["id"], format!("{id}_20260309T140000Z"));
    assert_eq!(instance["recurringEventId"], id.as_str());
    assert_eq!(instance["originalStartTime"], instance["start"]);
    assert!(instance.get("recurrence").is_none());
}

#[tokio::test]
async fn an_instance_that_moves_keeps_its_id_and_its_original_start() {
    let (lab, id) = weekly(3).await;
    let (_, plain) = lab.all("").await;
    let (_, single) = lab.all("singleEvents=true").await;
    let start = Some(Moment::At("2026-03-10T18:00:00Z".parse().unwrap()));
    let edit = EventEdit { start, ..EventEdit::default() };
    let instance = lab.google.edit_instance(ANA, &id, second(), edit).unwrap();
    for (parameters, token) in [("", plain), ("singleEvents=true", single)] {
        let (rows, _) = lab.all(&format!("{parameters}&syncToken={token}")).await;
        assert_eq!(rows.len(), 1, "only what changed");
        assert_eq!(rows[0]["id"], instance.as_str());
        assert_eq!(rows[0]["originalStartTime"]["dateTime"], "2026-03-09T10:00:00-04:00");
        assert_eq!(rows[0]["start"]["dateTime"], "2026-03-10T14:00:00-04:00");
    }
    assert_eq!(lab.all("").await.0.len(), 2, "the series and what differs");
    assert_eq!(lab.all("singleEvents=true").await.0.len(), 3);
}

#[tokio::test]
async fn a_cancelled_instance_is_always_told_beside_its_series() {
    let (lab, id) = weekly(3).await;
    let cancel = Command::CancelInstance { calendar: ANA.to_owned(), series: id.clone(), original: second() };
    let instance = lab.google.command(cancel).unwrap();
    let (rows, _) = lab.all("").await;
    let mut expected = vec![
        (id.clone(), "confirmed".to_owned()),
        (instance.as_str().unwrap().to_owned(), "cancelled".to_owned()),
    ];
    expected.sort();
    assert_eq!(told(&rows), expected);
    let cancelled = rows.iter().find(|row| row["status"] == "cancelled").unwrap();
    assert_eq!(cancelled["recurringEventId"], id.as_str());
    assert!(cancelled.get("start").is_none() && cancelled["originalStartTime"].is_object());
    assert_eq!(lab.all("singleEvents=true").await.0.len(), 2, "expanded, it is just not there");
}

#[tokio::test]
async fn a_series_that_moves_or_ends_takes_its_instances_along() {
    let (lab, id) = weekly(3).await;
    let (_, token) = lab.all("singleEvents=true").await;
    let start = Some(Moment::At("2026-03-02T16:00:00Z".parse().unwrap()));
    lab.google.edit_event(ANA, &id, EventEdit { start, ..EventEdit::default() }).unwrap();
    let (rows, token) = lab.all(&format!("singleEvents=true&syncToken={token}")).await;
    let count = |status: &str| rows.iter().filter(|row| row["status"] == status).count();
    assert_eq!((count("cancelled"), count("confirmed")), (3, 3), "other starts are other instances");
    lab.google.cancel_event(ANA, &id).unwrap();
    let (rows, token) = lab.all(&format!("singleEvents=true&syncToken={token}")).await;
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row["status"] == "cancelled"));
    assert!(lab.all("").await.0.is_empty() && lab.all("singleEvents=true").await.0.is_empty());
    lab.google.command(Command::RestoreEvent { calendar: ANA.to_owned(), event: id }).unwrap();
    let (rows, _) = lab.all(&format!("singleEvents=true&syncToken={token}")).await;
    assert_eq!(rows.iter().filter(|row| row["status"] == "confirmed").count(), 3);
    assert_eq!(lab.google.ledger(ANA).unwrap().instances.len(), 6);
}
