//! A page's changes become rows, set-wise and in one transaction: what did not change writes nothing, what is older
//! than what is known loses, what was deleted and is seen again lives again with all that fell with it.

mod attachments;
mod conversations;
mod deletions;
mod events;
mod history;
mod identities;
mod people;
mod records;
mod sift;

use std::collections::{BTreeSet, HashMap};

use futures_util::try_join;
use jiff::Timestamp;
use routiq_actors::port::Generation;
use uuid::Uuid;

pub use self::{
    conversations::Seen,
    history::{Effect, History},
    sift::sift,
};
use super::{
    error::StoreError,
    live::{self, Touched},
    tenant::Tenant,
};
use crate::domain::{
    change::{Change, Kind, Record},
    fingerprint::Fingerprint,
    ids::Ids,
    seal::Keyring,
    stream::{Page, Rejected},
};

/// How changes came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The platform answered a request: it shows its records as they were no earlier than `observed_at`.
    Page,
    /// The platform told it by itself, some time before `observed_at`. Without a source version such a record only adds
    /// what nobody has seen; with one it also replaces what is surely older. Any page wins over it.
    Webhook,
    /// What a webhook told before is mapped once more, over what it wrote: filled as a webhook's, written as a page's.
    Retold,
}

/// Where changes come from: what every row written remembers.
pub struct Source<'a> {
    /// How they came.
    pub origin: Origin,
    /// The account.
    pub account: Uuid,
    /// The platform's name.
    pub platform: &'a str,
    /// The incarnation that writes.
    pub generation: Generation,
    /// The mapping's version.
    pub transform_version: i32,
    /// When the request began, or the webhook was accepted.
    pub observed_at: Timestamp,
    /// The payload that holds the raw records.
    pub payload: Uuid,
    /// What time it is.
    pub now: Timestamp,
    /// Where row ids come from.
    pub ids: &'a Ids,
    /// What seals.
    pub keys: &'a Keyring,
    /// What brought the changes: `sync` or `webhook`.
    pub cause: &'a str,
}

/// What a page did.
#[derive(Debug, Default)]
pub struct Applied {
    /// The external ids of records written, by kind (tombstones included).
    pub written: HashMap<Kind, BTreeSet<String>>,
    /// The external ids of records that a webhook shows otherwise than they are known, without saying which is newer.
    pub doubted: HashMap<Kind, BTreeSet<String>>,
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

    /// Adds what else happened in the same transaction.
    pub fn add(&mut self, other: Self) {
        for (kind, ids) in other.written {
            self.written.entry(kind).or_default().extend(ids);
        }
        self.raw.extend(other.raw);
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
    let applied = apply_unmarked(tenant, source, page, None).await?;
    mark(tenant, source, &applied).await?;
    Ok(applied)
}

/// The same, but for the mark of what figures hang on: see [`mark`]. `seen`: what was asked before.
///
/// # Errors
/// [`StoreError`]; nothing is written then, since the transaction is lost.
pub async fn apply_unmarked(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    page: &Page,
    seen: Option<Seen>,
) -> Result<Applied, StoreError> {
    let mut applied = Applied::default();
    let sorted = Sorted::of(&page.changes);
    for kind in records::GROUND {
        records::write(tenant, source, &sorted, kind, &mut applied).await?;
    }
    let inboxes = people::inboxes(tenant, source, &sorted, &mut applied).await?;
    people::agents(tenant, source, &sorted, &mut applied).await?;
    let contacts = people::contacts(tenant, source, &sorted, &mut applied).await?;
    // Neither waits for the other: they travel together.
    try_join!(
        conversations::link(tenant, source, &inboxes),
        records::link(tenant, source, Kind::Contact, &contacts),
    )?;
    conversations::write(tenant, source, &sorted, seen, &mut applied).await?;
    for kind in records::VISITS {
        records::write(tenant, source, &sorted, kind, &mut applied).await?;
    }
    deletions::bury(tenant, source, &sorted, &mut applied).await?;
    Ok(applied)
}

/// What the tables hold of a page that only messages stand on: nothing else of the page can change that, so it may be asked
/// before anything is written.
///
/// # Errors
/// [`StoreError`].
pub async fn look(tenant: &Tenant<'_>, source: &Source<'_>, page: &Page) -> Result<Option<Seen>, StoreError> {
    if page.changes.is_empty() || page.changes.iter().any(|change| change.record.kind() != Kind::Message) {
        return Ok(None);
    }
    conversations::look(tenant, source, &Sorted::of(&page.changes)).await.map(Some)
}

/// Buries living records that no page names: complete listings did not show them.
pub(super) async fn fall(
    tenant: &Tenant<'_>,
    source: &Source<'_>,
    kind: Kind,
    external_ids: &[String],
) -> Result<Applied, StoreError> {
    let mut applied = Applied::default();
    if external_ids.is_empty() {
        return Ok(applied);
    }
    let gone: Vec<_> = external_ids.iter().map(|id| (id.as_str(), None)).collect();
    let fallen = deletions::fall(tenant, source, kind, &gone, &mut applied).await?;
    applied.written.entry(kind).or_default().extend(fallen);
    mark(tenant, source, &applied).await?;
    Ok(applied)
}

/// Marks what figures hang on.
///
/// # Errors
/// [`StoreError`].
pub async fn mark(tenant: &Tenant<'_>, source: &Source<'_>, applied: &Applied) -> Result<(), StoreError> {
    if applied.touched.is_nothing() {
        return Ok(());
    }
    live::mark(tenant, source.ids.next(source.now), &applied.touched, source.cause, source.now).await
}

/// Records that were not known before: our ids, and the platform's beside them.
#[derive(Default)]
struct New {
    ids: Vec<Uuid>,
    external_ids: Vec<String>,
}

impl New {
    fn add(&mut self, id: Uuid, external_id: String) {
        self.ids.push(id);
        self.external_ids.push(external_id);
    }
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
#[derive(Clone, Default)]
struct Known {
    fingerprint: Vec<u8>,
    observed_at: Timestamp,
    deletion_id: Option<Uuid>,
    source_version: Option<i64>,
    provisional: bool,
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

/// How a known record stands to one that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// It yields.
    Yields,
    /// It is the same, or newer.
    Stays,
    /// It differs, and nobody can say which is newer.
    Doubted,
}

impl Known {
    /// How this stands to a record seen at `observed_at` with `fingerprint` and `version`. The statements that write say
    /// the same.
    fn stand(
        &self,
        origin: Origin,
        fingerprint: &Fingerprint,
        version: Option<i64>,
        observed_at: Timestamp,
    ) -> Stand {
        let (alive, same) = (self.deletion_id.is_none(), self.fingerprint == fingerprint);
        let versions = self.source_version.zip(version).filter(|_| alive);
        let yields = match (origin, versions) {
            _ if alive && same => return Stand::Stays,
            (Origin::Webhook, Some((known, shown))) => known < shown,
            (Origin::Webhook, None) => return Stand::Doubted,
            (Origin::Page | Origin::Retold, Some((known, shown))) if known != shown => known < shown,
            (Origin::Page | Origin::Retold, _) => {
                (alive && self.provisional) || self.observed_at <= observed_at
            }
        };
        if yields { Stand::Yields } else { Stand::Stays }
    }
}

/// A record to be written.
struct Row<'a, T> {
    record: &'a T,
    fingerprint: Fingerprint,
    source_version: Option<i64>,
    raw: usize,
}

/// The records of a page that are to be written over what the tables hold.
fn changed<'a, T>(
    changes: &[&'a Change],
    known: &KnownBy,
    source: &Source<'_>,
    doubted: &mut HashMap<Kind, BTreeSet<String>>,
    record: impl Fn(&'a Record) -> Option<&'a T>,
) -> Vec<Row<'a, T>> {
    changes
        .iter()
        .filter_map(|change| {
            let (record, fingerprint) = (record(&change.record)?, change.fingerprint());
            let external_id = change.record.external_id();
            let stand = known.get(external_id).map_or(Stand::Yields, |known| {
                known.stand(source.origin, &fingerprint, change.source_version, source.observed_at)
            });
            if stand == Stand::Doubted {
                doubted.entry(change.record.kind()).or_default().insert(external_id.to_owned());
            }
            (stand == Stand::Yields).then_some(Row {
                record,
                fingerprint,
                source_version: change.source_version,
                raw: change.raw,
            })
        })
        .collect()
}

/// A webhook's changes as they are compared and written: what its shorter records leave out is taken from what is known.
/// None for a page, whose records are whole.
fn filled(source: &Source<'_>, changes: &[&Change], fill: impl Fn(&mut Record)) -> Option<Vec<Change>> {
    if source.origin == Origin::Page {
        return None;
    }
    Some(changes.iter().map(|change| change.altered(&fill)).collect())
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
        Change::new(record, None, raw)
    }

    #[test]
    fn a_record_shown_twice_counts_once_with_its_last_word() {
        let changes = [agent("1", "before", 0), agent("2", "other", 1), agent("1", "after", 2)];
        let sorted = Sorted::of(&changes);
        let raws: Vec<_> = sorted.alive(Kind::Agent).iter().map(|change| change.raw).collect();
        assert_eq!(raws, [1, 2]);
    }

    #[test]
    fn what_is_altered_is_digested_anew() {
        let mut change = agent("1", "before", 0);
        let plain = change.fingerprint();
        change.digest();
        assert_eq!(change.fingerprint(), plain, "asked ahead or not");
        let altered = change.altered(|record| *record = agent("1", "after", 0).record);
        assert_eq!(altered.fingerprint(), agent("1", "after", 0).fingerprint());
        assert_ne!(altered.fingerprint(), plain);
    }

    #[test]
    fn an_older_sight_never_wins_and_a_deleted_record_seen_again_always_does() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let known = |deletion_id| Known {
            fingerprint: vec![1; 16],
            observed_at: at(100),
            deletion_id,
            ..Known::default()
        };
        let yields = |known: Known, print: u8, observed_at| {
            known.stand(Origin::Page, &[print; 16], None, observed_at) == Stand::Yields
        };
        assert!(!yields(known(None), 1, at(200)), "unchanged");
        assert!(yields(known(None), 2, at(100)), "changed, same moment");
        assert!(!yields(known(None), 2, at(99)), "changed, but older");
        assert!(yields(known(Some(Uuid::nil())), 1, at(101)), "deleted, seen again");
        assert!(!yields(known(Some(Uuid::nil())), 1, at(99)), "seen before it was deleted");
    }

    #[test]
    fn a_version_decides_before_the_time_of_the_sight() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let known = Known {
            fingerprint: vec![1; 16],
            observed_at: at(100),
            source_version: Some(7),
            ..Known::default()
        };
        let stand = |origin, version, second| known.stand(origin, &[2; 16], version, at(second));
        assert_eq!(stand(Origin::Page, Some(8), 99), Stand::Yields, "asked earlier, answered with newer");
        assert_eq!(stand(Origin::Page, Some(6), 200), Stand::Stays, "an older copy of the source");
        assert_eq!(stand(Origin::Page, Some(7), 100), Stand::Yields);
        assert_eq!(stand(Origin::Page, Some(7), 99), Stand::Stays);
        assert_eq!(stand(Origin::Webhook, Some(8), 1), Stand::Yields);
        assert_eq!(
            stand(Origin::Webhook, Some(7), 200),
            Stand::Stays,
            "the same change, perhaps said shorter"
        );
        assert_eq!(stand(Origin::Webhook, None, 200), Stand::Doubted);
    }

    #[test]
    fn what_only_a_webhook_said_yields_to_any_page_and_what_a_page_said_to_no_webhook() {
        let at = |s| Timestamp::from_second(s).unwrap();
        let told =
            Known { fingerprint: vec![1; 16], observed_at: at(100), provisional: true, ..Known::default() };
        assert_eq!(told.stand(Origin::Page, &[2; 16], None, at(99)), Stand::Yields);
        let paged = Known { provisional: false, ..told.clone() };
        assert_eq!(paged.stand(Origin::Webhook, &[2; 16], None, at(200)), Stand::Doubted);
        assert_eq!(paged.stand(Origin::Webhook, &[1; 16], None, at(200)), Stand::Stays);
        let gone = Known { deletion_id: Some(Uuid::nil()), source_version: Some(7), ..told };
        assert_eq!(
            gone.stand(Origin::Webhook, &[1; 16], Some(9), at(200)),
            Stand::Doubted,
            "nor lives again"
        );
        assert_eq!(
            gone.stand(Origin::Page, &[1; 16], Some(9), at(99)),
            Stand::Stays,
            "seen before it was deleted"
        );
    }
}
