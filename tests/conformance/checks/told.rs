//! Deliveries and pages say the same.

use std::{collections::BTreeSet, time::Duration};

use jiff::SignedDuration;
use routiq::domain::change::Kind;
use serde_json::Value;

use super::Of;
use crate::{bench::Plan, mail::Mailbox, truth::says};

/// What says when and how a row was written, not what it says.
const KEEPING: &[&str] = &[
    "payload_id",
    "transform_version",
    "generation",
    "observed_at",
    "created_at",
    "updated_at",
    "deletion_id",
    "deleted_at",
    "provisional",
    "source_version",
];

/// What deliveries alone have written is what pages say of it; nothing that they tell is lost or other.
pub async fn what_is_told_is_what_pages_say(of: Of) {
    let mut bench = of.usual().await;
    let Some(events) = &bench.platform.declaration.webhook else {
        return bench.spared("deliveries and pages saying the same", "the platform sends nothing");
    };
    if bench.subject.pushes() {
        return what_is_pushed_is_read(of).await;
    }
    let signed = events.signed;
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    let changed = daemon.changed;
    drop(daemon);
    if bench.mailbox.is_none() {
        match Mailbox::open(&bench).await {
            Ok(mailbox) => bench.mailbox = Some(mailbox),
            Err(lacks) => return bench.lacks("deliveries and pages saying the same", lacks),
        }
    }
    if !bench.subject.speak() {
        bench.subject.traffic(60.0);
        bench.hand.advance(SignedDuration::from_hours(3));
        bench.subject.traffic(0.0);
        bench.hand.advance(SignedDuration::from_hours(2));
    }

    let mut daemon = bench.drive().await;
    let asked = bench.subject.counters().requests;
    daemon.hear(true).await;
    assert_eq!(bench.subject.counters().requests, asked, "{}: something was asked", of.name);
    let waiting =
        "select count(*)::text from routiq.webhook_events where state not in ('applied', 'ignored')";
    assert_eq!(bench.texts(waiting).await, ["0"], "{}: deliveries that were not understood", of.name);
    let heard = bench.texts("select count(*)::text from routiq.webhook_events").await;
    assert!(heard[0].parse::<u64>().unwrap() > 10, "{}: {heard:?} deliveries", of.name);
    if !signed {
        assert_eq!(daemon.changed, 0, "{}: {changed} rows; nobody vouches for what was told", of.name);
    }
    let kinds: BTreeSet<Kind> = bench.subject.truth().keys().copied().collect();
    let told = bench.rows(kinds.clone()).await;
    assert!(!signed || daemon.changed > 10, "{}: {} rows were written", of.name, daemon.changed);

    daemon.settle().await;
    daemon.catch_up().await;
    daemon.sweep().await;
    bench.assert_equal("after pages").await;
    let shown = bench.rows(kinds).await;
    let mut other = Vec::new();
    for (kind, rows) in &told {
        for (id, row) in rows.iter().filter(|(_, row)| row["provisional"] == true) {
            let Some(shown) = shown[kind].get(id) else { continue };
            let mut row = row.clone();
            bench.subject.only_told().iter().for_each(|way| forget(&mut row, way));
            let columns = row.as_object().unwrap().iter();
            let columns = columns.filter(|(name, told)| !KEEPING.contains(&name.as_str()) && !told.is_null());
            let differs = columns.filter(|(name, told)| !says(&shown[name.as_str()], told));
            other.extend(differs.map(|(name, told)| {
                format!("{} {id}: {name}: told {told}, shown {}", kind.as_str(), shown[name.as_str()])
            }));
        }
    }
    assert!(other.is_empty(), "{}: {:#?}", of.name, &other[..other.len().min(9)]);
    bench.assert_no_violation();
}

/// Where deliveries carry nothing: because of them alone everything is read that pages say, and nothing besides is asked.
async fn what_is_pushed_is_read(of: Of) {
    // No poll comes round by itself.
    let plan = Plan { poll: Duration::from_secs(4 * 24 * 3600), ..Plan::default() };
    let mut bench = of.bench(plan).await;
    bench.mailbox = Mailbox::open(&bench).await.ok();
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    daemon.hear(true).await;
    daemon.settle().await;
    bench.subject.traffic(60.0);
    bench.hand.advance(SignedDuration::from_hours(3));
    bench.subject.traffic(0.0);
    bench.hand.advance(SignedDuration::from_hours(2));
    daemon.nudge();
    daemon.settle().await;
    let (asked, changed) = (bench.subject.counters().requests, daemon.changed);

    daemon.hear(true).await;
    assert_eq!(bench.subject.counters().requests, asked, "{}: something was asked", of.name);
    assert_eq!(daemon.changed, changed, "{}: what carries nothing has written something", of.name);
    let open = "select count(*)::text from routiq.webhook_events where state not in ('applied', 'ignored')";
    assert_eq!(bench.texts(open).await, ["0"], "{}: deliveries that were not understood", of.name);
    let heard = bench.texts("select count(*)::text from routiq.webhook_events").await;
    let heard: u64 = heard[0].parse().unwrap();
    assert!(heard > 10, "{}: {heard} deliveries", of.name);

    daemon.nudge();
    daemon.settle().await;
    bench.assert_equal("because of deliveries alone").await;
    let fresh = daemon.changed - changed;
    assert!(fresh > 10, "{}: {fresh} rows were written", of.name);
    let requests = bench.subject.counters().requests - asked;
    assert!(requests < heard, "{}: {requests} requests for {heard} deliveries", of.name);
    let (before, changed) = (bench.hand.now(), daemon.changed);
    daemon.sweep().await;
    assert_eq!(
        (daemon.changed, bench.written_since(before).await),
        (changed, Vec::new()),
        "{}: pages say something else: {:?}",
        of.name,
        daemon.writes
    );
    assert!(daemon.troubles.is_empty(), "{}: {:?}", of.name, daemon.troubles);
    bench.assert_no_violation();
}

/// Takes a field away, by its dotted way.
fn forget(row: &mut Value, way: &str) {
    let (above, last) = way.rsplit_once('.').unwrap_or(("", way));
    let parent = above.split('.').filter(|part| !part.is_empty()).try_fold(row, |at, part| at.get_mut(part));
    if let Some(Value::Object(fields)) = parent {
        fields.remove(last);
    }
}
