//! What automations call us with.

use super::*;
use crate::{
    domain::change::Direction,
    platforms::{Heard, Told},
};

fn heard(body: &Value, signed: bool) -> Result<Heard, String> {
    let (adapter, _) = adapter(|_| (500, String::new()));
    let body = body.to_string();
    let told = Told {
        id: Uuid::from_u128(1),
        body: body.as_bytes(),
        headers: &serde_json::Value::Null,
        signed,
        received_at: start(),
    };
    let heard = adapter.heard(&account(), &told);
    if let Ok(Heard::Page(page)) = &heard {
        assert_remaps(&adapter, &account(), &AccountState::default(), page, true);
    }
    heard
}

#[track_caller]
fn page(body: &Value) -> Page {
    match heard(body, true).unwrap() {
        Heard::Page(page) => *page,
        Heard::Nothing(why) => panic!("{why}"),
    }
}

fn message_received() -> Value {
    json!({ "event": "message_received", "channel": "whatsapp", "text": "Is Monday free?", "contact": full_contact() })
}

fn asks_for(page: &Page, id: &str) -> bool {
    let wanted = |change: &StateChange| matches!(change, StateChange::Due { external_ids, urgency: Urgency::Live, .. } if external_ids == &[id.to_owned()]);
    page.state.iter().any(wanted)
}

#[test]
fn what_somebody_wrote_becomes_a_message_of_their_one_conversation() {
    let page = page(&message_received());
    let [message] = messages(&page)[..] else { panic!("one message") };
    assert_eq!(
        (message.content.as_deref(), message.direction),
        (Some("Is Monday free?"), Direction::Incoming)
    );
    assert_eq!(
        (message.conversation.as_str(), message.sent_at),
        (ORLA, Some("2026-06-02T01:01:00Z".parse().unwrap()))
    );
    let [conversation] = conversations(&page)[..] else { panic!("one conversation") };
    assert_eq!(
        (conversation.external_id.as_str(), conversation.channel.as_deref()),
        (ORLA, Some("whatsapp"))
    );
    let [contact] = contacts(&page)[..] else { panic!("one contact") };
    assert_eq!(contact.attributes["custom"]["visits"], json!(3), "an object here, a list in the API");
    assert!(asks_for(&page, ORLA), "tags are told by the API alone");
}

#[test]
fn the_same_moment_is_the_same_message_and_another_moment_another() {
    let id = |body: &Value| messages(&page(body))[0].external_id.clone();
    let first = id(&message_received());
    let mut escaped = message_received();
    escaped["text"] = json!("Is Monday");
    assert_eq!(id(&escaped), first, "the text is the contact's own, not what was inserted into the template");
    assert_eq!(id(&full_contact()), first, "with our template or without");
    let mut later = message_received();
    later["contact"]["last_interaction"] = json!("2026-06-02T09:02:00+08:00");
    assert_ne!(id(&later), first);
    later["contact"]["last_interaction"] = json!("2026-06-02T01:01:00Z");
    assert_eq!(id(&later), first, "the same moment in another zone");
}

#[test]
fn a_tag_or_a_field_says_nothing_new_of_what_was_written() {
    for event in ["tag_applied", "field_changed", "contact_created"] {
        let mut body = message_received();
        body["event"] = json!(event);
        let page = page(&body);
        assert!(messages(&page).is_empty() && conversations(&page).is_empty(), "{event}");
        assert!(contacts(&page).len() == 1 && asks_for(&page, ORLA), "{event}");
    }
}

#[test]
fn a_call_without_a_text_is_a_look_without_a_message() {
    let mut body = message_received();
    body["contact"]["last_input_text"] = json!("");
    body["text"] = Value::Null;
    let page = page(&body);
    assert!(messages(&page).is_empty());
    assert_eq!(conversations(&page).len(), 1, "somebody was there, perhaps with a picture");
}

#[test]
fn another_page_and_what_is_not_json_are_refused_with_a_reason() {
    let mut body = message_received();
    body["contact"]["page_id"] = json!("104200000000002");
    assert!(heard(&body, true).unwrap_err().starts_with("page_id: "));
    let (adapter, _) = adapter(|_| (500, String::new()));
    let broken = br#"{"event":"message_received","text":"she said "no"","contact":{}}"#;
    let told = Told {
        id: Uuid::from_u128(1),
        body: broken,
        headers: &serde_json::Value::Null,
        signed: true,
        received_at: start(),
    };
    let reason = adapter.heard(&account(), &told).unwrap_err();
    assert!(reason.contains("JSON") && !reason.contains("she said"), "{reason}");
}

#[test]
fn an_unsigned_call_is_only_a_reason_to_look() {
    let Heard::Page(page) = heard(&message_received(), false).unwrap() else { panic!("a page") };
    assert!(page.changes.is_empty() && asks_for(&page, ORLA));
}

#[test]
fn the_channel_is_told_or_guessed() {
    let channel = |change: &dyn Fn(&mut Value)| {
        let mut body = json!({ "event": "message_received", "contact": full_contact() });
        change(&mut body["contact"]);
        conversations(&page(&body))[0].channel.clone().unwrap()
    };
    assert_eq!(channel(&|_| {}), "whatsapp");
    assert_eq!(
        channel(&|c| {
            c["whatsapp_phone"] = Value::Null;
            c["ig_id"] = json!(990_001);
        }),
        "instagram"
    );
    assert_eq!(
        channel(&|c| {
            c["whatsapp_phone"] = Value::Null;
            c["tt_user_id"] = json!("tt-1");
        }),
        "tiktok"
    );
    assert_eq!(channel(&|c| c["whatsapp_phone"] = Value::Null), "messenger");
    let mut told = message_received();
    told["channel"] = json!("Instagram");
    assert_eq!(conversations(&page(&told))[0].channel.as_deref(), Some("instagram"));
}

#[test]
fn a_contact_without_an_id_is_rejected_and_kept() {
    let mut body = message_received();
    body["contact"]["id"] = json!(1.5);
    let page = page(&body);
    assert!(page.changes.is_empty());
    assert_eq!(page.rejected[0].reason, "id is a fraction, allowed: an id of digits");
    assert_eq!(page.raw.len(), 1);
}
