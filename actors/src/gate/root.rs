//! The root of the gates: supervises one branch per external API.
//!
//! A branch holds nothing that its records do not, so it is restarted like any other actor; what it supervised dies and
//! is reborn with it. A branch that spends its restart budget means that the gates themselves are broken: then the root
//! fails and its supervisor decides. Spoken to by the registry (`StartBranch`) and by its children's ends. When the
//! root ends, however it ends, the gates close and whoever waits is told.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

use super::{
    branch::{Branch, BranchArguments},
    context::{Api, Context, Standing},
    restarts::{RestartLog, Verdict},
};

/// What the root is told.
pub(super) enum RootMessage {
    /// An API was named for the first time.
    StartBranch(Arc<Api>),
    /// The pause of a failed branch is over.
    RestartDue(Arc<Api>),
}

/// The actor.
pub(super) struct Root;

/// Its state.
pub(super) struct RootState {
    myself: ActorRef<RootMessage>,
    context: Arc<Context>,
    running: HashMap<ActorId, Arc<Api>>,
    started: HashSet<Arc<str>>,
    restarts: HashMap<Arc<str>, RestartLog>,
    rng: ChaCha8Rng,
}

impl Drop for RootState {
    fn drop(&mut self) {
        self.context.close();
    }
}

impl Actor for Root {
    type Msg = RootMessage;
    type State = RootState;
    type Arguments = Arc<Context>;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        context: Arc<Context>,
    ) -> Result<RootState, ActorProcessingErr> {
        context.rooted(myself.clone());
        let rng = ChaCha8Rng::seed_from_u64(context.settings().seed);
        let (running, started, restarts) = (HashMap::new(), HashSet::new(), HashMap::new());
        Ok(RootState { myself, context, running, started, restarts, rng })
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        message: RootMessage,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            RootMessage::StartBranch(api) if !state.started.insert(api.name.clone()) => Ok(()),
            RootMessage::StartBranch(api) | RootMessage::RestartDue(api) => state.start(api).await,
        }
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        let (cell, reason) = match event {
            SupervisionEvent::ActorFailed(cell, error) => (cell, error.to_string()),
            SupervisionEvent::ActorTerminated(cell, _, reason) => (cell, reason.unwrap_or_default()),
            _ => return Ok(()),
        };
        match state.running.remove(&cell.get_id()) {
            Some(api) => state.failed(api, &reason),
            None => Ok(()),
        }
    }

    async fn post_stop(
        &self,
        _: ActorRef<Self::Msg>,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        state.context.close();
        Ok(())
    }
}

impl RootState {
    async fn start(&mut self, api: Arc<Api>) -> Result<(), ActorProcessingErr> {
        let arguments = BranchArguments { context: self.context.clone(), api: api.clone() };
        match Actor::spawn_linked(None, Branch, arguments, self.myself.get_cell()).await {
            Ok((branch, _)) => {
                self.running.insert(branch.get_id(), api);
                Ok(())
            }
            Err(error) => self.failed(api, &error.to_string()),
        }
    }

    fn failed(&mut self, api: Arc<Api>, reason: &str) -> Result<(), ActorProcessingErr> {
        api.branch.send_replace(None);
        api.breakers().iter().for_each(|breaker| breaker.stand(Standing::Down));
        api.books().iter().for_each(|book| book.stand(Standing::Down));
        let settings = self.context.settings();
        let log = self.restarts.entry(api.name.clone()).or_default();
        match log.failed(Instant::now(), &settings.restart, &mut self.rng) {
            Verdict::Again(pause) => {
                tracing::warn!(api = %api.name, reason, delay_ms = pause.as_millis() as u64, "branch restarts");
                self.myself.send_after(pause, move || RootMessage::RestartDue(api));
                Ok(())
            }
            Verdict::Spent => {
                Err(format!("the branch of {} failed too often, the last time: {reason}", api.name).into())
            }
        }
    }
}
