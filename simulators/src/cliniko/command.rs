//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::access::Role;
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

/// Something to be done. In JSON: `{"do": "cancel", "target": {"account": 1, "of": "individual_appointments", "id":
/// "1204…"}, "reason": 30}`. `as_of` is the time that the change bears instead of now: a late commit.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with account, shard and key.
    AddPractice {
        #[serde(default)]
        practice: Clinic,
        shard: String,
    },
    /// Answers with the key; of a known user or of a new one.
    IssueKey {
        account: u64,
        #[serde(default)]
        role: Role,
        user: Option<u64>,
    },
    /// A key without a shard. Answers with it.
    IssueBareKey {
        account: u64,
    },
    RevokeKey {
        key: String,
    },
    SetRole {
        key: String,
        role: Role,
    },
    /// Ends the keys. Answers with a new one.
    MoveAccount {
        account: u64,
        shard: String,
    },
    /// Answers with the id.
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
    Archive {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// Sets `deleted_at`, and nothing else.
    Delete {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// Brings an archived or deleted record back.
    Restore {
        target: Target,
        as_of: Option<Timestamp>,
    },
    /// No trace is left.
    Erase {
        target: Target,
    },
    /// Individual appointments and attendees.
    Cancel {
        target: Target,
        #[serde(default = "other")]
        reason: i64,
        as_of: Option<Timestamp>,
    },
    /// Takes a cancellation back.
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
    Merge {
        account: u64,
        patient: String,
        into: String,
        as_of: Option<Timestamp>,
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
        #[serde(default)]
        others_per_minute: u32,
    },
}

fn other() -> i64 {
    50
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let at = |as_of: Option<Timestamp>| as_of.unwrap_or(now).as_second();
        let done = Value::Null;
        match command {
            Command::AddPractice { practice, shard } => {
                return Ok(json!(self.add_practice(&practice, &shard, now)?));
            }
            Command::IssueKey { account, role, user } => {
                return Ok(json!(self.issue_key(account, role, user, now)?));
            }
            Command::IssueBareKey { account } => return Ok(json!(self.issue_bare_key(account, now)?)),
            Command::RevokeKey { key } => self.revoke_key(&key)?,
            Command::SetRole { key, role } => self.set_role(&key, role)?,
            Command::MoveAccount { account, shard } => {
                return Ok(json!(self.move_account(account, &shard, now)?));
            }
            Command::Add { account, of, edit } => return Ok(json!(self.add(account, of, edit, now)?)),
            Command::Edit { target, edit } => self.edit(&target, edit, now)?,
            Command::Archive { target, as_of } => {
                self.change(&target, at(as_of), |it| it.archived = Some(at(as_of)))?;
            }
            Command::Delete { target, as_of } => {
                self.change(&target, at(as_of), |it| it.deleted = Some(at(as_of)))?;
            }
            Command::Restore { target, as_of } => {
                self.change(&target, at(as_of), |it| (it.archived, it.deleted) = (None, None))?;
            }
            Command::Erase { target } => self.erase(&target)?,
            Command::Cancel { target, reason, as_of } => self.cancel(&target, reason, at(as_of))?,
            Command::Reinstate { target, as_of } => self.reinstate(&target, at(as_of))?,
            Command::Arrive { target, came, as_of } => self.arrive(&target, came, at(as_of))?,
            Command::Merge { account, patient, into, as_of } => {
                self.merge(account, &patient, &into, at(as_of))?
            }
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
            Command::SetAllowance { per_minute, others_per_minute } => {
                self.settings.per_minute = per_minute;
                self.settings.others_per_minute = others_per_minute;
            }
        }
        Ok(done)
    }
}
