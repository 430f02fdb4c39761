//! Twilio: SMS and WhatsApp, in and out.
//!
//! Messages are listed newest first, and told of as they come. There are no conversations and no people: a number of ours and
//! one of theirs are a conversation, and their number is the person, whichever channel they use.

mod client;
mod declaration;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
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

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use http::{HeaderMap, header};
use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::SecretString;
use serde_json::Value;

use self::{client::ORIGIN, declaration::DECLARATION, plan::Pace, settings::Settings};
use super::{
    Account, Adapter, Call, Heard, Plan, PlatformError, Stored, Told,
    declaration::Declaration,
    files::FileCall,
    kit::exchange::Exchange,
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::Transport,
};
use crate::domain::stream::{AccountState, Page};

/// The name of this platform's branch of gates.
const API: &str = "twilio";

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "Twilio",
    keys: &[Key::live("platforms.twilio.requests_per_minute", Kind::Count { least: 1, most: 3000 })],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| Arc::new(Twilio::new(transport, TwilioConfig::of(house, section))),
    webhook: Some(|| Arc::new(webhook::TwilioWebhook)),
};

/// What holds for every account at Twilio.
#[derive(Clone, Debug, PartialEq)]
pub struct TwilioConfig {
    /// How often an account is asked for what is new, unless its settings say otherwise.
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

impl TwilioConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        Self {
            poll_interval: house.poll_interval,
            sweep_interval: house.sweep_interval,
            requests_per_minute: section.count("requests_per_minute").unwrap_or(300),
            max_workers: house.max_workers,
            plain_loopback: house.plain_loopback,
            jitter: house.jitter,
        }
    }
}

/// The adapter.
pub struct Twilio {
    transport: Arc<dyn Transport>,
    config: ArcSwap<TwilioConfig>,
}

impl Twilio {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: TwilioConfig) -> Self {
        Self { transport, config: ArcSwap::from_pointee(config) }
    }

    fn settings(&self, account: &Account) -> Result<Settings, PlatformError> {
        let plain = self.config.load().plain_loopback;
        settings::check_account(&account.external_id)
            .and_then(|()| Settings::read(&account.settings, plain))
            .map_err(PlatformError::Denied)
    }

    fn pace(&self, account: &Account) -> Pace {
        let config = self.config.load();
        // Settings that cannot be read are refused by the request itself.
        let own = self.settings(account).ok().and_then(|settings| settings.poll);
        Pace { poll: own.unwrap_or(config.poll_interval), sweep: config.sweep_interval }
    }
}

impl Adapter for Twilio {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.config.store(Arc::new(TwilioConfig::of(house, section)));
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        settings::check_account(external_id)?;
        Settings::read(settings, self.config.load().plain_loopback).map(drop)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        plan::plan(state, &self.pace(account), now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        let config = self.config.load();
        let origin = self.settings(account).ok().and_then(|settings| settings.base_url);
        let origin = origin.unwrap_or_else(|| ORIGIN.to_owned());
        let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
        Demand {
            api: API.into(),
            budgets: vec![
                Budget {
                    name: budget(account).into(),
                    limit: Limit::Rate { count: config.requests_per_minute, per: Duration::from_secs(60) },
                },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            host: host.into(),
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn heard(&self, account: &Account, told: &Told<'_>) -> Result<Heard, String> {
        webhook_map::heard(account, told)
    }

    fn file(
        &self,
        account: &Account,
        credential: &SecretString,
        _: &str,
        url: &str,
    ) -> Result<Option<FileCall>, PlatformError> {
        // Media may want the account's own proof; where they lie in the end, a signed link is enough.
        let own = self.settings(account)?.base_url;
        let target = url.strip_prefix(ORIGIN).filter(|target| target.starts_with('/'));
        let Some(target) = target else { return Ok(None) };
        let origin = own.unwrap_or_else(|| ORIGIN.to_owned());
        let proof = client::proof(&account.external_id, credential)?;
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, proof)]);
        Ok(Some(FileCall { url: format!("{origin}{target}"), origin, headers }))
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
            let settings = self.settings(account)?;
            let config = self.config.load_full();
            let origin = settings.base_url.unwrap_or_else(|| ORIGIN.to_owned());
            let budget = budget(account);
            let exchange = Exchange {
                transport: &*self.transport,
                title: PLATFORM.title,
                budget: &budget,
                pause: client::PAUSE,
                jitter: config.jitter,
                now,
            };
            let client =
                client::Client { exchange, origin: &origin, account: &account.external_id, credential };
            let pace = self.pace(account);
            pull::Pull { client: &client, account, pace: &pace, state, now }.run(call).await
        })
    }
}

fn budget(account: &Account) -> String {
    format!("account:{}", account.id)
}
