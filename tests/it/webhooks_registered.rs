//! Our webhook at Chatwoot: registered, looked after, and put right whatever somebody does to it.

use jiff::SignedDuration;
use routiq::store::hooks;
use serde_json::{Value, json};

use crate::support::{
    hooks::states,
    practice::{Driver, House, Member},
};

const PUBLIC: &str = "https://routiq.example.org";
const HOUR: SignedDuration = SignedDuration::from_mins(61);

async fn asks(house: &House, member: &Member, method: &str, path: &str, body: Value) -> Value {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("https://chat.example.org/api/v1/accounts/{}/{path}", member.seat.account))
        .header("api-access-token", &member.seat.administrator)
        .header("content-type", "application/json")
        .body(bytes::Bytes::from(body.to_string()))
        .unwrap();
    let answer = house.simulator.handle(request).await.unwrap();
    serde_json::from_slice(answer.body()).unwrap_or(Value::Null)
}

/// The account's webhooks as an administrator sees them.
async fn registered(house: &House, member: &Member) -> Vec<Value> {
    let listed = asks(house, member, "GET", "webhooks", Value::Null).await;
    listed["payload"]["webhooks"].as_array().unwrap().clone()
}

async fn later(house: &House, driver: &mut Driver<'_>) {
    house.hand.advance(HOUR);
    driver.nudge();
    driver.settle().await;
}

async fn problem(house: &House, member: &Member) -> Vec<String> {
    let query = "select concat_ws('|', status, remote_id, last_problem, (key_version is not null)::text)
        from routiq.webhook_endpoints order by created_at, id";
    house.texts(member, query).await
}

fn token(hook: &Value) -> String {
    hook["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn it_is_registered_once_with_a_secret_that_is_kept_sealed() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive_with(&member, house.work_at(Some(PUBLIC))).await;
    driver.settle().await;
    let hooks_there = registered(&house, &member).await;
    assert_eq!(hooks_there.len(), 1, "{hooks_there:?}");
    let hook = &hooks_there[0];
    assert!(hook["url"].as_str().unwrap().starts_with("https://routiq.example.org/webhooks/chatwoot/"));
    assert_eq!(hook["subscriptions"].as_array().unwrap().len(), 7);
    let known = hooks::token_hash(&token(hook));
    let found = hooks::find(&house.store, &house.keys, &known, house.hand.now()).await.unwrap().unwrap();
    assert_eq!((found.organization, found.account), (member.key.organization, member.key.account));
    use secrecy::ExposeSecret as _;
    assert_eq!(found.secrets[0].expose_secret(), hook["secret"].as_str().unwrap());
    assert_eq!(problem(&house, &member).await, [format!("active|{}|true", hook["id"])]);
    later(&house, &mut driver).await;
    assert_eq!(registered(&house, &member).await, hooks_there, "and left alone");
    // A daemon that begins anew finds it as it is.
    let mut next = house.drive_with(&member, house.work_at(Some(PUBLIC))).await;
    later(&house, &mut next).await;
    assert_eq!(registered(&house, &member).await, hooks_there);
    assert_eq!(states(&house, &member).await.len(), 0);
}

#[tokio::test]
async fn what_somebody_removes_changes_or_moves_is_put_right() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive_with(&member, house.work_at(Some(PUBLIC))).await;
    driver.settle().await;
    let first = registered(&house, &member).await.remove(0);
    let path = format!("webhooks/{}", first["id"]);

    let fewer = json!({"webhook": {"subscriptions": ["message_created"]}});
    asks(&house, &member, "PATCH", &path, fewer).await;
    later(&house, &mut driver).await;
    let mended = registered(&house, &member).await.remove(0);
    assert_eq!(mended, first, "everything is told again, to the same address");

    // The world reaches us elsewhere: the token goes along.
    let mut moved = house.drive_with(&member, house.work_at(Some("https://new.example.org/in"))).await;
    later(&house, &mut moved).await;
    let hook = registered(&house, &member).await.remove(0);
    assert_eq!(hook["url"], format!("https://new.example.org/in/webhooks/chatwoot/{}", token(&first)));
    assert_eq!(hook["id"], first["id"]);

    asks(&house, &member, "DELETE", &path, Value::Null).await;
    assert!(registered(&house, &member).await.is_empty());
    later(&house, &mut moved).await;
    let again = registered(&house, &member).await;
    assert_eq!(again.len(), 1);
    assert_ne!(token(&again[0]), token(&first), "an address of its own");
    let endpoints = problem(&house, &member).await;
    assert_eq!(endpoints.len(), 2);
    assert!(endpoints[0].starts_with("retiring"), "what is on its way still arrives: {endpoints:?}");
    assert_eq!(endpoints[1], format!("active|{}|true", again[0]["id"]));
}

#[tokio::test]
async fn others_webhooks_are_left_alone_and_a_refusal_stops_nothing() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let url = "https://elsewhere.example.org/webhooks/chatwoot/a-token-of-somebody-else";
    house.simulator.add_webhook(member.seat.account, url, &["message_created"]).unwrap();
    house.hook(|path, answer| {
        if path.ends_with("/webhooks") {
            let refused = r#"{"message":"Url is invalid","attributes":["url"]}"#;
            return Ok(http::Response::builder().status(422).body(bytes::Bytes::from(refused)).unwrap());
        }
        answer
    });
    let mut driver = house.drive_with(&member, house.work_at(Some(PUBLIC))).await;
    driver.settle().await;
    house.assert_equal(&member, "everything is read all the same").await;
    house.unhook();
    later(&house, &mut driver).await;
    let there = registered(&house, &member).await;
    assert_eq!(there.len(), 2);
    assert!(
        there.iter().any(|hook| hook["url"] == url && hook["subscriptions"] == json!(["message_created"]))
    );
}

#[tokio::test]
async fn without_a_public_address_nothing_is_registered() {
    let house = House::new().await;
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    house.drive(&member).await.settle().await;
    assert!(registered(&house, &member).await.is_empty());
    assert!(problem(&house, &member).await.is_empty());
}
