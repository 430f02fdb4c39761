//! Clinical notes, opened: nobody else reads what stands in them.

use routiq_sql::queries::records as sql;
use serde_json::Value;
use uuid::Uuid;

use super::{error::StoreError, tenant::Tenant};
use crate::domain::seal::{Keyring, Sealed};

/// What a note's text is bound to.
pub(super) fn owner(organization: Uuid, account: Uuid, external_id: &str) -> String {
    format!("{organization}/clinical_note/{account}/{external_id}")
}

/// The content of a living note, as the platform structures it.
///
/// # Errors
/// [`StoreError::NotFound`], or [`StoreError::Seal`] when no key opens it.
pub async fn open(tenant: &Tenant<'_>, keys: &Keyring, id: Uuid) -> Result<Value, StoreError> {
    let row = sql::clinical_note()
        .bind(&tenant.tx, &tenant.organization, &id)
        .opt()
        .await?
        .ok_or(StoreError::NotFound("clinical note"))?;
    let owner = owner(tenant.organization, row.account_id, &row.external_id);
    let sealed = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: row.body };
    let content = keys.open(&sealed, &owner)?;
    serde_json::from_slice(&content)
        .map_err(|_| StoreError::Refused("a clinical note is not what was stored".to_owned()))
}
