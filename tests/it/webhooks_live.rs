//! What webhooks bring is on every dashboard of the practice, by each of the three ways, and nothing in it that anybody said or
//! is called; and that deliveries are counted keeps nothing from being proven.

use std::{collections::VecDeque, net::SocketAddr, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use jiff::SignedDuration;
use routiq::{domain::patch::apply, store::health};
use routiq_simulators::chatwoot::NewMessage;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{net::TcpStream, sync::watch, task::JoinHandle, time::timeout};
use tokio_tungstenite::{client_async, tungstenite::Message};
use uuid::Uuid;

use crate::{
    live::{Counting, written},
    support::{
        daemon::Daemon,
        door::{Caller, Sender, address},
        fast_folder,
        hooks::Mailbox,
        practice::House,
        rig::{enroll, folder, now, open, superuser, unhurried, until},
    },
};

const PATIENCE: Duration = Duration::from_secs(60);
/// What people said and are called, and parts of it by which it would be known.
const PLANTED: [&str; 14] = [
    "Zebulon",
    "Fernweh",
    "my left knee",
    "gave way",
    "491570156",
    "491 570 156",
    "zebulon.f",
    "referral-letter",
    "penicillin",
    "Quillon",
    "Invented Street",
    "Sunny Corner",
    "whiplash",
    "61491570156@wa.example",
];

/// Everything Chatwoot tells of a person, full of what must not travel: name and body of each event.
fn events(account: i64) -> Vec<Value> {
    let at = now();
    let contact = json!({
        "id": 11, "name": "Zebulon Fernweh", "email": "zebulon.f@example.org", "phone_number": "+61491570156",
        "identifier": "61491570156@wa.example", "type": "contact", "thumbnail": "https://img.example.org/zebulon.f.png",
        "custom_attributes": { "allergies": "penicillin", "address": "1 Invented Street" },
        "additional_attributes": { "city": "Sunny Corner", "description": "whiplash since May" },
    });
    let agent =
        json!({ "id": 3, "name": "Dr Quillon Marsh", "email": "quillon@example.org", "type": "user" });
    let conversation = json!({
        "id": 5, "inbox_id": 1, "status": "open", "channel": "Channel::Whatsapp", "labels": ["whiplash"], "priority": null,
        "additional_attributes": { "referer": "https://example.org/?q=my left knee" },
        "custom_attributes": { "note": "penicillin" }, "created_at": at.as_second() - 60,
        "updated_at": at.as_second(), "timestamp": at.as_second(), "last_activity_at": at.as_second(),
        "contact_inbox": { "id": 12, "contact_id": 11, "inbox_id": 1, "source_id": "61491570156" },
        "meta": { "sender": contact, "assignee": agent },
        "messages": [{ "id": 1, "content": "my left knee gave way", "message_type": 0, "conversation_id": 5 }],
    });
    let message = |id: i64, kind: &str, private: bool, sender: &Value, text: &str| {
        json!({
            "event": "message_created", "id": id, "content": text, "message_type": kind, "private": private,
            "created_at": format!("{:.3}", at), "content_type": "text", "source_id": "wamid.61491570156",
            "content_attributes": { "in_reply_to": "gave way" }, "sender": sender, "conversation": conversation,
            "inbox": { "id": 1, "name": "Dr Quillon Marsh on WhatsApp +61 491 570 156" },
            "attachments": [{ "id": id, "message_id": id, "file_type": "file", "extension": "pdf", "file_size": 9,
                              "data_url": "https://files.example.org/referral-letter-zebulon.pdf" }],
        })
    };
    let told = |event: &str, of: &Value, more: Value| {
        let mut body = of.clone();
        body["event"] = json!(event);
        body["changed_attributes"] = more;
        body
    };
    let renamed = json!([{ "name": { "previous_value": "Zebulon", "current_value": "Zebulon Fernweh" } }]);
    let mut all = vec![
        told("contact_created", &contact, Value::Null),
        told("conversation_created", &conversation, Value::Null),
        message(1, "incoming", false, &contact, "my left knee gave way"),
        message(2, "outgoing", false, &agent, "Zebulon, any allergies? penicillin?"),
        message(3, "outgoing", true, &agent, "whiplash, see referral-letter"),
        message(4, "incoming", false, &contact, "call me on 0491 570 156, 1 Invented Street"),
        told("contact_updated", &contact, renamed),
        told(
            "conversation_status_changed",
            &conversation,
            json!([{ "labels": { "current_value": ["whiplash"] } }]),
        ),
    ];
    for body in &mut all {
        body["account"] = json!({ "id": account, "name": "Harbour Physio" });
    }
    all
}

/// Messages of patients in a document.
fn incoming(document: &Value) -> i64 {
    document["metrics"]["chat"]["messages"]["incoming"].as_i64().unwrap_or_default()
}

/// Somebody who follows: everything that came, and how many messages of patients it shows by now.
struct Follower {
    shows: watch::Receiver<i64>,
    /// Whether everything asked for was answered.
    all_answered: watch::Receiver<bool>,
    reading: JoinHandle<Vec<String>>,
}

/// Follows frames to a document, and keeps each as it came.
struct Story {
    document: Value,
    came: Vec<String>,
    shows: watch::Sender<i64>,
}

impl Story {
    fn new() -> (Self, watch::Receiver<i64>) {
        let (shows, seen) = watch::channel(-1);
        (Self { document: Value::Null, came: Vec::new(), shows }, seen)
    }

    fn take(&mut self, text: &str) {
        self.came.push(text.to_owned());
        let Ok(frame) = serde_json::from_str::<Value>(text) else { return };
        match frame["type"].as_str() {
            Some("snapshot") => self.document = frame["data"].clone(),
            Some("delta") => apply(&mut self.document, &frame["data"]["patch"]),
            _ => return,
        }
        self.shows.send_replace(incoming(&self.document));
    }
}

/// By a socket, which asks for everything that can be asked for once `asks` says so: one thing after the other, each
/// when the one before was answered, since answers that wait become one.
async fn by_socket(door: SocketAddr, clinic: Uuid, key: &str, mut asks: watch::Receiver<bool>) -> Follower {
    let stream = TcpStream::connect(door).await.unwrap();
    let address = format!("ws://{door}/ws/clinics/{clinic}/metrics?token={key}");
    let mut socket = client_async(address, stream).await.unwrap().0;
    let (mut story, shows) = Story::new();
    let (answered, all_answered) = watch::channel(false);
    let reading = tokio::spawn(async move {
        let subscribe = |data| json!({ "type": "subscribe", "data": data });
        let mut wishes = VecDeque::from([
            (json!({ "type": "snapshot_request" }), "\"requested\""),
            (json!({ "type": "resume", "data": { "epoch": "none", "last_seq": 0 } }), "\"resume_gap\""),
            (subscribe(json!({ "period": "month", "metrics": ["chat", "trends"] })), "\"range_change\""),
            (subscribe(json!({ "period": "Zebulon's" })), "VALIDATION_ERROR"),
            (json!({ "type": "ping" }), "heartbeat"),
        ]);
        let mut expected = None;
        loop {
            let next = tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(Message::Text(text))) => {
                        story.take(&text);
                        expected.is_some_and(|kind: &str| text.contains(kind))
                    }
                    Some(Ok(other)) => {
                        story.came.push(format!("{other:?}"));
                        false
                    }
                    Some(Err(_)) | None => return story.came,
                },
                Ok(()) = asks.changed() => true,
            };
            if next {
                expected = match wishes.pop_front() {
                    Some((wish, kind)) => {
                        socket.send(Message::text(wish.to_string())).await.unwrap();
                        Some(kind)
                    }
                    None => {
                        answered.send_replace(true);
                        None
                    }
                };
            }
        }
    });
    Follower { shows, all_answered, reading }
}

fn ask(door: SocketAddr, clinic: Uuid, key: &str, path: &str) -> reqwest::RequestBuilder {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("http://{door}/api/v1/clinics/{clinic}/metrics{path}")).bearer_auth(key)
}

/// By server-sent events.
async fn by_stream(door: SocketAddr, clinic: Uuid, key: &str) -> Follower {
    let answer = ask(door, clinic, key, "/stream").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let (mut story, shows) = Story::new();
    let reading = tokio::spawn(async move {
        let (mut parts, mut text) = (answer.bytes_stream(), String::new());
        while let Some(Ok(part)) = parts.next().await {
            text.push_str(std::str::from_utf8(&part).unwrap());
            while let Some((line, rest)) = text.split_once('\n') {
                story.take(line.strip_prefix("data: ").unwrap_or(line));
                text = rest.to_owned();
            }
        }
        story.came
    });
    Follower { shows, all_answered: watch::channel(true).1, reading }
}

impl Follower {
    async fn is_answered(&mut self) {
        let answered = timeout(PATIENCE, self.all_answered.wait_for(|answered| *answered)).await;
        answered.expect("everything asked for is answered").unwrap();
    }

    async fn sees(&mut self, messages: i64) {
        let shown = timeout(PATIENCE, self.shows.wait_for(|shown| *shown == messages)).await;
        shown.expect("it shows what came").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_webhooks_bring_is_on_every_dashboard_and_nothing_that_was_said() {
    let home = folder(&fast_folder());
    // Taken by us, and nobody listens: what is shown came by webhooks.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let platform = unhurried(&format!("http://{}", nobody.local_addr().unwrap()));
    let database = open(home.path()).await;
    let member = enroll(&database, "Harbour Physio", 7, "an invented token", &platform).await;
    let secret = "shared-between-two".to_owned();
    let token = address(&database.store, &database.keys, member.key, "chatwoot", &secret).await;
    let sender = Sender { key: member.key, token, secret, account: "7".to_owned() };
    database.close().await;

    let mut daemon = Daemon::start(home.path(), &[]);
    let (door, clinic) = (daemon.address().await, member.key.organization);
    let client = superuser(home.path()).await.unwrap();
    let key = format!("rsk_{}", Uuid::new_v4().simple());
    let watcher =
        "insert into routiq.service_keys (organization_id, id, name, role, key_hash, created_by, created_at)
                   values ($1, gen_random_uuid(), 'watcher', 'viewer', $2, 'test', now())";
    client.execute(watcher, &[&clinic, &Sha256::digest(&key).to_vec()]).await.unwrap();
    let (wishes, asks) = watch::channel(false);
    let mut socket = by_socket(door, clinic, &key, asks).await;
    let mut stream = by_stream(door, clinic, &key).await;
    socket.sees(0).await;
    stream.sees(0).await;

    let mut caller = Caller::connect(door).await.unwrap();
    for (number, body) in events(member.seat).iter().enumerate() {
        let request = sender.post(&body.to_string(), &format!("delivery-{number}"), now());
        let reply = caller.call(&request).await.unwrap();
        assert_eq!(reply.status, 200, "{reply:?}");
    }
    socket.sees(2).await;
    stream.sees(2).await;
    let settled = "select count(*) from routiq.webhook_events where state = 'applied'";
    let count = i64::try_from(events(member.seat).len()).unwrap();
    until("everything is applied", PATIENCE, async || {
        (client.query_one(settled, &[]).await.unwrap().get::<_, i64>(0) == count).then_some(())
    })
    .await;
    let planted = "select string_agg(m.content, ' ') || ' ' || max(c.name) || ' ' || max(c.phone) || ' ' || max(c.email)
                   from routiq.messages m, routiq.contacts c where m.deleted_at is null and c.external_id = '11'";
    let rows: String = client.query_one(planted, &[]).await.unwrap().get(0);
    for text in
        ["my left knee gave way", "penicillin", "Zebulon Fernweh", "+61491570156", "zebulon.f@example.org"]
    {
        assert!(rows.contains(text), "{text} was kept: {rows}");
    }
    drop(client);

    wishes.send_replace(true);
    let mut came = Vec::new();
    for query in ["", "?period=month", "?metrics=chat", "?startDate=2031-03-01&endDate=2031-03-04"] {
        let answer = ask(door, clinic, &key, query).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{query}");
        came.push(format!("{:?}", answer.headers()));
        let text = answer.text().await.unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&text).unwrap()["chat"]["messages"]["incoming"],
            2,
            "{query}"
        );
        came.push(text);
    }
    socket.is_answered().await;
    assert!(daemon.terminate(PATIENCE).await.success());
    let (by_socket, by_stream) = (socket.reading.await.unwrap(), stream.reading.await.unwrap());
    for way in [&by_socket, &by_stream] {
        assert!(
            way.iter().any(|text| text.contains("message_received")),
            "it tells that something was said: {way:?}"
        );
    }
    let kinds =
        ["\"requested\"", "\"resume_gap\"", "\"range_change\"", "VALIDATION_ERROR", "heartbeat", "Close"];
    for kind in kinds {
        assert!(by_socket.iter().any(|text| text.contains(kind)), "{kind}: {by_socket:?}");
    }
    came.extend(by_socket);
    came.extend(by_stream);
    for text in &came {
        let lower = text.to_lowercase();
        for plant in PLANTED {
            assert!(!lower.contains(&plant.to_lowercase()), "{plant} is in {text}");
        }
    }
}

#[tokio::test]
async fn that_deliveries_are_counted_keeps_nothing_from_being_proven() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    let counting = Counting::begin(&house, &member).await;
    counting.settle().await;
    let before = written(&house, &member).await.proven_until.expect("the import is proven complete");

    let mailbox = Mailbox::open(&house, &member, true).await;
    let truth = house.simulator.ledger(member.seat.account).unwrap();
    let conversation = truth.conversations.iter().find(|it| !it.deleted).unwrap().id.parse().unwrap();
    let new = NewMessage { content: Some("Good morning".to_owned()), ..NewMessage::default() };
    house.simulator.add_message(member.seat.account, conversation, new).unwrap();
    assert!(mailbox.receive(&house, true).await > 0);
    driver.apply_all().await;
    let counted =
        "routiq.sync_stream_state where stream = 'webhooks' and records > 0 and proven_until is null";
    assert_eq!(house.count(&member, counted).await, 1, "they are counted, and prove nothing");
    counting.settle().await;
    assert_eq!(written(&house, &member).await.proven_until, Some(before), "what was proven stays");

    // The next poll proves more.
    house.hand.advance(SignedDuration::from_mins(30));
    driver.settle().await;
    counting.settle().await;
    let written = written(&house, &member).await;
    assert!(written.proven_until > Some(before), "{:?} after {before}", written.proven_until);
    let shown = written.data.unwrap();
    assert_eq!(shown["metrics"]["lastUpdated"], format!("{:.3}", written.proven_until.unwrap()));
    assert_eq!(shown["metrics"]["chat"]["stale"], false);
    let accounts = health::accounts(&house.store).await.unwrap();
    let streams = &accounts.iter().find(|it| it.account == member.key.account).unwrap().streams;
    let unproven: Vec<_> = streams.iter().filter(|it| it.proven_until.is_none()).collect();
    assert!(!streams.is_empty() && unproven.is_empty(), "operators see them proven too: {unproven:?}");
}
