//! The branch of one external API: supervises its breakers and limiters, each with a restart budget of its own.
//!
//! ```text
//!   up ──fails──▶ down ──pause──▶ up
//!                  └──budget spent──▶ shut ──park expires──▶ up
//!   up ──idle──▶ retired
//! ```
//!
//! Spoken to by the registry (`Start…`), by itself (`Adopt`, timers) and by its children's ends. A crash loses the
//! restart logs; its successor adopts every record, and the children of the dead branch, which died with it, are reborn
//! as after any failure. Limits: one actor per record, one timer per actor that is down.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use ractor::{Actor, ActorCell, ActorId, ActorProcessingErr, ActorRef, SpawnErr, SupervisionEvent};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tokio::time::Instant;

use super::{
    book::Book,
    breaker::{Breaker, BreakerActor, Look},
    context::{Api, Context, Standing},
    limiter::Limiter,
    restarts::{RestartLog, Verdict},
};
use crate::event::Event;

/// What a branch is told.
pub(super) enum BranchMessage {
    /// A host was named for the first time.
    StartBreaker(Arc<Breaker>),
    /// A budget was named for the first time.
    StartLimiter(Arc<Book>),
    /// Start what the registry holds and nobody runs.
    Adopt,
    /// The pause of a failed actor is over.
    RestartDue(Post),
    /// Look for idle actors and lost permits.
    SweepDue,
    /// Panic, for drills and tests.
    Panic,
}

/// What one actor guards.
#[derive(Clone)]
pub(super) enum Post {
    Breaker(Arc<Breaker>),
    Limiter(Arc<Book>),
}

/// Names a post within its branch.
#[derive(Clone, PartialEq, Eq, Hash)]
enum PostKey {
    Breaker(Arc<str>),
    Limiter(Arc<str>),
}

/// The actor.
pub(super) struct Branch;

/// How it begins.
pub(super) struct BranchArguments {
    pub(super) context: Arc<Context>,
    pub(super) api: Arc<Api>,
}

/// Its state.
pub(super) struct BranchState {
    myself: ActorRef<BranchMessage>,
    context: Arc<Context>,
    api: Arc<Api>,
    children: HashMap<PostKey, Child>,
    keys: HashMap<ActorId, PostKey>,
    rng: ChaCha8Rng,
}

struct Child {
    post: Post,
    cell: Option<ActorCell>,
    restarts: RestartLog,
    /// It was shut and did not run since.
    shut: bool,
}

impl Actor for Branch {
    type Msg = BranchMessage;
    type State = BranchState;
    type Arguments = BranchArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        BranchArguments { context, api }: BranchArguments,
    ) -> Result<BranchState, ActorProcessingErr> {
        let rng = ChaCha8Rng::seed_from_u64(context.settings().seed ^ context.number());
        // Known first, adopting second: a record made in between is told of or found, or both.
        api.branch.send_replace(Some(myself.clone()));
        myself.cast(BranchMessage::Adopt)?;
        myself.send_after(context.settings().sweep_every, || BranchMessage::SweepDue);
        Ok(BranchState { myself, context, api, children: HashMap::new(), keys: HashMap::new(), rng })
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        message: BranchMessage,
        state: &mut BranchState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            BranchMessage::StartBreaker(breaker) => state.start(Post::Breaker(breaker)).await,
            BranchMessage::StartLimiter(book) => state.start(Post::Limiter(book)).await,
            BranchMessage::Adopt => state.adopt().await,
            BranchMessage::RestartDue(post) => state.start(post).await,
            BranchMessage::SweepDue => state.sweep_due(),
            BranchMessage::Panic => std::panic::resume_unwind(Box::new("told to panic")),
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<Self::Msg>,
        event: SupervisionEvent,
        state: &mut BranchState,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(cell, error) => state.ended(cell.get_id(), &error.to_string()),
            SupervisionEvent::ActorTerminated(cell, _, reason) => {
                state.ended(cell.get_id(), reason.as_deref().unwrap_or("stopped"));
            }
            _ => {}
        }
        Ok(())
    }
}

impl BranchState {
    /// Starts the post's actor unless it runs. Starting touches memory only.
    async fn start(&mut self, post: Post) {
        if post.is_retired() {
            return;
        }
        let key = post.key();
        let child = self.children.entry(key.clone()).or_insert_with(|| Child::new(post.clone()));
        if child.cell.is_some() {
            return;
        }
        if !child.post.is(&post) {
            // The former record was retired and this one replaces it.
            *child = Child::new(post.clone());
        }
        match post.spawn(self.myself.get_cell()).await {
            Ok(cell) => {
                self.keys.insert(cell.get_id(), key);
                child.cell = Some(cell);
                if std::mem::take(&mut child.shut) {
                    let (api, name) = (self.api.name.clone(), child.post.name().clone());
                    self.context.tell(&Event::GateOpened { api, name });
                }
            }
            Err(error) => self.failed(&key, &error.to_string()),
        }
    }

    async fn adopt(&mut self) {
        for breaker in self.api.breakers() {
            self.start(Post::Breaker(breaker)).await;
        }
        for book in self.api.books() {
            self.start(Post::Limiter(book)).await;
        }
    }

    fn sweep_due(&mut self) {
        let (now, settings) = (Instant::now(), self.context.settings());
        for book in self.api.books() {
            book.sweep(now);
        }
        let (breakers, books) = self.api.retire_idle(now, &settings);
        breakers.into_iter().map(Post::Breaker).chain(books.into_iter().map(Post::Limiter)).for_each(
            |post| {
                self.retire(&post);
            },
        );
        self.myself.send_after(settings.sweep_every, || BranchMessage::SweepDue);
    }

    fn retire(&mut self, post: &Post) {
        post.retire();
        if let Some(cell) = self.children.remove(&post.key()).and_then(|child| child.cell) {
            self.keys.remove(&cell.get_id());
            cell.stop(Some("idle".to_owned()));
        }
    }

    /// An actor ended; one that was retired is not known any more.
    fn ended(&mut self, id: ActorId, reason: &str) {
        let Some(key) = self.keys.remove(&id) else { return };
        self.failed(&key, reason);
    }

    fn failed(&mut self, key: &PostKey, reason: &str) {
        let Some(child) = self.children.get_mut(key) else { return };
        child.cell = None;
        let settings = self.context.settings();
        let pause = match child.restarts.failed(Instant::now(), &settings.restart, &mut self.rng) {
            Verdict::Again(pause) => {
                child.post.stand_down();
                self.context.tell(&Event::GateRestarting {
                    api: self.api.name.clone(),
                    name: child.post.name().clone(),
                    reason: reason.to_owned(),
                    attempt: u32::try_from(child.restarts.attempts()).unwrap_or(u32::MAX),
                    pause,
                });
                pause
            }
            Verdict::Spent => {
                child.shut = true;
                let pause = settings.restart.shut_for;
                let reason = format!("{} failed too often, the last time: {reason}", child.post.describe());
                child.post.shut(reason.clone(), self.context.stamp(Instant::now() + pause));
                let (api, name) = (self.api.name.clone(), child.post.name().clone());
                self.context.tell(&Event::GateShut { api, name, reason });
                pause
            }
        };
        let post = child.post.clone();
        self.myself.send_after(pause, move || BranchMessage::RestartDue(post));
    }
}

impl Child {
    fn new(post: Post) -> Self {
        Self { post, cell: None, restarts: RestartLog::default(), shut: false }
    }
}

impl Post {
    fn key(&self) -> PostKey {
        match self {
            Self::Breaker(breaker) => PostKey::Breaker(breaker.host().clone()),
            Self::Limiter(book) => PostKey::Limiter(book.name().clone()),
        }
    }

    fn name(&self) -> &Arc<str> {
        match self {
            Self::Breaker(breaker) => breaker.host(),
            Self::Limiter(book) => book.name(),
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Breaker(breaker) => format!("the {} breaker of {}", breaker.api(), breaker.host()),
            Self::Limiter(book) => format!("the {} limiter of {}", book.api(), book.name()),
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Breaker(a), Self::Breaker(b)) => Arc::ptr_eq(a, b),
            (Self::Limiter(a), Self::Limiter(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    fn is_retired(&self) -> bool {
        match self {
            Self::Breaker(breaker) => matches!(breaker.look(), Look::Retired),
            Self::Limiter(book) => matches!(*book.standing().borrow(), Standing::Retired),
        }
    }

    async fn spawn(&self, branch: ActorCell) -> Result<ActorCell, SpawnErr> {
        let actor = match self {
            Self::Breaker(breaker) => {
                let (actor, _) = Actor::spawn_linked(None, BreakerActor, breaker.clone(), branch).await?;
                actor.get_cell()
            }
            Self::Limiter(book) => {
                let (actor, _) = Actor::spawn_linked(None, Limiter, book.clone(), branch).await?;
                actor.get_cell()
            }
        };
        Ok(actor)
    }

    fn stand_down(&self) {
        match self {
            Self::Breaker(breaker) => breaker.stand(Standing::Down),
            Self::Limiter(book) => book.stand(Standing::Down),
        }
    }

    fn shut(&self, reason: String, until: Timestamp) {
        match self {
            Self::Breaker(breaker) => breaker.stand(Standing::Shut { reason, until }),
            Self::Limiter(book) => book.stand(Standing::Shut { reason, until }),
        }
    }

    fn retire(&self) {
        match self {
            Self::Breaker(breaker) => breaker.stand(Standing::Retired),
            Self::Limiter(book) => book.retire(),
        }
    }
}
