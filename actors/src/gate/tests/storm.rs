//! An hour of random load and random faults from a seed.

use std::collections::HashMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

const HOUR: Duration = Duration::from_secs(3_600);

/// What was granted, for the judgement at the end.
#[derive(Default)]
struct Book {
    starts: HashMap<Arc<str>, Vec<Instant>>,
    under_way: HashMap<Arc<str>, u32>,
    granted: HashMap<u128, u64>,
}

async fn account(gates: Gates, organization: u128, account: u128, book: Arc<Mutex<Book>>, seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let end = Instant::now() + HOUR;
    let own: Arc<str> = format!("account:{account}").into();
    let budgets = [
        Budget { name: own.clone(), limit: Limit::Rate { count: 20, per: secs(60) } },
        rate("host", 30, secs(10)),
        places("daemon", 4),
    ];
    while Instant::now() < end {
        tokio::time::sleep(ms(rng.random_range(0..4_000))).await;
        let ask = gates.ask(key(organization, account), demand(&budgets));
        let Ok(answer) = tokio::time::timeout(ms(rng.random_range(1..120_000)), ask).await else { continue };
        let permit = match answer {
            Ok(permit) => permit,
            Err(Refused::Gone) => continue,
            Err(Refused::Open { .. } | Refused::Shut { .. }) => {
                tokio::time::sleep(secs(1)).await;
                continue;
            }
        };
        {
            let mut book = book.lock().unwrap();
            for budget in &budgets {
                book.starts.entry(budget.name.clone()).or_default().push(Instant::now());
            }
            let under_way = book.under_way.entry("daemon".into()).or_default();
            *under_way += 1;
            assert!(*under_way <= 4, "more under way than there are places");
            *book.granted.entry(organization).or_default() += 1;
        }
        tokio::time::sleep(ms(rng.random_range(1..2_000))).await;
        *book.lock().unwrap().under_way.get_mut("daemon").unwrap() -= 1;
        match rng.random_range(0..100) {
            0..=79 => permit.settle(&Answer::Healthy),
            80..=93 => permit.settle(&sick()),
            94..=95 => permit.settle(&Answer::RateLimited { budget: own.clone(), retry_after: secs(30) }),
            96..=97 => permit.settle(&Answer::RateLimited { budget: "host".into(), retry_after: secs(5) }),
            _ => drop(permit),
        }
    }
}

async fn faults(gates: Gates, seed: u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let end = Instant::now() + HOUR;
    let names = ["host", "daemon", "account:1", "account:5", HOST, API];
    while Instant::now() < end {
        tokio::time::sleep(secs(rng.random_range(1..120))).await;
        let how = if rng.random() { Disturbance::Kill } else { Disturbance::Panic };
        gates.disturb(API, names[rng.random_range(0..names.len())], how);
    }
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_faults_breaks_no_bound_and_starves_nobody() {
    for seed in 0..3 {
        let restart = RestartSettings { limit: 12, ..settings().restart };
        let (gates, _) = gates(GateSettings { restart, seed, ..settings() }).await;
        let book = Arc::new(Mutex::new(Book::default()));
        let mut tasks = vec![tokio::spawn(faults(gates.clone(), seed))];
        for n in 0..24_u128 {
            // Half of the accounts belong to one organization.
            let organization = if n < 12 { 0 } else { n };
            let (gates, book) = (gates.clone(), book.clone());
            tasks.push(tokio::spawn(account(gates, organization, n, book, seed * 1_000 + n as u64)));
        }
        for task in tasks {
            task.await.unwrap();
        }
        let book = book.lock().unwrap();
        for (name, starts) in &book.starts {
            match &**name {
                "daemon" => {}
                "host" => assert_rate(starts.clone(), 30, secs(10)),
                _ => assert_rate(starts.clone(), 20, secs(60)),
            }
        }
        assert_eq!(book.granted.len(), 13);
        let least =
            book.granted.iter().filter(|(organization, _)| **organization != 0).map(|(_, n)| *n).min();
        assert!(least.unwrap() > 50, "somebody starved: {:?}", book.granted);
        let idle = gates.status()[0].budgets.iter().all(|budget| budget.in_use == 0 && budget.waiting == 0);
        assert!(idle, "something leaked: {:?}", gates.status());
    }
}
