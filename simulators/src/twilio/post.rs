//! Requests to us: their form, their signature, what is tried again and what then goes to the second address.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::params::pair;
use super::sign;
use super::world::{Sender, Trouble, World};
use crate::hooks::outbox::Label;
use crate::hooks::{self, Failure, Outcome, Post};

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Inbound,
    Status,
}

/// One attempt.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    account: String,
    kind: Kind,
    url: String,
    by_get: bool,
    as_json: bool,
    fallback: Option<String>,
    params: Vec<(String, String)>,
    /// The same over all attempts.
    token: String,
    about: String,
    attempt: u32,
}

/// What the fragment of an address changes.
#[derive(Debug, PartialEq, Eq)]
struct Overrides {
    retries: u32,
    policy: Vec<String>,
    read_timeout: u64,
}

impl Overrides {
    fn of(url: &str) -> Self {
        let mut it = Self { retries: 1, policy: vec!["ct".to_owned()], read_timeout: 15_000 };
        for part in url.split_once('#').map_or("", |(_, fragment)| fragment).split('&') {
            match part.split_once('=') {
                Some(("rc", n)) => it.retries = n.parse().ok().filter(|n| *n <= 5).unwrap_or(it.retries),
                Some(("rp", list)) => it.policy = list.split(',').map(str::to_owned).collect(),
                Some(("rt" | "tt", ms)) => {
                    let ms: Option<u64> = ms.parse().ok().filter(|ms| (100..=15_000).contains(ms));
                    it.read_timeout = it.read_timeout.min(ms.unwrap_or(it.read_timeout));
                }
                _ => {}
            }
        }
        it
    }

    fn covers(&self, answer: &Result<Response<Bytes>, Failure>) -> bool {
        let kind = match answer {
            Err(Failure::Refused) => "ct",
            Err(Failure::TimedOut | Failure::Broken) => "rt",
            Ok(answer) if answer.status().is_client_error() => "4xx",
            Ok(answer) if answer.status().is_server_error() => "5xx",
            Ok(_) => return false,
        };
        self.policy.iter().any(|wanted| wanted == kind || wanted == "all")
    }
}

impl World {
    #[allow(clippy::too_many_arguments, reason = "what a request is made of")]
    pub(super) fn tell(
        &mut self,
        account: &str,
        kind: Kind,
        url: &str,
        sender: &Sender,
        params: Vec<(String, String)>,
        about: &str,
        at: Timestamp,
    ) {
        let job = Job {
            account: account.to_owned(),
            kind,
            url: url.to_owned(),
            by_get: sender.by_get,
            as_json: sender.as_json,
            fallback: sender.fallback.clone(),
            params,
            token: self.sid(""),
            about: about.to_owned(),
            attempt: 1,
        };
        let label = label(&job);
        self.desk.outbox.plan(job, label, at);
    }

    pub(super) fn build(&self, id: u64, job: &Job) -> Result<Post, Outcome> {
        let account = self.accounts.get(&job.account).ok_or(Outcome::Gone)?;
        let mut url = sign::bare(&job.url);
        let more = |url: &str| if url.contains('?') { '&' } else { '?' };
        let encoded = || form_urlencoded::Serializer::new(String::new()).extend_pairs(&job.params).finish();
        let (method, kind, body, signed) = if job.by_get {
            url = format!("{url}{}{}", more(&url), encoded());
            ("GET", None, String::new(), url.clone())
        } else if job.as_json {
            let fields = job.params.iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
            let body = Value::Object(Map::from_iter(fields)).to_string();
            let hash = hooks::hex(&hooks::sha256(body.as_bytes()));
            url = format!("{url}{}bodySHA256={hash}", more(&url));
            ("POST", Some("application/json"), body, url.clone())
        } else {
            let signed = sign::text(&url, &job.params);
            ("POST", Some("application/x-www-form-urlencoded; charset=UTF-8"), encoded(), signed)
        };
        let (signature, settings) = sign::sign(&account.token, account.shared.as_ref(), &signed);
        let mut request = Request::builder()
            .method(method)
            .uri(url)
            .header("x-twilio-signature", signature)
            .header("i-twilio-idempotency-token", &job.token)
            .header("x-home-region", "us1");
        if let Some(settings) = settings {
            request = request.header("x-twilio-webhooks-signature-settings", settings);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Bytes::from(body)).map_err(|_| Outcome::Forbidden)?;
        let timeout = Duration::from_millis(Overrides::of(&job.url).read_timeout);
        Ok(Post { id, request, timeout })
    }

    pub(super) fn settle(&mut self, job: Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp) {
        let code = match answer {
            Ok(answer) if answer.status().is_success() => {
                if job.kind == Kind::Inbound
                    && let Some(code) = unusable(answer)
                {
                    self.troubles.push(Trouble { at: now, code, url: job.url });
                }
                return;
            }
            Ok(_) => 11_200,
            Err(_) => 11_205,
        };
        self.troubles.push(Trouble { at: now, code, url: job.url.clone() });
        let overrides = Overrides::of(&job.url);
        let next = if job.attempt <= overrides.retries && overrides.covers(answer) {
            Job { attempt: job.attempt + 1, ..job }
        } else if let (Kind::Inbound, Some(fallback)) = (job.kind, job.fallback.clone()) {
            let mut params = job.params.clone();
            params.push(pair("ErrorCode", &code.to_string()));
            params.push(pair("ErrorUrl", &job.url));
            Job { url: fallback, fallback: None, params, attempt: 1, ..job }
        } else {
            // Lost: only the list of messages shows it.
            return;
        };
        let label = label(&next);
        self.desk.outbox.retry(next, label, now, now);
    }
}

fn label(job: &Job) -> Label {
    let event = if job.kind == Kind::Inbound { "inbound" } else { "status" };
    Label { event: event.to_owned(), about: job.about.clone(), url: job.url.clone(), attempt: job.attempt }
}

/// Why an answer says nothing to the platform: its type, or what stands before the markup.
fn unusable(answer: &Response<Bytes>) -> Option<u32> {
    if answer.body().is_empty() {
        return None;
    }
    let kind =
        answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    match kind.split(';').next().unwrap_or_default().trim() {
        "text/xml" | "application/xml" | "text/html" => (!answer.body().starts_with(b"<")).then_some(12_100),
        "text/plain" => None,
        _ => Some(12_300),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_change_retries_and_timeouts() {
        let plain = Overrides::of("https://a.example.test/x");
        assert_eq!(plain, Overrides { retries: 1, policy: vec!["ct".to_owned()], read_timeout: 15_000 });
        assert!(plain.covers(&Err(Failure::Refused)) && !plain.covers(&Err(Failure::TimedOut)));
        let more = Overrides::of("https://a.example.test/x#rc=3&rp=ct,rt,5xx&rt=2000");
        assert_eq!((more.retries, more.read_timeout), (3, 2000));
        let answer =
            |status: u16| Ok(Response::builder().status(status).body(Bytes::new()).unwrap_or_default());
        assert!(more.covers(&answer(503)) && !more.covers(&answer(404)));
        assert_eq!(Overrides::of("https://a.example.test/#rc=9").retries, 1, "five is the most");
    }
}
