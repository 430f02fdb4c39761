//! The actors' ports, implemented: what one step does, who should run, which incarnation may.

mod ahead;
mod apply;
pub mod directory;
mod files;
mod hook;
mod identity;
mod import;
pub mod intake;
mod journal;
mod lineage;
pub mod news;
mod page;
mod portion;
mod reading;
mod rederive;
mod replay;
mod retry;
mod rollup;
mod roster;
mod run;
mod sealing;
mod stored;
mod streams;
mod sync;
pub mod tokens;

pub use files::{FileSettings, FileWork};
pub use intake::{Intake, IntakeSettings};
pub use journal::JournalWork;
pub use lineage::{FieldChange, Lineage, Lineages, Writing, Written};
pub use reading::{Filing, Read, Reading};
pub use rederive::{Compared, Example, Rederive, Rederived, Scope};
pub use replay::{MOST, Rehearsed, Replayed, Replays};
pub use rollup::{RollupSettings, RollupWork};
pub use roster::RosterWork;
pub use sync::{SyncSettings, SyncWork};
pub use tokens::Tokens;

/// A platform's name for people; its own where nobody knows it.
pub fn title(platform: &str) -> &str {
    crate::platforms::registry::find(platform).map_or(platform, |known| known.title)
}
