//! What the directory actor asks of the rest of the program.

use std::{future::Future, time::Duration};

use crate::port::{Demand, Outcome, PortFuture, Report};

/// What applying some of the events that wait brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// There may be more.
    More,
    /// Nothing waits.
    Done {
        /// When time alone makes something due: an event to try again, the end of a grace period.
        again_in: Duration,
    },
    /// It failed and left no trace; it is tried again after a growing pause.
    Failed {
        /// The class of failure, without contents.
        reason: String,
    },
}

/// Users, organizations, memberships and subscriptions, kept from events and from checks against their sources.
pub trait Directory: Send + Sync + 'static {
    /// Applies some of the events that wait. Asks nobody outside.
    fn apply(&self) -> impl Future<Output = Settled> + Send;
    /// Reads the tables and says what must be asked outside. Sends nothing.
    fn due(&self) -> impl Future<Output = Outcome> + Send;
    /// Does one step of what is due: exactly one request (its permits are held by the caller) and one transaction.
    fn step(&self, demand: Demand) -> impl Future<Output = Report> + Send;
}

/// [`Directory`], erased.
pub(crate) trait DynDirectory: Send + Sync {
    fn apply(&self) -> PortFuture<'_, Settled>;
    fn due(&self) -> PortFuture<'_, Outcome>;
    fn step(&self, demand: Demand) -> PortFuture<'_, Report>;
}

impl<T: Directory> DynDirectory for T {
    fn apply(&self) -> PortFuture<'_, Settled> {
        Box::pin(Directory::apply(self))
    }
    fn due(&self) -> PortFuture<'_, Outcome> {
        Box::pin(Directory::due(self))
    }
    fn step(&self, demand: Demand) -> PortFuture<'_, Report> {
        Box::pin(Directory::step(self, demand))
    }
}
