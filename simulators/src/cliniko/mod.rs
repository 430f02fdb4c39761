//! Cliniko: accounts on their shards, each a practice with its people, diary, bills and keys. Nothing is ever pushed.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → access (host, agent, key, limit) → routes → list → json
//! fill, life, commands → make, deeds → world → ledger
//! ```
//!
//! Written from the published interface description and what others saw of the live one. What is not certain of the
//! real platform is played the harder way, or stands in [`Settings`].

mod access;
mod command;
mod deeds;
mod fill;
mod filter;
mod json;
mod ledger;
mod life;
mod list;
mod make;
mod record;
mod routes;
mod world;
mod writes;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use access::Role;
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
    /// Requests of one person in a clock minute.
    pub per_minute: u32,
    /// Requests that other programs of the same person have made in each minute before ours.
    pub others_per_minute: u32,
    /// Whether a 429 says when to come back.
    pub reset_header: bool,
    /// What a shard says of an account that it does not have.
    pub wrong_shard_status: u16,
    /// Deleted records stay hidden until `deleted_at` is filtered by as well. Otherwise `archived_at` is enough.
    pub hides_deleted: bool,
    /// A cancelled appointment asked for by its id is not found without `q[]=cancelled_at:*`.
    pub hides_cancelled_single: bool,
    /// A change of an attendee moves the time of the appointment.
    pub attendee_touches_appointment: bool,
    /// Cancelling an individual appointment cancels its attendee. Otherwise every other one.
    pub cancels_attendee: bool,
    /// Whether `sort=id` has any effect.
    pub sorts_by_id: bool,
    /// Requests kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            per_minute: 200,
            others_per_minute: 0,
            reset_header: true,
            wrong_shard_status: 404,
            hides_deleted: false,
            hides_cancelled_single: true,
            attendee_touches_appointment: false,
            cancels_attendee: false,
            sorts_by_id: false,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// A handle to the platform. Clones share it.
#[derive(Clone)]
pub struct Cliniko {
    house: House<World>,
}

simulator!(Cliniko, World);

/// Every method does at the platform's present time what its name says.
impl Cliniko {
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

    /// Makes an account on a shard with a practice's history up to now, and an administrator's key.
    pub fn add_practice(&self, clinic: &Clinic, shard: &str) -> Result<Seat, Refused> {
        let (mut world, now) = self.house.world();
        world.add_practice(clinic, shard, now)
    }

    /// A further person's key.
    pub fn issue_key(&self, account: u64, role: Role) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.issue_key(account, role, None, now)
    }

    /// The key is unknown from now on.
    pub fn revoke_key(&self, key: &str) -> Result<(), Refused> {
        self.house.world().0.revoke_key(key)
    }

    /// Moves an account; its keys end. Returns an administrator's new one.
    pub fn move_account(&self, account: u64, shard: &str) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.move_account(account, shard, now)
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

    /// Requests that were turned away because they named no contact.
    pub fn blocked(&self) -> u64 {
        self.house.world().0.blocked
    }

    /// The truth of one account; see [`Ledger`].
    pub fn ledger(&self, account: u64) -> Result<Ledger, Refused> {
        self.house.world().0.ledger(account)
    }
}
