//! Whoever works for an account holds a turn, so that two incarnations never work at once: one turn to fetch, one to
//! apply, because neither waits for the other.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// What a task does for its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Duty {
    /// Looks at what is due, or does a step.
    Fetch,
    /// Applies what was delivered.
    Apply,
}

/// One account's turns.
#[derive(Debug)]
pub(crate) struct Turns {
    fetch: Arc<Semaphore>,
    apply: Arc<Semaphore>,
}

impl Turns {
    pub(crate) fn new() -> Self {
        Self { fetch: Arc::new(Semaphore::new(1)), apply: Arc::new(Semaphore::new(1)) }
    }

    /// The turn for one duty.
    pub(crate) async fn take(&self, duty: Duty) -> Option<SemaphorePermit<'_>> {
        let turn = match duty {
            Duty::Fetch => &self.fetch,
            Duty::Apply => &self.apply,
        };
        turn.acquire().await.ok()
    }

    /// Both: nobody works for the account any more, and nobody begins while they are held.
    pub(crate) async fn both(&self) -> Option<[SemaphorePermit<'_>; 2]> {
        Some([self.fetch.acquire().await.ok()?, self.apply.acquire().await.ok()?])
    }

    /// Both, if nobody works for the account just now.
    pub(crate) fn try_both(&self) -> Option<[OwnedSemaphorePermit; 2]> {
        let fetch = self.fetch.clone().try_acquire_owned().ok()?;
        Some([fetch, self.apply.clone().try_acquire_owned().ok()?])
    }

    /// Whether somebody works for the account.
    pub(crate) fn is_taken(&self) -> bool {
        self.fetch.available_permits() == 0 || self.apply.available_permits() == 0
    }
}
