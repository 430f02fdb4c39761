//! What platforms share: one request and what its answer means, and the machine that follows what changes.

mod ask;
mod cursor;
pub(in crate::platforms) mod exchange;
pub(in crate::platforms) mod fields;
pub(in crate::platforms) mod json;
pub(in crate::platforms) mod poll;
#[cfg(test)]
pub(in crate::platforms) mod tests;
pub(in crate::platforms) mod tokens;
mod turn;
mod walk;
