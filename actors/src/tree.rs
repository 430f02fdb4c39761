//! The handle of the whole tree.

use std::{sync::Arc, time::Duration};

use ractor::{Actor as _, ActorRef};
use serde::Serialize;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    board::{ActorStatus, Counts, Slot, State, WaitsFor},
    clock::Clock,
    directory::{DirectoryMessage, DirectoryStatus},
    gate::Gates,
    house::House,
    journal::Journal,
    organizations::OrganizationsMessage,
    permits::{Open, RealGates},
    port::{Ports, SyncKey},
    rollup::RollupStatus,
    root::{RootActor, RootArguments, RootMessage},
    settings::Settings,
    sync::SyncMessage,
};

/// The running tree. Dropping the handle does not stop it: [`Tree::stop`] does.
pub struct Tree {
    house: Arc<House>,
    root: ActorRef<RootMessage>,
    failed: watch::Receiver<Option<String>>,
}

/// How an actor is made to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestartMode {
    /// It ends its step first, within the grace period.
    Graceful,
    /// It is cut off wherever it stands.
    Kill,
    /// It panics, as a bug would make it.
    Panic,
}

/// The tree could not begin.
#[derive(Debug, thiserror::Error)]
#[error("the supervision tree could not begin: {0}")]
pub struct StartError(String);

/// No such actor is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such actor")]
pub struct NotThere;

/// How the tree ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StopReport {
    /// Steps cut off because a grace period was over, since the tree began.
    pub aborted: usize,
    /// Tasks that still work although they were cut off; they end with the process.
    pub working: usize,
    /// How long the stop took.
    pub took: Duration,
}

impl Tree {
    /// Starts the tree. It reads the roster by itself; ports that fail are tried again.
    pub async fn start(settings: Settings, clock: Clock, ports: Ports) -> Result<Self, StartError> {
        Self::start_with(settings, clock, ports, Arc::new(RealGates)).await
    }

    /// Starts the tree with gates of the caller's choice.
    pub(crate) async fn start_with(
        settings: Settings,
        clock: Clock,
        ports: Ports,
        gates: Arc<dyn Open>,
    ) -> Result<Self, StartError> {
        let house = House::new(settings, clock, ports);
        let (sender, failed) = watch::channel(None);
        let arguments = RootArguments { house: house.clone(), gates, failed: sender };
        let spawned = RootActor::spawn(None, RootActor, arguments).await;
        let (root, _) = spawned.map_err(|error| StartError(error.to_string()))?;
        Ok(Self { house, root, failed })
    }

    /// Resolves with the reason when the tree can no longer serve: a branch spent its restart budget. The process
    /// should end with a code that is not zero. After an orderly stop it never resolves.
    pub async fn failed(&self) -> String {
        let mut failed = self.failed.clone();
        let reason = failed.wait_for(Option::is_some).await.map(|reason| reason.clone());
        match reason {
            Ok(reason) => reason.unwrap_or_default(),
            Err(_) if self.house.has_stopped() => std::future::pending().await,
            Err(_) => "the root of the tree has ended".to_owned(),
        }
    }

    /// Says that an account's tables may have changed.
    pub fn nudge(&self, key: SyncKey) {
        if let Some(slot) = self.house.board.get(key) {
            slot.nudge();
        }
    }

    /// Says that something was delivered for an account: it is applied at once, whatever its fetches wait for.
    pub fn deliver(&self, key: SyncKey) {
        if let Some(slot) = self.house.board.get(key) {
            slot.deliver();
        }
    }

    /// Says that the roster may have changed.
    pub fn nudge_roster(&self) {
        self.organizations(OrganizationsMessage::NudgeRoster);
    }

    /// Says that something of an organization was marked for its rollup.
    pub fn nudge_rollup(&self, organization: Uuid) {
        self.house.rollups.nudge(organization);
    }

    /// Every rollup as it stands now, by organization.
    pub fn rollups(&self) -> Vec<RollupStatus> {
        let mut statuses: Vec<_> = self.house.rollups.slots().iter().map(|slot| slot.status()).collect();
        statuses.sort_by_key(|status| status.organization);
        statuses
    }

    /// One organization's rollup as it stands now.
    pub fn rollup(&self, organization: Uuid) -> Option<RollupStatus> {
        self.house.rollups.get(organization).map(|slot| slot.status())
    }

    /// Begins one organization's rollup anew, also one that is parked. It costs no restart budget.
    ///
    /// # Errors
    /// [`NotThere`] when the organization has none.
    pub fn restart_rollup(&self, organization: Uuid, mode: RestartMode) -> Result<(), NotThere> {
        self.house.rollups.get(organization).ok_or(NotThere)?;
        self.organizations(OrganizationsMessage::RestartFigures { organization, mode });
        Ok(())
    }

    /// Says that events for the directory came.
    pub fn nudge_directory(&self) {
        self.house.directory.send(DirectoryMessage::Nudge);
    }

    /// Says that somebody asked for a check of the directory.
    pub fn check_directory(&self) {
        self.house.directory.send(DirectoryMessage::Check);
    }

    /// How the directory stands; `None` where there is none.
    pub fn directory(&self) -> Option<DirectoryStatus> {
        self.house.directory.status()
    }

    /// Every actor as it stands now. Asks nobody, so it always answers at once.
    pub fn statuses(&self) -> Vec<ActorStatus> {
        let mut statuses: Vec<_> = self.house.board.slots().iter().map(|slot| self.explained(slot)).collect();
        statuses.sort_by_key(|status| status.key);
        statuses
    }

    /// One actor as it stands now.
    pub fn status(&self, key: SyncKey) -> Option<ActorStatus> {
        self.house.board.get(key).map(|slot| self.explained(&slot))
    }

    /// How many actors are in each state.
    pub fn counts(&self) -> Counts {
        self.house.board.counts()
    }

    /// Begins one account's actor anew, also one that is parked or in a pause. It costs no restart budget. A held
    /// actor stays held: the tables decide.
    pub fn restart(&self, key: SyncKey, mode: RestartMode) -> Result<(), NotThere> {
        self.house.board.get(key).ok_or(NotThere)?;
        self.organizations(OrganizationsMessage::Restart { key, mode });
        Ok(())
    }

    /// Begins one organization's supervisor anew, and every actor below it.
    pub fn restart_organization(&self, organization: Uuid, mode: RestartMode) -> Result<(), NotThere> {
        if !self.house.board.has_organization(organization) {
            return Err(NotThere);
        }
        self.organizations(OrganizationsMessage::RestartOrganization { organization, mode });
        Ok(())
    }

    /// Makes one account's actor look at its tables now, whatever pause it is in.
    pub fn sync_now(&self, key: SyncKey) -> Result<(), NotThere> {
        let slot = self.house.board.get(key).ok_or(NotThere)?;
        // One that is not running looks at its tables first thing when it does.
        slot.send(SyncMessage::SyncNow);
        Ok(())
    }

    /// Ends one account's park.
    pub fn resume(&self, key: SyncKey) -> Result<(), NotThere> {
        self.house.board.get(key).ok_or(NotThere)?;
        self.organizations(OrganizationsMessage::Resume { key });
        Ok(())
    }

    /// Where what comes in is kept.
    pub fn journal(&self) -> Journal {
        Journal(Arc::clone(&self.house))
    }

    /// The gates; `None` for the moment between two incarnations of them.
    pub fn gates(&self) -> Option<Gates> {
        self.house.turnstile.current().gates()
    }

    /// Replaces the settings; each holds from the next decision on.
    pub fn reconfigure(&self, settings: Settings) {
        if let Some(gates) = self.gates() {
            gates.reconfigure(settings.gates.clone());
        }
        self.house.set_settings(settings);
    }

    /// Stops everything, last begun first: no new work at once, steps may end within `grace`, then they are cut off.
    pub async fn stop(&self, grace: Duration) -> StopReport {
        self.house.set_stopped();
        let (reply, report) = tokio::sync::oneshot::channel();
        // A root that is gone drops the message, and with it the reply.
        drop(self.root.cast(RootMessage::Finish { grace, reply: reply.into() }));
        let report = report.await.unwrap_or_default();
        // An empty wait: the root has nothing left to do.
        let _ended = self.root.get_cell().wait(Some(grace)).await;
        report
    }

    #[cfg(test)]
    pub(crate) fn house(&self) -> &House {
        &self.house
    }

    fn organizations(&self, message: OrganizationsMessage) {
        if let Some(organizations) = self.house.organizations() {
            // One that is just being replaced reads the roster first thing.
            let _gone = organizations.cast(message);
        }
    }

    /// What waits for a permit is explained by the gates.
    fn explained(&self, slot: &Slot) -> ActorStatus {
        let mut status = slot.status();
        if status.state == State::Asking
            && let Some(waiting) = self.house.turnstile.current().waiting(status.key)
        {
            status.waits_for = Some(WaitsFor { what: waiting.what, until: waiting.until });
        }
        status
    }
}
