//! Several threads at once, in real time: what a single thread cannot show, such as a message that crosses the end of
//! the actor it is sent to.

use std::sync::atomic::{AtomicU32, Ordering};

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

async fn steps(gates: Gates, n: u128, under_way: Arc<AtomicU32>) {
    let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
    let wanted = demand(&[places(&format!("account:{}", n % 10), 2), places("host", 3)]);
    let mut left = 50;
    while left > 0 {
        let permit = match gates.ask(key(n % 10, n), wanted.clone()).await {
            Ok(permit) => permit,
            Err(Refused::Gone) => continue,
            Err(refused) => panic!("{refused}"),
        };
        assert!(under_way.fetch_add(1, Ordering::SeqCst) < 3, "more under way than there are places");
        tokio::task::yield_now().await;
        under_way.fetch_sub(1, Ordering::SeqCst);
        left -= 1;
        if rng.random_bool(0.9) {
            permit.settle(&Answer::Healthy);
        }
    }
}

async fn kill_for_ever(gates: Gates) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let names = ["host", "host", "account:1", HOST, API];
    loop {
        tokio::time::sleep(ms(rng.random_range(1..8))).await;
        let how = if rng.random() { Disturbance::Kill } else { Disturbance::Panic };
        gates.disturb(API, names[rng.random_range(0..names.len())], how);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_gets_through_while_actors_die_under_load() {
    let restart =
        RestartSettings { limit: 100_000, backoff: ms(1), backoff_max: ms(2), ..settings().restart };
    let (gates, _) = gates(GateSettings { restart, ..settings() }).await;
    let under_way = Arc::new(AtomicU32::new(0));
    let all: Vec<_> = (0..100).map(|n| tokio::spawn(steps(gates.clone(), n, under_way.clone()))).collect();
    let killer = tokio::spawn(kill_for_ever(gates.clone()));
    for task in all {
        tokio::time::timeout(secs(60), task).await.expect("nobody is forgotten in a queue").unwrap();
    }
    killer.abort();
    assert!(gates.status()[0].budgets.iter().all(|budget| budget.in_use == 0 && budget.waiting == 0));
}
