//! Organizations, found and made by the directory's login.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::organizations as sql};
use uuid::Uuid;

use super::{error::StoreError, pool::Store};

/// An organization as the directory knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Our id.
    pub id: Uuid,
    /// Clerk's id.
    pub clerk_org_id: Option<String>,
    /// What people call it.
    pub name: String,
    /// The region of its phone numbers.
    pub region: String,
    /// Its IANA time zone.
    pub timezone: String,
    /// `active`, `suspended`, …
    pub status: String,
}

/// A new organization.
#[derive(Clone, Debug)]
pub struct NewOrganization<'a> {
    /// Our id.
    pub id: Uuid,
    /// Clerk's id, when it has one.
    pub clerk_org_id: Option<&'a str>,
    /// What people call it.
    pub name: &'a str,
    /// Two letters.
    pub region: &'a str,
    /// IANA.
    pub timezone: &'a str,
}

/// Makes an organization.
///
/// # Errors
/// [`StoreError::Exists`] when Clerk's id is taken.
pub async fn insert(store: &Store, new: &NewOrganization<'_>, now: Timestamp) -> Result<Uuid, StoreError> {
    let client = store.directory().await?;
    let params = sql::DirectoryInsertParams {
        id: new.id,
        clerk_org_id: new.clerk_org_id,
        name: new.name,
        region: new.region,
        timezone: new.timezone,
        now,
    };
    sql::directory_insert().params(&client, &params).opt().await?.ok_or(StoreError::Exists("organization"))
}

/// Finds organizations by our id, Clerk's id or name.
///
/// # Errors
/// [`StoreError`].
pub async fn find(store: &Store, key: &str) -> Result<Vec<Organization>, StoreError> {
    let client = store.directory().await?;
    let rows = sql::directory_find().bind(&client, &key).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Organization {
            id: row.id,
            clerk_org_id: row.clerk_org_id,
            name: row.name,
            region: row.region,
            timezone: row.timezone,
            status: row.status,
        })
        .collect())
}

/// Every organization, by name.
///
/// # Errors
/// [`StoreError`].
pub async fn list(store: &Store) -> Result<Vec<Organization>, StoreError> {
    let client = store.directory().await?;
    let rows = sql::directory_list().bind(&client).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Organization {
            id: row.id,
            clerk_org_id: row.clerk_org_id,
            name: row.name,
            region: row.region,
            timezone: row.timezone,
            status: row.status,
        })
        .collect())
}
