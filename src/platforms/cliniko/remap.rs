//! Kept records, mapped once more: what was asked tells which collection they are of.

use serde_json::{Value, json};

use super::{
    map::{self, Mapper},
    plan::{APPOINTMENTS, COLLECTIONS, Collection},
    pull::Kept,
    wire,
};
use crate::{
    domain::{
        change::{Change, Record},
        stream::{AccountState, Page},
    },
    platforms::{
        Account, Stored,
        kit::poll::{self, By},
    },
};

pub(super) fn remap(account: &Account, state: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
    let of = collection(stored.request).ok_or("it was asked in a way that this version does not know")?;
    let mut page = Page {
        stream: of.stream,
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    let mut kept: Kept = poll::own(state, APPOINTMENTS);
    for record in stored.records {
        let tombstone = wire::record(record.get()).as_ref().and_then(told_gone);
        match tombstone {
            Some(id) => gone(&mut page, of, &id),
            None => {
                let groups = &mut kept.groups;
                let mut mapper =
                    Mapper { page: &mut page, region: &account.region, groups, new_groups: Vec::new() };
                mapper.records(of, By::Made, &[record]);
            }
        }
    }
    Ok(page)
}

/// The collection that was asked for.
fn collection(request: &str) -> Option<&'static Collection> {
    let path = request.strip_prefix("/v1/")?.split('?').next()?;
    COLLECTIONS.iter().find(|collection| collection.path == path)
}

/// Says that a record is gone; what is kept of that says so too.
pub(super) fn gone(page: &mut Page, of: &Collection, external_id: &str) {
    let record = Record::Gone { kind: map::kind(of), external_id: external_id.to_owned(), successor: None };
    page.changes.push(Change::new(record, None, page.raw.len()));
    page.raw.push(json!({ "gone": external_id }).to_string());
}

fn told_gone(value: &Value) -> Option<String> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get("gone")?.as_str().map(str::to_owned)
}
