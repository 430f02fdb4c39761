//! Contacts brought to what their organization seals: one bounded portion a step, in one transaction behind the rollup's
//! fence. Syncs write meanwhile, in the form that is wanted.

use routiq_actors::{clock::Clock, port::RollLease};

use crate::store::{Fence, Store, StoreError, sealing};

/// Contacts that one step brings along.
const PORTION: i64 = 200;

/// Brings a portion along; answers whether there is more.
///
/// # Errors
/// [`StoreError`].
pub(super) async fn step(store: &Store, clock: &Clock, lease: RollLease) -> Result<bool, StoreError> {
    let mut session = store.patient_session(lease.organization).await?;
    let tenant = session.begin(Some(&Fence::rollup(lease.generation))).await?;
    let more = sealing::turn(&tenant, PORTION, clock.now()).await?;
    tenant.commit().await?;
    Ok(more)
}
