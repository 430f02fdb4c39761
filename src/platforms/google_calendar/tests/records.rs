//! What becomes of events and calendars.

use super::*;
use crate::domain::change::{Appointment, Kind, Record, Shape};

pub(super) fn event() -> Value {
    json!({
        "kind": "calendar#event", "etag": "\"1\"", "id": "6rqj2e_20260611T013000Z", "status": "confirmed",
        "htmlLink": "https://calendar.google.com/event?eid=1", "created": "2026-06-01T00:00:00.000Z",
        "updated": "2026-06-09T08:15:30.250Z", "summary": "Massage: Orla", "description": "Bring the referral",
        "location": "Room 2", "creator": { "email": ANA, "self": true }, "organizer": { "email": ANA, "self": true },
        "start": { "dateTime": "2026-06-11T09:30:00+08:00", "timeZone": "Australia/Perth" },
        "end": { "dateTime": "2026-06-11T10:15:00+08:00", "timeZone": "Australia/Perth" },
        "recurringEventId": "6rqj2e",
        "originalStartTime": { "dateTime": "2026-06-11T09:00:00+08:00", "timeZone": "Australia/Perth" },
        "iCalUID": "6rqj2e@google.com", "sequence": 2, "hangoutLink": "https://meet.google.com/abc",
        "conferenceData": { "conferenceId": "abc", "entryPoints": [] }, "transparency": "transparent",
        "attendees": [
            { "email": "orla@example.org", "displayName": "Orla Tamsin", "responseStatus": "accepted" },
            { "email": "room@resource.calendar.google.com", "resource": true, "responseStatus": "accepted" },
        ],
        "attendeesOmitted": false, "endTimeUnspecified": false, "visibility": "private", "colorId": "5",
        "reminders": { "useDefault": true }, "eventType": "default",
    })
}

/// The page that these events make in Ana's calendar, or in a room's.
pub(super) async fn page_of(items: &Value, room: bool) -> Page {
    let settings = if room { json!({ "locations": [ANA], "calendars": [ANA] }) } else { json!({}) };
    Desk::new(settings).answer(list(items, None, Some("s1"))).await.unwrap()
}

async fn one(event: &Value) -> Appointment {
    let page = page_of(&json!([event]), false).await;
    assert!(page.rejected.is_empty(), "{:?}", page.rejected);
    match &page.changes.last().unwrap().record {
        Record::Appointment(appointment) => (**appointment).clone(),
        other => panic!("{other:?}"),
    }
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

#[tokio::test]
async fn an_event_keeps_everything_the_schema_has_a_place_for() {
    let appointment = one(&event()).await;
    let attributes = json!({
        "summary": "Massage: Orla", "place": "Room 2", "series": "6rqj2e", "transparency": "transparent",
        "visibility": "private", "event_type": "default", "ical_uid": "6rqj2e@google.com", "color": "5", "sequence": 2,
        "original_start": "2026-06-11T01:00:00Z", "organizer": { "email": ANA, "self": true },
        "attendees": [
            { "email": "orla@example.org", "name": "Orla Tamsin", "response": "accepted" },
            { "email": "room@resource.calendar.google.com", "response": "accepted", "resource": true },
        ],
    });
    let expected = Appointment {
        external_id: format!("{ANA}/6rqj2e_20260611T013000Z"),
        shape: Shape::Event,
        practitioner: Some(ANA.to_owned()),
        starts_at: at("2026-06-11T01:30:00Z"),
        ends_at: at("2026-06-11T02:15:00Z"),
        notes: Some("Bring the referral".to_owned()),
        attributes,
        source_created_at: at("2026-06-01T00:00:00Z"),
        source_updated_at: at("2026-06-09T08:15:30.250Z"),
        ..Appointment::default()
    };
    assert_eq!(appointment, expected);
}

#[tokio::test]
async fn what_opens_a_meeting_or_a_page_is_not_kept() {
    let page = page_of(&json!([event()]), false).await;
    for word in ["hangoutLink", "conferenceData", "htmlLink", "meet.google.com", "reminders"] {
        assert!(page.raw.iter().all(|raw| !raw.contains(word)), "{word}");
    }
}

#[tokio::test]
async fn a_day_begins_at_midnight_of_the_calendars_zone_and_its_end_is_the_next_one() {
    let mut all_day = event();
    all_day["start"] = json!({ "date": "2026-06-11" });
    all_day["end"] = json!({ "date": "2026-06-13" });
    let appointment = one(&all_day).await;
    assert_eq!(appointment.starts_at, at("2026-06-10T16:00:00Z"));
    assert_eq!(appointment.ends_at, at("2026-06-12T16:00:00Z"));
    assert_eq!(appointment.attributes["all_day"], true);
}

#[tokio::test]
async fn a_time_without_an_offset_is_one_of_the_zone_beside_it() {
    for (zone, time, expected) in [
        (Some("America/Bogota"), "2026-06-11T09:30:00", "2026-06-11T14:30:00Z"),
        // Clocks jumped over it.
        (Some("Europe/Berlin"), "2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
        // Clocks showed it twice.
        (Some("Europe/Berlin"), "2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
        (Some("Atlantis/Capital"), "2026-06-11T09:30:00", "2026-06-11T01:30:00Z"),
        (None, "2026-06-11T09:30:00", "2026-06-11T01:30:00Z"),
        (Some("America/Bogota"), "2026-06-11T09:30:00+02:00", "2026-06-11T07:30:00Z"),
    ] {
        let mut told = event();
        told["start"] = json!({ "dateTime": time, "timeZone": zone });
        assert_eq!(one(&told).await.starts_at, at(expected), "{zone:?} {time}");
    }
}

#[tokio::test]
async fn a_cancelled_event_is_gone_however_little_is_told_of_it() {
    let page = page_of(&json!([{ "id": "abc12", "status": "cancelled" }]), false).await;
    let gone = Record::Gone { kind: Kind::Appointment, external_id: format!("{ANA}/abc12"), successor: None };
    assert_eq!(page.changes.last().unwrap().record, gone);
}

#[tokio::test]
async fn a_tentative_event_is_there_and_says_so() {
    let mut tentative = event();
    tentative["status"] = json!("tentative");
    assert_eq!(one(&tentative).await.attributes["status"], "tentative");
}

#[tokio::test]
async fn what_was_written_down_late_is_no_older_for_it() {
    let mut late = event();
    late["updated"] = json!("2020-01-01T00:00:00Z");
    let page = page_of(&json!([late]), false).await;
    assert!(
        page.changes.iter().all(|change| change.source_version.is_none()),
        "the newest list says what is"
    );
}

#[tokio::test]
async fn a_calendar_is_a_practitioner_or_a_room() {
    let person = page_of(&json!([event()]), false).await;
    let Record::Practitioner(ana) = &person.changes[0].record else { panic!("{:?}", person.changes[0]) };
    assert_eq!(
        (ana.external_id.as_str(), ana.name.as_deref(), ana.email.as_deref()),
        (ANA, Some("Ana"), Some(ANA))
    );
    let room = page_of(&json!([event()]), true).await;
    let Record::Location(place) = &room.changes[0].record else { panic!("{:?}", room.changes[0]) };
    assert_eq!((place.name.as_deref(), place.timezone.as_deref()), (Some("Ana"), Some("Australia/Perth")));
    let Record::Appointment(visit) = &room.changes[1].record else { panic!("{:?}", room.changes[1]) };
    assert_eq!((visit.location.as_deref(), visit.practitioner.as_deref()), (Some(ANA), None));
}
