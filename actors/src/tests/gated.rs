//! The tree with its real gates.

use std::time::Duration;

use super::world::*;
use crate::{RestartMode, gate::Disturbance};

#[tokio::test(start_paused = true)]
async fn the_tree_works_through_its_gates_whatever_dies() {
    let (one, two) = (key(1, 1), key(2, 1));
    let world = World::with([one, two]);
    world.play(one, Play::Pages(Duration::from_millis(300)));
    world.play(two, Play::Pages(Duration::from_millis(300)));
    let tree = world.start_gated(exact()).await;
    until("both work through one place", || world.done(one) > 5 && world.done(two) > 5).await;
    assert!(tree.gates().is_some_and(|gates| !gates.status().is_empty()), "the gates say what they do");
    for _ in 0..10 {
        let before = (world.done(one), world.done(two));
        tree.restart(one, RestartMode::Kill).unwrap();
        if let Some(gates) = tree.gates() {
            gates.disturb("cliniko", "account", Disturbance::Kill);
        }
        until("both go on", || world.done(one) > before.0 + 1 && world.done(two) > before.1 + 1).await;
    }
    let report = tree.stop(MINUTE).await;
    assert_eq!((report.aborted, report.working), (0, 0));
    world.assert_sound();
}
