//! Accounts at platforms and their credentials, inside a tenant transaction.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::integrations as sql};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use uuid::Uuid;

use super::{error::StoreError, tenant::Tenant};
use crate::domain::seal::{Keyring, Sealed};

/// An account with everything its actor needs.
#[derive(Clone, Debug)]
pub struct Account {
    /// The platform.
    pub platform: String,
    /// The account's id there.
    pub external_id: String,
    /// The integration's settings.
    pub settings: Value,
    /// The organization's region for phone numbers.
    pub region: String,
    /// The organization's IANA time zone.
    pub timezone: String,
    /// When somebody last asked for a look at once.
    pub poll_requested_at: Option<Timestamp>,
    /// When somebody last asked for a sweep.
    pub sweep_requested_at: Option<Timestamp>,
    /// Rises with every change a running actor must notice.
    pub version: i64,
    /// The credential, opened.
    pub credential: Credential,
}

/// What is known of an account's credential.
#[derive(Clone, Debug)]
pub enum Credential {
    /// None was ever set.
    Missing,
    /// The platform refuses it.
    Rejected(String),
    /// It may be used.
    Active {
        /// The row's id.
        id: Uuid,
        /// The secret.
        secret: SecretString,
    },
}

/// Reads an account and opens its credential.
///
/// # Errors
/// [`StoreError::NotFound`], or [`StoreError::Seal`] when no master key opens the credential.
pub async fn load(tenant: &Tenant<'_>, keys: &Keyring, account: Uuid) -> Result<Account, StoreError> {
    let row = sql::load_account()
        .bind(&tenant.tx, &tenant.organization, &account)
        .opt()
        .await?
        .ok_or(StoreError::NotFound("account"))?;
    let credential = match (row.credential_id, row.credential_status.as_deref()) {
        (Some(id), Some("active")) => {
            let sealed = Sealed {
                key_version: row.key_version.unwrap_or_default(),
                wrapped_key: row.wrapped_key.unwrap_or_default(),
                body: row.sealed.unwrap_or_default(),
            };
            let secret = keys.open(&sealed, &owner(tenant.organization, account, &row.platform))?;
            let secret = String::from_utf8_lossy(&secret).into_owned();
            Credential::Active { id, secret: SecretString::from(secret) }
        }
        (Some(_), Some(_)) => Credential::Rejected(row.rejected_reason.unwrap_or_default()),
        _ => Credential::Missing,
    };
    Ok(Account {
        platform: row.platform,
        external_id: row.external_id,
        settings: row.settings,
        region: row.region,
        timezone: row.timezone,
        poll_requested_at: row.poll_requested_at,
        sweep_requested_at: row.sweep_requested_at,
        version: row.version,
        credential,
    })
}

/// An account as the mapping of its deliveries needs to know it.
#[derive(Clone, Debug)]
pub struct About {
    /// The platform.
    pub platform: String,
    /// The account's id there.
    pub external_id: String,
    /// The integration's settings.
    pub settings: Value,
    /// The organization's region for phone numbers.
    pub region: String,
}

/// Reads an account without its credential.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn about(tenant: &Tenant<'_>, account: Uuid) -> Result<About, StoreError> {
    let row = sql::about_account()
        .bind(&tenant.tx, &tenant.organization, &account)
        .opt()
        .await?
        .ok_or(StoreError::NotFound("account"))?;
    Ok(About {
        platform: row.platform,
        external_id: row.external_id,
        settings: row.settings,
        region: row.region,
    })
}

/// What a credential is bound to: it opens for no other organization, account or platform.
fn owner(organization: Uuid, account: Uuid, platform: &str) -> String {
    format!("{organization}/{platform}/{account}")
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Our id.
    pub id: Uuid,
    /// The platform.
    pub platform: &'a str,
    /// The account's id there.
    pub external_id: &'a str,
    /// What people call it.
    pub name: Option<&'a str>,
    /// Checked by the adapter before.
    pub settings: &'a Value,
}

/// Makes an account. The same account again is refused: pointing it elsewhere makes a new one.
///
/// # Errors
/// [`StoreError::Exists`].
pub async fn insert(tenant: &Tenant<'_>, new: &NewAccount<'_>, now: Timestamp) -> Result<Uuid, StoreError> {
    let params = sql::InsertIntegrationParams {
        organization: tenant.organization,
        id: new.id,
        platform: new.platform,
        external_id: new.external_id,
        name: new.name,
        settings: new.settings,
        now,
    };
    sql::insert_integration().params(&tenant.tx, &params).opt().await?.ok_or(StoreError::Exists("account"))
}

/// Sets a credential: the old one is superseded, a parked actor notices.
///
/// # Errors
/// [`StoreError`].
pub async fn set_credential(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    (account, platform): (Uuid, &str),
    secret: &SecretString,
    id: Uuid,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let organization = tenant.organization;
    let sealed = keys.seal(secret.expose_secret().as_bytes(), &owner(organization, account, platform))?;
    sql::supersede_credentials()
        .prepare(&tenant.tx)
        .await?
        .bind(&tenant.tx, &now, &organization, &account)
        .await?;
    let params = sql::InsertCredentialParams {
        organization,
        id,
        account,
        key_version: sealed.key_version,
        wrapped_key: &sealed.wrapped_key[..],
        sealed: &sealed.body[..],
        created_by: by,
        now,
    };
    sql::insert_credential().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    sql::touch_integration()
        .prepare(&tenant.tx)
        .await?
        .bind(&tenant.tx, &now, &organization, &account)
        .await?;
    Ok(())
}

/// Notes that the platform refuses a credential.
///
/// # Errors
/// [`StoreError`].
pub async fn reject_credential(
    tenant: &Tenant<'_>,
    credential: Uuid,
    reason: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql::reject_credential()
        .prepare(&tenant.tx)
        .await?
        .bind(&tenant.tx, &reason, &now, &tenant.organization, &credential)
        .await?;
    Ok(())
}

/// Notes that the platform accepted a credential.
///
/// # Errors
/// [`StoreError`].
pub async fn validate_credential(
    tenant: &Tenant<'_>,
    credential: Uuid,
    now: Timestamp,
) -> Result<(), StoreError> {
    sql::validate_credential()
        .prepare(&tenant.tx)
        .await?
        .bind(&tenant.tx, &now, &tenant.organization, &credential)
        .await?;
    Ok(())
}

/// Wraps every credential, webhook secret, payload key and file key of the organization with the current master key, a bounded number
/// at a time. Answers how many were wrapped; zero means that nothing is left.
///
/// # Errors
/// [`StoreError::Seal`] when an old master key is no longer configured.
pub async fn rewrap(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    now: Timestamp,
    most: i64,
) -> Result<u64, StoreError> {
    let (tx, organization, current) = (&tenant.tx, tenant.organization, keys.current());
    let mut wrapped = 0;
    let platforms: std::collections::HashMap<Uuid, String> =
        list(tenant).await?.into_iter().map(|account| (account.id, account.platform)).collect();
    for row in sql::credentials_below().bind(tx, &organization, &current).all().await? {
        let Some(platform) = platforms.get(&row.account_id) else { continue };
        let old = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: Vec::new() };
        let new = keys.rewrap(&old, &owner(organization, row.account_id, platform))?;
        wrapped += sql::rewrap_credential()
            .prepare(&tenant.tx)
            .await?
            .bind(tx, &new.key_version, &&new.wrapped_key[..], &now, &organization, &row.id, &old.key_version)
            .await?;
    }
    for row in sql::payloads_below().bind(tx, &organization, &current, &most).all().await? {
        let old = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: Vec::new() };
        let new = keys.rewrap(&old, &super::payloads::owner(organization, row.id))?;
        wrapped += sql::rewrap_payload()
            .prepare(&tenant.tx)
            .await?
            .bind(tx, &new.key_version, &&new.wrapped_key[..], &organization, &row.id, &old.key_version)
            .await?;
    }
    wrapped += super::hooks::rewrap(tenant, keys, now).await?;
    wrapped += super::sealing::rewrap(tenant, keys).await?;
    wrapped += super::files::rewrap(tenant, keys, now, most).await?;
    Ok(wrapped)
}

/// An account as lists show it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Our id.
    pub id: Uuid,
    /// The platform.
    pub platform: String,
    /// The account's id there.
    pub external_id: String,
    /// `active`, `rejected`, or nothing.
    pub credential_status: Option<String>,
    /// Why it is paused, and until when.
    pub paused: Option<(String, Option<Timestamp>)>,
}

/// The organization's accounts.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tenant: &Tenant<'_>) -> Result<Vec<Listed>, StoreError> {
    let rows = sql::integrations_of().bind(&tenant.tx, &tenant.organization).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: row.id,
            platform: row.platform,
            external_id: row.external_id,
            credential_status: row.credential_status,
            paused: row.paused_reason.map(|reason| (reason, row.paused_until)),
        })
        .collect())
}

/// Pauses an account until a time, or until it is resumed.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn pause(
    tenant: &Tenant<'_>,
    account: Uuid,
    reason: &str,
    until: Option<Timestamp>,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params = sql::PauseParams { reason, until, by, now, organization: tenant.organization, account };
    found(sql::pause().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?)
}

/// Ends a pause.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn unpause(tenant: &Tenant<'_>, account: Uuid, now: Timestamp) -> Result<(), StoreError> {
    found(
        sql::unpause()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &now, &tenant.organization, &account)
            .await?,
    )
}

/// Asks for a look at what changed, at once.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn request_poll(tenant: &Tenant<'_>, account: Uuid, now: Timestamp) -> Result<(), StoreError> {
    found(
        sql::request_poll()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &now, &tenant.organization, &account)
            .await?,
    )
}

/// Asks for a full sweep.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn request_sweep(tenant: &Tenant<'_>, account: Uuid, now: Timestamp) -> Result<(), StoreError> {
    found(
        sql::request_sweep()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &now, &tenant.organization, &account)
            .await?,
    )
}

/// Replaces an account's settings, checked by the adapter before.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn update_settings(
    tenant: &Tenant<'_>,
    account: Uuid,
    settings: &Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    found(
        sql::update_settings()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &settings, &now, &tenant.organization, &account)
            .await?,
    )
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::NotFound("account")) } else { Ok(()) }
}
