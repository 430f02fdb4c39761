//! Rows brought to what the switch says, a bounded portion at a time: whatever form each is in, it is read, and written in
//! the form that is wanted. A portion that was lost with its transaction is done again.

use std::collections::HashMap;

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::sealing as sql};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Opened, Phase, Sealing, Value, open, values};
use crate::{
    domain::{
        fingerprint::Fingerprint,
        identifiers::{Cipher, Place, is_open},
    },
    store::{error::StoreError, identity, tenant::Tenant},
};

/// Brings the next portion of at most `most` contacts to what the switch says; answers whether there is more.
///
/// # Errors
/// [`StoreError`].
pub async fn turn(tenant: &Tenant<'_>, most: i64, now: Timestamp) -> Result<bool, StoreError> {
    // Nobody decides who is whom meanwhile.
    identity::hold(tenant, now).await?;
    let organization = tenant.organization;
    let Some(row) = sql::sealing().bind(&tenant.tx, &organization).opt().await? else { return Ok(false) };
    let sealing = Sealing::of(tenant).await?;
    let Some(cipher) = sealing.cipher() else { return Ok(false) };
    let after = row.done_until;
    let (phase, done_until, done) = match Phase::parse(&row.phase) {
        Phase::Settled => return Ok(false),
        Phase::Keys => match keys(tenant, cipher, after, most).await? {
            Some((last, contacts)) => (Phase::Keys, Some(last), row.done + contacts),
            None => (Phase::Rows, None, 0),
        },
        Phase::Rows => match contacts(tenant, &sealing, cipher, after, most).await? {
            Some((last, contacts)) => (Phase::Rows, Some(last), row.done + contacts),
            None => (Phase::Settled, after, row.done),
        },
    };
    let params = sql::AdvanceSealingParams { phase: phase.as_str(), done_until, done, now, organization };
    sql::advance_sealing().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(phase != Phase::Settled)
}

/// Digests anew what the next contacts share; answers the last of them and how many they are.
async fn keys(
    tenant: &Tenant<'_>,
    cipher: &Cipher,
    after: Option<Uuid>,
    most: i64,
) -> Result<Option<(Uuid, i64)>, StoreError> {
    let organization = tenant.organization;
    let params = sql::LastOfKeysParams { organization, after, most };
    let portion = sql::last_of_keys().params(&tenant.tx, &params).one().await?;
    let Some(last) = portion.last else { return Ok(None) };
    let params = sql::NextKeysParams { organization, after, most };
    let rows = sql::next_keys().params(&tenant.tx, &params).all().await?;
    let digest = |row: &sql::NextKeys| -> Result<Vec<u8>, StoreError> {
        let open = Fingerprint::try_from(row.digest.as_slice())
            .map_err(|_| StoreError::Refused("a digest is not what was stored".to_owned()))?;
        Ok(cipher.shared(&open).to_vec())
    };
    let digests = rows.iter().map(digest).collect::<Result<Vec<_>, _>>()?;
    let params = sql::TurnKeysParams {
        contacts: rows.iter().map(|row| row.contact_id).collect::<Vec<_>>(),
        kinds: rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(),
        olds: rows.iter().map(|row| row.digest.as_slice()).collect::<Vec<_>>(),
        digests,
        organization,
    };
    sql::turn_keys().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
    Ok(Some((last, portion.contacts)))
}

/// Brings the next contacts to what the switch says; answers the last of them and how many they are.
async fn contacts(
    tenant: &Tenant<'_>,
    sealing: &Sealing,
    cipher: &Cipher,
    after: Option<Uuid>,
    most: i64,
) -> Result<Option<(Uuid, i64)>, StoreError> {
    let params = sql::NextContactsParams { organization: tenant.organization, after, most };
    let rows = sql::next_contacts().params(&tenant.tx, &params).all().await?;
    let Some(last) = rows.last().map(|row| row.id) else { return Ok(None) };
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let opened = open(tenant, sealing, &ids, &super::OF_CONTACT).await?;
    let mut turned = Turned { tenant, sealing, cipher, opened, kept: Vec::new() };
    turned.contacts(&rows).await?;
    turned.patients(&ids).await?;
    turned.identities(&ids).await?;
    turned.persons(&ids).await?;
    values::keep(tenant, &ids, &Place::ALL, &turned.kept).await?;
    Ok(Some((last, i64::try_from(rows.len()).unwrap_or(i64::MAX))))
}

/// A portion of contacts on its way.
struct Turned<'a> {
    tenant: &'a Tenant<'a>,
    sealing: &'a Sealing,
    cipher: &'a Cipher,
    opened: Opened,
    kept: Vec<Value>,
}

impl Turned<'_> {
    /// What goes into the column: the value, or nothing and the value is sealed.
    fn column(
        &mut self,
        id: Uuid,
        place: Place,
        value: Option<String>,
    ) -> Result<Option<String>, StoreError> {
        let Some(value) = value else { return Ok(None) };
        if self.sealing.seals_at(place, &value).is_none() {
            return Ok(Some(value));
        }
        self.kept.push(Value::of(self.cipher, (id, id), place, &value)?);
        Ok(None)
    }

    /// The digest of a record as it is kept from now on.
    fn fingerprint(&self, kept: Vec<u8>) -> Vec<u8> {
        match Fingerprint::try_from(kept.as_slice()) {
            Ok(open) if is_open(&kept) => self.cipher.fingerprint(&open),
            _ => kept,
        }
    }

    async fn contacts(&mut self, rows: &[sql::NextContacts]) -> Result<(), StoreError> {
        let (mut names, mut emails, mut phones) = (Vec::new(), Vec::new(), Vec::new());
        let (mut originals, mut identifiers) = (Vec::new(), Vec::new());
        for row in rows {
            let mut column = |place, open: &Option<String>| {
                let value = self.opened.or(open.clone(), row.id, place);
                self.column(row.id, place, value)
            };
            names.push(column(Place::Name, &row.name)?);
            emails.push(column(Place::Email, &row.email)?);
            phones.push(column(Place::Phone, &row.phone)?);
            originals.push(column(Place::PhoneOriginal, &row.phone_original)?);
            identifiers.push(column(Place::Identifier, &row.identifier)?);
        }
        let params = sql::TurnContactsParams {
            ids: rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            names,
            emails,
            phones,
            phones_original: originals,
            identifiers,
            fingerprints: rows
                .iter()
                .map(|row| self.fingerprint(row.fingerprint.clone()))
                .collect::<Vec<_>>(),
            organization: self.tenant.organization,
        };
        sql::turn_contacts().prepare(&self.tenant.tx).await?.params(&self.tenant.tx, &params).await?;
        Ok(())
    }

    async fn patients(&mut self, ids: &[Uuid]) -> Result<(), StoreError> {
        let organization = self.tenant.organization;
        let rows = sql::phones_of().bind(&self.tenant.tx, &organization, &ids).all().await?;
        let (mut patients, mut phones, mut fingerprints) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let told = row.phones.as_array().is_some_and(|phones| !phones.is_empty());
            let open = told.then(|| row.phones.to_string());
            let value = self.opened.or(open, row.id, Place::PatientPhones);
            let column = self.column(row.id, Place::PatientPhones, value)?;
            let column = column.as_deref().map_or(Ok(Json::Array(Vec::new())), serde_json::from_str);
            phones
                .push(column.map_err(|_| StoreError::Refused("numbers are not what was stored".to_owned()))?);
            fingerprints.push(self.fingerprint(row.fingerprint));
            patients.push(row.id);
        }
        let params = sql::TurnPatientsParams { ids: patients, phones, fingerprints, organization };
        sql::turn_patients().prepare(&self.tenant.tx).await?.params(&self.tenant.tx, &params).await?;
        Ok(())
    }

    async fn identities(&mut self, ids: &[Uuid]) -> Result<(), StoreError> {
        let organization = self.tenant.organization;
        let places = [Place::Identity.as_str()];
        let params = sql::SealedOfParams { organization, contacts: ids, places: &places[..] };
        let sealed = sql::sealed_of().params(&self.tenant.tx, &params).all().await?;
        let mut known = HashMap::with_capacity(sealed.len());
        for row in sealed {
            known.insert(row.row_id, self.cipher.open(Place::Identity, row.row_id, &row.body)?);
        }
        let rows = sql::identities_of().bind(&self.tenant.tx, &organization, &ids).all().await?;
        let (mut changed, mut values) = (Vec::new(), Vec::new());
        for row in rows {
            let value = known.remove(&row.id).unwrap_or_else(|| row.value.clone());
            let stands = match self.sealing.identity(&row.kind, row.channel.as_deref(), &value) {
                None => value,
                Some(stands) => {
                    let whose = (row.contact_id, row.id);
                    self.kept.push(Value::of(self.cipher, whose, Place::Identity, &value)?);
                    stands
                }
            };
            if stands != row.value {
                changed.push(row.id);
                values.push(stands);
            }
        }
        let params = sql::TurnIdentitiesParams { ids: changed, values, organization };
        sql::turn_identities().prepare(&self.tenant.tx).await?.params(&self.tenant.tx, &params).await?;
        Ok(())
    }

    async fn persons(&mut self, ids: &[Uuid]) -> Result<(), StoreError> {
        let (organization, tenant) = (self.tenant.organization, self.tenant);
        let opened = open(tenant, self.sealing, ids, &super::OF_PERSON).await?;
        let rows = sql::held_by_persons().bind(&tenant.tx, &organization, &ids).all().await?;
        let (mut persons, mut names) = (Vec::new(), Vec::new());
        let (mut emails, mut phones) = (Vec::new(), Vec::new());
        for row in rows {
            let name = opened.or(row.name, row.id, Place::PersonName);
            names.push(self.column(row.id, Place::PersonName, name)?);
            let email = opened.or(row.email, row.id, Place::PersonEmail);
            let phone = opened.or(row.phone, row.id, Place::PersonPhone);
            emails.push(self.column(row.id, Place::PersonEmail, email)?);
            phones.push(self.column(row.id, Place::PersonPhone, phone)?);
            persons.push(row.id);
        }
        let params = sql::TurnPersonsParams { ids: persons, names, emails, phones, organization };
        sql::turn_persons().prepare(&tenant.tx).await?.params(&tenant.tx, &params).await?;
        Ok(())
    }
}
