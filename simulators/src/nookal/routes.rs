//! Which address answers what, and control.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::v2::Call;
use super::world::World;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, json, obey};

/// What the web server says of an address that nothing answers.
pub(super) fn unknown_page() -> Refusal {
    let mut response =
        Response::new(Bytes::from_static(b"<html><body><h1>404 Not Found</h1></body></html>\n"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response.into()
}

/// Each interface has a host of its own; a simulator on loopback is both.
fn hosted(asked: &Asked<'_>, newer: bool) -> bool {
    let host = asked.host.map(|host| host.strip_suffix(":443").unwrap_or(host));
    match host {
        Some("api.nookal.com") => !newer,
        Some(host) if host.ends_with("-apiv3.nookal.com") => newer,
        Some(host) => !host.ends_with("nookal.com"),
        None => true,
    }
}

impl World {
    fn route(&mut self, asked: &Asked<'_>, now: Timestamp) -> Result<Response<Bytes>, Refusal> {
        match (asked.method, asked.parts.as_slice()) {
            ("GET" | "POST", ["production", "v2", method]) if hosted(asked, false) => {
                let call = Call::new(asked, method, now);
                let seen = self.verify(&call)?;
                match self.write(&call, &seen) {
                    Some(written) => written,
                    None => self.read(&call, &seen),
                }
            }
            ("POST", ["oauth", "token"]) if hosted(asked, true) => self.token(asked, now),
            ("POST", ["graphql"]) if hosted(asked, true) => self.query(asked, now),
            _ => Err(unknown_page()),
        }
    }

    fn overview(&self) -> Value {
        let all = self.accounts.values().map(|account| {
            let counts: serde_json::Map<String, Value> =
                account.records.iter().map(|(kind, all)| (kind.key().to_owned(), json!(all.len()))).collect();
            json!({"id": account.id, "name": account.clinic.name, "records": counts})
        });
        all.collect()
    }
}

impl Platform for World {
    type Job = Infallible;

    fn desk(&mut self) -> &mut Desk<Infallible> {
        &mut self.desk
    }

    fn advance(&mut self, to: Timestamp) {
        self.now = to;
        self.live(to);
    }

    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        self.route(asked, now).unwrap_or_else(|refusal| *refusal)
    }

    fn throttled(&self) -> Response<Bytes> {
        self.too_many()
    }

    /// Without the value of a key.
    fn logged(&self, query: &str) -> String {
        let parts = query.split('&').map(|part| match part.split_once('=') {
            Some((name, _)) if name.eq_ignore_ascii_case("api_key") => format!("{name}=-"),
            _ => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("&")
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["accounts"]) => json(200, &self.overview()),
            ("GET", ["settings"]) => json(200, &self.settings),
            ("GET", ["surprises"]) => json(200, &self.oddities.list()),
            ("GET", ["ledger", account]) => {
                let ledger = account.parse().ok().and_then(|account| self.ledger(account).ok());
                ledger.map_or_else(|| *unknown_page(), |ledger| json(200, &ledger))
            }
            _ => *unknown_page(),
        }
    }

    fn post(&mut self, _: u64, job: &Infallible, _: Timestamp) -> Result<Post, Outcome> {
        match *job {}
    }

    fn ended(&mut self, job: Infallible, _: &Result<Response<Bytes>, Failure>, _: Timestamp) {
        match job {}
    }
}
