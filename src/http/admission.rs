//! Who may come in: a session, a service's key or a grant, against the membership that our own tables hold. One answer to
//! everybody who may not, whether or not what they ask for exists.

mod tickets;

use std::{net::IpAddr, sync::Arc, time::Duration};

use jiff::Timestamp;
use metrics::counter;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use self::tickets::{TICKET, Ticket};
use super::{
    acting::Acts,
    credentials::{KEY_PREFIX, bearer, contradict, digest, named},
    denials::{Denial, Denials},
    errors::{ApiError, Code},
    principal::{Place, Principal, SignedIn, Standing, Who},
};
use crate::{
    domain::{
        ids::Ids,
        role::Role,
        session::{Bearer, TokenProblem},
    },
    store::{
        Store, StoreError,
        access::{self, Found, Named, Service, ServiceEntry, UserEntry},
    },
    work::{Tokens, tokens::Mint},
};

/// When to come again while no key is at hand.
const RETRY: Duration = Duration::from_secs(5);
/// News of changed access that a slow listener may fall behind.
const NEWS: usize = 1024;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The organization that the path names, if it names one.
    pub organization: Option<&'a str>,
    /// The `x-organization-id` header.
    pub header: Option<&'a str>,
    /// The least role that will do. What asks for more than [`Role::Viewer`] changes something.
    pub floor: Role,
    /// From which address, for the audit.
    pub address: Option<IpAddr>,
    /// By which request, for the audit.
    pub request: Option<&'a str>,
    /// When.
    pub now: Timestamp,
}

/// Lets in, or does not.
pub struct Admission {
    store: Store,
    tokens: Tokens,
    mint: Option<Arc<dyn Mint>>,
    ids: Ids,
    denials: Denials,
    acts: Acts,
    changes: broadcast::Sender<Uuid>,
}

/// Who comes, before anything of an organization is known.
enum Caller {
    Person(SignedIn),
    Key([u8; 32]),
    Machine(String),
}

impl Admission {
    /// Admits who `tokens` vouches for and `store` knows.
    pub fn new(store: Store, tokens: Tokens, ids: Ids) -> Self {
        let changes = broadcast::Sender::new(NEWS);
        Self { store, tokens, mint: None, ids, denials: Denials::new(), acts: Acts::default(), changes }
    }

    /// The same, making tokens itself: for development.
    #[must_use]
    pub fn with_mint(mut self, mint: Arc<dyn Mint>) -> Self {
        self.mint = Some(mint);
        self
    }

    pub(super) fn mint(&self) -> Option<&dyn Mint> {
        self.mint.as_deref()
    }

    /// Writes to the audit who was turned away, until `stop`; one at a time does.
    pub async fn write_denials(&self, stop: CancellationToken) {
        self.denials.write(&self.store, &self.ids, stop).await;
    }

    /// Whether people can sign in at all.
    pub fn any(&self) -> bool {
        self.tokens.any()
    }

    /// Organizations in which somebody's access changed: who keeps a socket open looks again with
    /// [`Admission::recheck`]. The nil id says that anything may have changed anywhere; so does falling behind (`Lagged`).
    pub fn changes(&self) -> broadcast::Receiver<Uuid> {
        self.changes.subscribe()
    }

    /// Tells that somebody's access to an organization changed.
    pub fn changed(&self, organization: Uuid) {
        // Nobody listening is fine.
        let _ = self.changes.send(organization);
    }

    /// Who is signed in, wherever they belong. A service is nobody in particular: it asks within its organization.
    ///
    /// # Errors
    /// 401 without a good session, 503 when it cannot be told.
    pub async fn signed_in(&self, authorization: Option<&str>, now: Timestamp) -> Result<SignedIn, ApiError> {
        match self.caller(authorization, now).await? {
            Caller::Person(person) => Ok(person),
            Caller::Key(_) | Caller::Machine(_) => Err(Code::Unauthorized.into()),
        }
    }

    /// Lets somebody into the organization they ask for.
    ///
    /// # Errors
    /// 401 without a good token; 422 for an id that is none; 400 where no organization is named; 403 `ORG_MISMATCH`
    /// when path and header disagree; 403, the same to everybody, where they have no access or too little; 503 when it
    /// cannot be told.
    pub async fn admit(&self, asked: &Asked<'_>) -> Result<Principal, ApiError> {
        let caller = self.caller(asked.authorization, asked.now).await?;
        let path = asked.organization.map(named).transpose()?;
        let header = asked.header.map(named).transpose()?;
        let place = match (&path, &header) {
            (Some(path), Some(header)) if contradict(path, header) => return Err(Code::OrgMismatch.into()),
            (Some(named), _) | (None, Some(named)) => named.clone(),
            (None, None) => return Err(Code::MissingHeader.into()),
        };
        let (place, found) = self.look(&caller, &place, asked.now).await?;
        let deny = |code: Code| self.deny(&caller, place.as_ref(), code, asked);
        let Some(principal) = found else { return Err(deny(Code::Forbidden)) };
        // Both ids of one organization may be named; which belong together is for its members to know.
        if header.is_some_and(|header| !names(&header, &principal.organization)) {
            return Err(deny(Code::OrgMismatch));
        }
        match principal.organization.status.as_str() {
            "active" => {}
            // What is there stays readable.
            "suspended" if asked.floor == Role::Viewer => {}
            _ => return Err(deny(Code::OrganizationInactive)),
        }
        if !principal.role.allows(asked.floor) {
            return Err(deny(Code::Forbidden));
        }
        self.acts.note((&self.store, &self.ids), &principal, "request", asked).await?;
        Ok(principal)
    }

    /// Looks again at somebody who was let in earlier and is still there.
    pub async fn recheck(&self, principal: &Principal, now: Timestamp) -> Standing {
        if principal.expires_at.is_some_and(|end| end <= now) {
            return Standing::Ended("expired");
        }
        let place = Named::Id(principal.organization.id);
        let found = match &principal.who {
            Who::User { id, .. } => self
                .user(&place, id, now)
                .await
                .map(|found| found.and_then(|entry| Some((entry.member?, entry.place.status)))),
            Who::Support { id, .. } => self
                .user(&place, id, now)
                .await
                .map(|found| found.and_then(|entry| Some((entry.grant?.role, entry.place.status)))),
            Who::Service { id, .. } => self
                .service(&place, Service::Known(*id), now)
                .await
                .map(|found| found.and_then(|entry| Some((entry.key?.role, entry.place.status)))),
        };
        match found {
            Ok(Some((role, status))) if readable(&status) => Standing::Stands(role),
            Ok(Some(_)) => Standing::Ended("organization inactive"),
            Ok(None) => Standing::Ended("revoked"),
            Err(_) => Standing::Unknown,
        }
    }

    async fn caller(&self, authorization: Option<&str>, now: Timestamp) -> Result<Caller, ApiError> {
        let token = bearer(authorization).ok_or(Code::Unauthorized)?;
        if token.starts_with(KEY_PREFIX) {
            return Ok(Caller::Key(digest(token)));
        }
        match self.tokens.verify(token, now).await {
            Ok(Bearer::Session(token)) => Ok(Caller::Person(token.into())),
            Ok(Bearer::Machine(token)) => Ok(Caller::Machine(token.machine)),
            Err(problem) => {
                tracing::debug!(%problem, "a token was refused");
                let code = match problem {
                    TokenProblem::Pending => Code::Unauthorized,
                    TokenProblem::Expired => Code::TokenExpired,
                    TokenProblem::Invalid(_) => Code::InvalidToken,
                    TokenProblem::Unavailable => Code::ServiceUnavailable,
                };
                counter!("routiq_access_denied_total", "code" => code.name()).increment(1);
                let error = ApiError::from(code);
                Err(if code == Code::ServiceUnavailable { error.after(RETRY) } else { error })
            }
        }
    }

    /// Whom a session lets into an organization, and as what; none: nobody.
    ///
    /// # Errors
    /// 422 for an id that is none, 503 when it cannot be told.
    pub(super) async fn enter(
        &self,
        person: &SignedIn,
        organization: &str,
        now: Timestamp,
    ) -> Result<Option<Principal>, ApiError> {
        let place = named(organization)?;
        let (_, found) = self.look(&Caller::Person(person.clone()), &place, now).await?;
        Ok(found.filter(|principal| readable(&principal.organization.status)))
    }

    /// The organization, if there is one, and what this caller is there, if anything.
    async fn look(
        &self,
        caller: &Caller,
        place: &Named,
        now: Timestamp,
    ) -> Result<(Option<Uuid>, Option<Principal>), ApiError> {
        match caller {
            Caller::Person(signed_in) => {
                let Some(entry) = self.user(place, &signed_in.user, now).await? else {
                    return Ok((None, None));
                };
                let active = signed_in.organization.as_ref().map(|organization| organization.id.as_str());
                let here = active.is_some() && active == entry.place.clerk_org_id.as_deref();
                let SignedIn { user, session, acting, .. } = signed_in.clone();
                Ok((Some(entry.place.id), person(entry, user, session, acting, here)))
            }
            Caller::Key(hash) => self.service_used(place, Service::Key(hash), now).await,
            Caller::Machine(machine) => self.service_used(place, Service::Machine(machine), now).await,
        }
    }

    /// The answer to somebody who may not, told to the audit where there is one.
    fn deny(&self, caller: &Caller, place: Option<&Uuid>, code: Code, asked: &Asked<'_>) -> ApiError {
        counter!("routiq_access_denied_total", "code" => code.name()).increment(1);
        if let Some(organization) = place {
            let (who, acting) = match caller {
                Caller::Person(person) => (person.user.clone(), person.acting.as_ref()),
                Caller::Key(_) => ("service".to_owned(), None),
                Caller::Machine(machine) => (machine.clone(), None),
            };
            self.denials.note(Denial {
                organization: *organization,
                who,
                acting: acting.map(|acting| acting.user.clone()),
                code: code.name(),
                floor: asked.floor,
                request: asked.request.map(str::to_owned),
                address: asked.address,
                at: asked.now,
            });
        }
        code.into()
    }

    async fn service_used(
        &self,
        place: &Named,
        by: Service<'_>,
        now: Timestamp,
    ) -> Result<(Option<Uuid>, Option<Principal>), ApiError> {
        let Some(entry) = self.service(place, by, now).await? else { return Ok((None, None)) };
        if let Some(key) = &entry.key {
            access::note_use(&self.store, entry.place.id, key, now).await?;
        }
        Ok((Some(entry.place.id), service(entry)))
    }

    async fn user(&self, place: &Named, user: &str, now: Timestamp) -> Result<Option<UserEntry>, StoreError> {
        access::user_entry(&self.store, place, user, now).await
    }

    async fn service(
        &self,
        place: &Named,
        by: Service<'_>,
        now: Timestamp,
    ) -> Result<Option<ServiceEntry>, StoreError> {
        access::service_entry(&self.store, place, by, now).await
    }
}

impl From<Found> for Place {
    fn from(found: Found) -> Self {
        let Found { id, clerk_org_id, name, status } = found;
        Self { id, clerk_id: clerk_org_id, name, status }
    }
}

/// A member where their session says they are `here`; else whom a grant lets in.
fn person(
    entry: UserEntry,
    id: String,
    session: Option<String>,
    acting: Option<crate::domain::session::Acting>,
    here: bool,
) -> Option<Principal> {
    let organization = entry.place.into();
    if let Some(role) = entry.member.filter(|_| here) {
        let who = Who::User { id, session, acting };
        return Some(Principal { who, organization, role, expires_at: None, grant: None });
    }
    let grant = entry.grant?;
    // Nobody acts as somebody else with a grant that names a person.
    acting.is_none().then_some(Principal {
        who: Who::Support { id, session },
        organization,
        role: grant.role,
        expires_at: Some(grant.expires_at),
        grant: Some(grant.id),
    })
}

fn service(entry: ServiceEntry) -> Option<Principal> {
    let key = entry.key?;
    Some(Principal {
        who: Who::Service { id: key.id, name: key.name },
        organization: entry.place.into(),
        role: key.role,
        expires_at: key.expires_at,
        grant: None,
    })
}

fn readable(status: &str) -> bool {
    matches!(status, "active" | "suspended")
}

fn names(named: &Named, place: &Place) -> bool {
    match named {
        Named::Id(id) => *id == place.id,
        Named::Clerk(id) => Some(id) == place.clerk_id.as_ref(),
    }
}
