//! The journal against a port that is slow, fails, hangs, panics and dies with its actor.

use std::{
    future::pending,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use super::world::*;
use crate::{
    Settings, Tree,
    clock::Clock,
    event::Event,
    journal::{JournalSettings, Kept, Load, Parcel, Refused, port::Journal},
    port::{PortError, Ports},
};

/// What the port does with its next batch; the last entry stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Play {
    Keep,
    Fail,
    Hang,
    Panic,
    Miscount,
}

#[derive(Default)]
struct Facts {
    plays: Vec<Play>,
    batches: Vec<Vec<u32>>,
    kept: Vec<u32>,
    under_way: usize,
    most_under_way: usize,
}

#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Facts>>);

/// How long a batch takes.
const COMMIT: Duration = Duration::from_millis(10);
/// The port cannot keep this one.
const BAD: u32 = 666;

impl Shelf {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap()
    }

    fn playing(plays: &[Play]) -> Self {
        let shelf = Self::default();
        shelf.facts().plays = plays.to_vec();
        shelf
    }

    async fn start(&self, journal: JournalSettings) -> (Arc<Tree>, World) {
        let world = World::with([]);
        let ports = Ports::new(world.clone(), world.clone(), world.clone(), world.clone());
        let settings = Settings { journal, ..exact() };
        let clock = Clock::starting_at("2026-03-02T08:00:00Z".parse().unwrap());
        let ports = ports.with_journal(self.clone());
        let tree = Tree::start_with(settings, clock, ports, Arc::new(world.clone())).await.unwrap();
        (Arc::new(tree), world)
    }
}

struct UnderWay(Shelf);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.facts().under_way -= 1;
    }
}

impl Journal for Shelf {
    async fn write(&self, batch: Vec<Parcel>) -> Result<Vec<Result<Kept, String>>, PortError> {
        let batch: Vec<u32> = batch.iter().map(|parcel| *parcel.downcast_ref::<u32>().unwrap()).collect();
        let play = {
            let mut facts = self.facts();
            facts.batches.push(batch.clone());
            facts.under_way += 1;
            facts.most_under_way = facts.most_under_way.max(facts.under_way);
            match facts.plays.len() {
                0 => Play::Keep,
                1 => facts.plays[0],
                _ => facts.plays.remove(0),
            }
        };
        let _under_way = UnderWay(self.clone());
        tokio::time::sleep(COMMIT).await;
        match play {
            Play::Keep => {}
            Play::Fail => return Err(PortError("no database".into())),
            Play::Hang => pending().await,
            Play::Panic => panic!("asked to panic"),
            Play::Miscount => return Ok(Vec::new()),
        }
        let mut facts = self.facts();
        Ok(batch
            .into_iter()
            .map(|number| {
                if number == BAD {
                    return Err("cannot be kept".into());
                }
                let known = facts.kept.contains(&number);
                facts.kept.push(number);
                Ok(if known { Kept::Duplicate } else { Kept::New })
            })
            .collect())
    }
}

fn small() -> JournalSettings {
    JournalSettings {
        most_waiting: 10,
        most_bytes: 1_000,
        batch: 4,
        batch_bytes: 100,
        in_flight: 1,
        write_deadline: SECOND,
        patience: 3 * SECOND,
    }
}

type Answer = tokio::task::JoinHandle<Result<Kept, Refused>>;

fn append(tree: &Arc<Tree>, number: u32, bytes: usize) -> Answer {
    let tree = Arc::clone(tree);
    tokio::spawn(async move { tree.journal().append(Arc::new(number), bytes).await })
}

async fn all(answers: Vec<Answer>) -> Vec<Result<Kept, Refused>> {
    let mut found = Vec::new();
    for answer in answers {
        found.push(answer.await.unwrap());
    }
    found
}

/// Lets everything run that can without time passing.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn one_goes_at_once_and_those_that_wait_meanwhile_share_batches_of_bounded_size() {
    let shelf = Shelf::default();
    let (tree, world) = shelf.start(small()).await;
    let mut answers = vec![append(&tree, 1, 1)];
    settle().await;
    answers.extend((2..=7).map(|number| append(&tree, number, 1)));
    settle().await;
    answers.push(append(&tree, 3, 1));
    answers.push(append(&tree, BAD, 1));
    let outcomes = all(answers).await;
    assert!(outcomes[..7].iter().all(|outcome| *outcome == Ok(Kept::New)), "{outcomes:?}");
    assert_eq!(outcomes[7], Ok(Kept::Duplicate));
    assert_eq!(outcomes[8], Err(Refused::Unfit("cannot be kept".into())), "and nobody else's");
    assert_eq!(shelf.facts().batches, [vec![1], vec![2, 3, 4, 5], vec![6, 7, 3, BAD]]);
    assert_eq!(shelf.facts().most_under_way, 1);
    settle().await;
    assert_eq!(tree.journal().load(), Load::default());
    let rows = |event: &Event| matches!(event, Event::JournalWrote { rows: 4, new: 2, unfit: 1, .. });
    assert_eq!(world.count(rows), 1);
    // Bytes bound a batch too; one that is larger goes alone.
    let answers: Vec<_> = [60, 50, 40, 500, 1].map(|bytes| append(&tree, 100 + bytes, bytes as usize)).into();
    assert_eq!(all(answers).await.len(), 5);
    assert_eq!(shelf.facts().batches[3..], [vec![160], vec![150, 140], vec![600], vec![101]]);
}

#[tokio::test(start_paused = true)]
async fn as_many_batches_are_under_way_as_may_be() {
    let shelf = Shelf::default();
    let (tree, _) = shelf.start(JournalSettings { in_flight: 2, batch: 1, ..small() }).await;
    let answers: Vec<_> = (1..=6).map(|number| append(&tree, number, 1)).collect();
    assert!(all(answers).await.iter().all(Result::is_ok));
    let facts = shelf.facts();
    assert_eq!((facts.most_under_way, facts.batches.len()), (2, 6));
}

#[tokio::test(start_paused = true)]
async fn who_comes_when_it_is_full_is_refused_at_once_and_nobody_else() {
    let shelf = Shelf::playing(&[Play::Hang, Play::Keep]);
    let (tree, _) = shelf.start(small()).await;
    let mut answers: Vec<_> = (0..10).map(|number| append(&tree, number, 1)).collect();
    settle().await;
    assert_eq!(tree.journal().load(), Load { waiting: 10, bytes: 10 });
    assert_eq!(tree.journal().append(Arc::new(10_u32), 1).await, Err(Refused::Full));
    let waited = all(answers.split_off(4)).await;
    assert!(waited.iter().all(|outcome| *outcome == Ok(Kept::New)), "{waited:?}");
    let hung = all(answers).await;
    assert!(hung.iter().all(|outcome| matches!(outcome, Err(Refused::Unavailable(_)))), "{hung:?}");
    settle().await;
    assert_eq!(tree.journal().load(), Load::default());
    // Bytes bound what waits too.
    assert_eq!(tree.journal().append(Arc::new(20_u32), 1_001).await, Err(Refused::Full));
    assert_eq!(tree.journal().append(Arc::new(20_u32), 1_000).await, Ok(Kept::New));
}

#[tokio::test(start_paused = true)]
async fn a_port_that_fails_or_miscounts_or_panics_keeps_nobody_waiting_and_recovers() {
    let shelf = Shelf::playing(&[Play::Fail, Play::Miscount, Play::Panic, Play::Keep]);
    let (tree, world) = shelf.start(small()).await;
    for number in 0..3_u32 {
        let outcome = tree.journal().append(Arc::new(number), 1).await;
        assert!(matches!(outcome, Err(Refused::Unavailable(_))), "{number}: {outcome:?}");
    }
    assert_eq!(tree.journal().append(Arc::new(0_u32), 1).await, Ok(Kept::New));
    let failed = |event: &Event| matches!(event, Event::JournalWrote { failed: Some(_), .. });
    assert_eq!(world.count(failed), 2);
}

#[tokio::test(start_paused = true)]
async fn an_actor_that_dies_loses_neither_what_waits_nor_the_answers_of_what_is_under_way() {
    let shelf = Shelf::default();
    let (tree, _) = shelf.start(small()).await;
    for round in 0..5 {
        let answers: Vec<_> = (0..9).map(|number| append(&tree, round * 10 + number, 1)).collect();
        settle().await;
        tree.house().desk.kill();
        let outcomes = all(answers).await;
        assert!(outcomes.iter().all(|outcome| *outcome == Ok(Kept::New)), "{round}: {outcomes:?}");
        tokio::time::sleep(10 * MINUTE).await;
    }
    assert_eq!(shelf.facts().most_under_way, 1, "a new actor counts what the old one sent off");
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_keeps_dying_fails_the_tree() {
    let shelf = Shelf::default();
    let (tree, _) = shelf.start(small()).await;
    let killer = Arc::clone(&tree);
    let killing = tokio::spawn(async move {
        loop {
            killer.house().desk.kill();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let reason = tree.failed().await;
    assert!(reason.contains("journal"), "{reason}");
    killing.abort();
    let outcome = tree.journal().append(Arc::new(1_u32), 1).await;
    assert!(matches!(outcome, Err(Refused::Unavailable(_))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn who_has_gone_is_not_written_for() {
    let shelf = Shelf::default();
    let (tree, _) = shelf.start(small()).await;
    let answers: Vec<_> = (0..6).map(|number| append(&tree, number, 1)).collect();
    settle().await;
    answers[5].abort();
    drop(answers);
    tokio::time::sleep(SECOND).await;
    assert_eq!(shelf.facts().batches, [vec![0, 1, 2, 3], vec![4]]);
    assert_eq!(tree.journal().load(), Load::default());
}

#[tokio::test(start_paused = true)]
async fn a_stop_writes_what_waits_and_takes_no_more() {
    let shelf = Shelf::default();
    let (tree, _) = shelf.start(small()).await;
    let answers: Vec<_> = (0..10).map(|number| append(&tree, number, 1)).collect();
    settle().await;
    let report = tree.stop(SECOND).await;
    assert!(report.took < SECOND, "{report:?}");
    assert!(all(answers).await.iter().all(|outcome| *outcome == Ok(Kept::New)));
    assert_eq!(tree.journal().append(Arc::new(11_u32), 1).await, Err(Refused::Closed));
    assert_eq!(tree.journal().load(), Load::default());
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_ever_and_tells_those_who_do() {
    let shelf = Shelf::playing(&[Play::Hang]);
    let settings = JournalSettings { write_deadline: 60 * MINUTE, patience: 60 * MINUTE, ..small() };
    let (tree, _) = shelf.start(settings).await;
    let answers: Vec<_> = (0..10).map(|number| append(&tree, number, 1)).collect();
    settle().await;
    let report = tree.stop(SECOND).await;
    assert!(report.took < 5 * MINUTE, "{report:?}");
    let waiting = all(answers.into_iter().skip(4).collect()).await;
    assert!(waiting.iter().all(|outcome| matches!(outcome, Err(Refused::Unavailable(_)))), "{waiting:?}");
}
