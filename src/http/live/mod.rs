//! Live figures: one sequence of numbered changes, over a WebSocket, server-sent events, or asked for now and then.
//!
//! ```text
//! session    who may watch: ticket, subprotocol, token, first frame; seats; looking again at who is there
//! feed       what one subscriber is to be sent: snapshot, changes, and what to do when some were missed
//! frames     how it is written
//! socket · sse · poll     the three ways
//! page       the operators' page of one practice
//! ```
//!
//! Nothing that a person said or is called is sent: the figures hold counts, times and ids.

mod feed;
mod frames;
#[cfg(any(test, feature = "fuzzing"))]
pub(super) mod fuzzing;
mod page;
mod poll;
mod session;
mod socket;
mod sse;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use metrics::gauge;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{
    errors::{ApiError, Code},
    router::{Access, Route, get},
};
use crate::{
    domain::role::Role,
    work::news::{Hub, News, What},
};

/// Snapshots that are read from the tables at once.
const READS: usize = 4;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = page::routes();
    routes.extend([
        get("/ws/clinics/{clinicId}/metrics", Access::Open, socket::open).unlimited(),
        get("/api/v1/dashboard/{org}/live", Access::Open, socket::open).unlimited(),
        get("/api/v1/clinics/{clinicId}/metrics/stream", Access::Open, sse::open).unlimited(),
        get("/api/v1/clinics/{clinicId}/metrics", Access::Member(Role::Viewer), poll::metrics),
    ]);
    routes
}

/// How much live connections may take, and their rhythm.
#[derive(Clone, Copy, Debug)]
pub struct LiveSettings {
    /// Connections of one user.
    pub per_user: usize,
    /// Connections to one organization.
    pub per_organization: usize,
    /// All connections.
    pub in_all: usize,
    /// How often a sign of life is sent.
    pub heartbeat: Duration,
    /// How often it is asked again whether somebody may still watch.
    pub recheck: Duration,
    /// How long who brings no credentials may take to send them.
    pub first_frame: Duration,
    /// How long a frame may take to leave a socket or a stream: who reads nothing is let go then. Shorter than what any connection may
    /// leave unread (30 s), so that it is told why.
    pub unread: Duration,
    /// The least time between two frames with changes.
    pub pace: Duration,
    /// The same where a subscriber wants other days or groups than the usual.
    pub pace_of_others: Duration,
}

impl Default for LiveSettings {
    fn default() -> Self {
        Self {
            per_user: 20,
            per_organization: 500,
            in_all: 20_000,
            heartbeat: Duration::from_secs(25),
            recheck: Duration::from_secs(60),
            first_frame: Duration::from_secs(5),
            unread: Duration::from_secs(20),
            pace: Duration::from_millis(100),
            pace_of_others: Duration::from_secs(1),
        }
    }
}

/// What the wiring gives the live part of the door.
#[derive(Clone)]
pub struct LiveParts {
    /// Where news come from.
    pub hub: Hub,
    /// How much connections may take.
    pub settings: LiveSettings,
    /// Cancelled when connections are to be handed over to a successor.
    pub stopping: CancellationToken,
    /// Who is waited for at a stop.
    pub tasks: TaskTracker,
}

/// The live part of the door.
pub(super) struct Live {
    pub(super) parts: LiveParts,
    pub(super) reads: Semaphore,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    by_user: HashMap<(Uuid, String), usize>,
    by_organization: HashMap<Uuid, usize>,
    in_all: usize,
}

impl Live {
    pub(super) fn new(parts: LiveParts) -> Self {
        Self { parts, reads: Semaphore::new(READS), taken: Arc::default() }
    }

    /// Takes a seat, or says that there is none.
    pub(super) fn sit_down(&self, organization: Uuid, user: &str) -> Result<Seat, ApiError> {
        let LiveSettings { per_user, per_organization, in_all, .. } = self.parts.settings;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (organization, user.to_owned());
        let of = |count: Option<&usize>| count.copied().unwrap_or_default();
        if of(taken.by_user.get(&key)) >= per_user
            || of(taken.by_organization.get(&organization)) >= per_organization
        {
            return Err(ApiError::from(Code::RateLimited).after(Duration::from_secs(30)));
        }
        if taken.in_all >= in_all {
            return Err(ApiError::from(Code::ServiceUnavailable).after(Duration::from_secs(5)));
        }
        *taken.by_user.entry(key.clone()).or_default() += 1;
        *taken.by_organization.entry(organization).or_default() += 1;
        taken.in_all += 1;
        gauge!("routiq_live_subscribers_total").increment(1.0);
        Ok(Seat { taken: Arc::clone(&self.taken), key })
    }
}

/// One connection's seat; given back when it is dropped.
pub(super) struct Seat {
    taken: Arc<Mutex<Taken>>,
    key: (Uuid, String),
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let organization = self.key.0;
        if let Some(count) = taken.by_user.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.by_user.remove(&self.key);
            }
        }
        if let Some(count) = taken.by_organization.get_mut(&organization) {
            *count -= 1;
            if *count == 0 {
                taken.by_organization.remove(&organization);
            }
        }
        taken.in_all -= 1;
        gauge!("routiq_live_subscribers_total").decrement(1.0);
    }
}

/// Passes the news that somebody's access changed on to those who watch: each looks again at whether it may stay.
pub async fn tell_of_access(
    mut changes: tokio::sync::broadcast::Receiver<Uuid>,
    hub: Hub,
    now: impl Fn() -> Timestamp + Send,
    stop: CancellationToken,
) {
    use tokio::sync::broadcast::error::RecvError;
    loop {
        let changed = tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.recv() => changed,
        };
        let topics = match changed {
            Ok(organization) if !organization.is_nil() => vec![organization],
            Ok(_) | Err(RecvError::Lagged(_)) => hub.topics(),
            Err(RecvError::Closed) => return,
        };
        for topic in topics {
            let news = News::new("".into(), crate::domain::live::Number::default(), now(), What::Access);
            hub.publish(topic, &Arc::new(news), false);
        }
    }
}
