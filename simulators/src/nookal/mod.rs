//! Nookal: practices behind two interfaces, the older one with a key as a parameter and failures under status 200, the
//! newer one with tokens that end each other and GraphQL. Nothing is ever pushed.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → v2 (key, envelope) → methods
//!                                                        → v3 (token) → graphql → shapes
//! fill, life, commands → make, deeds → world → ledger
//! ```
//!
//! Written from the vendor's library and what others recorded. What nobody is sure of is played the harder way, or
//! stands in [`Settings`].

mod command;
mod deeds;
mod fill;
mod graphql;
mod ledger;
mod life;
mod limits;
mod make;
mod methods;
mod record;
mod routes;
mod shapes;
mod v2;
mod v3;
mod world;
mod writes;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use command::{Command, Target};
pub use deeds::Edit;
pub use fill::Seat;
pub use ledger::{Entry, Ledger, State};
pub use record::Kind;

use crate::Clock;
use crate::clinic::Clinic;
use crate::face::simulator;
use crate::house::{House, Refused};
use crate::surprises::Oddity;
use world::World;

/// How the platform is set up.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// Requests of one key or client in a clock minute; no figure is published.
    pub per_minute: u32,
    /// Whether a 429 says when to come back.
    pub retry_after: bool,
    /// `last_modified` is read as UTC; otherwise in the practice's zone.
    pub last_modified_in_utc: bool,
    /// Rows changed at the very second of `last_modified` are among those changed after it.
    pub last_modified_inclusive: bool,
    /// Rows changed last come first, so that pages shift; otherwise by id.
    pub newest_first: bool,
    /// Page numbers stand in `details` instead of `settings`.
    pub pages_in_details: bool,
    /// Minutes for which a token is good.
    pub token_minutes: i64,
    /// What a token is told that a newer one replaced.
    pub replaced_token_status: u16,
    /// Requests kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            per_minute: 120,
            retry_after: true,
            last_modified_in_utc: false,
            last_modified_inclusive: false,
            newest_first: true,
            pages_in_details: false,
            token_minutes: 60,
            replaced_token_status: 401,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// A handle to the platform. Clones share it.
#[derive(Clone)]
pub struct Nookal {
    house: House<World>,
}

simulator!(Nookal, World);

/// Every method does at the platform's present time what its name says.
impl Nookal {
    /// The platform without accounts.
    pub fn new(settings: Settings, clock: Clock) -> Self {
        let silence = Duration::from_secs(settings.silence);
        Self { house: House::new(World::new(settings), clock, silence) }
    }

    /// Does what a [`Command`] says and returns what it answers with.
    ///
    /// # Errors
    /// When it names something that does not exist or a value that is invalid. So do all methods here.
    pub fn command(&self, command: Command) -> Result<Value, Refused> {
        let (mut world, now) = self.house.world();
        world.obey(command, now)
    }

    /// Makes an account with a practice's history up to now, a key for the older interface and a client of the newer.
    pub fn add_practice(&self, clinic: &Clinic) -> Result<Seat, Refused> {
        let (mut world, now) = self.house.world();
        world.add_practice(clinic, now)
    }

    /// A key for the older interface that sees these locations, or none named for all there are now.
    pub fn issue_key(&self, account: u64, locations: &[u64]) -> Result<String, Refused> {
        self.house.world().0.issue_key(account, locations)
    }

    /// The toggle of a key.
    pub fn switch_key(&self, key: &str, on: bool) -> Result<(), Refused> {
        self.house.world().0.switch_key(key, on)
    }

    /// A key that exists no more.
    pub fn revoke_key(&self, key: &str) -> Result<(), Refused> {
        self.house.world().0.revoke_key(key)
    }

    /// A client of the newer interface that may ask these queries, or none named for all; returns its basic key.
    pub fn issue_client(&self, account: u64, queries: &[&str]) -> Result<String, Refused> {
        let queries = queries.iter().map(|&name| name.to_owned()).collect();
        self.house.world().0.issue_client(account, queries)
    }

    /// A client that exists no more, with its token.
    pub fn revoke_client(&self, basic_key: &str) -> Result<(), Refused> {
        self.house.world().0.revoke_client(basic_key)
    }

    /// Adds a record with usual values besides those given; returns its id.
    pub fn add(&self, account: u64, of: Kind, edit: Edit) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.add(account, of, edit, now)
    }

    /// Changes a record.
    pub fn edit(&self, target: &Target, edit: Edit) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.edit(target, edit, now)
    }

    /// What happens on an ordinary day, this many times, now.
    pub fn tick(&self, account: u64, events: u32) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.tick(account, events, now)
    }

    /// How busy a practice is as time goes on; 0 is not at all.
    pub fn set_traffic(&self, account: u64, events_per_hour: f64) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.set_traffic(account, events_per_hour, now)
    }

    /// Changes the settings from the next request on. The seed stays.
    pub fn set(&self, with: impl FnOnce(&mut Settings)) {
        with(&mut self.house.world().0.settings);
    }

    /// From now on a field of a record, or of each one, is not as it should be.
    pub fn surprise(&self, oddity: Oddity) {
        self.house.world().0.oddities.add(oddity);
    }

    /// Everything is as it should be again.
    pub fn clear_surprises(&self) {
        self.house.world().0.oddities.clear();
    }

    /// Requests that carried a key in their address, where logs can see it.
    pub fn keys_in_addresses(&self) -> u64 {
        self.house.world().0.keys_in_addresses
    }

    /// Tokens given out so far.
    pub fn tokens_issued(&self) -> u64 {
        self.house.world().0.tokens_issued
    }

    /// The truth of one account; see [`Ledger`].
    pub fn ledger(&self, account: u64) -> Result<Ledger, Refused> {
        self.house.world().0.ledger(account)
    }
}
