//! What Twilio sends: pages whose next one is named by a path, times as in letters, statuses with an order.

use jiff::{Timestamp, fmt::rfc2822};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::platforms::PlatformError;
pub(super) use crate::platforms::kit::{
    fields::{Fields, Unfit},
    json::{clean, keep, parse, record},
};

/// A page of messages as it came.
#[derive(Deserialize)]
pub(super) struct Listed<'a> {
    /// Its records, unread.
    #[serde(borrow)]
    pub(super) messages: Vec<&'a RawValue>,
    /// Path and query of the next page.
    #[serde(default)]
    pub(super) next_page_uri: Option<String>,
}

/// The files of a message.
#[derive(Deserialize)]
pub(super) struct Files {
    media_list: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    sid: String,
    #[serde(default)]
    content_type: Option<String>,
}

/// Id and media type of a file.
pub(super) type Medium = (String, String);

impl Files {
    /// Those with an id that is one.
    pub(super) fn read(self) -> Vec<Medium> {
        let files = self.media_list.into_iter().filter(|file| is_id(&file.sid, "ME"));
        files.map(|file| (file.sid, file.content_type.unwrap_or_default())).collect()
    }
}

/// Two letters, then letters and digits.
pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    let rest = text.strip_prefix(prefix);
    rest.is_some_and(|rest| {
        (1..=62).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A time as in letters: `Mon, 05 Jan 2026 15:04:05 +0000`.
pub(super) fn letter(fields: &Fields<'_>, name: &str) -> Result<Option<Timestamp>, Unfit> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    let at = rfc2822::DateTimeParser::new().parse_timestamp(&text).ok();
    let at = at.filter(|at| (1..4_102_444_800).contains(&at.as_second()));
    at.map(Some).ok_or_else(|| fields.unfit(name, "a time such as Mon, 05 Jan 2026 15:04:05 +0000"))
}

/// How far a message has come, so that it never goes back: what failed yields to what arrived after all. Statuses nobody
/// knows are before all.
pub(super) fn rank(status: &str) -> i64 {
    match status {
        "accepted" | "received" => 1,
        "queued" => 2,
        "sending" => 3,
        "sent" => 4,
        "failed" | "undelivered" | "canceled" => 5,
        "delivered" => 6,
        "read" => 7,
        _ => 0,
    }
}

/// The query of the next page, when its path leads to the same list.
pub(super) fn next(uri: Option<&str>, path: &str) -> Result<Option<String>, PlatformError> {
    let Some(uri) = uri.filter(|uri| !uri.is_empty()) else { return Ok(None) };
    let query = uri.strip_prefix(path).and_then(|rest| rest.strip_prefix('?'));
    let sound = |query: &&str| query.len() <= 1000 && query.bytes().all(|byte| byte.is_ascii_graphic());
    match query.filter(sound) {
        Some(query) => Ok(Some(query.to_owned())),
        None => Err(PlatformError::Malformed("the next page is not of the same list".into())),
    }
}
