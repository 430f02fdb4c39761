//! Webhooks: their bodies, headers and signatures, and everything that may go wrong with them.

use std::sync::{Arc, Mutex};

use aws_lc_rs::hmac;
use bytes::Bytes;
use http::{Request, Response};
use routiq_simulators::chatwoot::{
    Channel, ContactEdit, ConversationEdit, Delivery, MessageKind, NewContact, NewMessage, Sender, Settings,
    Status, Version,
};
use routiq_simulators::hooks::{self, Failure, HookFaults, Network, Outcome};
use routiq_simulators::population::Practice;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use crate::support::{Lab, Office, at};

/// Keeps what arrives and answers with a status.
#[derive(Clone)]
struct Ear {
    heard: Arc<Mutex<Vec<Request<Bytes>>>>,
    status: u16,
}

impl Ear {
    fn new(status: u16) -> Self {
        Self { heard: Arc::default(), status }
    }

    fn sink(&self) -> impl hooks::Sink + use<> {
        let ear = self.clone();
        move |request: Request<Bytes>| {
            ear.heard.lock().unwrap().push(request);
            let answer = Response::builder().status(ear.status).body(Bytes::new()).unwrap();
            async move { Ok::<_, Failure>(answer) }
        }
    }

    /// What came since the last call.
    fn take(&self) -> Vec<Request<Bytes>> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    fn bodies(&self) -> Vec<Value> {
        self.take().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect()
    }
}

const HOOK: &str = "https://hooks.example.org/a";

async fn heard(lab: &Lab, ear: &Ear) -> Vec<Value> {
    hooks::deliver(&lab.chat, &ear.sink(), false).await;
    ear.bodies()
}

fn events(bodies: &[Value]) -> Vec<&str> {
    bodies.iter().map(|body| body["event"].as_str().unwrap()).collect()
}

fn signed(secret: &str, request: &Request<Bytes>) -> String {
    let timestamp = request.headers()["x-chatwoot-timestamp"].to_str().unwrap();
    let data = [timestamp.as_bytes(), b".", request.body()].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &data);
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

fn incoming(contact: i64, text: &str) -> NewMessage {
    NewMessage { content: Some(text.to_owned()), sender: Sender::Contact(contact), ..NewMessage::default() }
}

#[tokio::test]
async fn a_message_arrives_with_the_types_that_differ_from_the_interface() {
    let lab = Lab::new(Settings { empty_arrays_every: 0, ..Settings::default() });
    let office = lab.office();
    let contact = lab.contact(&office, "Mara Quill", Some("mara@example.org"));
    let conversation = lab.conversation(&office, contact);
    lab.chat.add_webhook(office.account, HOOK, &["message_created"]).unwrap();
    lab.set(at("2026-06-19T20:13:20Z"));
    let id = lab.chat.add_message(office.account, conversation, incoming(contact, "Can I move?")).unwrap();
    let ear = Ear::new(200);
    let body = heard(&lab, &ear).await.remove(0);
    assert_eq!(body["event"], "message_created");
    assert_eq!(body["id"], id);
    assert_eq!(body["message_type"], "incoming");
    assert_eq!(body["created_at"], "2026-06-19T20:13:20.000Z");
    assert_eq!(body["private"], false);
    assert_eq!(body["account"], json!({"id": office.account, "name": "Harbour Physio"}));
    assert_eq!(body["inbox"], json!({"id": office.inbox, "name": "WhatsApp"}));
    assert!(body["sender"].get("type").is_none(), "contacts carry no type");
    assert_eq!(body["sender"]["account"]["id"], office.account);
    assert!(body.get("status").is_none() && body.get("updated_at").is_none());
    assert!(body.get("attachments").is_none() && body.get("changed_attributes").is_none());
    let inner = &body["conversation"]["messages"][0];
    assert_eq!(inner["message_type"], 0);
    assert_eq!(inner["created_at"], at("2026-06-19T20:13:20Z").as_second());
    assert_eq!(inner["updated_at"], "2026-06-19T20:13:20.000Z");
    assert_eq!(inner["sender_type"], "Contact");
    let of = &body["conversation"];
    assert_eq!(of["id"], conversation);
    assert!(of.get("event").is_none() && of.get("uuid").is_none() && of.get("account_id").is_none());
    assert!(of["created_at"].is_i64() && of["updated_at"].is_f64());
    assert_eq!(of["first_reply_created_at"], Value::Null);
    assert_eq!(of["meta"]["sender"]["type"], "contact");
    assert!(of["contact_inbox"]["pubsub_token"].is_string());

    lab.say(&office, conversation, "Of course");
    let body = heard(&lab, &ear).await.remove(0);
    assert_eq!(
        body["sender"],
        json!({"id": office.user, "name": "Ana Marsh", "email":
        format!("user.{}@example.org", office.account), "type": "user"})
    );
    assert_eq!(body["conversation"]["first_reply_created_at"], "2026-06-19T20:13:21.000Z");
}

#[tokio::test]
async fn notes_are_told_and_system_texts_are_not() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara Quill", None);
    let conversation = lab.conversation(&office, contact);
    lab.chat.add_webhook(office.account, HOOK, &["message_created", "message_updated"]).unwrap();
    for (kind, private) in
        [(MessageKind::Outgoing, true), (MessageKind::Activity, false), (MessageKind::Template, false)]
    {
        let new = NewMessage { kind, private, content: Some("x".to_owned()), ..NewMessage::default() };
        lab.chat.add_message(office.account, conversation, new).unwrap();
    }
    let ear = Ear::new(200);
    let bodies = heard(&lab, &ear).await;
    assert_eq!(events(&bodies), ["message_created"; 2]);
    assert_eq!((&bodies[0]["private"], &bodies[1]["message_type"]), (&json!(true), &json!("template")));
    let inner = bodies[0]["conversation"]["messages"].as_array().unwrap();
    assert!(inner.iter().all(|message| message["private"] == false), "no note inside a conversation");

    let id = bodies[1]["id"].as_i64().unwrap();
    lab.chat.delete_message(office.account, conversation, id).unwrap();
    let body = heard(&lab, &ear).await.remove(0);
    assert_eq!(body["event"], "message_updated");
    assert_eq!(body["content_attributes"]["deleted"], true);
    assert!(body.get("changed_attributes").is_none());
}

#[tokio::test]
async fn changes_of_conversations_and_contacts_say_what_changed() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    lab.chat.add_webhook(office.account, HOOK, &[]).unwrap();
    let contact = lab.contact(&office, "Mara Quill", None);
    let conversation = lab.conversation(&office, contact);
    let ear = Ear::new(200);
    let bodies = heard(&lab, &ear).await;
    assert_eq!(events(&bodies), ["contact_created", "conversation_created"]);
    assert!(bodies.iter().all(|body| body.get("changed_attributes").is_none()));
    let fields: Vec<&String> = bodies[0].as_object().unwrap().keys().collect();
    assert!(!fields.iter().any(|key| key.ends_with("_at") || *key == "contact_inboxes"), "{fields:?}");

    let edit = ConversationEdit { status: Some(Status::Resolved), ..ConversationEdit::default() };
    lab.chat.edit_conversation(office.account, conversation, edit).unwrap();
    let bodies = heard(&lab, &ear).await;
    assert_eq!(
        events(&bodies),
        ["conversation_status_changed", "conversation_updated", "conversation_updated"],
        "two for each change, none for the system's text"
    );
    let changed = bodies[0]["changed_attributes"].as_array().unwrap();
    assert!(changed.contains(&json!({"status": {"previous_value": "open", "current_value": "resolved"}})));
    assert!(changed.iter().all(|one| one.as_object().unwrap().len() == 1));

    lab.chat.add_message(office.account, conversation, incoming(contact, "Again")).unwrap();
    let bodies = heard(&lab, &ear).await;
    assert_eq!(
        events(&bodies),
        [
            "conversation_status_changed",
            "conversation_updated",
            "conversation_updated",
            "contact_updated",
            "message_created"
        ]
    );
    assert!(bodies[3]["changed_attributes"][0].get("last_activity_at").is_some());
    let edit = ContactEdit { name: Some("Mara Lindt".to_owned()), ..ContactEdit::default() };
    lab.chat.edit_contact(office.account, contact, edit).unwrap();
    let body = heard(&lab, &ear).await.remove(0);
    assert_eq!(body["changed_attributes"][0]["name"]["previous_value"], "Mara Quill");

    // Nobody is told of what is gone.
    lab.chat.delete_contact(office.account, contact).unwrap();
    assert!(heard(&lab, &ear).await.is_empty());
}

#[tokio::test]
async fn the_newest_release_signs_the_time_and_the_raw_bytes() {
    for (version, account_signed, inbox_signed) in
        [(Version::V4_0, false, false), (Version::V4_12, true, false), (Version::V4_15, true, true)]
    {
        let lab = Lab::new(Settings { version, ..Settings::default() });
        let office = lab.office();
        let inbox = lab.chat.add_inbox(office.account, "API", Channel::Api).unwrap();
        let office = Office { inbox, ..office };
        let (_, secret) = lab.chat.add_webhook(office.account, HOOK, &["message_created"]).unwrap();
        let own = "https://hooks.example.org/inbox";
        let inbox_secret = lab.chat.set_inbox_webhook(office.account, inbox, Some(own)).unwrap();
        assert_ne!(secret, inbox_secret);
        let contact = lab.contact(&office, "Mara Quill", None);
        let conversation = lab.conversation(&office, contact);
        let ear = Ear::new(200);
        heard(&lab, &ear).await;
        lab.chat.add_message(office.account, conversation, incoming(contact, "Señal ✓")).unwrap();
        hooks::deliver(&lab.chat, &ear.sink(), false).await;
        let requests = ear.take();
        assert_eq!(requests.len(), 2, "one event, two receivers; contacts do not go to the inbox");
        for (request, secret, is_signed) in
            [(&requests[0], &secret, account_signed), (&requests[1], &inbox_secret, inbox_signed)]
        {
            assert_eq!(request.method(), "POST");
            assert_eq!(request.headers()["content-type"], "application/json");
            let header = request.headers().get("x-chatwoot-signature");
            assert_eq!(header.is_some(), is_signed, "{version:?} {}", request.uri());
            if let Some(header) = header {
                assert_eq!(header.to_str().unwrap(), signed(secret, request));
            }
            let delivery = request.headers().get("x-chatwoot-delivery");
            assert_eq!(delivery.is_some(), version >= Version::V4_12);
            let body: Value = serde_json::from_slice(request.body()).unwrap();
            assert_eq!(body["conversation"].get("account").is_some(), version >= Version::V4_15);
        }
    }
}

#[tokio::test]
async fn the_body_is_made_when_the_job_runs() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara Quill", None);
    let conversation = lab.conversation(&office, contact);
    lab.chat.add_webhook(office.account, HOOK, &["message_created", "conversation_created"]).unwrap();
    lab.chat.set_hook_faults(HookFaults { delay_ms: 2000, ..HookFaults::default() });
    let gone = lab.conversation(&office, contact);
    let id = lab.say(&office, conversation, "first");
    let ear = Ear::new(200);
    assert!(heard(&lab, &ear).await.is_empty(), "still in the queue");
    lab.chat.edit_message(office.account, conversation, id, "second").unwrap();
    lab.chat.delete_conversation(office.account, gone).unwrap();
    lab.pass(2);
    let bodies = heard(&lab, &ear).await;
    assert_eq!(events(&bodies), ["message_created"]);
    assert_eq!(bodies[0]["content"], "second");
    assert_eq!(lab.chat.deliveries()[0].outcome, Outcome::Gone);
}

#[tokio::test]
async fn one_attempt_and_a_failed_message_of_an_api_inbox() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let inbox = lab.chat.add_inbox(office.account, "API", Channel::Api).unwrap();
    let office = Office { inbox, ..office };
    let contact = lab.contact(&office, "Mara Quill", None);
    let conversation = lab.conversation(&office, contact);
    lab.chat.set_inbox_webhook(office.account, inbox, Some(HOOK)).unwrap();
    let id = lab.say(&office, conversation, "Hello");
    let ear = Ear::new(503);
    // The failure itself is a change, of which the same receiver is told once.
    assert_eq!(events(&heard(&lab, &ear).await), ["message_created", "message_updated"]);
    lab.pass(3600);
    assert!(heard(&lab, &ear).await.is_empty(), "no retry");
    let ledger = lab.chat.ledger(office.account).unwrap();
    let message = ledger.messages.iter().find(|message| message.id == id.to_string()).unwrap();
    assert_eq!(message.status, Delivery::Failed);
    assert_eq!(lab.chat.hook_totals().undelivered["503"], 2);
}

#[tokio::test]
async fn faults_drop_double_and_reorder_as_the_seed_decides() {
    let run = async |seed| {
        let lab = Lab::new(Settings { seed, log_size: 100_000, ..Settings::default() });
        let seat = lab.chat.add_practice(Practice { events_per_hour: 900.0, ..Practice::default() }).unwrap();
        lab.chat.add_webhook(seat.account, HOOK, &[]).unwrap();
        let faults = HookFaults { drop: 0.05, double: 0.05, reorder: 0.2, ..HookFaults::default() };
        lab.chat.set_hook_faults(faults);
        let ear = Ear::new(200);
        let mut ids = Vec::new();
        for _ in 0..720 {
            lab.pass(1);
            lab.chat.advance(lab.chat.now());
            for body in heard(&lab, &ear).await {
                if body["event"] == "message_created" {
                    ids.push(body["id"].as_i64().unwrap());
                }
            }
        }
        hooks::deliver(&lab.chat, &ear.sink(), true).await;
        (ids, lab.chat.hook_totals())
    };
    let (ids, totals) = run(3).await;
    assert!(ids.len() > 30, "{ids:?}");
    assert!(totals.undelivered["lost"] > 0 && totals.doubled > 0 && totals.held > 0, "{totals:?}");
    assert!(ids.windows(2).any(|pair| pair[0] > pair[1]), "some came out of order");
    assert_eq!(run(3).await, (ids, totals));
}

#[tokio::test]
async fn private_addresses_are_refused_where_that_is_switched_on() {
    let lab = Lab::new(Settings { refuses_private_targets: true, ..Settings::default() });
    let office = lab.office();
    lab.chat.add_webhook(office.account, "http://127.0.0.1:9/x", &["contact_created"]).unwrap();
    lab.chat.add_webhook(office.account, HOOK, &["contact_created"]).unwrap();
    lab.contact(&office, "Mara Quill", None);
    let ear = Ear::new(204);
    assert_eq!(heard(&lab, &ear).await.len(), 1);
    let outcomes: Vec<Outcome> = lab.chat.deliveries().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Forbidden, Outcome::Answered(204)]);
}

#[tokio::test]
async fn over_http_they_arrive_by_themselves() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks", listener.local_addr().unwrap());
    lab.chat.add_webhook(office.account, &url, &["contact_created"]).unwrap();
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    lab.chat.add_webhook(office.account, &format!("http://{closed}/"), &["contact_created"]).unwrap();
    let stop = CancellationToken::new();
    let running = tokio::spawn(hooks::run(lab.chat.clone(), Arc::new(Network::default()), stop.clone()));
    let new = NewContact { name: "Mara Quill".to_owned(), ..NewContact::default() };
    lab.chat.add_contact(office.account, new).unwrap();
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
    }
    let request = String::from_utf8(request).unwrap();
    assert!(request.starts_with("POST /hooks HTTP/1.1\r\n"), "{request}");
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
    stop.cancel();
    running.await.unwrap();
    let outcomes: Vec<Outcome> = lab.chat.deliveries().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [Outcome::Answered(200), Outcome::Failed(Failure::Refused)]);
}

#[tokio::test]
async fn over_http_an_answer_is_not_waited_for_beyond_the_limit() {
    let lab = Lab::new(Settings { webhook_timeout: 0, ..Settings::default() });
    let office = lab.office();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    lab.chat.add_webhook(office.account, &url, &["contact_created"]).unwrap();
    lab.contact(&office, "Mara Quill", None);
    hooks::deliver(&lab.chat, &Network::default(), false).await;
    assert_eq!(lab.chat.deliveries()[0].outcome, Outcome::Failed(Failure::TimedOut));
}

#[tokio::test]
async fn typing_and_opened_windows_are_told_to_those_who_ask() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let contact = lab.contact(&office, "Mara Quill", None);
    let conversation = lab.conversation(&office, contact);
    let wanted = ["conversation_typing_on", "conversation_typing_off", "webwidget_triggered"];
    lab.chat.add_webhook(office.account, HOOK, &wanted).unwrap();
    let (account, user) = (office.account, office.user);
    for command in [
        json!({"do": "typing", "account": account, "conversation": conversation, "user": user, "on": true}),
        json!({"do": "typing", "account": account, "conversation": conversation, "user": null, "on": false}),
        json!({"do": "open_widget", "account": account, "contact": contact}),
    ] {
        lab.chat.command(serde_json::from_value(command).unwrap()).unwrap();
    }
    let bodies = heard(&lab, &Ear::new(200)).await;
    assert_eq!(events(&bodies), wanted);
    assert_eq!((&bodies[0]["user"]["type"], &bodies[0]["is_private"]), (&json!("user"), &json!(false)));
    assert_eq!(bodies[1]["user"]["type"], "contact");
    assert_eq!(bodies[2]["current_conversation"]["id"], conversation);
}
