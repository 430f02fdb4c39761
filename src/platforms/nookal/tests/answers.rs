//! Requests as the older interface wants them, and what its refusals mean.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::platforms::Plan;

#[tokio::test]
async fn the_key_travels_in_the_body_and_changes_are_asked_a_day_back_in_utc() {
    let (adapter, asked) = adapter(|_| respond(200, success("patients", &json!([]))));
    let what = json!({ "ask": "read", "part": "deceased", "by": "changed", "since": "2026-06-01T00:00:00.25Z",
        "before": null, "page": 2, "token": null });
    let call = Call { stream: "contacts", what, urgency: Urgency::Poll };
    let page = pull(&adapter, &placed(), &call).await.unwrap();
    let asked = asked.lock().unwrap();
    let request = &asked[0];
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://api.nookal.com/production/v2/getPatients");
    assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded; charset=UTF-8");
    assert_eq!(
        body(request),
        "api_key=a%2Dkey%2Dthat%2Dmust%2Dnot%2Dshow&deceased=1&last_modified=2026%2D06%2D01%2000%3A00%3A00\
         &page=2&page_length=200"
    );
    assert_eq!(
        page.request,
        "/production/v2/getPatients?deceased=1&last_modified=2026-06-01+00:00:00&page=2&page_length=200"
    );
}

#[test]
fn a_poll_reaches_back_further_than_any_zone_is_from_another() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let mut state = placed();
    let at = start().to_string();
    let parts =
        json!({ "patients": { "polled": at, "reach": at }, "deceased": { "polled": at, "reach": at } });
    let cursor = json!({ "parts": parts, "swept": at });
    state.streams.insert("contacts".into(), StreamState { cursor, proven_until: None });
    let now = start() + jiff::SignedDuration::from_secs(61);
    // Everything else is imported first or later; the poll of patients is late.
    let later = now + jiff::SignedDuration::from_secs(61);
    let Plan::Ask(call) = adapter.plan(&account(), &state, later) else { panic!() };
    assert_eq!(call.what["part"], "patients");
    let since: Timestamp = call.what["since"].as_str().unwrap().parse().unwrap();
    assert!(start().duration_since(since) >= jiff::SignedDuration::from_hours(24), "{since}");
}

#[tokio::test]
async fn a_failure_answers_200_and_is_told_by_its_word() {
    let failed = |details: Value| async move {
        let body = json!({ "status": "failure", "details": details }).to_string();
        let (adapter, _) = adapter(move |_| respond(200, body.clone()));
        pull(&adapter, &placed(), &read("contacts", "patients")).await.unwrap_err()
    };
    for code in ["L000_1", "L000_2", "L000"] {
        let error = failed(json!({ "errorMessage": "never-quote", "errorCode": code })).await;
        assert!(
            matches!(&error, PlatformError::Denied(reason) if reason.contains(code) && !reason.contains("never")),
            "{error}"
        );
    }
    for details in [
        json!({ "errorMessage": "never-quote", "errorCode": "L005_3" }),
        json!({ "errorCode": "<never-quote>" }),
        json!([]),
        json!(null),
    ] {
        let error = failed(details).await;
        assert!(matches!(&error, PlatformError::Malformed(reason) if !reason.contains("never")), "{error}");
    }
}

#[tokio::test]
async fn what_is_neither_success_nor_failure_is_no_answer() {
    let refused = |status: u16, body: &'static str| async move {
        let (adapter, _) = adapter(move |_| respond(status, body));
        pull(&adapter, &placed(), &read("contacts", "patients")).await.unwrap_err()
    };
    for (status, body) in
        [(500, "<html>"), (502, ""), (200, "<html>login</html>"), (200, r#"{"status":"succ"#), (200, "")]
    {
        assert!(matches!(refused(status, body).await, PlatformError::Transient(_)), "{status} {body}");
    }
    for body in [
        "{}",
        "[]",
        r#"{"status":"perhaps"}"#,
        r#"{"status":"success"}"#,
        r#"{"status":"success","data":{}}"#,
        r#"{"status":"success","data":{"results":{"others":[]}}}"#,
        r#"{"status":"success","data":{"results":{"patients":5}}}"#,
    ] {
        assert!(matches!(refused(200, body).await, PlatformError::Malformed(_)), "{body}");
    }
    assert!(matches!(refused(401, "{}").await, PlatformError::Denied(_)));
    assert!(matches!(refused(404, "<html>").await, PlatformError::Malformed(_)));
    assert!(matches!(refused(302, "").await, PlatformError::Malformed(_)));
}

#[tokio::test]
async fn the_next_page_is_told_in_either_place_as_a_number_or_a_text() {
    let more = |settings: Value, details: Value| async move {
        let body = json!({ "status": "success", "settings": settings, "details": details,
            "data": { "results": { "patients": [{ "ID": "42" }] } } })
        .to_string();
        let (adapter, _) = adapter(move |_| respond(200, body.clone()));
        let page = pull(&adapter, &placed(), &read("contacts", "patients")).await.unwrap();
        let crate::domain::stream::StateChange::Stream { cursor, .. } = page.state.last().unwrap() else {
            panic!()
        };
        cursor["parts"]["patients"]["walk"]["page"].as_u64()
    };
    assert_eq!(more(json!({ "nextPage": 2 }), json!({})).await, Some(2));
    assert_eq!(more(json!({ "nextPage": "2" }), json!([])).await, Some(2));
    assert_eq!(more(json!([]), json!({ "nextPage": "2", "totalItems": "201" })).await, Some(2));
    assert_eq!(more(json!({ "nextPage": null }), json!({ "nextPage": 2 })).await, Some(2));
    for last in [json!(null), json!(""), json!(0), json!("no")] {
        assert_eq!(more(json!({ "nextPage": last }), json!({ "totalItems": 1 })).await, None, "{last}");
    }
}

#[tokio::test]
async fn slow_down_is_obeyed_for_as_long_as_it_is_told_or_a_minute() {
    let limited = |header: Option<&'static str>| async move {
        let (adapter, _) = adapter(move |_| {
            let builder = Response::builder().status(429);
            let builder =
                if let Some(value) = header { builder.header("Retry-After", value) } else { builder };
            Ok(builder.body(Bytes::new()).unwrap())
        });
        match pull(&adapter, &placed(), &read("contacts", "patients")).await.unwrap_err() {
            PlatformError::RateLimited { budget, retry_after } => {
                assert_eq!(budget, format!("account:{}", account().id));
                retry_after
            }
            other => panic!("{other}"),
        }
    };
    let second = Duration::from_secs(1);
    assert_eq!(limited(Some("20")).await, 21 * second);
    assert_eq!(limited(None).await, 61 * second);
    assert_eq!(limited(Some("soon")).await, 61 * second);
}

#[tokio::test]
async fn with_no_key_nothing_is_asked() {
    let (adapter, asked) = adapter(|_| respond(200, "{}"));
    for key in ["", "two words", "naïve"] {
        let key = SecretString::from(key);
        let answer = adapter.pull(&account(), &key, &placed(), &read("contacts", "patients"), start()).await;
        assert!(matches!(answer, Err(PlatformError::Denied(_))));
    }
    assert!(asked.lock().unwrap().is_empty());
}

#[test]
fn a_request_draws_on_its_own_account_alone_at_its_own_host() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let call = read("contacts", "patients");
    let demand = adapter.demand(&account(), &call);
    let names: Vec<_> = demand.budgets.iter().map(|budget| budget.name.to_string()).collect();
    assert_eq!(names, [format!("account:{}", account().id), "daemon:workers".to_owned()]);
    assert!(format!("{:?}", demand.budgets[0].limit).contains("100"));
    assert_eq!(demand.host.as_ref(), "api.nookal.com");
    assert_eq!(adapter.demand(&newer(), &call).host.as_ref(), "au-apiv3.nookal.com");
}

#[test]
fn settings_that_cannot_work_are_refused_by_name() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let check = |settings| adapter.check_settings("harbour", &settings);
    assert!(check(json!({})).is_ok());
    assert!(check(json!({ "clinical_notes": true, "poll_interval_seconds": "120", "api": "v2" })).is_ok());
    assert!(check(json!({ "api": "v3", "timezone": "Europe/London", "closed_locations": "3, 4" })).is_ok());
    assert!(check(json!({ "base_url": "https://uk-apiv3.nookal.com" })).is_ok());
    for (settings, name) in [
        (json!([]), "settings"),
        (json!({ "region": "au" }), "region"),
        (json!({ "api": "v1" }), "api"),
        (json!({ "api": "v3" }), "timezone"),
        (json!({ "api": "v3", "timezone": "Australia/Perth", "clinical_notes": true }), "clinical_notes"),
        (json!({ "timezone": "Perth" }), "timezone"),
        (json!({ "clinical_notes": "perhaps" }), "clinical_notes"),
        (json!({ "poll_interval_seconds": 5 }), "poll_interval_seconds"),
        (json!({ "requests_per_minute": 500 }), "requests_per_minute"),
        (json!({ "closed_locations": ["north"] }), "closed_locations"),
        (json!({ "closed_locations": 3 }), "closed_locations"),
        (json!({ "base_url": "https://evil.example.org" }), "base_url"),
        (json!({ "base_url": "https://evilnookal.com" }), "base_url"),
        (json!({ "base_url": "https://api.nookal.com.evil.example.org" }), "base_url"),
        (json!({ "base_url": "http://127.0.0.1:8900" }), "base_url"),
    ] {
        let refused = check(settings.clone()).unwrap_err();
        assert!(
            refused.starts_with(&format!("{name}: ")) && refused.contains("allowed: "),
            "{settings}: {refused}"
        );
    }
    for name in ["", "../4", "a b"] {
        assert!(adapter.check_settings(name, &json!({})).is_err(), "{name}");
    }
}

#[test]
fn notes_are_read_where_they_are_wanted_and_the_newer_interface_has_other_streams() {
    let (adapter, _) = adapter(|_| respond(200, "{}"));
    let notes = Account { settings: json!({ "clinical_notes": true }), ..account() };
    assert!(adapter.streams(&notes).contains(&"clinical_notes"));
    let (older, newer) = (adapter.streams(&account()), adapter.streams(&newer()));
    assert!(!older.contains(&"clinical_notes") && older.contains(&"payments"));
    assert_eq!(newer, ["appointments", "contacts", "invoices", "payments", "locations"]);
}
