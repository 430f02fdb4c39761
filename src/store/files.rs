//! What is to become of the bytes behind attachments, and what became of them. The bytes themselves lie elsewhere.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::attachments as sql};
use serde_json::Value;
use uuid::Uuid;

use super::{due::Due, error::StoreError, state::Place, tenant::Tenant};
use crate::domain::{
    seal::{Keyring, Sealed, WrappedKey},
    stream::StateChange,
};

/// What a file's key is bound to: it opens for no other organization and no other attachment.
pub fn owner(organization: Uuid, attachment: Uuid) -> String {
    format!("{organization}/attachment/{attachment}")
}

/// A wanted file as it stood when it was looked at or claimed. What is written of it holds only while it stands so: a sync that
/// said something else meanwhile is right.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// Whose bytes.
    pub attachment: Uuid,
    /// Since when.
    pub wanted_at: Timestamp,
    /// Attempts that were counted.
    pub attempts: i32,
}

/// A file that is wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Which, as it was seen last.
    pub mark: Mark,
    /// Where the platform says they are.
    pub url: String,
    /// `image`, `file`, …
    pub kind: String,
    /// The type, where it was told.
    pub content_type: Option<String>,
    /// The size in bytes, where it was told.
    pub size: Option<u64>,
    /// How often it was tried before.
    pub attempts: u32,
    /// How often its message was read again for a fresh link.
    pub renewals: u32,
}

/// Takes on attachments that were there before anybody cared for their bytes, and what other rules refused. Answers whether
/// that was all of them.
///
/// # Errors
/// [`StoreError`].
pub async fn adopt(tenant: &Tenant<'_>, place: Place, rules: &str, most: i64) -> Result<bool, StoreError> {
    let (organization, account, now) = (tenant.organization, place.account, place.now);
    let params = sql::SpareFilesParams { now, organization, account, rules };
    sql::spare_files().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    let params = sql::AdoptFilesParams { now, organization, account, most };
    let adopted = sql::adopt_files().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(i64::try_from(adopted).unwrap_or(most) < most)
}

/// The file to fetch next; where there is none, when the first of those that wait may be tried.
///
/// # Errors
/// [`StoreError`].
pub async fn next(
    tenant: &Tenant<'_>,
    place: Place,
) -> Result<(Option<Wanted>, Option<Timestamp>), StoreError> {
    let params =
        sql::NextFileParams { organization: tenant.organization, account: place.account, now: place.now };
    let row = sql::next_file().params(&tenant.tx, &params).one().await?;
    let number = |told: Option<i32>| told.and_then(|told| u32::try_from(told).ok()).unwrap_or_default();
    let mark = row.attachment_id.zip(row.wanted_at).zip(row.attempts);
    let mark = mark.map(|((attachment, wanted_at), attempts)| Mark { attachment, wanted_at, attempts });
    let wanted = mark.map(|mark| Wanted {
        mark,
        url: row.source_url.unwrap_or_default(),
        kind: row.file_type.unwrap_or_default(),
        content_type: row.content_type,
        size: row.file_size.and_then(|size| u64::try_from(size).ok()),
        attempts: number(row.attempts),
        renewals: number(row.renewals),
    });
    Ok((wanted, row.waits_until))
}

/// An attempt begins: counted, and not repeated before `retry_at` whatever becomes of us. Answers the file's key, made with the
/// first attempt, and what was claimed; none when the file is no longer wanted as it was, by the same link.
///
/// # Errors
/// [`StoreError::Seal`] when no key can be made.
pub async fn claim(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    (mark, url): (Mark, &str),
    retry_at: Timestamp,
    now: Timestamp,
) -> Result<Option<(WrappedKey, Mark)>, StoreError> {
    let (organization, attachment) = (tenant.organization, mark.attachment);
    let new = keys.make_key(&owner(organization, attachment))?;
    let params = sql::ClaimFileParams {
        retry_at,
        now,
        key_version: Some(new.key_version),
        wrapped_key: Some(&new.wrapped_key[..]),
        organization,
        attachment,
        wanted_at: mark.wanted_at,
        attempts: mark.attempts,
        url,
    };
    let claimed = sql::claim_file().params(&tenant.tx, &params).opt().await?;
    Ok(claimed.and_then(|row| {
        let key = WrappedKey { key_version: row.key_version?, wrapped_key: row.wrapped_key? };
        Some((key, Mark { attachment, wanted_at: row.wanted_at, attempts: row.attempts }))
    }))
}

/// What was written.
#[derive(Clone, Copy, Debug)]
pub struct Kept<'a> {
    /// What was claimed.
    pub mark: Mark,
    /// In which kind of place.
    pub vault: &'a str,
    /// Bytes of the plaintext.
    pub bytes: u64,
    /// Of the plaintext, under the file's key.
    pub digest: &'a [u8],
    /// The type, as it was served or told.
    pub media_type: Option<&'a str>,
}

/// The object is written: from now on it counts. Answers whether the file was still wanted as it was claimed.
///
/// # Errors
/// [`StoreError`].
pub async fn keep(tenant: &Tenant<'_>, kept: &Kept<'_>, now: Timestamp) -> Result<bool, StoreError> {
    let params = sql::KeepFileParams {
        vault: kept.vault,
        stored_bytes: i64::try_from(kept.bytes).unwrap_or(i64::MAX),
        digest: kept.digest,
        media_type: kept.media_type,
        now,
        organization: tenant.organization,
        attachment: kept.mark.attachment,
        wanted_at: kept.mark.wanted_at,
        attempts: kept.mark.attempts,
    };
    Ok(sql::keep_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await? > 0)
}

/// How an attempt without bytes ended.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'a> {
    /// Not under these rules.
    Refused {
        /// What the rules are called.
        rules: &'a str,
    },
    /// The platform does not have it.
    Gone,
    /// It is tried again then.
    Again {
        /// When.
        at: Timestamp,
        /// Its message is read again before.
        renewed: bool,
    },
}

/// An attempt ended without bytes; `reason` is a class, never contents.
///
/// # Errors
/// [`StoreError`].
pub async fn settle(
    tenant: &Tenant<'_>,
    mark: Mark,
    ended: Ended<'_>,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (state, rules, not_before, renewed) = match ended {
        Ended::Refused { rules } => ("refused", Some(rules), now, 0),
        Ended::Gone => ("gone", None, now, 0),
        Ended::Again { at, renewed } => ("wanted", None, at, i32::from(renewed)),
    };
    let params = sql::SettleFileParams {
        state,
        reason,
        rules,
        not_before,
        renewed,
        now,
        organization: tenant.organization,
        attachment: mark.attachment,
        wanted_at: mark.wanted_at,
        attempts: mark.attempts,
    };
    sql::settle_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// An attempt that was put off is none; it is made again then.
///
/// # Errors
/// [`StoreError`].
pub async fn put_off(
    tenant: &Tenant<'_>,
    mark: Mark,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params = sql::UntriedFileParams {
        not_before: until,
        now,
        organization: tenant.organization,
        attachment: mark.attachment,
        wanted_at: mark.wanted_at,
        attempts: mark.attempts,
    };
    sql::untried_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// A deleted attachment whose bytes are to go now from this kind of vault; its row has forgotten them already.
///
/// # Errors
/// [`StoreError`].
pub async fn leaving(
    tenant: &Tenant<'_>,
    place: Place,
    vault: &str,
    fallen_before: Timestamp,
) -> Result<Option<Uuid>, StoreError> {
    let params = sql::LeavingFileParams {
        now: place.now,
        organization: tenant.organization,
        account: place.account,
        fallen_before,
        vault,
    };
    Ok(sql::leaving_file().params(&tenant.tx, &params).opt().await?)
}

/// Its object could not be deleted: it waits until then, as if it had fallen then.
///
/// # Errors
/// [`StoreError`].
pub async fn delay_leaving(
    tenant: &Tenant<'_>,
    attachment: Uuid,
    not_before: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params =
        sql::DelayLeavingFileParams { not_before, now, organization: tenant.organization, attachment };
    sql::delay_leaving_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Its object is deleted.
///
/// # Errors
/// [`StoreError`].
pub async fn dropped(tenant: &Tenant<'_>, attachment: Uuid, now: Timestamp) -> Result<(), StoreError> {
    let params = sql::DropFileParams { now, organization: tenant.organization, attachment };
    sql::drop_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// The conversation and the message of an attachment, by their ids at the platform.
///
/// # Errors
/// [`StoreError`].
pub async fn message(tenant: &Tenant<'_>, attachment: Uuid) -> Result<Option<(String, String)>, StoreError> {
    let row = sql::file_message().bind(&tenant.tx, &tenant.organization, &attachment).opt().await?;
    Ok(row.map(|row| (row.conversation, row.message)))
}

/// Makes due what is to be read for a fresh link.
///
/// # Errors
/// [`StoreError`].
pub async fn make_due(tenant: &Tenant<'_>, place: Place, change: &StateChange) -> Result<(), StoreError> {
    let StateChange::Due { stream, external_ids, work, urgency, not_before, .. } = change else {
        return Err(StoreError::Refused("only an item can be made due for a file".to_owned()));
    };
    let ids: Vec<&str> = external_ids.iter().map(String::as_str).collect();
    let due = Due { work, urgency: *urgency, requested_at: place.now, not_before: *not_before, owes: None };
    due.make(tenant, place, stream, &ids).await
}

/// A living attachment and what became of its bytes.
#[derive(Clone, Debug)]
pub struct Found {
    /// `image`, `file`, …
    pub kind: String,
    /// The file's ending, where it was told.
    pub extension: Option<String>,
    /// What its account's settings say.
    pub settings: Value,
    /// `wanted`, `fetched`, `refused`, `gone`; none: it has no bytes.
    pub state: Option<String>,
    /// Why there are none.
    pub reason: Option<String>,
    /// Where the bytes lie.
    pub object: Option<Object>,
}

/// Where the bytes of a file lie.
#[derive(Clone, Debug)]
pub struct Object {
    /// In which kind of place.
    pub vault: String,
    /// The file's key.
    pub key: WrappedKey,
    /// Bytes of the plaintext.
    pub bytes: u64,
    /// Of the plaintext.
    pub digest: Vec<u8>,
    /// Its type.
    pub media_type: Option<String>,
}

/// A living attachment of the organization.
///
/// # Errors
/// [`StoreError`].
pub async fn find(tenant: &Tenant<'_>, attachment: Uuid) -> Result<Option<Found>, StoreError> {
    let row = sql::file_of().bind(&tenant.tx, &tenant.organization, &attachment).opt().await?;
    let Some(row) = row else { return Ok(None) };
    let object = match (row.state.as_deref(), row.vault, row.key_version, row.wrapped_key, row.digest) {
        (Some("fetched"), Some(vault), Some(key_version), Some(wrapped_key), Some(digest)) => Some(Object {
            vault,
            key: WrappedKey { key_version, wrapped_key },
            bytes: row.stored_bytes.and_then(|bytes| u64::try_from(bytes).ok()).unwrap_or_default(),
            digest,
            media_type: row.media_type.or(row.content_type),
        }),
        _ => None,
    };
    Ok(Some(Found {
        kind: row.file_type,
        extension: row.extension,
        settings: row.settings,
        state: row.state,
        reason: row.reason,
        object,
    }))
}

/// The object is not where it should be, or is not what was stored: it is fetched again, unless it was meanwhile. `digest` is
/// what was looked for.
///
/// # Errors
/// [`StoreError`].
pub async fn lost(
    tenant: &Tenant<'_>,
    attachment: Uuid,
    digest: &[u8],
    now: Timestamp,
) -> Result<(), StoreError> {
    let params = sql::LostFileParams { now, organization: tenant.organization, attachment, digest };
    sql::lost_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Wraps the keys of files with the current master key, a bounded number at a time; the objects stay as they are. Answers how
/// many.
///
/// # Errors
/// [`StoreError::Seal`] when an old master key is no longer configured.
pub async fn rewrap(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    now: Timestamp,
    most: i64,
) -> Result<u64, StoreError> {
    let (organization, mut wrapped) = (tenant.organization, 0);
    let rows = sql::files_below().bind(&tenant.tx, &organization, &keys.current(), &most).all().await?;
    for row in rows {
        let (Some(old_version), Some(wrapped_key)) = (row.key_version, row.wrapped_key) else { continue };
        let old = Sealed { key_version: old_version, wrapped_key, body: Vec::new() };
        let new = keys.rewrap(&old, &owner(organization, row.attachment_id))?;
        let params = sql::RewrapFileParams {
            key_version: new.key_version,
            wrapped_key: &new.wrapped_key[..],
            now,
            organization,
            attachment: row.attachment_id,
            old_version,
        };
        wrapped += sql::rewrap_file().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(wrapped)
}
