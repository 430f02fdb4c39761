//! What runs against a real PostgreSQL. One program, so that it links once.

mod embedded;
