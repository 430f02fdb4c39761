//! Tickets: what opens one socket once, so that nothing that lives longer stands in an address.

use jiff::{SignedDuration, Timestamp};

use super::{Admission, Asked, person, readable, service};
use crate::{
    http::{
        credentials::{digest, named, secret},
        errors::{ApiError, Code},
        principal::{Principal, Who},
    },
    store::access::{self, Holder, Service},
};

/// How long a ticket waits for its socket.
pub const TICKET: SignedDuration = SignedDuration::from_secs(30);

/// A new ticket; only its digest is kept.
#[derive(Clone)]
pub struct Ticket {
    /// What the socket brings.
    pub secret: String,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Admission {
    /// Makes a ticket with which this somebody may open one socket of their organization within [`TICKET`]: as who they
    /// are, and with who really acts.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn ticket(&self, principal: &Principal, now: Timestamp) -> Result<Ticket, ApiError> {
        let holder = match principal.who.clone() {
            Who::User { id, session, acting } => Holder::User { id, session, acting },
            Who::Support { id, session } => Holder::Support { id, session },
            Who::Service { id, .. } => Holder::Service(id),
        };
        let secret = secret();
        let expires_at = now.saturating_add(TICKET).unwrap_or(Timestamp::MAX);
        let mut session = self.store.session(principal.organization.id).await?;
        let tenant = session.begin(None).await?;
        access::issue_ticket(&tenant, &digest(&secret), &holder, now, expires_at).await?;
        tenant.commit().await?;
        Ok(Ticket { secret, expires_at })
    }

    /// Takes a ticket: who may open a socket of the organization asked for with it, as far as they still may. It is spent
    /// then.
    ///
    /// # Errors
    /// 401 when there is no such ticket for that organization or it is too old, 403 when its holder may no longer.
    pub async fn redeem(&self, ticket: &str, asked: &Asked<'_>) -> Result<Principal, ApiError> {
        let now = asked.now;
        let place = named(asked.organization.ok_or(Code::InvalidOrgId)?)?;
        let taken = access::take_ticket(&self.store, &place, &digest(ticket), now).await?;
        let found = match taken.ok_or(Code::InvalidToken)? {
            Holder::User { id, session, acting } => {
                let entry = self.user(&place, &id, now).await?;
                entry.and_then(|entry| person(entry, id, session, acting, true))
            }
            // Whoever came in by a grant does so again, whatever else they belong to.
            Holder::Support { id, session } => {
                let entry = self.user(&place, &id, now).await?;
                entry.and_then(|entry| person(entry, id, session, None, false))
            }
            Holder::Service(id) => self.service(&place, Service::Known(id), now).await?.and_then(service),
        };
        let principal = found.ok_or(Code::Forbidden)?;
        if !readable(&principal.organization.status) {
            return Err(Code::OrganizationInactive.into());
        }
        self.acts.note((&self.store, &self.ids), &principal, "socket", asked).await?;
        Ok(principal)
    }
}
