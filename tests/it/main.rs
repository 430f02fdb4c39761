//! What runs against a real PostgreSQL. One program, so that it links once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a test says what went wrong by ending; helpers stand beside the tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod attachments;
mod bookings;
mod connecting;
mod crash;
mod directory;
mod embedded;
mod fresh;
mod guard;
mod http;
mod identity;
mod journal;
mod journal_store;
mod live;
mod migrations;
mod plans;
mod practice_records;
mod practice_views;
mod rederive;
mod restarts;
mod roles;
mod sealing;
mod signatures;
mod simulated_deliveries;
mod sql_drift;
mod sync_bad_input;
mod sync_cliniko;
mod sync_credentials;
mod sync_deletions;
mod sync_freshness;
mod sync_google_calendar;
mod sync_isolation;
mod sync_ledger;
mod sync_manychat;
mod sync_momence;
mod sync_nookal;
mod sync_payloads;
mod sync_runs;
mod sync_twilio;
mod sync_unchanged;
mod transactions;
mod typed_queries_isolation;
mod views;
mod webhooks_chatwoot;
mod webhooks_crash;
mod webhooks_live;
mod webhooks_registered;
mod whole;
