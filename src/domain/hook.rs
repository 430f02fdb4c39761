//! Our webhook at a platform: where it stands, what is to be done about it, what the platform says of it.

use std::fmt;

use jiff::Timestamp;
use secrecy::SecretString;

/// An address with a token in its path; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(pub String);

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(hidden)")
    }
}

/// What the platform is to send along, so that we know its deliveries; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Where our registration stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookState {
    /// When it was last looked at; an older look is not enough.
    pub checked_at: Option<Timestamp>,
    /// Whether it is known to be in order.
    pub live: bool,
    /// What is to be done about it.
    pub todo: Option<HookTodo>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookTodo {
    /// Register this address.
    Create(Address),
    /// Put a registration right.
    Repair {
        /// Its id at the platform.
        remote_id: String,
        /// The address it must have.
        address: Address,
    },
    /// Have the platform send to this address, and this token along.
    Open {
        /// Where to.
        address: Address,
        /// What comes along.
        token: Token,
    },
}

/// A registration as the platform shows it.
#[derive(Clone, Debug)]
pub struct RemoteHook {
    /// Its id at the platform.
    pub remote_id: String,
    /// Where it sends to.
    pub address: Address,
    /// Whether it sends everything that is wanted.
    pub complete: bool,
    /// What its deliveries are signed with, where the platform tells.
    pub secret: Option<SecretString>,
}

/// What a request about registrations brought.
#[derive(Clone, Debug)]
pub enum HookNews {
    /// All there are, ours and others'.
    Listed(Vec<RemoteHook>),
    /// Ours, as it stands now.
    Stored(RemoteHook),
    /// A new address is wanted, with a token that the platform sends along: it lists no registrations, and what we
    /// registered is about to end.
    Wanted,
    /// The platform does not want it: the class of failure, without contents.
    Refused(String),
}
