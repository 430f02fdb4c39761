//! Records as Chatwoot writes them, one oddity each.

use jiff::Timestamp;
use serde_json::{Value, json, value::to_raw_value};

use super::super::{
    map::{Mapper, Seen},
    wire,
};
use crate::domain::{
    change::{Contact, Conversation, Direction, Kind, Message, Record, SenderKind},
    stream::Page,
};

fn map(kind: Kind, record: &Value) -> (Page, Option<Seen>) {
    let mut page = Page::default();
    let raw = to_raw_value(record).unwrap();
    let seen = Mapper { page: &mut page, region: "AU" }.record(kind, &raw, "77");
    (page, seen)
}

#[track_caller]
fn contact(record: Value) -> Contact {
    match map(Kind::Contact, &record).0.changes.pop().map(|change| change.record) {
        Some(Record::Contact(contact)) => contact,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn conversation(record: Value) -> Conversation {
    match map(Kind::Conversation, &record).0.changes.pop().map(|change| change.record) {
        Some(Record::Conversation(conversation)) => conversation,
        _ => panic!("{:?}", map(Kind::Conversation, &record).0.rejected),
    }
}

#[track_caller]
fn message(record: Value) -> Message {
    match map(Kind::Message, &record).0.changes.pop().map(|change| change.record) {
        Some(Record::Message(message)) => message,
        _ => panic!("{:?}", map(Kind::Message, &record).0.rejected),
    }
}

#[track_caller]
fn refused(kind: Kind, record: Value) -> String {
    let (page, _) = map(kind, &record);
    assert!(page.changes.is_empty() && page.rejected.len() == 1, "{page:?}");
    page.rejected[0].reason.clone()
}

fn full_contact() -> Value {
    json!({ "id": 481, "name": "Mara Quill", "email": "mara@example.org", "phone_number": "+61491570156",
        "identifier": null, "blocked": false, "availability_status": "offline", "thumbnail": "",
        "additional_attributes": { "city": "Perth" }, "custom_attributes": { "cliniko_id": "55" },
        "last_activity_at": 1_781_900_000, "created_at": 1_775_000_000,
        "contact_inboxes": [{ "source_id": "61491570156", "inbox": { "id": 3, "name": "WhatsApp",
            "channel_type": "Channel::Whatsapp", "provider": "whatsapp_cloud", "hmac_token": "never-keep" } },
            { "source_id": null, "inbox": { "id": 4 } }] })
}

fn full_conversation() -> Value {
    json!({ "id": 77, "uuid": "0c7f", "account_id": 4, "inbox_id": 3, "status": "open", "priority": null,
        "muted": false, "can_reply": true, "labels": ["new-patient", "urgent"], "additional_attributes": {},
        "custom_attributes": {}, "unread_count": 1, "created_at": 1_781_000_000, "updated_at": 1_781_900_001.42,
        "timestamp": 1_781_900_000, "last_activity_at": 1_781_900_000, "first_reply_created_at": 1_781_000_300,
        "waiting_since": 0, "snoozed_until": "2026-06-20T01:00:00.000Z",
        "last_non_activity_message": { "id": 1, "content": "elsewhere" }, "messages": [{ "id": 1 }],
        "meta": { "sender": full_contact(), "channel": "Channel::Whatsapp", "assignee":
            { "id": 8, "name": "Ana", "email": "a@example.org", "pubsub_token": "never-keep" },
            "assignee_type": "User", "team": { "id": 1, "name": "front" }, "hmac_verified": false } })
}

fn full_message() -> Value {
    json!({ "id": 90_321, "content": "Can I move Tuesday?", "inbox_id": 3, "conversation_id": 77, "message_type": 0,
        "content_type": "text", "status": "sent", "content_attributes": {}, "created_at": 1_781_900_000,
        "private": false, "source_id": "wamid.ABC", "sender": { "id": 481, "name": "Mara Quill", "type": "contact",
            "phone_number": "+61491570156", "email": null },
        "attachments": [{ "id": 15, "message_id": 90_321, "file_type": "image", "extension": "jpg",
            "content_type": "image/jpeg", "file_size": 20_481, "width": 640, "height": 480,
            "data_url": "https://chat.example.org/rails/1", "thumb_url": "https://chat.example.org/t" }] })
}

fn with(mut record: Value, path: &str, value: Value) -> Value {
    *record.pointer_mut(path).unwrap() = value;
    record
}

fn without(mut record: Value, name: &str) -> Value {
    record.as_object_mut().unwrap().remove(name);
    record
}

fn at(second: i64) -> Option<Timestamp> {
    Timestamp::from_second(second).ok()
}

#[test]
fn a_contact_is_mapped_whole() {
    let contact = contact(full_contact());
    assert_eq!(contact.phone.as_deref(), Some("+61491570156"));
    assert_eq!(contact.source_created_at, at(1_775_000_000));
    assert_eq!(
        contact.attributes,
        json!({ "custom": { "cliniko_id": "55" }, "additional": { "city": "Perth" } })
    );
    let addresses = contact.addresses.unwrap();
    assert_eq!(addresses.len(), 1, "an inbox without an address says nothing");
    assert_eq!((addresses[0].inbox.as_str(), addresses[0].value.as_str()), ("3", "61491570156"));
}

#[test]
fn a_contact_of_a_conversation_says_the_same_as_the_list() {
    let (page, _) = map(
        Kind::Conversation,
        &with(full_conversation(), "/meta/sender", {
            with(
                without(full_contact(), "contact_inboxes"),
                "/additional_attributes",
                json!({ "city": "Perth" }),
            )
        }),
    );
    let Record::Contact(harvested) = &page.changes[0].record else { panic!("{page:?}") };
    assert_eq!(harvested.addresses, None, "this payload does not say");
    assert_eq!(harvested.fingerprint(), contact(full_contact()).fingerprint());
    let empty = |value: Value| contact(with(full_contact(), "/custom_attributes", value)).fingerprint();
    assert_eq!(empty(json!([])), empty(json!({})), "an empty list is an empty object");
    assert_eq!(empty(Value::Null), empty(json!({})));
    let email = |value: Value| contact(with(full_contact(), "/email", value)).fingerprint();
    assert_eq!(email(json!("")), email(Value::Null), "empty is absent");
}

#[test]
fn a_conversation_is_mapped_whole() {
    let (page, seen) = map(Kind::Conversation, &full_conversation());
    assert_eq!(
        page.changes[1].source_version,
        Some(1_781_900_001_420_000),
        "to the microsecond, without float dust"
    );
    assert_eq!(seen.unwrap().id, "77");
    let conversation = conversation(full_conversation());
    assert_eq!(conversation.contact.as_deref(), Some("481"));
    assert_eq!(conversation.assignee.as_deref(), Some("8"));
    assert_eq!(conversation.team_name.as_deref(), Some("front"));
    assert_eq!(conversation.labels, ["new-patient", "urgent"]);
    assert_eq!(conversation.waiting_since, None, "0 is unset");
    assert_eq!(conversation.first_reply_at, at(1_781_000_300));
    assert_eq!(conversation.snoozed_until, at(1_781_917_200));
}

#[test]
fn what_is_absent_in_older_versions_or_when_nobody_is_there_is_none() {
    let mut bare = full_conversation();
    for name in
        ["updated_at", "uuid", "muted", "can_reply", "unread_count", "labels", "waiting_since", "priority"]
    {
        bare = without(bare, name);
    }
    let bare = with(bare, "/meta", json!({ "sender": null, "channel": "Channel::Api" }));
    let (page, seen) = map(Kind::Conversation, &bare);
    assert_eq!(page.changes.len(), 1, "no sender, no contact");
    assert_eq!(page.changes[0].source_version, None);
    assert_eq!(seen.unwrap().updated_at, None);
    let conversation = conversation(bare);
    assert_eq!((conversation.contact, conversation.assignee, conversation.muted), (None, None, None));
}

#[test]
fn unknown_words_are_kept() {
    assert_eq!(conversation(with(full_conversation(), "/status", json!("parked"))).status, "parked");
    let message = message(with(full_message(), "/content_type", json!("hologram")));
    assert_eq!(message.content_type.as_deref(), Some("hologram"));
}

#[test]
fn ids_come_as_numbers_or_texts() {
    assert_eq!(contact(with(full_contact(), "/id", json!("481"))).external_id, "481");
    assert_eq!(contact(with(full_contact(), "/id", json!(481.0))).external_id, "481");
    for wrong in [json!("x/../y"), json!(-1), json!(1.5), json!({}), json!(null), json!("")] {
        let reason = refused(Kind::Contact, with(full_contact(), "/id", wrong));
        assert!(reason.starts_with("id is ") && reason.ends_with("allowed: a whole number"), "{reason}");
    }
}

#[test]
fn times_come_in_every_notation() {
    let time = |value: Value| contact(with(full_contact(), "/last_activity_at", value)).last_activity_at;
    let expected = at(1_781_900_000);
    for value in [
        json!(1_781_900_000),
        json!(1_781_900_000.0),
        json!("1781900000"),
        json!("2026-06-19T20:13:20.000Z"),
        json!("2026-06-20T06:13:20+10:00"),
    ] {
        assert_eq!(time(value.clone()), expected, "{value}");
    }
    for unset in [json!(0), json!(0.0), json!(""), json!("0"), Value::Null] {
        assert_eq!(time(unset.clone()), None, "{unset}");
    }
}

#[test]
fn impossible_times_are_named_but_not_told() {
    for wrong in [
        json!(9_405_000_000_000_i64),
        json!(1_781_900_000_000_i64),
        json!(-86_400),
        json!(-0.5),
        json!(1e300),
        json!("300000-01-01T00:00:00Z"),
        json!("2150-01-01T00:00:00Z"),
        json!("yesterday"),
        json!("NaN"),
        json!("inf"),
        json!([1]),
        json!(true),
    ] {
        let reason = refused(Kind::Contact, with(full_contact(), "/last_activity_at", wrong.clone()));
        assert!(reason.starts_with("last_activity_at is a"), "{reason}");
        assert!(reason.contains("allowed: a time between 1970 and 2100"), "{reason}");
        let shown = wrong.to_string();
        assert!(shown.len() < 4 || !reason.contains(shown.trim_matches('"')), "{reason}");
    }
}

#[test]
fn fields_inside_are_named_with_their_way() {
    let record = with(full_message(), "/attachments/0/file_size", json!("large"));
    assert!(refused(Kind::Message, record).starts_with("attachments[0].file_size is a text"));
    let record = with(full_contact(), "/contact_inboxes/0/inbox/id", json!("x"));
    assert!(refused(Kind::Contact, record).starts_with("contact_inboxes[0].inbox.id is a text"));
    assert!(refused(Kind::Contact, json!([1])).starts_with("the record is a list"));
    assert!(refused(Kind::Contact, json!(null)).starts_with("the record is absent"));
}

#[test]
fn a_person_who_cannot_be_understood_leaves_their_conversation() {
    let record = with(full_conversation(), "/meta/sender/created_at", json!(-5));
    let (page, _) = map(Kind::Conversation, &record);
    assert_eq!(page.changes.len(), 1);
    assert_eq!(
        (page.rejected[0].kind, page.rejected[0].external_id.as_deref()),
        (Kind::Contact, Some("481"))
    );
    assert!(page.rejected[0].reason.starts_with("meta.sender.created_at is a number"));
    assert_eq!(conversation(record).contact.as_deref(), Some("481"));
    let nameless = with(full_conversation(), "/meta/sender/id", json!("?"));
    assert_eq!(conversation(nameless).contact, None);
}

#[test]
fn a_message_is_mapped_whole() {
    let message = message(full_message());
    assert_eq!((message.sequence, message.conversation.as_str()), (Some(90_321), "77"));
    assert_eq!(message.channel_message_id.as_deref(), Some("wamid.ABC"));
    assert_eq!(message.sender.as_ref().unwrap().kind, SenderKind::Patient);
    let attachment = &message.attachments[0];
    assert_eq!(
        (attachment.file_size, attachment.width, attachment.height),
        (Some(20_481), Some(640), Some(480))
    );
    assert_eq!(attachment.details, json!({}));
}

#[test]
fn kinds_of_messages_and_senders() {
    let of = |kind: Value, sender: Value| {
        let message = message(with(with(full_message(), "/message_type", kind), "/sender", sender));
        (message.direction, message.sender.map(|sender| sender.kind))
    };
    let sender = |kind: &str| json!({ "id": 1, "name": "N", "type": kind });
    use Direction::{Activity, Incoming, Outgoing, Template};
    assert_eq!(of(json!(0), sender("contact")), (Incoming, Some(SenderKind::Patient)));
    assert_eq!(of(json!(1), sender("user")), (Outgoing, Some(SenderKind::Agent)));
    assert_eq!(of(json!(1), sender("agent_bot")), (Outgoing, Some(SenderKind::Bot)));
    assert_eq!(of(json!(1), sender("captain_assistant")), (Outgoing, Some(SenderKind::Bot)));
    assert_eq!(of(json!(2), Value::Null), (Activity, Some(SenderKind::System)));
    assert_eq!(of(json!(3), Value::Null), (Template, Some(SenderKind::System)));
    assert_eq!(of(json!("outgoing"), Value::Null), (Outgoing, None));
    assert_eq!(
        of(json!("incoming"), json!({ "id": 1 })),
        (Incoming, Some(SenderKind::Patient)),
        "older: no type"
    );
    assert!(
        refused(Kind::Message, with(full_message(), "/message_type", json!(9)))
            .starts_with("message_type is")
    );
}

#[test]
fn notes_deletions_failures_and_bare_attachments() {
    assert!(message(with(full_message(), "/private", json!(true))).private);
    let deleted = with(full_message(), "/content_attributes", json!({ "deleted": true }));
    assert!(message(deleted).deleted_at_source);
    let mut failed =
        with(full_message(), "/content_attributes", json!({ "external_error": "24 h are over" }));
    failed["status"] = json!("failed");
    let failed = message(failed);
    assert_eq!(failed.delivery_status.as_deref(), Some("failed"));
    assert_eq!(failed.attributes["external_error"], "24 h are over");
    let bare = message(with(full_message(), "/content", Value::Null));
    assert!(bare.content.is_none() && bare.attachments.len() == 1);
    assert!(message(without(full_message(), "attachments")).attachments.is_empty());
    assert_eq!(message(with(full_message(), "/content_attributes", json!([]))).attributes, json!({}));
}

#[test]
fn attachments_keep_what_else_is_told() {
    let record = with(
        full_message(),
        "/attachments",
        json!([
            { "id": 1, "file_type": "location", "coordinates_lat": -31.9, "coordinates_long": 115.8,
              "fallback_title": "Clinic" },
            { "id": 2, "file_type": "audio", "transcribed_text": "hello", "extension": null, "width": null },
        ]),
    );
    let attachments = message(record).attachments;
    let place = json!({ "coordinates_lat": -31.9, "coordinates_long": 115.8, "fallback_title": "Clinic" });
    assert_eq!(attachments[0].details, place);
    assert_eq!(attachments[1].details, json!({ "transcribed_text": "hello" }));
    assert_eq!(attachments[1].extension, None, "before 4.13 there is none");
}

#[test]
fn no_secret_is_kept_anywhere() {
    let secret = "never-keep";
    let mut inbox =
        json!({ "id": 3, "name": "WhatsApp", "channel_type": "Channel::Whatsapp", "provider": "cloud" });
    for name in
        ["hmac_token", "secret", "imap_password", "web_widget_script", "forward_to_email", "webhook_url"]
    {
        inbox[name] = json!(secret);
    }
    inbox["provider_config"] = json!({ "api_key": secret });
    let mut contact = full_contact();
    contact["pubsub_token"] = json!(secret);
    contact["custom_attributes"] =
        json!({ "Access_Token": secret, "deep": [{ "API_KEY": secret, "fine": 1 }] });
    let mut conversation = full_conversation();
    conversation["meta"]["sender"] = contact.clone();
    conversation["contact_inbox"] = json!({ "pubsub_token": secret });
    conversation["additional_attributes"] = json!({ "hmac_identifier": secret, "referer": "ok" });
    let mut message = full_message();
    message["sender"]["access_token"] = json!(secret);
    message["content_attributes"] = json!({ "email": { "authorization": secret, "subject": "ok" } });
    let agent = json!({ "id": 8, "name": "Ana", "role": "agent", "access_token": secret });
    for (kind, record) in [
        (Kind::Inbox, inbox),
        (Kind::Contact, contact),
        (Kind::Conversation, conversation),
        (Kind::Message, message),
        (Kind::Agent, agent),
    ] {
        let (page, _) = map(kind, &record);
        assert!(page.rejected.is_empty() && !page.changes.is_empty());
        assert!(!format!("{page:?}").contains(secret), "{kind:?}: {page:?}");
    }
}

#[test]
fn raw_records_are_enough_to_map_again() {
    for (kind, record) in [
        (Kind::Contact, full_contact()),
        (Kind::Conversation, full_conversation()),
        (Kind::Message, full_message()),
    ] {
        let (page, _) = map(kind, &record);
        let (again, _) = map(kind, &serde_json::from_str(&page.raw[0]).unwrap());
        assert_eq!(again.changes, page.changes);
        assert_eq!(again.raw, page.raw);
    }
}

#[test]
fn zero_characters_do_not_reach_a_database() {
    let record = with(full_message(), "/content", json!("a\0b"));
    assert_eq!(message(record.clone()).content.as_deref(), Some("ab"));
    let record = with(record, "/content_attributes", json!({ "k\0": 1, "v": "c\0d" }));
    let (page, _) = map(Kind::Message, &record);
    assert!(!page.raw[0].contains("\\u0000"), "{}", page.raw[0]);
    assert_eq!(message(record).attributes, json!({ "v": "cd" }));
}

#[test]
fn lists_come_in_three_wrappings() {
    let total = |body: &str| wire::list(body).map(|list| (list.total, list.records.len())).unwrap();
    assert_eq!(total(r#"{"data":{"meta":{"all_count":7,"mine_count":1},"payload":[{},{}]}}"#), (Some(7), 2));
    assert_eq!(total(r#"{"meta":{"count":7,"current_page":"1"},"payload":[{}]}"#), (Some(7), 1));
    assert_eq!(total(r#"{"meta":{"count":"7","current_page":1},"payload":[]}"#), (Some(7), 0));
    assert_eq!(total(" [1, 2, 3]"), (None, 3));
    assert_eq!(total(r#"{"payload":[null,3,"x"]}"#), (None, 3), "what records are is asked later");
    assert_eq!(wire::one(r#"{"payload":{"id":1}}"#).unwrap().get(), r#"{"id":1}"#);
    assert_eq!(wire::one(r#"{"id":1}"#).unwrap().get(), r#"{"id":1}"#);
}
