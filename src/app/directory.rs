//! The directory, wired: its sources, its rules, who hears its news.

use std::sync::Arc;

use arc_swap::ArcSwap;
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
    telemetry::{alerts::Alerts, directory::news},
    work::directory::{DirectorySettings, DirectoryWork, Origins},
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
    DirectorySettings {
        billing: BillingRules { required: config.billing.required, grace: config.billing.past_due_grace },
        plans: config.billing.plans.clone(),
        livemode: config.webhooks.stripe_livemode,
        check_every: config.directory.check_interval,
    }
}
