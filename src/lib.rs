//! Routiq keeps every practice's conversations, patients and appointments in one PostgreSQL database, seconds behind
//! the source. `docs/architecture.md` is the map.

pub mod app;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod http;
pub mod platforms;
pub mod store;
pub mod telemetry;
pub mod work;
