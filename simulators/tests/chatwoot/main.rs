//! The simulated Chatwoot against the facts it was written from.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod contacts;
mod conversations;
mod crawl;
mod faults;
mod files;
mod limits;
mod messages;
mod over_http;
mod population;
mod setup;
mod support;
mod traffic;
mod webhooks;
