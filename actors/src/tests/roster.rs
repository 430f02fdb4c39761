//! Who runs: what the tables say.

use super::world::*;
use crate::{
    State,
    event::Event,
    port::{Hold, HoldKind},
};

fn hold(until: Option<&str>) -> Option<Hold> {
    let until = until.map(|until| until.parse().unwrap());
    Some(Hold { kind: HoldKind::Paused, reason: "the practice moves house".into(), until })
}

#[tokio::test(start_paused = true)]
async fn the_whole_roster_is_raised_in_one_call() {
    let keys: Vec<_> = (0..50).flat_map(|org| (0..4).map(move |account| key(org, account))).collect();
    let world = World::with(keys.clone());
    let tree = world.start(exact()).await;
    until("all work", || tree.counts().waiting == keys.len()).await;
    assert_eq!(world.facts().raises, [200]);
    assert!(tree.statuses().iter().all(|status| status.restarts == 0 && status.generation == Some(1)));
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn accounts_and_organizations_come_and_go_at_run_time() {
    let (first, second, third) = (key(1, 1), key(1, 2), key(2, 1));
    let world = World::with([first]);
    let tree = world.start(exact()).await;
    until("it works", || world.done(first) == 1).await;

    world.facts().roster.extend([account(second), account(third)]);
    until("the others appear within a minute", || world.done(second) == 1 && world.done(third) == 1).await;
    assert_eq!(world.facts().raises, [1, 2]);

    world.facts().roster.retain(|account| account.key == second);
    tree.nudge_roster();
    until("they disappear", || tree.statuses().len() == 1).await;
    assert_eq!(tree.counts().waiting, 1);
    let (gone, before) = (world.done(first), world.done(second));
    tokio::time::sleep(5 * MINUTE).await;
    assert_eq!(world.done(first), gone, "what left the roster works no more");
    assert!(world.done(second) > before);

    world.facts().roster.extend([account(first), account(third)]);
    tree.nudge_roster();
    until("they are back", || world.done(first) > gone && world.done(third) > 1).await;
    assert_eq!(status(&tree, first).generation, Some(2), "generations rise over a removal");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn an_account_that_leaves_ends_its_step_and_may_return_meanwhile() {
    let one = key(1, 1);
    let world = World::with([one, key(1, 2)]);
    world.play(one, Play::Work(15 * SECOND));
    let tree = world.start(exact()).await;
    until("it steps", || state(&tree, one) == Some(State::Stepping)).await;
    world.facts().roster.retain(|account| account.key != one);
    tree.nudge_roster();
    until("it stops", || state(&tree, one) == Some(State::Stopping)).await;
    world.facts().roster.push(account(one));
    tree.nudge_roster();
    until("it is back", || status(&tree, one).generation == Some(2)).await;
    assert_eq!(world.done(one), 1, "the step was not cut off");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn an_organization_that_leaves_and_returns_while_it_stops_runs_again() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Work(15 * SECOND));
    let tree = world.start(exact()).await;
    until("it steps", || state(&tree, one) == Some(State::Stepping)).await;
    world.facts().roster.clear();
    tree.nudge_roster();
    until("it stops", || state(&tree, one) == Some(State::Stopping)).await;
    world.facts().roster.push(account(one));
    tree.nudge_roster();
    until("it is back", || world.done(one) == 2).await;
    assert!(tree.status(one).is_some(), "and it stands on the board");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_hold_stops_the_account_until_it_ends_or_expires() {
    let one = key(1, 1);
    let world = World::with([one]);
    let tree = world.start(exact()).await;
    until("it works", || world.done(one) == 1).await;

    world.change(one, |account| account.hold = hold(None));
    tree.nudge_roster();
    until("it is held", || state(&tree, one) == Some(State::Held)).await;
    assert_eq!(status(&tree, one).waits_for.unwrap().what, "the practice moves house");
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(world.done(one), 1, "held means held");
    world.change(one, |account| account.hold = None);
    tree.nudge_roster();
    until("it works again", || world.done(one) == 2).await;

    world.change(one, |account| account.hold = hold(Some("2026-03-02T09:00:00Z")));
    tree.nudge_roster();
    until("it is held again", || state(&tree, one) == Some(State::Held)).await;
    until("the hold expires by itself", || world.done(one) == 3).await;
    let ended = status(&tree, one).last_step_at.unwrap();
    assert!(ended >= "2026-03-02T09:00:00Z".parse().unwrap(), "not before its time");
    assert_eq!(world.count(|event| matches!(event, Event::Held { .. })), 2);
    assert_eq!(world.count(|event| matches!(event, Event::Resumed { .. })), 2);
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_held_from_the_start_is_shown_and_raises_nothing() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.change(one, |account| account.hold = hold(None));
    let tree = world.start(exact()).await;
    until("it is held", || state(&tree, one) == Some(State::Held)).await;
    tokio::time::sleep(5 * MINUTE).await;
    assert!(world.facts().raises.is_empty());
    assert_eq!(world.resumes(one), 0);
}

#[tokio::test(start_paused = true)]
async fn a_changed_account_looks_at_its_tables() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Idle(100 * MINUTE));
    let tree = world.start(exact()).await;
    until("it waits", || state(&tree, one) == Some(State::Waiting)).await;
    world.change(one, |account| account.version = 2);
    tree.nudge_roster();
    until("it looks", || world.resumes(one) == 2).await;
    assert_eq!(status(&tree, one).generation, Some(1), "the same incarnation");
}

#[tokio::test(start_paused = true)]
async fn a_roster_that_cannot_be_read_is_retried_and_leaves_running_actors_alone() {
    let (one, two) = (key(1, 1), key(2, 1));
    let world = World::with([one]);
    world.facts().roster_fails = true;
    let tree = world.start(exact()).await;
    tokio::time::sleep(10 * SECOND).await;
    let failures = || world.count(|event| matches!(event, Event::RosterFailed { .. }));
    assert_eq!(failures(), 4, "after 1, 2, 4 and 8 seconds");
    world.facts().roster_fails = false;
    until("it begins", || world.done(one) == 1).await;

    world.facts().roster_fails = true;
    world.facts().roster.push(account(two));
    tokio::time::sleep(10 * MINUTE).await;
    assert!(world.done(one) > 8, "what runs goes on");
    assert!(failures() > 10);
    world.facts().roster_fails = false;
    until("the new one begins", || world.done(two) == 1).await;
    assert_eq!(status(&tree, one).generation, Some(1));
}

#[tokio::test(start_paused = true)]
async fn fences_that_cannot_be_raised_cost_no_budget() {
    let one = key(1, 1);
    let world = World::with([one]);
    let tree = world.start(exact()).await;
    until("it works", || world.done(one) == 1).await;
    world.facts().fences_fail = true;
    tree.restart(one, crate::RestartMode::Kill).unwrap();
    tokio::time::sleep(20 * MINUTE).await;
    assert_eq!(state(&tree, one), Some(State::Starting));
    assert!(status(&tree, one).last_error.unwrap().reason.contains("no database"));
    assert_eq!(world.count(|event| matches!(event, Event::Parked { .. } | Event::Stalled { .. })), 0);
    world.facts().fences_fail = false;
    until("it works again", || world.done(one) == 2).await;
    world.assert_sound();
}
