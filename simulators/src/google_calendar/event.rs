//! Events: single ones, series, and the instances of a series with their exceptions.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A day, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// All day.
    Date(Date),
    /// A moment.
    At(Timestamp),
}

impl Moment {
    /// In order of time; a day begins at midnight of the zone.
    pub(super) fn instant(self, zone: &TimeZone) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Date(day) => day.to_zoned(zone.clone()).map_or(Timestamp::MIN, |it| it.timestamp()),
        }
    }

    fn later(self, days: i64, zone: &TimeZone) -> Self {
        let span = Span::new().try_days(days).unwrap_or_default();
        match self {
            Self::Date(day) => Self::Date(day.saturating_add(span)),
            // The time on the wall stays, whatever summer does.
            Self::At(at) => {
                Self::At(at.to_zoned(zone.clone()).checked_add(span).map_or(at, |it| it.timestamp()))
            }
        }
    }

    /// The part of an instance's id that names it.
    fn suffix(self) -> String {
        match self {
            Self::Date(day) => day.strftime("%Y%m%d").to_string(),
            Self::At(at) => at.strftime("%Y%m%dT%H%M%SZ").to_string(),
        }
    }

    fn json(self, zone: &TimeZone, zone_name: &str) -> Value {
        match self {
            Self::Date(day) => json!({"date": day.to_string()}),
            Self::At(at) => {
                let local = at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
                json!({"dateTime": local, "timeZone": zone_name})
            }
        }
    }
}

/// How often an event comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Days between two instances.
    pub every_days: u32,
    /// How many there are, the first one included.
    pub count: u32,
}

impl Repeat {
    fn rule(self) -> String {
        let Self { every_days, count } = self;
        if every_days > 0 && every_days.is_multiple_of(7) {
            format!("RRULE:FREQ=WEEKLY;INTERVAL={};COUNT={count}", every_days / 7)
        } else {
            format!("RRULE:FREQ=DAILY;INTERVAL={every_days};COUNT={count}")
        }
    }
}

/// Somebody invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    /// The address.
    pub email: String,
    /// `displayName`.
    #[serde(default)]
    pub name: Option<String>,
    /// `needsAction`, `declined`, `tentative`, `accepted`.
    pub response: String,
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Status {
    #[default]
    Confirmed,
    Tentative,
    Cancelled,
}

/// One event as it is kept: also one instance of a series, when it differs from the others.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Event {
    pub id: String,
    pub status: Status,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub location: Option<String>,
    pub start: Moment,
    /// Exclusive.
    pub end: Moment,
    pub time_zone: String,
    pub attendees: Vec<Attendee>,
    pub repeat: Option<Repeat>,
    /// Of an instance: the series.
    pub recurring_event_id: Option<String>,
    /// Of an instance: when the series has it begin.
    pub original_start: Option<Moment>,
    pub created: Timestamp,
    pub updated: Timestamp,
    /// Rises with every change of a calendar.
    #[serde(skip)]
    pub(super) change: u64,
    #[serde(skip)]
    pub(super) revision: u32,
}

impl Event {
    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    fn length(&self) -> SignedDuration {
        let zone = self.zone();
        self.end.instant(&zone).duration_since(self.start.instant(&zone))
    }

    /// As long as it was, from another moment on.
    pub(super) fn begin(&mut self, start: Moment) {
        let zone = self.zone();
        self.end = match (self.start, self.end, start) {
            (Moment::Date(from), Moment::Date(until), Moment::Date(_)) => {
                start.later(i64::from((until - from).get_days()), &zone)
            }
            (_, _, Moment::Date(_)) => start.later(1, &zone),
            (Moment::Date(_), _, Moment::At(at)) => {
                Moment::At(at.checked_add(SignedDuration::from_hours(1)).unwrap_or(at))
            }
            (_, _, Moment::At(at)) => Moment::At(at.checked_add(self.length()).unwrap_or(at)),
        };
        self.start = start;
    }

    /// When a series has its instances begin.
    pub(super) fn occurrences(&self) -> Vec<Moment> {
        let zone = self.zone();
        let Some(repeat) = self.repeat else { return Vec::new() };
        let days = |n: u32| i64::from(n) * i64::from(repeat.every_days);
        (0..repeat.count).map(|n| self.start.later(days(n), &zone)).collect()
    }

    /// The id of the instance that begins then.
    pub(super) fn instance_id(&self, original: Moment) -> String {
        format!("{}_{}", self.id, original.suffix())
    }

    /// The instance of a series that begins then, as the series has it.
    pub(super) fn instance(&self, original: Moment) -> Self {
        let mut instance = Self {
            id: self.instance_id(original),
            repeat: None,
            recurring_event_id: Some(self.id.clone()),
            original_start: Some(original),
            ..self.clone()
        };
        instance.begin(original);
        instance
    }

    /// As the interface shows it; of what is cancelled little is left.
    pub(super) fn json(&self, calendar: &str, whole: bool) -> Value {
        let zone = self.zone();
        let mut it = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                it.insert(name.to_owned(), value);
            }
        };
        put("kind", json!("calendar#event"));
        put("etag", json!(format!("\"{}\"", crate::mix(self.change, 23) >> 12)));
        put("id", json!(self.id));
        put("status", json!(self.status));
        put("recurringEventId", json!(self.recurring_event_id));
        put(
            "originalStartTime",
            self.original_start.map_or(Value::Null, |it| it.json(&zone, &self.time_zone)),
        );
        if self.status == Status::Cancelled && !whole {
            return Value::Object(it);
        }
        put("htmlLink", json!(format!("https://calendar.example.test/event?eid={}", self.id)));
        put("created", json!(stamp(self.created)));
        put("updated", json!(stamp(self.updated)));
        put("summary", json!(self.summary));
        put("description", json!(self.description));
        put("location", json!(self.location));
        put("creator", json!({"email": calendar, "self": true}));
        put("organizer", json!({"email": calendar, "self": true}));
        put("start", self.start.json(&zone, &self.time_zone));
        put("end", self.end.json(&zone, &self.time_zone));
        put("recurrence", self.repeat.map_or(Value::Null, |repeat| json!([repeat.rule()])));
        let series = self.recurring_event_id.as_deref().unwrap_or(&self.id);
        put("iCalUID", json!(format!("{series}@google.example.test")));
        put("sequence", json!(self.revision));
        let attendees = self.attendees.iter().map(|it| {
            let mut one = json!({"email": it.email, "responseStatus": it.response});
            if let Some(name) = &it.name {
                one["displayName"] = json!(name);
            }
            one
        });
        let attendees: Vec<Value> = attendees.collect();
        put("attendees", if attendees.is_empty() { Value::Null } else { json!(attendees) });
        put("reminders", json!({"useDefault": true}));
        put("eventType", json!("default"));
        Value::Object(it)
    }
}

/// RFC 3339 with milliseconds.
pub(super) fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
