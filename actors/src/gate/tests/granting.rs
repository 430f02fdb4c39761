//! Rates, places, all-or-none, withdrawal, leases, pauses, changed limits.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_rate_holds_in_every_window_under_random_load() {
    let (gates, _) = gates(settings()).await;
    let budget = rate("account:1", 7, ms(1_000));
    let starts = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = Vec::new();
    for n in 0..400_u128 {
        let (gates, budget, starts) = (gates.clone(), budget.clone(), starts.clone());
        tasks.push(tokio::spawn(async move {
            let mut rng = ChaCha8Rng::seed_from_u64(n as u64);
            tokio::time::sleep(ms(rng.random_range(0..20_000))).await;
            let permit = gates.ask(key(n % 9, n), demand(&[budget])).await.unwrap();
            starts.lock().unwrap().push(Instant::now());
            tokio::time::sleep(ms(rng.random_range(0..3_000))).await;
            if rng.random_bool(0.8) {
                permit.settle(&Answer::Healthy);
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let starts = starts.lock().unwrap().clone();
    assert_eq!(starts.len(), 400);
    let busy = *starts.iter().max().unwrap() - *starts.iter().min().unwrap();
    assert!(busy < secs(60), "400 requests at 7 a second took {busy:?}: tokens are lost");
    assert_rate(starts, 7, ms(1_000));
}

#[tokio::test(start_paused = true)]
async fn an_unsent_request_costs_nothing_and_a_vanished_one_its_token() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[rate("account:1", 1, secs(10)), places("host", 1)]);
    let began = Instant::now();
    gates.ask(key(1, 1), wanted.clone()).await.unwrap().settle(&Answer::NotAsked);
    drop(gates.ask(key(1, 1), wanted.clone()).await.unwrap());
    assert_eq!(began.elapsed(), Duration::ZERO, "the unsent request returned its token");
    let status = budget_status(&gates, "host");
    assert_eq!(status.in_use, 0, "the vanished holder's place is free");
    gates.ask(key(1, 1), wanted).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(began.elapsed(), secs(10), "the vanished holder's token is spent");
}

#[tokio::test(start_paused = true)]
async fn withdrawing_returns_what_was_granted_on_the_way() {
    let (gates, _) = gates(settings()).await;
    let (narrow, broad) = (rate("account:1", 1, secs(10)), places("host", 1));
    let blocker = gates.ask(key(2, 2), demand(std::slice::from_ref(&broad))).await.unwrap();
    let waiting = spawn(&gates, key(1, 1), demand(&[narrow.clone(), broad.clone()]));
    settle().await;
    assert_eq!(
        budget_status(&gates, "account:1").used_in_window,
        Some(1),
        "held while waiting for the broader one"
    );
    assert_eq!(gates.waiting(key(1, 1)).unwrap().what, "chatwoot budget host");
    waiting.abort();
    settle().await;
    assert_eq!(budget_status(&gates, "account:1").used_in_window, Some(0));
    assert_eq!(budget_status(&gates, "host").waiting, 0);
    assert_eq!(gates.waiting(key(1, 1)), None);
    let now = Instant::now();
    gates.ask(key(1, 1), demand(&[narrow])).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), Duration::ZERO);
    blocker.settle(&Answer::Healthy);
    settle().await;
    assert_eq!(budget_status(&gates, "host").in_use, 0);
}

#[tokio::test(start_paused = true)]
async fn a_grant_to_somebody_who_has_just_left_goes_to_the_next() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[places("host", 1)]);
    let blocker = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
    let mut leaver = Box::pin(gates.ask(key(2, 2), wanted.clone()));
    assert!(futures_util::poll!(&mut leaver).is_pending());
    let stayer = spawn(&gates, key(3, 3), wanted);
    settle().await;
    blocker.settle(&Answer::Healthy);
    settle().await;
    // The grant lies in the reply of the one who leaves without having looked at it.
    drop(leaver);
    stayer.await.unwrap().unwrap().settle(&Answer::Healthy);
}

#[tokio::test(start_paused = true)]
async fn random_demands_over_three_budgets_never_lock_each_other_out() {
    let (gates, _) = gates(settings()).await;
    let budgets = [places("a", 2), places("b", 1), rate("c", 5, ms(100))];
    let mut tasks = Vec::new();
    for n in 0..300_u64 {
        let (gates, budgets) = (gates.clone(), budgets.clone());
        tasks.push(tokio::spawn(async move {
            let mut rng = ChaCha8Rng::seed_from_u64(n);
            for _ in 0..10 {
                // Any subset in any order, named twice at times: adapters that disagree must not bring about a circle.
                let wanted: Vec<_> = (0..3).map(|_| budgets[rng.random_range(0..3)].clone()).collect();
                let key = key(u128::from(n % 7), u128::from(n));
                if let Ok(permit) = tokio::time::timeout(secs(600), gates.ask(key, demand(&wanted))).await {
                    tokio::time::sleep(ms(rng.random_range(0..20))).await;
                    permit.unwrap().settle(&Answer::Healthy);
                } else {
                    panic!("locked out: {:?}", gates.status());
                }
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(gates.status()[0].budgets.iter().all(|budget| budget.in_use == 0 && budget.waiting == 0));
}

#[tokio::test(start_paused = true)]
async fn a_permit_held_past_its_lease_is_taken_back() {
    let (gates, ear) = gates(settings()).await;
    let wanted = demand(&[places("host", 1)]);
    let lost = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
    let now = Instant::now();
    let next = gates.ask(key(2, 2), wanted.clone()).await.unwrap();
    assert_eq!(now.elapsed(), secs(60));
    assert_eq!(
        ear.count(|event| matches!(event, Event::PermitReclaimed { budget, .. } if &**budget == "host")),
        1
    );
    lost.settle(&Answer::Healthy);
    assert_eq!(budget_status(&gates, "host").in_use, 1, "the late return must not free the place of another");
    std::mem::forget(next);
    tokio::time::sleep(secs(100)).await;
    let reclaimed = ear.count(|event| matches!(event, Event::PermitReclaimed { .. }));
    assert_eq!(reclaimed, 2, "noticed although nobody waits and nobody asks for the status");
}

#[tokio::test(start_paused = true)]
async fn a_rate_limited_answer_pauses_its_budget_and_the_longer_pause_wins() {
    let (gates, ear) = gates(settings()).await;
    let wanted = demand(&[rate("account:1", 100, secs(1)), places("host", 9)]);
    let limited =
        |name: &str, seconds| Answer::RateLimited { budget: name.into(), retry_after: secs(seconds) };
    let [a, b, c] = [(); 3].map(|()| gates.ask(key(1, 1), wanted.clone()));
    let (a, b, c) = (a.await.unwrap(), b.await.unwrap(), c.await.unwrap());
    let now = Instant::now();
    a.settle(&limited("account:1", 20));
    b.settle(&limited("account:1", 10));
    c.settle(&limited("nobody", 5));
    assert_eq!(ear.count(|event| matches!(event, Event::BudgetPaused { .. })), 1);
    let until = budget_status(&gates, "account:1").paused_until.unwrap();
    assert_eq!(until, "2025-03-01T08:00:20Z".parse().unwrap());
    gates.ask(key(2, 2), demand(&[places("host", 9)])).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), Duration::ZERO, "the other budget is not paused");

    let waiting = spawn(&gates, key(1, 1), wanted);
    settle().await;
    let place = gates.waiting(key(1, 1)).unwrap();
    assert_eq!((&*place.what, place.until), ("chatwoot budget account:1", Some(until)));
    waiting.await.unwrap().unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), secs(20));
    assert_eq!(budget_status(&gates, "account:1").paused_until, None);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_an_unknown_budget_slows_the_narrowest() {
    let (gates, _) = gates(settings()).await;
    let permit = gates.ask(key(1, 1), demand(&[places("account:1", 1), places("host", 1)])).await.unwrap();
    permit.settle(&Answer::RateLimited { budget: "nobody".into(), retry_after: secs(5) });
    assert!(budget_status(&gates, "account:1").paused_until.is_some());
    assert!(budget_status(&gates, "host").paused_until.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_limit_changed_at_run_time_holds_at_once() {
    let (gates, _) = gates(settings()).await;
    let ask = |n, most| spawn(&gates, key(n, n), demand(&[places("host", most)]));
    let first = ask(1, 1).await.unwrap().unwrap();
    let waiting = ask(2, 1);
    settle().await;
    assert!(!waiting.is_finished());
    let third = ask(3, 3);
    settle().await;
    assert!(waiting.is_finished() && third.is_finished(), "a wider limit lets those in who wait already");
    let narrow = ask(4, 1);
    first.settle(&Answer::Healthy);
    settle().await;
    assert!(!narrow.is_finished(), "a narrower one counts those who are in");
    drop((waiting, third));
    narrow.await.unwrap().unwrap().settle(&Answer::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_window_ends_a_wait_that_was_set_for_a_longer_one() {
    let (gates, _) = gates(settings()).await;
    let wanted = |per| demand(&[rate("account:1", 1, per)]);
    let began = Instant::now();
    gates.ask(key(1, 1), wanted(secs(1_000))).await.unwrap().settle(&Answer::Healthy);
    let waiting = spawn(&gates, key(1, 1), wanted(secs(1_000)));
    settle().await;
    drop(spawn(&gates, key(2, 2), wanted(secs(10))));
    waiting.await.unwrap().unwrap().settle(&Answer::Healthy);
    assert_eq!(began.elapsed(), secs(10));
}

#[tokio::test(start_paused = true)]
async fn nobody_takes_a_place_that_others_wait_for() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[places("host", 1)]);
    let permit = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
    let waiting = spawn(&gates, key(2, 2), wanted.clone());
    settle().await;
    permit.settle(&Answer::Healthy);
    // The place is free and the limiter has not looked yet.
    let mut newcomer = Box::pin(gates.ask(key(3, 3), wanted));
    assert!(futures_util::poll!(&mut newcomer).is_pending());
    settle().await;
    assert!(waiting.is_finished());
}

#[tokio::test(start_paused = true)]
async fn status_answers_while_ten_thousand_wait() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[places("host", 1)]);
    let permit = gates.ask(key(0, 0), wanted.clone()).await.unwrap();
    let tasks: Vec<_> = (1..=10_000).map(|n| spawn(&gates, key(n % 50, n), wanted.clone())).collect();
    settle().await;
    let status = budget_status(&gates, "host");
    assert_eq!((status.in_use, status.waiting, status.limit), (1, 10_000, Limit::Concurrent(1)));
    assert_eq!(gates.waiting(key(7, 7)).unwrap().what, "chatwoot budget host");
    tasks.iter().for_each(JoinHandle::abort);
    settle().await;
    assert_eq!(budget_status(&gates, "host").waiting, 0);
    permit.settle(&Answer::Healthy);
}

#[tokio::test(start_paused = true)]
async fn what_nobody_uses_ends_and_comes_back_when_asked_for() {
    let (gates, _) = gates(settings()).await;
    for n in 0..100_u128 {
        let wanted = demand(&[rate(&format!("account:{n}"), 1, secs(5)), rate("day", 1000, secs(86_400))]);
        gates.ask(key(n, n), wanted).await.unwrap().settle(&Answer::Healthy);
    }
    assert_eq!(gates.status()[0].budgets.len(), 101);
    tokio::time::sleep(secs(1_000)).await;
    let status = gates.status();
    let left: Vec<_> = status[0].budgets.iter().map(|budget| &*budget.name).collect();
    assert_eq!(left, ["day"], "a window that still holds requests is not forgotten");
    assert!(status[0].breakers.is_empty());
    let now = Instant::now();
    gates.ask(key(1, 1), demand(&[rate("account:1", 1, secs(5))])).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_distrusted_start_spends_the_first_window_only() {
    let (gates, _) = gates(GateSettings { distrust_start: true, ..settings() }).await;
    let now = Instant::now();
    gates.ask(key(1, 1), demand(&[rate("a", 1, secs(5))])).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), secs(5));
    gates.ask(key(1, 1), demand(&[rate("b", 1, secs(5))])).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), secs(5), "what the process before may have used has left the window by now");
}
