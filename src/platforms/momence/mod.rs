//! Momence: members, classes with those who booked them, appointments of one or several.
//!
//! Nothing is pushed and no list tells when a record changed. Members come newest first; classes and appointments are
//! listed whole, window by window, with every poll, and the bookings of a class when it looks otherwise than before, and
//! again and again when it is near. What its description leaves open is configuration.

mod access;
mod client;
mod declaration;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod known;
mod map;
mod plan;
mod pull;
mod remap;
mod settings;
#[cfg(test)]
mod tests;
mod wire;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::SecretString;
use serde_json::Value;

use self::{access::Credential, declaration::DECLARATION, plan::Pace, settings::Settings};
use super::{
    Account, Adapter, Call, Plan, PlatformError, Stored,
    declaration::Declaration,
    kit::{
        exchange::{self, Exchange},
        tokens::Tokens,
    },
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::Transport,
};
use crate::domain::stream::{AccountState, Page};

/// The name of this platform's branch of gates.
const API: &str = "momence";
const ORIGIN: &str = "https://api.momence.com";

const fn path(path: &'static str) -> Key {
    Key::live(path, Kind::Text { allowed: "a path such as /api/v2/host/members", check: check_path })
}

const fn parameter(path: &'static str) -> Key {
    Key::live(path, Kind::Text { allowed: "letters, digits, _ and -: 1 to 40", check: check_parameter })
}

const fn days(path: &'static str) -> Key {
    Key::live(path, Kind::Count { least: 1, most: 3_650 })
}

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "Momence",
    keys: &[
        Key::live("platforms.momence.requests_per_second", Kind::Count { least: 1, most: 20 }),
        Key::live(
            "platforms.momence.origin",
            Kind::Text {
                allowed: "https://, or http:// of this machine, and nothing behind the host",
                check: check_origin,
            },
        ),
        path("platforms.momence.token_path"),
        path("platforms.momence.members_path"),
        path("platforms.momence.sessions_path"),
        path("platforms.momence.reservations_path"),
        parameter("platforms.momence.page_parameter"),
        parameter("platforms.momence.size_parameter"),
        Key::live("platforms.momence.first_page", Kind::Count { least: 0, most: 1 }),
        Key::live("platforms.momence.page_size", Kind::Count { least: 10, most: 200 }),
        parameter("platforms.momence.after_parameter"),
        parameter("platforms.momence.before_parameter"),
        days("platforms.momence.history_days"),
        days("platforms.momence.back_days"),
        days("platforms.momence.ahead_days"),
    ],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| Arc::new(Momence::new(transport, MomenceConfig::of(house, section))),
    webhook: None,
};

/// What holds for every account at Momence.
#[derive(Clone, Debug, PartialEq)]
pub struct MomenceConfig {
    /// How often everything near is asked for, unless an account's settings say otherwise.
    pub poll_interval: Duration,
    /// How often everything is listed at least.
    pub sweep_interval: Duration,
    /// What one account may ask a second.
    pub requests_per_second: u32,
    /// Scheme, host and port.
    pub origin: String,
    /// Where tokens are given out.
    pub token_path: String,
    /// The list of members.
    pub members_path: String,
    /// The list of classes; each class and its bookings stand below it.
    pub sessions_path: String,
    /// The list of appointments.
    pub reservations_path: String,
    /// The parameter that says which page.
    pub page_parameter: String,
    /// The parameter that says how many records a page has.
    pub size_parameter: String,
    /// What the first page is called.
    pub first_page: u32,
    /// Records of a page.
    pub page_size: u32,
    /// The parameter after which records begin.
    pub after_parameter: String,
    /// The parameter before which records begin.
    pub before_parameter: String,
    /// How far back the first listing goes.
    pub history: SignedDuration,
    /// How far back the next ones go.
    pub back: SignedDuration,
    /// How far ahead they go.
    pub ahead: SignedDuration,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
}

impl MomenceConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        let text = |name: &str, usual: &str| section.text(name).unwrap_or(usual).to_owned();
        let days = |name: &str, usual: u32| {
            SignedDuration::from_hours(24 * i64::from(section.count(name).unwrap_or(usual)))
        };
        let origin = exchange::origin(section.text("origin").unwrap_or(ORIGIN), house.plain_loopback);
        Self {
            poll_interval: house.poll_interval,
            sweep_interval: house.sweep_interval,
            requests_per_second: section.count("requests_per_second").unwrap_or(1),
            origin: origin.unwrap_or_else(|_| ORIGIN.to_owned()),
            token_path: text("token_path", "/api/v2/auth/token"),
            members_path: text("members_path", "/api/v2/host/members"),
            sessions_path: text("sessions_path", "/api/v2/host/sessions"),
            reservations_path: text("reservations_path", "/api/v2/host/appointments/reservations"),
            page_parameter: text("page_parameter", "page"),
            size_parameter: text("size_parameter", "pageSize"),
            first_page: section.count("first_page").unwrap_or(0),
            page_size: section.count("page_size").unwrap_or(100),
            after_parameter: text("after_parameter", "startAfter"),
            before_parameter: text("before_parameter", "startBefore"),
            history: days("history_days", 730),
            back: days("back_days", 30),
            ahead: days("ahead_days", 180),
            max_workers: house.max_workers,
            jitter: house.jitter,
        }
    }
}

/// The adapter.
pub struct Momence {
    transport: Arc<dyn Transport>,
    config: ArcSwap<MomenceConfig>,
    tokens: Tokens,
}

impl Momence {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: MomenceConfig) -> Self {
        Self { transport, config: ArcSwap::from_pointee(config), tokens: Tokens::default() }
    }

    fn settings(account: &Account) -> Result<Settings, PlatformError> {
        settings::check_account(&account.external_id)
            .and_then(|()| Settings::read(&account.settings))
            .map_err(PlatformError::Denied)
    }

    fn pace(&self, account: &Account) -> Pace {
        let config = self.config.load();
        // Settings that cannot be read are refused by the request itself.
        let settings = Self::settings(account).unwrap_or_default();
        Pace {
            poll: settings.poll.unwrap_or(config.poll_interval),
            sweep: config.sweep_interval,
            history: config.history,
            back: config.back,
            ahead: config.ahead,
        }
    }

    /// One request: for an access token when there is none that holds, or else what was planned.
    async fn ask(
        &self,
        account: &Account,
        credential: &SecretString,
        state: &AccountState,
        call: &Call,
        now: Timestamp,
    ) -> Result<Page, PlatformError> {
        let config = self.config.load_full();
        Self::settings(account)?;
        let credential = Credential::read(credential)?;
        let exchange = Exchange {
            transport: &*self.transport,
            title: PLATFORM.title,
            budget: &budget(account),
            pause: client::PAUSE,
            jitter: config.jitter,
            now,
        };
        let Some((access, fresh)) = self.tokens.get(account.id, &credential.digest, now) else {
            let given = credential.renew(&exchange, &config.origin, &config.token_path).await?;
            self.tokens.keep(account.id, credential.digest, given, now);
            // What was planned is planned again, and asked with it.
            let request = config.token_path.clone();
            return Ok(Page { stream: call.stream, request, observed_at: now, ..Page::default() });
        };
        let client = client::Client { exchange, origin: &config.origin, access: &access };
        let pull = pull::Pull {
            client: &client,
            tokens: &self.tokens,
            fresh,
            config: &config,
            account,
            pace: &self.pace(account),
            state,
            now,
        };
        pull.run(call).await
    }
}

impl Adapter for Momence {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.config.store(Arc::new(MomenceConfig::of(house, section)));
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        settings::check_account(external_id)?;
        Settings::read(settings).map(drop)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        plan::plan(state, &self.pace(account), now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        let config = self.config.load();
        let own = Self::settings(account).ok().and_then(|settings| settings.requests_per_second);
        let count = own.unwrap_or(config.requests_per_second);
        let host = config.origin.split_once("://").map_or(config.origin.as_str(), |(_, host)| host);
        Demand {
            api: API.into(),
            budgets: vec![
                Budget {
                    name: budget(account).into(),
                    limit: Limit::Rate { count, per: Duration::from_secs(1) },
                },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            host: host.into(),
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn remap(&self, account: &Account, _: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
        remap::remap(account, &self.config.load().reservations_path, stored)
    }

    fn pull<'a>(
        &'a self,
        account: &'a Account,
        credential: &'a SecretString,
        state: &'a AccountState,
        call: &'a Call,
        now: Timestamp,
    ) -> BoxFuture<'a, Result<Page, PlatformError>> {
        Box::pin(self.ask(account, credential, state, call, now))
    }
}

fn budget(account: &Account) -> String {
    format!("account:{}", account.id)
}

fn check_origin(text: &str) -> Result<(), String> {
    exchange::origin(text, true).map(drop)
}

fn check_path(text: &str) -> Result<(), String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    match text.starts_with('/') && !text.ends_with('/') && text.len() <= 200 && text.bytes().all(sound) {
        true => Ok(()),
        false => Err("is not a path".to_owned()),
    }
}

fn check_parameter(text: &str) -> Result<(), String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    match (1..=40).contains(&text.len()) && text.bytes().all(sound) {
        true => Ok(()),
        false => Err("is not a parameter's name".to_owned()),
    }
}
