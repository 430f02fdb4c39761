//! The settings of one account at Cliniko.

use std::time::Duration;

use serde_json::Value;

use crate::platforms::kit::exchange;

/// What an account's settings say; what they leave open is the daemon's to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    /// In place of the address that follows from the key: a simulator of this machine.
    pub(super) base_url: Option<String>,
    pub(super) poll: Option<Duration>,
    pub(super) requests_per_minute: Option<u32>,
    /// Whether treatment notes are read: the organization asked for it.
    pub(super) clinical_notes: bool,
}

const FIELDS: [&str; 4] = ["base_url", "poll_interval_seconds", "requests_per_minute", "clinical_notes"];

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed.
    pub(super) fn read(settings: &Value, plain_loopback: bool) -> Result<Self, String> {
        let empty = serde_json::Map::new();
        let map = match settings {
            Value::Null => &empty,
            Value::Object(map) => map,
            _ => return Err("settings: not an object; allowed: {\"clinical_notes\": true}".into()),
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        let told = |name: &str| map.get(name).filter(|value| !value.is_null());
        Ok(Self {
            base_url: told("base_url").map(|value| base_url(value, plain_loopback)).transpose()?,
            poll: number(told("poll_interval_seconds"), "poll_interval_seconds", 30, 86_400)?
                .map(|seconds| Duration::from_secs(u64::from(seconds))),
            requests_per_minute: number(told("requests_per_minute"), "requests_per_minute", 1, 200)?,
            clinical_notes: match told("clinical_notes") {
                None => false,
                Some(Value::Bool(wanted)) => *wanted,
                Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
                Some(_) => return Err("clinical_notes: neither true nor false; allowed: true, false".into()),
            },
        })
    }
}

/// The account's subdomain, or its number.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    let sound = (1..=63).contains(&external_id.len())
        && external_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if sound {
        return Ok(());
    }
    Err("external_id: not an account; allowed: its subdomain, the part before .cliniko.com in the browser's address"
        .into())
}

/// The address follows from the key; only a simulator of this machine may stand in.
fn base_url(value: &Value, plain_loopback: bool) -> Result<String, String> {
    const ALLOWED: &str = "allowed: nothing, since the key says where its account is";
    let text = value.as_str().ok_or_else(|| format!("base_url: not a text; {ALLOWED}"))?;
    let origin =
        exchange::origin(text, plain_loopback).map_err(|wrong| format!("base_url: {wrong}; {ALLOWED}"))?;
    match plain_loopback && origin.starts_with("http://") {
        true => Ok(origin),
        false => Err(format!("base_url: an address beyond this machine; {ALLOWED}")),
    }
}

fn number(value: Option<&Value>, name: &str, least: u32, most: u32) -> Result<Option<u32>, String> {
    let Some(value) = value else { return Ok(None) };
    let told = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    let number = told.and_then(|number| u32::try_from(number).ok()).filter(|n| (least..=most).contains(n));
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(format!("{name}: not a number in range; allowed: a whole number from {least} to {most}")),
    }
}
