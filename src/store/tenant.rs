//! The only way to touch an organization's rows: a transaction that carries its organization, and for an actor's work
//! the proof that this incarnation still holds the fence.

use std::sync::Arc;

use deadpool_postgres::{Object, Transaction};
use futures_util::try_join;
use routiq_actors::port::Generation;
use routiq_sql::{
    client::{GenericClient, Params},
    queries::session,
};
use tokio_postgres::{
    Error, IsolationLevel, Row, RowStream, Statement, ToStatement,
    types::{BorrowToSql, ToSql},
};
use uuid::Uuid;

use super::error::StoreError;
use crate::domain::seal::Keyring;

/// What an actor proves with each commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The actor's name in `actor_fences`.
    pub actor: String,
    /// Its incarnation.
    pub generation: Generation,
}

impl Fence {
    /// The fence of an account's sync actor.
    pub fn sync(account: Uuid, generation: Generation) -> Self {
        Self { actor: sync_actor(account), generation }
    }

    /// The fence of an organization's rollup.
    pub fn rollup(generation: Generation) -> Self {
        Self { actor: ROLLUP.to_owned(), generation }
    }
}

/// The name of an organization's rollup in `actor_fences`.
pub const ROLLUP: &str = "rollup";

/// The name of an account's sync actor in `actor_fences`.
pub(crate) fn sync_actor(account: Uuid) -> String {
    format!("sync:{account}")
}

/// A connection set aside for one organization's work.
pub struct Session {
    pub(super) client: Object,
    pub(super) organization: Uuid,
    /// What opens an organization's own secret, where there are keys at all.
    pub(super) keys: Option<Arc<Keyring>>,
}

impl Session {
    /// Begins a transaction; with a fence, one that only its holder can begin.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another incarnation holds the actor.
    pub async fn begin(&mut self, fence: Option<&Fence>) -> Result<Tenant<'_>, StoreError> {
        let organization = self.organization;
        let tx = Cached(self.client.transaction().await?);
        let name = organization.to_string();
        let set = async { session::set_organization().bind(&tx, &name).one().await };
        match fence {
            None => {
                set.await?;
            }
            Some(fence) => {
                let params = session::LockFenceParams {
                    organization,
                    actor: fence.actor.as_str(),
                    generation: fence.generation,
                };
                // They travel together and the server takes them in this order: row security shows the fence only once
                // the organization is set.
                let lock = async { session::lock_fence().params(&tx, &params).opt().await };
                let (_, held) = try_join!(set, lock)?;
                held.ok_or(StoreError::Fenced)?;
            }
        }
        Ok(Tenant { tx, organization, keys: self.keys.as_deref() })
    }
}

impl Session {
    /// Begins a transaction that sees everything as it is now, however long it takes and whatever others write; one that
    /// writes what they wrote meanwhile fails and can be tried again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn begin_still(&mut self) -> Result<Tenant<'_>, StoreError> {
        let organization = self.organization;
        let still = self.client.build_transaction().isolation_level(IsolationLevel::RepeatableRead);
        let tx = Cached(still.start().await?);
        session::set_organization().bind(&tx, &organization.to_string()).one().await?;
        // It may take as long as it takes: an operator asked for it.
        tx.0.batch_execute(
            "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0",
        )
        .await?;
        Ok(Tenant { tx, organization, keys: self.keys.as_deref() })
    }
}

/// A transaction of one organization. Dropping it rolls back.
pub struct Tenant<'a> {
    pub(super) tx: Cached<'a>,
    pub(super) organization: Uuid,
    pub(super) keys: Option<&'a Keyring>,
}

/// A transaction whose statements are parsed once per connection, not each time: what asks for rows is looked up by its
/// text, what only writes says `prepare` at its call.
pub(super) struct Cached<'a>(Transaction<'a>);

impl GenericClient for Cached<'_> {
    fn stmt_cache() -> bool {
        true
    }

    async fn prepare(&self, query: &str) -> Result<Statement, Error> {
        self.0.prepare_cached(query).await
    }

    async fn execute<T>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.0.execute(query, params).await
    }

    async fn query_one<T>(&self, statement: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Row, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.0.query_one(statement, params).await
    }

    async fn query_opt<T>(&self, statement: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.0.query_opt(statement, params).await
    }

    async fn query<T>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.0.query(query, params).await
    }

    async fn query_raw<T, I>(&self, statement: &T, params: I) -> Result<RowStream, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
        I: IntoIterator + Sync + Send,
        I::IntoIter: ExactSizeIterator,
        I::Item: BorrowToSql,
    {
        self.0.query_raw(statement, params).await
    }
}

impl Tenant<'_> {
    /// Whose it is.
    pub fn organization(&self) -> Uuid {
        self.organization
    }

    /// Begins a part of the transaction that can be undone alone, by dropping it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn part(&mut self) -> Result<Tenant<'_>, StoreError> {
        Ok(Tenant {
            tx: Cached(self.tx.0.transaction().await?),
            organization: self.organization,
            keys: self.keys,
        })
    }

    /// Makes everything true at once.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when the outcome is unknown or the server refused.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.tx.0.commit().await?)
    }
}
