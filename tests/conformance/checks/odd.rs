//! Records that are not as the documents say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use routiq::domain::change::Kind;
use routiq_simulators::surprises::Surprise;

use super::Of;
use crate::{
    bench::{Bench, Plan},
    daemon::Daemon,
    subject::{Scale, Spoilable},
};

/// A value that must never be shown.
const UNKNOWN: &str = "never-heard-of";

fn surprises() -> [Surprise; 8] {
    [
        Surprise::WrongType,
        Surprise::ImpossibleDate,
        Surprise::Absent,
        Surprise::Null,
        Surprise::AsText,
        Surprise::AsNumber,
        Surprise::Unknown,
        Surprise::Enormous(12_000),
    ]
}

/// Gives each record one surprise, so that in the end every field of every list has had every one of them, as far as
/// there are records.
fn spoil(bench: &Bench) -> BTreeSet<(Kind, String)> {
    let mut by_list: BTreeMap<(Kind, &[&str]), Vec<Spoilable>> = BTreeMap::new();
    for it in bench.subject.spoilable() {
        by_list.entry((it.kind, it.places)).or_default().push(it);
    }
    let mut spoiled = BTreeSet::new();
    for records in by_list.values() {
        let fields = records[0].fields;
        // One in three stays whole: what stands beside a bad record must arrive.
        let bad = records.iter().enumerate().filter(|(at, _)| records.len() < 3 || at % 3 != 2);
        for (turn, (_, record)) in bad.enumerate() {
            let with = surprises()[(turn + turn / fields.len()) % 8].clone();
            bench.subject.spoil(record, fields[turn % fields.len()], with);
            spoiled.insert((record.kind, record.id.clone()));
        }
    }
    spoiled
}

/// Whatever a field becomes: nothing stops, what is not understood is kept, counted and shown, everything else arrives;
/// and when it ends, everything does.
pub async fn surprises_stop_nothing_and_end(of: Of) {
    let bench =
        of.bench(Plan { scale: Scale { seed: 3, people: 45, ..Scale::default() }, ..Plan::default() }).await;
    let mut daemon = bench.drive().await;
    if bench.mailbox.is_some() {
        daemon.busy(60.0, SignedDuration::from_hours(2)).await;
    }
    let spoiled = spoil(&bench);
    assert!(spoiled.len() > 20, "{}: {} records can be spoiled", of.name, spoiled.len());
    daemon.settle().await;
    daemon.catch_up().await;
    daemon.sweep().await;
    assert!(
        daemon.troubles.is_empty(),
        "{}: a bad record stopped the others: {:?}",
        of.name,
        daemon.troubles
    );
    bench.assert_equal_but(&spoiled, "while records are bad").await;
    shown(&bench, &spoiled, &daemon).await;

    bench.subject.calm();
    daemon.catch_up().await;
    daemon.sweep().await;
    bench.assert_equal("when records are good again").await;
    let open = "select stream || ' ' || external_id || ': ' || error_message from routiq.sync_errors where not resolved";
    assert_eq!(bench.texts(open).await, [""; 0], "{}: what is understood again is settled", of.name);
    bench.assert_no_violation();
}

/// Each spoiled record is there or among the errors; each error has its reason and its raw record, and shows no value.
async fn shown(bench: &Bench, spoiled: &BTreeSet<(Kind, String)>, daemon: &Daemon<'_>) {
    let name = bench.platform.name;
    let rows = bench.rows(spoiled.iter().map(|(kind, _)| *kind).collect::<BTreeSet<_>>()).await;
    let client = bench.client().await;
    let query = "select e.stream, e.external_id, e.error_message, p.id is not null
        from routiq.sync_errors e left join routiq.raw_payloads p on p.organization_id = e.organization_id and p.id = e.payload_id
        where not e.resolved";
    let mut open = BTreeSet::new();
    for row in client.query(query, &[]).await.unwrap() {
        let (stream, id, reason): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        assert!(row.get::<_, bool>(3), "{name}: {stream} {id} is not kept raw");
        assert!(
            !reason.is_empty() && !reason.contains(UNKNOWN) && !reason.contains("unexpected"),
            "{name}: a reason without words, or with values: {reason}"
        );
        open.insert((stream, id));
    }
    assert!(!open.is_empty() || !bench.subject.strict(), "{name}: every surprise was understood");
    let lost: Vec<_> = spoiled
        .iter()
        .filter(|(kind, id)| {
            let parent = bench.subject.truth()[kind].get(id).and_then(|fact| fact.parent.clone());
            let under = parent.is_some_and(|parent| spoiled.contains(&parent));
            let told = open.contains(&(kind.as_str().to_owned(), id.clone()));
            !under && !told && !rows[kind].contains_key(id)
        })
        .collect();
    assert!(lost.is_empty(), "{name}: neither kept nor shown: {lost:?}");
    let counted = "select coalesce(sum(rejected), 0)::text from routiq.sync_stream_state";
    let counted: u64 = bench.texts(counted).await[0].parse().unwrap();
    assert!(counted >= u64::try_from(open.len()).unwrap(), "{name}: {counted} counted of {}", open.len());
    println!(
        "{name}: {} records spoiled, {} not understood, {} requests",
        spoiled.len(),
        open.len(),
        daemon.steps
    );
}
