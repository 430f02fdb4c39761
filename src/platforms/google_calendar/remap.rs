//! Kept records, mapped once more: what was asked tells whose calendar they are of.

use jiff::tz::TimeZone;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{
    cursor::Cursor,
    map::Mapper,
    plan::APPOINTMENTS,
    pull::{LOST, gone},
    wire,
};
use crate::{
    domain::stream::{AccountState, Page},
    platforms::Stored,
};

pub(super) fn remap(locations: &[String], state: &AccountState, stored: &Stored<'_>) -> Result<Page, String> {
    let (calendar, event) =
        asked(stored.request).ok_or("it was asked in a way that this version does not know")?;
    let values: Vec<Option<Value>> = stored.records.iter().map(|record| wire::record(record.get())).collect();
    // Days begin in the zone that the calendar said with them, or else said last.
    let told = values.iter().flatten().filter(|value| is_head(value));
    let told =
        told.filter_map(|head| head.get("timeZone")?.as_str()).find_map(|name| TimeZone::get(name).ok());
    let cursor: Cursor = state.cursor(APPOINTMENTS);
    let known = cursor.calendars.get(&calendar).and_then(|it| it.zone.as_deref());
    let zone = told.or_else(|| TimeZone::get(known?).ok()).unwrap_or(TimeZone::UTC);
    let mut page = Page {
        stream: APPOINTMENTS,
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    let is_place = locations.contains(&calendar);
    for (record, value) in stored.records.iter().zip(values) {
        let mut mapper = Mapper { page: &mut page, calendar: &calendar, zone: &zone, is_place };
        match value {
            Some(Value::Null) if event.is_some() => {
                let id = wire::external_id(&calendar, event.as_deref().unwrap_or_default());
                gone(&mut page, &id);
            }
            Some(value) if is_lost(&value, &calendar) => mapper.lost(LOST, &value),
            Some(value) if is_head(&value) => mapper.calendar(&value),
            _ => drop(mapper.event(record.get())),
        }
    }
    Ok(page)
}

/// The calendar, and the event where one was asked for by its id.
fn asked(request: &str) -> Option<(String, Option<String>)> {
    let path = request.strip_prefix("/calendar/v3/calendars/")?.split('?').next()?;
    let (calendar, rest) = path.split_once("/events")?;
    let plain = |part: &str| percent_decode_str(part).decode_utf8().ok().map(String::from);
    let event = rest.strip_prefix('/').and_then(plain);
    Some((plain(calendar)?, event))
}

/// What a calendar says of itself has what no event has, and none of what makes one.
fn is_head(value: &Value) -> bool {
    if value.get("timeZone").is_none() && value.get("accessRole").is_none() {
        return false;
    }
    value
        .as_object()
        .is_some_and(|fields| ["id", "start", "status"].iter().all(|name| !fields.contains_key(*name)))
}

/// A calendar that was not shown any more, and not an event of which no more than an id can be read.
fn is_lost(value: &Value, calendar: &str) -> bool {
    let fields = value.as_object().filter(|fields| fields.len() == 1);
    fields.is_some_and(|fields| fields.get("id").and_then(Value::as_str) == Some(calendar))
}
