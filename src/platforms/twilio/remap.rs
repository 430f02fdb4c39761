//! Kept records, mapped once more.

use serde_json::Value;

use super::{
    map::{self, Sheet},
    plan::MESSAGES,
    pull, webhook_map,
    wire::{self, Medium},
};
use crate::{
    domain::stream::Page,
    platforms::{Account, Stored},
};

pub(super) fn remap(account: &Account, stored: &Stored<'_>) -> Result<Page, String> {
    let mut page = Page {
        stream: MESSAGES,
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    let mut sheet = Sheet::default();
    for record in stored.records {
        let record = wire::record(record.get()).ok_or("a kept record is not JSON that can be read")?;
        if stored.told {
            webhook_map::map(&mut page, &record, account, stored.observed_at, true)?;
            continue;
        }
        if let Some(id) = record.get("gone").and_then(Value::as_str) {
            pull::gone(&mut page, id);
            continue;
        }
        let files: Option<Vec<Medium>> =
            record.get("media").and_then(|media| serde_json::from_value(media.clone()).ok());
        let files = files.or_else(|| (map::files(&record) == 0).then(Vec::new));
        map::add(&mut page, &mut sheet, record, files.as_deref(), &account.region);
    }
    sheet.write(&mut page);
    Ok(page)
}
