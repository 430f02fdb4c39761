//! The switch: which fields an organization seals, and how far its rows are so.

use std::collections::BTreeSet;

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::sealing as sql};
use uuid::Uuid;

use super::{Phase, owner, sealed};
use crate::{
    domain::{
        identifiers::{Cipher, Field},
        seal::{Keyring, SealError, Sealed},
    },
    store::{Store, accounts, error::StoreError, tenant::Tenant},
};

/// Platforms that know a person by nothing but a telephone number: it is their id there and in every row that names them.
const KNOWN_BY_NUMBER: [&str; 1] = ["twilio"];

/// What an organization seals, and how far its rows are so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is to be sealed.
    pub fields: BTreeSet<Field>,
    /// How far it is.
    pub phase: Phase,
    /// Contacts done in this phase.
    pub done: u64,
    /// Contacts in all.
    pub contacts: u64,
    /// Who said so, and when.
    pub changed: (String, Timestamp),
    /// When every row was so.
    pub settled_at: Option<Timestamp>,
}

/// What became of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switched {
    /// It holds; what was sealed before.
    Done(BTreeSet<Field>),
    /// It was so before.
    Already,
    /// Telephone numbers are the ids of this platform, which the organization has an account of.
    KnownByNumber(String),
}

/// What an organization seals; none where nothing was ever sealed.
///
/// # Errors
/// [`StoreError`].
pub async fn standing(tenant: &Tenant<'_>) -> Result<Option<Standing>, StoreError> {
    let Some(row) = sql::sealing().bind(&tenant.tx, &tenant.organization).opt().await? else {
        return Ok(None);
    };
    let contacts = sql::count_everybody().bind(&tenant.tx, &tenant.organization).one().await?;
    Ok(Some(Standing {
        fields: row.fields.iter().filter_map(|word| Field::parse(word)).collect(),
        phase: Phase::parse(&row.phase),
        done: u64::try_from(row.done).unwrap_or_default(),
        contacts: u64::try_from(contacts).unwrap_or_default(),
        changed: (row.changed_by, row.changed_at),
        settled_at: row.settled_at,
    }))
}

/// Where rows are on their way to what the switch says; none where they are so.
///
/// # Errors
/// [`StoreError`].
pub async fn turning(tenant: &Tenant<'_>) -> Result<Option<Phase>, StoreError> {
    let phase = sql::sealing_phase().bind(&tenant.tx, &tenant.organization).opt().await?;
    Ok(phase.map(|phase| Phase::parse(&phase)))
}

/// Says what an organization seals from now on. Whoever writes after this commits writes so; what stands is brought to it by
/// the organization's rollup. Waits for transactions that are under way: of actors, and of who stands beside them.
///
/// # Errors
/// [`StoreError::Seal`] without a master key.
pub async fn switch(
    tenant: &Tenant<'_>,
    fields: &BTreeSet<Field>,
    by: &str,
    now: Timestamp,
) -> Result<Switched, StoreError> {
    // Before any fence is: who raises one would wait for as long as this does.
    sql::take_switch().bind(&tenant.tx, &tenant.organization).one().await?;
    let before = standing(tenant).await?;
    let held = before.as_ref().map(|standing| standing.fields.clone()).unwrap_or_default();
    if held == *fields {
        return Ok(Switched::Already);
    }
    let listed = accounts::list(tenant).await?;
    if fields.contains(&Field::Phone)
        && let Some(account) = listed.iter().find(|it| KNOWN_BY_NUMBER.contains(&it.platform.as_str()))
    {
        return Ok(Switched::KnownByNumber(account.platform.clone()));
    }
    sql::pass_fences().prepare(&tenant.tx).await?.bind(&tenant.tx, &tenant.organization).await?;
    let words: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
    let (organization, keys) = (tenant.organization, tenant.keys.ok_or(SealError::Unsealable)?);
    if before.is_some() {
        let params = sql::SwitchSealingParams { fields: &words[..], by, now, organization };
        sql::switch_sealing().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    } else {
        let secret = sealed(keys, &Cipher::random(organization), organization)?;
        let params = sql::BeginSealingParams {
            organization,
            fields: &words[..],
            key_version: secret.key_version,
            wrapped_key: &secret.wrapped_key[..],
            body: &secret.body[..],
            by,
            now,
        };
        sql::begin_sealing().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    }
    Ok(Switched::Done(held))
}

/// Whether an organization may have an account of that platform while it seals what it seals.
///
/// # Errors
/// [`StoreError`].
pub async fn pass(tenant: &Tenant<'_>, platform: &str) -> Result<bool, StoreError> {
    if !KNOWN_BY_NUMBER.contains(&platform) {
        return Ok(true);
    }
    Ok(standing(tenant).await?.is_none_or(|standing| !standing.fields.contains(&Field::Phone)))
}

/// Wraps the organization's secret with the newest master key; answers how many were. What hangs on the secret stays.
///
/// # Errors
/// [`StoreError::Seal`].
pub async fn rewrap(tenant: &Tenant<'_>, keys: &Keyring) -> Result<u64, StoreError> {
    let organization: Uuid = tenant.organization;
    let Some(row) = sql::sealing().bind(&tenant.tx, &organization).opt().await? else { return Ok(0) };
    if row.key_version >= keys.current() {
        return Ok(0);
    }
    let old = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: row.body };
    let new = keys.rewrap(&old, &owner(organization))?;
    let params = sql::RewrapSealingParams {
        key_version: new.key_version,
        wrapped_key: &new.wrapped_key[..],
        organization,
        old_version: old.key_version,
    };
    Ok(sql::rewrap_sealing().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?)
}

/// Lets a transaction that has no fence of its own work beside actors: the switch stays where it is until that ends, and it
/// fails where the switch moved since it began. Whoever raises fences waits for neither.
///
/// # Errors
/// [`StoreError::Transient`] where it did.
pub async fn stand_beside(store: &Store, tenant: &Tenant<'_>) -> Result<(), StoreError> {
    let organization = tenant.organization;
    sql::keep_switch().bind(&tenant.tx, &organization).one().await?;
    // What the transaction sees may be older than the lock: somebody else sees what holds.
    let mut session = store.session(organization).await?;
    let now = session.begin(None).await?;
    let said = async |tenant: &Tenant<'_>| -> Result<_, StoreError> {
        let row = sql::sealing().bind(&tenant.tx, &organization).opt().await?;
        Ok(row.map(|row| (row.fields, row.phase, row.changed_at)))
    };
    if said(tenant).await? != said(&now).await? {
        return Err(StoreError::Transient("what is sealed was changed meanwhile".to_owned()));
    }
    Ok(())
}
