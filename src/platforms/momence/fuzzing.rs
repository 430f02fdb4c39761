//! Pages of every list, whatever stands in them.

use jiff::Timestamp;

use super::{map::Mapper, wire};
use crate::domain::stream::Page;

/// A page, read as one of each list: what is kept raw holds no U+0000 and nothing that opens a stream, and every change
/// points to what it came from.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(list) = wire::list(&text) else { return };
    let _more = list.has_more(1, 100);
    for read in 0..5 {
        let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
        let mut mapper = Mapper::new(&mut page, "AU");
        let seen = match read {
            0 => mapper.members(&list.records, true).len(),
            1 => mapper.members(&list.records, false).len(),
            2 => mapper.sessions(&list.records).len(),
            3 => mapper.reservations(&list.records).len(),
            _ => mapper.bookings("7", &list.records).len(),
        };
        assert!(seen <= list.records.len(), "records from nowhere");
        for raw in &page.raw {
            assert!(!raw.contains("\\u0000") || raw.contains("\\\\u0000"), "U+0000 is kept");
            assert!(!raw.contains("\"onlineStream"), "what opens a stream is kept");
        }
        for change in &page.changes {
            assert!(change.raw < page.raw.len(), "a change from nowhere");
            assert!(!change.record.external_id().is_empty(), "a change of nothing");
        }
        assert!(page.rejected.iter().all(|it| it.raw < page.raw.len()), "a rejection from nowhere");
        assert!(page.rejected.iter().all(|it| it.reason.len() < 300), "a rejection that may quote");
    }
}
