//! The gates: what stands between the daemon and each external API.
//!
//! ```text
//! gates                      one-for-one; fails when a branch spends its budget
//! └─ <api>                   one-for-one, a restart budget for each child
//!    ├─ breaker <host>       closed → open → half-open, published on a watch channel
//!    └─ limiter <budget>     a rate or a number of places, fair between organizations, then streams
//! ```
//!
//! All of it comes into being when first asked for and ends when nobody asks any more.
//!
//! **Where the work is done.** A request runs in its asker's task: it reads the breaker, then takes its budgets one after
//! another from their records ([`book`]), and meets an actor only where it must wait. The actors own what takes time:
//! queues, alarms, statistics, restarts. The records outlive them, so that nothing a dead limiter gave out is forgotten.
//!
//! **All or none, without deadlock.** A request takes its budgets in one total order and holds what it has while it waits
//! for the next; whoever holds the last one in the order waits for nobody, so somebody always moves on. The order is: the
//! distance from the broad end at which a budget was first named, the farthest (narrowest) first, then the name. It is the
//! order given as long as every demand of an API names a budget at the same distance from its end; where a demand
//! disagrees, the order stands and the demand is taken in it, so no adapter can bring about a circle. Narrowest first
//! means that a token held while waiting for a broader one keeps only its own account waiting.
//!
//! A request that has begun to ask must be polled until it ends or is dropped: what it holds counts as long as it lives.
//!
//! **What a rate counts.** The moment at which a permit is handed out is the moment its request begins; how long the
//! asker then takes to send it is the adapter's margin.

mod ask;
mod book;
mod branch;
mod breaker;
mod context;
mod ledger;
mod limiter;
mod machine;
mod permit;
mod queue;
mod restarts;
mod root;
mod settings;
mod status;
#[cfg(test)]
mod tests;

use std::{future::Future, sync::Arc};

use ractor::{Actor, ActorCell, ActorRef, SpawnErr};

pub(crate) use self::permit::{Permit, Refused};
use self::{
    branch::BranchMessage,
    breaker::BreakerMessage,
    context::{Context, Place, Standing},
    limiter::LimiterMessage,
    root::Root,
};
pub use self::{
    settings::{BreakerSettings, GateSettings, RestartSettings},
    status::{ApiStatus, BreakerState, BreakerStatus, BudgetState, BudgetStatus, Waiting},
};
use crate::{
    clock::Clock,
    port::{Demand, Observer, SyncKey},
};

/// The gates of every API.
#[derive(Clone)]
pub struct Gates {
    context: Arc<Context>,
}

/// How an actor is disturbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// It is killed wherever it stands.
    Kill,
    /// It panics at its next message.
    Panic,
}

impl Gates {
    /// Starts the gates under `supervisor`, or on their own when there is none.
    pub(crate) async fn start(
        settings: GateSettings,
        clock: Clock,
        observer: Arc<dyn Observer>,
        supervisor: Option<ActorCell>,
    ) -> Result<(Self, ActorCell), SpawnErr> {
        let context = Context::new(settings, clock, observer);
        let (root, _) = match supervisor {
            Some(supervisor) => Actor::spawn_linked(None, Root, context.clone(), supervisor).await?,
            None => Actor::spawn(None, Root, context.clone()).await?,
        };
        Ok((Self { context }, root.get_cell()))
    }

    /// Asks for everything `demand` needs. Dropping the future withdraws the request and returns whatever was granted on
    /// the way.
    pub(crate) fn ask(
        &self,
        claimant: SyncKey,
        demand: Demand,
    ) -> impl Future<Output = Result<Permit, Refused>> + Send + 'static {
        ask::ask(self.context.clone(), claimant, demand)
    }

    /// What each breaker and limiter does now, from shared records: asks no actor and never waits.
    pub fn status(&self) -> Vec<ApiStatus> {
        self.context.apis().iter().map(|api| api.status(&self.context)).collect()
    }

    /// Where a waiting claimant stands; `None` when it does not wait.
    pub fn waiting(&self, claimant: SyncKey) -> Option<Waiting> {
        Some(match self.context.place(claimant)? {
            Place::Breaker(breaker) => Waiting {
                what: format!("{} breaker {}", breaker.api(), breaker.host()),
                until: breaker.known_until(),
            },
            Place::Budget(book) => Waiting {
                what: format!("{} budget {}", book.api(), book.name()),
                until: book.known_until().map(|at| self.context.stamp(at)),
            },
        })
    }

    /// Sets new settings, for every decision from now on.
    pub(crate) fn reconfigure(&self, settings: GateSettings) {
        self.context.reconfigure(settings);
    }

    /// Kills or panics the limiter of the budget `name`, else the breaker of the host `name`, or the whole branch when
    /// `name` is the API's. Says whether there was one to disturb.
    pub fn disturb(&self, api: &str, name: &str, how: Disturbance) -> bool {
        let Some(record) = self.context.find_api(api) else { return false };
        if name == api {
            let branch = record.branch.borrow().clone();
            return branch.is_some_and(|branch| disturb(&branch, how, BranchMessage::Panic));
        }
        let limiter = record.find_book(name).map(|book| book.standing().borrow().clone());
        if let Some(Standing::Up(limiter)) = limiter {
            return disturb(&limiter, how, LimiterMessage::Panic);
        }
        let breaker = record.find_breaker(name).and_then(|breaker| breaker.actor());
        breaker.is_some_and(|breaker| disturb(&breaker, how, BreakerMessage::Panic))
    }
}

fn disturb<M: ractor::Message>(actor: &ActorRef<M>, how: Disturbance, panic: M) -> bool {
    match how {
        Disturbance::Kill => {
            actor.kill();
            true
        }
        Disturbance::Panic => actor.cast(panic).is_ok(),
    }
}
