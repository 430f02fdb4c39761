//! Tokens: asked for, ending, dying; limits.

use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, FaultRule, When};
use routiq_simulators::google_calendar::{Command, Settings};
use serde_json::json;

use crate::common::{form, json as read};
use crate::{ANA, lab, token};

#[tokio::test]
async fn an_access_token_lasts_an_hour_and_a_refresh_token_stays_the_same() {
    let mut lab = lab(Settings::default()).await;
    assert_eq!(lab.events("").await.0, 200);
    lab.hand.pass(SignedDuration::from_hours(1));
    let (status, body) = lab.events("").await;
    assert_eq!((status, &body["error"]["errors"][0]["reason"]), (401, &json!("authError")));
    let refresh = lab.google.grant(ANA);
    for _ in 0..2 {
        let (status, body) = token(&lab.google, &refresh).await;
        assert_eq!((status, &body["expires_in"], &body["token_type"]), (200, &json!(3599), &json!("Bearer")));
        assert!(body.get("refresh_token").is_none());
        lab.bearer = format!("Bearer {}", body["access_token"].as_str().unwrap());
        assert_eq!(lab.events("").await.0, 200);
    }
    lab.google.command(Command::ExpireAccess { account: ANA.to_owned() }).unwrap();
    assert_eq!(lab.events("").await.0, 401);
}

#[tokio::test]
async fn a_dead_grant_says_so_and_a_new_one_kills_the_old() {
    let lab = lab(Settings::default()).await;
    let first = lab.google.grant(ANA);
    let second = lab.google.grant(ANA);
    let (status, body) = token(&lab.google, &first).await;
    assert_eq!((status, &body["error"]), (400, &json!("invalid_grant")));
    assert_eq!(token(&lab.google, &second).await.0, 200);
    lab.google.revoke(ANA).unwrap();
    assert_eq!(token(&lab.google, &second).await.1["error"], "invalid_grant");
    assert_eq!(lab.events("").await.0, 401, "access ends as well");
    let wrong = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "x")];
    let (status, body) = read(lab.google.handle(form("/token", "", &wrong)).await.unwrap());
    assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let lab = lab(Settings::default()).await;
    let code = lab.google.command(Command::Authorize { account: ANA.to_owned() }).unwrap();
    let (id, secret) = lab.google.client();
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str().unwrap()),
        ("client_id", id.as_str()),
        ("client_secret", secret.as_str()),
        ("redirect_uri", "https://app.example.test/back"),
    ];
    let (status, body) = read(lab.google.handle(form("/token", "", &pairs)).await.unwrap());
    assert_eq!(status, 200);
    assert_eq!(token(&lab.google, body["refresh_token"].as_str().unwrap()).await.0, 200);
    assert_eq!(read(lab.google.handle(form("/token", "", &pairs)).await.unwrap()).0, 400);
}

#[tokio::test]
async fn too_many_requests_are_403_or_429_and_counted() {
    let lab = lab(Settings { requests_per_minute: 3, ..Settings::default() }).await;
    for _ in 0..3 {
        assert_eq!(lab.events("").await.0, 200);
    }
    let mut refusals = Vec::new();
    for _ in 0..3 {
        let (status, body) = lab.events("").await;
        refusals.push((status, body["error"]["errors"][0]["reason"].as_str().unwrap().to_owned()));
    }
    refusals.sort();
    let expected = [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (429, "rateLimitExceeded")];
    assert_eq!(refusals, expected.map(|(status, reason)| (status, reason.to_owned())));
    assert_eq!(lab.google.counters().violations, 3);
    lab.pass_minutes(1);
    assert_eq!(lab.events("").await.0, 200);
    lab.google.fault(FaultRule { fault: Fault::RateLimited, path: None, when: When::ONCE });
    assert!([403, 429].contains(&lab.events("").await.0));
    assert_eq!(lab.google.counters().violations, 3, "played");
}

#[tokio::test]
async fn others_calendars_are_not_found() {
    let lab = lab(Settings::default()).await;
    lab.google.grant("bea@example.test");
    lab.google.add_calendar("bea@example.test", "Bea", "UTC").unwrap();
    assert_eq!(lab.ask("/calendar/v3/calendars/bea%40example.test/events").await.0, 404);
    assert_eq!(lab.ask("/calendar/v3/calendars/primary/events").await.0, 200);
}
