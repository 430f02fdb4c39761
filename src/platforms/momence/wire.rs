//! What Momence sends: a page under `payload`, with where it stands under `pagination`.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::platforms::PlatformError;
pub(super) use crate::platforms::kit::{
    fields::{Fields, Unfit, whole},
    json::{at, clean, each, keep, parse, record},
};

/// A page as it came.
pub(super) struct Listed<'a> {
    /// Its records, unread.
    pub(super) records: Vec<&'a RawValue>,
    /// How many records the question has in all, where told.
    pub(super) total: Option<u64>,
}

/// Reads a page.
pub(super) fn list(body: &str) -> Result<Listed<'_>, PlatformError> {
    #[derive(Deserialize)]
    struct Page<'a> {
        #[serde(borrow)]
        payload: Vec<&'a RawValue>,
        #[serde(default)]
        pagination: Value,
    }
    let page: Page<'_> = parse(body)?;
    let total = page.pagination.get("totalCount").and_then(whole).and_then(|total| u64::try_from(total).ok());
    Ok(Listed { records: page.payload, total })
}

impl Listed<'_> {
    /// Whether another page follows this one, the `number`th of up to `size` records.
    pub(super) fn has_more(&self, number: u64, size: u32) -> bool {
        let shown = self.records.len() as u64;
        match self.total {
            Some(total) => shown > 0 && number.saturating_mul(u64::from(size)) < total,
            None => shown >= u64::from(size),
        }
    }
}
