//! Who a bearer token speaks for, once its signature and its claims were found good.

use jiff::Timestamp;

/// A verified token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person's session.
    Session(SessionToken),
    /// A machine that Clerk vouches for; which organization it serves is ours to say.
    Machine(MachineToken),
}

/// A session token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionToken {
    /// Clerk's id of the user, `user_…`.
    pub user: String,
    /// Clerk's id of the session, `sess_…`.
    pub session: Option<String>,
    /// The organization that is active in the session; none: the user has chosen none.
    pub organization: Option<ActiveOrganization>,
    /// Who really acts, when somebody acts as the user.
    pub acting: Option<Acting>,
    /// When the token ends, by its own word.
    pub expires_at: Timestamp,
}

/// The organization that a token was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveOrganization {
    /// Clerk's id, `org_…`.
    pub id: String,
    /// Its slug, which may change.
    pub slug: Option<String>,
    /// Clerk's role there, without `org:`.
    pub role: Option<String>,
    /// Permissions as `org:<feature>:<permission>`.
    pub permissions: Vec<String>,
}

/// Somebody who acts as another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// Clerk's id of who acts.
    pub user: String,
    /// Their own session.
    pub session: Option<String>,
}

/// A machine's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineToken {
    /// Clerk's id of the machine, `mch_…`.
    pub machine: String,
    /// When the token ends; none: never by itself.
    pub expires_at: Option<Timestamp>,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// It was good once.
    #[error("the token has expired")]
    Expired,
    /// It is not to be believed; the word is for our log and figures, never for the answer.
    #[error("the token is not to be believed: {0}")]
    Invalid(&'static str),
    /// The session waits for its user to finish something, such as choosing an organization: as good as signed out.
    #[error("the session is not complete")]
    Pending,
    /// No key is at hand to tell.
    #[error("the keys to check tokens with are not at hand")]
    Unavailable,
}
