//! What a practice's automations call us with, as changes.
//!
//! A call carries the subscriber, and the text they wrote last: without ids, without order, sometimes the same text
//! again. Messages are best effort: two typed quickly may come as one, and an answer of the practice's staff never comes.
//! A subscriber who is new, or told otherwise than known, is read from the API, which alone knows their tags.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{map, plan::CONTACTS, wire};
use crate::{
    domain::{
        change::{Change, Kind, Record},
        stream::{Page, Rejected, StateChange, Urgency},
    },
    platforms::{Account, Heard, Told},
};

/// Maps one call.
pub(super) fn heard(account: &Account, told: &Told<'_>) -> Result<Heard, String> {
    let body: Value = serde_json::from_slice(told.body)
        .map_err(|_| "the body is not JSON: a text with quotes or line ends was inserted into it as it is")?;
    let contact = body.get("contact").filter(|contact| contact.is_object()).unwrap_or(&body);
    let page = wire::id(contact, "page_id")
        .or_else(|_| wire::id(&body, "page_id"))
        .map_err(|unfit| unfit.to_string())?;
    if page != account.external_id {
        return Err("page_id: names another account, which is never allowed".to_owned());
    }
    let mut page = Page {
        stream: CONTACTS,
        request: format!("webhook {}", told.id),
        observed_at: told.received_at,
        ..Page::default()
    };
    let kept = json!({
        "contact": trimmed(contact),
        "event": wire::text(&body, "event"),
        "text": wire::text(&body, "text"),
        "channel": wire::text(&body, "channel"),
        "received_at": told.received_at,
        "signed": told.signed,
    });
    let only_if_changed = told.signed.then_some(Kind::Contact);
    if let Some(id) = read(&mut page, &kept, &account.region, told.received_at) {
        page.state.push(StateChange::Due {
            stream: CONTACTS,
            external_ids: vec![id],
            work: json!({ "refresh": true }),
            urgency: Urgency::Live,
            only_if_changed,
            not_before: None,
        });
    }
    Ok(Heard::Page(Box::new(page)))
}

/// Maps what is kept of a call: everything its changes are made from. Answers who wrote, where that can be read. An unsigned
/// call says nothing that is believed.
pub(super) fn read(page: &mut Page, kept: &Value, region: &str, accepted: Timestamp) -> Option<String> {
    let raw = page.raw.len();
    page.raw.push(kept.to_string());
    let contact = kept.get("contact").unwrap_or(&Value::Null);
    let known = match map::contact(contact, region) {
        Ok(known) => known,
        Err(unfit) => {
            page.rejected.push(Rejected {
                kind: Kind::Contact,
                external_id: None,
                reason: unfit.to_string(),
                raw,
            });
            return None;
        }
    };
    let id = known.external_id.clone();
    if wire::truth(kept, "signed") != Some(true) {
        return Some(id);
    }
    let change = |record, source_version| Change::new(record, source_version, raw);
    if says_something(wire::text(kept, "event").as_deref()) {
        let text = wire::text(contact, "last_input_text").or_else(|| wire::text(kept, "text"));
        let version = known.last_activity_at.map(|at| at.as_microsecond());
        let channel = map::channel(wire::text(kept, "channel"), contact);
        page.changes.push(change(Record::Conversation(map::conversation(&known, &channel)), version));
        if let Some(text) = text {
            let received_at = wire::time(kept, "received_at").unwrap_or(accepted);
            page.changes.push(change(Record::Message(map::message(&known, &text, received_at)), None));
        }
    }
    page.changes.push(change(Record::Contact(known), None));
    Some(id)
}

/// Whether the event is about something written: a call without an event is made where somebody writes.
fn says_something(event: Option<&str>) -> bool {
    matches!(event, None | Some("message_received"))
}

/// Leaves of a subscriber what is read, without what nobody needs.
fn trimmed(contact: &Value) -> Value {
    let mut contact = contact.clone();
    if let Some(fields) = contact.as_object_mut() {
        fields.remove("profile_pic");
        fields.remove("user_refs");
    }
    contact
}
