//! Which two contacts are certainly one person, and which are certainly not. The function `routiq.match_contacts` of the
//! database says the same; a test compares the two.

use jiff::civil::Date;

use super::{
    birth::{self, Births},
    facts::{Facts, KeyKind},
    names::Likeness,
};

/// Why two contacts are taken for one person. The order is that of strength: the first is believed most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Somebody of the practice said so.
    Person,
    /// The platform merged the two records.
    PlatformMerge,
    /// One names the other by its id, or both name the same record, and the names do not speak against it.
    PlatformLink,
    /// The same telephone number and e-mail address, and names that can be one person's.
    PhoneAndEmail,
    /// The same e-mail address and a name that agrees.
    EmailAndName,
    /// The same telephone number and a name that agrees; one that can be the same person's, where the number is their own.
    PhoneAndName,
    /// The same day of birth, and an address, and one of the two names.
    BirthAndAddress,
    /// The same day of birth and the same full name.
    BirthAndName,
    /// The same telephone number, a name on one side only, and nobody else who could be meant: an adult's own number.
    PhoneAlone,
}

impl Rule {
    /// Every rule, the strongest first.
    pub const ALL: [Self; 9] = [
        Self::Person,
        Self::PlatformMerge,
        Self::PlatformLink,
        Self::PhoneAndEmail,
        Self::EmailAndName,
        Self::PhoneAndName,
        Self::BirthAndAddress,
        Self::BirthAndName,
        Self::PhoneAlone,
    ];

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::PlatformMerge => "platform_merge",
            Self::PlatformLink => "platform_link",
            Self::PhoneAndEmail => "phone_and_email",
            Self::EmailAndName => "email_and_name",
            Self::PhoneAndName => "phone_and_name",
            Self::BirthAndAddress => "birth_and_address",
            Self::BirthAndName => "birth_and_name",
            Self::PhoneAlone => "phone_alone",
        }
    }

    /// What the stored word means.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == word)
    }

    /// Whether a platform, or somebody who wrote an id there, said so.
    pub fn is_told(self) -> bool {
        matches!(self, Self::PlatformMerge | Self::PlatformLink)
    }
}

/// What speaks for a match, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evidence {
    /// The platform merged the records.
    Merged,
    /// An id of the other's record.
    Link,
    /// The same identifier.
    Identifier,
    /// The same telephone number.
    Phone,
    /// The same e-mail address.
    Email,
    /// The same part of an e-mail address before the `@`.
    EmailLocal,
    /// The same day of birth.
    Birth,
    /// A day of birth that one slip of the pen explains.
    NearBirth,
    /// The same name.
    Name,
    /// A name that can be the same person's.
    LikeName,
    /// The same postal address.
    Address,
    /// It speaks for somebody else as much.
    Ambiguous,
}

impl Evidence {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Link => "link",
            Self::Identifier => "identifier",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::EmailLocal => "email_local",
            Self::Birth => "birth",
            Self::NearBirth => "near_birth",
            Self::Name => "name",
            Self::LikeName => "like_name",
            Self::Address => "address",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Whether the platform merged the two records, whichever into the other.
pub fn merged(one: &Facts, other: &Facts) -> bool {
    one.account == other.account
        && (one.meets(KeyKind::Merged, other, KeyKind::Record)
            || other.meets(KeyKind::Merged, one, KeyKind::Record))
}

/// Whether one names the other's record, or both name the same, or both carry the same identifier.
pub fn linked(one: &Facts, other: &Facts) -> bool {
    one.meets(KeyKind::Points, other, KeyKind::Record)
        || other.meets(KeyKind::Points, one, KeyKind::Record)
        || one.share(other, KeyKind::Points)
        || one.share(other, KeyKind::Identifier)
}

/// Whether the two cannot be one person: their practice system keeps them apart, they were born on other days, or bear
/// other names.
pub fn apart(one: &Facts, other: &Facts) -> bool {
    if one.gone || other.gone {
        return false;
    }
    (one.practice && one.account == other.account)
        || birth::compare(one.born, other.born) == Births::Different
        || one.name.likeness(&other.name) == Likeness::Different
}

/// Whether a practice system keeps both under one name and day of birth: entered twice, most likely. It says itself that
/// they are two, so they stay so; but somebody who is one of them is not in dispute between them.
pub fn entered_twice(one: &Facts, other: &Facts) -> bool {
    one.practice
        && one.account == other.account
        && birth::compare(one.born, other.born) == Births::Same
        && one.name.likeness(&other.name) == Likeness::Same
}

/// The rule by which the two are certainly one person, whatever others there are. `today` tells children from adults.
pub fn certain(one: &Facts, other: &Facts, today: Date) -> Option<Rule> {
    if merged(one, other) {
        return Some(Rule::PlatformMerge);
    }
    if one.gone || other.gone || apart(one, other) {
        return None;
    }
    if linked(one, other) {
        return Some(Rule::PlatformLink);
    }
    let likeness = one.name.likeness(&other.name);
    let births = birth::compare(one.born, other.born);
    // A child's record shows how the parents are reached, and some bear the parent's name.
    let child = births == Births::Untold && (one.is_child(today) || other.is_child(today));
    if child || (births == Births::Near && likeness != Likeness::Same) {
        return None;
    }
    let (phone, email) = (one.share(other, KeyKind::Phone), one.share(other, KeyKind::Email));
    let (close, loose) = (likeness.is_close(), likeness.is_loose());
    let own = one.is_reached(today) && other.is_reached(today);
    match (phone, email) {
        (true, true) if close || loose => Some(Rule::PhoneAndEmail),
        (_, true) if close => Some(Rule::EmailAndName),
        (true, _) if close || (loose && own) => Some(Rule::PhoneAndName),
        (true, _) | (_, true) if likeness == Likeness::Renamed && births == Births::Same => {
            Some(Rule::BirthAndAddress)
        }
        _ if likeness == Likeness::Same && births == Births::Same => Some(Rule::BirthAndName),
        (true, _) if likeness == Likeness::Unknown && own => Some(Rule::PhoneAlone),
        _ => None,
    }
}
