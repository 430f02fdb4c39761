//! Google Calendar: the events of calendars that an organization chose. Each calendar has a token that stands for
//! everything seen; channels tell when there is more, and end unless they are renewed.
//!
//! What lists show is what is: an event that was called off comes once more, with hardly more than its id. When Google no
//! longer knows a token, all calendars are listed anew, and what is not shown is asked for by its id.

mod access;
mod channels;
mod client;
mod cursor;
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
use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit};
use secrecy::SecretString;
use serde_json::Value;

use self::{
    access::Credential,
    declaration::DECLARATION,
    plan::{Ask, Rules},
    settings::Settings,
};
use super::{
    Account, Adapter, Call, Heard, Plan, PlatformError, Stored, Told,
    declaration::Declaration,
    kit::{
        exchange::{self, Exchange, Pause},
        tokens::Tokens,
    },
    registry::{House, Platform},
    section::{Key, Kind, Section},
    transport::Transport,
};
use crate::domain::stream::{AccountState, Page};

/// The name of this platform's branch of gates.
const API: &str = "google_calendar";
const HOST: &str = "www.googleapis.com";
const ORIGIN: &str = "https://www.googleapis.com";
/// Where access tokens are given out.
const TOKENS: &str = "https://oauth2.googleapis.com";
/// The budget that all accounts share.
const PROJECT: &str = "host:www.googleapis.com";
const MINUTE: Duration = Duration::from_secs(60);

/// Its row in the registry.
pub const PLATFORM: Platform = Platform {
    name: API,
    title: "Google Calendar",
    keys: &[
        Key::live("platforms.google_calendar.requests_per_minute", Kind::Count { least: 1, most: 600 }),
        Key::live(
            "platforms.google_calendar.project_requests_per_minute",
            Kind::Count { least: 1, most: 10_000 },
        ),
        Key::live(
            "platforms.google_calendar.origin",
            Kind::Text { allowed: "an http:// origin of this machine", check: loopback },
        ),
    ],
    defaults: include_str!("defaults.toml"),
    declaration: &DECLARATION,
    make: |transport, house, section| {
        Arc::new(GoogleCalendar::new(transport, GoogleCalendarConfig::of(house, section)))
    },
    webhook: Some(|| Arc::new(webhook::GoogleCalendarWebhook)),
};

/// What holds for every account at Google Calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct GoogleCalendarConfig {
    /// How often each calendar is looked at, unless an account's settings say otherwise.
    pub poll_interval: Duration,
    /// How often everything is listed at least.
    pub sweep_interval: Duration,
    /// What one account may ask a minute.
    pub requests_per_minute: u32,
    /// What all accounts may ask a minute.
    pub project_requests_per_minute: u32,
    /// How many requests this daemon has under way at once.
    pub max_workers: u32,
    /// How much pauses are spread, 0 to 1; 0 repeats itself.
    pub jitter: f64,
    /// In place of Google's addresses; none: those.
    pub origin: Option<String>,
    /// Under which address the world reaches us, such as `https://routiq.example.org`; none: no channel is opened.
    pub public_url: Option<String>,
}

impl GoogleCalendarConfig {
    /// What the configuration says of it.
    pub fn of(house: &House, section: &Section) -> Self {
        Self {
            poll_interval: house.poll_interval,
            sweep_interval: house.sweep_interval,
            requests_per_minute: section.count("requests_per_minute").unwrap_or(300),
            project_requests_per_minute: section.count("project_requests_per_minute").unwrap_or(6_000),
            max_workers: house.max_workers,
            jitter: house.jitter,
            origin: section.text("origin").filter(|_| house.plain_loopback).map(str::to_owned),
            public_url: house.public_url.clone(),
        }
    }
}

/// The adapter.
pub struct GoogleCalendar {
    transport: Arc<dyn Transport>,
    config: ArcSwap<GoogleCalendarConfig>,
    tokens: Tokens,
}

impl GoogleCalendar {
    /// An adapter that sends through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: GoogleCalendarConfig) -> Self {
        Self { transport, config: ArcSwap::from_pointee(config), tokens: Tokens::default() }
    }

    fn settings(&self, account: &Account) -> Result<Settings, PlatformError> {
        settings::check_account(&account.external_id)
            .and_then(|()| Settings::read(&account.external_id, &account.settings))
            .map_err(PlatformError::Denied)
    }

    fn rules(&self, settings: &Settings) -> Rules {
        let config = self.config.load();
        Rules {
            calendars: settings.calendars.clone(),
            poll: settings.poll.unwrap_or(config.poll_interval),
            sweep: config.sweep_interval,
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
        if let Ok(Ask::Forget { calendar, request }) = serde_json::from_value(call.what.clone()) {
            return Ok(pull::forgotten(&calendar, request, now));
        }
        let config = self.config.load_full();
        let settings = self.settings(account)?;
        let credential = Credential::read(credential)?;
        let exchange = Exchange {
            transport: &*self.transport,
            title: PLATFORM.title,
            budget: &budget(account),
            pause: Pause {
                header: "retry-after",
                moment: false,
                usual: self.tokens.pause(account.id, config.jitter),
            },
            jitter: config.jitter,
            now,
        };
        let Some((access, fresh)) = self.tokens.get(account.id, &credential.digest, now) else {
            let given = credential.renew(&exchange, config.origin.as_deref().unwrap_or(TOKENS)).await?;
            self.tokens.keep(account.id, credential.digest, given, now);
            // What was planned is planned again, and asked with it.
            return Ok(Page {
                stream: plan::APPOINTMENTS,
                request: "/token".to_owned(),
                observed_at: now,
                ..Page::default()
            });
        };
        let origin = config.origin.as_deref().unwrap_or(ORIGIN);
        let client = client::Client { exchange, origin, access: &access, project: PROJECT };
        let pull = pull::Pull {
            client: &client,
            tokens: &self.tokens,
            fresh,
            account,
            locations: &settings.locations,
            rules: &self.rules(&settings),
            state,
            now,
        };
        pull.run(call).await
    }
}

impl Adapter for GoogleCalendar {
    fn name(&self) -> &'static str {
        API
    }

    fn declaration(&self) -> &'static Declaration {
        &DECLARATION
    }

    fn reconfigure(&self, house: &House, section: &Section) {
        self.config.store(Arc::new(GoogleCalendarConfig::of(house, section)));
    }

    fn check_settings(&self, external_id: &str, settings: &Value) -> Result<(), String> {
        settings::check_account(external_id)?;
        Settings::read(external_id, settings).map(drop)
    }

    fn plan(&self, account: &Account, state: &AccountState, now: Timestamp) -> Plan {
        // Settings that cannot be read are refused by the request itself.
        let settings = self.settings(account).unwrap_or_else(|_| Settings {
            calendars: vec![account.external_id.clone()],
            ..Settings::default()
        });
        plan::plan(state, &self.rules(&settings), now)
    }

    fn demand(&self, account: &Account, call: &Call) -> Demand {
        let config = self.config.load();
        let own = self.settings(account).ok().and_then(|settings| settings.requests_per_minute);
        let rate = |count| Limit::Rate { count, per: MINUTE };
        Demand {
            api: API.into(),
            budgets: vec![
                Budget {
                    name: budget(account).into(),
                    limit: rate(own.unwrap_or(config.requests_per_minute)),
                },
                Budget { name: PROJECT.into(), limit: rate(config.project_requests_per_minute) },
                Budget { name: "daemon:workers".into(), limit: Limit::Concurrent(config.max_workers) },
            ],
            host: HOST.into(),
            stream: call.stream.into(),
            urgency: call.urgency,
        }
    }

    fn hook_address(&self) -> Option<String> {
        let config = self.config.load();
        // Google sends to protected addresses alone.
        let public = config.public_url.as_deref().filter(|url| url.starts_with("https://"))?;
        Some(format!("{}/webhooks/{API}/", public.trim_end_matches('/')))
    }

    fn heard(&self, account: &Account, told: &Told<'_>) -> Result<Heard, String> {
        let settings = self.settings(account).map_err(|error| error.to_string())?;
        Ok(webhook_map::heard(account, &settings.calendars, told))
    }

    fn remap(&self, account: &Account, state: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
        let settings = self.settings(account).map_err(|error| error.to_string())?;
        remap::remap(&settings.locations, state, stored)
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
            let outcome = self.ask(account, credential, state, call, now).await;
            self.tokens.note(account.id, &outcome);
            outcome
        })
    }
}

fn budget(account: &Account) -> String {
    format!("account:{}", account.id)
}

fn loopback(text: &str) -> Result<(), String> {
    match exchange::origin(text, true) {
        Ok(origin) if origin.starts_with("http://") => Ok(()),
        _ => Err("is not an origin of this machine".to_owned()),
    }
}
