//! Files are fetched beside everything else, and are in nobody's way.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use super::world::*;
use crate::{
    RestartMode,
    event::Event,
    port::{Answer, Demand, FileReport, Files, FilesDue, Lease, SyncKey},
};

/// What fetching does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fetch {
    Take(Duration),
    Hang,
    Fail,
    Fence,
    Panic,
}

#[derive(Default)]
struct Seen {
    looks: usize,
    begun: usize,
    ended: usize,
    waiting: usize,
    fetch: Option<Fetch>,
}

/// Files that wait to be fetched.
#[derive(Clone)]
struct Shelf(World, Arc<Mutex<Seen>>);

impl Shelf {
    fn of(world: &World, waiting: usize, fetch: Fetch) -> Self {
        let seen = Seen { waiting, fetch: Some(fetch), ..Seen::default() };
        Self(world.clone(), Arc::new(Mutex::new(seen)))
    }

    fn see<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.1.lock().unwrap())
    }

    fn due(&self) -> FilesDue {
        match self.see(|seen| (seen.waiting, seen.fetch)) {
            (0, _) => FilesDue::Rest { pause: 5 * MINUTE },
            (_, Some(Fetch::Fence)) => FilesDue::Fenced,
            _ => FilesDue::More(Demand { api: "files".into(), ..self.0.demand() }),
        }
    }
}

impl Files for Shelf {
    async fn look(&self, lease: Lease) -> FilesDue {
        let _working = self.0.enter(&lease, "files");
        self.see(|seen| seen.looks += 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        self.due()
    }

    async fn fetch(&self, lease: Lease, _: Demand) -> FileReport {
        let _working = self.0.enter(&lease, "files");
        let fetch = self.see(|seen| {
            seen.begun += 1;
            seen.fetch
        });
        let report = |due, outcome| FileReport { answer: Answer::Healthy, due, outcome, nudge: false };
        match fetch {
            Some(Fetch::Take(takes)) => tokio::time::sleep(takes).await,
            Some(Fetch::Hang) => pending().await,
            Some(Fetch::Fail) => return report(FilesDue::Failed { reason: "no database".into() }, None),
            Some(Fetch::Panic) => panic!("asked to panic over a file"),
            Some(Fetch::Fence) | None => {}
        }
        self.see(|seen| (seen.ended, seen.waiting) = (seen.ended + 1, seen.waiting.saturating_sub(1)));
        report(self.due(), Some(("fetched", 7)))
    }
}

fn one() -> (World, SyncKey) {
    let one = key(1, 1);
    (World::with([one]), one)
}

#[tokio::test(start_paused = true)]
async fn a_slow_file_delays_neither_steps_nor_deliveries() {
    let (world, one) = one();
    world.play(one, Play::Pages(SECOND));
    let shelf = Shelf::of(&world, 100, Fetch::Take(60 * SECOND));
    let tree = world.start_filing(exact(), shelf.clone()).await;
    until("a file is under way", || shelf.see(|seen| seen.begun) == 1).await;
    let steps = world.steps(one);
    world.deliver(one, 5);
    tree.deliver(one);
    tokio::time::sleep(30 * SECOND).await;
    assert_eq!(shelf.see(|seen| (seen.begun, seen.ended)), (1, 0), "one at a time");
    assert!(world.steps(one) >= steps + 28, "{} steps", world.steps(one) - steps);
    assert_eq!(world.applied(one), 5);
    until("and then the next", || shelf.see(|seen| seen.ended) == 3).await;
    assert!(world.count(|event| matches!(event, Event::Filed { outcome: "fetched", bytes: 7, .. })) >= 2);
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_file_that_hangs_is_cut_off_alone() {
    let (world, one) = one();
    world.play(one, Play::Pages(SECOND));
    let shelf = Shelf::of(&world, 1, Fetch::Hang);
    let tree = world.start_filing(exact(), shelf.clone()).await;
    let hung =
        || world.count(|event| matches!(event, Event::StepHung { stream, .. } if &**stream == "attachments"));
    until("it is cut off", || hung() == 1).await;
    assert_eq!(status(&tree, one).restarts, 0, "nobody else notices");
    shelf.see(|seen| seen.fetch = Some(Fetch::Take(SECOND)));
    until("it is made up for", || shelf.see(|seen| seen.ended) == 1).await;
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn what_fails_pauses_longer_each_time_and_news_does_not_shorten_it() {
    let (world, one) = one();
    let shelf = Shelf::of(&world, 1, Fetch::Fail);
    let tree = world.start_filing(exact(), shelf.clone()).await;
    let begun = tokio::time::Instant::now();
    until("four attempts", || shelf.see(|seen| seen.begun) == 4).await;
    assert!((14..=15).contains(&begun.elapsed().as_secs()), "2, 4, 8 seconds: {:?}", begun.elapsed());
    world.deliver(one, 1);
    tree.deliver(one);
    tokio::time::sleep(10 * SECOND).await;
    assert_eq!(shelf.see(|seen| seen.begun), 4);
    assert!(world.steps(one) > 0);
}

#[tokio::test(start_paused = true)]
async fn rows_that_change_are_looked_at_for_files_and_silence_is_not() {
    let (world, one) = one();
    world.play(one, Play::Idle(60 * MINUTE));
    let shelf = Shelf::of(&world, 0, Fetch::Take(SECOND));
    let tree = world.start_filing(exact(), shelf.clone()).await;
    until("it looked", || shelf.see(|seen| seen.looks) == 1).await;
    tokio::time::sleep(MINUTE).await;
    assert_eq!(shelf.see(|seen| seen.looks), 1);
    shelf.see(|seen| seen.waiting = 2);
    world.deliver(one, 1);
    tree.deliver(one);
    until("both are fetched", || shelf.see(|seen| seen.ended) == 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_cuts_files_off_and_a_restart_begins_them_again() {
    let (world, one) = one();
    world.play(one, Play::Idle(60 * MINUTE));
    let shelf = Shelf::of(&world, 9, Fetch::Take(60 * SECOND));
    let tree = world.start_filing(exact(), shelf.clone()).await;
    until("a file is under way", || shelf.see(|seen| seen.begun) == 1).await;
    for (mode, begun) in [(RestartMode::Graceful, 2), (RestartMode::Kill, 3)] {
        tree.restart(one, mode).unwrap();
        until("another incarnation begins it again", || shelf.see(|seen| seen.begun) == begun).await;
        assert_eq!(shelf.see(|seen| seen.ended), 0);
    }
    let report = tree.stop(MINUTE).await;
    assert!(report.took < SECOND, "nobody waits for a file: {:?}", report.took);
    assert_eq!((report.aborted, report.working), (0, 0));
    tokio::time::sleep(10 * MINUTE).await;
    assert_eq!(shelf.see(|seen| (seen.begun, seen.ended)), (3, 0), "nothing lives on");
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn a_lost_fence_ends_the_incarnation_and_a_panic_restarts_it() {
    for (fetch, restarts) in [(Fetch::Fence, false), (Fetch::Panic, true)] {
        let (world, one) = one();
        world.play(one, Play::Idle(60 * MINUTE));
        let shelf = Shelf::of(&world, 1, fetch);
        let tree = world.start_filing(exact(), shelf.clone()).await;
        until("it looked", || shelf.see(|seen| seen.looks) == 1).await;
        let raised = world.facts().fences.get(&one).copied();
        until("it began anew", || world.facts().fences.get(&one).copied() > raised).await;
        assert!(!restarts || status(&tree, one).restarts > 0, "a panic is counted");
        shelf.see(|seen| seen.fetch = Some(Fetch::Take(SECOND)));
        until("and goes on", || shelf.see(|seen| seen.ended) == 1).await;
        world.assert_sound();
    }
}
