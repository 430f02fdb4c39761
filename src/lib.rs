//! Routiq keeps every practice's conversations, patients and appointments in one PostgreSQL database, seconds behind
//! the source. `docs/architecture.md` is the map.

pub mod config;
pub mod domain;
pub mod http;
pub mod platforms;
pub mod store;
pub mod telemetry;
