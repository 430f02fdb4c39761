//! What the front door is built from.

use std::{collections::BTreeMap, ops::Deref, sync::Arc, time::Duration};

use ipnet::IpNet;
use jiff::Timestamp;
use routiq_actors::{Tree, clock::Clock};
use tokio::sync::watch;

use super::{
    admission::Admission,
    assets::Assets,
    live::{Live as LiveDoor, LiveParts},
    operators::Operators,
    overview::Overview,
    quota::{Quotas, Rates},
    server::Limits,
};
use crate::{
    config::{Config, Environment, Live},
    domain::ids::Ids,
    store::Store,
    telemetry::alerts::Alerts,
    work::{Intake, Lineages, Reading, Replays},
};

/// Renders the metrics in Prometheus' text format.
pub type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// What the wiring gives.
pub struct Parts {
    /// The running tree.
    pub tree: Arc<Tree>,
    /// The database.
    pub store: Store,
    /// What was delivered, to be looked at and applied again.
    pub replays: Replays,
    /// Where rows came from.
    pub lineages: Lineages,
    /// The bytes of attachments.
    pub files: Reading,
    /// What time it is.
    pub clock: Clock,
    /// Where ids of new rows come from.
    pub ids: Ids,
    /// The metrics.
    pub metrics: Render,
    /// The alerts.
    pub alerts: Alerts,
    /// Looks at webhooks before they are kept.
    pub intake: Arc<Intake>,
    /// Who may come in besides operators.
    pub access: Arc<Admission>,
    /// Who may operate.
    pub operators: Arc<Operators>,
    /// What may be set.
    pub settings: Live<Settings>,
    /// What live connections are made of.
    pub live: LiveParts,
    /// What the program knows of itself; health answers from it.
    pub readiness: watch::Receiver<Readiness>,
    /// The program's version.
    pub version: &'static str,
    /// When it began.
    pub started_at: Timestamp,
}

/// The front door's view of the program. Cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

pub(super) struct Inner {
    parts: Parts,
    pub(super) overview: Overview,
    pub(super) assets: Assets,
    pub(super) live: LiveDoor,
    pub(super) quotas: Quotas,
}

/// The templates that are part of the program cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the page cannot be built: {0}")]
pub struct PageError(#[from] minijinja::Error);

impl Context {
    /// Prepares to serve.
    ///
    /// # Errors
    /// [`PageError`] when a template is broken.
    pub fn new(parts: Parts) -> Result<Self, PageError> {
        let assets = Assets::load()?;
        let live = LiveDoor::new(parts.live.clone());
        let quotas = Quotas::default();
        Ok(Self(Arc::new(Inner { parts, overview: Overview::default(), assets, live, quotas })))
    }

    pub(super) fn overview(&self) -> &Overview {
        &self.0.overview
    }

    pub(super) fn live(&self) -> &LiveDoor {
        &self.0.live
    }

    pub(super) fn quotas(&self) -> &Quotas {
        &self.0.quotas
    }

    pub(super) fn assets(&self) -> &Assets {
        &self.0.assets
    }
}

impl Deref for Context {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0.parts
    }
}

/// What of the configuration the front door uses. All but `header_timeout`, `max_connections` and `environment` may
/// change while it serves.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the program runs.
    pub environment: Environment,
    /// How long a client may take to send its request's headers.
    pub header_timeout: Duration,
    /// How long a client may take to send its request's body; a webhook never has more than 10 s.
    pub body_timeout: Duration,
    /// Connections at once.
    pub max_connections: u32,
    /// How long a stop waits for what is under way.
    pub drain_grace: Duration,
    /// Largest request body, in bytes.
    pub body_limit: u64,
    /// Where the world reaches us, without a slash at the end.
    pub public_url: Option<String>,
    /// How long an address of webhooks that was replaced still holds.
    pub rotation_overlap: Duration,
    /// Origins whose scripts may ask in a browser.
    pub allowed_origins: Vec<String>,
    /// How much anybody may ask.
    pub rates: Rates,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether `/metrics` is answered here too, not only on a port of its own.
    pub metrics_here: bool,
    /// Whether people can sign in.
    pub authentication: bool,
    /// Whether credentials are encrypted with a key of the operator's.
    pub encryption: bool,
}

impl Settings {
    /// As `config` says.
    pub fn of(config: &Config) -> Self {
        let server = &config.server;
        Self {
            environment: config.environment,
            header_timeout: server.header_timeout,
            body_timeout: server.body_timeout,
            max_connections: server.max_connections,
            drain_grace: server.drain_grace,
            body_limit: server.body_limit,
            public_url: server.public_url.clone(),
            rotation_overlap: config.webhooks.rotation_overlap,
            allowed_origins: config.api.allowed_origins.clone(),
            rates: Rates::of(&config.api),
            trusted_proxies: server.trusted_proxies.clone(),
            metrics_here: config.environment == Environment::Development,
            authentication: config.sessions.any(),
            // Nothing begins without a key: one that was given, or one made for the private database.
            encryption: true,
        }
    }

    pub(super) fn limits(&self) -> Limits {
        Limits {
            header_timeout: self.header_timeout,
            connections: usize::try_from(self.max_connections).unwrap_or(usize::MAX),
        }
    }
}

/// What the program knows of itself.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    /// It has begun and does not stop.
    pub serving: bool,
    /// What it depends on, by name.
    pub probes: BTreeMap<&'static str, Probe>,
}

impl Readiness {
    /// Whether requests should come here.
    pub fn is_ready(&self) -> bool {
        self.serving && self.probes.values().all(|probe| !probe.required || probe.ok == Some(true))
    }
}

/// One thing the program depends on.
#[derive(Clone, Debug, Default)]
pub struct Probe {
    /// Whether it is well; none: not looked at yet.
    pub ok: Option<bool>,
    /// Whether nothing can be served without it.
    pub required: bool,
    /// For operators, in plain words.
    pub detail: String,
    /// When it was looked at.
    pub at: Option<Timestamp>,
}
