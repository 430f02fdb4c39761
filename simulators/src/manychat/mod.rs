//! ManyChat: pages with the people who wrote to them, their tags and custom fields, and the calls that a page's
//! automations make to us.
//!
//! ```text
//! handle / serve → control (under /__simulator) | faults → limits → routes → json
//! commands, traffic → deeds → world → calls (to us, unsigned) → hooks (out)
//! ```
//!
//! There is no list of people, no history, no event but the calls. Written from the provider's published description.

mod calls;
mod command;
mod deeds;
mod edit;
mod find;
mod json;
mod ledger;
mod limits;
mod routes;
mod sending;
mod state;
mod traffic;
mod world;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use calls::{Automation, Step, Template, Trigger, Trouble};
pub use command::Command;
pub use deeds::NewSubscriber;
pub use ledger::{Ledger, LedgerField, LedgerSubscriber};
pub use state::{Channel, FieldKind, LedgerMessage, LedgerSent, Status};

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
    /// What `findBySystemField` says when it finds nobody.
    pub nothing_found: NothingFound,
    /// `findBySystemField` wraps the one it found in a list.
    pub found_in_a_list: bool,
    /// A search for a telephone number also finds those who only have a WhatsApp number.
    pub phone_finds_whatsapp: bool,
    /// Refusals come with status 200.
    pub errors_with_200: bool,
    /// After this many requests beyond a limit, nothing is processed for a day; 0 for never.
    pub patience: u32,
    /// Two texts of one person within this many milliseconds may become one call, while the first has not left.
    pub merge_ms: u64,
    /// Requests and deliveries kept in the record.
    pub log_size: usize,
    /// Seconds for which a connection is held without an answer when a timeout is played over HTTP.
    pub silence: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            nothing_found: NothingFound::Turns,
            found_in_a_list: false,
            phone_finds_whatsapp: false,
            errors_with_200: false,
            patience: 20,
            merge_ms: 1500,
            log_size: 1000,
            silence: 120,
        }
    }
}

/// The ways in which a search says that there is nobody: clients tell different stories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NothingFound {
    /// One after the other.
    #[default]
    Turns,
    /// A refusal.
    Error,
    /// `[]`
    Array,
    /// `{}`
    Object,
}

/// A page and the key to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seat {
    /// Its number, as inbound bodies name it.
    pub page: u64,
    /// The token, a secret: `<number>:<hex>`.
    pub token: String,
}

/// A handle to the platform. Clones share it.
#[derive(Clone)]
pub struct ManyChat {
    house: House<World>,
}

simulator!(ManyChat, World);

/// Every method does at the platform's present time what its name says.
impl ManyChat {
    /// The platform without pages.
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

    /// Makes an empty page. `zone` is an IANA name.
    pub fn add_page(&self, name: &str, zone: &str) -> Seat {
        self.house.world().0.add_page(name, zone)
    }

    /// Makes a page that has lived: people, tags, fields, texts; and lets it live on with the clock.
    pub fn add_practice(&self, practice: &Practice) -> Seat {
        let (mut world, now) = self.house.world();
        world.add_practice(practice, now)
    }

    /// How busy a page is from now on.
    pub fn set_traffic(&self, page: u64, events_per_hour: f64) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.set_traffic(page, events_per_hour, now)
    }

    /// Makes another token; the one before ends.
    pub fn reissue_token(&self, page: u64) -> Result<String, Refused> {
        self.house.world().0.reissue_token(page)
    }

    /// Ends the token.
    pub fn revoke_token(&self, page: u64) -> Result<(), Refused> {
        self.house.world().0.revoke_token(page)
    }

    /// Puts a step that calls us into an automation; returns its number.
    pub fn add_automation(&self, page: u64, automation: Automation) -> Result<u64, Refused> {
        self.house.world().0.add_automation(page, automation)
    }

    /// Somebody appears; returns the id.
    pub fn add_subscriber(&self, page: u64, new: NewSubscriber) -> Result<u64, Refused> {
        let (mut world, now) = self.house.world();
        world.add_subscriber(page, new, now)
    }

    /// Somebody writes; without a text it is an attachment.
    pub fn write(&self, page: u64, subscriber: u64, text: Option<&str>) -> Result<(), Refused> {
        let (mut world, now) = self.house.world();
        world.write(page, subscriber, text, now)
    }

    /// Runs the steps that wait for texts for everybody who listens and ever wrote, as an owner does from the list of
    /// people; returns how many calls that makes.
    pub fn run_for_all(&self, page: u64) -> Result<u32, Refused> {
        let (mut world, now) = self.house.world();
        world.run_for_all(page, now)
    }

    /// What could not be done with our answers, oldest first: the pages' flow logs.
    pub fn troubles(&self) -> Vec<Trouble> {
        self.house.world().0.troubles.clone()
    }

    /// The truth of one page; see [`Ledger`].
    pub fn ledger(&self, page: u64) -> Result<Ledger, Refused> {
        self.house.world().0.ledger(page)
    }
}
