//! How likely two contacts are one person: each kind of evidence adds or takes bits (Fellegi and Sunter, 1969), and the sum
//! is a probability. The weights are rounded from how often each kind agrees within and across people; the generated
//! benchmark shows what they are worth.

use super::{
    birth::{self, Births},
    facts::{Facts, KeyKind},
    names::Likeness,
    rules::{Evidence, linked, merged},
};

/// From here on a pair is worth a person's look.
pub const WORTH_A_LOOK: f64 = 0.4;

/// What two contacts that share some key start with, in bits: most such pairs are two people of one household.
const PRIOR: f64 = -6.0;

/// What a comparison says.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// Probability that the two are one person, 0 to 1, to the thousandth.
    pub score: f64,
    /// What agrees.
    pub evidence: Vec<Evidence>,
}

/// Weighs everything the two say.
pub fn weigh(one: &Facts, other: &Facts) -> Weighed {
    let mut bits = PRIOR;
    let mut evidence = Vec::new();
    let mut add = |holds: bool, weight: f64, kind: Evidence| {
        if holds {
            bits += weight;
            evidence.push(kind);
        }
    };
    let share = |kind| one.share(other, kind);
    add(merged(one, other), 20.0, Evidence::Merged);
    add(share(KeyKind::Identifier), 8.0, Evidence::Identifier);
    add(linked(one, other) && !share(KeyKind::Identifier), 12.0, Evidence::Link);
    add(share(KeyKind::Phone), 7.0, Evidence::Phone);
    add(share(KeyKind::Email), 8.0, Evidence::Email);
    add(!share(KeyKind::Email) && share(KeyKind::Local), 3.0, Evidence::EmailLocal);
    add(share(KeyKind::Address), 2.0, Evidence::Address);
    let births = birth::compare(one.born, other.born);
    add(births == Births::Same, 8.0, Evidence::Birth);
    add(births == Births::Near, 3.0, Evidence::NearBirth);
    let likeness = one.name.likeness(&other.name);
    add(likeness == Likeness::Same, 6.0, Evidence::Name);
    let spelling = if likeness == Likeness::Different { one.name.spelling(&other.name) } else { 0.0 };
    let like = match likeness {
        Likeness::Transposed => 5.0,
        Likeness::Slip => 4.5,
        Likeness::Partial => 3.0,
        Likeness::NearGiven | Likeness::Initial | Likeness::Short => 2.0,
        // Further from each other than a slip, and still much alike.
        Likeness::Different if spelling > 0.9 => 0.5,
        _ => 0.0,
    };
    add(like > 0.0, like, Evidence::LikeName);
    let against = match likeness {
        Likeness::Different if spelling <= 0.9 => -10.0,
        _ => 0.0,
    };
    bits += against + if births == Births::Different { -10.0 } else { 0.0 };
    let score = 1.0 / (1.0 + (-bits).exp2());
    Weighed { score: (score * 1000.0).round() / 1000.0, evidence }
}
