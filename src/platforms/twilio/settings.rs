//! The settings of one account at Twilio.

use std::time::Duration;

use serde_json::Value;

use crate::platforms::{files::own_rules, kit::exchange};

/// What an account's settings say; what they leave open is the daemon's to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    /// In place of the platform's own address: a simulator of this machine.
    pub(super) base_url: Option<String>,
    pub(super) poll: Option<Duration>,
}

const FIELDS: [&str; 3] = ["base_url", "poll_interval_seconds", "attachments"];

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed.
    pub(super) fn read(settings: &Value, plain_loopback: bool) -> Result<Self, String> {
        let empty = serde_json::Map::new();
        let map = match settings {
            Value::Null => &empty,
            Value::Object(map) => map,
            _ => return Err("settings: not an object; allowed: {\"poll_interval_seconds\": 60}".into()),
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        own_rules(settings)?;
        let told = |name: &str| map.get(name).filter(|value| !value.is_null());
        Ok(Self {
            base_url: told("base_url").map(|value| base_url(value, plain_loopback)).transpose()?,
            poll: told("poll_interval_seconds").map(seconds).transpose()?,
        })
    }
}

/// The account's sid.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    let hex = |text: &str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if external_id.strip_prefix("AC").is_some_and(hex) {
        return Ok(());
    }
    Err("external_id: not an account; allowed: its Account SID, AC and 32 hexadecimal digits".into())
}

/// Only a simulator of this machine may stand in.
fn base_url(value: &Value, plain_loopback: bool) -> Result<String, String> {
    const ALLOWED: &str = "allowed: nothing, since Twilio's address is known";
    let text = value.as_str().ok_or_else(|| format!("base_url: not a text; {ALLOWED}"))?;
    let origin =
        exchange::origin(text, plain_loopback).map_err(|wrong| format!("base_url: {wrong}; {ALLOWED}"))?;
    match plain_loopback && origin.starts_with("http://") {
        true => Ok(origin),
        false => Err(format!("base_url: an address beyond this machine; {ALLOWED}")),
    }
}

fn seconds(value: &Value) -> Result<Duration, String> {
    let told = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    match told.filter(|seconds| (10..=86_400).contains(seconds)) {
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None => Err("poll_interval_seconds: not a number in range; allowed: a whole number from 10 to 86400"
            .to_owned()),
    }
}
