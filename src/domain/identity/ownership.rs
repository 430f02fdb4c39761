//! What holds of a person whose contacts disagree. Practice systems own who somebody is; what none of them tells, whoever
//! knows it says. Chat platforms own their messages, which are nobody else's to say; Routiq owns consent and merges, which no
//! source can overwrite.
//!
//! A value that does not hold is not lost: it stands in its own contact's row, and the conflict is recorded.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use super::{
    facts::fold_email,
    names::{Likeness, Name},
};

/// What one contact of a person tells.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// The contact.
    pub contact: Uuid,
    /// Whether a practice system tells it.
    pub practice: bool,
    /// When it was last changed at the source, where the source says so.
    pub changed_at: Option<Timestamp>,
    /// As given.
    pub name: Option<String>,
    /// As given.
    pub email: Option<String>,
    /// In E.164, the first one is told first.
    pub phones: Vec<String>,
    /// The day of birth.
    pub born: Option<Date>,
}

/// A field that several sources tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The name.
    Name,
    /// The e-mail address.
    Email,
    /// The telephone number.
    Phone,
    /// The day of birth.
    Born,
}

impl Field {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Born => "date_of_birth",
        }
    }
}

/// Two contacts of one person disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// About what.
    pub field: Field,
    /// Whose value holds.
    pub holds: Uuid,
    /// Who says otherwise.
    pub other: Uuid,
}

/// What holds, each value with the contact that tells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effective {
    /// The name.
    pub name: Option<(Uuid, String)>,
    /// The e-mail address.
    pub email: Option<(Uuid, String)>,
    /// The telephone number.
    pub phone: Option<(Uuid, String)>,
    /// The day of birth.
    pub born: Option<(Uuid, Date)>,
    /// Who disagrees.
    pub conflicts: BTreeSet<Conflict>,
}

/// What holds of a person with these living contacts, in any order.
pub fn effective(sources: &[Source]) -> Effective {
    let mut sources: Vec<&Source> = sources.iter().collect();
    // Practice systems first, of those the one changed last; the id makes it the same every time.
    sources.sort_by_key(|s| (!s.practice, std::cmp::Reverse(s.changed_at), s.contact));
    let mut conflicts = BTreeSet::new();
    let name = field(
        &sources,
        Field::Name,
        &mut conflicts,
        |s| told(s.name.as_ref()),
        |one, other| {
            let likeness = |text: &Option<String>| Name::of_text(text.as_deref().unwrap_or_default());
            matches!(
                likeness(&one.name).likeness(&likeness(&other.name)),
                Likeness::Different | Likeness::Renamed | Likeness::NearGiven | Likeness::Slip
            )
        },
    );
    let email = field(
        &sources,
        Field::Email,
        &mut conflicts,
        |s| told(s.email.as_ref()),
        |one, other| {
            let folded = |text: &Option<String>| text.as_deref().and_then(fold_email);
            folded(&one.email) != folded(&other.email)
        },
    );
    let phone = field(
        &sources,
        Field::Phone,
        &mut conflicts,
        |s| told(s.phones.first()),
        |one, other| !other.phones.iter().any(|phone| one.phones.contains(phone)),
    );
    let born = field(&sources, Field::Born, &mut conflicts, |s| s.born, |one, other| one.born != other.born);
    Effective { name, email, phone, born, conflicts }
}

/// The first that tells a field, and who of the others tells it otherwise.
fn field<T>(
    sources: &[&Source],
    field: Field,
    conflicts: &mut BTreeSet<Conflict>,
    value: impl Fn(&Source) -> Option<T>,
    differ: impl Fn(&Source, &Source) -> bool,
) -> Option<(Uuid, T)> {
    let mut telling = sources.iter().filter_map(|source| Some((*source, value(source)?)));
    let (first, holds) = telling.next()?;
    let others = telling.filter(|(other, _)| differ(first, other));
    conflicts.extend(others.map(|(other, _)| Conflict { field, holds: first.contact, other: other.contact }));
    Some((first.contact, holds))
}

fn told(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(n: u128, practice: bool, name: &str, email: Option<&str>) -> Source {
        Source {
            contact: Uuid::from_u128(n),
            practice,
            name: Some(name.to_owned()),
            email: email.map(str::to_owned),
            ..Source::default()
        }
    }

    #[test]
    fn a_practice_system_owns_who_somebody_is() {
        let chat = source(1, false, "Mara Hart", Some("mara@example.org"));
        let patient = source(2, true, "Mara Quill", None);
        let held = effective(&[chat, patient]);
        assert_eq!(held.name.unwrap().1, "Mara Quill");
        assert_eq!(
            held.email.unwrap(),
            (Uuid::from_u128(1), "mara@example.org".to_owned()),
            "who knows it says it"
        );
        let conflict = Conflict { field: Field::Name, holds: Uuid::from_u128(2), other: Uuid::from_u128(1) };
        assert_eq!(held.conflicts, BTreeSet::from([conflict]));
    }

    #[test]
    fn of_two_practice_systems_the_one_changed_last_holds() {
        let at = |s| Some(Timestamp::from_second(s).unwrap());
        let one = Source { changed_at: at(1), ..source(1, true, "Mara Quill", Some("a@example.org")) };
        let other = Source { changed_at: at(2), ..source(2, true, "Mara Quill", Some("b@example.org")) };
        let held = effective(&[one.clone(), other.clone()]);
        assert_eq!(held, effective(&[other, one]), "whatever the order");
        assert_eq!(held.email.unwrap().1, "b@example.org");
        assert_eq!(held.conflicts.len(), 1);
    }

    #[test]
    fn what_is_only_written_otherwise_is_no_conflict() {
        let one = Source {
            phones: vec!["+999400000001".to_owned(), "+999400000002".to_owned()],
            ..source(1, true, "Margaret Quill", Some("Mara@Example.org"))
        };
        let other = Source {
            phones: vec!["+999400000002".to_owned()],
            ..source(2, false, "peggy 🌸", Some("mara@example.org"))
        };
        assert_eq!(effective(&[one, other]).conflicts, BTreeSet::new());
    }
}
