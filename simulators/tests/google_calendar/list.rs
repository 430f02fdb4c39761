//! Lists: whole, since a token, page by page.

use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::google_calendar::{Attendee, Command, EventEdit, Moment, NewEvent, Settings};
use routiq_simulators::surprises::Surprise;
use serde_json::json;

use crate::{ANA, lab, told};

#[tokio::test]
async fn times_have_offsets_of_their_zone_and_all_day_events_an_exclusive_end() {
    let lab = lab(Settings::default()).await;
    let at = Moment::At("2026-01-05T15:00:00Z".parse().unwrap());
    let attendee =
        Attendee { email: "p@example.org".to_owned(), name: None, response: "accepted".to_owned() };
    let base = NewEvent::at(lab.hand.now(), "Massage");
    let event = NewEvent {
        start: at,
        time_zone: Some("America/Bogota".to_owned()),
        attendees: vec![attendee],
        ..base.clone()
    };
    let timed = lab.google.add_event(ANA, event).unwrap();
    let day = Moment::Date("2026-01-05".parse().unwrap());
    let whole = NewEvent { start: day, summary: None, ..base };
    let whole = lab.google.add_event(ANA, whole).unwrap();
    let (rows, _) = lab.all("").await;
    let row = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    let start = json!({"dateTime": "2026-01-05T10:00:00-05:00", "timeZone": "America/Bogota"});
    assert_eq!(row(&timed)["start"], start);
    assert_eq!(row(&timed)["attendees"], json!([{"email": "p@example.org", "responseStatus": "accepted"}]));
    assert_eq!(
        (&row(&whole)["start"], &row(&whole)["end"]),
        (&json!({"date": "2026-01-05"}), &json!({"date": "2026-01-06"}))
    );
    assert!(row(&whole).get("summary").is_none(), "absent, not null");
    assert_eq!(row(&timed)["updated"], "2026-03-02T15:00:00.000Z");
}

#[tokio::test]
async fn pages_are_followed_and_only_the_last_has_a_sync_token() {
    let lab = lab(Settings { short_pages: true, ..Settings::default() }).await;
    for n in 0..260 {
        lab.add("2026-04-01T10:00:00Z", &format!("e{n}"));
    }
    let (_, first) = lab.events("").await;
    assert_eq!(first["items"].as_array().unwrap().len(), 250, "unless asked for otherwise");
    let (rows, token) = lab.all("maxResults=40").await;
    let mut ids = told(&rows);
    ids.dedup();
    assert_eq!((rows.len(), ids.len()), (260, 260));
    assert!(!token.is_empty());
    let pages = lab.google.log().len() - 2;
    assert!(pages > 7, "some pages were shorter than they could be: {pages}");
    assert_eq!(lab.events("maxResults=0").await.0, 400);
    assert_eq!(lab.events("maxResults=9999").await.0, 200, "no more than 2500 come");
}

#[tokio::test]
async fn a_token_brings_what_changed_and_what_was_cancelled() {
    let lab = lab(Settings::default()).await;
    let kept = lab.add("2026-04-01T10:00:00Z", "kept");
    let gone = lab.add("2026-04-01T11:00:00Z", "gone");
    let (_, token) = lab.all("").await;
    assert_eq!(lab.all(&format!("syncToken={token}")).await.0.len(), 0);
    lab.pass_minutes(1);
    lab.rename(&kept, "renamed");
    lab.google.cancel_event(ANA, &gone).unwrap();
    let (rows, next) = lab.all(&format!("syncToken={token}")).await;
    let mut expected = vec![(kept.clone(), "confirmed".to_owned()), (gone.clone(), "cancelled".to_owned())];
    expected.sort();
    assert_eq!(told(&rows), expected);
    let cancelled = rows.iter().find(|row| row["id"] == gone.as_str()).unwrap();
    assert!(cancelled.get("start").is_none() && cancelled.get("updated").is_none(), "few other fields");
    assert_eq!(lab.all("").await.0.len(), 1, "a whole list has the living");
    assert_eq!(lab.all("showDeleted=true").await.0.len(), 2);
    lab.google.command(Command::RestoreEvent { calendar: ANA.to_owned(), event: gone.clone() }).unwrap();
    let (rows, _) = lab.all(&format!("syncToken={next}")).await;
    assert_eq!(told(&rows), [(gone, "confirmed".to_owned())], "and comes back");
}

#[tokio::test]
async fn what_changes_between_pages_comes_with_the_next_token() {
    let lab = lab(Settings::default()).await;
    let ids: Vec<String> = (0..9).map(|n| lab.add("2026-04-01T10:00:00Z", &format!("e{n}"))).collect();
    let (_, page) = lab.events("maxResults=3").await;
    let first = page["items"][0]["id"].as_str().unwrap();
    lab.rename(first, "changed");
    let added = lab.add("2026-04-02T10:00:00Z", "added");
    let token = page["nextPageToken"].as_str().unwrap();
    let (_, sync) = lab.all(&format!("maxResults=3&pageToken={token}")).await;
    let (rows, _) = lab.all(&format!("syncToken={sync}")).await;
    let mut expected = vec![(first.to_owned(), "confirmed".to_owned()), (added, "confirmed".to_owned())];
    expected.sort();
    assert_eq!(told(&rows), expected);
    assert!(ids.contains(&first.to_owned()));
}

#[tokio::test]
async fn a_token_stands_alone_and_belongs_to_its_parameters() {
    let lab = lab(Settings::default()).await;
    lab.add("2026-04-01T10:00:00Z", "e");
    let (_, token) = lab.all("singleEvents=true").await;
    for more in [
        "orderBy=updated",
        "q=x",
        "iCalUID=x",
        "timeMin=2026-01-01T00:00:00Z",
        "timeMax=2026-01-01T00:00:00Z",
        "updatedMin=2026-01-01T00:00:00Z",
        "privateExtendedProperty=a%3Db",
        "sharedExtendedProperty=a%3Db",
        "showDeleted=false",
    ] {
        assert_eq!(lab.events(&format!("singleEvents=true&syncToken={token}&{more}")).await.0, 400, "{more}");
    }
    assert_eq!(
        lab.events(&format!("syncToken={token}")).await.0,
        400,
        "other parameters than the first time"
    );
    assert_eq!(lab.events("syncToken=rubbish").await.0, 400);
    assert_eq!(lab.events(&format!("singleEvents=true&syncToken={token}&maxResults=5")).await.0, 200);
    let (status, bounded) = lab.events("timeMin=2026-01-01T00:00:00Z").await;
    assert_eq!(status, 200);
    assert!(bounded.get("nextSyncToken").is_none(), "a bounded list cannot be continued");
}

#[tokio::test]
async fn an_old_token_is_gone() {
    let lab = lab(Settings { sync_token_days: 7, ..Settings::default() }).await;
    let refresh = lab.google.grant(ANA);
    let event = lab.add("2026-04-01T10:00:00Z", "e");
    let mut lab = lab;
    let renew = async |lab: &mut crate::Lab| {
        let (_, body) = crate::token(&lab.google, &refresh).await;
        lab.bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
    };
    renew(&mut lab).await;
    let (_, token) = lab.all("").await;
    lab.google.command(Command::ExpireSyncTokens { calendar: ANA.to_owned() }).unwrap();
    let (status, body) = lab.events(&format!("syncToken={token}")).await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (410, &json!("fullSyncRequired")));
    let (rows, token) = lab.all("").await;
    assert_eq!(rows[0]["id"], event.as_str());
    lab.hand.pass(SignedDuration::from_hours(24 * 8));
    renew(&mut lab).await;
    assert_eq!(lab.events(&format!("syncToken={token}")).await.0, 410, "by age");
}

#[tokio::test]
async fn what_is_written_down_late_has_an_older_time_and_a_token_finds_it_all_the_same() {
    let lab = lab(Settings::default()).await;
    let event = lab.add("2026-04-01T10:00:00Z", "e");
    lab.pass_minutes(10);
    let (_, token) = lab.all("").await;
    let edit = EventEdit { location: Some("Room 2".to_owned()), late_ms: 300_000, ..EventEdit::default() };
    lab.google.edit_event(ANA, &event, edit).unwrap();
    let (rows, _) = lab.all(&format!("syncToken={token}")).await;
    assert_eq!(rows[0]["updated"], "2026-03-02T15:05:00.000Z");
    assert!(lab.all("updatedMin=2026-03-02T15:09:00Z").await.0.is_empty(), "by its time it is missed");
}

#[tokio::test]
async fn pages_drift_repeat_and_hold_anything() {
    let lab = lab(Settings::default()).await;
    for n in 0..6 {
        lab.add("2026-04-01T10:00:00Z", &format!("e{n}"));
    }
    let path = Some("/calendar/v3/calendars/*/events".to_owned());
    let rule = |fault| FaultRule { fault, path: path.clone(), when: When::Always };
    lab.google.fault(rule(Fault::Drift(1)));
    assert_eq!(lab.all("maxResults=3").await.0.len(), 5, "one was passed over");
    lab.google.clear_faults();
    lab.google.fault(rule(Fault::DuplicateRows));
    assert_eq!(lab.all("").await.0.len(), 7);
    lab.google.clear_faults();
    let (surprise, field) = (Surprise::ImpossibleDate, Some("start.dateTime".to_owned()));
    let record = Some(lab.all("").await.0[2]["id"].as_str().unwrap().to_owned());
    lab.google.fault(rule(Fault::Surprise { surprise, record, field }));
    let (rows, _) = lab.all("").await;
    let spoiled: Vec<usize> =
        (0..6).filter(|n| rows[*n]["start"]["dateTime"] == "2026-02-31T25:61:00Z").collect();
    assert_eq!(spoiled, [2]);
}
