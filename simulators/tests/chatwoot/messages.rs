//! The four ways to ask for messages, and what back-dated ones do to them.

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{
    DELETED_CONTENT, Delivery, FileType, MessageKind, NewMessage, Sender, Settings, Version,
};
use serde_json::{Value, json};

use crate::support::{Lab, Office, ids};

async fn ask(lab: &Lab, office: &Office, conversation: i64, query: &str) -> Vec<i64> {
    ids(&lab.ok(office, &format!("conversations/{conversation}/messages?{query}")).await)
}

fn talk(lab: &Lab, length: usize) -> (Office, i64, Vec<i64>) {
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let conversation = lab.conversation(&office, contact);
    let all = (0..length).map(|n| lab.say(&office, conversation, &format!("line {n}"))).collect();
    (office, conversation, all)
}

#[tokio::test]
async fn each_form_selects_what_is_documented_and_always_ascends() {
    let lab = Lab::new(Settings::default());
    let (office, conversation, all) = talk(&lab, 250);
    let ask = |query: String| {
        let (lab, office) = (&lab, &office);
        async move { ask(lab, office, conversation, &query).await }
    };
    assert_eq!(ask(String::new()).await, all[230..]);
    assert_eq!(ask(format!("before={}", all[230])).await, all[210..230]);
    assert_eq!(ask(format!("after={}", all[9])).await, all[10..110], "exclusive, oldest 100");
    assert_eq!(ask("after=0".to_owned()).await, all[..100]);
    assert_eq!(
        ask(format!("after={}&before={}", all[10], all[200])).await,
        all[10..200],
        "inclusive, exclusive"
    );
    assert_eq!(ask("after=&before=".to_owned()).await, all[230..], "blank is absent");
}

#[tokio::test]
async fn between_two_ids_at_most_a_thousand_come() {
    let lab = Lab::new(Settings::default());
    let (office, conversation, all) = talk(&lab, 1100);
    assert_eq!(ask(&lab, &office, conversation, "after=1&before=99999999").await, all[..1000]);
}

#[tokio::test]
async fn a_back_dated_import_hides_messages_from_a_cursor_of_the_highest_id() {
    let lab = Lab::new(Settings::default());
    let (office, conversation, all) = talk(&lab, 150);
    let old = lab.chat.now() - SignedDuration::from_hours(1000);
    let new = NewMessage {
        content: Some("from the old system".to_owned()),
        created_at: Some(old),
        ..Default::default()
    };
    let imported = lab.chat.add_message(office.account, conversation, new).unwrap();
    assert!(imported > all[149]);

    let first = ask(&lab, &office, conversation, "after=0").await;
    assert_eq!((first.len(), first[0]), (100, imported), "selected by time: the import comes first");
    assert_eq!(first[1..], all[..99]);
    let next = ask(&lab, &office, conversation, &format!("after={imported}")).await;
    assert!(next.is_empty(), "whoever goes on from the highest id loses 51 messages");
    let mut walked = first.clone();
    walked.extend(ask(&lab, &office, conversation, &format!("after={}", all[98])).await);
    walked.sort_unstable();
    walked.dedup();
    assert_eq!(walked.len(), 151, "whoever goes on from the id at the newest time gets all");
    let shown = lab.ok(&office, &format!("conversations/{conversation}")).await;
    assert_eq!(shown["last_activity_at"], old.as_second(), "and the activity went back in time");
}

#[tokio::test]
async fn types_of_messages_are_the_documented_traps() {
    let lab = Lab::new(Settings { empty_arrays_every: 0, ..Settings::default() });
    let office = lab.office();
    let contact = lab.contact(&office, "Mara", Some("mara@example.org"));
    let conversation = lab.conversation(&office, contact);
    let add = |new: NewMessage| {
        lab.pass(1);
        lab.chat.add_message(office.account, conversation, new).unwrap()
    };
    let files =
        vec![FileType::Image, FileType::Location, FileType::Contact, FileType::Fallback, FileType::Audio];
    add(NewMessage { sender: Sender::Contact(contact), attachments: files, ..NewMessage::default() });
    add(NewMessage {
        content: Some("moved".to_owned()),
        kind: MessageKind::Activity,
        ..NewMessage::default()
    });
    let note = NewMessage {
        content: Some("prefers mornings".to_owned()),
        kind: MessageKind::Outgoing,
        private: true,
        sender: Sender::User(office.user),
        ..NewMessage::default()
    };
    let note = add(note);
    add(NewMessage {
        content: Some("hi".to_owned()),
        kind: MessageKind::Outgoing,
        sender: Sender::CaptainAssistant(1),
        ..NewMessage::default()
    });

    let body = lab.ok(&office, &format!("conversations/{conversation}/messages")).await;
    let rows = body["payload"].as_array().unwrap();
    assert_eq!(rows[0]["content"], Value::Null);
    assert_eq!(rows[0]["message_type"], 0);
    assert_eq!(rows[0]["sender"]["type"], "contact");
    assert!(rows[0]["created_at"].is_i64());
    let files = rows[0]["attachments"].as_array().unwrap();
    let kinds: Vec<&Value> = files.iter().map(|file| &file["file_type"]).collect();
    assert_eq!(kinds, ["image", "location", "contact", "fallback", "audio"]);
    assert!(files[0]["data_url"].as_str().unwrap().starts_with("https://chat.example.org/rails/"));
    assert!(files[1]["coordinates_lat"].is_f64() && files[1].get("file_size").is_none());
    assert!(files[2].get("data_url").is_none() && files[2]["meta"].is_object());
    assert_eq!(files[3]["fallback_title"], Value::Null);
    assert_eq!(files[4]["width"], Value::Null);
    assert!(rows[1].get("sender").is_none() && rows[1].get("attachments").is_none());
    assert_eq!((&rows[2]["private"], &rows[2]["sender"]["type"]), (&json!(true), &json!("user")));
    assert_eq!(rows[3]["sender"]["type"], "captain_assistant");
    assert!(body["meta"]["agent_last_seen_at"].as_str().unwrap().contains('T'), "a text here");
    assert_eq!(body["meta"]["contact"]["id"], contact);
    assert!(body["meta"].get("assignee").is_none());

    let public = ask(&lab, &office, conversation, "filter_internal_messages=true").await;
    assert_eq!(public.len(), 2);
    assert!(!public.contains(&note));
    let attachments = lab.ok(&office, &format!("conversations/{conversation}/attachments")).await;
    assert_eq!(attachments["meta"]["total_count"], 5);
    assert_eq!(attachments["payload"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn a_deleted_message_keeps_its_row() {
    let lab = Lab::new(Settings::default());
    let (office, conversation, all) = talk(&lab, 3);
    lab.chat.delete_message(office.account, conversation, all[1]).unwrap();
    lab.chat.edit_message(office.account, conversation, all[1], "too late").unwrap();
    lab.chat.set_delivery(office.account, conversation, all[2], Delivery::Failed).unwrap();
    let body = lab.ok(&office, &format!("conversations/{conversation}/messages")).await;
    let rows = &body["payload"];
    assert_eq!(rows[1]["content"], DELETED_CONTENT);
    assert_eq!(rows[1]["content_attributes"], json!({"deleted": true}));
    assert_eq!(rows[2]["status"], "failed");
    assert!(rows[2]["content_attributes"]["external_error"].is_string());
    let ledger = lab.chat.ledger(office.account).unwrap();
    let deleted: Vec<bool> = ledger.messages.iter().map(|message| message.deleted).collect();
    assert_eq!(deleted, [false, true, false]);
}

#[tokio::test]
async fn older_releases_say_less_about_files() {
    for (version, shown) in [(Version::V4_0, false), (Version::V4_15, true)] {
        let lab = Lab::new(Settings { version, ..Settings::default() });
        let (office, conversation, _) = talk(&lab, 1);
        let new = NewMessage { attachments: vec![FileType::File], ..NewMessage::default() };
        lab.chat.add_message(office.account, conversation, new).unwrap();
        let body = lab.ok(&office, &format!("conversations/{conversation}/messages")).await;
        assert_eq!(body["payload"][1]["attachments"][0].get("extension").is_some(), shown, "{version:?}");
    }
}
