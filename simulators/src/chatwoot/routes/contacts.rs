//! Contacts: pages of 15, whatever is asked; only people with an address are listed.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use super::super::json;
use super::super::reply::Reply;
use super::super::state::Contact;
use super::filter::{Fields, Question};
use super::{Visit, to_i};
use crate::mix;

const PAGE: usize = 15;

#[derive(Serialize)]
struct Page<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<serde_json::Value>,
    payload: T,
}

fn resolved<'a>(visit: &Visit<'a>) -> Vec<&'a Contact> {
    visit.account.contacts.values().filter(|contact| contact.resolved()).collect()
}

fn views<'a>(visit: &Visit<'a>, rows: &[&'a Contact]) -> Vec<json::ContactView<'a>> {
    let with_inboxes = visit.query.get("include_contact_inboxes").is_none_or(|value| value == "true");
    rows.iter()
        .map(|contact| {
            visit.saw_contact(contact);
            json::contact(visit.world, visit.account, contact, with_inboxes)
        })
        .collect()
}

/// The page asked for, as it was asked for: a text when it came in the query.
fn current_page(visit: &Visit<'_>) -> serde_json::Value {
    visit.query.raw("page").map_or(json!(1), |page| json!(page))
}

fn page_of<'a>(visit: &Visit<'a>, mut rows: Vec<&'a Contact>) -> Reply {
    let count = rows.len();
    sort(visit, &mut rows);
    let rows = visit.page(&rows, PAGE);
    let meta = json!({"count": count, "current_page": current_page(visit)});
    Reply::json(&Page { meta: Some(meta), payload: views(visit, &rows) })
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Reply, Reply> {
    let mut rows = resolved(visit);
    let labels: Vec<&str> = visit.query.all("labels[]").collect();
    if !labels.is_empty() {
        rows.clear();
    }
    Ok(page_of(visit, rows))
}

pub(super) fn search(visit: &Visit<'_>) -> Result<Reply, Reply> {
    let Some(wanted) = visit.query.get("q") else {
        return Err(Reply::error(422, "Specify search string with parameter q"));
    };
    let wanted = wanted.trim().to_lowercase();
    let holds = |field: Option<&str>| field.is_some_and(|text| text.to_lowercase().contains(&wanted));
    let mut rows = resolved(visit);
    rows.retain(|contact| {
        holds(Some(&contact.name))
            || holds(contact.email.as_deref())
            || holds(contact.phone_number.as_deref())
            || holds(contact.identifier.as_deref())
    });
    sort(visit, &mut rows);
    let shown = visit.page(&rows, PAGE);
    let end = usize::try_from(visit.page_number()).unwrap_or(usize::MAX).saturating_mul(PAGE);
    let meta =
        json!({"count": shown.len(), "current_page": current_page(visit), "has_more": end < rows.len()});
    Ok(Reply::json(&Page { meta: Some(meta), payload: views(visit, &shown) }))
}

pub(super) fn filter(visit: &Visit<'_>) -> Result<Reply, Reply> {
    let question = Question::<Contact>::parse(visit.body, visit.now)?;
    let mut rows = resolved(visit);
    rows.retain(|contact| question.matches(visit, contact));
    Ok(page_of(visit, rows))
}

impl Fields for Contact {
    const KEYS: &'static [&'static str] = &[
        "name",
        "phone_number",
        "email",
        "identifier",
        "country_code",
        "city",
        "company_name",
        "labels",
        "created_at",
        "last_activity_at",
        "blocked",
    ];

    const CUSTOM: &'static [&'static str] = &["cliniko_id"];

    fn date(&self, key: &str) -> Option<Option<Timestamp>> {
        match key {
            "created_at" => Some(Some(self.created_at)),
            "last_activity_at" => Some(self.last_activity_at),
            _ => None,
        }
    }

    fn texts(&self, _: &Visit<'_>, key: &str) -> Vec<String> {
        let attribute = |name: &str| self.additional_attributes.get(name).and_then(|v| v.as_str());
        let one = match key {
            "name" => Some(self.name.as_str()),
            "phone_number" => self.phone_number.as_deref(),
            "email" => self.email.as_deref(),
            "identifier" => self.identifier.as_deref(),
            "blocked" => Some(if self.blocked { "true" } else { "false" }),
            "labels" => None,
            "country_code" | "city" | "company_name" => attribute(key),
            custom => self.custom_attributes.get(custom).and_then(|v| v.as_str()),
        };
        one.map(str::to_owned).into_iter().collect()
    }
}

pub(super) fn show(visit: &Visit<'_>, id: &str) -> Result<Reply, Reply> {
    let contact = visit.account.contacts.get(&to_i(id)).ok_or_else(Reply::not_found)?;
    let view = views(visit, &[contact]).pop();
    Ok(Reply::json(&Page { meta: None, payload: view }))
}

/// The newest 20 by activity; there is no second page.
pub(super) fn conversations(visit: &Visit<'_>, id: &str) -> Result<Reply, Reply> {
    let id = to_i(id);
    if !visit.account.contacts.contains_key(&id) {
        return Err(Reply::not_found());
    }
    let theirs = visit.account.conversations.values();
    let mut rows: Vec<_> = theirs.filter(|c| c.contact_id == id && visit.sight.inbox(c.inbox_id)).collect();
    rows.sort_by_key(|c| (std::cmp::Reverse(c.last_activity_at), visit.tie(c.display_id)));
    rows.truncate(20);
    Ok(Reply::json(&Page { meta: None, payload: super::conversations::views(visit, &rows) }))
}

/// Sorts as asked, with nothing to decide among equals; unasked, in whatever order the table is read.
fn sort(visit: &Visit<'_>, rows: &mut [&Contact]) {
    let asked = visit.query.get("sort").unwrap_or_default();
    let (key, descending) = asked.strip_prefix('-').map_or((asked, false), |key| (key, true));
    let attribute = |c: &Contact, name: &str| {
        c.additional_attributes.get(name).and_then(|v| v.as_str()).map(str::to_lowercase)
    };
    match key {
        "name" => by(visit, rows, descending, |c| Some(c.name.to_lowercase())),
        "email" => by(visit, rows, descending, |c| c.email.clone()),
        "phone_number" => by(visit, rows, descending, |c| c.phone_number.clone()),
        "last_activity_at" => by(visit, rows, descending, |c| c.last_activity_at),
        "created_at" => by(visit, rows, descending, |c| Some(c.created_at)),
        "company_name" => by(visit, rows, descending, |c| attribute(c, "company_name")),
        "city" => by(visit, rows, descending, |c| attribute(c, "city")),
        "country" => by(visit, rows, descending, |c| attribute(c, "country")),
        _ => {
            rows.sort_by_key(|c| c.heap_position);
            // A large table is read from wherever another reader happens to be.
            if rows.len() > PAGE {
                let from = mix(visit.world.settings.seed, visit.world.reads) as usize % rows.len();
                rows.rotate_left(from);
            }
        }
    }
}

fn by<K: Ord>(
    visit: &Visit<'_>,
    rows: &mut [&Contact],
    descending: bool,
    key: impl Fn(&Contact) -> Option<K>,
) {
    let mut keyed: Vec<(Option<K>, u64, &Contact)> =
        rows.iter().map(|c| (key(c), visit.tie(c.id), *c)).collect();
    keyed.sort_by(|a, b| {
        let order = match (&a.0, &b.0) {
            (Some(x), Some(y)) if descending => y.cmp(x),
            (Some(x), Some(y)) => x.cmp(y),
            // What is unset comes last in either direction.
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        order.then(a.1.cmp(&b.1))
    });
    for (slot, (_, _, contact)) in rows.iter_mut().zip(keyed) {
        *slot = contact;
    }
}
