//! The newer interface: tokens that end each other, faults under status 200, pages that are cut without a word.

use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{domain::stream::StateChange, platforms::nookal::places::Known};

fn call() -> Call {
    let what = json!({ "ask": "read", "part": "v3_appointments", "by": "starting", "since": "2026-06-01T00:00:00Z",
        "before": "2026-07-01T00:00:00Z", "page": 3, "token": null });
    Call { stream: "appointments", what, urgency: Urgency::Backfill }
}

async fn ask(adapter: &Nookal, state: &AccountState, now: Timestamp) -> Result<Page, PlatformError> {
    adapter.pull(&newer(), &SecretString::from(KEY), state, &call(), now).await
}

#[tokio::test]
async fn the_basic_key_is_sent_as_it_is_and_the_token_is_kept_until_it_ends() {
    let (adapter, asked) = graph(json!([]));
    let state = placed();
    for _ in 0..3 {
        ask(&adapter, &state, start()).await.unwrap();
    }
    let asked = asked.lock().unwrap();
    let paths: Vec<&str> = asked.iter().map(|request| request.uri().path()).collect();
    assert_eq!(paths, ["/oauth/token", "/graphql", "/graphql"]);
    assert_eq!(asked[0].uri().host(), Some("au-apiv3.nookal.com"));
    assert_eq!(asked[0].headers()["authorization"], format!("Basic {KEY}"));
    assert_eq!(body(&asked[0]), "grant_type=client_credentials");
    assert_eq!(asked[1].headers()["authorization"], "Bearer eyJ.never-show");
    assert!(asked.iter().all(|request| request.headers()["authorization"].is_sensitive()));
    let query: Value = serde_json::from_str(&body(&asked[1])).unwrap();
    let query = query["query"].as_str().unwrap();
    assert!(
        query.starts_with("query { rows: appointments(dateFrom: \"2026-05-31\", dateTo: \"2026-07-02\", page: 3, pageLength: 200) { apptID "),
        "{query}"
    );
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends_and_with_another_credential() {
    let (adapter, asked) = adapter(|request| match request.uri().path() {
        "/oauth/token" => respond(200, token(&(start() + jiff::SignedDuration::from_mins(10)).to_string())),
        _ => respond(200, r#"{"data":{"rows":[]}}"#),
    });
    let state = placed();
    let tokens = || asked.lock().unwrap().iter().filter(|it| it.uri().path() == "/oauth/token").count();
    let minutes = |minutes| start() + jiff::SignedDuration::from_mins(minutes);
    for (at, expected) in [(0, 1), (0, 1), (8, 1)] {
        ask(&adapter, &state, minutes(at)).await.unwrap();
        assert_eq!(tokens(), expected, "minute {at}");
    }
    ask(&adapter, &state, start() + jiff::SignedDuration::from_secs(545)).await.unwrap();
    assert_eq!(tokens(), 2, "a minute before its end");
    let other = SecretString::from("another-key");
    adapter.pull(&newer(), &other, &state, &call(), minutes(9)).await.unwrap();
    assert_eq!(tokens(), 3);
}

/// What follows when the token is given at `start` and the query is answered so after `seconds`.
async fn answered(status: u16, body: &'static str, seconds: i64) -> Result<Page, PlatformError> {
    let (adapter, asked) = adapter(move |request| match request.uri().path() {
        "/oauth/token" => respond(200, token("2027-01-01T00:00:00.000Z")),
        _ => respond(status, body),
    });
    ask(&adapter, &placed(), start()).await.unwrap();
    let later = start() + jiff::SignedDuration::from_secs(seconds);
    let answer = ask(&adapter, &placed(), later).await;
    if answer.is_ok() {
        ask(&adapter, &placed(), later).await.unwrap();
        assert_eq!(asked.lock().unwrap().last().unwrap().uri().path(), "/oauth/token", "a new one");
    }
    answer
}

#[tokio::test]
async fn a_token_that_ended_is_replaced_and_one_that_never_lasts_is_told() {
    for (status, body) in [
        (400, r#"{"message":"Token has expired, please request a new one"}"#),
        (401, r#"{"message":"Invalid token: access token is invalid"}"#),
        (401, "<html>"),
        (200, r#"{"errors":[{"message":"Please supply a current bearer token"}],"data":null}"#),
    ] {
        let page = answered(status, body, 3_000).await.unwrap();
        assert!(page.changes.is_empty() && page.state.is_empty());
        let fight = answered(status, body, 30).await.unwrap_err();
        assert!(
            matches!(&fight, PlatformError::Malformed(reason) if reason.contains("another program")),
            "{fight}"
        );
    }
}

#[tokio::test]
async fn a_refused_key_a_missing_permission_and_other_faults_have_their_own_words() {
    for (status, body) in [
        (401, r#"{"message":"never-quote"}"#),
        (400, r#"{"message":"Invalid client: client is invalid"}"#),
        (404, "{}"),
    ] {
        let (adapter, _) = adapter(move |_| respond(status, body));
        let error = ask(&adapter, &placed(), start()).await.unwrap_err();
        assert!(
            matches!(&error, PlatformError::Denied(reason) if !reason.contains("never")),
            "{status}: {error}"
        );
    }
    let (adapter, _) = adapter(|_| respond(400, r#"{"message":"grant_type"}"#));
    assert!(matches!(ask(&adapter, &placed(), start()).await, Err(PlatformError::Malformed(_))));
    let forbidden = r#"{"errors":[{"message":"Not authorized to access appointments"}],"data":null}"#;
    for status in [200, 400] {
        let error = answered(status, forbidden, 3_000).await.unwrap_err();
        assert!(
            matches!(&error, PlatformError::Denied(reason) if reason.contains("appointments")),
            "{error}"
        );
    }
    for body in [
        r#"{"errors":[{"message":"never-quote"}]}"#,
        r#"{"data":null}"#,
        r#"{"data":{"rows":null}}"#,
        "{}",
        r#"{"data":{"others":[]}}"#,
    ] {
        let error = answered(200, body, 3_000).await.unwrap_err();
        assert!(
            matches!(&error, PlatformError::Malformed(reason) if !reason.contains("never")),
            "{body}: {error}"
        );
    }
}

#[tokio::test]
async fn a_field_that_is_not_there_is_asked_for_no_more() {
    let (adapter, asked) = adapter(|request| match request.uri().path() {
        "/oauth/token" => respond(200, token("2027-01-01T00:00:00.000Z")),
        _ if body(request).contains("cancellationDate") => respond(
            400,
            r#"{"errors":[{"message":"Cannot query field \"cancellationDate\" on type \"Appointment\"."},
                {"message":"Cannot query field \"notes\" on type \"Appointment\"."}]}"#,
        ),
        _ => respond(200, r#"{"data":{"rows":[]}}"#),
    });
    let mut state = placed();
    for _ in 0..3 {
        let page = ask(&adapter, &state, start()).await.unwrap();
        for change in page.state {
            if let StateChange::Stream { stream: stream @ "locations", cursor, proven_until } = change {
                state.streams.insert(stream.to_owned(), StreamState { cursor, proven_until });
            }
        }
    }
    let known: Known = serde_json::from_value(state.streams["locations"].cursor["own"].clone()).unwrap();
    assert_eq!(known.refused["appointments"].iter().collect::<Vec<_>>(), ["cancellationDate", "notes"]);
    assert_eq!(known.at, Some(start()), "what else is known stays");
    let last = body(asked.lock().unwrap().last().unwrap());
    assert!(!last.contains("cancellationDate") && last.contains("dateCreated"), "{last}");
    // One that everybody has seen is not given up.
    let refused =
        answered(200, r#"{"errors":[{"message":"Cannot query field \"apptID\" on type \"X\"."}]}"#, 3_000)
            .await;
    assert!(matches!(refused, Err(PlatformError::Malformed(_))));
}

#[tokio::test]
async fn a_full_page_means_another() {
    let row = |id: usize| json!({ "apptID": id, "clientID": 42, "appointmentDate": "2026-06-05", "status": "StdAppt", "dna": 0 });
    for (count, more) in [(200, true), (199, false)] {
        let page = rows("appointments", "v3_appointments", (1..=count).map(row).collect()).await;
        assert_eq!(page.changes.len(), count);
        let complete = page.state.iter().any(|change| matches!(change, StateChange::ListingComplete { .. }));
        assert_eq!(complete, !more, "{count}");
    }
}

#[tokio::test]
async fn where_rows_hold_lists_only_an_empty_page_is_the_last_and_one_row_may_come_bare() {
    let row = |id: usize| json!({ "clientID": id, "addresses": [{ "addr1": "1 Example St" }] });
    let complete =
        |page: &Page| page.state.iter().any(|change| matches!(change, StateChange::ListingComplete { .. }));
    let short = rows("contacts", "v3_clients", (1..=70).map(row).collect()).await;
    assert_eq!(
        (short.changes.len(), complete(&short)),
        (70, false),
        "cut by what stands in its rows, perhaps"
    );
    let last = rows("contacts", "v3_clients", json!([])).await;
    assert!(complete(&last));
    let bare = rows("contacts", "v3_clients", row(42)).await;
    assert_eq!(bare.changes.len(), 1);
}
