//! What was delivered is applied, whatever the fetches do or wait for.

use std::time::Duration;

use super::world::*;
use crate::{RestartMode, State, event::Event};

#[tokio::test(start_paused = true)]
async fn news_is_applied_at_once_whatever_the_fetches_wait_for() {
    let (queued, open, shut, slow, failing) = (key(1, 1), key(2, 1), key(3, 1), key(4, 1), key(5, 1));
    let keys = [queued, open, shut, slow, failing];
    let world = World::with(keys);
    world.gate(queued, Gate::Queue);
    world.gate(open, Gate::Open("2026-03-02T09:00:00Z".parse().unwrap()));
    world.gate(shut, Gate::Shut);
    world.play(slow, Play::Pages(100 * SECOND));
    world.play(failing, Play::Fail);
    let tree = world.start(exact()).await;
    tokio::time::sleep(20 * SECOND).await;
    assert_eq!(state(&tree, queued), Some(State::Asking));
    assert_eq!(state(&tree, slow), Some(State::Stepping));
    assert_eq!(state(&tree, failing), Some(State::BackingOff));
    let steps: Vec<usize> = keys.map(|key| world.steps(key)).into();
    for key in keys {
        world.deliver(key, 25);
        tree.deliver(key);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(keys.map(|key| world.applied(key)), [25; 5], "all of it, portion after portion");
    assert_eq!(Vec::from(keys.map(|key| world.steps(key))), steps, "and no fetch was hurried");
    assert_eq!(state(&tree, slow), Some(State::Stepping), "nor cut off");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_thousand_deliveries_while_a_portion_runs_are_one_look_more() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.facts().applies.insert(one, Apply::Portion(10_000, SECOND));
    let tree = world.start(exact()).await;
    until("the first look", || world.portions(one) == 1).await;
    for _ in 0..1000 {
        world.deliver(one, 1);
        tree.deliver(one);
    }
    tokio::time::sleep(5 * SECOND).await;
    assert_eq!(world.applied(one), 1000);
    assert!(world.portions(one) <= 3, "{} looks", world.portions(one));
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn without_any_news_everything_is_applied_within_one_interval() {
    let (idle, busy) = (key(1, 1), key(2, 1));
    let world = World::with([idle, busy]);
    world.play(idle, Play::Idle(60 * MINUTE));
    world.gate(busy, Gate::Queue);
    let tree = world.start(exact()).await;
    until("they stand", || {
        state(&tree, idle) == Some(State::Waiting) && state(&tree, busy) == Some(State::Asking)
    })
    .await;
    world.deliver(idle, 3);
    world.deliver(busy, 3);
    tokio::time::sleep(MINUTE + SECOND).await;
    assert_eq!([idle, busy].map(|key| world.applied(key)), [3, 3]);
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_read_a_little_later_is_looked_for_once_and_then() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Idle(60 * MINUTE));
    world.facts().due_in = 10 * SECOND;
    let tree = world.start(exact()).await;
    until("it waits", || state(&tree, one) == Some(State::Waiting)).await;
    for _ in 0..4 {
        world.deliver(one, 1);
        tree.deliver(one);
        tokio::time::sleep(2 * SECOND).await;
    }
    assert_eq!((world.applied(one), world.resumes(one)), (4, 1), "applied at once, looked for later");
    tokio::time::sleep(3 * SECOND).await;
    assert_eq!(world.resumes(one), 2, "ten seconds after the first");
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(world.resumes(one), 2, "that look saw the others too");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn what_is_applied_makes_the_account_look_for_what_is_due() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Idle(60 * MINUTE));
    let tree = world.start(exact()).await;
    until("it waits", || state(&tree, one) == Some(State::Waiting)).await;
    world.deliver(one, 1);
    tree.deliver(one);
    until("it looks", || world.resumes(one) == 2).await;
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(world.resumes(one), 2, "and only once");
}

#[tokio::test(start_paused = true)]
async fn a_failing_apply_pauses_longer_each_time_and_news_does_not_shorten_it() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Idle(60 * MINUTE));
    world.facts().applies.insert(one, Apply::Fail);
    let tree = world.start(exact()).await;
    let failed = || world.count(|event| matches!(event, Event::Applied { outcome: "failed", .. }));
    let begun = tokio::time::Instant::now();
    until("four failures", || failed() == 4).await;
    assert_eq!(begun.elapsed().as_secs(), 14, "2, 4, 8 seconds between them");
    world.deliver(one, 1);
    tree.deliver(one);
    tree.nudge(one);
    tokio::time::sleep(10 * SECOND).await;
    assert_eq!((failed(), world.applied(one)), (4, 0));
    assert_eq!(status(&tree, one).consecutive_failures, 0, "the fetches are another matter");
    world.facts().applies.clear();
    tree.sync_now(one).unwrap();
    until("whoever asks is heard", || world.applied(one) == 1).await;
    assert_eq!(status(&tree, one).restarts, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_to_be_tried_later_is_tried_then_and_new_news_does_not_wait_for_it() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.facts().applies.insert(one, Apply::Wait(20 * SECOND));
    let tree = world.start(exact()).await;
    until("it looked", || world.portions(one) == 1).await;
    tokio::time::sleep(19 * SECOND).await;
    assert_eq!(world.portions(one), 1);
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(world.portions(one), 2, "when it was said");
    tree.deliver(one);
    tokio::time::sleep(SECOND).await;
    assert_eq!(world.portions(one), 3);
}

#[tokio::test(start_paused = true)]
async fn a_hung_apply_is_cut_off_and_a_panic_restarts_within_the_budget() {
    let (hung, bad) = (key(1, 1), key(2, 1));
    let world = World::with([hung, bad]);
    world.facts().applies.insert(hung, Apply::Hang);
    world.facts().applies.insert(bad, Apply::Panic);
    let tree = world.start(exact()).await;
    until("the hang is named", || {
        world.count(|event| {
            matches!(event, Event::StepHung { key, stream, after, .. }
                if *key == hung && &**stream == "deliveries" && *after == MINUTE)
        }) == 1
    })
    .await;
    until("the other parks", || state(&tree, bad) == Some(State::Parked)).await;
    world.facts().applies.clear();
    world.deliver(hung, 2);
    world.deliver(bad, 2);
    tree.resume(bad).unwrap();
    until("both apply", || [hung, bad].map(|key| world.applied(key)) == [2, 2]).await;
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_fence_lost_while_applying_ends_the_incarnation() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.facts().applies.insert(one, Apply::Fence);
    let tree = world.start(exact()).await;
    until("it was fenced", || tree.status(one).is_some_and(|status| status.restarts > 0)).await;
    world.facts().applies.clear();
    world.deliver(one, 1);
    until("its successor applies", || world.applied(one) == 1).await;
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_refused_credential_does_not_keep_back_what_was_accepted() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.facts().applies.insert(one, Apply::Portion(1, Duration::from_millis(500)));
    world.play(one, Play::Deny);
    world.deliver(one, 5);
    let tree = world.start(exact()).await;
    until("it parks", || state(&tree, one) == Some(State::Parked)).await;
    assert_eq!(world.applied(one), 5, "applied first");
    assert_eq!(world.steps(one), 1, "and nothing was asked any more");
    world.deliver(one, 2);
    tree.deliver(one);
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(world.applied(one), 5, "what comes later waits");
    world.play(one, Play::Work(SECOND));
    world.change(one, |account| account.version = 2);
    tree.nudge_roster();
    until("a new credential brings it", || world.applied(one) == 7).await;
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_graceful_end_waits_for_step_and_portion_and_begins_no_more() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.facts().applies.insert(one, Apply::Portion(1, 3 * SECOND));
    world.play(one, Play::Pages(5 * SECOND));
    world.deliver(one, 100);
    let tree = world.start(exact()).await;
    until("both work", || world.steps(one) == 1 && world.portions(one) == 1).await;
    tree.restart(one, RestartMode::Graceful).unwrap();
    until("both ended", || status(&tree, one).generation == Some(2)).await;
    assert_eq!((world.done(one), world.applied(one)), (1, 1));
    world.assert_sound();
}
