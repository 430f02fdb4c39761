//! Which address answers what.

use std::convert::Infallible;

use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::{Caller, Role};
use super::filter::Filters;
use super::list::Narrow;
use super::make::country;
use super::record::Kind;
use super::world::World;
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, json, obey};

pub(super) fn not_found() -> Refusal {
    json(404, &json!({"message": "Not found"})).into()
}

impl World {
    fn route(&mut self, asked: &Asked<'_>, now: Timestamp) -> Result<Response<Bytes>, Refusal> {
        let caller = self.enter(asked, now)?;
        let ["v1", rest @ ..] = asked.parts.as_slice() else { return Err(not_found()) };
        if asked.method != "GET" {
            return self.write(asked, &caller, rest, now);
        }
        match rest {
            ["user"] => {
                let account = self.accounts.get(&caller.account).ok_or_else(not_found)?;
                let user = account.get(Kind::Users, caller.user).ok_or_else(not_found)?;
                Ok(json(200, &self.row(account, user, Kind::Users, &caller.base)))
            }
            ["settings"] => self.account_settings(&caller),
            ["practitioners", "inactive"] => self.list(
                asked,
                &caller,
                Kind::Practitioners,
                Narrow { active: Some(false), ..Narrow::default() },
            ),
            ["businesses", business, "practitioners", practitioner, "appointment_types", kind, what] => {
                self.times(asked, &caller, [business, practitioner, kind], what, now)
            }
            [path] => {
                let kind = permitted(&caller, path)?;
                let active = (kind == Kind::Practitioners).then_some(true);
                // Items are shown below their invoice only.
                if kind == Kind::InvoiceItems {
                    return Err(not_found());
                }
                self.list(asked, &caller, kind, Narrow { active, ..Narrow::default() })
            }
            [path, id] => self.single(asked, &caller, permitted(&caller, path)?, id),
            [path, id, below] => self.below(asked, &caller, permitted(&caller, path)?, id, below),
            _ => Err(not_found()),
        }
    }

    fn account_settings(&self, caller: &Caller) -> Result<Response<Bytes>, Refusal> {
        let account = self.accounts.get(&caller.account).ok_or_else(not_found)?;
        let (country, code) = country(account.clinic.region);
        let name = &account.clinic.name;
        let subdomain: String = name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        Ok(json(
            200,
            &json!({"id": account.id.to_string(), "name": name, "subdomain": subdomain, "country": country,
                "country_code": code, "currency_symbol": "$", "time_zone_identifier": account.clinic.time_zone}),
        ))
    }

    /// An archived one is not found, a cancelled one only by those who ask for such.
    fn single(
        &self,
        asked: &Asked<'_>,
        caller: &Caller,
        kind: Kind,
        id: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let account = self.accounts.get(&caller.account).ok_or_else(not_found)?;
        let id: u64 = id.parse().map_err(|_| not_found())?;
        let filters = Filters::parse(kind, asked)?;
        let cancelled_too = !self.settings.hides_cancelled_single || filters.lifts("cancelled_at");
        let record =
            account.get(kind, id).filter(|it| !it.gone() && (it.cancelled.is_none() || cancelled_too));
        Ok(json(200, &self.row(account, record.ok_or_else(not_found)?, kind, &caller.base)))
    }

    fn below(
        &self,
        asked: &Asked<'_>,
        caller: &Caller,
        kind: Kind,
        id: &str,
        below: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let account = self.accounts.get(&caller.account).ok_or_else(not_found)?;
        let id: u64 = id.parse().map_err(|_| not_found())?;
        account.get(kind, id).ok_or_else(not_found)?;
        let (list, link) = match (kind, below) {
            (Kind::Patients, "appointments") => (Kind::IndividualAppointments, "patient"),
            (Kind::Patients, "attendees") => (Kind::Attendees, "patient"),
            (Kind::Patients, "invoices") => (Kind::Invoices, "patient"),
            (Kind::IndividualAppointments | Kind::GroupAppointments | Kind::Bookings, "attendees") => {
                (Kind::Attendees, "booking")
            }
            (Kind::Attendees, "invoices") => (Kind::Invoices, "attendee"),
            (Kind::Invoices, "invoice_items") => (Kind::InvoiceItems, "invoice"),
            _ => return Err(not_found()),
        };
        self.list(asked, caller, list, Narrow { link: Some((link, id)), ..Narrow::default() })
    }
}

/// The kind at a path, if the caller's role may read it. What is refused is refused in two ways.
pub(super) fn permitted(caller: &Caller, path: &str) -> Result<Kind, Refusal> {
    let kind = Kind::of(path).ok_or_else(not_found)?;
    match (caller.role, kind) {
        (Role::Receptionist, Kind::TreatmentNotes) => {
            Err(json(403, &json!({"message": "You are not authorized to perform this action"})).into())
        }
        (Role::Receptionist, Kind::AppointmentTypes) => Err(not_found()),
        _ => Ok(kind),
    }
}

impl Platform for World {
    type Job = Infallible;

    fn desk(&mut self) -> &mut Desk<Infallible> {
        &mut self.desk
    }

    fn advance(&mut self, to: Timestamp) {
        self.now = to;
        self.live(to);
    }

    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        self.route(asked, now).unwrap_or_else(|refusal| *refusal)
    }

    fn throttled(&self) -> Response<Bytes> {
        self.too_many(self.now)
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["accounts"]) => json(200, &self.overview()),
            ("GET", ["settings"]) => json(200, &self.settings),
            ("GET", ["surprises"]) => json(200, &self.oddities.list()),
            ("GET", ["ledger", account]) => {
                let ledger = account.parse().ok().and_then(|account| self.ledger(account).ok());
                ledger.map_or_else(|| *not_found(), |ledger| json(200, &ledger))
            }
            _ => *not_found(),
        }
    }

    fn post(&mut self, _: u64, job: &Infallible, _: Timestamp) -> Result<Post, Outcome> {
        match *job {}
    }

    fn ended(&mut self, job: Infallible, _: &Result<Response<Bytes>, Failure>, _: Timestamp) {
        match job {}
    }
}

impl World {
    fn overview(&self) -> Value {
        let all = self.accounts.values().map(|account| {
            let counts: serde_json::Map<String, Value> = account
                .records
                .iter()
                .map(|(kind, all)| (kind.path().to_owned(), json!(all.len())))
                .collect();
            json!({"id": account.id, "name": account.clinic.name, "shard": account.shard, "records": counts})
        });
        all.collect()
    }
}
