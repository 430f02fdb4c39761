//! The practices in the tables: organizations, accounts, credentials.

use std::sync::Arc;

use jiff::Timestamp;
use routiq_actors::port::SyncKey;
use uuid::Uuid;

use super::{
    DemoError,
    compare::Comparison,
    systems::{Seat, Simulated},
    world::World,
};
use crate::{
    app::{App, database::Database},
    domain::ids::Ids,
    platforms::{declaration::Tombstone, registry},
    store::{
        accounts::{self, NewAccount},
        files, journal, ledger,
        organizations::{self, NewOrganization},
        state,
    },
};

/// An account of an organization of the demonstration, as the tables know it.
#[derive(Clone)]
pub struct Member {
    /// In the tree.
    pub key: SyncKey,
    /// What people call the organization.
    pub organization: String,
    /// The platform, as the registry names it.
    pub platform: &'static str,
    /// The account's id there.
    pub seat: String,
    /// Whether an earlier run had it.
    pub known: bool,
    /// Who plays it.
    pub simulated: Arc<dyn Simulated>,
}

/// Brings the organizations and their accounts into the tables, or points those of an earlier run at `origins`, which stand
/// in the order of the world's systems.
///
/// # Errors
/// [`DemoError`].
pub async fn enroll(
    database: &Database,
    world: &World,
    origins: &[String],
    ids: &Ids,
    now: Timestamp,
) -> Result<Vec<Member>, DemoError> {
    let mut organizations = Vec::with_capacity(world.practices.len());
    for practice in &world.practices {
        let id = match organizations::find(&database.store, practice.clerk_org_id).await?.first() {
            Some(found) => found.id,
            None => {
                let new = NewOrganization {
                    id: ids.next(now),
                    clerk_org_id: Some(practice.clerk_org_id),
                    name: practice.name,
                    region: practice.country(),
                    timezone: practice.time_zone,
                };
                organizations::insert(&database.store, &new, now).await?
            }
        };
        organizations.push(id);
    }
    let mut members = Vec::new();
    for (place, practice) in world.practices.iter().enumerate() {
        for (system, origin) in world.systems.iter().zip(origins) {
            for (_, seat) in system.seats.iter().filter(|(theirs, _)| *theirs == place) {
                let organization = organizations[place];
                let place = Place { database, organization, platform: system.row.name, ids, now };
                let (account, known) =
                    place.account(seat, &system.platform.settings(&seat.external_id, origin)).await?;
                members.push(Member {
                    key: SyncKey { organization, account },
                    organization: practice.name.to_owned(),
                    platform: system.row.name,
                    seat: seat.external_id.clone(),
                    known,
                    simulated: Arc::clone(&system.platform),
                });
            }
        }
    }
    Ok(members)
}

/// Where an account belongs.
struct Place<'a> {
    database: &'a Database,
    organization: Uuid,
    platform: &'static str,
    ids: &'a Ids,
    now: Timestamp,
}

impl Place<'_> {
    /// The account of a seat, and whether it was there already.
    async fn account(&self, seat: &Seat, settings: &serde_json::Value) -> Result<(Uuid, bool), DemoError> {
        let Self { database, organization, platform, ids, now } = *self;
        let mut session = database.store.session(organization).await?;
        let tenant = session.begin(None).await?;
        let listed = accounts::list(&tenant).await?;
        let found = listed.iter().find(|a| a.platform == platform && a.external_id == seat.external_id);
        if let Some(found) = found {
            accounts::update_settings(&tenant, found.id, settings, now).await?;
            tenant.commit().await?;
            return Ok((found.id, true));
        }
        let new =
            NewAccount { id: ids.next(now), platform, external_id: &seat.external_id, name: None, settings };
        let id = accounts::insert(&tenant, &new, now).await?;
        let (place, credential) = ((id, platform), ids.next(now));
        accounts::set_credential(&tenant, &database.keys, place, &seat.credential, credential, "demo", now)
            .await?;
        tenant.commit().await?;
        Ok((id, false))
    }
}

impl Member {
    /// Whether something is only gone when two listings in a row miss it.
    pub fn misses_twice(&self) -> bool {
        let streams = registry::find(self.platform).map_or(&[][..], |platform| platform.declaration.streams);
        streams.iter().any(|stream| stream.tombstones.contains(&Tombstone::GoneAfterTwo))
    }

    /// Whether its platform tells us what happens.
    pub fn is_told(&self) -> bool {
        let told = registry::find(self.platform).is_some_and(|platform| platform.webhook.is_some());
        told && self.simulated.tells()
    }

    /// Whether everything that was told is in the tables, all that follows from it was read, and no file is waited for.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn has_applied(&self, database: &Database, now: Timestamp) -> Result<bool, DemoError> {
        if self.simulated.is_telling() {
            return Ok(false);
        }
        let mut session = database.store.session(self.key.organization).await?;
        let tenant = session.begin(None).await?;
        let told = journal::next_due(&tenant, self.key.account).await?;
        let place = state::Place { account: self.key.account, now };
        let state = state::load(&tenant, place).await?;
        let (file, later) = files::next(&tenant, place).await?;
        let applied = told.is_none() && state.due.is_none() && state.due_at.is_none();
        Ok(applied && file.is_none() && later.is_none())
    }

    /// Has what changed asked for, where a first look alone proves nothing.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn look_again(&self, database: &Database, now: Timestamp) -> Result<(), DemoError> {
        let mut session = database.store.session(self.key.organization).await?;
        let tenant = session.begin(None).await?;
        accounts::request_poll(&tenant, self.key.account, now).await?;
        tenant.commit().await?;
        Ok(())
    }

    /// Has what changed asked for, and everything read again.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn read_again(&self, database: &Database, now: Timestamp) -> Result<(), DemoError> {
        let mut session = database.store.session(self.key.organization).await?;
        let tenant = session.begin(None).await?;
        accounts::request_poll(&tenant, self.key.account, now).await?;
        accounts::request_sweep(&tenant, self.key.account, now).await?;
        tenant.commit().await?;
        Ok(())
    }

    /// Compares its tables and its files with the truth.
    ///
    /// # Errors
    /// [`DemoError`].
    pub async fn verify(&self, app: &App) -> Result<Comparison, DemoError> {
        let rows = {
            let mut session = app.database.store.session(self.key.organization).await?;
            let tenant = session.begin(None).await?;
            ledger::read(&tenant, self.key.account).await?
        };
        let mut result = self.simulated.compare(&self.seat, &rows)?;
        let rules = &app.config.get().attachments.rules;
        super::files::compare(app.files(), rules, self, &rows.attachments, app.clock.now(), &mut result)
            .await?;
        Ok(result)
    }
}
