//! The one place where the tree meets its gates.

use std::sync::{Arc, PoisonError, RwLock};

use ractor::{ActorCell, SpawnErr};

pub(crate) use crate::gate::{Refused, Waiting};
use crate::{
    gate::{self, GateSettings, Gates},
    house::House,
    port::{Answer, Demand, PortFuture, SyncKey},
};

/// The right to send one request. Dropped unsettled, it says that its holder vanished.
pub(crate) trait Permit: Send {
    /// Says how the host answered.
    fn settle(self: Box<Self>, answer: &Answer);
}

/// A queued request; dropping it withdraws it.
pub(crate) type Request = PortFuture<'static, Result<Box<dyn Permit>, Refused>>;

/// Who grants permits.
pub(crate) trait Permits: Send + Sync + 'static {
    /// Queues a request.
    fn ask(&self, claimant: SyncKey, demand: Demand) -> Request;
    /// What the claimant's queued request waits for; `None` if there is none.
    fn waiting(&self, claimant: SyncKey) -> Option<Waiting>;
    /// The real gates, where there are any.
    fn gates(&self) -> Option<Gates> {
        None
    }
}

/// Begins a branch of gates below `root`.
pub(crate) trait Open: Send + Sync + 'static {
    /// Starts the branch; its cell, if it has one, is supervised by the caller.
    fn open(&self, house: Arc<House>, root: ActorCell) -> Opening<'_>;
}

/// A branch of gates that begins.
pub(crate) type Opening<'a> = PortFuture<'a, Result<(Arc<dyn Permits>, Option<ActorCell>), SpawnErr>>;

/// Opens the real gates.
pub(crate) struct RealGates;

impl Open for RealGates {
    fn open(&self, house: Arc<House>, root: ActorCell) -> Opening<'_> {
        Box::pin(async move {
            let settings: GateSettings = house.settings().gates.clone();
            let (clock, observer) = (house.clock.clone(), house.ports.observer.clone());
            let (gates, cell) = Gates::start(settings, clock, observer, Some(root)).await?;
            Ok((Arc::new(gates) as Arc<dyn Permits>, Some(cell)))
        })
    }
}

impl Permits for Gates {
    fn ask(&self, claimant: SyncKey, demand: Demand) -> Request {
        let request = Gates::ask(self, claimant, demand);
        Box::pin(async move { request.await.map(|permit| Box::new(permit) as Box<dyn Permit>) })
    }
    fn waiting(&self, claimant: SyncKey) -> Option<Waiting> {
        Gates::waiting(self, claimant)
    }
    fn gates(&self) -> Option<Gates> {
        Some(self.clone())
    }
}

impl Permit for gate::Permit {
    fn settle(self: Box<Self>, answer: &Answer) {
        gate::Permit::settle(*self, answer);
    }
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
