//! A first import, whole and in pieces.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;

use super::Of;
use crate::{
    bench::Bench,
    daemon::{Daemon, Next},
};

/// What only comes when it is told has been told for a while.
async fn tell(bench: &Bench, daemon: &mut Daemon<'_>) {
    if bench.mailbox.is_some() {
        daemon.busy(40.0, SignedDuration::from_hours(1)).await;
        // Much of what happens is told to nobody.
        daemon.sweep().await;
    }
}

/// An import is the truth, every stream that is shown is proven, and listing everything again writes nothing.
pub async fn a_practice_is_imported_whole(of: Of) {
    let bench = of.usual().await;
    let started = bench.hand.now();
    let mut daemon = bench.drive().await;
    tell(&bench, &mut daemon).await;
    daemon.settle().await;
    bench.assert_equal("after the import").await;
    let records: usize = bench.subject.truth().values().map(|facts| facts.len()).sum();
    assert!(records > 30, "{}: there is little to compare: {records}", of.name);

    let client = bench.client().await;
    daemon.catch_up().await;
    for stream in bench.shown() {
        let query =
            "select extract(epoch from proven_until)::float8 from routiq.sync_stream_state where stream = $1";
        let row = client.query_opt(query, &[&stream.name]).await.unwrap();
        let proven = row.and_then(|row| row.get::<_, Option<f64>>(0));
        let proven = proven.unwrap_or_else(|| panic!("{}: {} is not proven", of.name, stream.name));
        let early = (started - SignedDuration::from_mins(10)).as_second() as f64;
        let now = bench.hand.now().as_second() as f64 + 1.0;
        assert!((early..=now).contains(&proven), "{}: {} is proven up to {proven}", of.name, stream.name);
    }

    let (before, changed) = (bench.hand.now(), daemon.changed);
    daemon.writes.clear();
    daemon.sweep().await;
    bench.assert_equal("after everything was listed again").await;
    let written = bench.written_since(before).await;
    assert!(
        daemon.changed == changed && written.is_empty(),
        "{}: an unchanged record was written: {written:?} by {:?}",
        of.name,
        daemon.writes
    );
    assert!(daemon.troubles.is_empty(), "{}: {:?}", of.name, daemon.troubles);
    bench.assert_no_violation();
}

/// While a page of history is written the next one is asked for: the tables are the same, limits are kept, and next to no
/// request is asked in vain.
pub async fn history_is_asked_ahead(of: Of) {
    let bench = of.usual().await;
    let mut daemon = bench.drive().await;
    daemon.ahead = true;
    tell(&bench, &mut daemon).await;
    daemon.settle().await;
    bench.assert_equal("after an import that was asked ahead").await;
    let changed = daemon.changed;
    daemon.catch_up().await;
    daemon.sweep().await;
    bench.assert_equal("after a sweep that was asked ahead").await;
    assert_eq!(daemon.changed, changed, "{}: an unchanged record was written", of.name);
    assert!(daemon.troubles.is_empty(), "{}: {:?}", of.name, daemon.troubles);
    bench.assert_no_violation();
    let (sent, wanted) = (daemon.sent.load(Ordering::Relaxed), daemon.wanted);
    println!("{}: {sent} requests of {} were sent ahead, {wanted} of them wanted", of.name, daemon.steps);
    assert!(sent - wanted <= 2 + sent / 20, "{}: {sent} were sent ahead, {wanted} wanted", of.name);
}

/// Each request is asked by an incarnation that dies before it can write, and by one that writes and dies then: nothing
/// is lost, doubled or begun anew.
pub async fn it_goes_on_after_every_request(of: Of) {
    let bench = of.usual().await;
    let mut whole = bench.drive().await;
    whole.settle().await;
    let requests = whole.steps;

    let bench = of.usual().await;
    let mut daemon = bench.drive().await;
    for _ in 0..requests * 2 + 20 {
        // Where it looks and finds nothing due, it has caught up.
        daemon.turn().await;
        if matches!(daemon.next, Next::Rest(until) if until > bench.hand.now()) {
            break;
        }
        bench.set_dying(true);
        daemon.ask().await;
        bench.set_dying(false);
        assert!(
            matches!(daemon.next, Next::Fenced),
            "{}: it wrote without a right: {:?}",
            of.name,
            daemon.next
        );
        daemon.reborn().await;
        daemon.turn().await;
        daemon.ask().await;
        daemon.reborn().await;
    }
    assert!(matches!(daemon.next, Next::Rest(_)), "{}: it begins anew: {:?}", of.name, daemon.next);
    // Twice each, and what stood in memory alone once more.
    let asked = daemon.steps - daemon.opened;
    assert!(asked <= requests * 3, "{}: {asked} requests instead of {requests}", of.name);
    bench.assert_equal("after an import by many").await;
    bench.assert_no_violation();
}
