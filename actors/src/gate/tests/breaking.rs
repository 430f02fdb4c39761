//! The breaker seen from outside.

use super::*;

fn wanted() -> Demand {
    demand(&[rate("account:1", 1_000, secs(1))])
}

/// Opens the breaker by three failures.
async fn broken(gates: &Gates) {
    for _ in 0..3 {
        gates.ask(key(1, 1), wanted()).await.unwrap().settle(&sick());
    }
    settle().await;
}

async fn refused(gates: &Gates) -> Refused {
    gates.ask(key(1, 1), wanted()).await.expect_err("refused")
}

#[tokio::test(start_paused = true)]
async fn failures_open_it_a_failed_probe_doubles_the_pause_and_a_good_one_closes_it() {
    let (gates, ear) = gates(settings()).await;
    let began = Instant::now();
    broken(&gates).await;
    assert_eq!(breaker_status(&gates).state, BreakerState::Open);
    assert_eq!(breaker_status(&gates).failures, 3);
    let now = Instant::now();
    let until = "2025-03-01T08:00:10Z".parse().unwrap();
    assert_eq!(refused(&gates).await, Refused::Open { until });
    assert_eq!(now.elapsed(), Duration::ZERO, "refused at once");
    assert_eq!(budget_status(&gates, "account:1").used_in_window, Some(3), "a refusal costs nothing");

    tokio::time::sleep_until(began + secs(10)).await;
    gates.ask(key(1, 1), wanted()).await.unwrap().settle(&sick());
    settle().await;
    tokio::time::sleep(secs(15)).await;
    assert!(matches!(refused(&gates).await, Refused::Open { .. }), "the second pause is longer");
    tokio::time::sleep(secs(5)).await;
    gates.ask(key(1, 1), wanted()).await.unwrap().settle(&Answer::Healthy);
    settle().await;
    assert_eq!(breaker_status(&gates).state, BreakerState::Closed);
    assert_eq!(ear.breaker_states(), ["open", "half_open", "open", "half_open", "closed"]);
}

#[tokio::test(start_paused = true)]
async fn half_open_lets_one_probe_out_and_the_rest_wait_for_its_answer() {
    let (gates, _) = gates(settings()).await;
    broken(&gates).await;
    tokio::time::sleep(secs(10)).await;
    let probe = gates.ask(key(1, 1), wanted()).await.unwrap();
    let waiting: Vec<_> = (2..50).map(|n| spawn(&gates, key(n, n), wanted())).collect();
    settle().await;
    assert!(waiting.iter().all(|task| !task.is_finished()));
    assert_eq!(gates.waiting(key(2, 2)).unwrap().what, format!("chatwoot breaker {HOST}"));
    let in_window = budget_status(&gates, "account:1").used_in_window;
    assert_eq!(in_window, Some(1), "nothing is held while waiting for the probe");
    probe.settle(&Answer::Healthy);
    for task in waiting {
        task.await.unwrap().unwrap().settle(&Answer::Healthy);
    }
}

#[tokio::test(start_paused = true)]
async fn who_waits_in_a_queue_is_refused_when_the_breaker_opens() {
    let (gates, _) = gates(settings()).await;
    let narrow = demand(&[rate("account:1", 3, secs(1_000))]);
    let permits = [(); 3].map(|()| gates.ask(key(1, 1), narrow.clone()));
    let mut held = Vec::new();
    for permit in permits {
        held.push(permit.await.unwrap());
    }
    let waiting = spawn(&gates, key(2, 2), narrow);
    settle().await;
    held.into_iter().for_each(|permit| permit.settle(&sick()));
    assert!(matches!(waiting.await.unwrap(), Err(Refused::Open { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_vanishes_or_sends_nothing_has_not_happened() {
    let (gates, _) = gates(settings()).await;
    broken(&gates).await;
    tokio::time::sleep(secs(10)).await;
    drop(gates.ask(key(1, 1), wanted()).await.unwrap());
    let now = Instant::now();
    gates.ask(key(1, 1), wanted()).await.unwrap().settle(&Answer::NotAsked);
    assert_eq!(breaker_status(&gates).state, BreakerState::HalfOpen);
    let probe = gates.ask(key(1, 1), wanted()).await.unwrap();
    assert_eq!(now.elapsed(), Duration::ZERO, "the next probe may go at once");
    let next = gates.ask(key(1, 1), wanted()).await.unwrap();
    assert_eq!(now.elapsed(), secs(60), "a probe nobody hears of is taken back with its lease");
    probe.settle(&sick());
    settle().await;
    assert_eq!(breaker_status(&gates).state, BreakerState::HalfOpen, "its late answer decides nothing");
    next.settle(&Answer::Healthy);
    settle().await;
    assert_eq!(breaker_status(&gates).state, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limited_probe_keeps_it_open_without_doubling_the_pause() {
    let (gates, _) = gates(settings()).await;
    broken(&gates).await;
    for _ in 0..3 {
        tokio::time::sleep(secs(10)).await;
        let probe = gates.ask(key(1, 1), wanted()).await.unwrap();
        probe.settle(&Answer::RateLimited { budget: "account:1".into(), retry_after: secs(1) });
        settle().await;
        assert_eq!(breaker_status(&gates).state, BreakerState::Open);
    }
    tokio::time::sleep(secs(10)).await;
    let probe = gates.ask(key(1, 1), wanted()).await.unwrap();
    probe.settle(&Answer::RateLimited { budget: "account:1".into(), retry_after: secs(40) });
    settle().await;
    tokio::time::sleep(secs(30)).await;
    assert_eq!(breaker_status(&gates).state, BreakerState::Open, "no sooner than the host asks for");
}

#[tokio::test(start_paused = true)]
async fn answers_to_requests_from_before_the_opening_decide_nothing() {
    let (gates, _) = gates(settings()).await;
    let (old, older) =
        (gates.ask(key(1, 1), wanted()).await.unwrap(), gates.ask(key(1, 1), wanted()).await.unwrap());
    broken(&gates).await;
    tokio::time::sleep(secs(10)).await;
    old.settle(&Answer::Healthy);
    older.settle(&sick());
    settle().await;
    assert_eq!(breaker_status(&gates).state, BreakerState::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn one_host_does_not_break_another() {
    let (gates, _) = gates(settings()).await;
    broken(&gates).await;
    let elsewhere = Demand { host: "self-hosted.example.test".into(), ..wanted() };
    gates.ask(key(1, 1), elsewhere).await.unwrap().settle(&Answer::Healthy);
    assert!(matches!(refused(&gates).await, Refused::Open { .. }));
}

#[tokio::test(start_paused = true)]
async fn new_settings_hold_at_the_next_answer() {
    let (gates, _) = gates(settings()).await;
    let breaker = BreakerSettings { failures_to_open: 1, ..settings().breaker };
    gates.reconfigure(GateSettings { breaker, ..settings() });
    gates.ask(key(1, 1), wanted()).await.unwrap().settle(&sick());
    settle().await;
    assert_eq!(breaker_status(&gates).state, BreakerState::Open);
}
