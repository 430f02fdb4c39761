//! Plain types and rules without I/O: what a change is, where a stream stands, how fresh it is.

pub mod bookings;
pub mod change;
pub mod directory;
pub mod files;
pub mod fingerprint;
pub mod freshness;
pub mod hook;
pub mod identifiers;
pub mod identity;
pub mod ids;
pub mod live;
pub mod patch;
pub mod phone;
pub mod range;
pub mod role;
pub mod seal;
pub mod session;
pub mod stream;
