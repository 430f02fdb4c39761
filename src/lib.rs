//! Routiq.

pub mod config;
pub mod telemetry;
