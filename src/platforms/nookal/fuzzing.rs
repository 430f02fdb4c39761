//! Pages of every list, in both notations, whatever stands in them.

use jiff::Timestamp;

use super::{
    collections::{COLLECTIONS, From},
    map::{Around, Mapper},
    places::Known,
    settings::Api,
    wire::{self, Answer, Graph},
};
use crate::{
    domain::{change::Record, stream::Page},
    platforms::kit::poll::Seen,
};

/// A page, read as one of each list: what is kept raw holds no U+0000 and no code that opens a patient's page, every change
/// points to what it came from and names whom it is about, and whatever is called off says so.
pub(crate) fn pages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let zones = Known::default().zones(Some("Australia/Perth"));
    let around = Around { zones: &zones, region: "AU" };
    for of in COLLECTIONS {
        let records = match of.from {
            From::Method { lists, .. } => match wire::older(&text, lists) {
                Ok(Answer::Listed(listed)) => listed.records,
                _ => Vec::new(),
            },
            From::Query { .. } => match wire::newer(&text) {
                Ok(Graph::Rows(rows)) => rows,
                _ => Vec::new(),
            },
        };
        let mut page = Page { observed_at: Timestamp::UNIX_EPOCH, ..Page::default() };
        let seen = Mapper::new(&mut page, around).records(of, &records);
        check(&page, &seen, records.len());
        let mut page = Page::default();
        let attending = Mapper::new(&mut page, around).participants("7", &records).unwrap_or_default();
        assert!(attending.len() <= records.len());
        check(&page, &[], records.len());
        let mut page = Page::default();
        for api in [Api::V2, Api::V3] {
            let told = Mapper::new(&mut page, around).locations(api, &records);
            drop(Known::default().take(told, &Default::default(), Timestamp::UNIX_EPOCH));
        }
    }
}

fn check(page: &Page, seen: &[Seen], records: usize) {
    assert!(seen.len() <= records, "records from nowhere");
    for raw in &page.raw {
        assert!(!raw.contains("\\u0000") || raw.contains("\\\\u0000"), "U+0000 is kept");
    }
    for change in &page.changes {
        assert!(page.raw.len() > change.raw, "a change from nowhere");
        assert!(!change.record.external_id().is_empty(), "a change of nobody");
        if let Record::Appointment(visit) = &change.record {
            assert!(visit.cancelled || visit.cancelled_at.is_none());
            assert!(visit.ends_at.is_none_or(|end| visit.starts_at.is_some_and(|start| start <= end)));
        }
    }
    assert!(page.rejected.iter().all(|it| it.raw < page.raw.len()), "a rejection from nowhere");
    assert!(page.rejected.iter().all(|it| it.reason.len() < 300), "a rejection that may quote");
}
