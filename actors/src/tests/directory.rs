//! The directory: it applies when nudged, checks when due, and stands still alone when it cannot.

use std::{
    collections::VecDeque,
    future::pending,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use super::world::*;
use crate::{
    Directory, Settings, Settled, State, Tree,
    clock::Clock,
    directory::DirectoryMessage,
    event::{DirectoryFact, Event},
    port::{Answer, Budget, Demand, Limit, Outcome, Ports, Progress, Report, SyncKey, Urgency},
};

const NOBODY: SyncKey = SyncKey { organization: uuid::Uuid::nil(), account: uuid::Uuid::nil() };

/// What the port does next; what is not said is quiet.
#[derive(Clone, Copy)]
enum Act {
    More,
    Fail,
    Panic,
    Hang,
}

#[derive(Default)]
struct Desk {
    applies: usize,
    looks: usize,
    steps: usize,
    apply: VecDeque<Act>,
    step: VecDeque<Act>,
    /// Steps that are due.
    owed: usize,
    busy: [bool; 2],
    doubled: bool,
}

#[derive(Clone, Default)]
struct Office(Arc<Mutex<Desk>>);

impl Office {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap()
    }

    fn enter(&self, half: usize) -> Busy {
        let mut desk = self.desk();
        desk.doubled |= std::mem::replace(&mut desk.busy[half], true);
        Busy(self.clone(), half)
    }

    fn next(&self) -> Outcome {
        let again_in = Duration::from_secs(3_600);
        if self.desk().owed == 0 { Outcome::CaughtUp { again_in } } else { Outcome::More(demand()) }
    }
}

struct Busy(Office, usize);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.desk().busy[self.1] = false;
    }
}

fn demand() -> Demand {
    Demand {
        api: "clerk".into(),
        host: "api.clerk.example".into(),
        budgets: vec![Budget { name: "host".into(), limit: Limit::Concurrent(1) }],
        stream: "directory".into(),
        urgency: Urgency::Backfill,
    }
}

impl Directory for Office {
    async fn apply(&self) -> Settled {
        let _busy = self.enter(0);
        let act = {
            let mut desk = self.desk();
            desk.applies += 1;
            desk.apply.pop_front()
        };
        tokio::time::sleep(Duration::from_millis(3)).await;
        match act {
            None => Settled::Done { again_in: MINUTE },
            Some(Act::More) => Settled::More,
            Some(Act::Fail) => Settled::Failed { reason: "no database".into() },
            Some(Act::Panic) => panic!("asked to panic"),
            Some(Act::Hang) => pending().await,
        }
    }

    async fn due(&self) -> Outcome {
        self.desk().looks += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.next()
    }

    async fn step(&self, _: Demand) -> Report {
        let _busy = self.enter(1);
        let act = {
            let mut desk = self.desk();
            desk.steps += 1;
            desk.step.pop_front()
        };
        tokio::time::sleep(SECOND).await;
        let outcome = match act {
            None | Some(Act::More) => {
                self.desk().owed -= 1;
                self.next()
            }
            Some(Act::Fail) => Outcome::Failed { reason: "500".into() },
            Some(Act::Panic) => panic!("asked to panic"),
            Some(Act::Hang) => pending().await,
        };
        Report { answer: Answer::Healthy, outcome, progress: Progress::default() }
    }
}

async fn start(world: &World, office: &Office, settings: Settings) -> Tree {
    let clock = Clock::starting_at("2026-03-02T08:00:00Z".parse().unwrap());
    let ports = Ports::new(world.clone(), world.clone(), world.clone(), world.clone());
    let ports = ports.with_directory(office.clone());
    Tree::start_with(settings, clock, ports, Arc::new(world.clone())).await.unwrap()
}

fn calm() -> Settings {
    let mut settings = exact();
    settings.directory_restarts.pause.jitter = 0.0;
    settings
}

fn facts(world: &World, is_it: impl Fn(&DirectoryFact) -> bool) -> usize {
    world.count(|event| matches!(event, Event::Directory(fact) if is_it(fact)))
}

#[tokio::test(start_paused = true)]
async fn it_applies_at_once_when_nudged_and_by_itself_when_time_makes_something_due() {
    let (world, office) = (World::default(), Office::default());
    office.desk().apply.extend([Act::More, Act::More]);
    let tree = start(&world, &office, calm()).await;
    until("what waited is applied", || office.desk().applies == 3).await;
    tokio::time::sleep(30 * SECOND).await;
    assert_eq!(office.desk().applies, 3, "nothing is due");
    for _ in 0..1_000 {
        tree.nudge_directory();
    }
    tokio::time::sleep(SECOND).await;
    let applies = office.desk().applies;
    assert!((4..=5).contains(&applies), "a thousand nudges are one or two looks: {applies}");
    tokio::time::sleep(MINUTE).await;
    assert_eq!(office.desk().applies, applies + 1, "by itself after a minute");
    assert_eq!(tree.directory().unwrap().applying.state, State::Waiting);
    assert!(!office.desk().doubled);
}

#[tokio::test(start_paused = true)]
async fn a_check_that_waits_for_a_permit_holds_up_no_event() {
    let (world, office) = (World::default(), Office::default());
    office.desk().owed = 2;
    world.gate(NOBODY, Gate::Queue);
    let tree = start(&world, &office, calm()).await;
    tokio::time::sleep(10 * MINUTE).await;
    let checking = tree.directory().unwrap().checking;
    assert_eq!(checking.state, State::Asking);
    assert_eq!(checking.waits_for.unwrap().what, "budget account of cliniko", "the gates explain the wait");
    assert_eq!(facts(&world, |fact| matches!(fact, DirectoryFact::Stalled { .. })), 0);
    let before = office.desk().applies;
    tree.nudge_directory();
    tokio::time::sleep(SECOND).await;
    assert_eq!(office.desk().applies, before + 1);
    assert_eq!(office.desk().steps, 0);

    world.facts().gates.clear();
    world.gate(NOBODY, Gate::Lose);
    tokio::time::sleep(5 * MINUTE).await;
    assert!(world.count(|event| matches!(event, Event::PermitLost { .. })) > 0, "a lost request is noticed");
    world.facts().gates.clear();
    until("the check is done", || office.desk().owed == 0).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(office.desk().steps, 2);
    assert_eq!(world.facts().settled, 2, "every permit was settled");
    assert_eq!(tree.directory().unwrap().checking.state, State::Waiting);
}

#[tokio::test(start_paused = true)]
async fn somebody_may_ask_for_a_check_before_it_is_due() {
    let (world, office) = (World::default(), Office::default());
    let tree = start(&world, &office, calm()).await;
    until("it looked", || office.desk().looks == 1).await;
    tokio::time::sleep(MINUTE).await;
    office.desk().owed = 1;
    tree.check_directory();
    until("it checked", || office.desk().steps == 1 && office.desk().owed == 0).await;
}

#[tokio::test(start_paused = true)]
async fn failures_pause_longer_each_time_and_no_nudge_shortens_them() {
    let (world, office) = (World::default(), Office::default());
    office.desk().apply.extend([Act::Fail, Act::Fail, Act::Fail]);
    let tree = start(&world, &office, calm()).await;
    until("it failed thrice", || office.desk().applies == 3).await;
    tokio::time::sleep(Duration::from_millis(10)).await;
    let applying = tree.directory().unwrap().applying;
    assert_eq!((applying.state, applying.consecutive_failures), (State::BackingOff, 3));
    assert_eq!(applying.next_due.unwrap().duration_since(applying.since).as_secs(), 8, "2, 4, 8 seconds");
    assert_eq!(tree.directory().unwrap().last_error.unwrap().reason, "no database");
    tree.nudge_directory();
    tokio::time::sleep(SECOND).await;
    assert_eq!(office.desk().applies, 3, "a nudge honours the pause");
    until("it works again", || office.desk().applies == 4).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(tree.directory().unwrap().applying.consecutive_failures, 0);
}

#[tokio::test(start_paused = true)]
async fn a_panic_or_a_hang_restarts_it_and_a_spent_budget_parks_it_alone() {
    let (one, world, office) = (key(1, 1), World::with([key(1, 1)]), Office::default());
    let mut settings = calm();
    settings.directory_restarts.budget = 2;
    office.desk().apply.extend([Act::Panic, Act::Hang, Act::Panic]);
    let tree = start(&world, &office, settings).await;
    until("it is parked", || facts(&world, |fact| matches!(fact, DirectoryFact::Parked { .. })) == 1).await;
    assert_eq!(facts(&world, |fact| matches!(fact, DirectoryFact::Restarting { .. })), 2);
    let status = tree.directory().unwrap();
    assert_eq!(
        (status.applying.state, status.checking.state, status.restarts),
        (State::Parked, State::Parked, 3)
    );
    assert!(status.last_error.unwrap().reason.contains("asked to panic"));
    let done = world.done(one);
    until("others work on", || world.done(one) > done).await;
    until("it tries again by itself", || office.desk().applies >= 4).await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(tree.directory().unwrap().applying.state, State::Waiting);
    assert!(!office.desk().doubled, "one task at a time");

    tree.house().directory.send(DirectoryMessage::Panic);
    let applies = office.desk().applies;
    until("it begins again", || office.desk().applies > applies).await;
    let stopped = tree.stop(SECOND).await;
    assert_eq!(stopped.working, 0);
}
