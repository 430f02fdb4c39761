//! Who did what: append only. What an actor or a member does is written in the same transaction as the deed; what an
//! operator does from outside goes through the audit login.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::audit as sql};
use serde_json::Value;
use uuid::Uuid;

use super::{directory::Directory, error::StoreError, pool::Store, tenant::Tenant};

/// A deed.
#[derive(Clone, Debug)]
pub struct Deed<'a> {
    /// The row's id.
    pub id: Uuid,
    /// Who: a user, `operator`, `cli`.
    pub user: &'a str,
    /// What, such as `actor.restart`.
    pub action: &'a str,
    /// Done to what kind of thing.
    pub resource_type: &'a str,
    /// To which one.
    pub resource_id: Option<&'a str>,
    /// From where.
    pub ip_address: Option<&'a str>,
    /// By which request.
    pub request_id: Option<&'a str>,
    /// More, without patient data.
    pub details: &'a Value,
    /// Why it failed, when it did.
    pub error: Option<&'a str>,
}

/// Writes a deed in the organization's transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn write(tenant: &Tenant<'_>, deed: &Deed<'_>, now: Timestamp) -> Result<(), StoreError> {
    let params = params(tenant.organization, deed, now);
    sql::write_audit().params(&tenant.tx, &params).await?;
    Ok(())
}

/// Writes an operator's deed, for any organization.
///
/// # Errors
/// [`StoreError`].
pub async fn write_operator(
    store: &Store,
    organization: Uuid,
    deed: &Deed<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let client = store.audit().await?;
    let params = params(organization, deed, now);
    sql::write_audit().params(&client, &params).await?;
    Ok(())
}

/// Writes what the directory did, in its transaction, for any organization.
pub(super) async fn write_directory(
    directory: &Directory<'_>,
    organization: Uuid,
    deed: &Deed<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params = params(organization, deed, now);
    sql::write_audit().params(&directory.tx, &params).await?;
    Ok(())
}

fn params<'a>(
    organization: Uuid,
    deed: &Deed<'a>,
    now: Timestamp,
) -> sql::WriteAuditParams<&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a Value, &'a str> {
    sql::WriteAuditParams {
        organization,
        id: deed.id,
        user: deed.user,
        action: deed.action,
        resource_type: deed.resource_type,
        resource_id: deed.resource_id,
        ip_address: deed.ip_address,
        request_id: deed.request_id,
        details: deed.details,
        success: deed.error.is_none(),
        error_message: deed.error,
        now,
    }
}
