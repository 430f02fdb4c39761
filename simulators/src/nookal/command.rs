//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::deeds::Edit;
use super::record::Kind;
use super::world::World;
use crate::clinic::Clinic;
use crate::faults::FaultRule;
use crate::house::Refused;
use crate::surprises::Oddity;

/// One record of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The account.
    pub account: u64,
    /// The list.
    pub of: Kind,
    /// The record.
    pub id: String,
}

/// Something to be done. In JSON: `{"do": "cancel", "target": {"account": 1, "of": "appointments", "id": "9001"}}`.
/// `as_of` is the time that the change bears instead of now: a late commit.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with account, key and basic key.
    AddPractice {
        #[serde(default)]
        practice: Clinic,
    },
    /// Answers with the key; without locations it sees all there are now.
    IssueKey {
        account: u64,
        #[serde(default)]
        locations: Vec<u64>,
    },
    /// Lets a key, or a client by its basic key, see further locations.
    OpenLocations {
        key: String,
        locations: Vec<u64>,
    },
    SwitchKey {
        key: String,
        on: bool,
    },
    RevokeKey {
        key: String,
    },
    /// Answers with the basic key; without queries it may ask all.
    IssueClient {
        account: u64,
        #[serde(default)]
        queries: Vec<String>,
    },
    RevokeClient {
        basic_key: String,
    },
    /// Answers with the id. Appointments: `patientID` null makes a class, `""` a block.
    Add {
        account: u64,
        of: Kind,
        #[serde(default)]
        edit: Edit,
    },
    Edit {
        target: Target,
        edit: Edit,
    },
    /// Patients: `active` becomes `"0"`.
    Archive {
        target: Target,
        as_of: Option<Timestamp>,
    },
    Unarchive {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// It vanishes from every list.
    Delete {
        target: Target,
    },
    /// It is back under its id.
    Restore {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// Appointments and participants.
    Cancel {
        target: Target,
        as_of: Option<Timestamp>,
    },
    Reinstate {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// Marks who came: true, false (did not arrive), or null (not marked).
    Arrive {
        target: Target,
        came: Option<bool>,
        as_of: Option<Timestamp>,
    },
    /// Invoices.
    Pay {
        target: Target,
        as_of: Option<Timestamp>,
    },
    Void {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// The patient vanishes; what it had belongs to the other.
    Merge {
        account: u64,
        patient: String,
        into: String,
    },
    /// Gives many records one time. Answers with how many.
    Touch {
        account: u64,
        of: Kind,
        count: usize,
        as_of: Option<Timestamp>,
    },
    /// What happens on an ordinary day, this many times.
    Tick {
        account: u64,
        events: u32,
    },
    SetTraffic {
        account: u64,
        events_per_hour: f64,
    },
    Surprise {
        oddity: Oddity,
    },
    ClearSurprises,
    AddFault {
        rule: FaultRule,
    },
    ClearFaults,
    SetAllowance {
        per_minute: u32,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let at = |as_of: Option<Timestamp>| as_of.unwrap_or(now).as_second();
        match command {
            Command::AddPractice { practice } => return Ok(json!(self.add_practice(&practice, now)?)),
            Command::IssueKey { account, locations } => {
                return Ok(json!(self.issue_key(account, &locations)?));
            }
            Command::OpenLocations { key, locations } => self.open_locations(&key, &locations)?,
            Command::SwitchKey { key, on } => self.switch_key(&key, on)?,
            Command::RevokeKey { key } => self.revoke_key(&key)?,
            Command::IssueClient { account, queries } => {
                return Ok(json!(self.issue_client(account, queries.into_iter().collect())?));
            }
            Command::RevokeClient { basic_key } => self.revoke_client(&basic_key)?,
            Command::Add { account, of, edit } => return Ok(json!(self.add(account, of, edit, now)?)),
            Command::Edit { target, edit } => self.edit(&target, edit, now)?,
            Command::Archive { target, as_of } => {
                self.change(&target, Some(at(as_of)), |it| it.set("active", "0"))?;
            }
            Command::Unarchive { target, as_of } => {
                self.change(&target, Some(at(as_of)), |it| it.set("active", "1"))?;
            }
            Command::Delete { target } => self.delete(&target)?,
            Command::Restore { target, as_of } => self.restore(&target, at(as_of))?,
            Command::Cancel { target, as_of } => self.cancel(&target, at(as_of))?,
            Command::Reinstate { target, as_of } => self.reinstate(&target, at(as_of))?,
            Command::Arrive { target, came, as_of } => self.arrive(&target, came, at(as_of))?,
            Command::Pay { target, as_of } => self.pay(&target, at(as_of))?,
            Command::Void { target, as_of } => {
                self.change(&target, Some(at(as_of)), |it| it.set("void", "1"))?;
            }
            Command::Merge { account, patient, into } => self.merge(account, &patient, &into)?,
            Command::Touch { account, of, count, as_of } => {
                return Ok(json!(self.touch(account, of, count, at(as_of))?));
            }
            Command::Tick { account, events } => self.tick(account, events, now)?,
            Command::SetTraffic { account, events_per_hour } => {
                self.set_traffic(account, events_per_hour, now)?
            }
            Command::Surprise { oddity } => self.oddities.add(oddity),
            Command::ClearSurprises => self.oddities.clear(),
            Command::AddFault { rule } => self.desk.faults.add(rule),
            Command::ClearFaults => self.desk.faults.clear(),
            Command::SetAllowance { per_minute } => self.settings.per_minute = per_minute,
        }
        Ok(Value::Null)
    }
}
