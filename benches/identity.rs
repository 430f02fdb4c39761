//! How well and how fast contacts of one human are put together: 10,000 invented people over four platforms, with what
//! goes wrong where people type. One `figure` a line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark says what went wrong by ending"
)]

use std::{collections::HashMap, time::Instant};

use routiq::domain::identity::{Facts, Neighbourhood, decide, forget_widely_used};
use uuid::Uuid;

#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/population.rs"]
mod population;

use figures::{Goal, figure};
use population::{TODAY, labels, population, quality};

const PEOPLE: usize = 10_000;
const SEED: u64 = 1;

fn main() {
    let records = population(PEOPLE, SEED);
    let began = Instant::now();
    let mut facts: Vec<Facts> = records.iter().map(|record| Facts::of(&record.told())).collect();
    forget_widely_used(&mut facts);
    let marked = facts.iter().map(|facts| facts.id).collect();
    let hood = Neighbourhood { facts, marked, today: TODAY, ..Neighbourhood::default() };
    let verdict = decide(&hood);
    let took = began.elapsed();

    let place: HashMap<Uuid, usize> =
        records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
    let places = |(one, other): (Uuid, Uuid)| (place[&one], place[&other]);
    let merged: Vec<_> = verdict.merges.iter().map(|merge| places(merge.pair)).collect();
    let proposed: Vec<_> = verdict.proposals.iter().map(|proposal| places(proposal.pair)).collect();
    let found = quality(&records, &labels(records.len(), &merged), &proposed);
    println!(
        "{PEOPLE} people, {} contacts: {} merges, {} pairs wrong, {} proposals",
        records.len(),
        merged.len(),
        found.wrong,
        found.proposals
    );
    figure("identity_precision", found.precision, Goal::AtLeast(0.999));
    figure("identity_recall", found.recall, Goal::AtLeast(0.95));
    figure("identity_recall_where_nothing_is_shared_too", found.recall_of_all, Goal::None);
    figure("identity_recall_with_proposals", found.recall_with_proposals, Goal::None);
    figure("identity_proposals_right", found.proposals_right, Goal::None);
    figure("identity_contacts_a_second", records.len() as f64 / took.as_secs_f64(), Goal::None);
}
