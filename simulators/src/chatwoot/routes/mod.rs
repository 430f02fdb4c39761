//! The application interface: from a path to an answer.

mod contacts;
mod conversations;
mod filter;
mod messages;
mod setup;
mod webhooks;

use std::cell::Cell;

use http::HeaderMap;
use jiff::Timestamp;

use super::auth::{self, Caller, Sight};
use super::faults::{Fault, Played};
use super::files;
use super::limits::Bucket;
use super::reply::Reply;
use super::state::{Account, Contact, Conversation};
use super::world::World;
use crate::mix;

/// What a webhook is told when it does not say what it wants.
pub(crate) const USUAL_EVENTS: &[&str] = webhooks::EVENTS.split_at(8).0;

/// One request, taken apart.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) address: &'a str,
}

/// Decoded query parameters.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// A parameter that is there and not blank; of several the last one counts.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.trim().is_empty())
    }

    pub(super) fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A number as Ruby reads one: leading digits, else 0.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.get(name).map(to_i)
    }
}

/// Leading digits of a text, else 0.
pub(super) fn to_i(text: &str) -> i64 {
    let text = text.trim();
    let end = text.char_indices().find(|(at, c)| !(c.is_ascii_digit() || (*at == 0 && *c == '-')));
    text[..end.map_or(text.len(), |(at, _)| at)].parse().unwrap_or(0)
}

/// Everything an endpoint needs to answer.
pub(super) struct Visit<'a> {
    pub(super) world: &'a World,
    pub(super) account: &'a Account,
    pub(super) sight: Sight,
    pub(super) query: Query,
    pub(super) body: &'a [u8],
    pub(super) now: Timestamp,
    /// Rows by which the windows of later pages are moved.
    drift: i64,
    /// Whether the answer will arrive whole.
    delivers: Cell<bool>,
}

impl<'a> Visit<'a> {
    pub(super) fn page_number(&self) -> i64 {
        self.query.number("page").unwrap_or(1).max(1)
    }

    /// One page of sorted rows.
    pub(super) fn page<T: Copy>(&self, rows: &[T], size: usize) -> Vec<T> {
        let number = self.page_number();
        let size = i64::try_from(size).unwrap_or(25);
        let first = number.saturating_sub(1).saturating_mul(size);
        let first = if number > 1 { first.saturating_add(self.drift) } else { first };
        let at = |n: i64| usize::try_from(n.max(0)).unwrap_or(usize::MAX).min(rows.len());
        rows[at(first)..at(first.saturating_add(size))].to_vec()
    }

    /// Where a row falls among equals. A sort without tie-break promises nothing, so two pages may disagree.
    pub(super) fn tie(&self, id: i64) -> u64 {
        mix(mix(self.world.settings.seed, self.page_number().unsigned_abs()), id.unsigned_abs())
    }

    pub(super) fn saw_contact(&self, contact: &Contact) {
        if self.delivers.get() {
            contact.served.set(true);
        }
    }

    pub(super) fn saw_conversation(&self, conversation: &Conversation) {
        if self.delivers.get() {
            conversation.served.set(true);
            if let Some(contact) = self.account.contacts.get(&conversation.contact_id) {
                contact.served.set(true);
            }
        }
    }

    /// The conversation of a path; one in an inbox the caller does not see is refused.
    pub(super) fn conversation(&self, id: &str) -> Result<&'a Conversation, Reply> {
        let conversation = self.account.conversations.get(&to_i(id)).ok_or_else(Reply::not_found)?;
        if self.sight.inbox(conversation.inbox_id) { Ok(conversation) } else { Err(Reply::forbidden()) }
    }
}

/// Where a request goes.
struct Route<'a> {
    account: Option<i64>,
    rest: Vec<&'a str>,
}

fn route(path: &str) -> Option<Route<'_>> {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(last) = parts.last_mut() {
        *last = last.strip_suffix(".json").unwrap_or(last);
    }
    match parts.as_slice() {
        ["api", "v1", "profile"] => Some(Route { account: None, rest: vec!["profile"] }),
        ["api", "v1", "accounts", account, rest @ ..] => {
            Some(Route { account: Some(to_i(account)), rest: rest.to_vec() })
        }
        _ => None,
    }
}

/// Answers one request. What was played of the standing faults comes with it, for the transport.
pub(crate) fn answer(world: &mut World, asked: &Asked<'_>, now: Timestamp) -> (Reply, Played) {
    world.reads += 1;
    world.told_at = now;
    if files::is_asked(asked.path) {
        return files::played(world, asked, now);
    }
    let within = world.limits.take(Bucket::Address(asked.address.to_owned()), now);
    let Some(route) = route(asked.path) else {
        return (Reply::html(404), Played::default());
    };
    let played = world.faults.play(asked.method, route.account, &route.rest);
    if !within {
        return (Reply::throttled(), Played { fault: None, surprises: Vec::new(), ..played });
    }
    let reply = match &played.fault {
        Some(Fault::RateLimited) => Reply::throttled(),
        Some(Fault::Html(status)) => Reply::html(*status),
        Some(Fault::TokenRevoked) => Reply::error(401, "Invalid Access Token"),
        Some(Fault::Suspended) => Reply::error(401, "Account is suspended"),
        _ => visit(world, asked, &route, &played, now).unwrap_or_else(|refusal| refusal),
    };
    (reply, played)
}

fn visit(
    world: &mut World,
    asked: &Asked<'_>,
    route: &Route<'_>,
    played: &Played,
    now: Timestamp,
) -> Result<Reply, Reply> {
    let fault = played.fault.as_ref();
    let dropped = world.settings.proxy_drops_underscores;
    let token = auth::token(asked.headers, dropped).map(str::to_owned);
    throttle(world, route, token.as_deref(), now)?;
    let caller = auth::authenticate(world, token.as_deref())?;
    let Some(account) = route.account else {
        return setup::profile(world, caller);
    };
    let sight = auth::enter(world, caller, account, asked.method, &route.rest)?;
    if let ["webhooks", rest @ ..] = route.rest.as_slice() {
        return webhooks::answer(world, account, &sight, asked, rest);
    }
    let visit = Visit {
        account: world.accounts.get(&account).ok_or_else(Reply::not_found)?,
        world,
        sight,
        query: Query::parse(asked.query),
        body: asked.body,
        now,
        drift: if let Some(Fault::Drift(rows)) = fault { *rows } else { 0 },
        delivers: Cell::new(played.surprises.is_empty() && fault.is_none_or(Fault::delivers)),
    };
    read(&visit, asked.method, &route.rest)
}

/// The narrower budgets; like the wide one they are drawn on before anybody looks at the token.
fn throttle(world: &mut World, route: &Route<'_>, token: Option<&str>, now: Timestamp) -> Result<(), Reply> {
    let within = match (route.account, route.rest.as_slice()) {
        (Some(account), ["contacts", "search"]) => world.limits.take(Bucket::Search(account), now),
        (Some(_), ["conversations", "meta"]) if world.settings.version >= super::Version::V4_12 => {
            world.limits.take(Bucket::Meta(token.unwrap_or_default().to_owned()), now)
        }
        _ => true,
    };
    if within { Ok(()) } else { Err(Reply::throttled()) }
}

fn read(visit: &Visit<'_>, method: &str, path: &[&str]) -> Result<Reply, Reply> {
    match (method, path) {
        ("GET", ["contacts"]) => contacts::list(visit),
        ("GET", ["contacts", "search"]) => contacts::search(visit),
        ("POST", ["contacts", "filter"]) => contacts::filter(visit),
        ("GET", ["contacts", id]) => contacts::show(visit, id),
        ("GET", ["contacts", id, "conversations"]) => contacts::conversations(visit, id),
        ("GET", ["conversations"]) => conversations::list(visit),
        ("GET", ["conversations", "meta"]) => conversations::meta(visit),
        ("POST", ["conversations", "filter"]) => conversations::filter(visit),
        ("GET", ["conversations", id]) => conversations::show(visit, id),
        ("GET", ["conversations", id, "messages"]) => messages::list(visit, id),
        ("GET", ["conversations", id, "attachments"]) => messages::attachments(visit, id),
        ("GET", ["conversations", id, "labels"]) => conversations::labels(visit, id),
        ("GET", ["inboxes"]) => Ok(setup::inboxes(visit)),
        ("GET", ["agents"]) => Ok(setup::agents(visit)),
        ("GET", ["teams"]) => Ok(setup::teams(visit)),
        ("GET", ["labels"]) => Ok(setup::labels(visit)),
        ("GET", ["custom_attribute_definitions"]) => Ok(setup::custom_attributes(visit)),
        _ => Err(Reply::html(404)),
    }
}

/// The user behind a caller.
pub(super) fn user_id(caller: Caller) -> Option<i64> {
    match caller {
        Caller::User(id) => Some(id),
        Caller::Bot(_) => None,
    }
}
