//! Who is let in: what one look-up says of whoever comes, and tickets for sockets. Before an organization is set, so by
//! the directory's login; the answer is the same, whether an organization does not exist or is another's.

use jiff::{SignedDuration, Timestamp};
use routiq_sql::{client::Params, queries::access as sql};
use uuid::Uuid;

use super::{error::StoreError, pool::Store, tenant::Tenant};
use crate::domain::{role::Role, session::Acting};

/// How exactly the last use of a key is kept.
const USE: SignedDuration = SignedDuration::from_hours(1);

/// How an organization was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By our id.
    Id(Uuid),
    /// By Clerk's id.
    Clerk(String),
}

impl Named {
    fn parts(&self) -> (Option<Uuid>, Option<&str>) {
        match self {
            Self::Id(id) => (Some(*id), None),
            Self::Clerk(id) => (None, Some(id)),
        }
    }
}

/// An organization, as the door needs to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Our id.
    pub id: Uuid,
    /// Clerk's id.
    pub clerk_org_id: Option<String>,
    /// What people call it.
    pub name: String,
    /// `active`, `suspended`, …
    pub status: String,
}

/// What a user may do in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntry {
    /// Where.
    pub place: Found,
    /// As a member.
    pub member: Option<Role>,
    /// By the best grant that holds now.
    pub grant: Option<Grant>,
}

/// A grant that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: Uuid,
    /// What it allows.
    pub role: Role,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What a service may do in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceEntry {
    /// Where.
    pub place: Found,
    /// By which key or machine, if by any.
    pub key: Option<ServiceKey>,
}

/// A service's key, or a machine bound to the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceKey {
    /// Our id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub role: Role,
    /// Until when, if not for ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<Timestamp>,
}

/// How a service is known.
#[derive(Clone, Copy, Debug)]
pub enum Service<'a> {
    /// By its key's digest.
    Key(&'a [u8; 32]),
    /// By Clerk's id of its machine.
    Machine(&'a str),
    /// By our id, when it was let in before.
    Known(Uuid),
}

/// What a user may do in the organization; none: it does not exist.
///
/// # Errors
/// [`StoreError`].
pub async fn user_entry(
    store: &Store,
    place: &Named,
    user: &str,
    now: Timestamp,
) -> Result<Option<UserEntry>, StoreError> {
    let client = store.directory().await?;
    let (id, clerk_org_id) = place.parts();
    let params = sql::DirectoryPlaceOfUserParams { id, clerk_org_id, user, now };
    let Some(row) = sql::directory_place_of_user().params(&client, &params).opt().await? else {
        return Ok(None);
    };
    let grant = match (row.grant_id, row.grant_role.as_deref(), row.grant_expires_at) {
        (Some(id), Some(stored), Some(expires_at)) => Some(Grant { id, role: role(stored)?, expires_at }),
        _ => None,
    };
    Ok(Some(UserEntry {
        place: Found { id: row.id, clerk_org_id: row.clerk_org_id, name: row.name, status: row.status },
        member: row.member_role.as_deref().map(role).transpose()?,
        grant,
    }))
}

/// What a service may do in the organization; none: it does not exist.
///
/// # Errors
/// [`StoreError`].
pub async fn service_entry(
    store: &Store,
    place: &Named,
    service: Service<'_>,
    now: Timestamp,
) -> Result<Option<ServiceEntry>, StoreError> {
    let client = store.directory().await?;
    let (id, clerk_org_id) = place.parts();
    let (key_hash, machine, key) = match service {
        Service::Key(hash) => (Some(hash.as_slice()), None, None),
        Service::Machine(machine) => (None, Some(machine), None),
        Service::Known(id) => (None, None, Some(id)),
    };
    let params = sql::DirectoryPlaceOfServiceParams { id, clerk_org_id, key_hash, machine, key, now };
    let found = sql::directory_place_of_service().params(&client, &params).opt().await?;
    let Some(row) = found else { return Ok(None) };
    let key = match (row.key_id, row.key_name, row.key_role.as_deref()) {
        (Some(id), Some(name), Some(stored)) => Some(ServiceKey {
            id,
            name,
            role: role(stored)?,
            expires_at: row.key_expires_at,
            last_used_at: row.key_used_at,
        }),
        _ => None,
    };
    let place = Found { id: row.id, clerk_org_id: row.clerk_org_id, name: row.name, status: row.status };
    Ok(Some(ServiceEntry { place, key }))
}

/// Notes that a key was used, unless that was noted within the hour.
///
/// # Errors
/// [`StoreError`].
pub async fn note_use(
    store: &Store,
    organization: Uuid,
    key: &ServiceKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = now.saturating_sub(USE).unwrap_or(Timestamp::MIN);
    if key.last_used_at.is_some_and(|at| at >= before) {
        return Ok(());
    }
    let client = store.directory().await?;
    let params = sql::DirectoryNoteUseParams { now, organization, id: key.id, before };
    sql::directory_note_use().params(&client, &params).await?;
    Ok(())
}

/// Whom a ticket is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A member.
    User {
        /// Clerk's id of the user.
        id: String,
        /// Clerk's id of the session.
        session: Option<String>,
        /// Who really acts, when somebody acts as the user.
        acting: Option<Acting>,
    },
    /// Somebody whom a grant lets in.
    Support {
        /// Clerk's id of the user.
        id: String,
        /// Clerk's id of the session.
        session: Option<String>,
    },
    /// Our id of the service's key.
    Service(Uuid),
}

/// Keeps a ticket's digest until it is used or `expires_at`; those that expired are dropped on the way.
///
/// # Errors
/// [`StoreError`].
pub async fn issue_ticket(
    tenant: &Tenant<'_>,
    hash: &[u8; 32],
    holder: &Holder,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let organization = tenant.organization;
    sql::drop_stale_tickets().bind(&tenant.tx, &organization, &now).await?;
    let key;
    let (kind, subject, session, acting) = match holder {
        Holder::User { id, session, acting } => ("user", id.as_str(), session.as_deref(), acting.as_ref()),
        Holder::Support { id, session } => ("support", id.as_str(), session.as_deref(), None),
        Holder::Service(id) => {
            key = id.to_string();
            ("service", key.as_str(), None, None)
        }
    };
    let params = sql::InsertTicketParams {
        organization,
        hash: hash.as_slice(),
        kind,
        subject,
        session,
        acting_user: acting.map(|acting| acting.user.as_str()),
        acting_session: acting.and_then(|acting| acting.session.as_deref()),
        now,
        expires_at,
    };
    sql::insert_ticket().params(&tenant.tx, &params).await?;
    Ok(())
}

/// Takes a ticket of this organization: whom it was for. None: there is no such ticket, or it is too old.
///
/// # Errors
/// [`StoreError`].
pub async fn take_ticket(
    store: &Store,
    place: &Named,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Holder>, StoreError> {
    let client = store.directory().await?;
    let (id, clerk_org_id) = place.parts();
    let params = sql::DirectoryTakeTicketParams { id, clerk_org_id, hash: hash.as_slice() };
    let taken = sql::directory_take_ticket().params(&client, &params).opt().await?;
    let Some(row) = taken.filter(|row| row.expires_at > now) else { return Ok(None) };
    Ok(match row.kind.as_str() {
        "user" => {
            let acting = row.acting_user.map(|user| Acting { user, session: row.acting_session });
            Some(Holder::User { id: row.subject, session: row.session_id, acting })
        }
        "support" => Some(Holder::Support { id: row.subject, session: row.session_id }),
        _ => row.subject.parse().ok().map(Holder::Service),
    })
}

fn role(stored: &str) -> Result<Role, StoreError> {
    stored.parse().map_err(|_| StoreError::Refused("a role that is none".to_owned()))
}
