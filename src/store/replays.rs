//! Deliveries that somebody looks at, rehearses or applies again.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::replays as sql};
use uuid::Uuid;

use super::{error::StoreError, journal::Event, tenant::Tenant};

/// Which deliveries are meant.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// Of this account; none: of all.
    pub account: Option<Uuid>,
    /// `pending`, `applied`, `ignored` or `quarantined`; none: any.
    pub state: Option<String>,
    /// Accepted at this time or later.
    pub since: Option<Timestamp>,
    /// Accepted before this time.
    pub until: Option<Timestamp>,
    /// These; empty: all of the above.
    pub ids: Vec<Uuid>,
}

/// A delivery as lists show it: what happened to it, not what it says.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// Which verifier read it.
    pub platform: String,
    /// The platform's word for what happened.
    pub event_type: String,
    /// Whether a signature vouches for it.
    pub signed: bool,
    /// Where it stands.
    pub state: String,
    /// How often it failed.
    pub attempts: i32,
    /// The class of failure, without contents.
    pub failure_reason: Option<String>,
    /// When it was accepted.
    pub received_at: Timestamp,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// Bytes of its body.
    pub size: i32,
}

/// Lists deliveries in the order of arrival, at most `most`.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tenant: &Tenant<'_>, choice: &Choice, most: i64) -> Result<Vec<Listed>, StoreError> {
    let params = sql::ListedEventsParams {
        organization: tenant.organization,
        account: choice.account,
        state: choice.state.as_deref(),
        since: choice.since,
        until: choice.until,
        ids: &choice.ids[..],
        most,
    };
    let rows = sql::listed_events().params(&tenant.tx, &params).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: row.id,
            account: row.account_id,
            platform: row.platform,
            event_type: row.event_type,
            signed: row.signed,
            state: row.state,
            attempts: row.attempts,
            failure_reason: row.failure_reason,
            received_at: row.received_at,
            applied_at: row.applied_at,
            size: row.size,
        })
        .collect())
}

/// Reads deliveries whole, each with its account, in the order of arrival.
///
/// # Errors
/// [`StoreError`].
pub async fn load(tenant: &Tenant<'_>, ids: &[Uuid]) -> Result<Vec<(Uuid, Event)>, StoreError> {
    let rows = sql::chosen_events().bind(&tenant.tx, &tenant.organization, &ids).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let event = Event {
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
            };
            (row.account_id, event)
        })
        .collect())
}

/// Puts deliveries into the queue again; answers how many.
///
/// # Errors
/// [`StoreError`].
pub async fn again(tenant: &Tenant<'_>, chosen: &[Listed], now: Timestamp) -> Result<u64, StoreError> {
    let params = sql::ReplayEventsParams {
        now,
        ids: chosen.iter().map(|event| event.id).collect::<Vec<_>>(),
        received_ats: chosen.iter().map(|event| event.received_at).collect::<Vec<_>>(),
        organization: tenant.organization,
    };
    Ok(sql::replay_events().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?)
}
