//! Where an account's streams stand. The adapter owns what stands in its JSON; the store only keeps it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    change::{Change, Kind},
    hook::{HookNews, HookState},
};

/// One stream's place, as its adapter wrote it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamState {
    /// The adapter's own cursor; `null` before the first step.
    pub cursor: Value,
    /// The source time up to which the stream is proven complete.
    pub proven_until: Option<Timestamp>,
}

/// One record of a stream that has a cursor of its own and something due, such as one conversation's messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The stream it belongs to.
    pub stream: String,
    /// The record's id at the platform.
    pub external_id: String,
    /// How far it was read, as the adapter wrote it; `null` before.
    pub cursor: Value,
    /// What is due, as the adapter wrote it.
    pub work: Value,
    /// How soon somebody waits for it.
    pub urgency: Urgency,
    /// Rises with every request for the item; finishing an older request leaves a newer one due.
    pub request: i64,
}

/// How soon somebody waits for an item. The order is the order of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// What just changed.
    Live,
    /// History and sweeps.
    Backfill,
}

/// Everything a plan is made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountState {
    /// By stream name; a stream never touched is absent.
    pub streams: BTreeMap<String, StreamState>,
    /// The most urgent due item of all streams that need not wait, oldest request first.
    pub due: Option<Item>,
    /// The one after it.
    pub then: Option<Item>,
    /// When the first item that waits may be read.
    pub due_at: Option<Timestamp>,
    /// When somebody last asked for a look at once; a poll begun before is not enough.
    pub poll_requested_at: Option<Timestamp>,
    /// When somebody last asked for a full sweep (an operator, the schedule); a listing begun before is not enough.
    pub sweep_requested_at: Option<Timestamp>,
    /// Where our webhook at the platform stands; none when there is to be none.
    pub hook: Option<HookState>,
}

impl AccountState {
    /// The stream's cursor read as `T`; the default when it was never written or is not understood.
    pub fn cursor<T: Default + serde::de::DeserializeOwned>(&self, stream: &str) -> T {
        let cursor = self.streams.get(stream).map_or(Value::Null, |state| state.cursor.clone());
        serde_json::from_value(cursor).unwrap_or_default()
    }

    /// What it will be once `page` is written, as far as this tells; none when the tables decide.
    pub fn after(&self, page: &Page) -> Option<Self> {
        if page.hook.is_some() {
            return None;
        }
        let mut after = self.clone();
        for change in &page.state {
            match change {
                StateChange::Stream { stream, cursor, proven_until } => {
                    let entry = after.streams.entry((*stream).to_owned()).or_default();
                    entry.cursor.clone_from(cursor);
                    entry.proven_until = entry.proven_until.max(*proven_until);
                }
                StateChange::Done { stream, external_id, request, cursor, rest } => {
                    let is_it = |due: &Item| {
                        due.stream == *stream && due.external_id == *external_id && due.request == *request
                    };
                    let due = after.due.take().filter(is_it)?;
                    after.due = match rest {
                        Some(work) => Some(Item { cursor: cursor.clone(), work: work.clone(), ..due }),
                        None => after.then.take(),
                    };
                }
                // Behind what is due already.
                StateChange::Due { urgency: Urgency::Backfill, .. } if after.due.is_some() => {}
                StateChange::Due { external_ids, .. } if external_ids.is_empty() => {}
                StateChange::Listed { .. } => {}
                StateChange::Due { .. }
                | StateChange::DueConversations { .. }
                | StateChange::ListingComplete { .. } => return None,
            }
        }
        Some(after)
    }

    /// Whether a request reads the same here as there: but for when the stream `items` was proven, which none reads.
    pub fn reads_as(&self, other: &Self, items: &str) -> bool {
        let place = |state: &Self, stream: &String| {
            let mut place = state.streams.get(stream).cloned().unwrap_or_default();
            place.proven_until = place.proven_until.filter(|_| stream != items);
            place
        };
        let mut streams = self.streams.keys().chain(other.streams.keys());
        self.due == other.due
            && self.hook == other.hook
            && self.sweep_requested_at == other.sweep_requested_at
            && streams.all(|stream| place(self, stream) == place(other, stream))
    }
}

/// What a step wants written about its streams, in the transaction of its changes.
#[derive(Clone, Debug, PartialEq)]
pub enum StateChange {
    /// The stream's new place.
    Stream {
        /// Which.
        stream: &'static str,
        /// The adapter's cursor.
        cursor: Value,
        /// The new proven time; `None` leaves what was proven.
        proven_until: Option<Timestamp>,
    },
    /// These items are due. An item that is due already keeps the more urgent of both, and the fields of the new work
    /// are put over those of the old.
    Due {
        /// Which stream.
        stream: &'static str,
        /// The records' ids at the platform.
        external_ids: Vec<String>,
        /// What is due.
        work: Value,
        /// How soon.
        urgency: Urgency,
        /// Only those whose record of this kind was written by this very step, or doubted by a webhook.
        only_if_changed: Option<Kind>,
        /// They wait until then, so that what happens meanwhile is read with them; an item that is due already keeps the
        /// shorter wait.
        not_before: Option<Timestamp>,
    },
    /// The living conversations of this contact are due.
    DueConversations {
        /// Which stream.
        stream: &'static str,
        /// The contact's id at the platform.
        contact: String,
        /// What is due.
        work: Value,
        /// How soon.
        urgency: Urgency,
    },
    /// An item's work ended, or goes on with `rest`.
    Done {
        /// Which stream.
        stream: &'static str,
        /// The record's id at the platform.
        external_id: String,
        /// The request this answers.
        request: i64,
        /// Its new cursor.
        cursor: Value,
        /// What is still due of it.
        rest: Option<Value>,
    },
    /// A listing showed these records.
    Listed {
        /// Which stream.
        stream: &'static str,
        /// The listing, named by when it began.
        listing: Timestamp,
        /// The records' ids at the platform.
        external_ids: Vec<String>,
    },
    /// A listing is complete: what it did not show of the living records of the stream, as far as it reaches, is missing.
    ListingComplete {
        /// Which stream: the [`Kind`] of its records, or a name that the items of the stream have.
        stream: &'static str,
        /// The listing.
        listing: Timestamp,
        /// How far it reaches.
        reach: Reach,
        /// What follows for the missing ones.
        missing: Missing,
    },
}

/// How far a listing reaches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// Every record of the stream.
    Whole,
    /// Appointments that begin in this time, the end excluded.
    Starting {
        /// From when.
        from: Timestamp,
        /// Before when.
        before: Timestamp,
    },
}

/// What follows for the living records that a complete listing did not show.
#[derive(Clone, Debug, PartialEq)]
pub enum Missing {
    /// Each becomes due, to be asked for by its id, except items whose cursor says `{"unlisted": true}` and that were
    /// last done after `recheck_before`.
    Check {
        /// What is due.
        work: Value,
        /// See above.
        recheck_before: Timestamp,
    },
    /// The platform answers for no single record: what a second complete listing in a row does not show is gone.
    GoneAfterTwo,
}

/// What one request brought.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The stream the request belonged to.
    pub stream: &'static str,
    /// The path and query asked, without host or secrets, for lineage.
    pub request: String,
    /// When the request began; every change was observed no earlier.
    pub observed_at: Timestamp,
    /// The records, in any order of kinds.
    pub changes: Vec<Change>,
    /// Records that could not be understood.
    pub rejected: Vec<Rejected>,
    /// The raw records, as JSON text, that `Change::raw` and `Rejected::raw` point into. Secrets removed.
    pub raw: Vec<String>,
    /// What to write about the streams.
    pub state: Vec<StateChange>,
    /// Done and total of the first import of this stream, when both are known.
    pub backfill: Option<(u64, u64)>,
    /// What it says of our webhook at the platform.
    pub hook: Option<HookNews>,
}

/// A record that could not be understood. It is kept raw, counted and shown; it never stops its stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// What it should have been.
    pub kind: Kind,
    /// Its id, where that much could be read.
    pub external_id: Option<String>,
    /// Which field, what kind of value stands there, what is allowed. Never the value itself.
    pub reason: String,
    /// Which of the page's raw records it is.
    pub raw: usize,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(id: &str) -> Item {
        Item {
            stream: "messages".to_owned(),
            external_id: id.to_owned(),
            cursor: Value::Null,
            work: json!({ "all": true }),
            urgency: Urgency::Backfill,
            request: 3,
        }
    }

    fn done(id: &str, request: i64, rest: Option<Value>) -> StateChange {
        StateChange::Done {
            stream: "messages",
            external_id: id.to_owned(),
            request,
            cursor: json!({ "read": 100 }),
            rest,
        }
    }

    fn due(urgency: Urgency, ids: &[&str]) -> StateChange {
        StateChange::Due {
            stream: "messages",
            external_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
            work: json!({}),
            urgency,
            only_if_changed: None,
            not_before: None,
        }
    }

    fn state() -> AccountState {
        AccountState { due: Some(item("1")), then: Some(item("2")), ..AccountState::default() }
    }

    fn after(changes: Vec<StateChange>) -> Option<AccountState> {
        state().after(&Page { state: changes, ..Page::default() })
    }

    #[test]
    fn what_is_done_gives_way_to_the_next_and_what_goes_on_stays() {
        assert_eq!(after(vec![done("1", 3, None)]).unwrap().due, Some(item("2")));
        let rest = Item { cursor: json!({ "read": 100 }), work: json!({ "from": 101 }), ..item("1") };
        assert_eq!(after(vec![done("1", 3, Some(json!({ "from": 101 })))]).unwrap().due, Some(rest));
        assert_eq!(after(vec![done("1", 2, None)]), None, "somebody asked again meanwhile");
        assert_eq!(after(vec![done("2", 3, None)]), None, "another one than was due");
        let last = AccountState { then: None, ..state() };
        let page = Page { state: vec![done("1", 3, None)], ..Page::default() };
        assert_eq!(last.after(&page).unwrap().due, None);
    }

    #[test]
    fn nothing_is_foreseen_where_the_tables_decide() {
        assert!(after(vec![due(Urgency::Backfill, &["9"])]).is_some(), "behind what is due");
        assert_eq!(after(vec![due(Urgency::Live, &["9"])]), None, "before it");
        assert!(after(vec![due(Urgency::Live, &[])]).is_some());
        assert_eq!(after(vec![done("1", 3, None), due(Urgency::Live, &["9"])]), None);
        let listing = StateChange::ListingComplete {
            stream: "contacts",
            listing: Timestamp::UNIX_EPOCH,
            reach: Reach::Whole,
            missing: Missing::GoneAfterTwo,
        };
        assert_eq!(after(vec![listing]), None, "what is missing becomes due");
        let nothing_due = AccountState::default();
        let page = Page { state: vec![due(Urgency::Backfill, &["9"])], ..Page::default() };
        assert_eq!(nothing_due.after(&page), None, "it may be the next");
    }

    #[test]
    fn a_request_reads_the_same_only_from_the_same_place() {
        let moved = |stream: &'static str, cursor| StateChange::Stream { stream, cursor, proven_until: None };
        let foreseen = after(vec![moved("contacts", json!({ "page": 2 }))]).unwrap();
        assert!(foreseen.reads_as(&foreseen.clone(), "messages"));
        assert!(!foreseen.reads_as(&state(), "messages"), "another page");
        let mut other = foreseen.clone();
        other.due = Some(item("7"));
        assert!(!foreseen.reads_as(&other, "messages"), "another item");
        let mut begun = foreseen.clone();
        begun.streams.insert("messages".to_owned(), StreamState::default());
        assert!(foreseen.reads_as(&begun, "messages"), "a stream that was only counted");
        begun.streams.get_mut("messages").unwrap().proven_until = Some(Timestamp::UNIX_EPOCH);
        assert!(foreseen.reads_as(&begun, "messages"), "no request reads when items were proven");
        begun.streams.get_mut("contacts").unwrap().proven_until = Some(Timestamp::UNIX_EPOCH);
        assert!(!foreseen.reads_as(&begun, "messages"), "some read when another stream was");
    }
}
