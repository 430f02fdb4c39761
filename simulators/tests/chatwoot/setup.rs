//! Inboxes, people, labels, webhooks.

use routiq_simulators::chatwoot::{Settings, Version};
use routiq_simulators::population::Practice;
use serde_json::json;

use crate::support::{Lab, Office, below, json as parsed};

#[tokio::test]
async fn lists_have_their_various_wrappers() {
    let lab = Lab::new(Settings::default());
    let seat = lab.chat.add_practice(Practice::default()).unwrap();
    let office = Office { account: seat.account, inbox: seat.inboxes[0], user: 0, token: seat.administrator };
    let inboxes = lab.ok(&office, "inboxes").await;
    let channels: Vec<_> =
        inboxes["payload"].as_array().unwrap().iter().map(|i| i["channel_type"].clone()).collect();
    assert_eq!(
        channels,
        ["Channel::Whatsapp", "Channel::WebWidget", "Channel::Email", "Channel::TwilioSms", "Channel::Api"]
    );
    assert_eq!(inboxes["payload"][0]["timezone"], "Australia/Perth");
    assert_eq!(lab.ok(&office, "agents").await.as_array().unwrap().len(), 5);
    assert!(lab.ok(&office, "teams").await[0]["name"].is_string());
    assert!(lab.ok(&office, "labels").await["payload"][0]["title"].is_string());
    let custom = lab.ok(&office, "custom_attribute_definitions?attribute_model=1").await;
    assert_eq!(custom[0]["attribute_key"], "cliniko_id");
    let (status, _) = lab.get(&office, "no_such_thing").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn webhooks_are_unique_by_address_and_bring_their_own_secret() {
    let lab = Lab::new(Settings::default());
    let office = lab.office();
    let wrapped = json!({"webhook": {"url": "https://hooks.example.org/a", "subscriptions": ["message_created"],
        "secret": "mine"}});
    let (status, made) = lab.post(&office, "webhooks", &wrapped).await;
    assert_eq!(status, 200);
    let made = made["payload"]["webhook"].clone();
    assert_eq!(made["secret"].as_str().unwrap().len(), 24);
    assert_eq!(made["subscriptions"], json!(["message_created"]));
    let (status, body) = lab.post(&office, "webhooks", &json!({"url": "https://hooks.example.org/a"})).await;
    assert_eq!(status, 422);
    assert_eq!(body, json!({"message": "Url has already been taken", "attributes": ["url"]}));
    let bad = json!({"url": "https://hooks.example.org/b", "subscriptions": ["contact_deleted"]});
    assert_eq!(lab.post(&office, "webhooks", &bad).await.0, 422);
    assert_eq!(lab.ok(&office, "webhooks").await["payload"]["webhooks"][0], made);

    let one = below(&office, &format!("webhooks/{}", made["id"]));
    let change = json!({"webhook": {"url": "https://hooks.example.org/c"}}).to_string();
    let (_, changed) = parsed(lab.send("PATCH", &one, Some(&office.token), &change).await.unwrap());
    assert_eq!(changed["payload"]["webhook"]["secret"], made["secret"], "a change keeps the secret");
    assert_eq!(lab.send("DELETE", &one, Some(&office.token), "").await.unwrap().status(), 200);
    assert_eq!(lab.send("DELETE", &one, Some(&office.token), "").await.unwrap().status(), 404);
    let (_, again) = lab.post(&office, "webhooks", &wrapped).await;
    assert_ne!(again["payload"]["webhook"]["secret"], made["secret"], "making it anew rotates the secret");
}

#[tokio::test]
async fn older_releases_have_no_webhook_secret() {
    let lab = Lab::new(Settings { version: Version::V4_0, ..Settings::default() });
    let office = lab.office();
    let (_, made) = lab.post(&office, "webhooks", &json!({"url": "https://hooks.example.org/a"})).await;
    assert!(made["payload"]["webhook"].get("secret").is_none());
}
