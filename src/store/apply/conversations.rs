//! Conversations, messages and what is attached to them.

use std::collections::{BTreeSet, HashMap};

use futures_util::try_join;
use routiq_sql::{client::Params, queries::conversations as sql};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Applied, Known, KnownBy, Origin, Row, Sorted, Source, Standing, attachments, changed, deletions, events,
    external_ids, filled,
    people::{fingerprints, raws, source_versions},
};
use crate::{
    domain::{
        change::{Change, Conversation, Direction, Kind, Message, Record, SenderKind},
        stream::Rejected,
    },
    store::{error::StoreError, tenant::Tenant},
};

/// Ties conversations that named an inbox before it arrived.
pub(super) async fn link(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    inboxes: &[String],
) -> Result<(), StoreError> {
    if inboxes.is_empty() {
        return Ok(());
    }
    let params = sql::LinkConversationsParams {
        now: source.now,
        inboxes,
        organization: tenant.organization,
        account: source.account,
    };
    sql::link_conversations().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Our ids by the platform's.
type Ids = HashMap<String, Uuid>;

/// What the tables hold of a page's conversations and messages.
pub struct Seen {
    conversations: (KnownBy, HashMap<String, Rest>),
    messages: KnownBy,
    /// Conversations that messages name and the page does not show.
    named: Ids,
}

/// Asks the tables. None of the questions waits for another: they travel together.
pub(super) async fn look(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
) -> Result<Seen, StoreError> {
    let [conversations, messages] =
        [Kind::Conversation, Kind::Message].map(|kind| external_ids(sorted.alive(kind)));
    let named = named(sorted.alive(Kind::Message), &conversations);
    let (conversations, messages, named) = try_join!(
        known_conversations(tenant, source, &conversations),
        known_messages(tenant, source, &messages),
        known_conversations(tenant, source, &named),
    )?;
    let named = named.1.into_iter().map(|(external_id, rest)| (external_id, rest.id)).collect();
    Ok(Seen { conversations, messages, named })
}

/// Writes conversations, messages and what these carry.
pub(super) async fn write(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    seen: Option<Seen>,
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let seen = match seen {
        Some(seen) => seen,
        None => look(tenant, source, sorted).await?,
    };
    let mut ids = conversations(tenant, source, sorted, seen.conversations, applied).await?;
    ids.extend(seen.named);
    messages(tenant, source, sorted, (seen.messages, ids), applied).await
}

/// Writes conversations. Answers our ids of those that the page shows.
async fn conversations(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    (known, rest): (KnownBy, HashMap<String, Rest>),
    applied: &mut Applied,
) -> Result<Ids, StoreError> {
    let changes = sorted.alive(Kind::Conversation);
    if changes.is_empty() {
        return Ok(Ids::new());
    }
    let mut ids: Ids = rest.iter().map(|(external_id, rest)| (external_id.clone(), rest.id)).collect();
    let filled = filled(source, changes, |record| {
        let Record::Conversation(conversation) = record else { return };
        let Some(rest) = rest.get(&conversation.external_id) else { return };
        conversation.external_uuid = conversation.external_uuid.take().or_else(|| rest.uuid.clone());
        conversation.muted = conversation.muted.or(rest.muted);
    });
    let filled: Option<Vec<&Change>> = filled.as_ref().map(|filled| filled.iter().collect());
    let changes = filled.as_deref().unwrap_or(changes);
    let rows: Vec<Row<'_, Conversation>> =
        changed(changes, &known, source, &mut applied.doubted, |record| match record {
            Record::Conversation(conversation) => Some(conversation),
            _ => None,
        });
    if rows.is_empty() {
        return Ok(ids);
    }
    let text = |f: fn(&Conversation) -> &Option<String>| -> Vec<Option<&str>> {
        rows.iter().map(|row| f(row.record).as_deref()).collect()
    };
    let time = |f: fn(&Conversation) -> Option<jiff::Timestamp>| -> Vec<Option<jiff::Timestamp>> {
        rows.iter().map(|row| f(row.record)).collect()
    };
    let params = sql::UpsertConversationsParams {
        provisional: source.origin == Origin::Webhook,
        organization: tenant.organization,
        account: source.account,
        source: source.platform,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        now: source.now,
        ids: source.ids.take(rows.len(), source.now),
        external_ids: rows.iter().map(|row| row.record.external_id.as_str()).collect::<Vec<_>>(),
        external_uuids: text(|c| &c.external_uuid),
        contacts: text(|c| &c.contact),
        inboxes: text(|c| &c.inbox),
        channels: text(|c| &c.channel),
        statuses: rows.iter().map(|row| row.record.status.as_str()).collect::<Vec<_>>(),
        priorities: text(|c| &c.priority),
        labels: rows.iter().map(|row| Value::from(row.record.labels.clone())).collect::<Vec<_>>(),
        assignees: text(|c| &c.assignee),
        assignee_names: text(|c| &c.assignee_name),
        team_names: text(|c| &c.team_name),
        can_replies: rows.iter().map(|row| row.record.can_reply).collect::<Vec<_>>(),
        muteds: rows.iter().map(|row| row.record.muted).collect::<Vec<_>>(),
        unread_counts: rows.iter().map(|row| row.record.unread_count).collect::<Vec<_>>(),
        attributes: rows.iter().map(|row| &row.record.attributes).collect::<Vec<_>>(),
        created_ats: time(|c| c.source_created_at),
        updated_ats: time(|c| c.source_updated_at),
        activity_ats: time(|c| c.last_activity_at),
        first_reply_ats: time(|c| c.first_reply_at),
        waiting_sinces: time(|c| c.waiting_since),
        snoozed_untils: time(|c| c.snoozed_until),
        fingerprints: fingerprints(&rows),
        source_versions: source_versions(&rows),
    };
    let written = sql::upsert_conversations().params(&tenant.tx, &params).all().await?;
    let raws = raws(&rows, |conversation| &conversation.external_id);
    let by_id: HashMap<&str, &Conversation> =
        rows.iter().map(|row| (row.record.external_id.as_str(), row.record)).collect();
    let mut revived = HashMap::new();
    for row in written {
        ids.insert(row.external_id.clone(), row.id);
        if let Some(raw) = raws.get(row.external_id.as_str()) {
            applied.wrote(Kind::Conversation, &row.external_id, *raw);
        }
        let before = known.get(&row.external_id);
        if let Some(Known { deletion_id: Some(deletion), .. }) = before {
            revived.insert(row.id, *deletion);
        }
        let Some(record) = by_id.get(row.external_id.as_str()) else { continue };
        let status = Standing::Status(record.status.clone());
        let same = before
            .is_some_and(|before| before.deletion_id.is_none() && before.standing.as_ref() == Some(&status));
        if !same {
            applied.touched.states = true;
            events::conversation(applied, source, row.id, record, before.is_none());
        }
    }
    deletions::revive(tenant, source, Kind::Conversation, &revived, applied).await?;
    Ok(ids)
}

/// Of a known conversation our id, and what a webhook does not say: its unique id, and whether it is muted.
struct Rest {
    id: Uuid,
    uuid: Option<String>,
    muted: Option<bool>,
}

async fn known_conversations(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    ids: &[&str],
) -> Result<(KnownBy, HashMap<String, Rest>), StoreError> {
    if ids.is_empty() {
        return Ok(<_>::default());
    }
    let params = sql::KnownConversationsParams {
        organization: tenant.organization,
        account: source.account,
        external_ids: ids,
    };
    let rows = sql::known_conversations().params(&tenant.tx, &params).all().await?;
    let rest = rows
        .iter()
        .map(|row| {
            let rest = Rest { id: row.id, uuid: row.external_uuid.clone(), muted: row.muted };
            (row.external_id.clone(), rest)
        })
        .collect();
    let known = rows.into_iter().map(|row| {
        let known = Known {
            fingerprint: row.fingerprint,
            observed_at: row.observed_at,
            deletion_id: row.deletion_id,
            source_version: row.source_version,
            provisional: row.provisional,
            standing: Some(Standing::Status(row.status)),
        };
        (row.external_id, known)
    });
    Ok((known.collect(), rest))
}

/// Writes messages and their attachments. A message of an unknown conversation is rejected, not lost.
async fn messages(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    sorted: &Sorted<'_>,
    (known, conversations): (KnownBy, Ids),
    applied: &mut Applied,
) -> Result<(), StoreError> {
    let changes = sorted.alive(Kind::Message);
    if changes.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row<'_, Message>> =
        changed(changes, &known, source, &mut applied.doubted, |record| match record {
            Record::Message(message) => Some(message),
            _ => None,
        });
    let rows = placed(rows, &conversations, applied);
    if rows.is_empty() {
        return Ok(());
    }
    let written = upsert_messages(tenant, source, &rows).await?;
    let mut revived = HashMap::new();
    for (row, conversation) in &rows {
        let external_id = &row.record.external_id;
        let Some(id) = written.get(external_id) else { continue };
        applied.wrote(Kind::Message, external_id, row.raw);
        applied.touched.conversations.insert(*conversation);
        match known.get(external_id) {
            None => events::message(applied, source, *conversation, row.record),
            Some(before) => {
                if let Some(deletion) = before.deletion_id {
                    revived.insert(*id, deletion);
                }
                if let Some(Standing::In(elsewhere)) = before.standing {
                    applied.touched.conversations.insert(elsewhere);
                }
            }
        }
    }
    let rows: Vec<Row<'_, Message>> = rows.into_iter().map(|(row, _)| row).collect();
    deletions::revive(tenant, source, Kind::Message, &revived, applied).await?;
    attachments::write(tenant, source, &rows, &written, &known).await
}

async fn known_messages(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    external_ids: &[&str],
) -> Result<KnownBy, StoreError> {
    if external_ids.is_empty() {
        return Ok(KnownBy::new());
    }
    let params =
        sql::KnownMessagesParams { organization: tenant.organization, account: source.account, external_ids };
    let rows = sql::known_messages().params(&tenant.tx, &params).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let known = Known {
                fingerprint: row.fingerprint,
                observed_at: row.observed_at,
                deletion_id: row.deletion_id,
                source_version: row.source_version,
                provisional: row.provisional,
                standing: Some(Standing::In(row.conversation_id)),
            };
            (row.external_id, known)
        })
        .collect())
}

/// The conversations that messages name, but for those that are shown.
fn named<'a>(messages: &[&'a Change], shown: &[&str]) -> Vec<&'a str> {
    let names: BTreeSet<&str> = messages
        .iter()
        .filter_map(|change| match &change.record {
            Record::Message(message) => Some(message.conversation.as_str()),
            _ => None,
        })
        .collect();
    names.into_iter().filter(|name| !shown.contains(name)).collect()
}

/// Puts each message into its conversation. One that is not known rejects its messages: they are kept raw, not lost.
fn placed<'a>(
    rows: Vec<Row<'a, Message>>,
    ids: &Ids,
    applied: &mut Applied,
) -> Vec<(Row<'a, Message>, Uuid)> {
    let mut placed = Vec::with_capacity(rows.len());
    for row in rows {
        match ids.get(&row.record.conversation) {
            Some(id) => placed.push((row, *id)),
            None => applied.rejected.push(Rejected {
                kind: Kind::Message,
                external_id: Some(row.record.external_id.clone()),
                reason: "conversation: names one that is not known, which is never allowed".to_owned(),
                raw: row.raw,
            }),
        }
    }
    placed
}

async fn upsert_messages(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    placed: &[(Row<'_, Message>, Uuid)],
) -> Result<HashMap<String, Uuid>, StoreError> {
    let rows = || placed.iter().map(|(row, _)| row);
    let text = |f: fn(&Message) -> &Option<String>| -> Vec<Option<&str>> {
        rows().map(|row| f(row.record).as_deref()).collect()
    };
    let senders = || rows().map(|row| row.record.sender.as_ref());
    let params = sql::UpsertMessagesParams {
        provisional: source.origin == Origin::Webhook,
        organization: tenant.organization,
        account: source.account,
        payload: source.payload,
        transform_version: source.transform_version,
        generation: source.generation,
        observed_at: source.observed_at,
        now: source.now,
        ids: source.ids.take(placed.len(), source.now),
        external_ids: rows().map(|row| row.record.external_id.as_str()).collect::<Vec<_>>(),
        conversation_ids: placed.iter().map(|(_, conversation)| *conversation).collect::<Vec<_>>(),
        directions: rows().map(|row| row.record.direction.as_str()).collect::<Vec<_>>(),
        sender_types: rows().map(|row| sender_type(row.record).as_str()).collect::<Vec<_>>(),
        sender_external_ids: senders().map(|s| s.and_then(|s| s.external_id.as_deref())).collect::<Vec<_>>(),
        sender_names: senders().map(|s| s.and_then(|s| s.name.as_deref())).collect::<Vec<_>>(),
        contents: text(|m| &m.content),
        content_types: text(|m| &m.content_type),
        delivery_statuses: text(|m| &m.delivery_status),
        privates: rows().map(|row| row.record.private).collect::<Vec<_>>(),
        deleteds: rows().map(|row| row.record.deleted_at_source).collect::<Vec<_>>(),
        channel_message_ids: text(|m| &m.channel_message_id),
        attributes: rows().map(|row| &row.record.attributes).collect::<Vec<_>>(),
        sent_ats: rows().map(|row| row.record.sent_at).collect::<Vec<_>>(),
        sequences: rows().map(|row| row.record.sequence).collect::<Vec<_>>(),
        fingerprints: rows().map(|row| row.fingerprint.to_vec()).collect::<Vec<_>>(),
        source_versions: rows().map(|row| row.source_version).collect::<Vec<_>>(),
    };
    let written = sql::upsert_messages().params(&tenant.tx, &params).all().await?;
    Ok(written.into_iter().map(|row| (row.external_id, row.id)).collect())
}

/// Who sent it, in the dashboard's words, when the platform does not say.
fn sender_type(message: &Message) -> SenderKind {
    message.sender.as_ref().map_or_else(
        || match message.direction {
            Direction::Incoming => SenderKind::Patient,
            Direction::Outgoing => SenderKind::Agent,
            Direction::Activity | Direction::Template => SenderKind::System,
        },
        |sender| sender.kind,
    )
}
