//! The rollup actor: one organization's figures, counted when something was marked and when the clock changes one.
//!
//! ```text
//! beginning ──fence raised──> counting ──done──> resting ──nudge, clock──> counting
//!                                │ more: at once       failed: after a growing pause
//! ```
//!
//! What is due stands in the tables; a nudge is a hint. At most one count of an organization is under way, nudges meanwhile
//! are one count afterwards, and no count begins sooner than a pause after the last: a burst of changes is counted
//! together. All organizations share a number of places, so that counting never takes the database from everybody else.

mod board;
mod state;

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use uuid::Uuid;

pub use self::board::RollupStatus;
pub(crate) use self::{
    board::{Rollups, Slot},
    state::RollupState,
};
use crate::{
    house::House,
    port::{Generation, PortError, RollLease, Rolled, Rollup},
};

/// Counts nothing: for trees without figures.
#[derive(Clone, Copy, Debug)]
pub struct NoRollup;

impl Rollup for NoRollup {
    async fn begin(&self, _: Uuid) -> Result<Generation, PortError> {
        Ok(1)
    }
    async fn roll(&self, _: RollLease) -> Rolled {
        Rolled::Done { again_in: std::time::Duration::from_secs(3_600) }
    }
}

pub(crate) struct RollupActor;

pub(crate) struct RollupArguments {
    pub(crate) house: Arc<House>,
    pub(crate) organization: Uuid,
    pub(crate) slot: Arc<Slot>,
}

pub(crate) enum RollupMessage {
    /// Something was marked.
    Nudge,
    /// Take no more work, let the count end, stop.
    Finish,
    /// Fail, to prove that nobody else notices.
    Panic,
    /// The fence was raised, or could not be.
    Begun { ticket: u64, generation: Result<Generation, PortError> },
    /// A count ended; `Err` when it panicked.
    Counted {
        ticket: u64,
        rolled: Result<Rolled, String>,
        took: std::time::Duration,
        waited: std::time::Duration,
    },
    /// The task passed its deadline.
    Overdue { ticket: u64 },
    /// The timer rang.
    Due { ticket: u64 },
}

impl Actor for RollupActor {
    type Msg = RollupMessage;
    type State = RollupState;
    type Arguments = RollupArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<RollupMessage>,
        RollupArguments { house, organization, slot }: RollupArguments,
    ) -> Result<RollupState, ActorProcessingErr> {
        Ok(RollupState::new(myself, house, organization, slot))
    }

    async fn post_start(
        &self,
        _: ActorRef<RollupMessage>,
        state: &mut RollupState,
    ) -> Result<(), ActorProcessingErr> {
        state.begin();
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<RollupMessage>,
        message: RollupMessage,
        state: &mut RollupState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RollupMessage::Nudge => state.nudge(),
            RollupMessage::Finish => state.finish(),
            RollupMessage::Panic => std::panic::resume_unwind(Box::new("asked to panic")),
            RollupMessage::Begun { ticket, generation } => state.begun(ticket, generation),
            RollupMessage::Counted { ticket, rolled, took, waited } => {
                state.counted(ticket, rolled, took, waited)?;
            }
            RollupMessage::Overdue { ticket } => state.overdue(ticket)?,
            RollupMessage::Due { ticket } => state.due(ticket),
        }
        Ok(())
    }
}
