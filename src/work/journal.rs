//! The journal's port: a batch in one statement; where one row cannot be kept, each row by itself.

use routiq_actors::{
    journal::{Kept, Parcel, port::Journal},
    port::PortError,
};

use crate::store::{
    Store, StoreError,
    journal::{self, Entry},
};

/// Writes the journal through the intake's login.
#[derive(Clone, Debug)]
pub struct JournalWork {
    store: Store,
}

impl JournalWork {
    /// Over this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    async fn keep(&self, batch: &[&Entry]) -> Result<Vec<Kept>, StoreError> {
        let new = journal::insert(&self.store, batch).await?;
        let kept = |entry: &&Entry| if new.contains(&entry.id) { Kept::New } else { Kept::Duplicate };
        Ok(batch.iter().map(kept).collect())
    }
}

impl Journal for JournalWork {
    async fn write(&self, batch: Vec<Parcel>) -> Result<Vec<Result<Kept, String>>, PortError> {
        let entries: Option<Vec<&Entry>> =
            batch.iter().map(|parcel| parcel.downcast_ref::<Entry>()).collect();
        let entries =
            entries.ok_or_else(|| PortError("something else than a delivery was to be kept".to_owned()))?;
        match self.keep(&entries).await {
            Ok(kept) => return Ok(kept.into_iter().map(Ok).collect()),
            Err(StoreError::Refused(reason)) if entries.len() == 1 => return Ok(vec![Err(reason)]),
            // Nothing of the batch was kept, and one of it never will be: the others must not suffer for it.
            Err(StoreError::Refused(reason)) => {
                tracing::warn!(rows = entries.len(), reason, "a batch of webhooks is repeated row by row");
            }
            Err(error) => return Err(error.into()),
        }
        let mut answers = Vec::with_capacity(entries.len());
        for entry in entries {
            answers.push(match self.keep(&[entry]).await {
                Ok(kept) => kept.first().copied().ok_or_else(|| "nothing was answered".to_owned()),
                Err(StoreError::Refused(reason)) => Err(reason),
                // Those before it are kept all the same; sent again, they are known.
                Err(error) => return Err(error.into()),
            });
        }
        Ok(answers)
    }
}
