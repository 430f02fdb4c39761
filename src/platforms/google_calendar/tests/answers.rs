//! Tokens, and what refusals mean.

use http::header;

use super::*;

#[tokio::test]
async fn an_access_token_is_got_first_kept_in_memory_and_renewed_before_it_ends() {
    let mut desk = Desk::new(json!({}));
    let page = desk.answer(list(&json!([]), None, Some("s1"))).await.unwrap();
    {
        let asked = desk.asked.lock().unwrap();
        assert_eq!(asked[0].uri().to_string(), "https://oauth2.googleapis.com/token");
        assert_eq!(asked[0].headers()[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
        let form: std::collections::BTreeMap<_, _> =
            form_urlencoded::parse(asked[0].body()).into_owned().collect();
        assert_eq!(
            (form["grant_type"].as_str(), form["client_secret"].as_str()),
            ("refresh_token", "se&cret")
        );
        assert_eq!(form["refresh_token"], REFRESH);
        assert_eq!(asked[1].headers()[header::AUTHORIZATION], "Bearer ya29.short");
        assert!(asked[1].headers()[header::AUTHORIZATION].is_sensitive());
        assert_eq!(asked.len(), 2);
    }
    let kept = format!("{page:?}{:?}", desk.state);
    assert!(!kept.contains("ya29.") && !kept.contains(REFRESH), "{kept}");
    desk.pass(3_000);
    desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
    assert_eq!(desk.asked.lock().unwrap().len(), 3, "the token still holds");
    desk.pass(600);
    desk.answer(list(&json!([]), None, Some("s3"))).await.unwrap();
    assert_eq!(desk.asked.lock().unwrap()[3].uri().path(), "/token", "a minute before it ends");
}

#[tokio::test]
async fn a_token_that_ends_early_is_got_again_and_one_refused_at_once_is_no_accident() {
    let mut desk = Desk::imported(json!({})).await;
    desk.pass(60);
    let page = desk.answer(refusal(401, "authError")).await.unwrap();
    assert!(page.changes.is_empty() && page.state.is_empty());
    desk.answer(list(&json!([]), None, Some("s2"))).await.unwrap();
    assert_eq!(desk.proven(), Some(desk.now), "the same was asked again with another token");

    let mut desk = Desk::new(json!({}));
    let error = desk.answer(refusal(401, "authError")).await.unwrap_err();
    assert!(matches!(&error, PlatformError::Denied(reason) if reason.contains("just given")), "{error}");
}

#[tokio::test]
async fn another_credential_gets_its_own_token() {
    let mut desk = Desk::imported(json!({})).await;
    desk.pass(60);
    let Plan::Ask(call) = desk.plan() else { panic!() };
    let other = SecretString::from(
        json!({ "client_id": "a", "client_secret": "b", "refresh_token": "c" }).to_string(),
    );
    let page = desk.adapter.pull(&desk.account, &other, &desk.state, &call, desk.now).await.unwrap();
    assert_eq!(
        (page.request.as_str(), desk.last().as_str()),
        ("/token", "https://oauth2.googleapis.com/token")
    );
}

#[tokio::test]
async fn a_credential_that_is_none_or_revoked_is_told_plainly_and_never_quoted() {
    for (stored, name) in [
        ("sk_not_json", "not JSON"),
        (r#"{"client_id":"a","client_secret":"b"}"#, "refresh_token"),
        (r#"{"client_id":"","client_secret":"b","refresh_token":"c"}"#, "client_id"),
    ] {
        let desk = Desk::new(json!({}));
        let Plan::Ask(call) = desk.plan() else { panic!() };
        let stored = SecretString::from(stored);
        let error =
            desk.adapter.pull(&desk.account, &stored, &desk.state, &call, desk.now).await.unwrap_err();
        assert!(
            matches!(&error, PlatformError::Denied(reason) if reason.contains(name) && !reason.contains("sk_")),
            "{error}"
        );
    }
    for (status, word, denied) in [
        (400, "invalid_grant", true),
        (401, "invalid_client", true),
        (403, "disabled_client", true),
        (400, "invalid_request", false),
        (503, "backend", false),
    ] {
        let transport = InProcess::new(move |_| {
            std::future::ready(respond(
                status,
                json!({ "error": word, "error_description": "x" }).to_string(),
            ))
        });
        let adapter = GoogleCalendar::new(Arc::new(transport), config());
        let desk = Desk::new(json!({}));
        let Plan::Ask(call) = desk.plan() else { panic!() };
        let error =
            adapter.pull(&desk.account, &credential(), &desk.state, &call, desk.now).await.unwrap_err();
        assert_eq!(matches!(error, PlatformError::Denied(_)), denied, "{word}: {error}");
    }
}

#[tokio::test]
async fn slow_down_comes_with_three_faces_and_pauses_grow() {
    for (status, reason, budget) in [
        (429, "rateLimitExceeded", "account:"),
        (403, "rateLimitExceeded", "account:"),
        (403, "userRateLimitExceeded", "account:"),
        (403, "quotaExceeded", "host:"),
        (403, "dailyLimitExceeded", "host:"),
    ] {
        let mut desk = Desk::new(json!({}));
        let mut pauses = Vec::new();
        for _ in 0..3 {
            match desk.answer(refusal(status, reason)).await.unwrap_err() {
                PlatformError::RateLimited { budget: named, retry_after } => {
                    assert!(named.starts_with(budget), "{status} {reason}: {named}");
                    pauses.push(retry_after.as_secs());
                }
                other => panic!("{status} {reason}: {other}"),
            }
        }
        assert_eq!(pauses, [6, 11, 21], "{status} {reason}");
        desk.answer(list(&json!([]), None, Some("s"))).await.unwrap();
        desk.pass(60);
        let error = desk.answer(refusal(status, reason)).await.unwrap_err();
        assert!(
            matches!(error, PlatformError::RateLimited { retry_after, .. } if retry_after.as_secs() == 6)
        );
    }
}

#[tokio::test]
async fn refusals_are_told_by_what_follows_from_them() {
    for reason in ["insufficientPermissions", "accessNotConfigured"] {
        let error = Desk::new(json!({})).answer(refusal(403, reason)).await.unwrap_err();
        assert!(matches!(error, PlatformError::Denied(_)), "{reason}: {error}");
    }
    let modern = json!({ "error": { "code": 403, "status": "PERMISSION_DENIED",
        "details": [{ "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT" }] } });
    let error = Desk::new(json!({})).answer(respond(403, modern.to_string())).await.unwrap_err();
    assert!(matches!(&error, PlatformError::Denied(reason) if reason.contains("consent")), "{error}");
    for (status, body, transient) in [
        (500, "{}", true),
        (503, "<html>", true),
        (200, "<html>", true),
        (200, "{\"items\":[", true),
        (200, "{\"kind\":\"calendar#events\"}", false),
        (302, "", false),
    ] {
        let error = Desk::new(json!({})).answer(respond(status, body)).await.unwrap_err();
        assert_eq!(matches!(error, PlatformError::Transient(_)), transient, "{status} {body}: {error}");
        assert!(transient || matches!(error, PlatformError::Malformed(_)), "{error}");
    }
}
