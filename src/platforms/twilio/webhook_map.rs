//! What Twilio tells: a message that came in is mapped as it is told; of what became of one that went out the message itself
//! is read, since these deliveries come in any order and say nothing of the rest.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{
    map::{self, Party, Sheet},
    plan::MESSAGES,
    webhook::form::Form,
    wire::{self, Fields, Medium},
};
use crate::{
    domain::{
        change::{Change, Contact, Direction, Message, Record, Sender, SenderKind},
        stream::{Page, StateChange, Urgency},
    },
    platforms::{Account, Heard, Told},
};

/// What is told comes at most this long after it happened: whatever a list says of a conversation later is newer.
const LATE: i64 = 120;
/// More files than a message can have.
const MOST_FILES: usize = 30;

const KEPT: &[&str] = &[
    "MessageSid",
    "SmsSid",
    "AccountSid",
    "MessagingServiceSid",
    "From",
    "To",
    "Body",
    "SmsStatus",
    "MessageStatus",
    "ErrorCode",
    "NumMedia",
    "ProfileName",
    "ExternalUserId",
];

/// Maps one delivery.
pub(super) fn heard(account: &Account, told: &Told<'_>) -> Result<Heard, String> {
    let body = read(told.body)?;
    let mut page = Page {
        stream: MESSAGES,
        request: format!("webhook {}", told.id),
        observed_at: told.received_at,
        ..Page::default()
    };
    let sid = map(&mut page, &body, account, told.received_at, told.signed)?;
    if let Some(sid) = sid {
        page.state.push(StateChange::Due {
            stream: MESSAGES,
            external_ids: vec![sid],
            work: json!({ "check": true }),
            urgency: Urgency::Live,
            only_if_changed: None,
            not_before: None,
        });
    }
    Ok(Heard::Page(Box::new(page)))
}

/// Maps a delivery as it is kept; answers the message that is to be read because of it.
pub(super) fn map(
    page: &mut Page,
    body: &Value,
    account: &Account,
    received_at: Timestamp,
    signed: bool,
) -> Result<Option<String>, String> {
    let fields = Fields::of(body).map_err(|unfit| unfit.to_string())?;
    let text = |name: &str| fields.text(name).map_err(|unfit| unfit.to_string());
    if text("AccountSid")?.is_some_and(|told| told != account.external_id) {
        return Err("AccountSid: names another account, which is never allowed".to_owned());
    }
    let sid = text("MessageSid")?.or(text("SmsSid")?);
    let sid = sid.filter(|sid| wire::is_id(sid, "SM") || wire::is_id(sid, "MM"));
    let sid = sid.ok_or("MessageSid: absent or no id, allowed: SM or MM and 32 digits")?;
    let raw = page.raw.len();
    page.raw.push(body.to_string());
    let status = text("MessageStatus")?.or(text("SmsStatus")?).unwrap_or_default();
    if !matches!(status.as_str(), "received" | "receiving" | "") || !signed {
        return Ok(Some(sid));
    }
    let ends = (text("From")?, text("To")?);
    let (ours, theirs) = map::parties(true, ends, None, &account.region)
        .ok_or("From: absent, allowed: an address such as +61491570006")?;
    let at = Timestamp::from_second(received_at.as_second()).unwrap_or(received_at);
    let mut sheet = Sheet::default();
    let earlier = Timestamp::from_second(at.as_second() - LATE).unwrap_or(at);
    sheet.talk(&ours, &theirs, at, raw);
    sheet.write(page);
    for change in &mut page.changes {
        match &mut change.record {
            Record::Contact(contact) => {
                // They say themselves who they are: newer than what any list knows.
                introduce(contact, text("ProfileName")?, text("ExternalUserId")?);
                change.source_version = Some(received_at.as_microsecond());
            }
            Record::Conversation(_) => change.source_version = Some(earlier.as_microsecond()),
            _ => {}
        }
    }
    let message = Message {
        conversation: map::conversation(&ours, &theirs, at).external_id,
        content: text("Body")?,
        direction: Direction::Incoming,
        content_type: Some("text".to_owned()),
        delivery_status: Some("received".to_owned()),
        sender: Some(patient(&theirs)),
        attributes: json!({}),
        sent_at: Some(at),
        attachments: media(body).iter().map(|it| map::attachment(&account.external_id, &sid, it)).collect(),
        external_id: sid,
        ..Message::default()
    };
    page.changes.push(Change::new(Record::Message(message), Some(wire::rank("received")), raw));
    Ok(None)
}

fn patient(theirs: &Party) -> Sender {
    Sender { kind: SenderKind::Patient, external_id: Some(theirs.bare.clone()), name: None }
}

fn introduce(contact: &mut Contact, name: Option<String>, user: Option<String>) {
    contact.name = name;
    if let Some(user) = user {
        let user = user.strip_prefix("whatsapp:").unwrap_or(&user);
        contact.attributes = json!({ "additional": { "whatsapp_user": user } });
    }
}

/// The files that are told, by the end of their addresses.
fn media(body: &Value) -> Vec<Medium> {
    let told = (0..MOST_FILES).map_while(|nth| {
        let text = |name: String| body.get(name)?.as_str().map(str::to_owned);
        let address = text(format!("MediaUrl{nth}"))?;
        Some((address, text(format!("MediaContentType{nth}")).unwrap_or_default()))
    });
    let named = told.filter_map(|(address, kind)| {
        let id = address.rsplit('/').next()?.to_owned();
        wire::is_id(&id, "ME").then_some((id, kind))
    });
    named.collect()
}

/// The fields that are kept, from a form or from JSON.
fn read(body: &[u8]) -> Result<Value, String> {
    let mut value = match body.first() {
        Some(b'{') => wire::record(&String::from_utf8_lossy(body)).ok_or("the body is not JSON")?,
        _ => {
            let form = Form::lenient(body).map_err(|_| "the body is not a form")?;
            let fields: Map<String, Value> =
                form.fields().map(|(name, text)| (name, Value::String(text))).collect();
            Value::Object(fields)
        }
    };
    wire::clean(&mut value);
    if let Value::Object(fields) = &mut value {
        fields.retain(|name, _| KEPT.contains(&name.as_str()) || name.starts_with("Media"));
    }
    Ok(value)
}
