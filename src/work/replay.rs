//! Deliveries applied once more: for real, by putting them into the queue again, or as a rehearsal that takes the same path
//! and undoes everything.

use std::sync::Arc;

use arc_swap::ArcSwap;
use routiq_actors::{
    clock::Clock,
    port::{Lease, SyncKey},
};
use uuid::Uuid;

use super::{
    apply::{Meaning, meaning},
    sync::{SyncSettings, SyncWork},
};
use crate::{
    config::value::Schedule,
    domain::{change::Kind, ids::Ids, seal::Keyring},
    platforms::Adapters,
    store::{
        Store, StoreError, Tenant,
        audit::{self, Deed},
        replays::{self, Choice, Listed},
    },
};

/// Most deliveries replayed at once; whoever means more asks again.
pub const MOST: i64 = 500;
/// Nobody's incarnation: what a rehearsal writes never becomes true.
const REHEARSAL: i64 = 0;

/// Replays deliveries.
#[derive(Clone)]
pub struct Replays(Arc<SyncWork>);

/// What one delivery would change.
#[derive(Clone, Debug, PartialEq)]
pub struct Rehearsed {
    /// Which.
    pub event: Listed,
    /// `applied`, `ignored`, `failed`, or `waits` when nobody here speaks its platform.
    pub outcome: &'static str,
    /// Why it would fail or be ignored.
    pub reason: Option<String>,
    /// Rows that would be written, by kind and the platform's id.
    pub written: Vec<(Kind, String)>,
    /// Records that would be read again, since the delivery does not say which is newer.
    pub doubted: Vec<(Kind, String)>,
}

/// What was put into the queue again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replayed {
    /// Which.
    pub events: Vec<Listed>,
    /// Whose they are; each is to be told.
    pub accounts: Vec<SyncKey>,
}

impl Replays {
    /// Over this store and these platforms.
    pub fn new(store: Store, adapters: Adapters, keys: Keyring, clock: Clock, ids: Ids) -> Self {
        let sweep = Schedule::Every(std::time::Duration::from_secs(3600));
        let settings = Arc::new(ArcSwap::from_pointee(SyncSettings { sweep }));
        Self(Arc::new(SyncWork::new(store, adapters, keys, clock, ids, settings)))
    }

    /// Lists deliveries, without what they say.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(
        &self,
        organization: Uuid,
        choice: &Choice,
        most: i64,
    ) -> Result<Vec<Listed>, StoreError> {
        let mut session = self.0.store.session(organization).await?;
        let tenant = session.begin(None).await?;
        replays::list(&tenant, choice, most.clamp(1, MOST)).await
    }

    /// Puts deliveries into the queue again, with the deed in the audit log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn replay(
        &self,
        organization: Uuid,
        choice: &Choice,
        deed: &Deed<'_>,
    ) -> Result<Replayed, StoreError> {
        let now = self.0.clock.now();
        let mut session = self.0.store.session(organization).await?;
        let tenant = session.begin(None).await?;
        let events = replays::list(&tenant, choice, MOST).await?;
        replays::again(&tenant, &events, now).await?;
        audit::write(&tenant, deed, now).await?;
        tenant.commit().await?;
        let mut accounts: Vec<SyncKey> =
            events.iter().map(|event| SyncKey { organization, account: event.account }).collect();
        accounts.sort_unstable();
        accounts.dedup();
        Ok(Replayed { events, accounts })
    }

    /// Applies deliveries one after the other as an actor would, says what each would change, and undoes it all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn rehearse(&self, organization: Uuid, choice: &Choice) -> Result<Vec<Rehearsed>, StoreError> {
        let mut session = self.0.store.session(organization).await?;
        let mut tenant = session.begin(None).await?;
        let chosen = replays::list(&tenant, choice, MOST).await?;
        let mut rehearsed = Vec::with_capacity(chosen.len());
        for event in chosen {
            rehearsed.push(self.rehearse_one(&mut tenant, event).await?);
        }
        // Never committed.
        drop(tenant);
        Ok(rehearsed)
    }

    async fn rehearse_one(&self, tenant: &mut Tenant<'_>, listed: Listed) -> Result<Rehearsed, StoreError> {
        let key = SyncKey { organization: tenant.organization(), account: listed.account };
        let lease = Lease { key, platform: listed.platform.as_str().into(), generation: REHEARSAL };
        let mut done = Rehearsed {
            event: listed,
            outcome: "waits",
            reason: None,
            written: Vec::new(),
            doubted: Vec::new(),
        };
        let Some(desk) = self.0.desk(tenant, &lease, self.0.clock.now()).await? else { return Ok(done) };
        let Some((_, event)) = replays::load(tenant, &[done.event.id]).await?.pop() else { return Ok(done) };
        let meaning = meaning(&desk, &event);
        match &meaning {
            Meaning::Failed(reason) => (done.outcome, done.reason) = ("failed", Some(reason.clone())),
            Meaning::Nothing(why) => (done.outcome, done.reason) = ("ignored", Some((*why).to_owned())),
            Meaning::Page(_) | Meaning::Poll => {
                let (events, meanings) = (std::slice::from_ref(&event), std::slice::from_ref(&meaning));
                let (brought, refused) = self.0.bring_each(tenant, &desk, events, meanings).await?;
                done.outcome = if refused.is_empty() { "applied" } else { "failed" };
                done.reason = refused.into_values().next();
                (done.written, done.doubted) = (brought.written, brought.doubted);
            }
        }
        Ok(done)
    }
}
