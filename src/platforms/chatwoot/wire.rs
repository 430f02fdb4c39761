//! What Chatwoot sends, read with tolerance: numbers as texts, times in three notations with 0 for "unset", lists for
//! empty objects. Records are cut out of a page unread, so that one that cannot be understood leaves the others alone.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::platforms::PlatformError;

/// Times outside of [1970, 2100) are nobody's.
const LAST_SECOND: i64 = 4_102_444_800;

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

/// Reads JSON and tells what is not JSON from what has another shape, without a word of the text itself.
pub(super) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, PlatformError> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => {
            PlatformError::Malformed("the answer has another shape than documented".into())
        }
        serde_json::error::Category::Eof => PlatformError::Transient("the answer ends in the middle".into()),
        _ => PlatformError::Transient("the answer is not JSON".into()),
    })
}

/// Reads one record. Half of a character's escape (a text cut in the middle of an emoji) costs that character, as bytes
/// that are no UTF-8 do; `None` when it is not JSON for any other reason.
pub(super) fn record(text: &str) -> Option<Value> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&whole_escapes(text))).ok()
}

/// Puts U+FFFD in place of every escape that is one half of a pair without the other.
fn whole_escapes(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        whole.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match (escaped(rest), rest.get(6..).and_then(escaped)) {
            (Some(0xD800..0xDC00), Some(0xDC00..0xE000)) => 12,
            (Some(0xD800..0xE000), _) => {
                whole.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (Some(_), _) => 6,
            // A backslash and what it escapes, so that the second of two begins nothing.
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        whole.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    whole.push_str(rest);
    whole
}

/// The number of the `\uXXXX` that a text begins with.
fn escaped(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// A field that cannot be understood: its name, the kind of value there, what is allowed.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{field} is {found}, allowed: {allowed}")]
pub(super) struct Unfit {
    field: String,
    found: &'static str,
    allowed: &'static str,
}

impl Unfit {
    /// A record of a kind that Chatwoot does not have.
    pub(super) fn unknown(kind: crate::domain::change::Kind) -> Self {
        Self { field: kind.as_str().to_owned(), found: "a record", allowed: "what Chatwoot keeps" }
    }
}

/// The fields of one record.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    /// `None` reads like an empty object.
    map: Option<&'a Map<String, Value>>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The fields of a whole record.
    pub(super) fn of(record: &'a Value) -> Result<Self, Unfit> {
        match record {
            Value::Object(map) => Ok(Self { map: Some(map), path: String::new() }),
            other => Err(Unfit { field: "the record".into(), found: kind_of(other), allowed: "an object" }),
        }
    }

    fn value(&self, name: &str) -> &'a Value {
        self.map.and_then(|map| map.get(name)).unwrap_or(&Value::Null)
    }

    /// The value, if it is not null.
    pub(super) fn told(&self, name: &str) -> Option<&'a Value> {
        Some(self.value(name)).filter(|value| !value.is_null())
    }

    /// What to say of a field that cannot be understood.
    pub(super) fn unfit(&self, name: &str, allowed: &'static str) -> Unfit {
        let found = kind_of(self.value(name));
        Unfit { field: format!("{}{name}", self.path), found, allowed }
    }

    /// An id: a whole number, or digits in a text.
    pub(super) fn id(&self, name: &str) -> Result<String, Unfit> {
        self.maybe_id(name)?.ok_or_else(|| self.unfit(name, "a whole number"))
    }

    /// An id or nothing.
    pub(super) fn maybe_id(&self, name: &str) -> Result<Option<String>, Unfit> {
        match self.value(name) {
            Value::Null => Ok(None),
            value => match whole(value) {
                Some(id) if id >= 0 => Ok(Some(id.to_string())),
                _ => Err(self.unfit(name, "a whole number")),
            },
        }
    }

    /// A text; empty is absent. Numbers and booleans are read as their text.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Unfit> {
        Ok(match self.value(name) {
            Value::Null => None,
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => return Err(self.unfit(name, "a text")),
        })
    }

    /// Yes or no; 0, 1 and their texts are read too.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Unfit> {
        Ok(match self.value(name) {
            Value::Null => None,
            Value::Bool(flag) => Some(*flag),
            value => match (whole(value), value.as_str()) {
                (Some(0), _) | (_, Some("false" | "")) => Some(false),
                (Some(1), _) | (_, Some("true")) => Some(true),
                _ => return Err(self.unfit(name, "true or false")),
            },
        })
    }

    /// A whole number within `T`.
    pub(super) fn number<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>, Unfit> {
        match self.value(name) {
            Value::Null => Ok(None),
            value => match whole(value).and_then(|number| T::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.unfit(name, "a whole number of a sensible size")),
            },
        }
    }

    /// A time: seconds since 1970 (whole or not, 0 for unset), the same as text, or RFC 3339.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, Unfit> {
        let unfit = || self.unfit(name, "a time between 1970 and 2100, as seconds or RFC 3339");
        let time = match self.value(name) {
            Value::Null => return Ok(None),
            Value::Number(number) => seconds(number.as_f64().ok_or_else(unfit)?),
            Value::String(text) if text.is_empty() => return Ok(None),
            Value::String(text) => match text.parse::<f64>() {
                Ok(number) => seconds(number),
                Err(_) => text.parse::<Timestamp>().ok(),
            },
            _ => None,
        };
        match time {
            Some(time) if time == Timestamp::UNIX_EPOCH => Ok(None),
            Some(time) if (0..LAST_SECOND).contains(&time.as_second()) && time > Timestamp::UNIX_EPOCH => {
                Ok(Some(time))
            }
            _ => Err(unfit()),
        }
    }

    /// A free object; absent, null and a list are an empty one (some servers write `[]` for `{}`).
    pub(super) fn object(&self, name: &str) -> Result<Value, Unfit> {
        match self.value(name) {
            Value::Object(map) => Ok(Value::Object(map.clone())),
            Value::Null => Ok(Value::Object(Map::new())),
            Value::Array(items) if items.is_empty() => Ok(Value::Object(Map::new())),
            _ => Err(self.unfit(name, "an object")),
        }
    }

    /// The fields of an object inside; none when it is absent, null or `[]`.
    pub(super) fn inside(&self, name: &str) -> Result<Option<Fields<'a>>, Unfit> {
        match self.value(name) {
            Value::Object(map) => Ok(Some(Fields { map: Some(map), path: format!("{}{name}.", self.path) })),
            Value::Null => Ok(None),
            Value::Array(items) if items.is_empty() => Ok(None),
            _ => Err(self.unfit(name, "an object")),
        }
    }

    /// The same, where nothing inside reads as nothing there.
    pub(super) fn within(&self, name: &str) -> Result<Fields<'a>, Unfit> {
        let nothing = || Fields { map: None, path: format!("{}{name}.", self.path) };
        Ok(self.inside(name)?.unwrap_or_else(nothing))
    }

    /// The fields of each object in a list; `None` when the list is absent.
    pub(super) fn each(&self, name: &str) -> Result<Option<Vec<Fields<'a>>>, Unfit> {
        let items = match self.value(name) {
            Value::Null => return Ok(None),
            Value::Object(map) if map.is_empty() => return Ok(Some(Vec::new())),
            Value::Array(items) => items,
            _ => return Err(self.unfit(name, "a list")),
        };
        let fields = items.iter().enumerate().map(|(at, item)| match item {
            Value::Object(map) => Ok(Fields { map: Some(map), path: format!("{}{name}[{at}].", self.path) }),
            other => Err(Unfit {
                field: format!("{}{name}[{at}]", self.path),
                found: kind_of(other),
                allowed: "an object",
            }),
        });
        fields.collect::<Result<_, _>>().map(Some)
    }

    /// A list of texts; absent is empty.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Unfit> {
        let unfit = || self.unfit(name, "a list of texts");
        match self.value(name) {
            Value::Null => Ok(Vec::new()),
            Value::Object(map) if map.is_empty() => Ok(Vec::new()),
            Value::Array(items) => {
                items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(unfit)).collect()
            }
            _ => Err(unfit()),
        }
    }
}

/// A whole number, also when it stands in a text or ends in `.0`.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15)?;
            #[allow(clippy::cast_possible_truncation)] // whole and small: just tested
            Some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn seconds(seconds: f64) -> Option<Timestamp> {
    if !seconds.is_finite() {
        return None;
    }
    // The platform writes milliseconds at best; rounding to microseconds undoes what the float added.
    let micros = (seconds * 1e6).round();
    #[allow(clippy::cast_possible_truncation)] // a float's cast saturates, and the range is tested after
    Timestamp::from_microsecond(micros as i64).ok()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "absent",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Names that hold secrets, wherever they stand.
const SECRETS: [&str; 11] = [
    "token",
    "secret",
    "password",
    "passwd",
    "hmac",
    "api_key",
    "apikey",
    "access_key",
    "private_key",
    "authorization",
    "provider_config",
];

/// Makes a value fit to be kept: without fields that hold secrets, and without U+0000, which no database text can hold.
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => text.retain(|c| c != '\0'),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(map) => {
            map.retain(|name, _| {
                let name = name.to_ascii_lowercase();
                !name.contains('\0') && !SECRETS.iter().any(|secret| name.contains(secret))
            });
            map.values_mut().for_each(clean);
        }
        _ => {}
    }
}
