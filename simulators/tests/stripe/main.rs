//! The simulated Stripe against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod api;
mod life;
mod webhooks;

use jiff::SignedDuration;
use routiq_simulators::stripe::{Settings, Stripe};
use serde_json::Value;

use crate::common::{Hand, get, json};

const ORGANIZATION: &str = "org_0000000000000000000000001";

fn lab(settings: Settings) -> (Stripe, Hand) {
    let hand = Hand::at("2026-06-01T00:00:00Z");
    (Stripe::new(settings, hand.clock()), hand)
}

fn days(n: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * n)
}

async fn ask(stripe: &Stripe, path: &str) -> (u16, Value) {
    json(stripe.handle(get(path, &format!("Bearer {}", stripe.secret_key()))).await.unwrap())
}

/// The types of all events, oldest first.
async fn told(stripe: &Stripe) -> Vec<String> {
    let (_, page) = ask(stripe, "/v1/events?limit=100").await;
    let rows = page["data"].as_array().unwrap().iter().rev();
    rows.map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}
