//! Pushes: whether one is genuine, and that it is a reason to look and nothing else.

use http::{HeaderMap, HeaderName, Method};

use super::*;
use crate::{
    domain::stream::{Item, Urgency},
    platforms::{
        Heard, Told,
        google_calendar::{channels::prefix, webhook::GoogleCalendarWebhook},
        webhook::{Accepted, Delivery, Endpoint, Refused, Webhook},
    },
};

const TOKEN: &str = "dG9rZW4tb2Ytb3Vycy0xMjM0";

fn accept(secrets: &[&str], headers: &[(&'static str, &str)]) -> Result<Accepted, Refused> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), value.parse().unwrap());
    }
    let endpoint = Endpoint {
        external_id: ANA.to_owned(),
        secrets: secrets.iter().map(|secret| (*secret).into()).collect(),
        settings: Value::Null,
    };
    let delivery = Delivery {
        method: &Method::POST,
        target: "/webhooks/google_calendar/x",
        public_base: None,
        headers: &map,
        body: b"",
        received_at: start(),
    };
    GoogleCalendarWebhook.accept(&endpoint, &delivery)
}

fn headers(state: &'static str, token: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("x-goog-channel-id", "0-1"),
        ("x-goog-resource-id", "r"),
        ("x-goog-resource-state", state),
        ("x-goog-resource-uri", "https://www.googleapis.com/calendar/v3/calendars/a/events"),
        ("x-goog-message-number", "17"),
        ("x-goog-channel-expiration", "Wed, 17 Jun 2026 02:00:00 GMT"),
        ("x-goog-channel-token", token),
    ]
}

#[test]
fn the_channels_token_vouches_for_a_push() {
    let accepted = accept(&["another", TOKEN], &headers("exists", TOKEN)).unwrap();
    assert_eq!((accepted.event_key.as_str(), accepted.event_type.as_str()), ("0-1:17", "exists"));
    assert!(accepted.signed && !accepted.ignored);
    assert!(accepted.headers.iter().all(|(_, value)| !value.contains(TOKEN)));
    assert!(accept(&[TOKEN], &headers("sync", TOKEN)).unwrap().ignored, "a channel says hello");
    let refused = |secrets: &[&str], given: &[(&'static str, &str)]| accept(secrets, given).unwrap_err();
    assert_eq!(refused(&[TOKEN], &headers("exists", "dG9rZW4tb2Ytb3Vycy0xMjM1")), Refused::BadSignature);
    assert_eq!(refused(&[TOKEN], &headers("exists", "")), Refused::BadSignature);
    assert_eq!(refused(&[TOKEN], &headers("exists", TOKEN)[..6]), Refused::Unsigned);
    assert_eq!(refused(&[], &headers("exists", TOKEN)), Refused::NotConfigured);
    let mut twice = headers("exists", TOKEN);
    twice.push(("x-goog-channel-token", TOKEN));
    assert!(matches!(refused(&[TOKEN], &twice), Refused::Malformed(_)));
    for missing in [0, 2, 4] {
        let mut fewer = headers("exists", TOKEN);
        fewer.remove(missing);
        assert!(matches!(refused(&[TOKEN], &fewer), Refused::Malformed(_)), "{missing}");
    }
}

fn heard(desk: &Desk, channel: &str, state: &str) -> Heard {
    let headers = json!({ "x-goog-channel-id": channel, "x-goog-resource-state": state });
    let told =
        Told { id: Uuid::from_u128(1), body: b"", headers: &headers, signed: true, received_at: desk.now };
    desk.adapter.heard(&desk.account, &told).unwrap()
}

#[tokio::test]
async fn a_push_is_a_reason_to_look_at_its_calendar_and_nothing_else() {
    let mut desk = Desk::imported(json!({ "calendars": [ANA, ROOM] })).await;
    let channel = format!("{}-1781000000000", prefix(&desk.account, ROOM));
    let Heard::Page(page) = heard(&desk, &channel, "exists") else { panic!() };
    assert!(page.changes.is_empty());
    let [StateChange::Due { stream, external_ids, urgency, .. }] = &page.state[..] else {
        panic!("{:?}", page.state)
    };
    assert_eq!(
        (*stream, external_ids.as_slice(), *urgency),
        ("calendars", &[ROOM.to_owned()][..], Urgency::Live)
    );
    for (channel, state) in [("0-1", "exists"), (&*channel, "sync"), ("", "exists")] {
        assert!(matches!(heard(&desk, channel, state), Heard::Nothing(_)), "{channel} {state}");
    }
    desk.state.due = Some(wish(ROOM));
    assert_eq!(desk.planned(), Ask::Changes { calendar: ROOM.into(), request: Some(5) });
    let page = desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap();
    assert!(!page.state.iter().any(|it| matches!(it, StateChange::Done { .. })), "not before the last page");
    let page = desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
    assert!(page.state.iter().any(|it| matches!(it, StateChange::Done { request: 5, .. })));
}

fn wish(calendar: &str) -> Item {
    Item {
        stream: "calendars".into(),
        external_id: calendar.to_owned(),
        cursor: Value::Null,
        work: json!({ "look": true }),
        urgency: Urgency::Live,
        request: 5,
    }
}

#[tokio::test]
async fn a_look_under_way_does_not_answer_a_later_push() {
    let mut desk = Desk::imported(json!({})).await;
    desk.pass(60);
    desk.answer(list(&json!([]), Some("p2"), None)).await.unwrap();
    desk.state.due = Some(wish(ANA));
    let page = desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
    assert!(!page.state.iter().any(|it| matches!(it, StateChange::Done { .. })), "it began before");
    assert_eq!(desk.planned(), Ask::Changes { calendar: ANA.into(), request: Some(5) });
}

#[tokio::test]
async fn wishes_that_nothing_can_be_done_about_block_nothing() {
    let mut desk = Desk::imported(json!({})).await;
    let before = desk.asked.lock().unwrap().len();
    desk.state.due = Some(wish("left@clinic.example.org"));
    let page = desk.send().await.unwrap();
    assert!(matches!(&page.state[..], [StateChange::Done { request: 5, .. }]));
    assert_eq!(desk.asked.lock().unwrap().len(), before, "nobody is asked");
    // Before its first listing is through, that listing answers.
    let mut desk = Desk::new(json!({}));
    desk.state.due = Some(wish(ANA));
    assert_eq!(desk.planned(), Ask::Everything { calendar: ANA.into(), request: Some(5) });
}
