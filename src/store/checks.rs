//! Full checks of the directory: where each stands, and what it did not see. Part of the directory's transactions.

use jiff::Timestamp;
use routiq_sql::{client::Params, queries::directory_checks as sql};
use serde_json::Value;
use uuid::Uuid;

use super::{
    directory::{AccessChange, Directory},
    error::StoreError,
};

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
        let row = sql::load_check().bind(&self.tx, &platform).opt().await?;
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

    /// Asks for a check.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn request_check(&self, platform: &str) -> Result<(), StoreError> {
        sql::request_check().bind(&self.tx, &platform, &self.now).await?;
        Ok(())
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
