//! What ManyChat sends, read with tolerance: ids as texts or numbers, custom fields as a list from the API and as an
//! object in calls, times with the account's own offset, empty texts for nothing.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::platforms::PlatformError;

/// Times outside of [1970, 2100) are nobody's.
const LAST_SECOND: i64 = 4_102_444_800;
/// The longest id taken, in bytes: the platform's have up to 20 digits.
const LONGEST_ID: usize = 64;

/// The `data` of an answer. A refusal comes with `status` and words even where the HTTP status is fine.
pub(super) fn data(body: &str) -> Result<Value, Refusal> {
    let Ok(Value::Object(mut answer)) = serde_json::from_str::<Value>(body) else {
        return Err(Refusal::NotJson);
    };
    match answer.get("status").and_then(Value::as_str) {
        Some("success") => Ok(answer.remove("data").unwrap_or(Value::Null)),
        Some("error") => Err(Refusal::of(&answer)),
        _ => Err(Refusal::NotJson),
    }
}

/// Why the platform did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no such subscriber.
    NoSubscriber,
    /// Something else; its code, where it has one.
    Other(Option<i64>),
    /// The answer is not what the platform sends.
    NotJson,
}

impl Refusal {
    fn of(answer: &Map<String, Value>) -> Self {
        let messages = answer.get("details").and_then(|details| details.get("messages"));
        let messages = messages.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let words = messages.iter().filter_map(|message| message.get("message")?.as_str());
        let words = words.chain(answer.get("message").and_then(Value::as_str));
        let missing = |word: &str| {
            let word = word.to_ascii_lowercase();
            word.contains("subscriber") && (word.contains("does not exist") || word.contains("not found"))
        };
        if words.into_iter().any(missing) {
            return Self::NoSubscriber;
        }
        Self::Other(answer.get("code").and_then(Value::as_i64))
    }

    /// What it means where nothing may be missing.
    pub(super) fn error(&self) -> PlatformError {
        PlatformError::Malformed(match self {
            Self::NoSubscriber => "ManyChat knows no such subscriber".to_owned(),
            Self::Other(Some(code)) => format!("ManyChat refuses the request (code {code})"),
            Self::Other(None) => "ManyChat refuses the request".to_owned(),
            Self::NotJson => "the answer is not what ManyChat sends".to_owned(),
        })
    }
}

/// A field that cannot be understood: its name, the kind of value there, what is allowed.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{field} is {found}, allowed: {allowed}")]
pub(super) struct Unfit {
    pub(super) field: &'static str,
    pub(super) found: &'static str,
    pub(super) allowed: &'static str,
}

/// An id: a text of digits or a whole number, never a fraction.
pub(super) fn id(record: &Value, field: &'static str) -> Result<String, Unfit> {
    let value = record.get(field).unwrap_or(&Value::Null);
    let unfit = || Unfit { field, found: kind_of(value), allowed: "an id of digits" };
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return Err(unfit()),
    };
    let digits = !text.is_empty() && text.len() <= LONGEST_ID && text.bytes().all(|b| b.is_ascii_digit());
    if digits { Ok(text) } else { Err(unfit()) }
}

/// A text that is not empty; numbers read as they are written.
pub(super) fn text(record: &Value, field: &str) -> Option<String> {
    let text = match record.get(field)? {
        Value::String(text) => text.replace('\0', ""),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A time with its offset.
pub(super) fn time(record: &Value, field: &str) -> Option<Timestamp> {
    let at: Timestamp = record.get(field)?.as_str()?.trim().parse().ok()?;
    (1..LAST_SECOND).contains(&at.as_second()).then_some(at)
}

/// A truth, or nothing said.
pub(super) fn truth(record: &Value, field: &str) -> Option<bool> {
    match record.get(field)? {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Custom fields by name: `{"name": value}`, from either notation.
pub(super) fn custom_fields(record: &Value) -> Value {
    let named = |field: &Value| {
        let name = text(field, "name")?;
        Some((name, field.get("value").cloned().unwrap_or(Value::Null)))
    };
    let fields: Map<String, Value> = match record.get("custom_fields") {
        Some(Value::Array(fields)) => fields.iter().filter_map(named).collect(),
        Some(Value::Object(fields)) => fields.clone(),
        _ => Map::new(),
    };
    Value::Object(fields.into_iter().filter(|(_, value)| !value.is_null()).collect())
}

/// Tags by name, sorted; `None` where the record does not speak of tags.
pub(super) fn tags(record: &Value) -> Option<Value> {
    let tags = record.get("tags")?.as_array()?;
    let name = |tag: &Value| match tag {
        Value::String(name) => Some(name.clone()),
        tag => text(tag, "name"),
    };
    let mut names: Vec<String> = tags.iter().filter_map(name).collect();
    names.sort();
    names.dedup();
    Some(json!(names))
}

/// What kind of value stands there, without the value.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "absent or null",
        Value::Bool(_) => "a truth value",
        Value::Number(number) if number.is_f64() => "a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
