//! Requests as Cliniko wants them, and what its refusals mean.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::Response;
use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{
    domain::stream::StreamState,
    platforms::{
        Plan,
        cliniko::{client, plan::Known},
    },
};

fn known(state: &mut AccountState) {
    let known =
        Known { user: Some(start()), account: Some(start()), host: Some("api.au2.cliniko.com".into()) };
    let cursor = json!({ "own": known });
    state.streams.insert("practitioners".into(), StreamState { cursor, proven_until: None });
}

#[test]
fn the_shard_is_read_from_the_key_and_nothing_else_becomes_a_host() {
    for (key, host) in [
        ("abc-def-au2", "api.au2.cliniko.com"),
        ("abc-def-UK1", "api.uk1.cliniko.com"),
        ("abc-eu12 ", "api.eu12.cliniko.com"),
        ("0123456789abcdef", "api.au1.cliniko.com"),
        ("abc-evil.example.org", "api.au1.cliniko.com"),
        ("abc-au2/@evil.example.org", "api.au1.cliniko.com"),
        ("abc-au2.evil", "api.au1.cliniko.com"),
        ("abc-au", "api.au1.cliniko.com"),
        ("abc-au123", "api.au1.cliniko.com"),
        ("abc-2au", "api.au1.cliniko.com"),
    ] {
        assert_eq!(client::host(key), host, "{key}");
    }
}

#[tokio::test]
async fn a_request_carries_the_key_the_name_and_a_contact_and_asks_for_what_lists_hide() {
    let (adapter, asked) = adapter(|_| respond(200, r#"{"individual_appointments":[],"links":{}}"#));
    let since = json!({ "ask": "read", "part": "individual_appointments", "by": "changed",
        "since": "2026-06-01T00:00:00.25Z", "before": null, "page": 2, "token": null });
    let call = Call { stream: "appointments", what: since, urgency: Urgency::Poll };
    let page = pull(&adapter, &AccountState::default(), &call).await.unwrap();
    let asked = asked.lock().unwrap();
    let (request, headers) = (&asked[0], asked[0].headers());
    assert_eq!(request.uri().host(), Some("api.au2.cliniko.com"));
    assert_eq!(headers["user-agent"], "Routiq (it@clinic.example.org)");
    assert_eq!(headers["accept"], "application/json");
    // The key is the user's name, the password is empty.
    let basic = headers["authorization"].to_str().unwrap().strip_prefix("Basic ").unwrap();
    assert_eq!(STANDARD.decode(basic).unwrap(), format!("{KEY}:").as_bytes());
    assert!(headers["authorization"].is_sensitive());
    let target = request.uri().path_and_query().unwrap().as_str();
    assert_eq!(
        target,
        "/v1/individual_appointments?page=2&per_page=100&sort=updated_at\
         &q%5B%5D=updated%5Fat%3A%3E%3D2026%2D06%2D01T00%3A00%3A00Z\
         &q%5B%5D=archived%5Fat%3A%2A&q%5B%5D=cancelled%5Fat%3A%2A"
    );
    assert_eq!(page.request, target);
}

#[tokio::test]
async fn refusals_are_told_by_what_follows_from_them() {
    let refused = |status: u16, body: &'static str| async move {
        let (adapter, _) = adapter(move |_| respond(status, body));
        pull(&adapter, &AccountState::default(), &read("contacts", "patients")).await.unwrap_err()
    };
    for (status, body) in [(401, "{}"), (401, "<html>"), (403, "{}"), (404, "{}")] {
        let error = refused(status, body).await;
        assert!(
            matches!(&error, PlatformError::Denied(reason) if reason.contains(&status.to_string())),
            "{error}"
        );
    }
    for status in [500, 502, 503, 504] {
        assert!(
            matches!(refused(status, "<html>oops</html>").await, PlatformError::Transient(_)),
            "{status}"
        );
    }
    assert!(matches!(
        refused(400, r#"{"message":"x is not filterable"}"#).await,
        PlatformError::Malformed(_)
    ));
    assert!(matches!(refused(302, "").await, PlatformError::Malformed(_)));
    assert!(matches!(refused(200, "<html>login</html>").await, PlatformError::Transient(_)));
    assert!(matches!(refused(200, r#"{"patients":[{"id""#).await, PlatformError::Transient(_)));
    assert!(matches!(refused(200, r#"{"others":[]}"#).await, PlatformError::Malformed(_)));
}

#[tokio::test]
async fn slow_down_is_over_at_the_moment_the_header_names() {
    let limited = |header: Option<String>| async move {
        let (adapter, _) = adapter(move |_| {
            let builder = Response::builder().status(429);
            let builder = match &header {
                Some(value) => builder.header("X-RateLimit-Reset", value),
                None => builder,
            };
            Ok(builder.body(Bytes::new()).unwrap())
        });
        match pull(&adapter, &AccountState::default(), &read("contacts", "patients")).await.unwrap_err() {
            PlatformError::RateLimited { budget, retry_after } => {
                assert_eq!(budget, format!("account:{}", account().id));
                retry_after
            }
            other => panic!("{other}"),
        }
    };
    let second = Duration::from_secs(1);
    assert_eq!(limited(Some((start().as_second() + 20).to_string())).await, 21 * second);
    assert_eq!(limited(None).await, 61 * second);
    assert_eq!(limited(Some("1".into())).await, second, "a moment that is over");
    assert_eq!(limited(Some("99999999999".into())).await, 3601 * second, "not for years");
    assert_eq!(limited(Some("soon".into())).await, 61 * second);
}

#[tokio::test]
async fn without_a_contact_or_with_no_key_nothing_is_asked() {
    let (adapter, asked) = adapter(|_| respond(200, "{}"));
    for key in ["", "two words", "a:b", "naïve"] {
        let error = adapter
            .pull(
                &account(),
                &SecretString::from(key),
                &AccountState::default(),
                &read("contacts", "patients"),
                start(),
            )
            .await;
        assert!(matches!(error, Err(PlatformError::Denied(_))), "{key}");
    }
    adapter.config.store(Arc::new(ClinikoConfig { contact: None, ..config() }));
    let error = pull(&adapter, &AccountState::default(), &read("contacts", "patients")).await.unwrap_err();
    assert!(error.to_string().contains("platforms.cliniko.contact"), "{error}");
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_credential_is_checked_first_and_a_key_of_another_account_is_refused() {
    let (adapter, asked) = adapter(|request| match request.uri().path() {
        "/v1/user" => respond(200, r#"{"id":"9","first_name":"never-keep","role":"administrator"}"#),
        _ => respond(200, r#"{"id":4,"name":"Harbour","subdomain":"harbour"}"#),
    });
    let mut state = AccountState::default();
    for path in ["/v1/user", "/v1/settings"] {
        let Plan::Ask(call) = adapter.plan(&account(), &state, start()) else { panic!("{path}") };
        let page = pull(&adapter, &state, &call).await.unwrap();
        assert!(page.raw.is_empty() && page.changes.is_empty());
        for change in page.state {
            let crate::domain::stream::StateChange::Stream { stream, cursor, proven_until } = change else {
                panic!()
            };
            assert!(!cursor.to_string().contains("never-keep") && proven_until.is_none());
            state.streams.insert(stream.to_owned(), StreamState { cursor, proven_until });
        }
        assert_eq!(asked.lock().unwrap().last().unwrap().uri().path(), path);
    }
    let Plan::Ask(call) = adapter.plan(&account(), &state, start()) else { panic!() };
    assert_eq!(adapter.demand(&account(), &call).host.as_ref(), "api.au2.cliniko.com");
    let settings =
        Call { stream: "practitioners", what: json!({ "ask": "settings" }), urgency: Urgency::Poll };
    for (external_id, admitted) in [("4", true), ("Harbour", true), ("5", false)] {
        let account = Account { external_id: external_id.into(), ..account() };
        let answer = adapter.pull(&account, &SecretString::from(KEY), &state, &settings, start()).await;
        assert_eq!(answer.is_ok(), admitted, "{external_id}");
    }
}

#[test]
fn a_request_draws_on_its_own_credential_alone() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let mut state = AccountState::default();
    known(&mut state);
    let Plan::Ask(call) = adapter.plan(&account(), &state, start()) else { panic!() };
    let demand = adapter.demand(&account(), &call);
    let names: Vec<_> = demand.budgets.iter().map(|budget| budget.name.to_string()).collect();
    assert_eq!(names, [format!("account:{}", account().id), "daemon:workers".to_owned()]);
    assert!(format!("{:?}", demand.budgets[0].limit).contains("150"));
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let check = |settings| adapter.check_settings("harbour", &settings);
    assert!(check(json!({ "clinical_notes": true, "poll_interval_seconds": "120" })).is_ok());
    for (settings, name) in [
        (json!([]), "settings"),
        (json!({ "shard": "au1" }), "shard"),
        (json!({ "clinical_notes": "perhaps" }), "clinical_notes"),
        (json!({ "poll_interval_seconds": 5 }), "poll_interval_seconds"),
        (json!({ "requests_per_minute": 500 }), "requests_per_minute"),
        (json!({ "base_url": "https://evil.example.org" }), "base_url"),
        (json!({ "base_url": "http://127.0.0.1:8900" }), "base_url"),
    ] {
        let refused = check(settings.clone()).unwrap_err();
        assert!(
            refused.starts_with(&format!("{name}: ")) && refused.contains("allowed: "),
            "{settings}: {refused}"
        );
    }
    assert!(adapter.check_settings("../4", &json!({})).is_err());
    let notes = Account { settings: json!({ "clinical_notes": true }), ..account() };
    assert!(adapter.streams(&notes).contains(&"clinical_notes"));
    assert!(!adapter.streams(&account()).contains(&"clinical_notes"));
}
