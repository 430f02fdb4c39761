//! JSON as others write it: told apart from what is not JSON, records readable on their own, made fit to be kept.

use serde::Deserialize;
use serde_json::Value;

use crate::platforms::PlatformError;

/// Reads JSON and tells what is not JSON from what has another shape, without a word of the text itself.
pub(in crate::platforms) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, PlatformError> {
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
pub(in crate::platforms) fn record(text: &str) -> Option<Value> {
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
pub(in crate::platforms) fn clean(value: &mut Value) {
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

/// Leaves of an object only these fields.
pub(in crate::platforms) fn keep(value: &mut Value, names: &[&str]) {
    if let Value::Object(map) = value {
        map.retain(|name, _| names.contains(&name.as_str()));
    }
}

/// Changes what stands under a name, if anything does.
pub(in crate::platforms) fn at(value: &mut Value, name: &str, change: impl FnOnce(&mut Value)) {
    if let Some(inside) = value.get_mut(name) {
        change(inside);
    }
}

/// Changes every element of a list.
pub(in crate::platforms) fn each(value: &mut Value, change: impl FnMut(&mut Value)) {
    if let Value::Array(items) = value {
        items.iter_mut().for_each(change);
    }
}
