//! Messages of a simulated Twilio as rows of ours: what was said, between which numbers, and who is behind them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use routiq_simulators::twilio::{Ledger, LedgerMessage};
use serde_json::json;

use super::{
    Comparison,
    facts::{self, Fact, Truth},
    pair,
};
use crate::{domain::change::Kind, store::ledger::Rows};

/// Compares everything that is read of an account, and which files its messages have.
pub fn compare(rows: &Rows, ledger: &Ledger) -> Comparison {
    let mut result = facts::compare(rows, &truth(&ledger.messages), &[]);
    result.add("attachments", rows.attachments.len());
    let stored = rows.attachments.iter().map(|row| (row.external_id.as_str(), row));
    let carried = ledger.messages.iter().flat_map(|message| {
        let files = message.files.iter().zip(&message.media);
        files.map(move |(file, kind)| (file.as_str(), (message, kind)))
    });
    for (id, row, (message, kind)) in pair("attachment", stored, carried, &mut result) {
        result.check(row.message == message.sid, "attachment", id, "message");
        result.check(kind.starts_with(row.file_type.as_str()), "attachment", id, "file type");
    }
    result
}

/// Everything that is to be had of these messages: a number of ours and one of theirs are a conversation.
pub fn truth(messages: &[LedgerMessage]) -> Truth {
    let (mut inboxes, mut contacts, mut talks) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for it in messages {
        let (ours, theirs) = sides(it);
        let channel = theirs.split_once(':').map_or("sms", |(channel, _)| channel);
        inboxes.insert(ours.to_owned(), Fact::of(json!({ "phone": bare(ours) })));
        contacts.insert(bare(theirs).to_owned(), Fact::of(json!({ "phone": bare(theirs) })));
        let columns = json!({
            "contact_external_id": bare(theirs), "inbox_external_id": ours, "channel": channel, "status": "open",
        });
        talks.insert(talk_of(it), Fact::of(columns));
    }
    Truth::from([
        (Kind::Inbox, inboxes),
        (Kind::Contact, contacts),
        (Kind::Conversation, talks),
        (Kind::Message, messages.iter().map(|it| (it.sid.clone(), message(it))).collect()),
    ])
}

/// The conversation of a message.
pub fn talk_of(it: &LedgerMessage) -> String {
    let (ours, theirs) = sides(it);
    format!("{ours}|{theirs}")
}

/// Ours and theirs.
fn sides(it: &LedgerMessage) -> (&str, &str) {
    if it.inbound { (&it.to, &it.from) } else { (&it.from, &it.to) }
}

/// Without the channel.
fn bare(address: &str) -> &str {
    address.rsplit(':').next().unwrap_or(address)
}

fn message(it: &LedgerMessage) -> Fact {
    // The list shows whole seconds.
    let columns = json!({
        "content": it.body, "direction": if it.inbound { "incoming" } else { "outgoing" },
        "delivery_status": it.status, "sent_at": Timestamp::from_second(it.created.as_second()).ok(),
    });
    Fact { parent: Some((Kind::Conversation, talk_of(it))), ..Fact::of(columns) }
}
