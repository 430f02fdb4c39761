//! Stripe: the customers and subscriptions of one account, its events, and its webhooks.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → limit → routes → json (in the version that is asked for)
//! commands, time (trials, renewals, dunning) → world → events → webhooks → hooks (out)
//! ```
//!
//! Time does what it does there: trials end, periods renew, payments that fail are tried again and then given up.
//! Written from Stripe's public documentation, its OpenAPI fixtures and its published SDKs.

mod command;
mod events;
mod json;
mod life;
mod routes;
mod webhooks;
mod world;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use command::Command;
pub use json::ApiVersion;
pub use world::{Card, Ledger, LedgerCustomer, LedgerSubscription, Plan, SubscriptionStatus};

use crate::Clock;
use crate::face::simulator;
use crate::house::{House, Refused};
use world::World;

/// How an account is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// Real money, or a sandbox.
    pub livemode: bool,
    /// The version of the account: of its events in lists, and of requests that name none.
    pub version: ApiVersion,
    /// What becomes of a subscription whose payments fail to the end: cancelled, or left unpaid.
    pub cancel_unpaid: bool,
    /// Requests a second.
    pub allowance: u32,
    /// Requests and deliveries kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            livemode: true,
            version: ApiVersion::Basil,
            cancel_unpaid: true,
            allowance: 100,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// A handle to one account. Clones share it.
#[derive(Clone)]
pub struct Stripe {
    house: House<World>,
}

simulator!(Stripe, World);

/// Every method does at the account's present time what its name says.
impl Stripe {
    /// An account without customers.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        let silence = Duration::from_secs(settings.silence);
        Self { house: House::new(World::new(settings), clock, silence) }
    }

    /// Does what a [`Command`] says and returns what it answers with.
    ///
    /// # Errors
    /// When it names something that does not exist, or cannot be done in that state. So do all methods here.
    pub fn command(&self, command: Command) -> Result<Value, Refused> {
        let (mut world, now) = self.house.world();
        world.obey(command, now)
    }

    /// The key for the interface: a secret.
    pub fn secret_key(&self) -> String {
        self.house.world().0.secret_key.clone()
    }

    /// Makes a customer for an organization; returns the id.
    pub fn add_customer(&self, organization: &str, email: &str, card: Card) -> String {
        let (mut world, now) = self.house.world();
        world.add_customer(organization, email, card, now)
    }

    /// Subscribes a customer, with so many days of trial; returns the subscription's id.
    pub fn subscribe(&self, customer: &str, plan: Plan, trial_days: u32) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.subscribe(customer, plan, trial_days, now)
    }

    /// Changes what payments of a customer will come to.
    pub fn set_card(&self, customer: &str, card: Card) -> Result<(), Refused> {
        self.house.world().0.set_card(customer, card)
    }

    /// Ends a subscription, now or when its period ends.
    pub fn cancel(&self, subscription: &str, at_period_end: bool) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.cancel(subscription, at_period_end, now)
    }

    /// Registers a receiver of webhooks in one version; no types means all. Returns its id and secret.
    pub fn add_endpoint(&self, url: &str, version: ApiVersion, types: &[&str]) -> (u64, String) {
        let types = types.iter().map(|&name| name.to_owned()).collect();
        self.house.world().0.add_endpoint(url.to_owned(), version, types)
    }

    /// Gives a receiver a new secret; for a day the old one signs as well.
    pub fn roll_secret(&self, endpoint: u64) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.roll_secret(endpoint, now)
    }

    /// Sends an event again to every receiver: the same id.
    pub fn resend(&self, event: &str) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.resend(event, now)
    }

    /// The truth; see [`Ledger`].
    pub fn ledger(&self) -> Ledger {
        self.house.world().0.ledger()
    }
}
