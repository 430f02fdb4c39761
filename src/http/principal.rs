//! Who was let in: what handlers, audit and open sockets know of them.

use jiff::Timestamp;
use uuid::Uuid;

use crate::domain::{
    role::Role,
    session::{Acting, ActiveOrganization, SessionToken},
};

/// Somebody who may do something in one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Who it is.
    pub who: Who,
    /// Where.
    pub organization: Place,
    /// What they may do there, when this was asked.
    pub role: Role,
    /// When this ends whatever else happens: a grant's or a service key's end. None for members, whose membership is
    /// looked at again instead: a session token lives a minute, what it opened may live longer.
    pub expires_at: Option<Timestamp>,
    /// The grant that lets them in, when nothing else does.
    pub grant: Option<Uuid>,
}

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A member of the organization.
    User {
        /// Clerk's id of the user.
        id: String,
        /// Clerk's id of the session.
        session: Option<String>,
        /// Who really acts, when somebody acts as the user.
        acting: Option<Acting>,
    },
    /// A service with a key of the organization, or with a machine's token bound to it.
    Service {
        /// Our id of the key or the binding.
        id: Uuid,
        /// What its organization calls it.
        name: String,
    },
    /// Somebody from outside who was let in by a grant, for a reason and a while.
    Support {
        /// Clerk's id of the user.
        id: String,
        /// Clerk's id of the session.
        session: Option<String>,
    },
}

/// The organization that somebody was let into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Our id.
    pub id: Uuid,
    /// Clerk's id.
    pub clerk_id: Option<String>,
    /// What people call it.
    pub name: String,
    /// `active`, `suspended`, …
    pub status: String,
}

impl Place {
    /// The id that bodies show: Clerk's, where there is one.
    pub fn shown(&self) -> String {
        self.clerk_id.clone().unwrap_or_else(|| self.id.to_string())
    }
}

impl Principal {
    /// Who did it, as the audit keeps it: Clerk's id of a person, `service:<id>`.
    pub fn audited(&self) -> String {
        match &self.who {
            Who::User { id, .. } | Who::Support { id, .. } => id.clone(),
            Who::Service { id, .. } => format!("service:{id}"),
        }
    }

    /// The session it was, for the audit.
    pub fn session(&self) -> Option<&str> {
        match &self.who {
            Who::User { session, .. } | Who::Support { session, .. } => session.as_deref(),
            Who::Service { .. } => None,
        }
    }

    /// Who really acts, when somebody acts as a user: to be audited, and refused where a deed cannot be undone.
    pub fn acting(&self) -> Option<&Acting> {
        match &self.who {
            Who::User { acting, .. } => acting.as_ref(),
            _ => None,
        }
    }

    /// What counts as one user of an organization, for limits: the person or the service.
    pub fn key(&self) -> String {
        self.audited()
    }
}

/// Somebody with a session, wherever they belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Clerk's id of the user.
    pub user: String,
    /// Clerk's id of the session.
    pub session: Option<String>,
    /// The organization that is active in the session.
    pub organization: Option<ActiveOrganization>,
    /// Who really acts, when somebody acts as the user.
    pub acting: Option<Acting>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

impl From<SessionToken> for SignedIn {
    fn from(token: SessionToken) -> Self {
        let SessionToken { user, session, organization, acting, expires_at } = token;
        Self { user, session, organization, acting, expires_at }
    }
}

/// How it stands with somebody who was let in earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They may stay, with this role.
    Stands(Role),
    /// They must go, and why: `expired`, `revoked`, `not a member`.
    Ended(&'static str),
    /// It could not be looked up; ask again soon.
    Unknown,
}
