//! The shapes of messages, their authors and their attachments in answers.

use serde::Serialize;
use serde_json::Value;

use super::Version;
use super::files;
use super::json::{Object, iso};
use super::state::{Account, Attachment, Conversation, Delivery, FileType, Message, Sender};
use super::world::World;

#[derive(Serialize)]
pub(super) struct MessageView<'a> {
    id: i64,
    content: Option<&'a str>,
    inbox_id: i64,
    conversation_id: i64,
    message_type: u8,
    content_type: &'static str,
    status: Delivery,
    content_attributes: Object<'a>,
    created_at: i64,
    private: bool,
    source_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<SenderView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attachments: Option<Vec<AttachmentView<'a>>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    embedded: Option<EmbeddedView>,
}

/// What a message inside a conversation has in addition: its raw columns.
#[derive(Serialize)]
struct EmbeddedView {
    account_id: i64,
    updated_at: String,
    sender_type: Option<&'static str>,
    sender_id: Option<i64>,
    external_source_ids: Value,
    sentiment: Value,
}

impl<'a> MessageView<'a> {
    /// As in the message list.
    pub(super) fn listed(
        world: &'a World,
        account: &'a Account,
        conversation: &'a Conversation,
        it: &'a Message,
    ) -> Self {
        let attachments =
            it.attachments.iter().map(|file| AttachmentView::new(world, account, it, file)).collect();
        Self {
            id: it.id,
            content: it.content.as_deref(),
            inbox_id: conversation.inbox_id,
            conversation_id: conversation.display_id,
            message_type: it.kind.number(),
            content_type: it.content_type,
            status: it.status,
            content_attributes: Object::new(world, it.id, &it.content_attributes),
            created_at: it.created_at.as_second(),
            private: it.private,
            source_id: it.source_id.as_deref(),
            sender: SenderView::new(world, account, it.sender),
            attachments: (!it.attachments.is_empty()).then_some(attachments),
            embedded: None,
        }
    }

    /// As inside a conversation.
    pub(super) fn embedded(
        world: &'a World,
        account: &'a Account,
        conversation: &'a Conversation,
        it: &'a Message,
    ) -> Self {
        let (sender_type, sender_id) = match it.sender {
            Sender::None => (None, None),
            Sender::Contact(id) => (Some("Contact"), Some(id)),
            Sender::User(id) => (Some("User"), Some(id)),
            Sender::AgentBot(id) => (Some("AgentBot"), Some(id)),
            Sender::CaptainAssistant(id) => (Some("Captain::Assistant"), Some(id)),
        };
        let embedded = EmbeddedView {
            account_id: account.id,
            updated_at: iso(it.updated_at),
            sender_type,
            sender_id,
            external_source_ids: Value::Object(serde_json::Map::new()),
            sentiment: Value::Object(serde_json::Map::new()),
        };
        Self { embedded: Some(embedded), ..Self::listed(world, account, conversation, it) }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum SenderView<'a> {
    Contact {
        additional_attributes: Object<'a>,
        custom_attributes: Object<'a>,
        email: Option<&'a str>,
        id: i64,
        identifier: Option<&'a str>,
        name: &'a str,
        phone_number: Option<&'a str>,
        thumbnail: &'static str,
        blocked: bool,
    },
    User {
        id: i64,
        name: &'a str,
        available_name: &'a str,
        avatar_url: &'static str,
        availability_status: Option<&'static str>,
        thumbnail: &'static str,
    },
    AgentBot {
        id: i64,
        name: &'a str,
        avatar_url: &'static str,
    },
    CaptainAssistant {
        id: i64,
        name: &'static str,
        description: &'static str,
        created_at: &'static str,
    },
}

impl<'a> SenderView<'a> {
    fn new(world: &'a World, account: &'a Account, sender: Sender) -> Option<Self> {
        Some(match sender {
            Sender::None => return None,
            Sender::Contact(id) => {
                let it = account.contacts.get(&id)?;
                Self::Contact {
                    additional_attributes: Object::new(world, it.id, &it.additional_attributes),
                    custom_attributes: Object::new(world, it.id, &it.custom_attributes),
                    email: it.email.as_deref(),
                    id,
                    identifier: it.identifier.as_deref(),
                    name: &it.name,
                    phone_number: it.phone_number.as_deref(),
                    thumbnail: "",
                    blocked: it.blocked,
                }
            }
            Sender::User(id) => {
                let name = world.user_name(id)?;
                Self::User {
                    id,
                    name,
                    available_name: name,
                    avatar_url: "",
                    availability_status: None,
                    thumbnail: "",
                }
            }
            Sender::AgentBot(id) => Self::AgentBot { id, name: &world.bots.get(&id)?.name, avatar_url: "" },
            Sender::CaptainAssistant(id) => Self::CaptainAssistant {
                id,
                name: crate::names::ASSISTANT,
                description: "Answers first",
                created_at: "2026-01-05T09:00:00.000Z",
            },
        })
    }
}

/// Every kind has the first four fields; the rest depends on the kind.
#[derive(Serialize)]
pub(super) struct AttachmentView<'a> {
    id: i64,
    message_id: i64,
    file_type: FileType,
    account_id: i64,
    #[serde(flatten)]
    rest: Rest<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Rest<'a> {
    File {
        #[serde(skip_serializing_if = "Option::is_none")]
        extension: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        content_type: Option<&'a str>,
        data_url: String,
        thumb_url: String,
        file_size: u32,
        width: Option<u32>,
        height: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        transcribed_text: Option<&'static str>,
    },
    Place {
        coordinates_lat: f64,
        coordinates_long: f64,
        fallback_title: Option<&'static str>,
        data_url: Option<String>,
    },
    Link {
        fallback_title: Option<&'static str>,
        data_url: Option<String>,
    },
    Card {
        fallback_title: String,
        meta: Value,
    },
}

impl<'a> AttachmentView<'a> {
    pub(super) fn new(world: &World, account: &Account, message: &Message, it: &'a Attachment) -> Self {
        let rest = match it.file_type {
            FileType::Location => Rest::Place {
                coordinates_lat: -31.95 + it.id as f64 * 1e-4,
                coordinates_long: 115.86,
                fallback_title: Some("Front entrance"),
                data_url: None,
            },
            FileType::Fallback => Rest::Link { fallback_title: None, data_url: data_url(world, it) },
            FileType::Contact => Rest::Card {
                fallback_title: crate::names::shared_card(it.id),
                meta: Value::Object(serde_json::Map::new()),
            },
            FileType::Image | FileType::Audio | FileType::Video | FileType::File => {
                // Only since 4.13.
                let new = world.settings.version >= Version::V4_15;
                let picture = it.file_type == FileType::Image && it.measured;
                Rest::File {
                    extension: Some(it.extension).filter(|_| new),
                    content_type: Some(it.content_type).filter(|_| new),
                    data_url: data_url(world, it).unwrap_or_default(),
                    thumb_url: if picture { thumb_url(world, it) } else { String::new() },
                    file_size: it.file_size,
                    width: picture.then_some(640),
                    height: picture.then_some(480),
                    transcribed_text: (it.file_type == FileType::Audio).then_some(""),
                }
            }
        };
        Self { id: it.id, message_id: message.id, file_type: it.file_type, account_id: account.id, rest }
    }
}

/// Where the bytes are, through a redirect; `None` for kinds without any.
pub(super) fn data_url(world: &World, it: &Attachment) -> Option<String> {
    let origin = &world.settings.origin;
    match it.file_type {
        FileType::Location | FileType::Contact => None,
        FileType::Fallback => Some(format!("{origin}/shared/{}", it.id)),
        _ => Some(files::address(world, it)),
    }
}

fn thumb_url(world: &World, it: &Attachment) -> String {
    let origin = &world.settings.origin;
    let key = crate::mix(world.settings.seed, it.id.unsigned_abs());
    format!(
        "{origin}/rails/active_storage/representations/redirect/{key:016x}/250/file-{}.{}",
        it.id, it.extension
    )
}
