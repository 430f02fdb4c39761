//! What just happened, for people who watch a dashboard: a kind, an id, a time. Never a text, a name or an address.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Applied, Source};
use crate::domain::{
    change::{Conversation, Direction, Message},
    live::stamp,
};

/// What is older than this is history that is being read, and no news.
const NEWS: SignedDuration = SignedDuration::from_mins(10);
/// Events of one transaction at most.
const MOST: usize = 20;
/// Statuses that are told; another word of a platform might be anything.
const STATUSES: [&str; 4] = ["open", "pending", "resolved", "snoozed"];

fn tell(
    applied: &mut Applied,
    source: &Source<'_>,
    at: Option<Timestamp>,
    event: impl FnOnce(String) -> Value,
) {
    let Some(at) = at else { return };
    if applied.touched.events.len() < MOST && source.now.duration_since(at) <= NEWS {
        applied.touched.events.push(event(stamp(at)));
    }
}

/// A message that was not known.
pub(super) fn message(applied: &mut Applied, source: &Source<'_>, conversation: Uuid, message: &Message) {
    let kind = match message.direction {
        _ if message.private || message.deleted_at_source => return,
        Direction::Incoming => "message_received",
        Direction::Outgoing | Direction::Template => "message_sent",
        Direction::Activity => return,
    };
    tell(
        applied,
        source,
        message.sent_at,
        |at| json!({ "kind": kind, "conversation_id": conversation, "at": at }),
    );
}

/// A conversation that was not known, or has another status than before.
pub(super) fn conversation(
    applied: &mut Applied,
    source: &Source<'_>,
    id: Uuid,
    conversation: &Conversation,
    new: bool,
) {
    let status = conversation.status.as_str();
    let Some(status) = STATUSES.iter().find(|known| **known == status) else { return };
    if new {
        tell(
            applied,
            source,
            conversation.source_created_at,
            |at| json!({ "kind": "conversation_started", "conversation_id": id, "at": at, "status": status }),
        );
    } else {
        let at = conversation.source_updated_at.or(conversation.last_activity_at);
        tell(
            applied,
            source,
            at,
            |at| json!({ "kind": "conversation_changed", "conversation_id": id, "at": at, "status": status }),
        );
    }
}
