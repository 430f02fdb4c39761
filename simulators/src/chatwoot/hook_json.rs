//! The bodies of webhooks. They resemble the answers of the interface and differ where it hurts: a message's type is
//! a word and its time a text here, while the message inside a conversation has a number for both.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Version;
use super::deliveries::Subject;
use super::json::{self, Object, epoch, iso};
use super::json_message::{AttachmentView, MessageView};
use super::state::{Account, Contact, Conversation, Message, MessageKind, Sender};
use super::world::World;

/// A job's body; `None` when what it is about is gone.
pub(super) fn body(
    world: &World,
    account: i64,
    event: &str,
    subject: Subject,
    changed: &Value,
    now: Timestamp,
) -> Option<Value> {
    let account = world.accounts.get(&account)?;
    let conversation = |id| account.conversations.get(&id);
    let mut body = match subject {
        Subject::Contact(id) => contact(world, account, account.contacts.get(&id)?),
        Subject::Conversation(id) => self::conversation(world, account, conversation(id)?, now),
        Subject::Message { conversation: id, message } => {
            let conversation = conversation(id)?;
            self::message(world, account, conversation, conversation.message(message)?, now)
        }
        Subject::Typing { conversation: id, user } => {
            let conversation = conversation(id)?;
            let user = match user {
                Some(user) => agent(world, user)?,
                None => contact_event(world, account.contacts.get(&conversation.contact_id)?),
            };
            let conversation = self::conversation(world, account, conversation, now);
            json!({"user": user, "conversation": conversation, "is_private": false})
        }
        Subject::Widget { contact: id } => widget(world, account, account.contacts.get(&id)?, now),
    };
    body["event"] = json!(event);
    if !event.ends_with("_created") && event.starts_with("con") && !event.contains("typing") {
        body["changed_attributes"] = changed.clone();
    }
    Some(body)
}

fn name(account: &Account) -> Value {
    json!({"id": account.id, "name": account.name})
}

fn contact(world: &World, account: &Account, it: &Contact) -> Value {
    json!({
        "id": it.id, "name": it.name, "email": it.email, "phone_number": it.phone_number,
        "identifier": it.identifier, "blocked": it.blocked, "avatar": "", "thumbnail": "",
        "additional_attributes": Object::new(world, it.id, &it.additional_attributes),
        "custom_attributes": Object::new(world, it.id, &it.custom_attributes),
        "account": name(account),
    })
}

/// As the sender of a conversation: with its type, without the account.
fn contact_event(world: &World, it: &Contact) -> Value {
    json!({
        "id": it.id, "name": it.name, "email": it.email, "phone_number": it.phone_number,
        "identifier": it.identifier, "blocked": it.blocked, "thumbnail": "", "type": "contact",
        "additional_attributes": Object::new(world, it.id, &it.additional_attributes),
        "custom_attributes": Object::new(world, it.id, &it.custom_attributes),
    })
}

fn agent(world: &World, id: i64) -> Option<Value> {
    let user = world.users.get(&id)?;
    Some(json!({"id": id, "name": user.name, "available_name": user.name, "avatar_url": "", "type": "user",
        "availability_status": null, "thumbnail": ""}))
}

/// The author of a message. Contacts carry no type here, everybody else does.
fn sender(world: &World, account: &Account, of: Sender) -> Value {
    match of {
        Sender::None => Value::Null,
        Sender::Contact(id) => {
            account.contacts.get(&id).map_or(Value::Null, |it| contact(world, account, it))
        }
        Sender::User(id) => world.users.get(&id).map_or(
            Value::Null,
            |user| json!({"id": id, "name": user.name, "email": user.email, "type": "user"}),
        ),
        Sender::AgentBot(id) => world
            .bots
            .get(&id)
            .map_or(Value::Null, |bot| json!({"id": id, "name": bot.name, "type": "agent_bot"})),
        Sender::CaptainAssistant(id) => {
            json!({"id": id, "name": crate::names::ASSISTANT, "type": "captain_assistant"})
        }
    }
}

fn message(world: &World, account: &Account, of: &Conversation, it: &Message, now: Timestamp) -> Value {
    let inbox = account.inboxes.get(&of.inbox_id);
    let mut body = json!({
        "id": it.id, "content": it.content, "message_type": kind(it.kind), "content_type": it.content_type,
        "private": it.private, "created_at": iso(it.created_at), "source_id": it.source_id,
        "content_attributes": Object::new(world, it.id, &it.content_attributes),
        "additional_attributes": {}, "account": name(account),
        "inbox": {"id": of.inbox_id, "name": inbox.map(|inbox| &inbox.name)},
        "sender": sender(world, account, it.sender),
        "conversation": conversation(world, account, of, now),
    });
    if !it.attachments.is_empty() {
        let files = it.attachments.iter().map(|file| json!(AttachmentView::new(world, account, it, file)));
        body["attachments"] = files.collect();
    }
    body
}

fn kind(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Incoming => "incoming",
        MessageKind::Outgoing => "outgoing",
        MessageKind::Activity => "activity",
        MessageKind::Template => "template",
    }
}

fn conversation(world: &World, account: &Account, it: &Conversation, now: Timestamp) -> Value {
    let version = world.settings.version;
    let inbox = account.inboxes.get(&it.inbox_id);
    let spoken = it.messages.iter().filter(|m| m.kind != MessageKind::Activity && !m.private);
    let last = spoken.max_by_key(|message| (message.created_at, message.id));
    let assignee = it.assignee.and_then(|id| agent(world, id));
    let team = it.team.and_then(|id| account.teams.get(&id).map(|name| json!({"id": id, "name": name})));
    let mut body = json!({
        "id": it.display_id, "inbox_id": it.inbox_id, "status": it.status.name(),
        "channel": inbox.map(|inbox| inbox.channel.type_name()), "can_reply": json::can_reply(inbox, it, now),
        "labels": it.labels, "priority": it.priority.map(super::state::Priority::name),
        "additional_attributes": Object::new(world, it.display_id, &it.additional_attributes),
        "custom_attributes": Object::new(world, it.display_id, &it.custom_attributes),
        "snoozed_until": it.snoozed_until.map(iso), "unread_count": it.unread(),
        "first_reply_created_at": it.first_reply_created_at.map(iso), "waiting_since": epoch(it.waiting_since),
        "created_at": it.created_at.as_second(), "timestamp": it.last_activity_at.as_second(),
        "last_activity_at": it.last_activity_at.as_second(), "agent_last_seen_at": epoch(it.agent_last_seen_at),
        "contact_last_seen_at": epoch(it.contact_last_seen_at),
        "contact_inbox": contact_inbox(account, it),
        "meta": {
            "sender": account.contacts.get(&it.contact_id).map(|contact| contact_event(world, contact)),
            "assignee_type": assignee.as_ref().map(|_| "User"), "assignee": assignee, "team": team,
            "hmac_verified": false,
        },
        "messages": last
            .map(|message| json!(MessageView::embedded(world, account, it, message)))
            .into_iter()
            .collect::<Vec<_>>(),
    });
    if version >= Version::V4_0 {
        body["updated_at"] = json!(it.updated_at.as_microsecond() as f64 / 1e6);
    }
    if version >= Version::V4_15 {
        body["account"] = name(account);
    }
    body
}

/// The way by which the contact came, with a secret that nobody should keep.
fn contact_inbox(account: &Account, it: &Conversation) -> Value {
    let Some(contact) = account.contacts.get(&it.contact_id) else { return Value::Null };
    let link = contact.contact_inboxes.iter().find(|link| link.inbox_id == it.inbox_id);
    json!({
        "id": contact.id * 8 + it.inbox_id % 8, "contact_id": contact.id, "inbox_id": it.inbox_id,
        "source_id": link.map_or_else(|| it.uuid.to_string(), |link| link.source_id.clone()),
        "hmac_verified": false, "pubsub_token": format!("planted-pubsub-{}", it.uuid.simple()),
        "created_at": iso(contact.created_at), "updated_at": iso(contact.created_at),
    })
}

fn widget(world: &World, account: &Account, it: &Contact, now: Timestamp) -> Value {
    let link = it.contact_inboxes.first();
    let inbox = link.and_then(|link| account.inboxes.get(&link.inbox_id));
    let current = account.conversations.values().rev().find(|conversation| conversation.contact_id == it.id);
    json!({
        "id": it.id * 8, "contact": contact(world, account, it), "account": name(account),
        "inbox": inbox.map(|inbox| json!({"id": inbox.id, "name": inbox.name})),
        "current_conversation": current.map(|current| conversation(world, account, current, now)),
        "source_id": link.map(|link| &link.source_id),
        "event_info": {"initiated_at": {"timestamp": iso(now)}, "referer": "https://practice.example.org/"},
    })
}

/// The columns of a contact whose changes are told.
pub(super) fn contact_columns(it: &Contact) -> Value {
    json!({"name": it.name, "email": it.email, "phone_number": it.phone_number, "identifier": it.identifier,
        "blocked": it.blocked, "additional_attributes": it.additional_attributes,
        "custom_attributes": it.custom_attributes})
}

/// The columns of a conversation whose changes are told.
pub(super) fn conversation_columns(it: &Conversation) -> Value {
    json!({"status": it.status.name(), "priority": it.priority.map(super::state::Priority::name),
        "label_list": it.labels, "assignee_id": it.assignee, "team_id": it.team,
        "custom_attributes": it.custom_attributes, "snoozed_until": it.snoozed_until.map(iso),
        "waiting_since": it.waiting_since.map(iso)})
}

/// One object for each column that differs, with one key; null when none does.
pub(super) fn differences(before: Value, after: Value, at: Timestamp) -> Value {
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return Value::Null };
    let mut all: Vec<Value> = before
        .into_iter()
        .filter_map(|(column, previous)| {
            let current = after.get(&column)?;
            (*current != previous).then(|| changed(&column, &previous, current))
        })
        .collect();
    if all.is_empty() {
        return Value::Null;
    }
    let before = at.checked_sub(jiff::SignedDuration::from_secs(60)).unwrap_or(at);
    all.push(changed("updated_at", &json!(iso(before)), &json!(iso(at))));
    Value::Array(all)
}

/// What changed when a contact was heard of.
pub(super) fn activity(previous: Option<Timestamp>, at: Timestamp) -> Value {
    json!([changed("last_activity_at", &json!(previous.map(iso)), &json!(iso(at)))])
}

fn changed(column: &str, previous: &Value, current: &Value) -> Value {
    let change = json!({"previous_value": previous, "current_value": current});
    Value::Object(Map::from_iter([(column.to_owned(), change)]))
}
