//! What can happen to conversations and their messages.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::hook_json;
use super::state::{
    Attachment, Attributes, Conversation, Delivery, FileType, Message, MessageKind, Priority, Sender, Status,
};
use super::world::{Refused, What, World, missing};

/// What the installation writes in place of a deleted message.
pub const DELETED_CONTENT: &str = "This message was deleted";

/// A conversation to be opened.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewConversation {
    pub inbox: i64,
    pub contact: i64,
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    pub labels: Vec<String>,
    pub assignee: Option<i64>,
    pub team: Option<i64>,
    pub additional_attributes: Attributes,
    pub custom_attributes: Attributes,
}

/// A message to be added.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewMessage {
    /// `None` for a message that is only its attachments.
    pub content: Option<String>,
    /// Who speaks.
    pub kind: MessageKind,
    /// An internal note.
    pub private: bool,
    /// Its author.
    pub sender: Sender,
    /// One for each attachment.
    pub attachments: Vec<FileType>,
    /// When it says it was written, for imported history; else the time of the call.
    pub created_at: Option<Timestamp>,
    /// Further content attributes.
    pub content_attributes: Attributes,
}

/// Changes to a conversation; what is `None` stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ConversationEdit {
    pub status: Option<Status>,
    pub snoozed_until: Option<Timestamp>,
    pub priority: Option<Priority>,
    pub labels: Option<Vec<String>>,
    /// 0 takes the assignee away.
    pub assignee: Option<i64>,
    /// 0 takes the team away.
    pub team: Option<i64>,
    pub custom_attributes: Option<Attributes>,
    pub seen_by_agent: bool,
}

impl World {
    pub(crate) fn add_conversation(
        &mut self,
        account: i64,
        new: NewConversation,
        at: Timestamp,
    ) -> Result<i64, Refused> {
        let uuid = self.uuid();
        let tenant = self.account_mut(account)?;
        if !tenant.inboxes.contains_key(&new.inbox) {
            return Err(missing("inbox", new.inbox));
        }
        if !tenant.contacts.contains_key(&new.contact) {
            return Err(missing("contact", new.contact));
        }
        let display_id = tenant.next_display_id;
        tenant.next_display_id += 1;
        let conversation = Conversation {
            display_id,
            uuid,
            inbox_id: new.inbox,
            contact_id: new.contact,
            status: new.status.unwrap_or(Status::Open),
            priority: new.priority,
            labels: new.labels,
            assignee: new.assignee,
            team: new.team,
            additional_attributes: new.additional_attributes,
            custom_attributes: new.custom_attributes,
            created_at: at,
            updated_at: at,
            last_activity_at: at,
            first_reply_created_at: None,
            waiting_since: Some(at),
            agent_last_seen_at: None,
            assignee_last_seen_at: None,
            contact_last_seen_at: None,
            snoozed_until: None,
            messages: Vec::new(),
            served: Self::unseen(),
        };
        tenant.conversations.insert(display_id, conversation);
        self.tell(account, at, What::ConversationCreated { conversation: display_id });
        Ok(display_id)
    }

    /// Adds a message and does what follows from it in the conversation and the contact.
    pub(crate) fn add_message(
        &mut self,
        account: i64,
        display_id: i64,
        new: NewMessage,
        at: Timestamp,
    ) -> Result<i64, Refused> {
        let heap_position = self.next_heap_position();
        self.conversation_mut(account, display_id)?;
        let id = self.next_message_id();
        let attachments = new.attachments.into_iter().map(|kind| self.attachment(kind)).collect();
        let conversation = self.conversation_mut(account, display_id)?;
        let created_at = new.created_at.unwrap_or(at);
        let kind = new.kind;
        conversation.messages.push(Message {
            id,
            content: new.content,
            kind,
            content_type: if kind == MessageKind::Template { "input_csat" } else { "text" },
            status: Delivery::Sent,
            private: new.private,
            deleted: false,
            sender: new.sender,
            created_at,
            updated_at: at,
            source_id: (kind == MessageKind::Incoming).then(|| format!("wamid.{id:X}")),
            content_attributes: new.content_attributes,
            attachments,
        });
        // Activity follows the message's own time, so an import can move a conversation back.
        conversation.last_activity_at = created_at;
        conversation.updated_at = conversation.updated_at.max(at);
        match kind {
            MessageKind::Incoming => {
                conversation.waiting_since.get_or_insert(created_at);
                if matches!(conversation.status, Status::Resolved | Status::Snoozed) {
                    let before = hook_json::conversation_columns(conversation);
                    conversation.status = Status::Open;
                    conversation.snoozed_until = None;
                    let changed =
                        hook_json::differences(before, hook_json::conversation_columns(conversation), at);
                    self.conversation_changed(account, display_id, true, changed, at);
                }
            }
            MessageKind::Outgoing if !new.private => {
                conversation.waiting_since = None;
                conversation.first_reply_created_at.get_or_insert(created_at);
                conversation.agent_last_seen_at = conversation.agent_last_seen_at.max(Some(at));
            }
            _ => {}
        }
        if let Sender::Contact(contact) = new.sender
            && let Ok(contact) = self.contact_mut(account, contact)
        {
            let changed = hook_json::activity(contact.last_activity_at, at);
            contact.last_activity_at = Some(at);
            contact.heap_position = heap_position;
            let contact = contact.id;
            self.tell_changed(account, at, What::ContactUpdated { contact }, changed);
        }
        self.tell(account, at, What::MessageCreated { conversation: display_id, message: id });
        Ok(id)
    }

    /// What a patient writes.
    pub(super) fn write(
        &mut self,
        account: i64,
        text: String,
        conversation: Option<i64>,
        at: Timestamp,
    ) -> Result<Value, Refused> {
        let conversations = &self.account(account)?.conversations;
        let conversation = match conversation.or_else(|| conversations.keys().next_back().copied()) {
            Some(conversation) => conversation,
            None => return Err(missing("conversation", 0)),
        };
        let contact = self.conversation_mut(account, conversation)?.contact_id;
        let new =
            NewMessage { content: Some(text), sender: Sender::Contact(contact), ..NewMessage::default() };
        let message = self.add_message(account, conversation, new, at)?;
        Ok(json!({"conversation": conversation, "message": message}))
    }

    fn attachment(&mut self, file_type: FileType) -> Attachment {
        let id = self.next_attachment_id();
        let (extension, content_type) = match file_type {
            FileType::Image => ("jpg", "image/jpeg"),
            FileType::Audio => ("ogg", "audio/ogg"),
            FileType::Video => ("mp4", "video/mp4"),
            FileType::File => ("pdf", "application/pdf"),
            FileType::Location | FileType::Fallback | FileType::Contact => ("", ""),
        };
        let file_size = 2_000
            + (crate::mix(self.settings.seed, id.unsigned_abs()) % u64::from(self.settings.file_sizes.max(1)))
                as u32;
        Attachment { id, file_type, extension, content_type, file_size, measured: id % 3 != 0 }
    }

    /// Any change of a message touches its conversation.
    fn change_message(
        &mut self,
        account: i64,
        display_id: i64,
        id: i64,
        at: Timestamp,
        change: impl FnOnce(&mut Message),
    ) -> Result<(), Refused> {
        let conversation = self.conversation_mut(account, display_id)?;
        let message = conversation.message_mut(id).ok_or(missing("message", id))?;
        change(message);
        message.updated_at = at;
        conversation.updated_at = conversation.updated_at.max(at);
        self.tell(account, at, What::MessageUpdated { conversation: display_id, message: id });
        Ok(())
    }

    pub(crate) fn edit_message(
        &mut self,
        account: i64,
        display_id: i64,
        id: i64,
        content: &str,
        at: Timestamp,
    ) -> Result<(), Refused> {
        self.change_message(account, display_id, id, at, |message| {
            if !message.deleted {
                message.content = Some(content.to_owned());
            }
        })
    }

    /// Keeps the row: a fixed sentence, a mark, no attachments.
    pub(crate) fn delete_message(
        &mut self,
        account: i64,
        display_id: i64,
        id: i64,
        at: Timestamp,
    ) -> Result<(), Refused> {
        self.change_message(account, display_id, id, at, |message| {
            message.content = Some(DELETED_CONTENT.to_owned());
            message.content_attributes = Attributes::from_iter([("deleted".to_owned(), Value::Bool(true))]);
            message.attachments = Vec::new();
            message.deleted = true;
        })
    }

    pub(crate) fn set_delivery(
        &mut self,
        account: i64,
        display_id: i64,
        id: i64,
        status: Delivery,
        at: Timestamp,
    ) -> Result<(), Refused> {
        self.change_message(account, display_id, id, at, |message| {
            message.status = status;
            if status == Delivery::Failed && !message.deleted {
                let reason = Value::String("131026: the number cannot receive messages".to_owned());
                message.content_attributes.insert("external_error".to_owned(), reason);
            }
        })
    }

    /// Changes a conversation; a change of status or assignee also writes an activity message.
    pub(crate) fn edit_conversation(
        &mut self,
        account: i64,
        display_id: i64,
        edit: ConversationEdit,
        at: Timestamp,
    ) -> Result<(), Refused> {
        let assignee_name = edit.assignee.and_then(|id| self.user_name(id)).map(str::to_owned);
        let conversation = self.conversation_mut(account, display_id)?;
        let before = hook_json::conversation_columns(conversation);
        let mut notices = Vec::new();
        let status_changed = edit.status.is_some_and(|status| status != conversation.status);
        if let Some(status) = edit.status.filter(|_| status_changed) {
            conversation.status = status;
            conversation.snoozed_until = edit.snoozed_until.filter(|_| status == Status::Snoozed);
            notices.push(match status {
                Status::Open => "Conversation was reopened".to_owned(),
                Status::Resolved => "Conversation was marked resolved".to_owned(),
                Status::Pending => "Conversation was marked as pending".to_owned(),
                Status::Snoozed => "Conversation was snoozed".to_owned(),
            });
            if status == Status::Resolved {
                conversation.waiting_since = None;
            }
        }
        conversation.priority = edit.priority.or(conversation.priority);
        if let Some(labels) = edit.labels {
            conversation.labels = labels;
        }
        if let Some(assignee) = edit.assignee {
            conversation.assignee = (assignee != 0).then_some(assignee);
            notices.extend(assignee_name.map(|name| format!("Assigned to {name}")));
        }
        if let Some(team) = edit.team {
            conversation.team = (team != 0).then_some(team);
        }
        if let Some(attributes) = edit.custom_attributes {
            conversation.custom_attributes = attributes;
        }
        if edit.seen_by_agent {
            conversation.agent_last_seen_at = Some(at);
            conversation.assignee_last_seen_at = conversation.assignee.map(|_| at);
        }
        conversation.updated_at = conversation.updated_at.max(at);
        let changed = hook_json::differences(before, hook_json::conversation_columns(conversation), at);
        for (n, content) in (0_i64..).zip(notices) {
            // One after the other, as a server does things.
            let at = at.checked_add(SignedDuration::from_micros(n)).unwrap_or(at);
            let notice =
                NewMessage { content: Some(content), kind: MessageKind::Activity, ..NewMessage::default() };
            self.add_message(account, display_id, notice, at)?;
        }
        self.conversation_changed(account, display_id, status_changed, changed, at);
        Ok(())
    }

    fn conversation_changed(
        &mut self,
        account: i64,
        conversation: i64,
        status_changed: bool,
        changed: Value,
        at: Timestamp,
    ) {
        if status_changed {
            let what = What::ConversationStatusChanged { conversation };
            self.tell_changed(account, at, what, changed.clone());
        }
        self.tell_changed(account, at, What::ConversationUpdated { conversation }, changed);
    }
}
