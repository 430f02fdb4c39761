//! What messages carry, as far as it is told; the bytes are another matter (`store::files`).

use std::collections::{BTreeMap, HashMap};

use routiq_sql::{
    client::Params,
    queries::{attachments as files, conversations as sql},
};
use uuid::Uuid;

use super::{KnownBy, Row, Source};
use crate::{
    domain::{
        change::{Attachment, Message},
        files::link_expiry,
    },
    store::{error::StoreError, tenant::Tenant},
};

/// Writes what the written messages carry, and buries what they no longer carry.
pub(super) async fn write(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    rows: &[Row<'_, Message>],
    written: &HashMap<String, Uuid>,
    known: &KnownBy,
) -> Result<(), StoreError> {
    // By id: what is named twice counts once, as one statement can write a row only once.
    let carried: BTreeMap<&str, (Uuid, &Attachment)> = rows
        .iter()
        .filter_map(|row| Some((written.get(&row.record.external_id)?, row.record)))
        .flat_map(|(id, message)| message.attachments.iter().map(|attachment| (*id, attachment)))
        .map(|(id, attachment)| (attachment.external_id.as_str(), (id, attachment)))
        .collect();
    let carried: Vec<(Uuid, &Attachment)> = carried.into_values().collect();
    if !carried.is_empty() {
        let text = |f: fn(&Attachment) -> &Option<String>| -> Vec<Option<&str>> {
            carried.iter().map(|(_, attachment)| f(attachment).as_deref()).collect()
        };
        let params = sql::UpsertAttachmentsParams {
            organization: tenant.organization,
            account: source.account,
            payload: source.payload,
            generation: source.generation,
            now: source.now,
            ids: source.ids.take(carried.len(), source.now),
            external_ids: carried.iter().map(|(_, a)| a.external_id.as_str()).collect::<Vec<_>>(),
            message_ids: carried.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
            file_types: carried.iter().map(|(_, a)| a.file_type.as_str()).collect::<Vec<_>>(),
            content_types: text(|a| &a.content_type),
            extensions: text(|a| &a.extension),
            file_sizes: carried.iter().map(|(_, a)| a.file_size).collect::<Vec<_>>(),
            widths: carried.iter().map(|(_, a)| a.width).collect::<Vec<_>>(),
            heights: carried.iter().map(|(_, a)| a.height).collect::<Vec<_>>(),
            source_urls: text(|a| &a.source_url),
            details: carried.iter().map(|(_, a)| &a.details).collect::<Vec<_>>(),
        };
        sql::upsert_attachments().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
        note_expiries(tenant, source, &carried).await?;
    }
    // Only a message that was there before can have lost something.
    let before: Vec<Uuid> = written
        .iter()
        .filter(|(external_id, _)| known.contains_key(*external_id))
        .map(|(_, id)| *id)
        .collect();
    if !before.is_empty() {
        let params = sql::BuryAttachmentsParams {
            now: source.now,
            deletion: source.ids.next(source.now),
            organization: tenant.organization,
            message_ids: &before[..],
            kept: carried.iter().map(|(_, a)| a.external_id.as_str()).collect::<Vec<_>>(),
        };
        sql::bury_attachments().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(())
}

/// Links that say when they end are fetched first.
async fn note_expiries(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    carried: &[(Uuid, &Attachment)],
) -> Result<(), StoreError> {
    let (external_ids, expires_ats): (Vec<&str>, Vec<jiff::Timestamp>) = carried
        .iter()
        .filter_map(|(_, a)| Some((a.external_id.as_str(), link_expiry(a.source_url.as_deref()?)?)))
        .unzip();
    if external_ids.is_empty() {
        return Ok(());
    }
    let params = files::NoteExpiriesParams {
        external_ids,
        expires_ats,
        organization: tenant.organization,
        account: source.account,
    };
    files::note_expiries().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}
