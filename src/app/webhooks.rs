//! What comes in, wired: who looks at it, and the chore that keeps its tables in shape.

use std::{sync::Arc, time::Duration};

use routiq_actors::{clock::Clock, journal::JournalSettings};
use tokio_util::sync::CancellationToken;

use super::database::Database;
use crate::{
    config::{Config, Live},
    domain::ids::Ids,
    store::{Store, StoreError, journal},
    telemetry::alerts::{About, Alert, Alerts, Severity},
    work::{Intake, IntakeSettings},
};

/// How often partitions are made and old ones dropped.
const UPKEEP_EVERY: Duration = Duration::from_secs(3600);
/// The pause after an upkeep that failed.
const UPKEEP_AGAIN: Duration = Duration::from_secs(60);

/// Who looks at what comes in.
pub(super) fn intake(config: &Config, database: &Database, ids: &Ids) -> Arc<Intake> {
    let room = usize::try_from(config.webhooks.most_bytes).unwrap_or(usize::MAX);
    Arc::new(Intake::new(database.store.clone(), database.keys.clone(), ids.clone(), settings(config), room))
}

/// What of the configuration it uses.
fn settings(config: &Config) -> IntakeSettings {
    IntakeSettings {
        public_url: config.server.public_url.clone(),
        clerk: config.webhooks.clerk_secrets.clone(),
        stripe: config.webhooks.stripe_secrets.clone(),
        stripe_livemode: config.webhooks.stripe_livemode,
    }
}

/// What the journal takes.
pub(super) fn journal(config: &Config) -> JournalSettings {
    JournalSettings {
        most_waiting: usize::try_from(config.webhooks.most_waiting).unwrap_or(usize::MAX),
        most_bytes: usize::try_from(config.webhooks.most_bytes).unwrap_or(usize::MAX),
        ..JournalSettings::default()
    }
}

/// Brings what may change at run time to where it is used.
pub(super) async fn follow(config: Live<Config>, intake: Arc<Intake>, stop: CancellationToken) {
    let mut changes = config.subscribe();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = changes.changed() => if changed.is_err() { return },
        }
        let now = changes.borrow_and_update().clone();
        intake.reload(settings(&now));
    }
}

/// Makes partitions ahead and drops what is old, again and again.
pub(super) async fn upkeep(
    store: Store,
    config: Live<Config>,
    clock: Clock,
    alerts: Alerts,
    stop: CancellationToken,
) {
    const KEY: &str = "journal upkeep";
    loop {
        let kept = config.get().webhooks.retention;
        let pause = match tend(&store, &clock, kept).await {
            Ok(()) => {
                alerts.resolve(KEY);
                UPKEEP_EVERY
            }
            Err(error) => {
                tracing::warn!(%error, "the journal's partitions could not be tended");
                // Rows still find a place; it is a matter of weeks.
                alerts.raise(Alert {
                    key: KEY.to_owned(),
                    severity: Severity::Warning,
                    summary: format!("the journal's partitions could not be tended: {error}"),
                    about: About::default(),
                });
                UPKEEP_AGAIN
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn tend(store: &Store, clock: &Clock, kept: Duration) -> Result<(), StoreError> {
    let made = journal::extend(store, clock.now()).await?;
    let expired = journal::expire(store, clock.now(), kept).await?;
    if made > 0 || expired.partitions > 0 {
        tracing::info!(
            made,
            dropped = expired.partitions,
            rows = expired.rows,
            "the journal's partitions were tended"
        );
    }
    Ok(())
}
