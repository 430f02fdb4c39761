//! What the tree asks about an account's files.

use std::{future::Future, time::Duration};

use crate::port::{Answer, Demand, Lease, PortFuture};

/// The files of one account, a request at a time, on a schedule of their own: however long one takes, nothing else of the
/// account waits for it.
pub trait Files: Send + std::marker::Sync + 'static {
    /// Says which request is due. Sends none to the platform.
    fn look(&self, lease: Lease) -> impl Future<Output = FilesDue> + Send;
    /// Does that one request (its permits are held by the caller) and writes what it brought.
    fn fetch(&self, lease: Lease, demand: Demand) -> impl Future<Output = FileReport> + Send;
}

/// What is due of an account's files.
#[derive(Clone, Debug)]
pub enum FilesDue {
    /// This is what the next request needs.
    More(Demand),
    /// Nothing until then, or until the account's rows change.
    Rest {
        /// How long.
        pause: Duration,
    },
    /// It failed and left no trace; it is tried again after a growing pause.
    Failed {
        /// The class of failure, without contents.
        reason: String,
    },
    /// Another incarnation holds the fence: this one must end.
    Fenced,
}

/// What one request for a file brought.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// For the breaker and the limiters.
    pub answer: Answer,
    /// For the schedule.
    pub due: FilesDue,
    /// What became of the file, and how many bytes it has; none while another request is needed.
    pub outcome: Option<(&'static str, u64)>,
    /// Records became due because of it: the account is to look at its tables.
    pub nudge: bool,
}

/// [`Files`], erased.
pub(crate) trait DynFiles: Send + std::marker::Sync {
    fn look(&self, lease: Lease) -> PortFuture<'_, FilesDue>;
    fn fetch(&self, lease: Lease, demand: Demand) -> PortFuture<'_, FileReport>;
}

impl<T: Files> DynFiles for T {
    fn look(&self, lease: Lease) -> PortFuture<'_, FilesDue> {
        Box::pin(Files::look(self, lease))
    }
    fn fetch(&self, lease: Lease, demand: Demand) -> PortFuture<'_, FileReport> {
        Box::pin(Files::fetch(self, lease, demand))
    }
}
