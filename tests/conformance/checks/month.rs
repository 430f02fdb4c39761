//! A simulated month with everything that goes wrong in one. A few days of it with every change.

use std::time::Duration;

use jiff::SignedDuration;
use rand::{Rng, SeedableRng, rngs::StdRng};
use routiq::platforms::declaration::Limit;
use routiq_simulators::{
    faults::{Fault, When},
    hooks::HookFaults,
};

use super::Of;
use crate::{
    bench::{Bench, Plan},
    daemon::{Daemon, Next},
    mail::Mailbox,
    subject::Scale,
    support::rig::soak,
};

/// What goes wrong with a request, and how often of a thousand.
const FAULTS: &[(Fault, u32)] = &[
    (Fault::RateLimited, 3),
    (Fault::Html(502), 6),
    (Fault::Html(200), 2),
    (Fault::Timeout, 6),
    (Fault::Cut, 4),
    (Fault::CutBody, 4),
    (Fault::MalformedJson, 3),
    (Fault::InvalidUtf8, 2),
    (Fault::DuplicateRows, 4),
    (Fault::Drift(1), 3),
];

/// After a month of traffic, faults, lost processes, lost and doubled deliveries and a replaced credential, the tables
/// are the truth and no limit was overstepped. What a fresh record costs of the platform's budget is printed.
pub async fn a_month_with_faults(of: Of) {
    let (days, poll, people) = if soak() { (30, 600, 120) } else { (2, 3600, 24) };
    let plan = Plan {
        scale: Scale { seed: 4, people, ..Scale::default() },
        poll: Duration::from_secs(poll),
        sweep: Duration::from_secs(24 * 3600),
        ..Plan::default()
    };
    let mut bench = of.bench(plan).await;
    if bench.platform.webhook.is_some() && bench.mailbox.is_none() {
        bench.mailbox = Mailbox::open(&bench).await.ok();
    }
    bench.subject.hook_faults(HookFaults { drop: 0.03, double: 0.05, reorder: 0.2, ..HookFaults::default() });
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    let (asked, changed) = (bench.subject.counters().requests, daemon.changed);
    break_things(&bench);
    bench.subject.traffic(if soak() { 12.0 } else { 6.0 });
    let began = bench.hand.now();
    let mut dice = StdRng::seed_from_u64(4);
    for day in 0..days {
        for _ in 0..8 {
            daemon.live(SignedDuration::from_hours(3)).await;
            assert!(!matches!(daemon.next, Next::Denied(_)), "{}: {:?}", of.name, daemon.next);
            if dice.random_bool(0.4) {
                daemon.reborn().await;
            }
        }
        if day == days / 2 {
            replace(&bench, &mut daemon).await;
        }
    }
    let span = bench.hand.now().duration_since(began);
    let (requests, fresh) = (bench.subject.counters().requests - asked, daemon.changed - changed);
    bench.subject.calm();
    bench.subject.hook_faults(HookFaults::default());
    daemon.quiet_down().await;
    daemon.sweep().await;
    bench.assert_equal("after a month").await;
    bench.assert_no_violation();
    assert!(fresh > 10 && daemon.troubles.len() > 2, "{}: {fresh} fresh, {:?}", of.name, daemon.troubles);
    report(&bench, span, requests, fresh, daemon.troubles.len());
}

fn break_things(bench: &Bench) {
    // Few requests are made in few days.
    let of = if soak() { 1000.0 } else { 300.0 };
    for (fault, often) in FAULTS {
        bench.subject.fault(fault.clone(), When::Chance(f64::from(*often) / of));
    }
}

/// Somebody ends the credential and sets another.
async fn replace(bench: &Bench, daemon: &mut Daemon<'_>) {
    bench.subject.revoke();
    daemon.live(SignedDuration::from_hours(26)).await;
    assert!(matches!(daemon.next, Next::Denied(_)), "{}: {:?}", bench.platform.name, daemon.next);
    bench.hand.advance(SignedDuration::from_hours(2));
    bench.set_credential(&bench.subject.replace()).await;
    daemon.reborn().await;
}

/// One line: what was asked for each fresh record, and how much of what the platform allows.
fn report(bench: &Bench, span: SignedDuration, requests: u64, fresh: u64, troubles: usize) {
    let allowed = |limit: &Limit| {
        let per = limit.per.map_or(1.0, |per| per.as_secs_f64());
        f64::from(limit.count) * span.as_secs_f64() / per
    };
    let least = bench.platform.declaration.limits.iter().map(allowed).fold(f64::INFINITY, f64::min);
    println!(
        "{}: {:.0} days, {requests} requests for {fresh} fresh records ({:.1} each), {:.2}% of what the limit allows, {troubles} troubles, no violation",
        bench.platform.name,
        span.as_secs_f64() / 86_400.0,
        requests as f64 / fresh.max(1) as f64,
        100.0 * requests as f64 / least,
    );
}
