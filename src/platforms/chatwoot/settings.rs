//! The settings of one account at Chatwoot.

use std::time::Duration;

use http::Uri;
use serde_json::Value;

use crate::platforms::{files::own_rules, transport::is_loopback};

/// What an account's settings say; what they leave open is the daemon's to decide.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settings {
    /// Scheme, host and port, without a slash at the end.
    pub(super) origin: String,
    /// Host and port.
    pub(super) host: String,
    pub(super) poll: Option<Duration>,
    pub(super) requests_per_minute: Option<u32>,
    /// How long a contact that no list shows is believed to exist.
    pub(super) unlisted_recheck: Duration,
    /// Conversations active within so many days are read again by each sweep.
    pub(super) recheck_days: i64,
}

const FIELDS: [&str; 6] = [
    "base_url",
    "poll_interval_seconds",
    "requests_per_minute",
    "unlisted_recheck_hours",
    "recheck_days",
    "attachments",
];

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed.
    pub(super) fn read(settings: &Value, plain_loopback: bool) -> Result<Self, String> {
        let Some(map) = settings.as_object() else {
            return Err("settings: not an object; allowed: {\"base_url\": \"https://…\"}".into());
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        own_rules(settings)?;
        let (origin, host) = origin(map.get("base_url"), plain_loopback)?;
        let number = |name, least, most| number(map.get(name), name, least, most);
        Ok(Self {
            origin,
            host,
            poll: number("poll_interval_seconds", 5, 86_400)?.map(Duration::from_secs),
            requests_per_minute: number("requests_per_minute", 1, 1_000_000)?
                .and_then(|count| u32::try_from(count).ok()),
            unlisted_recheck: Duration::from_secs(
                number("unlisted_recheck_hours", 1, 8_760)?.unwrap_or(24) * 3600,
            ),
            recheck_days: number("recheck_days", 0, 3_650)?
                .and_then(|days| i64::try_from(days).ok())
                .unwrap_or(30),
        })
    }
}

/// An account's number.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    let digits =
        !external_id.is_empty() && external_id.len() <= 18 && external_id.bytes().all(|b| b.is_ascii_digit());
    if digits && !external_id.starts_with('0') {
        return Ok(());
    }
    Err("external_id: not an account number; allowed: the number in the dashboard's address, such as 4"
        .into())
}

fn origin(value: Option<&Value>, plain_loopback: bool) -> Result<(String, String), String> {
    let allowed = match plain_loopback {
        false => "allowed: https:// with host and optional port, such as https://app.chatwoot.com",
        true => "allowed: https:// with host and optional port, or http:// with a loopback address",
    };
    let wrong = |what: &str| format!("base_url: {what}; {allowed}");
    let text = match value {
        None | Some(Value::Null) => return Err(wrong("missing")),
        Some(Value::String(text)) => text.trim().trim_end_matches('/'),
        Some(_) => return Err(wrong("not a text")),
    };
    let uri: Uri = text.parse().map_err(|_| wrong("not an address"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(wrong("an address without scheme or host"));
    };
    if authority.as_str().contains('@') {
        return Err(wrong("an address with a login inside"));
    }
    if uri.query().is_some() || !matches!(uri.path(), "" | "/") || text.contains('#') {
        return Err(wrong("an address with a path or more behind its host"));
    }
    match scheme {
        "https" => {}
        "http" if plain_loopback && is_loopback(authority.host()) => {}
        "http" => return Err(wrong("an unprotected http address")),
        _ => return Err(wrong("neither http nor https")),
    }
    let host = authority.as_str().to_ascii_lowercase();
    Ok((format!("{scheme}://{host}"), host))
}

fn number(value: Option<&Value>, name: &str, least: u64, most: u64) -> Result<Option<u64>, String> {
    let allowed = format!("allowed: a whole number from {least} to {most}");
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => match number.as_u64().filter(|n| (least..=most).contains(n)) {
            Some(number) => Ok(Some(number)),
            None => Err(format!("{name}: a number out of range; {allowed}")),
        },
        Some(_) => Err(format!("{name}: not a number; {allowed}")),
    }
}
