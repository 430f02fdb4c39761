//! What one contact says of a person, folded.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::{birth, names::Name};
use crate::domain::fingerprint::{Digester, Fingerprint};

/// For younger people their parents write to the practice, in years.
const CHILD: i16 = 14;
/// From this age on, in years, the number in a patient's record is mostly their own.
const ADULT: i16 = 18;
/// Custom fields of chat platforms that hold a record's id at another platform end in this: `cliniko_id`.
const ID_FIELD: &str = "_id";
/// From this length on the part of an e-mail address before the `@` says something of its owner.
const LOCAL_LENGTH: usize = 6;
/// Parts before the `@` that are nobody's.
const GENERIC: &[&str] = &[
    "reception",
    "contact",
    "office",
    "enquiries",
    "enquiry",
    "accounts",
    "bookings",
    "booking",
    "noreply",
    "no-reply",
    "donotreply",
    "clinic",
    "family",
    "support",
    "welcome",
    "noemail",
    "unknown",
    "invalid",
];
/// Addresses that stand for "has none".
const NO_MAIL: &[&str] = &["none", "noemail", "no", "na", "nil", "null", "unknown", "test", "x"];

/// What an account says of one person, as it stands in its rows.
#[derive(Clone, Debug, Default)]
pub struct Told<'a> {
    /// The contact.
    pub id: Uuid,
    /// Its account.
    pub account: Uuid,
    /// The account's platform.
    pub platform: &'a str,
    /// Whether the platform is a practice system: it owns what is true of a patient, and keeps two records apart for a reason.
    pub practice: bool,
    /// The contact's id at the platform.
    pub external_id: &'a str,
    /// The name as one text.
    pub name: Option<&'a str>,
    /// The name in parts, where it is told so: first, preferred, last.
    pub parts: Option<(Option<&'a str>, Option<&'a str>, Option<&'a str>)>,
    /// As given.
    pub email: Option<&'a str>,
    /// In E.164.
    pub phones: Vec<&'a str>,
    /// The practice's own identifier for the person at that platform.
    pub identifier: Option<&'a str>,
    /// The platform's free attributes; those under `custom` may point at records of other platforms.
    pub attributes: Option<&'a Value>,
    /// The day of birth.
    pub born: Option<Date>,
    /// Street, city and postcode, as one text.
    pub address: Option<&'a str>,
    /// The record that the platform says took its place.
    pub successor: Option<&'a str>,
    /// The platform no longer has it.
    pub gone: bool,
}

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// "I am this record of this platform."
    Record,
    /// "This record of another platform is me."
    Points,
    /// "My platform merged me into this record."
    Merged,
    /// The practice's own identifier.
    Identifier,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// The part of an e-mail address before the `@`.
    Local,
    /// The day of birth with the family name.
    Birth,
    /// The full name.
    Name,
    /// The postal address.
    Address,
}

impl KeyKind {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Points => "points",
            Self::Merged => "merged",
            Self::Identifier => "identifier",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Local => "local",
            Self::Birth => "birth",
            Self::Name => "name",
            Self::Address => "address",
        }
    }

    /// What the stored word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    const ALL: [Self; 10] = [
        Self::Record,
        Self::Points,
        Self::Merged,
        Self::Identifier,
        Self::Phone,
        Self::Email,
        Self::Local,
        Self::Birth,
        Self::Name,
        Self::Address,
    ];

    /// What is digested with the value, so that what meets is of one family: a pointer meets the record itself.
    const fn family(self) -> &'static str {
        match self {
            Self::Record | Self::Points | Self::Merged => "record",
            other => other.as_str(),
        }
    }
}

/// Something that two contacts may share: its kind and a digest, never the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What it is made of.
    pub kind: KeyKind,
    /// Of the kind's family and the value.
    pub digest: Fingerprint,
}

impl Key {
    /// Of a telephone number in E.164.
    pub fn of_phone(phone: &str) -> Self {
        Self::new(KeyKind::Phone, &[phone])
    }

    fn new(kind: KeyKind, parts: &[&str]) -> Self {
        let digest = parts.iter().fold(Digester::new().text(kind.family()), |digest, part| digest.text(part));
        Self { kind, digest: digest.finish() }
    }
}

/// What one contact says of a person, folded so that equal things are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The contact.
    pub id: Uuid,
    /// Its account.
    pub account: Uuid,
    /// Whether the account is one of a practice system.
    pub practice: bool,
    /// What the person is called.
    pub name: Name,
    /// The day of birth, when it is a plausible one.
    pub born: Option<Date>,
    /// The record is gone, or another took its place: it speaks neither for nor against anybody any more.
    pub gone: bool,
    /// What it may share with others.
    pub keys: BTreeSet<Key>,
}

impl Facts {
    /// Folds what is told.
    pub fn of(told: &Told<'_>) -> Self {
        let name = match told.parts {
            Some((first, preferred, last)) if first.is_some() || last.is_some() => {
                Name::of_parts(first, preferred, last)
            }
            _ => told.name.map(Name::of_text).unwrap_or_default(),
        };
        let mut facts = Self {
            id: told.id,
            account: told.account,
            practice: told.practice,
            name,
            born: birth::plausible(told.born),
            gone: told.gone || told.successor.is_some(),
            keys: BTreeSet::new(),
        };
        facts.add_record(told);
        if !facts.gone {
            facts.add_pointers(told);
            facts.add_addresses(told);
            facts.add_names();
        }
        facts
    }

    /// Whether a practice system holds a child's record.
    pub fn is_child(&self, today: Date) -> bool {
        self.practice && self.born.is_some_and(|born| birth::age(born, today) < CHILD)
    }

    /// Whether the number of this contact is its person's own: who writes from it, or an adult patient.
    pub fn is_reached(&self, today: Date) -> bool {
        !self.practice || self.born.is_some_and(|born| birth::age(born, today) >= ADULT)
    }

    /// The digests of one kind.
    pub fn keys(&self, kind: KeyKind) -> impl Iterator<Item = &Fingerprint> {
        let end = Fingerprint::from([u8::MAX; 16]);
        self.keys.range(Key { kind, digest: [0; 16] }..=Key { kind, digest: end }).map(|key| &key.digest)
    }

    /// Whether both have a key of this kind in common.
    pub fn share(&self, other: &Self, kind: KeyKind) -> bool {
        self.keys(kind).any(|digest| other.keys.contains(&Key { kind, digest: *digest }))
    }

    /// Whether a key of this kind is one of that kind at the other.
    pub fn meets(&self, kind: KeyKind, other: &Self, its: KeyKind) -> bool {
        self.keys(kind).any(|digest| other.keys.contains(&Key { kind: its, digest: *digest }))
    }

    fn add_record(&mut self, told: &Told<'_>) {
        self.keys.insert(Key::new(KeyKind::Record, &[told.platform, told.external_id]));
        if let Some(successor) = told.successor {
            self.keys.insert(Key::new(KeyKind::Merged, &[told.platform, successor]));
        }
    }

    fn add_pointers(&mut self, told: &Told<'_>) {
        let custom = told.attributes.and_then(|all| all.get("custom")).and_then(Value::as_object);
        for (field, value) in custom.into_iter().flatten() {
            let platform = field.to_lowercase();
            let Some(platform) = platform.strip_suffix(ID_FIELD) else { continue };
            let platform = platform.trim_end_matches("_patient").trim_end_matches("_contact");
            if let Some(id) = id(value) {
                self.keys.insert(Key::new(KeyKind::Points, &[platform, &id]));
            }
        }
        let identifier = told.identifier.map(str::trim).filter(|identifier| !identifier.is_empty());
        let Some(identifier) = identifier.map(str::to_lowercase) else { return };
        // `cliniko:55`, `nookal-55`: a platform and an id there.
        if let Some((platform, id)) = identifier.split_once([':', '-', '_', '/'])
            && !platform.is_empty()
            && platform.bytes().all(|byte| byte.is_ascii_alphabetic())
        {
            self.keys.insert(Key::new(KeyKind::Points, &[platform, id]));
        }
        self.keys.insert(Key::new(KeyKind::Identifier, &[&identifier]));
    }

    fn add_addresses(&mut self, told: &Told<'_>) {
        for phone in &told.phones {
            self.keys.insert(Key::of_phone(phone));
        }
        if let Some((local, domain)) = told.email.and_then(fold_email) {
            self.keys.insert(Key::new(KeyKind::Email, &[&local, &domain]));
            if local.len() >= LOCAL_LENGTH && !GENERIC.contains(&local.as_str()) {
                self.keys.insert(Key::new(KeyKind::Local, &[&local]));
            }
        }
        let address: String = told.address.unwrap_or_default().to_lowercase();
        let address: String = address.chars().filter(|c| c.is_alphanumeric()).collect();
        // A number and a street at least.
        if address.len() >= 8 && address.bytes().any(|byte| byte.is_ascii_digit()) {
            self.keys.insert(Key::new(KeyKind::Address, &[&address]));
        }
    }

    fn add_names(&mut self) {
        let day = self.born.map(|born| born.to_string());
        for family in &self.name.family {
            if let Some(day) = &day {
                self.keys.insert(Key::new(KeyKind::Birth, &[day, family]));
            }
        }
        // One key is enough to be looked at.
        if let (Some(given), Some(family)) = (self.name.given.first(), self.name.family.last())
            && given.len() > 1
            && family.len() > 1
        {
            self.keys.insert(Key::new(KeyKind::Name, &[given, family]));
        }
    }
}

/// An id as text, whatever the field's type.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An e-mail address in one form, in its two parts: lower case, without a tag, and without what its provider ignores.
pub fn fold_email(text: &str) -> Option<(String, String)> {
    let text = text.trim().trim_start_matches("mailto:").to_lowercase();
    let (local, domain) = text.rsplit_once('@')?;
    let local = local.split('+').next().unwrap_or_default();
    if local.is_empty()
        || NO_MAIL.contains(&local)
        || !domain.contains('.')
        || text.contains(char::is_whitespace)
    {
        return None;
    }
    match domain {
        "gmail.com" | "googlemail.com" => Some((local.replace('.', ""), "gmail.com".to_owned())),
        domain => Some((local.to_owned(), domain.trim_end_matches('.').to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(told: Told<'_>) -> Facts {
        Facts::of(&told)
    }

    #[test]
    fn an_address_is_folded() {
        let folded = |text: &str| fold_email(text).map(|(local, domain)| format!("{local}@{domain}"));
        for (text, expected) in [
            (" Mara.Quill@Example.org ", Some("mara.quill@example.org")),
            ("mara+clinic@example.org", Some("mara@example.org")),
            ("M.Quill@googlemail.com", Some("mquill@gmail.com")),
            ("none@example.org", None),
            ("mara@localhost", None),
            ("mara", None),
            ("@example.org", None),
        ] {
            assert_eq!(folded(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_points_at_a_record_meets_it() {
        let patient =
            facts(Told { platform: "cliniko", external_id: "55", practice: true, ..Told::default() });
        let pointing = |told: Told<'_>| facts(told).meets(KeyKind::Points, &patient, KeyKind::Record);
        for custom in
            [json!({"cliniko_id": "55"}), json!({"Cliniko_ID": 55}), json!({"cliniko_patient_id": " 55"})]
        {
            let attributes = json!({ "custom": custom });
            assert!(pointing(Told { attributes: Some(&attributes), ..Told::default() }), "{attributes}");
        }
        for other in [json!({"nookal_id": "55"}), json!({"cliniko_id": "56"}), json!({"cliniko_id": null})] {
            let attributes = json!({ "custom": other });
            assert!(!pointing(Told { attributes: Some(&attributes), ..Told::default() }), "{attributes}");
        }
        assert!(pointing(Told { identifier: Some("cliniko:55"), ..Told::default() }));
        assert!(!pointing(Told { identifier: Some("55"), ..Told::default() }));
    }

    #[test]
    fn a_key_tells_its_kind_and_no_value() {
        let told = Told {
            name: Some("Mara Quill"),
            email: Some("mara.quill@example.org"),
            phones: vec!["+61491570156"],
            born: Some("1987-05-14".parse().unwrap()),
            ..Told::default()
        };
        let facts = facts(told);
        for kind in [KeyKind::Phone, KeyKind::Email, KeyKind::Local, KeyKind::Birth, KeyKind::Name] {
            assert_eq!(facts.keys(kind).count(), 1, "{kind:?}");
            assert_eq!(KeyKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(facts.keys(KeyKind::Address).count(), 0);
    }
}
