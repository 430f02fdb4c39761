//! The tables against a simulated Chatwoot's ledger: row for row, field for field, messages in order.

use std::collections::BTreeMap;

use routiq_simulators::chatwoot::{Ledger, LedgerMessage, MessageKind};
use serde_json::{Value, json};

use super::{Comparison, pair, word};
use crate::store::ledger::{ContactRow, ConversationRow, MessageRow, Rows};

/// Compares row for row, field for field, and messages in order.
pub fn compare(rows: &Rows, truth: &Ledger) -> Comparison {
    let mut result = Comparison::counting(&[
        ("contacts", rows.contacts.iter().filter(|row| !row.deleted).count()),
        ("conversations", rows.conversations.iter().filter(|row| !row.deleted).count()),
        ("messages", rows.messages.iter().filter(|row| !row.deleted).count()),
        ("attachments", rows.attachments.len()),
    ]);
    contacts(rows, truth, &mut result);
    conversations(rows, truth, &mut result);
    messages(rows, truth, &mut result);
    attachments(rows, truth, &mut result);
    result
}

fn contacts(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let living = rows.contacts.iter().filter(|row| !row.deleted).map(|row| (row.external_id.as_str(), row));
    let true_ones = truth.contacts.iter().filter(|row| !row.deleted).map(|row| (row.id.as_str(), row));
    let empty = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    for (id, row, truth) in pair("contact", living, true_ones, result) {
        let ContactRow { name, email, phone_original, identifier, blocked, attributes, .. } = row;
        result.check(name.clone().unwrap_or_default() == truth.name, "contact", id, "name");
        result.check(empty(email) == empty(&truth.email), "contact", id, "email");
        result.check(empty(phone_original) == empty(&truth.phone_number), "contact", id, "phone");
        result.check(empty(identifier) == empty(&truth.identifier), "contact", id, "identifier");
        result.check(*blocked == truth.blocked, "contact", id, "blocked");
        let wanted = json!({ "custom": truth.custom_attributes, "additional": truth.additional_attributes });
        result.check(same_attributes(attributes, &wanted), "contact", id, "attributes");
    }
}

/// Absent and empty attributes are the same.
fn same_attributes(stored: &Value, wanted: &Value) -> bool {
    let part = |value: &Value, key: &str| match &value[key] {
        Value::Object(map) => Value::Object(map.clone()),
        _ => json!({}),
    };
    ["custom", "additional"].iter().all(|key| part(stored, key) == part(wanted, key))
}

fn conversations(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let living =
        rows.conversations.iter().filter(|row| !row.deleted).map(|row| (row.external_id.as_str(), row));
    let true_ones = truth.conversations.iter().filter(|row| !row.deleted).map(|row| (row.id.as_str(), row));
    for (id, row, truth) in pair("conversation", living, true_ones, result) {
        let ConversationRow {
            external_uuid, contact, inbox, status, priority, labels, assignee_name, ..
        } = row;
        result.check(
            external_uuid.as_deref() == Some(truth.uuid.to_string().as_str()),
            "conversation",
            id,
            "uuid",
        );
        result.check(contact.as_deref() == Some(truth.contact_id.as_str()), "conversation", id, "contact");
        result.check(inbox.as_deref() == Some(truth.inbox_id.as_str()), "conversation", id, "inbox");
        result.check(word(&truth.status) == Some(status.clone()), "conversation", id, "status");
        result.check(truth.priority.as_ref().and_then(word) == *priority, "conversation", id, "priority");
        result.check(*labels == truth.labels, "conversation", id, "labels");
        result.check(*assignee_name == truth.assignee_name, "conversation", id, "assignee");
        result.check(row.created_at == Some(truth.created_at), "conversation", id, "created_at");
        result.check(
            row.last_activity_at == Some(truth.last_activity_at),
            "conversation",
            id,
            "last_activity_at",
        );
    }
}

fn messages(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let living = rows.messages.iter().filter(|row| !row.deleted).map(|row| (row.external_id.as_str(), row));
    let true_ones = truth.messages.iter().map(|row| (row.id.as_str(), row));
    for (id, row, truth) in pair("message", living, true_ones, result) {
        let MessageRow {
            conversation,
            content,
            direction,
            private,
            sender,
            sender_name,
            delivery_status,
            ..
        } = row;
        result.check(*conversation == truth.conversation_id, "message", id, "conversation");
        result.check(*content == truth.content, "message", id, "content");
        result.check(*direction == direction_of(truth), "message", id, "direction");
        result.check(*private == truth.private, "message", id, "private");
        let true_sender = truth.sender.as_ref();
        result.check(sender.as_deref() == true_sender.map(|s| s.id.as_str()), "message", id, "sender");
        result.check(
            sender_name.as_deref() == true_sender.map(|s| s.name.as_str()),
            "message",
            id,
            "sender's name",
        );
        result.check(*delivery_status == word(&truth.status), "message", id, "status");
        result.check(row.sent_at == Some(truth.created_at), "message", id, "created_at");
        result.check(row.deleted_at_source == truth.deleted, "message", id, "deleted");
        result.check(
            usize::try_from(row.attachments) == Ok(truth.attachments.len()),
            "message",
            id,
            "attachments",
        );
    }
    order(rows, truth, result);
}

fn direction_of(message: &LedgerMessage) -> &'static str {
    match message.kind {
        MessageKind::Incoming => "incoming",
        MessageKind::Outgoing => "outgoing",
        MessageKind::Activity => "activity",
        MessageKind::Template => "template",
    }
}

/// Each conversation's messages stand in the order in which they were said.
fn order(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in rows.messages.iter().filter(|row| !row.deleted) {
        told.entry(&row.conversation).or_default().push(&row.external_id);
    }
    let mut said: BTreeMap<&str, Vec<&LedgerMessage>> = BTreeMap::new();
    for message in &truth.messages {
        said.entry(&message.conversation_id).or_default().push(message);
    }
    for (conversation, mut messages) in said {
        messages.sort_by_key(|message| (message.created_at, message.id.parse::<i64>().unwrap_or(i64::MAX)));
        let wanted: Vec<&str> = messages.into_iter().map(|message| message.id.as_str()).collect();
        if told.get(conversation).is_none_or(|ids| *ids != wanted) {
            result.note(|| format!("conversation {conversation}: messages are not in order"));
        }
    }
}

fn attachments(rows: &Rows, truth: &Ledger, result: &mut Comparison) {
    let living = rows.attachments.iter().map(|row| (row.external_id.as_str(), row));
    let true_ones = truth.messages.iter().flat_map(|message| {
        message.attachments.iter().map(move |attachment| (attachment.id.as_str(), (message, attachment)))
    });
    for (id, row, (message, truth)) in pair("attachment", living, true_ones, result) {
        result.check(row.message == message.id, "attachment", id, "message");
        result.check(Some(row.file_type.clone()) == word(&truth.file_type), "attachment", id, "file type");
        result.check(row.file_size == truth.file_size.map(i64::from), "attachment", id, "size");
        result.check(row.source_url == truth.data_url, "attachment", id, "link");
    }
}
