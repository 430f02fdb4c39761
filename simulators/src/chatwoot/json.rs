//! The shapes of contacts and conversations in answers, with every trap of their types.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Version;
use super::json_message::MessageView;
use super::state::{Account, Attributes, Contact, Conversation, Inbox, MessageKind, User};
use super::world::World;

/// Epoch seconds; 0 when unset.
pub(super) fn epoch(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::as_second)
}

/// ISO 8601 in UTC with milliseconds.
pub(super) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// Attributes as the server writes them: now and then an empty object comes as an empty array.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    attributes: &'a Attributes,
    as_array: bool,
}

impl<'a> Object<'a> {
    pub(super) fn new(world: &World, owner: i64, attributes: &'a Attributes) -> Self {
        let every = world.settings.empty_arrays_every;
        Self { attributes, as_array: every > 0 && attributes.is_empty() && owner % i64::from(every) == 0 }
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.as_array { to.serialize_unit_struct_as_array() } else { self.attributes.serialize(to) }
    }
}

/// An empty JSON array.
trait EmptyArray: Serializer {
    fn serialize_unit_struct_as_array(self) -> Result<Self::Ok, Self::Error>;
}

impl<S: Serializer> EmptyArray for S {
    fn serialize_unit_struct_as_array(self) -> Result<S::Ok, S::Error> {
        let nothing: [u8; 0] = [];
        nothing.serialize(self)
    }
}

#[derive(Serialize)]
pub(super) struct ContactView<'a> {
    additional_attributes: Object<'a>,
    availability_status: &'static str,
    email: Option<&'a str>,
    id: i64,
    name: &'a str,
    phone_number: Option<&'a str>,
    blocked: bool,
    identifier: Option<&'a str>,
    thumbnail: &'static str,
    custom_attributes: Object<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_activity_at: Option<i64>,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_inboxes: Option<Vec<ContactInboxView<'a>>>,
}

#[derive(Serialize)]
struct ContactInboxView<'a> {
    source_id: &'a str,
    inbox: SlimInbox<'a>,
}

#[derive(Serialize)]
struct SlimInbox<'a> {
    id: i64,
    avatar_url: &'static str,
    channel_id: i64,
    name: &'a str,
    channel_type: &'static str,
    provider: Option<&'static str>,
}

pub(super) fn contact<'a>(
    world: &'a World,
    account: &'a Account,
    it: &'a Contact,
    with_inboxes: bool,
) -> ContactView<'a> {
    let contact_inboxes = with_inboxes.then(|| {
        it.contact_inboxes
            .iter()
            .filter_map(|link| {
                let inbox = account.inboxes.get(&link.inbox_id)?;
                Some(ContactInboxView { source_id: &link.source_id, inbox: slim(inbox) })
            })
            .collect()
    });
    ContactView {
        additional_attributes: Object::new(world, it.id, &it.additional_attributes),
        availability_status: if it.online { "online" } else { "offline" },
        email: it.email.as_deref(),
        id: it.id,
        name: &it.name,
        phone_number: it.phone_number.as_deref(),
        blocked: it.blocked,
        identifier: it.identifier.as_deref(),
        thumbnail: "",
        custom_attributes: Object::new(world, it.id, &it.custom_attributes),
        last_activity_at: it.last_activity_at.map(Timestamp::as_second),
        created_at: it.created_at.as_second(),
        contact_inboxes,
    }
}

fn slim(inbox: &Inbox) -> SlimInbox<'_> {
    SlimInbox {
        id: inbox.id,
        avatar_url: "",
        channel_id: inbox.channel_id,
        name: &inbox.name,
        channel_type: inbox.channel.type_name(),
        provider: provider(inbox),
    }
}

pub(super) fn provider(inbox: &Inbox) -> Option<&'static str> {
    (inbox.channel == super::state::Channel::Whatsapp).then_some("whatsapp_cloud")
}

#[derive(Serialize)]
pub(super) struct AgentView<'a> {
    id: i64,
    account_id: i64,
    availability_status: &'static str,
    auto_offline: bool,
    confirmed: bool,
    email: &'a str,
    available_name: &'a str,
    name: &'a str,
    role: &'static str,
    thumbnail: &'static str,
}

pub(super) fn agent<'a>(account: &Account, user: &'a User) -> AgentView<'a> {
    AgentView {
        id: user.id,
        account_id: account.id,
        availability_status: "online",
        auto_offline: true,
        confirmed: true,
        email: &user.email,
        available_name: &user.name,
        name: &user.name,
        role: match user.roles.get(&account.id) {
            Some(super::state::Role::Administrator) => "administrator",
            _ => "agent",
        },
        thumbnail: "",
    }
}

pub(super) fn team(id: i64, name: &str, account: i64) -> Value {
    json!({"id": id, "name": name, "description": null, "allow_auto_assign": true, "account_id": account,
        "is_member": false})
}

#[derive(Serialize)]
pub(super) struct ConversationView<'a> {
    meta: MetaView<'a>,
    id: i64,
    messages: Vec<MessageView<'a>>,
    account_id: i64,
    uuid: Uuid,
    additional_attributes: Object<'a>,
    agent_last_seen_at: i64,
    assignee_last_seen_at: i64,
    can_reply: bool,
    contact_last_seen_at: i64,
    custom_attributes: Object<'a>,
    inbox_id: i64,
    labels: &'a [String],
    muted: bool,
    snoozed_until: Option<String>,
    status: &'static str,
    created_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<f64>,
    timestamp: i64,
    first_reply_created_at: i64,
    unread_count: usize,
    last_non_activity_message: Option<MessageView<'a>>,
    last_activity_at: i64,
    priority: Option<&'static str>,
    waiting_since: i64,
    sla_policy_id: Option<i64>,
}

#[derive(Serialize)]
struct MetaView<'a> {
    sender: Option<ContactView<'a>>,
    channel: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee: Option<AgentView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assignee_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Value>,
    hmac_verified: bool,
}

pub(super) fn conversation<'a>(
    world: &'a World,
    account: &'a Account,
    it: &'a Conversation,
    now: Timestamp,
) -> ConversationView<'a> {
    let newest = it.messages.iter().max_by_key(|message| (message.created_at, message.id));
    let spoken = it.messages.iter().filter(|message| message.kind != MessageKind::Activity);
    let last_spoken = spoken.max_by_key(|message| (message.created_at, message.id));
    let view = |message| MessageView::embedded(world, account, it, message);
    let inbox = account.inboxes.get(&it.inbox_id);
    let assignee = it.assignee.and_then(|id| world.users.get(&id)).map(|user| agent(account, user));
    let version = world.settings.version;
    ConversationView {
        meta: MetaView {
            sender: account.contacts.get(&it.contact_id).map(|it| contact(world, account, it, false)),
            channel: inbox.map(|inbox| inbox.channel.type_name()),
            assignee_type: assignee.as_ref().filter(|_| version >= Version::V4_15).map(|_| "User"),
            assignee,
            team: it.team.and_then(|id| account.teams.get(&id).map(|name| team(id, name, account.id))),
            hmac_verified: false,
        },
        id: it.display_id,
        messages: newest.map(view).into_iter().collect(),
        account_id: account.id,
        uuid: it.uuid,
        additional_attributes: Object::new(world, it.display_id, &it.additional_attributes),
        agent_last_seen_at: epoch(it.agent_last_seen_at),
        assignee_last_seen_at: epoch(it.assignee_last_seen_at),
        can_reply: can_reply(inbox, it, now),
        contact_last_seen_at: epoch(it.contact_last_seen_at),
        custom_attributes: Object::new(world, it.display_id, &it.custom_attributes),
        inbox_id: it.inbox_id,
        labels: &it.labels,
        muted: false,
        snoozed_until: it.snoozed_until.map(iso),
        status: it.status.name(),
        created_at: it.created_at.as_second(),
        // Only since 4.0.2.
        updated_at: (version >= Version::V4_0).then(|| it.updated_at.as_microsecond() as f64 / 1e6),
        timestamp: it.last_activity_at.as_second(),
        first_reply_created_at: epoch(it.first_reply_created_at),
        unread_count: it.unread(),
        last_non_activity_message: last_spoken.map(view),
        last_activity_at: it.last_activity_at.as_second(),
        priority: it.priority.map(super::state::Priority::name),
        waiting_since: epoch(it.waiting_since),
        sla_policy_id: None,
    }
}

/// WhatsApp lets one answer freely for 24 hours after the person wrote.
pub(super) fn can_reply(inbox: Option<&Inbox>, it: &Conversation, now: Timestamp) -> bool {
    if inbox.is_none_or(|inbox| inbox.channel != super::state::Channel::Whatsapp) {
        return true;
    }
    let last = it.messages.iter().rev().find(|message| message.kind == MessageKind::Incoming);
    last.is_some_and(|message| now.as_second() - message.created_at.as_second() < 24 * 3600)
}
