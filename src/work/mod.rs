//! The actors' ports, implemented: what one step does, who should run, which incarnation may.

mod apply;
mod import;
mod roster;
mod run;
mod sync;

pub use roster::RosterWork;
pub use sync::{SyncSettings, SyncWork};
