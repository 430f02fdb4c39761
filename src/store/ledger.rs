//! Everything of one account, in order: to compare with a ledger of the truth.

use jiff::Timestamp;
use routiq_sql::queries::ledger as sql;
use serde_json::Value;
use uuid::Uuid;

use super::{
    error::StoreError,
    sealing::{self, Sealing},
    tenant::Tenant,
};
use crate::domain::identifiers::Place;

/// A contact as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    /// The id at the platform.
    pub external_id: String,
    /// As given.
    pub name: Option<String>,
    /// As given.
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    /// As given.
    pub phone_original: Option<String>,
    /// The practice's own identifier.
    pub identifier: Option<String>,
    /// Blocked by the practice.
    pub blocked: bool,
    /// Free attributes.
    pub attributes: Value,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// A conversation as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationRow {
    /// The id at the platform.
    pub external_id: String,
    /// The platform's unique id.
    pub external_uuid: Option<String>,
    /// The person's id at the platform.
    pub contact: Option<String>,
    /// The inbox's id at the platform.
    pub inbox: Option<String>,
    /// `sms`, `whatsapp`, …
    pub channel: Option<String>,
    /// As the platform says.
    pub status: String,
    /// As the platform says.
    pub priority: Option<String>,
    /// In the platform's order.
    pub labels: Vec<String>,
    /// Who answers.
    pub assignee_name: Option<String>,
    /// When the platform made it.
    pub created_at: Option<Timestamp>,
    /// When something last happened.
    pub last_activity_at: Option<Timestamp>,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// A message as stored, in the order of its conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    /// The id at the platform.
    pub external_id: String,
    /// The conversation's id at the platform.
    pub conversation: String,
    /// The text.
    pub content: Option<String>,
    /// Which way it went.
    pub direction: String,
    /// An internal note.
    pub private: bool,
    /// Who sent it.
    pub sender_type: String,
    /// The sender's id at the platform.
    pub sender: Option<String>,
    /// The sender's name.
    pub sender_name: Option<String>,
    /// As the platform says.
    pub delivery_status: Option<String>,
    /// When it was said.
    pub sent_at: Option<Timestamp>,
    /// Deleted for people, its row kept by the platform.
    pub deleted_at_source: bool,
    /// Whether it is deleted.
    pub deleted: bool,
    /// How many living attachments it has.
    pub attachments: i64,
}

/// An attachment of a living message.
#[derive(Clone, Debug, PartialEq)]
pub struct AttachmentRow {
    /// Ours.
    pub id: Uuid,
    /// The id at the platform.
    pub external_id: String,
    /// The message's id at the platform.
    pub message: String,
    /// `image`, `file`, …
    pub file_type: String,
    /// Bytes.
    pub file_size: Option<i64>,
    /// Where the platform serves it.
    pub source_url: Option<String>,
}

/// A living record of another kind.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordRow {
    /// `appointments`, `patients`, …: the table, or `metadata`.
    pub kind: String,
    /// The id at the platform.
    pub external_id: String,
    /// Its columns; of a clinical note without its text.
    pub fields: Value,
}

/// Everything of one account.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// By id.
    pub contacts: Vec<ContactRow>,
    /// By id.
    pub conversations: Vec<ConversationRow>,
    /// By conversation, then time, then sequence.
    pub messages: Vec<MessageRow>,
    /// By id.
    pub attachments: Vec<AttachmentRow>,
    /// By kind.
    pub records: Vec<RecordRow>,
}

/// Reads everything of one account.
///
/// # Errors
/// [`StoreError`].
pub async fn read(tenant: &Tenant<'_>, account: Uuid) -> Result<Rows, StoreError> {
    let (tx, organization) = (&tenant.tx, &tenant.organization);
    let contacts = sql::contacts_of().bind(tx, organization, &account).all().await?;
    let conversations = sql::conversations_of().bind(tx, organization, &account).all().await?;
    let messages = sql::messages_of().bind(tx, organization, &account).all().await?;
    let attachments = sql::attachments_of().bind(tx, organization, &account).all().await?;
    let mut records = sql::records_of().bind(tx, organization, &account).all().await?;
    let sealing = Sealing::of(tenant).await?;
    let ids: Vec<Uuid> = contacts.iter().map(|row| row.id).collect();
    let opened = sealing::open(tenant, &sealing, &ids, &sealing::OF_CONTACT).await?;
    for row in records.iter_mut().filter(|row| row.kind == "patients") {
        let id = row.fields.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        let phones = id.and_then(|id| opened.get(id, Place::PatientPhones));
        if let (Some(phones), Some(fields)) = (phones, row.fields.as_object_mut()) {
            fields.insert("phones".to_owned(), serde_json::from_str(phones).unwrap_or_default());
        }
    }
    Ok(Rows {
        contacts: contacts
            .into_iter()
            .map(|row| ContactRow {
                external_id: row.external_id,
                name: opened.or(row.name, row.id, Place::Name),
                email: opened.or(row.email, row.id, Place::Email),
                phone: opened.or(row.phone, row.id, Place::Phone),
                phone_original: opened.or(row.phone_original, row.id, Place::PhoneOriginal),
                identifier: opened.or(row.identifier, row.id, Place::Identifier),
                blocked: row.blocked,
                attributes: row.attributes,
                deleted: row.deleted_at.is_some(),
            })
            .collect(),
        conversations: conversations
            .into_iter()
            .map(|row| ConversationRow {
                external_id: row.external_id,
                external_uuid: row.external_uuid,
                contact: row.contact_external_id,
                inbox: row.inbox_external_id,
                channel: row.channel,
                status: row.status,
                priority: row.priority,
                labels: row.labels,
                assignee_name: row.assignee_name,
                created_at: row.source_created_at,
                last_activity_at: row.last_activity_at,
                deleted: row.deleted_at.is_some(),
            })
            .collect(),
        messages: messages
            .into_iter()
            .map(|row| MessageRow {
                external_id: row.external_id,
                conversation: row.conversation,
                content: row.content,
                direction: row.direction,
                private: row.is_private,
                sender_type: row.sender_type,
                sender: row.sender_external_id,
                sender_name: row.sender_name,
                delivery_status: row.delivery_status,
                sent_at: row.sent_at,
                deleted_at_source: row.deleted_at_source,
                deleted: row.deleted_at.is_some(),
                attachments: row.attachments,
            })
            .collect(),
        attachments: attachments
            .into_iter()
            .map(|row| AttachmentRow {
                id: row.id,
                external_id: row.external_id,
                message: row.message,
                file_type: row.file_type,
                file_size: row.file_size,
                source_url: row.source_url,
            })
            .collect(),
        records: records
            .into_iter()
            .map(|row| RecordRow { kind: row.kind, external_id: row.external_id, fields: row.fields })
            .collect(),
    })
}
