//! How a stream is followed, and what is asked for it.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::walk::Way;

/// How one stream is followed.
#[derive(Clone, Debug)]
pub(in crate::platforms) struct Rules {
    /// Its name; sweeps find deletions among the records of this kind.
    pub(in crate::platforms) stream: &'static str,
    /// Its collections.
    pub(in crate::platforms) parts: Vec<Part>,
    /// How it is listed as a whole.
    pub(in crate::platforms) sweep: Sweep,
    /// What follows for what a complete listing did not show; none: nothing.
    pub(in crate::platforms) missing: Option<Gone>,
    /// How often it is listed when nobody asks.
    pub(in crate::platforms) sweep_every: Duration,
}

/// One collection of a stream.
#[derive(Clone, Debug)]
pub(in crate::platforms) struct Part {
    /// The adapter's name for it.
    pub(in crate::platforms) name: &'static str,
    /// How its changes are asked for; none: it is only listed as a whole, every `poll` as well.
    pub(in crate::platforms) changes: Option<Way>,
    /// How often.
    pub(in crate::platforms) poll: Duration,
    /// How far each poll reaches back over the last one: at least a minute.
    pub(in crate::platforms) overlap: SignedDuration,
}

/// How a stream is listed as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::platforms) enum Sweep {
    /// Never.
    Never,
    /// Everything, walked by the time it was made, or page after page.
    Whole(Way),
    /// Appointments by when they begin, window after window, page after page each.
    Windows {
        /// From so long ago; the first sweep, one every four weeks and those that somebody asks for begin at `history`.
        back: SignedDuration,
        /// So far back do those go.
        history: SignedDuration,
        /// To so far ahead.
        ahead: SignedDuration,
        /// So wide is each.
        width: SignedDuration,
    },
}

/// What follows for what a complete listing did not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::platforms) enum Gone {
    /// It is asked for by its id.
    Checked,
    /// The platform answers for no single record: missed twice, it is gone.
    AfterTwo,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(in crate::platforms) enum Ask {
    /// Records of one collection.
    Read(Read),
    /// Whether one record still exists.
    Check {
        /// Its id.
        id: String,
        /// Which request it answers.
        request: i64,
    },
}

/// Records of one collection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::platforms) struct Read {
    /// Which collection.
    pub(in crate::platforms) part: String,
    /// By which of its times.
    pub(in crate::platforms) by: By,
    /// From then on; none: from the beginning.
    pub(in crate::platforms) since: Option<Timestamp>,
    /// Before then; none: to the end. With [`By::Changed`] and [`By::Made`] this is one instant, which is best sorted by
    /// anything but that time.
    pub(in crate::platforms) before: Option<Timestamp>,
    /// Which page, from 1.
    pub(in crate::platforms) page: u64,
    /// The page's name, where an answer gave it one.
    pub(in crate::platforms) token: Option<String>,
}

/// The time that a walk goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::platforms) enum By {
    /// When it changed last: imports and polls.
    Changed,
    /// When it was made: listings.
    Made,
    /// When it begins: listings by windows.
    Starting,
}

impl Sweep {
    pub(super) fn way(&self) -> Way {
        match self {
            Self::Whole(way) => *way,
            Self::Never | Self::Windows { .. } => Way::Paged,
        }
    }
}
