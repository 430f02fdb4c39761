//! The truth of a page, to compare tables with.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::state::{Channel, FieldKind, LedgerMessage, LedgerSent, Status};
use super::world::{World, missing};
use crate::house::Refused;

/// Everything a page knows; ids are texts, lists are sorted by id, messages by time.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub page: String,
    pub name: String,
    pub time_zone: String,
    /// Names by id.
    pub tags: BTreeMap<String, String>,
    pub fields: Vec<LedgerField>,
    /// Those who left included; see [`LedgerSubscriber::status`].
    pub subscribers: Vec<LedgerSubscriber>,
    pub messages: Vec<LedgerMessage>,
    pub sent: Vec<LedgerSent>,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerField {
    pub id: String,
    pub name: String,
    pub kind: FieldKind,
}

/// A person on a channel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerSubscriber {
    pub id: String,
    pub status: Status,
    pub channel: Channel,
    pub name: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
    pub whatsapp_phone: Option<String>,
    pub whatsapp_bsuid: Option<String>,
    pub email: Option<String>,
    pub ig_username: Option<String>,
    pub last_input_text: Option<String>,
    pub subscribed: Timestamp,
    pub last_interaction: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    /// Names, sorted.
    pub tags: Vec<String>,
    /// By name; only those that are set.
    pub custom_fields: BTreeMap<String, Value>,
}

impl World {
    pub(super) fn ledger(&self, page: u64) -> Result<Ledger, Refused> {
        let page = self.pages.get(&page).ok_or_else(|| missing("page", page))?;
        let subscribers = page.subscribers.values().map(|it| {
            let text = |name: &str| it.text(name).map(str::to_owned);
            let mut tags: Vec<String> = it.tags.iter().filter_map(|id| page.tags.get(id).cloned()).collect();
            tags.sort();
            let custom = it.custom.iter();
            LedgerSubscriber {
                id: it.id.to_string(),
                status: it.status,
                channel: it.channel,
                name: it.name(),
                first_name: text("first_name"),
                last_name: text("last_name"),
                phone: text("phone"),
                whatsapp_phone: text("whatsapp_phone"),
                whatsapp_bsuid: text("whatsapp_bsuid"),
                email: text("email"),
                ig_username: text("ig_username"),
                last_input_text: text("last_input_text"),
                subscribed: it.subscribed,
                last_interaction: it.last_interaction,
                last_seen: it.last_seen,
                tags,
                custom_fields: custom
                    .filter_map(|(id, (value, _))| Some((page.fields.get(id)?.name.clone(), value.clone())))
                    .collect(),
            }
        });
        let fields = page.fields.iter().map(|(id, it)| LedgerField {
            id: id.to_string(),
            name: it.name.clone(),
            kind: it.kind,
        });
        Ok(Ledger {
            page: page.id.to_string(),
            name: page.name.clone(),
            time_zone: page.zone_name.clone(),
            tags: page.tags.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
            fields: fields.collect(),
            subscribers: subscribers.collect(),
            messages: page.messages.clone(),
            sent: page.sent.clone(),
        })
    }
}
