//! As many as there may ever be.

use std::time::Duration;

use super::world::*;
use crate::State;

#[tokio::test(start_paused = true)]
async fn ten_thousand_organizations_begin_idle_and_stop() {
    let keys: Vec<_> = (0..10_000).flat_map(|org| (0..4).map(move |account| key(org, account))).collect();
    let world = World::with(keys.clone());
    for key in &keys {
        world.play(*key, Play::Idle(5 * MINUTE));
    }
    let tree = world.start(exact()).await;
    until("all idle", || tree.counts().waiting == keys.len()).await;
    assert_eq!(world.facts().raises, [40_000], "one call for all");
    tokio::time::sleep(6 * MINUTE).await;
    assert!(keys.iter().all(|key| world.resumes(*key) == 2), "each looked once more");
    let report = tree.stop(SECOND).await;
    assert_eq!((report.aborted, report.working), (0, 0));
    world.assert_sound();
}

#[tokio::test(start_paused = true)]
async fn status_answers_at_once_while_everybody_is_busy() {
    let keys: Vec<_> = (0..500).map(|org| key(org, 0)).collect();
    let world = World::with(keys.clone());
    for key in &keys {
        world.play(*key, Play::Hang);
    }
    let tree = world.start(exact()).await;
    until("all busy", || tree.counts().stepping == keys.len()).await;
    let statuses = tree.statuses();
    assert_eq!(statuses.len(), 500);
    assert!(statuses.iter().all(|status| status.state == State::Stepping && status.next_due.is_some()));
    let now = tokio::time::Instant::now();
    assert_eq!(tree.status(keys[7]).unwrap().key, keys[7]);
    assert_eq!(now.elapsed(), Duration::ZERO, "nobody was asked");
}
