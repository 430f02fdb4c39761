//! Tombstones, and what falls and rises with them.

use std::collections::{BTreeSet, HashMap};

use routiq_sql::{client::Params, queries::deletions as sql};
use uuid::Uuid;

use super::{Applied, Sorted, Source, records};
use crate::{
    domain::change::{Kind, Record},
    store::{error::StoreError, tenant::Tenant},
};

/// Buries what is gone, with everything that depends on it.
pub(super) async fn bury(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    for (kind, changes) in &sorted.gone {
        let gone: Vec<_> = changes.iter().filter_map(|change| named(&change.record)).collect();
        let fallen = fall(tenant, source, *kind, &gone, applied).await?;
        for change in changes {
            if fallen.contains(change.record.external_id()) {
                applied.wrote(*kind, change.record.external_id(), change.raw);
            }
        }
    }
    Ok(())
}

/// A tombstone's id, and the id of what took its place.
fn named(record: &Record) -> Option<(&str, Option<&str>)> {
    match record {
        Record::Gone { external_id, successor, .. } => Some((external_id, successor.as_deref())),
        _ => None,
    }
}

/// Buries records of a kind, each with its successor; answers the external ids of those that were written.
pub(super) async fn fall(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    gone: &[(&str, Option<&str>)],
    applied: &mut Applied,
) -> Result<BTreeSet<String>, StoreError> {
    let (external_ids, successors): (Vec<&str>, Vec<Option<&str>>) = gone.iter().copied().unzip();
    macro_rules! bury {
        ($statement:ident, $params:ident $(, $more:ident)?) => {{
            let params = sql::$params {
                organization: tenant.organization,
                account: source.account,
                external_ids: &external_ids[..],
                deletion_ids: source.ids.take(gone.len(), source.now),
                $($more,)?
                observed_at: source.observed_at,
                now: source.now,
            };
            let fallen = sql::$statement().params(&tenant.tx, &params).one().await?;
            applied.touched.conversations.extend(fallen.conversations);
            fallen.roots
        }};
    }
    let roots = match kind {
        Kind::Contact => bury!(bury_contacts, BuryContactsParams, successors),
        Kind::Conversation => bury!(bury_conversations, BuryConversationsParams),
        Kind::Message => bury!(bury_messages, BuryMessagesParams),
        Kind::Inbox => bury!(bury_inboxes, BuryInboxesParams),
        Kind::Agent => bury!(bury_agents, BuryAgentsParams),
        other => records::bury(tenant, source, other, &external_ids).await?,
    };
    if !roots.is_empty() {
        // A contact takes its conversations with it.
        applied.touched.contacts |= kind == Kind::Contact;
        applied.touched.visits |= matches!(kind, Kind::Contact | Kind::Appointment);
        applied.touched.states |= matches!(kind, Kind::Contact | Kind::Conversation);
    }
    Ok(roots.into_iter().collect())
}

/// Brings back what fell with roots that live again: `roots` are their row ids and the deletions they fell by.
pub(super) async fn revive(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    roots: &HashMap<Uuid, Uuid>,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    if roots.is_empty() {
        return Ok(());
    }
    let (ids, deletion_ids): (Vec<_>, Vec<_>) = roots.iter().map(|(id, deletion)| (*id, *deletion)).unzip();
    macro_rules! revive {
        ($statement:ident, $params:ident) => {{
            let params = sql::$params {
                organization: tenant.organization,
                ids: &ids[..],
                deletion_ids: &deletion_ids[..],
                now: source.now,
            };
            sql::$statement().params(&tenant.tx, &params).one().await?
        }};
    }
    match kind {
        Kind::Contact => {
            let risen = revive!(revive_under_contacts, ReviveUnderContactsParams).conversations;
            applied.touched.states |= !risen.is_empty();
            applied.touched.conversations.extend(risen);
        }
        Kind::Conversation => {
            revive!(revive_under_conversations, ReviveUnderConversationsParams);
            applied.touched.conversations.extend(ids);
        }
        Kind::Message => {
            revive!(revive_under_messages, ReviveUnderMessagesParams);
        }
        _ => {}
    }
    Ok(())
}
