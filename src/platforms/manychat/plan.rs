//! What to ask ManyChat next. It lists nobody: subscribers are known from calls, and each is read again by its id, now
//! and then and when a call shows it otherwise than known. The small tables come whole.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        change::Kind,
        stream::{self, AccountState},
    },
    platforms::{Call, Plan},
};

pub(super) const METADATA: &str = Kind::Metadata.as_str();
pub(super) const CONTACTS: &str = Kind::Contact.as_str();
pub(super) const CONVERSATIONS: &str = Kind::Conversation.as_str();
pub(super) const MESSAGES: &str = Kind::Message.as_str();

/// A cursor further ahead than this comes from a clock that was wrong: what it claims is not believed.
const FUTURE: SignedDuration = SignedDuration::from_secs(60);
/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Ask {
    /// Whose token it is.
    Page,
    /// All tags.
    Tags,
    /// All definitions of custom fields.
    Fields,
    /// One subscriber.
    Subscriber { id: String, request: i64 },
}

/// Where the small tables stand, kept with the metadata.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tables {
    /// When the token was last checked.
    pub(super) page: Option<Timestamp>,
    /// When the tags were last read.
    pub(super) tags: Option<Timestamp>,
    /// When the custom fields were last read.
    pub(super) fields: Option<Timestamp>,
    /// The listing of tags and fields under way, named by when it began.
    pub(super) listing: Option<Timestamp>,
    /// When all known subscribers were last asked for.
    pub(super) refreshed: Option<Timestamp>,
}

impl Tables {
    pub(super) fn load(state: &AccountState, now: Timestamp) -> Self {
        let mut tables: Self = state.cursor(METADATA);
        for at in [
            &mut tables.page,
            &mut tables.tags,
            &mut tables.fields,
            &mut tables.listing,
            &mut tables.refreshed,
        ] {
            *at = at.filter(|at| at.duration_since(now) <= FUTURE);
        }
        tables
    }

    /// Up to when the tables are complete.
    pub(super) fn proven(&self) -> Option<Timestamp> {
        self.page.min(self.tags).min(self.fields)
    }
}

/// How often things are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) poll: Duration,
    pub(super) refresh: Duration,
}

pub(super) fn plan(state: &AccountState, rules: &Rules, now: Timestamp) -> Plan {
    let tables = Tables::load(state, now);
    let asked = state.poll_requested_at.filter(|asked| *asked <= now);
    let page_at = match (tables.page, asked) {
        (Some(page), Some(asked)) if asked > page => Timestamp::MIN,
        (page, _) => after(page, rules.poll),
    };
    let tags_at = swept(state, tables.tags, rules.poll, now);
    // Fields follow tags: together they are one listing.
    let fields_at = if tables.fields < tables.tags { Timestamp::MIN } else { Timestamp::MAX };
    let due = |urgency| state.due.as_ref().filter(|item| item.urgency == urgency && item.stream == CONTACTS);
    let subscriber = |item: &stream::Item, urgency| {
        let ask = Ask::Subscriber { id: item.external_id.clone(), request: item.request };
        call(CONTACTS, &ask, urgency)
    };
    let next = None
        .or_else(|| (page_at <= now).then(|| call(METADATA, &Ask::Page, Urgency::Poll)))
        .or_else(|| due(stream::Urgency::Live).map(|item| subscriber(item, Urgency::Live)))
        .or_else(|| (tags_at <= now).then(|| call(METADATA, &Ask::Tags, Urgency::Poll)))
        .or_else(|| (fields_at <= now).then(|| call(METADATA, &Ask::Fields, Urgency::Poll)))
        .or_else(|| due(stream::Urgency::Backfill).map(|item| subscriber(item, Urgency::Backfill)));
    match next {
        Some(Some(call)) => Plan::Ask(call),
        _ => Plan::Idle { until: page_at.min(tags_at).min(fields_at) },
    }
}

/// Whether all known subscribers are to be asked for again.
pub(super) fn refresh_due(state: &AccountState, tables: &Tables, rules: &Rules, now: Timestamp) -> bool {
    let wished = state.sweep_requested_at.filter(|wished| *wished <= now);
    match tables.refreshed {
        Some(refreshed) if wished.is_none_or(|wished| refreshed >= wished) => {
            after(Some(refreshed), rules.refresh) <= now
        }
        _ => true,
    }
}

/// When a table is due: with every poll, since what is proven of the account is no younger than its tables, and when
/// somebody asks for a sweep.
fn swept(state: &AccountState, read: Option<Timestamp>, every: Duration, now: Timestamp) -> Timestamp {
    let wished = state.sweep_requested_at.filter(|wished| *wished <= now);
    after(read.filter(|read| wished.is_none_or(|wished| *read >= wished)), every)
}

fn after(at: Option<Timestamp>, pause: Duration) -> Timestamp {
    let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
    at.map_or(Timestamp::MIN, |at| at.saturating_add(pause).unwrap_or(Timestamp::MAX))
}

fn call(stream: &'static str, ask: &Ask, urgency: Urgency) -> Option<Call> {
    // Text and numbers only: this cannot fail.
    let what = serde_json::to_value(ask).ok()?;
    Some(Call { stream, what, urgency })
}
