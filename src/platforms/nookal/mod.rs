//! Nookal, in both of its interfaces: patients, appointments, classes and who attends them, invoices and payments,
//! practitioners, places, types, and treatment notes where an organization asked for them.
//!
//! Nothing is pushed. The older interface (v2: a key, failures under status 200) is polled for what changed since a time;
//! the newer one (v3: tokens and GraphQL) tells no changes and is listed again and again. Deletions leave no trace in either:
//! two listings in a row prove them, appointments by windows of time.

mod client;
mod collections;
mod declaration;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod map;
mod places;
mod plan;
mod pull;
mod remap;
mod request;
mod settings;
#[cfg(test)]
mod tests;
mod wire;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use self::{declaration::DECLARATION, plan::Pace, settings::Settings};
use super::{
    Account, Adapter, Call, Plan, PlatformError, Stored,
    declaration::Declaration,
    kit::{exchange::Exchange, tokens::Tokens},
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::Transport,
};
use crate::domain::stream::{AccountState, Page};

/// The name of this platform's branch of gates.
const API: &str = "nookal";
/// What changes rarely is asked for this seldom, and still proves itself live.
const SLOW: Duration = Duration::from_secs(240);

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "Nookal",
    keys: &[Key::live("platforms.nookal.requests_per_minute", Kind::Count { least: 1, most: 120 })],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| Arc::new(Nookal::new(transport, NookalConfig::of(house, section))),
    webhook: None,
};

/// What holds for every account at Nookal.
#[derive(Clone, Debug, PartialEq)]
pub struct NookalConfig {
    /// How often people and appointments are asked for, unless an account's settings say otherwise.
    pub poll_interval: Duration,
    /// How often everything is listed at least.
    pub sweep_interval: Duration,
    /// What one account may ask a minute.
    pub requests_per_minute: u32,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// Whether plain http may reach loopback addresses, which is where simulators live.
    pub plain_loopback: bool,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
}

impl NookalConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        Self {
            poll_interval: house.poll_interval,
            sweep_interval: house.sweep_interval,
            requests_per_minute: section.count("requests_per_minute").unwrap_or(100),
            max_workers: house.max_workers,
            plain_loopback: house.plain_loopback,
            jitter: house.jitter,
        }
    }
}

/// The adapter.
pub struct Nookal {
    transport: Arc<dyn Transport>,
    config: ArcSwap<NookalConfig>,
    tokens: Tokens,
}

impl Nookal {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: NookalConfig) -> Self {
        Self { transport, config: ArcSwap::from_pointee(config), tokens: Tokens::default() }
    }

    fn settings(&self, account: &Account) -> Result<Settings, PlatformError> {
        let plain = self.config.load().plain_loopback;
        settings::check_account(&account.external_id)
            .and_then(|()| Settings::read(&account.settings, plain))
            .map_err(PlatformError::Denied)
    }

    fn pace(&self, settings: &Settings) -> Pace {
        let config = self.config.load();
        let fast = settings.poll.unwrap_or(config.poll_interval);
        Pace {
            api: settings.api,
            fast,
            slow: fast.max(SLOW),
            sweep: config.sweep_interval,
            clinical_notes: settings.clinical_notes,
        }
    }
}

impl Adapter for Nookal {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.config.store(Arc::new(NookalConfig::of(house, section)));
    }

    fn streams(&self, account: &Account) -> Vec<&'static str> {
        // Settings that cannot be read are refused by the request itself.
        let settings = self.settings(account).unwrap_or_default();
        let followed = plan::streams(settings.api, settings.clinical_notes);
        // Payments are told with invoices where they are not told apart.
        let read = |name: &&str| matches!(*name, plan::LOCATIONS | plan::PAYMENTS) || followed.contains(name);
        DECLARATION.streams.iter().map(|stream| stream.name).filter(read).collect()
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        settings::check_account(external_id)?;
        Settings::read(settings, self.config.load().plain_loopback).map(drop)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        plan::plan(state, &self.pace(&self.settings(account).unwrap_or_default()), now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        let config = self.config.load();
        let settings = self.settings(account).unwrap_or_default();
        let count = settings.requests_per_minute.unwrap_or(config.requests_per_minute);
        let origin = settings.origin();
        Demand {
            api: API.into(),
            budgets: vec![
                Budget {
                    name: budget(account).into(),
                    limit: Limit::Rate { count, per: Duration::from_secs(60) },
                },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            host: origin.split_once("://").map_or(origin, |(_, host)| host).into(),
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn remap(&self, account: &Account, state: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
        let settings = self.settings(account).map_err(|error| error.to_string())?;
        remap::remap(account, &settings, state, stored)
    }

    fn pull<'a>(
        &'a self,
        account: &'a Account,
        credential: &'a SecretString,
        state: &'a AccountState,
        call: &'a Call,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Page, PlatformError>> {
        Box::pin(async move {
            let settings = self.settings(account)?;
            client::check_key(credential.expose_secret())?;
            let exchange = Exchange {
                transport: &*self.transport,
                title: PLATFORM.title,
                budget: &budget(account),
                pause: client::PAUSE,
                jitter: self.config.load().jitter,
                now,
            };
            let client = client::Client { exchange, origin: settings.origin(), credential };
            let pace = self.pace(&settings);
            let (tokens, settings) = (&self.tokens, &settings);
            pull::Pull { client: &client, tokens, account, settings, pace: &pace, state, now }.run(call).await
        })
    }
}

fn budget(account: &Account) -> String {
    format!("account:{}", account.id)
}
