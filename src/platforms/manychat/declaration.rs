//! What ManyChat's adapter says of itself.

use std::time::Duration;

use super::plan::{CONTACTS, CONVERSATIONS, MESSAGES, METADATA};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Events, Limit, Order, Stream, Tombstone},
};

const SECOND: Duration = Duration::from_secs(1);

pub(super) static DECLARATION: Declaration = Declaration {
    // 2: a second number of a subscriber; what a page says about itself.
    transform: 3,
    streams: &[
        told(CONVERSATIONS, &[Kind::Conversation]),
        told(MESSAGES, &[Kind::Message]),
        Stream {
            name: CONTACTS,
            kinds: &[Kind::Contact],
            cursor: Cursor::Told,
            order: Order::Unknown,
            page: 1,
            overlap: Duration::ZERO,
            tombstones: &[Tombstone::Checked],
            opt_in: false,
        },
        Stream {
            name: METADATA,
            kinds: &[Kind::Metadata],
            cursor: Cursor::Whole,
            order: Order::Unknown,
            page: u32::MAX,
            overlap: Duration::ZERO,
            tombstones: &[Tombstone::GoneAfterTwo],
            opt_in: false,
        },
    ],
    limits: &[
        Limit { budget: "account:…:subscriber", count: 5, per: Some(SECOND) },
        Limit { budget: "account:…:page", count: 5, per: Some(SECOND) },
    ],
    webhook: Some(Events {
        names: &["contact_created", "field_changed", "message_received", "tag_applied"],
        signed: true,
    }),
    gaps: &[
        "subscribers are known from the day they write or are imported: the platform lists nobody",
        "messages are best effort: two typed quickly may come as one, and answers of the practice's staff never come",
        "nobody is ever merged: the same person on two channels is two contacts",
        "a tag that was removed never comes back under its id",
    ],
};

const fn told(name: &'static str, kinds: &'static [Kind]) -> Stream {
    Stream {
        name,
        kinds,
        cursor: Cursor::Told,
        order: Order::Unknown,
        page: 1,
        overlap: Duration::ZERO,
        tombstones: &[],
        opt_in: false,
    }
}
