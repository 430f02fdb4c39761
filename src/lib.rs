//! Routiq.

pub mod config;
