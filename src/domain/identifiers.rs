//! Contact identifiers that an organization keeps sealed: which there are, where they stand, and the cipher that seals a
//! value, names it without telling it, and digests what was digested in the open before.
//!
//! Everything hangs on one random secret of the organization, which is wrapped by the master key like any other: when the
//! master key changes, the secret is wrapped again, and no value or index does.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use rand::RngCore;
use sha2::Sha256;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    fingerprint::Fingerprint,
    identity::{Reached, reached},
    seal::{self, SealError},
};

const KEY: usize = 32;
/// Of SHA-256, in bytes.
const BLOCK: usize = 64;
/// What stands in a column in place of a value that is sealed elsewhere begins so.
const TOKEN: &str = "sealed:";
/// A digest that was digested again begins so, which also makes it longer than one made in the open.
const AGAIN: u8 = 1;

/// What an organization can keep sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// E-mail addresses, those in channels too.
    Email,
    /// Telephone numbers, those in channels too.
    Phone,
    /// The practice's own identifiers, and every other address in a channel.
    Identifier,
}

impl Field {
    /// All.
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Identifier];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Identifier => "identifier",
        }
    }

    /// What the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// What a name is that is no name: platforms show a number or an address where they know none.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let written = |byte: u8| byte.is_ascii_digit() || b"+-()./ ".contains(&byte);
        if name.contains('@') && !name.contains(char::is_whitespace) {
            Some(Self::Email)
        } else if name.bytes().all(written) && name.bytes().filter(u8::is_ascii_digit).count() >= 6 {
            Some(Self::Phone)
        } else {
            None
        }
    }

    /// What a contact's identity of some kind is. What cannot be told apart is taken for what it looks like.
    pub fn of_identity(kind: &str, channel: Option<&str>, value: &str) -> Self {
        if let Some(field) = Self::parse(kind) {
            return field;
        }
        match channel.and_then(|channel| reached(channel, value)) {
            Some(Reached::Email(_)) => return Self::Email,
            Some(Reached::Phone(_)) => return Self::Phone,
            Some(Reached::Id(_)) => return Self::Identifier,
            None => {}
        }
        match channel {
            // Ids of digits alone, as long as numbers are.
            Some("instagram" | "tiktok" | "messenger") => return Self::Identifier,
            // A number that nobody could read is one still.
            Some("sms") => return Self::Phone,
            _ => {}
        }
        let digits = value.strip_prefix("whatsapp:").unwrap_or(value);
        let digits = digits.strip_prefix('+').unwrap_or(digits);
        let is_number = (6..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
        if value.contains('@') {
            Self::Email
        } else if is_number {
            Self::Phone
        } else {
            Self::Identifier
        }
    }
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A contact's name, where it is a number or an address.
    Name,
    /// A contact's address.
    Email,
    /// A contact's number, in E.164.
    Phone,
    /// The same as given.
    PhoneOriginal,
    /// A contact's identifier.
    Identifier,
    /// A patient's numbers, as JSON.
    PatientPhones,
    /// One of the ways in which a contact is known or reached.
    Identity,
    /// The name that holds of a person, where it is a number or an address.
    PersonName,
    /// The address that holds of a person.
    PersonEmail,
    /// The number that holds of a person.
    PersonPhone,
}

impl Place {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::PhoneOriginal,
        Self::Identifier,
        Self::PatientPhones,
        Self::Identity,
        Self::PersonName,
        Self::PersonEmail,
        Self::PersonPhone,
    ];

    /// The word stored: table and column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "contacts.name",
            Self::Email => "contacts.email",
            Self::Phone => "contacts.phone",
            Self::PhoneOriginal => "contacts.phone_original",
            Self::Identifier => "contacts.identifier",
            Self::PatientPhones => "patients.phones",
            Self::Identity => "contact_identities.value",
            Self::PersonName => "persons.name",
            Self::PersonEmail => "persons.email",
            Self::PersonPhone => "persons.phone",
        }
    }

    /// What the word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == word)
    }

    /// Whose switch a value here follows; none for a name that is one, and for an identity, whose kind says it.
    pub fn field(self, value: &str) -> Option<Field> {
        match self {
            Self::Name | Self::PersonName => Field::of_name(value),
            Self::Email | Self::PersonEmail => Some(Field::Email),
            Self::Phone | Self::PhoneOriginal | Self::PatientPhones | Self::PersonPhone => Some(Field::Phone),
            Self::Identifier => Some(Field::Identifier),
            Self::Identity => None,
        }
    }
}

/// An organization's secret, and what is done with it. Each purpose and place has a key of its own.
#[derive(Clone)]
pub struct Cipher {
    organization: Uuid,
    secret: Zeroizing<[u8; KEY]>,
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cipher({})", self.organization)
    }
}

impl Cipher {
    /// A new secret.
    pub fn random(organization: Uuid) -> Self {
        let mut secret = Zeroizing::new([0; KEY]);
        rand::rng().fill_bytes(secret.as_mut());
        Self { organization, secret }
    }

    /// With a secret that was kept.
    ///
    /// # Errors
    /// [`SealError::Refused`] when it is none.
    pub fn of(organization: Uuid, secret: &[u8]) -> Result<Self, SealError> {
        let secret = <[u8; KEY]>::try_from(secret).map_err(|_| SealError::Refused)?;
        Ok(Self { organization, secret: Zeroizing::new(secret) })
    }

    /// The secret, to be sealed under the master key.
    pub fn secret(&self) -> &[u8] {
        &*self.secret
    }

    /// Seals a value for one row of one place.
    ///
    /// # Errors
    /// [`SealError::Unsealable`].
    pub fn seal(&self, place: Place, row: Uuid, value: &str) -> Result<Vec<u8>, SealError> {
        seal::encrypt(&self.key("value", place.as_str()), value.as_bytes(), &self.bound(place, row))
    }

    /// Opens what was sealed for that row of that place.
    ///
    /// # Errors
    /// [`SealError::Refused`] when it was sealed for another, or changed.
    pub fn open(&self, place: Place, row: Uuid, body: &[u8]) -> Result<String, SealError> {
        let value = seal::decrypt(&self.key("value", place.as_str()), body, &self.bound(place, row))?;
        std::str::from_utf8(&value).map(str::to_owned).map_err(|_| SealError::Refused)
    }

    /// Tells equal values of one place from different ones.
    pub fn digest(&self, place: Place, value: &str) -> Fingerprint {
        self.mac("digest", place.as_str(), &[value.as_bytes()])
    }

    /// What stands in place of an identity of that kind (`phone`, `email`, `identifier`, `channel`): equal for equal values,
    /// so that it is looked up as the value would be.
    pub fn token(&self, kind: &str, value: &str) -> String {
        let mac = self.mac("index", kind, &[value.as_bytes()]);
        mac.iter().fold(TOKEN.to_owned(), |text, byte| text + &format!("{byte:02x}"))
    }

    /// What contacts share, under the organization's key: equal where the open digests were.
    pub fn shared(&self, digest: &Fingerprint) -> Fingerprint {
        self.mac("identity", "", &[digest])
    }

    /// The digest of a record as it is kept: nobody who guesses can try his guesses against it.
    pub fn fingerprint(&self, open: &Fingerprint) -> Vec<u8> {
        let mac = self.mac("fingerprint", "", &[open]);
        std::iter::once(AGAIN).chain(mac).collect()
    }

    fn bound(&self, place: Place, row: Uuid) -> String {
        format!("{}/{}/{row}", self.organization, place.as_str())
    }

    fn key(&self, purpose: &str, of: &str) -> Zeroizing<[u8; KEY]> {
        let text = format!("routiq {purpose}\0{of}\0{}", self.organization);
        Zeroizing::new(hmac(&self.secret, &[text.as_bytes()]))
    }

    fn mac(&self, purpose: &str, of: &str, parts: &[&[u8]]) -> Fingerprint {
        let long = hmac(&self.key(purpose, of), parts);
        let mut short = Fingerprint::default();
        short.iter_mut().zip(long).for_each(|(short, long)| *short = long);
        short
    }
}

/// Whether a kept digest of a record was made in the open.
pub fn is_open(fingerprint: &[u8]) -> bool {
    fingerprint.len() == size_of::<Fingerprint>()
}

fn hmac(key: &[u8; KEY], parts: &[&[u8]]) -> [u8; KEY] {
    // As HMAC itself fills a short key up to its block.
    let mut block = Zeroizing::new([0; BLOCK]);
    block[..KEY].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "mara.quill@example.org";

    fn cipher(organization: u128) -> Cipher {
        Cipher::of(Uuid::from_u128(organization), &[7; KEY]).unwrap()
    }

    #[test]
    fn a_value_opens_for_its_own_row_place_and_organization_alone() {
        let (ours, row) = (cipher(1), Uuid::from_u128(10));
        let sealed = ours.seal(Place::Email, row, VALUE).unwrap();
        assert_eq!(ours.open(Place::Email, row, &sealed).unwrap(), VALUE);
        for (other, place, row) in [
            (&ours, Place::Email, Uuid::from_u128(11)),
            (&ours, Place::PersonEmail, row),
            (&cipher(2), Place::Email, row),
            (&Cipher::of(Uuid::from_u128(1), &[8; KEY]).unwrap(), Place::Email, row),
        ] {
            assert_eq!(other.open(place, row, &sealed).unwrap_err(), SealError::Refused, "{place:?} {row}");
        }
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(ours.open(Place::Email, row, &changed).unwrap_err(), SealError::Refused);
        assert_ne!(sealed, ours.seal(Place::Email, row, VALUE).unwrap(), "twice the same tells nothing");
    }

    #[test]
    fn equal_values_have_equal_names_within_one_organization_and_kind() {
        let ours = cipher(1);
        assert_eq!(ours.token("email", VALUE), ours.token("email", VALUE));
        assert_ne!(ours.token("email", VALUE), ours.token("channel", VALUE));
        assert_ne!(ours.token("email", VALUE), cipher(2).token("email", VALUE));
        assert_ne!(ours.digest(Place::Email, VALUE), ours.digest(Place::PersonEmail, VALUE));
        assert_ne!(ours.digest(Place::Email, VALUE), cipher(2).digest(Place::Email, VALUE));
        assert_ne!(ours.shared(&[1; 16]), cipher(2).shared(&[1; 16]));
        assert!(is_open(&[1; 16]) && !is_open(&ours.fingerprint(&[1; 16])));
        assert!(!format!("{ours:?}").contains("07"), "a secret is not printed");
    }

    #[test]
    fn an_address_in_a_channel_is_what_it_is_or_what_it_looks_like() {
        for (channel, value, field) in [
            (Some("Channel::Whatsapp"), "61412000111", Field::Phone),
            (Some("Channel::Whatsapp"), "AU.abc123", Field::Identifier),
            (Some("Channel::Email"), "orla@example.org", Field::Email),
            (Some("Channel::Api"), "61412000111", Field::Phone),
            (Some("Channel::Api"), "orla@example.org", Field::Email),
            (Some("Channel::WebWidget"), "0f2c9d4e", Field::Identifier),
            (Some("messenger"), "1104200000123456", Field::Identifier),
            (Some("instagram"), "990001", Field::Identifier),
            (Some("tiktok"), "7001234567", Field::Identifier),
            (Some("sms"), "+61412000111", Field::Phone),
            (Some("sms"), "0412 000 111 (evenings)", Field::Phone),
            (None, "+61 412 000 111", Field::Phone),
        ] {
            assert_eq!(Field::of_identity("channel", channel, value), field, "{channel:?} {value}");
        }
        assert_eq!(Field::of_identity("phone", None, "orla@example.org"), Field::Phone);
        for (name, field) in [
            ("+61 (412) 000-111", Some(Field::Phone)),
            ("orla@example.org", Some(Field::Email)),
            ("Orla 2", None),
            ("Orla @ home", None),
            ("1234", None),
        ] {
            assert_eq!(Field::of_name(name), field, "{name}");
        }
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        for place in Place::ALL {
            assert_eq!(Place::parse(place.as_str()), Some(place));
        }
    }
}
