//! The older interface: a key as a parameter, one envelope for everything, failures under status 200, pages.

use bytes::Bytes;
use http::{Response, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::record::{Kind, Record};
use super::world::{Account, World};
use crate::faults::Fault;
use crate::house::{Asked, Refusal, json};
use crate::mix;

/// One call, taken apart: parameters of the address on GET, of the form on POST.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) method: &'a str,
    params: Vec<(String, String)>,
    /// A charset other than UTF-8 was declared: what is written is not kept.
    pub(super) foreign: bool,
    pub(super) now: Timestamp,
}

impl<'a> Call<'a> {
    pub(super) fn new(asked: &'a Asked<'a>, method: &'a str, now: Timestamp) -> Self {
        let declared = asked.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let declared = declared.unwrap_or_default().to_lowercase();
        let form = asked.method == "POST" && declared.starts_with("application/x-www-form-urlencoded");
        let mut params = asked.query.clone();
        if form {
            params.extend(form_urlencoded::parse(asked.body).into_owned());
        }
        let foreign =
            declared.split_once("charset=").is_some_and(|(_, name)| !name.trim().starts_with("utf-8"));
        Self { asked, method, params, foreign, now }
    }

    /// A parameter that is there and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.params.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        value.filter(|value| !value.is_empty())
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.get(name).and_then(|text| text.parse().ok())
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true"))
    }
}

/// A refusal, whose HTTP status says that all is well.
pub(super) fn failure(code: &str, message: &str, alerts: &[&str]) -> Refusal {
    json(
        200,
        &json!({"status": "failure", "details": {"errorMessage": message, "errorCode": code, "alerts": alerts}}),
    )
    .into()
}

pub(super) fn success(method: &str, results: Value) -> Response<Bytes> {
    json(
        200,
        &json!({"status": "success", "data": {"api_call": method, "results": results}, "details": {}, "settings": {}}),
    )
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) account: u64,
    pub(super) locations: std::collections::BTreeSet<u64>,
}

impl Seen {
    /// Whether the key shows what is at this location. What is at none is shown.
    pub(super) fn shows(&self, location: Option<u64>) -> bool {
        location.is_none_or(|id| self.locations.contains(&id))
    }
}

impl World {
    pub(super) fn verify(&mut self, call: &Call<'_>) -> Result<Seen, Refusal> {
        if call.asked.query.iter().any(|(name, _)| name == "api_key") {
            self.keys_in_addresses += 1;
        }
        let refused = |code, alert: &str| failure(code, "Verification failed", &[alert]);
        let key =
            call.get("api_key").ok_or_else(|| refused("L000_1", "Missing variable: api_key"))?.to_owned();
        let held = self.keys.get(&key).cloned().ok_or_else(|| refused("L000_2", "Invalid api_key"))?;
        if !held.on {
            return Err(refused("L000_3", "The api_key is not active"));
        }
        if !self.take(&key, call.now) {
            return Err(self.too_many().into());
        }
        Ok(Seen { account: held.account, locations: held.locations })
    }

    /// A page of rows under the key of their kind.
    pub(super) fn page(
        &self,
        call: &Call<'_>,
        account: &Account,
        kind: Kind,
        mut rows: Vec<&Record>,
        shape: impl Fn(&Account, &Record) -> Value,
    ) -> Response<Bytes> {
        if self.settings.newest_first && matches!(kind, Kind::Patients | Kind::Appointments | Kind::Invoices)
        {
            // The order is nobody's promise: what changes moves to the front.
            rows.sort_by_key(|it| (std::cmp::Reverse(it.modified), mix(self.settings.seed, it.id)));
        }
        let most = if kind == Kind::Notes { 50 } else { 200 };
        let size = call.number("page_length").unwrap_or(100).clamp(1, most) as usize;
        let page = call.number("page").unwrap_or(1).max(1) as usize;
        let shift = match call.asked.fault {
            Some(Fault::Drift(by)) if page > 1 => by,
            _ => 0,
        };
        let begin =
            usize::try_from(((page - 1).saturating_mul(size) as i64).saturating_add(shift)).unwrap_or(0);
        let total = rows.len();
        let mut shown: Vec<Value> =
            rows.iter().skip(begin).take(size).map(|it| self.odd(kind, it, shape(account, it))).collect();
        if let (Some(Fault::DuplicateRows), Some(first)) = (&call.asked.fault, shown.first().cloned()) {
            shown.push(first);
        }
        let more = page.saturating_mul(size) < total;
        let (current, next) = self.pages(page, more, total);
        let mut details = Map::from_iter([
            ("totalItems".to_owned(), json!(total)),
            ("currentItems".to_owned(), json!(shown.len())),
        ]);
        let mut settings = Map::from_iter([("pageLength".to_owned(), json!(size))]);
        let place = if self.settings.pages_in_details { &mut details } else { &mut settings };
        place.insert("currentPage".to_owned(), current);
        place.extend(next.map(|next| ("nextPage".to_owned(), next)));
        json(
            200,
            &json!({"status": "success",
                "data": {"api_call": call.method, "results": {kind.key(): shown}},
                "details": details, "settings": settings}),
        )
    }

    /// Numbers of pages are text or numbers, and the one after the last is null, empty or absent.
    fn pages(&self, page: usize, more: bool, total: usize) -> (Value, Option<Value>) {
        let die = mix(self.settings.seed, (total + page) as u64);
        let number = |n: usize, text: bool| if text { json!(n.to_string()) } else { json!(n) };
        let next = match (more, die % 3) {
            (true, way) => Some(number(page + 1, way == 0)),
            (false, 0) => Some(Value::Null),
            (false, 1) => Some(json!("")),
            (false, _) => None,
        };
        (number(page, die.is_multiple_of(2)), next)
    }

    /// A row with what is odd about it.
    pub(super) fn odd(&self, kind: Kind, record: &Record, mut row: Value) -> Value {
        self.oddities.spoil(kind.key(), &record.id.to_string(), &mut row);
        row
    }
}
