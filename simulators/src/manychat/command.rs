//! One vocabulary of control for tests and for `/__simulator/commands`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::calls::Automation;
use super::deeds::NewSubscriber;
use super::state::{Channel, FieldKind, Status};
use super::world::World;
use crate::house::Refused;
use crate::population::Practice;

/// Something to be done. In JSON: `{"do": "write", "page": 104200000000001, "subscriber": 11042000001234561,
/// "text": "Is Monday free?"}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Command {
    /// Answers with page and token.
    AddPage {
        name: String,
        time_zone: String,
    },
    /// A page that has lived, and lives on. Answers with page and token.
    AddPractice {
        practice: Box<Practice>,
    },
    SetTraffic {
        page: u64,
        events_per_hour: f64,
    },
    /// Answers with the token; the one before ends.
    ReissueToken {
        page: u64,
    },
    RevokeToken {
        page: u64,
    },
    /// Without it the interface refuses.
    SetPro {
        page: u64,
        pro: bool,
    },
    /// Nothing of this page is processed for so long.
    Shut {
        page: u64,
        hours: u32,
    },
    /// Answers with the number.
    AddAutomation {
        page: u64,
        automation: Automation,
    },
    RemoveAutomation {
        page: u64,
        automation: u64,
    },
    /// Answers with the number of calls.
    RunForAll {
        page: u64,
    },
    /// Answers with the id.
    AddSubscriber {
        page: u64,
        subscriber: NewSubscriber,
    },
    /// Null empties a text.
    Edit {
        page: u64,
        subscriber: u64,
        set: BTreeMap<String, Option<String>>,
    },
    /// Without a text: an attachment.
    Write {
        page: u64,
        subscriber: u64,
        text: Option<String>,
    },
    Unsubscribe {
        page: u64,
        subscriber: u64,
    },
    DeleteSubscriber {
        page: u64,
        subscriber: u64,
    },
    /// Answers with the id.
    AddTag {
        page: u64,
        name: String,
    },
    RenameTag {
        page: u64,
        tag: u64,
        name: String,
    },
    RemoveTag {
        page: u64,
        tag: u64,
    },
    Tag {
        page: u64,
        subscriber: u64,
        tag: u64,
    },
    Untag {
        page: u64,
        subscriber: u64,
        tag: u64,
    },
    /// Answers with the id.
    AddField {
        page: u64,
        name: String,
        kind: FieldKind,
    },
    RemoveField {
        page: u64,
        field: u64,
    },
    /// Without a value it is emptied.
    SetField {
        page: u64,
        subscriber: u64,
        field: u64,
        value: Option<Value>,
    },
    /// Answers with the id.
    AddBotField {
        page: u64,
        name: String,
        kind: FieldKind,
        value: Value,
    },
    /// Answers with the namespace.
    AddFlow {
        page: u64,
        name: String,
        channel: Channel,
    },
    /// Answers with the id.
    AddTopic {
        page: u64,
        name: String,
    },
    /// A browser's name of somebody, linked to a person or not yet.
    OptIn {
        page: u64,
        user_ref: String,
        subscriber: Option<u64>,
    },
}

impl World {
    pub(super) fn obey(&mut self, command: Command, now: Timestamp) -> Result<Value, Refused> {
        let nothing = |()| Value::Null;
        match command {
            Command::AddPage { name, time_zone } => Ok(json!(self.add_page(&name, &time_zone))),
            Command::AddPractice { practice } => Ok(json!(self.add_practice(&practice, now))),
            Command::SetTraffic { page, events_per_hour } => {
                self.set_traffic(page, events_per_hour, now).map(nothing)
            }
            Command::ReissueToken { page } => self.reissue_token(page).map(Value::String),
            Command::RevokeToken { page } => self.revoke_token(page).map(nothing),
            Command::SetPro { page, pro } => self.page_mut(page).map(|page| page.pro = pro).map(nothing),
            Command::Shut { page, hours } => {
                self.page_mut(page).map(|page| page.limits.shut(hours, now)).map(nothing)
            }
            Command::AddAutomation { page, automation } => {
                self.add_automation(page, automation).map(|id| json!(id))
            }
            Command::RemoveAutomation { page, automation } => {
                self.remove_automation(page, automation).map(nothing)
            }
            Command::RunForAll { page } => self.run_for_all(page, now).map(|calls| json!(calls)),
            Command::AddSubscriber { page, subscriber } => {
                self.add_subscriber(page, subscriber, now).map(|id| json!(id))
            }
            Command::Edit { page, subscriber, set } => self.edit(page, subscriber, set).map(nothing),
            Command::Write { page, subscriber, text } => {
                self.write(page, subscriber, text.as_deref(), now).map(nothing)
            }
            Command::Unsubscribe { page, subscriber } => {
                self.set_status(page, subscriber, Status::Unsubscribed).map(nothing)
            }
            Command::DeleteSubscriber { page, subscriber } => {
                self.set_status(page, subscriber, Status::Deleted).map(nothing)
            }
            Command::AddTag { page, name } => self.add_tag(page, &name).map(|id| json!(id)),
            Command::RenameTag { page, tag, name } => self.rename_tag(page, tag, &name).map(nothing),
            Command::RemoveTag { page, tag } => self.remove_tag(page, tag).map(nothing),
            Command::Tag { page, subscriber, tag } => self.tag(page, subscriber, tag, now).map(nothing),
            Command::Untag { page, subscriber, tag } => self.untag(page, subscriber, tag).map(nothing),
            Command::AddField { page, name, kind } => self.add_field(page, &name, kind).map(|id| json!(id)),
            Command::RemoveField { page, field } => self.remove_field(page, field).map(nothing),
            Command::SetField { page, subscriber, field, value } => {
                self.set_field(page, subscriber, field, value, now).map(nothing)
            }
            Command::AddBotField { page, name, kind, value } => {
                self.add_bot_field(page, &name, kind, value).map(|id| json!(id))
            }
            Command::AddFlow { page, name, channel } => {
                self.add_flow(page, &name, channel).map(Value::String)
            }
            Command::AddTopic { page, name } => self.add_topic(page, &name).map(|id| json!(id)),
            Command::OptIn { page, user_ref, subscriber } => {
                self.opt_in(page, &user_ref, subscriber, now).map(nothing)
            }
        }
    }
}
