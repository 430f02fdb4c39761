//! Lists: what they hide, their order, their pages. Paging is by offset.

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value, json};

use super::access::Caller;
use super::filter::{Filters, Val, refusal, value};
use super::json::row;
use super::record::{Kind, Record};
use super::world::{Account, World};
use crate::faults::Fault;
use crate::house::{Asked, Refusal, json};
use crate::mix;

/// The largest page.
const MOST: usize = 100;

/// A list that is narrower than that of its kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Narrow<'a> {
    /// Rows whose link of this name leads there.
    pub(super) link: Option<(&'a str, u64)>,
    /// Practitioners: whether they are active.
    pub(super) active: Option<bool>,
}

impl Narrow<'_> {
    fn shows(&self, record: &Record) -> bool {
        self.link.is_none_or(|(name, id)| record.link(name) == Some(id))
            && self.active.is_none_or(|wanted| record.truth("active") == wanted)
    }
}

/// Fields to sort by, the last one breaking ties in an order that is stable and means nothing.
type Order = Vec<(String, bool)>;

impl World {
    pub(super) fn list(
        &self,
        asked: &Asked<'_>,
        caller: &Caller,
        kind: Kind,
        narrow: Narrow<'_>,
    ) -> Result<Response<Bytes>, Refusal> {
        let Some(account) = self.accounts.get(&caller.account) else { return Err(refusal("no account")) };
        let filters = Filters::parse(kind, asked)?;
        let order = order(kind, asked)?;
        let mut rows: Vec<&Record> = account
            .all(kind)
            .filter(|it| narrow.shows(it) && self.shows(it, &filters) && filters.hold(account, it))
            .collect();
        self.sort(account, &mut rows, &order);
        let number = |name: &str| asked.get(name).and_then(|text| text.parse::<usize>().ok());
        let page = number("page").unwrap_or(1).max(1);
        let size = number("per_page").unwrap_or(50).clamp(1, MOST);
        let total = rows.len();
        let shift = match asked.fault {
            Some(Fault::Drift(by)) if page > 1 => by,
            _ => 0,
        };
        let begin =
            usize::try_from(((page - 1).saturating_mul(size) as i64).saturating_add(shift)).unwrap_or(0);
        let shown = rows.iter().skip(begin).take(size);
        let mut shown: Vec<Value> = shown.map(|it| self.row(account, it, kind, &caller.base)).collect();
        if let (Some(Fault::DuplicateRows), Some(first)) = (&asked.fault, shown.first().cloned()) {
            shown.push(first);
        }
        let mut links = Map::new();
        let to = |page| Value::String(address(asked, &caller.base, page, size));
        links.insert("self".to_owned(), to(page));
        if page > 1 {
            links.insert("previous".to_owned(), to(page - 1));
        }
        if page.saturating_mul(size) < total {
            links.insert("next".to_owned(), to(page + 1));
        }
        let mut body = Map::new();
        let name = if kind == Kind::Bookings && asked.parts.last() == Some(&"appointments") {
            "appointments"
        } else {
            kind.path()
        };
        body.insert(name.to_owned(), Value::Array(shown));
        body.insert("total_entries".to_owned(), json!(total));
        body.insert("links".to_owned(), Value::Object(links));
        Ok(json(200, &body))
    }

    /// One row with what is odd about it.
    pub(super) fn row(&self, account: &Account, record: &Record, seen_as: Kind, base: &str) -> Value {
        let mut shown = row(account, record, seen_as, base);
        self.oddities.spoil(seen_as.path(), &record.id.to_string(), &mut shown);
        shown
    }

    /// Archived and cancelled records are left out unless a filter speaks of that.
    fn shows(&self, record: &Record, filters: &Filters) -> bool {
        let deleted_by = if self.settings.hides_deleted { "deleted_at" } else { "archived_at" };
        (record.archived.is_none() || filters.lifts("archived_at"))
            && (record.deleted.is_none() || filters.lifts(deleted_by) || filters.lifts("deleted_at"))
            && (record.cancelled.is_none() || filters.lifts("cancelled_at"))
    }

    fn sort(&self, account: &Account, rows: &mut Vec<&Record>, order: &Order) {
        let fields: Vec<&(String, bool)> =
            order.iter().filter(|(field, _)| self.settings.sorts_by_id || field != "id").collect();
        let mut keyed: Vec<(Vec<Val>, u64, &Record)> = rows
            .drain(..)
            .map(|it| {
                let key = fields.iter().map(|(field, _)| value(account, it, field)).collect();
                (key, mix(self.settings.seed, it.id), it)
            })
            .collect();
        keyed.sort_by(|(a, at, _), (b, bt, _)| {
            let by = fields.iter().zip(a.iter().zip(b)).map(
                |((_, falling), (a, b))| {
                    if *falling { b.cmp(a) } else { a.cmp(b) }
                },
            );
            by.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then(at.cmp(bt))
        });
        rows.extend(keyed.into_iter().map(|(_, _, it)| it));
    }
}

fn order(kind: Kind, asked: &Asked<'_>) -> Result<Order, Refusal> {
    let falling = asked.get("order") == Some("desc");
    let Some(text) = asked.get("sort") else { return Ok(vec![("created_at".to_owned(), falling)]) };
    text.split(',')
        .map(|part| {
            let (field, way) = part.split_once(':').unwrap_or((part, if falling { "desc" } else { "asc" }));
            let known = kind.filters().iter().any(|(name, _)| *name == field);
            match way {
                "asc" | "desc" if known => Ok((field.to_owned(), way == "desc")),
                _ => Err(refusal(&format!("{part} is not sortable"))),
            }
        })
        .collect()
}

/// The address of another page of what was asked.
fn address(asked: &Asked<'_>, base: &str, page: usize, size: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("page", &page.to_string()).append_pair("per_page", &size.to_string());
    let kept = asked.query.iter().filter(|(name, _)| !["page", "per_page"].contains(&name.as_str()));
    query.extend_pairs(kept);
    let path = asked.path.strip_prefix("/v1").unwrap_or(asked.path);
    format!("{base}{path}?{}", query.finish())
}
