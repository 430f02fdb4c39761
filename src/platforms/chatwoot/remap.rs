//! Kept records, mapped once more. What was asked tells what a page's records are; what was told is told apart by what only
//! one kind of record has.

use serde_json::Value;

use super::{
    history::Due,
    items::{due, gone},
    map::Mapper,
    plan::{AGENTS, CONTACTS, CONVERSATIONS, INBOXES, MESSAGES},
    wire::{self, Fields},
};
use crate::{
    domain::{
        change::{Kind, Record},
        stream::{Page, Urgency},
    },
    platforms::{Account, Stored},
};

const STREAMS: [(&str, Kind); 5] = [
    (INBOXES, Kind::Inbox),
    (AGENTS, Kind::Agent),
    (CONTACTS, Kind::Contact),
    (CONVERSATIONS, Kind::Conversation),
    (MESSAGES, Kind::Message),
];

pub(super) fn remap(account: &Account, stored: &Stored<'_>) -> Result<Page, String> {
    let known = STREAMS.into_iter().find(|(stream, _)| *stream == stored.stream);
    let (stream, kind) = match known {
        Some(known) => known,
        None if stored.told => (CONVERSATIONS, Kind::Conversation),
        None => return Err("it belongs to a stream that this version does not know".to_owned()),
    };
    let asked = conversation(stored.request);
    let mut page = Page {
        stream,
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    for record in stored.records {
        let Some(value) = wire::record(record.get()) else {
            mapper(&mut page, account).record(kind, record, asked);
            continue;
        };
        if let Some(id) = tombstone(&value) {
            // Messages that are asked for and not there: their conversation is gone.
            let kind = if kind == Kind::Message { Kind::Conversation } else { kind };
            gone(&mut page, kind, &id);
        } else if stored.told {
            let told = Fields::of(&value).and_then(|fields| fields.maybe_whole_id("conversation_id"));
            let told = told.ok().flatten().unwrap_or_default();
            mapper(&mut page, account).value(kind_of(&value), value, &told, false);
        } else {
            mapper(&mut page, account).value(kind, value, asked, false);
        }
    }
    // Conversations that come to be by this are read, as those are that a list shows.
    let shown = page.changes.iter().filter(|change| !matches!(change.record, Record::Gone { .. }));
    let shown = shown.filter(|change| change.record.kind() == Kind::Conversation);
    let ids: Vec<String> = shown.map(|change| change.record.external_id().to_owned()).collect();
    if !ids.is_empty() {
        page.state.push(due(ids, &Due::default(), Urgency::Backfill, Some(Kind::Conversation)));
    }
    Ok(page)
}

fn mapper<'a>(page: &'a mut Page, account: &'a Account) -> Mapper<'a> {
    Mapper { page, region: &account.region }
}

/// The conversation whose messages were asked for.
fn conversation(request: &str) -> &str {
    let rest = request.split_once("/conversations/").map_or("", |(_, rest)| rest);
    rest.split_once("/messages").map_or("", |(id, _)| id)
}

/// The id that a tombstone names: the answer's status in place of a record.
fn tombstone(value: &Value) -> Option<String> {
    let fields = value.as_object().filter(|fields| fields.len() == 2)?;
    let gone = fields.get("status").and_then(Value::as_u64) == Some(404);
    gone.then(|| fields.get("id").and_then(Value::as_str).map(str::to_owned))?
}

fn kind_of(value: &Value) -> Kind {
    let has = |name: &str| value.get(name).is_some();
    if has("conversation_id") || has("message_type") {
        Kind::Message
    } else if has("meta") || has("inbox_id") || has("status") {
        Kind::Conversation
    } else {
        Kind::Contact
    }
}
