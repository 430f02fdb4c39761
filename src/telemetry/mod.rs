//! What the program says about itself: logs, metrics, alerts.
//!
//! [`init`] once, at start; [`Telemetry::background`] for what must go on; [`Telemetry::observer`] for the tree.

pub mod alerts;
mod deliveries;
mod directory;
mod files;
mod journal;
pub mod logs;
pub mod metrics;
pub mod observer;
pub mod redact;
mod rollups;
#[cfg(feature = "sentry")]
mod sentry;
pub mod slack;

use std::sync::Arc;

use routiq_actors::clock::Clock;
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use self::{
    alerts::{Alerts, Notice, WAITING_NOTICES, deliver},
    logs::Logs,
    metrics::{Metrics, UPKEEP_EVERY},
    observer::TreeObserver,
    slack::SlackSender,
};
use crate::config::{Config, telemetry::TelemetryConfig};

/// Why telemetry could not begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The program has a log or a recorder already.
    #[error("logs or metrics were set up before")]
    AlreadyInstalled,
    /// The log is gone.
    #[error("the log is no longer in use")]
    NotInstalled,
    /// The level says nothing.
    #[error("{0:?} is no log level")]
    NoLevel(String),
    /// The metrics' buckets are wrong.
    #[error("metrics cannot be kept: {0}")]
    Metrics(String),
    /// Alerts cannot be sent.
    #[error("alerts cannot be sent: {0}")]
    Sender(String),
    /// Errors cannot be reported.
    #[error("errors cannot be reported: {0}")]
    Reports(String),
}

/// The running telemetry. Dropping it ends what it started.
#[derive(Debug)]
pub struct Telemetry {
    /// The log, whose level can be set anew.
    pub logs: Logs,
    /// The metrics, to be rendered.
    pub metrics: Metrics,
    /// The alerts, to be raised, resolved and listed.
    pub alerts: Alerts,
    delivery: Option<(mpsc::Receiver<Notice>, SlackSender)>,
    #[cfg(feature = "sentry")]
    _reports: Option<self::sentry::Reports>,
}

/// Begins to log, count and alert, once for the whole program.
///
/// # Errors
/// When it was begun before, or a receiver cannot be spoken to.
pub fn init(config: &TelemetryConfig) -> Result<Telemetry, TelemetryError> {
    let clock = Clock::system();
    let sender = config.alert_webhook_url.clone().map(SlackSender::new).transpose()?;
    #[cfg(feature = "sentry")]
    let reports = config.sentry_dsn.as_ref().map(self::sentry::start).transpose()?;
    let logs = Logs::install(config, clock.clone())?;
    let metrics = Metrics::install()?;
    let (alerts, delivery) = match sender {
        Some(sender) => {
            let (alerts, queue) = Alerts::with_notices(clock, WAITING_NOTICES);
            (alerts, Some((queue, sender)))
        }
        None => (Alerts::new(clock), None),
    };
    Ok(Telemetry {
        logs,
        metrics,
        alerts,
        delivery,
        #[cfg(feature = "sentry")]
        _reports: reports,
    })
}

impl Telemetry {
    /// Hears what happens in the tree.
    pub fn observer(&self) -> TreeObserver {
        TreeObserver::new(self.alerts.clone())
    }

    /// What must go on while the program runs: tidying of the metrics, sending of alerts, following the log level of
    /// `config`. Ends soon after `stop`; alerts raised before that are still tried once. A second call sends nothing.
    pub fn background(
        &mut self,
        config: watch::Receiver<Arc<Config>>,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + use<> {
        let (logs, metrics, delivery) = (self.logs.clone(), self.metrics.clone(), self.delivery.take());
        let sending = {
            let stop = stop.clone();
            async move {
                if let Some((queue, sender)) = delivery {
                    deliver(queue, sender, stop).await;
                }
            }
        };
        let tending = async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tidy(metrics) => {}
                () = follow(logs, config) => {}
            }
        };
        async move {
            tokio::join!(sending, tending);
        }
    }
}

async fn tidy(metrics: Metrics) {
    let mut ticks = interval(UPKEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        metrics.upkeep();
    }
}

/// Sets the level that the configuration says, whenever it says another.
async fn follow(logs: Logs, mut config: watch::Receiver<Arc<Config>>) {
    let mut level = config.borrow_and_update().telemetry.log_level.clone();
    while config.changed().await.is_ok() {
        let wanted = config.borrow_and_update().telemetry.log_level.clone();
        if wanted != level {
            if let Err(error) = logs.set_level(&wanted) {
                tracing::error!(%error, "the log level stays as it was");
            }
            level = wanted;
        }
    }
    // Nobody changes it any more; the others go on.
    std::future::pending::<()>().await;
}
