//! The machine against a platform that moves while it is asked.

mod fields;
mod moving;
mod source;
pub(in crate::platforms) mod store;
