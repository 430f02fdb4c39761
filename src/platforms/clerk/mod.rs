//! Clerk: who signs in, and to which organization they belong.

pub mod webhook;
