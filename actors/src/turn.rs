//! Whoever works for an account holds a turn, so that two incarnations never work at once: one turn to fetch, one to
//! apply, one for files, because none waits for another.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// What a task does for its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Looks at what is due, or does a step.
    Fetch,
    /// Applies what was delivered.
    Apply,
    /// Fetches a file.
    File,
}

/// One account's turns.
#[derive(Debug)]
pub(crate) struct Turns {
    fetch: Arc<Semaphore>,
    apply: Arc<Semaphore>,
    file: Arc<Semaphore>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        let one = || Arc::new(Semaphore::new(1));
        Self { fetch: one(), apply: one(), file: one() }
    }

    /// The turn for one duty.
    pub(crate) async fn take(&self, duty: Duty) -> Option<SemaphorePermit<'_>> {
        let turn = match duty {
            Duty::Fetch => &self.fetch,
            Duty::Apply => &self.apply,
            Duty::File => &self.file,
        };
        turn.acquire().await.ok()
    }

    /// All: nobody works for the account any more, and nobody begins while they are held.
    pub(crate) async fn all(&self) -> Option<[SemaphorePermit<'_>; 3]> {
        let fetch = self.fetch.acquire().await.ok()?;
        Some([fetch, self.apply.acquire().await.ok()?, self.file.acquire().await.ok()?])
    }

    /// All, if nobody works for the account just now.
    pub(crate) fn try_all(&self) -> Option<[OwnedSemaphorePermit; 3]> {
        let fetch = self.fetch.clone().try_acquire_owned().ok()?;
        let apply = self.apply.clone().try_acquire_owned().ok()?;
        Some([fetch, apply, self.file.clone().try_acquire_owned().ok()?])
    }

    /// Whether somebody reads or applies for the account. A file is no work that is lost when it is cut off.
    pub(crate) fn is_taken(&self) -> bool {
        self.fetch.available_permits() == 0 || self.apply.available_permits() == 0
    }
}
