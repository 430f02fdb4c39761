//! A subscriber, as the API shows it or a call carries it, becomes a contact; what they wrote becomes a conversation and a
//! message.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::wire::{self, Unfit};
use crate::domain::{
    change::{Address, Contact, Conversation, Direction, Message, Metadata, Sender, SenderKind},
    fingerprint::Digester,
    phone,
};

/// Fields of a subscriber kept as they are, where they are set. None says who somebody is: that stands among addresses, where it
/// can be sealed.
const KEPT: [&str; 12] = [
    "gender",
    "language",
    "locale",
    "timezone",
    "live_chat_url",
    "status",
    "optin_phone",
    "optin_email",
    "optin_whatsapp",
    "tt_optin",
    "is_followup_enabled",
    "last_growth_tool",
];

/// A subscriber as a contact. Tags are told by the API alone.
pub(super) fn contact(record: &Value, region: &str) -> Result<Contact, Unfit> {
    let external_id = wire::id(record, "id")?;
    let phone_original = wire::text(record, "whatsapp_phone").or_else(|| wire::text(record, "phone"));
    let given = [wire::text(record, "first_name"), wire::text(record, "last_name")];
    let joined = given.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = wire::text(record, "name").or_else(|| (!joined.is_empty()).then_some(joined));
    let mut additional: Map<String, Value> = KEPT
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), record.get(*field)?.clone())))
        .filter(|(_, value)| !value.is_null() && value.as_str() != Some(""))
        .collect();
    if let Some(tags) = wire::tags(record) {
        additional.insert("tags".to_owned(), tags);
    }
    Ok(Contact {
        name,
        email: wire::text(record, "email"),
        phone: phone_original.as_deref().and_then(|number| phone::e164(number, region)),
        phone_original,
        identifier: None,
        blocked: wire::text(record, "status").is_some_and(|status| status != "active"),
        attributes: json!({ "custom": wire::custom_fields(record), "additional": additional }),
        source_created_at: wire::time(record, "subscribed"),
        last_activity_at: latest(record),
        addresses: Some(addresses(record, &external_id, region)),
        patient: None,
        external_id,
    })
}

/// How each channel reaches the subscriber, and whatever else they are known by there.
fn addresses(record: &Value, id: &str, region: &str) -> Vec<Address> {
    let address = |channel: &str, value: String| Address {
        inbox: channel.to_owned(),
        channel: Some(channel.to_owned()),
        value,
    };
    let told = |(channel, field)| Some(address(channel, wire::text(record, field)?));
    let number = wire::text(record, "whatsapp_phone");
    let reaching = [("whatsapp", "whatsapp_bsuid"), ("instagram", "ig_id"), ("tiktok", "tt_user_id")];
    let mut addresses: Vec<Address> = number.iter().map(|it| address("whatsapp", it.clone())).collect();
    addresses.extend(reaching.into_iter().filter_map(told));
    if addresses.is_empty() {
        addresses.push(address("messenger", id.to_owned()));
    }
    let names = [("whatsapp", "whatsapp_username"), ("instagram", "ig_username"), ("tiktok", "tt_username")];
    addresses.extend(names.into_iter().filter_map(told));
    // A subscriber of WhatsApp may have given another number besides.
    let other = number.zip(wire::text(record, "phone")).filter(|(one, other)| !is_same(one, other, region));
    addresses.extend(other.map(|(_, other)| address("sms", phone::e164(&other, region).unwrap_or(other))));
    let mut seen = BTreeSet::new();
    addresses.retain(|it| seen.insert((it.inbox.clone(), it.value.clone())));
    addresses
}

/// Whether two numbers are one, however they are written.
fn is_same(one: &str, other: &str, region: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let read = phone::e164(one, region);
    digits(one) == digits(other) || (read.is_some() && read == phone::e164(other, region))
}

/// When the person was last there, in any channel.
fn latest(record: &Value) -> Option<Timestamp> {
    let fields = ["last_interaction", "ig_last_interaction"];
    fields.into_iter().filter_map(|field| wire::time(record, field)).max()
}

/// The channel: as our template says it, or guessed from what the subscriber has.
pub(super) fn channel(told: Option<String>, record: &Value) -> String {
    let guess = || {
        let has = |field| wire::text(record, field).is_some();
        if has("whatsapp_phone") || has("whatsapp_bsuid") {
            "whatsapp"
        } else if has("ig_id") {
            "instagram"
        } else if has("tt_user_id") {
            "tiktok"
        } else {
            "messenger"
        }
    };
    told.map_or_else(|| guess().to_owned(), |told| told.to_lowercase())
}

/// Everything a subscriber writes is one conversation: the platform knows no other division.
pub(super) fn conversation(contact: &Contact, channel: &str) -> Conversation {
    Conversation {
        external_id: contact.external_id.clone(),
        contact: Some(contact.external_id.clone()),
        channel: Some(channel.to_owned()),
        status: "open".to_owned(),
        attributes: json!({}),
        source_created_at: contact.source_created_at,
        last_activity_at: contact.last_activity_at,
        ..Conversation::default()
    }
}

/// What a subscriber wrote last. It has no id: the same text at the same moment is the same message.
pub(super) fn message(contact: &Contact, text: &str, received_at: Timestamp) -> Message {
    let sent_at = contact.last_activity_at.unwrap_or(received_at);
    let moment = match contact.last_activity_at {
        Some(at) => at.as_second().to_string(),
        None => format!("minute {}", received_at.as_second() / 60),
    };
    let digest = Digester::new().text(&contact.external_id).text(text).text(&moment).finish();
    Message {
        external_id: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        conversation: contact.external_id.clone(),
        content: Some(text.to_owned()),
        direction: Direction::Incoming,
        content_type: Some("text".to_owned()),
        sender: Some(Sender {
            kind: SenderKind::Patient,
            external_id: Some(contact.external_id.clone()),
            name: contact.name.clone(),
        }),
        attributes: json!({}),
        sent_at: Some(sent_at),
        ..Message::default()
    }
}

/// A tag, or the definition of a custom field.
pub(super) fn definition(record: &Value, kind: &'static str) -> Result<Metadata, Unfit> {
    let id = wire::id(record, "id")?;
    let mut details = Map::new();
    for field in ["type", "description"] {
        if let Some(text) = wire::text(record, field) {
            details.insert(field.to_owned(), Value::String(text));
        }
    }
    Ok(Metadata {
        external_id: format!("{kind}:{id}"),
        kind: kind.to_owned(),
        name: wire::text(record, "name"),
        details: Value::Object(details),
    })
}

/// Under which the account's own page is kept.
pub(super) fn settings_id(page: &str) -> String {
    format!("settings:{page}")
}

/// The account's own page.
pub(super) fn page(record: &Value) -> Result<Metadata, Unfit> {
    let id = wire::id(record, "id")?;
    let mut details = Map::new();
    for field in ["category", "timezone", "username", "about", "description"] {
        if let Some(text) = wire::text(record, field) {
            details.insert(field.to_owned(), Value::String(text));
        }
    }
    if let Some(pro) = wire::truth(record, "is_pro") {
        details.insert("is_pro".to_owned(), Value::Bool(pro));
    }
    Ok(Metadata {
        external_id: settings_id(&id),
        kind: "settings".to_owned(),
        name: wire::text(record, "name"),
        details: Value::Object(details),
    })
}
