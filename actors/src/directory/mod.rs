//! Keeps users, organizations, memberships and subscriptions: applies what webhooks brought, and checks everything against
//! its sources now and then.
//!
//! Two halves, each with one task at most, so that a check that waits for a permit holds up no webhook:
//!
//! ```text
//! applying   events ──more──> events ──none──> pausing <── nudge
//! checking   looking ──more──> asking ──permit──> stepping ──more──> asking ──caught up──> pausing
//! ```
//!
//! It owns its schedule and nothing else; what is due stands in the tables. The root begins it, and begins it again.

mod desk;
mod port;
mod state;

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};

pub(crate) use self::{
    desk::{DirectoryDesk, Lane},
    port::DynDirectory,
    state::DirectoryState,
};
pub use self::{
    desk::{DirectoryStatus, LaneStatus},
    port::{Directory, Settled},
};
use crate::{
    event::DirectoryFact,
    house::House,
    permits::{Permit, Refused},
    port::{Outcome, Report},
};

pub(crate) struct DirectoryActor;

pub(crate) struct DirectoryArguments {
    pub(crate) house: Arc<House>,
    pub(crate) port: Arc<dyn DynDirectory>,
}

pub(crate) enum DirectoryMessage {
    /// Events came.
    Nudge,
    /// Somebody wants a check.
    Check,
    /// Fail, to prove that nobody else notices.
    #[cfg(test)]
    Panic,
    /// Events were applied, or not; `Err` when that panicked.
    Applied { ticket: u64, settled: Result<Settled, String> },
    /// What is to be asked was read.
    Looked { ticket: u64, outcome: Result<Outcome, String> },
    /// The gates answered.
    Answered { ticket: u64, answer: Result<Box<dyn Permit>, Refused> },
    /// A step ended.
    Stepped { ticket: u64, report: Result<Report, String> },
    /// A task passed its deadline.
    Overdue { lane: Lane, ticket: u64 },
    /// A timer rang.
    Due { lane: Lane, ticket: u64 },
}

impl Actor for DirectoryActor {
    type Msg = DirectoryMessage;
    type State = DirectoryState;
    type Arguments = DirectoryArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<DirectoryMessage>,
        DirectoryArguments { house, port }: DirectoryArguments,
    ) -> Result<DirectoryState, ActorProcessingErr> {
        house.directory.set_actor(myself.clone());
        Ok(DirectoryState::new(myself, house, port))
    }

    async fn post_start(
        &self,
        _: ActorRef<DirectoryMessage>,
        state: &mut DirectoryState,
    ) -> Result<(), ActorProcessingErr> {
        state.tell(DirectoryFact::Started);
        state.apply();
        state.look();
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<DirectoryMessage>,
        message: DirectoryMessage,
        state: &mut DirectoryState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DirectoryMessage::Nudge => state.nudge(),
            DirectoryMessage::Check => state.check(),
            #[cfg(test)]
            DirectoryMessage::Panic => std::panic::resume_unwind(Box::new("asked to panic")),
            DirectoryMessage::Applied { ticket, settled } => state.applied(ticket, settled)?,
            DirectoryMessage::Looked { ticket, outcome } => state.looked(ticket, outcome)?,
            DirectoryMessage::Answered { ticket, answer } => state.answered(ticket, answer),
            DirectoryMessage::Stepped { ticket, report } => state.stepped(ticket, report)?,
            DirectoryMessage::Overdue { lane, ticket } => state.overdue(lane, ticket)?,
            DirectoryMessage::Due { lane, ticket } => state.due(lane, ticket),
        }
        Ok(())
    }
}
