//! ManyChat: what people write to a practice's bots. It cannot be asked for lists; it calls where a practice put our
//! address into an automation, and answers for single subscribers.

mod client;
mod declaration;
mod map;
mod plan;
mod pull;
mod remap;
mod settings;
#[cfg(test)]
mod tests;
pub mod webhook;
mod webhook_map;
mod wire;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use self::{declaration::DECLARATION, plan::Rules, settings::Settings};
use super::{
    Account, Adapter, Call, Heard, Plan, PlatformError, Stored, Told,
    declaration::Declaration,
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::{Transport, is_loopback},
};
use crate::domain::stream::{AccountState, Page};

/// The name of this platform's branch of gates.
const API: &str = "manychat";
/// Where the platform answers.
const ORIGIN: &str = "https://api.manychat.com";

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "ManyChat",
    keys: &[
        Key::live("platforms.manychat.subscriber_requests_per_second", Kind::Count { least: 1, most: 10 }),
        Key::live(
            "platforms.manychat.origin",
            Kind::Text { allowed: "an http:// origin of this machine", check: loopback },
        ),
    ],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| Arc::new(Manychat::new(transport, ManychatConfig::of(house, section))),
    webhook: Some(|| Arc::new(webhook::ManychatWebhook)),
};

/// What holds for every account at ManyChat.
#[derive(Clone, Debug, PartialEq)]
pub struct ManychatConfig {
    /// How often an account's token and its small tables are looked at; what is proven of it is as old.
    pub poll_interval: Duration,
    /// How many subscribers of one account are read a second.
    pub subscriber_requests_per_second: u32,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
    /// Scheme, host and port, without a slash at the end.
    pub origin: String,
}

impl Default for ManychatConfig {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(60),
            subscriber_requests_per_second: 5,
            max_workers: 10,
            jitter: 0.5,
            origin: ORIGIN.to_owned(),
        }
    }
}

impl ManychatConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        let defaults = Self::default();
        Self {
            poll_interval: house.poll_interval,
            subscriber_requests_per_second: section
                .count("subscriber_requests_per_second")
                .unwrap_or(defaults.subscriber_requests_per_second),
            max_workers: house.max_workers,
            jitter: house.jitter,
            origin: section.text("origin").filter(|_| house.plain_loopback).unwrap_or(ORIGIN).to_owned(),
        }
    }
}

/// The adapter.
pub struct Manychat {
    transport: Arc<dyn Transport>,
    config: ArcSwap<ManychatConfig>,
    /// How often in a row the platform told each account to slow down.
    refusals: Mutex<HashMap<Uuid, u32>>,
}

impl Manychat {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: ManychatConfig) -> Self {
        Self { transport, config: ArcSwap::from_pointee(config), refusals: Mutex::default() }
    }

    fn rules(&self, account: &Account) -> Rules {
        let refresh = Settings::read(&account.settings).map(|settings| settings.refresh);
        Rules {
            poll: self.config.load().poll_interval,
            refresh: refresh.unwrap_or(Duration::from_secs(24 * 3600)),
        }
    }

    fn refused(&self, account: Uuid) -> u32 {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.get(&account).copied().unwrap_or_default()
    }

    /// Remembers how it went, so that pauses grow while the platform says slow down.
    fn note(&self, account: Uuid, outcome: &Result<Page, PlatformError>) {
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Err(PlatformError::RateLimited { .. }) => *refusals.entry(account).or_default() += 1,
            Ok(_) => drop(refusals.remove(&account)),
            Err(_) => {}
        }
    }
}

impl Adapter for Manychat {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.config.store(Arc::new(ManychatConfig::of(house, section)));
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        settings::check_account(external_id)?;
        Settings::read(settings).map(drop)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        plan::plan(state, &self.rules(account), now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        let config = self.config.load();
        Demand {
            api: API.into(),
            host: host(&config.origin).into(),
            budgets: vec![
                Budget {
                    name: budget(account.id, call.stream).into(),
                    limit: Limit::Rate {
                        count: config.subscriber_requests_per_second,
                        per: Duration::from_secs(1),
                    },
                },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn heard(&self, account: &Account, told: &Told<'_>) -> Result<Heard, String> {
        webhook_map::heard(account, told)
    }

    fn remap(&self, account: &Account, _: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
        remap::remap(account, stored)
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
            let (config, budget) = (self.config.load_full(), budget(account.id, call.stream));
            let client = client::Client {
                transport: &*self.transport,
                origin: &config.origin,
                token: credential,
                budget: &budget,
                refusals: self.refused(account.id),
                jitter: config.jitter,
            };
            let pull = pull::Pull { client: &client, account, state, rules: self.rules(account), now };
            let outcome = pull.run(call).await;
            self.note(account.id, &outcome);
            outcome
        })
    }
}

/// Limits are counted by method: single subscribers, and the account's own tables.
fn budget(account: Uuid, stream: &str) -> String {
    let group = if stream == plan::CONTACTS { "subscriber" } else { "page" };
    format!("account:{account}:{group}")
}

fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

fn loopback(text: &str) -> Result<(), String> {
    let rest = text.strip_prefix("http://").ok_or("does not begin with http://")?;
    let name = rest.rsplit_once(':').map_or(rest, |(name, _)| name);
    if is_loopback(name) && !rest.contains('/') {
        Ok(())
    } else {
        Err("is not an origin of this machine".to_owned())
    }
}
