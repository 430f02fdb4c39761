//! The adapter against answers of a stand-in, and against the simulated platform, which was written by other hands.

mod answers;
mod breakage;
mod records;
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

use super::{Cliniko, ClinikoConfig};
use crate::{
    domain::stream::{AccountState, Page},
    platforms::{
        Account, Adapter, Call, PlatformError,
        transport::{InProcess, TransportError},
    },
};

const KEY: &str = "a-key-that-must-not-show-au2";

fn start() -> Timestamp {
    Timestamp::from_second(1_781_900_000).unwrap()
}

fn account() -> Account {
    Account { id: Uuid::from_u128(7), external_id: "4".into(), region: "AU".into(), settings: json!({}) }
}

fn config() -> ClinikoConfig {
    ClinikoConfig {
        poll_interval: Duration::from_secs(60),
        sweep_interval: Duration::from_secs(24 * 3600),
        requests_per_minute: 150,
        application: "Routiq".to_owned(),
        contact: Some("it@clinic.example.org".to_owned()),
        max_workers: 8,
        plain_loopback: false,
        jitter: 0.0,
    }
}

type Asked = Arc<Mutex<Vec<Request<Bytes>>>>;

/// An adapter that is answered by `answer`, and what it asked.
fn adapter(
    answer: impl Fn(&Request<Bytes>) -> Result<Response<Bytes>, TransportError> + Send + Sync + 'static,
) -> (Cliniko, Asked) {
    let asked = Asked::default();
    let noted = Arc::clone(&asked);
    let transport = InProcess::new(move |request: Request<Bytes>| {
        let answer = answer(&request);
        noted.lock().unwrap().push(request);
        std::future::ready(answer)
    });
    (Cliniko::new(Arc::new(transport), config()), asked)
}

fn respond(status: u16, body: impl Into<Bytes>) -> Result<Response<Bytes>, TransportError> {
    Ok(Response::builder().status(status).body(body.into()).unwrap())
}

fn read(stream: &'static str, part: &str) -> Call {
    let what = json!({ "ask": "read", "part": part, "by": "changed", "since": null, "before": null, "page": 1,
        "token": null });
    Call { stream, what, urgency: Urgency::Poll }
}

async fn pull(adapter: &Cliniko, state: &AccountState, call: &Call) -> Result<Page, PlatformError> {
    adapter.pull(&account(), &SecretString::from(KEY), state, call, start()).await
}

/// The page that these records of a collection make.
async fn page(
    stream: &'static str,
    part: &str,
    envelope: &str,
    records: Value,
    state: &AccountState,
) -> Page {
    let body = json!({ envelope: records, "total_entries": 1, "links": { "self": "https://x" } }).to_string();
    let (adapter, _) = adapter(move |_| respond(200, body.clone()));
    pull(&adapter, state, &read(stream, part)).await.unwrap()
}
