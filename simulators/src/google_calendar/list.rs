//! The list of events: whole or since a token, page by page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event::{Event, Status, stamp};
use super::routes::{bad_request, gone, not_found};
use super::world::World;
use crate::house::{Asked, Refusal, json};
use crate::mix;

/// What cannot be asked together with a token.
const RESTRICTIONS: [&str; 8] = [
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
];
/// What may differ between requests that belong together.
const FREE: [&str; 6] = ["syncToken", "pageToken", "maxResults", "alt", "fields", "prettyPrint"];

/// What a token for the next time says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sync {
    calendar: String,
    parameters: u64,
    epoch: u32,
    change: u64,
    issued: i64,
}

/// What a token for the next page says.
#[derive(Debug, Serialize, Deserialize)]
struct Place {
    /// The last row of the page before.
    after: (u64, String),
    /// The last change when the first page was asked for.
    change: u64,
    page: u64,
    parameters: u64,
    since: Option<u64>,
}

fn write(prefix: &str, token: &impl Serialize) -> String {
    let body = serde_json::to_vec(token).unwrap_or_default();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(body))
}

fn read<T: for<'a> Deserialize<'a>>(prefix: &str, token: &str) -> Option<T> {
    let body = URL_SAFE_NO_PAD.decode(token.strip_prefix(prefix)?).ok()?;
    serde_json::from_slice(&body).ok()
}

/// Names the parameters that must be equal.
fn fingerprint(asked: &Asked<'_>) -> u64 {
    let mut pairs: Vec<_> = asked.query.iter().filter(|(name, _)| !FREE.contains(&name.as_str())).collect();
    pairs.sort();
    let bytes =
        pairs.iter().flat_map(|(name, value)| name.bytes().chain([0]).chain(value.bytes()).chain([1]));
    bytes.fold(7, |sum, byte| mix(sum, u64::from(byte)))
}

/// The order of lists is nobody's business, but stays.
fn place(event: &Event) -> (u64, String) {
    let sum = event.id.bytes().fold(11, |sum, byte| mix(sum, u64::from(byte)));
    (sum, event.id.clone())
}

fn flag(asked: &Asked<'_>, name: &str) -> Result<bool, Refusal> {
    match asked.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(bad_request("invalidParameter", &format!("Invalid value for: {name}")).into()),
    }
}

fn moment(asked: &Asked<'_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = asked.get(name);
    let read = |text: &str| {
        text.parse::<Timestamp>()
            .map_err(|_| bad_request("badRequest", &format!("Invalid value for: {name}")).into())
    };
    text.map(read).transpose()
}

impl World {
    /// What a token lets be left out: changes up to this one.
    fn since(&self, asked: &Asked<'_>, calendar: &str, now: Timestamp) -> Result<Option<u64>, Refusal> {
        let Some(token) = asked.get("syncToken") else { return Ok(None) };
        if RESTRICTIONS.iter().any(|name| asked.get(name).is_some())
            || asked.get("showDeleted") == Some("false")
        {
            let what = "Sync token cannot be used with other request restrictions.";
            return Err(bad_request("syncTokenWithRequestRestrictions", what).into());
        }
        let token: Sync =
            read("CS", token).ok_or_else(|| bad_request("invalid", "Invalid sync token value."))?;
        if token.parameters != fingerprint(asked) || token.calendar != calendar {
            let what = "Sync token cannot be used with different parameters.";
            return Err(bad_request("syncTokenWithDifferentParameters", what).into());
        }
        let days = i64::from(self.settings.sync_token_days);
        let age = SignedDuration::from_secs(now.as_second() - token.issued);
        let epoch = self.calendars.get(calendar).map(|it| it.epoch);
        if age > SignedDuration::from_hours(24 * days) || Some(token.epoch) != epoch {
            return Err(gone().into());
        }
        Ok(Some(token.change))
    }

    /// The rows that are asked for, in order.
    fn wanted(&self, asked: &Asked<'_>, calendar: &str, since: Option<u64>) -> Result<Vec<Event>, Refusal> {
        let of = self.calendars.get(calendar).ok_or_else(not_found)?;
        let (single, deleted) = (flag(asked, "singleEvents")?, flag(asked, "showDeleted")?);
        let (least, most) = (moment(asked, "timeMin")?, moment(asked, "timeMax")?);
        let updated = moment(asked, "updatedMin")?;
        let order = asked.get("orderBy");
        if order == Some("startTime") && !single {
            let what = "The requested ordering is not available for the particular query.";
            return Err(bad_request("invalid", what).into());
        }
        let mut rows = of.rows(single);
        rows.retain(|it| {
            let cancelled = it.status == Status::Cancelled;
            // Cancelled instances of a living series are always there when the series stands for the others.
            let series = it.recurring_event_id.as_ref().and_then(|id| of.events.get(id));
            let exception = !single && series.is_some_and(|it| it.status != Status::Cancelled);
            let zone = it.zone();
            let during = it.repeat.is_some()
                || least.is_none_or(|at| it.end.instant(&zone) > at)
                    && most.is_none_or(|at| it.start.instant(&zone) < at);
            let named = asked.get("q").is_none_or(|q| {
                let q = q.to_lowercase();
                [&it.summary, &it.description, &it.location]
                    .into_iter()
                    .flatten()
                    .any(|text| text.to_lowercase().contains(&q))
            });
            since.map_or(!cancelled || deleted || exception || updated.is_some(), |since| it.change > since)
                && during
                && named
                && updated.is_none_or(|at| it.updated >= at)
        });
        match order {
            Some("startTime") => rows.sort_by_key(|it| (it.start.instant(&it.zone()), it.id.clone())),
            Some("updated") => rows.sort_by_key(|it| (it.updated, it.id.clone())),
            _ => rows.sort_by_key(place),
        }
        Ok(rows)
    }

    pub(super) fn list(
        &mut self,
        asked: &Asked<'_>,
        calendar: &str,
        now: Timestamp,
    ) -> Result<Response<Bytes>, Refusal> {
        let parameters = fingerprint(asked);
        let mut since = self.since(asked, calendar, now)?;
        let most = match asked.get("maxResults") {
            None => 250,
            Some(text) => {
                let n: usize =
                    text.parse().map_err(|_| bad_request("invalidParameter", "Invalid maxResults"))?;
                if n == 0 {
                    return Err(bad_request("invalidParameter", "Invalid maxResults").into());
                }
                n.min(2500)
            }
        };
        let of = self.calendars.get(calendar).ok_or_else(not_found)?;
        let (name, zone, epoch) = (of.name.clone(), of.time_zone.clone(), of.epoch);
        let mut change = of.change;
        let mut number = 0;
        let mut after = None;
        if let Some(text) = asked.get("pageToken") {
            let page = read::<Place>("CP", text).filter(|it| it.parameters == parameters);
            let page = page.ok_or_else(|| bad_request("invalid", "Invalid page token value."))?;
            (after, change, number) = (Some(page.after), page.change, page.page);
            since = page.since.or(since);
        }
        let mut rows = self.wanted(asked, calendar, since)?;
        if let Some(after) = after {
            // Rows may have come or gone meanwhile.
            let ordered = asked.get("orderBy").is_some();
            let at = match rows.iter().position(|it| it.id == after.1) {
                Some(at) => at + 1,
                None if ordered => 0,
                None => rows.partition_point(|it| place(it) < after),
            };
            let at = i64::try_from(at).unwrap_or(0).saturating_add(asked.drift());
            rows.drain(..usize::try_from(at).unwrap_or(0).min(rows.len()));
        }
        // A page may hold less than there is room for, and more follow all the same.
        let short = self.settings.short_pages && number % 2 == 1 && most > 1;
        let size = if short { most / 2 } else { most };
        let more = rows.len() > size;
        rows.truncate(size);
        let whole = flag(asked, "showDeleted")? && since.is_none();
        let items: Vec<Value> = rows.iter().map(|it| it.json(calendar, whole)).collect();
        let updated = rows.iter().map(|it| it.updated).max().unwrap_or(now);
        let mut answer = json!({"kind": "calendar#events", "etag": format!("\"p{change}\""), "summary": name,
            "updated": stamp(updated), "timeZone": zone, "accessRole": "reader", "defaultReminders": [],
            "items": items});
        let restricted = RESTRICTIONS.iter().any(|name| asked.get(name).is_some());
        if let Some(last) = rows.last().filter(|_| more) {
            let token = Place { after: place(last), change, page: number + 1, parameters, since };
            answer["nextPageToken"] = json!(write("CP", &token));
        } else if !restricted {
            let calendar = calendar.to_owned();
            let token = Sync { calendar, parameters, epoch, change, issued: now.as_second() };
            answer["nextSyncToken"] = json!(write("CS", &token));
        }
        Ok(json(200, &answer))
    }
}
