//! What the journal asks of the rest of the program.

use std::{future::Future, sync::Arc};

use super::{Kept, Parcel};
use crate::port::{PortError, PortFuture, Ports};

/// Keeps what comes in.
pub trait Journal: Send + Sync + 'static {
    /// Keeps the parcels of a batch durably, in one commit where it can; answers each in the same order: kept, or why
    /// this one cannot be. Fails as a whole where nobody can say what is kept.
    fn write(
        &self,
        batch: Vec<Parcel>,
    ) -> impl Future<Output = Result<Vec<Result<Kept, String>>, PortError>> + Send;
}

/// [`Journal`], erased.
pub(crate) trait DynJournal: Send + Sync {
    fn write(&self, batch: Vec<Parcel>) -> PortFuture<'_, Result<Vec<Result<Kept, String>>, PortError>>;
}

impl<T: Journal> DynJournal for T {
    fn write(&self, batch: Vec<Parcel>) -> PortFuture<'_, Result<Vec<Result<Kept, String>>, PortError>> {
        Box::pin(Journal::write(self, batch))
    }
}

/// Where nothing comes in.
pub(crate) struct NoJournal;

impl Journal for NoJournal {
    async fn write(&self, _: Vec<Parcel>) -> Result<Vec<Result<Kept, String>>, PortError> {
        Err(PortError("there is no journal".to_owned()))
    }
}

impl Ports {
    /// With a journal.
    #[must_use]
    pub fn with_journal(mut self, journal: impl Journal) -> Self {
        self.journal = Arc::new(journal);
        self
    }
}
