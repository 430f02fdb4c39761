//! The Backend API: who may ask, pages, limits.

use jiff::SignedDuration;
use routiq_simulators::clerk::{Clerk, Settings};
use routiq_simulators::faults::{Fault, FaultRule, When};
use serde_json::Value;

use crate::common::{Hand, get, json};

fn lab(settings: Settings) -> (Clerk, Hand) {
    let hand = Hand::at("2026-06-15T10:00:00Z");
    (Clerk::new(settings, hand.clock()), hand)
}

async fn ask(clerk: &Clerk, path: &str) -> (u16, Value) {
    json(clerk.handle(get(path, &format!("Bearer {}", clerk.secret_key()))).await.unwrap())
}

#[tokio::test]
async fn lists_come_newest_first_in_pages_and_users_without_a_wrapper() {
    let (clerk, hand) = lab(Settings::default());
    let organization = clerk.add_organization("Harbour Physio");
    for n in 0..12 {
        hand.pass(SignedDuration::from_secs(1));
        let user = clerk.add_user(&format!("P{n}@example.test"), "Ana", "Marsh");
        clerk.set_member(&organization, &user, "org:member").unwrap();
    }
    let (status, users) = ask(&clerk, "/v1/users").await;
    assert_eq!(status, 200);
    let addresses = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["email_addresses"][0]["email_address"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(addresses(&users).len(), 10);
    assert_eq!(addresses(&users)[0], "p11@example.test");
    let (_, rest) = ask(&clerk, "/v1/users?limit=500&offset=10").await;
    assert_eq!(addresses(&rest), ["p1@example.test", "p0@example.test"]);
    let (_, first) = ask(&clerk, "/v1/users?limit=1&order_by=%2Bcreated_at").await;
    assert_eq!(addresses(&first), ["p0@example.test"]);
    assert_eq!(first[0]["primary_email_address_id"], first[0]["email_addresses"][0]["id"]);
    assert!(first[0]["created_at"].as_i64().unwrap() > 1_700_000_000_000, "milliseconds");

    let (_, members) =
        ask(&clerk, &format!("/v1/organizations/{organization}/memberships?limit=3&offset=2")).await;
    assert_eq!((&members["total_count"], members["data"].as_array().unwrap().len()), (&12.into(), 3));
    assert_eq!(members["data"][0]["public_user_data"]["identifier"], "p9@example.test");
    assert_eq!(members["data"][0]["role"], "org:member");
    let (_, organizations) = ask(&clerk, "/v1/organizations").await;
    assert_eq!(organizations["data"][0]["id"], organization.as_str());
    for path in ["/v1/users?limit=0", "/v1/users?limit=501", "/v1/organizations?offset=x"] {
        assert_eq!(ask(&clerk, path).await.0, 422, "{path}");
    }
    assert_eq!(ask(&clerk, "/v1/organizations/org_none/memberships").await.0, 404);
}

#[tokio::test]
async fn strangers_are_refused_and_the_key_set_is_public() {
    let (clerk, _) = lab(Settings::default());
    let (status, body) = json(clerk.handle(get("/v1/users", "Bearer sk_live_wrong")).await.unwrap());
    assert_eq!((status, &body["errors"][0]["code"]), (401, &"authentication_invalid".into()));
    let (status, keys) = json(clerk.handle(get("/.well-known/jwks.json", "")).await.unwrap());
    assert_eq!(status, 200);
    assert_eq!(ask(&clerk, "/v1/jwks").await.1, keys);
    assert_eq!(keys["keys"][0]["alg"], "RS256");
    clerk.rotate_keys();
    let (_, rotated) = json(clerk.handle(get("/.well-known/jwks.json", "")).await.unwrap());
    assert_eq!(rotated["keys"].as_array().unwrap().len(), 1);
    assert_ne!(rotated["keys"][0]["kid"], keys["keys"][0]["kid"]);
    assert_ne!(rotated["keys"][0]["n"], keys["keys"][0]["n"]);
}

#[tokio::test]
async fn ten_seconds_allow_so_many_and_say_when_to_come_back() {
    let (clerk, hand) = lab(Settings { production: false, ..Settings::default() });
    hand.pass(SignedDuration::from_secs(3));
    for _ in 0..100 {
        assert_eq!(ask(&clerk, "/v1/users").await.0, 200);
    }
    let refusal = clerk.handle(get("/v1/users", &format!("Bearer {}", clerk.secret_key()))).await.unwrap();
    assert_eq!((refusal.status().as_u16(), &refusal.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    assert_eq!(clerk.counters().violations, 1);
    hand.pass(SignedDuration::from_secs(7));
    assert_eq!(ask(&clerk, "/v1/users").await.0, 200);
}

#[tokio::test]
async fn faults_hit_the_paths_they_are_meant_for() {
    let (clerk, _) = lab(Settings::default());
    let rule = |fault, path: &str| FaultRule { fault, path: Some(path.to_owned()), when: When::ONCE };
    clerk.fault(rule(Fault::Html(503), "v1/organizations"));
    clerk.fault(rule(Fault::Timeout, "v1/organizations/*/memberships"));
    assert_eq!(ask(&clerk, "/v1/users").await.0, 200);
    assert_eq!(ask(&clerk, "/v1/organizations").await.0, 503);
    assert_eq!(ask(&clerk, "/v1/organizations").await.0, 200);
    assert!(clerk.handle(get("/v1/organizations/x/memberships", "")).await.is_err());
}

#[tokio::test]
async fn the_lists_are_the_ledger_after_a_busy_life_and_the_seed_decides_it() {
    let run = async |seed| {
        let (clerk, hand) = lab(Settings { seed, ..Settings::default() });
        for _ in 0..300 {
            hand.pass(SignedDuration::from_secs(1));
            clerk.churn(1);
        }
        let ledger = clerk.ledger();
        let (_, users) = ask(&clerk, "/v1/users?limit=500").await;
        assert_eq!(users.as_array().unwrap().len(), ledger.users.len());
        let mut members = Vec::new();
        for organization in &ledger.organizations {
            let path = format!("/v1/organizations/{}/memberships?limit=500", organization.id);
            let (_, page) = ask(&clerk, &path).await;
            for row in page["data"].as_array().unwrap() {
                members.push((
                    row["organization"]["id"].as_str().unwrap().to_owned(),
                    row["public_user_data"]["user_id"].as_str().unwrap().to_owned(),
                    row["role"].as_str().unwrap().to_owned(),
                ));
            }
        }
        members.sort();
        let truth: Vec<_> = ledger
            .memberships
            .iter()
            .map(|it| (it.organization.clone(), it.user.clone(), it.role.clone()))
            .collect();
        assert_eq!(members, truth);
        assert!(!ledger.deleted_users.is_empty() && !ledger.deleted_organizations.is_empty());
        ledger
    };
    assert_eq!(run(4).await, run(4).await);
    assert_ne!(run(4).await, run(5).await);
}
