//! The streams of an account as the page shows them: how fresh each is, and how far the first import has come.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    figures::{rate, span},
    overview::imported,
    page::{Look, Moment, look},
};
use crate::{
    domain::freshness::Freshness,
    store::health::{AccountHealth, StreamHealth},
};

#[derive(Debug, Serialize)]
pub(super) struct Fresh {
    look: Look,
    proven: Option<Moment>,
}

#[derive(Debug, Serialize)]
pub(super) struct StreamLine {
    name: String,
    freshness: Look,
    proven: Option<Moment>,
    records: i64,
    changed: i64,
    rejected: i64,
}

#[derive(Debug, Serialize)]
pub(super) struct Import {
    done: u64,
    total: Option<u64>,
    percent: Option<u64>,
    per_second: Option<String>,
    left: Option<String>,
}

/// People first, then what they say; what only helps to read it last.
fn order(stream: &str) -> usize {
    ["contacts", "patients", "appointments", "conversations", "messages", "invoices", "clinical_notes"]
        .iter()
        .position(|known| *known == stream)
        .unwrap_or(usize::MAX)
}

pub(super) fn least_fresh(health: &AccountHealth, now: Timestamp) -> Option<Fresh> {
    let proven = health.streams.iter().map(|stream| stream.proven_until).min()?;
    Some(Fresh { look: freshness(Freshness::of(proven, now)), proven: proven.map(Moment::of) })
}

pub(super) fn streams(health: &AccountHealth, now: Timestamp) -> Vec<StreamLine> {
    let proven = health.streams.iter().map(|stream| (false, stream));
    let mut lines: Vec<(bool, &StreamHealth)> =
        proven.chain(health.told.iter().map(|stream| (true, stream))).collect();
    lines.sort_by_key(|(_, stream)| (order(&stream.stream), &stream.stream));
    lines
        .into_iter()
        .map(|(told, stream)| StreamLine {
            name: stream.stream.replace('_', " "),
            freshness: match told {
                true => look("told", "rest", "arrow"),
                false => freshness(Freshness::of(stream.proven_until, now)),
            },
            proven: stream.proven_until.map(Moment::of),
            records: stream.records,
            changed: stream.changed,
            rejected: stream.rejected,
        })
        .collect()
}

pub(super) fn import(health: &AccountHealth, per_second: Option<f64>) -> Import {
    let known = imported(health).filter(|(_, total)| *total > 0);
    let received: u64 = health.streams.iter().map(|stream| stream.records.max(0).unsigned_abs()).sum();
    let per_second = per_second.filter(|rate| *rate > 0.0);
    Import {
        done: known.map_or(received, |(done, _)| done),
        total: known.map(|(_, total)| total),
        percent: known.map(|(done, total)| done.saturating_mul(100) / total),
        per_second: per_second.map(rate),
        left: known
            .zip(per_second)
            .map(|((done, total), rate)| span((total.saturating_sub(done)) as f64 / rate)),
    }
}

fn freshness(freshness: Freshness) -> Look {
    match freshness {
        Freshness::Live => look("live", "good", "dot"),
        Freshness::Delayed => look("delayed", "warn", "half"),
        Freshness::Stale => look("stale", "bad", "diamond"),
        Freshness::Unknown => look("unknown", "rest", "ring"),
    }
}
