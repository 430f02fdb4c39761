//! Chatwoot: contacts, conversations in every status, and their messages.
//!
//! First everything is listed and every conversation read; meanwhile and ever after, polls bring what changed within
//! a minute; sweeps compare whole lists and find what was deleted or slipped past. Tolerates versions 3.13 to 4.15.

mod client;
mod cursor;
mod declaration;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod history;
mod hooks;
mod items;
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

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use http::HeaderMap;
use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::SecretString;
use serde_json::Value;

use self::{declaration::DECLARATION, plan::Rules, settings::Settings};
use super::{
    Account, Adapter, Call, Heard, Plan, PlatformError, Stored, Told,
    declaration::Declaration,
    files::FileCall,
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::Transport,
};
use crate::domain::stream::{AccountState, Page, StateChange, Urgency};

/// The name of this platform's branch of gates.
const API: &str = "chatwoot";

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "Chatwoot",
    keys: &[
        Key::live("platforms.chatwoot.requests_per_minute", Kind::Count { least: 1, most: 100_000 }),
        Key::live("platforms.chatwoot.settle", Kind::Duration { least: 0, most: 600 }),
        Key::live("platforms.chatwoot.hosts", Kind::Hosts { least: 1, most: 100_000 }),
    ],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| Arc::new(Chatwoot::new(transport, ChatwootConfig::of(house, section))),
    webhook: Some(|| Arc::new(webhook::ChatwootWebhook)),
};

/// What holds for every account at Chatwoot.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatwootConfig {
    /// How often an account is asked for what changed, unless its settings say otherwise.
    pub poll_interval: Duration,
    /// How often inboxes and agents are listed.
    pub tables_interval: Duration,
    /// How often contacts are listed at most; a listing is the only way to see an edit of a contact that is silent.
    pub contacts_relist_least: Duration,
    /// How often contacts are listed at least: the interval of the full sweep.
    pub contacts_relist_most: Duration,
    /// What one account may ask a minute, so that a practice cannot use up a host it shares.
    pub account_requests_per_minute: u32,
    /// What one host may be asked a minute from this address: 90% of the platform's own limit.
    pub host_requests_per_minute: u32,
    /// How long a conversation whose new message a webhook told waits to be read: a burst is read once.
    pub settle: Duration,
    /// Hosts (with port, if any) whose limit is another.
    pub hosts: BTreeMap<String, u32>,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// Whether plain http may reach loopback addresses, which is where simulators live.
    pub plain_loopback: bool,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
    /// Under which address the world reaches us, such as `https://routiq.example.org`; none: no webhook is registered.
    pub public_url: Option<String>,
}

impl Default for ChatwootConfig {
    fn default() -> Self {
        Self {
            poll_interval: Duration::from_secs(60),
            tables_interval: Duration::from_secs(240),
            contacts_relist_least: Duration::from_secs(240),
            contacts_relist_most: Duration::from_secs(24 * 3600),
            account_requests_per_minute: 600,
            host_requests_per_minute: 2700,
            settle: Duration::from_secs(10),
            hosts: BTreeMap::new(),
            max_workers: 10,
            plain_loopback: false,
            jitter: 0.5,
            public_url: None,
        }
    }
}

impl ChatwootConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        let defaults = Self::default();
        Self {
            poll_interval: house.poll_interval,
            // Nobody who polls seldom wants to list often.
            tables_interval: defaults.tables_interval.max(house.poll_interval),
            contacts_relist_least: defaults.contacts_relist_least.max(house.poll_interval),
            contacts_relist_most: house.sweep_interval,
            host_requests_per_minute: section
                .count("requests_per_minute")
                .unwrap_or(defaults.host_requests_per_minute),
            settle: section.duration("settle").unwrap_or(defaults.settle),
            hosts: section.hosts("hosts"),
            max_workers: house.max_workers,
            plain_loopback: house.plain_loopback,
            jitter: house.jitter,
            public_url: house.public_url.clone(),
            ..defaults
        }
    }
}

/// The adapter.
pub struct Chatwoot {
    transport: Arc<dyn Transport>,
    config: ArcSwap<ChatwootConfig>,
}

impl Chatwoot {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: ChatwootConfig) -> Self {
        Self { transport, config: ArcSwap::from_pointee(config) }
    }

    /// Takes a new configuration; plans and demands from now on follow it.
    pub fn reload(&self, config: ChatwootConfig) {
        self.config.store(Arc::new(config));
    }

    fn settings(&self, account: &Account) -> Result<Settings, PlatformError> {
        let plain = self.config.load().plain_loopback;
        settings::check_account(&account.external_id)
            .and_then(|()| Settings::read(&account.settings, plain))
            .map_err(PlatformError::Denied)
    }

    fn rules(&self, account: &Account) -> Rules {
        let config = self.config.load();
        let poll = self.settings(account).ok().and_then(|settings| settings.poll);
        Rules {
            poll: poll.unwrap_or(config.poll_interval),
            tables: config.tables_interval,
            relist_least: config.contacts_relist_least,
            relist_most: config.contacts_relist_most,
        }
    }
}

impl Adapter for Chatwoot {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.reload(ChatwootConfig::of(house, section));
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        settings::check_account(external_id)?;
        Settings::read(settings, self.config.load().plain_loopback).map(drop)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        plan::plan(state, &self.rules(account), now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        let config = self.config.load();
        // Settings that cannot be read are refused by the request itself; until then they have a host of their own.
        let settings = self.settings(account).ok();
        let host = settings.as_ref().map_or_else(|| format!("unknown {}", account.id), |s| s.host.clone());
        let own = settings.and_then(|settings| settings.requests_per_minute);
        let own = own.unwrap_or(config.account_requests_per_minute);
        let shared = config.hosts.get(&host).copied().unwrap_or(config.host_requests_per_minute);
        let rate = |count| Limit::Rate { count, per: Duration::from_secs(60) };
        Demand {
            api: API.into(),
            budgets: vec![
                Budget { name: format!("account:{}", account.id).into(), limit: rate(own) },
                Budget { name: host_budget(&host).into(), limit: rate(shared) },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            host: host.into(),
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn hook_address(&self) -> Option<String> {
        let config = self.config.load();
        let public = config.public_url.as_deref()?.trim_end_matches('/');
        Some(format!("{public}/webhooks/{API}/"))
    }

    fn heard(&self, account: &Account, told: &Told<'_>) -> Result<Heard, String> {
        webhook_map::heard(account, told, self.config.load().settle)
    }

    fn file(
        &self,
        account: &Account,
        _: &SecretString,
        kind: &str,
        url: &str,
    ) -> Result<Option<FileCall>, PlatformError> {
        // The rest are places, cards and links of others.
        if !matches!(kind, "image" | "audio" | "video" | "file") {
            return Ok(None);
        }
        // A file's address is its own proof: the access token has no business there, not even at its own host.
        let origin = self.settings(account)?.origin;
        Ok(Some(FileCall { url: url.to_owned(), origin, headers: HeaderMap::new() }))
    }

    fn file_again(&self, conversation: &str, _: &str) -> Option<StateChange> {
        let again = history::Due { recheck: true, ..history::Due::default() };
        Some(items::due(vec![conversation.to_owned()], &again, Urgency::Live, None))
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
            let jitter = self.config.load().jitter;
            let client = client::Client {
                transport: &*self.transport,
                origin: &settings.origin,
                account: &account.external_id,
                token: credential,
                budget: &host_budget(&settings.host),
                jitter,
                now,
            };
            let pull = pull::Pull { client: &client, account, settings: &settings, state, now };
            pull.run(call).await
        })
    }
}

fn host_budget(host: &str) -> String {
    format!("host:{host}")
}
