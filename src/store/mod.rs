//! PostgreSQL: the tables are the truth. Knows no platform. No client and no pool leaves this room: its functions take a
//! tenant transaction, or the [`Store`] for what a narrow login does.

pub mod access;
pub mod accounts;
pub mod apply;
pub mod audit;
pub mod billing;
pub mod bookings;
pub mod checks;
pub mod connect;
pub mod contacts;
pub mod directory;
pub mod due;
pub mod embedded;
pub mod error;
pub mod files;
pub mod guard;
pub mod guests;
pub mod health;
pub mod hooks;
pub mod identity;
pub mod journal;
pub mod ledger;
pub mod lineage;
mod listings;
pub mod live;
pub mod members;
pub mod migrate;
pub mod news;
pub mod notes;
pub mod organizations;
pub mod payloads;
pub mod pool;
pub mod rederive;
pub mod rejections;
pub mod replays;
pub mod roles;
pub mod roster;
pub mod sealing;
pub mod state;
pub mod tenant;

pub use error::StoreError;
pub use pool::{PoolSettings, Store};
pub use tenant::{Fence, Session, Tenant};
