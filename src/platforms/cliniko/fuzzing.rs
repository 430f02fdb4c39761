//! Pages of every collection, whatever stands in them.

use jiff::Timestamp;

use super::{
    groups::Groups,
    map::Mapper,
    plan::COLLECTIONS,
    wire::{self, list},
};
use crate::{
    domain::{change::Record, stream::Page},
    platforms::kit::poll::By,
};

/// A page, read as one of each collection: what is kept raw holds no U+0000 and no link that opens a patient's page, and
/// every change points to what it came from and names whom it is about.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _value = wire::record(&text);
    let mut groups = Groups::default();
    for of in &COLLECTIONS {
        let records = list(&text, of.envelope).map(|listed| listed.records).unwrap_or_default();
        for by in [By::Changed, By::Made] {
            let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
            let mut mapper =
                Mapper { page: &mut page, region: "AU", groups: &mut groups, new_groups: Vec::new() };
            let seen = mapper.records(of, by, &records);
            assert!(seen.len() <= records.len(), "records from nowhere");
            for raw in &page.raw {
                assert!(!raw.contains("\\u0000") || raw.contains("\\\\u0000"), "U+0000 is kept");
                let value: serde_json::Value = serde_json::from_str(raw).unwrap_or_default();
                let kept =
                    ["telehealth_url", "cancellation_url"].iter().any(|name| value.get(name).is_some());
                assert!(!kept, "a secret link is kept");
            }
            for change in &page.changes {
                assert!(change.raw < page.raw.len(), "a change from nowhere");
                let id = change.record.external_id();
                assert!(!id.is_empty() && seen.iter().any(|seen| seen.id == id), "a change of nobody");
                if let Record::Appointment(appointment) = &change.record {
                    assert_eq!(appointment.cancelled, appointment.cancelled_at.is_some());
                }
            }
            assert!(page.rejected.iter().all(|it| it.raw < page.raw.len()), "a rejection from nowhere");
            assert!(page.rejected.iter().all(|it| it.reason.len() < 300), "a rejection that may quote");
        }
    }
}
