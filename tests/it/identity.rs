//! The same human being is one person: the matcher over an invented population that knows who is who.

use std::collections::HashMap;

use routiq::domain::identity::{Facts, Neighbourhood, decide, forget_widely_used};
use uuid::Uuid;

#[path = "../support/population.rs"]
mod population;

use population::{TODAY, labels, population, quality};

#[test]
fn people_are_put_together_and_kept_apart() {
    let records = population(2_000, 1);
    let mut facts: Vec<Facts> = records.iter().map(|record| Facts::of(&record.told())).collect();
    forget_widely_used(&mut facts);
    let marked = facts.iter().map(|facts| facts.id).collect();
    let hood = Neighbourhood { facts, marked, today: TODAY, ..Neighbourhood::default() };
    let verdict = decide(&hood);
    let place: HashMap<Uuid, usize> =
        records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
    let places = |(one, other): (Uuid, Uuid)| (place[&one], place[&other]);
    let merged: Vec<_> = verdict.merges.iter().map(|merge| places(merge.pair)).collect();
    let proposed: Vec<_> = verdict.proposals.iter().map(|proposal| places(proposal.pair)).collect();
    let found = quality(&records, &labels(records.len(), &merged), &proposed);
    println!("{found:?}");
    assert!(found.precision >= 0.999, "{found:?}");
    assert!(found.recall >= 0.95, "{found:?}");
}
