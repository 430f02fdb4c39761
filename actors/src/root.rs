//! The root: gates, journal, directory, organizations and watch, one for one. It restarts a branch that fails and gives up on the whole
//! tree when a branch has spent its budget: without gates or organizations nobody is served.
//!
//! Stopping goes in reverse order of starting, in a task, so that the root hears its branches all the while.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, RpcReplyPort, SpawnErr, SupervisionEvent};
use tokio::{sync::watch, time::Instant};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::{
    board::State,
    directory::{DirectoryActor, DirectoryArguments},
    event::{DirectoryFact, Event},
    house::{House, Timer, later},
    journal::{JournalActor, JournalMessage},
    organizations::{OrganizationsActor, OrganizationsMessage},
    permits::Open,
    port::SyncKey,
    restart::{Ended, Restarts, Verdict},
    tree::StopReport,
    watch::WatchActor,
};

pub(crate) struct RootActor;

pub(crate) struct RootArguments {
    pub(crate) house: Arc<House>,
    pub(crate) gates: Arc<dyn Open>,
    pub(crate) failed: watch::Sender<Option<String>>,
}

pub(crate) enum RootMessage {
    /// End everything, last begun first.
    Finish { grace: Duration, reply: RpcReplyPort<StopReport> },
    /// Everything has ended.
    Finished { report: StopReport },
    /// A branch's pause is over.
    Due { branch: usize },
}

pub(crate) struct RootState {
    house: Arc<House>,
    myself: ActorRef<RootMessage>,
    gates: Arc<dyn Open>,
    failed: watch::Sender<Option<String>>,
    branches: [Branch; BRANCHES.len()],
    stopping: Option<AbortOnDropHandle<()>>,
    reply: Option<RpcReplyPort<StopReport>>,
}

/// In the order in which they begin.
const BRANCHES: [&str; 5] = ["gates", "journal", "directory", "organizations", "watch"];
/// Stands still alone when its budget is spent, and tries again: practices are served without it.
const DIRECTORY: usize = 2;

#[derive(Default)]
struct Branch {
    cell: Option<ActorCell>,
    since: Option<Instant>,
    restarts: Restarts,
    timer: Option<Timer>,
}

impl Actor for RootActor {
    type Msg = RootMessage;
    type State = RootState;
    type Arguments = RootArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<RootMessage>,
        RootArguments { house, gates, failed }: RootArguments,
    ) -> Result<RootState, ActorProcessingErr> {
        let branches = Default::default();
        let mut state = RootState { house, myself, gates, failed, branches, stopping: None, reply: None };
        for branch in 0..BRANCHES.len() {
            state.begin(branch).await?;
        }
        Ok(state)
    }

    async fn handle(
        &self,
        _: ActorRef<RootMessage>,
        message: RootMessage,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RootMessage::Finish { grace, reply } => state.finish(grace, reply),
            RootMessage::Finished { report } => state.finished(report),
            RootMessage::Due { branch } => state.due(branch).await,
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<RootMessage>,
        event: SupervisionEvent,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        let Some((id, ended)) = Ended::read(event) else { return Ok(()) };
        let is_it = |branch: &Branch| branch.cell.as_ref().is_some_and(|cell| cell.get_id() == id);
        if let Some(branch) = state.branches.iter().position(is_it) {
            let reason = match ended {
                Ended::Stopped(_) => "stopped without being told".to_owned(),
                Ended::Failed(reason) => reason,
            };
            state.lost(branch, &reason);
        }
        Ok(())
    }
}

impl RootState {
    async fn begin(&mut self, branch: usize) -> Result<(), SpawnErr> {
        let (house, root) = (self.house.clone(), self.myself.get_cell());
        let cell = match BRANCHES[branch] {
            "gates" => {
                let (permits, cell) = self.gates.open(house.clone(), root).await?;
                house.turnstile.replace(permits);
                cell
            }
            "journal" => {
                Some(JournalActor::spawn_linked(None, JournalActor, house, root).await?.0.get_cell())
            }
            "directory" => match house.ports.directory.clone() {
                Some(port) => {
                    let arguments = DirectoryArguments { house, port };
                    let spawned = DirectoryActor::spawn_linked(None, DirectoryActor, arguments, root).await?;
                    Some(spawned.0.get_cell())
                }
                None => None,
            },
            "organizations" => {
                let (actor, _) =
                    OrganizationsActor::spawn_linked(None, OrganizationsActor, house, root).await?;
                Some(actor.get_cell())
            }
            _ => Some(WatchActor::spawn_linked(None, WatchActor, house, root).await?.0.get_cell()),
        };
        let branch = &mut self.branches[branch];
        (branch.cell, branch.since, branch.timer) = (cell, Some(Instant::now()), None);
        Ok(())
    }

    async fn due(&mut self, branch: usize) {
        if self.stopping.is_some() {
            return;
        }
        if let Err(error) = self.begin(branch).await {
            self.lost(branch, &error.to_string());
        }
    }

    /// A branch ended, or could not begin.
    fn lost(&mut self, index: usize, reason: &str) {
        let settings = self.house.settings();
        let policy = if index == DIRECTORY { settings.directory_restarts } else { settings.branch_restarts };
        let nobody = SyncKey { organization: Uuid::nil(), account: Uuid::nil() };
        let salt = self.house.salt(nobody, index as u64);
        let branch = &mut self.branches[index];
        let healthy_for = branch.since.take().map(|since| since.elapsed());
        branch.cell = None;
        if self.stopping.is_some() {
            return;
        }
        match branch.restarts.failed(Instant::now(), healthy_for, &policy, salt) {
            verdict if index == DIRECTORY => {
                let pause = match verdict {
                    Verdict::Again { pause, .. } => pause,
                    Verdict::Park { .. } => policy.park_for.unwrap_or(policy.window),
                };
                branch.timer = Some(later(&self.myself, pause, RootMessage::Due { branch: index }));
                self.directory_lost(verdict, pause, reason);
            }
            Verdict::Again { attempt, pause } => {
                tracing::error!(
                    branch = BRANCHES[index],
                    reason,
                    attempt,
                    ?pause,
                    "a branch of the tree begins again"
                );
                branch.timer = Some(later(&self.myself, pause, RootMessage::Due { branch: index }));
            }
            Verdict::Park { restarts } => {
                let name = BRANCHES[index];
                let reason = format!("{name} failed again after {restarts} restarts: {reason}");
                tracing::error!(branch = name, reason, "the tree has failed");
                self.failed.send_replace(Some(reason));
            }
        }
    }

    /// Says what becomes of the directory: it begins again after `pause`.
    fn directory_lost(&self, verdict: Verdict, pause: Duration, reason: &str) {
        let until = self.house.after(pause);
        let (state, reason, fact) = match verdict {
            Verdict::Again { attempt, pause } => {
                let reason = reason.to_owned();
                let fact = DirectoryFact::Restarting { reason: reason.clone(), attempt, pause };
                (State::BackingOff, reason, fact)
            }
            Verdict::Park { restarts } => {
                let reason = format!("failed again after {restarts} restarts: {reason}");
                (State::Parked, reason.clone(), DirectoryFact::Parked { reason, until })
            }
        };
        self.house.directory.ended(state, reason, self.house.now(), Some(until));
        self.house.tell(Event::Directory(fact));
    }

    fn finish(&mut self, grace: Duration, reply: RpcReplyPort<StopReport>) {
        if self.stopping.is_some() {
            return;
        }
        self.reply = Some(reply);
        let mut cells = self.branches.iter_mut().map(|branch| {
            branch.timer = None;
            branch.cell.clone()
        });
        let [gates, journal, directory, organizations, watch] =
            [cells.next(), cells.next(), cells.next(), cells.next(), cells.next()].map(Option::flatten);
        drop(cells);
        let (house, myself) = (self.house.clone(), self.myself.clone());
        self.stopping = Some(AbortOnDropHandle::new(tokio::spawn(async move {
            let begun = Instant::now();
            // The last word belongs to whoever waits longest: a supervisor that does not move at all is killed.
            let patience = grace + house.settings().stalled_after * 2;
            end(watch, patience).await;
            if let Some(cell) = organizations {
                let _gone = cell.send_message(OrganizationsMessage::Finish { grace });
                if cell.wait(Some(patience)).await.is_err() {
                    let _gone = cell.kill_and_wait(Some(patience)).await;
                }
            }
            end(directory, patience).await;
            let working = quiet(&house, patience).await;
            if let Some(cell) = journal {
                let _gone = cell.send_message(JournalMessage::Finish);
                if cell.wait(Some(patience)).await.is_err() {
                    let _gone = cell.kill_and_wait(Some(patience)).await;
                }
            }
            house.desk.close(true);
            end(gates, patience).await;
            let aborted = house.aborted.load(Ordering::Relaxed);
            let report = StopReport { aborted, working, took: begun.elapsed() };
            let _gone = myself.cast(RootMessage::Finished { report });
        })));
    }

    fn finished(&mut self, report: StopReport) {
        if let Some(reply) = self.reply.take() {
            // Whoever asked may have gone.
            let _gone = reply.send(report);
        }
        self.myself.stop(None);
    }
}

async fn end(cell: Option<ActorCell>, patience: Duration) {
    if let Some(cell) = cell
        && cell.stop_and_wait(None, Some(patience)).await.is_err()
    {
        let _gone = cell.kill_and_wait(Some(patience)).await;
    }
}

/// Waits until no task of a dead actor works any more; answers how many still do.
async fn quiet(house: &House, patience: Duration) -> usize {
    let deadline = Instant::now() + patience;
    let mut working = 0;
    for slot in house.board.slots() {
        if tokio::time::timeout_at(deadline, slot.turns.all()).await.is_err() {
            working += 1;
        }
    }
    working
}
