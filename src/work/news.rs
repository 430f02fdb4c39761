//! What the hub carries to whoever watches an organization.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use jiff::Timestamp;
use routiq_actors::hub::Weigh;
use serde_json::Value;

use crate::domain::live::Number;

/// The hub of this program.
pub type Hub = routiq_actors::hub::Hub<News>;

/// Something for everybody who watches one organization.
#[derive(Debug)]
pub struct News {
    /// What bodies call the organization.
    pub clinic: Arc<str>,
    /// The number of the document.
    pub number: Number,
    /// When.
    pub at: Timestamp,
    /// What it is.
    pub what: What,
    /// Its encoded frame: made by whoever sends it first, shared by all others.
    pub frame: OnceLock<Bytes>,
    /// About how large that is, in bytes.
    pub weight: usize,
}

/// What news are.
#[derive(Debug)]
pub enum What {
    /// A numbered change.
    Change {
        /// The merge patch against the document before.
        patch: Value,
        /// What happened, for people.
        events: Value,
        /// `sync`, `webhook`, `outreach` or `clock`.
        cause: String,
        /// The document after it.
        document: Arc<Value>,
        /// Proven until, as in the document.
        proven_until: Option<Timestamp>,
        /// What happened lately, for who comes now.
        recent: Arc<[Value]>,
    },
    /// How the organization stands, read of the tables.
    State {
        /// The document.
        document: Arc<Value>,
        /// Proven until, as in the document.
        proven_until: Option<Timestamp>,
        /// What happened lately.
        recent: Arc<[Value]>,
    },
    /// A run goes on. Not kept, not numbered.
    Progress(Value),
    /// Somebody's membership may have changed.
    Access,
}

impl Weigh for News {
    fn weight(&self) -> usize {
        self.weight
    }
}

/// What a frame has around its data, in bytes.
const AROUND: usize = 200;

impl News {
    /// News that nobody has sent yet.
    pub fn new(clinic: Arc<str>, number: Number, at: Timestamp, what: What) -> Self {
        let weight = AROUND
            + match &what {
                What::Change { patch, events, .. } => patch.to_string().len() + events.to_string().len(),
                What::Progress(state) => state.to_string().len(),
                What::State { .. } | What::Access => 0,
            };
        Self { clinic, number, at, what, frame: OnceLock::new(), weight }
    }
}
