//! Messages of one conversation. What is selected follows `created_at`, what is filtered follows the id.

use std::cmp::Reverse;

use serde::Serialize;
use serde_json::json;

use super::super::json;
use super::super::json_message::{AttachmentView, MessageView};
use super::super::reply::Reply;
use super::super::state::{Message, MessageKind};
use super::{Visit, to_i};

#[derive(Serialize)]
struct Page<'a> {
    meta: serde_json::Value,
    payload: Vec<MessageView<'a>>,
}

pub(super) fn list(visit: &Visit<'_>, id: &str) -> Result<Reply, Reply> {
    let conversation = visit.conversation(id)?;
    visit.saw_conversation(conversation);
    let public_only = visit.query.get("filter_internal_messages").is_some();
    let shown =
        |message: &&Message| !public_only || !(message.private || message.kind == MessageKind::Activity);
    let all: Vec<&Message> = conversation.messages.iter().filter(shown).collect();
    let after = visit.query.get("after").map(to_i);
    let before = visit.query.get("before").map(to_i);
    let rows = match (after, before) {
        (Some(after), Some(before)) => oldest(visit, all, 1000, |id| after <= id && id < before),
        (Some(after), None) => oldest(visit, all, 100, |id| id > after),
        (None, Some(before)) => newest(visit, all, |id| id < before),
        (None, None) => newest(visit, all, |_| true),
    };
    let account = visit.account;
    let mut meta = json!({
        "labels": conversation.labels,
        "additional_attributes": conversation.additional_attributes,
        "contact": account.contacts.get(&conversation.contact_id)
            .map(|it| json::contact(visit.world, account, it, false)),
        // Texts here, numbers everywhere else.
        "agent_last_seen_at": conversation.agent_last_seen_at.map(json::iso),
        "assignee_last_seen_at": conversation.assignee_last_seen_at.map(json::iso),
    });
    if let Some(user) = conversation.assignee.and_then(|id| visit.world.users.get(&id)) {
        meta["assignee"] = json!(json::agent(account, user));
    }
    let payload =
        rows.into_iter().map(|it| MessageView::listed(visit.world, account, conversation, it)).collect();
    Ok(Reply::json(&Page { meta, payload }))
}

fn oldest<'a>(
    visit: &Visit<'_>,
    mut rows: Vec<&'a Message>,
    limit: usize,
    wanted: impl Fn(i64) -> bool,
) -> Vec<&'a Message> {
    rows.retain(|message| wanted(message.id));
    rows.sort_by_key(|message| (message.created_at, visit.tie(message.id)));
    rows.truncate(limit);
    rows
}

fn newest<'a>(
    visit: &Visit<'_>,
    mut rows: Vec<&'a Message>,
    wanted: impl Fn(i64) -> bool,
) -> Vec<&'a Message> {
    rows.retain(|message| wanted(message.id));
    rows.sort_by_key(|message| (Reverse(message.created_at), visit.tie(message.id)));
    rows.truncate(20);
    rows.reverse();
    rows
}

/// All files of a conversation, newest first, 100 a page.
pub(super) fn attachments(visit: &Visit<'_>, id: &str) -> Result<Reply, Reply> {
    let conversation = visit.conversation(id)?;
    let mut rows: Vec<_> = conversation
        .messages
        .iter()
        .flat_map(|message| message.attachments.iter().map(move |file| (message, file)))
        .collect();
    rows.sort_by_key(|(message, file)| Reverse((message.created_at, file.id)));
    let payload: Vec<AttachmentView<'_>> = visit
        .page(&rows, 100)
        .into_iter()
        .map(|(message, file)| AttachmentView::new(visit.world, visit.account, message, file))
        .collect();
    Ok(Reply::json(&json!({"meta": {"total_count": rows.len()}, "payload": payload})))
}
