//! Records that are to be read by themselves: how they become due, and which comes next.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::sync as sql};
use serde_json::Value;

use super::{apply::Applied, error::StoreError, state::Place, tenant::Tenant};
use crate::domain::{
    change::Kind,
    stream::{AccountState, Item, StateChange, Urgency},
};

/// What is due.
#[derive(Debug, Default)]
pub struct Agenda {
    /// The most urgent item that need not wait.
    pub due: Option<Item>,
    /// The one after it.
    pub then: Option<Item>,
    /// When the first of those that wait may be read.
    pub due_at: Option<Timestamp>,
}

impl Agenda {
    /// Brings a state to it.
    pub fn enter(self, state: &mut AccountState) {
        (state.due, state.then, state.due_at) = (self.due, self.then, self.due_at);
    }
}

/// Reads what is due of an account.
///
/// # Errors
/// [`StoreError`].
pub async fn agenda(tenant: &Tenant<'_>, place: Place) -> Result<Agenda, StoreError> {
    let params =
        sql::NextItemsParams { organization: tenant.organization, account: place.account, now: place.now };
    let rows = sql::next_items().params(&tenant.tx, &params).all().await?;
    let due_at = rows.first().and_then(|row| row.waits_until);
    let mut items = rows.into_iter().filter_map(|row| {
        Some(Item {
            stream: row.stream?,
            external_id: row.external_id?,
            cursor: row.cursor.unwrap_or_default(),
            work: row.work.unwrap_or_default(),
            urgency: if row.urgency == Some(0) { Urgency::Live } else { Urgency::Backfill },
            request: row.request.unwrap_or_default(),
        })
    });
    Ok(Agenda { due: items.next(), then: items.next(), due_at })
}

/// From when on the first of these is to be read of what somebody waits for; the past means now.
pub fn first_due(changes: &[StateChange], applied: &Applied) -> Option<Timestamp> {
    let at = |change: &StateChange| match change {
        StateChange::Due { external_ids, urgency: Urgency::Live, only_if_changed, not_before, .. } => {
            let ids = due_ids(external_ids, *only_if_changed, applied);
            (!ids.is_empty()).then(|| not_before.unwrap_or(Timestamp::UNIX_EPOCH))
        }
        StateChange::DueConversations { urgency: Urgency::Live, .. } => Some(Timestamp::UNIX_EPOCH),
        _ => None,
    };
    changes.iter().filter_map(at).min()
}

pub(super) fn due_ids<'a>(external_ids: &'a [String], only: Option<Kind>, applied: &Applied) -> Vec<&'a str> {
    let unique: BTreeSet<&str> = match only {
        None => external_ids.iter().map(String::as_str).collect(),
        Some(kind) => {
            let among = |ids: &HashMap<Kind, BTreeSet<String>>, id: &String| {
                ids.get(&kind).is_some_and(|ids| ids.contains(id))
            };
            let differs = |id: &&String| among(&applied.written, id) || among(&applied.doubted, id);
            external_ids.iter().filter(differs).map(String::as_str).collect()
        }
    };
    unique.into_iter().collect()
}

/// How items become due.
pub(super) struct Due<'a> {
    /// What is due, as the adapter wrote it.
    pub(super) work: &'a Value,
    /// How soon somebody waits for it.
    pub(super) urgency: Urgency,
    /// Since when.
    pub(super) requested_at: Timestamp,
    /// They wait until then.
    pub(super) not_before: Option<Timestamp>,
    /// They owe what happened since this stream was proven.
    pub(super) owes: Option<&'a str>,
}

impl Due<'_> {
    pub(super) async fn make(
        &self,
        tenant: &Tenant<'_>,
        place: Place,
        stream: &str,
        external_ids: &[&str],
    ) -> Result<(), StoreError> {
        if external_ids.is_empty() {
            return Ok(());
        }
        let params = sql::MakeDueParams {
            organization: tenant.organization,
            account: place.account,
            stream,
            work: self.work,
            urgency: match self.urgency {
                Urgency::Live => 0,
                Urgency::Backfill => 1,
            },
            requested_at: self.requested_at,
            not_before: self.not_before.unwrap_or(Timestamp::UNIX_EPOCH),
            external_ids,
            owed_since_stream: self.owes,
            now: place.now,
        };
        sql::make_due().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
        Ok(())
    }
}
