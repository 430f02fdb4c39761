//! The settings of one account at Nookal.

use std::{collections::BTreeSet, time::Duration};

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::platforms::kit::exchange;

/// Which of its two interfaces an account is read through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Api {
    /// A key as a parameter, and changes since a time.
    #[default]
    V2,
    /// Tokens and GraphQL.
    V3,
}

/// What an account's settings say; what they leave open is the daemon's to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    pub(super) api: Api,
    /// Another region's host of Nookal's, or a simulator of this machine.
    pub(super) base_url: Option<String>,
    pub(super) poll: Option<Duration>,
    pub(super) requests_per_minute: Option<u32>,
    /// Whether treatment notes are read: the organization asked for it.
    pub(super) clinical_notes: bool,
    /// The zone of what tells no location whose zone is known; an IANA name.
    pub(super) timezone: Option<String>,
    /// Locations, by their ids, that the key need not show any more.
    pub(super) closed: BTreeSet<String>,
}

const FIELDS: [&str; 7] = [
    "api",
    "base_url",
    "poll_interval_seconds",
    "requests_per_minute",
    "clinical_notes",
    "timezone",
    "closed_locations",
];

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed.
    pub(super) fn read(settings: &Value, plain_loopback: bool) -> Result<Self, String> {
        let empty = serde_json::Map::new();
        let map = match settings {
            Value::Null => &empty,
            Value::Object(map) => map,
            _ => return Err("settings: not an object; allowed: {\"timezone\": \"Australia/Perth\"}".into()),
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        let told = |name: &str| map.get(name).filter(|value| !value.is_null());
        let read = Self {
            api: told("api").map_or(Ok(Api::default()), api)?,
            base_url: told("base_url").map(|value| base_url(value, plain_loopback)).transpose()?,
            poll: number(told("poll_interval_seconds"), "poll_interval_seconds", 30, 86_400)?
                .map(|seconds| Duration::from_secs(u64::from(seconds))),
            requests_per_minute: number(told("requests_per_minute"), "requests_per_minute", 1, 120)?,
            clinical_notes: match told("clinical_notes") {
                None => false,
                Some(Value::Bool(wanted)) => *wanted,
                Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
                Some(_) => return Err("clinical_notes: neither true nor false; allowed: true, false".into()),
            },
            timezone: told("timezone").map(timezone).transpose()?,
            closed: told("closed_locations").map(closed).transpose()?.unwrap_or_default(),
        };
        if read.api == Api::V3 {
            if read.clinical_notes {
                return Err("clinical_notes: true; allowed: false, since v3 does not tell them".into());
            }
            if read.timezone.is_none() {
                return Err(
                    "timezone: absent; allowed: a name such as Australia/Perth, since v3 tells no location's"
                        .into(),
                );
            }
        }
        Ok(read)
    }

    /// Scheme and host.
    pub(super) fn origin(&self) -> &str {
        self.base_url.as_deref().unwrap_or(match self.api {
            Api::V2 => "https://api.nookal.com",
            Api::V3 => "https://au-apiv3.nookal.com",
        })
    }
}

/// Nookal gives an account no id: a name of ours.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    let sound = (1..=63).contains(&external_id.len())
        && external_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if sound {
        return Ok(());
    }
    Err("external_id: not a name; allowed: letters, digits, - and _, 1 to 63, since Nookal gives accounts no id".into())
}

fn api(value: &Value) -> Result<Api, String> {
    match value.as_str() {
        Some("v2") => Ok(Api::V2),
        Some("v3") => Ok(Api::V3),
        _ => Err("api: not an interface of Nookal's; allowed: v2, v3".into()),
    }
}

/// Other regions have hosts of their own, all of them Nookal's; only a simulator of this machine may stand in.
fn base_url(value: &Value, plain_loopback: bool) -> Result<String, String> {
    const ALLOWED: &str = "allowed: https:// and a host under nookal.com";
    let text = value.as_str().ok_or_else(|| format!("base_url: not a text; {ALLOWED}"))?;
    let origin =
        exchange::origin(text, plain_loopback).map_err(|wrong| format!("base_url: {wrong}; {ALLOWED}"))?;
    let theirs = origin.strip_prefix("https://").is_some_and(|host| host.ends_with(".nookal.com"));
    match theirs || (plain_loopback && origin.starts_with("http://")) {
        true => Ok(origin),
        false => Err(format!("base_url: an address of somebody else's; {ALLOWED}")),
    }
}

fn timezone(value: &Value) -> Result<String, String> {
    let name = value.as_str().filter(|name| name.contains('/') && TimeZone::get(name).is_ok());
    name.map(str::to_owned)
        .ok_or_else(|| "timezone: not a time zone; allowed: a name such as Australia/Perth".to_owned())
}

/// A list of ids, or a text with commas between them, as the command line sets it.
fn closed(value: &Value) -> Result<BTreeSet<String>, String> {
    let wrong =
        || "closed_locations: not ids of locations; allowed: a list of ids such as [\"3\"]".to_owned();
    let ids: Vec<String> = match value {
        Value::String(text) => text.split(',').map(|id| id.trim().to_owned()).collect(),
        Value::Array(ids) => {
            let id = |id: &Value| match id {
                Value::String(text) => Some(text.trim().to_owned()),
                Value::Number(number) => number.as_u64().map(|number| number.to_string()),
                _ => None,
            };
            ids.iter().map(id).collect::<Option<_>>().ok_or_else(wrong)?
        }
        _ => return Err(wrong()),
    };
    let sound = |id: &String| (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
    match ids.iter().all(sound) {
        true => Ok(ids.into_iter().collect()),
        false => Err(wrong()),
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
