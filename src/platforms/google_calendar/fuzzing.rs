//! Pages of events, whatever stands in them.

use jiff::{Timestamp, tz::TimeZone};

use super::{map::Mapper, wire};
use crate::domain::stream::Page;

/// A page, read as one of a person's calendar and of a room's: what is kept raw holds no U+0000 and nothing that opens a
/// meeting, and every change points to what it came from and names what it is about.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(list) = wire::list(&text) else { return };
    let zone = list.head.get("timeZone").and_then(|zone| zone.as_str());
    let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    for is_place in [false, true] {
        let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
        let mut mapper = Mapper { page: &mut page, calendar: "ana@example.org", zone: &zone, is_place };
        mapper.calendar(&list.head);
        let seen = mapper.events(&list.records);
        assert!(seen.len() <= list.records.len(), "events from nowhere");
        assert!(seen.iter().all(|id| id.starts_with("ana@example.org/")), "an event of no calendar");
        for raw in &page.raw {
            assert!(!raw.contains("\\u0000") || raw.contains("\\\\u0000"), "U+0000 is kept");
            let value: serde_json::Value = serde_json::from_str(raw).unwrap_or_default();
            let kept = ["htmlLink", "hangoutLink", "conferenceData", "attachments"];
            assert!(!kept.iter().any(|name| value.get(name).is_some()), "what opens a meeting is kept");
        }
        for change in &page.changes {
            assert!(change.raw < page.raw.len(), "a change from nowhere");
            let id = change.record.external_id();
            assert!(id == "ana@example.org" || seen.iter().any(|seen| seen == id), "a change of nothing");
        }
        assert!(page.rejected.iter().all(|it| it.raw < page.raw.len()), "a rejection from nowhere");
        assert!(page.rejected.iter().all(|it| it.reason.len() < 300), "a rejection that may quote");
    }
}
