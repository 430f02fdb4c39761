//! Practices to try.
pub mod compare;
