//! The database as the daemon holds it: one pool for tenant work, a small one for each narrow login. No client and no
//! pool leaves this room.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, QueueMode, RecyclingMethod, Runtime, Timeouts,
};
use routiq_sql::queries::health;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{
    connect::{Login, Target},
    error::StoreError,
    roles::{Passwords, Role},
    tenant::Session,
};
use crate::domain::seal::Keyring;

/// How large the pools are and how long anything may take.
#[derive(Clone, Copy, Debug)]
pub struct PoolSettings {
    /// Connections for tenant work.
    pub size: usize,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// The longest statement.
    pub statement_timeout: Duration,
    /// The longest pause inside a transaction: bounds how long a dead incarnation can hold its fence.
    pub idle_in_transaction_timeout: Duration,
}

impl Default for PoolSettings {
    fn default() -> Self {
        Self {
            size: 20,
            acquire_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            idle_in_transaction_timeout: Duration::from_secs(15),
        }
    }
}

/// Connections of each narrow login: enough that a slow one does not stop the next.
const NARROW: usize = 2;
/// Which part of the pool reads and writes pages at most; what is delivered, counted and looked at has the rest.
const READING: usize = 4;
/// Connections of the intake: the journal's batches under way, and one beside them for upkeep.
const INTAKE: usize = 3;

/// The database, open.
#[derive(Clone)]
pub struct Store {
    target: Target,
    daemon: Pool,
    /// Bounds how much of the pool reading takes from what people watch.
    reading: Arc<Semaphore>,
    directory: Pool,
    roster: Pool,
    health: Pool,
    audit: Pool,
    intake: Pool,
    roster_login: Login,
    keys: Option<Arc<Keyring>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.target.place())
    }
}

impl Store {
    /// Opens the pools. `daemon` is who does tenant work; the narrow logins follow from `passwords`. Connects lazily:
    /// the guard has looked at every login before.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when a pool cannot be built.
    pub fn open(
        target: &Target,
        daemon: &Login,
        passwords: &Passwords,
        settings: PoolSettings,
    ) -> Result<Self, StoreError> {
        let narrow = |role: Role| pool(target, &role.login(passwords), NARROW, settings);
        Ok(Self {
            target: target.clone(),
            daemon: pool(target, daemon, settings.size, settings)?,
            reading: Arc::new(Semaphore::new((settings.size / READING).max(1))),
            directory: narrow(Role::Directory)?,
            roster: narrow(Role::Roster)?,
            health: narrow(Role::Health)?,
            audit: narrow(Role::Audit)?,
            intake: pool(target, &Role::Intake.login(passwords), INTAKE, settings)?,
            roster_login: Role::Roster.login(passwords),
            keys: None,
        })
    }

    /// The same with the master keys, which open what organizations keep sealed in their rows.
    #[must_use]
    pub fn with_keys(self, keys: Keyring) -> Self {
        Self { keys: Some(Arc::new(keys)), ..self }
    }

    /// Sets a connection aside for one organization's work.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when none is free in time or the database cannot be reached.
    pub async fn session(&self, organization: Uuid) -> Result<Session, StoreError> {
        Ok(Session { client: self.daemon.get().await?, organization, keys: self.keys.clone(), _place: None })
    }

    /// The same for what can wait: only so many are there at once, so that the others always find a connection.
    ///
    /// # Errors
    /// As [`Store::session`].
    pub async fn patient_session(&self, organization: Uuid) -> Result<Session, StoreError> {
        let place = Arc::clone(&self.reading).acquire_owned().await.ok();
        Ok(Session { client: self.daemon.get().await?, organization, keys: self.keys.clone(), _place: place })
    }

    /// Asks the database whether it answers.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let client = self.health.get().await?;
        health::ping().bind(&client).one().await?;
        Ok(())
    }

    /// Where the database is, for people.
    pub fn place(&self) -> String {
        self.target.place()
    }

    /// Connections of the tenant pool: in use and allowed.
    pub fn pool_use(&self) -> (usize, usize) {
        let status = self.daemon.status();
        (status.size.saturating_sub(status.available), status.max_size)
    }

    /// Closes every connection once its work is done.
    pub fn close(&self) {
        for pool in [&self.daemon, &self.directory, &self.roster, &self.health, &self.audit, &self.intake] {
            pool.close();
        }
    }

    pub(super) async fn directory(&self) -> Result<Object, StoreError> {
        Ok(self.directory.get().await?)
    }

    pub(super) async fn roster(&self) -> Result<Object, StoreError> {
        Ok(self.roster.get().await?)
    }

    pub(super) async fn health(&self) -> Result<Object, StoreError> {
        Ok(self.health.get().await?)
    }

    pub(super) async fn audit(&self) -> Result<Object, StoreError> {
        Ok(self.audit.get().await?)
    }

    pub(super) async fn intake(&self) -> Result<Object, StoreError> {
        Ok(self.intake.get().await?)
    }

    pub(super) fn listening(&self) -> (Target, Login) {
        (self.target.clone(), self.roster_login.clone())
    }
}

fn pool(target: &Target, login: &Login, size: usize, settings: PoolSettings) -> Result<Pool, StoreError> {
    let mut config = target.config(login);
    // A plan that the server keeps must not read a whole table because that was small when the plan was made.
    config.options(format!(
        "-c enable_seqscan=off -c statement_timeout={} -c idle_in_transaction_session_timeout={} -c timezone=UTC",
        settings.statement_timeout.as_millis(),
        settings.idle_in_transaction_timeout.as_millis(),
    ));
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config, target.connector(), recycling);
    Pool::builder(manager)
        .max_size(size)
        // The last one used still has its plans and pages at hand.
        .queue_mode(QueueMode::Lifo)
        .runtime(Runtime::Tokio1)
        .timeouts(Timeouts {
            wait: Some(settings.acquire_timeout),
            create: Some(settings.acquire_timeout),
            recycle: Some(settings.acquire_timeout),
        })
        .build()
        .map_err(|error| StoreError::Refused(error.to_string()))
}
