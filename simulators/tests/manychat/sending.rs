//! What may be sent, to whom, until when.

use jiff::SignedDuration;
use routiq_simulators::manychat::{Channel, Command, NewSubscriber, Settings};
use serde_json::{Value, json};

use crate::lab;

fn text(id: u64, kind: Option<&str>, message: &Value) -> Value {
    let mut body = json!({"subscriber_id": id,
        "data": {"version": "v2", "content": {"messages": [message], "actions": [], "quick_replies": []}}});
    if let Some(kind) = kind {
        body["data"]["content"]["type"] = json!(kind);
    }
    body
}

#[tokio::test]
async fn within_a_day_the_right_channel_takes_what_it_can_show() {
    let lab = lab(Settings::default());
    let id = lab.someone();
    let hello = json!({"type": "text", "text": "See you on Friday."});
    let send = async |body| lab.tell("/fb/sending/sendContent", body).await;
    assert_eq!(send(text(id, Some("whatsapp"), &hello)).await.1["code"], 3031, "never wrote");
    lab.manychat.write(lab.page, id, Some("Hi")).unwrap();
    let (status, done) = send(text(id, Some("whatsapp"), &hello)).await;
    assert_eq!((status, done), (200, json!({"status": "success"})), "no id of a message");
    assert_eq!(send(text(id, None, &hello)).await.1["code"], 3041, "no Messenger");
    let file = json!({"type": "file", "url": "https://files.example.test/a.pdf"});
    assert_eq!(send(text(id, Some("whatsapp"), &file)).await.0, 400);
    assert_eq!(send(text(id, Some("tiktok"), &hello)).await.0, 400);
    lab.hand.pass(SignedDuration::from_hours(24));
    assert_eq!(send(text(id, Some("whatsapp"), &hello)).await.1["code"], 3031);
    assert_eq!(lab.manychat.ledger(lab.page).unwrap().sent.len(), 1);
}

#[tokio::test]
async fn messenger_wants_a_tag_or_a_topic_after_a_day() {
    let lab = lab(Settings::default());
    let new = NewSubscriber::new(Channel::Messenger, &[("first_name", "Ana")]);
    let id = lab.manychat.add_subscriber(lab.page, new).unwrap();
    let hello = text(id, None, &json!({"type": "text", "text": "Hello"}));
    let send = async |body| lab.tell("/fb/sending/sendContent", body).await;
    assert_eq!(send(hello.clone()).await.1["code"], 3011);
    let mut tagged = hello.clone();
    tagged["message_tag"] = json!("ACCOUNT_UPDATE");
    assert_eq!(send(tagged).await.0, 200);
    let mut topic = hello;
    topic["otn_topic_name"] = json!("News");
    assert_eq!(send(topic.clone()).await.1["code"], 3021);
    lab.manychat.command(Command::AddTopic { page: lab.page, name: "News".to_owned() }).unwrap();
    assert_eq!(send(topic).await.0, 200);
}

#[tokio::test]
async fn one_call_holds_ten_messages_and_five_actions() {
    let lab = lab(Settings::default());
    let id = lab.someone();
    lab.manychat.write(lab.page, id, Some("Hi")).unwrap();
    lab.tag("Told");
    let hello = json!({"type": "text", "text": "Hello"});
    let mut body = text(id, Some("whatsapp"), &hello);
    body["data"]["content"]["messages"] = json!(vec![hello.clone(); 11]);
    assert_eq!(lab.tell("/fb/sending/sendContent", body.clone()).await.0, 400);
    body["data"]["content"]["messages"] = json!([hello]);
    body["data"]["content"]["actions"] = json!(vec![json!({"action": "add_tag", "tag_name": "Told"}); 5]);
    assert_eq!(lab.tell("/fb/sending/sendContent", body.clone()).await.0, 200);
    assert_eq!(lab.info(id).await["tags"][0]["name"], "Told");
    body["data"]["content"]["actions"] = json!([{"action": "add_tag", "tag_name": "Unknown"}]);
    assert_eq!(lab.tell("/fb/sending/sendContent", body).await.0, 400);
}
