//! Hosts, keys, `User-Agent`, roles, the limit.

use jiff::SignedDuration;
use routiq_simulators::clinic::Clinic;
use routiq_simulators::cliniko::{Role, Settings};
use serde_json::json;

use crate::common::json;
use crate::{AGENT, BASE, basic, lab, lab_with, request};

#[tokio::test]
async fn the_key_is_the_user_name_with_or_without_its_shard() {
    let lab = lab();
    let body = lab.seat.key.strip_suffix("-au2").unwrap();
    assert!(body.contains('-'), "the body of a key may hold hyphens itself");
    for (key, expected) in [(lab.seat.key.as_str(), 200), (body, 200), ("nobody-au2", 401)] {
        let answer = lab.cliniko.handle(request("GET", &format!("{BASE}/user"), key, "")).await.unwrap();
        assert_eq!(answer.status(), expected);
    }
    let mut secret = request("GET", &format!("{BASE}/user"), "", "");
    let pair = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        format!("{}:{}", lab.seat.key, "password"),
    );
    secret.headers_mut().insert("authorization", format!("Basic {pair}").parse().unwrap());
    assert_eq!(lab.cliniko.handle(secret).await.unwrap().status(), 401, "the password is empty");
    let mut bearer = request("GET", &format!("{BASE}/user"), "", "");
    bearer.headers_mut().insert("authorization", format!("Bearer {}", lab.seat.key).parse().unwrap());
    assert_eq!(lab.cliniko.handle(bearer).await.unwrap().status(), 401);
}

#[tokio::test]
async fn the_connection_check_names_person_and_practice() {
    let lab = lab();
    let user = lab.ok("/user").await;
    assert_eq!(user["role"], "administrator");
    assert!(user["id"].is_string());
    let settings = lab.ok("/settings").await;
    assert_eq!((&settings["name"], &settings["country_code"]), (&json!("Harbour Physio"), &json!("AU")));
}

#[tokio::test]
async fn without_a_name_and_a_contact_requests_are_blocked() {
    let lab = lab();
    for (agent, expected) in [
        (None, 403),
        (Some("reqwest/0.13"), 403),
        (Some("Mirror (no address)"), 403),
        (Some("(desk@example.org)"), 403),
        (Some(AGENT), 200),
    ] {
        let mut request = request("GET", &format!("{BASE}/user"), &lab.seat.key, "");
        match agent {
            Some(agent) => drop(request.headers_mut().insert("user-agent", agent.parse().unwrap())),
            None => drop(request.headers_mut().remove("user-agent")),
        }
        let answer = lab.cliniko.handle(request).await.unwrap();
        assert_eq!(answer.status(), expected, "{agent:?}");
        assert_eq!(answer.headers()["content-type"] == "text/html", expected == 403, "not even JSON");
    }
    assert_eq!(lab.cliniko.blocked(), 4);
}

#[tokio::test]
async fn an_account_lives_on_one_shard_and_links_stay_there() {
    let lab = lab();
    let page = lab.ok("/patients?per_page=5").await;
    assert!(page["links"]["next"].as_str().unwrap().starts_with("https://api.au2.cliniko.com/v1/patients?"));
    let elsewhere = "https://api.au1.cliniko.com/v1/user";
    let (status, _) = json(lab.cliniko.handle(request("GET", elsewhere, &lab.seat.key, "")).await.unwrap());
    assert_eq!(status, 404, "the account is not found there");
    let old = lab.cliniko.handle(request("GET", "https://api.cliniko.com/v1/user", &lab.seat.key, "")).await;
    let old = old.unwrap();
    assert_eq!(old.status(), 301);
    assert_eq!(old.headers()["location"], "https://api.au1.cliniko.com/v1/user");
    // Over a loopback address every shard is there, and links lead back to it.
    let mut near = request("GET", "/v1/patients?per_page=5", &lab.seat.key, "");
    near.headers_mut().insert("host", "127.0.0.1:8904".parse().unwrap());
    let (_, page) = json(lab.cliniko.handle(near).await.unwrap());
    assert!(page["links"]["next"].as_str().unwrap().starts_with("http://127.0.0.1:8904/v1/patients?"));
}

#[tokio::test]
async fn an_account_that_moves_needs_a_new_key() {
    let lab = lab();
    let key = lab.cliniko.move_account(lab.seat.account, "uk1").unwrap();
    assert!(key.ends_with("-uk1"));
    assert_eq!(lab.get("/user").await.0, 401);
    let there = "https://api.uk1.cliniko.com/v1/user";
    assert_eq!(lab.cliniko.handle(request("GET", there, &key, "")).await.unwrap().status(), 200);
    assert!(lab.cliniko.move_account(lab.seat.account, "evil.example.org").is_err());
}

#[tokio::test]
async fn a_key_of_the_old_form_belongs_to_au1() {
    let lab = lab();
    let other =
        lab.cliniko.add_practice(&Clinic { patients: 3, archived: 0.0, ..Clinic::default() }, "au1").unwrap();
    let key = lab.order(json!({"do": "issue_bare_key", "account": other.account}));
    let key = key.as_str().unwrap();
    assert!(!key.contains('-'));
    let there = "https://api.au1.cliniko.com/v1/patients";
    let (status, page) = json(lab.cliniko.handle(request("GET", there, key, "")).await.unwrap());
    assert_eq!((status, &page["total_entries"]), (200, &json!(3)));
}

#[tokio::test]
async fn a_revoked_key_is_refused_and_a_new_one_works() {
    let lab = lab();
    lab.cliniko.revoke_key(&lab.seat.key).unwrap();
    assert_eq!(lab.get("/user").await.0, 401);
    let key = lab.cliniko.issue_key(lab.seat.account, Role::Administrator).unwrap();
    assert_eq!(
        lab.cliniko.handle(request("GET", &format!("{BASE}/user"), &key, "")).await.unwrap().status(),
        200
    );
}

#[tokio::test]
async fn a_low_role_is_refused_in_two_ways() {
    let lab = lab();
    let key = lab.cliniko.issue_key(lab.seat.account, Role::Receptionist).unwrap();
    for (path, expected) in [("/patients", 200), ("/treatment_notes", 403), ("/appointment_types", 404)] {
        let answer = lab.cliniko.handle(request("GET", &format!("{BASE}{path}"), &key, "")).await.unwrap();
        assert_eq!(answer.status(), expected, "{path}");
        assert_eq!(lab.get(path).await.0, 200, "an administrator may");
    }
}

#[tokio::test]
async fn a_person_has_so_many_requests_a_minute_over_all_keys() {
    let lab = lab_with(
        Settings { per_minute: 3, ..Settings::default() },
        &Clinic { patients: 1, ..Clinic::default() },
    );
    let user = lab.ok("/user").await["id"].as_str().unwrap().parse::<u64>().unwrap();
    let second = lab.order(json!({"do": "issue_key", "account": lab.seat.account, "user": user}));
    let second = second.as_str().unwrap();
    let other = lab.cliniko.issue_key(lab.seat.account, Role::Administrator).unwrap();
    let url = format!("{BASE}/user");
    for (key, expected) in
        [(second, 200), (lab.seat.key.as_str(), 200), (second, 429), (other.as_str(), 200), (second, 429)]
    {
        let answer = lab.cliniko.handle(request("GET", &url, key, "")).await.unwrap();
        assert_eq!(answer.status(), expected);
        if expected == 429 {
            let now = lab.hand.now().as_second();
            assert_eq!(answer.headers()["x-ratelimit-reset"], (now + 60 - now % 60).to_string().as_str());
            assert!(!answer.headers().contains_key("retry-after"));
        }
    }
    assert_eq!(lab.cliniko.counters().violations, 2);
    lab.hand.pass(SignedDuration::from_secs(60));
    assert_eq!(lab.get("/user").await.0, 200);
    // Others who use the same person's allowance.
    lab.order(json!({"do": "set_allowance", "per_minute": 3, "others_per_minute": 2}));
    lab.hand.pass(SignedDuration::from_secs(60));
    assert_eq!(lab.get("/user").await.0, 200);
    assert_eq!(lab.get("/user").await.0, 429, "although we are slow");
    lab.cliniko.set(|settings| settings.reset_header = false);
    let bare = lab.send("GET", "/user", "").await.unwrap();
    assert_eq!(bare.status(), 429);
    assert!(!bare.headers().contains_key("x-ratelimit-reset"));
}

#[test]
fn basic_is_the_key_and_a_colon() {
    assert_eq!(basic("a"), "Basic YTo=");
}
