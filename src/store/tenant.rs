//! The only way to touch an organization's rows: a transaction that carries its organization, and for an actor's work
//! the proof that this incarnation still holds the fence.

use std::sync::Arc;

use deadpool_postgres::{ClientWrapper, Object};
use futures_util::{FutureExt as _, try_join};
use routiq_actors::port::Generation;
use routiq_sql::{
    client::{GenericClient, Params},
    queries::session,
};
use tokio::sync::OwnedSemaphorePermit;
use tokio_postgres::{
    Error, Row, RowStream, Statement, ToStatement,
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
    /// Held by what can wait.
    pub(super) _place: Option<OwnedSemaphorePermit>,
}

impl Session {
    /// Begins a transaction; with a fence, one that only its holder can begin.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another incarnation holds the actor.
    pub async fn begin(&mut self, fence: Option<&Fence>) -> Result<Tenant<'_>, StoreError> {
        let (tenant, ()) = self.begin_with(fence, async |_| Ok(())).await?;
        Ok(tenant)
    }

    /// The same, and what is asked first travels along: its answer counts only if the fence is held.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when another incarnation holds the actor, and what is asked first may fail.
    pub async fn begin_with<T>(
        &mut self,
        fence: Option<&Fence>,
        first: impl AsyncFnOnce(&Tenant<'_>) -> Result<T, StoreError>,
    ) -> Result<(Tenant<'_>, T), StoreError> {
        let organization = self.organization;
        let tenant =
            Tenant { tx: Cached::transaction(&self.client), organization, keys: self.keys.as_deref() };
        let begin = async { Ok(tenant.tx.client.batch_execute("begin").await?) };
        let name = organization.to_string();
        let set = async { Ok(session::set_organization().bind(&tenant.tx, &name).one().await?) };
        let lock = async {
            let Some(Fence { actor, generation }) = fence else { return Ok(()) };
            let params =
                session::LockFenceParams { organization, actor: actor.as_str(), generation: *generation };
            session::lock_fence().params(&tenant.tx, &params).opt().await?.ok_or(StoreError::Fenced)?;
            Ok(())
        };
        // They travel together and the server takes them in this order: row security shows the fence, and whatever is asked
        // first, only once the organization is set.
        let ((), _, (), first) = try_join!(begin, set, lock, first(&tenant))?;
        Ok((tenant, first))
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
        let tenant =
            Tenant { tx: Cached::transaction(&self.client), organization, keys: self.keys.as_deref() };
        // It may take as long as it takes: an operator asked for it.
        let begin = "begin isolation level repeatable read;
            set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";
        tenant.tx.client.batch_execute(begin).await?;
        session::set_organization().bind(&tenant.tx, &organization.to_string()).one().await?;
        Ok(tenant)
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
pub(super) struct Cached<'a> {
    client: &'a ClientWrapper,
    /// How many parts of the transaction are open around this one.
    depth: usize,
    /// Neither committed nor rolled back.
    open: bool,
}

impl<'a> Cached<'a> {
    fn transaction(client: &'a ClientWrapper) -> Self {
        Self { client, depth: 0, open: true }
    }
}

impl Drop for Cached<'_> {
    fn drop(&mut self) {
        if self.open {
            let undo = match self.depth {
                0 => "rollback".to_owned(),
                depth => format!("rollback to part_{depth}"),
            };
            // Sent by its first poll, before whatever the connection is asked next; nobody waits for the answer.
            let _sent = self.client.batch_execute(&undo).now_or_never();
        }
    }
}

impl GenericClient for Cached<'_> {
    fn stmt_cache() -> bool {
        true
    }

    async fn prepare(&self, query: &str) -> Result<Statement, Error> {
        self.client.prepare_cached(query).await
    }

    async fn execute<T>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<u64, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.client.execute(query, params).await
    }

    async fn query_one<T>(&self, statement: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Row, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.client.query_one(statement, params).await
    }

    async fn query_opt<T>(&self, statement: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Option<Row>, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.client.query_opt(statement, params).await
    }

    async fn query<T>(&self, query: &T, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
    {
        self.client.query(query, params).await
    }

    async fn query_raw<T, I>(&self, statement: &T, params: I) -> Result<RowStream, Error>
    where
        T: ?Sized + ToStatement + Sync + Send,
        I: IntoIterator + Sync + Send,
        I::IntoIter: ExactSizeIterator,
        I::Item: BorrowToSql,
    {
        self.client.query_raw(statement, params).await
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
        let Cached { client, depth, .. } = self.tx;
        let depth = depth + 1;
        client.batch_execute(&format!("savepoint part_{depth}")).await?;
        Ok(Tenant {
            tx: Cached { client, depth, open: true },
            organization: self.organization,
            keys: self.keys,
        })
    }

    /// Its commit waits for no disk. For what a crash of the server may take back, because whoever wrote it then does it
    /// again: a page together with the cursor behind it. Whatever commits later and waits makes this durable too.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn may_be_done_again(&self) -> Result<(), StoreError> {
        Ok(self.tx.client.batch_execute("set local synchronous_commit = off").await?)
    }

    /// Makes everything true at once.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when the outcome is unknown or the server refused.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let commit = match self.tx.depth {
            0 => "commit".to_owned(),
            depth => format!("release part_{depth}"),
        };
        // Sent, it ends the transaction whatever comes back; a roll back behind it would only warn.
        self.tx.open = false;
        Ok(self.tx.client.batch_execute(&commit).await?)
    }
}
