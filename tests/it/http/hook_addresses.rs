//! Addresses of webhooks by the operators' API: a token is told once, two tokens and two secrets hold while one is replaced,
//! and what was ended is an address no more.

use std::{collections::HashMap, time::Duration};

use ::http::{HeaderMap, HeaderValue, Method};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use routiq::{
    http::{self, Settings},
    work::intake::Arrival,
};
use routiq_actors::State;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::watch;
use uuid::Uuid;

use super::{House, Organization, settings};

const PUBLIC: &str = "https://routiq.example.test";
const OLD: &str = "the first of two secrets";
const NEW: &str = "the second of two secrets";

struct Desk {
    house: House,
    place: Organization,
}

impl Desk {
    async fn new() -> Self {
        let settings = Settings { public_url: Some(PUBLIC.to_owned()), ..settings() };
        let house = House::with(settings, http::routes()).await;
        let place = house.organization("Harbour", &["chatwoot"]).await;
        Self { house, place }
    }

    fn path(&self, rest: &str) -> String {
        format!("/admin/tenants/{}/webhook-addresses{rest}", self.place.clerk)
    }

    /// Makes an address that is signed with [`OLD`]: its id and token.
    async fn made(&self) -> (String, String) {
        let body = json!({"account_id": self.place.accounts[0], "secret": OLD});
        let (status, made) = self.house.post(&self.path(""), body).await;
        assert_eq!(status, 201, "{made}");
        (text(&made["id"]), token(&made))
    }

    /// Whether a delivery to `token`, signed with `secret`, is taken as genuine; none: there is no such address.
    async fn takes(&self, token: &str, secret: &str) -> Option<bool> {
        let now = Timestamp::now();
        let intake = &self.house.context.intake;
        let address = intake.find("chatwoot", token, now).await.unwrap()?;
        let (headers, body) = signed(secret, now);
        let arrival = Arrival {
            method: &Method::POST,
            path: "/webhooks/chatwoot/token",
            query: "",
            headers: &headers,
            body: &body,
            received_at: now,
        };
        Some(intake.check(&address, &arrival).is_ok())
    }

    async fn listed(&self) -> Vec<Value> {
        let (status, body) = self.house.get(&self.path("")).await;
        assert_eq!(status, 200);
        let listed = body["webhook_addresses"].as_array().unwrap().clone();
        assert_eq!(body["count"], listed.len());
        listed
    }
}

/// A delivery as Chatwoot sends it.
fn signed(secret: &str, now: Timestamp) -> (HeaderMap, Bytes) {
    let body =
        Bytes::from(json!({"event": "conversation_updated", "id": 1, "account": {"id": 1}}).to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let stamp = now.as_second().to_string();
    mac.update(format!("{stamp}.").as_bytes());
    mac.update(&body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("x-chatwoot-timestamp", HeaderValue::from_str(&stamp).unwrap());
    headers.insert("x-chatwoot-signature", HeaderValue::from_str(&signature).unwrap());
    (headers, body)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn token(answer: &Value) -> String {
    let begin = format!("{PUBLIC}/webhooks/chatwoot/");
    text(&answer["urls"][0]).strip_prefix(&begin).unwrap().to_owned()
}

#[tokio::test]
async fn an_address_is_told_once_and_two_tokens_hold_while_one_is_replaced() {
    let desk = Desk::new().await;
    let (first, old) = desk.made().await;
    assert_eq!(desk.takes(&old, OLD).await, Some(true));
    let listed = desk.listed().await;
    assert_eq!((&listed[0]["id"], &listed[0]["status"]), (&json!(first), &json!("active")));
    assert_eq!((&listed[0]["platform"], &listed[0]["signed"]), (&json!("chatwoot"), &json!(true)));
    for secret in [old.as_str(), OLD] {
        assert!(!json!(listed).to_string().contains(secret), "it is told once");
    }

    let (status, rotated) = desk.house.post(&desk.path(&format!("/{first}/rotate")), json!({})).await;
    assert_eq!((status, &rotated["replaces"]), (201, &json!(first)), "{rotated}");
    let (second, new) = (text(&rotated["id"]), token(&rotated));
    let until: Timestamp = text(&rotated["replaced_until"]).parse().unwrap();
    assert!((3590..=3600).contains(&until.duration_since(Timestamp::now()).as_secs()), "{until}");
    for token in [&old, &new] {
        assert_eq!(desk.takes(token, OLD).await, Some(true), "both hold, with the secrets");
    }
    let (status, _) = desk.house.post(&desk.path(&format!("/{first}/rotate")), json!({})).await;
    assert_eq!(status, 404, "it is replaced already");

    for (address, left) in [(&first, vec![(&old, None), (&new, Some(true))]), (&second, vec![(&new, None)])] {
        let (status, body) = desk.house.post(&desk.path(&format!("/{address}/revoke")), json!({})).await;
        assert_eq!(status, 200, "{body}");
        for (token, taken) in left {
            assert_eq!(desk.takes(token, OLD).await, taken, "{address} is ended at once");
        }
    }
    let (status, _) = desk.house.post(&desk.path(&format!("/{second}/revoke")), json!({})).await;
    assert_eq!(status, 404);
    let states: Vec<Value> = desk.listed().await.iter().map(|address| address["status"].clone()).collect();
    assert_eq!(states, ["revoked", "revoked"]);
    let audit = desk.house.audit(desk.place.id).await;
    let deeds: Vec<(&str, &str)> = audit.iter().map(|deed| (deed.0.as_str(), deed.1.as_str())).collect();
    let done = [
        ("webhook.create", first.as_str()),
        ("webhook.rotate", &second),
        ("webhook.revoke", &first),
        ("webhook.revoke", &second),
    ];
    assert_eq!(deeds, done);
    assert!(!format!("{audit:?}").contains(&old), "the audit knows no token");
}

#[tokio::test]
async fn two_secrets_hold_while_one_is_replaced() {
    let desk = Desk::new().await;
    let (address, token) = desk.made().await;
    let secret = async |body: Value| {
        let (status, told) = desk.house.post(&desk.path(&format!("/{address}/secret")), body).await;
        assert_eq!((status, &told["platform"]), (200, &json!("chatwoot")), "{told}");
        assert!(!told.to_string().contains(NEW));
    };
    assert_eq!(desk.takes(&token, NEW).await, Some(false));
    secret(json!({"secret": NEW})).await;
    assert_eq!((desk.takes(&token, OLD).await, desk.takes(&token, NEW).await), (Some(true), Some(true)));
    secret(json!({"secret": "a third of them, and the newest"})).await;
    assert_eq!((desk.takes(&token, OLD).await, desk.takes(&token, NEW).await), (Some(false), Some(true)));
    secret(json!({"secret": OLD, "alone": true})).await;
    assert_eq!((desk.takes(&token, OLD).await, desk.takes(&token, NEW).await), (Some(true), Some(false)));
}

#[tokio::test]
async fn what_names_nothing_of_the_organization_is_refused() {
    let desk = Desk::new().await;
    let (address, _) = desk.made().await;
    let account = desk.place.accounts[0];
    let stranger = desk.house.organization("Hill", &["chatwoot"]).await;
    for (body, status) in [
        (json!({"secret": NEW}), 422),
        (json!({"account_id": account}), 422),
        (json!({"account_id": account, "secret": NEW, "unsigned": true}), 422),
        (json!({"account_id": account, "secret": "short"}), 422),
        (json!({"account_id": account, "secret": NEW, "more": 1}), 422),
        (json!({"account_id": account, "secret": NEW}), 409),
        (json!({"account_id": stranger.accounts[0], "secret": NEW}), 404),
        (json!({"account_id": account, "secret": NEW, "hint": true}), 201),
    ] {
        let (answered, told) = desk.house.post(&desk.path(""), body.clone()).await;
        assert_eq!(answered, status, "{body}: {told}");
    }
    let foreign = format!("/admin/tenants/{}/webhook-addresses/{address}", stranger.clerk);
    for (deed, body) in [("rotate", json!({})), ("secret", json!({"secret": NEW})), ("revoke", json!({}))] {
        let (status, told) = desk.house.post(&format!("{foreign}/{deed}"), body.clone()).await;
        assert_eq!(status, 404, "{deed} of another's: {told}");
        let (status, _) = desk.house.post(&desk.path(&format!("/nonsense/{deed}")), body.clone()).await;
        assert_eq!(status, 404, "{deed}");
        let url = desk.house.url(&desk.path(&format!("/{address}/{deed}")));
        let status = desk.house.client.post(url).json(&body).send().await.unwrap().status();
        assert_eq!(status, 401, "{deed} is for operators");
    }
    assert_eq!(desk.listed().await.iter().filter(|address| address["status"] == "active").count(), 2);
}

#[tokio::test]
async fn what_is_delivered_is_applied_at_once_and_nothing_else_is_looked_at() {
    let desk = Desk::new().await;
    let account = desk.place.accounts[0];
    desk.house.state(account, State::Waiting).await;
    let (_, token) = desk.made().await;
    let of = |counts: &watch::Sender<HashMap<Uuid, u32>>| counts.borrow().get(&account).copied().unwrap_or(0);
    let world = &desk.house.world;
    let (looks, applied) = (of(&world.looks), of(&world.applies));
    let (headers, body) = signed(OLD, Timestamp::now());
    let url = desk.house.url(&format!("/webhooks/chatwoot/{token}"));
    let answer = desk.house.client.post(url).headers(headers).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut applies = world.applies.subscribe();
    let seen = applies.wait_for(|applies| applies.get(&account).is_some_and(|count| *count > applied));
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it waits for the next poll").unwrap();
    assert_eq!(of(&world.looks), looks, "its streams have nothing to do with it");
}
