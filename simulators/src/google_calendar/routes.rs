//! The interface: tokens, events, channels; refusals in Google's form.

use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::channels::Job;
use super::world::World;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, json, obey};

fn error(status: u16, domain: &str, reason: &str, message: &str) -> Response<Bytes> {
    json(
        status,
        &json!({"error": {"errors": [{"domain": domain, "reason": reason, "message": message}],
            "code": status, "message": message}}),
    )
}

pub(super) fn bad_request(reason: &str, message: &str) -> Response<Bytes> {
    error(400, "calendar", reason, message)
}

pub(super) fn not_found() -> Response<Bytes> {
    error(404, "global", "notFound", "Not Found")
}

/// A token for incremental lists that is no longer good.
pub(super) fn gone() -> Response<Bytes> {
    let message = "Sync token is no longer valid, a full sync is required.";
    error(410, "calendar", "fullSyncRequired", message)
}

impl World {
    fn route(
        &mut self,
        asked: &Asked<'_>,
        account: &str,
        now: Timestamp,
    ) -> Result<Response<Bytes>, Refusal> {
        let decode = |part: &str| {
            // An address in a path: `@` may be written out.
            form_urlencoded::parse(format!("x={}", part.replace('+', "%2B")).as_bytes())
                .next()
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
        };
        let ["calendar", "v3", rest @ ..] = asked.parts.as_slice() else { return Err(not_found().into()) };
        let calendar = |part: &str| {
            let id = if part == "primary" { account.to_owned() } else { decode(part) };
            let known = self.calendars.get(&id).filter(|it| it.account == account);
            known.map(|it| it.id.clone()).ok_or_else(|| Refusal::from(not_found()))
        };
        match (asked.method, rest) {
            ("GET", ["calendars", id, "events"]) => {
                let id = calendar(id)?;
                self.list(asked, &id, now)
            }
            ("GET", ["calendars", id, "events", event]) => {
                let id = calendar(id)?;
                let known = self.calendars.get(&id).map(|it| [it.rows(false), it.rows(true)].concat());
                let known = known.into_iter().flatten().find(|it| it.id == *event);
                known.map(|it| json(200, &it.json(&id, true))).ok_or_else(|| not_found().into())
            }
            ("POST", ["calendars", id, "events", "watch"]) => {
                let id = calendar(id)?;
                self.watch(asked, account, &id, now)
            }
            ("POST", ["channels", "stop"]) => self.stop(asked, account),
            _ => Err(not_found().into()),
        }
    }
}

impl Platform for World {
    type Job = Job;

    fn desk(&mut self) -> &mut Desk<Job> {
        &mut self.desk
    }

    fn advance(&mut self, to: Timestamp) {
        self.live(to);
    }

    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        if let ("POST", ["token"]) = (asked.method, asked.parts.as_slice()) {
            return self.token(asked, now);
        }
        let Some(email) = self.signed_in(asked, now) else {
            return error(401, "global", "authError", "Invalid Credentials");
        };
        let most = self.settings.requests_per_minute;
        if self.accounts.get_mut(&email).is_some_and(|account| !account.take(most, now)) {
            self.desk.violated();
            return self.throttled();
        }
        self.route(asked, &email, now).unwrap_or_else(|refusal| *refusal)
    }

    /// Two reasons, two statuses: they take turns.
    fn throttled(&self) -> Response<Bytes> {
        self.turns.set(self.turns.get().wrapping_add(1));
        match self.turns.get() % 3 {
            0 => error(429, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"),
            1 => error(403, "usageLimits", "userRateLimitExceeded", "User Rate Limit Exceeded"),
            _ => error(403, "usageLimits", "rateLimitExceeded", "Rate Limit Exceeded"),
        }
    }

    fn records<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        if body.get("items").is_some() { body.get_mut("items") } else { Some(body) }
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["ledger", id]) => {
                self.ledger(id).map_or_else(|_| not_found(), |ledger| json(200, &ledger))
            }
            ("GET", ["secrets"]) => {
                json(200, &json!({"client_id": self.client.0, "client_secret": self.client.1}))
            }
            _ => not_found(),
        }
    }

    fn post(&mut self, id: u64, job: &Job, now: Timestamp) -> Result<Post, Outcome> {
        self.build(id, job, now)
    }

    fn ended(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        self.settle(job, answer, now);
    }
}
