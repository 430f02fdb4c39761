//! The journal of webhooks: written through the intake's login, worked off inside tenant transactions.
//!
//! A delivery is kept once: its key (the provider's id of it, or one made of its contents) is written by the same
//! statement as the journal's row. Whoever applies reads [`pending`], does what the rows say, and calls [`settle`] in
//! the same transaction; what never ends well is quarantined and lets the rest pass.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use routiq_sql::{client::Params, queries::journal as sql};
use serde_json::Value;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::{error::StoreError, pool::Store, tenant::Tenant};

/// How long keys are kept: longer than any platform repeats a delivery (Stripe lists events of the last 30 days).
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(35 * 24);
/// How many weeks of partitions are made ahead.
const WEEKS_AHEAD: i32 = 2;
/// Deliveries of strangers that are kept at once.
const STRAYS: i64 = 1000;

/// Whose a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The organization.
    pub organization: Uuid,
    /// Its account at the platform.
    pub account: Uuid,
    /// The address it came to.
    pub endpoint: Uuid,
}

/// One verified delivery.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The row's id, made when it was received.
    pub id: Uuid,
    /// Whose it is; none: the house's own (Clerk, Stripe).
    pub owner: Option<Owner>,
    /// The platform.
    pub platform: String,
    /// What tells a repetition; 1 to 300 characters.
    pub event_key: String,
    /// The platform's word for what happened; at most 200 characters.
    pub event_type: String,
    /// Keyed hash of the sender's address.
    pub subject: Option<Vec<u8>>,
    /// Whether a signature was checked.
    pub signed: bool,
    /// The request's query, without the path.
    pub query: String,
    /// The headers worth keeping: an object of texts.
    pub headers: Value,
    /// The body as it came.
    pub body: Vec<u8>,
    /// When the sender says it happened.
    pub occurred_at: Option<Timestamp>,
    /// When it came.
    pub received_at: Timestamp,
    /// Well signed, and nothing for us: kept, never applied.
    pub ignored: bool,
}

impl Entry {
    /// About how much memory it takes.
    pub fn weight(&self) -> usize {
        const FIELDS: usize = 512;
        self.body.len() + self.query.len() + FIELDS
    }
}

/// Keeps a batch in one statement and one commit; answers which ids are new. The others were delivered before.
///
/// # Errors
/// [`StoreError::Transient`] when the outcome is unknown or nothing was kept; [`StoreError::Refused`] when a row of the
/// batch cannot be kept, and with it none was.
pub async fn insert(store: &Store, batch: &[&Entry]) -> Result<HashSet<Uuid>, StoreError> {
    let client = store.intake().await?;
    let owner = |part: fn(&Owner) -> Uuid| -> Vec<Option<Uuid>> {
        batch.iter().map(|entry| entry.owner.as_ref().map(part)).collect()
    };
    let params = sql::IntakeInsertParams {
        ids: batch.iter().map(|entry| entry.id).collect::<Vec<_>>(),
        organizations: owner(|owner| owner.organization),
        accounts: owner(|owner| owner.account),
        endpoints: owner(|owner| owner.endpoint),
        platforms: batch.iter().map(|entry| entry.platform.as_str()).collect::<Vec<_>>(),
        event_keys: batch.iter().map(|entry| entry.event_key.as_str()).collect::<Vec<_>>(),
        event_types: batch.iter().map(|entry| entry.event_type.as_str()).collect::<Vec<_>>(),
        subjects: batch.iter().map(|entry| entry.subject.as_deref()).collect::<Vec<_>>(),
        signeds: batch.iter().map(|entry| entry.signed).collect::<Vec<_>>(),
        queries: batch.iter().map(|entry| entry.query.as_str()).collect::<Vec<_>>(),
        headers: batch.iter().map(|entry| &entry.headers).collect::<Vec<_>>(),
        bodies: batch.iter().map(|entry| &entry.body[..]).collect::<Vec<_>>(),
        occurred_ats: batch.iter().map(|entry| entry.occurred_at).collect::<Vec<_>>(),
        received_ats: batch.iter().map(|entry| entry.received_at).collect::<Vec<_>>(),
        states: batch
            .iter()
            .map(|entry| if entry.ignored { "ignored" } else { "pending" })
            .collect::<Vec<_>>(),
    };
    let new = match sql::intake_insert().params(&client, &params).all().await {
        // Sent once more they find the partition that was made meanwhile.
        Err(error) if partition_was_made(&error) => {
            sql::intake_insert().params(&client, &params).all().await?
        }
        outcome => outcome?,
    };
    Ok(new.into_iter().collect())
}

/// Whether rows were on their way to the default partition when a partition of their own was attached. That is reported
/// like a broken check, but no constraint is named.
fn partition_was_made(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|db| *db.code() == SqlState::CHECK_VIOLATION && db.constraint().is_none())
}

/// What a stranger sent to an address that all accounts share.
#[derive(Clone, Debug)]
pub struct Stray<'a> {
    /// The row's id.
    pub id: Uuid,
    /// The platform.
    pub platform: &'a str,
    /// `inbound` or `status`.
    pub kind: &'a str,
    /// Which account it says it is from; at most 64 characters.
    pub account_sid: &'a str,
    /// Why nobody is found for it.
    pub reason: &'a str,
    /// The headers worth keeping.
    pub headers: &'a Value,
    /// The body; at most 64 KiB.
    pub body: &'a [u8],
    /// When it came.
    pub received_at: Timestamp,
}

/// Keeps it for a week, unless enough is kept already; answers whether it was.
///
/// # Errors
/// [`StoreError`].
pub async fn keep_stray(store: &Store, stray: &Stray<'_>) -> Result<bool, StoreError> {
    let client = store.intake().await?;
    let params = sql::IntakeStrayParams {
        id: stray.id,
        platform: stray.platform,
        kind: stray.kind,
        account_sid: stray.account_sid,
        reason: stray.reason,
        headers: stray.headers,
        body: stray.body,
        received_at: stray.received_at,
        most: STRAYS,
    };
    Ok(sql::intake_stray().params(&client, &params).await? > 0)
}

/// Makes partitions ahead; answers how many.
///
/// # Errors
/// [`StoreError`].
pub async fn extend(store: &Store, now: Timestamp) -> Result<i32, StoreError> {
    let client = store.intake().await?;
    Ok(sql::extend_webhook_events().bind(&client, &now, &WEEKS_AHEAD).one().await?)
}

/// What upkeep threw away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Partitions of the journal.
    pub partitions: i32,
    /// Old keys, the house's old events, strangers' deliveries.
    pub rows: i64,
}

/// Drops what is older than `kept` and what no platform repeats any more. Nothing that is not applied is dropped.
///
/// # Errors
/// [`StoreError`].
pub async fn expire(store: &Store, now: Timestamp, kept: std::time::Duration) -> Result<Expired, StoreError> {
    let before = |span: SignedDuration| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
    let kept = SignedDuration::try_from(kept).unwrap_or(SignedDuration::MAX);
    let client = store.intake().await?;
    let partitions = sql::expire_webhook_events().bind(&client, &before(kept)).one().await?;
    // The house's events are their own keys: they stay at least as long.
    let (keys, directory) = (before(KEYS_KEPT), before(kept.max(KEYS_KEPT)));
    let rows = sql::prune_webhooks().bind(&client, &now, &keys, &directory).one().await?;
    Ok(Expired { partitions, rows })
}

/// A row of the journal, to be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// When it came; part of its key.
    pub received_at: Timestamp,
    /// The address it came to.
    pub endpoint: Uuid,
    /// The platform.
    pub platform: String,
    /// What tells a repetition.
    pub event_key: String,
    /// The platform's word for what happened.
    pub event_type: String,
    /// Keyed hash of the sender's address.
    pub subject: Option<Vec<u8>>,
    /// Whether a signature was checked.
    pub signed: bool,
    /// The request's query, without the path.
    pub query: String,
    /// The headers that were kept.
    pub headers: Value,
    /// The body as it came.
    pub body: Vec<u8>,
    /// When the sender says it happened.
    pub occurred_at: Option<Timestamp>,
    /// How often it failed before.
    pub attempts: i32,
}

/// What an account's actor applies next: at most `most`, in the order of arrival. What waits for another attempt
/// lets the rest pass.
///
/// # Errors
/// [`StoreError`].
pub async fn pending(
    tenant: &Tenant<'_>,
    account: Uuid,
    now: Timestamp,
    most: i64,
) -> Result<Vec<Event>, StoreError> {
    let rows =
        sql::pending_events().bind(&tenant.tx, &tenant.organization, &account, &now, &most).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Event {
            id: row.id,
            received_at: row.received_at,
            endpoint: row.endpoint_id,
            platform: row.platform,
            event_key: row.event_key,
            event_type: row.event_type,
            subject: row.subject,
            signed: row.signed,
            query: row.query,
            headers: row.headers,
            body: row.body,
            occurred_at: row.occurred_at,
            attempts: row.attempts,
        })
        .collect())
}

/// When an account has something to apply next; none when nothing waits.
///
/// # Errors
/// [`StoreError`].
pub async fn next_due(tenant: &Tenant<'_>, account: Uuid) -> Result<Option<Timestamp>, StoreError> {
    Ok(sql::next_event_due().bind(&tenant.tx, &tenant.organization, &account).one().await?)
}

/// How many of an account's deliveries stand aside until somebody looks.
///
/// # Errors
/// [`StoreError`].
pub async fn aside(tenant: &Tenant<'_>, account: Uuid) -> Result<u64, StoreError> {
    let aside = sql::events_aside().bind(&tenant.tx, &tenant.organization, &account).one().await?;
    Ok(u64::try_from(aside).unwrap_or_default())
}

/// How applying one row ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// What it says is in the tables.
    Applied,
    /// It says nothing that concerns us.
    Ignored(&'static str),
    /// It failed and is tried again; counts as an attempt.
    Again {
        /// Not before.
        at: Timestamp,
        /// The class of failure, without contents.
        reason: String,
    },
    /// It failed for good: it stays, with everything needed to apply it again, and the rest moves on.
    Quarantined(String),
}

/// Writes how rows ended, in the transaction of what they brought. Rows that are no longer pending are left alone;
/// answers how many were settled.
///
/// # Errors
/// [`StoreError`].
pub async fn settle(
    tenant: &Tenant<'_>,
    generation: i64,
    settled: &[(&Event, Settlement)],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let parts: Vec<(&str, Option<&str>, bool, Timestamp)> = settled
        .iter()
        .map(|(_, settlement)| match settlement {
            Settlement::Applied => ("applied", None, false, now),
            Settlement::Ignored(reason) => ("ignored", Some(*reason), false, now),
            Settlement::Again { at, reason } => ("pending", Some(reason.as_str()), true, *at),
            Settlement::Quarantined(reason) => ("quarantined", Some(reason.as_str()), true, now),
        })
        .collect();
    let params = sql::SettleEventsParams {
        now,
        generation,
        ids: settled.iter().map(|(event, _)| event.id).collect::<Vec<_>>(),
        received_ats: settled.iter().map(|(event, _)| event.received_at).collect::<Vec<_>>(),
        states: parts.iter().map(|part| part.0).collect::<Vec<_>>(),
        reasons: parts.iter().map(|part| part.1).collect::<Vec<_>>(),
        faileds: parts.iter().map(|part| part.2).collect::<Vec<_>>(),
        dues: parts.iter().map(|part| part.3).collect::<Vec<_>>(),
        organization: tenant.organization,
    };
    Ok(sql::settle_events().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?)
}

/// Whether something that one of these subjects sent is not applied yet: asked with the hashes under every key.
///
/// # Errors
/// [`StoreError`].
pub async fn has_unapplied(tenant: &Tenant<'_>, subjects: &[Vec<u8>]) -> Result<bool, StoreError> {
    Ok(sql::unapplied_of().bind(&tenant.tx, &tenant.organization, &subjects).one().await?)
}
