//! Cliniko: patients, individual and group appointments with their attendees, invoices, practitioners, places, types, and
//! treatment notes where an organization asked for them.
//!
//! Nothing is pushed, so everything is polled by the time of its last change, archived and cancelled records included;
//! sweeps by the time of making find what vanished without a trace.

mod client;
mod declaration;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod groups;
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
use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use self::{declaration::DECLARATION, plan::Pace, settings::Settings};
use super::{
    Account, Adapter, Call, Plan, PlatformError, Stored,
    declaration::Declaration,
    kit::exchange::Exchange,
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::Transport,
};
use crate::domain::stream::{AccountState, Page};

/// The name of this platform's branch of gates.
const API: &str = "cliniko";
/// The host that stands for all of them until the credential has named its own.
const ANY_HOST: &str = "api.cliniko.com";
/// What changes rarely is asked for this seldom, and still proves itself live.
const SLOW: Duration = Duration::from_secs(240);

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "Cliniko",
    keys: &[
        Key::live("platforms.cliniko.requests_per_minute", Kind::Count { least: 1, most: 200 }),
        Key::live(
            "platforms.cliniko.application",
            Kind::Text {
                allowed: "letters, digits, blanks, dots, dashes: 1 to 60",
                check: check_application,
            },
        ),
        Key::live(
            "platforms.cliniko.contact",
            Kind::Text { allowed: "an e-mail address such as it@clinic.example.org", check: check_contact },
        ),
    ],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| Arc::new(Cliniko::new(transport, ClinikoConfig::of(house, section))),
    webhook: None,
};

/// What holds for every account at Cliniko.
#[derive(Clone, Debug, PartialEq)]
pub struct ClinikoConfig {
    /// How often people and appointments are asked for, unless an account's settings say otherwise.
    pub poll_interval: Duration,
    /// How often everything is listed at least.
    pub sweep_interval: Duration,
    /// What one API key may ask a minute.
    pub requests_per_minute: u32,
    /// How the program calls itself.
    pub application: String,
    /// Whom Cliniko can write to about it; without one nothing is asked.
    pub contact: Option<String>,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// Whether plain http may reach loopback addresses, which is where simulators live.
    pub plain_loopback: bool,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
}

impl ClinikoConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        Self {
            poll_interval: house.poll_interval,
            sweep_interval: house.sweep_interval,
            requests_per_minute: section.count("requests_per_minute").unwrap_or(150),
            application: section.text("application").unwrap_or("Routiq").to_owned(),
            contact: section.text("contact").map(str::to_owned),
            max_workers: house.max_workers,
            plain_loopback: house.plain_loopback,
            jitter: house.jitter,
        }
    }
}

/// The adapter.
pub struct Cliniko {
    transport: Arc<dyn Transport>,
    config: ArcSwap<ClinikoConfig>,
}

impl Cliniko {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: ClinikoConfig) -> Self {
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
        let settings = self.settings(account).unwrap_or_default();
        let fast = settings.poll.unwrap_or(config.poll_interval);
        Pace {
            fast,
            slow: fast.max(SLOW),
            sweep: config.sweep_interval,
            clinical_notes: settings.clinical_notes,
        }
    }
}

impl Adapter for Cliniko {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.config.store(Arc::new(ClinikoConfig::of(house, section)));
    }

    fn streams(&self, account: &Account) -> Vec<&'static str> {
        let notes = self.settings(account).is_ok_and(|settings| settings.clinical_notes);
        let wanted = DECLARATION.streams.iter().filter(|stream| notes || !stream.opt_in);
        wanted.map(|stream| stream.name).collect()
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
        let own = self.settings(account).ok().and_then(|settings| settings.requests_per_minute);
        let count = own.unwrap_or(config.requests_per_minute);
        let host = call.what.get("host").and_then(Value::as_str).unwrap_or(ANY_HOST);
        Demand {
            api: API.into(),
            budgets: vec![
                Budget {
                    name: budget(account).into(),
                    limit: Limit::Rate { count, per: Duration::from_secs(60) },
                },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            host: host.into(),
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn remap(&self, account: &Account, state: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
        remap::remap(account, state, stored)
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
            let contact = config.contact.as_deref().ok_or_else(|| {
                PlatformError::Denied(
                    "platforms.cliniko.contact is not set: Cliniko wants a contact address".into(),
                )
            })?;
            client::check_key(credential.expose_secret())?;
            let host = client::host(credential.expose_secret());
            let origin = settings.base_url.unwrap_or_else(|| format!("https://{host}"));
            let exchange = Exchange {
                transport: &*self.transport,
                title: PLATFORM.title,
                budget: &budget(account),
                pause: client::PAUSE,
                jitter: config.jitter,
                now,
            };
            let agent = format!("{} ({contact})", config.application);
            let client = client::Client { exchange, origin: &origin, key: credential, agent: &agent };
            let pace = self.pace(account);
            pull::Pull { client: &client, host: &host, account, pace: &pace, state, now }.run(call).await
        })
    }
}

fn budget(account: &Account) -> String {
    format!("account:{}", account.id)
}

fn check_application(text: &str) -> Result<(), String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b" .-_".contains(&byte);
    match (1..=60).contains(&text.len()) && text.bytes().all(sound) {
        true => Ok(()),
        false => Err("is not a name that can be told".to_owned()),
    }
}

fn check_contact(text: &str) -> Result<(), String> {
    let sound = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    match text.split_once('@') {
        Some((name, host)) if sound(name) && sound(host) && host.contains('.') && text.len() <= 120 => Ok(()),
        _ => Err("is not an e-mail address".to_owned()),
    }
}
