//! Conversations, what was said in them, and the channels they come through.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::domain::fingerprint::{Digester, Fingerprint};

/// A conversation between a person and the practice.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Conversation {
    /// The id at the platform.
    pub external_id: String,
    /// The platform's globally unique id, where it has one.
    pub external_uuid: Option<String>,
    /// The person's id at the platform.
    pub contact: Option<String>,
    /// The inbox's id at the platform.
    pub inbox: Option<String>,
    /// The kind of channel, such as `Channel::Whatsapp`.
    pub channel: Option<String>,
    /// `open`, `resolved`, `pending`, `snoozed`, or what the platform newly says.
    pub status: String,
    /// `low`, `medium`, `high`, `urgent`.
    pub priority: Option<String>,
    /// Labels in the platform's order.
    pub labels: Vec<String>,
    /// Who answers, by name.
    pub assignee_name: Option<String>,
    /// Who answers, by id at the platform.
    pub assignee: Option<String>,
    /// The team's name.
    pub team_name: Option<String>,
    /// Whether a free-text reply is allowed now.
    pub can_reply: Option<bool>,
    /// Whether notifications are muted.
    pub muted: Option<bool>,
    /// Messages nobody has read.
    pub unread_count: Option<i32>,
    /// Free attributes: `{"custom": {…}, "additional": {…}}`.
    pub attributes: Value,
    /// When the platform made it.
    pub source_created_at: Option<Timestamp>,
    /// When the platform last changed it.
    pub source_updated_at: Option<Timestamp>,
    /// When something last happened in it.
    pub last_activity_at: Option<Timestamp>,
    /// When the practice first answered.
    pub first_reply_at: Option<Timestamp>,
    /// Since when the person waits for an answer.
    pub waiting_since: Option<Timestamp>,
    /// Until when it sleeps.
    pub snoozed_until: Option<Timestamp>,
}

impl Conversation {
    /// Digest of everything it says.
    pub fn fingerprint(&self) -> Fingerprint {
        let digest = Digester::new()
            .field(self.external_uuid.as_deref())
            .field(self.contact.as_deref())
            .field(self.inbox.as_deref())
            .field(self.channel.as_deref())
            .text(&self.status)
            .field(self.priority.as_deref())
            .shown(Some(self.labels.len()));
        self.labels
            .iter()
            .fold(digest, |digest, label| digest.text(label))
            .field(self.assignee_name.as_deref())
            .field(self.assignee.as_deref())
            .field(self.team_name.as_deref())
            .shown(self.can_reply)
            .shown(self.muted)
            .shown(self.unread_count)
            .json(&self.attributes)
            .shown(self.source_created_at)
            .shown(self.source_updated_at)
            .shown(self.last_activity_at)
            .shown(self.first_reply_at)
            .shown(self.waiting_since)
            .shown(self.snoozed_until)
            .finish()
    }
}

/// A message of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Message {
    /// The id at the platform.
    pub external_id: String,
    /// The conversation's id at the platform.
    pub conversation: String,
    /// The text; absent when there are only attachments.
    pub content: Option<String>,
    /// Which way it went.
    pub direction: Direction,
    /// `text`, `input_select`, … as the platform says.
    pub content_type: Option<String>,
    /// `sent`, `delivered`, `read`, `failed`.
    pub delivery_status: Option<String>,
    /// An internal note, never sent to the person.
    pub private: bool,
    /// Deleted for people, its row kept by the platform.
    pub deleted_at_source: bool,
    /// Who sent it.
    pub sender: Option<Sender>,
    /// The id in the channel behind the platform.
    pub channel_message_id: Option<String>,
    /// The platform's free attributes.
    pub attributes: Value,
    /// When it was said. Order within a conversation is this, then the id.
    pub sent_at: Option<Timestamp>,
    /// Its place among messages of the platform, where ids are numbers.
    pub sequence: Option<i64>,
    /// What is attached.
    pub attachments: Vec<Attachment>,
}

impl Message {
    /// Digest of everything it says, attachments included.
    pub fn fingerprint(&self) -> Fingerprint {
        let sender = self.sender.as_ref();
        let digest = Digester::new()
            .text(&self.conversation)
            .field(self.content.as_deref())
            .text(self.direction.as_str())
            .field(self.content_type.as_deref())
            .field(self.delivery_status.as_deref())
            .shown(Some(self.private))
            .shown(Some(self.deleted_at_source))
            .field(sender.map(|s| s.kind.as_str()))
            .field(sender.and_then(|s| s.external_id.as_deref()))
            .field(sender.and_then(|s| s.name.as_deref()))
            .field(self.channel_message_id.as_deref())
            .json(&self.attributes)
            .shown(self.sent_at)
            .shown(self.sequence)
            .shown(Some(self.attachments.len()));
        self.attachments.iter().fold(digest, |digest, a| digest.field(Some(a.fingerprint()))).finish()
    }
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the person.
    #[default]
    Incoming,
    /// From the practice, a person or a machine.
    Outgoing,
    /// A remark of the platform itself, such as "assigned to …".
    Activity,
    /// A message the platform sent from a template: greeting, survey.
    Template,
}

impl Direction {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
            Self::Activity => "activity",
            Self::Template => "template",
        }
    }
}

/// Who sent a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sender {
    /// What they are.
    pub kind: SenderKind,
    /// The id at the platform.
    pub external_id: Option<String>,
    /// The name shown there.
    pub name: Option<String>,
}

/// What a sender is, in the dashboard's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SenderKind {
    /// The person.
    Patient,
    /// Somebody of the practice.
    Agent,
    /// A machine.
    Bot,
    /// The platform itself.
    System,
}

impl SenderKind {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Agent => "agent",
            Self::Bot => "bot",
            Self::System => "system",
        }
    }
}

/// Something attached to a message: what is known of it, not its bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Attachment {
    /// The id at the platform.
    pub external_id: String,
    /// `image`, `audio`, `video`, `file`, `location`, …
    pub file_type: String,
    /// The media type, where it is told.
    pub content_type: Option<String>,
    /// The file's ending, where it is told.
    pub extension: Option<String>,
    /// Bytes.
    pub file_size: Option<i64>,
    /// Pixels.
    pub width: Option<i32>,
    /// Pixels.
    pub height: Option<i32>,
    /// Where the platform serves it; redirects to a link that expires.
    pub source_url: Option<String>,
    /// Anything else worth keeping: coordinates, titles, transcripts.
    pub details: Value,
}

impl Attachment {
    fn fingerprint(&self) -> Fingerprint {
        Digester::new()
            .text(&self.external_id)
            .text(&self.file_type)
            .field(self.content_type.as_deref())
            .field(self.extension.as_deref())
            .shown(self.file_size)
            .shown(self.width)
            .shown(self.height)
            .field(self.source_url.as_deref())
            .json(&self.details)
            .finish()
    }
}

/// A channel people write to. Carries none of the secrets its payload holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Inbox {
    /// The id at the platform.
    pub external_id: String,
    /// The name shown there.
    pub name: Option<String>,
    /// The kind of channel, such as `Channel::Whatsapp`.
    pub channel: Option<String>,
    /// Its own number.
    pub phone: Option<String>,
    /// Who runs the channel, such as `whatsapp_cloud`.
    pub provider: Option<String>,
}

impl Inbox {
    /// Digest of everything it says.
    pub fn fingerprint(&self) -> Fingerprint {
        Digester::new()
            .field(self.name.as_deref())
            .field(self.channel.as_deref())
            .field(self.phone.as_deref())
            .field(self.provider.as_deref())
            .finish()
    }
}
