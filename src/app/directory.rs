//! The directory, wired: its sources, its rules, who hears its news.

use std::sync::Arc;

use arc_swap::ArcSwap;
use metrics::counter;
use routiq_actors::clock::Clock;

use crate::{
    config::Config,
    domain::{directory::BillingRules, ids::Ids},
    platforms::{
        clerk::{Clerk, ClerkConfig},
        stripe::{Stripe, StripeConfig},
        transport::Transport,
    },
    store::Store,
    telemetry::{
        alerts::{About, Alert, Alerts, Severity},
        redact::scrub,
    },
    work::directory::{DirectorySettings, DirectoryWork, News, Origins},
};

/// Its work over the configured sources; one without a key is not asked.
pub(super) fn work(
    config: &Config,
    store: Store,
    (clock, ids): (Clock, Ids),
    transport: &Arc<dyn Transport>,
    settings: Arc<ArcSwap<DirectorySettings>>,
    alerts: Alerts,
) -> DirectoryWork {
    let herald = Arc::new(move |heard: &_| news(&alerts, heard));
    DirectoryWork::new(store, (clock, ids), origins(config, transport), settings, herald)
}

fn origins(config: &Config, transport: &Arc<dyn Transport>) -> Origins {
    let limit = |platform: &str, origin: &str, usual: u32| {
        let host = origin.split_once("://").map_or(origin, |(_, host)| host);
        config.gates.requests_per_minute(platform, host).unwrap_or(usual)
    };
    let clerk = config.security.clerk_secret_key.clone().map(|secret| {
        let usual = ClerkConfig::default();
        let origin = config.directory.clerk_api_url.clone();
        let requests_per_minute = limit("clerk", &origin, usual.requests_per_minute);
        Clerk::new(Arc::clone(transport), ClerkConfig { origin, requests_per_minute, ..usual }, secret)
    });
    let stripe = config.security.stripe_secret_key.clone().map(|secret| {
        let usual = StripeConfig::default();
        let origin = config.billing.stripe_api_url.clone();
        let requests_per_minute = limit("stripe", &origin, usual.requests_per_minute);
        Stripe::new(Arc::clone(transport), StripeConfig { origin, requests_per_minute, ..usual }, secret)
    });
    Origins { clerk, stripe }
}

/// What of it may change while the daemon runs.
pub(super) fn settings(config: &Config) -> DirectorySettings {
    let plans = config.billing.plans.iter();
    DirectorySettings {
        billing: BillingRules { required: config.billing.required, grace: config.billing.past_due_grace },
        plans: plans.filter_map(|(price, plan)| Some((price.clone(), plan.parse().ok()?))).collect(),
        livemode: config.webhooks.stripe_livemode,
        check_every: config.directory.check_interval,
    }
}

fn raise(alerts: &Alerts, key: String, severity: Severity, summary: String, about: About) {
    alerts.raise(Alert { key, severity, summary, about });
}

fn quarantined(api: &str) -> String {
    format!("directory:quarantined:{api}")
}

fn of_api(api: &str) -> About {
    About { api: Some(Arc::from(api)), ..About::default() }
}

/// What it found out. Names of people are never part of it.
fn news(alerts: &Alerts, news: &News) {
    match news {
        News::Event { platform, outcome, event_type, reason } => {
            counter!("routiq_directory_events_total", "platform" => platform.clone(), "outcome" => *outcome)
                .increment(1);
            if *outcome == "quarantined" {
                let reason = reason.as_deref().map(scrub).unwrap_or_default();
                tracing::error!(platform, event_type, %reason, "an event of the directory was set aside");
                let summary = format!("an event {event_type} of {platform} cannot be applied: {reason}");
                raise(alerts, quarantined(platform), Severity::Warning, summary, of_api(platform));
            } else {
                tracing::debug!(
                    platform,
                    event_type,
                    outcome,
                    reason,
                    "an event of the directory was settled"
                );
            }
        }
        News::UnknownStatus { word } => {
            tracing::error!(word, "Stripe uses an unknown word for a subscription's state");
            let summary = format!(
                "Stripe calls a subscription {word:?}, which means nothing here: nothing was changed"
            );
            raise(
                alerts,
                "directory:unknown status".to_owned(),
                Severity::Warning,
                summary,
                of_api("stripe"),
            );
        }
        News::Access(change) => {
            counter!("routiq_directory_access_changes_total").increment(1);
            let (before, after) =
                (change.before.map(|role| role.name()), change.after.map(|role| role.name()));
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
            // What an event could not tell, the check has seen.
            alerts.resolve(&quarantined(api));
            let key = format!("directory:repaired:{api}");
            if *repaired > 0 {
                let summary = format!(
                    "a check against {api} put {repaired} things right that webhooks should have brought"
                );
                raise(alerts, key, Severity::Warning, summary, of_api(api));
            } else {
                alerts.resolve(&key);
            }
        }
    }
}
