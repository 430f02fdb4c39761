//! Webhooks: at least once, in no order, each attempt signed anew with the whole text of the secret.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};

use super::json::{self, ApiVersion};
use super::world::World;
use crate::hooks::outbox::Label;
use crate::hooks::{self, Failure, Outcome, Post};
use crate::house::{ALPHANUMERIC, Refused};

const TIMEOUT: Duration = Duration::from_secs(10);
/// How long an old secret goes on signing.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// How long a live event is tried.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

/// A receiver, with the version it was made for.
#[derive(Debug)]
pub(super) struct Endpoint {
    url: String,
    version: ApiVersion,
    types: Vec<String>,
    secret: String,
    old: Option<(String, Timestamp)>,
}

/// One attempt.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    endpoint: u64,
    event: String,
    kind: &'static str,
    attempt: u32,
    began: Timestamp,
}

impl World {
    pub(super) fn add_endpoint(
        &mut self,
        url: String,
        version: ApiVersion,
        types: Vec<String>,
    ) -> (u64, String) {
        let secret = format!("whsec_{}", self.desk.text(ALPHANUMERIC, 32));
        let id = self.endpoints.last_key_value().map_or(1, |(last, _)| last + 1);
        self.endpoints.insert(id, Endpoint { url, version, types, secret: secret.clone(), old: None });
        (id, secret)
    }

    pub(super) fn roll_secret(&mut self, id: u64, at: Timestamp) -> Result<String, Refused> {
        let fresh = format!("whsec_{}", self.desk.text(ALPHANUMERIC, 32));
        let endpoint =
            self.endpoints.get_mut(&id).ok_or_else(|| Refused::Missing("endpoint", id.to_string()))?;
        let old = std::mem::replace(&mut endpoint.secret, fresh.clone());
        endpoint.old = Some((old, at.checked_add(OVERLAP).unwrap_or(at)));
        Ok(fresh)
    }

    pub(super) fn receivers(&self, kind: &str) -> BTreeSet<u64> {
        let wants = |it: &Endpoint| it.types.is_empty() || it.types.iter().any(|wanted| wanted == kind);
        self.endpoints.iter().filter(|(_, it)| wants(it)).map(|(id, _)| *id).collect()
    }

    pub(super) fn send(&mut self, endpoint: u64, event: &str, kind: &'static str, at: Timestamp) {
        let job = Job { endpoint, event: event.to_owned(), kind, attempt: 1, began: at };
        if let Some(label) = self.label(&job) {
            self.desk.outbox.plan(job, label, at);
        }
    }

    /// By hand: the id stays.
    pub(super) fn resend(&mut self, event: &str, at: Timestamp) -> Result<(), Refused> {
        let kind = self.event(event).map(|event| event.kind);
        let kind = kind.ok_or_else(|| Refused::Missing("event", event.to_owned()))?;
        for endpoint in self.receivers(kind) {
            self.send(endpoint, event, kind, at);
        }
        Ok(())
    }

    fn label(&self, job: &Job) -> Option<Label> {
        let url = self.endpoints.get(&job.endpoint)?.url.clone();
        Some(Label { event: job.kind.to_owned(), about: job.event.clone(), url, attempt: job.attempt })
    }

    pub(super) fn build(&self, id: u64, job: &Job, now: Timestamp) -> Result<Post, Outcome> {
        let event = self.event(&job.event).ok_or(Outcome::Gone)?;
        let endpoint = self.endpoints.get(&job.endpoint).ok_or(Outcome::Gone)?;
        let body = json::event(event, endpoint.version, self.settings.livemode);
        // As the platform writes it: with line breaks, so that whoever writes it anew fails the signature.
        let body = serde_json::to_string_pretty(&body).map_err(|_| Outcome::Gone)?;
        let time = now.as_second().to_string();
        let old = endpoint.old.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        let mut header = format!("t={time}");
        for secret in std::iter::once(&endpoint.secret).chain(old) {
            let tag = hooks::hmac_sha256(secret.as_bytes(), format!("{time}.{body}").as_bytes());
            header.push_str(",v1=");
            header.push_str(&hooks::hex(&tag));
        }
        let request = Request::post(&endpoint.url)
            .header("content-type", "application/json; charset=utf-8")
            .header("stripe-signature", header)
            .body(Bytes::from(body))
            .map_err(|_| Outcome::Forbidden)?;
        Ok(Post { id, request, timeout: TIMEOUT })
    }

    pub(super) fn settle(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        if answer.as_ref().is_ok_and(|answer| answer.status().is_success()) {
            if let Some(event) = self.events.iter_mut().rev().find(|event| event.id == job.event) {
                event.pending.remove(&job.endpoint);
            }
            return;
        }
        let pause = if self.settings.livemode {
            // A minute, doubled each time, at most half a day.
            SignedDuration::from_secs((60_i64 << job.attempt.min(12).saturating_sub(1)).min(12 * 3600))
        } else if job.attempt <= 3 {
            SignedDuration::from_hours(1)
        } else {
            return;
        };
        let due = now.checked_add(pause).unwrap_or(now);
        if due.duration_since(job.began) > PATIENCE {
            return;
        }
        let next = Job { attempt: job.attempt + 1, ..job };
        if let Some(label) = self.label(&next) {
            self.desk.outbox.retry(next, label, now, due);
        }
    }
}
