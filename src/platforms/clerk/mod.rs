//! Clerk: who signs in, and to which organization they belong.
//!
//! ```text
//! session    what a token says, once its signature is good; permissions unpacks what it may
//! jwks       the keys, read and kept; verifier brings both together
//! issuer     the stand-in on a developer's machine
//! ```

mod client;
pub mod issuer;
pub mod jwks;
pub mod map;
pub mod permissions;
pub mod session;
pub mod verifier;
pub mod webhook;
mod wire;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use routiq_actors::port::{Budget, Demand, Limit, Urgency};
use secrecy::SecretString;

pub use self::client::{Answer, Call};
use crate::platforms::{PlatformError, transport::Transport};

/// The name of its gate.
pub const API: &str = "clerk";

/// How Clerk's Backend API is asked.
#[derive(Clone, Debug)]
pub struct ClerkConfig {
    /// Scheme, host and port, without a slash at the end.
    pub origin: String,
    /// Requests a minute. Clerk allows an instance 1,000 in 10 s, one for development 100.
    pub requests_per_minute: u32,
    /// Records of a page, 1 to 500.
    pub page: u32,
}

impl Default for ClerkConfig {
    fn default() -> Self {
        Self { origin: "https://api.clerk.com".to_owned(), requests_per_minute: 300, page: 100 }
    }
}

/// Clerk's Backend API.
pub struct Clerk {
    transport: Arc<dyn Transport>,
    config: ClerkConfig,
    secret: SecretString,
}

impl Clerk {
    /// Asks through `transport`.
    pub fn new(transport: Arc<dyn Transport>, config: ClerkConfig, secret: SecretString) -> Self {
        Self { transport, config, secret }
    }

    /// Records of a full page.
    pub fn page(&self) -> u32 {
        self.config.page
    }

    /// What every request needs before it may be sent.
    pub fn demand(&self) -> Demand {
        let host = self.config.origin.split_once("://").map_or(self.config.origin.as_str(), |(_, host)| host);
        let limit = Limit::Rate { count: self.config.requests_per_minute, per: Duration::from_secs(60) };
        Demand {
            api: API.into(),
            host: host.into(),
            budgets: vec![Budget { name: format!("host:{host}").into(), limit }],
            stream: "directory".into(),
            urgency: Urgency::Backfill,
        }
    }

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn ask(&self, call: &Call, now: Timestamp) -> Result<Answer, PlatformError> {
        let budget = self.demand().budgets.first().map(|budget| budget.name.to_string()).unwrap_or_default();
        let client = client::Client {
            transport: &*self.transport,
            origin: &self.config.origin,
            secret: &self.secret,
            limit: self.config.page,
            budget: &budget,
            now,
        };
        client.ask(call).await
    }
}
