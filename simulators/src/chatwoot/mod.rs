//! A Chatwoot installation: several accounts, one sequence of message ids, one rate limit per client address.
//!
//! ```text
//! handle / serve → control (under /__simulator) | limits → faults → auth → routes → json
//! population, traffic, control → deeds, talk → world → ledger
//!                                              └→ deliveries → hooks (out)
//! ```
//!
//! What was read from the server's code and is played here: every quirk a sync client or a receiver of webhooks can
//! meet. What is not played: writes by the client (messages, conversations), reports.

mod auth;
mod command;
mod control;
mod damage;
mod deeds;
mod deliveries;
mod faults;
mod files;
mod fill;
mod hook_json;
mod json;
mod json_message;
mod ledger;
mod limits;
mod reply;
mod routes;
mod state;
mod talk;
mod traffic;
mod world;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use command::Command;
pub use deeds::{ContactEdit, NewContact};
pub use faults::{Fault, FaultRule, On};
pub use fill::Seat;
pub use ledger::{
    Counts, Ledger, LedgerAgent, LedgerAttachment, LedgerContact, LedgerConversation, LedgerInbox,
    LedgerMessage, LedgerSender,
};
pub use limits::Allowances;
pub use state::{Attributes, Channel, Delivery, FileType, MessageKind, Priority, Role, Sender, Status};
pub use talk::{ConversationEdit, DELETED_CONTENT, NewConversation, NewMessage};
pub use world::{Change, Refused, What};

use crate::Clock;
pub use crate::faults::When;
pub use crate::log::{Counters, LogEntry};
pub use crate::serving::Cut;
use crate::serving::{self, Answers, Peer};
use routes::Asked;
use world::World;

/// Which release is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Version {
    /// Before conversations showed `updated_at`.
    #[serde(rename = "3.13")]
    V3_13,
    /// With it, but without webhook secrets and without extensions of attachments.
    #[serde(rename = "4.0")]
    V4_0,
    /// The first that signs the webhooks of an account; those of an API inbox are not signed yet.
    #[serde(rename = "4.12")]
    V4_12,
    /// The newest one known.
    #[default]
    #[serde(rename = "4.15")]
    V4_15,
}

/// How an installation is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// Which release is played.
    pub version: Version,
    /// The address the installation believes to have; file links begin with it.
    pub origin: String,
    /// Rows of a page of conversations.
    pub conversations_per_page: usize,
    /// Requests of a clock minute.
    pub allowances: Allowances,
    /// Behave like a proxy that drops header names with underscores.
    pub proxy_drops_underscores: bool,
    /// Empty objects of every n-th record come as `[]`; 0 for never.
    pub empty_arrays_every: u32,
    /// Let traffic catch up with the clock before every request.
    pub live: bool,
    /// Requests kept in the log; counters do not depend on it.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
    /// Seconds for which an answer to a webhook is waited for.
    pub webhook_timeout: u64,
    /// Where links to files lead: scheme and host of a storage service; none: the installation itself.
    pub storage: Option<String>,
    /// For how many seconds its own addresses of files hold at least; none: for ever, as installations are set up first.
    pub links_last: Option<u32>,
    /// How many bytes more than two thousand an attached file has at most.
    pub file_sizes: u32,
    /// Refuse to send webhooks to private addresses, as newer installations do until told otherwise.
    pub refuses_private_targets: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            version: Version::default(),
            origin: "https://chat.example.org".to_owned(),
            conversations_per_page: 25,
            allowances: Allowances::default(),
            proxy_drops_underscores: false,
            empty_arrays_every: 9,
            live: false,
            log_size: 1000,
            silence: 120,
            webhook_timeout: 5,
            storage: None,
            links_last: None,
            file_sizes: 400_000,
            refuses_private_targets: false,
        }
    }
}

/// The client address of requests that did not come over a network.
const IN_PROCESS: &str = "in-process";

/// A handle to one installation. Clones share it.
#[derive(Clone)]
pub struct Chatwoot {
    shared: Arc<Shared>,
}

struct Shared {
    world: Mutex<World>,
    clock: Clock,
    changes: broadcast::Sender<Change>,
    silence: Duration,
}

impl std::fmt::Debug for Chatwoot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chatwoot").finish_non_exhaustive()
    }
}

impl Chatwoot {
    /// An empty installation.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        let silence = Duration::from_secs(settings.silence);
        let world = World::new(settings);
        let changes = world.changes.clone();
        Self { shared: Arc::new(Shared { world: Mutex::new(world), clock, changes, silence }) }
    }

    /// Serves until `stop`, then returns when every connection is closed. Plain HTTP/1.1: meant for loopback.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) {
        serving::serve(self.clone(), listener, stop).await;
    }

    /// The installation's time.
    pub fn now(&self) -> Timestamp {
        (self.shared.clock)()
    }

    /// What changes from now on. A slow reader loses the oldest changes and is told so.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.shared.changes.subscribe()
    }

    /// The bytes of an attachment that a message still carries.
    pub fn file(&self, attachment: i64) -> Option<Vec<u8>> {
        let world = self.world();
        files::carried(&world, attachment).map(|file| files::bytes(world.settings.seed, file))
    }

    /// The type that such bytes are served as.
    pub fn file_kind(&self, attachment: i64) -> Option<&'static str> {
        files::carried(&self.world(), attachment).map(|file| file.content_type)
    }

    /// A panic elsewhere leaves the data as good as before: each deed is complete or was not begun.
    fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers one request exactly as [`Chatwoot::serve`] does.
    ///
    /// Waits only when latency is played (on tokio's clock, which may be paused).
    ///
    /// # Errors
    /// When a fault that leaves no whole answer is played.
    pub async fn handle(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Cut> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        if let Some(rest) = path.strip_prefix("/__simulator") {
            let reply = self.control_request(parts.method.as_str(), rest, &body);
            return Ok(respond(reply));
        }
        let peer = parts.extensions.get::<Peer>().map_or(IN_PROCESS, |peer| peer.0.as_str());
        let asked = Asked {
            method: parts.method.as_str(),
            path,
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body: &body,
            address: peer,
        };
        let (outcome, latency) = self.play(&asked);
        if latency > Duration::ZERO {
            tokio::time::sleep(latency).await;
        }
        outcome
    }

    fn play(&self, asked: &Asked<'_>) -> (Result<Response<Bytes>, Cut>, Duration) {
        let now = self.now();
        let mut world = self.world();
        if world.settings.live {
            world.advance(now);
        }
        let (reply, played) = routes::answer(&mut world, asked, now);
        let (name, latency_ms) = (played.name(), played.latency_ms);
        let outcome = damage::apply(&mut world, reply, played);
        let (status, bytes) = match &outcome {
            Ok(response) => (Some(response.status().as_u16()), response.body().len()),
            Err(Cut::Body(partial)) => (None, partial.body().len()),
            Err(_) => (None, 0),
        };
        let entry = LogEntry {
            at: now,
            method: asked.method.to_owned(),
            path: asked.path.to_owned(),
            query: asked.query.to_owned(),
            status,
            fault: name,
            bytes,
        };
        world.log.add(entry);
        (outcome, Duration::from_millis(latency_ms))
    }
}

impl Answers for Chatwoot {
    async fn answer(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Cut> {
        self.handle(request).await
    }

    fn silence(&self) -> Duration {
        self.shared.silence
    }
}

/// From an answer to HTTP.
fn respond(reply: reply::Reply) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(reply.body));
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(reply.content_type));
    if let Some(place) = reply.location.and_then(|place| http::HeaderValue::from_str(&place).ok()) {
        headers.insert(header::LOCATION, place);
    }
    response
}
