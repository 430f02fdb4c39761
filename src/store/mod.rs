//! PostgreSQL: the tables are the truth.

pub mod embedded;
