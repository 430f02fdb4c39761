//! What the simulators of the smaller interfaces have in common: a lock, a clock, a log, faults, a way out for webhooks.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::damage::damaged;
use crate::faults::{Fault, Faults, Played};
use crate::hooks::{Failure, Outbox, Outcome, Post, Sends};
use crate::log::{Counters, LogEntry, RequestLog};
use crate::serving::{Answers, Cut};
use crate::{Clock, mix};

/// Why a control call could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The named thing does not exist (any more).
    #[error("there is no {0} {1}")]
    Missing(&'static str, String),
    /// The value is not acceptable.
    #[error("{0} is invalid")]
    Invalid(&'static str),
}

/// One request, taken apart.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    /// The whole path, undecoded.
    pub(crate) path: &'a str,
    /// Its segments.
    pub(crate) parts: Vec<&'a str>,
    /// Decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: &'a HeaderMap,
    /// The host that was asked, as the address or the `Host` header names it.
    pub(crate) host: Option<&'a str>,
    pub(crate) body: &'a [u8],
    /// The fault this request suffers, for those that only the platform itself can play.
    pub(crate) fault: Option<Fault>,
}

impl Asked<'_> {
    /// A parameter; of several the last one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// By how many rows a page that is not the first has moved.
    pub(crate) fn drift(&self) -> i64 {
        if let Some(Fault::Drift(rows)) = self.fault { rows } else { 0 }
    }

    /// What follows a word in `Authorization`.
    pub(crate) fn authorization(&self, scheme: &str) -> Option<&str> {
        let value = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (word, rest) = value.split_once(' ')?;
        word.eq_ignore_ascii_case(scheme).then_some(rest.trim())
    }
}

/// The state every platform keeps besides its own.
#[derive(Debug)]
pub(crate) struct Desk<J> {
    pub(crate) faults: Faults,
    pub(crate) outbox: Outbox<J>,
    pub(crate) dice: ChaCha8Rng,
    log: RequestLog,
    violations: u64,
    seed: u64,
    ids: u64,
}

impl<J: Clone> Desk<J> {
    pub(crate) fn new(seed: u64, keep: usize) -> Self {
        let dice = |n| ChaCha8Rng::seed_from_u64(mix(seed, n));
        Self {
            faults: Faults::new(dice(7)),
            outbox: Outbox::new(dice(13), keep),
            dice: dice(17),
            log: RequestLog::new(keep),
            violations: 0,
            seed: mix(seed, 19),
            ids: 0,
        }
    }

    /// A text of `length` characters out of `alphabet`, never the same twice: the seed decides it.
    pub(crate) fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        self.ids += 1;
        let mut state = mix(self.seed, self.ids);
        let mut next = || {
            state = mix(state, 5);
            char::from(alphabet[usize::try_from(state % alphabet.len() as u64).unwrap_or(0)])
        };
        (0..length).map(|_| next()).collect()
    }

    /// Bytes for a secret.
    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        self.ids += 1;
        let mut state = mix(self.seed, self.ids);
        (0..length)
            .map(|_| {
                state = mix(state, 6);
                state.to_le_bytes()[0]
            })
            .collect()
    }

    /// Counts a request beyond a limit.
    pub(crate) fn violated(&mut self) {
        self.violations += 1;
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters { violations: self.violations, ..self.log.counters.clone() }
    }

    pub(crate) fn log(&self) -> Vec<LogEntry> {
        self.log.entries.iter().cloned().collect()
    }
}

/// Letters and digits, as ids are made of.
pub(crate) const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Hexadecimal digits.
pub(crate) const HEX: &[u8] = b"0123456789abcdef";

/// An answer that says no, for functions that give up early.
pub(crate) type Refusal = Box<Response<Bytes>>;

/// One platform's world behind the lock.
pub(crate) trait Platform: Send + 'static {
    /// Says how one delivery is built.
    type Job: Clone + fmt::Debug + Send + 'static;
    /// The common state.
    fn desk(&mut self) -> &mut Desk<Self::Job>;
    /// Lets what is due happen.
    fn advance(&mut self, to: Timestamp);
    /// Answers a request.
    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes>;
    /// The refusal of one request too many.
    fn throttled(&self) -> Response<Bytes>;
    /// Where an answer keeps its records: a list, or one alone. Without it the platform plays faults of records itself.
    fn records<'a>(&self, _body: &'a mut Value) -> Option<&'a mut Value> {
        None
    }
    /// A query as the log may show it.
    fn logged(&self, query: &str) -> String {
        query.to_owned()
    }
    /// Answers control that is not common to all.
    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes>;
    /// Builds the request of a job.
    fn post(&mut self, id: u64, job: &Self::Job, now: Timestamp) -> Result<Post, Outcome>;
    /// Does what follows from the end of a job.
    fn ended(&mut self, job: Self::Job, answer: &Result<Response<Bytes>, Failure>, now: Timestamp);
}

/// A world, its lock and its clock. Clones share it.
pub(crate) struct House<W> {
    inner: Arc<Inner<W>>,
}

struct Inner<W> {
    world: Mutex<W>,
    clock: Clock,
    silence: Duration,
}

impl<W> Clone for House<W> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<W: Platform> House<W> {
    pub(crate) fn new(world: W, clock: Clock, silence: Duration) -> Self {
        Self { inner: Arc::new(Inner { world: Mutex::new(world), clock, silence }) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    /// The world at this moment: what was due has happened.
    pub(crate) fn world(&self) -> (MutexGuard<'_, W>, Timestamp) {
        let now = self.now();
        let mut world = self.inner.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(now);
        (world, now)
    }

    pub(crate) async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Cut> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let method = parts.method.as_str();
        if let Some(rest) = path.strip_prefix("/__simulator") {
            return Ok(self.control(method, rest, &body));
        }
        let query = parts.uri.query().unwrap_or_default();
        let host = parts.headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let mut asked = Asked {
            method,
            path,
            parts: path.split('/').filter(|part| !part.is_empty()).collect(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            headers: &parts.headers,
            host: parts.uri.authority().map(http::uri::Authority::as_str).or(host),
            body: &body,
            fault: None,
        };
        let (outcome, latency) = self.play(&mut asked, query);
        if latency > Duration::ZERO {
            tokio::time::sleep(latency).await;
        }
        outcome
    }

    fn play(&self, asked: &mut Asked<'_>, query: &str) -> (Result<Response<Bytes>, Cut>, Duration) {
        let (mut world, now) = self.world();
        let Played { latency_ms, fault, surprises } = world.desk().faults.play(asked.path);
        asked.fault.clone_from(&fault);
        let reply = match &fault {
            Some(Fault::RateLimited) => world.throttled(),
            Some(Fault::Html(status)) => html(*status),
            _ => world.reply(asked, now),
        };
        let lesser =
            if surprises.is_empty() { (latency_ms > 0).then_some("latency") } else { Some("surprise") };
        let name = fault.as_ref().map(Fault::name).or(lesser);
        let outcome = damaged(&mut *world, reply, fault, &surprises);
        let (status, bytes) = match &outcome {
            Ok(response) => (Some(response.status().as_u16()), response.body().len()),
            Err(Cut::Body(partial)) => (None, partial.body().len()),
            Err(_) => (None, 0),
        };
        let entry = LogEntry {
            at: now,
            method: asked.method.to_owned(),
            path: asked.path.to_owned(),
            query: world.logged(query),
            status,
            fault: name,
            bytes,
        };
        world.desk().log.add(entry);
        (outcome, Duration::from_millis(latency_ms))
    }

    fn control(&self, method: &str, path: &str, body: &[u8]) -> Response<Bytes> {
        let (mut world, now) = self.world();
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let desk = world.desk();
        match (method, parts.as_slice()) {
            ("GET", ["log"]) => json(200, &desk.log()),
            ("GET", ["counters"]) => json(200, &desk.counters()),
            ("GET", ["faults"]) => json(200, &desk.faults.list()),
            ("GET", ["deliveries"]) => json(200, &desk.outbox.entries()),
            ("GET", ["hooks"]) => json(
                200,
                &json!({"totals": desk.outbox.totals, "faults": desk.outbox.faults, "open": desk.outbox.open()}),
            ),
            ("PUT", ["faults"]) => obey(body, |rules: Vec<crate::faults::FaultRule>| {
                desk.faults.clear();
                rules.into_iter().for_each(|rule| desk.faults.add(rule));
                Ok(Value::Null)
            }),
            ("PUT", ["hooks"]) => obey(body, |faults| {
                desk.outbox.faults = faults;
                Ok(Value::Null)
            }),
            (method, parts) => world.control(method, parts, body, now),
        }
    }

    /// Does something with the common state.
    pub(crate) fn desk<T>(&self, with: impl FnOnce(&mut Desk<W::Job>) -> T) -> T {
        with(self.world().0.desk())
    }
}

/// Does what a control request says: 200 with the result, 409 with the refusal, 422 for what cannot be read.
pub(crate) fn obey<T: DeserializeOwned>(
    body: &[u8],
    deed: impl FnOnce(T) -> Result<Value, Refused>,
) -> Response<Bytes> {
    match serde_json::from_slice(body) {
        Err(error) => json(422, &json!({"error": error.to_string()})),
        Ok(order) => match deed(order) {
            Ok(result) => json(200, &json!({"result": result})),
            Err(refused) => json(409, &json!({"error": refused.to_string()})),
        },
    }
}

impl<W: Platform> Answers for House<W> {
    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Cut> {
        self.handle(request).await
    }

    fn silence(&self) -> Duration {
        self.inner.silence
    }
}

impl<W: Platform> Sends for House<W> {
    fn posts(&self, everything: bool) -> Vec<Post> {
        let (mut world, now) = self.world();
        let due = world.desk().outbox.take((!everything).then_some(now));
        let mut posts = Vec::with_capacity(due.len());
        for (id, job) in due {
            match world.post(id, &job, now) {
                Ok(post) => posts.push(post),
                Err(outcome) => {
                    world.desk().outbox.end(id, outcome, now);
                }
            }
        }
        posts
    }

    fn answered(&self, id: u64, answer: &Result<Response<Bytes>, Failure>) {
        let outcome = match answer {
            Ok(response) => Outcome::Answered(response.status().as_u16()),
            Err(failure) => Outcome::Failed(*failure),
        };
        let (mut world, now) = self.world();
        if let Some(job) = world.desk().outbox.end(id, outcome, now) {
            world.ended(job, answer, now);
        }
    }

    fn due(&self) -> (Option<Timestamp>, Timestamp) {
        let (mut world, now) = self.world();
        (world.desk().outbox.due(), now)
    }

    fn news(&self) -> Arc<Notify> {
        self.world().0.desk().outbox.news()
    }
}

/// An answer in JSON.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Response<Bytes> {
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/json; charset=utf-8"));
    response
}

fn html(status: u16) -> Response<Bytes> {
    let body = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\n");
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html"));
    response
}
