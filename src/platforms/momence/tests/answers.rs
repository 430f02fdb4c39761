//! Tokens, and what refusals mean.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::header;

use super::*;

#[tokio::test]
async fn a_token_is_got_with_the_password_kept_in_memory_and_renewed_before_it_ends() {
    let mut desk = Desk::new();
    let page = desk.answer(list(&json!([]), None)).await.unwrap();
    {
        let asked = desk.asked.lock().unwrap();
        assert_eq!(asked[0].uri().to_string(), "https://api.momence.com/api/v2/auth/token");
        let basic =
            asked[0].headers()[header::AUTHORIZATION].to_str().unwrap().strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(basic).unwrap(), b"id:secret");
        assert_eq!(asked[0].headers()[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
        let form: std::collections::BTreeMap<_, _> =
            form_urlencoded::parse(asked[0].body()).into_owned().collect();
        assert_eq!((form["grant_type"].as_str(), form["password"].as_str()), ("password", PASSWORD));
        assert_eq!(asked[1].headers()[header::AUTHORIZATION], "Bearer t1-short");
        assert!(asked[1].headers()[header::AUTHORIZATION].is_sensitive());
    }
    let kept = format!("{page:?}{:?}", desk.state);
    assert!(!kept.contains("t1-short") && !kept.contains(PASSWORD), "{kept}");
    desk.pass(3 * 3600 - 30);
    desk.answer(list(&json!([]), None)).await.unwrap();
    assert_eq!(desk.asked.lock().unwrap()[2].uri().path(), "/api/v2/auth/token", "a minute before it ends");
}

#[tokio::test]
async fn a_token_refused_at_once_is_no_accident_and_one_refused_later_is() {
    let error = Desk::new().answer(respond(401, "{}")).await.unwrap_err();
    assert!(matches!(&error, PlatformError::Denied(reason) if reason.contains("just given")), "{error}");
    let mut desk = Desk::new();
    desk.answer(list(&json!([]), None)).await.unwrap();
    let page = desk.answer(respond(401, "{}")).await.unwrap();
    assert!(page.state.is_empty() && page.changes.is_empty());
}

#[tokio::test]
async fn a_credential_that_is_none_or_refused_is_told_plainly_and_never_quoted() {
    for (stored, name) in
        [("sk_not_json", "not JSON"), (r#"{"client_id":"a","client_secret":"b","username":"c"}"#, "password")]
    {
        let desk = Desk::new();
        let Plan::Ask(call) = desk.plan() else { panic!() };
        let stored = SecretString::from(stored);
        let error =
            desk.adapter.pull(&desk.account, &stored, &desk.state, &call, desk.now).await.unwrap_err();
        assert!(
            matches!(&error, PlatformError::Denied(reason) if reason.contains(name) && !reason.contains("sk_")),
            "{error}"
        );
    }
    for (status, denied) in [(400, true), (401, true), (403, true), (404, false), (503, false)] {
        let transport =
            InProcess::new(move |_| std::future::ready(respond(status, r#"{"message":"Invalid grant"}"#)));
        let adapter = Momence::new(Arc::new(transport), config());
        let desk = Desk::new();
        let Plan::Ask(call) = desk.plan() else { panic!() };
        let error =
            adapter.pull(&desk.account, &credential(), &desk.state, &call, desk.now).await.unwrap_err();
        assert_eq!(matches!(error, PlatformError::Denied(_)), denied, "{status}: {error}");
    }
}

#[tokio::test]
async fn refusals_are_told_by_what_follows_from_them() {
    let slow = Ok(Response::builder().status(429).header("retry-after", "2").body(Bytes::new()).unwrap());
    match Desk::new().answer(slow).await.unwrap_err() {
        PlatformError::RateLimited { budget, retry_after } => {
            assert!(budget.starts_with("account:") && retry_after.as_secs() == 3, "{budget} {retry_after:?}");
        }
        other => panic!("{other}"),
    }
    let error = Desk::new().answer(respond(403, "{}")).await.unwrap_err();
    assert!(matches!(error, PlatformError::Denied(_)), "{error}");
    for (status, body, transient) in [
        (500, "{}", true),
        (200, "<html>", true),
        (200, "{\"payload\":[", true),
        (200, "{\"pagination\":{}}", false),
        (200, "{\"payload\":{}}", false),
        (400, "{}", false),
        (404, "{}", false),
    ] {
        let error = Desk::new().answer(respond(status, body)).await.unwrap_err();
        assert_eq!(matches!(error, PlatformError::Transient(_)), transient, "{status} {body}: {error}");
        assert!(transient || matches!(error, PlatformError::Malformed(_)), "{error}");
    }
}
