//! One account's life below its organization, transition by transition.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use ractor::{Actor as _, ActorId, ActorRef};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{Listed, OrganizationMessage, OrganizationState};
use crate::{
    board::{Slot, State, WaitsFor},
    event::Event,
    house::{House, Timer, in_time, later},
    port::{Account, Generation, Hold, Lease, PortError},
    restart::{Restarts, Verdict},
    sync::{Exit, SyncActor, SyncArguments, SyncMessage},
    tree::RestartMode,
};

/// One account: what the roster says of it and where its actor stands.
pub(super) struct Child {
    account: Account,
    slot: Arc<Slot>,
    phase: Phase,
    /// Names the present phase's timer or task; messages of earlier ones fall through.
    ticket: u64,
    restarts: Restarts,
    /// How often in a row its fence was lost, or its generation could not be raised.
    fenced: u32,
    /// Its configuration changed while it ran, so a refusal may still speak of the old one.
    renewed: bool,
}

enum Phase {
    /// It was just listed.
    New,
    /// A generation is raised, once nobody works for the account any more.
    Raising {
        _task: AbortOnDropHandle<()>,
    },
    Running {
        actor: ActorRef<SyncMessage>,
    },
    /// It was told to end; what comes then.
    Ending {
        actor: ActorRef<SyncMessage>,
        then: Then,
        _grace: Timer,
    },
    /// It begins again when the timer rings.
    BackingOff {
        _timer: Timer,
    },
    Parked {
        _timer: Option<Timer>,
    },
    Held {
        hold: Hold,
        _timer: Option<Timer>,
    },
    /// It was removed and waits until nobody works for the account any more.
    Clearing {
        _task: AbortOnDropHandle<()>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// Begin again, or stand still if the tables say so.
    Again,
    Clear,
    Stop,
}

impl Child {
    pub(super) fn runs_as(&self, id: ActorId) -> bool {
        match &self.phase {
            Phase::Running { actor } | Phase::Ending { actor, .. } => actor.get_id() == id,
            _ => false,
        }
    }

    /// The hold that is in force.
    fn hold(&self, now: Timestamp) -> Option<Hold> {
        self.account.hold.clone().filter(|hold| hold.until.is_none_or(|until| until > now))
    }
}

impl OrganizationState {
    /// Makes the children what the roster says.
    pub(super) async fn list(&mut self, listed: Vec<Listed>) {
        if self.stopping {
            return;
        }
        let gone: Vec<Uuid> = self
            .children
            .keys()
            .filter(|account| !listed.iter().any(|listed| listed.account.key.account == **account))
            .copied()
            .collect();
        for account in gone {
            self.remove(account);
        }
        self.keep_figures(&listed).await;
        for Listed { account, generation } in listed {
            if self.children.contains_key(&account.key.account) {
                self.update(account);
            } else {
                self.add(account, generation).await;
            }
        }
    }

    async fn add(&mut self, account: Account, generation: Option<Generation>) {
        let slot = self.house.board.claim(&account, self.house.now());
        slot.describe(&account);
        let current = generation.is_some_and(|generation| slot.is_current(generation));
        let id = account.key.account;
        let (restarts, phase) = (Restarts::default(), Phase::New);
        self.children
            .insert(id, Child { account, slot, phase, ticket: 0, restarts, fenced: 0, renewed: false });
        match generation {
            Some(generation) if current => {
                if !self.hold_if_told(id) {
                    self.spawn(id, generation).await;
                }
            }
            _ => self.begin(id),
        }
    }

    fn update(&mut self, account: Account) {
        let (id, now) = (account.key.account, self.house.now());
        let Some(child) = self.children.get_mut(&id) else { return };
        let risen = account.version > child.account.version;
        child.account = account;
        child.slot.describe(&child.account);
        let hold = child.hold(now);
        match (&mut child.phase, hold) {
            (Phase::Held { hold: old, .. }, Some(new)) if *old == new => {}
            (Phase::Ending { then, .. }, _) => *then = Then::Again,
            (Phase::Running { .. }, Some(_)) => self.end(id, Then::Again, None),
            (_, Some(_)) => {
                self.hold_if_told(id);
            }
            (Phase::Held { .. } | Phase::Clearing { .. }, None) => self.resume_now(id),
            (Phase::Parked { .. }, None) if risen => self.resume_now(id),
            (Phase::Running { .. }, None) if risen => {
                child.renewed = true;
                child.slot.send(SyncMessage::SyncNow);
            }
            _ => {}
        }
    }

    fn remove(&mut self, id: Uuid) {
        let Some(child) = self.children.get_mut(&id) else { return };
        match &mut child.phase {
            Phase::Running { .. } => self.end(id, Then::Clear, None),
            Phase::Ending { then, .. } => *then = Then::Clear,
            Phase::Clearing { .. } => {}
            _ => self.clear(id),
        }
    }

    pub(super) fn finish(&mut self, grace: Duration) {
        self.stopping = true;
        self.end_figures(false, Some(grace));
        for id in self.children.keys().copied().collect::<Vec<_>>() {
            match self.children.get(&id).map(|child| &child.phase) {
                Some(Phase::Running { .. } | Phase::Ending { .. }) => self.end(id, Then::Stop, Some(grace)),
                _ => {
                    self.children.remove(&id);
                }
            }
        }
        self.stop_when_empty();
    }

    pub(super) fn restart(&mut self, id: Uuid, mode: RestartMode) {
        let Some(child) = self.children.get_mut(&id) else { return };
        match &child.phase {
            Phase::Running { actor } => {
                let actor = actor.clone();
                self.end(id, Then::Again, None);
                match mode {
                    RestartMode::Graceful => {}
                    RestartMode::Kill => actor.kill(),
                    RestartMode::Panic => {
                        let _gone = actor.cast(SyncMessage::Panic);
                    }
                }
            }
            Phase::BackingOff { .. } | Phase::Parked { .. } => self.resume_now(id),
            Phase::Ending { actor, .. } if mode == RestartMode::Kill => actor.kill(),
            _ => {}
        }
    }

    pub(super) fn resume(&mut self, id: Uuid) {
        if matches!(self.children.get(&id).map(|child| &child.phase), Some(Phase::Parked { .. })) {
            self.resume_now(id);
        }
    }

    /// A child's timer rang.
    pub(super) fn due(&mut self, id: Uuid, ticket: u64) {
        let Some(child) = self.children.get_mut(&id).filter(|child| child.ticket == ticket) else { return };
        match &child.phase {
            Phase::BackingOff { .. } => self.begin(id),
            Phase::Parked { .. } | Phase::Held { .. } => self.resume_now(id),
            Phase::Ending { actor, .. } => {
                if child.slot.turns.is_taken() {
                    self.house.count_aborted();
                }
                actor.kill();
            }
            _ => {}
        }
    }

    /// What follows from an actor's end.
    pub(super) fn follow(&mut self, id: Uuid, exit: Result<Exit, String>) {
        let Some(child) = self.children.get_mut(&id) else { return };
        let (key, platform) = (child.account.key, child.account.platform.clone());
        let then = match &child.phase {
            Phase::Ending { then, .. } => Some(*then),
            _ => None,
        };
        if then.is_some() {
            self.house.tell(Event::Stopped { key, platform });
        }
        match (then, exit) {
            (Some(Then::Stop), _) => {
                self.children.remove(&id);
            }
            (Some(Then::Clear), _) => self.clear(id),
            (Some(Then::Again), _) => self.begin(id),
            (None, Ok(Exit::Denied { reason })) => self.denied(id, reason),
            (None, Ok(Exit::Fenced)) => self.fenced(id),
            (None, Ok(Exit::Finished)) => self.failed(id, "finished without being told".to_owned()),
            (None, Err(reason)) => self.failed(id, reason),
        }
    }

    /// The budget decides: a pause, or a park.
    fn failed(&mut self, id: Uuid, reason: String) {
        let ticket = self.next_ticket();
        let settings = self.house.settings();
        let Some(child) = self.children.get_mut(&id) else { return };
        let healthy_for = child.slot.take_healthy();
        let salt = self.house.salt(child.account.key, ticket);
        child.slot.lock().error(reason.clone(), self.house.now());
        match child.restarts.failed(Instant::now(), healthy_for, &settings.sync_restarts, salt) {
            Verdict::Again { attempt, pause } => self.back_off(id, reason, attempt, pause),
            Verdict::Park { restarts } => {
                let reason = format!("failed again after {restarts} restarts: {reason}");
                self.park(id, reason, settings.sync_restarts.park_for);
            }
        }
    }

    /// The credential is refused: nothing but a new version, or an operator, helps.
    fn denied(&mut self, id: Uuid, reason: String) {
        let Some(child) = self.children.get_mut(&id) else { return };
        child.slot.lock().error(reason.clone(), self.house.now());
        if std::mem::take(&mut child.renewed) {
            return self.begin(id);
        }
        self.park(id, reason, None);
    }

    fn fenced(&mut self, id: Uuid) {
        let ticket = self.next_ticket();
        let settings = self.house.settings();
        let Some(child) = self.children.get_mut(&id) else { return };
        if child.slot.take_healthy().is_some() {
            child.fenced = 0;
        }
        child.fenced = child.fenced.saturating_add(1);
        let attempt = child.fenced;
        let reason = "another incarnation holds its fence".to_owned();
        child.slot.lock().error(reason.clone(), self.house.now());
        let pause = settings.fence_pause.pause(attempt, self.house.salt(child.account.key, ticket));
        self.back_off(id, reason, attempt, pause);
    }

    fn back_off(&mut self, id: Uuid, reason: String, attempt: u32, pause: Duration) {
        let timer = self.timer(id, pause);
        let Some(child) = self.children.get_mut(&id) else { return };
        let (key, platform) = (child.account.key, child.account.platform.clone());
        rest(child, &self.house, State::BackingOff, reason.clone(), Some(self.house.after(pause)));
        child.phase = Phase::BackingOff { _timer: timer };
        self.house.tell(Event::Restarting { key, platform, reason, attempt, pause });
    }

    fn park(&mut self, id: Uuid, reason: String, park_for: Option<Duration>) {
        let timer = park_for.map(|pause| self.timer(id, pause));
        let until = park_for.map(|pause| self.house.after(pause));
        let Some(child) = self.children.get_mut(&id) else { return };
        let (key, platform) = (child.account.key, child.account.platform.clone());
        rest(child, &self.house, State::Parked, reason.clone(), until);
        child.phase = Phase::Parked { _timer: timer };
        self.house.tell(Event::Parked { key, platform, reason, until });
    }

    /// Stands still if the tables say so.
    fn hold_if_told(&mut self, id: Uuid) -> bool {
        let now = self.house.now();
        let Some(hold) = self.children.get(&id).and_then(|child| child.hold(now)) else { return false };
        let timer = hold.until.map(|until| self.timer(id, self.house.until(until)));
        let Some(child) = self.children.get_mut(&id) else { return false };
        let (key, platform) = (child.account.key, child.account.platform.clone());
        rest(child, &self.house, State::Held, hold.reason.clone(), hold.until);
        child.phase = Phase::Held { hold: hold.clone(), _timer: timer };
        self.house.tell(Event::Held { key, platform, kind: hold.kind, reason: hold.reason });
        true
    }

    /// Ends a park or a hold; earlier failures are forgiven.
    fn resume_now(&mut self, id: Uuid) {
        let Some(child) = self.children.get_mut(&id) else { return };
        child.restarts.forget();
        let (key, platform) = (child.account.key, child.account.platform.clone());
        if matches!(child.phase, Phase::Parked { .. } | Phase::Held { .. }) {
            self.house.tell(Event::Resumed { key, platform });
        }
        self.begin(id);
    }

    /// Raises a generation, unless the account is held.
    fn begin(&mut self, id: Uuid) {
        if !self.hold_if_told(id) {
            self.raise(id, Duration::ZERO);
        }
    }

    fn raise(&mut self, id: Uuid, pause: Duration) {
        let ticket = self.next_ticket();
        let (house, myself) = (self.house.clone(), self.myself.clone());
        let Some(child) = self.children.get_mut(&id) else { return };
        child.ticket = ticket;
        child.slot.set_address(None);
        child.slot.take_healthy();
        let (slot, key, deadline) = (child.slot.clone(), child.account.key, house.settings().port_deadline);
        slot.enter(State::Starting, house.now(), Some(house.after(pause + deadline)), None);
        let task = tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            // Whoever worked for the account must have let go, and stays out once the generation has changed.
            let Some(_turns) = slot.turns.all().await else { return };
            let raised = in_time(deadline, house.ports.fences.raise(vec![key])).await;
            let generation = raised.and_then(|raised| {
                raised.first().copied().ok_or_else(|| PortError("no generation was raised".to_owned()))
            });
            if let Ok(generation) = generation {
                slot.incarnate(generation);
            }
            let _gone = myself.cast(OrganizationMessage::Raised { account: id, ticket, generation });
        });
        child.phase = Phase::Raising { _task: AbortOnDropHandle::new(task) };
    }

    pub(super) async fn raised(&mut self, id: Uuid, ticket: u64, raised: Result<Generation, PortError>) {
        let Some(child) = self.children.get_mut(&id).filter(|child| child.ticket == ticket) else { return };
        if !matches!(child.phase, Phase::Raising { .. }) {
            return;
        }
        match raised {
            Ok(generation) => self.spawn(id, generation).await,
            // The tables are away for everybody: no reason to spend this account's budget.
            Err(error) => {
                child.fenced = child.fenced.saturating_add(1);
                let pause = self.house.settings().fence_pause;
                let pause = pause.pause(child.fenced, self.house.salt(child.account.key, ticket));
                child.slot.lock().error(error.to_string(), self.house.now());
                self.house.tell(Event::RosterFailed { reason: error.to_string() });
                self.raise(id, pause);
            }
        }
    }

    /// Begins an actor. One that cannot begin has failed.
    async fn spawn(&mut self, id: Uuid, generation: Generation) {
        let Some(child) = self.children.get_mut(&id) else { return };
        let lease = Lease { key: child.account.key, platform: child.account.platform.clone(), generation };
        let arguments = SyncArguments { house: self.house.clone(), slot: child.slot.clone(), lease };
        child.renewed = false;
        match SyncActor::spawn_linked(None, SyncActor, arguments, self.myself.get_cell()).await {
            Ok((actor, _)) => {
                child.slot.set_address(Some(actor.clone()));
                child.phase = Phase::Running { actor };
            }
            Err(error) => self.failed(id, error.to_string()),
        }
    }

    fn end(&mut self, id: Uuid, then: Then, grace: Option<Duration>) {
        let grace = grace.unwrap_or(self.house.settings().grace);
        let timer = self.timer(id, grace);
        let Some(child) = self.children.get_mut(&id) else { return };
        let actor = match &child.phase {
            Phase::Running { actor } | Phase::Ending { actor, .. } => actor.clone(),
            _ => return,
        };
        child.slot.set_address(None);
        let due = self.house.after(grace);
        child.slot.enter(State::Stopping, self.house.now(), Some(due), None);
        let _gone = actor.cast(SyncMessage::Finish);
        child.phase = Phase::Ending { actor, then, _grace: timer };
    }

    /// Takes a removed account off the board, once nobody works for it any more.
    fn clear(&mut self, id: Uuid) {
        let ticket = self.next_ticket();
        let myself = self.myself.clone();
        let Some(child) = self.children.get_mut(&id) else { return };
        child.ticket = ticket;
        let slot = child.slot.clone();
        let task = tokio::spawn(async move {
            let _turns = slot.turns.all().await;
            slot.lock().generation = None;
            let _gone = myself.cast(OrganizationMessage::Cleared { account: id, ticket });
        });
        child.phase = Phase::Clearing { _task: AbortOnDropHandle::new(task) };
    }

    pub(super) fn cleared(&mut self, id: Uuid, ticket: u64) {
        let cleared = self.children.get(&id).filter(|child| child.ticket == ticket);
        if let Some(child) = cleared.filter(|child| matches!(child.phase, Phase::Clearing { .. })) {
            self.house.board.remove(child.account.key);
            self.children.remove(&id);
        }
    }

    /// A timer for the child's next phase.
    fn timer(&mut self, id: Uuid, pause: Duration) -> Timer {
        let ticket = self.next_ticket();
        if let Some(child) = self.children.get_mut(&id) {
            child.ticket = ticket;
        }
        later(&self.myself, pause, OrganizationMessage::Due { account: id, ticket })
    }
}

fn rest(child: &Child, house: &House, state: State, what: String, until: Option<Timestamp>) {
    child.slot.set_address(None);
    child.slot.enter(state, house.now(), until, Some(WaitsFor { what, until }));
}
