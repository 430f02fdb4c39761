//! How well contacts were put together, by somebody who knows who is who.

use std::collections::{BTreeMap, HashSet};

use super::Record;

/// How well contacts were put together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quality {
    /// Of the pairs put together, the share that is one human.
    pub precision: f64,
    /// Of the pairs that are one human and that something on record connects, the share put together.
    pub recall: f64,
    /// Of all pairs that are one human, also those that share nothing but perhaps a name.
    pub recall_of_all: f64,
    /// The same, with what was proposed to a person.
    pub recall_with_proposals: f64,
    /// Of the proposals, the share that is one human.
    pub proposals_right: f64,
    /// Pairs put together that are two humans.
    pub wrong: usize,
    /// How many proposals there are.
    pub proposals: usize,
}

/// Compares persons (a label for each record) and proposals with the truth. Two records of one practice system are no
/// pair to be found: it says itself that they are two.
pub fn quality(records: &[Record], person: &[usize], proposals: &[(usize, usize)]) -> Quality {
    let same = |a: usize, b: usize| records[a].human == records[b].human;
    let told_apart = |a: usize, b: usize| records[a].practice() && records[a].platform == records[b].platform;
    let made = pairs_within(person);
    let right = made.iter().filter(|(a, b)| same(*a, *b)).count();
    let humans: Vec<usize> = records.iter().map(|record| record.human).collect();
    let mut truth = pairs_within(&humans);
    truth.retain(|(a, b)| !told_apart(*a, *b));
    let connections = truth.iter().filter(|(a, b)| records[*a].shares_with(&records[*b]));
    let connected = labels(records.len(), &connections.copied().collect::<Vec<_>>());
    let found = |(a, b): &&(usize, usize)| person[*a] == person[*b];
    let good = proposals.iter().filter(|(a, b)| same(*a, *b)).map(|(a, b)| (person[*a], person[*b]));
    let good: HashSet<(usize, usize)> = good.collect();
    let shown = |pair: &&(usize, usize)| {
        let (a, b) = (person[pair.0], person[pair.1]);
        found(pair) || good.contains(&(a, b)) || good.contains(&(b, a))
    };
    let possible: Vec<_> = truth.iter().filter(|(a, b)| connected[*a] == connected[*b]).collect();
    let share = |part: usize, whole: usize| if whole == 0 { 1.0 } else { part as f64 / whole as f64 };
    Quality {
        precision: share(right, made.len()),
        recall: share(possible.iter().copied().filter(found).count(), possible.len()),
        recall_of_all: share(truth.iter().filter(found).count(), truth.len()),
        recall_with_proposals: share(truth.iter().filter(shown).count(), truth.len()),
        proposals_right: share(good.len(), proposals.len()),
        wrong: made.len() - right,
        proposals: proposals.len(),
    }
}

/// A label for each of so many places, equal where pairs connect them.
pub fn labels(places: usize, pairs: &[(usize, usize)]) -> Vec<usize> {
    let mut label: Vec<usize> = (0..places).collect();
    let root = |label: &[usize], mut at: usize| {
        while label[at] != at {
            at = label[at];
        }
        at
    };
    for (a, b) in pairs {
        let (a, b) = (root(&label, *a), root(&label, *b));
        label[a.max(b)] = a.min(b);
    }
    (0..places).map(|at| root(&label, at)).collect()
}

fn pairs_within(label: &[usize]) -> Vec<(usize, usize)> {
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    label.iter().enumerate().for_each(|(at, label)| groups.entry(*label).or_default().push(at));
    let mut pairs = Vec::new();
    for group in groups.values() {
        for (place, one) in group.iter().enumerate() {
            pairs.extend(group[place + 1..].iter().map(|other| (*one, *other)));
        }
    }
    pairs
}
