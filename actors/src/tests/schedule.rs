//! When an account works, and what it waits for.

use std::time::Duration;

use super::world::*;
use crate::{
    State, Tree,
    event::Event,
    port::{PortError, SyncKey},
};

fn failures(tree: &Tree, key: SyncKey) -> u32 {
    tree.status(key).map_or(0, |status| status.consecutive_failures)
}

#[tokio::test(start_paused = true)]
async fn nudges_coalesce() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Work(10 * SECOND));
    let tree = world.start(exact()).await;
    until("it steps", || state(&tree, one) == Some(State::Stepping)).await;
    for _ in 0..1_000 {
        tree.nudge(one);
    }
    assert_eq!(world.resumes(one), 1, "nobody looks while a step runs");
    until("two steps", || world.done(one) == 2).await;
    assert_eq!(world.resumes(one), 2, "a thousand nudges are one look after the step");
    tokio::time::sleep(30 * SECOND).await;
    assert_eq!(world.resumes(one), 2);

    let before = tokio::time::Instant::now();
    tree.nudge(one);
    until("it looks at once", || world.resumes(one) == 3).await;
    assert!(before.elapsed() < SECOND, "a nudge ends a wait for the schedule");
}

#[tokio::test(start_paused = true)]
async fn a_failing_step_pauses_longer_each_time_and_nudges_do_not_shorten_it() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Fail);
    let tree = world.start(exact()).await;
    until("it failed thrice", || failures(&tree, one) == 3).await;
    let failing = status(&tree, one);
    assert_eq!(failing.state, State::BackingOff);
    assert_eq!(failing.next_due.unwrap().duration_since(failing.since).as_secs(), 8, "2, 4, 8 seconds");
    assert_eq!((failing.restarts, failing.last_error.unwrap().reason.as_str()), (0, "500"));
    tree.nudge(one);
    tokio::time::sleep(SECOND).await;
    assert_eq!(world.steps(one), 3, "a nudge honours the pause");

    world.play(one, Play::Work(SECOND));
    tree.sync_now(one).unwrap();
    until("it works again", || world.done(one) == 4).await;
    assert_eq!(status(&tree, one).consecutive_failures, 0);
    let progress = status(&tree, one).progress;
    assert_eq!((progress.records, progress.changed), (40, 8), "figures add up");
    assert_eq!(progress.cursors["patients"], "page 4");
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_noticed_and_asked_again() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.gate(one, Gate::Lose);
    let tree = world.start(exact()).await;
    until("the loss is noticed", || world.count(|event| matches!(event, Event::PermitLost { .. })) == 1)
        .await;
    world.gate(one, Gate::Grant);
    until("it is granted after all", || world.done(one) == 1).await;
    let lost = world.count(|event| matches!(event, Event::PermitLost { .. }));
    assert!(lost <= 2, "asked again at once: {lost}");
    assert_eq!(status(&tree, one).restarts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_long_queue_is_an_explained_wait_and_no_stall() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.gate(one, Gate::Queue);
    let tree = world.start(exact()).await;
    tokio::time::sleep(60 * MINUTE).await;
    let asking = status(&tree, one);
    assert_eq!(asking.state, State::Asking);
    assert_eq!(asking.waits_for.unwrap().what, "budget account of cliniko");
    assert_eq!(world.count(|event| matches!(event, Event::PermitLost { .. } | Event::Stalled { .. })), 0);
}

#[tokio::test(start_paused = true)]
async fn a_nudge_is_looked_at_while_a_request_waits_and_the_request_keeps_its_place() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.gate(one, Gate::Queue);
    let tree = world.start(exact()).await;
    until("it asks", || state(&tree, one) == Some(State::Asking)).await;
    tree.nudge(one);
    until("it looks", || world.resumes(one) == 2).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(state(&tree, one), Some(State::Asking), "the same demand still waits");

    world.play(one, Play::Idle(MINUTE));
    tree.nudge(one);
    until("nothing is due any more", || state(&tree, one) == Some(State::Waiting)).await;
    assert_eq!(world.steps(one), 0, "the request was withdrawn");
}

#[tokio::test(start_paused = true)]
async fn an_open_breaker_a_shut_gate_and_a_reborn_gate_are_waited_for() {
    let (open, shut, gone) = (key(1, 1), key(2, 1), key(3, 1));
    let world = World::with([open, shut, gone]);
    let until_then: jiff::Timestamp = "2026-03-02T08:10:00Z".parse().unwrap();
    world.gate(open, Gate::Open(until_then));
    world.gate(shut, Gate::Shut);
    world.gate(gone, Gate::Gone);
    let tree = world.start(exact()).await;
    tokio::time::sleep(SECOND).await;
    let waits = |key| status(&tree, key).waits_for.unwrap();
    assert_eq!(waits(open).until, Some(until_then), "says until when");
    assert_eq!(waits(shut).what, "the limiter failed too often", "says why");
    assert!(waits(gone).what.contains("begin again"));
    world.facts().gates.clear();
    until("the reborn gate grants soon", || world.done(gone) == 1).await;
    until("the shut gate is tried again", || world.done(shut) == 1).await;
    assert_eq!(world.steps(open), 0);
    until("the breaker is tried when it said", || world.done(open) == 1).await;
    assert!(status(&tree, open).last_step_at.unwrap() >= until_then);
    let done: usize = world.facts().done.values().sum();
    assert_eq!(world.facts().settled, done, "every permit was settled");
}

#[tokio::test(start_paused = true)]
async fn what_does_not_move_is_named_once_and_cleared_when_it_moves() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Idle(MINUTE));
    let tree = world.start(exact()).await;
    until("it waits", || state(&tree, one) == Some(State::Waiting)).await;
    // A dead timer, as no bug can be asked for: the board says it is long due.
    let house = tree.house();
    let slot = house.board.get(one).unwrap();
    let stall = || {
        let past = house.now() - jiff::SignedDuration::from_secs(40);
        slot.enter(State::Waiting, past, Some(past), None);
    };
    let stalls = || world.count(|event| matches!(event, Event::Stalled { key, .. } if *key == one));
    stall();
    tokio::time::sleep(20 * SECOND).await;
    assert_eq!(stalls(), 1, "named within a minute, and once");
    tree.nudge(one);
    tokio::time::sleep(20 * SECOND).await;
    assert_eq!(stalls(), 1, "it moves");
    stall();
    tokio::time::sleep(6 * SECOND).await;
    assert_eq!(stalls(), 2, "a new stall is named anew");
}

#[tokio::test(start_paused = true)]
async fn settings_change_while_the_tree_runs() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Fail);
    let tree = world.start(exact()).await;
    until("it failed", || failures(&tree, one) == 1).await;
    let mut settings = exact();
    settings.failure_pause.first = 100 * SECOND;
    tree.reconfigure(settings);
    until("it failed again", || failures(&tree, one) == 2).await;
    let failing = status(&tree, one);
    assert_eq!(failing.next_due.unwrap().duration_since(failing.since).as_secs(), 200);
}

#[tokio::test]
async fn a_port_that_never_answers_is_given_up() {
    tokio::time::pause();
    let answer = crate::house::in_time(SECOND, std::future::pending::<Result<(), PortError>>()).await;
    assert_eq!(answer.unwrap_err().0, "no answer within 1s");
    let answer = crate::house::in_time(Duration::ZERO + SECOND, async { Ok(1) }).await;
    assert_eq!(answer.unwrap(), 1);
}
