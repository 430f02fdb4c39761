//! Webhooks: signatures, versions, retries, faults.

use aws_lc_rs::hmac;
use bytes::Bytes;
use http::Request;
use routiq_simulators::hooks::{HookFaults, Sends};
use routiq_simulators::stripe::{ApiVersion, Card, Plan, Settings};

use crate::common::{Ear, body, header};
use crate::{ORGANIZATION, days, lab};

const HOOK: &str = "https://hooks.example.test/stripe";

fn tag(secret: &str, time: &str, request: &Request<Bytes>) -> String {
    // The whole text of the secret is the key, prefix and all.
    let data = [time.as_bytes(), b".", request.body()].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &data);
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn each_receiver_gets_its_own_version_and_signature() {
    let (stripe, hand) = lab(Settings::default());
    let (_, new) = stripe.add_endpoint(HOOK, ApiVersion::Basil, &["customer.subscription.updated"]);
    let (_, old) = stripe.add_endpoint(HOOK, ApiVersion::Acacia, &["customer.subscription.updated"]);
    let customer = stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    stripe.subscribe(&customer, Plan::default(), 0).unwrap();
    let ear = Ear::new(200);
    let requests = ear.hear(&stripe).await;
    assert_eq!(requests.len(), 2);
    let time = hand.now().as_second().to_string();
    for (request, secret) in requests.iter().zip([&new, &old]) {
        assert_eq!(
            header(request, "stripe-signature"),
            format!("t={time},v1={}", tag(secret, &time, request))
        );
    }
    let (new, old) = (body(&requests[0]), body(&requests[1]));
    assert_eq!(new["id"], old["id"]);
    assert_eq!(
        (&new["api_version"], &old["api_version"]),
        (&"2025-03-31.basil".into(), &"2025-02-24.acacia".into())
    );
    assert!(new["data"]["object"]["items"]["data"][0]["current_period_end"].is_i64());
    assert!(old["data"]["object"]["current_period_end"].is_i64());
    assert_eq!(new["data"]["previous_attributes"], serde_json::json!({"status": "incomplete"}));
    assert_eq!(new["livemode"], true);
}

#[tokio::test]
async fn what_fails_comes_for_three_days_signed_anew_and_an_event_keeps_its_id() {
    let (stripe, hand) = lab(Settings::default());
    stripe.add_endpoint(HOOK, ApiVersion::Basil, &[]);
    stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    let began = hand.now();
    let ear = Ear::new(500);
    let mut attempts = ear.hear(&stripe).await;
    while let (Some(due), now) = stripe.due() {
        hand.pass(due.duration_since(now));
        attempts.extend(ear.hear(&stripe).await);
    }
    let took = hand.now().duration_since(began);
    assert!(attempts.len() > 8 && took > days(2) && took <= days(3), "{} in {took}", attempts.len());
    assert!(attempts.iter().all(|it| body(it)["id"] == body(&attempts[0])["id"]));
    assert_ne!(header(&attempts[0], "stripe-signature"), header(&attempts[1], "stripe-signature"));
    ear.say(200, &[]);
    stripe.resend(body(&attempts[0])["id"].as_str().unwrap()).unwrap();
    assert_eq!(ear.hear(&stripe).await.len(), 1);

    let (sandbox, hand) = lab(Settings { livemode: false, ..Settings::default() });
    sandbox.add_endpoint(HOOK, ApiVersion::Basil, &[]);
    sandbox.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    let ear = Ear::new(500);
    let mut attempts = ear.hear(&sandbox).await;
    while let (Some(due), now) = sandbox.due() {
        hand.pass(due.duration_since(now));
        attempts.extend(ear.hear(&sandbox).await);
    }
    assert_eq!(attempts.len(), 4, "three more times");
    assert_eq!(body(&attempts[0])["livemode"], false);
}

#[tokio::test]
async fn while_a_secret_is_rolled_both_sign_and_faults_reorder() {
    let (stripe, hand) = lab(Settings::default());
    let (endpoint, old) = stripe.add_endpoint(HOOK, ApiVersion::Basil, &[]);
    let fresh = stripe.roll_secret(endpoint).unwrap();
    stripe.add_customer(ORGANIZATION, "billing@example.test", Card::Good);
    let ear = Ear::new(200);
    let request = ear.hear(&stripe).await.remove(0);
    let time = hand.now().as_second().to_string();
    let both = format!("t={time},v1={},v1={}", tag(&fresh, &time, &request), tag(&old, &time, &request));
    assert_eq!(header(&request, "stripe-signature"), both);

    let faults = HookFaults { drop: 0.1, double: 0.1, reorder: 0.5, ..HookFaults::default() };
    stripe.set_hook_faults(faults);
    let mut types = Vec::new();
    for n in 0..40 {
        let customer = stripe.add_customer(ORGANIZATION, &format!("b{n}@example.test"), Card::Good);
        stripe.subscribe(&customer, Plan::default(), 0).unwrap();
        hand.pass(jiff::SignedDuration::from_secs(1));
        types.extend(ear.hear(&stripe).await.iter().map(|it| body(it)["type"].as_str().unwrap().to_owned()));
    }
    let totals = stripe.hook_totals();
    assert!(totals.undelivered["lost"] > 0 && totals.doubled > 0 && totals.held > 0, "{totals:?}");
    let strange = types
        .windows(2)
        .any(|pair| pair[0] == "customer.subscription.updated" && pair[1] == "customer.subscription.created");
    assert!(strange || types.len() > 100, "{types:?}");
}
