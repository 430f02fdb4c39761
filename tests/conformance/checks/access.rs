//! Limits and credentials.

use jiff::SignedDuration;
use routiq_simulators::faults::{Fault, When};

use super::Of;
use crate::{bench::Plan, daemon::Next};

/// Asking as soon as the budgets allow, in the worst rhythm that they allow, oversteps no limit; and being told to slow
/// down costs time and nothing else.
pub async fn limits_are_never_overstepped(of: Of) {
    let plan = Plan { pace: SignedDuration::ZERO, ..Plan::default() };
    let bench = of.bench(plan).await;
    let limits = bench.platform.declaration.limits;
    assert!(!limits.is_empty(), "{}: it declares no limit", of.name);
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    daemon.busy(120.0, SignedDuration::from_mins(20)).await;
    daemon.sweep().await;
    bench.assert_no_violation();
    assert!(daemon.troubles.is_empty(), "{}: {:?}", of.name, daemon.troubles);

    for _ in 0..2 {
        bench.subject.fault(Fault::RateLimited, When::Next { skip: 1, count: 1 });
        bench.request_sweep().await;
        bench.hand.advance(SignedDuration::from_mins(5));
        let before = bench.hand.now();
        daemon.sweep().await;
        let waited = bench.hand.now().duration_since(before);
        assert!(waited >= SignedDuration::from_secs(1), "{}: it did not wait", of.name);
    }
    let limited = daemon.troubles.iter().filter(|why| why.starts_with("rate limited")).count();
    assert_eq!(limited, 2, "{}: {:?}", of.name, daemon.troubles);
    bench.assert_equal("after being told to slow down").await;
    bench.assert_no_violation();
}

/// A credential that is refused stops the account at once and with a reason that does not show it; a new one goes on
/// where the old one stood.
pub async fn a_refused_credential_stops_it_and_a_new_one_goes_on(of: Of) {
    let bench = of.usual().await;
    let old = bench.subject.entered().credential;
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    bench.subject.revoke();
    bench.subject.traffic(60.0);
    daemon.live(SignedDuration::from_hours(26)).await;
    let Next::Denied(reason) = daemon.next.clone() else {
        panic!("{}: it goes on without a credential: {:?}", of.name, daemon.next)
    };
    assert!(!reason.is_empty() && !old.split(':').any(|part| part.len() > 5 && reason.contains(part)));

    // Who comes after it does not even ask.
    let asked = bench.subject.counters().requests;
    let mut next = bench.drive().await;
    next.settle().await;
    assert!(matches!(next.next, Next::Denied(_)), "{:?}", next.next);
    assert_eq!(bench.subject.counters().requests, asked, "{}: it asked with a refused credential", of.name);

    bench.subject.traffic(0.0);
    let new = bench.subject.replace();
    assert_ne!(new, old);
    bench.set_credential(&new).await;
    let mut next = bench.drive().await;
    next.settle().await;
    next.quiet_down().await;
    next.sweep().await;
    bench.assert_equal("with another credential").await;
    bench.assert_no_violation();
}
