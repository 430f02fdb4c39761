//! Errors of external systems, named by consequence. None carries a body, a header or a credential.

use std::time::Duration;

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// Worth another try: timeout, cut connection, 5xx, something that is not the platform's protocol.
    #[error("{0}")]
    Transient(String),
    /// The platform says slow down.
    #[error("rate limited, again in {} s", retry_after.as_secs())]
    RateLimited {
        /// Which budget of the demand is exhausted.
        budget: String,
        /// How long to stay away.
        retry_after: Duration,
    },
    /// The credential is wrong, revoked or too weak; trying again cannot help.
    #[error("{0}")]
    Denied(String),
    /// The answer as a whole cannot be understood although the host is healthy; trying again may help.
    #[error("{0}")]
    Malformed(String),
}
