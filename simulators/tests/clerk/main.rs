//! The simulated Clerk against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod api;
mod tokens;
mod webhooks;
