//! Who belongs to which organization, as what. Asked by the directory's login: nobody's session is needed to find out
//! whether somebody may have one.

use jiff::Timestamp;
use routiq_sql::queries::members as sql;
use uuid::Uuid;

use super::{error::StoreError, pool::Store};
use crate::domain::role::Role;

/// How an organization is named from outside: our id, or Clerk's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key<'a> {
    /// Ours.
    Id(Uuid),
    /// Clerk's, such as `org_…`.
    Clerk(&'a str),
}

impl<'a> Key<'a> {
    /// Reads whichever it is.
    pub fn parse(text: &'a str) -> Self {
        Uuid::try_parse(text).map_or(Self::Clerk(text), Self::Id)
    }
}

/// Whether a membership may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberStatus {
    /// It may.
    Active,
    /// The user has not joined yet.
    Invited,
    /// Not now.
    Suspended,
}

/// A user's membership that counts: neither it nor its user nor its organization has ended, and the user is not banned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: Uuid,
    /// The organization's id at Clerk.
    pub organization_clerk_id: Option<String>,
    /// What people call the organization.
    pub organization_name: String,
    /// `active`, `suspended`, …
    pub organization_status: String,
    /// Our id of the user.
    pub user: Uuid,
    /// As what.
    pub role: Role,
    /// Whether it may be used.
    pub status: MemberStatus,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A user as the directory knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Our id.
    pub id: Uuid,
    /// Clerk's id.
    pub clerk_user_id: String,
    /// The primary address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Where the picture is.
    pub image_url: Option<String>,
    /// Whether Clerk lets them in no more.
    pub banned: bool,
    /// When they last signed in.
    pub last_login_at: Option<Timestamp>,
}

/// The user's membership in one organization, active or not; `None` when there is none that counts, or no such organization.
///
/// # Errors
/// [`StoreError`].
pub async fn membership(
    store: &Store,
    clerk_user_id: &str,
    organization: Key<'_>,
) -> Result<Option<Membership>, StoreError> {
    let client = store.directory().await?;
    // The one that is not asked for is one that cannot be.
    let (id, clerk) = match organization {
        Key::Id(id) => (id, ""),
        Key::Clerk(clerk) => (Uuid::nil(), clerk),
    };
    let row = sql::membership().bind(&client, &clerk_user_id, &id, &clerk).opt().await?;
    row.map(|row| read(row.into())).transpose()
}

/// Every membership of the user that counts, by the organization's name.
///
/// # Errors
/// [`StoreError`].
pub async fn organizations_of(store: &Store, clerk_user_id: &str) -> Result<Vec<Membership>, StoreError> {
    let client = store.directory().await?;
    let rows = sql::organizations_of().bind(&client, &clerk_user_id).all().await?;
    rows.into_iter().map(|row| read(row.into())).collect()
}

/// The user; `None` when unknown or deleted.
///
/// # Errors
/// [`StoreError`].
pub async fn user(store: &Store, clerk_user_id: &str) -> Result<Option<User>, StoreError> {
    let client = store.directory().await?;
    let row = sql::user_by_clerk_id().bind(&client, &clerk_user_id).opt().await?;
    Ok(row.map(|row| User {
        id: row.id,
        clerk_user_id: row.clerk_user_id,
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        image_url: row.image_url,
        banned: row.banned,
        last_login_at: row.last_login_at,
    }))
}

struct Line {
    organization: Uuid,
    organization_clerk_id: Option<String>,
    organization_name: String,
    organization_status: String,
    user: Uuid,
    role: String,
    status: String,
    updated_at: Timestamp,
}

impl From<sql::Membership> for Line {
    fn from(row: sql::Membership) -> Self {
        Self {
            organization: row.organization_id,
            organization_clerk_id: row.organization_clerk_id,
            organization_name: row.organization_name,
            organization_status: row.organization_status,
            user: row.user_id,
            role: row.role,
            status: row.status,
            updated_at: row.updated_at,
        }
    }
}

impl From<sql::OrganizationsOf> for Line {
    fn from(row: sql::OrganizationsOf) -> Self {
        Self {
            organization: row.organization_id,
            organization_clerk_id: row.organization_clerk_id,
            organization_name: row.organization_name,
            organization_status: row.organization_status,
            user: row.user_id,
            role: row.role,
            status: row.status,
            updated_at: row.updated_at,
        }
    }
}

fn read(line: Line) -> Result<Membership, StoreError> {
    let role = line.role.parse().map_err(|error| StoreError::Refused(format!("a stored role {error}")))?;
    let status = match line.status.as_str() {
        "active" => MemberStatus::Active,
        "invited" => MemberStatus::Invited,
        _ => MemberStatus::Suspended,
    };
    Ok(Membership {
        organization: line.organization,
        organization_clerk_id: line.organization_clerk_id,
        organization_name: line.organization_name,
        organization_status: line.organization_status,
        user: line.user,
        role,
        status,
        updated_at: line.updated_at,
    })
}
