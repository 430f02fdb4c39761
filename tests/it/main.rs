//! What runs against a real PostgreSQL. One program, so that it links once.

#[path = "../support/mod.rs"]
mod support;

mod connecting;
mod embedded;
mod guard;
mod migrations;
mod roles;
