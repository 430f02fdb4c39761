//! Calendars of a simulated Google Calendar as rows of ours: events, instance by instance, and whose calendars they are.

use jiff::{Timestamp, tz::TimeZone};
use routiq_simulators::google_calendar::{Event, Ledger, Moment, Status};
use serde_json::json;

use super::{
    Comparison,
    facts::{self, Fact, Truth},
};
use crate::{domain::change::Kind, store::ledger::Rows};

/// Compares everything that is read of an account.
pub fn compare(rows: &Rows, calendars: &[(Ledger, bool)]) -> Comparison {
    facts::compare(rows, &truth(calendars), &[])
}

/// Everything that is to be had of these calendars; each with whether it is a room.
pub fn truth(calendars: &[(Ledger, bool)]) -> Truth {
    let mut all = Truth::from([
        (Kind::Appointment, Default::default()),
        (Kind::Practitioner, Default::default()),
        (Kind::Location, Default::default()),
    ]);
    for (of, room) in calendars {
        let owner = if *room { Kind::Location } else { Kind::Practitioner };
        let name = Fact::of(json!({ "name": of.name }));
        all.entry(owner).or_default().insert(of.calendar.clone(), name);
        let events = of.instances.iter().filter(|event| event.status != Status::Cancelled);
        let events = events.map(|event| (format!("{}/{}", of.calendar, event.id), fact(event)));
        all.entry(Kind::Appointment).or_default().extend(events);
    }
    all
}

fn fact(event: &Event) -> Fact {
    let zone = TimeZone::get(&event.time_zone).unwrap_or(TimeZone::UTC);
    let at = |moment: Moment| -> Option<Timestamp> {
        match moment {
            Moment::At(at) => Some(at),
            Moment::Date(day) => day.to_zoned(zone.clone()).ok().map(|midnight| midnight.timestamp()),
        }
    };
    Fact::of(json!({
        "shape": "event", "starts_at": at(event.start), "ends_at": at(event.end), "notes": event.description,
        "attributes": { "summary": event.summary, "place": event.location, "series": event.recurring_event_id },
    }))
}
