//! Payloads that were kept, mapped once more by today's mapping.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use jiff::Timestamp;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    domain::stream::{AccountState, Page},
    platforms::{Account, Adapter, Adapters, Stored},
    store::{
        StoreError, Tenant, accounts,
        apply::{self, Applied, Origin, Source},
        payloads::Payload,
        state::{self, Place},
    },
};

/// Who reads what was kept of one account.
pub(super) struct Reader {
    pub(super) adapter: Arc<dyn Adapter>,
    account: Account,
    state: AccountState,
}

impl Reader {
    /// Of this account; none when nobody here speaks its platform.
    pub(super) async fn of(
        tenant: &Tenant<'_>,
        adapters: &Adapters,
        account: Uuid,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let about = accounts::about(tenant, account).await?;
        let Some(adapter) = adapters.get(about.platform.as_str()) else { return Ok(None) };
        let state = state::load(tenant, Place { account, now }).await?;
        let known = Account {
            id: account,
            external_id: about.external_id,
            region: about.region,
            settings: about.settings,
        };
        Ok(Some(Self { adapter: Arc::clone(adapter), account: known, state }))
    }

    /// What a payload says today; why nothing can be made of it. A defect of the mapping costs this payload alone.
    pub(super) fn read(&self, payload: &Payload) -> Result<Page, String> {
        let records: Vec<&RawValue> = serde_json::from_str(&payload.records)
            .map_err(|_| "what was kept is no list of records".to_owned())?;
        let stored = Stored {
            stream: &payload.stream,
            request: &payload.request,
            told: payload.origin != Origin::Page,
            observed_at: payload.observed_at,
            records: &records,
        };
        let mapped =
            catch_unwind(AssertUnwindSafe(|| self.adapter.remap(&self.account, &self.state, &stored)));
        mapped.unwrap_or_else(|_| Err("the mapping panicked".to_owned()))
    }
}

/// Writes a page that was mapped once more. What the database refuses is put among the page's rejections.
pub(super) async fn write(
    tenant: &mut Tenant<'_>,
    source: &Source<'_>,
    page: &mut Page,
) -> Result<Applied, StoreError> {
    let part = tenant.part().await?;
    let refused = match apply::apply(&part, source, page).await {
        Ok(applied) => {
            part.commit().await?;
            return Ok(applied);
        }
        Err(StoreError::Refused(reason)) => reason,
        Err(error) => return Err(error),
    };
    drop(part);
    let mut trial = tenant.part().await?;
    if apply::sift(&mut trial, source, page).await? == 0 {
        return Err(StoreError::Refused(refused));
    }
    drop(trial);
    let part = tenant.part().await?;
    let applied = apply::apply(&part, source, page).await?;
    part.commit().await?;
    Ok(applied)
}
