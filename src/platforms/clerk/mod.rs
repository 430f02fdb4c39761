//! Clerk: who signs in, and to which organization they belong.
//!
//! ```text
//! session    what a token says, once its signature is good; permissions unpacks what it may
//! jwks       the keys, read and kept; verifier brings both together
//! issuer     the stand-in on a developer's machine
//! ```

pub mod issuer;
pub mod jwks;
pub mod permissions;
pub mod session;
pub mod verifier;
pub mod webhook;
