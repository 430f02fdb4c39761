//! Conversations: defaults that hide, windows without pages, rows that move.

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{
    ConversationEdit, Delivery, MessageKind, NewMessage, Sender, Settings, Status, Version,
};
use serde_json::{Value, json};

use crate::support::{Lab, Office, at, ids};

fn settle(lab: &Lab, office: &Office, conversation: i64, status: Status) {
    lab.pass(1);
    let edit = ConversationEdit { status: Some(status), ..ConversationEdit::default() };
    lab.chat.edit_conversation(office.account, conversation, edit).unwrap();
}

#[tokio::test]
async fn the_list_shows_open_ones_unless_asked_for_all() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let [open, resolved, pending, snoozed] = [(); 4].map(|()| lab.conversation(&office, contact));
    settle(&lab, &office, resolved, Status::Resolved);
    settle(&lab, &office, pending, Status::Pending);
    settle(&lab, &office, snoozed, Status::Snoozed);
    assert_eq!(ids(&lab.ok(&office, "conversations").await), [open]);
    let all = lab.ok(&office, "conversations?status=all").await;
    assert_eq!(ids(&all), [snoozed, pending, resolved, open], "newest activity first");
    assert_eq!(
        all["data"]["meta"],
        json!({"mine_count": 0, "assigned_count": 0, "unassigned_count": 4, "all_count": 4})
    );
    assert_eq!(ids(&lab.ok(&office, "conversations?status=pending").await), [pending]);
    let by_age = lab.ok(&office, "conversations?status=all&sort_by=created_at_asc").await;
    assert_eq!(ids(&by_age), [open, resolved, pending, snoozed]);
    assert_eq!(lab.ok(&office, "conversations/meta?status=all").await["meta"]["all_count"], 4);
    let edit = ConversationEdit { assignee: Some(office.user), ..ConversationEdit::default() };
    lab.chat.edit_conversation(office.account, open, edit).unwrap();
    assert_eq!(ids(&lab.ok(&office, "conversations?status=all&assignee_type=me").await), [open]);
    let others = lab.ok(&office, "conversations?status=all&assignee_type=unassigned").await;
    assert_eq!(ids(&others).len(), 3);
    assert_eq!(others["data"]["meta"]["mine_count"], 1, "counts do not follow the assignee filter");
}

#[tokio::test]
async fn pages_have_the_configured_size_and_the_window_has_none() {
    let lab = Lab::new(Settings { conversations_per_page: 10, ..Settings::default() });
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let all: Vec<i64> = (0..30).map(|_| lab.conversation(&office, contact)).collect();
    assert_eq!(ids(&lab.ok(&office, "conversations?status=all").await).len(), 10);
    let second = lab.ok(&office, "conversations?status=all&sort_by=created_at_asc&page=2").await;
    assert_eq!(ids(&second), all[10..20]);
    assert!(ids(&lab.ok(&office, "conversations?status=all&page=4").await).is_empty());
    let window = lab.ok(&office, "conversations?status=all&updated_within=15&page=7").await;
    assert_eq!(ids(&window).len(), 15, "strictly younger than 15 s, all in one answer");
    settle(&lab, &office, all[0], Status::Resolved);
    assert!(!ids(&lab.ok(&office, "conversations?updated_within=60").await).contains(&all[0]));
    assert!(ids(&lab.ok(&office, "conversations?status=all&updated_within=60").await).contains(&all[0]));
}

#[tokio::test]
async fn any_change_below_a_conversation_brings_it_into_the_window() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let conversation = lab.conversation(&office, contact);
    let message = lab.say(&office, conversation, "one");
    let account = office.account;
    let deeds: [&dyn Fn(); 5] = [
        &|| assert!(lab.say(&office, conversation, "two") > message),
        &|| lab.chat.set_delivery(account, conversation, message, Delivery::Read).unwrap(),
        &|| lab.chat.edit_message(account, conversation, message, "changed").unwrap(),
        &|| lab.chat.delete_message(account, conversation, message).unwrap(),
        &|| settle(&lab, &office, conversation, Status::Resolved),
    ];
    for deed in deeds {
        lab.pass(3600);
        assert!(ids(&lab.ok(&office, "conversations?status=all&updated_within=60").await).is_empty());
        deed();
        lab.pass(5);
        let window = lab.ok(&office, "conversations?status=all&updated_within=60").await;
        assert_eq!(ids(&window), [conversation]);
    }
}

#[tokio::test]
async fn the_default_order_moves_rows_between_pages_while_one_crawls() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let all: Vec<i64> = (0..50).map(|_| lab.conversation(&office, contact)).collect();
    let mut crawled = ids(&lab.ok(&office, "conversations?status=all").await);
    lab.say(&office, all[0], "up I go");
    crawled.extend(ids(&lab.ok(&office, "conversations?status=all&page=2").await));
    assert!(!crawled.contains(&all[0]), "it moved to a page that was read already");
    assert_eq!(crawled.iter().filter(|id| **id == all[25]).count(), 2, "and pushed another one over");
    lab.chat.delete_conversation(office.account, all[3]).unwrap();
    let stable = lab.ok(&office, "conversations?status=all&sort_by=created_at_asc&page=2").await;
    assert_eq!(ids(&stable), all[26..], "even the stable order loses a row when an earlier one is deleted");
}

#[tokio::test]
async fn the_filter_has_no_wrapper_and_compares_whole_days() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let mut made = Vec::new();
    for moment in ["2026-06-10T09:00:00Z", "2026-06-10T21:00:00Z", "2026-06-11T01:00:00Z"] {
        lab.set(at(moment));
        made.push(lab.conversation(&office, contact));
    }
    settle(&lab, &office, made[2], Status::Resolved);
    let since = |key: &str, operator: &str, value: &str, then: Value| json!({"attribute_key": key, "filter_operator": operator, "values": [value], "query_operator": then});
    let one = json!({"payload": [since("last_activity_at", "is_greater_than", "2026-06-10", Value::Null)]});
    let (status, body) = lab.post(&office, "conversations/filter?page=1", &one).await;
    assert_eq!(status, 200);
    assert!(body.get("data").is_none());
    assert_eq!(body["meta"]["all_count"], 1);
    assert_eq!(ids(&body), [made[2]], "filters see every status");
    let two = json!({"payload": [
        since("status", "equal_to", "open", json!("and")),
        since("created_at", "is_less_than", "2026-06-11", json!("OR")),
        since("display_id", "equal_to", &made[2].to_string(), Value::Null),
    ]});
    assert_eq!(ids(&lab.post(&office, "conversations/filter", &two).await.1).len(), 3);
    lab.set(at("2026-06-15T00:00:00Z"));
    let days = json!({"payload": [since("created_at", "days_before", "4", Value::Null)]});
    assert_eq!(ids(&lab.post(&office, "conversations/filter", &days).await.1).len(), 2);
    let open_end = json!({"payload": [since("status", "equal_to", "open", json!("xor"))]});
    assert_eq!(lab.post(&office, "conversations/filter", &open_end).await.0, 422);
}

#[tokio::test]
async fn types_of_conversations_are_the_documented_traps() {
    for (version, shown) in [(Version::V3_13, false), (Version::V4_0, true), (Version::V4_15, true)] {
        let lab = Lab::new(Settings { version, ..Settings::default() });
        let office = lab.office();
        let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
        let id = lab.conversation(&office, contact);
        let empty = lab.ok(&office, &format!("conversations/{id}")).await;
        assert_eq!(empty["messages"], json!([]));
        assert_eq!(empty["last_non_activity_message"], Value::Null);
        assert_eq!(empty["first_reply_created_at"], 0, "unset is 0, not null");
        assert_eq!(empty["snoozed_until"], Value::Null);
        assert_eq!(empty["priority"], Value::Null);
        assert!(empty["meta"].get("assignee").is_none() && empty["meta"].get("team").is_none());
        assert_eq!(empty.get("updated_at").is_some_and(Value::is_f64), shown, "{version:?}");

        lab.say(&office, id, "hello");
        let until = lab.chat.now() + SignedDuration::from_hours(1);
        let edit = ConversationEdit {
            status: Some(Status::Snoozed),
            snoozed_until: Some(until),
            assignee: Some(office.user),
            ..ConversationEdit::default()
        };
        lab.chat.edit_conversation(office.account, id, edit).unwrap();
        let full = lab.ok(&office, &format!("conversations/{id}")).await;
        assert_eq!(full["messages"].as_array().unwrap().len(), 1);
        assert_eq!(full["messages"][0]["message_type"], 2, "the newest message of any type");
        assert!(full["messages"][0]["updated_at"].is_string());
        assert_eq!(full["last_non_activity_message"]["content"], "hello");
        assert!(full["snoozed_until"].as_str().unwrap().ends_with('Z'));
        assert!(full["created_at"].is_i64() && full["first_reply_created_at"].as_i64() > Some(0));
        assert_eq!(full["waiting_since"], 0, "answered");
        assert_eq!(full["meta"]["assignee"]["name"], "Ana Marsh");
    }
}

#[tokio::test]
async fn a_person_who_writes_reopens_a_resolved_conversation() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let id = lab.conversation(&office, contact);
    settle(&lab, &office, id, Status::Resolved);
    let new = NewMessage {
        content: Some("wait".to_owned()),
        kind: MessageKind::Incoming,
        sender: Sender::Contact(contact),
        ..NewMessage::default()
    };
    lab.chat.add_message(office.account, id, new).unwrap();
    let shown = lab.ok(&office, &format!("conversations/{id}")).await;
    assert_eq!((&shown["status"], &shown["unread_count"]), (&json!("open"), &json!(1)));
    let person = lab.ok(&office, &format!("contacts/{contact}")).await;
    assert_eq!(person["payload"]["last_activity_at"], lab.chat.now().as_second());
}

#[tokio::test]
async fn ids_are_per_account_for_conversations_and_common_for_messages() {
    let lab = Lab::new(Settings::default());
    let (one, two) = (lab.office(), lab.office());
    let mut messages = Vec::new();
    for office in [&one, &two, &one] {
        let contact = lab.contact(office, "Mara", None);
        let conversation = lab.conversation(office, contact);
        messages.push((conversation, lab.say(office, conversation, "hi")));
    }
    assert_eq!(messages.iter().map(|(c, _)| *c).collect::<Vec<_>>(), [1, 1, 2]);
    assert!(messages.windows(2).all(|pair| pair[0].1 < pair[1].1));
}
