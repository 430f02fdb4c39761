//! Reading JSON that others write, with tolerance: what is missing, null or of another type is simply not there.

use jiff::Timestamp;
use serde_json::Value;

/// A text that is not empty.
pub(in crate::platforms) fn text(record: &Value, field: &str) -> Option<String> {
    let text = clean(record.get(field)?.as_str()?);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An id: a text, or an object that has one, as expandable fields do.
pub(in crate::platforms) fn id(record: &Value, field: &str) -> Option<String> {
    match record.get(field)? {
        object @ Value::Object(_) => text(object, "id"),
        _ => text(record, field),
    }
}

/// Milliseconds since 1970.
pub(in crate::platforms) fn millis(record: &Value, field: &str) -> Option<Timestamp> {
    plausible(Timestamp::from_millisecond(whole(record.get(field)?)?).ok()?)
}

/// Seconds since 1970.
pub(in crate::platforms) fn seconds(record: &Value, field: &str) -> Option<Timestamp> {
    plausible(Timestamp::from_second(whole(record.get(field)?)?).ok()?)
}

/// A truth; false when it is not there.
pub(in crate::platforms) fn flag(record: &Value, field: &str) -> bool {
    record.get(field).and_then(Value::as_bool).unwrap_or(false)
}

/// The list under a field; empty when it is none.
pub(in crate::platforms) fn list<'a>(record: &'a Value, field: &str) -> &'a [Value] {
    record.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "times are far from where a whole number of this size is cut"
)]
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|number| number.abs() < 1e15).map(|number| number as i64))
}

/// Times outside of (1970, 2100) are nobody's.
fn plausible(at: Timestamp) -> Option<Timestamp> {
    (1..4_102_444_800).contains(&at.as_second()).then_some(at)
}

/// The database takes every character but one.
fn clean(text: &str) -> String {
    text.replace('\0', "")
}
