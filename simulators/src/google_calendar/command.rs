//! One vocabulary of control for tests and for `/__simulator/commands`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::event::{Moment, Status};
use super::world::{EventEdit, NewEvent, World, missing};
use crate::house::Refused;
use crate::population::Practice;

/// Something to be done. In JSON: `{"do": "add_event", "calendar": "ana@example.test", "event": {"start": {"at":
/// "2026-06-15T01:00:00Z"}, "summary": "Massage"}}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Lets us into an account, again if need be. Answers with the refresh token; the one before is dead.
    Grant {
        account: String,
    },
    /// The grant dies with every token.
    Revoke {
        account: String,
    },
    /// Answers with a code for `grant_type=authorization_code`.
    Authorize {
        account: String,
    },
    /// Access tokens end now; the grant lives.
    ExpireAccess {
        account: String,
    },
    /// Answers with the id.
    AddCalendar {
        account: String,
        name: String,
        time_zone: String,
    },
    /// A calendar that has lived, and lives on. Answers with the id.
    AddPractice {
        account: String,
        practice: Box<Practice>,
    },
    SetTraffic {
        calendar: String,
        events_per_hour: f64,
    },
    RemoveCalendar {
        calendar: String,
    },
    /// The next incremental list is refused with 410.
    ExpireSyncTokens {
        calendar: String,
    },
    ExpireChannels {
        calendar: String,
    },
    /// Answers with the id.
    AddEvent {
        calendar: String,
        event: NewEvent,
    },
    /// Of a series: all instances.
    EditEvent {
        calendar: String,
        event: String,
        edit: EventEdit,
    },
    CancelEvent {
        calendar: String,
        event: String,
    },
    /// Brings back what was cancelled.
    RestoreEvent {
        calendar: String,
        event: String,
    },
    /// Makes one instance differ; `original` is when the series has it begin. Answers with its id.
    EditInstance {
        calendar: String,
        series: String,
        original: Moment,
        edit: EventEdit,
    },
    /// Answers with its id.
    CancelInstance {
        calendar: String,
        series: String,
        original: Moment,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let nothing = |()| Value::Null;
        let status = |status| EventEdit { status: Some(status), ..EventEdit::default() };
        match command {
            Command::Grant { account } => Ok(json!(self.grant(&account))),
            Command::Revoke { account } => self.revoke(&account).map(nothing),
            Command::Authorize { account } => Ok(json!(self.authorize(&account))),
            Command::ExpireAccess { account } => {
                let known = self.accounts.get_mut(&account).ok_or_else(|| missing("account", &account))?;
                known.expire_access();
                Ok(Value::Null)
            }
            Command::AddCalendar { account, name, time_zone } => {
                self.add_calendar(&account, &name, &time_zone).map(Value::String)
            }
            Command::AddPractice { account, practice } => {
                self.add_practice(&account, &practice, now).map(Value::String)
            }
            Command::SetTraffic { calendar, events_per_hour } => {
                self.set_traffic(&calendar, events_per_hour, now).map(nothing)
            }
            Command::RemoveCalendar { calendar } => self.remove_calendar(&calendar, now).map(nothing),
            Command::ExpireSyncTokens { calendar } => self.expire_sync_tokens(&calendar).map(nothing),
            Command::ExpireChannels { calendar } => {
                self.expire_channels(&calendar, now);
                Ok(Value::Null)
            }
            Command::AddEvent { calendar, event } => self.add_event(&calendar, event, now).map(Value::String),
            Command::EditEvent { calendar, event, edit } => {
                self.edit_event(&calendar, &event, edit, now).map(nothing)
            }
            Command::CancelEvent { calendar, event } => {
                self.cancel_event(&calendar, &event, now).map(nothing)
            }
            Command::RestoreEvent { calendar, event } => {
                self.edit_event(&calendar, &event, status(Status::Confirmed), now).map(nothing)
            }
            Command::EditInstance { calendar, series, original, edit } => {
                self.edit_instance(&calendar, &series, original, edit, now).map(Value::String)
            }
            Command::CancelInstance { calendar, series, original } => {
                let edit = status(Status::Cancelled);
                self.edit_instance(&calendar, &series, original, edit, now).map(Value::String)
            }
        }
    }
}
