//! The settings of one account at ManyChat.

use std::time::Duration;

use serde_json::Value;

/// What an account's settings say.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    /// How often every known subscriber is read again.
    pub(super) refresh: Duration,
}

const FIELDS: [&str; 1] = ["refresh_hours"];

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed.
    pub(super) fn read(settings: &Value) -> Result<Self, String> {
        let empty = serde_json::Map::new();
        let map = match settings {
            Value::Null => &empty,
            Value::Object(map) => map,
            _ => return Err("settings: not an object; allowed: {} or {\"refresh_hours\": 24}".to_owned()),
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        let allowed = "allowed: a whole number from 1 to 720";
        let hours = match map.get("refresh_hours") {
            None | Some(Value::Null) => 24,
            Some(Value::Number(number)) => match number.as_u64().filter(|hours| (1..=720).contains(hours)) {
                Some(hours) => hours,
                None => return Err(format!("refresh_hours: a number out of range; {allowed}")),
            },
            Some(_) => return Err(format!("refresh_hours: not a number; {allowed}")),
        };
        Ok(Self { refresh: Duration::from_secs(hours * 3600) })
    }
}

/// The page's id, which every call must name.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    let digits =
        !external_id.is_empty() && external_id.len() <= 20 && external_id.bytes().all(|b| b.is_ascii_digit());
    if digits {
        return Ok(());
    }
    Err("external_id: not a page id; allowed: the digits of the page's id, such as 104200000000001"
        .to_owned())
}
