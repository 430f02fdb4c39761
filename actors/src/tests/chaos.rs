//! An hour of random faults, from a seed.

use std::time::Duration;

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::world::*;
use crate::{
    RestartMode, State, Tree,
    port::{Hold, HoldKind, SyncKey},
};

const KEYS: u128 = 24;

fn some_key(rng: &mut ChaCha8Rng) -> SyncKey {
    let nth = rng.random_range(0..KEYS);
    key(nth / 4, nth)
}

fn some_mode(rng: &mut ChaCha8Rng) -> RestartMode {
    [RestartMode::Graceful, RestartMode::Kill, RestartMode::Panic][rng.random_range(0..3)]
}

fn fault(rng: &mut ChaCha8Rng, world: &World, tree: &Tree) {
    let key = some_key(rng);
    let listed = world.facts().roster.iter().any(|account| account.key == key);
    match rng.random_range(0..27) {
        0 => world.play(key, Play::Panic),
        1 => world.play(key, Play::PanicOnResume),
        2 => world.play(key, Play::Hang),
        3 => world.play(key, Play::HangOnResume),
        4 => world.play(key, Play::Deny),
        5 => world.play(key, Play::Fence),
        6 => world.play(key, Play::Fail),
        7 => {
            let takes = Duration::from_millis(rng.random_range(200..9_000));
            world.play(key, if rng.random_bool(0.5) { Play::Pages(takes) } else { Play::Ahead(takes) });
        }
        8 => world.play(key, Play::Work(Duration::from_millis(rng.random_range(0..30_000)))),
        9 => world.gate(key, Gate::Lose),
        10 => world.gate(key, Gate::Gone),
        11 => world.gate(key, Gate::Shut),
        12 => world.gate(key, Gate::Grant),
        13 | 14 => drop(tree.restart(key, some_mode(rng))),
        15 => drop(tree.restart_organization(key.organization, some_mode(rng))),
        16 if listed => world.facts().roster.retain(|account| account.key != key),
        16 => world.facts().roster.push(account(key)),
        17 if listed => world.change(key, |account| {
            let hold = Hold { kind: HoldKind::Paused, reason: "a pause".into(), until: None };
            account.hold = if account.hold.is_some() { None } else { Some(hold) };
        }),
        18 if listed => world.change(key, |account| account.version += 1),
        19 => {
            let mut facts = world.facts();
            facts.fences_fail = !facts.fences_fail;
        }
        20 => {
            let mut facts = world.facts();
            facts.roster_fails = !facts.roster_fails;
        }
        21 if rng.random_bool(0.1) => kill_organizations(tree),
        22 => {
            let apply = [Apply::Panic, Apply::Hang, Apply::Fail, Apply::Fence, Apply::Wait(9 * SECOND)];
            world.facts().applies.insert(key, apply[rng.random_range(0..apply.len())]);
        }
        23 => {
            let takes = Duration::from_millis(rng.random_range(0..5_000));
            world.facts().applies.insert(key, Apply::Portion(rng.random_range(1..9), takes));
        }
        24..=26 => {
            world.deliver(key, rng.random_range(1..30));
            if rng.random_bool(0.7) {
                tree.deliver(key);
            }
        }
        _ => tree.nudge(key),
    }
    if rng.random_bool(0.3) {
        tree.nudge_roster();
    }
}

/// Ends all faults and checks that everything that should run runs.
async fn recover(world: &World, tree: &Tree) {
    let keys: Vec<SyncKey> = (0..KEYS).map(|nth| key(nth / 4, nth)).collect();
    {
        let mut facts = world.facts();
        facts.plays.clear();
        facts.gates.clear();
        facts.applies.clear();
        (facts.fences_fail, facts.roster_fails) = (false, false);
        facts.roster = keys.iter().map(|key| account(*key)).collect();
        facts.roster.iter_mut().for_each(|account| account.version = 1_000_000);
    }
    tree.nudge_roster();
    tokio::time::sleep(2 * MINUTE).await;
    for key in &keys {
        let _known = tree.resume(*key);
        let _known = tree.sync_now(*key);
    }
    let before: Vec<usize> = keys.iter().map(|key| world.done(*key)).collect();
    tokio::time::sleep(90 * MINUTE).await;
    for (key, before) in keys.iter().zip(before) {
        let status = status(tree, *key);
        assert!(world.done(*key) > before + 3, "{key} works again: {status:?}");
        assert_ne!(status.state, State::Parked);
        assert_eq!(world.facts().delivered.get(key).copied().unwrap_or(0), 0, "{key} applied everything");
    }
}

async fn hour(seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let world = World::with((0..KEYS).map(|nth| key(nth / 4, nth)));
    let mut settings = crate::Settings { seed, ..crate::Settings::default() };
    // The branch above all dies more often here than anywhere.
    settings.branch_restarts.budget = 1_000;
    let tree = world.start(settings).await;
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < 60 * MINUTE {
        fault(&mut rng, &world, &tree);
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..3_000))).await;
        world.assert_sound();
    }
    recover(&world, &tree).await;
    world.assert_sound();
    let counts = tree.counts();
    let sum = counts.starting + counts.waiting + counts.asking + counts.stepping + counts.backing_off;
    assert_eq!(sum + counts.parked + counts.held + counts.stopping, tree.statuses().len(), "totals agree");
    let report = tree.stop(MINUTE).await;
    assert_eq!(report.working, 0);
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_random_faults_keeps_every_promise() {
    for seed in 1..=3 {
        hour(seed).await;
    }
}
