//! Who goes next at a limiter: organizations take turns; within an organization the more urgent goes first; among
//! equally urgent requests its streams take turns; within a stream first come, first served. Pure.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
    sync::Arc,
};

use uuid::Uuid;

use crate::port::Urgency;

/// Where a request stands in a queue.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) organization: Uuid,
    pub(super) stream: Arc<str>,
    pub(super) urgency: Urgency,
    /// Unique among the requests of a process and rising.
    pub(super) number: u64,
}

/// Members who take turns. Every operation is logarithmic, so that ten thousand withdrawals cost no more than asking.
#[derive(Debug)]
struct Ring<K, V> {
    turns: BTreeMap<u64, K>,
    members: HashMap<K, (u64, V)>,
    next_turn: u64,
}

impl<K, V> Default for Ring<K, V> {
    fn default() -> Self {
        Self { turns: BTreeMap::new(), members: HashMap::new(), next_turn: 0 }
    }
}

impl<K: Clone + Eq + Hash, V: Default> Ring<K, V> {
    /// The member, who joins at the end of the ring if new.
    fn join(&mut self, key: &K) -> &mut V {
        let (turns, next_turn) = (&mut self.turns, &mut self.next_turn);
        let (_, value) = self.members.entry(key.clone()).or_insert_with(|| {
            let turn = *next_turn;
            *next_turn += 1;
            turns.insert(turn, key.clone());
            (turn, V::default())
        });
        value
    }

    fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.members.get_mut(key).map(|(_, value)| value)
    }

    /// Whose turn it is; the turn passes on.
    fn next(&mut self) -> Option<K> {
        let (_, key) = self.turns.pop_first()?;
        if let Some((turn, _)) = self.members.get_mut(&key) {
            *turn = self.next_turn;
            self.turns.insert(self.next_turn, key.clone());
            self.next_turn += 1;
        }
        Some(key)
    }

    fn leave(&mut self, key: &K) {
        if let Some((turn, _)) = self.members.remove(key) {
            self.turns.remove(&turn);
        }
    }

    fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// The streams of one organization, by urgency.
#[derive(Debug)]
struct Organization<T>(BTreeMap<Urgency, Ring<Arc<str>, BTreeMap<u64, T>>>);

impl<T> Default for Organization<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// The requests that wait at one limiter.
#[derive(Debug)]
pub(super) struct Queue<T> {
    organizations: Ring<Uuid, Organization<T>>,
    len: usize,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { organizations: Ring::default(), len: 0 }
    }
}

impl<T> Queue<T> {
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) fn push(&mut self, claim: &Claim, item: T) {
        let organization = self.organizations.join(&claim.organization);
        let line = organization.0.entry(claim.urgency).or_default().join(&claim.stream);
        if line.insert(claim.number, item).is_none() {
            self.len += 1;
        }
    }

    /// Takes the request whose turn it is.
    pub(super) fn pop(&mut self) -> Option<T> {
        let organization = self.organizations.next()?;
        let mut first = self.organizations.get_mut(&organization)?.0.first_entry()?;
        let urgency = *first.key();
        let streams = first.get_mut();
        let stream = streams.next()?;
        let (&number, _) = streams.get_mut(&stream)?.first_key_value()?;
        self.remove(&Claim { organization, stream, urgency, number })
    }

    /// Takes a request out, wherever it stands.
    pub(super) fn remove(&mut self, claim: &Claim) -> Option<T> {
        let urgencies = &mut self.organizations.get_mut(&claim.organization)?.0;
        let streams = urgencies.get_mut(&claim.urgency)?;
        let line = streams.get_mut(&claim.stream)?;
        let item = line.remove(&claim.number)?;
        self.len -= 1;
        if line.is_empty() {
            streams.leave(&claim.stream);
        }
        if streams.is_empty() {
            urgencies.remove(&claim.urgency);
        }
        if urgencies.is_empty() {
            self.organizations.leave(&claim.organization);
        }
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(organization: u128, stream: &str, urgency: Urgency, number: u64) -> Claim {
        Claim { organization: Uuid::from_u128(organization), stream: stream.into(), urgency, number }
    }

    fn drain(queue: &mut Queue<u64>) -> Vec<u64> {
        std::iter::from_fn(|| queue.pop()).collect()
    }

    #[test]
    fn organizations_take_turns_whatever_their_urgency() {
        let mut queue = Queue::default();
        for number in 0..4 {
            queue.push(&claim(1, "patients", Urgency::Live, number), number);
        }
        queue.push(&claim(2, "patients", Urgency::Backfill, 10), 10);
        queue.push(&claim(3, "patients", Urgency::Poll, 20), 20);
        assert_eq!(drain(&mut queue), [0, 10, 20, 1, 2, 3]);
    }

    #[test]
    fn within_an_organization_the_urgent_go_first_and_equal_streams_take_turns() {
        let mut queue = Queue::default();
        queue.push(&claim(1, "a", Urgency::Backfill, 1), 1);
        queue.push(&claim(1, "a", Urgency::Poll, 2), 2);
        queue.push(&claim(1, "a", Urgency::Poll, 3), 3);
        queue.push(&claim(1, "b", Urgency::Poll, 4), 4);
        queue.push(&claim(1, "b", Urgency::Live, 5), 5);
        assert_eq!(drain(&mut queue), [5, 2, 4, 3, 1]);
    }

    #[test]
    fn who_withdraws_leaves_no_trace() {
        let mut queue = Queue::default();
        let claims: Vec<_> = (0..6).map(|n| claim(u128::from(n % 3), "a", Urgency::Poll, n)).collect();
        for claim in &claims {
            queue.push(claim, claim.number);
        }
        assert_eq!(queue.remove(&claims[0]), Some(0));
        assert_eq!(queue.remove(&claims[0]), None, "only once");
        assert_eq!(queue.remove(&claims[4]), Some(4));
        assert_eq!(drain(&mut queue), [3, 1, 2, 5]);
        assert!(queue.is_empty());
        assert!(queue.organizations.is_empty() && queue.organizations.turns.is_empty());
    }

    #[test]
    fn a_newcomer_waits_one_turn_behind_ten_thousand() {
        let mut queue = Queue::default();
        for number in 0..10_000 {
            queue.push(&claim(1, "a", Urgency::Live, number), number);
        }
        assert_eq!(queue.pop(), Some(0));
        queue.push(&claim(2, "a", Urgency::Backfill, 77_777), 77_777);
        assert_eq!([queue.pop(), queue.pop()], [Some(1), Some(77_777)]);
    }
}
