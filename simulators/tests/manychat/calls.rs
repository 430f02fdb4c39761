//! Calls to us: bodies as tenants type them, no signature, no second attempt.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::hooks::{self, Failure, HookFaults, Outcome};
use routiq_simulators::manychat::{
    Automation, Channel, Command, FieldKind, NewSubscriber, Settings, Step, Template, Trigger,
};
use routiq_simulators::surprises::Surprise;
use serde_json::{Value, json};

use crate::common::{Ear, body, header};
use crate::{Lab, lab};

const HOOK: &str = "https://hooks.example.test/v1/manychat/abc";

fn on(trigger: Trigger) -> Automation {
    let headers = vec![("X-Webhook-Secret".to_owned(), "pasted".to_owned())];
    Automation { on: trigger, url: HOOK.to_owned(), headers, ..Automation::default() }
}

fn with(automation: Automation) -> (Lab, u64) {
    let lab = lab(Settings::default());
    lab.manychat.add_automation(lab.page, automation).unwrap();
    let id = lab.someone();
    (lab, id)
}

/// Hears with an answer of its own.
async fn answering(lab: &Lab, answer: Value) -> Vec<Value> {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let ear = Arc::clone(&heard);
    let sink = move |request: Request<Bytes>| {
        ear.lock().unwrap().push(serde_json::from_slice(request.body()).unwrap());
        let answer = Response::new(Bytes::from(answer.to_string()));
        async move { Ok::<_, Failure>(answer) }
    };
    hooks::deliver(&lab.manychat, &sink, false).await;
    std::mem::take(&mut heard.lock().unwrap())
}

#[tokio::test]
async fn the_whole_contact_comes_in_another_shape_than_the_interface_s() {
    let (lab, id) = with(Automation { channel: Some(Channel::Whatsapp), ..on(Trigger::MessageReceived) });
    let field = lab.field("visits", FieldKind::Number);
    let set = Command::SetField { page: lab.page, subscriber: id, field, value: Some(json!(3)) };
    lab.manychat.command(set).unwrap();
    let tag = lab.tag("New lead");
    lab.manychat.command(Command::Tag { page: lab.page, subscriber: id, tag }).unwrap();
    lab.manychat.write(lab.page, id, Some("Is Monday free?")).unwrap();
    let request = Ear::new(200).hear(&lab.manychat).await.remove(0);
    assert_eq!((request.method().as_str(), request.uri().to_string().as_str()), ("POST", HOOK));
    assert_eq!(header(&request, "x-webhook-secret"), "pasted");
    assert!(!request.headers().keys().any(|name| name.as_str().contains("signature")));
    let told = body(&request);
    assert_eq!((&told["event"], &told["channel"]), (&json!("message_received"), &json!("whatsapp")));
    assert_eq!(told["text"], "Is Monday free?");
    let contact = &told["contact"];
    assert_eq!(contact["key"], format!("user:{id}"));
    assert_eq!((&contact["id"], &contact["page_id"]), (&json!(id.to_string()), &json!(lab.page.to_string())));
    assert_eq!(contact["custom_fields"], json!({"visits": 3}), "an object by name");
    assert!(contact.get("tags").is_none() && contact["status"] == "active");
    assert_eq!(contact["gender"], "", "empty, where the interface says null");
    assert_eq!(contact["last_interaction"], "2026-06-02T09:00:00+08:00");
    assert!(told.get("event_id").is_none());
}

#[tokio::test]
async fn quotes_and_lines_break_what_a_tenant_typed_by_hand() {
    let (lab, id) = with(on(Trigger::MessageReceived));
    let escaping = Automation { escapes: true, ..on(Trigger::MessageReceived) };
    lab.manychat.add_automation(lab.page, escaping).unwrap();
    lab.manychat.write(lab.page, id, Some("He said \"no\"\nTwice")).unwrap();
    let heard = Ear::new(200).hear(&lab.manychat).await;
    assert!(serde_json::from_slice::<Value>(heard[0].body()).is_err());
    assert_eq!(body(&heard[1])["text"], "He said \"no\"\nTwice");
}

#[tokio::test]
async fn bodies_may_be_the_bare_contact_with_numbers_for_ids_and_names_of_tags() {
    let bare =
        Automation { body: Template::Bare, numeric_ids: true, with_tags: true, ..on(Trigger::TagApplied) };
    let (lab, id) = with(bare);
    let own = Automation {
        body: Template::Text(r#"{"who":"{{full_name}}","id":{{user_id}}}"#.to_owned()),
        ..on(Trigger::TagApplied)
    };
    lab.manychat.add_automation(lab.page, own).unwrap();
    let tag = lab.tag("VIP");
    lab.manychat.command(Command::Tag { page: lab.page, subscriber: id, tag }).unwrap();
    let heard = Ear::new(200).hear(&lab.manychat).await;
    let told = body(&heard[0]);
    assert_eq!(
        (&told["id"], &told["page_id"], &told["tags"]),
        (&json!(id), &json!(lab.page), &json!(["VIP"]))
    );
    assert_eq!(body(&heard[1]), json!({"who": "Orla Tamsin", "id": id}));
}

#[tokio::test]
async fn each_trigger_calls_for_its_own_deed_and_its_own_channel() {
    let lab = lab(Settings::default());
    for trigger in
        [Trigger::ContactCreated, Trigger::MessageReceived, Trigger::TagApplied, Trigger::FieldChanged]
    {
        let automation = Automation { channel: Some(Channel::Whatsapp), ..on(trigger) };
        lab.manychat.add_automation(lab.page, automation).unwrap();
    }
    let ear = Ear::new(200);
    let events = async || -> Vec<String> {
        let heard = ear.hear(&lab.manychat).await;
        heard.iter().map(|it| body(it)["event"].as_str().unwrap().to_owned()).collect()
    };
    let id = lab.someone();
    assert_eq!(events().await, ["contact_created"]);
    lab.manychat.write(lab.page, id, None).unwrap();
    assert_eq!(events().await, ["message_received"]);
    let tag = lab.tag("VIP");
    for _ in 0..2 {
        lab.manychat.command(Command::Tag { page: lab.page, subscriber: id, tag }).unwrap();
    }
    assert_eq!(events().await, ["tag_applied"], "a tag that is there is not applied again");
    let field = lab.field("x", FieldKind::Text);
    let by_interface = json!({"subscriber_id": id, "field_id": field, "field_value": "y"});
    lab.tell("/fb/subscriber/setCustomField", by_interface).await;
    assert_eq!(events().await, ["field_changed"]);
    let texts = [("first_name", "Ana"), ("ig_username", "ana.1")];
    let new = NewSubscriber { ig_id: Some(1), ..NewSubscriber::new(Channel::Instagram, &texts) };
    let ana = lab.manychat.add_subscriber(lab.page, new).unwrap();
    lab.manychat.write(lab.page, ana, Some("Hi")).unwrap();
    assert!(events().await.is_empty(), "another channel's automation");
}

#[tokio::test]
async fn an_attachment_leaves_the_last_text_and_moves_the_moment() {
    let (lab, id) = with(on(Trigger::MessageReceived));
    let ear = Ear::new(200);
    lab.manychat.write(lab.page, id, Some("See the photo")).unwrap();
    let first = body(&ear.hear(&lab.manychat).await[0]);
    lab.hand.pass(SignedDuration::from_secs(30));
    lab.manychat.write(lab.page, id, None).unwrap();
    let second = body(&ear.hear(&lab.manychat).await[0]);
    assert_eq!(first["contact"]["last_input_text"], second["contact"]["last_input_text"]);
    assert_ne!(first["contact"]["last_interaction"], second["contact"]["last_interaction"]);
    let ledger = lab.manychat.ledger(lab.page).unwrap();
    assert_eq!((ledger.messages[1].text.as_deref(), ledger.messages[1].calls), (None, 1));
}

#[tokio::test]
async fn fast_typing_makes_one_call_of_two_texts() {
    let (lab, id) = with(Automation { escapes: true, ..on(Trigger::MessageReceived) });
    let ear = Ear::new(200);
    let (mut merged, mut lost) = (0, 0);
    for _ in 0..20 {
        lab.hand.pass(SignedDuration::from_mins(1));
        lab.manychat.write(lab.page, id, Some("first")).unwrap();
        lab.hand.pass(SignedDuration::from_millis(700));
        lab.manychat.write(lab.page, id, Some("second")).unwrap();
        let heard = ear.hear(&lab.manychat).await;
        assert_eq!(heard.len(), 1);
        match body(&heard[0])["text"].as_str().unwrap() {
            "first\nsecond" => merged += 1,
            "second" => lost += 1,
            other => panic!("{other}"),
        }
    }
    assert!(merged > 0 && lost > 0);
    let ledger = lab.manychat.ledger(lab.page).unwrap();
    assert_eq!(ledger.messages.iter().filter(|it| it.calls == 0).count(), 20);
    lab.hand.pass(SignedDuration::from_mins(1));
    lab.manychat.write(lab.page, id, Some("slow")).unwrap();
    lab.hand.pass(SignedDuration::from_secs(5));
    lab.manychat.write(lab.page, id, Some("typing")).unwrap();
    assert_eq!(ear.hear(&lab.manychat).await.len(), 2);
}

#[tokio::test]
async fn what_fails_is_not_tried_again_and_stands_in_the_flow_log() {
    let (lab, id) = with(on(Trigger::MessageReceived));
    let ear = Ear::new(503);
    lab.manychat.write(lab.page, id, Some("Hi")).unwrap();
    assert_eq!(ear.hear(&lab.manychat).await.len(), 1);
    ear.fail(Failure::TimedOut);
    lab.hand.pass(SignedDuration::from_mins(5));
    lab.manychat.write(lab.page, id, Some("Hello?")).unwrap();
    assert_eq!(ear.hear(&lab.manychat).await.len(), 1);
    lab.hand.pass(SignedDuration::from_hours(24));
    assert!(ear.hear(&lab.manychat).await.is_empty());
    let why: Vec<String> = lab.manychat.troubles().into_iter().map(|trouble| trouble.why).collect();
    assert_eq!(why, ["status 503", "no answer in time"]);
    lab.manychat.set_hook_faults(HookFaults { drop: 1.0, ..HookFaults::default() });
    lab.manychat.write(lab.page, id, Some("Lost")).unwrap();
    assert!(ear.hear(&lab.manychat).await.is_empty());
    assert_eq!(lab.manychat.deliveries().last().unwrap().outcome, Outcome::Lost);
}

#[tokio::test]
async fn fields_of_an_answer_go_where_the_tenant_maps_them() {
    let maps = vec![("$.patient.id".to_owned(), "cliniko_id".to_owned())];
    let (lab, id) = with(Automation { maps, ..on(Trigger::MessageReceived) });
    lab.field("cliniko_id", FieldKind::Text);
    lab.manychat.write(lab.page, id, Some("Hi")).unwrap();
    answering(&lab, json!({"patient": {"id": "55"}})).await;
    assert_eq!(lab.info(id).await["custom_fields"][0]["value"], "55");
    lab.hand.pass(SignedDuration::from_mins(1));
    lab.manychat.write(lab.page, id, Some("Hi")).unwrap();
    answering(&lab, json!({"ok": true})).await;
    assert_eq!(lab.manychat.troubles()[0].why, "nothing at $.patient.id");
}

#[tokio::test]
async fn a_dynamic_block_is_shown_acted_on_and_asks_for_the_next_text_once() {
    let block = Automation { step: Step::DynamicBlock, ..on(Trigger::ContactCreated) };
    let (lab, id) = with(block);
    lab.tag("Greeted");
    let callback = json!({"url": "https://hooks.example.test/next", "method": "post", "headers": {"x-a": "b"},
        "payload": {"id": "{{user_id}}", "last_input_text": "{{last_input_text}}"}, "timeout": 600});
    let answer = json!({"version": "v2", "content": {"messages": [{"type": "text", "text": "Hello"}],
        "actions": [{"action": "add_tag", "tag_name": "Greeted"}], "quick_replies": [],
        "external_message_callback": callback}});
    answering(&lab, answer.clone()).await;
    let ledger = lab.manychat.ledger(lab.page).unwrap();
    assert_eq!((ledger.sent[0].by, &ledger.sent[0].what[0]["text"]), ("dynamic_block", &json!("Hello")));
    assert_eq!(ledger.subscribers[0].tags, ["Greeted"]);
    let ear = Ear::new(200);
    for (n, text) in ["the \"next\" one", "not told"].into_iter().enumerate() {
        lab.hand.pass(SignedDuration::from_mins(1));
        lab.manychat.write(lab.page, id, Some(text)).unwrap();
        let heard = ear.hear(&lab.manychat).await;
        assert_eq!(heard.len(), 1 - n, "once");
        if let [request] = heard.as_slice() {
            assert_eq!(body(request), json!({"id": id.to_string(), "last_input_text": "the \"next\" one"}));
            assert_eq!(header(request, "x-a"), "b");
        }
    }
    let late = lab.whatsapp("Ines", "+61491570002");
    answering(&lab, answer).await;
    lab.hand.pass(SignedDuration::from_secs(601));
    lab.manychat.write(lab.page, late, Some("too late")).unwrap();
    assert!(ear.hear(&lab.manychat).await.is_empty());
    lab.whatsapp("Ana", "+61491570003");
    answering(&lab, json!({"ok": true})).await;
    assert_eq!(lab.manychat.troubles().last().unwrap().why, "the answer is no dynamic block");
}

#[tokio::test]
async fn the_contact_in_a_call_can_be_anything_and_who_left_says_so() {
    let (lab, id) = with(on(Trigger::TagApplied));
    let ear = Ear::new(200);
    let rule = |fault| FaultRule { fault, path: Some("call".to_owned()), when: When::ONCE };
    let field = Some("whatsapp_phone".to_owned());
    lab.manychat.fault(rule(Fault::Surprise { surprise: Surprise::Absent, record: None, field }));
    lab.manychat.fault(rule(Fault::MalformedJson));
    let mut heard = Vec::new();
    for name in ["a", "b", "c"] {
        let tag = lab.tag(name);
        lab.manychat.command(Command::Tag { page: lab.page, subscriber: id, tag }).unwrap();
        lab.manychat.command(Command::Unsubscribe { page: lab.page, subscriber: id }).unwrap();
        heard.extend(ear.hear(&lab.manychat).await);
    }
    assert!(body(&heard[0])["contact"].get("whatsapp_phone").is_none());
    assert!(serde_json::from_slice::<Value>(heard[1].body()).is_err());
    assert_eq!(body(&heard[2])["contact"]["status"], "unsubscribed");
}
