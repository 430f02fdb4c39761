//! What to ask Chatwoot next, decided from the state alone.
//!
//! The order: the credential, the small tables, what just changed, polls, listings, history. A poll that is late by a
//! whole interval goes before what just changed, so that a busy practice does not stop hearing what is new.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Deserialize, Serialize};

use super::{
    cursor::{Crawl, Table},
    history::{Due, Place},
};
use crate::{
    domain::{
        change::Kind,
        stream::{self, AccountState, Item},
    },
    platforms::{Call, Plan},
};

pub(super) const INBOXES: &str = Kind::Inbox.as_str();
pub(super) const AGENTS: &str = Kind::Agent.as_str();
pub(super) const CONTACTS: &str = Kind::Contact.as_str();
pub(super) const CONVERSATIONS: &str = Kind::Conversation.as_str();
pub(super) const MESSAGES: &str = Kind::Message.as_str();

/// How often our webhook is looked at.
const HOOK_EVERY: Duration = Duration::from_secs(3600);
/// How often the credential is checked, and how young a check must be before a listing may find deletions: a
/// credential that lost its role sees fewer records, which are not gone.
const CHECK_EVERY: Duration = Duration::from_secs(24 * 3600);
const CHECK_BEFORE_LISTING: Duration = Duration::from_secs(3600);

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Ask {
    /// Whose credential it is and what it may see.
    Profile,
    /// Which webhooks the account has.
    Hooks,
    /// Registers our webhook or puts it right, as the state says.
    StoreHook,
    /// A table that comes whole.
    Table,
    /// A page of a listing.
    List { page: u64, descending: bool },
    /// What changed lately.
    Poll { page: u64 },
    /// Whether one record still exists.
    Check { id: String, request: i64 },
    /// A range of one conversation's messages.
    Messages { id: String, request: i64, from: u64, before: u64 },
}

/// How often things are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) poll: Duration,
    pub(super) tables: Duration,
    pub(super) relist_least: Duration,
    pub(super) relist_most: Duration,
}

pub(super) fn plan(state: &AccountState, rules: &Rules, now: Timestamp) -> Plan {
    let diary = Diary::of(state, rules, now);
    match diary.next(state, rules, now) {
        Some(call) => Plan::Ask(call),
        None => Plan::Idle { until: diary.earliest() },
    }
}

/// When each kind of work is due; the past means now.
struct Diary {
    contacts: Crawl,
    conversations: Crawl,
    profile_at: Timestamp,
    hook_at: Timestamp,
    inboxes_at: Timestamp,
    agents_at: Timestamp,
    contacts_poll_at: Timestamp,
    conversations_poll_at: Timestamp,
    contacts_list_at: Timestamp,
    /// A listing that few pages make often is a poll like any other; the rest are imports and sweeps.
    contacts_list: Urgency,
    conversations_list_at: Timestamp,
}

impl Diary {
    fn of(state: &AccountState, rules: &Rules, now: Timestamp) -> Self {
        let (inboxes, agents) = (Table::load(state, INBOXES, now), Table::load(state, AGENTS, now));
        let (contacts, conversations) =
            (Crawl::load(state, CONTACTS, now), Crawl::load(state, CONVERSATIONS, now));
        // A sweep wished for in the future would otherwise never be satisfied before then.
        let wished = state.sweep_requested_at.filter(|wished| *wished <= now);
        let swept = |listed: Option<Timestamp>| listed.filter(|listed| wished.is_none_or(|w| *listed >= w));
        let asked = state.poll_requested_at.filter(|asked| *asked <= now);
        let relist = contacts.relist_after(rules.relist_least, rules.relist_most);
        let conversations_list_at = match swept(conversations.listed) {
            Some(_) if conversations.listing.is_none() && conversations.whole() => Timestamp::MAX,
            _ => Timestamp::MIN,
        };
        let contacts_listed = swept(contacts.listed).filter(|_| contacts.listing.is_none());
        let often = swept(contacts.listed).is_some() && relist < rules.relist_most;
        let first_listing = conversations.listing.is_none() && conversations_list_at == Timestamp::MIN;
        let check = if first_listing { CHECK_BEFORE_LISTING } else { CHECK_EVERY };
        Self {
            profile_at: after(inboxes.checked, check),
            hook_at: hook_at(state, now),
            inboxes_at: after(swept(inboxes.listed), rules.tables),
            agents_at: after(swept(agents.listed), rules.tables),
            contacts_poll_at: poll_at(&contacts, rules, asked),
            conversations_poll_at: poll_at(&conversations, rules, asked),
            contacts_list_at: after(contacts_listed, relist),
            contacts_list: if often { Urgency::Poll } else { Urgency::Backfill },
            conversations_list_at,
            contacts,
            conversations,
        }
    }

    fn next(&self, state: &AccountState, rules: &Rules, now: Timestamp) -> Option<Call> {
        let late = before(now, rules.poll);
        let due = |urgency| state.due.as_ref().filter(|item| item.urgency == urgency).and_then(item);
        None.or_else(|| call(self.profile_at <= now, INBOXES, Ask::Profile, Urgency::Poll))
            .or_else(|| hook(state, self.hook_at <= now))
            .or_else(|| call(self.inboxes_at <= now, INBOXES, Ask::Table, Urgency::Poll))
            .or_else(|| call(self.agents_at <= now, AGENTS, Ask::Table, Urgency::Poll))
            .or_else(|| self.polls(late))
            .or_else(|| due(stream::Urgency::Live))
            .or_else(|| self.polls(now))
            .or_else(|| {
                let due = self.conversations_list_at <= now;
                list(due, CONVERSATIONS, &self.conversations, Urgency::Backfill)
            })
            .or_else(|| list(self.contacts_list_at <= now, CONTACTS, &self.contacts, self.contacts_list))
            .or_else(|| due(stream::Urgency::Backfill))
    }

    fn polls(&self, due: Timestamp) -> Option<Call> {
        let page = |crawl: &Crawl| Ask::Poll { page: crawl.poll.as_ref().map_or(0, |poll| poll.page) };
        let conversations = page(&self.conversations);
        call(self.conversations_poll_at <= due, CONVERSATIONS, conversations, Urgency::Poll)
            .or_else(|| call(self.contacts_poll_at <= due, CONTACTS, page(&self.contacts), Urgency::Poll))
    }

    fn earliest(&self) -> Timestamp {
        let tables = self.profile_at.min(self.inboxes_at).min(self.agents_at).min(self.hook_at);
        let polls = self.contacts_poll_at.min(self.conversations_poll_at);
        tables.min(polls).min(self.contacts_list_at).min(self.conversations_list_at)
    }
}

/// Polling begins with the first listing. Somebody who asks for a poll gets one begun after they asked.
fn poll_at(crawl: &Crawl, rules: &Rules, asked: Option<Timestamp>) -> Timestamp {
    let Some(polled) = crawl.polled else { return Timestamp::MAX };
    if crawl.poll.is_some() || asked.max(crawl.wanted).is_some_and(|asked| asked > polled) {
        return Timestamp::MIN;
    }
    after(Some(polled), rules.poll)
}

/// A registration is looked at regularly; what is to be done about it is done at once.
fn hook_at(state: &AccountState, now: Timestamp) -> Timestamp {
    match &state.hook {
        None => Timestamp::MAX,
        Some(hook) if hook.todo.is_some() => Timestamp::MIN,
        Some(hook) => after(hook.checked_at.filter(|at| *at <= now), HOOK_EVERY),
    }
}

fn hook(state: &AccountState, due: bool) -> Option<Call> {
    let todo = state.hook.as_ref().is_some_and(|hook| hook.todo.is_some());
    call(due, INBOXES, if todo { Ask::StoreHook } else { Ask::Hooks }, Urgency::Poll)
}

fn after(at: Option<Timestamp>, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.map_or(Timestamp::MIN, |at| at.saturating_add(pause).unwrap_or(Timestamp::MAX))
}

fn before(at: Timestamp, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.saturating_sub(pause).unwrap_or(Timestamp::MIN)
}

fn list(due: bool, stream: &'static str, crawl: &Crawl, urgency: Urgency) -> Option<Call> {
    let (page, descending) = match &crawl.listing {
        Some(listing) => (listing.page, listing.descending),
        None => (1, crawl.descending),
    };
    call(due, stream, Ask::List { page, descending }, urgency)
}

fn item(item: &Item) -> Option<Call> {
    let urgency = match item.urgency {
        stream::Urgency::Live => Urgency::Live,
        stream::Urgency::Backfill => Urgency::Backfill,
    };
    let (id, request) = (item.external_id.clone(), item.request);
    if item.stream == MESSAGES {
        let (place, due) = (Place::of(item), Due::of(item));
        let (from, before) = place.next(&due);
        return call(true, MESSAGES, Ask::Messages { id, request, from, before }, urgency);
    }
    let stream = [INBOXES, AGENTS, CONTACTS, CONVERSATIONS].into_iter().find(|name| item.stream == *name)?;
    call(true, stream, Ask::Check { id, request }, urgency)
}

fn call(due: bool, stream: &'static str, ask: Ask, urgency: Urgency) -> Option<Call> {
    // Text and numbers only: this cannot fail.
    let what = serde_json::to_value(ask).ok().filter(|_| due)?;
    Some(Call { stream, what, urgency })
}

impl Place {
    /// An item's cursor; from the beginning where it is absent or not understood.
    pub(super) fn of(item: &Item) -> Self {
        serde_json::from_value(item.cursor.clone()).unwrap_or_default()
    }
}

impl Due {
    /// An item's work.
    pub(super) fn of(item: &Item) -> Self {
        serde_json::from_value(item.work.clone()).unwrap_or_default()
    }
}
