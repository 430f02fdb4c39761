//! The Backend API, and the public key set of the Frontend API.

use bytes::Bytes;
use http::{Response, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::json as shape;
use super::webhooks::Job;
use super::world::World;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, json, obey};

/// Seconds of a window of the rate limit.
const WINDOW: i64 = 10;

fn error(status: u16, code: &str, message: &str) -> Response<Bytes> {
    json(
        status,
        &json!({"errors": [{"message": message, "long_message": message, "code": code, "meta": {}}],
            "clerk_trace_id": "0123456789abcdef"}),
    )
}

/// Sorted newest first, like every list unless another order is asked for.
fn newest<T: Clone>(mut rows: Vec<(Timestamp, T)>, asked: &Asked<'_>) -> Vec<T> {
    rows.sort_by_key(|(at, _)| *at);
    let ascending = asked.get("order_by").is_some_and(|by| by == "created_at" || by == "+created_at");
    if !ascending {
        rows.reverse();
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The rows of a page.
fn page<T>(rows: Vec<T>, asked: &Asked<'_>) -> Result<Vec<T>, Refusal> {
    let number = |name: &'static str, default: usize, least: usize, most: usize| match asked.get(name) {
        None => Ok(default),
        Some(text) => text.parse().ok().filter(|n| (least..=most).contains(n)).ok_or_else(|| {
            Box::new(error(422, "form_param_value_invalid", &format!("{name} is not acceptable")))
        }),
    };
    let (limit, offset) = (number("limit", 10, 1, 500)?, number("offset", 0, 0, usize::MAX)?);
    Ok(rows.into_iter().skip(offset).take(limit).collect())
}

impl World {
    fn within(&mut self, now: Timestamp) -> bool {
        let most = if self.settings.production { 1000 } else { 100 };
        let window = now.as_second().div_euclid(WINDOW);
        if self.window.0 != window {
            self.window = (window, 0);
        }
        self.window.1 += 1;
        self.window.1 <= most
    }

    fn jwks(&self) -> Response<Bytes> {
        match self.signing_key(0) {
            Ok(key) => json(200, &json!({"keys": [key.jwk()]})),
            Err(_) => error(500, "internal_clerk_error", "Oops, an unexpected error occurred"),
        }
    }

    fn backend(&mut self, asked: &Asked<'_>, rest: &[&str], now: Timestamp) -> Response<Bytes> {
        if !self.within(now) {
            self.desk.violated();
            let left = WINDOW - now.as_second().rem_euclid(WINDOW);
            let mut refusal = self.throttled();
            refusal.headers_mut().insert(header::RETRY_AFTER, left.into());
            return refusal;
        }
        if asked.authorization("bearer") != Some(self.secret_key.as_str()) {
            return error(401, "authentication_invalid", "Invalid authentication");
        }
        let answered = match (asked.method, rest) {
            ("GET", ["jwks"]) => Ok(self.jwks()),
            ("GET", ["users"]) => self.list_users(asked),
            ("GET", ["users", "count"]) => {
                Ok(json(200, &json!({"object": "total_count", "total_count": self.users.len()})))
            }
            ("GET", ["users", id]) => Ok(found(self.users.get(*id).map(shape::user))),
            ("GET", ["organizations"]) => self.list_organizations(asked),
            ("GET", ["organizations", id]) => {
                Ok(found(self.organizations.get(*id).map(|it| shape::organization(self, it))))
            }
            ("GET", ["organizations", id, "memberships"]) => self.list_memberships(asked, id),
            _ => Ok(not_found()),
        };
        answered.unwrap_or_else(|refusal| *refusal)
    }

    /// A bare array, unlike the others.
    fn list_users(&self, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let wanted: Vec<&str> =
            asked.query.iter().filter(|(key, _)| key == "user_id").map(|(_, id)| id.as_str()).collect();
        let rows = self
            .users
            .values()
            .filter(|user| wanted.is_empty() || wanted.contains(&user.id.as_str()))
            .map(|user| (user.created_at, shape::user(user)));
        Ok(json(200, &page(newest(rows.collect(), asked), asked)?))
    }

    fn list_organizations(&self, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let rows: Vec<_> =
            self.organizations.values().map(|it| (it.created_at, shape::organization(self, it))).collect();
        let total = rows.len();
        let data: Vec<Value> = page(newest(rows, asked), asked)?;
        Ok(json(200, &json!({"data": data, "total_count": total})))
    }

    fn list_memberships(&self, asked: &Asked<'_>, id: &str) -> Result<Response<Bytes>, Refusal> {
        if !self.organizations.contains_key(id) {
            return Err(not_found().into());
        }
        let members = self.memberships.values().filter(|it| it.organization == id);
        let rows: Vec<_> = members.map(|it| (it.created_at, shape::membership(self, it))).collect();
        let total = rows.len();
        let data: Vec<Value> = page(newest(rows, asked), asked)?;
        Ok(json(200, &json!({"data": data, "total_count": total})))
    }
}

fn not_found() -> Response<Bytes> {
    error(404, "resource_not_found", "Resource not found")
}

fn found(record: Option<Value>) -> Response<Bytes> {
    record.map_or_else(not_found, |record| json(200, &record))
}

impl Platform for World {
    type Job = Job;

    fn desk(&mut self) -> &mut Desk<Job> {
        &mut self.desk
    }

    /// Nothing happens here by itself.
    fn advance(&mut self, _: Timestamp) {}

    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        match asked.parts.clone().as_slice() {
            [".well-known", "jwks.json"] if asked.method == "GET" => self.jwks(),
            ["v1", rest @ ..] => self.backend(asked, rest, now),
            _ => not_found(),
        }
    }

    fn throttled(&self) -> Response<Bytes> {
        let mut refusal = error(429, "too_many_requests", "Too many requests. Please try again in a bit.");
        refusal.headers_mut().insert(header::RETRY_AFTER, WINDOW.into());
        refusal
    }

    fn records<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        if body.get("data").is_some() { body.get_mut("data") } else { Some(body) }
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["ledger"]) => json(200, &self.ledger()),
            ("GET", ["secrets"]) => {
                json(200, &json!({"secret_key": self.secret_key, "issuer": self.settings.issuer}))
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
