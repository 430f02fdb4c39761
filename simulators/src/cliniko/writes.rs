//! Writes of clients, and the free times to book. No key makes a write happen once only.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::access::Caller;
use super::command::Target;
use super::deeds::Edit;
use super::filter::refusal;
use super::record::{Kind, second, written};
use super::routes::{not_found, permitted};
use super::world::World;
use crate::clinic::plan::zone;
use crate::house::{Asked, Refusal, json};
use crate::mix;

fn invalid(field: &str, message: &str) -> Refusal {
    json(422, &json!({"message": "Validation Failed", "errors": {field: message}})).into()
}

fn nothing() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn sent(asked: &Asked<'_>) -> Result<Map<String, Value>, Refusal> {
    let kind =
        asked.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if asked.body.is_empty() {
        return Ok(Map::new());
    }
    if !kind.starts_with("application/json") {
        return Err(refusal("The request body is not JSON"));
    }
    serde_json::from_slice(asked.body).map_err(|_| refusal("The request body is not JSON"))
}

impl World {
    pub(super) fn write(
        &mut self,
        asked: &Asked<'_>,
        caller: &Caller,
        rest: &[&str],
        now: Timestamp,
    ) -> Result<Response<Bytes>, Refusal> {
        let body = sent(asked)?;
        let at = now.as_second();
        match (asked.method, rest) {
            ("POST", [path]) => {
                let kind = permitted(caller, path)?;
                if !matches!(kind, Kind::Patients | Kind::IndividualAppointments | Kind::Communications) {
                    return Err(not_found());
                }
                let edit = self.checked(kind, body)?;
                let id = self.add(caller.account, kind, edit, now).map_err(|_| not_found())?;
                self.answer(caller, kind, &id, 201)
            }
            ("PATCH", [path, id]) => {
                let (kind, target) = self.aimed(caller, path, id)?;
                if !matches!(kind, Kind::Patients | Kind::IndividualAppointments | Kind::Attendees) {
                    return Err(not_found());
                }
                let edit = split(body);
                self.edit(&target, edit, now).map_err(|_| not_found())?;
                self.answer(caller, kind, id, 200)
            }
            ("PATCH", [path, id, "cancel"]) => {
                let (_, target) = self.aimed(caller, path, id)?;
                let reason = body.get("cancellation_reason").and_then(Value::as_i64);
                let reason = reason.ok_or_else(|| invalid("cancellation_reason", "can't be blank"))?;
                self.cancel(&target, reason, at).map_err(|_| not_found())?;
                Ok(nothing())
            }
            ("POST", [path, id, way @ ("archive" | "unarchive")]) => {
                let (kind, target) = self.aimed(caller, path, id)?;
                if *way == "unarchive" && !matches!(kind, Kind::Patients | Kind::Businesses) {
                    return Err(not_found());
                }
                let archived = (*way == "archive").then_some(at);
                self.change(&target, at, |it| it.archived = archived).map_err(|_| not_found())?;
                Ok(nothing())
            }
            // Deprecated; still an archive.
            ("DELETE", [path, id]) => {
                let (_, target) = self.aimed(caller, path, id)?;
                self.change(&target, at, |it| (it.archived, it.deleted) = (Some(at), Some(at)))
                    .map_err(|_| not_found())?;
                Ok(nothing())
            }
            _ => Err(not_found()),
        }
    }

    fn aimed(&self, caller: &Caller, path: &str, id: &str) -> Result<(Kind, Target), Refusal> {
        let kind = permitted(caller, path)?;
        Ok((kind, Target { account: caller.account, of: kind, id: id.to_owned() }))
    }

    fn answer(&self, caller: &Caller, kind: Kind, id: &str, status: u16) -> Result<Response<Bytes>, Refusal> {
        let account = self.accounts.get(&caller.account).ok_or_else(not_found)?;
        let record = id.parse().ok().and_then(|id| account.get(kind, id)).ok_or_else(not_found)?;
        Ok(json(status, &self.row(account, record, kind, &caller.base)))
    }

    fn checked(&self, kind: Kind, body: Map<String, Value>) -> Result<Edit, Refusal> {
        let needed: &[&str] = match kind {
            Kind::Patients => &["first_name", "last_name"],
            Kind::IndividualAppointments => {
                &["starts_at", "patient_id", "practitioner_id", "business_id", "appointment_type_id"]
            }
            _ => &["patient_id"],
        };
        for field in needed {
            if body.get(*field).is_none_or(|value| value.is_null() || value == "") {
                return Err(invalid(field, "can't be blank"));
            }
        }
        let mut edit = split(body);
        if kind == Kind::Communications {
            // Nothing is sent: it is a memo.
            edit.fields.insert("type".to_owned(), json!("Memo"));
            edit.fields.insert("category_code".to_owned(), json!(12));
        }
        if kind == Kind::IndividualAppointments && edit.fields.get("ends_at").is_none_or(Value::is_null) {
            let minutes = self.minutes(edit.relations.get("appointment_type"));
            let starts = edit.fields.get("starts_at").and_then(Value::as_str).and_then(second);
            let starts = starts.ok_or_else(|| invalid("starts_at", "is invalid"))?;
            edit.fields.insert("ends_at".to_owned(), json!(written(starts + minutes * 60)));
        }
        Ok(edit)
    }

    fn minutes(&self, kind: Option<&String>) -> i64 {
        let id = kind.and_then(|id| id.parse().ok());
        let known = id.and_then(|id| {
            self.accounts.values().find_map(|account| account.get(Kind::AppointmentTypes, id))
        });
        known.and_then(|it| it.fields.get("duration_in_minutes")).and_then(Value::as_i64).unwrap_or(30)
    }

    /// Free times, for what is published to online bookings only.
    pub(super) fn times(
        &self,
        asked: &Asked<'_>,
        caller: &Caller,
        [business, practitioner, service]: [&str; 3],
        what: &str,
        now: Timestamp,
    ) -> Result<Response<Bytes>, Refusal> {
        let account = self.accounts.get(&caller.account).ok_or_else(not_found)?;
        let published = |kind, id: &str| {
            let record = id.parse().ok().and_then(|id| account.get(kind, id));
            record.is_some_and(|it| !it.gone() && it.truth("show_in_online_bookings"))
        };
        if !(published(Kind::Businesses, business)
            && published(Kind::Practitioners, practitioner)
            && published(Kind::AppointmentTypes, service))
        {
            return Err(not_found());
        }
        let zone = zone(&account.clinic);
        let today = now.to_zoned(zone.clone()).date();
        let day = |name: &str| asked.get(name).and_then(|text| text.parse::<jiff::civil::Date>().ok());
        let (from, to) = match what {
            "available_times" => {
                let both = day("from").zip(day("to")).ok_or_else(|| refusal("from and to must be dates"))?;
                let apart = both.1.since(both.0).map_or(i32::MAX, |span| span.get_days());
                if both.0 < today || !(0..=7).contains(&apart) {
                    return Err(refusal("from and to must be at most 7 days apart and not in the past"));
                }
                both
            }
            "next_available_time" => (today, today.saturating_add(jiff::Span::new().days(7))),
            _ => return Err(not_found()),
        };
        let mut free = Vec::new();
        for day in from.series(jiff::Span::new().days(1)).take_while(|day| *day <= to) {
            for hour in 8..18 {
                let at = day.at(hour, 0, 0, 0).to_zoned(zone.clone()).map(|at| at.timestamp());
                let Ok(at) = at else { continue };
                if at > now && mix(41, at.as_second().unsigned_abs()).is_multiple_of(3) {
                    free.push(json!({"appointment_start": at.to_string()}));
                }
            }
        }
        if what == "next_available_time" {
            return free.first().map(|first| json(200, first)).ok_or_else(not_found);
        }
        let total = free.len();
        Ok(json(200, &json!({"available_times": free, "total_entries": total, "links": {}})))
    }
}

/// What a client sends: fields, and relations as `patient_id`.
fn split(body: Map<String, Value>) -> Edit {
    let (mut fields, mut relations) = (Map::new(), BTreeMap::new());
    for (name, value) in body {
        match name.strip_suffix("_id") {
            Some(relation) if name != "old_reference_id" => {
                let id = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                relations.insert(relation.to_owned(), id);
            }
            _ => {
                fields.insert(name, value);
            }
        }
    }
    Edit { fields, relations, ..Edit::default() }
}
