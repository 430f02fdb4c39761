//! Full checks of the directory: where each stands, and what it did not see. Part of the directory's transactions.

use jiff::Timestamp;
use routiq_sql::{
    client::{GenericClient, Params},
    queries::directory_checks as sql,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    directory::{AccessChange, Directory},
    error::StoreError,
    pool::Store,
};
use crate::domain::ids::Ids;

/// Where the checks against one platform stand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    /// The check under way, or the last one.
    pub id: Option<Uuid>,
    /// When somebody last asked for one.
    pub requested_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended; none while it is under way.
    pub finished_at: Option<Timestamp>,
    /// Where it stands, in the words of whoever does it.
    pub cursor: Value,
    /// Records seen.
    pub listed: i64,
    /// Rows that webhooks should have brought and had not.
    pub repaired: i64,
    /// Why it last failed.
    pub last_error: Option<(String, Timestamp)>,
}

impl Check {
    /// Whether it has begun and not ended.
    pub fn is_under_way(&self) -> bool {
        self.started_at.is_some() && self.finished_at.is_none()
    }
}

/// How many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Users who are not deleted.
    pub users: i64,
    /// Those that came lately.
    pub users_new: i64,
    /// Those that ever signed in.
    pub users_with_login: i64,
    /// Organizations that are not deleted.
    pub organizations: i64,
    /// Those that came lately.
    pub organizations_new: i64,
    /// Those that work.
    pub organizations_active: i64,
    /// Memberships that count.
    pub memberships: i64,
    /// Those that may be used.
    pub memberships_active: i64,
    /// Organizations with members.
    pub organizations_with_members: i64,
    /// Users with organizations.
    pub users_with_organizations: i64,
    /// Memberships by role, the most first.
    pub roles: Vec<(String, i64)>,
}

/// Counts everything, or what belongs to some organizations; `lately` is after `since`.
///
/// # Errors
/// [`StoreError`].
pub async fn counts(store: &Store, within: Option<&[Uuid]>, since: Timestamp) -> Result<Counts, StoreError> {
    let client = store.directory().await?;
    let (everywhere, tenants) = (within.is_none(), within.unwrap_or_default());
    let row = sql::counts().bind(&client, &everywhere, &tenants, &since).one().await?;
    let roles = sql::roles().bind(&client, &everywhere, &tenants).all().await?;
    Ok(Counts {
        users: row.users,
        users_new: row.users_new,
        users_with_login: row.users_with_login,
        organizations: row.organizations,
        organizations_new: row.organizations_new,
        organizations_active: row.organizations_active,
        memberships: row.memberships,
        memberships_active: row.memberships_active,
        organizations_with_members: row.organizations_with_members,
        users_with_organizations: row.users_with_organizations,
        roles: roles.into_iter().map(|row| (row.role, row.count)).collect(),
    })
}

/// Where the checks against `platform` stand.
///
/// # Errors
/// [`StoreError`].
pub async fn latest(store: &Store, platform: &str) -> Result<Check, StoreError> {
    let client = store.directory().await?;
    read(&client, platform).await
}

/// Begins a check against `platform` now, unless one is under way: the check's id, and whether it is a new one.
///
/// # Errors
/// [`StoreError`].
pub async fn begin(
    store: &Store,
    platform: &str,
    ids: &Ids,
    now: Timestamp,
) -> Result<(Uuid, bool), StoreError> {
    let client = store.directory().await?;
    let id = ids.next(now);
    if sql::begin_check().bind(&client, &platform, &id, &now).opt().await?.is_some() {
        return Ok((id, true));
    }
    let under_way = read(&client, platform).await?.id;
    under_way.map(|id| (id, false)).ok_or(StoreError::NotFound("check"))
}

async fn read(client: &impl GenericClient, platform: &str) -> Result<Check, StoreError> {
    let row = sql::load_check().bind(client, &platform).opt().await?;
    Ok(row.map_or_else(Check::default, |row| Check {
        id: row.check_id,
        requested_at: row.requested_at,
        started_at: row.started_at,
        finished_at: row.finished_at,
        cursor: row.cursor,
        listed: row.listed,
        repaired: row.repaired,
        last_error: row.last_error.zip(row.last_error_at),
    }))
}

/// A step forward.
#[derive(Clone, Debug, PartialEq)]
pub struct Advance<'a> {
    /// The check.
    pub id: Uuid,
    /// When it began.
    pub started_at: Timestamp,
    /// Whether it is complete.
    pub finished: bool,
    /// Where it stood.
    pub was: &'a Value,
    /// Where it stands.
    pub cursor: &'a Value,
    /// Records seen by this step.
    pub listed: i64,
    /// Rows this step repaired.
    pub repaired: i64,
}

/// A member whom a listing did not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The organization.
    pub tenant: Uuid,
    /// The row.
    pub id: Uuid,
    /// Our id of the user.
    pub user: Uuid,
    /// Clerk's id of the organization.
    pub organization: String,
    /// Clerk's id of the user.
    pub clerk_user_id: String,
}

impl Directory<'_> {
    /// Where the checks against `platform` stand.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self, platform: &str) -> Result<Check, StoreError> {
        read(&self.tx, platform).await
    }

    /// Writes a step down.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when another step was written from the same place.
    pub async fn advance_check(&self, platform: &str, step: &Advance<'_>) -> Result<(), StoreError> {
        let params = sql::AdvanceCheckParams {
            platform,
            check_id: step.id,
            started_at: step.started_at,
            finished_at: step.finished.then_some(self.now),
            cursor: step.cursor,
            listed: step.listed,
            repaired: step.repaired,
            now: self.now,
            was: step.was,
        };
        let written = sql::advance_check().params(&self.tx, &params).opt().await?;
        written.map(drop).ok_or_else(|| StoreError::Transient("another step came first".to_owned()))
    }

    /// Notes why a step failed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fail_check(&self, platform: &str, reason: &str) -> Result<(), StoreError> {
        sql::fail_check().bind(&self.tx, &platform, &reason, &self.now).await?;
        Ok(())
    }

    /// These users are there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saw_users(&self, ids: &[&str], at: Timestamp) -> Result<(), StoreError> {
        sql::saw_users().bind(&self.tx, &at, &ids).await?;
        Ok(())
    }

    /// These organizations are there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saw_organizations(&self, ids: &[&str], at: Timestamp) -> Result<(), StoreError> {
        sql::saw_organizations().bind(&self.tx, &at, &ids).await?;
        Ok(())
    }

    /// These memberships of one organization are there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saw_members(&self, tenant: Uuid, ids: &[&str], at: Timestamp) -> Result<(), StoreError> {
        sql::saw_members().bind(&self.tx, &at, &tenant, &ids).await?;
        Ok(())
    }

    /// This membership is there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saw_member(&self, unseen: &Unseen, at: Timestamp) -> Result<(), StoreError> {
        sql::saw_member().bind(&self.tx, &at, &unseen.tenant, &unseen.id).await?;
        Ok(())
    }

    /// All memberships of an organization were listed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn saw_all_members(&self, tenant: Uuid, at: Timestamp) -> Result<(), StoreError> {
        sql::saw_all_members().bind(&self.tx, &at, &tenant).await?;
        Ok(())
    }

    /// The next organization whose members are to be listed, with Clerk's id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_to_list(&self, started_at: Timestamp) -> Result<Option<(Uuid, String)>, StoreError> {
        let row = sql::next_to_list().bind(&self.tx, &started_at).opt().await?;
        Ok(row.map(|row| (row.id, row.clerk_org_id)))
    }

    /// A user whom the listing did not show.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_unseen_user(&self, started_at: Timestamp) -> Result<Option<String>, StoreError> {
        let row = sql::next_unseen_user().bind(&self.tx, &started_at).opt().await?;
        Ok(row.map(|row| row.clerk_user_id))
    }

    /// An organization that the listing did not show.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_unseen_organization(
        &self,
        started_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let row = sql::next_unseen_organization().bind(&self.tx, &started_at).opt().await?;
        Ok(row.map(|row| row.clerk_org_id))
    }

    /// A membership that the listing did not show.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_unseen_member(&self, started_at: Timestamp) -> Result<Option<Unseen>, StoreError> {
        let row = sql::next_unseen_member().bind(&self.tx, &started_at).opt().await?;
        Ok(row.map(|row| Unseen {
            tenant: row.organization_id,
            id: row.id,
            user: row.user_id,
            organization: row.clerk_org_id,
            clerk_user_id: row.clerk_user_id,
        }))
    }

    /// Ends a membership that Clerk knows no more.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_member(&self, unseen: &Unseen, at: Timestamp) -> Result<Vec<AccessChange>, StoreError> {
        let before = self.access_of_user(unseen.user).await?;
        let ended =
            sql::end_member().bind(&self.tx, &at, &self.now, &unseen.tenant, &unseen.id).opt().await?;
        match ended {
            Some(user) => self.settle_user(user, before).await,
            None => Ok(Vec::new()),
        }
    }
}
