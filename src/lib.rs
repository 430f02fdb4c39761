//! Routiq.
