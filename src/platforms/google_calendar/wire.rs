//! What Google sends: a page of events under `items`, with what the calendar says of itself beside them.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, value::RawValue};

use crate::platforms::PlatformError;
pub(super) use crate::platforms::kit::{
    fields::{Fields, Unfit},
    json::{clean, keep, parse, record},
};

/// Tokens are opaque; longer ones are none.
const LONGEST_TOKEN: usize = 8192;
/// An event's id is no longer.
const LONGEST_ID: usize = 1024;
/// What a calendar says of itself with each page.
const HEAD: [&str; 4] = ["summary", "description", "timeZone", "accessRole"];

/// A page as it came.
pub(super) struct Listed<'a> {
    /// Its events, unread.
    pub(super) records: Vec<&'a RawValue>,
    /// Names the next page.
    pub(super) page: Option<String>,
    /// On the last page: stands for everything seen.
    pub(super) token: Option<String>,
    /// What the calendar says of itself.
    pub(super) head: Value,
}

/// Reads a page.
pub(super) fn list(body: &str) -> Result<Listed<'_>, PlatformError> {
    let page: BTreeMap<String, &RawValue> = parse(body)?;
    let Some(items) = page.get("items") else {
        return Err(PlatformError::Malformed("the answer holds no list of events".into()));
    };
    let records: Vec<&RawValue> = parse(items.get())?;
    let token = |name: &str| -> Result<Option<String>, PlatformError> {
        let told = page.get(name).map(|raw| serde_json::from_str::<Option<String>>(raw.get()));
        match told.transpose() {
            Ok(told) => Ok(told.flatten().filter(|token| (1..=LONGEST_TOKEN).contains(&token.len()))),
            Err(_) => Err(PlatformError::Malformed(format!("{name} is no text"))),
        }
    };
    let head = HEAD.into_iter().filter_map(|name| Some((name.to_owned(), record(page.get(name)?.get())?)));
    let mut head = Value::Object(head.collect::<Map<_, _>>());
    clean(&mut head);
    Ok(Listed { records, page: token("nextPageToken")?, token: token("nextSyncToken")?, head })
}

/// An event's id; unique in its calendar, and the same in the calendars of everybody invited.
pub(super) fn event_id(fields: &Fields<'_>) -> Result<String, Unfit> {
    let id = fields.told("id").and_then(Value::as_str).filter(|id| is_event_id(id));
    id.map(str::to_owned).ok_or_else(|| fields.unfit("id", "an event's id"))
}

pub(super) fn is_event_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/')
}

/// An event's id here: its calendar's and its own.
pub(super) fn external_id(calendar: &str, event: &str) -> String {
    format!("{calendar}/{event}")
}

/// A part of a path.
pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
