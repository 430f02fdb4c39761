//! One organization's supervisor: it owns which of its accounts run, each with a restart budget of its own.
//!
//! ```text
//! raising ──generation──> running ──failed──> resting (backing off, parked, held) ──due, resumed──> raising
//!                            └──told to end──> ending ──> raising | resting | clearing ──> gone
//! ```
//!
//! `organizations` speaks to it; operators do through `organizations`. A crash loses restart budgets and parks; its
//! successor begins every account anew. It waits for nobody: raising a generation and pauses are tasks and timers.

mod children;
mod figures;

use std::{collections::HashMap, sync::Arc, time::Duration};

use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use uuid::Uuid;

use self::{children::Child, figures::Figures};
use crate::{
    house::House,
    port::{Account, Generation, PortError},
    restart::Ended,
    rollup::RollupState,
    sync::{Exit, SyncState},
    tree::RestartMode,
};

pub(crate) struct OrganizationActor;

pub(crate) struct OrganizationArguments {
    pub(crate) house: Arc<House>,
    pub(crate) accounts: Vec<Listed>,
}

/// An account that should have an actor, and its generation if that was raised with everybody's.
pub(crate) struct Listed {
    pub(crate) account: Account,
    pub(crate) generation: Option<Generation>,
}

pub(crate) enum OrganizationMessage {
    /// These accounts are to have actors, and no others.
    List(Vec<Listed>),
    /// Begin one account's actor anew.
    Restart { account: Uuid, mode: RestartMode },
    /// End one account's park.
    Resume { account: Uuid },
    /// End all actors, then yourself.
    Finish { grace: Duration },
    /// Fail, to prove that nobody else notices.
    Panic,
    /// A generation was raised, or could not be.
    Raised { account: Uuid, ticket: u64, generation: Result<Generation, PortError> },
    /// Nobody works for a removed account any more.
    Cleared { account: Uuid, ticket: u64 },
    /// Begin the rollup anew.
    RestartFigures { mode: RestartMode },
    /// The rollup's timer rang.
    FiguresDue { ticket: u64 },
    /// A child's timer rang.
    Due { account: Uuid, ticket: u64 },
}

pub(crate) struct OrganizationState {
    house: Arc<House>,
    myself: ActorRef<OrganizationMessage>,
    children: HashMap<Uuid, Child>,
    figures: Figures,
    begin_with: Vec<Listed>,
    ticket: u64,
    stopping: bool,
}

impl Actor for OrganizationActor {
    type Msg = OrganizationMessage;
    type State = OrganizationState;
    type Arguments = OrganizationArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<OrganizationMessage>,
        OrganizationArguments { house, accounts }: OrganizationArguments,
    ) -> Result<OrganizationState, ActorProcessingErr> {
        Ok(OrganizationState {
            house,
            myself,
            children: HashMap::with_capacity(accounts.len()),
            figures: Figures::default(),
            begin_with: accounts,
            ticket: 0,
            stopping: false,
        })
    }

    async fn post_start(
        &self,
        _: ActorRef<OrganizationMessage>,
        state: &mut OrganizationState,
    ) -> Result<(), ActorProcessingErr> {
        let accounts = std::mem::take(&mut state.begin_with);
        state.list(accounts).await;
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<OrganizationMessage>,
        message: OrganizationMessage,
        state: &mut OrganizationState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            OrganizationMessage::List(accounts) => state.list(accounts).await,
            OrganizationMessage::Restart { account, mode } => state.restart(account, mode),
            OrganizationMessage::Resume { account } => state.resume(account),
            OrganizationMessage::Finish { grace } => state.finish(grace),
            OrganizationMessage::Panic => std::panic::resume_unwind(Box::new("asked to panic")),
            OrganizationMessage::Raised { account, ticket, generation } => {
                state.raised(account, ticket, generation).await;
            }
            OrganizationMessage::Cleared { account, ticket } => state.cleared(account, ticket),
            OrganizationMessage::Due { account, ticket } => state.due(account, ticket),
            OrganizationMessage::RestartFigures { mode } => state.restart_figures(mode).await,
            OrganizationMessage::FiguresDue { ticket } => state.figures_due(ticket).await,
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<OrganizationMessage>,
        event: SupervisionEvent,
        state: &mut OrganizationState,
    ) -> Result<(), ActorProcessingErr> {
        if let Some((id, ended)) = Ended::read(event) {
            state.ended(id, ended).await;
        }
        Ok(())
    }
}

impl OrganizationState {
    /// Whose actor that was; late news of earlier incarnations is nobody's.
    fn child_of(&self, id: ActorId) -> Option<Uuid> {
        self.children.iter().find(|(_, child)| child.runs_as(id)).map(|(account, _)| *account)
    }

    async fn ended(&mut self, id: ActorId, ended: Ended) {
        if self.figures.runs_as(id) {
            let failure = match ended {
                Ended::Stopped(mut state) => match state.take::<RollupState>() {
                    Ok(state) if state.was_told() => None,
                    _ => Some("stopped without being told".to_owned()),
                },
                Ended::Failed(reason) => Some(reason),
            };
            return self.figures_ended(failure).await;
        }
        let Some(account) = self.child_of(id) else { return };
        let exit = match ended {
            Ended::Stopped(mut state) => state
                .take::<SyncState>()
                .ok()
                .and_then(SyncState::into_exit)
                .ok_or_else(|| "stopped without being told".to_owned()),
            Ended::Failed(reason) => Err(reason),
        };
        self.child_ended(account, exit);
    }

    fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }

    fn stop_when_empty(&self) {
        if self.stopping && self.children.is_empty() && self.figures.is_over() {
            self.myself.stop(None);
        }
    }

    fn child_ended(&mut self, account: Uuid, exit: Result<Exit, String>) {
        self.follow(account, exit);
        self.stop_when_empty();
    }
}
