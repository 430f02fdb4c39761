//! Our webhook at an account's platform: whether it is registered as it should be, and what is to be done when it is not.

use std::time::Duration;

use jiff::Timestamp;
use routiq_actors::port::SyncKey;
use uuid::Uuid;

use super::sync::SyncWork;
use crate::{
    domain::hook::{Address, HookNews, HookState, HookTodo, RemoteHook, Token},
    platforms::Adapter,
    store::{
        StoreError, Tenant,
        hooks::{self, NewEndpoint},
    },
};
use secrecy::ExposeSecret as _;

/// How long an address that was replaced still takes deliveries.
const OVERLAP: Duration = Duration::from_secs(24 * 3600);
/// Who makes addresses here.
const BY: &str = "sync";

/// Where our registration stands, as the tables say; none when no public address is configured.
pub(super) async fn stand(
    tenant: &Tenant<'_>,
    adapter: &dyn Adapter,
    account: Uuid,
) -> Result<Option<HookState>, StoreError> {
    if adapter.hook_address().is_none() {
        return Ok(None);
    }
    let active = hooks::active(tenant, account, adapter.name()).await?;
    Ok(Some(match active {
        None => HookState::default(),
        Some(active) => HookState {
            checked_at: active.last_checked_at,
            live: active.remote_id.is_some() && active.last_problem.is_none(),
            todo: None,
        },
    }))
}

impl SyncWork {
    /// Takes what the platform said, writes it, and answers where our registration stands now.
    pub(super) async fn hook_news(
        &self,
        tenant: &Tenant<'_>,
        adapter: &dyn Adapter,
        key: SyncKey,
        news: &HookNews,
        now: Timestamp,
    ) -> Result<Option<HookState>, StoreError> {
        let Some(base) = adapter.hook_address() else { return Ok(None) };
        let account = key.account;
        let active = hooks::active(tenant, account, adapter.name()).await?;
        let done = |live| Some(HookState { checked_at: Some(now), live, todo: None });
        let all = match news {
            HookNews::Refused(reason) => {
                if let Some(active) = &active {
                    let remote = active.remote_id.as_deref();
                    hooks::note_check(tenant, active.id, remote, Some(reason), now).await?;
                }
                told(key, adapter.name(), "refused", reason);
                return Ok(done(false));
            }
            HookNews::Wanted => {
                let (address, token) = self.tokened(tenant, adapter, account, active.as_ref(), now).await?;
                let todo = HookTodo::Open { address: Address(format!("{base}{address}")), token };
                return Ok(Some(HookState { checked_at: Some(now), live: false, todo: Some(todo) }));
            }
            HookNews::Stored(stored) => std::slice::from_ref(stored),
            HookNews::Listed(all) => all,
        };
        for remote in all {
            let Some(endpoint) = self.endpoint_of(remote, key, now).await? else { continue };
            let right = format!("{base}{}", token_of(&remote.address));
            if remote.complete && remote.address.0 == right {
                if let Some(secret) = &remote.secret {
                    let known = endpoint.secrets.iter().any(|s| s.expose_secret() == secret.expose_secret());
                    if !known {
                        hooks::add_secret(tenant, &self.keys, endpoint.id, secret.clone(), now).await?;
                    }
                }
                hooks::note_check(tenant, endpoint.id, Some(&remote.remote_id), None, now).await?;
                return Ok(done(true));
            }
            let problem = match remote.complete {
                true => "it sends to another address than ours",
                false => "it does not send everything any more",
            };
            hooks::note_check(tenant, endpoint.id, Some(&remote.remote_id), Some(problem), now).await?;
            told(key, adapter.name(), "repaired", problem);
            let todo = HookTodo::Repair { remote_id: remote.remote_id.clone(), address: Address(right) };
            return Ok(Some(HookState { checked_at: Some(now), live: false, todo: Some(todo) }));
        }
        if matches!(news, HookNews::Stored(_)) {
            return Ok(done(false));
        }
        let token = match active {
            None => {
                let new = NewEndpoint {
                    id: self.ids.next(now),
                    account,
                    platform: adapter.name(),
                    secrets: &[],
                    by: BY,
                };
                hooks::create(tenant, &self.keys, &new, now).await?
            }
            // The token is known to nobody any more: only its hash is kept.
            Some(active) => {
                if active.remote_id.is_some() {
                    told(key, adapter.name(), "registered again", "somebody removed it at the platform");
                }
                let successor = (self.ids.next(now), BY);
                hooks::rotate(tenant, &self.keys, active.id, successor, OVERLAP, now).await?
            }
        };
        let todo = HookTodo::Create(Address(format!("{base}{}", token.expose_secret())));
        Ok(Some(HookState { checked_at: Some(now), live: false, todo: Some(todo) }))
    }

    /// A new address in place of the account's, with a secret of our own making; what the old one expects holds here as well.
    async fn tokened(
        &self,
        tenant: &Tenant<'_>,
        adapter: &dyn Adapter,
        account: Uuid,
        active: Option<&hooks::Active>,
        now: Timestamp,
    ) -> Result<(String, Token), StoreError> {
        let secret = hooks::new_token();
        let id = self.ids.next(now);
        let address = match active {
            None => {
                let secrets = std::slice::from_ref(&secret);
                let new = NewEndpoint { id, account, platform: adapter.name(), secrets, by: BY };
                hooks::create(tenant, &self.keys, &new, now).await?
            }
            Some(active) => {
                let address = hooks::rotate(tenant, &self.keys, active.id, (id, BY), OVERLAP, now).await?;
                hooks::add_secret(tenant, &self.keys, id, secret.clone(), now).await?;
                address
            }
        };
        Ok((address.expose_secret().to_owned(), Token(secret.expose_secret().to_owned())))
    }

    /// Which of this account's addresses a registration sends to.
    async fn endpoint_of(
        &self,
        remote: &RemoteHook,
        key: SyncKey,
        now: Timestamp,
    ) -> Result<Option<hooks::Endpoint>, StoreError> {
        let token = token_of(&remote.address);
        if token.is_empty() {
            return Ok(None);
        }
        let hash = hooks::token_hash(token);
        let found = hooks::find(&self.store, &self.keys, &hash, now).await?;
        let ours = |found: &hooks::Endpoint| {
            found.organization == key.organization
                && found.account == key.account
                && found.retires_at.is_none()
        };
        Ok(found.filter(ours))
    }
}

/// The last part of an address' path.
fn token_of(address: &Address) -> &str {
    let path = address.0.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

fn told(key: SyncKey, platform: &str, what: &'static str, why: &str) {
    metrics::counter!("routiq_webhook_repairs_total", "platform" => platform.to_owned(), "outcome" => what)
        .increment(1);
    tracing::warn!(
        organization_id = %key.organization, account_id = %key.account, platform, outcome = what, reason = why,
        "our webhook at the platform was not in order"
    );
}
