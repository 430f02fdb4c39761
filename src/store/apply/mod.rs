//! A page's changes become rows, set-wise and in one transaction: what did not change writes nothing, what is older
//! than what is known loses, what was deleted and is seen again lives again with all that fell with it.

mod conversations;
mod deletions;
mod events;
mod people;
mod sift;

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use routiq_actors::port::Generation;
use uuid::Uuid;

pub use self::sift::sift;
use super::{
    error::StoreError,
    live::{self, Touched},
    tenant::Tenant,
};
use crate::domain::{
    change::{Change, Kind, Record},
    fingerprint::Fingerprint,
    ids::Ids,
    stream::{Page, Rejected},
};

/// Where changes come from: what every row written remembers.
pub struct Source<'a> {
    /// The account.
    pub account: Uuid,
    /// The platform's name.
    pub platform: &'a str,
    /// The incarnation that writes.
    pub generation: Generation,
    /// The mapping's version.
    pub transform_version: i32,
    /// When the request began.
    pub observed_at: Timestamp,
    /// The payload that holds the raw records.
    pub payload: Uuid,
    /// What time it is.
    pub now: Timestamp,
    /// Where row ids come from.
    pub ids: &'a Ids,
    /// What brought the changes: `sync` or `webhook`.
    pub cause: &'a str,
}

/// What a page did.
#[derive(Debug, Default)]
pub struct Applied {
    /// The external ids of records written, by kind (tombstones included).
    pub written: HashMap<Kind, BTreeSet<String>>,
    /// Which raw records changed something.
    pub raw: BTreeSet<usize>,
    /// Records that could not be placed, such as a message of an unknown conversation.
    pub rejected: Vec<Rejected>,
    /// What figures hang on.
    pub touched: Touched,
}

impl Applied {
    /// Rows written.
    pub fn changed(&self) -> u64 {
        self.written.values().map(|ids| ids.len() as u64).sum()
    }

    fn wrote(&mut self, kind: Kind, external_id: &str, raw: usize) {
        self.written.entry(kind).or_default().insert(external_id.to_owned());
        self.raw.insert(raw);
    }
}

/// Applies a page's changes. Kinds go in the order of [`Kind`]: what others point at comes first; tombstones last.
///
/// # Errors
/// [`StoreError`]; nothing is written then, since the transaction is lost.
pub async fn apply(tenant: &Tenant<'_>, source: &Source<'_>, page: &Page) -> Result<Applied, StoreError> {
    let mut applied = Applied::default();
    let sorted = Sorted::of(&page.changes);
    let inboxes = people::inboxes(tenant, source, &sorted, &mut applied).await?;
    people::agents(tenant, source, &sorted, &mut applied).await?;
    let contacts = people::contacts(tenant, source, &sorted, &mut applied).await?;
    if !(inboxes.is_empty() && contacts.is_empty()) {
        conversations::link(tenant, source, &contacts, &inboxes).await?;
    }
    conversations::conversations(tenant, source, &sorted, &mut applied).await?;
    conversations::messages(tenant, source, &sorted, &mut applied).await?;
    deletions::bury(tenant, source, &sorted, &mut applied).await?;
    if !applied.touched.is_nothing() {
        live::mark(tenant, source.ids.next(source.now), &applied.touched, source.cause, source.now).await?;
    }
    Ok(applied)
}

/// A page's changes by kind, one per record: a page that shows a record twice means its last word.
#[derive(Default)]
struct Sorted<'a> {
    alive: HashMap<Kind, Vec<&'a Change>>,
    gone: HashMap<Kind, Vec<&'a Change>>,
}

impl<'a> Sorted<'a> {
    fn of(changes: &'a [Change]) -> Self {
        let mut last: HashMap<(Kind, &str), usize> = HashMap::with_capacity(changes.len());
        for (at, change) in changes.iter().enumerate() {
            last.insert((change.record.kind(), change.record.external_id()), at);
        }
        let mut sorted = Self::default();
        for (at, change) in changes.iter().enumerate() {
            let kind = change.record.kind();
            if last.get(&(kind, change.record.external_id())) == Some(&at) {
                let side = if matches!(change.record, Record::Gone { .. }) {
                    &mut sorted.gone
                } else {
                    &mut sorted.alive
                };
                side.entry(kind).or_default().push(change);
            }
        }
        sorted
    }

    fn alive(&self, kind: Kind) -> &[&'a Change] {
        self.alive.get(&kind).map_or(&[], Vec::as_slice)
    }
}

/// What the tables hold of one record.
struct Known {
    fingerprint: Vec<u8>,
    observed_at: Timestamp,
    deletion_id: Option<Uuid>,
    /// What figures hang on: a conversation's status, the conversation of a message.
    standing: Option<Standing>,
}

/// What figures hang on, of a record that was there before.
#[derive(Clone, Debug, PartialEq)]
enum Standing {
    /// A conversation's status.
    Status(String),
    /// A message's conversation.
    In(Uuid),
}

type KnownBy = HashMap<String, Known>;

impl Known {
    /// Whether a record seen at `observed_at` with `fingerprint` must be written over this one.
    fn yields_to(&self, fingerprint: &Fingerprint, observed_at: Timestamp) -> bool {
        self.observed_at <= observed_at && (self.deletion_id.is_some() || self.fingerprint != fingerprint)
    }
}

/// A record to be written.
struct Row<'a, T> {
    record: &'a T,
    fingerprint: Fingerprint,
    source_version: Option<i64>,
    raw: usize,
}

/// The records of a page that differ from what the tables hold.
fn changed<'a, T>(
    changes: &[&'a Change],
    known: &KnownBy,
    observed_at: Timestamp,
    record: impl Fn(&'a Record) -> Option<(&'a T, Fingerprint)>,
) -> Vec<Row<'a, T>> {
    changes
        .iter()
        .filter_map(|change| {
            let (record, fingerprint) = record(&change.record)?;
            let write = known
                .get(change.record.external_id())
                .is_none_or(|known| known.yields_to(&fingerprint, observed_at));
            write.then_some(Row {
                record,
                fingerprint,
                source_version: change.source_version,
                raw: change.raw,
            })
        })
        .collect()
}

fn external_ids<'a>(changes: &[&'a Change]) -> Vec<&'a str> {
    changes.iter().map(|change| change.record.external_id()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Agent;

    fn agent(id: &str, name: &str, raw: usize) -> Change {
        let record = Record::Agent(Agent {
            external_id: id.to_owned(),
            name: Some(name.to_owned()),
            ..Agent::default()
        });
        Change { record, source_version: None, raw }
    }

    #[test]
    fn a_record_shown_twice_counts_once_with_its_last_word() {
        let changes = [agent("1", "before", 0), agent("2", "other", 1), agent("1", "after", 2)];
        let sorted = Sorted::of(&changes);
        let raws: Vec<_> = sorted.alive(Kind::Agent).iter().map(|change| change.raw).collect();
        assert_eq!(raws, [1, 2]);
    }

    #[test]
    fn an_older_sight_never_wins_and_a_deleted_record_seen_again_always_does() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let known = |deletion_id| Known {
            fingerprint: vec![1; 16],
            observed_at: at(100),
            deletion_id,
            standing: None,
        };
        assert!(!known(None).yields_to(&[1; 16], at(200)), "unchanged");
        assert!(known(None).yields_to(&[2; 16], at(100)), "changed, same moment");
        assert!(!known(None).yields_to(&[2; 16], at(99)), "changed, but older");
        assert!(known(Some(Uuid::nil())).yields_to(&[1; 16], at(101)), "deleted, seen again");
        assert!(!known(Some(Uuid::nil())).yields_to(&[1; 16], at(99)), "seen before it was deleted");
    }
}
