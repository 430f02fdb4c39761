//! Push channels: opened, told, ended.

use jiff::{SignedDuration, Timestamp};
use routiq_simulators::google_calendar::{Command, Settings};
use serde_json::{Value, json};

use crate::common::{Ear, header};
use crate::{ANA, Lab, lab};

const WATCH: &str = "/calendar/v3/calendars/ana%40example.test/events/watch";

async fn watch(lab: &Lab, id: &str) -> (u16, Value) {
    let body = json!({"id": id, "type": "web_hook", "address": "https://hooks.example.test/v1/google",
        "token": "c=42&k=3f9a"});
    lab.tell(WATCH, &body).await
}

#[tokio::test]
async fn a_channel_is_greeted_and_then_told_only_that_something_changed() {
    let lab = lab(Settings::default()).await;
    let (status, opened) = watch(&lab, "01234567-89ab-cdef-0123-456789abcdef").await;
    assert_eq!((status, &opened["kind"]), (200, &json!("api#channel")));
    let expires: i64 = opened["expiration"].as_str().unwrap().parse().unwrap();
    assert_eq!(expires, lab.hand.now().as_millisecond() + 7 * 86_400_000);
    lab.add("2026-04-01T10:00:00Z", "a");
    lab.add("2026-04-01T10:00:00Z", "b");
    let heard = Ear::new(204).hear(&lab.google).await;
    let states: Vec<&str> = heard.iter().map(|it| header(it, "x-goog-resource-state")).collect();
    assert_eq!(states, ["sync", "exists", "exists"]);
    let numbers: Vec<u64> =
        heard.iter().map(|it| header(it, "x-goog-message-number").parse().unwrap()).collect();
    assert!(numbers[0] == 1 && numbers.is_sorted() && numbers[2] > 2, "{numbers:?}");
    for request in &heard {
        assert!(request.body().is_empty() && request.method() == "POST");
        assert_eq!(header(request, "x-goog-channel-token"), "c=42&k=3f9a");
        assert_eq!(header(request, "x-goog-resource-id"), opened["resourceId"].as_str().unwrap());
        assert!(header(request, "x-goog-channel-expiration").ends_with("GMT"));
        assert!(header(request, "x-goog-resource-uri").contains("/calendars/ana@example.test/events"));
    }
}

#[tokio::test]
async fn ids_are_unique_and_short_addresses_secure_and_lives_bounded() {
    let lab = lab(Settings { channel_hours: 24, ..Settings::default() }).await;
    assert_eq!(watch(&lab, "a").await.0, 200);
    let (status, body) = watch(&lab, "a").await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (400, &json!("channelIdNotUnique")));
    assert_eq!(watch(&lab, &"x".repeat(65)).await.0, 400);
    let plain = json!({"id": "b", "type": "web_hook", "address": "http://hooks.example.test/"});
    assert_eq!(lab.tell(WATCH, &plain).await.0, 400);
    let soon = lab.hand.now().as_millisecond() + 3_600_000;
    for (id, wanted, given) in
        [("c", soon, soon), ("d", soon * 2, lab.hand.now().as_millisecond() + 86_400_000)]
    {
        let body =
            json!({"id": id, "type": "web_hook", "address": "https://h.example.test/", "expiration": wanted});
        assert_eq!(lab.tell(WATCH, &body).await.1["expiration"], given.to_string());
    }
    let past = json!({"id": "e", "type": "web_hook", "address": "https://h.example.test/", "expiration": 1});
    assert_eq!(lab.tell(WATCH, &past).await.0, 400);
}

#[tokio::test]
async fn a_channel_ends_by_itself_and_a_second_one_overlaps() {
    let lab = lab(Settings { channel_hours: 24, ..Settings::default() }).await;
    let ear = Ear::new(200);
    watch(&lab, "first").await;
    lab.pass_minutes(50);
    let (_, second) = watch(&lab, "second").await;
    ear.hear(&lab.google).await;
    let event = lab.add("2026-04-01T10:00:00Z", "a");
    assert_eq!(ear.hear(&lab.google).await.len(), 2, "both are told");
    let stop = json!({"id": "second", "resourceId": second["resourceId"]});
    let wrong = json!({"id": "second", "resourceId": "x"});
    assert_eq!(lab.tell("/calendar/v3/channels/stop", &wrong).await.0, 404);
    assert_eq!(lab.tell("/calendar/v3/channels/stop", &stop).await.0, 204);
    assert_eq!(lab.tell("/calendar/v3/channels/stop", &stop).await.0, 404);
    lab.rename(&event, "b");
    assert_eq!(ear.hear(&lab.google).await.len(), 1);
    lab.hand.pass(SignedDuration::from_hours(24));
    lab.rename(&event, "c");
    assert!(ear.hear(&lab.google).await.is_empty());
    assert_eq!(lab.google.channels(), Vec::<(String, Timestamp)>::new());
}

#[tokio::test]
async fn four_statuses_are_tried_again_and_everything_else_is_lost() {
    let lab = lab(Settings::default()).await;
    watch(&lab, "a").await;
    let ear = Ear::new(503);
    assert_eq!(ear.hear(&lab.google).await.len(), 1);
    assert!(ear.hear(&lab.google).await.is_empty(), "not at once");
    let mut again = 0;
    for _ in 0..60 {
        lab.hand.pass(SignedDuration::from_secs(10));
        again += ear.hear(&lab.google).await.len();
    }
    assert_eq!(again, 5);
    let event = lab.add("2026-04-01T10:00:00Z", "a");
    ear.say(404, &[]);
    assert_eq!(ear.hear(&lab.google).await.len(), 1);
    lab.rename(&event, "b");
    ear.say(202, &[]);
    assert_eq!(ear.hear(&lab.google).await.len(), 1);
    lab.pass_minutes(20);
    assert!(ear.hear(&lab.google).await.is_empty());
}

#[tokio::test]
async fn a_calendar_that_vanishes_says_so_and_channels_can_be_ended_early() {
    let lab = lab(Settings::default()).await;
    let ear = Ear::new(200);
    watch(&lab, "a").await;
    ear.hear(&lab.google).await;
    lab.google.command(Command::ExpireChannels { calendar: ANA.to_owned() }).unwrap();
    let event = lab.add("2026-04-01T10:00:00Z", "a");
    assert!(ear.hear(&lab.google).await.is_empty());
    watch(&lab, "b").await;
    ear.hear(&lab.google).await;
    lab.google.command(Command::RemoveCalendar { calendar: ANA.to_owned() }).unwrap();
    let heard = ear.hear(&lab.google).await;
    assert_eq!(header(&heard[0], "x-goog-resource-state"), "not_exists");
    assert_eq!(lab.events("").await.0, 404);
    assert!(lab.google.cancel_event(ANA, &event).is_err());
}
