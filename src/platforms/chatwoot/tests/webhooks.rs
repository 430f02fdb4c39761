//! Deliveries, as the platform writes them: the types that differ from its lists, every event, every doubt.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{account, adapter, respond, start};
use crate::{
    domain::{
        change::{Change, Kind, Record, SenderKind},
        stream::{AccountState, Page, StateChange, Urgency},
    },
    platforms::{Adapter, Heard, Told, remapped::assert_remaps},
};

fn heard(body: &str, signed: bool) -> Result<Heard, String> {
    let told = Told {
        id: Uuid::from_u128(9),
        body: body.as_bytes(),
        headers: &serde_json::Value::Null,
        signed,
        received_at: start(),
    };
    let adapter = adapter(|_| respond(500, "never asked"));
    let heard = adapter.heard(&account(), &told);
    if let Ok(Heard::Page(page)) = &heard {
        assert_remaps(&adapter, &account(), &AccountState::default(), page, true);
    }
    heard
}

#[track_caller]
fn page(body: &Value) -> Page {
    match heard(&body.to_string(), true).unwrap() {
        Heard::Page(page) => *page,
        Heard::Nothing(why) => panic!("{why}"),
    }
}

fn conversation() -> Value {
    json!({"id": 77, "inbox_id": 3, "status": "open", "channel": "Channel::Whatsapp", "can_reply": true, "labels": [],
        "priority": null, "additional_attributes": [], "custom_attributes": {}, "snoozed_until": null, "unread_count": 0,
        "first_reply_created_at": "2026-06-19T20:00:00.250Z", "waiting_since": 0, "created_at": 1_781_000_000,
        "updated_at": 1_781_899_990.42, "timestamp": 1_781_899_990, "last_activity_at": 1_781_899_990,
        "contact_inbox": {"id": 12, "contact_id": 481, "source_id": "61412000111", "pubsub_token": "never-keep"},
        "meta": {"sender": person(), "assignee": null, "assignee_type": null, "team": null, "hmac_verified": false},
        "messages": [{"id": 90321, "message_type": 0, "created_at": 1_781_899_990}]})
}

fn person() -> Value {
    json!({"id": 481, "name": "Mara Quill", "email": null, "phone_number": "+61412000111", "identifier": null,
        "blocked": false, "additional_attributes": {}, "custom_attributes": {}, "account": {"id": 4}})
}

fn message() -> Value {
    json!({"event": "message_created", "id": 90321, "content": "Can I move Tuesday?", "message_type": "incoming",
        "content_type": "text", "private": false, "created_at": "2026-06-19T20:13:10.750Z", "source_id": "wamid.ABC",
        "content_attributes": {}, "additional_attributes": {}, "account": {"id": 4, "name": "Harbour Physio"},
        "inbox": {"id": 3, "name": "WhatsApp"}, "sender": person(), "conversation": conversation()})
}

fn names(page: &Page) -> Vec<(Kind, &str)> {
    let mut names: Vec<_> =
        page.changes.iter().map(|change| (change.record.kind(), change.record.external_id())).collect();
    names.sort();
    names.dedup();
    names
}

/// What is to be read: stream, ids, work, whether only when something changed.
fn wishes(page: &Page) -> Vec<(&'static str, Vec<String>, Value, bool)> {
    let wish = |change: &StateChange| match change {
        StateChange::Due { stream, external_ids, work, urgency: Urgency::Live, only_if_changed, .. } => {
            (*stream, external_ids.clone(), work.clone(), only_if_changed.is_some())
        }
        other => panic!("{other:?}"),
    };
    page.state.iter().map(wish).collect()
}

fn find(page: &Page, kind: Kind) -> &Change {
    page.changes.iter().find(|change| change.record.kind() == kind).unwrap()
}

#[test]
fn a_message_brings_its_person_and_its_conversation_and_is_read_again() {
    let page = page(&message());
    assert_eq!(names(&page), [(Kind::Contact, "481"), (Kind::Conversation, "77"), (Kind::Message, "90321")]);
    let Record::Message(said) = &find(&page, Kind::Message).record else { panic!() };
    assert_eq!(
        (said.conversation.as_str(), said.sent_at.unwrap().to_string()),
        ("77", "2026-06-19T20:13:10Z".to_owned())
    );
    assert_eq!(said.sender.as_ref().unwrap().kind, SenderKind::Patient, "contacts come without a type");
    let talk = find(&page, Kind::Conversation);
    assert_eq!(talk.source_version, Some(1_781_899_990_420_000));
    assert_eq!(find(&page, Kind::Message).source_version, None);
    let Record::Conversation(it) = &talk.record else { panic!() };
    assert_eq!((it.channel.as_deref(), it.contact.as_deref()), (Some("Channel::Whatsapp"), Some("481")));
    assert_eq!(it.first_reply_at.unwrap().to_string(), "2026-06-19T20:00:00Z", "lists tell whole seconds");
    assert_eq!(
        wishes(&page),
        [
            ("messages", vec!["77".to_owned()], json!({}), false),
            ("contacts", vec!["481".to_owned(); 2], json!({"check": true}), true),
        ]
    );
    let waits = |change: &StateChange| matches!(change, StateChange::Due { not_before: Some(_), .. });
    assert_eq!(
        page.state.iter().map(waits).collect::<Vec<_>>(),
        [true, false],
        "a burst of messages is read once, a person is read at once"
    );
    assert!(!page.raw.concat().contains("never-keep"));
    assert_eq!(page.request, format!("webhook {}", Uuid::from_u128(9)));
}

#[test]
fn who_sent_it_is_told_in_four_shapes() {
    let kind = |message_type: &str, sender: Value| {
        let mut body = message();
        body["message_type"] = message_type.into();
        body["sender"] = sender;
        let page = page(&body);
        let Record::Message(said) = &find(&page, Kind::Message).record else { panic!() };
        said.sender.as_ref().map(|sender| sender.kind)
    };
    assert_eq!(
        kind("outgoing", json!({"id": 8, "name": "Ana", "email": "ana@example.org", "type": "user"})),
        Some(SenderKind::Agent)
    );
    assert_eq!(
        kind("outgoing", json!({"id": 2, "name": "Helper", "type": "agent_bot"})),
        Some(SenderKind::Bot)
    );
    assert_eq!(kind("template", person()), Some(SenderKind::Patient));
    assert_eq!(kind("incoming", Value::Null), None);
    assert_eq!(kind("template", Value::Null), Some(SenderKind::System));
}

#[test]
fn notes_deletions_and_attachments_are_told_like_in_lists() {
    let mut body = message();
    body["private"] = true.into();
    body["content_attributes"] = json!({"deleted": true});
    body["attachments"] = json!([{"id": 15, "file_type": "image", "data_url": "https://chat.example.org/a"}]);
    let page = page(&body);
    let Record::Message(said) = &find(&page, Kind::Message).record else { panic!() };
    assert!(said.private && said.deleted_at_source);
    assert_eq!(said.attachments.len(), 1);
}

#[test]
fn a_changed_message_that_is_old_wants_its_whole_conversation() {
    let mut body = message();
    body["event"] = "message_updated".into();
    assert_eq!(wishes(&page(&body))[0].2, json!({}), "young: the end is read again anyway");
    body["created_at"] = "2026-06-18T20:13:10.750Z".into();
    assert_eq!(wishes(&page(&body))[0].2, json!({"recheck": true}));
    body["created_at"] = Value::Null;
    assert_eq!(wishes(&page(&body))[0].2, json!({"recheck": true}));
}

#[test]
fn conversations_have_a_version_or_are_read() {
    let mut body = conversation();
    body["event"] = "conversation_status_changed".into();
    body["changed_attributes"] = json!([{"status": {"previous_value": "open", "current_value": "resolved"}}]);
    let told = page(&body);
    let talks = ("messages", vec!["77".to_owned()], json!({}), true);
    let people = ("contacts", vec!["481".to_owned()], json!({"check": true}), true);
    assert_eq!(wishes(&told), [talks.clone(), people.clone()]);
    body["event"] = "conversation_created".into();
    let read = ("conversations", vec!["77".to_owned()], json!({"check": true}), false);
    assert_eq!(
        wishes(&page(&body)),
        [talks.clone(), people.clone(), read.clone()],
        "its unique id is told nowhere"
    );
    // Before 4.0.2.
    body["event"] = "conversation_updated".into();
    body.as_object_mut().unwrap().remove("updated_at");
    let old = page(&body);
    assert_eq!(wishes(&old), [talks, people, read]);
    assert_eq!(find(&old, Kind::Conversation).source_version, None);
}

#[test]
fn a_contact_is_read_when_it_is_new_or_another() {
    let mut body = person();
    body["event"] = "contact_updated".into();
    let page = page(&body);
    assert_eq!(names(&page), [(Kind::Contact, "481")]);
    assert_eq!(wishes(&page), [("contacts", vec!["481".to_owned()], json!({"check": true}), true)]);
}

#[test]
fn unsigned_deliveries_only_name_what_is_to_be_read() {
    let of = |body: &Value| match heard(&body.to_string(), false).unwrap() {
        Heard::Page(page) => *page,
        Heard::Nothing(why) => panic!("{why}"),
    };
    let told = of(&message());
    assert!(told.changes.is_empty() && told.raw.is_empty());
    let streams: Vec<_> = wishes(&told).iter().map(|wish| (wish.0, wish.3)).collect();
    assert_eq!(streams, [("messages", false), ("conversations", false)]);
    let mut body = person();
    body["event"] = "contact_created".into();
    assert_eq!(wishes(&of(&body))[0].0, "contacts");
    let mut body = conversation();
    body["event"] = "conversation_updated".into();
    assert_eq!(wishes(&of(&body))[0].0, "conversations");
}

#[test]
fn what_is_nothing_to_us_says_why() {
    for event in [
        "webwidget_triggered",
        "conversation_typing_on",
        "conversation_typing_off",
        "inbox_created",
        "inbox_updated",
        "something_of_tomorrow",
    ] {
        let body =
            json!({"event": event, "id": 1, "channel": {"provider_config": {"api_key": "never-keep"}}});
        assert!(matches!(heard(&body.to_string(), true), Ok(Heard::Nothing(_))), "{event}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_its_field_alone() {
    let refused = |body: &str| heard(body, true).unwrap_err();
    assert_eq!(refused("not JSON with Mara inside"), "the body is not JSON that can be read");
    assert_eq!(refused("[1]"), "the record is a list, allowed: an object");
    assert!(refused("{}").starts_with("event is absent"));
    let mut body = message();
    body["account"]["id"] = 5.into();
    assert!(refused(&body.to_string()).starts_with("account is an object"), "somebody else's");
    let mut body = message();
    body["id"] = "Mara".into();
    let said = refused(&body.to_string());
    assert!(said.starts_with("id is a text") && !said.contains("Mara"), "{said}");
}

#[test]
fn a_record_that_is_half_understood_is_read_instead() {
    let mut body = message();
    body["conversation"]["labels"] = json!({"one": 1});
    body["conversation"]["meta"]["sender"]["created_at"] = "never".into();
    let page = page(&body);
    assert_eq!(page.rejected.len(), 1, "{:?}", page.rejected);
    let read: Vec<_> = wishes(&page).into_iter().filter(|wish| !wish.3).map(|wish| wish.0).collect();
    assert_eq!(read, ["messages", "conversations"]);
    // A text cut in the middle of a character, and an empty object written as a list.
    let cut = message().to_string().replace("Can I move Tuesday?", "Yes \\ud83d");
    assert!(matches!(heard(&cut, true), Ok(Heard::Page(_))));
}
