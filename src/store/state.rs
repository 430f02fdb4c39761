//! Where accounts and their streams stand: read before a step, written in the transaction of its changes.

use std::collections::HashMap;

use futures_util::try_join;
use jiff::{SignedDuration, Timestamp};
use routiq_sql::{
    client::Params,
    queries::{conversations, sync as sql},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    apply::{Applied, Source},
    due::{Due, agenda, due_ids},
    error::StoreError,
    listings::Listing,
    tenant::Tenant,
};
use crate::domain::{
    change::Kind,
    stream::{AccountState, Missing, StateChange, StreamState, Urgency},
};

/// A time further ahead comes from a clock that was wrong. The statements that write proven times say the same.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// Which account, and what time it is.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The account.
    pub account: Uuid,
    /// What time it is.
    pub now: Timestamp,
}

/// Figures a step adds to its stream.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Records received.
    pub records: i64,
    /// Rows written.
    pub changed: i64,
    /// Records that could not be understood.
    pub rejected: i64,
    /// Done and total of the first import.
    pub backfill: Option<(u64, u64)>,
    /// The stream is only told, never shown whole: it proves nothing.
    pub told: bool,
}

/// Reads every stream of an account and its most urgent due item. What is proven only in the future is not proven.
///
/// # Errors
/// [`StoreError`].
pub async fn load(tenant: &Tenant<'_>, place: Place) -> Result<AccountState, StoreError> {
    let Place { account, now } = place;
    let rows = sql::streams_of().bind(&tenant.tx, &tenant.organization, &account).all().await?;
    let believable = |proven: &Timestamp| proven.duration_since(now) <= AHEAD;
    let streams = rows
        .into_iter()
        .map(|row| {
            let proven_until = row.proven_until.filter(believable);
            (row.stream, StreamState { cursor: row.cursor, proven_until })
        })
        .collect();
    let mut state = AccountState { streams, ..AccountState::default() };
    agenda(tenant, place).await?.enter(&mut state);
    Ok(state)
}

/// Proves that a stream stands in the tables where `state` says it does. After a crash of the server it may stand before a page
/// that waited for no disk, which must then be read again, not passed over.
///
/// # Errors
/// [`StoreError::Transient`] where it does not.
pub async fn confirm(
    tenant: &Tenant<'_>,
    place: Place,
    stream: &'static str,
    state: &AccountState,
) -> Result<(), StoreError> {
    let organization = tenant.organization;
    let stands = sql::stream_cursor().bind(&tenant.tx, &organization, &place.account, &stream).opt().await?;
    let expected = state.streams.get(stream).map_or(Value::Null, |state| state.cursor.clone());
    match stands.unwrap_or_default() == expected {
        true => Ok(()),
        false => Err(StoreError::Transient("it forgot what was written last".to_owned())),
    }
}

/// Prepares what [`advance`] and [`write()`] send on a connection that never sent it: what is not prepared is sent later than
/// what was asked for after it.
///
/// # Errors
/// [`StoreError`].
pub async fn ready(tenant: &Tenant<'_>) -> Result<(), StoreError> {
    let (finish, write) = (sql::finish_item(), sql::write_stream());
    try_join!(finish.prepare(&tenant.tx), write.prepare(&tenant.tx))?;
    Ok(())
}

/// Writes what a step says about its streams, and brings `state` to the same. Answers the records that are gone because
/// complete listings did not show them.
///
/// # Errors
/// [`StoreError`].
pub async fn advance(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    changes: &[StateChange],
    applied: &Applied,
    state: &mut AccountState,
) -> Result<Applied, StoreError> {
    let place = Place { account: source.account, now: source.now };
    let observed_at = source.observed_at;
    let mut fallen = Applied::default();
    for change in changes {
        match change {
            StateChange::Stream { stream, cursor, proven_until } => {
                write(tenant, place, stream, Some(cursor), *proven_until, Figures::default()).await?;
                let entry = state.streams.entry((*stream).to_owned()).or_default();
                entry.cursor = cursor.clone();
                entry.proven_until = entry.proven_until.max(*proven_until);
            }
            StateChange::Due { stream, external_ids, work, urgency, only_if_changed, not_before } => {
                let ids = due_ids(external_ids, *only_if_changed, applied);
                // Whatever a live request follows happened after its parent was last proven complete.
                let owes = Some(Kind::Conversation.as_str());
                let due =
                    Due { work, urgency: *urgency, requested_at: observed_at, not_before: *not_before, owes };
                due.make(tenant, place, stream, &ids).await?;
            }
            StateChange::DueConversations { stream, contact, work, urgency } => {
                let under = conversations::conversations_of_contact()
                    .bind(&tenant.tx, &tenant.organization, &place.account, &contact.as_str())
                    .all()
                    .await?;
                let under: Vec<&str> = under.iter().map(String::as_str).collect();
                let due =
                    Due { work, urgency: *urgency, requested_at: observed_at, not_before: None, owes: None };
                due.make(tenant, place, stream, &under).await?;
            }
            StateChange::Done { stream, external_id, request, cursor, rest } => {
                let params = sql::FinishItemParams {
                    cursor,
                    request: *request,
                    rest: rest.as_ref(),
                    now: place.now,
                    organization: tenant.organization,
                    account: place.account,
                    stream,
                    external_id: external_id.as_str(),
                };
                sql::finish_item().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
            }
            StateChange::Listed { stream, listing, external_ids } => {
                let params = sql::AddListedParams {
                    organization: tenant.organization,
                    account: place.account,
                    stream,
                    listing: *listing,
                    external_ids: &external_ids[..],
                };
                sql::add_listed().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
            }
            StateChange::ListingComplete { stream, listing, reach, missing } => {
                let listing = Listing { stream, at: *listing, reach: *reach };
                match missing {
                    Missing::Check { work, recheck_before } => {
                        let missing = listing.missing(tenant, place.account, *recheck_before).await?;
                        let missing: Vec<&str> = missing.iter().map(String::as_str).collect();
                        let (urgency, requested_at) = (Urgency::Backfill, observed_at);
                        let due = Due { work, urgency, requested_at, not_before: None, owes: None };
                        due.make(tenant, place, stream, &missing).await?;
                    }
                    Missing::GoneAfterTwo => fallen.add(listing.bury_missing(tenant, source).await?),
                }
                listing.forget(tenant, place.account).await?;
            }
        }
    }
    Ok(fallen)
}

/// Adds figures to a stream, and its cursor and proven time where given.
///
/// # Errors
/// [`StoreError`].
pub async fn write(
    tenant: &Tenant<'_>,
    place: Place,
    stream: &str,
    cursor: Option<&Value>,
    proven_until: Option<Timestamp>,
    figures: Figures,
) -> Result<(), StoreError> {
    // Nothing is proven beyond now, whatever a cursor from a wrong clock says.
    let proven_until = proven_until.map(|proven| proven.min(place.now));
    let backfill = |pick: fn((u64, u64)) -> u64| figures.backfill.and_then(|b| i64::try_from(pick(b)).ok());
    let params = sql::WriteStreamParams {
        organization: tenant.organization,
        account: place.account,
        stream,
        cursor,
        proven_until,
        records: figures.records,
        changed: figures.changed,
        rejected: figures.rejected,
        backfill_done: backfill(|(done, _)| done),
        backfill_total: backfill(|(_, total)| total),
        told: figures.told,
        now: place.now,
    };
    sql::write_stream().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Moves the proven time of a stream of items after its parent's, as far as nothing due holds it back; answers the new
/// time when it moved.
///
/// # Errors
/// [`StoreError`].
pub async fn prove(
    tenant: &Tenant<'_>,
    place: Place,
    stream: &str,
    parent: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let params = sql::ProveStreamParams {
        organization: tenant.organization,
        account: place.account,
        parent,
        stream,
        now: place.now,
    };
    Ok(sql::prove_stream().params(&tenant.tx, &params).opt().await?.flatten())
}

/// How many records of a stream of items were read at least once, of how many.
///
/// # Errors
/// [`StoreError`].
pub async fn item_progress(
    tenant: &Tenant<'_>,
    account: Uuid,
    stream: &str,
) -> Result<(u64, u64), StoreError> {
    let row = sql::item_progress().bind(&tenant.tx, &tenant.organization, &account, &stream).one().await?;
    Ok((u64::try_from(row.done).unwrap_or_default(), u64::try_from(row.total).unwrap_or_default()))
}

/// A run's line in `sync_logs`.
#[derive(Clone, Debug)]
pub struct Run {
    /// Names the run everywhere.
    pub sync_id: Uuid,
    /// The row's id.
    pub id: Uuid,
    /// `incremental_sync`, `full_sync` or `comprehensive_sync`.
    pub operation: &'static str,
    /// When it began.
    pub started_at: Timestamp,
    /// Records received.
    pub records: i64,
    /// Rows written.
    pub changed: i64,
    /// Records that could not be understood.
    pub rejected: i64,
}

/// Writes a run's line: running while `completed_at` is absent.
///
/// # Errors
/// [`StoreError`].
pub async fn log(
    tenant: &Tenant<'_>,
    place: Place,
    platform: &str,
    run: &Run,
    completed_at: Option<Timestamp>,
    error: Option<&str>,
) -> Result<(), StoreError> {
    let status = match (completed_at, error) {
        (None, _) => "running",
        (Some(_), Some(_)) => "failed",
        (Some(_), None) if run.rejected > 0 => "partial",
        (Some(_), None) => "completed",
    };
    let params = sql::WriteLogParams {
        organization: tenant.organization,
        id: run.id,
        account: place.account,
        sync_id: run.sync_id,
        source: platform,
        operation: run.operation,
        status,
        processed: run.records,
        success: run.records - run.rejected,
        failed: run.rejected,
        error_message: error,
        metadata: &serde_json::json!({ "changed": run.changed }),
        started_at: run.started_at,
        completed_at,
        now: place.now,
    };
    sql::write_log().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// Closes runs that an earlier incarnation left open.
///
/// # Errors
/// [`StoreError`].
pub async fn close_logs(tenant: &Tenant<'_>, place: Place) -> Result<(), StoreError> {
    sql::close_logs()
        .prepare(&tenant.tx)
        .await?
        .bind(&tenant.tx, &place.now, &tenant.organization, &place.account)
        .await?;
    Ok(())
}

/// Where an account stands as a whole, after a run or a failure.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// `running`, `completed`, `failed` or `denied`.
    pub status: &'static str,
    /// When it was last complete; `None` leaves what is there.
    pub succeeded_at: Option<Timestamp>,
    /// Records received since the last standing.
    pub records: i64,
    /// The class of failure, without contents.
    pub error: Option<&'a str>,
}

/// Writes where an account stands.
///
/// # Errors
/// [`StoreError`].
pub async fn stand(
    tenant: &Tenant<'_>,
    place: Place,
    platform: &str,
    standing: Standing<'_>,
) -> Result<(), StoreError> {
    let params = sql::WriteStateParams {
        organization: tenant.organization,
        account: place.account,
        service: platform,
        last_sync: Some(place.now),
        last_success: standing.succeeded_at,
        status: standing.status,
        records: standing.records,
        errors: i64::from(standing.error.is_some()),
        last_error: standing.error,
        now: place.now,
    };
    sql::write_state().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(())
}

/// What a stream of an account shows of itself.
#[derive(Clone, Debug)]
pub struct StreamFigures {
    /// The stream.
    pub stream: String,
    /// The source time up to which it is proven complete.
    pub proven_until: Option<Timestamp>,
    /// Records received.
    pub records: i64,
    /// Rows written.
    pub changed: i64,
    /// Records that could not be understood.
    pub rejected: i64,
}

/// The figures of an account's streams.
///
/// # Errors
/// [`StoreError`].
pub async fn figures(
    tenant: &Tenant<'_>,
    account: Uuid,
) -> Result<HashMap<String, StreamFigures>, StoreError> {
    let rows = sql::streams_of().bind(&tenant.tx, &tenant.organization, &account).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let figures = StreamFigures {
                stream: row.stream.clone(),
                proven_until: row.proven_until,
                records: row.records,
                changed: row.changed,
                rejected: row.rejected,
            };
            (row.stream, figures)
        })
        .collect())
}
