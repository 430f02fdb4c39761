//! What Cliniko sends: a page with its records under the collection's own name, and links where others have ids.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::platforms::PlatformError;
pub(super) use crate::platforms::kit::{
    fields::{Fields, Unfit, whole},
    json::{clean, parse, record},
};

/// A page as it came.
pub(super) struct Listed<'a> {
    /// Its records, unread.
    pub(super) records: Vec<&'a RawValue>,
    /// How many records the question has in all.
    pub(super) total: Option<u64>,
    /// Whether there is another page.
    pub(super) more: bool,
}

/// Reads a page of the collection `name`.
pub(super) fn list<'a>(body: &'a str, name: &str) -> Result<Listed<'a>, PlatformError> {
    let page: BTreeMap<String, &RawValue> = parse(body)?;
    let Some(records) = page.get(name) else {
        return Err(PlatformError::Malformed("the answer holds no such list".into()));
    };
    let records: Vec<&RawValue> = parse(records.get())?;
    let value =
        |name: &str| page.get(name).and_then(|raw| serde_json::from_str::<serde_json::Value>(raw.get()).ok());
    let total = value("total_entries").as_ref().and_then(whole).and_then(|total| u64::try_from(total).ok());
    // The link itself is never followed: where to go next is known without it.
    let next = value("links").is_some_and(|links| links.get("next").is_some_and(|next| next.is_string()));
    Ok(Listed { more: next && !records.is_empty(), records, total })
}

/// The id that a relation points to, when it points into one of these collections; links may be queries or lead to
/// places that nobody knows.
pub(super) fn relation(fields: &Fields<'_>, name: &str, known: &[&str]) -> Result<Option<String>, Unfit> {
    Ok(link(fields, name)?.and_then(|(collection, id)| known.contains(&collection.as_str()).then_some(id)))
}

/// The collection and the id that a relation points to.
pub(super) fn link(fields: &Fields<'_>, name: &str) -> Result<Option<(String, String)>, Unfit> {
    let Some(address) = fields.within(name)?.within("links")?.text("self")? else { return Ok(None) };
    let path = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut segments = path.rsplit('/');
    let (Some(id), Some(collection)) = (segments.next(), segments.next()) else { return Ok(None) };
    let is_id = (1..=40).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Ok((is_id && id.bytes().any(|byte| byte.is_ascii_digit()))
        .then(|| (collection.to_owned(), id.to_owned())))
}
