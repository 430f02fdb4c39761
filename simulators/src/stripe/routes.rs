//! The interface: subscriptions, customers, invoices, events.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::events::Event;
use super::json::{self as shape, ApiVersion};
use super::webhooks::Job;
use super::world::{SubscriptionStatus, World};
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, json, obey};

fn error(status: u16, kind: &str, code: Option<&str>, message: &str, param: Option<&str>) -> Response<Bytes> {
    let mut error = json!({"type": kind, "message": message});
    if let Some(code) = code {
        error["code"] = json!(code);
        error["doc_url"] = json!(format!("https://stripe.com/docs/error-codes/{code}"));
    }
    if let Some(param) = param {
        error["param"] = json!(param);
    }
    json(status, &json!({ "error": error }))
}

fn missing(what: &str, id: &str) -> Response<Bytes> {
    let message = format!("No such {what}: '{id}'");
    error(404, "invalid_request_error", Some("resource_missing"), &message, Some("id"))
}

fn invalid(param: &str) -> Response<Bytes> {
    error(400, "invalid_request_error", None, &format!("Invalid {param}"), Some(param))
}

/// A page of rows that come newest first: after `starting_after`, or before `ending_before`.
fn page(rows: Vec<(String, Value)>, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
    let limit: usize = match asked.get("limit") {
        None => 10,
        Some(text) => text.parse().ok().filter(|n| (1..=100).contains(n)).ok_or_else(|| invalid("limit"))?,
    };
    let place = |param: &str| -> Result<Option<usize>, Refusal> {
        asked
            .get(param)
            .map(|id| {
                rows.iter().position(|(known, _)| known == id).ok_or_else(|| missing("object", id).into())
            })
            .transpose()
    };
    let range = match (place("starting_after")?, place("ending_before")?) {
        (Some(after), _) => after + 1..rows.len().min(after + 1 + limit),
        (None, Some(before)) => before.saturating_sub(limit)..before,
        (None, None) => 0..limit.min(rows.len()),
    };
    let has_more =
        if asked.get("ending_before").is_some() { range.start > 0 } else { range.end < rows.len() };
    let data: Vec<&Value> = rows[range].iter().map(|(_, row)| row).collect();
    Ok(json(200, &json!({"object": "list", "url": asked.path, "has_more": has_more, "data": data})))
}

impl World {
    fn signed_in(&self, asked: &Asked<'_>) -> bool {
        let bearer = asked.authorization("bearer").map(str::to_owned);
        let basic =
            asked.authorization("basic").and_then(|text| STANDARD.decode(text).ok()).and_then(|pair| {
                let pair = String::from_utf8(pair).ok()?;
                pair.split_once(':').map(|(user, _)| user.to_owned())
            });
        bearer.or(basic).as_deref() == Some(self.secret_key.as_str())
    }

    fn within(&mut self, now: Timestamp) -> bool {
        if self.window.0 != now.as_second() {
            self.window = (now.as_second(), 0);
        }
        self.window.1 += 1;
        self.window.1 <= self.settings.allowance
    }

    fn route(&mut self, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let version = match asked.headers.get("stripe-version") {
            None => self.settings.version,
            Some(name) => {
                name.to_str().ok().and_then(ApiVersion::of).ok_or_else(|| invalid("Stripe-Version"))?
            }
        };
        let live = self.settings.livemode;
        if asked.method != "GET" {
            return Err(error(404, "invalid_request_error", None, "Unrecognized request URL", None).into());
        }
        match asked.parts.as_slice() {
            ["v1", "subscriptions"] => self.list_subscriptions(asked, version),
            ["v1", "subscriptions", id] => {
                let it = self.subscriptions.get(*id).ok_or_else(|| missing("subscription", id))?;
                Ok(json(200, &shape::subscription(it, version, live)))
            }
            ["v1", "customers"] => {
                let mut rows: Vec<_> = self.customers.values().filter(|it| !it.deleted).collect();
                rows.sort_by_key(|it| std::cmp::Reverse((it.created, it.id.clone())));
                page(rows.into_iter().map(|it| (it.id.clone(), shape::customer(it, live))).collect(), asked)
            }
            ["v1", "customers", id] => {
                let it = self.customers.get(*id).ok_or_else(|| missing("customer", id))?;
                Ok(json(200, &shape::customer(it, live)))
            }
            ["v1", "invoices", id] => {
                let it = self.invoices.get(*id).ok_or_else(|| missing("invoice", id))?;
                Ok(json(200, &shape::invoice(it, version, live)))
            }
            ["v1", "events"] => self.list_events(asked),
            ["v1", "events", id] => {
                let it = self.event(id).ok_or_else(|| missing("event", id))?;
                Ok(json(200, &shape::event(it, self.settings.version, live)))
            }
            _ => Err(error(404, "invalid_request_error", None, "Unrecognized request URL", None).into()),
        }
    }

    /// Ended ones are left out unless they are asked for.
    fn list_subscriptions(&self, asked: &Asked<'_>, version: ApiVersion) -> Result<Response<Bytes>, Refusal> {
        let status = asked.get("status");
        let mut rows: Vec<_> = self
            .subscriptions
            .values()
            .filter(|it| asked.get("customer").is_none_or(|customer| it.customer == customer))
            .filter(|it| match status {
                Some("all") => true,
                Some("ended") => it.status.ended(),
                Some(wanted) => serde_json::to_value(it.status).is_ok_and(|known| known == wanted),
                None => it.status != SubscriptionStatus::Canceled,
            })
            .collect();
        rows.sort_by_key(|it| std::cmp::Reverse((it.created, it.id.clone())));
        let live = self.settings.livemode;
        page(
            rows.into_iter().map(|it| (it.id.clone(), shape::subscription(it, version, live))).collect(),
            asked,
        )
    }

    fn list_events(&self, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let bound = |name: &str| -> Result<Option<i64>, Refusal> {
            asked.get(name).map(|text| text.parse().map_err(|_| invalid(name).into())).transpose()
        };
        let (gte, gt) = (bound("created[gte]")?, bound("created[gt]")?);
        let (lte, lt) = (bound("created[lte]")?, bound("created[lt]")?);
        let delivered = match asked.get("delivery_success") {
            None => None,
            Some("true") => Some(true),
            Some("false") => Some(false),
            Some(_) => return Err(invalid("delivery_success").into()),
        };
        let types: Vec<&str> = asked
            .query
            .iter()
            .filter(|(name, _)| name == "type" || name == "types[]" || name.starts_with("types["))
            .map(|(_, kind)| kind.as_str())
            .collect();
        let wanted = |event: &&Event| {
            let at = event.created.as_second();
            gte.is_none_or(|bound| at >= bound)
                && gt.is_none_or(|bound| at > bound)
                && lte.is_none_or(|bound| at <= bound)
                && lt.is_none_or(|bound| at < bound)
                && delivered.is_none_or(|delivered| event.pending.is_empty() == delivered)
                && (types.is_empty() || types.iter().any(|kind| matches_type(kind, event.kind)))
        };
        let (version, live) = (self.settings.version, self.settings.livemode);
        let rows = self.events.iter().rev().filter(wanted);
        page(rows.map(|it| (it.id.clone(), shape::event(it, version, live))).collect(), asked)
    }
}

/// A type, or a family of them: `customer.subscription.*`.
fn matches_type(wanted: &str, kind: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(family) => kind.starts_with(family),
        None => wanted == kind,
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
        if !self.signed_in(asked) {
            return error(401, "invalid_request_error", None, "Invalid API Key provided", None);
        }
        if !self.within(now) {
            self.desk.violated();
            return self.throttled();
        }
        self.route(asked).unwrap_or_else(|refusal| *refusal)
    }

    fn throttled(&self) -> Response<Bytes> {
        error(
            429,
            "invalid_request_error",
            Some("rate_limit"),
            "Too many requests hit the API too quickly.",
            None,
        )
    }

    fn records<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        if body.get("data").is_some() { body.get_mut("data") } else { Some(body) }
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["ledger"]) => json(200, &self.ledger()),
            ("GET", ["secrets"]) => json(200, &json!({"secret_key": self.secret_key})),
            _ => json(404, &json!({"error": "no such control"})),
        }
    }

    fn post(&mut self, id: u64, job: &Job, now: Timestamp) -> Result<Post, Outcome> {
        self.build(id, job, now)
    }

    fn ended(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        self.settle(job, answer, now);
    }
}
