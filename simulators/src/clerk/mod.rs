//! Clerk: one instance with its people, organizations and memberships, its signing keys, its Backend API and its
//! webhooks.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → limits → routes → json
//! commands, churn → world → webhooks (Svix rules) → hooks (out)
//! tokens: minted for anybody, also wrong in every way a verifier must notice
//! ```
//!
//! Written from Clerk's public guides and its published SDKs; Svix's rules for webhooks from Svix's.

mod command;
mod json;
mod keys;
mod routes;
mod tokens;
mod webhooks;
mod world;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use command::Command;
pub use tokens::{Algorithm, Key, Token};
pub use world::{Ledger, LedgerMembership, LedgerOrganization, LedgerUser};

use crate::Clock;
use crate::face::simulator;
use crate::house::{House, Refused};
use world::World;

/// How an instance is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Decides everything that looks like chance. Signing keys are made anew in each process, one set for each seed.
    pub seed: u64,
    /// The Frontend API's address, which is the issuer of tokens. No slash at the end.
    pub issuer: String,
    /// A production instance allows ten times as many requests.
    pub production: bool,
    /// Whether tokens are of the newer form unless asked for otherwise.
    pub v2: bool,
    /// Requests and deliveries kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            issuer: "https://clerk.example.test".to_owned(),
            production: true,
            v2: true,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// A handle to one instance. Clones share it.
#[derive(Clone)]
pub struct Clerk {
    house: House<World>,
}

simulator!(Clerk, World);

/// Every method does at the instance's present time what its name says.
impl Clerk {
    /// An empty instance.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        let silence = Duration::from_secs(settings.silence);
        Self { house: House::new(World::new(settings), clock, silence) }
    }

    /// Does what a [`Command`] says and returns what it answers with.
    ///
    /// # Errors
    /// When it names something that does not exist, or a value that is invalid. So do all methods here.
    pub fn command(&self, command: Command) -> Result<Value, Refused> {
        let (mut world, now) = self.house.world();
        world.obey(command, now)
    }

    /// The key for the Backend API: a secret.
    pub fn secret_key(&self) -> String {
        self.house.world().0.secret_key.clone()
    }

    /// The issuer of tokens.
    pub fn issuer(&self) -> String {
        self.house.world().0.settings.issuer.clone()
    }

    /// Makes a person with a verified primary address; returns the id.
    pub fn add_user(&self, email: &str, first: &str, last: &str) -> String {
        let (mut world, now) = self.house.world();
        world.add_user(Some(email), Some(first), Some(last), now)
    }

    /// Deletes a person, with the memberships.
    pub fn delete_user(&self, id: &str) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.delete_user(id, now)
    }

    /// Makes an organization; returns the id. Nobody is a member of it yet.
    pub fn add_organization(&self, name: &str) -> String {
        let (mut world, now) = self.house.world();
        world.add_organization(name, None, now)
    }

    /// Deletes an organization, with the memberships. Nobody is told of the memberships.
    pub fn delete_organization(&self, id: &str) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.delete_organization(id, now)
    }

    /// Makes somebody a member, or changes the role (`org:admin`, `org:member` …); returns the membership's id.
    pub fn set_member(&self, organization: &str, user: &str, role: &str) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.set_member(organization, user, role, now)
    }

    /// Ends a membership.
    pub fn remove_member(&self, organization: &str, user: &str) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.remove_member(organization, user, now)
    }

    /// Something happens, this many times: people, organizations, roles come, change and go as the seed decides.
    pub fn churn(&self, times: u32) {
        let (mut world, now) = self.house.world();
        world.churn(times, now);
    }

    /// Registers a receiver of webhooks; no types means all. Returns its id and secret.
    pub fn add_endpoint(&self, url: &str, types: &[&str]) -> (u64, String) {
        let types = types.iter().map(|&name| name.to_owned()).collect();
        self.house.world().0.add_endpoint(url.to_owned(), types)
    }

    /// Gives a receiver a new secret; for a day the old one signs as well.
    pub fn roll_secret(&self, endpoint: u64) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.roll_secret(endpoint, now)
    }

    /// Sends a message again to every receiver, as a person in the dashboard would.
    pub fn resend(&self, message: &str) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.resend(message, now)
    }

    /// Replaces the signing key. Older tokens fail from now on wherever the old key is not cached.
    pub fn rotate_keys(&self) {
        self.house.world().0.rotate_keys();
    }

    /// Makes a token.
    pub fn mint(&self, token: &Token) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.mint(token, now)
    }

    /// The truth; see [`Ledger`].
    pub fn ledger(&self) -> Ledger {
        self.house.world().0.ledger()
    }
}
