//! The limiter of one budget.
//!
//! Owns the queue of those who wait for the budget and the alarm for the moment at which there is room again. The
//! budget's [`Book`] belongs to nobody: it is the part that must survive.
//!
//! ```text
//!   a request ──▶ book ──room, nobody waits──▶ granted, no message
//!                   └──────────otherwise─────▶ queue ──turn and room──▶ granted
//! ```
//!
//! Spoken to by requests (`Wait`, `Withdraw`) and by the book (`Look`). A crash loses the queue: every waiting request
//! is told so by the loss of its reply and asks again. Limits: one queued entry per request, one look and one alarm
//! under way.

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::{sync::oneshot, time::Instant};
use tokio_util::task::AbortOnDropHandle;

use super::{
    book::{Book, Held},
    context::Standing,
    queue::{Claim, Queue},
};

/// What a limiter is told.
#[derive(Debug)]
pub(super) enum LimiterMessage {
    /// Queue a request.
    Wait { claim: Claim, reply: oneshot::Sender<Held> },
    /// Take a request out.
    Withdraw(Claim),
    /// There may be room.
    Look,
    /// The alarm rings.
    RoomDue,
    /// Panic, for drills and tests.
    Panic,
}

/// The actor.
pub(super) struct Limiter;

/// Its state.
pub(super) struct LimiterState {
    myself: ActorRef<LimiterMessage>,
    book: Arc<Book>,
    queue: Queue<oneshot::Sender<Held>>,
    alarm: Option<Alarm>,
}

struct Alarm {
    at: Instant,
    _task: AbortOnDropHandle<()>,
}

impl Actor for Limiter {
    type Msg = LimiterMessage;
    type State = LimiterState;
    type Arguments = Arc<Book>;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        book: Arc<Book>,
    ) -> Result<LimiterState, ActorProcessingErr> {
        book.born();
        book.stand(Standing::Up(myself.clone()));
        // Last, so that no look can be asked for in between and find nobody.
        book.looking();
        Ok(LimiterState { myself, book, queue: Queue::default(), alarm: None })
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        message: LimiterMessage,
        state: &mut LimiterState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            LimiterMessage::Wait { claim, reply } => state.wait(&claim, reply),
            LimiterMessage::Withdraw(claim) => state.withdraw(&claim),
            LimiterMessage::Look => state.look(),
            LimiterMessage::RoomDue => state.room_due(),
            LimiterMessage::Panic => std::panic::resume_unwind(Box::new("told to panic")),
        }
        Ok(())
    }
}

impl LimiterState {
    fn wait(&mut self, claim: &Claim, reply: oneshot::Sender<Held>) {
        self.queue.push(claim, reply);
        self.grant();
    }

    fn withdraw(&mut self, claim: &Claim) {
        self.queue.remove(claim);
    }

    fn look(&mut self) {
        self.book.looking();
        self.grant();
    }

    fn room_due(&mut self) {
        self.alarm = None;
        self.grant();
    }

    /// Grants as long as there is room and somebody waits. A reply that nobody awaits any more returns its place.
    fn grant(&mut self) {
        while !self.queue.is_empty() {
            let Some(held) = self.book.grant() else { return self.set_alarm() };
            if let Some(reply) = self.queue.pop() {
                let _ = reply.send(held);
            }
        }
    }

    fn set_alarm(&mut self) {
        let Some(at) = self.book.look_at() else { return };
        if self.alarm.as_ref().is_some_and(|alarm| alarm.at <= at) {
            return;
        }
        let myself = self.myself.clone();
        let task = tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            let _ = myself.cast(LimiterMessage::RoomDue);
        });
        self.alarm = Some(Alarm { at, _task: AbortOnDropHandle::new(task) });
    }
}
