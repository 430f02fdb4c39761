//! The truth, to compare a copy with.
//!
//! What stands in it:
//! - *inboxes*, *agents*: those there are now.
//! - *contacts*: every existing one that an administrator can come upon — listed, or behind a conversation, or
//!   contained in an earlier answer (its id is known then); plus deleted and merged-away ones, marked `deleted`,
//!   if an answer that arrived whole ever contained them.
//! - *conversations*: every existing one; plus deleted ones under the same condition.
//! - *messages*: those of existing conversations, in the order of their ids. `deleted` marks one whose row is
//!   kept with a fixed sentence. Messages of deleted conversations are not listed.
//!
//! So a copy is right when its live rows equal the rows without `deleted`, and none of the rows with `deleted`
//! is alive in it. A deleted row may be missing from a copy that died between reading and storing it.
//! Times are cut to whole seconds, as the interface shows them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::json_message::data_url;
use super::state::{
    Account, Attributes, Contact, Conversation, Delivery, FileType, Message, MessageKind, Priority, Sender,
    Status,
};
use super::world::{Refused, World};

/// One account's truth, sorted by numeric id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub account: i64,
    pub inboxes: Vec<LedgerInbox>,
    pub agents: Vec<LedgerAgent>,
    pub contacts: Vec<LedgerContact>,
    pub conversations: Vec<LedgerConversation>,
    pub messages: Vec<LedgerMessage>,
}

/// A channel people write to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerInbox {
    pub id: String,
    pub name: String,
}

/// Somebody who works there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerAgent {
    pub id: String,
    pub name: String,
    pub email: String,
}

/// A contact; text fields as the interface gives them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerContact {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub phone_number: Option<String>,
    pub identifier: Option<String>,
    pub blocked: bool,
    pub additional_attributes: Attributes,
    pub custom_attributes: Attributes,
    pub created_at: Timestamp,
    pub last_activity_at: Option<Timestamp>,
    pub deleted: bool,
}

/// A conversation; `id` is the display id.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerConversation {
    pub id: String,
    pub uuid: Uuid,
    pub status: Status,
    pub priority: Option<Priority>,
    pub labels: Vec<String>,
    pub inbox_id: String,
    pub contact_id: String,
    pub assignee_name: Option<String>,
    pub created_at: Timestamp,
    pub last_activity_at: Timestamp,
    pub deleted: bool,
}

/// Who wrote a message. The name is the one that person has now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerSender {
    /// `contact`, `user`, `agent_bot` or `captain_assistant`.
    pub kind: &'static str,
    pub id: String,
    pub name: String,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerMessage {
    pub id: String,
    pub conversation_id: String,
    pub content: Option<String>,
    pub kind: MessageKind,
    pub private: bool,
    pub sender: Option<LedgerSender>,
    pub created_at: Timestamp,
    pub status: Delivery,
    pub deleted: bool,
    pub attachments: Vec<LedgerAttachment>,
}

/// An attachment's metadata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerAttachment {
    pub id: String,
    pub file_type: FileType,
    /// Bytes; `None` for kinds that are no files.
    pub file_size: Option<u32>,
    pub data_url: Option<String>,
}

/// How many live rows a ledger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct Counts {
    pub contacts: usize,
    pub conversations: usize,
    pub messages: usize,
    pub attachments: usize,
}

impl Ledger {
    /// How many live rows it has; soft-deleted messages are rows.
    pub fn counts(&self) -> Counts {
        Counts {
            contacts: self.contacts.iter().filter(|row| !row.deleted).count(),
            conversations: self.conversations.iter().filter(|row| !row.deleted).count(),
            messages: self.messages.len(),
            attachments: self.messages.iter().map(|row| row.attachments.len()).sum(),
        }
    }
}

/// To the second, as the interface shows it.
fn second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

impl World {
    pub(super) fn ledger(&self, account: i64) -> Result<Ledger, Refused> {
        let tenant = self.account(account)?;
        let with_conversation: BTreeSet<i64> = tenant.conversations.values().map(|c| c.contact_id).collect();
        let known = tenant.contacts.values().filter(|contact| {
            contact.resolved() || contact.served.get() || with_conversation.contains(&contact.id)
        });
        let mut contacts: Vec<(i64, LedgerContact)> = known
            .map(|it| (it.id, contact(it, false)))
            .chain(tenant.gone_contacts.iter().map(|it| (it.id, contact(it, true))))
            .collect();
        contacts.sort_by_key(|(id, _)| *id);
        let mut conversations: Vec<(i64, LedgerConversation)> = tenant
            .conversations
            .values()
            .map(|it| (it.display_id, self.entry(it, false)))
            .chain(tenant.gone_conversations.iter().map(|it| (it.display_id, self.entry(it, true))))
            .collect();
        conversations.sort_by_key(|(id, _)| *id);
        let mut messages: Vec<(&Conversation, &Message)> =
            tenant.conversations.values().flat_map(|c| c.messages.iter().map(move |m| (c, m))).collect();
        messages.sort_by_key(|(_, message)| message.id);
        let inboxes =
            tenant.inboxes.values().map(|it| LedgerInbox { id: it.id.to_string(), name: it.name.clone() });
        let members = self.users.values().filter(|user| user.roles.contains_key(&account));
        let agents = members.map(|it| LedgerAgent {
            id: it.id.to_string(),
            name: it.name.clone(),
            email: it.email.clone(),
        });
        Ok(Ledger {
            account,
            inboxes: inboxes.collect(),
            agents: agents.collect(),
            contacts: contacts.into_iter().map(|(_, row)| row).collect(),
            conversations: conversations.into_iter().map(|(_, row)| row).collect(),
            messages: messages.into_iter().map(|(c, m)| self.line(tenant, c, m)).collect(),
        })
    }

    /// As [`Ledger::counts`], without making the ledger.
    pub(super) fn counts(&self, account: i64) -> Result<Counts, Refused> {
        let tenant = self.account(account)?;
        let with_conversation: BTreeSet<i64> = tenant.conversations.values().map(|c| c.contact_id).collect();
        let known = |it: &&Contact| it.resolved() || it.served.get() || with_conversation.contains(&it.id);
        let messages = || tenant.conversations.values().flat_map(|c| &c.messages);
        Ok(Counts {
            contacts: tenant.contacts.values().filter(known).count(),
            conversations: tenant.conversations.len(),
            messages: messages().count(),
            attachments: messages().map(|message| message.attachments.len()).sum(),
        })
    }

    fn entry(&self, it: &Conversation, deleted: bool) -> LedgerConversation {
        LedgerConversation {
            id: it.display_id.to_string(),
            uuid: it.uuid,
            status: it.status,
            priority: it.priority,
            labels: it.labels.clone(),
            inbox_id: it.inbox_id.to_string(),
            contact_id: it.contact_id.to_string(),
            assignee_name: it.assignee.and_then(|id| self.user_name(id)).map(str::to_owned),
            created_at: second(it.created_at),
            last_activity_at: second(it.last_activity_at),
            deleted,
        }
    }

    fn line(&self, tenant: &Account, conversation: &Conversation, it: &Message) -> LedgerMessage {
        LedgerMessage {
            id: it.id.to_string(),
            conversation_id: conversation.display_id.to_string(),
            content: it.content.clone(),
            kind: it.kind,
            private: it.private,
            sender: self.sender(tenant, it.sender),
            created_at: second(it.created_at),
            status: it.status,
            deleted: it.deleted,
            attachments: it
                .attachments
                .iter()
                .map(|file| LedgerAttachment {
                    id: file.id.to_string(),
                    file_type: file.file_type,
                    file_size: matches!(
                        file.file_type,
                        FileType::Image | FileType::Audio | FileType::Video | FileType::File
                    )
                    .then_some(file.file_size),
                    data_url: data_url(self, file),
                })
                .collect(),
        }
    }

    fn sender(&self, tenant: &Account, sender: Sender) -> Option<LedgerSender> {
        let (kind, id, name) = match sender {
            Sender::None => return None,
            Sender::Contact(id) => ("contact", id, tenant.contacts.get(&id)?.name.as_str()),
            Sender::User(id) => ("user", id, self.user_name(id)?),
            Sender::AgentBot(id) => ("agent_bot", id, self.bots.get(&id)?.name.as_str()),
            Sender::CaptainAssistant(id) => ("captain_assistant", id, crate::names::ASSISTANT),
        };
        Some(LedgerSender { kind, id: id.to_string(), name: name.to_owned() })
    }
}

fn contact(it: &Contact, deleted: bool) -> LedgerContact {
    LedgerContact {
        id: it.id.to_string(),
        name: it.name.clone(),
        email: it.email.clone(),
        phone_number: it.phone_number.clone(),
        identifier: it.identifier.clone(),
        blocked: it.blocked,
        additional_attributes: it.additional_attributes.clone(),
        custom_attributes: it.custom_attributes.clone(),
        created_at: second(it.created_at),
        last_activity_at: it.last_activity_at.map(second),
        deleted,
    }
}
