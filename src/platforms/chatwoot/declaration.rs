//! What Chatwoot's adapter says of itself.

use std::time::Duration;

use super::plan::{AGENTS, CONTACTS, CONVERSATIONS, INBOXES, MESSAGES};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Events, Limit, Order, Stream, Tombstone},
};

const MINUTE: Duration = Duration::from_secs(60);

pub(super) static DECLARATION: Declaration = Declaration {
    transform: 1,
    streams: &[
        Stream {
            name: CONVERSATIONS,
            kinds: &[Kind::Conversation, Kind::Contact],
            cursor: Cursor::UpdateTime,
            order: Order::Created,
            page: 25,
            overlap: MINUTE,
            tombstones: &[Tombstone::Checked, Tombstone::Told],
            opt_in: false,
        },
        Stream {
            name: MESSAGES,
            kinds: &[Kind::Message],
            cursor: Cursor::Items,
            order: Order::Id,
            page: 100,
            overlap: MINUTE,
            tombstones: &[Tombstone::Marked("content_attributes.deleted"), Tombstone::Checked],
            opt_in: false,
        },
        Stream {
            name: CONTACTS,
            kinds: &[Kind::Contact],
            cursor: Cursor::Backwards,
            order: Order::Created,
            page: 15,
            overlap: MINUTE,
            tombstones: &[Tombstone::Checked, Tombstone::Told],
            opt_in: false,
        },
        whole(INBOXES, &[Kind::Inbox]),
        whole(AGENTS, &[Kind::Agent]),
    ],
    limits: &[
        Limit { budget: "account:…", count: 600, per: Some(MINUTE) },
        Limit { budget: "host:…", count: 2700, per: Some(MINUTE) },
    ],
    webhook: Some(Events {
        names: &[
            "contact_created",
            "contact_updated",
            "conversation_created",
            "conversation_status_changed",
            "conversation_updated",
            "message_created",
            "message_updated",
        ],
        signed: true,
    }),
    gaps: &[
        "an edit of a contact that is silent is seen by the next listing of contacts",
        "what is deleted there never comes back under its id",
    ],
};

const fn whole(name: &'static str, kinds: &'static [Kind]) -> Stream {
    Stream {
        name,
        kinds,
        cursor: Cursor::Whole,
        order: Order::Unknown,
        page: u32::MAX,
        overlap: Duration::ZERO,
        tombstones: &[Tombstone::Checked],
        opt_in: false,
    }
}
