//! Accounts, their calendars, and what happens to events.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Settings;
use super::access::Account;
use super::channels::{Channel, Job};
use super::event::{Attendee, Event, Moment, Repeat, Status};
use super::traffic::Feed;
use crate::house::{ALPHANUMERIC, Desk, Refused};

/// Letters of ids of events.
const IDS: &[u8] = b"0123456789abcdefghijklmnopqrstuv";

/// One calendar.
#[derive(Debug)]
pub(super) struct Calendar {
    pub(super) id: String,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) time_zone: String,
    /// Series, single events, and instances that differ.
    pub(super) events: BTreeMap<String, Event>,
    /// Instances that were and no longer are, as expanded lists must show them.
    pub(super) former: BTreeMap<String, Event>,
    /// The number of the last change.
    pub(super) change: u64,
    /// Tokens of another epoch are no longer good.
    pub(super) epoch: u32,
    pub(super) resource: String,
    pub(super) feed: Option<Feed>,
}

impl Calendar {
    /// Every event, or with `single` every instance instead of the series.
    pub(super) fn rows(&self, single: bool) -> Vec<Event> {
        if !single {
            return self.events.values().cloned().collect();
        }
        let mut rows: Vec<Event> = self.former.values().cloned().collect();
        for event in self.events.values() {
            match (event.repeat, event.status) {
                (None, _) => rows.push(event.clone()),
                // Its instances are among the former ones.
                (Some(_), Status::Cancelled) => {}
                (Some(_), _) => {
                    let instances = event.occurrences().into_iter().map(|at| event.instance(at));
                    rows.extend(instances.filter(|it| !self.events.contains_key(&it.id)));
                }
            }
        }
        rows
    }
}

/// An event to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// When it begins.
    pub start: Moment,
    /// How long it is, unless it takes whole days.
    #[serde(default = "an_hour")]
    pub minutes: u32,
    /// `None`: an event without a title.
    #[serde(default)]
    pub summary: Option<String>,
    #[allow(missing_docs)]
    #[serde(default)]
    pub description: Option<String>,
    #[allow(missing_docs)]
    #[serde(default)]
    pub location: Option<String>,
    /// IANA name; the calendar's own unless said.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Who is invited.
    #[serde(default)]
    pub attendees: Vec<Attendee>,
    /// How it comes back.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    #[allow(missing_docs)]
    #[serde(default)]
    pub status: Status,
}

fn an_hour() -> u32 {
    60
}

impl NewEvent {
    /// An hour from a moment on.
    pub fn at(start: Timestamp, summary: &str) -> Self {
        Self {
            start: Moment::At(start),
            minutes: 60,
            summary: Some(summary.to_owned()),
            description: None,
            location: None,
            time_zone: None,
            attendees: Vec::new(),
            repeat: None,
            status: Status::Confirmed,
        }
    }
}

/// What changes. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventEdit {
    /// Moves it; it stays as long as it was.
    pub start: Option<Moment>,
    #[allow(missing_docs)]
    pub summary: Option<String>,
    #[allow(missing_docs)]
    pub description: Option<String>,
    #[allow(missing_docs)]
    pub location: Option<String>,
    #[allow(missing_docs)]
    pub attendees: Option<Vec<Attendee>>,
    /// `confirmed` brings back what was cancelled.
    pub status: Option<Status>,
    /// Of a series.
    pub repeat: Option<Repeat>,
    /// Its `updated` lies this far in the past: it was written down late.
    pub late_ms: u64,
}

/// Everything behind the lock.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) settings: Settings,
    pub(super) desk: Desk<Job>,
    pub(super) client: (String, String),
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) calendars: BTreeMap<String, Calendar>,
    pub(super) channels: BTreeMap<String, Channel>,
    /// Refusals of the limit take turns.
    pub(super) turns: Cell<u32>,
}

pub(super) fn missing(what: &'static str, id: &str) -> Refused {
    Refused::Missing(what, id.to_owned())
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        let mut desk = Desk::new(settings.seed, settings.log_size);
        let client = (
            format!("{}.apps.example.test", desk.text(b"0123456789", 12)),
            format!("GOCSPX-{}", desk.text(ALPHANUMERIC, 28)),
        );
        Self {
            settings,
            desk,
            client,
            accounts: BTreeMap::new(),
            calendars: BTreeMap::new(),
            channels: BTreeMap::new(),
            turns: Cell::new(0),
        }
    }

    pub(super) fn calendar_mut(&mut self, id: &str) -> Result<&mut Calendar, Refused> {
        self.calendars.get_mut(id).ok_or_else(|| missing("calendar", id))
    }

    pub(super) fn add_calendar(&mut self, account: &str, name: &str, zone: &str) -> Result<String, Refused> {
        if !self.accounts.contains_key(account) {
            return Err(missing("account", account));
        }
        // The first one has the account's own name.
        let id = if self.calendars.contains_key(account) {
            format!("c_{}@group.calendar.example.test", self.desk.text(IDS, 26))
        } else {
            account.to_owned()
        };
        let calendar = Calendar {
            id: id.clone(),
            account: account.to_owned(),
            name: name.to_owned(),
            time_zone: zone.to_owned(),
            events: BTreeMap::new(),
            former: BTreeMap::new(),
            change: 0,
            epoch: 0,
            resource: self.desk.text(ALPHANUMERIC, 27),
            feed: None,
        };
        self.calendars.insert(id.clone(), calendar);
        Ok(id)
    }

    /// Its channels are told that it no longer exists.
    pub(super) fn remove_calendar(&mut self, id: &str, now: Timestamp) -> Result<(), Refused> {
        self.calendars.remove(id).ok_or_else(|| missing("calendar", id))?;
        self.notify(id, "not_exists", now);
        Ok(())
    }

    /// Tokens for incremental lists are no longer good.
    pub(super) fn expire_sync_tokens(&mut self, id: &str) -> Result<(), Refused> {
        self.calendar_mut(id)?.epoch += 1;
        Ok(())
    }

    pub(super) fn add_event(
        &mut self,
        calendar: &str,
        new: NewEvent,
        now: Timestamp,
    ) -> Result<String, Refused> {
        let id = self.desk.text(IDS, 26);
        let of = self.calendar_mut(calendar)?;
        let time_zone = new.time_zone.unwrap_or_else(|| of.time_zone.clone());
        if TimeZone::get(&time_zone).is_err() {
            return Err(Refused::Invalid("time_zone"));
        }
        if new.repeat.is_some_and(|it| it.count == 0 || it.every_days == 0) {
            return Err(Refused::Invalid("repeat"));
        }
        let mut event = Event {
            id: id.clone(),
            status: new.status,
            summary: new.summary,
            description: new.description,
            location: new.location,
            start: new.start,
            end: new.start,
            time_zone,
            attendees: new.attendees,
            repeat: new.repeat,
            recurring_event_id: None,
            original_start: None,
            created: now,
            updated: now,
            change: 0,
            revision: 0,
        };
        event.end = match new.start {
            Moment::Date(day) => Moment::Date(day.tomorrow().unwrap_or(day)),
            Moment::At(at) => {
                let length = SignedDuration::from_mins(i64::from(new.minutes));
                Moment::At(at.checked_add(length).unwrap_or(at))
            }
        };
        self.put(calendar, event, now, 0)?;
        Ok(id)
    }

    /// Writes an event down as the newest change and tells the channels.
    fn put(&mut self, calendar: &str, mut event: Event, now: Timestamp, late_ms: u64) -> Result<(), Refused> {
        let of = self.calendar_mut(calendar)?;
        of.change += 1;
        event.change = of.change;
        let late = SignedDuration::from_millis(i64::try_from(late_ms).unwrap_or(0));
        event.updated = now.checked_sub(late).unwrap_or(now).max(event.created);
        of.former.remove(&event.id);
        of.events.insert(event.id.clone(), event);
        self.notify(calendar, "exists", now);
        Ok(())
    }

    /// Changes an event or a series. Instances that a series no longer has are gone, their exceptions with them.
    pub(super) fn edit_event(
        &mut self,
        calendar: &str,
        id: &str,
        edit: EventEdit,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let of = self.calendar_mut(calendar)?;
        let before = of.events.get(id).ok_or_else(|| missing("event", id))?.clone();
        let mut after = before.clone();
        let late_ms = edit.late_ms;
        apply(&mut after, edit);
        let alive = |event: &Event| -> BTreeSet<String> {
            let instances = event.occurrences().into_iter().map(|at| event.instance_id(at));
            if event.status == Status::Cancelled { BTreeSet::new() } else { instances.collect() }
        };
        let kept = alive(&after);
        for original in before.occurrences().into_iter().filter(|it| !kept.contains(&before.instance_id(*it)))
        {
            of.change += 1;
            let instance = before.instance(original);
            let exception = of.events.contains_key(&instance.id);
            let of_them = if exception { &mut of.events } else { &mut of.former };
            let gone = of_them.entry(instance.id.clone()).or_insert(instance);
            (gone.status, gone.change, gone.updated) = (Status::Cancelled, of.change, now);
        }
        for id in &kept {
            of.former.remove(id);
        }
        self.put(calendar, after, now, late_ms)
    }

    /// Cancels an event, a series, or an instance that differs.
    pub(super) fn cancel_event(&mut self, calendar: &str, id: &str, now: Timestamp) -> Result<(), Refused> {
        let edit = EventEdit { status: Some(Status::Cancelled), ..EventEdit::default() };
        self.edit_event(calendar, id, edit, now)
    }

    /// Makes one instance of a series differ; returns its id.
    pub(super) fn edit_instance(
        &mut self,
        calendar: &str,
        series: &str,
        original: Moment,
        edit: EventEdit,
        now: Timestamp,
    ) -> Result<String, Refused> {
        let of = self.calendar_mut(calendar)?;
        let master = of.events.get(series).ok_or_else(|| missing("event", series))?;
        if !master.occurrences().contains(&original) || master.status == Status::Cancelled {
            return Err(Refused::Invalid("original"));
        }
        let id = master.instance_id(original);
        let mut instance = of.events.get(&id).cloned().unwrap_or_else(|| master.instance(original));
        let late_ms = edit.late_ms;
        apply(&mut instance, EventEdit { repeat: None, ..edit });
        self.put(calendar, instance, now, late_ms)?;
        Ok(id)
    }

    pub(super) fn ledger(&self, id: &str) -> Result<Ledger, Refused> {
        let calendar = self.calendars.get(id).ok_or_else(|| missing("calendar", id))?;
        let sorted = |single| {
            let mut rows = calendar.rows(single);
            rows.sort_by(|a, b| a.id.cmp(&b.id));
            rows
        };
        Ok(Ledger {
            calendar: calendar.id.clone(),
            name: calendar.name.clone(),
            time_zone: calendar.time_zone.clone(),
            events: sorted(false),
            instances: sorted(true),
        })
    }
}

fn apply(event: &mut Event, edit: EventEdit) {
    event.revision += u32::from(edit.start.is_some());
    if let Some(start) = edit.start {
        event.begin(start);
    }
    event.summary = edit.summary.or_else(|| event.summary.take());
    event.description = edit.description.or_else(|| event.description.take());
    event.location = edit.location.or_else(|| event.location.take());
    event.attendees = edit.attendees.unwrap_or_else(|| std::mem::take(&mut event.attendees));
    event.status = edit.status.unwrap_or(event.status);
    event.repeat = edit.repeat.filter(|_| event.repeat.is_some()).or(event.repeat);
}

/// The truth of one calendar, sorted by id; what is cancelled is there and says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub calendar: String,
    pub name: String,
    pub time_zone: String,
    /// As lists with `singleEvents=false` show them: series, single events, and instances that differ.
    pub events: Vec<Event>,
    /// As lists with `singleEvents=true` show them.
    pub instances: Vec<Event>,
}
