//! The one place where the tree meets its gates.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use ractor::{ActorCell, SpawnErr};

use crate::port::{Answer, Demand, PortFuture, SyncKey};

/// The right to send one request. Dropped unsettled, it says that its holder vanished.
pub(crate) trait Permit: Send {
    /// Says how the host answered.
    fn settle(self: Box<Self>, answer: &Answer);
}

/// Why no permit was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The host's breaker is open.
    Open { until: Timestamp },
    /// The gate is shut until somebody looks at it.
    Shut { reason: String },
    /// The gate that was asked is no more; its successor is asked again.
    Gone,
}

/// What a queued request waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    /// In plain words.
    pub(crate) what: String,
    /// Until when, if that is known.
    pub(crate) until: Option<Timestamp>,
}

/// A queued request; dropping it withdraws it.
pub(crate) type Request = PortFuture<'static, Result<Box<dyn Permit>, Refused>>;

/// Who grants permits.
pub(crate) trait Permits: Send + Sync + 'static {
    /// Queues a request.
    fn ask(&self, claimant: SyncKey, demand: Demand) -> Request;
    /// What the claimant's queued request waits for; `None` if there is none.
    fn waiting(&self, claimant: SyncKey) -> Option<Waiting>;
}

/// Begins a branch of gates below `root`.
pub(crate) trait Open: Send + Sync + 'static {
    /// Starts the branch; its cell, if it has one, is supervised by the caller.
    fn open(
        &self,
        root: ActorCell,
    ) -> PortFuture<'_, Result<(Arc<dyn Permits>, Option<ActorCell>), SpawnErr>>;
}

/// The gates of now: a restart of their branch replaces what is behind.
pub(crate) struct Turnstile(RwLock<Arc<dyn Permits>>);

impl Turnstile {
    pub(crate) fn new() -> Self {
        Self(RwLock::new(Arc::new(Closed)))
    }

    pub(crate) fn replace(&self, permits: Arc<dyn Permits>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = permits;
    }

    pub(crate) fn current(&self) -> Arc<dyn Permits> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// No gates yet, or none between two incarnations.
struct Closed;

impl Permits for Closed {
    fn ask(&self, _: SyncKey, _: Demand) -> Request {
        Box::pin(async { Err(Refused::Gone) })
    }
    fn waiting(&self, _: SyncKey) -> Option<Waiting> {
        None
    }
}
