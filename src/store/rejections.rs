//! Records that could not be understood and are tried again by a newer mapping.

use std::collections::BTreeSet;

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::lineage as sql};
use uuid::Uuid;

use super::{
    apply::{Applied, Source},
    error::StoreError,
    payloads,
    tenant::Tenant,
};
use crate::domain::stream::Page;

/// Payloads of records that a mapping older than `version` could not understand, the oldest first, at most `most`.
///
/// # Errors
/// [`StoreError`].
pub async fn outdated(
    tenant: &Tenant<'_>,
    account: Uuid,
    version: i32,
    most: i64,
) -> Result<Vec<Uuid>, StoreError> {
    let params = sql::OutdatedRejectionsParams { organization: tenant.organization, account, version, most };
    Ok(sql::outdated_rejections().params(&tenant.tx, &params).all().await?)
}

/// What mapping and writing a payload once more means for the records of it that could not be understood: those that still
/// cannot stay open, and the others are resolved. Answers how many were resolved.
///
/// # Errors
/// [`StoreError`].
pub async fn settle(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &Page,
    applied: &Applied,
) -> Result<u64, StoreError> {
    let open = in_payload(tenant, source.account, source.payload).await?;
    let still: BTreeSet<(&str, String)> = page
        .rejected
        .iter()
        .chain(&applied.rejected)
        .map(|rejected| (rejected.kind.as_str(), payloads::name_of(page, rejected)))
        .collect();
    let understood: Vec<Uuid> = open
        .iter()
        .filter(|(_, stream, external_id)| {
            !still.iter().any(|(kind, name)| kind == stream && name == external_id)
        })
        .map(|(id, ..)| *id)
        .collect();
    payloads::note_rejections(tenant, source, page, applied).await?;
    if !understood.is_empty() {
        sql::understand_rejections()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &source.now, &tenant.organization, &&understood[..])
            .await?;
    }
    outlast(tenant, source.account, source.payload, source.transform_version, source.now).await?;
    Ok(understood.len() as u64)
}

/// Nothing can be made of the payload by this mapping either.
///
/// # Errors
/// [`StoreError`].
pub async fn outlast(
    tenant: &Tenant<'_>,
    account: Uuid,
    payload: Uuid,
    version: i32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params =
        sql::OutlastRejectionsParams { version, now, organization: tenant.organization, account, payload };
    sql::outlast_rejections().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// The open rejections of a payload: id, kind, name.
async fn in_payload(
    tenant: &Tenant<'_>,
    account: Uuid,
    payload: Uuid,
) -> Result<Vec<(Uuid, String, String)>, StoreError> {
    let params = sql::RejectionsInParams { organization: tenant.organization, account, payload };
    let rows = sql::rejections_in().params(&tenant.tx, &params).all().await?;
    Ok(rows.into_iter().map(|row| (row.id, row.stream, row.external_id)).collect())
}
