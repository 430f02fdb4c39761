//! A message becomes a message of the conversation between a number of ours and one of theirs, and the contact behind it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::wire::{self, Fields, Medium, Unfit, letter, rank};
use crate::domain::{
    change::{
        Attachment, Change, Contact, Conversation, Direction, Inbox, Kind, Message, Record, Sender,
        SenderKind,
    },
    phone,
    stream::{Page, Rejected},
};

/// What is read of a message, and kept raw.
pub(super) const MESSAGE: &[&str] = &[
    "sid",
    "account_sid",
    "messaging_service_sid",
    "from",
    "to",
    "body",
    "status",
    "direction",
    "num_media",
    "error_code",
    "date_created",
    "date_sent",
    "media",
];

/// An address of somebody: what they are reached by, without the channel.
pub(super) struct Party {
    /// As the platform writes it.
    pub(super) address: String,
    /// `sms`, `whatsapp`, …
    pub(super) channel: String,
    /// Without the channel; a number in E.164, or a name.
    pub(super) bare: String,
    /// The number, if it is one.
    pub(super) number: Option<String>,
}

impl Party {
    pub(super) fn of(address: &str, region: &str) -> Self {
        let (channel, bare) = address.split_once(':').unwrap_or(("sms", address));
        let number = phone::e164(bare, region);
        Self {
            address: address.to_owned(),
            channel: channel.to_ascii_lowercase(),
            bare: number.clone().unwrap_or_else(|| bare.to_owned()),
            number,
        }
    }

    /// The person, as the address alone tells.
    pub(super) fn contact(&self) -> Contact {
        Contact {
            external_id: self.bare.clone(),
            phone_original: self.number.is_some().then(|| self.bare.clone()),
            phone: self.number.clone(),
            attributes: json!({}),
            ..Contact::default()
        }
    }

    fn inbox(&self) -> Inbox {
        Inbox {
            external_id: self.address.clone(),
            name: Some(self.bare.clone()),
            channel: Some(self.channel.clone()),
            phone: self.number.clone(),
            provider: Some("twilio".to_owned()),
        }
    }
}

/// What is said between a number of ours and one of theirs.
pub(super) fn conversation(ours: &Party, theirs: &Party, at: Timestamp) -> Conversation {
    Conversation {
        external_id: format!("{}|{}", ours.address, theirs.address),
        contact: Some(theirs.bare.clone()),
        inbox: Some(ours.address.clone()),
        channel: Some(theirs.channel.clone()),
        status: "open".to_owned(),
        attributes: json!({}),
        last_activity_at: Some(at),
        ..Conversation::default()
    }
}

/// A message, and between whom.
pub(super) struct Mapped {
    pub(super) message: Message,
    pub(super) ours: Party,
    pub(super) theirs: Party,
    pub(super) at: Timestamp,
    pub(super) rank: i64,
}

/// Who is who: `from` is empty while a service has not chosen its sender.
pub(super) fn parties(
    incoming: bool,
    (from, to): (Option<String>, Option<String>),
    service: Option<String>,
    region: &str,
) -> Option<(Party, Party)> {
    let (ours, theirs) = if incoming { (to, from) } else { (from.or(service), to) };
    Some((Party::of(&ours?, region), Party::of(&theirs?, region)))
}

/// Maps a record of the list, with its files where they are known.
pub(super) fn message(record: &Value, media: &[Medium], region: &str) -> Result<Mapped, Unfit> {
    let fields = Fields::of(record)?;
    let sid = fields.id("sid")?;
    let direction = fields.text("direction")?.unwrap_or_default();
    let incoming = direction == "inbound";
    if !incoming && !direction.starts_with("outbound") {
        return Err(fields.unfit("direction", "inbound or outbound-…"));
    }
    let ends = (fields.text("from")?, fields.text("to")?);
    let (ours, theirs) = parties(incoming, ends, fields.text("messaging_service_sid")?, region)
        .ok_or_else(|| fields.unfit(if incoming { "from" } else { "to" }, "an address"))?;
    let at = letter(&fields, "date_created")?;
    let at =
        at.ok_or_else(|| fields.unfit("date_created", "a time such as Mon, 05 Jan 2026 15:04:05 +0000"))?;
    let status = fields.text("status")?;
    let mut attributes = Map::new();
    if let Some(code) = fields.text("error_code")? {
        attributes.insert("error_code".to_owned(), Value::String(code));
    }
    let account = fields.text("account_sid")?.unwrap_or_default();
    let sender = Sender { kind: SenderKind::Patient, external_id: Some(theirs.bare.clone()), name: None };
    Ok(Mapped {
        rank: status.as_deref().map_or(0, rank),
        message: Message {
            conversation: conversation(&ours, &theirs, at).external_id,
            content: fields.text("body")?,
            direction: if incoming { Direction::Incoming } else { Direction::Outgoing },
            content_type: Some("text".to_owned()),
            delivery_status: status,
            sender: incoming.then_some(sender),
            attributes: Value::Object(attributes),
            sent_at: Some(at),
            attachments: media.iter().map(|medium| attachment(&account, &sid, medium)).collect(),
            external_id: sid,
            ..Message::default()
        },
        ours,
        theirs,
        at,
    })
}

/// A file, as far as it is known without its bytes.
pub(super) fn attachment(account: &str, message: &str, (id, kind): &Medium) -> Attachment {
    let family = kind.split('/').next().unwrap_or_default();
    let file_type = match family {
        "image" | "audio" | "video" => family,
        _ => "file",
    };
    Attachment {
        external_id: id.clone(),
        file_type: file_type.to_owned(),
        content_type: Some(kind.clone()).filter(|kind| !kind.is_empty()),
        source_url: Some(format!(
            "https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{message}/Media/{id}"
        )),
        details: json!({}),
        ..Attachment::default()
    }
}

/// How many files a message has.
pub(super) fn files(record: &Value) -> u32 {
    Fields::of(record).ok().and_then(|fields| fields.number("num_media").ok()?).unwrap_or_default()
}

/// The record that is kept and read.
pub(super) fn trimmed(text: &str) -> Option<Value> {
    let mut value = wire::record(text)?;
    wire::keep(&mut value, MESSAGE);
    wire::clean(&mut value);
    value.is_object().then_some(value)
}

/// Puts messages into a page: each conversation and each person once.
#[derive(Default)]
pub(super) struct Sheet {
    inboxes: BTreeMap<String, (Inbox, usize)>,
    contacts: BTreeMap<String, (Contact, usize)>,
    conversations: BTreeMap<String, (Conversation, Timestamp, usize)>,
}

impl Sheet {
    /// Adds who speaks with whom, of the raw record at `raw`.
    pub(super) fn talk(&mut self, ours: &Party, theirs: &Party, at: Timestamp, raw: usize) {
        self.inboxes.entry(ours.address.clone()).or_insert_with(|| (ours.inbox(), raw));
        let contact = theirs.contact();
        self.contacts.entry(contact.external_id.clone()).or_insert((contact, raw));
        let told = conversation(ours, theirs, at);
        let known = self.conversations.get(&told.external_id);
        if known.is_none_or(|(_, newest, _)| *newest < at) {
            self.conversations.insert(told.external_id.clone(), (told, at, raw));
        }
    }

    /// Writes them. A later sight of a conversation wins over an earlier one, however it comes; the list says nothing of a
    /// person that is newer than what they said of themselves.
    pub(super) fn write(self, page: &mut Page) {
        let change = |record, source_version, raw| Change::new(record, source_version, raw);
        let inboxes = self.inboxes.into_values();
        page.changes.extend(inboxes.map(|(inbox, raw)| change(Record::Inbox(inbox), None, raw)));
        let contacts = self.contacts.into_values();
        page.changes.extend(contacts.map(|(contact, raw)| change(Record::Contact(contact), Some(0), raw)));
        page.changes.extend(self.conversations.into_values().map(|(conversation, at, raw)| {
            change(Record::Conversation(conversation), Some(at.as_microsecond()), raw)
        }));
    }
}

/// Adds one message to a page, or why it cannot be understood. Without its files (`None`) only who speaks with whom.
pub(super) fn add(page: &mut Page, sheet: &mut Sheet, record: Value, media: Option<&[Medium]>, region: &str) {
    let raw = page.raw.len();
    let mapped = message(&record, media.unwrap_or_default(), region);
    match mapped {
        Ok(mapped) => {
            sheet.talk(&mapped.ours, &mapped.theirs, mapped.at, raw);
            if media.is_some() {
                let (record, source_version) = (Record::Message(mapped.message), Some(mapped.rank));
                page.changes.push(Change::new(record, source_version, raw));
            }
        }
        Err(unfit) => {
            let external_id = Fields::of(&record).and_then(|fields| fields.id("sid")).ok();
            let (kind, reason) = (Kind::Message, unfit.to_string());
            page.rejected.push(Rejected { kind, external_id, reason, raw });
        }
    }
    let mut kept = record;
    if let (Value::Object(fields), Some(media)) = (&mut kept, media.filter(|media| !media.is_empty())) {
        fields.insert("media".to_owned(), json!(media));
    }
    page.raw.push(kept.to_string());
}
