//! Kept records, mapped once more: what was asked tells which list they are of, and what is known of the locations when they
//! are.

use serde_json::{Value, json};

use super::{
    collections::{COLLECTIONS, Collection, From},
    map::{Around, Mapper},
    places::Known,
    plan::{APPOINTMENTS, LOCATIONS},
    pull::{GRAPH_PLACES, PARTICIPANTS, PLACES},
    settings::{Api, Settings},
    wire,
};
use crate::{
    domain::{
        change::{Change, Kind, Record},
        stream::{AccountState, Page},
    },
    platforms::{Account, Stored, kit::poll},
};

pub(super) fn remap(
    account: &Account,
    settings: &Settings,
    state: &AccountState,
    stored: &Stored<'_>,
) -> Result<Page, String> {
    let source = Source::of(stored.request).ok_or("it was asked in a way that this version does not know")?;
    let known: Known = poll::own(state, LOCATIONS);
    let zones = known.zones(settings.timezone.as_deref());
    let mut page = Page {
        stream: match source {
            Source::Places(_) => LOCATIONS,
            Source::Class(_) => APPOINTMENTS,
            Source::List(of) => of.stream,
        },
        request: stored.request.to_owned(),
        observed_at: stored.observed_at,
        ..Page::default()
    };
    for record in stored.records {
        let value = wire::record(record.get()).unwrap_or_default();
        if let Some(id) = told_gone(&value) {
            gone(&mut page, id);
            continue;
        }
        let mut mapper = Mapper::new(&mut page, Around { zones: &zones, region: &account.region });
        match source {
            Source::Places(api) => drop(mapper.locations(api, &[record])),
            Source::Class(class) => drop(mapper.participants(class, &[record])),
            Source::List(of) => mapper.stored(of, value),
        }
    }
    Ok(page)
}

/// What was asked.
#[derive(Clone, Copy)]
enum Source<'a> {
    Places(Api),
    Class(&'a str),
    List(&'static Collection),
}

impl<'a> Source<'a> {
    fn of(request: &'a str) -> Option<Self> {
        if let Some(api) = [(PLACES, Api::V2), (GRAPH_PLACES, Api::V3)].into_iter().find(|it| it.0 == request)
        {
            return Some(Self::Places(api.1));
        }
        if let Some(asked) = request.strip_prefix("/production/v2/") {
            let (asked, parameters) = asked.split_once('?').unwrap_or((asked, ""));
            let has = |(name, value): &(&str, &str)| {
                parameters.split('&').any(|part| part.split_once('=') == Some((*name, *value)))
            };
            if asked == PARTICIPANTS {
                return parameters.strip_prefix("appt_id=").map(Self::Class);
            }
            return most(|from| match from {
                From::Method { name, with, .. } if *name == asked && with.iter().all(has) => Some(with.len()),
                _ => None,
            });
        }
        let (asked, arguments) = request.strip_prefix("/graphql?query=")?.split_once('(')?;
        most(|from| match from {
            From::Query { name, with, .. } if *name == asked && arguments.contains(with) => Some(with.len()),
            _ => None,
        })
    }
}

/// The list that fits best.
fn most<'a>(fits: impl Fn(&From) -> Option<usize>) -> Option<Source<'a>> {
    let fitting = COLLECTIONS.iter().filter_map(|of| Some((fits(&of.from)?, of)));
    fitting.max_by_key(|(how, _)| *how).map(|(_, of)| Source::List(of))
}

/// Says that an appointment is gone; what is kept of that says so too.
pub(super) fn gone(page: &mut Page, external_id: &str) {
    let (kind, id) = (Kind::Appointment, external_id.to_owned());
    let record = Record::Gone { kind, external_id: id, successor: None };
    page.changes.push(Change::new(record, None, page.raw.len()));
    page.raw.push(json!({ "gone": external_id }).to_string());
}

fn told_gone(value: &Value) -> Option<&str> {
    value.as_object().filter(|fields| fields.len() == 1)?.get("gone")?.as_str()
}
