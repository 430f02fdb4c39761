//! The fields of a record, read with tolerance: numbers as texts, truths as 0 and 1, times in several notations, lists for
//! empty objects. What cannot be understood is said by name and kind, never by value.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// Times outside of [1970, 2100) are nobody's.
const LAST_SECOND: i64 = 4_102_444_800;
/// Longer texts are no ids.
const LONGEST_ID: usize = 128;
const ID: &str = "an id";
/// No practice has as much, whatever its currency.
const MOST_MONEY: i64 = 1_000_000_000_000;
const MONEY: &str = "an amount such as \"85.50\"";

/// A field that cannot be understood: its name, the kind of value there, what is allowed.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{field} is {found}, allowed: {allowed}")]
pub(in crate::platforms) struct Unfit {
    field: String,
    found: &'static str,
    allowed: &'static str,
}

impl Unfit {
    /// What stands in a field as a whole: `found` and `allowed` say nothing of the value.
    pub(in crate::platforms) fn new(
        field: impl Into<String>,
        found: &'static str,
        allowed: &'static str,
    ) -> Self {
        Self { field: field.into(), found, allowed }
    }
}

/// The fields of one record.
#[derive(Clone)]
pub(in crate::platforms) struct Fields<'a> {
    /// `None` reads like an empty object.
    map: Option<&'a Map<String, Value>>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The fields of a whole record.
    pub(in crate::platforms) fn of(record: &'a Value) -> Result<Self, Unfit> {
        match record {
            Value::Object(map) => Ok(Self { map: Some(map), path: String::new() }),
            other => Err(Unfit { field: "the record".into(), found: kind_of(other), allowed: "an object" }),
        }
    }

    fn value(&self, name: &str) -> &'a Value {
        self.map.and_then(|map| map.get(name)).unwrap_or(&Value::Null)
    }

    /// The value, if it is not null.
    pub(in crate::platforms) fn told(&self, name: &str) -> Option<&'a Value> {
        Some(self.value(name)).filter(|value| !value.is_null())
    }

    /// What to say of a field that cannot be understood.
    pub(in crate::platforms) fn unfit(&self, name: &str, allowed: &'static str) -> Unfit {
        let found = kind_of(self.value(name));
        Unfit { field: format!("{}{name}", self.path), found, allowed }
    }

    /// An id: a whole number, or digits in a text.
    pub(in crate::platforms) fn whole_id(&self, name: &str) -> Result<String, Unfit> {
        self.maybe_whole_id(name)?.ok_or_else(|| self.unfit(name, "a whole number"))
    }

    /// Such an id or nothing.
    pub(in crate::platforms) fn maybe_whole_id(&self, name: &str) -> Result<Option<String>, Unfit> {
        match self.value(name) {
            Value::Null => Ok(None),
            value => match whole(value) {
                Some(id) if id >= 0 => Ok(Some(id.to_string())),
                _ => Err(self.unfit(name, "a whole number")),
            },
        }
    }

    /// An id as it stands: a text without blanks, or a whole number. Numbers of 64 bits stay whole.
    pub(in crate::platforms) fn id(&self, name: &str) -> Result<String, Unfit> {
        self.maybe_id(name)?.ok_or_else(|| self.unfit(name, ID))
    }

    /// Such an id or nothing.
    pub(in crate::platforms) fn maybe_id(&self, name: &str) -> Result<Option<String>, Unfit> {
        match self.value(name) {
            Value::Null => Ok(None),
            value => id(value).ok_or_else(|| self.unfit(name, ID)),
        }
    }

    /// A list of ids; absent is empty.
    pub(in crate::platforms) fn ids(&self, name: &str) -> Result<Vec<String>, Unfit> {
        match self.value(name) {
            Value::Null => Ok(Vec::new()),
            Value::Array(items) => {
                let ids = items
                    .iter()
                    .map(|item| id(item).flatten().ok_or_else(|| self.unfit(name, "a list of ids")));
                ids.collect()
            }
            _ => Err(self.unfit(name, "a list of ids")),
        }
    }

    /// An exact number: a text such as `85.50`, or a number. Empty is absent.
    pub(in crate::platforms) fn decimal(&self, name: &str) -> Result<Option<Decimal>, Unfit> {
        let text = match self.value(name) {
            Value::Null => return Ok(None),
            Value::String(text) if text.trim().is_empty() => return Ok(None),
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return Err(self.unfit(name, MONEY)),
        };
        let exact = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).ok();
        let sensible = |number: &Decimal| number.abs() < Decimal::from(MOST_MONEY) && number.scale() <= 9;
        exact.filter(sensible).map(Some).ok_or_else(|| self.unfit(name, MONEY))
    }

    /// A day, `YYYY-MM-DD`; a time of that day behind it is left away. Empty and `0000-00-00` are absent.
    pub(in crate::platforms) fn date(&self, name: &str) -> Result<Option<Date>, Unfit> {
        let unfit = || self.unfit(name, "a day between 1850 and 2100, YYYY-MM-DD");
        let text = match self.value(name) {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim(),
            _ => return Err(unfit()),
        };
        if text.is_empty() || text.starts_with("0000-00-00") {
            return Ok(None);
        }
        let day = text.get(..10).and_then(|day| day.parse::<Date>().ok());
        day.filter(|day| (1850..2100).contains(&day.year())).map(Some).ok_or_else(unfit)
    }

    /// A local time, `YYYY-MM-DD HH:MM:SS` (or with a `T`), as clocks in `zone` show it: a time that the clocks jumped over
    /// is as much later, one that they showed twice is the first. Empty and zeros are absent; a time with an offset is itself.
    pub(in crate::platforms) fn local_time(
        &self,
        name: &str,
        zone: &TimeZone,
    ) -> Result<Option<Timestamp>, Unfit> {
        let unfit = || self.unfit(name, "a local time between 1970 and 2100, YYYY-MM-DD HH:MM:SS");
        let text = match self.value(name) {
            Value::Null => return Ok(None),
            Value::String(text) => text.trim(),
            _ => return Err(unfit()),
        };
        if text.is_empty() || text.starts_with("0000-00-00") {
            return Ok(None);
        }
        let told = text.parse::<Timestamp>().ok().or_else(|| local(text, zone));
        told.filter(|at| (1..LAST_SECOND).contains(&at.as_second())).map(Some).ok_or_else(unfit)
    }

    /// A text; empty is absent. Numbers and booleans are read as their text.
    pub(in crate::platforms) fn text(&self, name: &str) -> Result<Option<String>, Unfit> {
        Ok(match self.value(name) {
            Value::Null => None,
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => return Err(self.unfit(name, "a text")),
        })
    }

    /// Yes or no; 0, 1 and their texts are read too.
    pub(in crate::platforms) fn flag(&self, name: &str) -> Result<Option<bool>, Unfit> {
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
    pub(in crate::platforms) fn number<T: TryFrom<i64>>(&self, name: &str) -> Result<Option<T>, Unfit> {
        match self.value(name) {
            Value::Null => Ok(None),
            value => match whole(value).and_then(|number| T::try_from(number).ok()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.unfit(name, "a whole number of a sensible size")),
            },
        }
    }

    /// A time: seconds since 1970 (whole or not, 0 for unset), the same as text, or RFC 3339.
    pub(in crate::platforms) fn time(&self, name: &str) -> Result<Option<Timestamp>, Unfit> {
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
    pub(in crate::platforms) fn object(&self, name: &str) -> Result<Value, Unfit> {
        match self.value(name) {
            Value::Object(map) => Ok(Value::Object(map.clone())),
            Value::Null => Ok(Value::Object(Map::new())),
            Value::Array(items) if items.is_empty() => Ok(Value::Object(Map::new())),
            _ => Err(self.unfit(name, "an object")),
        }
    }

    /// The fields of an object inside; none when it is absent, null or `[]`.
    pub(in crate::platforms) fn inside(&self, name: &str) -> Result<Option<Fields<'a>>, Unfit> {
        match self.value(name) {
            Value::Object(map) => Ok(Some(Fields { map: Some(map), path: format!("{}{name}.", self.path) })),
            Value::Null => Ok(None),
            Value::Array(items) if items.is_empty() => Ok(None),
            _ => Err(self.unfit(name, "an object")),
        }
    }

    /// The same, where nothing inside reads as nothing there.
    pub(in crate::platforms) fn within(&self, name: &str) -> Result<Fields<'a>, Unfit> {
        let nothing = || Fields { map: None, path: format!("{}{name}.", self.path) };
        Ok(self.inside(name)?.unwrap_or_else(nothing))
    }

    /// The fields of each object in a list; `None` when the list is absent.
    pub(in crate::platforms) fn each(&self, name: &str) -> Result<Option<Vec<Fields<'a>>>, Unfit> {
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

    /// These fields, where they say something, as an object.
    pub(in crate::platforms) fn only(&self, names: &[&str]) -> Value {
        let told =
            names.iter().filter_map(|name| self.told(name).map(|value| ((*name).to_owned(), value.clone())));
        Value::Object(told.collect::<Map<_, _>>())
    }

    /// A list of texts; absent is empty.
    pub(in crate::platforms) fn texts(&self, name: &str) -> Result<Vec<String>, Unfit> {
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
pub(in crate::platforms) fn whole(value: &Value) -> Option<i64> {
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

/// A text that can be an id, or a whole number; `None` for what is neither, `Some(None)` for an empty text.
#[expect(clippy::option_option, reason = "absent and wrong are two things")]
fn id(value: &Value) -> Option<Option<String>> {
    match value {
        Value::String(text) if text.trim().is_empty() => Some(None),
        Value::String(text) => {
            let text = text.trim();
            let sound = text.len() <= LONGEST_ID && text.bytes().all(|byte| byte.is_ascii_graphic());
            sound.then(|| Some(text.to_owned()))
        }
        Value::Number(number) if number.is_u64() => Some(Some(number.to_string())),
        _ => None,
    }
}

/// What clocks in a zone showed.
pub(in crate::platforms) fn local(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let time = text.parse::<DateTime>().ok()?;
    zone.to_ambiguous_timestamp(time).compatible().ok()
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
