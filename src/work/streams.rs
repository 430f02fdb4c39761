//! Where a page's stream stands after it, and what the page says of webhooks.

use futures_util::try_join;
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    domain::{
        change::{Kind, Record},
        stream::{AccountState, Page, StateChange},
    },
    store::{
        StoreError, Tenant, apply,
        due::{self, Agenda},
        state::{self, Figures, Place},
    },
};

/// Messages prove themselves by their items; these are the stream and its parent.
pub(super) const ITEMS: (&str, &str) = ("messages", "conversations");

/// Where a page's own stream stands after it.
pub(super) struct Stand {
    stream: &'static str,
    cursor: Option<Value>,
    proven_until: Option<Timestamp>,
    /// Up to when the stream of items is proven, when that moved.
    items: Option<Timestamp>,
    agenda: Agenda,
}

/// Writes where the page's own stream stands, once and with its figures; then what follows from everything written: what
/// is proven, and what is due next.
pub(super) async fn advance(
    tenant: &Tenant<'_>,
    place: Place,
    stream: &'static str,
    own: Vec<StateChange>,
    figures: Figures,
) -> Result<Stand, StoreError> {
    let (mut cursor, mut proven_until) = (None, None);
    for change in own {
        if let StateChange::Stream { cursor: own, proven_until: proven, .. } = change {
            cursor = Some(own);
            proven_until = proven_until.max(proven);
        }
    }
    let (items, parent) = ITEMS;
    let prove = async {
        match stream == items || stream == parent {
            true => state::prove(tenant, place, items, parent).await,
            false => Ok(None),
        }
    };
    // They travel together, in this order: what is proven follows from what was written.
    let write = state::write(tenant, place, stream, cursor.as_ref(), proven_until, figures);
    let ((), items, agenda) = try_join!(write, prove, due::agenda(tenant, place))?;
    Ok(Stand { stream, cursor, proven_until, items, agenda })
}

impl Stand {
    /// Brings a state to it.
    pub(super) fn enter(self, state: &mut AccountState) {
        let entry = state.streams.entry(self.stream.to_owned()).or_default();
        if let Some(cursor) = self.cursor {
            entry.cursor = cursor;
        }
        entry.proven_until = entry.proven_until.max(self.proven_until);
        if self.items.is_some() {
            state.streams.entry(ITEMS.0.to_owned()).or_default().proven_until = self.items;
        }
        self.agenda.enter(state);
    }
}

/// Messages that a page of a sweep brought: a webhook should have announced each, and a poll brought it. Of other records
/// some changes are told nowhere.
pub(super) fn missed(page: &Page, applied: &apply::Applied) -> u64 {
    let written = applied.written.get(&Kind::Message);
    let alive = page.changes.iter().filter(|change| matches!(change.record, Record::Message(_)));
    alive.filter(|change| written.is_some_and(|ids| ids.contains(change.record.external_id()))).count() as u64
}
