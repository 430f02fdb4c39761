//! The addresses that platforms send webhooks to: an unguessable token in the path, of which only the hash is kept, and
//! the secrets that signatures are checked with, sealed for this organization, platform and address.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use rand::RngCore;
use routiq_sql::{client::Params, queries::hooks as sql};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{error::StoreError, pool::Store, tenant::Tenant};
use crate::domain::seal::{Keyring, SealError, Sealed};

/// Random bytes of a token: 192 bits.
const TOKEN: usize = 24;
/// Signing secrets of one address: the new one and, while it is replaced, the old one.
pub const SECRETS: usize = 2;

/// A token as it stands in the path; shown once, when it is made.
pub fn new_token() -> SecretString {
    let mut bytes = [0; TOKEN];
    rand::rng().fill_bytes(&mut bytes);
    SecretString::from(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token. It is random and long, so a plain hash cannot be turned back.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Whose an address is, and how its deliveries are checked.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The organization.
    pub organization: Uuid,
    /// The address.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// Which verifier reads its deliveries: the account's platform, or `poll`.
    pub platform: String,
    /// The platform of the account.
    pub account_platform: String,
    /// The account's id at the platform.
    pub external_id: String,
    /// The account's settings.
    pub settings: Value,
    /// Signing secrets, newest first.
    pub secrets: Vec<SecretString>,
    /// Until when it holds, if it was replaced.
    pub retires_at: Option<Timestamp>,
}

/// Finds an address by the hash of its token, for any organization; none when no active one has it.
///
/// # Errors
/// [`StoreError`], also when its secrets cannot be opened.
pub async fn find(
    store: &Store,
    keys: &Keyring,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Endpoint>, StoreError> {
    let client = store.directory().await?;
    let Some(row) = sql::directory_hook().bind(&client, &&hash[..], &now).opt().await? else {
        return Ok(None);
    };
    let bound = owner(row.organization_id, &row.platform, row.id);
    let secrets = open(keys, sealed(row.key_version, row.wrapped_key, row.sealed), &bound)?;
    Ok(Some(Endpoint {
        organization: row.organization_id,
        id: row.id,
        account: row.account_id,
        platform: row.platform,
        account_platform: row.account_platform,
        external_id: row.external_id,
        settings: row.settings,
        secrets,
        retires_at: row.retires_at,
    }))
}

/// A new address of an account.
#[derive(Clone, Debug)]
pub struct NewEndpoint<'a> {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// Which verifier reads its deliveries.
    pub platform: &'a str,
    /// Signing secrets, newest first; at most [`SECRETS`].
    pub secrets: &'a [SecretString],
    /// Who makes it.
    pub by: &'a str,
}

/// Makes an address; the token is shown here and never again.
///
/// # Errors
/// [`StoreError::Exists`] when the account has one of this kind.
pub async fn create(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    new: &NewEndpoint<'_>,
    now: Timestamp,
) -> Result<SecretString, StoreError> {
    let token = new_token();
    let hash = token_hash(token.expose_secret());
    let sealed = seal(keys, new.secrets, &owner(tenant.organization, new.platform, new.id))?;
    let params = sql::InsertHookParams {
        organization: tenant.organization,
        id: new.id,
        account: new.account,
        platform: new.platform,
        token_hash: &hash[..],
        key_version: sealed.as_ref().map(|sealed| sealed.key_version),
        wrapped_key: sealed.as_ref().map(|sealed| &sealed.wrapped_key[..]),
        sealed: sealed.as_ref().map(|sealed| &sealed.body[..]),
        created_by: new.by,
        now,
    };
    sql::insert_hook()
        .params(&tenant.tx, &params)
        .opt()
        .await?
        .ok_or(StoreError::Exists("webhook address"))?;
    Ok(token)
}

/// Makes a new token for an address; the old one holds for `overlap` more, one that retired before no longer. The
/// secrets go along. Answers the new address' token.
///
/// # Errors
/// [`StoreError::NotFound`] when the address is not active.
pub async fn rotate(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    id: Uuid,
    (successor, by): (Uuid, &str),
    overlap: Duration,
    now: Timestamp,
) -> Result<SecretString, StoreError> {
    let row = load(tenant, id).await?;
    if row.status != "active" {
        return Err(StoreError::NotFound("active webhook address"));
    }
    let bound = owner(tenant.organization, &row.platform, id);
    let secrets = open(keys, sealed(row.key_version, row.wrapped_key, row.sealed), &bound)?;
    let organization = tenant.organization;
    sql::revoke_hooks_retiring()
        .prepare(&tenant.tx)
        .await?
        .bind(&tenant.tx, &now, &organization, &row.account_id, &row.platform.as_str())
        .await?;
    let overlap = SignedDuration::try_from(overlap).unwrap_or(SignedDuration::MAX);
    let until = now.saturating_add(overlap).unwrap_or(Timestamp::MAX);
    sql::retire_hook().prepare(&tenant.tx).await?.bind(&tenant.tx, &until, &now, &organization, &id).await?;
    let new = NewEndpoint {
        id: successor,
        account: row.account_id,
        platform: &row.platform,
        secrets: &secrets,
        by,
    };
    create(tenant, keys, &new, now).await
}

/// Ends an address at once.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn revoke(tenant: &Tenant<'_>, id: Uuid, now: Timestamp) -> Result<(), StoreError> {
    found(
        sql::revoke_hook()
            .prepare(&tenant.tx)
            .await?
            .bind(&tenant.tx, &now, &tenant.organization, &id)
            .await?,
    )
}

/// Puts a signing secret before the ones there are; only the newest two stay valid.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn add_secret(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    id: Uuid,
    secret: SecretString,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = load(tenant, id).await?;
    let bound = owner(tenant.organization, &row.platform, id);
    let mut secrets = open(keys, sealed(row.key_version, row.wrapped_key, row.sealed), &bound)?;
    secrets.retain(|known| known.expose_secret() != secret.expose_secret());
    secrets.insert(0, secret);
    set_secrets(tenant, keys, (id, &row.platform), &secrets, now).await
}

/// Replaces the signing secrets, newest first.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn set_secrets(
    tenant: &Tenant<'_>,
    keys: &Keyring,
    (id, platform): (Uuid, &str),
    secrets: &[SecretString],
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(sealed) = seal(keys, secrets, &owner(tenant.organization, platform, id))? else {
        return Err(StoreError::Refused("an address keeps its secrets".to_owned()));
    };
    let params = sql::SealHookParams {
        key_version: sealed.key_version,
        wrapped_key: &sealed.wrapped_key[..],
        sealed: &sealed.body[..],
        now,
        organization: tenant.organization,
        id,
    };
    found(sql::seal_hook().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?)
}

/// Notes how our registration of an address stands at the platform.
///
/// # Errors
/// [`StoreError::NotFound`].
pub async fn note_check(
    tenant: &Tenant<'_>,
    id: Uuid,
    remote_id: Option<&str>,
    problem: Option<&str>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params = sql::CheckHookParams { remote_id, now, problem, organization: tenant.organization, id };
    found(sql::check_hook().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?)
}

/// The address of an account that is in use, with its registration at the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// Its id.
    pub id: Uuid,
    /// Our registration at the platform.
    pub remote_id: Option<String>,
    /// When the registration was last looked at.
    pub last_checked_at: Option<Timestamp>,
    /// What was wrong with it.
    pub last_problem: Option<String>,
}

/// Finds it; none when the account has no address of this kind.
///
/// # Errors
/// [`StoreError`].
pub async fn active(
    tenant: &Tenant<'_>,
    account: Uuid,
    platform: &str,
) -> Result<Option<Active>, StoreError> {
    let row = sql::active_hook().bind(&tenant.tx, &tenant.organization, &account, &platform).opt().await?;
    Ok(row.map(|row| Active {
        id: row.id,
        remote_id: row.remote_id,
        last_checked_at: row.last_checked_at,
        last_problem: row.last_problem,
    }))
}

/// An address as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account: Uuid,
    /// Which verifier reads its deliveries.
    pub platform: String,
    /// `active`, `retiring` or `revoked`.
    pub status: String,
    /// Until when it holds, if it was replaced.
    pub retires_at: Option<Timestamp>,
    /// Whether deliveries must be signed.
    pub signed: bool,
    /// What is wrong with our registration at the platform.
    pub last_problem: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The organization's addresses, newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tenant: &Tenant<'_>) -> Result<Vec<Listed>, StoreError> {
    let rows = sql::hooks_of().bind(&tenant.tx, &tenant.organization).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Listed {
            id: row.id,
            account: row.account_id,
            platform: row.platform,
            status: row.status,
            retires_at: row.retires_at,
            signed: row.key_version.is_some(),
            last_problem: row.last_problem,
            created_at: row.created_at,
        })
        .collect())
}

/// Wraps the secrets of every address with the current master key; answers how many.
///
/// # Errors
/// [`StoreError::Seal`] when an old master key is no longer configured.
pub async fn rewrap(tenant: &Tenant<'_>, keys: &Keyring, now: Timestamp) -> Result<u64, StoreError> {
    let (organization, mut wrapped) = (tenant.organization, 0);
    for row in sql::hooks_below().bind(&tenant.tx, &organization, &keys.current()).all().await? {
        let old = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: row.sealed };
        let new = keys.rewrap(&old, &owner(organization, &row.platform, row.id))?;
        let params = sql::RewrapHookParams {
            key_version: new.key_version,
            wrapped_key: &new.wrapped_key[..],
            now,
            organization,
            id: row.id,
            old_version: old.key_version,
        };
        wrapped += sql::rewrap_hook().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(wrapped)
}

async fn load(tenant: &Tenant<'_>, id: Uuid) -> Result<sql::LoadHook, StoreError> {
    sql::load_hook()
        .bind(&tenant.tx, &tenant.organization, &id)
        .opt()
        .await?
        .ok_or(StoreError::NotFound("webhook address"))
}

/// What the secrets are bound to: they open for no other organization, platform or address.
fn owner(organization: Uuid, platform: &str, endpoint: Uuid) -> String {
    format!("{organization}/{platform}/webhook/{endpoint}")
}

fn sealed(version: Option<i32>, wrapped: Option<Vec<u8>>, body: Option<Vec<u8>>) -> Option<Sealed> {
    Some(Sealed { key_version: version?, wrapped_key: wrapped?, body: body? })
}

fn seal(keys: &Keyring, secrets: &[SecretString], bound: &str) -> Result<Option<Sealed>, SealError> {
    if secrets.is_empty() {
        return Ok(None);
    }
    let newest: Vec<&str> = secrets.iter().take(SECRETS).map(ExposeSecret::expose_secret).collect();
    let text = zeroize::Zeroizing::new(serde_json::to_vec(&newest).map_err(|_| SealError::Unsealable)?);
    keys.seal(&text, bound).map(Some)
}

fn open(keys: &Keyring, sealed: Option<Sealed>, bound: &str) -> Result<Vec<SecretString>, SealError> {
    let Some(sealed) = sealed else { return Ok(Vec::new()) };
    let text = keys.open(&sealed, bound)?;
    let secrets: Vec<String> = serde_json::from_slice(&text).map_err(|_| SealError::Refused)?;
    Ok(secrets.into_iter().map(SecretString::from).collect())
}

fn found(rows: u64) -> Result<(), StoreError> {
    if rows == 0 { Err(StoreError::NotFound("webhook address")) } else { Ok(()) }
}
