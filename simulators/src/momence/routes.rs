//! The interface: who may ask, how often, what; and the few things that are written.

use bytes::Bytes;
use http::{Response, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::json as shape;
use super::world::{NewMember, World};
use crate::hooks::{Failure, Outcome, Post};
use crate::house::{Asked, Desk, Platform, Refusal, Refused, json, obey};

pub(super) fn error(status: u16, message: &str) -> Response<Bytes> {
    json(status, &json!({"statusCode": status, "message": message}))
}

fn no(refused: &Refused) -> Refusal {
    let status = if matches!(refused, Refused::Missing(..)) { 404 } else { 400 };
    error(status, &refused.to_string()).into()
}

fn done() -> Response<Bytes> {
    json(200, &json!({}))
}

impl World {
    fn route(&mut self, asked: &Asked<'_>, host: u64, now: Timestamp) -> Result<Response<Bytes>, Refusal> {
        let ["api", "v2", "host", rest @ ..] = asked.parts.as_slice() else {
            return Err(error(404, "Not found").into());
        };
        let number =
            |text: &str| text.parse::<u64>().map_err(|_| Refusal::from(error(400, "id is not a number")));
        match (asked.method, rest) {
            ("GET", ["members"]) => self.list_members(host, asked),
            // The filter is taken as none: nothing is known of its form.
            ("POST", ["members", "list"]) => {
                read(asked)?;
                self.list_members(host, asked)
            }
            ("POST", ["members"]) => self.make_member(asked, host, now),
            ("GET", ["members", id, "sessions"]) => self.list_visits(host, number(id)?, asked),
            ("GET", ["members", id, "appointments"]) => {
                self.list_reservations(host, Some(number(id)?), asked)
            }
            ("GET", ["members", id]) => {
                let id = number(id)?;
                let of = self.host_mut(host).map_err(|it| no(&it))?;
                let member = of.members.get(&id).map(|it| shape::member(of, it));
                member.map(|it| json(200, &it)).ok_or_else(|| error(404, "Member not found").into())
            }
            ("PUT" | "DELETE", ["members", id, what @ ("name" | "phone-number" | "email")]) => {
                self.change_member(asked, host, number(id)?, what)
            }
            ("POST" | "DELETE", ["members", id, "tags", tag]) => {
                let (id, tag) = (number(id)?, number(tag)?);
                self.tag(host, id, tag, asked.method == "POST").map_err(|it| no(&it))?;
                Ok(done())
            }
            ("GET", ["sessions"]) => self.list_sessions(host, asked),
            ("GET", ["sessions", id]) => {
                let id = number(id)?;
                let of = self.host_mut(host).map_err(|it| no(&it))?;
                let session = of.sessions.get(&id).map(|it| shape::session(of, it));
                session.map(|it| json(200, &it)).ok_or_else(|| error(404, "Session not found").into())
            }
            ("GET", ["sessions", id, "bookings"]) => self.list_bookings(host, number(id)?, asked),
            ("GET", ["appointments", "reservations"]) => self.list_reservations(host, None, asked),
            ("GET", ["sales"]) => self.list_sales(host, asked),
            ("POST", ["reports"]) => {
                read(asked)?;
                let seconds = i64::from(self.settings.report_seconds);
                let of = self.host_mut(host).map_err(|it| no(&it))?;
                let id = of.id();
                of.reports.insert(id, now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now));
                Ok(json(200, &json!({"reportRunId": id})))
            }
            ("GET", ["reports", id]) => {
                let id = number(id)?;
                let of = self.host_mut(host).map_err(|it| no(&it))?;
                let ready =
                    of.reports.get(&id).ok_or_else(|| Refusal::from(error(404, "Report not found")))?;
                let status = if now < *ready { "running" } else { "finished" };
                Ok(json(200, &json!({"id": id, "status": status})))
            }
            _ => Err(error(404, "Not found").into()),
        }
    }

    fn make_member(
        &mut self,
        asked: &Asked<'_>,
        host: u64,
        now: Timestamp,
    ) -> Result<Response<Bytes>, Refusal> {
        let body = read(asked)?;
        let need = |name: &str| {
            let text = body.get(name).and_then(Value::as_str).filter(|text| (1..=100).contains(&text.len()));
            text.map(str::to_owned).ok_or_else(|| Refusal::from(error(400, &format!("{name} is required"))))
        };
        let new = NewMember {
            first_name: need("firstName")?,
            last_name: need("lastName")?,
            email: need("email")?,
            phone_number: body.get("phoneNumber").and_then(Value::as_str).map(str::to_owned),
            birthday: None,
        };
        let id = self.add_member(host, new, now).map_err(|it| no(&it))?;
        Ok(json(200, &json!({"memberId": id})))
    }

    fn change_member(
        &mut self,
        asked: &Asked<'_>,
        host: u64,
        id: u64,
        what: &str,
    ) -> Result<Response<Bytes>, Refusal> {
        let body = if asked.method == "PUT" { read(asked)? } else { Value::Null };
        let text = |name: &str| {
            let text = body.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| Refusal::from(error(400, &format!("{name} is required"))))
        };
        let member = self.member_mut(host, id).map_err(|it| no(&it))?;
        match (asked.method, what) {
            ("PUT", "name") => {
                (member.first_name, member.last_name) = (text("firstName")?, text("lastName")?)
            }
            ("PUT", "email") => member.email = text("email")?,
            ("PUT", "phone-number") => member.phone_number = Some(text("phoneNumber")?),
            ("DELETE", "phone-number") => member.phone_number = None,
            _ => return Err(error(404, "Not found").into()),
        }
        Ok(done())
    }
}

fn read(asked: &Asked<'_>) -> Result<Value, Refusal> {
    serde_json::from_slice(asked.body).map_err(|_| error(400, "The body is no JSON").into())
}

impl Platform for World {
    type Job = ();

    fn desk(&mut self) -> &mut Desk<()> {
        &mut self.desk
    }

    fn advance(&mut self, to: Timestamp) {
        self.live(to);
    }

    fn reply(&mut self, asked: &Asked<'_>, now: Timestamp) -> Response<Bytes> {
        match (asked.method, asked.parts.as_slice()) {
            ("POST", ["api", "v2", "auth", "token"]) => return self.token(asked, now),
            ("GET", ["api", "v2", "auth", "authorize"]) => return self.consent(asked),
            _ => {}
        }
        let Some(host) = self.signed_in(asked, now) else { return error(401, "Unauthorized") };
        let most = self.settings.requests_per_second;
        if self.hosts.get_mut(&host).is_some_and(|host| !host.take(most, now)) {
            self.desk.violated();
            return self.throttled();
        }
        self.route(asked, host, now).unwrap_or_else(|refusal| *refusal)
    }

    fn throttled(&self) -> Response<Bytes> {
        let mut refusal = error(429, "Too Many Requests");
        refusal.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("2"));
        refusal
    }

    fn records<'a>(&self, body: &'a mut Value) -> Option<&'a mut Value> {
        if body.get("payload").is_some() { body.get_mut("payload") } else { Some(body) }
    }

    fn control(&mut self, method: &str, path: &[&str], body: &[u8], now: Timestamp) -> Response<Bytes> {
        let host = |id: &str| id.parse::<u64>().unwrap_or_default();
        match (method, path) {
            ("POST", ["commands"]) => obey(body, |command| self.obey(command, now)),
            ("GET", ["ledger", id]) => {
                self.ledger(host(id)).map_or_else(|_| error(404, "no such host"), |it| json(200, &it))
            }
            ("GET", ["secrets", id]) => {
                self.secrets(host(id)).map_or_else(|_| error(404, "no such host"), |it| json(200, &it))
            }
            _ => error(404, "Not found"),
        }
    }

    /// Nothing is ever told to anybody.
    fn post(&mut self, _: u64, (): &(), _: Timestamp) -> Result<Post, Outcome> {
        Err(Outcome::Gone)
    }

    fn ended(&mut self, (): (), _: &Result<Response<Bytes>, Failure>, _: Timestamp) {}
}
