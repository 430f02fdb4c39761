//! Users, organizations and memberships as Clerk tells them, and the events that tell it: by the directory's own login, over
//! all organizations. Newer wins by the source's time; what ended stays ended.

use deadpool_postgres::{Object, Transaction};
use jiff::Timestamp;
use routiq_sql::{client::Params, queries::directory as sql};
use serde_json::json;
use uuid::Uuid;

use super::{
    audit::{self, Deed},
    error::StoreError,
    pool::Store,
};
use crate::domain::{
    directory::{Membership, Organization, User},
    ids::Ids,
    role::Role,
};

/// A connection set aside for the directory's work.
pub struct Desk(Object);

impl Desk {
    /// Takes one.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when none is free in time.
    pub async fn open(store: &Store) -> Result<Self, StoreError> {
        Ok(Self(store.directory().await?))
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin<'a>(&'a mut self, ids: &'a Ids, now: Timestamp) -> Result<Directory<'a>, StoreError> {
        Ok(Directory { tx: self.0.transaction().await?, ids, now })
    }
}

/// A transaction of the directory. Dropping it rolls back.
pub struct Directory<'a> {
    pub(super) tx: Transaction<'a>,
    pub(super) ids: &'a Ids,
    pub(super) now: Timestamp,
}

/// An event that waits.
#[derive(Clone, Debug)]
pub struct Event {
    /// The row.
    pub id: Uuid,
    /// `clerk` or `stripe`.
    pub platform: String,
    /// The platform's word for what happened.
    pub event_type: String,
    /// As it came.
    pub body: Vec<u8>,
    /// When it came.
    pub received_at: Timestamp,
    /// How often it was tried.
    pub attempts: i32,
}

/// What somebody may do in an organization has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// Clerk's id of the user.
    pub user: String,
    /// The organization.
    pub organization: Uuid,
    /// As what they belonged to it before; none: not at all.
    pub before: Option<Role>,
    /// As what they belong to it now.
    pub after: Option<Role>,
}

type Access = Vec<(Uuid, String, Option<Role>)>;

impl Directory<'_> {
    /// Makes everything true at once.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when the outcome is unknown or the server refused.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.commit().await?)
    }

    /// The oldest event that is due, held until the transaction ends.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_event(&self) -> Result<Option<Event>, StoreError> {
        let row = sql::next_event().bind(&self.tx, &self.now).opt().await?;
        Ok(row.map(|row| Event {
            id: row.id,
            platform: row.platform,
            event_type: row.event_type,
            body: row.body,
            received_at: row.received_at,
            attempts: row.attempts,
        }))
    }

    /// Ends an event: `applied`, `ignored` or `quarantined`, with the reason of the latter two.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn settle(&self, event: Uuid, state: &str, reason: Option<&str>) -> Result<(), StoreError> {
        let params = sql::SettleEventParams { state, reason, now: self.now, id: event };
        sql::settle_event().params(&self.tx, &params).await?;
        Ok(())
    }

    /// Leaves an event for later.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn postpone(&self, event: Uuid, reason: &str, again_at: Timestamp) -> Result<(), StoreError> {
        sql::postpone_event().bind(&self.tx, &reason, &again_at, &event).await?;
        Ok(())
    }

    /// What was left for later for this reason is due now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn wake(&self, reason: &str) -> Result<(), StoreError> {
        sql::wake_events().bind(&self.tx, &self.now, &reason).await?;
        Ok(())
    }

    /// When time alone makes something due.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(sql::next_due().bind(&self.tx).one().await?)
    }

    /// Organizations whose standing time may have changed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn standings_due(&self) -> Result<Vec<Uuid>, StoreError> {
        Ok(sql::standings_due().bind(&self.tx, &self.now).all().await?)
    }

    /// Keeps a user as described, unless something newer is known: nothing is written then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_user(&self, user: &User) -> Result<Option<Vec<AccessChange>>, StoreError> {
        let params = sql::PutUserParams {
            id: self.ids.next(self.now),
            clerk_user_id: user.id.as_str(),
            email: user.email.as_deref(),
            first_name: user.first_name.as_deref(),
            last_name: user.last_name.as_deref(),
            image_url: user.image_url.as_deref(),
            banned: user.banned,
            last_login_at: user.last_sign_in_at,
            clerk_created_at: user.created_at,
            clerk_updated_at: user.updated_at,
            now: self.now,
        };
        match sql::put_user().params(&self.tx, &params).opt().await? {
            Some(id) => self.settle_user(id, self.access_of_user(id).await?).await.map(Some),
            None => Ok(None),
        }
    }

    /// Ends a user and what they belonged to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_user(
        &self,
        clerk_user_id: &str,
        at: Timestamp,
    ) -> Result<Option<Vec<AccessChange>>, StoreError> {
        let id = self.ids.next(self.now);
        let ended = sql::end_user().bind(&self.tx, &id, &clerk_user_id, &self.now, &at).opt().await?;
        match ended {
            Some(id) => self.settle_user(id, self.access_of_user(id).await?).await.map(Some),
            None => Ok(None),
        }
    }

    /// Keeps an organization as described, unless something newer is known; answers its id when something was written.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn put_organization(&self, described: &Organization) -> Result<Option<Uuid>, StoreError> {
        let (clerk_org_id, updated_at) = (described.id.as_str(), described.updated_at);
        if let Some(slug) = described.slug.as_deref() {
            let params =
                sql::FreeSlugParams { now: self.now, slug, clerk_org_id, clerk_updated_at: updated_at };
            sql::free_slug().params(&self.tx, &params).await?;
        }
        let params = sql::PutOrganizationParams {
            id: self.ids.next(self.now),
            clerk_org_id,
            name: described.name.as_str(),
            slug: described.slug.as_deref(),
            clerk_created_at: described.created_at,
            clerk_updated_at: updated_at,
            now: self.now,
        };
        Ok(sql::put_organization().params(&self.tx, &params).opt().await?)
    }

    /// Ends an organization and what belongs to it; answers its id when it had not ended by then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn end_organization(
        &self,
        clerk_org_id: &str,
        at: Timestamp,
    ) -> Result<(Option<Uuid>, Vec<AccessChange>), StoreError> {
        let id = self.ids.next(self.now);
        let ended = sql::end_organization().bind(&self.tx, &id, &clerk_org_id, &self.now, &at).opt().await?;
        let Some(id) = ended else { return Ok((None, Vec::new())) };
        let before = self.access_of_organization(id).await?;
        sql::settle_members_of_organization().bind(&self.tx, &self.now, &id).await?;
        let after = self.access_of_organization(id).await?;
        Ok((Some(id), self.note_access(before, after).await?))
    }

    /// The organization by Clerk's id or ours, ended or not.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn find_organization(&self, reference: &str) -> Result<Option<Uuid>, StoreError> {
        Ok(sql::find_organization().bind(&self.tx, &reference).opt().await?)
    }

    /// Keeps a membership as described, unless something newer is known. Its organization is there already; a user who has
    /// not come yet is kept as far as the membership tells.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without the organization.
    pub async fn put_member(&self, described: &Membership) -> Result<Vec<AccessChange>, StoreError> {
        let tenant = self
            .find_organization(&described.organization.id)
            .await?
            .ok_or(StoreError::NotFound("organization"))?;
        let user = self.user(described).await?;
        let before = self.access_of_user(user).await?;
        let permissions = json!(described.permissions);
        let params = sql::PutMemberParams {
            tenant,
            id: self.ids.next(self.now),
            user,
            clerk_membership_id: described.id.as_str(),
            clerk_role_key: described.role_key.as_str(),
            clerk_role: described.role.stored(),
            permissions: &permissions,
            clerk_created_at: Some(described.created_at),
            clerk_updated_at: described.updated_at,
            removed_at: described.removed_at,
            now: self.now,
        };
        match sql::put_member().params(&self.tx, &params).opt().await? {
            Some(_) => self.settle_user(user, before).await,
            None => Ok(Vec::new()),
        }
    }

    async fn user(&self, described: &Membership) -> Result<Uuid, StoreError> {
        let given = &described.given;
        let params = sql::StubUserParams {
            id: self.ids.next(self.now),
            clerk_user_id: described.user.as_str(),
            email: given.email.as_deref(),
            first_name: given.first_name.as_deref(),
            last_name: given.last_name.as_deref(),
            image_url: given.image_url.as_deref(),
            now: self.now,
        };
        sql::stub_user().params(&self.tx, &params).await?;
        Ok(sql::find_user().bind(&self.tx, &described.user.as_str()).one().await?)
    }

    /// Makes a user's memberships count or not, as they now should, and notes what that changed.
    pub(super) async fn settle_user(
        &self,
        user: Uuid,
        before: Access,
    ) -> Result<Vec<AccessChange>, StoreError> {
        sql::settle_members_of_user().bind(&self.tx, &self.now, &user).await?;
        let after = self.access_of_user(user).await?;
        self.note_access(before, after).await
    }

    pub(super) async fn access_of_user(&self, user: Uuid) -> Result<Access, StoreError> {
        let rows = sql::access_of_user().bind(&self.tx, &user).all().await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.organization_id, row.clerk_user_id, role(row.counts, &row.role)))
            .collect())
    }

    async fn access_of_organization(&self, tenant: Uuid) -> Result<Access, StoreError> {
        let rows = sql::access_of_organization().bind(&self.tx, &tenant).all().await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.organization_id, row.clerk_user_id, role(row.counts, &row.role)))
            .collect())
    }

    /// What differs, each written into the organization's audit log.
    async fn note_access(&self, before: Access, after: Access) -> Result<Vec<AccessChange>, StoreError> {
        let mut changes = Vec::new();
        for (organization, user, after) in after {
            let known = before.iter().find(|(of, who, _)| *of == organization && *who == user);
            let before = known.and_then(|(_, _, role)| *role);
            if before == after {
                continue;
            }
            let action = match (before, after) {
                (None, _) => "member.added",
                (_, None) => "member.removed",
                _ => "member.role_changed",
            };
            let details = json!({ "before": before.map(Role::name), "after": after.map(Role::name) });
            self.note(organization, action, ("user", &user), &details).await?;
            changes.push(AccessChange { user, organization, before, after });
        }
        Ok(changes)
    }

    /// Writes into an organization's audit log what the directory did there.
    pub(super) async fn note(
        &self,
        organization: Uuid,
        action: &str,
        (resource_type, resource_id): (&str, &str),
        details: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let deed = Deed {
            id: self.ids.next(self.now),
            user: "directory",
            action,
            resource_type,
            resource_id: Some(resource_id),
            ip_address: None,
            request_id: None,
            details,
            error: None,
        };
        audit::write_directory(self, organization, &deed, self.now).await
    }

    /// Gives or takes ownership; it holds as long as Clerk says admin. Answers the role that results.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without a membership that counts.
    pub async fn set_owner(
        &self,
        tenant: Uuid,
        clerk_user_id: &str,
        owner: bool,
    ) -> Result<Role, StoreError> {
        let role: String = sql::set_owner()
            .bind(&self.tx, &owner, &self.now, &tenant, &clerk_user_id)
            .opt()
            .await?
            .ok_or(StoreError::NotFound("member"))?;
        self.note(
            tenant,
            "member.owner_set",
            ("user", clerk_user_id),
            &json!({ "owner": owner, "role": role }),
        )
        .await?;
        role.parse().map_err(|error| StoreError::Refused(format!("a stored role {error}")))
    }
}

fn role(counts: bool, stored: &str) -> Option<Role> {
    if counts { stored.parse().ok() } else { None }
}
