//! ManyChat: what people write to a practice's bots. It cannot be asked for lists; it calls where a practice put our
//! address into an automation.

pub mod webhook;
