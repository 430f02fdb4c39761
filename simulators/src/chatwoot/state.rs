//! What one installation knows: plain records, as its database would hold them.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

/// Free-form attributes as stored in a JSON column.
pub type Attributes = Map<String, Value>;

/// One tenant of the installation.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) suspended: bool,
    pub(crate) contacts: BTreeMap<i64, Contact>,
    /// By display id.
    pub(crate) conversations: BTreeMap<i64, Conversation>,
    pub(crate) inboxes: BTreeMap<i64, Inbox>,
    pub(crate) teams: BTreeMap<i64, String>,
    pub(crate) labels: BTreeMap<i64, (String, String)>,
    pub(crate) webhooks: BTreeMap<i64, Webhook>,
    pub(crate) next_display_id: i64,
    pub(crate) emails: HashMap<String, i64>,
    pub(crate) phones: HashMap<String, i64>,
    pub(crate) gone_contacts: Vec<Contact>,
    pub(crate) gone_conversations: Vec<Conversation>,
}

/// A person an account knows.
#[derive(Debug, Clone)]
pub(crate) struct Contact {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) identifier: Option<String>,
    pub(crate) blocked: bool,
    pub(crate) online: bool,
    pub(crate) additional_attributes: Attributes,
    pub(crate) custom_attributes: Attributes,
    pub(crate) last_activity_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) contact_inboxes: Vec<ContactInbox>,
    /// Where the row lies in its table: an update writes a new row version further back.
    pub(crate) heap_position: u64,
    /// Whether an answer that arrived whole ever contained it.
    pub(crate) served: Cell<bool>,
}

impl Contact {
    /// Whether lists, search and filter show it.
    pub(crate) fn resolved(&self) -> bool {
        [&self.email, &self.phone_number, &self.identifier]
            .into_iter()
            .any(|field| field.as_deref().is_some_and(|text| !text.is_empty()))
    }
}

/// A contact's address in one inbox.
#[derive(Debug, Clone)]
pub(crate) struct ContactInbox {
    pub(crate) inbox_id: i64,
    pub(crate) source_id: String,
}

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Status {
    Open,
    Resolved,
    Pending,
    Snoozed,
}

impl Status {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Pending => "pending",
            Self::Snoozed => "snoozed",
        }
    }
}

/// How urgent a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Priority {
    Low,
    Medium,
    High,
    Urgent,
}

impl Priority {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

/// A conversation with all its messages in order of insertion, which is the order of their ids.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) display_id: i64,
    pub(crate) uuid: Uuid,
    pub(crate) inbox_id: i64,
    pub(crate) contact_id: i64,
    pub(crate) status: Status,
    pub(crate) priority: Option<Priority>,
    pub(crate) labels: Vec<String>,
    pub(crate) assignee: Option<i64>,
    pub(crate) team: Option<i64>,
    pub(crate) additional_attributes: Attributes,
    pub(crate) custom_attributes: Attributes,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) last_activity_at: Timestamp,
    pub(crate) first_reply_created_at: Option<Timestamp>,
    pub(crate) waiting_since: Option<Timestamp>,
    pub(crate) agent_last_seen_at: Option<Timestamp>,
    pub(crate) assignee_last_seen_at: Option<Timestamp>,
    pub(crate) contact_last_seen_at: Option<Timestamp>,
    pub(crate) snoozed_until: Option<Timestamp>,
    pub(crate) messages: Vec<Message>,
    pub(crate) served: Cell<bool>,
}

impl Conversation {
    pub(crate) fn message(&self, id: i64) -> Option<&Message> {
        let at = self.messages.binary_search_by_key(&id, |message| message.id).ok()?;
        self.messages.get(at)
    }

    pub(crate) fn message_mut(&mut self, id: i64) -> Option<&mut Message> {
        let at = self.messages.binary_search_by_key(&id, |message| message.id).ok()?;
        self.messages.get_mut(at)
    }

    /// Incoming messages that no agent has seen.
    pub(crate) fn unread(&self) -> usize {
        let seen = self.agent_last_seen_at;
        self.messages
            .iter()
            .rev()
            .filter(|m| m.kind == MessageKind::Incoming && seen.is_none_or(|seen| m.created_at > seen))
            .count()
    }
}

/// Who speaks in a message, in the sense of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// From the contact.
    #[default]
    Incoming,
    /// From an agent, a bot or a program.
    Outgoing,
    /// Written by the installation about what happened.
    Activity,
    /// A greeting or a survey.
    Template,
}

impl MessageKind {
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::Incoming => 0,
            Self::Outgoing => 1,
            Self::Activity => 2,
            Self::Template => 3,
        }
    }
}

/// How far an outgoing message got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Delivery {
    Sent,
    Delivered,
    Read,
    Failed,
}

/// The author of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case", tag = "type", content = "id")]
pub enum Sender {
    /// Nobody: the key is absent.
    #[default]
    None,
    /// A contact.
    Contact(i64),
    /// An agent.
    User(i64),
    /// A bot.
    AgentBot(i64),
    /// The built-in assistant.
    CaptainAssistant(i64),
}

/// One message.
#[derive(Debug)]
pub(crate) struct Message {
    /// Unique in the installation.
    pub(crate) id: i64,
    pub(crate) content: Option<String>,
    pub(crate) kind: MessageKind,
    pub(crate) content_type: &'static str,
    pub(crate) status: Delivery,
    pub(crate) private: bool,
    pub(crate) deleted: bool,
    pub(crate) sender: Sender,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) source_id: Option<String>,
    pub(crate) content_attributes: Attributes,
    pub(crate) attachments: Vec<Attachment>,
}

/// What kind of file an attachment is; decides which fields it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum FileType {
    Image,
    Audio,
    Video,
    File,
    Location,
    Fallback,
    Contact,
}

/// A file or what stands for one.
#[derive(Debug, Clone)]
pub(crate) struct Attachment {
    pub(crate) id: i64,
    pub(crate) file_type: FileType,
    pub(crate) extension: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) file_size: u32,
    /// Whether the picture was measured: width and height are null until then.
    pub(crate) measured: bool,
}

/// How people reach an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Channel {
    WebWidget,
    Api,
    Email,
    Whatsapp,
    TwilioSms,
    Telegram,
}

impl Channel {
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::WebWidget => "Channel::WebWidget",
            Self::Api => "Channel::Api",
            Self::Email => "Channel::Email",
            Self::Whatsapp => "Channel::Whatsapp",
            Self::TwilioSms => "Channel::TwilioSms",
            Self::Telegram => "Channel::Telegram",
        }
    }
}

/// One inbox with the secrets of its channel.
#[derive(Debug)]
pub(crate) struct Inbox {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) channel: Channel,
    pub(crate) channel_id: i64,
    pub(crate) phone_number: Option<String>,
    pub(crate) time_zone: String,
    pub(crate) secret: String,
    /// Where an API inbox posts its own conversations and messages to.
    pub(crate) webhook_url: Option<String>,
}

impl Inbox {
    /// What an API inbox signs with.
    pub(crate) fn signing_secret(&self) -> String {
        format!("planted-secret-{}", self.secret)
    }
}

/// A webhook an administrator registered.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) id: i64,
    pub(crate) name: Option<String>,
    pub(crate) url: String,
    pub(crate) subscriptions: Vec<String>,
    pub(crate) secret: String,
}

/// What a person may see in one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Administrator,
    /// The conversations of some inboxes.
    Agent {
        /// Those inboxes.
        inboxes: BTreeSet<i64>,
    },
}

/// A person who works with the installation.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) roles: BTreeMap<i64, Role>,
    pub(crate) token: String,
}

/// A program that answers.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) account_id: i64,
    pub(crate) name: String,
}

/// Whom a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    User(i64),
    Bot(i64),
}
