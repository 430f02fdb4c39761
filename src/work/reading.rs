//! Reads the bytes of an attachment back: found under row security, opened with its own key, proved as a whole before any of it
//! is shown.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::{
    domain::seal::Keyring,
    platforms::vault::{Name, Vault},
    store::{Store, StoreError, files as rows},
};

/// Files that are opened at once: each is in memory as a whole.
const AT_ONCE: usize = 4;

/// Reads files back.
#[derive(Clone)]
pub struct Reading {
    store: Store,
    keys: Keyring,
    vault: Option<Arc<dyn Vault>>,
    places: Arc<Semaphore>,
}

/// A file's bytes, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// There is no such attachment in this organization.
    Unknown,
    /// There are no bytes: the state, and a class of reason where there is one.
    Absent {
        /// `wanted`, `refused`, `gone`, `elsewhere` (in another vault than the one here), or `none` for what has no bytes.
        state: String,
        /// Why.
        reason: Option<String>,
    },
    /// The bytes.
    Bytes {
        /// All of them.
        bytes: Vec<u8>,
        /// Their type, as it was served.
        media_type: Option<String>,
        /// The file's ending, where it was told.
        extension: Option<String>,
    },
}

impl Reading {
    /// Over this store and this vault.
    pub fn new(store: Store, keys: Keyring, vault: Option<Arc<dyn Vault>>) -> Self {
        Self { store, keys, vault, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The bytes of a living attachment. An object that is lost or is not what was stored is fetched again.
    ///
    /// # Errors
    /// [`StoreError::Transient`] when database or vault are away.
    pub async fn read(
        &self,
        organization: Uuid,
        attachment: Uuid,
        now: Timestamp,
    ) -> Result<Read, StoreError> {
        let away = |_| StoreError::Transient("the daemon stops".to_owned());
        let _place = self.places.acquire().await.map_err(away)?;
        let mut session = self.store.session(organization).await?;
        let tenant = session.begin(None).await?;
        let Some(found) = rows::find(&tenant, attachment).await? else { return Ok(Read::Unknown) };
        drop(tenant);
        // Storage may be slow: it is not waited for with a connection in hand.
        drop(session);
        let Some(object) = found.object else {
            let state = found.state.unwrap_or_else(|| "none".to_owned());
            return Ok(Read::Absent { state, reason: found.reason });
        };
        let elsewhere = Read::Absent { state: "elsewhere".to_owned(), reason: None };
        let Some(vault) = self.vault.as_ref().filter(|vault| vault.kind() == object.vault) else {
            return Ok(elsewhere);
        };
        let sealed = vault.get(Name { organization, attachment }).await;
        let sealed = sealed.map_err(|error| StoreError::Transient(error.to_string()))?;
        let key = self.keys.open_key(&object.key, &rows::owner(organization, attachment))?;
        let opened = match sealed {
            None => None,
            Some(sealed) => {
                let digest = object.digest.clone();
                let work = tokio::task::spawn_blocking(move || {
                    let bytes = key.open(sealed).ok()?;
                    (key.digest(&bytes) == digest).then_some(bytes)
                });
                work.await.map_err(|_| StoreError::Refused("a file could not be opened".to_owned()))?
            }
        };
        let Some(bytes) = opened else {
            tracing::error!(organization_id = %organization, attachment_id = %attachment, "the object of an attachment is lost or is not what was stored");
            let mut session = self.store.session(organization).await?;
            let tenant = session.begin(None).await?;
            rows::lost(&tenant, attachment, &object.digest, now).await?;
            tenant.commit().await?;
            return Ok(Read::Absent { state: "wanted".to_owned(), reason: Some("lost".to_owned()) });
        };
        Ok(Read::Bytes { bytes, media_type: object.media_type, extension: found.extension })
    }
}
