//! The tables against a simulated ManyChat's ledger.
//!
//! It tells of people and texts only by calls, which nobody repeats: of those who write fast, or while nobody listened, a
//! text may be missing. So nothing may be in the tables that was never written, and everybody's last words must be there.

use std::collections::BTreeMap;

use routiq_simulators::manychat::{Ledger, LedgerMessage, LedgerSubscriber, Status};
use serde_json::{Map, Value, json};

use super::{
    Comparison, pair,
    records::{Truth, count, each},
};
use crate::store::ledger::{MessageRow, Rows};

/// Compares people, their conversations, what they wrote, tags and custom fields.
pub fn compare(rows: &Rows, truth: &Ledger) -> Comparison {
    let mut result = Comparison::counting(&[
        ("contacts", rows.contacts.iter().filter(|row| !row.deleted).count()),
        ("conversations", rows.conversations.iter().filter(|row| !row.deleted).count()),
        ("messages", rows.messages.iter().filter(|row| !row.deleted).count()),
        ("metadata", count(rows, "metadata")),
    ]);
    let active: Vec<&LedgerSubscriber> =
        truth.subscribers.iter().filter(|it| it.status == Status::Active).collect();
    contacts(rows, &active, &mut result);
    conversations(rows, &active, &mut result);
    messages(rows, truth, &active, &mut result);
    metadata(rows, truth, &mut result);
    result
}

fn contacts(rows: &Rows, active: &[&LedgerSubscriber], result: &mut Comparison) {
    let living = rows.contacts.iter().filter(|row| !row.deleted).map(|row| (row.external_id.as_str(), row));
    let told = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    for (id, row, it) in pair("contact", living, active.iter().map(|it| (it.id.as_str(), *it)), result) {
        let phone = it.whatsapp_phone.as_deref().or(it.phone.as_deref());
        result.check(told(row.name.as_deref()) == told(Some(&it.name)), "contact", id, "name");
        result.check(told(row.email.as_deref()) == told(it.email.as_deref()), "contact", id, "email");
        result.check(told(row.phone_original.as_deref()) == told(phone), "contact", id, "phone");
        let custom: Map<String, Value> = it.custom_fields.clone().into_iter().collect();
        result.check(row.attributes["custom"] == Value::Object(custom), "contact", id, "custom fields");
        let tags = match &row.attributes["additional"]["tags"] {
            Value::Null => json!([]),
            tags => tags.clone(),
        };
        result.check(tags == json!(it.tags), "contact", id, "tags");
    }
}

/// Everything that somebody writes is one conversation.
fn conversations(rows: &Rows, active: &[&LedgerSubscriber], result: &mut Comparison) {
    let living = rows.conversations.iter().filter(|row| !row.deleted);
    let wrote = active.iter().filter(|it| it.last_input_text.is_some()).map(|it| (it.id.as_str(), *it));
    let living = living.map(|row| (row.external_id.as_str(), row));
    for (id, row, it) in pair("conversation", living, wrote, result) {
        result.check(row.contact.as_deref() == Some(it.id.as_str()), "conversation", id, "contact");
        result.check(row.created_at == whole(Some(it.subscribed)), "conversation", id, "created_at");
    }
}

fn whole(at: Option<jiff::Timestamp>) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_second(at?.as_second()).ok()
}

fn messages(rows: &Rows, truth: &Ledger, active: &[&LedgerSubscriber], result: &mut Comparison) {
    let mut said: BTreeMap<&str, Vec<&LedgerMessage>> = BTreeMap::new();
    for message in &truth.messages {
        said.entry(&message.subscriber).or_default().push(message);
    }
    let living: Vec<&MessageRow> = rows.messages.iter().filter(|row| !row.deleted).collect();
    for row in &living {
        let theirs = said.get(row.conversation.as_str()).map_or(&[][..], Vec::as_slice);
        if !theirs.iter().any(|message| tells(row, message)) {
            result.note(|| format!("message {}: was never written", row.external_id));
        }
    }
    for it in active {
        let Some(last) = it.last_input_text.as_deref().map(str::trim) else { continue };
        let there = |row: &&MessageRow| row.conversation == it.id && row.content.as_deref() == Some(last);
        if !living.iter().any(there) {
            result.note(|| format!("conversation {}: the last words are missing", it.id));
        }
    }
}

/// Whether a row may come from this message: at the same second, and it ends with the text. A call about an attachment
/// repeats the text before it.
fn tells(row: &MessageRow, message: &LedgerMessage) -> bool {
    let text = row.content.as_deref().unwrap_or_default();
    row.sent_at == whole(Some(message.at))
        && row.direction == "incoming"
        && message.text.as_deref().is_none_or(|told| text.ends_with(told.trim()))
}

fn metadata(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let page = truth.name.clone();
    let tags = truth.tags.iter().map(|(id, name)| (format!("tag:{id}"), name));
    let fields = truth.fields.iter().map(|field| (format!("custom_field:{}", field.id), &field.name));
    let own = std::iter::once((format!("settings:{}", truth.page), &page));
    let named: Vec<(String, &String)> = tags.chain(fields).chain(own).collect();
    let named: Vec<Truth<'_, String>> = named.into_iter().map(|(id, record)| Truth { id, record }).collect();
    each(rows, "metadata", &named, result, |sheet, name| sheet.text("name", Some(name)));
}
