//! The organization's rollup: begun with the first account, ended with the last, restarted within a budget of its own.

use std::{sync::Arc, time::Duration};

use ractor::{Actor as _, ActorId, ActorRef};
use tokio::time::Instant;
use uuid::Uuid;

use super::{Listed, OrganizationMessage, OrganizationState};
use crate::{
    board::State,
    event::Event,
    house::{Timer, later},
    port::SyncKey,
    restart::{Restarts, Verdict},
    rollup::{RollupActor, RollupArguments, RollupMessage, Slot},
    tree::RestartMode,
};

/// The rollup's place under its supervisor.
#[derive(Default)]
pub(super) struct Figures {
    phase: Phase,
    slot: Option<Arc<Slot>>,
    restarts: Restarts,
    ticket: u64,
}

#[derive(Default)]
enum Phase {
    #[default]
    None,
    Running(ActorRef<RollupMessage>),
    /// It was told to end; whether it begins again then.
    Ending {
        actor: ActorRef<RollupMessage>,
        again: bool,
        _grace: Timer,
    },
    /// It begins again when the timer rings.
    Resting {
        _timer: Option<Timer>,
    },
}

impl Figures {
    pub(super) fn runs_as(&self, id: ActorId) -> bool {
        match &self.phase {
            Phase::Running(actor) | Phase::Ending { actor, .. } => actor.get_id() == id,
            _ => false,
        }
    }

    /// Whether nothing of it is left.
    pub(super) fn is_over(&self) -> bool {
        matches!(self.phase, Phase::None)
    }
}

impl OrganizationState {
    /// There is a rollup as long as there are accounts.
    pub(super) async fn keep_figures(&mut self, listed: &[Listed]) {
        match listed.first() {
            Some(first) => self.begin_figures(first.account.key.organization).await,
            None => self.end_figures(false, None),
        }
    }

    /// Begins the rollup unless it is there already.
    async fn begin_figures(&mut self, organization: Uuid) {
        if self.figures.is_over() && !self.stopping {
            self.figures.slot = Some(self.house.rollups.claim(organization, self.house.now()));
            self.spawn_figures().await;
        }
    }

    async fn spawn_figures(&mut self) {
        let Some(slot) = self.figures.slot.clone() else { return };
        let organization = slot.organization;
        let arguments = RollupArguments { house: self.house.clone(), organization, slot: slot.clone() };
        match RollupActor::spawn_linked(None, RollupActor, arguments, self.myself.get_cell()).await {
            Ok((actor, _)) => {
                slot.set_address(Some(actor.clone()));
                self.figures.phase = Phase::Running(actor);
            }
            Err(error) => self.figures_failed(error.to_string()),
        }
    }

    /// The rollup ended: as told, or by a failure.
    pub(super) async fn figures_ended(&mut self, failure: Option<String>) {
        if let Some(slot) = &self.figures.slot {
            slot.set_address(None);
        }
        let phase = std::mem::take(&mut self.figures.phase);
        match phase {
            Phase::Ending { again: true, .. } if !self.stopping => self.spawn_figures().await,
            Phase::Ending { .. } => self.forget_figures(),
            _ if self.stopping => self.forget_figures(),
            _ => self.figures_failed(failure.unwrap_or_else(|| "stopped without being told".to_owned())),
        }
        self.stop_when_empty();
    }

    fn forget_figures(&mut self) {
        if let Some(slot) = self.figures.slot.take()
            && self.children.is_empty()
            && !self.stopping
        {
            self.house.rollups.remove(slot.organization);
        }
    }

    fn figures_failed(&mut self, reason: String) {
        let Some(slot) = self.figures.slot.clone() else { return };
        let (organization, settings) = (slot.organization, self.house.settings());
        let ticket = self.next_ticket();
        let salt = self.house.salt(SyncKey { organization, account: organization }, ticket);
        let healthy_for = slot.take_healthy();
        slot.error(reason.clone(), self.house.now());
        let policy = &settings.rollup_restarts;
        let verdict = self.figures.restarts.failed(Instant::now(), healthy_for, policy, salt);
        let (state, pause) = match verdict {
            Verdict::Again { pause, .. } => (State::BackingOff, Some(pause)),
            Verdict::Park { .. } => (State::Parked, policy.park_for),
        };
        let until = pause.map(|pause| self.house.after(pause));
        slot.enter(state, self.house.now(), until);
        self.figures.ticket = ticket;
        let due = |pause| later(&self.myself, pause, OrganizationMessage::FiguresDue { ticket });
        self.figures.phase = Phase::Resting { _timer: pause.map(due) };
        self.house.tell(match verdict {
            Verdict::Again { attempt, pause } => {
                Event::RollupRestarting { organization, reason, attempt, pause }
            }
            Verdict::Park { .. } => Event::RollupParked { organization, reason, until },
        });
    }

    pub(super) async fn figures_due(&mut self, ticket: u64) {
        if self.figures.ticket != ticket {
            return;
        }
        match &self.figures.phase {
            Phase::Resting { .. } => self.spawn_figures().await,
            Phase::Ending { actor, .. } => actor.kill(),
            Phase::Running(_) | Phase::None => {}
        }
    }

    /// Begins the rollup anew, also one that rests.
    pub(super) async fn restart_figures(&mut self, mode: RestartMode) {
        match &self.figures.phase {
            Phase::Running(actor) => {
                let actor = actor.clone();
                self.end_figures(true, None);
                match mode {
                    RestartMode::Graceful => {}
                    RestartMode::Kill => actor.kill(),
                    RestartMode::Panic => {
                        let _gone = actor.cast(RollupMessage::Panic);
                    }
                }
            }
            Phase::Resting { .. } => {
                self.figures.restarts.forget();
                self.spawn_figures().await;
            }
            Phase::Ending { .. } | Phase::None => {}
        }
    }

    /// Ends the rollup within the grace.
    pub(super) fn end_figures(&mut self, again: bool, grace: Option<Duration>) {
        let grace = grace.unwrap_or(self.house.settings().grace);
        let actor = match &self.figures.phase {
            Phase::Running(actor) | Phase::Ending { actor, .. } => actor.clone(),
            Phase::Resting { .. } | Phase::None => {
                self.figures.phase = Phase::None;
                return self.forget_figures();
            }
        };
        if let Some(slot) = &self.figures.slot {
            slot.set_address(None);
            slot.enter(State::Stopping, self.house.now(), Some(self.house.after(grace)));
        }
        let ticket = self.next_ticket();
        self.figures.ticket = ticket;
        let _gone = actor.cast(RollupMessage::Finish);
        let timer = later(&self.myself, grace, OrganizationMessage::FiguresDue { ticket });
        self.figures.phase = Phase::Ending { actor, again, _grace: timer };
    }
}
