//! Services' keys and grants of access, made and ended inside their organization's transaction.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::access as sql};
use uuid::Uuid;

use super::{error::StoreError, pool::Store, tenant::Tenant};
use crate::domain::role::Role;

/// Rows shown at most: far more than anybody has.
const MOST: i64 = 500;

/// A new key of a service, or a machine to be bound to the organization.
#[derive(Clone, Debug)]
pub struct NewKey<'a> {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: &'a str,
    /// What it allows.
    pub role: Role,
    /// How the service is known.
    pub known_by: KnownBy<'a>,
    /// Who made it.
    pub by: &'a str,
    /// Until when, if not for ever.
    pub expires_at: Option<Timestamp>,
}

/// How a service is known.
#[derive(Clone, Copy, Debug)]
pub enum KnownBy<'a> {
    /// By a key: its SHA-256 digest, and the first letters by which people tell keys apart.
    Key(&'a [u8; 32], &'a str),
    /// By Clerk's id of a machine.
    Machine(&'a str),
}

/// A key as people may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub role: Role,
    /// Its first letters.
    pub hint: Option<String>,
    /// Clerk's id of the machine instead.
    pub machine_id: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when, if not for ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// Who took it back.
    pub revoked_by: Option<String>,
}

/// Keeps a new key.
///
/// # Errors
/// [`StoreError::Exists`] when the machine is bound already.
pub async fn add_key(tenant: &Tenant<'_>, new: &NewKey<'_>, now: Timestamp) -> Result<(), StoreError> {
    let (key_hash, hint, machine) = match new.known_by {
        KnownBy::Key(hash, hint) => (Some(hash.as_slice()), Some(hint), None),
        KnownBy::Machine(machine) => (None, None, Some(machine)),
    };
    let params = sql::InsertKeyParams {
        organization: tenant.organization,
        id: new.id,
        name: new.name,
        role: new.role.stored(),
        key_hash,
        hint,
        machine,
        by: new.by,
        now,
        expires_at: new.expires_at,
    };
    let added = sql::insert_key().params(&tenant.tx, &params).opt().await?;
    added.map(drop).ok_or(StoreError::Exists("machine"))
}

/// The organization's keys, newest first, those that ended too.
///
/// # Errors
/// [`StoreError`].
pub async fn keys(tenant: &Tenant<'_>) -> Result<Vec<Key>, StoreError> {
    let rows = sql::keys_of().bind(&tenant.tx, &tenant.organization, &MOST).all().await?;
    rows.into_iter()
        .map(|row| {
            Ok(Key {
                id: row.id,
                name: row.name,
                role: role(&row.role)?,
                hint: row.hint,
                machine_id: row.machine_id,
                created_by: row.created_by,
                created_at: row.created_at,
                expires_at: row.expires_at,
                last_used_at: row.last_used_at,
                revoked_at: row.revoked_at,
                revoked_by: row.revoked_by,
            })
        })
        .collect()
}

/// Takes a key back; answers its name.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none that is not taken back already.
pub async fn revoke_key(
    tenant: &Tenant<'_>,
    id: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let params = sql::RevokeKeyParams { now, by, organization: tenant.organization, id };
    let revoked = sql::revoke_key().params(&tenant.tx, &params).opt().await?;
    revoked.ok_or(StoreError::NotFound("service key"))
}

/// A new grant.
#[derive(Clone, Debug)]
pub struct NewGrant<'a> {
    /// Its id.
    pub id: Uuid,
    /// Clerk's id of whom it lets in.
    pub user: &'a str,
    /// As what.
    pub role: Role,
    /// Why.
    pub reason: &'a str,
    /// Who gave it.
    pub by: &'a str,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A grant, as the organization may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its id.
    pub id: Uuid,
    /// Clerk's id of whom it lets in.
    pub user_id: String,
    /// As what.
    pub role: Role,
    /// Why.
    pub reason: String,
    /// Who gave it.
    pub granted_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
    /// When it was taken back before that.
    pub revoked_at: Option<Timestamp>,
    /// Who took it back.
    pub revoked_by: Option<String>,
}

/// Gives a grant.
///
/// # Errors
/// [`StoreError`].
pub async fn add_grant(tenant: &Tenant<'_>, new: &NewGrant<'_>, now: Timestamp) -> Result<(), StoreError> {
    let params = sql::InsertGrantParams {
        organization: tenant.organization,
        id: new.id,
        user: new.user,
        role: new.role.stored(),
        reason: new.reason,
        by: new.by,
        now,
        expires_at: new.expires_at,
    };
    sql::insert_grant().params(&tenant.tx, &params).await?;
    Ok(())
}

/// The organization's grants, newest first, those that ended too.
///
/// # Errors
/// [`StoreError`].
pub async fn grants(tenant: &Tenant<'_>) -> Result<Vec<Given>, StoreError> {
    let rows = sql::grants_of().bind(&tenant.tx, &tenant.organization, &MOST).all().await?;
    rows.into_iter()
        .map(|row| {
            Ok(Given {
                id: row.id,
                user_id: row.user_id,
                role: role(&row.role)?,
                reason: row.reason,
                granted_by: row.granted_by,
                created_at: row.created_at,
                expires_at: row.expires_at,
                revoked_at: row.revoked_at,
                revoked_by: row.revoked_by,
            })
        })
        .collect()
}

/// Takes a grant back; answers whom it let in.
///
/// # Errors
/// [`StoreError::NotFound`] when there is none that holds.
pub async fn revoke_grant(
    tenant: &Tenant<'_>,
    id: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<String, StoreError> {
    let params = sql::RevokeGrantParams { now, by, organization: tenant.organization, id };
    let revoked = sql::revoke_grant().params(&tenant.tx, &params).opt().await?;
    revoked.ok_or(StoreError::NotFound("grant"))
}

/// Invents a person and makes them a member, for development and tests: real ones come from Clerk.
///
/// # Errors
/// [`StoreError`].
pub async fn invent_member(
    store: &Store,
    organization: Uuid,
    user: &str,
    role: Role,
    ids: &crate::domain::ids::Ids,
    now: Timestamp,
) -> Result<(), StoreError> {
    let client = store.directory().await?;
    let email = format!("{}@example.invalid", role.name());
    let new = sql::DirectoryInventedUserParams {
        id: ids.next(now),
        user,
        email: email.as_str(),
        name: role.name(),
        now,
    };
    let person = sql::directory_invented_user().params(&client, &new).one().await?;
    let (stored, owner) = match role {
        Role::Owner => (Role::Admin.stored(), true),
        other => (other.stored(), false),
    };
    let member = sql::DirectoryInventedMemberParams {
        organization,
        id: ids.next(now),
        user: person,
        role: stored,
        owner,
        now,
    };
    sql::directory_invented_member().params(&client, &member).await?;
    Ok(())
}

fn role(stored: &str) -> Result<Role, StoreError> {
    stored.parse().map_err(|_| StoreError::Refused("a role that is none".to_owned()))
}
