//! Turns: between organizations, between streams, by urgency.

use tokio::sync::mpsc;

use super::*;

/// Asks for one place and says its name once it is granted; holds it for a moment.
fn contender(
    gates: &Gates,
    organization: u128,
    account: u128,
    wanted: Demand,
    name: &'static str,
    log: &mpsc::UnboundedSender<&'static str>,
) -> JoinHandle<()> {
    let (ask, log) = (gates.ask(key(organization, account), wanted), log.clone());
    tokio::spawn(async move {
        let permit = ask.await.unwrap();
        log.send(name).unwrap();
        tokio::time::sleep(ms(1)).await;
        permit.settle(&Answer::Healthy);
    })
}

async fn order(mut log: mpsc::UnboundedReceiver<&'static str>, count: usize) -> Vec<&'static str> {
    let mut order = Vec::new();
    for _ in 0..count {
        order.push(log.recv().await.unwrap());
    }
    order
}

#[tokio::test(start_paused = true)]
async fn a_noisy_organization_delays_another_by_one_turn() {
    let (gates, _) = gates(settings()).await;
    let (log, heard) = mpsc::unbounded_channel();
    let wanted = demand(&[places("host", 1)]);
    let noisy: Vec<_> = (0..10_000).map(|n| contender(&gates, 1, n, wanted.clone(), "noisy", &log)).collect();
    settle().await;
    let before = Instant::now();
    let quiet = contender(&gates, 2, 77_777, wanted, "quiet", &log);
    quiet.await.unwrap();
    assert!(before.elapsed() <= ms(4), "one request waited {:?} behind ten thousand", before.elapsed());
    drop(heard);
    noisy.iter().for_each(JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn a_noisy_organization_delays_another_by_one_turn_at_a_rate_too() {
    let (gates, _) = gates(settings()).await;
    let wanted = |account: &str| demand(&[places(account, 5_000), rate("host", 10, secs(1))]);
    let noisy: Vec<_> = (0..10_000).map(|n| spawn(&gates, key(1, n), wanted("account:1"))).collect();
    settle().await;
    let before = Instant::now();
    for n in 0..5 {
        let permit = gates.ask(key(2, 0), wanted("account:2")).await.unwrap();
        permit.settle(&Answer::Healthy);
        assert!(before.elapsed() <= secs(n + 1), "turn {n} came after {:?}", before.elapsed());
    }
    noisy.iter().for_each(JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn urgency_orders_within_an_organization_and_streams_take_turns() {
    let (gates, _) = gates(settings()).await;
    let (log, heard) = mpsc::unbounded_channel();
    let wanted =
        |stream: &str, urgency| Demand { stream: stream.into(), urgency, ..demand(&[places("host", 1)]) };
    let blocker = gates.ask(key(9, 9), wanted("x", Urgency::Live)).await.unwrap();
    let all = [
        (1, "backfill", wanted("patients", Urgency::Backfill)),
        (1, "patients 1", wanted("patients", Urgency::Poll)),
        (1, "patients 2", wanted("patients", Urgency::Poll)),
        (1, "appointments", wanted("appointments", Urgency::Poll)),
        (1, "live", wanted("messages", Urgency::Live)),
        (2, "other's backfill", wanted("patients", Urgency::Backfill)),
    ];
    for (n, (organization, name, wanted)) in all.into_iter().enumerate() {
        drop(contender(&gates, organization, n as u128, wanted, name, &log));
        settle().await;
    }
    blocker.settle(&Answer::Healthy);
    let order = order(heard, 6).await;
    assert_eq!(order, ["live", "other's backfill", "patients 1", "appointments", "patients 2", "backfill"]);
}
