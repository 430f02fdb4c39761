//! The supervision tree: who runs, when, and what happens when it stops.
//!
//! Names ractor; knows no SQL, no HTTP and no platform. Everything it does to the world goes through [`port`];
//! everything the world may ask of it goes through handles with plain methods.
//!
//! ```text
//! root                        one for one; stops in reverse order
//! ├─ gates                    permits of every external API
//! ├─ journal                  keeps what comes in, many in one commit
//! ├─ directory                users, organizations, memberships and subscriptions
//! ├─ organizations            one child for each organization of the roster
//! │  └─ <organization>        one child for each account
//! │     ├─ sync               one account's steps, and what was delivered for it
//! │     └─ rollup             the organization's figures
//! └─ watch                    names what does not move
//! ```

mod board;
pub mod clock;
mod directory;
pub mod event;
pub mod gate;
mod house;
pub mod hub;
pub mod journal;
mod organization;
mod organizations;
mod permits;
pub mod port;
mod restart;
mod rollup;
mod root;
mod settings;
mod sync;
mod tree;
mod turn;
mod watch;

#[cfg(test)]
mod tests;

pub use self::{
    board::{ActorStatus, Counts, LastError, STATES, State, Totals, WaitsFor},
    directory::{Directory, DirectoryStatus, LaneStatus, Settled},
    restart::{Backoff, RestartPolicy},
    rollup::RollupStatus,
    settings::Settings,
    tree::{NotThere, RestartMode, StartError, StopReport, Tree},
};
