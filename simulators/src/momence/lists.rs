//! Lists: pages by number over rows that move under the reader's feet, filters, orders.

use std::cmp::Ordering;

use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::json as shape;
use super::routes::error;
use super::state::{Attendance, Host, Member};
use super::world::World;
use crate::house::{Asked, Refusal, json};

/// What a list is asked for.
pub(super) struct Wanted<'a> {
    by: &'a str,
    descending: bool,
    page: usize,
    size: usize,
    drift: i64,
}

fn invalid(name: &str) -> Refusal {
    error(400, &format!("{name} is not acceptable")).into()
}

/// Pages count from 0; both numbers must be said.
fn wanted<'a>(asked: &'a Asked<'_>, most: usize, orders: &[&'a str]) -> Result<Wanted<'a>, Refusal> {
    let number = |name: &str| asked.get(name).and_then(|text| text.parse::<usize>().ok());
    let page = number("page").ok_or_else(|| invalid("page"))?;
    let size = number("pageSize").filter(|n| (1..=most).contains(n)).ok_or_else(|| invalid("pageSize"))?;
    let by = match asked.get("sortBy") {
        None => orders.first().copied().unwrap_or_default(),
        Some(by) => orders.iter().copied().find(|known| *known == by).ok_or_else(|| invalid("sortBy"))?,
    };
    let descending = match asked.get("sortOrder") {
        None => by == "lastSeenAt",
        Some("DESC") => true,
        Some("ASC") => false,
        Some(_) => return Err(invalid("sortOrder")),
    };
    Ok(Wanted { by, descending, page, size, drift: asked.drift() })
}

pub(super) fn flag(asked: &Asked<'_>, name: &str) -> Result<Option<bool>, Refusal> {
    match asked.get(name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(invalid(name)),
    }
}

fn number(asked: &Asked<'_>, name: &str) -> Result<Option<u64>, Refusal> {
    asked.get(name).map(|text| text.parse().map_err(|_| invalid(name))).transpose()
}

/// Bounds of beginning and end, all of them exclusive.
fn within(asked: &Asked<'_>) -> Result<impl Fn(Timestamp, Timestamp) -> bool + use<>, Refusal> {
    let moment = |name: &str| -> Result<Option<Timestamp>, Refusal> {
        asked.get(name).map(|text| text.parse().map_err(|_| invalid(name))).transpose()
    };
    let (start_after, start_before) = (moment("startAfter")?, moment("startBefore")?);
    let (end_after, end_before) = (moment("endAfter")?, moment("endBefore")?);
    Ok(move |start: Timestamp, end: Timestamp| {
        start_after.is_none_or(|at| start > at)
            && start_before.is_none_or(|at| start < at)
            && end_after.is_none_or(|at| end > at)
            && end_before.is_none_or(|at| end < at)
    })
}

impl World {
    /// One page of rows that are in order already.
    fn page<T>(&self, rows: &[T], of: &Wanted<'_>, shape: impl Fn(&T) -> Value) -> Response<Bytes> {
        let drift = if of.page > 0 { of.drift } else { 0 };
        let skip = i64::try_from(of.page.saturating_mul(of.size)).unwrap_or(i64::MAX).saturating_add(drift);
        let skip = usize::try_from(skip).unwrap_or(0);
        let payload: Vec<Value> = rows.iter().skip(skip).take(of.size).map(shape).collect();
        json(
            200,
            &json!({"payload": payload, "pagination": {"page": of.page, "pageSize": of.size,
                "totalCount": rows.len(), "sortBy": of.by, "sortOrder": if of.descending { "DESC" } else { "ASC" }}}),
        )
    }

    fn host(&self, host: u64) -> Result<&Host, Refusal> {
        self.hosts.get(&host).ok_or_else(|| error(404, "Not found").into())
    }

    pub(super) fn list_members(&self, host: u64, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let of = wanted(asked, 100, &["lastSeenAt", "firstSeenAt", "firstName", "lastName", "email"])?;
        let host = self.host(host)?;
        if asked.get("filterPreset").is_some_and(|preset| preset != "with-active-membership") {
            return Err(invalid("filterPreset"));
        }
        number(asked, "staticSegmentId")?;
        let query = asked.get("query").map(str::to_lowercase);
        let named = |it: &&Member| {
            let all = format!("{} {} {}", it.first_name, it.last_name, it.email).to_lowercase();
            query.as_ref().is_none_or(|query| all.contains(query))
        };
        let mut rows: Vec<&Member> = host.members.values().filter(named).collect();
        let order = |a: &&Member, b: &&Member| -> Ordering {
            match of.by {
                "firstSeenAt" => a.first_seen.cmp(&b.first_seen),
                "firstName" => a.first_name.cmp(&b.first_name),
                "lastName" => a.last_name.cmp(&b.last_name),
                "email" => a.email.cmp(&b.email),
                _ => a.last_seen.cmp(&b.last_seen),
            }
        };
        sort(&mut rows, of.descending, order, |it| it.id);
        Ok(self.page(&rows, &of, |it| shape::member(host, it)))
    }

    pub(super) fn list_sessions(&self, host: u64, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let of = wanted(asked, 200, &["startsAt", "name", "endsAt"])?;
        let (host, within) = (self.host(host)?, within(asked)?);
        let cancelled = flag(asked, "includeCancelled")?.unwrap_or(false);
        let (teacher, location) = (number(asked, "teacherId")?, number(asked, "locationId")?);
        // A list is the same name again, or one text with commas.
        let types: Vec<&str> = asked
            .query
            .iter()
            .filter(|(name, _)| name == "types" || name == "types[]")
            .flat_map(|(_, value)| value.split(','))
            .collect();
        let mut rows: Vec<_> = host
            .sessions
            .values()
            .filter(|it| {
                within(it.starts_at, it.ends_at())
                    && (cancelled || !it.cancelled)
                    && teacher.is_none_or(|id| it.teacher == id)
                    && location.is_none_or(|id| it.location == Some(id))
                    && (types.is_empty() || types.contains(&it.kind.as_str()))
            })
            .collect();
        sort(
            &mut rows,
            of.descending,
            |a, b| match of.by {
                "name" => a.name.cmp(&b.name),
                "endsAt" => a.ends_at().cmp(&b.ends_at()),
                _ => a.starts_at.cmp(&b.starts_at),
            },
            |it| it.id,
        );
        Ok(self.page(&rows, &of, |it| shape::session(host, it)))
    }

    /// Of one session.
    pub(super) fn list_bookings(
        &self,
        host: u64,
        session: u64,
        asked: &Asked<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        let of = wanted(asked, 100, &["createdAt", "firstName", "lastName"])?;
        let host = self.host(host)?;
        if !host.sessions.contains_key(&session) {
            return Err(error(404, "Session not found").into());
        }
        let cancelled = flag(asked, "includeCancelled")?.unwrap_or(false);
        let here = host.bookings.values().filter(|it| it.session == session);
        let mut rows: Vec<_> = here
            .filter(|it| {
                // Without the person there is nothing to show.
                host.members.contains_key(&it.member) && (cancelled || it.cancelled_at.is_none())
            })
            .collect();
        let name = |id: u64, last: bool| {
            let member = host.members.get(&id);
            member.map(|it| if last { it.last_name.clone() } else { it.first_name.clone() })
        };
        sort(
            &mut rows,
            of.descending,
            |a, b| match of.by {
                "firstName" => name(a.member, false).cmp(&name(b.member, false)),
                "lastName" => name(a.member, true).cmp(&name(b.member, true)),
                _ => a.created_at.cmp(&b.created_at),
            },
            |it| it.id,
        );
        Ok(self.page(&rows, &of, |it| shape::booking(host, it)))
    }

    /// Of everybody, or of one member.
    pub(super) fn list_reservations(
        &self,
        host: u64,
        member: Option<u64>,
        asked: &Asked<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        let of = wanted(asked, 200, &["startsAt"])?;
        let (host, within) = (self.host(host)?, within(asked)?);
        let cancelled = flag(asked, "includeCancelled")?.unwrap_or(false);
        let attendees = flag(asked, "includeCancelledAttendees")?.unwrap_or(false);
        let paid = flag(asked, "isPaid")?;
        let mut rows: Vec<_> = host
            .reservations
            .values()
            .filter(|it| {
                within(it.starts_at, it.ends_at())
                    && (cancelled || it.cancelled_at.is_none())
                    && paid.is_none_or(|paid| it.is_paid == paid)
                    && member.is_none_or(|member| {
                        let mut theirs = it.attendees.iter().filter(|one| one.member == member);
                        theirs.any(|one| cancelled || one.status != Attendance::Cancelled)
                    })
            })
            .collect();
        sort(&mut rows, of.descending, |a, b| a.starts_at.cmp(&b.starts_at), |it| it.id);
        Ok(self.page(&rows, &of, |it| shape::reservation(host, it, attendees)))
    }

    /// The sessions of one member.
    pub(super) fn list_visits(
        &self,
        host: u64,
        member: u64,
        asked: &Asked<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        let of = wanted(asked, 100, &["startsAt"])?;
        let (host, within) = (self.host(host)?, within(asked)?);
        let cancelled = flag(asked, "includeCancelled")?.unwrap_or(false);
        let session = |id: u64| host.sessions.get(&id);
        let theirs = host.bookings.values().filter(|it| it.member == member);
        let mut rows: Vec<_> = theirs
            .filter(|it| {
                (cancelled || it.cancelled_at.is_none())
                    && session(it.session).is_some_and(|it| within(it.starts_at, it.ends_at()))
            })
            .collect();
        let start = |id: u64| session(id).map(|it| it.starts_at);
        sort(&mut rows, of.descending, |a, b| start(a.session).cmp(&start(b.session)), |it| it.id);
        Ok(self.page(&rows, &of, |it| shape::visit(host, it)))
    }

    pub(super) fn list_sales(&self, host: u64, asked: &Asked<'_>) -> Result<Response<Bytes>, Refusal> {
        let of = wanted(asked, 100, &["saleDate"])?;
        let host = self.host(host)?;
        let mut rows: Vec<_> = host.sales.values().collect();
        sort(&mut rows, of.descending, |a, b| a.at.cmp(&b.at), |it| it.id);
        Ok(self.page(&rows, &of, |it| shape::sale(host, it)))
    }
}

/// What is equal stands in the order of ids, whichever way the rest is turned.
fn sort<T>(rows: &mut [T], descending: bool, order: impl Fn(&T, &T) -> Ordering, id: impl Fn(&T) -> u64) {
    rows.sort_by(|a, b| {
        let first = order(a, b);
        let first = if descending { first.reverse() } else { first };
        first.then_with(|| id(a).cmp(&id(b)))
    });
}
