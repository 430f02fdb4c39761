//! When an organization's figures are counted, and that nothing marked stays uncounted whatever dies.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;
use uuid::Uuid;

use super::world::*;
use crate::{
    RestartMode, State, Tree,
    event::Event,
    port::{Generation, PortError, RollLease, Rolled, Rollup},
};

/// Marks and what was counted of them, as the tables would hold them.
#[derive(Default)]
struct Books {
    marked: HashMap<Uuid, u64>,
    counted: HashMap<Uuid, u64>,
    fences: HashMap<Uuid, Generation>,
    counts: HashMap<Uuid, Vec<Instant>>,
    at_once: usize,
    most_at_once: usize,
    takes: Duration,
    again_in: Option<Duration>,
    panics: bool,
    fails: bool,
    /// How many marks one look takes.
    most: Option<u64>,
}

#[derive(Clone, Default)]
struct Counter(Arc<Mutex<Books>>);

struct Inside(Counter);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.books().at_once -= 1;
    }
}

impl Counter {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap()
    }

    fn mark(&self, organization: Uuid) {
        *self.books().marked.entry(organization).or_default() += 1;
    }

    fn left(&self) -> u64 {
        let books = self.books();
        let counted = |organization| books.counted.get(organization).copied().unwrap_or_default();
        books.marked.iter().map(|(organization, marked)| marked - counted(organization)).sum()
    }

    fn counts(&self, organization: Uuid) -> usize {
        self.books().counts.get(&organization).map_or(0, Vec::len)
    }

    fn enter(&self) -> Inside {
        let mut books = self.books();
        books.at_once += 1;
        books.most_at_once = books.most_at_once.max(books.at_once);
        Inside(self.clone())
    }
}

impl Rollup for Counter {
    async fn begin(&self, organization: Uuid) -> Result<Generation, PortError> {
        let _inside = self.enter();
        tokio::time::sleep(Duration::from_millis(2)).await;
        let mut books = self.books();
        let generation = books.fences.entry(organization).or_insert(0);
        *generation += 1;
        Ok(*generation)
    }

    async fn roll(&self, lease: RollLease) -> Rolled {
        let _inside = self.enter();
        let (seen, takes) = {
            let mut books = self.books();
            books.counts.entry(lease.organization).or_default().push(Instant::now());
            (books.marked.get(&lease.organization).copied().unwrap_or_default(), books.takes)
        };
        tokio::time::sleep(takes).await;
        let panics = self.books().panics;
        assert!(!panics, "asked to panic in a count");
        let mut books = self.books();
        if books.fences.get(&lease.organization) != Some(&lease.generation) {
            return Rolled::Fenced;
        }
        if books.fails {
            return Rolled::Failed { reason: "no database".into() };
        }
        let counted = books.counted.get(&lease.organization).copied().unwrap_or_default();
        let upto = books.most.map_or(seen, |most| seen.min(counted + most));
        books.counted.insert(lease.organization, upto);
        if upto < seen {
            return Rolled::More;
        }
        Rolled::Done { again_in: books.again_in.unwrap_or(60 * MINUTE) }
    }
}

async fn start(world: &World, counter: &Counter) -> Tree {
    world.start_counting(exact(), counter.clone()).await
}

/// An account with nothing to do, so that only the test marks anything.
fn quiet(organizations: u128) -> World {
    let keys: Vec<_> = (1..=organizations).map(|organization| key(organization, 1)).collect();
    let world = World::with(keys.clone());
    for key in keys {
        world.play(key, Play::Idle(600 * MINUTE));
    }
    world
}

const ONE: Uuid = Uuid::from_u128(1);

fn state(tree: &Tree, organization: Uuid) -> Option<State> {
    tree.rollup(organization).map(|status| status.state)
}

#[tokio::test(start_paused = true)]
async fn a_burst_of_nudges_is_counted_at_once_and_then_together() {
    let (world, counter) = (quiet(1), Counter::default());
    let tree = start(&world, &counter).await;
    until("it counted at its start", || state(&tree, ONE) == Some(State::Waiting)).await;
    tokio::time::sleep(SECOND).await;
    let before = counter.counts(ONE);
    let begun = Instant::now();
    for _ in 0..1_000 {
        counter.mark(ONE);
        tree.nudge_rollup(ONE);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    until("all is counted", || counter.left() == 0).await;
    let times: Vec<_> = counter.books().counts[&ONE][before..].to_vec();
    assert!(times[0] - begun < Duration::from_millis(5), "the first change goes out at once");
    assert!((9..=12).contains(&times.len()), "some ten a second: {}", times.len());
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(100));
    }
}

#[tokio::test(start_paused = true)]
async fn the_clock_counts_without_a_nudge() {
    let (world, counter) = (quiet(1), Counter::default());
    counter.books().again_in = Some(10 * SECOND);
    let tree = start(&world, &counter).await;
    until("it counted at its start", || counter.counts(ONE) == 1).await;
    tokio::time::sleep(35 * SECOND).await;
    assert_eq!(counter.counts(ONE), 4);
    assert_eq!(tree.rollup(ONE).unwrap().counts, 4);
}

#[tokio::test(start_paused = true)]
async fn what_one_look_leaves_is_looked_at_again_at_once() {
    let (world, counter) = (quiet(1), Counter::default());
    counter.books().most = Some(10);
    (0..100).for_each(|_| counter.mark(ONE));
    let _tree = start(&world, &counter).await;
    let begun = Instant::now();
    until("all is counted", || counter.left() == 0).await;
    assert!(begun.elapsed() < SECOND);
    assert_eq!(counter.counts(ONE), 10);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_changed_something_is_counted() {
    let one = key(1, 1);
    let (world, counter) = (World::with([one]), Counter::default());
    world.play(one, Play::Work(SECOND));
    let tree = start(&world, &counter).await;
    until("it counted at its start", || state(&tree, ONE) == Some(State::Waiting)).await;
    let before = counter.counts(ONE);
    until("a step ended", || world.done(one) == 2).await;
    until("and was counted", || counter.counts(ONE) > before).await;
}

#[tokio::test(start_paused = true)]
async fn hundreds_begin_and_count_a_few_at_a_time() {
    let (world, counter) = (quiet(300), Counter::default());
    counter.books().takes = Duration::from_millis(20);
    let tree = start(&world, &counter).await;
    let all = || tree.rollups().iter().filter(|status| status.state == State::Waiting).count() == 300;
    until("all have counted", all).await;
    assert_eq!(counter.books().most_at_once, 4, "the others wait for a place");
}

#[tokio::test(start_paused = true)]
async fn one_that_keeps_dying_is_parked_alone_and_tries_again() {
    let (world, counter) = (quiet(2), Counter::default());
    let other = Uuid::from_u128(2);
    let tree = start(&world, &counter).await;
    let well = || state(&tree, ONE) == Some(State::Waiting) && state(&tree, other) == Some(State::Waiting);
    until("both counted", well).await;
    counter.books().panics = true;
    tree.nudge_rollup(ONE);
    until("it is parked", || state(&tree, ONE) == Some(State::Parked)).await;
    let parked = world.count(|event| matches!(event, Event::RollupParked { .. }));
    let again = world.count(|event| matches!(event, Event::RollupRestarting { .. }));
    assert_eq!((parked, again), (1, 5), "five restarts, then a park");
    assert_eq!(state(&tree, other), Some(State::Waiting), "nobody else notices");
    counter.books().panics = false;
    counter.mark(ONE);
    until("it tries again by itself", || counter.left() == 0).await;

    counter.books().fails = true;
    counter.mark(ONE);
    tree.nudge_rollup(ONE);
    until("it failed", || state(&tree, ONE) == Some(State::BackingOff)).await;
    let failing = tree.rollup(ONE).unwrap();
    assert_eq!(failing.last_error.unwrap().reason, "no database");
    counter.books().fails = false;
    until("a failure is waited out", || counter.left() == 0).await;
    assert_eq!(tree.rollup(ONE).unwrap().restarts, failing.restarts, "it cost no restart");
}

#[tokio::test(start_paused = true)]
async fn whatever_dies_and_whenever_everything_marked_is_counted() {
    for seed in 0..12 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let (world, counter) = (quiet(3), Counter::default());
        counter.books().takes = Duration::from_millis(7);
        let tree = start(&world, &counter).await;
        for _ in 0..400 {
            let organization = Uuid::from_u128(dice.random_range(1..=3));
            match dice.random_range(0..20) {
                // One that is just being replaced is not there: that is fine too.
                0 => tree.restart_rollup(organization, RestartMode::Kill).unwrap_or_default(),
                1 => tree.restart_rollup(organization, RestartMode::Panic).unwrap_or_default(),
                2 => tree.restart_rollup(organization, RestartMode::Graceful).unwrap_or_default(),
                3 if dice.random_bool(0.2) => {
                    tree.restart_organization(organization, RestartMode::Kill).unwrap_or_default();
                }
                _ => {
                    counter.mark(organization);
                    // Some nudges are lost: the next one, or the clock, finds the mark.
                    if dice.random_bool(0.9) {
                        tree.nudge_rollup(organization);
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(dice.random_range(0..15))).await;
        }
        for organization in 1..=3 {
            tree.nudge_rollup(Uuid::from_u128(organization));
        }
        until("everything marked is counted", || counter.left() == 0).await;
        tree.stop(SECOND).await;
        let working = counter.books().at_once;
        assert_eq!(working, 0, "seed {seed}: somebody still counts after the stop");
    }
}
