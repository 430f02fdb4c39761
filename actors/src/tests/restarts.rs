//! What fails begins again, alone, within its budget.

use std::time::Duration;

use super::world::*;
use crate::{RestartMode, State, event::Event};

#[tokio::test(start_paused = true)]
async fn a_child_that_panics_forever_parks_alone_after_exactly_its_budget() {
    let (bad, good, other) = (key(1, 1), key(1, 2), key(2, 1));
    let world = World::with([bad, good, other]);
    world.play(bad, Play::Panic);
    let tree = world.start(exact()).await;
    until("it parks", || state(&tree, bad) == Some(State::Parked)).await;

    let pauses: Vec<Duration> = world
        .facts()
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Restarting { key, pause, .. } if *key == bad => Some(*pause),
            _ => None,
        })
        .collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16].map(Duration::from_secs), "five restarts, doubling pauses");
    assert_eq!(world.steps(bad), 6, "one start and five restarts");
    let parked = status(&tree, bad);
    assert_eq!((parked.restarts, parked.generation), (5, Some(6)));
    assert!(parked.last_error.unwrap().reason.contains("asked to panic"), "the reason is shown");

    tokio::time::sleep(10 * MINUTE).await;
    for key in [good, other] {
        let status = status(&tree, key);
        assert_eq!((status.restarts, status.generation), (0, Some(1)), "siblings never notice");
        assert!(world.done(key) >= 10, "and go on working");
    }
    assert_eq!(world.steps(bad), 6, "what is parked stands still");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_park_expires_by_itself_or_ends_when_it_is_resumed() {
    let bad = key(1, 1);
    let world = World::with([bad]);
    world.play(bad, Play::PanicOnResume);
    let tree = world.start(exact()).await;
    until("it parks", || state(&tree, bad) == Some(State::Parked)).await;
    let due = status(&tree, bad).next_due.unwrap();
    assert_eq!(due.duration_since(status(&tree, bad).since).as_secs(), 3_600, "the park says when it ends");

    tree.resume(bad).unwrap();
    until("it parks again", || world.count(|event| matches!(event, Event::Parked { .. })) == 2).await;
    assert_eq!(world.resumes(bad), 12, "the budget is fresh after a resume");

    world.play(bad, Play::Work(SECOND));
    tokio::time::sleep(59 * MINUTE).await;
    assert_eq!(state(&tree, bad), Some(State::Parked));
    tokio::time::sleep(2 * MINUTE).await;
    assert!(world.done(bad) > 0, "the park has expired");
    assert_eq!(world.count(|event| matches!(event, Event::Resumed { .. })), 2);
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_hung_step_is_cut_off_named_and_counts_as_a_failure() {
    let bad = key(1, 1);
    let world = World::with([bad]);
    world.play(bad, Play::Hang);
    let tree = world.start(exact()).await;
    let hung = |event: &Event| matches!(event, Event::StepHung { stream, after, .. } if &**stream == "patients" && *after == 2 * MINUTE);
    until("the hang is noticed", || world.count(hung) == 1).await;
    world.play(bad, Play::Work(SECOND));
    until("it works again", || world.done(bad) == 1).await;
    let status = status(&tree, bad);
    assert_eq!((status.restarts, status.generation), (1, Some(2)));
    assert!(status.last_error.unwrap().reason.contains("hung"));
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_hung_look_is_cut_off_too() {
    let bad = key(1, 1);
    let world = World::with([bad]);
    world.play(bad, Play::HangOnResume);
    let tree = world.start(exact()).await;
    until("the hang is noticed", || world.count(|event| matches!(event, Event::StepHung { .. })) == 1).await;
    world.play(bad, Play::Work(SECOND));
    until("it works again", || world.done(bad) == 1).await;
    assert_eq!(status(&tree, bad).generation, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_lost_fence_raises_a_new_generation_after_growing_pauses_and_costs_no_budget() {
    let bad = key(1, 1);
    let world = World::with([bad]);
    world.play(bad, Play::Fence);
    let tree = world.start(exact()).await;
    until("it was fenced often", || tree.status(bad).is_some_and(|status| status.restarts >= 8)).await;
    let pauses: Vec<Duration> = world
        .facts()
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Restarting { pause, .. } => Some(*pause),
            _ => None,
        })
        .collect();
    assert_eq!(pauses[..8], [1, 2, 4, 8, 16, 32, 60, 60].map(Duration::from_secs));
    assert_eq!(world.count(|event| matches!(event, Event::Parked { .. })), 0);
    world.play(bad, Play::Work(SECOND));
    until("it works again", || world.done(bad) > 8 && state(&tree, bad) == Some(State::Waiting)).await;
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_parks_until_the_version_rises() {
    let bad = key(1, 1);
    let world = World::with([bad]);
    world.play(bad, Play::Deny);
    let tree = world.start(exact()).await;
    until("it parks", || state(&tree, bad) == Some(State::Parked)).await;
    let parked = status(&tree, bad);
    assert_eq!(parked.waits_for.unwrap().what, "the key was revoked");
    assert_eq!(parked.next_due, None, "time alone does not help");
    tokio::time::sleep(100 * MINUTE).await;
    assert_eq!(world.steps(bad), 1, "nothing is sent with a refused credential");

    world.play(bad, Play::Work(SECOND));
    world.change(bad, |account| account.version = 2);
    tree.nudge_roster();
    until("it works again", || world.done(bad) == 2).await;
    assert_eq!(world.count(|event| matches!(event, Event::Restarting { .. })), 0, "no budget was used");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn every_way_of_restarting_a_hundred_times_under_load_is_invisible_to_others() {
    let (victim, sibling) = (key(1, 1), key(2, 1));
    let world = World::with([victim, key(1, 2), sibling]);
    world.play(victim, Play::Pages(Duration::from_millis(70)));
    world.play(sibling, Play::Pages(Duration::from_millis(70)));
    let tree = world.start(exact()).await;
    until("they work", || world.done(victim) > 1).await;
    let mut fence = world.facts().fences[&victim];
    for mode in [RestartMode::Graceful, RestartMode::Kill, RestartMode::Panic] {
        for nth in 0..100 {
            tree.restart(victim, mode).unwrap();
            until("a new generation steps", || {
                status(&tree, victim).generation > Some(fence)
                    && state(&tree, victim) == Some(State::Stepping)
            })
            .await;
            let raised = world.facts().fences[&victim];
            assert!(raised > fence, "{mode:?} {nth}: generations rise");
            fence = raised;
            tokio::time::sleep(Duration::from_millis(nth % 80)).await;
        }
    }
    assert_eq!(world.count(|event| matches!(event, Event::Parked { .. } | Event::Restarting { .. })), 0);
    assert_eq!(status(&tree, sibling).generation, Some(1), "another organization never noticed");
    assert_eq!(status(&tree, key(1, 2)).generation, Some(1), "nor did a sibling");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn every_way_of_restarting_an_organization_keeps_the_others_running() {
    let (victim, other) = (key(1, 1), key(2, 1));
    let world = World::with([victim, key(1, 2), other]);
    world.play(victim, Play::Pages(Duration::from_millis(70)));
    let tree = world.start(exact()).await;
    until("they work", || world.done(victim) > 1).await;
    for mode in [RestartMode::Graceful, RestartMode::Kill, RestartMode::Panic] {
        for _ in 0..30 {
            let before = status(&tree, victim).generation;
            tree.restart_organization(victim.organization, mode).unwrap();
            until("it steps again", || {
                status(&tree, victim).generation > before && state(&tree, victim) == Some(State::Stepping)
            })
            .await;
        }
    }
    until("its sibling is back", || state(&tree, key(1, 2)) == Some(State::Waiting)).await;
    assert_eq!(status(&tree, key(1, 2)).generation, Some(91));
    assert_eq!(status(&tree, other).generation, Some(1));
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_dies_begins_again_and_fails_the_tree_when_its_budget_is_spent() {
    let one = key(1, 1);
    let world = World::with([one, key(2, 1)]);
    let tree = world.start(exact()).await;
    until("it works", || world.done(one) == 1).await;
    for nth in 1..=5 {
        kill_organizations(&tree);
        until("everybody is raised in one call", || world.facts().raises.len() == nth + 1).await;
        until("it works again", || world.done(one) == nth + 1).await;
    }
    assert_eq!(world.facts().raises, [2; 6]);
    kill_organizations(&tree);
    let reason = tree.failed().await;
    assert!(reason.starts_with("organizations failed again after 5 restarts"), "{reason}");
    world.assert_sound();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_cannot_be_cut_off_keeps_its_successor_out() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Block(Duration::from_millis(60)));
    let tree = world.start(exact()).await;
    for nth in 1..=6 {
        until("it steps", || world.steps(one) == nth).await;
        tree.restart(one, RestartMode::Kill).unwrap();
    }
    until("the last one works", || world.steps(one) == 7).await;
    world.assert_sound();
}
