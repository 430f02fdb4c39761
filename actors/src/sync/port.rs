//! What the tree asks about an account: its steps, its deliveries, its files.

use std::{any::Any, fmt, future::Future, sync::Arc, time::Duration};

use crate::{
    house::House,
    permits::Permit,
    port::{Answer, ApplyReport, Demand, Lease, Outcome, PortFuture, Report, SyncKey},
};

/// One account's synchronization, a step at a time.
pub trait Sync: Send + std::marker::Sync + 'static {
    /// Reads the tables and says what is due. Sends nothing.
    fn resume(&self, lease: Lease) -> impl Future<Output = Outcome> + Send;
    /// Does one step: one request and one transaction. While that is written, the request after it may be sent.
    fn step(&self, lease: Lease, errand: Errand) -> impl Future<Output = Stepped> + Send;
    /// Applies a portion of what was delivered for the account: one transaction, no request. Runs beside a step of the
    /// same incarnation, never beside another portion.
    fn apply(&self, lease: Lease) -> impl Future<Output = ApplyReport> + Send;
}

/// What a step is to do.
pub struct Errand {
    /// What its request needs. The caller holds that, unless the request was sent.
    pub demand: Demand,
    /// Its request, which the step before sent.
    pub sent: Option<Sent>,
    /// Where the permits of the request after it are to be had; none when no request may be sent ahead.
    pub ahead: Option<Ahead>,
}

impl From<Demand> for Errand {
    /// A step by itself: nothing was sent for it, and it sends nothing ahead.
    fn from(demand: Demand) -> Self {
        Self { demand, sent: None, ahead: None }
    }
}

/// What a step brought.
#[derive(Debug)]
pub struct Stepped {
    /// The answer to its request, and what follows.
    pub report: Report,
    /// The request of the demand that follows, if it was sent already: it has permits of its own.
    pub sent: Option<Sent>,
}

impl From<Report> for Stepped {
    fn from(report: Report) -> Self {
        Self { report, sent: None }
    }
}

/// A request that was sent ahead, in the shape that its sender knows. Dropping it cuts it off.
pub struct Sent(pub Box<dyn Any + Send>);

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sent")
    }
}

/// Where a step asks for the permits of the request that it would send ahead.
pub struct Ahead(Ask);

type Ask = Box<dyn FnOnce(Demand) -> PortFuture<'static, Option<Granted>> + Send>;

impl Ahead {
    /// Asks the gates.
    pub(super) fn through(house: Arc<House>, claimant: SyncKey) -> Self {
        Self(Box::new(move |demand| {
            let request = house.turnstile.current().ask(claimant, demand);
            Box::pin(async { request.await.ok().map(|permit| Granted(Some(permit))) })
        }))
    }

    /// Grants whatever is asked, after `asked` heard of it: for whoever drives steps without a tree.
    pub fn granted(asked: impl FnOnce(&Demand) + Send + 'static) -> Self {
        Self(Box::new(|demand| {
            asked(&demand);
            Box::pin(async { Some(Granted(None)) })
        }))
    }

    /// Waits for the permits; none when the gates refuse. Dropping the future withdraws.
    pub async fn permit(self, demand: Demand) -> Option<Granted> {
        (self.0)(demand).await
    }
}

/// The right to send one request ahead. Dropped unsettled, it says that its holder vanished.
pub struct Granted(Option<Box<dyn Permit>>);

impl Granted {
    /// Says how the host answered.
    pub fn settle(self, answer: &Answer) {
        if let Some(permit) = self.0 {
            permit.settle(answer);
        }
    }
}

/// [`Sync`], erased.
pub(crate) trait DynSync: Send + std::marker::Sync {
    fn resume(&self, lease: Lease) -> PortFuture<'_, Outcome>;
    fn step(&self, lease: Lease, errand: Errand) -> PortFuture<'_, Stepped>;
    fn apply(&self, lease: Lease) -> PortFuture<'_, ApplyReport>;
}

impl<T: Sync> DynSync for T {
    fn resume(&self, lease: Lease) -> PortFuture<'_, Outcome> {
        Box::pin(Sync::resume(self, lease))
    }
    fn step(&self, lease: Lease, errand: Errand) -> PortFuture<'_, Stepped> {
        Box::pin(Sync::step(self, lease, errand))
    }
    fn apply(&self, lease: Lease) -> PortFuture<'_, ApplyReport> {
        Box::pin(Sync::apply(self, lease))
    }
}

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
