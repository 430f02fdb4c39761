//! Keeps one supervisor for each organization of the roster, and each told of its accounts.
//!
//! It owns which organizations run. The tree speaks to it. A crash takes every organization down with it: its
//! successor reads the roster and raises everybody's generation in one call. At most one reading is in flight.

mod roster;

use std::{collections::HashMap, sync::Arc, time::Duration};

use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::{
    board::{State, WaitsFor},
    event::Event,
    house::{House, Timer, later},
    organization::{Listed, OrganizationActor, OrganizationArguments, OrganizationMessage},
    port::{Account, PortError, SyncKey},
    restart::{Ended, Restarts, Verdict},
    tree::RestartMode,
};

pub(crate) struct OrganizationsActor;

pub(crate) enum OrganizationsMessage {
    /// The roster may have changed.
    NudgeRoster,
    /// Begin one account's actor anew.
    Restart { key: SyncKey, mode: RestartMode },
    /// Begin one organization's supervisor and all its actors anew.
    RestartOrganization { organization: Uuid, mode: RestartMode },
    /// Begin one organization's rollup anew.
    RestartFigures { organization: Uuid, mode: RestartMode },
    /// End one account's park.
    Resume { key: SyncKey },
    /// End everything, then yourself.
    Finish { grace: Duration },
    /// The roster was read, or could not be.
    Read { ticket: u64, roster: Result<roster::Reading, PortError> },
    /// It is time to read the roster.
    ReadDue { ticket: u64 },
    /// An organization's timer rang.
    Due { organization: Uuid, ticket: u64 },
}

pub(crate) struct OrganizationsState {
    house: Arc<House>,
    myself: ActorRef<OrganizationsMessage>,
    organizations: HashMap<Uuid, Organization>,
    ids: HashMap<ActorId, Uuid>,
    reading: Option<AbortOnDropHandle<()>>,
    /// A nudge came while the roster was being read.
    nudged: bool,
    timer: Option<Timer>,
    /// Nothing was read yet by this incarnation: every generation has to be raised.
    first: bool,
    failures: u32,
    ticket: u64,
    /// Names the reading, or the timer for the next one.
    read_ticket: u64,
    stopping: bool,
}

struct Organization {
    /// Sorted by account.
    accounts: Vec<Account>,
    phase: Phase,
    restarts: Restarts,
    ticket: u64,
}

enum Phase {
    Running {
        actor: ActorRef<OrganizationMessage>,
        since: Instant,
    },
    /// It was told to end, and begins again if it has accounts then.
    Ending {
        actor: ActorRef<OrganizationMessage>,
        _grace: Timer,
    },
    /// It begins again when the timer rings.
    Resting {
        _timer: Option<Timer>,
    },
}

impl Actor for OrganizationsActor {
    type Msg = OrganizationsMessage;
    type State = OrganizationsState;
    type Arguments = Arc<House>;

    async fn pre_start(
        &self,
        myself: ActorRef<OrganizationsMessage>,
        house: Arc<House>,
    ) -> Result<OrganizationsState, ActorProcessingErr> {
        house.set_organizations(myself.clone());
        Ok(OrganizationsState {
            house,
            myself,
            organizations: HashMap::new(),
            ids: HashMap::new(),
            reading: None,
            nudged: false,
            timer: None,
            first: true,
            failures: 0,
            ticket: 0,
            read_ticket: 0,
            stopping: false,
        })
    }

    async fn post_start(
        &self,
        _: ActorRef<OrganizationsMessage>,
        state: &mut OrganizationsState,
    ) -> Result<(), ActorProcessingErr> {
        state.read();
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<OrganizationsMessage>,
        message: OrganizationsMessage,
        state: &mut OrganizationsState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            OrganizationsMessage::NudgeRoster => state.nudge_roster(),
            OrganizationsMessage::Restart { key, mode } => {
                state.pass(key.organization, OrganizationMessage::Restart { account: key.account, mode });
            }
            OrganizationsMessage::RestartOrganization { organization, mode } => {
                state.restart_organization(organization, mode).await;
            }
            OrganizationsMessage::RestartFigures { organization, mode } => {
                state.pass(organization, OrganizationMessage::RestartFigures { mode });
            }
            OrganizationsMessage::Resume { key } => {
                state.pass(key.organization, OrganizationMessage::Resume { account: key.account });
            }
            OrganizationsMessage::Finish { grace } => state.finish(grace),
            OrganizationsMessage::Read { ticket, roster } => state.have_read(ticket, roster).await,
            OrganizationsMessage::ReadDue { ticket } => state.read_due(ticket),
            OrganizationsMessage::Due { organization, ticket } => state.due(organization, ticket).await,
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<OrganizationsMessage>,
        event: SupervisionEvent,
        state: &mut OrganizationsState,
    ) -> Result<(), ActorProcessingErr> {
        if let Some((id, ended)) = Ended::read(event) {
            state.ended(id, ended).await;
        }
        Ok(())
    }
}

impl OrganizationsState {
    fn pass(&self, organization: Uuid, message: OrganizationMessage) {
        if let Some(Phase::Running { actor, .. }) =
            self.organizations.get(&organization).map(|organization| &organization.phase)
        {
            let _gone = actor.cast(message);
        }
    }

    /// Makes one organization what the roster says.
    async fn list(&mut self, id: Uuid, listed: Vec<Listed>) {
        let accounts: Vec<Account> = listed.iter().map(|listed| listed.account.clone()).collect();
        let Some(organization) = self.organizations.get_mut(&id) else {
            let phase = Phase::Resting { _timer: None };
            let organization = Organization { accounts, phase, restarts: Restarts::default(), ticket: 0 };
            self.organizations.insert(id, organization);
            return self.spawn(id, listed).await;
        };
        if organization.accounts == accounts {
            return;
        }
        organization.accounts = accounts;
        match &organization.phase {
            Phase::Running { .. } if listed.is_empty() => self.end(id, self.house.settings().grace),
            Phase::Running { actor, .. } => {
                let _gone = actor.cast(OrganizationMessage::List(listed));
            }
            Phase::Resting { .. } if listed.is_empty() => self.forget(id),
            Phase::Ending { .. } | Phase::Resting { .. } => {}
        }
    }

    async fn spawn(&mut self, id: Uuid, accounts: Vec<Listed>) {
        let arguments = OrganizationArguments { house: self.house.clone(), accounts };
        let spawned =
            OrganizationActor::spawn_linked(None, OrganizationActor, arguments, self.myself.get_cell()).await;
        match spawned {
            Ok((actor, _)) => {
                self.ids.insert(actor.get_id(), id);
                if let Some(organization) = self.organizations.get_mut(&id) {
                    organization.phase = Phase::Running { actor, since: Instant::now() };
                }
            }
            Err(error) => self.failed(id, None, &error.to_string()),
        }
    }

    /// Begins an organization from what is known of its accounts; each raises its own generation.
    async fn respawn(&mut self, id: Uuid) {
        let Some(organization) = self.organizations.get(&id) else { return };
        let listed = |account: &Account| Listed { account: account.clone(), generation: None };
        let accounts = organization.accounts.iter().map(listed).collect();
        self.spawn(id, accounts).await;
    }

    async fn ended(&mut self, id: ActorId, ended: Ended) {
        let Some(id) = self.ids.remove(&id) else { return };
        let Some(organization) = self.organizations.get(&id) else { return };
        if !self.stopping && !organization.accounts.is_empty() {
            self.sweep(Some(id));
        }
        match (&organization.phase, ended) {
            _ if self.stopping || organization.accounts.is_empty() => self.forget(id),
            (Phase::Running { since, .. }, Ended::Failed(reason)) => {
                let healthy_for = Some(since.elapsed());
                self.failed(id, healthy_for, &reason);
            }
            _ => self.respawn(id).await,
        }
    }

    /// The budget decides: a pause, or a park of the whole organization.
    fn failed(&mut self, id: Uuid, healthy_for: Option<Duration>, reason: &str) {
        self.ticket += 1;
        let (ticket, policy) = (self.ticket, self.house.settings().organization_restarts);
        let Some(organization) = self.organizations.get_mut(&id) else { return };
        let salt = self.house.salt(SyncKey { organization: id, account: id }, ticket);
        let verdict = organization.restarts.failed(Instant::now(), healthy_for, &policy, salt);
        let reason = format!("its organization's supervisor failed: {reason}");
        let (state, rest) = match verdict {
            Verdict::Again { pause, .. } => (State::BackingOff, Some(pause)),
            Verdict::Park { .. } => (State::Parked, policy.park_for),
        };
        organization.ticket = ticket;
        let due = OrganizationsMessage::Due { organization: id, ticket };
        organization.phase = Phase::Resting { _timer: rest.map(|rest| later(&self.myself, rest, due)) };
        let until = rest.map(|rest| self.house.after(rest));
        for account in &organization.accounts {
            let (key, platform, reason) = (account.key, account.platform.clone(), reason.clone());
            let slot = self.house.board.claim(account, self.house.now());
            slot.set_address(None);
            slot.lock().error(reason.clone(), self.house.now());
            slot.enter(state, self.house.now(), until, Some(WaitsFor { what: reason.clone(), until }));
            self.house.tell(match verdict {
                Verdict::Again { attempt, pause } => {
                    Event::Restarting { key, platform, reason, attempt, pause }
                }
                Verdict::Park { .. } => Event::Parked { key, platform, reason, until },
            });
        }
    }

    async fn restart_organization(&mut self, id: Uuid, mode: RestartMode) {
        let Some(organization) = self.organizations.get_mut(&id) else { return };
        match &organization.phase {
            Phase::Running { actor, .. } => {
                let actor = actor.clone();
                self.end(id, self.house.settings().grace);
                match mode {
                    RestartMode::Graceful => {}
                    RestartMode::Kill => actor.kill(),
                    RestartMode::Panic => {
                        let _gone = actor.cast(OrganizationMessage::Panic);
                    }
                }
            }
            Phase::Ending { actor, .. } if mode == RestartMode::Kill => actor.kill(),
            Phase::Ending { .. } => {}
            Phase::Resting { .. } => {
                organization.restarts.forget();
                self.respawn(id).await;
            }
        }
    }

    fn end(&mut self, id: Uuid, grace: Duration) {
        self.ticket += 1;
        let ticket = self.ticket;
        let Some(organization) = self.organizations.get_mut(&id) else { return };
        let actor = match &organization.phase {
            Phase::Running { actor, .. } | Phase::Ending { actor, .. } => actor.clone(),
            Phase::Resting { .. } => return self.forget(id),
        };
        let _gone = actor.cast(OrganizationMessage::Finish { grace });
        // Its actors are cut off after the grace; this is for a supervisor that does not move at all.
        let patience = grace + self.house.settings().stalled_after;
        let due = OrganizationsMessage::Due { organization: id, ticket };
        organization.ticket = ticket;
        organization.phase = Phase::Ending { actor, _grace: later(&self.myself, patience, due) };
    }

    async fn due(&mut self, id: Uuid, ticket: u64) {
        let Some(organization) = self.organizations.get_mut(&id) else { return };
        if organization.ticket != ticket {
            return;
        }
        match &organization.phase {
            Phase::Ending { actor, .. } => actor.kill(),
            Phase::Resting { .. } => self.respawn(id).await,
            Phase::Running { .. } => {}
        }
    }

    fn finish(&mut self, grace: Duration) {
        self.stopping = true;
        (self.reading, self.timer) = (None, None);
        let ids: Vec<Uuid> = self.organizations.keys().copied().collect();
        for id in ids {
            self.end(id, grace);
        }
        self.stop_when_empty();
    }

    fn forget(&mut self, id: Uuid) {
        self.organizations.remove(&id);
        self.house.rollups.remove(id);
        if !self.stopping {
            self.sweep(Some(id));
        }
        self.stop_when_empty();
    }

    fn stop_when_empty(&self) {
        if self.stopping && self.organizations.is_empty() {
            self.myself.stop(None);
        }
    }
}
