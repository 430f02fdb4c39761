//! Webhooks by Svix's rules: a message keeps its id and its bytes over all attempts, each attempt is signed anew, and
//! what fails comes again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::world::World;
use crate::hooks::outbox::Label;
use crate::hooks::{self, Failure, Outcome, Post};
use crate::house::Refused;

/// Seconds from a failed attempt to the next one.
const RETRIES: [i64; 7] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600];
/// How long an endpoint may fail before it is switched off.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// How long an old secret goes on signing.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
const TIMEOUT: Duration = Duration::from_secs(15);

/// A receiver.
#[derive(Debug)]
pub(super) struct Endpoint {
    url: String,
    /// Empty means all.
    types: Vec<String>,
    secret: String,
    /// The one before, and until when it signs.
    old: Option<(String, Timestamp)>,
    failing_since: Option<Timestamp>,
    disabled: bool,
}

/// What is sent.
#[derive(Debug, Clone)]
pub(super) struct Message {
    event: String,
    body: String,
}

/// One attempt.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    endpoint: u64,
    message: String,
    attempt: u32,
}

fn signed(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = hooks::unbase64(secret.trim_start_matches("whsec_")).unwrap_or_default();
    let tag = hooks::hmac_sha256(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", hooks::base64(&tag))
}

impl World {
    pub(super) fn add_endpoint(&mut self, url: String, types: Vec<String>) -> (u64, String) {
        let secret = format!("whsec_{}", hooks::base64(&self.desk.bytes(24)));
        let id = self.endpoints.last_key_value().map_or(1, |(last, _)| last + 1);
        let endpoint =
            Endpoint { url, types, secret: secret.clone(), old: None, failing_since: None, disabled: false };
        self.endpoints.insert(id, endpoint);
        (id, secret)
    }

    pub(super) fn roll_secret(&mut self, id: u64, at: Timestamp) -> Result<String, Refused> {
        let fresh = format!("whsec_{}", hooks::base64(&self.desk.bytes(24)));
        let endpoint =
            self.endpoints.get_mut(&id).ok_or_else(|| Refused::Missing("endpoint", id.to_string()))?;
        let old = std::mem::replace(&mut endpoint.secret, fresh.clone());
        endpoint.old = Some((old, at.checked_add(OVERLAP).unwrap_or(at)));
        Ok(fresh)
    }

    /// Tells every receiver that wants to know.
    pub(super) fn tell(&mut self, event: &str, data: Value, at: Timestamp) {
        if self.endpoints.is_empty() {
            return;
        }
        let body = json!({"data": data, "object": "event", "type": event, "timestamp": at.as_millisecond(),
            "instance_id": self.instance,
            "event_attributes": {"http_request": {"client_ip": "203.0.113.7", "user_agent": "Mozilla/5.0"}}});
        let id = format!("msg_{}", self.text(27));
        let message = Message { event: event.to_owned(), body: body.to_string() };
        self.messages.insert(id.clone(), message);
        let wants =
            |endpoint: &Endpoint| endpoint.types.is_empty() || endpoint.types.iter().any(|t| t == event);
        let receivers: Vec<u64> =
            self.endpoints.iter().filter(|(_, it)| !it.disabled && wants(it)).map(|(id, _)| *id).collect();
        for endpoint in receivers {
            let job = Job { endpoint, message: id.clone(), attempt: 1 };
            if let Some(label) = self.label(&job) {
                self.desk.outbox.plan(job, label, at);
            }
        }
    }

    /// A manual replay: the same id, the same bytes.
    pub(super) fn resend(&mut self, message: &str, at: Timestamp) -> Result<(), Refused> {
        if !self.messages.contains_key(message) {
            return Err(Refused::Missing("message", message.to_owned()));
        }
        for endpoint in self.endpoints.keys().copied().collect::<Vec<_>>() {
            let job = Job { endpoint, message: message.to_owned(), attempt: 1 };
            if let Some(label) = self.label(&job) {
                self.desk.outbox.plan(job, label, at);
            }
        }
        Ok(())
    }

    fn label(&self, job: &Job) -> Option<Label> {
        Some(Label {
            event: self.messages.get(&job.message)?.event.clone(),
            about: job.message.clone(),
            url: self.endpoints.get(&job.endpoint)?.url.clone(),
            attempt: job.attempt,
        })
    }

    pub(super) fn build(&self, id: u64, job: &Job, now: Timestamp) -> Result<Post, Outcome> {
        let message = self.messages.get(&job.message).ok_or(Outcome::Gone)?;
        let endpoint = self.endpoints.get(&job.endpoint).filter(|it| !it.disabled).ok_or(Outcome::Gone)?;
        let timestamp = now.as_second().to_string();
        let old = endpoint.old.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let signatures: Vec<String> = std::iter::once(&endpoint.secret)
            .chain(old)
            .map(|secret| signed(secret, &job.message, &timestamp, &message.body))
            .collect();
        let request = Request::post(&endpoint.url)
            .header("content-type", "application/json")
            .header("svix-id", &job.message)
            .header("svix-timestamp", timestamp)
            .header("svix-signature", signatures.join(" "))
            .body(Bytes::from(message.body.clone()))
            .map_err(|_| Outcome::Forbidden)?;
        Ok(Post { id, request, timeout: TIMEOUT })
    }

    pub(super) fn settle(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        let Some(endpoint) = self.endpoints.get_mut(&job.endpoint) else { return };
        if answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
            endpoint.failing_since = None;
            return;
        }
        let since = *endpoint.failing_since.get_or_insert(now);
        endpoint.disabled |= now.duration_since(since) >= PATIENCE;
        let aborted = answer.as_ref().is_ok_and(|answer| {
            answer.headers().get("webhook-delivery").is_some_and(|value| value == "abort-message")
        });
        let pause = usize::try_from(job.attempt - 1).ok().and_then(|at| RETRIES.get(at));
        if let (false, Some(pause)) = (aborted || endpoint.disabled, pause) {
            let due = now.checked_add(SignedDuration::from_secs(*pause)).unwrap_or(now);
            let next = Job { attempt: job.attempt + 1, ..job };
            if let Some(label) = self.label(&next) {
                self.desk.outbox.retry(next, label, now, due);
            }
        }
    }
}
