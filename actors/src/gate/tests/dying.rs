//! Actors that are killed or panic, and what survives them.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_dead_limiter_loses_its_waiters_audibly_and_its_window_is_spent() {
    for how in [Disturbance::Kill, Disturbance::Panic] {
        let (gates, _) = gates(settings()).await;
        let wanted = demand(&[rate("account:1", 1, secs(10))]);
        gates.ask(key(1, 1), wanted.clone()).await.unwrap().settle(&Answer::Healthy);
        let waiting = spawn(&gates, key(2, 2), wanted.clone());
        tokio::time::sleep(secs(9)).await;
        assert!(gates.disturb(API, "account:1", how));
        assert_eq!(waiting.await.unwrap().err(), Some(Refused::Gone));
        let died = Instant::now();
        gates.ask(key(2, 2), wanted).await.unwrap().settle(&Answer::Healthy);
        assert_eq!(died.elapsed(), ms(100) + secs(10), "the pause before the restart, then a whole window");
    }
}

#[tokio::test(start_paused = true)]
async fn places_given_out_by_a_dead_limiter_still_count() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[places("host", 1)]);
    let held = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
    gates.disturb(API, "host", Disturbance::Kill);
    settle().await;
    assert_eq!(budget_status(&gates, "host").state, BudgetState::Restarting);
    let waiting = spawn(&gates, key(2, 2), wanted);
    tokio::time::sleep(secs(30)).await;
    assert!(!waiting.is_finished());
    held.settle(&Answer::Healthy);
    waiting.await.unwrap().unwrap().settle(&Answer::Healthy);
}

#[tokio::test(start_paused = true)]
async fn what_a_dead_limiter_was_told_does_not_keep_the_next_from_being_told() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[places("host", 1)]);
    let first = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
    let second = spawn(&gates, key(2, 2), wanted.clone());
    settle().await;
    first.settle(&Answer::Healthy);
    gates.disturb(API, "host", Disturbance::Kill);
    assert_eq!(second.await.unwrap().err(), Some(Refused::Gone), "killed before it could look");
    settle().await;
    let third = gates.ask(key(3, 3), wanted.clone()).await.unwrap();
    let fourth = spawn(&gates, key(4, 4), wanted);
    settle().await;
    third.settle(&Answer::Healthy);
    settle().await;
    assert!(fourth.is_finished(), "the place that came back was not noticed");
}

#[tokio::test(start_paused = true)]
async fn a_killed_breaker_comes_back_half_open() {
    for how in [Disturbance::Kill, Disturbance::Panic] {
        let (gates, ear) = gates(settings()).await;
        let wanted = demand(&[places("host", 9)]);
        let before = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
        assert!(gates.disturb(API, HOST, how));
        settle().await;
        assert_eq!(breaker_status(&gates).state, BreakerState::Restarting);
        let probe = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
        assert_eq!(breaker_status(&gates).state, BreakerState::HalfOpen);
        let next = spawn(&gates, key(2, 2), wanted);
        before.settle(&Answer::Healthy);
        settle().await;
        assert!(!next.is_finished(), "one probe at a time, whatever old permits say");
        probe.settle(&Answer::Healthy);
        next.await.unwrap().unwrap().settle(&Answer::Healthy);
        assert_eq!(ear.breaker_states(), ["half_open", "closed"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_spent_restart_budget_shuts_that_budget_alone_until_the_park_expires() {
    let (gates, ear) = gates(settings()).await;
    let (bad, good) = (demand(&[rate("bad", 9, secs(1))]), demand(&[rate("good", 9, secs(1))]));
    gates.ask(key(1, 1), bad.clone()).await.unwrap().settle(&Answer::Healthy);
    for _ in 0..4 {
        assert!(gates.disturb(API, "bad", Disturbance::Panic));
        tokio::time::sleep(secs(1)).await;
    }
    let now = Instant::now();
    let refused = gates.ask(key(1, 1), bad.clone()).await.err().unwrap();
    assert!(matches!(&refused, Refused::Shut { reason } if reason.contains("the chatwoot limiter of bad")));
    let status = budget_status(&gates, "bad");
    assert!(status.state == BudgetState::Shut && status.shut_reason.is_some());
    assert!(!gates.disturb(API, "bad", Disturbance::Kill), "there is nobody to kill");
    gates.ask(key(1, 1), good).await.unwrap().settle(&Answer::Healthy);
    assert_eq!(now.elapsed(), Duration::ZERO, "nobody else notices");
    assert_eq!(ear.count(|event| matches!(event, Event::GateShut { name, .. } if &**name == "bad")), 1);
    assert_eq!(ear.count(|event| matches!(event, Event::GateRestarting { name, .. } if &**name == "bad")), 3);
    tokio::time::sleep(secs(301)).await;
    gates.ask(key(1, 1), bad).await.unwrap().settle(&Answer::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_breaker_that_fails_too_often_shuts_its_host() {
    let (gates, _) = gates(settings()).await;
    let wanted = demand(&[places("host", 9)]);
    gates.ask(key(1, 1), wanted.clone()).await.unwrap().settle(&Answer::Healthy);
    for _ in 0..4 {
        assert!(gates.disturb(API, HOST, Disturbance::Kill));
        tokio::time::sleep(secs(1)).await;
    }
    assert!(matches!(gates.ask(key(1, 1), wanted.clone()).await, Err(Refused::Shut { .. })));
    assert_eq!(breaker_status(&gates).state, BreakerState::Shut);
    let elsewhere = Demand { host: "self-hosted.example.test".into(), ..wanted };
    gates.ask(key(1, 1), elsewhere).await.unwrap().settle(&Answer::Healthy);
}

#[tokio::test(start_paused = true)]
async fn a_branch_comes_back_with_everything_below_it_and_forgets_nothing() {
    for how in [Disturbance::Kill, Disturbance::Panic] {
        let (gates, _) = gates(settings()).await;
        let wanted = demand(&[rate("account:1", 5, secs(10)), places("host", 1)]);
        let held = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
        let waiting = spawn(&gates, key(2, 2), wanted.clone());
        settle().await;
        assert!(gates.disturb(API, API, how));
        assert_eq!(waiting.await.unwrap().err(), Some(Refused::Gone));
        settle().await;
        assert_eq!(budget_status(&gates, "host").state, BudgetState::Restarting);
        held.settle(&Answer::Healthy);
        let now = Instant::now();
        gates.ask(key(2, 2), wanted).await.unwrap().settle(&Answer::Healthy);
        assert!(now.elapsed() >= secs(10) && now.elapsed() < secs(11), "after {:?}", now.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_gates_end_everybody_who_waits_is_told() {
    let ear = Arc::new(Ear::default());
    let clock = Clock::starting_at(Timestamp::UNIX_EPOCH);
    for kill in [false, true] {
        let (gates, root) = Gates::start(settings(), clock.clone(), ear.clone(), None).await.unwrap();
        let wanted = demand(&[places("host", 1)]);
        let permit = gates.ask(key(1, 1), wanted.clone()).await.unwrap();
        let waiting = spawn(&gates, key(2, 2), wanted.clone());
        settle().await;
        if kill {
            root.kill()
        } else {
            root.stop(None)
        }
        assert_eq!(waiting.await.unwrap().err(), Some(Refused::Gone));
        settle().await;
        assert_eq!(gates.ask(key(3, 3), wanted).await.err(), Some(Refused::Gone));
        permit.settle(&Answer::Healthy);
    }
}
