//! The actors' ports, implemented: what one step does, who should run, which incarnation may.

mod apply;
mod import;
mod roster;
mod run;
mod sync;
pub mod tokens;

pub use roster::RosterWork;
pub use sync::{SyncSettings, SyncWork};
pub use tokens::Tokens;
