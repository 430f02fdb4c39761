//! The wiring: the only file that knows everybody.

mod access;
pub mod database;
mod directory;
mod door;
mod files;
mod live;
mod settings;
mod tls;
mod webhooks;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use jiff::Timestamp;
use routiq_actors::{StartError, Tree, clock::Clock, port::Ports};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Config, Live},
    domain::ids::Ids,
    http::{PageError, TlsError},
    platforms::{
        Adapters, registry,
        transport::{Https, Transport, TransportError},
        vault::VaultError,
    },
    store::roster,
    telemetry::{
        Telemetry,
        alerts::{About, Alert, Alerts, Severity},
    },
    work::{
        FileSettings, Intake, JournalWork, Lineages, Reading, Rederive, Replays, RosterWork, SyncSettings,
        SyncWork, directory::DirectorySettings, news::Hub,
    },
};
use database::Database;
pub use door::Door;
use door::{Vitals, ping};

/// How often the isolation between organizations is proved again.
const PROBE_EVERY: Duration = Duration::from_secs(300);

/// Why the daemon did not begin.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The tree did not begin.
    #[error(transparent)]
    Tree(#[from] StartError),
    /// There is no way out.
    #[error("outbound requests cannot be set up: {0}")]
    Transport(#[from] TransportError),
    /// A port cannot be had.
    #[error(
        "cannot listen on {address}: {reason}; set server.address, PORT or PROMETHEUS_PORT to a free one"
    )]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        reason: String,
    },
    /// Nobody can be told who signs in.
    #[error("sessions cannot be verified: {0}")]
    Sessions(String),
    /// Files of attachments have no place.
    #[error("attachments cannot be kept: {0}; see attachments.directory and attachments.object_store")]
    Files(VaultError),
    /// Our own certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A template is broken.
    #[error(transparent)]
    Page(#[from] PageError),
}

/// What the daemon is made of.
pub struct Parts {
    /// The configuration, live.
    pub config: Live<Config>,
    /// The open database.
    pub database: Database,
    /// Logs, metrics, alerts.
    pub telemetry: Telemetry,
    /// The clock.
    pub clock: Clock,
    /// Where row ids come from.
    pub ids: Ids,
    /// Where jitter comes from.
    pub seed: u64,
    /// The way out to external systems; none: https.
    pub transport: Option<Arc<dyn Transport>>,
}

/// The running daemon.
pub struct App {
    /// The supervision tree.
    pub tree: Arc<Tree>,
    /// The database.
    pub database: Arc<Database>,
    /// The configuration, live.
    pub config: Live<Config>,
    /// Logs, metrics, alerts.
    pub telemetry: Arc<Telemetry>,
    /// The clock.
    pub clock: Clock,
    /// Where row ids come from.
    pub ids: Ids,
    intake: Arc<Intake>,
    transport: Arc<dyn Transport>,
    /// Where news for dashboards are told.
    pub hub: Hub,
    replays: Replays,
    lineages: Lineages,
    files: Reading,
    started_at: Timestamp,
    vitals: Vitals,
    door: CancellationToken,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl App {
    /// Begins everything that works; the front door is opened by who has a listener.
    ///
    /// # Errors
    /// [`AppError`].
    pub async fn start(parts: Parts) -> Result<Self, AppError> {
        let Parts { config, database, mut telemetry, clock, ids, seed, transport } = parts;
        let now = config.get();
        let transport = match transport {
            Some(transport) => transport,
            None => network(&now)?,
        };
        for host in &now.gates.tls_exceptions {
            tracing::warn!(host, "this host may speak TLS 1.2, by configuration");
        }
        let adapters = registry::adapters(&transport, &settings::house(&now), &now.platforms);
        let sync_settings = Arc::new(ArcSwap::from_pointee(settings::sync(&now)));
        let store = database.store.clone();
        let replays = replays(&database, &adapters, &clock, &ids);
        let lineages = Lineages::new(adapters.clone(), database.keys.clone(), clock.clone());
        let sync = SyncWork::new(
            store.clone(),
            adapters.clone(),
            database.keys.clone(),
            clock.clone(),
            ids.clone(),
            Arc::clone(&sync_settings),
        );
        let filing = files::filing(&now, &database, &adapters, &clock, &transport)?;
        let roster = RosterWork::new(store.clone(), clock.clone());
        let rules = Arc::new(ArcSwap::from_pointee(directory::settings(&now)));
        let (time, alerts) = ((clock.clone(), ids.clone()), telemetry.alerts.clone());
        let directory = directory::work(&now, store.clone(), time, &transport, Arc::clone(&rules), alerts);
        let figures = live::Figures::new(store.clone(), clock.clone(), ids.clone(), &now);
        let ports = Ports::new(sync, roster.clone(), roster, telemetry.observer())
            .with_rollup(figures.rollup.clone())
            .with_files(filing.work)
            .with_journal(JournalWork::new(store.clone()))
            .with_directory(directory);
        let tree = Tree::start(settings::tree(&now, seed), clock.clone(), ports).await?;
        let (tree, database) = (Arc::new(tree), Arc::new(database));

        let (stop, tasks, vitals) =
            (CancellationToken::new(), TaskTracker::new(), Vitals::new(clock.clone()));
        tasks.spawn(telemetry.background(config.subscribe(), stop.clone()));
        tasks.spawn(figures.follow(&config, stop.clone()));
        let intake = webhooks::intake(&now, &database, &ids);
        tasks.spawn(webhooks::follow(config.clone(), Arc::clone(&intake), stop.clone()));
        tasks.spawn(webhooks::upkeep(
            store.clone(),
            config.clone(),
            clock.clone(),
            telemetry.alerts.clone(),
            stop.clone(),
        ));
        let (heard, told, asked) = (Arc::clone(&tree), vitals.clone(), Arc::clone(&intake));
        let listening = stop.clone();
        let news = store.clone();
        tasks.spawn(async move {
            let listens = move |outcome| told.note("roster news", false, outcome);
            let changed = move || {
                asked.forget();
                heard.nudge_roster();
            };
            roster::listen(&news, listening, changed, listens).await;
        });
        tasks.spawn(probe(Arc::clone(&database), telemetry.alerts.clone(), vitals.clone(), stop.clone()));
        tasks.spawn(ping(store, vitals.clone(), stop.clone()));
        tasks.spawn(follow(
            config.clone(),
            seed,
            Arc::clone(&tree),
            adapters,
            (sync_settings, rules, filing.settings),
            stop.clone(),
        ));
        let started_at = clock.now();
        let door = stop.child_token();
        let telemetry = Arc::new(telemetry);
        Ok(Self {
            tree,
            database,
            config,
            telemetry,
            clock,
            ids,
            intake,
            hub: figures.hub,
            transport,
            replays,
            lineages,
            files: filing.reading,
            started_at,
            vitals,
            door,
            stop,
            tasks,
        })
    }

    /// Reads the bytes of attachments back.
    pub fn files(&self) -> &Reading {
        &self.files
    }

    /// Cancelled when the daemon stops; what serves should drain then.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Stops: no new work, steps end within `grace`, then the database is closed.
    pub async fn stop(self, grace: Duration) {
        self.vitals.serving(false);
        self.door.cancel();
        let report = self.tree.stop(grace).await;
        tracing::info!(aborted = report.aborted, took_ms = report.took.as_millis(), "the tree has stopped");
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        drop(self.tree);
        match Arc::try_unwrap(self.database) {
            Ok(database) => database.close().await,
            Err(shared) => shared.store.close(),
        }
    }
}

/// The way out to external systems: https.
///
/// # Errors
/// [`AppError::Transport`].
pub fn network(config: &Config) -> Result<Arc<dyn Transport>, AppError> {
    Ok(Arc::new(Https::new(settings::https(config))?))
}

fn replays(database: &Database, adapters: &Adapters, clock: &Clock, ids: &Ids) -> Replays {
    Replays::new(database.store.clone(), adapters.clone(), database.keys.clone(), clock.clone(), ids.clone())
}

/// Deliveries of an open database, to be looked at and applied again by a tool.
///
/// # Errors
/// [`AppError::Transport`].
pub fn tool_replays(config: &Config, database: &Database) -> Result<Replays, AppError> {
    Ok(replays(database, &tool_adapters(config)?, &Clock::system(), &Ids::random()))
}

/// Rows of an open database, to be recomputed from their payloads by a tool.
///
/// # Errors
/// [`AppError::Transport`].
pub fn tool_rederive(config: &Config, database: &Database) -> Result<Rederive, AppError> {
    let (store, keys) = (database.store.clone(), database.keys.clone());
    Ok(Rederive::new(store, tool_adapters(config)?, keys, Clock::system(), Ids::random()))
}

fn tool_adapters(config: &Config) -> Result<Adapters, AppError> {
    let transport = network(config)?;
    Ok(registry::adapters(&transport, &settings::house(config), &config.platforms))
}

/// Whether an account of `platform` could be read with these settings: which field is wrong, and what is allowed.
///
/// # Errors
/// One sentence for people.
pub fn check_account(
    config: &Config,
    platform: &str,
    external_id: &str,
    settings: &serde_json::Value,
) -> Result<(), String> {
    let Some(row) = registry::find(platform) else {
        return Err(format!("platform {platform:?}: this program knows {}", registry::names()));
    };
    let transport = Arc::new(Https::new(settings::https(config)).map_err(|error| error.to_string())?);
    let adapter = (row.make)(transport, &settings::house(config), &config.platforms.of(platform));
    adapter.check_settings(external_id, settings)
}

/// Proves again and again that no organization can see another; a hole is an alert that names it.
async fn probe(database: Arc<Database>, alerts: Alerts, vitals: Vitals, stop: CancellationToken) {
    const KEY: &str = "isolation";
    let mut ticks = tokio::time::interval(PROBE_EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match database.probe().await {
            Ok(violations) if violations.is_empty() => {
                alerts.resolve(KEY);
                vitals.note(KEY, true, Ok("proved".to_owned()));
            }
            Ok(violations) => {
                let summary = violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                vitals.note(KEY, true, Err(summary.clone()));
                alerts.raise(Alert {
                    key: KEY.to_owned(),
                    severity: Severity::Critical,
                    summary: format!("the isolation between organizations does not hold: {summary}"),
                    about: About::default(),
                });
            }
            Err(error) => tracing::warn!(%error, "the isolation probe could not look"),
        }
    }
}

/// What may change at run time, of whom it is read by: accounts, the directory, files.
type Rules = (Arc<ArcSwap<SyncSettings>>, Arc<ArcSwap<DirectorySettings>>, Arc<ArcSwap<FileSettings>>);

/// Brings what may change at run time to where it is used.
async fn follow(
    config: Live<Config>,
    seed: u64,
    tree: Arc<Tree>,
    adapters: Adapters,
    (sync, rules, filing): Rules,
    stop: CancellationToken,
) {
    let mut changes = config.subscribe();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
        let now = changes.borrow_and_update().clone();
        tree.reconfigure(settings::tree(&now, seed));
        registry::reconfigure(&adapters, &settings::house(&now), &now.platforms);
        sync.store(Arc::new(settings::sync(&now)));
        rules.store(Arc::new(directory::settings(&now)));
        filing.store(Arc::new(files::settings(&now)));
        tree.nudge_roster();
    }
}
