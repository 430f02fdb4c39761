//! Answers as hosts give them, and what each means.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use jiff::SignedDuration;
use routiq_actors::port::{Limit, Urgency};
use serde_json::{Value, json};

use super::{TOKEN, account, adapter, config, pull, respond, start};
use crate::{
    domain::{
        change::{Kind, Record},
        stream::{self, AccountState, Item, Page, StateChange},
    },
    platforms::{
        Account, Adapter, Call, Plan, PlatformError,
        chatwoot::{Chatwoot, ChatwootConfig},
        transport::TransportError,
    },
};

fn call(stream: &'static str, what: Value) -> Call {
    Call { stream, what, urgency: Urgency::Poll }
}

fn first_page() -> Call {
    call("conversations", json!({ "ask": "list", "page": 1, "descending": false }))
}

fn profile() -> Call {
    call("inboxes", json!({ "ask": "profile" }))
}

async fn answer(call: &Call, status: u16, body: impl Into<Bytes>) -> Result<Page, PlatformError> {
    let body = body.into();
    pull(&adapter(move |_| respond(status, body.clone())), &AccountState::default(), call).await
}

#[track_caller]
fn denied(result: Result<Page, PlatformError>, words: &str) {
    match result {
        Err(PlatformError::Denied(reason)) => assert!(reason.contains(words), "{reason}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_refusal_of_the_credential_has_its_own_plain_reason() {
    for (body, words) in [
        (r#"{"error":"Invalid Access Token"}"#, "mistyped or revoked"),
        (
            r#"{"errors":["You need to sign in or sign up before continuing."]}"#,
            "drops the header Api-Access-Token",
        ),
        (r#"{"error":"You are not authorized to access this account"}"#, "does not belong to account 4"),
        (r#"{"error":"Account is suspended"}"#, "suspended"),
        (r#"{"error":"You are not authorized to do this action"}"#, "not an administrator"),
        (r#"{"error":"Something new"}"#, "refuses the access token"),
        ("<html>login</html>", "in front of Chatwoot"),
    ] {
        denied(answer(&first_page(), 401, body).await, words);
    }
    denied(answer(&first_page(), 402, r#"{"error":"upgrade"}"#).await, "plan");
    denied(answer(&first_page(), 403, r#"{"error":"no"}"#).await, "forbids");
    denied(answer(&first_page(), 404, r#"{"error":"Resource could not be found"}"#).await, "no account 4");
}

#[tokio::test]
async fn the_profile_must_list_the_account_with_an_administrator() {
    let with =
        |accounts: Value| json!({ "id": 1, "access_token": "never-keep", "accounts": accounts }).to_string();
    let good = with(json!([{ "id": 9, "role": "agent" }, { "id": "4", "role": "administrator" }]));
    let page = answer(&profile(), 200, good).await.unwrap();
    assert!(!format!("{page:?}").contains("never-keep"));
    assert!(matches!(&page.state[..], [StateChange::Stream { stream: "inboxes", proven_until: None, .. }]));
    denied(
        answer(&profile(), 200, with(json!([{ "id": 9, "role": "administrator" }]))).await,
        "does not belong",
    );
    denied(
        answer(&profile(), 200, with(json!([{ "id": 4, "role": "agent" }]))).await,
        "not an administrator",
    );
    let suspended = json!([{ "id": 4, "role": "administrator", "status": "suspended" }]);
    denied(answer(&profile(), 200, with(suspended)).await, "suspended");
    let strange = answer(&profile(), 200, r#"{"id":1}"#).await;
    assert!(matches!(strange, Err(PlatformError::Malformed(_))));
}

#[tokio::test]
async fn failures_of_the_host_are_worth_another_try() {
    for (status, body) in [
        (500, r#"{"error":"x"}"#),
        (502, "<html>bad gateway</html>"),
        (503, ""),
        (504, "upstream"),
        (408, ""),
        (403, "<html>firewall</html>"),
        (200, "<!DOCTYPE html><html>maintenance</html>"),
        (200, "  \n<html></html>"),
        (200, ""),
        (200, r#"{"data":{"meta":{},"payload":[{"id":1"#),
        (200, "hello"),
    ] {
        let result = answer(&first_page(), status, body).await;
        assert!(matches!(result, Err(PlatformError::Transient(_))), "{status} {body}: {result:?}");
    }
    for (error, expected) in [
        (TransportError::Timeout, "no answer in time"),
        (TransportError::Cut, "the connection was cut"),
        (TransportError::Connect, "no connection"),
    ] {
        let result = pull(&adapter(move |_| Err(error)), &AccountState::default(), &first_page()).await;
        assert_eq!(result.err(), Some(PlatformError::Transient(expected.into())));
    }
}

#[tokio::test]
async fn answers_of_another_shape_are_malformed() {
    for (status, body) in [
        (200, r#"{"data":{"meta":{}}}"#),
        (200, r#"{"error":"hidden failure"}"#),
        (200, r#"{"payload":{"id":1}}"#),
        (200, "17"),
        (422, r#"{"message":"no","attributes":["x"]}"#),
        (400, ""),
        (301, ""),
        (404, "<html>nginx</html>"),
        (404, r#"{"status":404,"error":"Not Found"}"#),
    ] {
        let result = answer(&first_page(), status, body).await;
        assert!(matches!(result, Err(PlatformError::Malformed(_))), "{status} {body}: {result:?}");
    }
    let large = TransportError::TooLarge { limit: 5 };
    let result = pull(&adapter(move |_| Err(large)), &AccountState::default(), &first_page()).await;
    assert_eq!(result.err(), Some(PlatformError::Malformed("the answer is larger than 5 bytes".into())));
}

#[tokio::test]
async fn a_rate_limit_pauses_the_host_until_its_minute_turns() {
    let limited = |header: Option<(&'static str, &'static str)>| {
        let adapter = adapter(move |_| {
            let answer = Response::builder().status(429);
            let answer = header.into_iter().fold(answer, |answer, (name, value)| answer.header(name, value));
            Ok(answer.body(Bytes::from("Retry later\n")).unwrap())
        });
        async move { pull(&adapter, &AccountState::default(), &first_page()).await.unwrap_err() }
    };
    let wait = |seconds| PlatformError::RateLimited {
        budget: "host:chat.example.org".into(),
        retry_after: Duration::from_secs(seconds),
    };
    // It is 20:13:20, and a second is left for those who wait as well.
    assert_eq!(limited(None).await, wait(41));
    assert_eq!(
        limited(Some(("date", "Fri, 19 Jun 2026 20:13:50 GMT"))).await,
        wait(11),
        "by the host's clock"
    );
    assert_eq!(limited(Some(("date", "soon"))).await, wait(41));
    assert_eq!(limited(Some(("retry-after", "7"))).await, wait(8));
    assert_eq!(limited(Some(("retry-after", "99999999"))).await, wait(3601));
}

#[tokio::test]
async fn one_malformed_record_leaves_the_others() {
    let body = r#"{"data":{"meta":{"all_count":5},"payload":[
        {"id":1,"status":"open","meta":{}},
        {"id":2,"status":"open","created_at":9405000000000,"meta":{}},
        {"id":3,"status":"open","additional_attributes":{"x":"\ud800"},"meta":{}},
        "nonsense",
        {"id":5,"status":"open","created_at":1e999,"meta":{}},
        {"id":6,"status":"resolved","meta":{}}]}}"#;
    let page = answer(&first_page(), 200, body).await.unwrap();
    let ids: Vec<_> = page.changes.iter().map(|change| change.record.external_id()).collect();
    assert_eq!(ids, ["1", "3", "6"], "half an emoji costs a character, not the record");
    let rejected: Vec<_> =
        page.rejected.iter().map(|r| (r.external_id.as_deref(), r.reason.as_str())).collect();
    assert_eq!(rejected[0].0, Some("2"));
    assert!(
        rejected[0].1.starts_with("created_at is a number, allowed: a time between"),
        "{}",
        rejected[0].1
    );
    assert!(rejected[1].1.starts_with("the record is a text"));
    assert_eq!(rejected[2], (None, "the record is not JSON that can be read"));
    assert_eq!(rejected.len(), 3);
    assert!(page.rejected.iter().all(|rejected| rejected.raw < page.raw.len()));
    let listed = page.state.iter().find_map(|state| match state {
        StateChange::Listed { external_ids, .. } => Some(external_ids.clone()),
        _ => None,
    });
    assert_eq!(listed.unwrap(), ["1", "2", "3", "6"], "what exists but cannot be read is not gone");
    let due = page.state.iter().find_map(|state| match state {
        StateChange::Due { stream: "messages", external_ids, .. } => Some(external_ids.clone()),
        _ => None,
    });
    assert_eq!(due.unwrap(), ["1", "3", "6"], "messages stand under conversations that exist");
    let doubted = page.state.iter().find_map(|state| match state {
        StateChange::Due { stream: "conversations", external_ids, .. } => Some(external_ids.clone()),
        _ => None,
    });
    assert_eq!(doubted.unwrap(), ["2"], "it may have been damaged on its way");
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_cost_a_character() {
    let mut body = br#"{"data":{"meta":{},"payload":[{"id":1,"status":"open","labels":["a"#.to_vec();
    body.extend([0xff, 0xfe, b'b']);
    body.extend(br#""],"meta":{}},{"id":2,"status":"open","meta":{}}]}}"#);
    let page = answer(&first_page(), 200, body).await.unwrap();
    assert_eq!(page.changes.len(), 2);
    let Record::Conversation(conversation) = &page.changes[0].record else { panic!() };
    assert_eq!(conversation.labels, ["a\u{fffd}\u{fffd}b"]);
    let marked = "\u{feff}{\"data\":{\"meta\":{},\"payload\":[]}}";
    assert!(answer(&first_page(), 200, marked).await.is_ok(), "a byte order mark is no part of it");
}

#[tokio::test]
async fn ten_megabytes_are_read() {
    let records = (1..=25).map(|id| {
        json!({ "id": id, "status": "open", "meta": {}, "custom_attributes": { "note": "n".repeat(420_000) } })
    });
    let body = json!({ "data": { "meta": { "all_count": 25 }, "payload": records.collect::<Vec<_>>() } })
        .to_string();
    assert!(body.len() > 10_000_000);
    let page = answer(&first_page(), 200, body).await.unwrap();
    assert_eq!((page.changes.len(), page.rejected.len()), (25, 0));
}

#[tokio::test]
async fn a_record_is_gone_only_when_the_platform_says_so() {
    let item = |stream: &str, work: Value| Item {
        stream: stream.into(),
        external_id: "77".into(),
        cursor: Value::Null,
        work,
        urgency: stream::Urgency::Backfill,
        request: 3,
    };
    for (stream, kind, what) in [
        ("contacts", Kind::Contact, json!({ "ask": "check", "id": "77", "request": 3 })),
        ("conversations", Kind::Conversation, json!({ "ask": "check", "id": "77", "request": 3 })),
        (
            "messages",
            Kind::Conversation,
            json!({ "ask": "messages", "id": "77", "request": 3, "from": 0, "before": 9 }),
        ),
    ] {
        let missed = json!({ "check": true, "missed": "2031-03-04T05:00:00Z" });
        let state = AccountState { due: Some(item(stream, missed)), ..AccountState::default() };
        let name =
            ["contacts", "conversations", "messages"].into_iter().find(|name| *name == stream).unwrap();
        let gone = adapter(|_| respond(404, r#"{"error":"Resource could not be found"}"#));
        let page = pull(&gone, &state, &call(name, what.clone())).await.unwrap();
        assert_eq!(page.changes[0].record, Record::Gone { kind, external_id: "77".into(), successor: None });
        assert!(matches!(&page.state[..], [StateChange::Done { request: 3, rest: None, .. }]));
        for body in ["<html>nginx</html>", r#"{"status":404,"error":"Not Found"}"#] {
            let lost = adapter(move |_| respond(404, body));
            assert!(pull(&lost, &state, &call(name, what.clone())).await.is_err(), "{body}");
        }
    }
}

#[tokio::test]
async fn conversations_are_polled_before_a_missing_contact_is_given_up() {
    let item = Item {
        stream: "contacts".into(),
        external_id: "77".into(),
        cursor: Value::Null,
        work: json!({ "check": true }),
        urgency: stream::Urgency::Backfill,
        request: 3,
    };
    let mut state = AccountState { due: Some(item.clone()), ..AccountState::default() };
    let gone = adapter(|_| respond(404, r#"{"error":"Resource could not be found"}"#));
    let call = call("contacts", json!({ "ask": "check", "id": "77", "request": 3 }));
    let page = pull(&gone, &state, &call).await.unwrap();
    assert!(page.changes.is_empty(), "merged, perhaps: its conversations stand under another now");
    let [
        StateChange::Stream { stream: "conversations", cursor, proven_until: None },
        StateChange::DueConversations {
            stream: "conversations",
            contact,
            urgency: stream::Urgency::Live,
            ..
        },
        StateChange::Done { rest: None, .. },
        StateChange::Due { stream: "contacts", work, urgency: stream::Urgency::Backfill, .. },
    ] = &page.state[..]
    else {
        panic!("{:?}", page.state)
    };
    assert_eq!((cursor["wanted"].clone(), contact.as_str()), (json!(start()), "77"));
    state.due = Some(Item { work: work.clone(), ..item });
    let page = pull(&gone, &state, &call).await.unwrap();
    assert_eq!(page.changes.len(), 1, "missed twice");
}

#[tokio::test]
async fn a_vanished_inbox_or_agent_is_told_by_its_list() {
    for (name, body) in [("inboxes", r#"{"payload":[{"id":3}]}"#), ("agents", r#"[{"id":3}]"#)] {
        for (id, expected) in [("3", 0), ("4", 1)] {
            let item = Item {
                stream: name.into(),
                external_id: id.into(),
                cursor: Value::Null,
                work: json!({ "check": true }),
                urgency: stream::Urgency::Backfill,
                request: 1,
            };
            let state = AccountState { due: Some(item), ..AccountState::default() };
            let what = json!({ "ask": "check", "id": id, "request": 1 });
            let page = pull(&adapter(move |_| respond(200, body)), &state, &call(name, what)).await.unwrap();
            let gone =
                page.changes.iter().filter(|change| matches!(change.record, Record::Gone { .. })).count();
            assert_eq!(gone, expected, "{name} {id}");
        }
    }
}

#[tokio::test]
async fn requests_carry_the_header_that_proxies_pass_and_nothing_shows_the_token() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let seen = sent.clone();
    let adapter = adapter(move |request| {
        seen.lock().unwrap().push(request);
        respond(200, r#"{"data":{"meta":{"all_count":0},"payload":[]}}"#)
    });
    let page = pull(&adapter, &AccountState::default(), &first_page()).await.unwrap();
    let sent = sent.lock().unwrap();
    assert_eq!(sent[0].headers()["api-access-token"], TOKEN);
    assert_eq!(sent[0].headers()["accept"], "application/json");
    assert!(!format!("{:?}{page:?}", sent[0]).contains(TOKEN));
    assert_eq!(sent[0].uri().host(), Some("chat.example.org"));
    assert_eq!(
        page.request,
        "/api/v1/accounts/4/conversations?status=all&assignee_type=all&page=1&sort_by=created_at_asc"
    );
}

#[test]
fn a_request_draws_on_the_practice_then_the_host_then_the_daemon() {
    let adapter = adapter(|_| respond(200, ""));
    let Plan::Ask(call) = adapter.plan(&account(), &AccountState::default(), start()) else { panic!() };
    let demand = adapter.demand(&account(), &call);
    let rate = |count| Limit::Rate { count, per: Duration::from_secs(60) };
    let budgets: Vec<_> = demand.budgets.iter().map(|budget| (&*budget.name, budget.limit)).collect();
    let own = format!("account:{}", account().id);
    let expected = [
        (own.as_str(), rate(600)),
        ("host:chat.example.org", rate(2700)),
        ("daemon:workers", Limit::Concurrent(10)),
    ];
    assert_eq!(budgets, expected);
    assert_eq!((&*demand.api, &*demand.host, &*demand.stream), ("chatwoot", "chat.example.org", "inboxes"));

    let settings = json!({ "base_url": "https://Chat.example.org:8443/", "requests_per_minute": 30 });
    let other = Account { settings, ..account() };
    adapter.reload(ChatwootConfig { hosts: [("chat.example.org:8443".into(), 90)].into(), ..config() });
    let budgets: Vec<_> =
        adapter.demand(&other, &call).budgets.into_iter().map(|budget| budget.limit).collect();
    assert_eq!(budgets[..2], [rate(30), rate(90)]);
}

#[test]
fn the_interval_of_polls_is_the_practice_s_or_the_daemon_s() {
    let adapter = adapter(|_| respond(200, ""));
    let now = start();
    let table = json!({ "checked": now, "listed": now });
    let crawl = json!({ "listed": now, "polled": now, "pages": 1 });
    let streams = [("inboxes", &table), ("agents", &table), ("contacts", &crawl), ("conversations", &crawl)];
    let mut state = AccountState::default();
    for (name, cursor) in streams {
        state.streams.entry(name.into()).or_default().cursor = cursor.clone();
    }
    let until = |adapter: &Chatwoot, settings: Value| match adapter.plan(
        &Account { settings, ..account() },
        &state,
        now,
    ) {
        Plan::Idle { until } => until.duration_since(now),
        Plan::Ask(call) => panic!("{call:?}"),
    };
    let url = "https://chat.example.org";
    assert_eq!(until(&adapter, json!({ "base_url": url })), SignedDuration::from_secs(60));
    let own = json!({ "base_url": url, "poll_interval_seconds": 20 });
    assert_eq!(until(&adapter, own.clone()), SignedDuration::from_secs(20));
    adapter.reload(ChatwootConfig { poll_interval: Duration::from_secs(30), ..config() });
    assert_eq!(until(&adapter, json!({ "base_url": url })), SignedDuration::from_secs(30));
    assert_eq!(until(&adapter, own), SignedDuration::from_secs(20));
}

#[test]
fn settings_that_cannot_work_are_named() {
    let strict = adapter(|_| respond(200, ""));
    let check = |settings: Value| strict.check_settings("4", &settings);
    let https = |more: Value| {
        let mut settings = json!({ "base_url": "https://chat.example.org/" });
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        settings
    };
    assert_eq!(check(https(json!({ "poll_interval_seconds": 5, "recheck_days": null }))), Ok(()));
    for (settings, start) in [
        (json!([]), "settings: not an object"),
        (json!({}), "base_url: missing"),
        (json!({ "base_url": 5 }), "base_url: not a text"),
        (json!({ "base_url": "chat.example.org" }), "base_url: an address without scheme"),
        (json!({ "base_url": "http://chat.example.org" }), "base_url: an unprotected http address"),
        (json!({ "base_url": "http://127.0.0.1:3000" }), "base_url: an unprotected http address"),
        (json!({ "base_url": "ftp://chat.example.org" }), "base_url: neither http nor https"),
        (json!({ "base_url": "https://me:pw@chat.example.org" }), "base_url: an address with a login"),
        (json!({ "base_url": "https://chat.example.org/app?x=1" }), "base_url: an address with a path"),
        (
            https(json!({ "poll_interval_seconds": 1 })),
            "poll_interval_seconds: a number out of range; allowed: a",
        ),
        (https(json!({ "requests_per_minute": "60" })), "requests_per_minute: not a number"),
        (https(json!({ "unlisted_recheck_hours": -1 })), "unlisted_recheck_hours: a number out of range"),
        (https(json!({ "token": "x" })), "token: unknown; allowed: base_url"),
    ] {
        let error = check(settings.clone()).unwrap_err();
        assert!(error.starts_with(start), "{settings}: {error}");
        assert!(!error.contains("pw@"), "{error}");
    }
    for wrong in ["", "0", "04", "-1", "4/5", "four", "99999999999999999999"] {
        assert!(
            strict.check_settings(wrong, &https(json!({}))).unwrap_err().starts_with("external_id"),
            "{wrong}"
        );
    }
    strict.reload(ChatwootConfig { plain_loopback: true, ..config() });
    assert_eq!(strict.check_settings("4", &json!({ "base_url": "http://127.0.0.1:3000" })), Ok(()));
    assert!(strict.check_settings("4", &json!({ "base_url": "http://10.0.0.1" })).is_err());
}

#[tokio::test]
async fn settings_gone_wrong_park_the_account_with_their_reason() {
    let adapter = adapter(|_| respond(200, ""));
    let account = Account { settings: json!({}), ..account() };
    let token = secrecy::SecretString::from(TOKEN);
    let state = AccountState::default();
    denied(adapter.pull(&account, &token, &state, &first_page(), start()).await, "base_url: missing");
    let token = secrecy::SecretString::from("two\nlines");
    denied(
        adapter.pull(&super::account(), &token, &state, &first_page(), start()).await,
        "access token holds",
    );
    assert!(adapter.demand(&account, &first_page()).host.starts_with("unknown "));
}
