//! The front door, wired: listeners, what it may see, and what the program knows of itself.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use routiq_actors::clock::Clock;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

use super::{App, AppError};
use crate::{
    config::{Config, Live},
    http::{self, Context, Operators, Probe, Readiness, Settings},
    store::Store,
};

/// How often the database is asked whether it answers.
const PING_EVERY: Duration = Duration::from_secs(5);
/// A database that does not answer within this is ill.
const PING: Duration = Duration::from_secs(3);

/// What the program knows of itself, told as it learns it.
#[derive(Clone)]
pub(super) struct Vitals {
    told: watch::Sender<Readiness>,
    clock: Clock,
}

impl Vitals {
    pub(super) fn new(clock: Clock) -> Self {
        Self { told: watch::Sender::new(Readiness::default()), clock }
    }

    /// Notes how something stands that nothing can be served without, or that only operators care for.
    pub(super) fn note(&self, name: &'static str, required: bool, outcome: Result<String, String>) {
        let ok = Some(outcome.is_ok());
        let detail = outcome.unwrap_or_else(|why| why);
        let probe = Probe { ok, required, detail, at: Some(self.clock.now()) };
        self.told.send_modify(|readiness| drop(readiness.probes.insert(name, probe)));
    }

    pub(super) fn serving(&self, serving: bool) {
        self.told.send_modify(|readiness| readiness.serving = serving);
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Readiness> {
        self.told.subscribe()
    }
}

/// The open front door.
pub struct Door {
    /// Where it listens.
    pub address: SocketAddr,
    /// Who may operate; signs in.
    pub operators: Arc<Operators>,
}

impl App {
    /// Opens the front door on the configured address and port, and `/metrics` on a port of its own where there is one.
    ///
    /// # Errors
    /// [`AppError::Listen`] when a port is taken, [`AppError::Page`] when a template is broken, [`AppError::Tls`]
    /// when there is a certificate that cannot be used.
    pub async fn open_door(&self) -> Result<Door, AppError> {
        let config = self.config.get();
        let server = &config.server;
        let listener = listen(SocketAddr::new(server.address, server.port)).await?;
        let address = listener.local_addr().map_err(|error| AppError::Listen {
            address: SocketAddr::new(server.address, server.port),
            reason: error.to_string(),
        })?;
        let tls = self.tls(server)?;
        let metrics = match server.metrics_port {
            Some(port) => Some(listen(SocketAddr::new(server.metrics_address, port)).await?),
            None => None,
        };
        let operators = Arc::new(Operators::new(config.security.operator_token.clone(), self.clock.clone()));
        let context = self.context(&config, Arc::clone(&operators))?;
        if let Some(listener) = metrics {
            let (context, stop) = (context.clone(), self.door.clone());
            self.tasks.spawn(async move {
                let _drained = http::serve_metrics(listener, context, stop).await;
            });
        }
        let stop = self.door.clone();
        self.tasks.spawn(async move {
            let report = http::serve(listener, context, tls, stop).await;
            tracing::info!(?report, "the front door is closed");
        });
        self.vitals.serving(true);
        Ok(Door { address, operators })
    }

    fn context(&self, config: &Config, operators: Arc<Operators>) -> Result<Context, AppError> {
        let settings = Live::new(Settings::of(config));
        self.tasks.spawn(follow(self.config.clone(), settings.clone(), self.stop.clone()));
        let metrics = self.telemetry.metrics.clone();
        let access = self.admission(config)?;
        self.tell_of_access(&access);
        let parts = http::Parts {
            tree: Arc::clone(&self.tree),
            store: self.database.store.clone(),
            replays: self.replays.clone(),
            lineages: self.lineages.clone(),
            files: self.files.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            metrics: Arc::new(move || metrics.render()),
            alerts: self.telemetry.alerts.clone(),
            intake: Arc::clone(&self.intake),
            access,
            operators,
            settings,
            live: self.live_parts(),
            readiness: self.vitals.subscribe(),
            version: env!("CARGO_PKG_VERSION"),
            started_at: self.started_at(),
        };
        Ok(Context::new(parts)?)
    }

    fn started_at(&self) -> Timestamp {
        self.started_at
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, AppError> {
    TcpListener::bind(address).await.map_err(|error| AppError::Listen { address, reason: error.to_string() })
}

/// The door's settings follow the configuration.
async fn follow(config: Live<Config>, settings: Live<Settings>, stop: CancellationToken) {
    let mut changes = config.subscribe();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
        let now = changes.borrow_and_update().clone();
        settings.replace(Settings::of(&now));
    }
}

/// Asks the database again and again whether it answers.
pub(super) async fn ping(store: Store, vitals: Vitals, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(PING_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let outcome = match tokio::time::timeout(PING, store.ping()).await {
            Ok(Ok(())) => Ok(format!("answers at {}", store.place())),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("does not answer within {} s", PING.as_secs())),
        };
        vitals.note("database", true, outcome);
    }
}
