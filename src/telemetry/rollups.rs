//! Hears the facts about figures: how long counting takes, and when it stands still.

use metrics::{counter, histogram};
use routiq_actors::event::Event;
use tracing::{debug, error, warn};
use uuid::Uuid;

use super::{
    alerts::{About, Alert, Alerts, Severity},
    redact::scrub,
};

fn key(organization: Uuid) -> String {
    format!("rollup:{organization}")
}

fn raise(alerts: &Alerts, organization: Uuid, summary: String) {
    let about = About { organization_id: Some(organization), ..About::default() };
    alerts.raise(Alert { key: key(organization), severity: Severity::Critical, summary, about });
}

/// Whether the fact is about figures; then it is logged, counted and, where somebody must look, an alert.
pub(super) fn hears(event: &Event, alerts: &Alerts) -> bool {
    match event {
        Event::Rolled { organization, outcome, took, waited, reason } => {
            counter!("routiq_rollups_total", "outcome" => *outcome).increment(1);
            histogram!("routiq_rollup_seconds").record(took.as_secs_f64());
            histogram!("routiq_rollup_wait_seconds").record(waited.as_secs_f64());
            match reason {
                Some(reason) => {
                    warn!(organization_id = %organization, reason = &*scrub(reason), "figures could not be counted");
                }
                None => {
                    debug!(organization_id = %organization, outcome, took_ms = took.as_millis(), "figures counted");
                    alerts.resolve(&key(*organization));
                }
            }
        }
        Event::RollupRestarting { organization, reason, attempt, pause } => {
            counter!("routiq_rollup_restarts_total").increment(1);
            warn!(organization_id = %organization, reason = &*scrub(reason), attempt, pause_ms = pause.as_millis(), "a rollup failed and begins again");
        }
        Event::RollupParked { organization, reason, .. } => {
            counter!("routiq_rollup_parks_total").increment(1);
            let reason = scrub(reason);
            error!(organization_id = %organization, reason = &*reason, "a rollup stands still");
            raise(alerts, *organization, format!("the figures of this practice grow old: {reason}"));
        }
        Event::RollupStalled { organization, since } => {
            error!(organization_id = %organization, %since, "a rollup does not move");
            raise(
                alerts,
                *organization,
                format!("the figures of this practice have not been counted since {since}"),
            );
        }
        _ => return false,
    }
    true
}
