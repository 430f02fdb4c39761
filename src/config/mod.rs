//! The configuration: one typed, validated section per file, every mistake named at once.
//!
//! `config/default.toml` lists and explains every key, each platform's `defaults.toml` those of its own section. [`Config::load`] reads all layers; [`Live`] follows them at run time.

pub mod api;
pub mod attachments;
pub mod database;
pub mod directory;
pub mod error;
pub mod gates;
pub mod live;
pub mod platforms;
mod reader;
pub mod security;
pub mod server;
pub mod sessions;
pub mod source;
pub mod sync;
pub mod telemetry;
pub mod value;
pub mod webhooks;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt, str::FromStr};

pub use self::{
    error::{ConfigError, ConfigErrors, EXIT_CONFIG, EXIT_USAGE, Mistake},
    live::{Change, Live, Reload},
    source::{Origin, Purpose, Sources},
    value::Schedule,
};
use self::{
    reader::{Reader, Resolved},
    source::{Gathered, Leaf},
};
use crate::platforms::section::Sections;

/// Where the program runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine.
    #[default]
    Development,
    /// A rehearsal of production.
    Staging,
    /// Real practices.
    Production,
}

impl Environment {
    /// Their names.
    pub const NAMES: [&'static str; 3] = ["development", "staging", "production"];

    /// Whether unsafe settings are refused here.
    pub fn is_guarded(self) -> bool {
        self != Self::Development
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Development => "development",
            Self::Staging => "staging",
            Self::Production => "production",
        })
    }
}

impl FromStr for Environment {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "development" => Ok(Self::Development),
            "staging" => Ok(Self::Staging),
            "production" => Ok(Self::Production),
            _ => Err(()),
        }
    }
}

/// Everything that can be set. Every value is within what its key allows, and no two contradict each other.
#[derive(Clone)]
pub struct Config {
    /// Where the program runs.
    pub environment: Environment,
    /// The front door.
    pub server: server::ServerConfig,
    /// Where the tables are.
    pub database: database::DatabaseConfig,
    /// When accounts are read.
    pub sync: sync::SyncConfig,
    /// Where users and organizations come from.
    pub directory: directory::DirectoryConfig,
    /// Where subscriptions come from, and what they mean.
    pub billing: directory::BillingConfig,
    /// What guards the external APIs.
    pub gates: gates::GatesConfig,
    /// What each platform is told.
    pub platforms: Sections,
    /// Our own API.
    pub api: api::ApiConfig,
    /// Which files are fetched, and where they lie.
    pub attachments: attachments::AttachmentsConfig,
    /// Keys and tokens.
    pub security: security::SecurityConfig,
    /// What platforms send us by themselves.
    pub webhooks: webhooks::WebhooksConfig,
    /// Who vouches for the people who sign in.
    pub sessions: sessions::SessionsConfig,
    /// Logs, error reports, alerts.
    pub telemetry: telemetry::TelemetryConfig,
    /// What an operator should read once at start.
    pub notices: Vec<String>,
    leaves: BTreeMap<String, Leaf>,
    resolved: BTreeMap<&'static str, Resolved>,
}

impl Config {
    /// Reads all layers.
    ///
    /// # Errors
    /// Every mistake there is, at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigErrors> {
        Self::build(sources.gather(), sources.purpose())
    }

    fn build(gathered: Gathered, purpose: Purpose) -> Result<Self, ConfigErrors> {
        let environment = gathered.environment;
        let leaves = gathered.leaves.clone();
        let mut notices = gathered.notices.clone();
        let mut r = Reader::new(gathered);
        r.parsed(reader::fixed("environment"), "", environment, |text| {
            text.parse().map_err(|()| "is not an environment".to_owned())
        });
        let server = server::read(&mut r, environment, purpose);
        let database = database::read(&mut r, environment, purpose);
        let sync = sync::read(&mut r);
        let (directory, billing) = directory::read(&mut r, environment);
        let gates = gates::read(&mut r, environment);
        let platforms = platforms::read(&mut r);
        let api = api::read(&mut r, environment);
        let attachments = attachments::read(&mut r);
        let security = security::read(&mut r, environment, purpose, &mut notices);
        let webhooks = webhooks::read(&mut r, environment, security.stripe_secret_key.as_ref());
        let has_secret = security.clerk_secret_key.is_some();
        let sessions = sessions::read(&mut r, environment, server.address, has_secret, &mut notices);
        let telemetry = telemetry::read(&mut r, &mut notices);
        if database.statement_timeout > sync.step_deadline {
            let problem = format!(
                "is above sync.step_deadline ({}): a statement would outlive its step",
                value::duration_text(sync.step_deadline)
            );
            r.refuse(Mistake::Contradiction, "database.statement_timeout", problem);
        }
        r.refuse_unknown();
        for host in &gates.tls_exceptions {
            notices.push(format!("{host} may be spoken to with TLS 1.2 (gates.tls_exceptions)"));
        }
        if !r.errors.is_empty() {
            return Err(ConfigErrors(r.errors));
        }
        let resolved = r.resolved;
        Ok(Self {
            environment,
            server,
            database,
            sync,
            directory,
            billing,
            gates,
            platforms,
            api,
            attachments,
            security,
            webhooks,
            sessions,
            telemetry,
            notices,
            leaves,
            resolved,
        })
    }

    /// Every key with its value and where that came from; of a secret only its kind and length.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &str, Option<&Origin>)> {
        self.resolved.iter().map(|(key, value)| (*key, value.shown.as_str(), value.origin.as_ref()))
    }
}

// The raw layers hold secrets: only what may be shown is.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.resolved.iter().map(|(key, value)| (key, &value.shown))).finish()
    }
}
