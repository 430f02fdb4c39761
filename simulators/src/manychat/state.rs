//! Pages, the people who wrote to them, and what hangs on both: plain records.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calls::Automation;
use super::limits::Limits;
use super::traffic::Feed;

/// Where somebody writes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Channel {
    Messenger,
    Instagram,
    #[default]
    Whatsapp,
    Telegram,
    /// Comes in, and cannot be written to.
    Tiktok,
}

/// Whether somebody still listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Status {
    #[default]
    Active,
    /// No longer found by the interface; calls about such a person say so.
    Unsubscribed,
    /// Gone, without anybody being told.
    Deleted,
}

/// What a custom field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum FieldKind {
    #[default]
    Text,
    Number,
    Boolean,
    Date,
    Datetime,
}

impl FieldKind {
    /// Whether a value is of this kind.
    pub(super) fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Text, Value::String(_)) | (Self::Number, Value::Number(_)) => true,
            (Self::Boolean, Value::Bool(_)) => true,
            (Self::Date, Value::String(text)) => {
                text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
            }
            // An offset is needed.
            (Self::Datetime, Value::String(text)) => text.contains('T') && text.parse::<Timestamp>().is_ok(),
            _ => false,
        }
    }
}

/// A custom field of a page.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: FieldKind,
}

/// A flow that can be sent.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) ns: String,
    pub(super) name: String,
    pub(super) channel: Channel,
}

/// One person on one channel.
#[derive(Debug, Clone)]
pub(super) struct Subscriber {
    pub(super) id: u64,
    pub(super) status: Status,
    pub(super) channel: Channel,
    /// Texts that may be null, by the names they have on the wire.
    pub(super) texts: BTreeMap<&'static str, String>,
    /// Hours east of Greenwich.
    pub(super) offset: i8,
    pub(super) ig_id: Option<u64>,
    pub(super) optin_phone: bool,
    pub(super) optin_email: bool,
    pub(super) subscribed: Timestamp,
    pub(super) last_interaction: Option<Timestamp>,
    pub(super) last_seen: Option<Timestamp>,
    pub(super) tags: BTreeSet<u64>,
    /// With the moment of the last change.
    pub(super) custom: BTreeMap<u64, (Value, Timestamp)>,
    pub(super) callback: Option<Callback>,
}

/// The names of [`Subscriber::texts`].
pub(super) const TEXTS: [&str; 16] = [
    "first_name",
    "last_name",
    "gender",
    "profile_pic",
    "locale",
    "language",
    "last_input_text",
    "phone",
    "email",
    "ig_username",
    "whatsapp_phone",
    "whatsapp_bsuid",
    "whatsapp_username",
    "tt_user_id",
    "tt_username",
    "phone_country_code",
];

impl Subscriber {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// First and last name.
    pub(super) fn name(&self) -> String {
        let parts: Vec<&str> =
            ["first_name", "last_name"].into_iter().filter_map(|name| self.text(name)).collect();
        parts.join(" ")
    }

    /// Whether something can be sent there.
    pub(super) fn has(&self, channel: Channel) -> bool {
        match channel {
            Channel::Whatsapp => {
                self.text("whatsapp_phone").is_some() || self.text("whatsapp_bsuid").is_some()
            }
            Channel::Instagram => self.ig_id.is_some(),
            Channel::Tiktok => false,
            Channel::Messenger | Channel::Telegram => self.channel == channel,
        }
    }
}

/// Where the next text of somebody goes, once.
#[derive(Debug, Clone)]
pub(super) struct Callback {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) payload: String,
    pub(super) until: Timestamp,
}

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerMessage {
    /// Rising over all pages; ManyChat itself shows no such number.
    pub number: u64,
    pub subscriber: String,
    pub channel: Channel,
    pub at: Timestamp,
    /// `None` for an attachment.
    pub text: Option<String>,
    /// Calls that were planned to tell of it; 0 when no automation listened, or when fast typing swallowed it.
    pub calls: u32,
}

/// Something that went out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerSent {
    pub subscriber: String,
    pub at: Timestamp,
    /// `content`, `flow` or `dynamic_block`.
    pub by: &'static str,
    /// The messages, or the flow's name.
    pub what: Value,
}

/// One page: an account with its token.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) id: u64,
    pub(super) token: Option<String>,
    pub(super) name: String,
    pub(super) zone: TimeZone,
    pub(super) zone_name: String,
    pub(super) pro: bool,
    pub(super) tags: BTreeMap<u64, String>,
    pub(super) fields: BTreeMap<u64, Field>,
    pub(super) bot_fields: BTreeMap<u64, (Field, Value)>,
    pub(super) flows: Vec<Flow>,
    pub(super) topics: Vec<(u64, String)>,
    pub(super) subscribers: BTreeMap<u64, Subscriber>,
    /// By the browser's own name of somebody.
    pub(super) user_refs: BTreeMap<String, (Option<u64>, Timestamp)>,
    pub(super) automations: BTreeMap<u64, Automation>,
    pub(super) messages: Vec<LedgerMessage>,
    pub(super) sent: Vec<LedgerSent>,
    pub(super) limits: Limits,
    pub(super) feed: Option<Feed>,
}

impl Page {
    pub(super) fn tag_named(&self, name: &str) -> Option<u64> {
        self.tags.iter().find(|(_, known)| *known == name).map(|(id, _)| *id)
    }

    /// Names of fields do not care about case.
    pub(super) fn field_named(&self, name: &str) -> Option<u64> {
        self.fields.iter().find(|(_, it)| it.name.eq_ignore_ascii_case(name)).map(|(id, _)| *id)
    }
}
