//! What Twilio's adapter says of itself.

use std::time::Duration;

use super::plan::{MESSAGES, OVERLAP};
use crate::{
    domain::change::Kind,
    platforms::declaration::{Cursor, Declaration, Events, Limit, Order, Stream, Tombstone},
};

pub(super) static DECLARATION: Declaration = Declaration {
    transform: 1,
    streams: &[Stream {
        name: MESSAGES,
        kinds: &[Kind::Message, Kind::Inbox, Kind::Contact, Kind::Conversation],
        cursor: Cursor::Backwards,
        order: Order::Newest,
        page: 100,
        overlap: Duration::from_secs(OVERLAP),
        tombstones: &[Tombstone::Checked],
        opt_in: false,
    }],
    limits: &[Limit { budget: "account:…", count: 300, per: Some(Duration::from_secs(60)) }],
    webhook: Some(Events { names: &["message.received", "message.status"], signed: true }),
    gaps: &[
        "names of people come with what they write by WhatsApp, never from the list",
        "a text that is taken out of an older message with files is not noticed",
        "there are no conversations: a number of ours and one of theirs are one",
        "there are no people: nobody is ever merged or taken away, a number is a person",
        "a message that was deleted leaves no trace and never comes back",
    ],
};
