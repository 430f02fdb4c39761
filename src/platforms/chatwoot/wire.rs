//! What Chatwoot sends: lists in three shapes. Records are cut out of a page unread, so that one that cannot be understood leaves the others alone.

use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::platforms::PlatformError;
pub(super) use crate::platforms::kit::{
    fields::{Fields, Unfit, whole},
    json::{clean, parse, record},
};

/// A list as it came: its own count, and its records unread.
pub(super) struct Listed<'a> {
    /// How many records the list has in all, where it says so.
    pub(super) total: Option<u64>,
    /// The page's records.
    pub(super) records: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    meta: Option<&'a RawValue>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    count: Value,
    #[serde(default)]
    all_count: Value,
}

/// Reads a list: `{"data":{"meta","payload"}}`, `{"meta","payload"}` or a bare array.
pub(super) fn list(body: &str) -> Result<Listed<'_>, PlatformError> {
    if body.trim_start().starts_with('[') {
        return Ok(Listed { total: None, records: parse(body)? });
    }
    let mut envelope: Envelope<'_> = parse(body)?;
    if let Some(data) = envelope.data {
        envelope = parse(data.get())?;
    }
    let Some(payload) = envelope.payload else {
        return Err(PlatformError::Malformed("the answer holds no list named payload".into()));
    };
    let meta = envelope.meta.and_then(|meta| serde_json::from_str::<Meta>(meta.get()).ok());
    let total = meta.and_then(|meta| whole(&meta.all_count).or_else(|| whole(&meta.count)));
    Ok(Listed { total: total.and_then(|n| u64::try_from(n).ok()), records: parse(payload.get())? })
}

/// Reads one record, with or without its wrapper `{"payload":{…}}`.
pub(super) fn one(body: &str) -> Result<&RawValue, PlatformError> {
    let envelope: Envelope<'_> = parse(body)?;
    match envelope.payload {
        Some(payload) if payload.get().starts_with('{') => Ok(payload),
        _ => parse(body),
    }
}
