//! Sealed values: written, forgotten, opened.

use std::collections::{BTreeSet, HashMap};

use routiq_sql::{client::Params, queries::sealing as sql};
use uuid::Uuid;

use super::{ByPlace, Sealing};
use crate::{
    domain::{
        fingerprint::Fingerprint,
        identifiers::{Cipher, Place},
    },
    store::{error::StoreError, tenant::Tenant},
};

/// A value, sealed for its row.
#[derive(Clone, Debug)]
pub struct Value {
    contact: Uuid,
    row: Uuid,
    place: Place,
    digest: Fingerprint,
    body: Vec<u8>,
}

impl Value {
    /// Seals a value of a row that is a contact's, or of a person.
    ///
    /// # Errors
    /// [`StoreError::Seal`].
    pub(super) fn of(
        cipher: &Cipher,
        (contact, row): (Uuid, Uuid),
        place: Place,
        value: &str,
    ) -> Result<Self, StoreError> {
        let body = cipher.seal(place, row, value)?;
        Ok(Self { contact, row, place, digest: cipher.digest(place, value), body })
    }
}

/// Keeps these values, and no others in these places of these contacts or persons; answers those of whom anything differs
/// from what was sealed before.
pub(super) async fn keep(
    tenant: &Tenant<'_>,
    contacts: &[Uuid],
    places: &[Place],
    kept: &[Value],
) -> Result<BTreeSet<Uuid>, StoreError> {
    let organization = tenant.organization;
    let names: Vec<&str> = places.iter().map(|place| place.as_str()).collect();
    let params = sql::DropSealedParams {
        organization,
        contacts,
        places: &names[..],
        keep_contacts: kept.iter().map(|value| value.contact).collect::<Vec<_>>(),
        keep_places: kept.iter().map(|value| value.place.as_str()).collect::<Vec<_>>(),
        keep_rows: kept.iter().map(|value| value.row).collect::<Vec<_>>(),
    };
    let dropped = sql::drop_sealed().params(&tenant.tx, &params).all().await?;
    let mut differ: BTreeSet<Uuid> = dropped.into_iter().collect();
    differ.extend(add(tenant, kept).await?);
    Ok(differ)
}

/// Keeps these values beside others; answers those of whom anything differs from what was sealed before.
pub(super) async fn add(tenant: &Tenant<'_>, kept: &[Value]) -> Result<BTreeSet<Uuid>, StoreError> {
    if kept.is_empty() {
        return Ok(BTreeSet::new());
    }
    let params = sql::KeepSealedParams {
        organization: tenant.organization,
        contacts: kept.iter().map(|value| value.contact).collect::<Vec<_>>(),
        places: kept.iter().map(|value| value.place.as_str()).collect::<Vec<_>>(),
        rows: kept.iter().map(|value| value.row).collect::<Vec<_>>(),
        digests: kept.iter().map(|value| value.digest.to_vec()).collect::<Vec<_>>(),
        bodies: kept.iter().map(|value| value.body.as_slice()).collect::<Vec<_>>(),
    };
    let written = sql::keep_sealed().params(&tenant.tx, &params).all().await?;
    Ok(written.into_iter().collect())
}

impl Sealing {
    /// Seals identities that were just written: contact, row, and the value.
    pub(in crate::store) async fn keep_identities(
        &self,
        tenant: &Tenant<'_>,
        written: &[(Uuid, Uuid, &str)],
    ) -> Result<(), StoreError> {
        let Some(cipher) = self.cipher() else { return Ok(()) };
        let sealed = written
            .iter()
            .map(|(contact, row, value)| Value::of(cipher, (*contact, *row), Place::Identity, value))
            .collect::<Result<Vec<_>, _>>()?;
        add(tenant, &sealed).await.map(drop)
    }

    /// Forgets what is sealed of identities that are gone: contact and row.
    pub(in crate::store) async fn forget_identities(
        &self,
        tenant: &Tenant<'_>,
        gone: &[(Uuid, Uuid)],
    ) -> Result<(), StoreError> {
        if self.cipher().is_none() || gone.is_empty() {
            return Ok(());
        }
        let (contacts, rows): (Vec<Uuid>, Vec<Uuid>) = gone.iter().copied().unzip();
        let params = sql::DropSealedIdentitiesParams { organization: tenant.organization, contacts, rows };
        sql::drop_sealed_identities().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
        Ok(())
    }

    /// Keeps what is sealed of persons: each with its name, address and number. A person without any has nothing sealed.
    pub(in crate::store) async fn keep_persons(
        &self,
        tenant: &Tenant<'_>,
        persons: &[(Uuid, [Option<&str>; 3])],
    ) -> Result<(), StoreError> {
        let Some(cipher) = self.cipher() else { return Ok(()) };
        let mut kept = Vec::new();
        for (id, values) in persons {
            for (place, value) in super::OF_PERSON.into_iter().zip(values) {
                if let Some(value) = value.filter(|value| self.seals_at(place, value).is_some()) {
                    kept.push(Value::of(cipher, (*id, *id), place, value)?);
                }
            }
        }
        let ids: Vec<Uuid> = persons.iter().map(|(id, _)| *id).collect();
        keep(tenant, &ids, &super::OF_PERSON, &kept).await.map(drop)
    }
}

/// Values of contacts or persons, opened. Never printed.
#[derive(Clone, Default)]
pub struct Opened(ByPlace);

impl Opened {
    /// What holds: the open value, or the one that was sealed.
    pub fn or(&self, open: Option<String>, contact: Uuid, place: Place) -> Option<String> {
        open.or_else(|| self.get(contact, place).map(str::to_owned))
    }

    /// The value that was sealed.
    pub fn get(&self, contact: Uuid, place: Place) -> Option<&str> {
        self.0.get(&(contact, place)).map(String::as_str)
    }
}

/// Opens what is sealed of contacts, or of persons, in some places.
///
/// # Errors
/// [`StoreError::Seal`] when a value stands where it does not belong.
pub async fn open(
    tenant: &Tenant<'_>,
    sealing: &Sealing,
    contacts: &[Uuid],
    places: &[Place],
) -> Result<Opened, StoreError> {
    let Some(cipher) = sealing.cipher() else { return Ok(Opened::default()) };
    let names: Vec<&str> = places.iter().map(|place| place.as_str()).collect();
    let params = sql::SealedOfParams { organization: tenant.organization, contacts, places: &names[..] };
    let rows = sql::sealed_of().params(&tenant.tx, &params).all().await?;
    let mut opened = HashMap::with_capacity(rows.len());
    for row in rows {
        let Some(place) = Place::parse(&row.place) else { continue };
        opened.insert((row.contact_id, place), cipher.open(place, row.row_id, &row.body)?);
    }
    Ok(Opened(opened))
}

/// Where channels reach contacts, by contact: the channel and the address.
pub type Channels = HashMap<Uuid, Vec<(String, String)>>;

/// Opens where channels reach contacts, as far as that is sealed.
///
/// # Errors
/// [`StoreError::Seal`].
pub async fn channels(
    tenant: &Tenant<'_>,
    sealing: &Sealing,
    contacts: &[Uuid],
) -> Result<Channels, StoreError> {
    let Some(cipher) = sealing.cipher() else { return Ok(Channels::new()) };
    let params = sql::SealedChannelsParams { organization: tenant.organization, contacts };
    let mut channels = Channels::new();
    for row in sql::sealed_channels().params(&tenant.tx, &params).all().await? {
        let address = cipher.open(Place::Identity, row.row_id, &row.body)?;
        if let Some(channel) = row.channel {
            channels.entry(row.contact_id).or_default().push((channel, address));
        }
    }
    Ok(channels)
}
