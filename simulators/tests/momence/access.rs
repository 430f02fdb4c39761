//! Tokens and limits.

use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::momence::{Command, Settings};
use serde_json::json;

use crate::common::{form, get, json as read};
use crate::lab;

#[tokio::test]
async fn tokens_have_two_spellings_and_absolute_ends() {
    let mut lab = lab(Settings::default()).await;
    let body = lab.sign_in().await;
    assert_eq!(
        (&body["accessToken"], &body["refreshToken"]),
        (&body["access_token"], &body["refresh_token"])
    );
    assert_eq!(body["accessTokenExpiresAt"], "2026-01-05T18:04:05.000Z");
    assert_eq!(body["refreshTokenExpiresAt"], "2026-02-04T15:04:05.000Z");
    assert!(body.get("expires_in").is_none());
    lab.hand.pass(SignedDuration::from_hours(3));
    assert_eq!(lab.ask("members?page=0&pageSize=10").await.0, 401);
}

#[tokio::test]
async fn a_refresh_token_is_good_once_where_it_rotates() {
    for rotates_refresh in [true, false] {
        let mut lab = lab(Settings { rotates_refresh, ..Settings::default() }).await;
        let first = lab.sign_in().await;
        let old = first["refresh_token"].as_str().unwrap();
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", old)];
        let (status, second) = lab.token(&pairs).await;
        assert_eq!(status, 200);
        assert_eq!(second["refresh_token"] == first["refresh_token"], !rotates_refresh);
        assert_eq!(lab.token(&pairs).await.0, if rotates_refresh { 400 } else { 200 });
        lab.hand.pass(SignedDuration::from_hours(24 * 31));
        let last = second["refresh_token"].as_str().unwrap();
        let pairs = [("grant_type", "refresh_token"), ("refresh_token", last)];
        assert_eq!(lab.token(&pairs).await.0, 400, "after its end");
    }
}

#[tokio::test]
async fn clients_are_known_by_basic_and_forms_alone_are_read() {
    let lab = lab(Settings::default()).await;
    let pairs = [("grant_type", "password"), ("username", "x"), ("password", "y")];
    assert_eq!(lab.token(&pairs).await.0, 400, "wrong password");
    let stranger = form("/api/v2/auth/token", "Basic eDp5", &pairs);
    assert_eq!(read(lab.momence.handle(stranger).await.unwrap()).0, 401);
    let as_json = crate::common::post("/api/v2/auth/token", &lab.basic(), &json!({"grant_type": "password"}));
    assert_eq!(read(lab.momence.handle(as_json).await.unwrap()).0, 415);
}

#[tokio::test]
async fn a_code_comes_by_the_page_of_consent_and_is_good_once() {
    let lab = lab(Settings::default()).await;
    let uri = format!(
        "/api/v2/auth/authorize?client_id={}&redirect_uri=https%3A%2F%2Fapp.example.test%2Fback&response_type=code&state=s1",
        lab.seat.client_id
    );
    let answer = lab.momence.handle(get(&uri, "")).await.unwrap();
    assert_eq!(answer.status(), 302);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    assert!(to.starts_with("https://app.example.test/back?code=") && to.ends_with("&state=s1"));
    let code = to.split(['=', '&']).nth(1).unwrap();
    let back = "https://app.example.test/back";
    let wrong = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", back)];
    assert_eq!(lab.token(&wrong).await.0, 400);
    let right = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back)];
    assert_eq!(lab.token(&right).await.0, 200);
    assert_eq!(lab.token(&right).await.0, 400);
}

#[tokio::test]
async fn a_revoked_credential_needs_the_new_password() {
    let mut lab = lab(Settings::default()).await;
    let password = lab.momence.revoke(lab.seat.host).unwrap();
    assert_eq!(lab.ask("members?page=0&pageSize=10").await.0, 401);
    lab.seat.password = password;
    lab.sign_in().await;
    assert_eq!(lab.ask("members?page=0&pageSize=10").await.0, 200);
    lab.momence.command(Command::ExpireAccess { host: lab.seat.host }).unwrap();
    assert_eq!(lab.ask("members?page=0&pageSize=10").await.0, 401);
}

#[tokio::test]
async fn two_requests_a_second_and_a_word_when_to_come_again() {
    let lab = lab(Settings::default()).await;
    let path = "members?page=0&pageSize=10";
    assert_eq!(lab.at_once(path).await.0, 200);
    assert_eq!(lab.at_once(path).await.0, 200);
    let uri = format!("/api/v2/host/{path}");
    let refusal = lab.momence.handle(get(&uri, &lab.bearer)).await.unwrap();
    assert_eq!((refusal.status().as_u16(), refusal.headers()["retry-after"].as_bytes()), (429, &b"2"[..]));
    assert_eq!(lab.momence.counters().violations, 1);
    lab.hand.pass(SignedDuration::from_secs(2));
    assert_eq!(lab.at_once(path).await.0, 200);
    lab.momence.fault(FaultRule { fault: Fault::RateLimited, path: None, when: When::ONCE });
    assert_eq!(lab.ask(path).await.0, 429);
    assert_eq!(lab.momence.counters().violations, 1);
}
