//! How every account stands, without contents: asked by the health login, over all organizations.

use std::collections::HashMap;

use jiff::Timestamp;
use routiq_sql::queries::health as sql;
use uuid::Uuid;

use super::{error::StoreError, pool::Store};
use crate::domain::bookings::People;

/// An account's standing.
#[derive(Clone, Debug)]
pub struct AccountHealth {
    /// The organization.
    pub organization: Uuid,
    /// Clerk's id of it.
    pub clerk_org_id: Option<String>,
    /// What people call it.
    pub organization_name: String,
    /// Its IANA time zone.
    pub timezone: String,
    /// The account.
    pub account: Uuid,
    /// The platform.
    pub platform: String,
    /// `pending`, `running`, `completed`, `failed`, `denied`.
    pub status: Option<String>,
    /// When it was last complete.
    pub succeeded_at: Option<Timestamp>,
    /// The class of the last failure.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
    /// Its streams that can be proven, by name.
    pub streams: Vec<StreamHealth>,
    /// What is only told, by name: it is never fresh.
    pub told: Vec<StreamHealth>,
}

/// An organization's figures as its rollup counted them last, without contents.
#[derive(Clone, Copy, Debug)]
pub struct OrganizationHealth {
    /// Patients.
    pub patients: i32,
    /// Those with a recent visit behind or any before them.
    pub active: i32,
    /// Bookings of the day.
    pub today: i32,
    /// Visits to come.
    pub upcoming: i32,
    /// Who is whom; none before it was counted.
    pub people: Option<People>,
}

/// A stream's standing.
#[derive(Clone, Debug)]
pub struct StreamHealth {
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
    /// Done and total of the first import.
    pub backfill: Option<(i64, i64)>,
}

/// The figures of every organization that was counted.
///
/// # Errors
/// [`StoreError`].
pub async fn organizations(store: &Store) -> Result<HashMap<Uuid, OrganizationHealth>, StoreError> {
    let client = store.health().await?;
    let rows = sql::figures().bind(&client).all().await?;
    let figures = rows.into_iter().map(|row| {
        let people = row.people_connected.map(|connected| People {
            connected: connected.into(),
            merges: row.people_merges.unwrap_or_default().into(),
            candidates: row.people_candidates.unwrap_or_default().into(),
        });
        let figures = OrganizationHealth {
            patients: row.patients,
            active: row.patients_active,
            today: row.bookings_today,
            upcoming: row.bookings_upcoming,
            people,
        };
        (row.organization_id, figures)
    });
    Ok(figures.collect())
}

/// Every account, by organization name.
///
/// # Errors
/// [`StoreError`].
pub async fn accounts(store: &Store) -> Result<Vec<AccountHealth>, StoreError> {
    let client = store.health().await?;
    let mut streams: HashMap<(Uuid, bool), Vec<StreamHealth>> = HashMap::new();
    for row in sql::streams().bind(&client).all().await? {
        streams.entry((row.account_id, row.told)).or_default().push(StreamHealth {
            stream: row.stream,
            proven_until: row.proven_until,
            records: row.records,
            changed: row.changed,
            rejected: row.rejected,
            backfill: row.backfill_done.zip(row.backfill_total),
        });
    }
    let rows = sql::accounts().bind(&client).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| AccountHealth {
            organization: row.organization_id,
            clerk_org_id: row.clerk_org_id,
            organization_name: row.organization_name,
            timezone: row.timezone,
            streams: streams.remove(&(row.account_id, false)).unwrap_or_default(),
            told: streams.remove(&(row.account_id, true)).unwrap_or_default(),
            account: row.account_id,
            platform: row.platform,
            status: row.sync_status,
            succeeded_at: row.last_successful_sync,
            last_error: row.last_error,
            last_error_at: row.last_error_at,
        })
        .collect())
}
