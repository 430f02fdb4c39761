//! The interface: shapes of both families of versions, pages, who may ask.

use http::Request;
use jiff::SignedDuration;
use routiq_simulators::stripe::{ApiVersion, Card, Plan, Settings};
use serde_json::Value;

use crate::common::{Ear, get, json};
use crate::{ORGANIZATION, ask, days, lab};

#[tokio::test]
async fn the_version_decides_where_the_period_stands() {
    let (stripe, _) = lab(Settings::default());
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    let id = stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    let (_, new) = ask(&stripe, &format!("/v1/subscriptions/{id}")).await;
    assert!(new.get("current_period_end").is_none());
    let end = &new["items"]["data"][0]["current_period_end"];
    let old = Request::get(format!("/v1/subscriptions/{id}"))
        .header("authorization", format!("Bearer {}", stripe.secret_key()))
        .header("stripe-version", "2024-06-20")
        .body(bytes::Bytes::new())
        .unwrap();
    let (_, old) = json(stripe.handle(old).await.unwrap());
    assert_eq!(&old["current_period_end"], end);
    assert!(old["items"]["data"][0].get("current_period_end").is_none());
    assert_eq!((&new["status"], &new["metadata"]["org_id"]), (&"active".into(), &ORGANIZATION.into()));
    assert_eq!(new["items"]["data"][0]["price"]["lookup_key"], "pro_monthly");
    let invoice = new["latest_invoice"].as_str().unwrap();
    let (_, invoice) = ask(&stripe, &format!("/v1/invoices/{invoice}")).await;
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], id.as_str());
    assert!(invoice.get("subscription").is_none());
}

#[tokio::test]
async fn events_come_newest_first_in_pages_and_are_kept_a_month() {
    let (stripe, hand) = lab(Settings::default());
    for n in 0..25 {
        hand.pass(SignedDuration::from_secs(60));
        stripe.add_customer(ORGANIZATION, &format!("b{n}@example.test"), Card::Good);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/events?limit=10".to_owned();
    loop {
        let (status, page) = ask(&stripe, &path).await;
        assert_eq!(status, 200);
        let rows = page["data"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["data"]["object"]["email"].as_str().unwrap().to_owned()));
        if page["has_more"] == false {
            break;
        }
        path = format!("/v1/events?limit=10&starting_after={}", rows.last().unwrap()["id"].as_str().unwrap());
    }
    assert_eq!(seen.len(), 25);
    assert_eq!((seen[0].as_str(), seen[24].as_str()), ("b24@example.test", "b0@example.test"));
    let since = hand.now().as_second() - 120;
    let (_, recent) =
        ask(&stripe, &format!("/v1/events?created%5Bgte%5D={since}&type=customer.created")).await;
    assert_eq!(recent["data"].as_array().unwrap().len(), 3);
    let (_, none) = ask(&stripe, "/v1/events?type=invoice.paid").await;
    assert_eq!(none["data"], Value::Array(Vec::new()));
    hand.pass(days(31));
    stripe.add_customer(ORGANIZATION, "late@example.test", Card::Good);
    let (_, kept) = ask(&stripe, "/v1/events?limit=100").await;
    assert_eq!(kept["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_no_receiver_took_can_be_asked_for() {
    let (stripe, _) = lab(Settings::default());
    stripe.add_endpoint("https://hooks.example.test/stripe", ApiVersion::Basil, &[]);
    let ear = Ear::new(200);
    stripe.add_customer(ORGANIZATION, "taken@example.test", Card::Good);
    ear.hear(&stripe).await;
    ear.say(500, &[]);
    stripe.add_customer(ORGANIZATION, "refused@example.test", Card::Good);
    ear.hear(&stripe).await;
    let (_, page) = ask(&stripe, "/v1/events?delivery_success=false").await;
    let rows = page["data"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["data"]["object"]["email"], "refused@example.test");
    assert_eq!(rows[0]["pending_webhooks"], 1);
}

#[tokio::test]
async fn lists_leave_out_what_ended_and_refusals_name_the_parameter() {
    let (stripe, _) = lab(Settings { allowance: 6, ..Settings::default() });
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    let gone = stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    stripe.cancel(&gone, false).unwrap();
    let kept = stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    let (_, page) = ask(&stripe, &format!("/v1/subscriptions?customer={customer}")).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 1);
    assert_eq!(page["data"][0]["id"], kept.as_str());
    let (_, all) = ask(&stripe, "/v1/subscriptions?status=all").await;
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
    let (status, body) = ask(&stripe, "/v1/subscriptions/sub_none").await;
    assert_eq!((status, &body["error"]["code"]), (404, &"resource_missing".into()));
    assert_eq!(ask(&stripe, "/v1/events?limit=101").await.0, 400);
    let (status, _) = json(stripe.handle(get("/v1/events", "Bearer sk_live_wrong")).await.unwrap());
    assert_eq!(status, 401);
    assert_eq!(ask(&stripe, "/v1/events").await.0, 200);
    assert_eq!(ask(&stripe, "/v1/events").await.0, 200);
    let (status, body) = ask(&stripe, "/v1/events").await;
    assert_eq!((status, &body["error"]["code"]), (429, &"rate_limit".into()));
}
