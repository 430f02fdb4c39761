//! What the directory's facts and news become: log lines, figures, alerts.

use std::sync::Arc;

use metrics::{counter, histogram};
use routiq_actors::event::DirectoryFact;

use super::{
    alerts::{About, Alert, Alerts, Severity},
    redact::scrub,
};
use crate::work::directory::News;

const STANDS: &str = "directory:stands";
const STALLED: &str = "directory:stalled";

fn raise(alerts: &Alerts, key: String, severity: Severity, summary: String, about: About) {
    alerts.raise(Alert { key, severity, summary, about });
}

fn of_api(api: &str) -> About {
    About { api: Some(Arc::from(api)), ..About::default() }
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
            counter!("routiq_directory_steps_total", "api" => api.to_owned(), "outcome" => *outcome).increment(1);
            alerts.resolve(STALLED);
            let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            tracing::debug!(api, outcome, took_ms, records, changed, reason, "a step of the directory's check ended");
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
            raise(alerts, STANDS.to_owned(), Severity::Critical, summary, About::default());
        }
        DirectoryFact::Stalled { half, since } => {
            tracing::error!(half, since = %since, "the directory does not move");
            let summary = format!("the directory does not go on {half} (since {since:.0})");
            raise(alerts, STALLED.to_owned(), Severity::Critical, summary, About::default());
        }
    }
}

/// What it found out. Names of people are never part of it.
pub fn news(alerts: &Alerts, news: &News) {
    match news {
        News::Event { platform, outcome, event_type, reason } => {
            counter!("routiq_directory_events_total", "platform" => platform.clone(), "outcome" => *outcome)
                .increment(1);
            if *outcome == "quarantined" {
                let reason = reason.as_deref().map(scrub).unwrap_or_default();
                tracing::error!(platform, event_type, %reason, "an event of the directory was set aside");
                let key = format!("directory:quarantined:{platform}");
                let summary = format!("an event {event_type} of {platform} cannot be applied: {reason}");
                raise(alerts, key, Severity::Warning, summary, About::default());
            } else {
                tracing::debug!(platform, event_type, outcome, reason, "an event of the directory was settled");
            }
        }
        News::UnknownStatus { word } => {
            tracing::error!(word, "Stripe uses an unknown word for a subscription's state");
            let summary = format!("Stripe calls a subscription {word:?}, which means nothing here: nothing was changed");
            raise(alerts, "directory:unknown status".to_owned(), Severity::Warning, summary, of_api("stripe"));
        }
        News::Access(change) => {
            counter!("routiq_directory_access_changes_total").increment(1);
            let (before, after) = (change.before.map(|role| role.name()), change.after.map(|role| role.name()));
            tracing::info!(organization_id = %change.organization, before, after, "somebody's role changed");
        }
        News::Standing(change) => {
            let (before, after) = (change.before.as_str(), change.after.status);
            let reason = change.after.reason.as_deref();
            tracing::info!(organization_id = %change.organization, before, after, reason, "an organization's standing changed");
        }
        News::Refused { api, reason } => {
            tracing::error!(api, reason, "the directory's source refuses us");
            let key = format!("directory:refused:{api}");
            raise(alerts, key, Severity::Critical, format!("{reason}: set a new one"), of_api(api));
        }
        News::Answers { api } => {
            tracing::info!(api, "the directory's source answers again");
            alerts.resolve(&format!("directory:refused:{api}"));
        }
        News::Checked { api, listed, repaired } => {
            counter!("routiq_directory_checks_total", "api" => *api).increment(1);
            let repairs = u64::try_from(*repaired).unwrap_or_default();
            counter!("routiq_directory_repairs_total", "api" => *api).increment(repairs);
            tracing::info!(api, listed, repaired, "the directory was compared with its source");
            let key = format!("directory:repaired:{api}");
            if *repaired > 0 {
                let summary = format!("a check against {api} put {repaired} things right that webhooks should have brought");
                raise(alerts, key, Severity::Warning, summary, of_api(api));
            } else {
                alerts.resolve(&key);
            }
        }
    }
}
