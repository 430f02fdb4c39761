//! PostgreSQL: the tables are the truth.

pub mod connect;
pub mod embedded;
pub mod guard;
pub mod migrate;
pub mod roles;
