//! The keys with which Clerk signs: read once and kept, read again when a token names one that is not known, at most once
//! at a time and once a minute, and kept for a while when Clerk does not answer.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, StatusCode, Uri, header};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use metrics::counter;
use routiq_actors::clock::Clock;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{domain::session::TokenProblem, platforms::transport::Transport};

/// How long Clerk may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// The least time between two readings because of a key that is not known: anybody can name one.
const FLOOR: SignedDuration = SignedDuration::from_secs(60);
/// The least time between two tries while there is no key that may be used, or none that is fresh.
const RETRY: SignedDuration = SignedDuration::from_secs(5);
/// An instance has one or two.
const MOST: usize = 32;

/// Keys by their names.
pub type Keys = BTreeMap<String, Arc<DecodingKey>>;

/// Where the keys are published.
#[derive(Clone, Debug)]
pub struct Published {
    /// The address: the issuer's `/.well-known/jwks.json`, or the Backend API's `/v1/jwks`.
    pub uri: Uri,
    /// The instance's secret key, which the Backend API wants.
    pub secret: Option<SecretString>,
    /// How long they are believed without asking.
    pub fresh_for: SignedDuration,
    /// How long they are believed when nobody answers.
    pub usable_for: SignedDuration,
}

/// The published keys, kept.
pub struct Jwks {
    published: Published,
    transport: Arc<dyn Transport>,
    clock: Clock,
    book: Mutex<Book>,
    /// Whoever holds it reads; the others wait or do without.
    reading: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct Book {
    keys: Option<(Arc<Keys>, Timestamp)>,
    tried_at: Option<Timestamp>,
    failed: bool,
}

impl Jwks {
    /// Keys that are read when they are needed.
    pub fn new(published: Published, transport: Arc<dyn Transport>, clock: Clock) -> Arc<Self> {
        Arc::new(Self { published, transport, clock, book: Mutex::default(), reading: Arc::default() })
    }

    /// The key of that name.
    ///
    /// # Errors
    /// [`TokenProblem::Invalid`] when Clerk knows none of that name, [`TokenProblem::Unavailable`] when there are no keys
    /// at all that may still be believed.
    pub async fn key(self: &Arc<Self>, kid: &str) -> Result<Arc<DecodingKey>, TokenProblem> {
        let now = self.clock.now();
        let known = self.usable(now);
        let found = known.as_ref().and_then(|(keys, _)| keys.get(kid).cloned());
        let fresh = known.is_some_and(|(_, at)| now.duration_since(at) < self.published.fresh_for);
        match found {
            Some(key) if fresh => return Ok(key),
            Some(key) => {
                // Old, but good enough for those who come while somebody reads.
                if let Ok(turn) = Arc::clone(&self.reading).try_lock_owned() {
                    self.read(turn, RETRY).await;
                    return self.known(kid);
                }
                return Ok(key);
            }
            None => {}
        }
        let turn = Arc::clone(&self.reading).lock_owned().await;
        self.read(turn, if fresh { FLOOR } else { RETRY }).await;
        self.known(kid)
    }

    fn known(&self, kid: &str) -> Result<Arc<DecodingKey>, TokenProblem> {
        let (keys, _) = self.usable(self.clock.now()).ok_or(TokenProblem::Unavailable)?;
        keys.get(kid).cloned().ok_or(TokenProblem::Invalid("a key that is not the instance's"))
    }

    fn usable(&self, now: Timestamp) -> Option<(Arc<Keys>, Timestamp)> {
        let book = self.book();
        book.keys.clone().filter(|(_, at)| now.duration_since(*at) < self.published.usable_for)
    }

    /// Reads, unless that was tried a moment ago. Goes on when whoever asked goes away, so that nobody can make Clerk be
    /// asked again by hanging up.
    async fn read(self: &Arc<Self>, turn: tokio::sync::OwnedMutexGuard<()>, least: SignedDuration) {
        let now = self.clock.now();
        {
            let mut book = self.book();
            // After a failure there is no reason to wait for a whole minute.
            let least = if book.failed { least.min(RETRY) } else { least };
            let soon = |at: Timestamp| at <= now && now.duration_since(at) < least;
            if book.tried_at.is_some_and(soon) {
                return;
            }
            book.tried_at = Some(now);
        }
        let this = Arc::clone(self);
        let reading = tokio::spawn(async move {
            let outcome = this.ask().await;
            this.keep(outcome, now);
            drop(turn);
        });
        if reading.await.is_err() {
            tracing::error!("reading Clerk's keys ended badly");
        }
    }

    fn keep(&self, outcome: Result<Keys, &'static str>, now: Timestamp) {
        let mut book = self.book();
        book.failed = outcome.is_err();
        match outcome {
            Ok(keys) => {
                counter!("routiq_session_keys_read_total", "outcome" => "ok").increment(1);
                book.keys = Some((Arc::new(keys), now));
            }
            Err(why) => {
                counter!("routiq_session_keys_read_total", "outcome" => "failed").increment(1);
                tracing::warn!(platform = "clerk", why, "the keys of sessions cannot be read");
            }
        }
    }

    async fn ask(&self) -> Result<Keys, &'static str> {
        let mut request = Request::get(&self.published.uri).header(header::ACCEPT, "application/json");
        if let Some(secret) = &self.published.secret {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", secret.expose_secret()));
        }
        let request = request.body(Bytes::new()).map_err(|_| "the request cannot be made")?;
        let answer = tokio::time::timeout(PATIENCE, self.transport.send(request));
        let answer = answer.await.map_err(|_| "no answer in time")?.map_err(|_| "no answer")?;
        if answer.status() != StatusCode::OK {
            return Err("an answer that is no success");
        }
        parse(answer.body())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// A JSON Web Key Set (RFC 7517): its RSA keys for signatures by RS256, the others passed over.
///
/// # Errors
/// When it is none, or has no such key.
pub fn parse(body: &[u8]) -> Result<Keys, &'static str> {
    let set: Set = serde_json::from_slice(body).map_err(|_| "an answer that is no set of keys")?;
    let ours = |key: &Key| {
        key.kty == "RSA"
            && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
            && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
    };
    let keys: Keys = set
        .keys
        .into_iter()
        .filter(ours)
        .take(MOST)
        .filter_map(|key| {
            let decoding = DecodingKey::from_rsa_components(&key.n?, &key.e?).ok()?;
            Some((key.kid.filter(|kid| !kid.is_empty())?, Arc::new(decoding)))
        })
        .collect();
    if keys.is_empty() { Err("a set without a key for sessions") } else { Ok(keys) }
}

#[cfg(test)]
mod tests;
