//! Records that an older mapping could not understand, tried again once by each process whose mapping is newer: in portions,
//! each a transaction behind the account's fence.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use routiq_actors::port::{Lease, SyncKey};
use uuid::Uuid;

use super::{
    stored::{self, Reader},
    sync::SyncWork,
};
use crate::store::{
    Fence, StoreError, Tenant,
    apply::Source,
    payloads::{self, Payload},
    rejections,
    state::{self, Place},
};

/// Payloads tried in one transaction, and transactions before the account goes on with its work; the rest comes when the
/// actor looks at its tables next.
const PORTION: i64 = 20;
const PORTIONS: usize = 10;

/// Accounts of which this process has tried everything.
#[derive(Default)]
pub(super) struct Tried(Mutex<HashSet<SyncKey>>);

impl Tried {
    fn contains(&self, key: SyncKey) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&key)
    }

    fn note(&self, key: SyncKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    }
}

impl SyncWork {
    /// Tries what an older mapping could not understand; answers how many records are understood now.
    pub(super) async fn retry(&self, lease: &Lease) -> Result<u64, StoreError> {
        let mut understood = 0;
        if self.tried.contains(lease.key) {
            return Ok(understood);
        }
        for _ in 0..PORTIONS {
            let Some(resolved) = self.retry_portion(lease).await? else {
                self.tried.note(lease.key);
                break;
            };
            understood += resolved;
        }
        if understood > 0 {
            tracing::info!(
                organization_id = %lease.key.organization, account_id = %lease.key.account, platform = %lease.platform,
                understood, "records that could not be understood are now"
            );
        }
        Ok(understood)
    }

    /// Tries a portion; none when nothing was left to try.
    async fn retry_portion(&self, lease: &Lease) -> Result<Option<u64>, StoreError> {
        let SyncKey { organization, account } = lease.key;
        let mut session = self.store.patient_session(organization).await?;
        let mut tenant = session.begin(Some(&Fence::sync(account, lease.generation))).await?;
        let now = self.clock.now();
        let Some(adapter) = self.adapters.get(&*lease.platform) else { return Ok(None) };
        let version = adapter.transform_version();
        let due = rejections::outdated(&tenant, account, version, PORTION).await?;
        if due.is_empty() {
            return Ok(None);
        }
        let Some(reader) = Reader::of(&tenant, &self.adapters, account, now).await? else { return Ok(None) };
        let mut understood = 0;
        for payload in due {
            understood += self.retry_payload(&mut tenant, lease, &reader, payload).await?;
        }
        tenant.commit().await?;
        Ok(Some(understood))
    }

    async fn retry_payload(
        &self,
        tenant: &mut Tenant<'_>,
        lease: &Lease,
        reader: &Reader,
        id: Uuid,
    ) -> Result<u64, StoreError> {
        let (account, version, now) =
            (lease.key.account, reader.adapter.transform_version(), self.clock.now());
        let payload = match payloads::open(tenant, &self.keys, id).await {
            Ok(payload) => Some(payload),
            Err(StoreError::Seal(_) | StoreError::Refused(_) | StoreError::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let read = payload.and_then(|payload| Some((reader.read(&payload).ok()?, payload)));
        let Some((mut page, Payload { origin, observed_at, .. })) = read else {
            rejections::outlast(tenant, account, id, version, now).await?;
            return Ok(0);
        };
        let source = Source {
            origin,
            account,
            platform: reader.adapter.name(),
            generation: lease.generation,
            transform_version: version,
            observed_at,
            payload: id,
            now,
            ids: &self.ids,
            keys: &self.keys,
            cause: "sync",
        };
        let applied = match stored::write(tenant, &source, &mut page).await {
            Err(StoreError::Refused(_)) => {
                rejections::outlast(tenant, account, id, version, now).await?;
                return Ok(0);
            }
            applied => applied?,
        };
        let mut known = state::load(tenant, Place { account, now }).await?;
        state::advance(tenant, &source, &page.state, &applied, &mut known).await?;
        rejections::settle(tenant, &source, &page, &applied).await
    }
}
