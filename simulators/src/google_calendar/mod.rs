//! Google Calendar: accounts that let us in, their calendars with single events, series and exceptions, lists since a
//! token, and channels that say that something changed.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → limits → access → routes → list
//! commands, traffic → world → channels (to us, unsigned, without a body) → hooks (out)
//! ```
//!
//! Tokens are asked for at `/token`, everything else stands under `/calendar/v3`. Not played: writing events, service
//! accounts. Written from Google's guides to synchronization and push notifications.

mod access;
mod channels;
mod command;
mod event;
mod list;
mod routes;
mod traffic;
mod world;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use command::Command;
pub use event::{Attendee, Event, Moment, Repeat, Status};
pub use world::{EventEdit, Ledger, NewEvent};

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
    /// Requests of one account within any minute.
    pub requests_per_minute: usize,
    /// After so many days a token for incremental lists is refused with 410.
    pub sync_token_days: u32,
    /// The longest life of a channel, whatever is asked for.
    pub channel_hours: u32,
    /// Channels may also lead to plain HTTP.
    pub plain_addresses: bool,
    /// Every other page holds half of what it could, and more follow.
    pub short_pages: bool,
    /// Requests and deliveries kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            requests_per_minute: 600,
            sync_token_days: 28,
            channel_hours: 168,
            plain_addresses: false,
            short_pages: false,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// A handle to the platform. Clones share it.
#[derive(Clone)]
pub struct GoogleCalendar {
    house: House<World>,
}

simulator!(GoogleCalendar, World);

/// Every method does at the platform's present time what its name says.
impl GoogleCalendar {
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

    /// Id and secret of the OAuth client.
    pub fn client(&self) -> (String, String) {
        self.house.world().0.client.clone()
    }

    /// An account lets us in; returns the refresh token. One that was given before is dead.
    pub fn grant(&self, account: &str) -> String {
        self.house.world().0.grant(account)
    }

    /// The grant dies with every token.
    pub fn revoke(&self, account: &str) -> Result<(), Refused> {
        self.house.world().0.revoke(account)
    }

    /// Makes an empty calendar; the first of an account has the account's name as its id.
    pub fn add_calendar(&self, account: &str, name: &str, zone: &str) -> Result<String, Refused> {
        self.house.world().0.add_calendar(account, name, zone)
    }

    /// Makes a calendar that has lived, and lives on; returns its id.
    pub fn add_practice(&self, account: &str, practice: &Practice) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.add_practice(account, practice, now)
    }

    /// How busy a calendar is from now on.
    pub fn set_traffic(&self, calendar: &str, events_per_hour: f64) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.set_traffic(calendar, events_per_hour, now)
    }

    /// Makes an event; returns its id.
    pub fn add_event(&self, calendar: &str, event: NewEvent) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.add_event(calendar, event, now)
    }

    /// Changes an event or a whole series.
    pub fn edit_event(&self, calendar: &str, event: &str, edit: EventEdit) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.edit_event(calendar, event, edit, now)
    }

    /// Cancels an event or a whole series.
    pub fn cancel_event(&self, calendar: &str, event: &str) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.cancel_event(calendar, event, now)
    }

    /// Makes one instance of a series differ; returns its id.
    pub fn edit_instance(
        &self,
        calendar: &str,
        series: &str,
        original: Moment,
        edit: EventEdit,
    ) -> Result<String, Refused> {
        let (mut world, now) = self.house.world();
        world.edit_instance(calendar, series, original, edit, now)
    }

    /// The ids of open channels and when they end.
    pub fn channels(&self) -> Vec<(String, Timestamp)> {
        let (world, now) = self.house.world();
        let open = world.channels.iter().filter(|(_, it)| now < it.expires);
        open.map(|(id, it)| (id.clone(), it.expires)).collect()
    }

    /// The truth of one calendar; see [`Ledger`].
    pub fn ledger(&self, calendar: &str) -> Result<Ledger, Refused> {
        self.house.world().0.ledger(calendar)
    }
}
