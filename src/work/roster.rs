//! The roster and the fences, as the tree wants them.

use std::sync::Arc;

use jiff::Timestamp;
use routiq_actors::{
    clock::Clock,
    port::{Account, Fences, Generation, Hold, HoldKind, PortError, Roster, SyncKey},
};

use crate::store::{Store, StoreError, roster};

/// Reads the roster and raises fences.
#[derive(Clone, Debug)]
pub struct RosterWork {
    store: Store,
    clock: Clock,
}

impl RosterWork {
    /// Over this store.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }
}

impl From<StoreError> for PortError {
    fn from(error: StoreError) -> Self {
        Self(error.to_string())
    }
}

impl Roster for RosterWork {
    async fn load(&self) -> Result<Vec<Account>, PortError> {
        let now = self.clock.now();
        let entries = roster::load(&self.store).await?;
        Ok(entries.into_iter().map(|entry| account(entry, now)).collect())
    }
}

impl Fences for RosterWork {
    async fn raise(&self, keys: Vec<SyncKey>) -> Result<Vec<Generation>, PortError> {
        Ok(roster::raise_fences(&self.store, &keys, self.clock.now()).await?)
    }
}

fn account(entry: roster::Entry, now: Timestamp) -> Account {
    let hold = hold(&entry, now);
    Account {
        key: entry.key,
        platform: Arc::from(entry.platform),
        organization_name: Arc::from(entry.organization_name),
        version: entry.version,
        hold,
    }
}

/// Why the account may not run; the graver reason first.
fn hold(entry: &roster::Entry, now: Timestamp) -> Option<Hold> {
    if entry.organization_status != "active" {
        let reason = entry
            .organization_reason
            .clone()
            .unwrap_or_else(|| format!("the organization is {}", entry.organization_status));
        return Some(Hold { kind: HoldKind::Suspended, reason, until: None });
    }
    if let Some(reason) = &entry.credential_refused {
        return Some(Hold { kind: HoldKind::Credential, reason: reason.clone(), until: None });
    }
    let (reason, until) = entry.paused.clone()?;
    let over = until.is_some_and(|until| until <= now);
    (!over).then_some(Hold { kind: HoldKind::Paused, reason, until })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn entry() -> roster::Entry {
        roster::Entry {
            key: SyncKey { organization: Uuid::nil(), account: Uuid::nil() },
            organization_name: "Harbour Physio".to_owned(),
            organization_status: "active".to_owned(),
            organization_reason: None,
            platform: "chatwoot".to_owned(),
            version: 1,
            paused: None,
            credential_refused: None,
        }
    }

    #[test]
    fn the_gravest_reason_holds_and_a_pause_ends_by_itself() {
        let now: Timestamp = "2031-03-04T05:06:07Z".parse().unwrap();
        assert_eq!(hold(&entry(), now), None);
        let paused = roster::Entry { paused: Some(("moving house".to_owned(), Some(now))), ..entry() };
        assert_eq!(hold(&paused, now), None, "over at that very moment");
        let earlier = now - jiff::SignedDuration::from_secs(1);
        assert_eq!(hold(&paused, earlier).unwrap().kind, HoldKind::Paused);
        let refused = roster::Entry { credential_refused: Some("revoked".to_owned()), ..paused.clone() };
        assert_eq!(hold(&refused, earlier).unwrap().kind, HoldKind::Credential);
        let suspended = roster::Entry { organization_status: "suspended".to_owned(), ..refused };
        assert_eq!(hold(&suspended, earlier).unwrap().kind, HoldKind::Suspended);
    }
}
