//! The adapter against answers of a stand-in, and against the simulated platform, which was written by other hands.

mod answers;
mod breakage;
mod classes;
mod graph;
mod places;
mod records;
mod records_v3;
mod remapped;
mod simulated;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use routiq_actors::port::Urgency;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Nookal, NookalConfig};
use crate::{
    domain::stream::{AccountState, Page, StreamState},
    platforms::{
        Account, Adapter, Call, PlatformError,
        transport::{InProcess, TransportError},
    },
};

const KEY: &str = "a-key-that-must-not-show";

fn start() -> Timestamp {
    Timestamp::from_second(1_781_900_000).unwrap()
}

fn account() -> Account {
    Account {
        id: Uuid::from_u128(7),
        external_id: "harbour".into(),
        region: "AU".into(),
        settings: json!({}),
    }
}

fn newer() -> Account {
    Account { settings: json!({ "api": "v3", "timezone": "Australia/Perth" }), ..account() }
}

fn config() -> NookalConfig {
    NookalConfig {
        poll_interval: Duration::from_secs(60),
        sweep_interval: Duration::from_secs(24 * 3600),
        requests_per_minute: 100,
        max_workers: 8,
        plain_loopback: false,
        jitter: 0.0,
    }
}

type Asked = Arc<Mutex<Vec<Request<Bytes>>>>;

/// An adapter that is answered by `answer`, and what it asked.
fn adapter(
    answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync + 'static,
) -> (Nookal, Asked) {
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    let transport = InProcess::new(move |request: Request<Bytes>| {
        let answer = answer(&request);
        noted.lock().unwrap().push(request);
        std::future::ready(answer)
    });
    (Nookal::new(Arc::new(transport), config()), asked)
}

fn respond(status: u16, body: impl Into<Bytes>) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::builder().status(status).body(body.into()).unwrap())
}

fn body(request: &Request<Bytes>) -> String {
    String::from_utf8(request.body().to_vec()).unwrap()
}

/// An answer of the older interface.
fn success(list: &str, records: &Value) -> String {
    json!({ "status": "success", "data": { "api_call": "x", "results": { list: records } },
        "details": { "totalItems": records.as_array().map_or(0, Vec::len) },
        "settings": { "currentPage": "1", "nextPage": null } })
    .to_string()
}

/// A state in which these locations are known: 1 in Perth, 2 in Sydney.
fn placed() -> AccountState {
    let place = |zone: &str, name: &str, country: &str| json!({ "zone": zone, "country": country, "signs": [name], "shown": true });
    let places = json!({ "1": place("Australia/Perth", "northside", "Australia"),
        "2": place("Australia/Sydney", "southside", "New Zealand") });
    let mut state = AccountState::default();
    let cursor = json!({ "own": { "at": start(), "places": places } });
    state.streams.insert("locations".into(), StreamState { cursor, proven_until: None });
    state
}

fn read(stream: &'static str, part: &str) -> Call {
    let what = json!({ "ask": "read", "part": part, "by": "changed", "since": null, "before": null, "page": 1,
        "token": null });
    Call { stream, what, urgency: Urgency::Poll }
}

async fn pull(adapter: &Nookal, state: &AccountState, call: &Call) -> Result<Page, PlatformError> {
    adapter.pull(&account(), &SecretString::from(KEY), state, call, start()).await
}

/// The page that these records of a list make.
async fn page(stream: &'static str, part: &str, list: &str, records: Value) -> Page {
    let body = success(list, &records);
    let (adapter, _) = adapter(move |_| respond(200, body.clone()));
    pull(&adapter, &placed(), &read(stream, part)).await.unwrap()
}

/// Answers of the newer interface: a token, then these rows.
fn graph(rows: Value) -> (Nookal, Asked) {
    adapter(move |request| match request.uri().path() {
        "/oauth/token" => respond(200, token("2027-01-01T00:00:00.000Z")),
        _ => respond(200, json!({ "data": { "rows": rows } }).to_string()),
    })
}

fn token(until: &str) -> String {
    json!({ "accessToken": "eyJ.never-show", "accessTokenExpiresAt": until, "client": { "id": "1" }, "user": {} })
        .to_string()
}

/// The page that these rows of a query make.
async fn rows(stream: &'static str, part: &str, rows: Value) -> Page {
    let (adapter, _) = graph(rows);
    let what = json!({ "ask": "read", "part": part, "by": "made", "since": null, "before": null, "page": 1,
        "token": null });
    let call = Call { stream, what, urgency: Urgency::Backfill };
    let key = SecretString::from(KEY);
    let first = adapter.pull(&newer(), &key, &placed(), &call, start()).await.unwrap();
    assert!(first.changes.is_empty() && first.state.is_empty(), "only a token");
    adapter.pull(&newer(), &key, &placed(), &call, start()).await.unwrap()
}
