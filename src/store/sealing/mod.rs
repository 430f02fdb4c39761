//! Contact identifiers that an organization keeps sealed: its switch, and what stands in rows because of it.
//!
//! A sealed value is null in its own column and stands in `sealed_values`; what is looked up or compared carries digests. Both
//! forms are read wherever they are met, so that rows may be on their way from one to the other.

mod switch;
mod turn;
mod values;

use std::collections::{BTreeSet, HashMap};

use routiq_sql::queries::sealing as sql;
use uuid::Uuid;

pub use self::{
    switch::{Standing, Switched, pass, rewrap, stand_beside, standing, switch, turning},
    turn::turn,
    values::{Channels, Opened, Value, channels, open},
};
use super::{error::StoreError, tenant::Tenant};
use crate::domain::{
    change::Contact,
    fingerprint::Fingerprint,
    identifiers::{Cipher, Field, Place},
    identity::Key,
    seal::{Keyring, SealError, Sealed},
};

/// The values of a contact's own rows.
pub(super) const OF_CONTACT: [Place; 6] =
    [Place::Name, Place::Email, Place::Phone, Place::PhoneOriginal, Place::Identifier, Place::PatientPhones];
/// The values that hold of a person.
pub(super) const OF_PERSON: [Place; 3] = [Place::PersonName, Place::PersonEmail, Place::PersonPhone];

/// How far rows are as the switch says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// What contacts share is being digested anew; nobody is matched meanwhile.
    Keys,
    /// Contacts are being brought to what the switch says.
    Rows,
    /// Every row is so.
    Settled,
}

impl Phase {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Rows => "rows",
            Self::Settled => "settled",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "keys" => Self::Keys,
            "settled" => Self::Settled,
            _ => Self::Rows,
        }
    }
}

/// What an organization seals, with what opens it.
#[derive(Clone, Debug, Default)]
pub struct Sealing {
    fields: BTreeSet<Field>,
    cipher: Option<Cipher>,
    phase: Option<Phase>,
}

impl Sealing {
    /// Reads what the organization of a transaction seals.
    ///
    /// # Errors
    /// [`StoreError::Seal`] when no key opens its secret.
    pub async fn of(tenant: &Tenant<'_>) -> Result<Self, StoreError> {
        let organization = tenant.organization;
        let Some(row) = sql::sealing().bind(&tenant.tx, &organization).opt().await? else {
            return Ok(Self::default());
        };
        let sealed = Sealed { key_version: row.key_version, wrapped_key: row.wrapped_key, body: row.body };
        let keys = tenant.keys.ok_or(SealError::UnknownKey(row.key_version))?;
        let secret = keys.open(&sealed, &owner(organization))?;
        Ok(Self {
            fields: row.fields.iter().filter_map(|word| Field::parse(word)).collect(),
            cipher: Some(Cipher::of(organization, &secret)?),
            phase: Some(Phase::parse(&row.phase)),
        })
    }

    /// The cipher; none where nothing was ever sealed.
    pub(super) fn cipher(&self) -> Option<&Cipher> {
        self.cipher.as_ref()
    }

    /// The cipher, where this field is to be sealed.
    pub(super) fn seals(&self, field: Field) -> Option<&Cipher> {
        self.cipher.as_ref().filter(|_| self.fields.contains(&field))
    }

    /// The cipher, where this value of this place is to be sealed.
    pub(super) fn seals_at(&self, place: Place, value: &str) -> Option<&Cipher> {
        self.cipher.as_ref().filter(|_| place.field(value).is_some_and(|field| self.fields.contains(&field)))
    }

    /// What goes into a column: nothing where its value is sealed.
    pub(super) fn plain<'a>(&self, place: Place, value: Option<&'a str>) -> Option<&'a str> {
        value.filter(|value| self.seals_at(place, value).is_none())
    }

    /// What stands in place of an identity that is sealed, by which it is looked up; none where it stands itself.
    pub(super) fn identity(&self, kind: &str, channel: Option<&str>, value: &str) -> Option<String> {
        Some(self.seals(Field::of_identity(kind, channel, value))?.token(kind, value))
    }

    /// The digest of a record as it is kept.
    pub(super) fn fingerprint(&self, open: &Fingerprint) -> Vec<u8> {
        self.cipher.as_ref().map_or_else(|| open.to_vec(), |cipher| cipher.fingerprint(open))
    }

    /// Whether a kept digest is of this record, in either form.
    pub(super) fn is_of(&self, kept: &[u8], open: &Fingerprint) -> bool {
        kept == open || self.cipher.as_ref().is_some_and(|cipher| kept == cipher.fingerprint(open))
    }

    /// What contacts share, as it is kept.
    pub(super) fn shared(&self, key: Key) -> Key {
        match self.cipher.as_ref().filter(|_| self.phase != Some(Phase::Keys)) {
            None => key,
            Some(cipher) => Key { digest: cipher.shared(&key.digest), ..key },
        }
    }

    /// Whether two of what stands for an identity of that kind are two forms of the same.
    pub(super) fn is_same(&self, kind: &str, one: &str, other: &str) -> bool {
        let is_form = |cipher: &Cipher| cipher.token(kind, one) == other || cipher.token(kind, other) == one;
        self.cipher.as_ref().is_some_and(is_form)
    }

    /// Everything by which an identity may be looked up: itself, and what stands in its place where it is sealed.
    pub(super) fn forms(&self, kind: &str, value: &str) -> Vec<String> {
        let sealed = self.cipher.as_ref().map(|cipher| cipher.token(kind, value));
        std::iter::once(value.to_owned()).chain(sealed).collect()
    }

    /// Everything under which what contacts share may be kept.
    pub(super) fn digests(&self, key: &Key) -> Vec<Vec<u8>> {
        let again = self.cipher.as_ref().map(|cipher| cipher.shared(&key.digest).to_vec());
        std::iter::once(key.digest.to_vec()).chain(again).collect()
    }

    /// Keeps what is sealed of contacts that were just written, and nothing else; answers those of whom it differs from what
    /// was sealed before.
    pub(super) async fn keep_contacts(
        &self,
        tenant: &Tenant<'_>,
        written: &[(Uuid, &Contact)],
    ) -> Result<BTreeSet<Uuid>, StoreError> {
        let Some(cipher) = &self.cipher else { return Ok(BTreeSet::new()) };
        let mut kept = Vec::new();
        for (id, contact) in written {
            for (place, value) in said(contact)? {
                if self.seals_at(place, &value).is_some() {
                    kept.push(Value::of(cipher, (*id, *id), place, &value)?);
                }
            }
        }
        let ids: Vec<Uuid> = written.iter().map(|(id, _)| *id).collect();
        values::keep(tenant, &ids, &OF_CONTACT, &kept).await
    }
}

/// The values of a contact that may be sealed.
fn said(contact: &Contact) -> Result<Vec<(Place, String)>, StoreError> {
    let mut said = Vec::new();
    let fields = [
        (Place::Name, &contact.name),
        (Place::Email, &contact.email),
        (Place::Phone, &contact.phone),
        (Place::PhoneOriginal, &contact.phone_original),
        (Place::Identifier, &contact.identifier),
    ];
    for (place, value) in fields {
        said.extend(value.iter().map(|value| (place, value.clone())));
    }
    if let Some(patient) = contact.patient.as_ref().filter(|patient| !patient.phones.is_empty()) {
        let phones = serde_json::to_value(&patient.phones)
            .map_err(|_| StoreError::Refused("a patient's numbers could not be written".to_owned()))?;
        said.push((Place::PatientPhones, phones.to_string()));
    }
    Ok(said)
}

/// What an organization's secret is bound to.
fn owner(organization: Uuid) -> String {
    format!("{organization}/identifiers")
}

/// Seals an organization's secret under the newest master key.
fn sealed(keys: &Keyring, cipher: &Cipher, organization: Uuid) -> Result<Sealed, StoreError> {
    Ok(keys.seal(cipher.secret(), &owner(organization))?)
}

/// Values, opened, by whose and where.
pub(super) type ByPlace = HashMap<(Uuid, Place), String>;
