//! The real gates, as the root sees them: a branch that can be begun again.

use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use ractor::{ActorCell, SpawnErr};

use crate::{
    clock::Clock,
    gate::{self, GateSettings, Gates},
    permits::{Open, Permit, Permits, Refused, Request, Waiting},
    port::{Answer, Demand, Observer, PortFuture, SyncKey},
};

/// Begins the gates and remembers those of now.
pub(crate) struct GatesBranch {
    settings: RwLock<GateSettings>,
    clock: Clock,
    observer: Arc<dyn Observer>,
    current: RwLock<Option<Gates>>,
}

impl GatesBranch {
    pub(crate) fn new(settings: GateSettings, clock: Clock, observer: Arc<dyn Observer>) -> Self {
        Self { settings: RwLock::new(settings), clock, observer, current: RwLock::new(None) }
    }

    /// The gates of now; none before the tree runs.
    pub(crate) fn current(&self) -> Option<Gates> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Settings for the gates of now and for those that come after them.
    pub(crate) fn reconfigure(&self, settings: GateSettings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings.clone();
        if let Some(gates) = self.current() {
            gates.reconfigure(settings);
        }
    }
}

impl Open for GatesBranch {
    fn open(
        &self,
        root: ActorCell,
    ) -> PortFuture<'_, Result<(Arc<dyn Permits>, Option<ActorCell>), SpawnErr>> {
        Box::pin(async move {
            let settings = self.settings.read().unwrap_or_else(PoisonError::into_inner).clone();
            let observer = Arc::clone(&self.observer);
            let (gates, cell) = Gates::start(settings, self.clock.clone(), observer, Some(root)).await?;
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(gates.clone());
            Ok((Arc::new(gates) as Arc<dyn Permits>, Some(cell)))
        })
    }
}

impl Permits for Gates {
    fn ask(&self, claimant: SyncKey, demand: Demand) -> Request {
        let asked = Gates::ask(self, claimant, demand);
        Box::pin(async move {
            match asked.await {
                Ok(permit) => Ok(Box::new(permit) as Box<dyn Permit>),
                Err(gate::Refused::Open { until }) => Err(Refused::Open { until }),
                Err(gate::Refused::Shut { reason }) => Err(Refused::Shut { reason }),
                Err(gate::Refused::Gone) => Err(Refused::Gone),
            }
        })
    }

    fn waiting(&self, claimant: SyncKey) -> Option<Waiting> {
        let waiting = Gates::waiting(self, claimant)?;
        let until: Option<Timestamp> = waiting.until;
        Some(Waiting { what: waiting.what, until })
    }
}

impl Permit for gate::Permit {
    fn settle(self: Box<Self>, answer: &Answer) {
        gate::Permit::settle(*self, answer);
    }
}
