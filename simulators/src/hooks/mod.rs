//! Webhooks on their way out of a simulator: what waits, what is lost on purpose, what became of each.
//!
//! A platform plans deliveries in an outbox when something changes, builds the requests when they are due, and learns
//! what was answered. Two ways lead out:
//!
//! - [`deliver`] sends what is due, one after the other, and returns: for tests and for virtual time.
//! - [`run`] goes on until it is stopped, many at once, as a real platform does: for what is looked at live.
//!
//! Where the requests go is a [`Sink`]: a function in the same process, or [`Network`] for real HTTP.

mod network;
pub(crate) mod outbox;
mod sign;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use network::Network;
pub(crate) use outbox::Outbox;
pub(crate) use sign::{base64, hex, hmac_sha1, hmac_sha256, sha256, unbase64};

/// The most requests [`run`] has under way at a time.
const AT_ONCE: usize = 32;
/// How long [`run`] sleeps at most, whatever the installation's clock says.
const NAP: Duration = Duration::from_millis(100);

/// One delivery, ready to be sent.
#[derive(Debug)]
pub struct Post {
    /// Names it to [`Sends::answered`].
    pub id: u64,
    /// The request, with an absolute address.
    pub request: Request<Bytes>,
    /// How long the platform waits for the answer.
    pub timeout: Duration,
}

/// Why a delivery got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// The answer did not come in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended, or what came was no HTTP.
    #[error("the exchange broke off")]
    Broken,
}

/// An answer on its way.
pub type Sending = Pin<Box<dyn Future<Output = Result<Response<Bytes>, Failure>> + Send>>;

/// Where deliveries go.
pub trait Sink: Send + Sync {
    /// Sends one request and waits for its answer, at most for `timeout`.
    fn send(&self, request: Request<Bytes>, timeout: Duration) -> Sending;
}

/// A function of the same process; it answers at once or is not in a hurry.
impl<F, Answer> Sink for F
where
    F: Fn(Request<Bytes>) -> Answer + Send + Sync,
    Answer: Future<Output = Result<Response<Bytes>, Failure>> + Send + 'static,
{
    fn send(&self, request: Request<Bytes>, _: Duration) -> Sending {
        Box::pin(self(request))
    }
}

/// A simulator that has something to deliver.
pub trait Sends: Clone + Send + Sync + 'static {
    /// Takes what is due by the installation's clock; with `everything` also what is not due yet, in its order.
    fn posts(&self, everything: bool) -> Vec<Post>;
    /// Says what became of one.
    fn answered(&self, id: u64, answer: &Result<Response<Bytes>, Failure>);
    /// When the next one is due, and the time now.
    fn due(&self) -> (Option<Timestamp>, Timestamp);
    /// Rings when something was planned.
    fn news(&self) -> Arc<Notify>;
}

/// Sends what is due, one after the other, until nothing is; returns how many were sent.
///
/// What a failure brings back (a retry) is sent as well if it is due, or in any case with `everything`.
pub async fn deliver(from: &impl Sends, to: &dyn Sink, everything: bool) -> usize {
    let mut sent = 0;
    loop {
        let posts = from.posts(everything);
        if posts.is_empty() {
            return sent;
        }
        for post in posts {
            let answer = to.send(post.request, post.timeout).await;
            from.answered(post.id, &answer);
            sent += 1;
        }
    }
}

/// Sends whatever becomes due, many at once and in no promised order, until `stop`.
pub async fn run(from: impl Sends, to: Arc<dyn Sink>, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let under_way = TaskTracker::new();
    let news = from.news();
    while !stop.is_cancelled() {
        for post in from.posts(false) {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let (from, to) = (from.clone(), Arc::clone(&to));
            under_way.spawn(async move {
                let answer = to.send(post.request, post.timeout).await;
                from.answered(post.id, &answer);
                drop(place);
            });
        }
        let (next, now) = from.due();
        let wait = next.map_or(NAP, |next| {
            let left = next.duration_since(now).as_millis().max(1);
            Duration::from_millis(u64::try_from(left).unwrap_or(1)).min(NAP)
        });
        tokio::select! {
            () = stop.cancelled() => {}
            () = news.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
    under_way.close();
    under_way.wait().await;
}

/// What goes wrong between a platform and the one it tells. Chances lie between 0 and 1 and are decided by the seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HookFaults {
    /// Never sent at all, and nobody told.
    pub drop: f64,
    /// Sent a second time.
    pub double: f64,
    /// Held back by up to `reorder_ms`, so that later ones pass it.
    pub reorder: f64,
    /// See `reorder`.
    pub reorder_ms: u64,
    /// All of them leave this much later, as from a busy queue.
    pub delay_ms: u64,
}

impl Default for HookFaults {
    fn default() -> Self {
        Self { drop: 0.0, double: 0.0, reorder: 0.0, reorder_ms: 5000, delay_ms: 0 }
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not due yet.
    Waiting,
    /// Sent, not answered yet.
    Sent,
    /// Answered with this status. Only 2xx counts as delivered.
    Answered(u16),
    /// Sent without an answer.
    Failed(Failure),
    /// [`HookFaults::drop`].
    Lost,
    /// What it was about no longer existed when it was due.
    Gone,
    /// The platform refuses to send to such an address.
    Forbidden,
}

/// One attempt to deliver.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HookEntry {
    /// Rising in the order of planning.
    pub id: u64,
    /// The event's type.
    pub event: String,
    /// What it is about: the event's own id, or the record's.
    pub about: String,
    /// Where to.
    pub url: String,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// When it was planned, by the installation's clock.
    pub planned_at: Timestamp,
    /// When it was to leave.
    pub due_at: Timestamp,
    /// When it was answered or given up.
    pub ended_at: Option<Timestamp>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Totals since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HookTotals {
    /// Attempts planned, doubles and retries included.
    pub planned: u64,
    /// Of them the second ones of [`HookFaults::double`].
    pub doubled: u64,
    /// Those held back by [`HookFaults::reorder`].
    pub held: u64,
    /// Those sent again because an earlier attempt failed.
    pub retried: u64,
    /// Answered with 2xx.
    pub delivered: u64,
    /// By what else became of them: a status, or a word.
    pub undelivered: BTreeMap<String, u64>,
}
