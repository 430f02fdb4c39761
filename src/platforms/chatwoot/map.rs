//! From Chatwoot's records to ours. What is kept raw is what is read here and nothing else, so secrets that newer
//! versions may add to a payload do not slip in.

use jiff::Timestamp;
use serde_json::{Value, json, value::RawValue};

use super::wire::{self, Fields, Unfit, clean};
use crate::domain::{
    change::{
        Address, Agent, Attachment, Change, Contact, Conversation, Direction, Inbox, Kind, Message, Record,
        Sender, SenderKind,
    },
    phone,
    stream::{Page, Rejected},
};
use crate::platforms::kit::json::{at, each, keep};

const CONTACT: &[&str] = &[
    "id",
    "name",
    "email",
    "phone_number",
    "identifier",
    "blocked",
    "additional_attributes",
    "custom_attributes",
    "last_activity_at",
    "created_at",
    "contact_inboxes",
];
const CONVERSATION: &[&str] = &[
    "id",
    "uuid",
    "inbox_id",
    "status",
    "priority",
    "muted",
    "can_reply",
    "labels",
    "additional_attributes",
    "custom_attributes",
    "unread_count",
    "created_at",
    "updated_at",
    "last_activity_at",
    "first_reply_created_at",
    "waiting_since",
    "snoozed_until",
    "meta",
];
const MESSAGE: &[&str] = &[
    "id",
    "content",
    "conversation_id",
    "message_type",
    "content_type",
    "status",
    "content_attributes",
    "created_at",
    "private",
    "source_id",
    "sender",
    "attachments",
];
const ATTACHMENT: &[&str] = &[
    "id",
    "file_type",
    "extension",
    "content_type",
    "file_size",
    "width",
    "height",
    "data_url",
    "coordinates_lat",
    "coordinates_long",
    "fallback_title",
    "transcribed_text",
    "meta",
];
const DETAILS: &[&str] =
    &["coordinates_lat", "coordinates_long", "fallback_title", "transcribed_text", "meta"];
const INBOX: &[&str] = &["id", "name", "channel_type", "phone_number", "provider"];
const AGENT: &[&str] = &["id", "name", "email", "role"];

/// What a list needs to know of a record besides its change.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) last_activity_at: Option<Timestamp>,
    pub(super) created_at: Option<Timestamp>,
    /// Whether lists can show it: contacts without any address are missing from every list.
    pub(super) listable: bool,
    /// Whether it was rejected or damaged on its way: it is asked for again by itself.
    pub(super) doubtful: bool,
}

/// Maps records into a page.
pub(super) struct Mapper<'a> {
    pub(super) page: &'a mut Page,
    pub(super) region: &'a str,
}

impl Mapper<'_> {
    /// Maps these records; answers what was seen, records that were rejected but could be named included.
    pub(super) fn records(&mut self, kind: Kind, records: &[&RawValue], conversation: &str) -> Vec<Seen> {
        records.iter().filter_map(|record| self.record(kind, record, conversation)).collect()
    }

    /// Maps one record. `conversation` is the one whose messages were asked for.
    pub(super) fn record(&mut self, kind: Kind, record: &RawValue, conversation: &str) -> Option<Seen> {
        let Some(value) = wire::record(record.get()) else {
            let raw = self.page.raw.len();
            self.page.raw.push("null".into());
            self.reject(kind, None, "the record is not JSON that can be read".into(), raw);
            return None;
        };
        let damaged = record.get().contains(char::REPLACEMENT_CHARACTER);
        self.value(kind, value, conversation, damaged)
    }

    /// Maps one record that was read already; `damaged`: on its way.
    pub(super) fn value(
        &mut self,
        kind: Kind,
        mut value: Value,
        conversation: &str,
        damaged: bool,
    ) -> Option<Seen> {
        let raw = self.page.raw.len();
        trim(kind, &mut value);
        clean(&mut value);
        self.page.raw.push(value.to_string());
        let id = Fields::of(&value).and_then(|fields| fields.whole_id("id")).ok();
        match self.map(kind, &value, conversation, raw) {
            Ok(seen) => Some(Seen { doubtful: damaged, ..seen }),
            Err(unfit) => {
                self.reject(kind, id.clone(), unfit.to_string(), raw);
                id.map(|id| Seen { id, listable: true, doubtful: true, ..Seen::default() })
            }
        }
    }

    fn map(&mut self, kind: Kind, value: &Value, conversation: &str, raw: usize) -> Result<Seen, Unfit> {
        let fields = Fields::of(value)?;
        let (record, seen) = match kind {
            Kind::Inbox => (Record::Inbox(inbox(&fields)?), Seen::default()),
            Kind::Agent => (Record::Agent(agent(&fields)?), Seen::default()),
            Kind::Contact => self.contact(&fields)?,
            Kind::Conversation => {
                let (record, seen) = self::conversation(&fields)?;
                self.sender(&fields.within("meta")?, raw)?;
                (record, seen)
            }
            Kind::Message => message(&fields, conversation)?,
            other => return Err(Unfit::new(other.as_str(), "a record", "what Chatwoot keeps")),
        };
        let seen = Seen { id: record.external_id().to_owned(), ..seen };
        let source_version = seen.updated_at.map(Timestamp::as_microsecond);
        self.page.changes.push(Change::new(record, source_version, raw));
        Ok(seen)
    }

    fn contact(&self, fields: &Fields<'_>) -> Result<(Record, Seen), Unfit> {
        let contact = contact(fields, self.region)?;
        let seen = Seen {
            last_activity_at: contact.last_activity_at,
            created_at: contact.source_created_at,
            listable: contact.email.is_some()
                || contact.phone_original.is_some()
                || contact.identifier.is_some(),
            ..Seen::default()
        };
        Ok((Record::Contact(contact), seen))
    }

    /// The person of a conversation, who may be missing from every list of contacts. What is wrong with them is said
    /// of them alone.
    fn sender(&mut self, meta: &Fields<'_>, raw: usize) -> Result<(), Unfit> {
        let Some(sender) = meta.inside("sender")? else { return Ok(()) };
        match contact(&sender, self.region) {
            Ok(contact) => self.page.changes.push(Change::new(Record::Contact(contact), None, raw)),
            Err(unfit) => self.reject(Kind::Contact, sender.whole_id("id").ok(), unfit.to_string(), raw),
        }
        Ok(())
    }

    fn reject(&mut self, kind: Kind, external_id: Option<String>, reason: String, raw: usize) {
        self.page.rejected.push(Rejected { kind, external_id, reason, raw });
    }
}

fn contact(fields: &Fields<'_>, region: &str) -> Result<Contact, Unfit> {
    let phone_original = fields.text("phone_number")?;
    let addresses = match fields.each("contact_inboxes")? {
        None => None,
        Some(inboxes) => {
            Some(inboxes.iter().filter_map(|entry| address(entry).transpose()).collect::<Result<_, _>>()?)
        }
    };
    Ok(Contact {
        patient: None,
        external_id: fields.whole_id("id")?,
        name: fields.text("name")?,
        email: fields.text("email")?,
        phone: phone_original.as_deref().and_then(|number| phone::e164(number, region)),
        phone_original,
        identifier: fields.text("identifier")?,
        blocked: fields.flag("blocked")?.unwrap_or(false),
        attributes: attributes(fields)?,
        source_created_at: fields.time("created_at")?,
        last_activity_at: fields.time("last_activity_at")?,
        addresses,
    })
}

fn address(entry: &Fields<'_>) -> Result<Option<Address>, Unfit> {
    let Some(value) = entry.text("source_id")? else { return Ok(None) };
    let inbox = entry.within("inbox")?;
    Ok(Some(Address { inbox: inbox.whole_id("id")?, channel: inbox.text("channel_type")?, value }))
}

fn attributes(fields: &Fields<'_>) -> Result<Value, Unfit> {
    let (custom, additional) = (fields.object("custom_attributes")?, fields.object("additional_attributes")?);
    Ok(json!({ "custom": custom, "additional": additional }))
}

fn conversation(fields: &Fields<'_>) -> Result<(Record, Seen), Unfit> {
    let meta = fields.within("meta")?;
    let assignee = meta.within("assignee")?;
    let conversation = Conversation {
        external_id: fields.whole_id("id")?,
        external_uuid: fields.text("uuid")?,
        contact: meta.inside("sender")?.and_then(|sender| sender.whole_id("id").ok()),
        inbox: fields.maybe_whole_id("inbox_id")?,
        channel: meta.text("channel")?,
        status: fields.text("status")?.unwrap_or_else(|| "open".into()),
        priority: fields.text("priority")?,
        labels: fields.texts("labels")?,
        assignee_name: assignee.text("name")?,
        assignee: assignee.maybe_whole_id("id")?,
        team_name: meta.within("team")?.text("name")?,
        can_reply: fields.flag("can_reply")?,
        muted: fields.flag("muted")?,
        unread_count: fields.number("unread_count")?,
        attributes: attributes(fields)?,
        source_created_at: fields.time("created_at")?,
        source_updated_at: fields.time("updated_at")?,
        last_activity_at: fields.time("last_activity_at")?,
        first_reply_at: fields.time("first_reply_created_at")?,
        waiting_since: fields.time("waiting_since")?,
        snoozed_until: fields.time("snoozed_until")?,
    };
    let seen = Seen {
        updated_at: conversation.source_updated_at,
        last_activity_at: conversation.last_activity_at,
        created_at: conversation.source_created_at,
        listable: true,
        ..Seen::default()
    };
    Ok((Record::Conversation(conversation), seen))
}

fn message(fields: &Fields<'_>, conversation: &str) -> Result<(Record, Seen), Unfit> {
    let id = fields.whole_id("id")?;
    let direction = direction(fields)?;
    let mut attributes = fields.object("content_attributes")?;
    clean(&mut attributes);
    let attachments = fields.each("attachments")?.unwrap_or_default();
    let message = Message {
        sequence: id.parse().ok(),
        external_id: id,
        conversation: conversation.to_owned(),
        content: fields.text("content")?,
        direction,
        content_type: fields.text("content_type")?,
        delivery_status: fields.text("status")?,
        private: fields.flag("private")?.unwrap_or(false),
        deleted_at_source: attributes.get("deleted").and_then(Value::as_bool).unwrap_or(false),
        sender: sender(fields, direction)?,
        channel_message_id: fields.text("source_id")?,
        attributes,
        sent_at: fields.time("created_at")?,
        attachments: attachments.iter().map(attachment).collect::<Result<_, _>>()?,
    };
    let seen = Seen { created_at: message.sent_at, listable: true, ..Seen::default() };
    Ok((Record::Message(message), seen))
}

fn direction(fields: &Fields<'_>) -> Result<Direction, Unfit> {
    Ok(match fields.text("message_type")?.as_deref() {
        Some("0" | "incoming") => Direction::Incoming,
        Some("1" | "outgoing") => Direction::Outgoing,
        Some("2" | "activity") => Direction::Activity,
        Some("3" | "template") => Direction::Template,
        _ => return Err(fields.unfit("message_type", "0 to 3 or incoming, outgoing, activity, template")),
    })
}

/// Who sent it. Older senders carry no type, and the platform's own remarks no sender: then the direction tells.
fn sender(fields: &Fields<'_>, direction: Direction) -> Result<Option<Sender>, Unfit> {
    let by_direction = match direction {
        Direction::Incoming => SenderKind::Patient,
        Direction::Outgoing => SenderKind::Agent,
        Direction::Activity | Direction::Template => SenderKind::System,
    };
    let Some(sender) = fields.inside("sender")? else {
        let said_by_nobody = by_direction == SenderKind::System;
        return Ok(said_by_nobody.then_some(Sender { kind: by_direction, external_id: None, name: None }));
    };
    let kind = match sender.text("type")?.as_deref() {
        Some("contact") => SenderKind::Patient,
        Some("user") => SenderKind::Agent,
        Some("agent_bot" | "captain_assistant") => SenderKind::Bot,
        _ => by_direction,
    };
    Ok(Some(Sender { kind, external_id: sender.maybe_whole_id("id")?, name: sender.text("name")? }))
}

fn attachment(fields: &Fields<'_>) -> Result<Attachment, Unfit> {
    Ok(Attachment {
        external_id: fields.whole_id("id")?,
        file_type: fields.text("file_type")?.unwrap_or_else(|| "file".into()),
        content_type: fields.text("content_type")?,
        extension: fields.text("extension")?,
        file_size: fields.number("file_size")?,
        width: fields.number("width")?,
        height: fields.number("height")?,
        source_url: fields.text("data_url")?,
        details: fields.only(DETAILS),
    })
}

fn inbox(fields: &Fields<'_>) -> Result<Inbox, Unfit> {
    Ok(Inbox {
        external_id: fields.whole_id("id")?,
        name: fields.text("name")?,
        channel: fields.text("channel_type")?,
        phone: fields.text("phone_number")?,
        provider: fields.text("provider")?,
    })
}

fn agent(fields: &Fields<'_>) -> Result<Agent, Unfit> {
    Ok(Agent {
        external_id: fields.whole_id("id")?,
        name: fields.text("name")?,
        email: fields.text("email")?,
        role: fields.text("role")?,
    })
}

/// Leaves of a record only what is read above.
fn trim(kind: Kind, value: &mut Value) {
    match kind {
        Kind::Inbox => keep(value, INBOX),
        Kind::Agent => keep(value, AGENT),
        Kind::Contact => trim_contact(value),
        Kind::Conversation => {
            keep(value, CONVERSATION);
            let Some(meta) = value.get_mut("meta") else { return };
            keep(meta, &["sender", "channel", "assignee", "team"]);
            at(meta, "sender", trim_contact);
            at(meta, "assignee", |assignee| keep(assignee, &["id", "name"]));
            at(meta, "team", |team| keep(team, &["name"]));
        }
        Kind::Message => {
            keep(value, MESSAGE);
            at(value, "sender", |sender| keep(sender, &["id", "name", "type"]));
            at(value, "attachments", |list| each(list, |attachment| keep(attachment, ATTACHMENT)));
        }
        _ => {}
    }
}

fn trim_contact(contact: &mut Value) {
    keep(contact, CONTACT);
    at(contact, "contact_inboxes", |list| {
        each(list, |entry| {
            keep(entry, &["source_id", "inbox"]);
            at(entry, "inbox", |inbox| keep(inbox, &["id", "channel_type"]));
        });
    });
}
