//! What the directory's facts become: log lines, figures, alerts.

use metrics::{counter, histogram};
use routiq_actors::event::DirectoryFact;

use super::{
    alerts::{About, Alert, Alerts, Severity},
    redact::scrub,
};

const STANDS: &str = "directory:stands";
const STALLED: &str = "directory:stalled";

fn raise(alerts: &Alerts, key: &str, summary: String) {
    alerts.raise(Alert {
        key: key.to_owned(),
        severity: Severity::Critical,
        summary,
        about: About::default(),
    });
}

/// How its actor fares.
pub(super) fn fact(alerts: &Alerts, fact: &DirectoryFact) {
    match fact {
        DirectoryFact::Started => {
            tracing::debug!("the directory began");
            alerts.resolve(STANDS);
            alerts.resolve(STALLED);
        }
        DirectoryFact::Applied { outcome, took, reason } => {
            histogram!("routiq_directory_apply_seconds").record(took.as_secs_f64());
            alerts.resolve(STALLED);
            if let Some(reason) = reason {
                tracing::warn!(outcome, reason = %scrub(reason), "the directory's events could not be applied");
            }
        }
        DirectoryFact::Stepped { api, outcome, took, records, changed, reason } => {
            let api = &**api;
            counter!("routiq_directory_steps_total", "api" => api.to_owned(), "outcome" => *outcome)
                .increment(1);
            alerts.resolve(STALLED);
            let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(
                api,
                outcome,
                took_ms,
                records,
                changed,
                reason,
                "a step of the directory's check ended"
            );
        }
        DirectoryFact::Restarting { reason, attempt, pause } => {
            counter!("routiq_directory_restarts_total").increment(1);
            let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
            tracing::warn!(reason = %scrub(reason), attempt, pause_ms, "the directory failed; it begins again");
        }
        DirectoryFact::Parked { reason, until } => {
            counter!("routiq_directory_restarts_total").increment(1);
            tracing::error!(reason = %scrub(reason), until = %until, "the directory stands still");
            let summary = format!(
                "users, organizations and subscriptions are not kept until {until:.0}: {}",
                scrub(reason)
            );
            raise(alerts, STANDS, summary);
        }
        DirectoryFact::Stalled { half, since } => {
            tracing::error!(half, since = %since, "the directory does not move");
            let summary = format!("the directory does not go on {half} (since {since:.0})");
            raise(alerts, STALLED, summary);
        }
    }
}
