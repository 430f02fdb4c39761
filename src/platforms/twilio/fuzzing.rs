//! Pages of messages, and what is told, whatever stands in them.

use jiff::Timestamp;

use super::{
    map::{self, Sheet},
    wire::{self, Listed},
};
use crate::domain::{change::Record, stream::Page};

/// A page of messages: every change points to what it came from, and every message to a conversation of the same page.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(listed) = wire::parse::<Listed<'_>>(&text) else { return };
    let path = "/2010-04-01/Accounts/AC0/Messages.json";
    let next = wire::next(listed.next_page_uri.as_deref(), path);
    assert!(
        next.is_ok_and(|next| next.is_none_or(|query| query.len() <= 1000)) || listed.next_page_uri.is_some()
    );
    let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
    let mut sheet = Sheet::default();
    for record in &listed.messages {
        let record = map::trimmed(record.get()).unwrap_or_default();
        map::add(&mut page, &mut sheet, record, Some(&[]), "AU");
    }
    sheet.write(&mut page);
    let conversations: Vec<&str> = page
        .changes
        .iter()
        .filter(|change| matches!(change.record, Record::Conversation(_)))
        .map(|change| change.record.external_id())
        .collect();
    for change in &page.changes {
        assert!(change.raw < page.raw.len(), "a change from nowhere");
        assert!(!change.record.external_id().is_empty(), "a change of nobody");
        if let Record::Message(message) = &change.record {
            assert!(conversations.contains(&message.conversation.as_str()), "a message of no conversation");
        }
    }
    assert!(page.rejected.iter().all(|it| it.raw < page.raw.len() && it.reason.len() < 300));
    assert!(
        page.raw.iter().all(|raw| !raw.contains("\\u0000") || raw.contains("\\\\u0000")),
        "U+0000 is kept"
    );
}
