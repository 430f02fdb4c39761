//! Kept records, mapped once more: what was asked tells which list they are of.

use serde_json::{Value, json, value::RawValue};

use super::{
    map::Mapper,
    plan::{APPOINTMENTS, CONTACTS},
    wire,
};
use crate::{
    domain::{
        change::{Change, Kind, Record},
        stream::Page,
    },
    platforms::{Account, Stored},
};

/// Under which a record stands that says that another is gone.
const GONE: &str = "gone";

/// Whose records an answer has.
enum Of {
    Members,
    Sessions,
    Reservations,
    Bookings(String),
}

pub(super) fn remap(account: &Account, reservations: &str, stored: &Stored<'_>) -> Result<Page, String> {
    let of = asked(stored, reservations).ok_or("it was asked in a way that this version does not know")?;
    let stream = if matches!(of, Of::Members) { CONTACTS } else { APPOINTMENTS };
    let mut page = Page {
        stream,
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    for record in stored.records {
        again(&mut page, account, &of, record);
    }
    Ok(page)
}

fn again(page: &mut Page, account: &Account, of: &Of, record: &RawValue) {
    let kept = wire::record(record.get());
    if let Some(id) = kept.as_ref().and_then(told_gone) {
        let kind = if matches!(of, Of::Members) { Kind::Contact } else { Kind::Appointment };
        return gone(page, kind, id.to_owned());
    }
    let mut mapper = Mapper::alone(page, &account.region);
    if kept.as_ref().is_some_and(|kept| mapper.beside_again(kept)) {
        return;
    }
    match of {
        Of::Members => drop(mapper.members(&[record], true)),
        Of::Sessions => drop(mapper.sessions(&[record])),
        Of::Reservations => drop(mapper.reservations(&[record])),
        Of::Bookings(session) => drop(mapper.bookings(session, &[record])),
    }
}

fn asked(stored: &Stored<'_>, reservations: &str) -> Option<Of> {
    let path = stored.request.split('?').next()?;
    if stored.stream == CONTACTS {
        return Some(Of::Members);
    }
    if let Some(session) = path.strip_suffix("/bookings") {
        return Some(Of::Bookings(session.rsplit('/').next()?.to_owned()));
    }
    Some(if path == reservations { Of::Reservations } else { Of::Sessions })
}

/// Says that a record is gone; what is kept of that says so too.
pub(super) fn gone(page: &mut Page, kind: Kind, external_id: String) {
    let raw = page.raw.len();
    page.raw.push(json!({ GONE: external_id }).to_string());
    let record = Record::Gone { kind, external_id, successor: None };
    page.changes.push(Change::new(record, None, raw));
}

fn told_gone(value: &Value) -> Option<&str> {
    let fields = value.as_object().filter(|fields| fields.len() == 1)?;
    fields.get(GONE)?.as_str()
}
