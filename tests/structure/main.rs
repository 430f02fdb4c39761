//! What a compiler does not see: who may know whom, what the documents promise, what the deployment names.
//! Reads files only; needs neither a database nor a network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by ending; helpers stand beside the tests"
)]

mod architecture;
mod deployment;
mod documents;
mod migrations;
mod source;
mod traceability;
