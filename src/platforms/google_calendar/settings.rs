//! The settings of one account at Google Calendar: which calendars are read, and what they are.

use std::time::Duration;

use serde_json::Value;

/// What an account's settings say; what they leave open is the daemon's to decide.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Settings {
    /// The calendars that are read, by id. Nothing else of the account is.
    pub(super) calendars: Vec<String>,
    /// Those of them that are rooms; the others are people.
    pub(super) locations: Vec<String>,
    pub(super) poll: Option<Duration>,
    pub(super) requests_per_minute: Option<u32>,
}

const FIELDS: [&str; 4] = ["calendars", "locations", "poll_interval_seconds", "requests_per_minute"];
/// Each is asked for on its own.
const MOST_CALENDARS: usize = 100;
const CALENDAR: &str = "allowed: a calendar's id as its settings show it, such as \"ana@clinic.example.org\"";

impl Settings {
    /// Reads settings; says of the first wrong one its name, what stands there and what is allowed. Without calendars the
    /// account's first one is read, whose id is the account's own.
    pub(super) fn read(external_id: &str, settings: &Value) -> Result<Self, String> {
        let empty = serde_json::Map::new();
        let map = match settings {
            Value::Null => &empty,
            Value::Object(map) => map,
            _ => return Err("settings: not an object; allowed: {\"calendars\": [\"…\"]}".into()),
        };
        if let Some(unknown) = map.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!("{unknown}: unknown; allowed: {}", FIELDS.join(", ")));
        }
        let told = |name: &str| map.get(name).filter(|value| !value.is_null());
        let calendars = match told("calendars") {
            None => vec![external_id.to_owned()],
            Some(list) => calendars(list, "calendars")?,
        };
        if calendars.is_empty() {
            return Err(format!("calendars: an empty list; {CALENDAR}"));
        }
        let locations = told("locations").map(|list| calendars_of(list, &calendars)).transpose()?;
        Ok(Self {
            calendars,
            locations: locations.unwrap_or_default(),
            poll: number(told("poll_interval_seconds"), "poll_interval_seconds", 30, 86_400)?
                .map(|seconds| Duration::from_secs(u64::from(seconds))),
            requests_per_minute: number(told("requests_per_minute"), "requests_per_minute", 1, 600)?,
        })
    }
}

/// The account's e-mail address, which is also the id of its first calendar.
pub(super) fn check_account(external_id: &str) -> Result<(), String> {
    match is_calendar(external_id) && external_id.contains('@') {
        true => Ok(()),
        false => {
            Err("external_id: not an account; allowed: its e-mail address, such as ana@clinic.example.org"
                .into())
        }
    }
}

/// A list, or a text with commas, which is how the command line writes it.
fn calendars(told: &Value, name: &str) -> Result<Vec<String>, String> {
    let told: Vec<Option<&str>> = match told {
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        Value::String(text) => text.split(',').map(|id| Some(id.trim())).collect(),
        _ => return Err(format!("{name}: not a list; {CALENDAR}")),
    };
    let mut ids: Vec<String> = Vec::new();
    for id in told {
        let id = id.filter(|id| is_calendar(id));
        let id = id.ok_or_else(|| format!("{name}: an id that no calendar has; {CALENDAR}"))?;
        if ids.iter().any(|known| known == id) {
            return Err(format!("{name}: a calendar stands there twice; allowed: each once"));
        }
        ids.push(id.to_owned());
    }
    match ids.len() <= MOST_CALENDARS {
        true => Ok(ids),
        false => Err(format!("{name}: too many; allowed: {MOST_CALENDARS} at most")),
    }
}

fn calendars_of(list: &Value, read: &[String]) -> Result<Vec<String>, String> {
    let rooms = calendars(list, "locations")?;
    match rooms.iter().all(|room| read.contains(room)) {
        true => Ok(rooms),
        false => {
            Err("locations: a calendar that is not read; allowed: ids that stand in calendars as well".into())
        }
    }
}

/// An id keeps its meaning whoever asks, which `primary` does not.
fn is_calendar(id: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_graphic() && !b"/?,\\\"".contains(&byte);
    (3..=254).contains(&id.len()) && id.bytes().all(sound) && id != "primary"
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
