//! Webhooks by Svix's rules.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;
use routiq_simulators::clerk::{Clerk, Settings};
use routiq_simulators::hooks::{self, HookFaults, Network, Sends};
use tokio_util::sync::CancellationToken;

use crate::common::{Ear, Hand, body, get, header};

const HOOK: &str = "https://hooks.example.test/clerk";

fn lab() -> (Clerk, Hand) {
    let hand = Hand::at("2026-06-15T10:00:00Z");
    (Clerk::new(Settings::default(), hand.clock()), hand)
}

fn signed(secret: &str, request: &Request<Bytes>) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let start = format!("{}.{}.", header(request, "svix-id"), header(request, "svix-timestamp"));
    let data = [start.as_bytes(), request.body()].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &data);
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[tokio::test]
async fn each_deed_is_told_in_the_documented_shape() {
    let (clerk, hand) = lab();
    let (_, secret) = clerk.add_endpoint(HOOK, &[]);
    let user = clerk.add_user("Ana@Example.test", "Ana", "Marsh");
    let organization = clerk.add_organization("Clínica Norte");
    clerk.set_member(&organization, &user, "org:member").unwrap();
    clerk.set_member(&organization, &user, "org:admin").unwrap();
    clerk.remove_member(&organization, &user).unwrap();
    clerk.delete_user(&user).unwrap();
    clerk.delete_organization(&organization).unwrap();
    let ear = Ear::new(200);
    let requests = ear.hear(&clerk).await;
    let bodies: Vec<_> = requests.iter().map(body).collect();
    let types: Vec<_> = bodies.iter().map(|body| body["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "user.created",
            "organization.created",
            "organizationMembership.created",
            "organizationMembership.updated",
            "organizationMembership.deleted",
            "user.deleted",
            "organization.deleted"
        ]
    );
    for request in &requests {
        assert_eq!(header(request, "svix-signature"), signed(&secret, request));
        assert_eq!(header(request, "svix-timestamp"), hand.now().as_second().to_string());
    }
    assert!(bodies.iter().all(|body| body["object"] == "event"));
    assert_eq!(bodies[0]["timestamp"], hand.now().as_millisecond());
    assert_eq!(bodies[0]["data"]["email_addresses"][0]["email_address"], "ana@example.test");
    assert_eq!(bodies[4]["data"]["role"], "org:admin", "the whole record, not a stub");
    assert_eq!(bodies[5]["data"]["deleted"], true);
    assert!(bodies[5]["data"].get("email_addresses").is_none());
    assert_eq!(bodies[6]["data"]["slug"], bodies[1]["data"]["slug"]);
}

#[tokio::test]
async fn what_fails_comes_again_with_the_same_id_and_bytes_and_a_fresh_signature() {
    let (clerk, hand) = lab();
    clerk.add_endpoint(HOOK, &["user.created"]);
    clerk.add_organization("Not subscribed");
    clerk.add_user("ana@example.test", "Ana", "Marsh");
    let began = hand.now();
    let ear = Ear::new(503);
    let mut attempts = ear.hear(&clerk).await;
    let mut pauses = Vec::new();
    while let (Some(due), now) = clerk.due() {
        pauses.push(due.duration_since(now).as_secs());
        hand.pass(due.duration_since(now));
        attempts.extend(ear.hear(&clerk).await);
    }
    assert_eq!(pauses, [5, 300, 1800, 7200, 18_000, 36_000, 36_000]);
    assert_eq!(attempts.len(), 8, "then it is given up");
    assert!(attempts.iter().all(|it| it.body() == attempts[0].body()));
    assert!(attempts.iter().all(|it| header(it, "svix-id") == header(&attempts[0], "svix-id")));
    let last = header(&attempts[7], "svix-timestamp").parse::<i64>().unwrap();
    assert_eq!(last, began.as_second() + pauses.iter().sum::<i64>());
    assert_ne!(header(&attempts[0], "svix-signature"), header(&attempts[7], "svix-signature"));

    ear.say(200, &[]);
    clerk.resend(header(&attempts[0], "svix-id")).unwrap();
    let again = ear.hear(&clerk).await;
    assert_eq!(again[0].body(), attempts[0].body());
    assert!(ear.hear(&clerk).await.is_empty());
}

#[tokio::test]
async fn a_receiver_may_end_the_retries_and_is_switched_off_after_days_of_failure() {
    let (clerk, hand) = lab();
    clerk.add_endpoint(HOOK, &[]);
    let ear = Ear::new(500);
    ear.say(500, &[("webhook-delivery", "abort-message")]);
    clerk.add_user("a@example.test", "Ana", "Marsh");
    assert_eq!(ear.hear(&clerk).await.len(), 1);
    assert_eq!(clerk.due().0, None);
    ear.say(302, &[]);
    for _ in 0..6 {
        hand.pass(SignedDuration::from_hours(24));
        clerk.add_user("b@example.test", "Ana", "Marsh");
        ear.hear(&clerk).await;
    }
    clerk.add_user("c@example.test", "Ana", "Marsh");
    assert!(ear.hear(&clerk).await.is_empty(), "nobody is asked any more");
}

#[tokio::test]
async fn while_a_secret_is_rolled_both_sign() {
    let (clerk, hand) = lab();
    let (endpoint, old) = clerk.add_endpoint(HOOK, &[]);
    let fresh = clerk.roll_secret(endpoint).unwrap();
    let ear = Ear::new(200);
    clerk.add_user("a@example.test", "Ana", "Marsh");
    let request = ear.hear(&clerk).await.remove(0);
    let both = format!("{} {}", signed(&fresh, &request), signed(&old, &request));
    assert_eq!(header(&request, "svix-signature"), both);
    hand.pass(SignedDuration::from_hours(24));
    clerk.add_user("b@example.test", "Ana", "Marsh");
    let request = ear.hear(&clerk).await.remove(0);
    assert_eq!(header(&request, "svix-signature"), signed(&fresh, &request));
}

#[tokio::test]
async fn faults_lose_double_and_reorder() {
    let (clerk, hand) = lab();
    clerk.add_endpoint(HOOK, &[]);
    clerk.set_hook_faults(HookFaults { drop: 0.1, double: 0.1, reorder: 0.3, ..HookFaults::default() });
    let ear = Ear::new(200);
    let mut ids = Vec::new();
    for _ in 0..200 {
        hand.pass(SignedDuration::from_secs(1));
        clerk.churn(1);
        ids.extend(ear.hear(&clerk).await.iter().map(|it| body(it)["timestamp"].as_i64().unwrap()));
    }
    let totals = clerk.hook_totals();
    assert!(totals.undelivered["lost"] > 0 && totals.doubled > 0 && totals.held > 0, "{totals:?}");
    assert!(ids.windows(2).any(|pair| pair[0] > pair[1]));
}

#[tokio::test]
async fn it_works_over_http_with_control() {
    let (clerk, _) = lab();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let serving = clerk.clone();
    let task = tokio::spawn({
        let stop = stop.clone();
        async move { serving.serve(listener, stop).await }
    });
    let order = |text: &str| {
        let request = Request::post(format!("{origin}/__simulator/commands"));
        request.body(Bytes::copy_from_slice(text.as_bytes())).unwrap()
    };
    let network = Network::default();
    let wait = std::time::Duration::from_secs(10);
    let made = hooks::Sink::send(
        &network,
        order(r#"{"do": "add_organization", "name": "Norte", "created_by": null}"#),
        wait,
    );
    let made: serde_json::Value = serde_json::from_slice(made.await.unwrap().body()).unwrap();
    assert!(made["result"].as_str().unwrap().starts_with("org_"));
    let refused = hooks::Sink::send(&network, order(r#"{"do": "delete_user", "user": "user_x"}"#), wait);
    assert_eq!(refused.await.unwrap().status(), 409);
    let keys = hooks::Sink::send(&network, get(&format!("{origin}/.well-known/jwks.json"), ""), wait);
    assert_eq!(keys.await.unwrap().status(), 200);
    stop.cancel();
    task.await.unwrap();
}
