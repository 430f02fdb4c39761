//! Momence: hosts with their members, classes, bookings, appointments and sales. It tells nobody anything: it is asked,
//! page by page, and what was deleted is just not there.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → access → limits → routes → lists → json
//! commands, traffic → world
//! ```
//!
//! Written from the published description of its interface.

mod access;
mod command;
mod json;
mod lists;
mod routes;
mod state;
mod traffic;
mod world;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use command::Command;
pub use state::{Attendance, Attendee, Booking, Member, Reservation, Sale, Session};
pub use world::{Ledger, NewMember, NewReservation, NewSession};

use crate::Clock;
use crate::face::simulator;
use crate::house::{House, Refused};
use crate::population::Practice;
use world::World;

/// How the platform is set up. What its documents leave open is decided here.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Decides everything that looks like chance.
    pub seed: u64,
    /// Requests of one host within any second.
    pub requests_per_second: usize,
    /// Hours of an access token.
    pub access_hours: u32,
    /// A refresh token is good once, and another one comes with the answer.
    pub rotates_refresh: bool,
    /// Seconds that a report takes.
    pub report_seconds: u32,
    /// Requests kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            requests_per_second: 2,
            access_hours: 3,
            rotates_refresh: true,
            report_seconds: 20,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// A host and the keys to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Seat {
    pub host: u64,
    pub client_id: String,
    pub client_secret: String,
    /// The staff user's.
    pub username: String,
    pub password: String,
}

/// A handle to the platform. Clones share it.
#[derive(Clone)]
pub struct Momence {
    house: House<World>,
}

simulator!(Momence, World);

/// Every method does at the platform's present time what its name says.
impl Momence {
    /// The platform without hosts.
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

    /// Makes an empty host.
    pub fn add_host(&self, name: &str) -> Seat {
        self.house.world().0.add_host(name)
    }

    /// Makes a host that has lived, and lives on.
    pub fn add_practice(&self, practice: &Practice) -> Seat {
        let (mut world, now) = self.house.world();
        world.add_practice(practice, now)
    }

    /// How busy a host is from now on.
    pub fn set_traffic(&self, host: u64, events_per_hour: f64) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.set_traffic(host, events_per_hour, now)
    }

    /// Ends every token; returns the staff user's new password.
    pub fn revoke(&self, host: u64) -> Result<String, Refused> {
        self.house.world().0.revoke(host)
    }

    /// Somebody becomes a member; returns the id.
    pub fn add_member(&self, host: u64, new: NewMember) -> Result<u64, Refused> {
        let (mut world, now) = self.house.world();
        world.add_member(host, new, now)
    }

    /// The truth of one host; see [`Ledger`].
    pub fn ledger(&self, host: u64) -> Result<Ledger, Refused> {
        self.house.world().0.ledger(host)
    }
}
