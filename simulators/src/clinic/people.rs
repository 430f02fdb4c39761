//! Invented patients: names, numbers as people type them, birthdays.

use jiff::civil::Date;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Clinic, share};
use crate::mix;
use crate::names::Region;
use crate::population;

/// What a number is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhoneKind {
    Mobile,
    Home,
    Work,
}

/// One number of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phone {
    pub(crate) kind: PhoneKind,
    /// E.164.
    pub(crate) number: String,
    /// As somebody typed it.
    pub(crate) typed: String,
}

/// An invented patient.
#[derive(Debug, Clone)]
pub(crate) struct Human {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) female: Option<bool>,
    pub(crate) email: Option<String>,
    pub(crate) phones: Vec<Phone>,
    pub(crate) born: Option<Date>,
    pub(crate) town: &'static str,
    pub(crate) note: Option<&'static str>,
}

const NOTES: &[&str] = &[
    "Prefers mornings",
    "Allergic to latex",
    "Lärmempfindlich – quiet room",
    "Uses the ramp at the back\nring twice",
    "Interpreter needed (中文)",
];

/// A source of distinct patients.
#[derive(Debug)]
pub(crate) struct People {
    inner: population::People,
    region: Region,
    shared: f64,
    last: Option<String>,
}

impl People {
    pub(crate) fn new(clinic: &Clinic, dice: &mut ChaCha8Rng) -> Self {
        let practice = population::Practice {
            region: clinic.region,
            crowd: clinic.crowd,
            without_phone: 0.1,
            without_email: 0.3,
            visitors: 0.0,
            ..population::Practice::default()
        };
        let inner = population::People::new(&practice, dice);
        Self { inner, region: clinic.region, shared: clinic.shared_phones, last: None }
    }

    /// A number nobody else has.
    pub(crate) fn phone(&mut self) -> Option<String> {
        self.inner.phone()
    }

    pub(crate) fn next(&mut self, dice: &mut ChaCha8Rng) -> Human {
        let person = self.inner.next(dice);
        let (first, last) = person.name.split_once(' ').unwrap_or((person.name.as_str(), "Quill"));
        // Families share a number.
        let family = self.last.take().filter(|_| dice.random_bool(share(self.shared)));
        let mut phones = Vec::new();
        if let Some(number) = family.or(person.phone) {
            self.last = Some(number.clone());
            phones.push(self.written(PhoneKind::Mobile, number, dice));
        }
        if dice.random_bool(0.08)
            && let Some(number) = self.inner.phone()
        {
            let kind = if dice.random_bool(0.5) { PhoneKind::Home } else { PhoneKind::Work };
            let at = dice.random_range(0..=phones.len());
            phones.insert(at, self.written(kind, number, dice));
        }
        let mut own = person.seed.map(|seed| ChaCha8Rng::seed_from_u64(mix(seed, 53)));
        let birth = own.as_mut().unwrap_or(&mut *dice);
        let born = birth.random_bool(0.92).then(|| {
            jiff::civil::date(
                birth.random_range(1930..2018),
                birth.random_range(1..=12),
                birth.random_range(1..=28),
            )
        });
        let note = dice.random_bool(0.1).then(|| NOTES[dice.random_range(0..NOTES.len())]);
        let sex = own.as_mut().unwrap_or(&mut *dice);
        let female = sex.random_bool(0.9).then(|| sex.random_bool(0.55));
        let (first, last) = (first.to_owned(), last.to_owned());
        Human { first, last, female, email: person.email, phones, born, town: person.town, note }
    }

    fn written(&self, kind: PhoneKind, number: String, dice: &mut ChaCha8Rng) -> Phone {
        let typed = typed(self.region, &number, dice.random_range(0..5));
        Phone { kind, number, typed }
    }
}

/// A number as somebody types it.
fn typed(region: Region, number: &str, way: u32) -> String {
    let (code, trunk) = match region {
        Region::Au => ("+61", "0"),
        Region::Nz => ("+64", "0"),
        Region::Gb => ("+44", "0"),
        Region::Us => ("+1", ""),
    };
    let Some(rest) = number.strip_prefix(code) else { return number.to_owned() };
    let (head, tail) = rest.split_at(3.min(rest.len()));
    match way {
        0 => number.to_owned(),
        1 => format!("{trunk}{head} {tail}"),
        2 => format!("({trunk}{head}) {tail}"),
        3 => format!("{trunk}-{head} {tail}"),
        _ => format!("{trunk}{rest}"),
    }
}
