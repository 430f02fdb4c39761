//! An attempt: how it begins, and what is written of its end.

use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Lease;

use super::{Desk, Errand, FileWork, LOOK_EVERY, Outcome, fence};
use crate::{
    domain::{
        files::{FileRules, Refusal},
        seal::WrappedKey,
    },
    platforms::vault::{Name, VaultError},
    store::{
        StoreError,
        files::{self as rows, Ended, Kept, Mark, Wanted},
        state::Place,
    },
};

/// The pause after the first attempt that failed; each further one is four times as long.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(6);
/// A file that could not be had so often, over days, is gone.
pub(super) const MOST_ATTEMPTS: u32 = 12;
/// How long a message that is read again for a fresh link may take, and how often that is asked for.
const RENEWAL: SignedDuration = SignedDuration::from_mins(10);
const MOST_RENEWALS: u32 = 2;

impl FileWork {
    /// Notes an attempt before it begins.
    pub(super) async fn claim(
        &self,
        lease: &Lease,
        wanted: &Wanted,
    ) -> Result<Option<(WrappedKey, Mark)>, StoreError> {
        let now = self.clock.now();
        let retry_at = retry_at(wanted, now);
        let mut session = self.store.session(lease.key.organization).await?;
        let tenant = session.begin(Some(&fence(lease))).await?;
        let claimed = rows::claim(&tenant, &self.keys, (wanted.mark, &wanted.url), retry_at, now).await?;
        tenant.commit().await?;
        Ok(claimed)
    }

    /// Seals, writes, and only then says so.
    pub(super) async fn keep(
        &self,
        lease: &Lease,
        errand: &Errand,
        key: WrappedKey,
        bytes: Vec<u8>,
        media_type: Option<&str>,
    ) -> Result<Outcome, StoreError> {
        let Some(vault) = &self.vault else { return Ok(None) };
        let wanted = &errand.wanted;
        let (organization, attachment, length) =
            (lease.key.organization, wanted.mark.attachment, bytes.len() as u64);
        let key = self.keys.open_key(&key, &rows::owner(organization, attachment))?;
        // As long as it takes to hash and seal some megabytes; not on a thread that others wait for.
        let work = tokio::task::spawn_blocking(move || {
            let digest = key.digest(&bytes);
            key.seal(bytes).map(|sealed| (digest, sealed))
        });
        let sealed = work.await.map_err(|_| StoreError::Refused("a file could not be sealed".to_owned()))?;
        let (digest, sealed) = sealed?;
        let name = Name { organization, attachment };
        let writing = tokio::time::timeout_at(errand.until, vault.put(name, Bytes::from(sealed))).await;
        let written = writing.unwrap_or_else(|_| Err(VaultError("the storage takes too long".to_owned())));
        if let Err(error) = written {
            // Ours to mend, not the file's nor the platform's.
            self.put_off(lease, wanted, LOOK_EVERY).await?;
            return Err(StoreError::Transient(error.to_string()));
        }
        let kept = Kept {
            mark: wanted.mark,
            vault: vault.kind(),
            bytes: length,
            digest: &digest,
            media_type: media_type.or(wanted.content_type.as_deref()),
        };
        let mut session = self.store.session(organization).await?;
        let tenant = session.begin(Some(&fence(lease))).await?;
        let counted = rows::keep(&tenant, &kept, self.clock.now()).await?;
        tenant.commit().await?;
        // Deleted meanwhile, and its row says that the object is to go; or it is another file by now, and is wanted.
        Ok(Some(if counted { ("fetched", length) } else { ("again", 0) }))
    }

    pub(super) async fn end(
        &self,
        lease: &Lease,
        wanted: &Wanted,
        ended: Ended<'_>,
        reason: &str,
    ) -> Result<(), StoreError> {
        let mut session = self.store.session(lease.key.organization).await?;
        let tenant = session.begin(Some(&fence(lease))).await?;
        rows::settle(&tenant, wanted.mark, ended, reason, self.clock.now()).await?;
        tenant.commit().await
    }

    pub(super) async fn refuse(
        &self,
        lease: &Lease,
        wanted: &Wanted,
        refusal: Refusal,
        rules: &FileRules,
    ) -> Result<Outcome, StoreError> {
        let name = rules.name();
        self.end(lease, wanted, Ended::Refused { rules: &name }, refusal.as_str()).await?;
        Ok(Some(("refused", 0)))
    }

    /// An attempt failed. It is made again after a pause, some days long; then the file is gone.
    pub(super) async fn failed(
        &self,
        lease: &Lease,
        wanted: &Wanted,
        reason: &str,
    ) -> Result<Outcome, StoreError> {
        if wanted.attempts + 1 >= MOST_ATTEMPTS {
            self.end(lease, wanted, Ended::Gone, reason).await?;
            return Ok(Some(("gone", 0)));
        }
        let now = self.clock.now();
        let at = retry_at(wanted, now);
        self.end(lease, wanted, Ended::Again { at, renewed: false }, reason).await?;
        Ok(Some(("again", 0)))
    }

    /// A link that does not hold: its message is read again. A fresh link makes the file wanted at once; where none comes, or
    /// links do not end, it is gone.
    pub(super) async fn renew(
        &self,
        lease: &Lease,
        desk: &Desk,
        wanted: &Wanted,
    ) -> Result<(Outcome, bool), StoreError> {
        let now = self.clock.now();
        let mut session = self.store.session(lease.key.organization).await?;
        let tenant = session.begin(Some(&fence(lease))).await?;
        let message = rows::message(&tenant, wanted.mark.attachment).await?;
        let again = message
            .filter(|_| wanted.renewals < MOST_RENEWALS)
            .and_then(|(conversation, message)| desk.adapter.file_again(&conversation, &message));
        let (ended, outcome) = match &again {
            Some(_) => {
                let at = now.saturating_add(RENEWAL).unwrap_or(Timestamp::MAX);
                (Ended::Again { at, renewed: true }, "again")
            }
            None => (Ended::Gone, "gone"),
        };
        if let Some(change) = &again {
            rows::make_due(&tenant, Place { account: lease.key.account, now }, change).await?;
        }
        rows::settle(&tenant, wanted.mark, ended, "expired", now).await?;
        tenant.commit().await?;
        Ok((Some((outcome, 0)), again.is_some()))
    }

    pub(super) async fn put_off(
        &self,
        lease: &Lease,
        wanted: &Wanted,
        pause: Duration,
    ) -> Result<(), StoreError> {
        let now = self.clock.now();
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        let until = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        let mut session = self.store.session(lease.key.organization).await?;
        let tenant = session.begin(Some(&fence(lease))).await?;
        rows::put_off(&tenant, wanted.mark, until, now).await?;
        tenant.commit().await
    }
}

/// When a file is tried again whose attempt, the one that begins now, comes to nothing.
fn retry_at(wanted: &Wanted, now: Timestamp) -> Timestamp {
    let pause = FIRST_PAUSE.saturating_mul(4_i32.saturating_pow(wanted.attempts.min(10)));
    now.saturating_add(pause.min(LONGEST_PAUSE)).unwrap_or(Timestamp::MAX)
}
