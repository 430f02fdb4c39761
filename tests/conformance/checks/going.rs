//! Records that go, come back, and become part of others.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use routiq::{domain::change::Kind, platforms::declaration::Tombstone};

use super::Of;
use crate::truth::table;

/// Whatever a stream's tombstones stand for is found, and found again when it is undone.
pub async fn gone_and_back(of: Of) {
    let bench = of.usual().await;
    let mut daemon = bench.drive().await;
    if bench.mailbox.is_some() {
        daemon.busy(40.0, SignedDuration::from_hours(2)).await;
        daemon.sweep().await;
    }
    daemon.settle().await;
    bench.assert_equal("before anything goes").await;
    let mut removed: Vec<(&str, Kind, Tombstone, String)> = Vec::new();
    for stream in bench.followed() {
        if stream.tombstones.is_empty() {
            bench.spared(&format!("{} going", stream.name), "no tombstone is declared");
        }
        for how in stream.tombstones {
            match bench.subject.remove(stream.name, *how) {
                Ok(id) => removed.push((stream.name, stream.kinds[0], *how, id)),
                Err(lacks) => bench.lacks(&format!("{} going by {how:?}", stream.name), lacks),
            }
        }
    }
    assert!(!removed.is_empty(), "{}: nothing ever goes", of.name);
    let ids: BTreeSet<_> = removed.iter().map(|(_, kind, _, id)| (*kind, id.clone())).collect();
    assert_eq!(ids.len(), removed.len(), "{}: a record went twice: {removed:?}", of.name);
    daemon.catch_up().await;
    daemon.sweep().await;
    bench.assert_equal("after records went").await;
    // Nothing is wiped away: what went stands there as gone, unless it lives on with a mark.
    let living = bench.subject.truth();
    for (_, kind, how, id) in &removed {
        let gone = format!(
            "select (count(*) filter (where deleted_at is not null))::text from routiq.{} where external_id = '{id}'",
            table(*kind)
        );
        let marked = living.get(kind).is_some_and(|facts| facts.contains_key(id));
        let buried = bench.texts(&gone).await == ["1"];
        assert!(
            buried != marked,
            "{}: {kind:?} {id} went by {how:?} and is neither buried nor marked",
            of.name
        );
    }

    let mut back = 0;
    let mut refused = Vec::new();
    for (stream, _, how, id) in &removed {
        match bench.subject.restore(stream, *how, id) {
            Ok(()) => back += 1,
            Err(lacks) => refused.push((stream, how, lacks)),
        }
    }
    for (stream, how, lacks) in refused {
        bench.lacks(&format!("{stream} coming back after {how:?}"), lacks);
    }
    if back > 0 {
        bench.hand.advance(SignedDuration::from_secs(5));
        daemon.hear(true).await;
        daemon.nudge();
        daemon.catch_up().await;
        daemon.sweep().await;
        bench.assert_equal("after records came back").await;
    }
    bench.assert_no_violation();
}

/// Who became part of another is gone, and what was theirs is the other's.
pub async fn merged(of: Of) {
    let bench = of.usual().await;
    let people = bench.followed().any(|stream| stream.kinds.contains(&Kind::Contact));
    if !people {
        return bench.spared("people becoming part of others", "no stream brings people");
    }
    let mut daemon = bench.drive().await;
    daemon.settle().await;
    match bench.subject.merge() {
        Err(lacks) => bench.lacks("people becoming part of others", lacks),
        Ok((gone, kept)) => {
            daemon.catch_up().await;
            daemon.sweep().await;
            bench.assert_equal("after a merge").await;
            let truth = bench.subject.truth();
            let contacts = &truth[&Kind::Contact];
            assert!(!contacts.contains_key(&gone) && contacts.contains_key(&kept), "{gone} went into {kept}");
        }
    }
    bench.assert_no_violation();
}
