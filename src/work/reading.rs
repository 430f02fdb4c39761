//! Reads the bytes of an attachment back: found under row security, opened with its own key, proved as a whole before any of it
//! is shown.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use uuid::Uuid;

use super::files::FileSettings;
use crate::{
    domain::seal::Keyring,
    platforms::{
        files::own_rules,
        vault::{Name, Vault},
    },
    store::{Store, StoreError, files as rows},
};

/// Files that are open at once: each is in memory as a whole, until whoever asked has it.
const AT_ONCE: usize = 4;
/// How long one waits for a place among them.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads files back.
#[derive(Clone)]
pub struct Reading {
    store: Store,
    keys: Keyring,
    filing: Option<Filing>,
    places: Arc<Semaphore>,
}

/// Where files lie, and by which rules they come there.
pub type Filing = (Arc<dyn Vault>, Arc<ArcSwap<FileSettings>>);

/// Bytes that keep their place among the open files until the last of them is dropped.
struct Held {
    bytes: Vec<u8>,
    _place: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// A file's bytes, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// There is no such attachment in this organization.
    Unknown,
    /// There are no bytes: the state, and a class of reason where there is one.
    Absent {
        /// `wanted`, `off` (wanted, but nothing fetches files, here or of its account), `refused`, `gone`, `elsewhere` (in
        /// another vault than the one here), or `none` for what has no bytes.
        state: String,
        /// Why.
        reason: Option<String>,
    },
    /// Too many files are open: again in a moment.
    Busy,
    /// The bytes.
    Bytes {
        /// All of them. While they are kept, they take one of the places of open files.
        bytes: Bytes,
        /// Their type, as it was served.
        media_type: Option<String>,
        /// The file's ending, where it was told.
        extension: Option<String>,
    },
}

impl Reading {
    /// Over this store; without a vault nothing is read and nothing comes.
    pub fn new(store: Store, keys: Keyring, filing: Option<Filing>) -> Self {
        Self { store, keys, filing, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// What is told of a file that is wanted.
    fn wanted(&self, account: &Value) -> String {
        let own = own_rules(account).unwrap_or_default();
        let fetches = |(_, settings): &Filing| settings.load().rules.narrowed(&own).fetch;
        if self.filing.as_ref().is_some_and(fetches) { "wanted" } else { "off" }.to_owned()
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
        let Ok(place) = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await else {
            return Ok(Read::Busy);
        };
        let place = place.map_err(|_| StoreError::Transient("the daemon stops".to_owned()))?;
        let mut session = self.store.session(organization).await?;
        let tenant = session.begin(None).await?;
        let Some(found) = rows::find(&tenant, attachment).await? else { return Ok(Read::Unknown) };
        drop(tenant);
        // Storage may be slow: it is not waited for with a connection in hand.
        drop(session);
        let Some(object) = found.object else {
            let state = match found.state {
                Some(state) if state == "wanted" => self.wanted(&found.settings),
                state => state.unwrap_or_else(|| "none".to_owned()),
            };
            return Ok(Read::Absent { state, reason: found.reason });
        };
        let elsewhere = Read::Absent { state: "elsewhere".to_owned(), reason: None };
        let Some((vault, _)) = self.filing.as_ref().filter(|(vault, _)| vault.kind() == object.vault) else {
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
            let state = self.wanted(&found.settings);
            return Ok(Read::Absent { state, reason: Some("lost".to_owned()) });
        };
        let bytes = Bytes::from_owner(Held { bytes, _place: place });
        Ok(Read::Bytes { bytes, media_type: object.media_type, extension: found.extension })
    }
}
