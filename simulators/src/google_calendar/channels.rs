//! Push channels: opened by us, told that something changed and nothing more, ended by time or by us.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use serde_json::{Value, json};

use super::routes::{bad_request, not_found};
use super::world::World;
use crate::hooks::outbox::Label;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Refusal, json};

/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Seconds before each further attempt.
const RETRIES: [i64; 5] = [1, 4, 16, 64, 256];

/// An open channel.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) calendar: String,
    account: String,
    resource: String,
    address: String,
    token: Option<String>,
    pub(super) expires: Timestamp,
    /// Of the last message.
    number: u64,
}

/// One attempt to tell.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    channel: String,
    state: &'static str,
    number: u64,
    attempt: u32,
}

fn uri(calendar: &str) -> String {
    format!("https://www.googleapis.com/calendar/v3/calendars/{calendar}/events?alt=json")
}

/// As HTTP writes dates.
fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

impl World {
    /// `POST …/events/watch`.
    pub(super) fn watch(
        &mut self,
        asked: &Asked<'_>,
        account: &str,
        calendar: &str,
        now: Timestamp,
    ) -> Result<Response<Bytes>, Refusal> {
        let body: Value =
            serde_json::from_slice(asked.body).map_err(|_| bad_request("parseError", "Parse Error"))?;
        let text = |name: &str| body.get(name).and_then(Value::as_str);
        let id = text("id").filter(|id| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_+/=".contains(c);
            (1..=64).contains(&id.len()) && id.chars().all(plain)
        });
        let id = id.ok_or_else(|| bad_request("channelIdInvalid", "Invalid channel id"))?;
        if self.channels.contains_key(id) {
            return Err(bad_request("channelIdNotUnique", &format!("Channel id {id} not unique")).into());
        }
        if text("type") != Some("web_hook") {
            return Err(bad_request("invalid", "Unknown channel type").into());
        }
        let address = text("address").unwrap_or_default();
        let scheme = if self.settings.plain_addresses { "http" } else { "https://" };
        if !address.starts_with(scheme) || address.parse::<http::Uri>().is_err() {
            return Err(bad_request("push.webhookUrlNotHttps", "WebHook callback must be HTTPS").into());
        }
        // A number, or its digits; no more than the most that is given.
        let wanted = body.get("expiration");
        let wanted = wanted.and_then(|it| it.as_i64().or_else(|| it.as_str()?.parse().ok()));
        let wanted = wanted.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let hours = SignedDuration::from_hours(i64::from(self.settings.channel_hours));
        let most = now.checked_add(hours).unwrap_or(now);
        let expires = wanted.unwrap_or(most).min(most);
        if expires <= now {
            return Err(bad_request("invalid", "Invalid expiration").into());
        }
        let resource = self.calendars.get(calendar).ok_or_else(not_found)?.resource.clone();
        let channel = Channel {
            calendar: calendar.to_owned(),
            account: account.to_owned(),
            resource: resource.clone(),
            address: address.to_owned(),
            token: text("token").map(str::to_owned),
            expires,
            number: 1,
        };
        let mut answer = json!({"kind": "api#channel", "id": id, "resourceId": resource,
            "resourceUri": uri(calendar), "expiration": expires.as_millisecond().to_string()});
        if let Some(token) = &channel.token {
            answer["token"] = json!(token);
        }
        self.channels.insert(id.to_owned(), channel);
        self.plan(id, "sync", 1, now);
        Ok(json(200, &answer))
    }

    /// `POST …/channels/stop`.
    pub(super) fn stop(&mut self, asked: &Asked<'_>, account: &str) -> Result<Response<Bytes>, Refusal> {
        let body: Value =
            serde_json::from_slice(asked.body).map_err(|_| bad_request("parseError", "Parse Error"))?;
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let known = self.channels.get(text("id"));
        if !known.is_some_and(|it| it.resource == text("resourceId") && it.account == account) {
            return Err(not_found().into());
        }
        self.channels.remove(text("id"));
        let mut done = Response::new(Bytes::new());
        *done.status_mut() = http::StatusCode::NO_CONTENT;
        Ok(done)
    }

    /// Tells every open channel of a calendar.
    pub(super) fn notify(&mut self, calendar: &str, state: &'static str, now: Timestamp) {
        let open = self.channels.iter().filter(|(_, it)| it.calendar == calendar && now < it.expires);
        let open: Vec<String> = open.map(|(id, _)| id.clone()).collect();
        for id in open {
            // Numbers rise, with gaps.
            let step = self.desk.dice.random_range(1..=3);
            let Some(channel) = self.channels.get_mut(&id) else { continue };
            channel.number += step;
            let number = channel.number;
            self.plan(&id, state, number, now);
        }
    }

    /// Every channel of a calendar ends now.
    pub(super) fn expire_channels(&mut self, calendar: &str, now: Timestamp) {
        self.channels.values_mut().filter(|it| it.calendar == calendar).for_each(|it| it.expires = now);
    }

    fn plan(&mut self, id: &str, state: &'static str, number: u64, at: Timestamp) {
        let job = Job { channel: id.to_owned(), state, number, attempt: 1 };
        if let Some(label) = self.label(&job) {
            self.desk.outbox.plan(job, label, at);
        }
    }

    fn label(&self, job: &Job) -> Option<Label> {
        let url = self.channels.get(&job.channel)?.address.clone();
        let about = format!("{} {}", job.channel, job.number);
        Some(Label { event: job.state.to_owned(), about, url, attempt: job.attempt })
    }

    pub(super) fn build(&self, id: u64, job: &Job, now: Timestamp) -> Result<Post, Outcome> {
        let channel = self.channels.get(&job.channel).filter(|it| now < it.expires).ok_or(Outcome::Gone)?;
        let mut request = Request::post(&channel.address)
            .header("x-goog-channel-id", &job.channel)
            .header("x-goog-channel-expiration", http_date(channel.expires))
            .header("x-goog-resource-id", &channel.resource)
            .header("x-goog-resource-uri", uri(&channel.calendar))
            .header("x-goog-resource-state", job.state)
            .header("x-goog-message-number", job.number.to_string());
        if let Some(token) = &channel.token {
            request = request.header("x-goog-channel-token", token);
        }
        let request = request.body(Bytes::new()).map_err(|_| Outcome::Forbidden)?;
        Ok(Post { id, request, timeout: TIMEOUT })
    }

    /// Four statuses are tried again, each time after a longer pause; whatever else is no success is lost.
    pub(super) fn settle(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        let again = answer.as_ref().is_ok_and(|it| matches!(it.status().as_u16(), 500 | 502 | 503 | 504));
        let pause = usize::try_from(job.attempt - 1).ok().and_then(|at| RETRIES.get(at));
        if let (true, Some(pause)) = (again, pause) {
            let due = now.checked_add(SignedDuration::from_secs(*pause)).unwrap_or(now);
            let next = Job { attempt: job.attempt + 1, ..job };
            if let Some(label) = self.label(&next) {
                self.desk.outbox.retry(next, label, now, due);
            }
        }
    }
}
