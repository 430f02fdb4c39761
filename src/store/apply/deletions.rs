//! Tombstones, and what falls and rises with them.

use std::collections::HashMap;

use routiq_sql::{client::Params, queries::deletions as sql};
use uuid::Uuid;

use super::{Applied, Sorted, Source};
use crate::{
    domain::change::Kind,
    store::{error::StoreError, tenant::Tenant},
};

/// Buries what is gone, with everything that depends on it.
pub(super) async fn bury(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    for (kind, gone) in &sorted.gone {
        let external_ids = super::external_ids(gone);
        let deletion_ids = source.ids.take(gone.len(), source.now);
        macro_rules! bury {
            ($statement:ident, $params:ident) => {{
                let params = sql::$params {
                    organization: tenant.organization,
                    account: source.account,
                    external_ids: &external_ids[..],
                    deletion_ids: &deletion_ids[..],
                    observed_at: source.observed_at,
                    now: source.now,
                };
                let fallen = sql::$statement().params(&tenant.tx, &params).one().await?;
                applied.touched.conversations.extend(fallen.conversations);
                fallen.roots
            }};
        }
        let roots = match kind {
            Kind::Contact => bury!(bury_contacts, BuryContactsParams),
            Kind::Conversation => bury!(bury_conversations, BuryConversationsParams),
            Kind::Message => bury!(bury_messages, BuryMessagesParams),
            Kind::Inbox => bury!(bury_inboxes, BuryInboxesParams),
            Kind::Agent => bury!(bury_agents, BuryAgentsParams),
            other => return Err(StoreError::Refused(format!("{} are not kept", other.as_str()))),
        };
        if roots > 0 {
            // A contact takes its conversations with it.
            applied.touched.contacts |= *kind == Kind::Contact;
            applied.touched.states |= matches!(kind, Kind::Contact | Kind::Conversation);
            for change in gone {
                applied.wrote(*kind, change.record.external_id(), change.raw);
            }
        }
    }
    Ok(())
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
