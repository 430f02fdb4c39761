//! The settings of one account at Momence.

use std::time::Duration;

use serde_json::Value;

/// What an account's settings say; what they leave open is the daemon's to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    pub(super) poll: Option<Duration>,
    pub(super) requests_per_second: Option<u32>,
}

const FIELDS: [&str; 2] = ["poll_interval_seconds", "requests_per_second"];

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed.
    pub(super) fn read(settings: &Value) -> Result<Self, String> {
        let empty = serde_json::Map::new();
        let map = match settings {
            Value::Null => &empty,
            Value::Object(map) => map,
            _ => return Err("settings: not an object; allowed: {\"poll_interval_seconds\": 120}".into()),
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        let poll = number(map.get("poll_interval_seconds"), "poll_interval_seconds", 30, 86_400)?;
        Ok(Self {
            poll: poll.map(|seconds| Duration::from_secs(u64::from(seconds))),
            requests_per_second: number(map.get("requests_per_second"), "requests_per_second", 1, 20)?,
        })
    }
}

/// The host's number.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    let digits = (1..=20).contains(&external_id.len()) && external_id.bytes().all(|b| b.is_ascii_digit());
    match digits {
        true => Ok(()),
        false => Err("external_id: not a host; allowed: the number of the host, such as 1204".into()),
    }
}

fn number(value: Option<&Value>, name: &str, least: u32, most: u32) -> Result<Option<u32>, String> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    let told = value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    let number = told.and_then(|number| u32::try_from(number).ok()).filter(|n| (least..=most).contains(n));
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(format!("{name}: not a number in range; allowed: a whole number from {least} to {most}")),
    }
}
