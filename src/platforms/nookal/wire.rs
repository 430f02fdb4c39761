//! What Nookal sends: an envelope that says by a word whether it failed, rows of GraphQL, and its notations of flags and times.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{
    Timestamp,
    civil::{Date, Time},
    fmt::strtime,
    tz::TimeZone,
};
use serde_json::{Value, value::RawValue};

use crate::platforms::PlatformError;
pub(super) use crate::platforms::kit::{
    fields::{Fields, Unfit, local, whole},
    json::{clean, parse, record},
};

/// A page as it came.
#[derive(Debug)]
pub(super) struct Listed<'a> {
    /// Its records, unread.
    pub(super) records: Vec<&'a RawValue>,
    /// How many records the question has in all.
    pub(super) total: Option<u64>,
    /// Whether there is another page.
    pub(super) more: bool,
}

/// What the older interface answers.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    Listed(Listed<'a>),
    /// It failed, whatever the status says; its code, which is safe to show.
    Failed(String),
}

impl<'a> Answer<'a> {
    /// The page, or what the failure means.
    pub(super) fn listed(self, what: &str) -> Result<Listed<'a>, PlatformError> {
        match self {
            Self::Listed(listed) => Ok(listed),
            Self::Failed(code) if code.starts_with("L000") => Err(PlatformError::Denied(format!(
                "Nookal refuses the API key ({code}): it was mistyped, switched off or deleted"
            ))),
            Self::Failed(code) => Err(PlatformError::Malformed(format!("Nookal's {what} fails ({code})"))),
        }
    }
}

/// Reads an answer of the older interface; its list stands under one of these names, or is the only one.
pub(super) fn older<'a>(body: &'a str, lists: &[&str]) -> Result<Answer<'a>, PlatformError> {
    let other = |what: &str| PlatformError::Malformed(format!("the answer {what}"));
    let envelope: BTreeMap<String, &RawValue> = parse(body)?;
    let value = |name: &str| envelope.get(name).and_then(|raw| record(raw.get())).unwrap_or_default();
    match value("status").as_str() {
        Some("success") => {}
        Some("failure") => return Ok(Answer::Failed(code(&value("details")))),
        _ => return Err(other("says neither success nor failure")),
    }
    let data = envelope.get("data").ok_or_else(|| other("holds no data"))?;
    let data: BTreeMap<String, &RawValue> = parse(data.get())?;
    let results = data.get("results").ok_or_else(|| other("holds no results"))?;
    let records = match results.get().trim_start().starts_with('[') {
        true => parse(results.get())?,
        false => {
            let results: BTreeMap<String, &RawValue> = parse(results.get())?;
            let mut arrays = results.values().filter(|raw| raw.get().trim_start().starts_with('['));
            let only = arrays.next().filter(|_| lists.is_empty() && arrays.next().is_none());
            let named = lists.iter().find_map(|name| results.get(*name)).or(only);
            let list: Option<Vec<&RawValue>> =
                parse(named.ok_or_else(|| other("holds no such list"))?.get())?;
            list.unwrap_or_default()
        }
    };
    let (settings, details) = (value("settings"), value("details"));
    // Some have seen the one's fields in the other.
    let number = |name: &str| {
        let found = settings.get(name).filter(|it| !it.is_null()).or_else(|| details.get(name));
        found.and_then(whole).and_then(|number| u64::try_from(number).ok())
    };
    let more = number("nextPage").is_some_and(|next| next > 0) && !records.is_empty();
    Ok(Answer::Listed(Listed { more, total: number("totalItems"), records }))
}

/// A failure's code, if it is one.
fn code(details: &Value) -> String {
    let code = details.get("errorCode").and_then(Value::as_str).unwrap_or_default();
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    match (1..=16).contains(&code.len()) && code.bytes().all(sound) {
        true => code.to_owned(),
        false => "without a code".to_owned(),
    }
}

/// What the newer interface answers.
#[derive(Debug)]
pub(super) enum Graph<'a> {
    Rows(Vec<&'a RawValue>),
    Faults(Faults),
}

/// What is wrong with a query. The words themselves are never shown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Faults {
    /// The token has ended.
    pub(super) ended: bool,
    /// The client may not ask this.
    pub(super) forbidden: bool,
    /// Fields that there are not.
    pub(super) unknown: BTreeSet<String>,
}

/// Reads an answer of the newer interface, whose rows are asked for as `rows`.
pub(super) fn newer(body: &str) -> Result<Graph<'_>, PlatformError> {
    let envelope: BTreeMap<String, &RawValue> = parse(body)?;
    if let Some(faults) = faults(body) {
        return Ok(Graph::Faults(faults));
    }
    let other = || PlatformError::Malformed("the answer holds no rows".into());
    let data: Option<BTreeMap<String, &RawValue>> = parse(envelope.get("data").ok_or_else(other)?.get())?;
    let rows = data.as_ref().and_then(|data| data.get("rows")).ok_or_else(other)?;
    if rows.get().trim_start().starts_with('{') {
        // A list that is one row comes without its brackets.
        return Ok(Graph::Rows(vec![rows]));
    }
    let rows: Option<Vec<&RawValue>> = parse(rows.get())?;
    Ok(Graph::Rows(rows.ok_or_else(other)?))
}

/// What is said to be wrong, if anything.
pub(super) fn faults(body: &str) -> Option<Faults> {
    let body = record(body)?;
    let errors = body.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty());
    let messages: Vec<&str> = match errors {
        Some(errors) => errors.iter().filter_map(|error| error.get("message")?.as_str()).collect(),
        None => vec![body.get("message").filter(|_| body.get("data").is_none())?.as_str()?],
    };
    let said = |words: &[&str]| {
        messages.iter().any(|message| {
            let message = message.to_lowercase();
            words.iter().any(|word| message.contains(word))
        })
    };
    let unknown = messages.iter().filter_map(|message| {
        let (name, _) = message.strip_prefix("Cannot query field \"")?.split_once('"')?;
        Some(name.to_owned())
    });
    Some(Faults {
        ended: said(&["token has expired", "supply a current bearer", "invalid token"]),
        forbidden: said(&["not authorized", "not authorised", "permission", "forbidden", "access denied"]),
        unknown: unknown.collect(),
    })
}

/// An id of another record; nothing where it is empty or 0.
pub(super) fn reference(fields: &Fields<'_>, name: &str) -> Result<Option<String>, Unfit> {
    Ok(fields.maybe_id(name)?.filter(|id| id != "0"))
}

/// A day. A text that is none says nothing, as `0000-00-00` does.
pub(super) fn day(fields: &Fields<'_>, name: &str) -> Result<Option<Date>, Unfit> {
    if let Some(day) = printed(fields, name).and_then(|printed| printed.to_date().ok()) {
        return Ok(Some(day).filter(|day| (1850..2100).contains(&day.year())));
    }
    lenient(fields, name, fields.date(name))
}

/// A moment as clocks in `zone` show it, or with its offset. A text that is none says nothing; nor does one without a zone.
pub(super) fn moment(
    fields: &Fields<'_>,
    name: &str,
    zone: Option<&TimeZone>,
) -> Result<Option<Timestamp>, Unfit> {
    if let Some(at) = printed(fields, name).and_then(|printed| printed.to_timestamp().ok()) {
        return Ok(Some(at).filter(|at| (1..4_102_444_800).contains(&at.as_second())));
    }
    let told = lenient(fields, name, fields.local_time(name, zone.unwrap_or(&TimeZone::UTC)))?;
    Ok(told.filter(|_| zone.is_some()))
}

/// A time of a day, `HH:MM:SS` or `HH:MM`. A text that is none says nothing.
pub(super) fn time_of(
    fields: &Fields<'_>,
    name: &str,
    day: Date,
    zone: &TimeZone,
) -> Result<Option<Timestamp>, Unfit> {
    let time = fields.text(name)?.and_then(|text| text.trim().parse::<Time>().ok());
    Ok(time.and_then(|time| local(&day.to_datetime(time).to_string(), zone)))
}

/// A moment as browsers print it: `Fri Jan 31 2025 10:00:00 GMT+1000 (…)`.
fn printed(fields: &Fields<'_>, name: &str) -> Option<strtime::BrokenDownTime> {
    let text = fields.told(name)?.as_str()?;
    let text = text.split(" (").next()?.trim();
    strtime::parse("%a %b %d %Y %H:%M:%S GMT%z", text).ok()
}

fn lenient<T>(fields: &Fields<'_>, name: &str, read: Result<Option<T>, Unfit>) -> Result<Option<T>, Unfit> {
    match fields.told(name) {
        Some(Value::String(_)) => Ok(read.ok().flatten()),
        _ => read,
    }
}
