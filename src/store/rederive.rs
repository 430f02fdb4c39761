//! What an account's payloads say today, beside what its rows say: the payloads are written under an account that never
//! becomes true, and the two are compared in the database.

use std::collections::BTreeMap;

use jiff::Timestamp;
use routiq_sql::{
    client::{GenericClient, Params},
    queries::lineage as sql,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    accounts::{self, NewAccount},
    error::StoreError,
    lineage::Rows,
    tenant::Tenant,
};
use crate::domain::change::Kind;

/// How a row and its payloads differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// They say something else of it.
    Says,
    /// They say that it is gone.
    Gone,
    /// They make a row that is not there.
    Missing,
    /// None of them holds it.
    NotKept,
    /// They do not say why it fell: it fell with what it belonged to, or since complete listings did not show it.
    FellUnseen,
}

/// A row that is not what its payloads say.
#[derive(Clone, Debug)]
pub struct Different {
    /// Its id at the platform.
    pub external_id: String,
    /// The id, at the platform, of the record that carries it.
    pub record: String,
    /// How.
    pub differs: Differs,
    /// The names of the fields that they say otherwise.
    pub fields: Vec<String>,
    /// The mapping that wrote it last; none for a row that is not there.
    pub transform_version: Option<i32>,
    /// The payload that wrote it last.
    pub payload: Option<Uuid>,
}

/// Every payload of an account, in the order in which they were applied.
///
/// # Errors
/// [`StoreError`].
pub async fn payloads(tenant: &Tenant<'_>, account: Uuid) -> Result<Vec<Uuid>, StoreError> {
    Ok(sql::payloads_in_order().bind(&tenant.tx, &tenant.organization, &account).all().await?)
}

/// Makes the account under which payloads are written to be compared; to be undone with the transaction.
///
/// # Errors
/// [`StoreError`].
pub async fn shadow(
    tenant: &Tenant<'_>,
    id: Uuid,
    platform: &str,
    now: Timestamp,
) -> Result<Uuid, StoreError> {
    let (external_id, settings) = (format!("rederived {id}"), Value::Object(serde_json::Map::new()));
    let new = NewAccount { id, platform, external_id: &external_id, name: None, settings: &settings };
    accounts::insert(tenant, &new, now).await
}

/// How many rows of a kind an account has.
///
/// # Errors
/// [`StoreError`].
pub async fn count(tenant: &Tenant<'_>, rows: Rows, account: Uuid) -> Result<i64, StoreError> {
    let params = sql::CountRowsParams { kind: rows.as_str(), organization: tenant.organization, account };
    Ok(sql::count_rows().params(&tenant.tx, &params).one().await?)
}

/// The rows of a kind that say something else than the payloads written under `shadow`.
///
/// # Errors
/// [`StoreError`].
pub async fn different(
    tenant: &Tenant<'_>,
    rows: Rows,
    account: Uuid,
    shadow: Uuid,
) -> Result<Vec<Different>, StoreError> {
    let params =
        sql::DifferentRowsParams { kind: rows.as_str(), organization: tenant.organization, account, shadow };
    let found = sql::different_rows().params(&tenant.tx, &params).all().await?;
    Ok(found
        .into_iter()
        .map(|row| Different {
            differs: match (row.held, row.derived, row.held_gone, row.derived_gone) {
                (true, false, ..) => Differs::NotKept,
                (false, ..) => Differs::Missing,
                (_, _, true, false) => Differs::FellUnseen,
                (_, _, false, true) => Differs::Gone,
                _ => Differs::Says,
            },
            external_id: row.external_id,
            record: row.record,
            fields: row.fields,
            transform_version: row.transform_version,
            payload: row.payload_id,
        })
        .collect())
}

/// What a row says, and what its payloads say of it, by field.
pub type Values = (BTreeMap<String, Value>, BTreeMap<String, Value>);

/// What rows say, and what their payloads say of them.
///
/// # Errors
/// [`StoreError`].
pub async fn values(
    tenant: &Tenant<'_>,
    rows: Rows,
    (account, shadow): (Uuid, Uuid),
    external_ids: &[&str],
) -> Result<BTreeMap<String, Values>, StoreError> {
    let params = sql::RowValuesParams {
        kind: rows.as_str(),
        organization: tenant.organization,
        account,
        external_ids,
        shadow,
    };
    let found = sql::row_values().params(&tenant.tx, &params).all().await?;
    let fields = |said: Value| serde_json::from_value(said).unwrap_or_default();
    Ok(found.into_iter().map(|row| (row.external_id, (fields(row.held), fields(row.derived)))).collect())
}

/// Lets rows yield to what their payloads say, though it is what they said before.
///
/// # Errors
/// [`StoreError`].
pub async fn open(
    tenant: &Tenant<'_>,
    kind: Kind,
    account: Uuid,
    external_ids: &[&str],
) -> Result<u64, StoreError> {
    // No fixed statement can name a table by a parameter.
    let statement = format!(
        "update {} set fingerprint = '' where organization_id = $1 and account_id = $2 and external_id = any($3)",
        table(kind)
    );
    Ok(tenant.tx.execute(&statement, &[&tenant.organization, &account, &external_ids]).await?)
}

/// Says again of rows that a webhook alone has told them.
///
/// # Errors
/// [`StoreError`].
pub async fn told_alone(
    tenant: &Tenant<'_>,
    kind: Kind,
    account: Uuid,
    external_ids: &[&str],
) -> Result<u64, StoreError> {
    if matches!(kind, Kind::Inbox | Kind::Agent) {
        return Ok(0);
    }
    let statement = format!(
        "update {} set provisional = true where organization_id = $1 and account_id = $2 and external_id = any($3)",
        table(kind)
    );
    Ok(tenant.tx.execute(&statement, &[&tenant.organization, &account, &external_ids]).await?)
}

const fn table(kind: Kind) -> &'static str {
    match kind {
        Kind::Metadata => "routiq.integration_metadata",
        Kind::Inbox => "routiq.inboxes",
        Kind::Agent => "routiq.agents",
        Kind::Location => "routiq.locations",
        Kind::Practitioner => "routiq.practitioners",
        Kind::AppointmentType => "routiq.appointment_types",
        Kind::Contact => "routiq.contacts",
        Kind::Conversation => "routiq.conversations",
        Kind::Message => "routiq.messages",
        Kind::Appointment => "routiq.appointments",
        Kind::Invoice => "routiq.invoices",
        Kind::Payment => "routiq.payments",
        Kind::ClinicalNote => "routiq.clinical_notes",
    }
}
