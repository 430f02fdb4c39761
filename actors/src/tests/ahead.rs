//! Requests that are sent while the page before them is written.

use std::time::Duration;

use super::world::*;
use crate::{
    RestartMode, State,
    port::{Ahead, Answer, Demand, Granted, Sent},
};

/// Writes a page for this long; meanwhile sends the request after it, once the gates grant it.
pub(super) async fn send(ahead: Option<Ahead>, demand: &Demand, takes: Duration) -> Option<Sent> {
    let written = tokio::time::sleep(takes);
    tokio::pin!(written);
    tokio::select! {
        () = &mut written => None,
        Some(granted) = async { ahead?.permit(demand.clone()).await } => {
            written.await;
            Some(Sent(Box::new(granted)))
        }
    }
}

/// The request that was sent is answered.
pub(super) fn answered(sent: Option<Sent>) {
    if let Some(sent) = sent {
        sent.0.downcast::<Granted>().unwrap().settle(&Answer::Healthy);
    }
}

const PAGE: Duration = Duration::from_millis(100);

#[tokio::test(start_paused = true)]
async fn a_step_whose_request_was_sent_ahead_begins_without_asking() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Ahead(PAGE));
    let tree = world.start(exact()).await;
    until("the first step began", || world.steps(one) == 1).await;
    for _ in 0..1_000 {
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert_eq!(state(&tree, one), Some(State::Stepping));
    }
    assert!(world.steps(one) >= 9, "{} steps in ten of their lengths", world.steps(one));
    assert_eq!((world.resumes(one), status(&tree, one).restarts), (1, 0));
    let asked = world.facts().asked;
    assert!(asked.abs_diff(world.steps(one)) <= 1, "each request asks once: {asked}");

    assert_eq!(tree.stop(MINUTE).await.working, 0);
    let facts = world.facts();
    assert_eq!(facts.settled + facts.dropped, facts.granted, "no permit is left");
    assert!(facts.dropped <= 1, "but for one that nobody came to use: {}", facts.dropped);
    drop(facts);
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn what_the_gates_do_not_grant_in_time_is_asked_for_again() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Ahead(PAGE));
    let tree = world.start(exact()).await;
    until("it goes on", || world.done(one) > 3).await;
    world.gate(one, Gate::Queue);
    until("it asks", || state(&tree, one) == Some(State::Asking)).await;
    let before = world.steps(one);
    tokio::time::sleep(MINUTE).await;
    assert_eq!((state(&tree, one), world.steps(one)), (Some(State::Asking), before), "an explained wait");
    world.gate(one, Gate::Grant);
    tree.nudge(one);
    world.play(one, Play::Idle(MINUTE));
    until("the tables decide again", || state(&tree, one) == Some(State::Waiting)).await;
    let facts = world.facts();
    assert_eq!(facts.dropped, 0, "whoever waits in a queue holds nothing");
}

#[tokio::test(start_paused = true)]
async fn a_nudge_is_looked_at_although_requests_are_sent_ahead() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Ahead(PAGE));
    let tree = world.start(exact()).await;
    until("it goes on", || world.done(one) > 3).await;
    for round in 1..=5 {
        let (before, begun) = (world.steps(one), tokio::time::Instant::now());
        tree.nudge(one);
        until("it looks", || world.resumes(one) == 1 + round).await;
        assert!(world.steps(one) <= before + 2, "after what was sent; and one that began since");
        assert!(begun.elapsed() < 3 * PAGE);
        until("it goes on", || world.steps(one) > before + 3).await;
    }
    assert_eq!(world.facts().dropped, 0, "nothing was asked in vain");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn whoever_is_killed_takes_along_what_it_sent() {
    let one = key(1, 1);
    let world = World::with([one]);
    world.play(one, Play::Ahead(PAGE));
    let tree = world.start(exact()).await;
    for mode in [RestartMode::Kill, RestartMode::Panic, RestartMode::Graceful, RestartMode::Kill] {
        let before = world.done(one);
        until("it goes on", || world.done(one) > before + 3).await;
        tree.restart(one, mode).unwrap();
    }
    let before = world.done(one);
    until("it goes on", || world.done(one) > before + 3).await;
    tree.stop(MINUTE).await;
    let facts = world.facts();
    assert_eq!(facts.settled + facts.dropped, facts.granted, "no permit is left");
    assert!(facts.dropped <= 10, "at most the own and the one ahead, each time: {}", facts.dropped);
    drop(facts);
    world.assert_sound();
}
