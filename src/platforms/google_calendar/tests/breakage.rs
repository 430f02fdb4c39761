//! Every field of an event, broken in every way: the event is mapped or rejected, and the others are kept.

use super::{records::*, *};

fn broken() -> Vec<Value> {
    vec![
        Value::Null,
        json!({}),
        json!([]),
        json!([[1], null, "x"]),
        json!({ "dateTime": 5, "date": [], "timeZone": {} }),
        json!({ "dateTime": "9999-12-31T23:59:59Z" }),
        json!({ "date": "1066-10-14" }),
        json!({ "email": {}, "self": "perhaps" }),
        json!([{ "email": [] }]),
        json!(true),
        json!(-1),
        json!(1.5e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}"),
        json!("1066-10-14T09:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("a/b"),
        json!("x".repeat(20_000)),
    ]
}

#[tokio::test]
async fn a_broken_field_costs_its_event_at_most() {
    let whole = event();
    let mut sound = event();
    sound["id"] = json!("sound");
    let alone = page_of(&json!([sound]), false).await;
    for field in whole.as_object().unwrap().keys() {
        let absent = {
            let mut it = whole.clone();
            it.as_object_mut().unwrap().remove(field);
            it
        };
        let changed = broken().into_iter().map(|value| {
            let mut it = whole.clone();
            it[field] = value;
            it
        });
        for record in changed.chain([absent]) {
            let both = page_of(&json!([record, sound]), false).await;
            assert_eq!(
                both.changes.last().map(|it| &it.record),
                alone.changes.last().map(|it| &it.record),
                "{field}"
            );
            assert!(both.changes.len() + both.rejected.len() <= 3, "{field}");
            for rejected in &both.rejected {
                assert!(rejected.reason.len() < 200 && rejected.raw < both.raw.len(), "{field}");
            }
            assert!(both.raw.iter().all(|raw| !raw.contains("\\u0000")), "{field}");
            assert_eq!(both.state.len(), alone.state.len(), "the stream goes on");
        }
    }
}

#[tokio::test]
async fn records_that_are_none_leave_the_others() {
    let page = page_of(&json!([null, 5, "x", [], {}, { "id": {} }, event()]), false).await;
    assert_eq!((page.changes.len(), page.rejected.len()), (2, 6), "the calendar and its event");
}

#[tokio::test]
async fn a_calendar_may_say_anything_of_itself() {
    for value in broken() {
        let mut body = json!({ "items": [event()], "nextSyncToken": "s" });
        for field in ["summary", "description", "timeZone", "accessRole"] {
            body[field] = value.clone();
        }
        let page = Desk::new(json!({})).answer(respond(200, body.to_string())).await.unwrap();
        assert_eq!(page.changes.len() + page.rejected.len(), 2, "{value}");
    }
}

#[test]
fn any_bytes_may_come() {
    for bytes in [&b""[..], b"{", b"\xff\xfe", br#"{"items":{}}"#, br#"{"items":[{"id":"\ud800"}]}"#] {
        crate::platforms::google_calendar::fuzzing::pages(bytes);
    }
}
