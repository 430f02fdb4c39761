//! The same human being is one person, over several accounts of one organization.
//!
//! [`Facts`] are what one contact says of a person, folded so that equal things are equal; [`rules`] decide which two
//! contacts are certainly one person; [`score`] says how likely the others are, for a person to decide; [`decide()`] puts
//! these together for a neighbourhood of contacts, keeping apart what must stay apart.
//!
//! What every decision tells is the rule, the kinds of evidence and a score: never a name, a number or an address.

pub mod birth;
pub mod channels;
pub mod decide;
pub mod facts;
pub mod names;
mod nicknames;
pub mod ownership;
pub mod rules;
pub mod score;
#[cfg(test)]
mod tests;

pub use channels::{Reached, reached};
pub use decide::{
    Certain, Merge, Neighbourhood, Proposal, Refusal, Verdict, certainties, decide, forget_widely_used,
    ordered,
};
pub use facts::{Facts, Key, KeyKind, Told};
pub use names::{Likeness, Name};
pub use rules::{Evidence, Rule};

/// Raised when the rules or the folding change: everybody is then looked at again.
pub const RULES_VERSION: i32 = 2;

/// A key that more contacts than this share says nothing of who they are: a practice's own number, a placeholder. The
/// largest household with all its records stays below it.
pub const WIDELY_USED: usize = 16;
