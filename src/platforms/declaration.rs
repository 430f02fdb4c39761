//! What a platform says of itself: what each stream is, how it is walked, what limits it.

use std::time::Duration;

use crate::domain::change::Kind;

/// What an adapter reads, how, and what limits it.
#[derive(Debug)]
pub struct Declaration {
    /// The version of the mapping: rises whenever the mapping changes its meaning.
    pub transform: i32,
    /// The streams, in the order people want to see them.
    pub streams: &'static [Stream],
    /// What may be asked how often; each is a budget of its gate.
    pub limits: &'static [Limit],
    /// What the platform sends by itself; none: it sends nothing, and everything is found by asking.
    pub webhook: Option<Events>,
    /// What the platform cannot tell, for people.
    pub gaps: &'static [&'static str],
}

impl Declaration {
    /// Whether the stream is only told: the platform never shows it whole, so nothing proves it complete.
    pub fn tells(&self, stream: &str) -> bool {
        self.streams.iter().any(|known| known.name == stream && known.cursor == Cursor::Told)
    }
}

/// One stream.
#[derive(Debug)]
pub struct Stream {
    /// Its name in tables and interfaces.
    pub name: &'static str,
    /// The kinds of record it brings.
    pub kinds: &'static [Kind],
    /// How its cursor walks.
    pub cursor: Cursor,
    /// In which order pages come.
    pub order: Order,
    /// How many records a page has at most.
    pub page: u32,
    /// How far a poll reaches back over the last one.
    pub overlap: Duration,
    /// How deletions are found.
    pub tombstones: &'static [Tombstone],
    /// Whether it is read only where the account's settings ask for it.
    pub opt_in: bool,
}

/// How a stream's cursor walks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// Records changed since a time.
    UpdateTime,
    /// Newest first, back to what is known.
    Backwards,
    /// The whole stream again and again.
    Whole,
    /// A window of time that moves along.
    Window,
    /// A token of the platform's that stands for everything seen.
    Token,
    /// Each record has a cursor of its own.
    Items,
    /// What is told, and nothing else.
    Told,
}

/// The order of a stream's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By the time of the last change, oldest first.
    Updated,
    /// By the time of making, oldest first.
    Created,
    /// By activity, newest first.
    Newest,
    /// By id.
    Id,
    /// None that can be relied on.
    Unknown,
}

/// How deletions are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tombstone {
    /// The record goes on being shown, with a mark; the field's name.
    Marked(&'static str),
    /// A full listing that does not show the record, proved by asking for it.
    Checked,
    /// Two full listings in a row that do not show the record.
    GoneAfterTwo,
    /// The platform tells it by itself.
    Told,
}

/// What may be asked how often.
#[derive(Debug)]
pub struct Limit {
    /// The budget, as its gate names it, `…` for what differs: `account:…`, `host:…`.
    pub budget: &'static str,
    /// How many requests at most.
    pub count: u32,
    /// Within which time; none: so many at once.
    pub per: Option<Duration>,
}

/// What a platform sends by itself.
#[derive(Debug)]
pub struct Events {
    /// The events that are read, by the platform's names; empty: every call is read the same way.
    pub names: &'static [&'static str],
    /// Whether a signature vouches for them.
    pub signed: bool,
}
