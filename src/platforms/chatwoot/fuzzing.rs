//! Pages of lists and single records, whatever stands in them.

use jiff::Timestamp;

use super::{
    map::Mapper,
    wire::{self, list, one},
};
use crate::domain::{change::Kind, stream::Page};

/// A page of any kind of record: what is kept raw holds no U+0000, and every change points to what it came from.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut records = list(&text).map(|listed| listed.records).unwrap_or_default();
    records.extend(one(&text));
    let _value = wire::record(&text);
    for kind in [Kind::Inbox, Kind::Agent, Kind::Contact, Kind::Conversation, Kind::Message] {
        let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
        Mapper { page: &mut page, region: "AU" }.records(kind, &records, "7");
        assert!(
            page.raw.iter().all(|raw| !raw.contains("\\u0000") || raw.contains("\\\\u0000")),
            "U+0000 is kept"
        );
        assert!(page.changes.iter().all(|change| change.raw < page.raw.len()), "a change from nowhere");
        assert!(
            page.rejected.iter().all(|rejected| rejected.raw < page.raw.len()),
            "a rejection from nowhere"
        );
    }
}
