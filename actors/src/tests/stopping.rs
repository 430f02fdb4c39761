//! How everything ends.

use std::time::Duration;

use super::world::*;
use crate::State;

#[tokio::test(start_paused = true)]
async fn a_stop_lets_steps_end_and_takes_no_more_work() {
    let (slow, idle) = (key(1, 1), key(2, 1));
    let world = World::with([slow, idle]);
    world.play(slow, Play::Pages(10 * SECOND));
    world.play(idle, Play::Idle(MINUTE));
    let tree = world.start(exact()).await;
    until("it steps", || world.steps(slow) == 1).await;
    let report = tree.stop(15 * SECOND).await;
    assert_eq!((world.steps(slow), world.done(slow)), (1, 1), "the step ended and no other began");
    assert_eq!((report.aborted, report.working), (0, 0));
    assert!(report.took < 11 * SECOND, "as soon as the step has ended: {:?}", report.took);
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(world.steps(slow), 1, "nothing lives on");
    assert_eq!(world.resumes(idle), 1);
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_step_that_outlives_the_grace_is_cut_off() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Hang);
    let tree = world.start(exact()).await;
    until("it steps", || world.steps(one) == 1).await;
    let report = tree.stop(5 * SECOND).await;
    assert_eq!((report.aborted, report.working), (1, 0));
    assert!(report.took >= 5 * SECOND && report.took < 6 * SECOND, "{:?}", report.took);
    assert_eq!(world.done(one), 0);
}

#[tokio::test(start_paused = true)]
async fn a_graceful_restart_lets_the_step_end_and_a_kill_cuts_it_off() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Work(10 * SECOND));
    let tree = world.start(exact()).await;
    until("it steps", || world.steps(one) == 1).await;
    tree.restart(one, crate::RestartMode::Graceful).unwrap();
    until("it steps again", || world.steps(one) == 2).await;
    assert_eq!(world.done(one), 1, "the first step ended");
    tree.restart(one, crate::RestartMode::Kill).unwrap();
    until("it steps once more", || world.steps(one) == 3).await;
    assert_eq!(world.done(one), 1, "the second step was cut off");
    assert_eq!(world.facts().settled, 1);
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn stopping_before_anything_runs_and_stopping_twice_are_harmless() {
    let world = World::with([key(1, 1)]);
    world.facts().roster_fails = true;
    let tree = world.start(exact()).await;
    let first = tree.stop(SECOND).await;
    assert_eq!(first.aborted, 0);
    assert_eq!(tree.stop(SECOND).await.aborted, 0);
    let failed = tokio::time::timeout(MINUTE, tree.failed()).await;
    assert!(failed.is_err(), "an orderly stop is no failure");
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_what_is_parked_held_or_backing_off() {
    let (parked, failing) = (key(1, 1), key(1, 2));
    let world = World::with([parked, failing]);
    world.play(parked, Play::Deny);
    world.play(failing, Play::Panic);
    let tree = world.start(exact()).await;
    until("they rest", || {
        state(&tree, parked) == Some(State::Parked) && state(&tree, failing) == Some(State::BackingOff)
    })
    .await;
    let report = tree.stop(MINUTE).await;
    assert!(report.took < Duration::from_millis(500), "{:?}", report.took);
}
