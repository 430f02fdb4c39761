//! The tables against the simulators' ledgers: every difference by kind and field, never by content.

pub mod chatwoot;
pub mod cliniko;
pub mod facts;
pub mod google_calendar;
pub mod manychat;
pub mod momence;
pub mod nookal;
mod records;
pub mod twilio;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

/// How the tables of one account differ from the truth.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// Living rows in the tables, by kind.
    #[serde(flatten)]
    counts: Counts,
    /// How many differ, all told.
    pub differences: usize,
    /// The first differences in words.
    pub examples: Vec<String>,
}

/// Kinds in the order in which people read them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Counts(Vec<(&'static str, usize)>);

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// How many differences are put in words.
const EXAMPLES: usize = 12;

impl Comparison {
    fn counting(counts: &[(&'static str, usize)]) -> Self {
        Self { counts: Counts(counts.to_vec()), ..Self::default() }
    }

    /// Counts another kind.
    pub(super) fn add(&mut self, kind: &'static str, count: usize) {
        self.counts.0.push((kind, count));
    }

    /// How many living rows of each kind there are.
    pub fn counts(&self) -> &[(&'static str, usize)] {
        &self.counts.0
    }

    /// How many living rows of a kind there are.
    pub fn count(&self, kind: &str) -> usize {
        self.counts.0.iter().find(|(name, _)| *name == kind).map_or(0, |(_, count)| *count)
    }

    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        self.differences += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(what());
        }
    }

    pub(super) fn check(&mut self, same: bool, kind: &str, id: &str, field: &str) {
        if !same {
            self.note(|| format!("{kind} {id}: {field} differs"));
        }
    }
}

/// Pairs living rows with living truth, both by id; names what stands on one side only.
fn pair<'a, R, T>(
    kind: &str,
    rows: impl Iterator<Item = (&'a str, R)>,
    truth: impl Iterator<Item = (&'a str, T)>,
    result: &mut Comparison,
) -> Vec<(&'a str, R, T)> {
    let mut rows: BTreeMap<&str, R> = rows.collect();
    let mut pairs = Vec::with_capacity(rows.len());
    for (id, truth) in truth {
        match rows.remove(id) {
            Some(row) => pairs.push((id, row, truth)),
            None => result.note(|| format!("{kind} {id}: missing in the tables")),
        }
    }
    for id in rows.keys() {
        result.note(|| format!("{kind} {id}: in the tables only"));
    }
    pairs
}

/// A simulator's word as it stands in JSON.
fn word(value: &impl Serialize) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}
