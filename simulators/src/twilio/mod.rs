//! Twilio: accounts with their senders, messages that come in, and what becomes of those that went out.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → routes (the list of messages, for reconciling)
//! commands, time (the fate of what went out) → world → requests to us → hooks (out)
//! ```
//!
//! What is not played yet: sending through the interface. Messages go out by [`Command::Send`].
//! Written from Twilio's public documentation and its published helper libraries.

mod command;
mod ledger;
mod media;
mod params;
mod post;
mod routes;
mod sign;
mod traffic;
mod world;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use command::Command;
pub use ledger::{Ledger, LedgerMessage};
pub use world::{Fate, Inbound, Sender, SharedKey, Trouble};

use crate::Clock;
use crate::face::simulator;
use crate::house::{House, Refused};
use crate::population::Practice;
use world::World;

/// How the platform is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// Requests and deliveries kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, log_size: 1000, silence: 120 }
    }
}

/// A handle to the platform. Clones share it.
#[derive(Clone)]
pub struct Twilio {
    house: House<World>,
}

simulator!(Twilio, World);

/// Every method does at the platform's present time what its name says.
impl Twilio {
    /// The platform without accounts.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        let silence = Duration::from_secs(settings.silence);
        Self { house: House::new(World::new(&settings), clock, silence) }
    }

    /// Does what a [`Command`] says and returns what it answers with.
    ///
    /// # Errors
    /// When it names something that does not exist or a value that is invalid. So do all methods here.
    pub fn command(&self, command: Command) -> Result<Value, Refused> {
        let (mut world, now) = self.house.world();
        world.obey(command, now)
    }

    /// Makes an account; returns its sid and its token, a secret.
    pub fn add_account(&self) -> (String, String) {
        self.house.world().0.add_account()
    }

    /// Gives an account an address to send and receive with.
    pub fn add_sender(&self, account: &str, sender: Sender) -> Result<(), Refused> {
        self.house.world().0.add_sender(account, sender)
    }

    /// Where messages to an account's senders are told from now on, and the fate of those from them.
    pub fn tell(&self, account: &str, inbound: Option<&str>, status: Option<&str>) -> Result<(), Refused> {
        self.house.world().0.tell_at(account, inbound, status)
    }

    /// A key that no longer signs in.
    pub fn remove_key(&self, account: &str, key: &str) -> Result<(), Refused> {
        self.house.world().0.remove_key(account, key)
    }

    /// A second token, which signs nothing until it is promoted.
    pub fn add_token(&self, account: &str) -> Result<String, Refused> {
        self.house.world().0.add_token(account)
    }

    /// The second token becomes the first; the old one ends.
    pub fn promote_token(&self, account: &str) -> Result<(), Refused> {
        self.house.world().0.promote_token(account)
    }

    /// Signs with a shared key from now on, or no longer.
    pub fn share_key(&self, account: &str, key: Option<SharedKey>) -> Result<(), Refused> {
        self.house.world().0.share_key(account, key)
    }

    /// Somebody writes; returns the message's sid.
    pub fn receive(&self, message: Inbound) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.receive(message, now)
    }

    /// A message goes out, and fares as `fate` says; returns its sid.
    pub fn send(
        &self,
        from: &str,
        to: &str,
        body: &str,
        callback: Option<&str>,
        fate: Fate,
    ) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.send(from, to, body, callback.map(str::to_owned), fate, now)
    }

    /// A key that signs in like the token; returns its name and its secret.
    pub fn add_key(&self, account: &str) -> Result<(String, String), Refused> {
        self.house.world().0.add_key(account)
    }

    /// Makes an account in which people write and are answered, from now on and with the clock. `sender` says where what
    /// happens is told; its address is chosen where it has none. Returns sid and token.
    pub fn add_practice(&self, practice: &Practice, sender: Sender) -> Result<(String, String), Refused> {
        let (mut world, now) = self.house.world();
        world.add_practice(practice, sender, now)
    }

    /// An account of [`Twilio::add_practice`] has lived: so many messages lie in the days of its history, and have come as
    /// far as they ever will. Before anything is told.
    pub fn furnish(&self, account: &str, messages: u32) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.furnish(account, messages, now)
    }

    /// What is still to become of messages becomes of them now.
    pub fn conclude(&self) {
        let (mut world, now) = self.house.world();
        world.conclude(now);
    }

    /// The bytes of a file that an account's message carries, and their type.
    pub fn file(&self, account: &str, message: &str, file: &str) -> Option<(Vec<u8>, String)> {
        let (world, _) = self.house.world();
        let kind = world.file(account, message, file)?;
        Some((media::bytes(file, kind), kind.to_owned()))
    }

    /// How busy an account is from now on.
    pub fn set_traffic(&self, account: &str, events_per_hour: f64) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.set_traffic(account, events_per_hour, now)
    }

    /// What Twilio could not do with our answers, oldest first.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.house.world().0.troubles.clone()
    }

    /// The truth of one account; see [`Ledger`].
    pub fn ledger(&self, account: &str) -> Result<Ledger, Refused> {
        self.house.world().0.ledger(account)
    }
}
