//! The journal: takes parcels from many, hands them to its port a batch at a time, and answers each.
//!
//! What waits stands in a queue that outlives the actor, bounded in number and bytes: who comes when it is full is
//! refused at once. A batch is whatever waits when a place is free, so a lone parcel goes at once and many share one
//! commit. Nobody is told "kept" before the port said so; an answer that does not come in time, a port that fails, and
//! an actor that dies all mean "perhaps not kept": whoever sent it sends it again, and the port knows repetitions.

pub mod port;

use std::{
    any::Any,
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};

use crate::{
    event::Event,
    house::{House, in_time},
};

/// What is kept. The tree carries it and does not look into it; the port knows what it is.
pub type Parcel = Arc<dyn Any + Send + Sync>;

/// Bounds of the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalSettings {
    /// Parcels that wait or are being written; one more is refused.
    pub most_waiting: usize,
    /// Their bytes; more are refused.
    pub most_bytes: usize,
    /// Parcels of one batch.
    pub batch: usize,
    /// Bytes of one batch, its first parcel aside.
    pub batch_bytes: usize,
    /// Batches under way at once.
    pub in_flight: usize,
    /// How long the port may take for one batch.
    pub write_deadline: Duration,
    /// How long anybody waits for an answer.
    pub patience: Duration,
}

impl Default for JournalSettings {
    fn default() -> Self {
        Self {
            most_waiting: 8_192,
            most_bytes: 64 << 20,
            batch: 512,
            batch_bytes: 4 << 20,
            in_flight: 2,
            write_deadline: Duration::from_secs(4),
            // Senders give up after five seconds and more.
            patience: Duration::from_millis(4_500),
        }
    }
}

/// It is kept, durably.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// For the first time.
    New,
    /// It was kept before.
    Duplicate,
}

/// It is not kept, or nobody can say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too much waits: nothing was tried.
    #[error("the journal is full")]
    Full,
    /// The tree stops: nothing was tried.
    #[error("the journal is closed")]
    Closed,
    /// The port failed or did not answer in time: perhaps it is kept.
    #[error("the journal does not answer: {0}")]
    Unavailable(String),
    /// The port cannot keep this one; the rest of its batch is not concerned.
    #[error("the journal cannot keep it: {0}")]
    Unfit(String),
}

/// What waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Parcels that wait or are being written.
    pub waiting: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// The journal's handle.
#[derive(Clone)]
pub struct Journal(pub(crate) Arc<House>);

impl Journal {
    /// Keeps `parcel`, of about `bytes` bytes; answers when that is so.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn append(&self, parcel: Parcel, bytes: usize) -> Result<Kept, Refused> {
        let settings = self.0.settings().journal;
        let answer = self.0.desk.admit(parcel, bytes, &settings)?;
        self.0.desk.wake();
        match timeout(settings.patience, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Refused::Unavailable("its task ended".to_owned())),
            Err(_) => Err(Refused::Unavailable("no answer in time".to_owned())),
        }
    }

    /// What waits now.
    pub fn load(&self) -> Load {
        self.0.desk.load()
    }
}

struct Item {
    parcel: Parcel,
    bytes: usize,
    reply: oneshot::Sender<Result<Kept, Refused>>,
    _held: Held,
}

/// What is counted while an item exists, wherever it is.
struct Held(Arc<Totals>, usize);

#[derive(Default)]
struct Totals {
    items: AtomicUsize,
    bytes: AtomicUsize,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.items.fetch_sub(1, Ordering::AcqRel);
        self.0.bytes.fetch_sub(self.1, Ordering::AcqRel);
    }
}

/// Where parcels wait, whether or not an actor lives.
#[derive(Default)]
pub(crate) struct Desk {
    queue: Mutex<Queue>,
    totals: Arc<Totals>,
    in_flight: AtomicUsize,
    woken: AtomicBool,
    actor: Mutex<Option<ActorRef<JournalMessage>>>,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    closed: bool,
}

impl Desk {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(
        &self,
        parcel: Parcel,
        bytes: usize,
        settings: &JournalSettings,
    ) -> Result<oneshot::Receiver<Result<Kept, Refused>>, Refused> {
        let (reply, answer) = oneshot::channel();
        // Under the lock, so that two cannot take the last place.
        let mut queue = self.queue();
        if queue.closed {
            return Err(Refused::Closed);
        }
        let load = self.load();
        if load.waiting >= settings.most_waiting || load.bytes.saturating_add(bytes) > settings.most_bytes {
            return Err(Refused::Full);
        }
        self.totals.items.fetch_add(1, Ordering::AcqRel);
        self.totals.bytes.fetch_add(bytes, Ordering::AcqRel);
        let held = Held(Arc::clone(&self.totals), bytes);
        queue.items.push_back(Item { parcel, bytes, reply, _held: held });
        Ok(answer)
    }

    /// What waits, as far as one batch may hold; nobody waits any more for some of it.
    fn take(&self, settings: &JournalSettings) -> Vec<Item> {
        let mut queue = self.queue();
        let (mut batch, mut bytes) = (Vec::new(), 0_usize);
        while batch.len() < settings.batch.max(1)
            && let Some(item) =
                queue.items.pop_front_if(|next| bytes == 0 || bytes + next.bytes <= settings.batch_bytes)
        {
            if !item.reply.is_closed() {
                bytes = bytes.saturating_add(item.bytes.max(1));
                batch.push(item);
            }
        }
        batch
    }

    fn load(&self) -> Load {
        Load {
            waiting: self.totals.items.load(Ordering::Acquire),
            bytes: self.totals.bytes.load(Ordering::Acquire),
        }
    }

    fn is_idle(&self) -> bool {
        self.in_flight.load(Ordering::Acquire) == 0 && self.queue().items.is_empty()
    }

    /// One message however many call: the actor takes all there is.
    fn wake(&self) {
        if self.woken.swap(true, Ordering::AcqRel) {
            return;
        }
        let actor = self.actor.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(actor) = actor {
            // One that is just being replaced looks first thing.
            let _gone = actor.cast(JournalMessage::Look);
        }
    }

    /// Kills the actor, as a bug would.
    #[cfg(test)]
    pub(crate) fn kill(&self) {
        let actor = self.actor.lock().unwrap_or_else(PoisonError::into_inner).clone();
        actor.unwrap().get_cell().kill();
    }

    fn listen(&self, actor: ActorRef<JournalMessage>) {
        *self.actor.lock().unwrap_or_else(PoisonError::into_inner) = Some(actor);
        // What woke the one before is lost with it.
        self.woken.store(false, Ordering::Release);
    }

    /// Nothing more is taken; `drop_waiting`: what waits is let go, its senders hear that it may not be kept.
    pub(crate) fn close(&self, drop_waiting: bool) {
        let mut queue = self.queue();
        queue.closed = true;
        if drop_waiting {
            queue.items.clear();
        }
    }
}

/// A batch under way. Ends however its task ends.
struct Flight(Arc<House>);

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.desk.in_flight.fetch_sub(1, Ordering::AcqRel);
        self.0.desk.wake();
    }
}

pub(crate) struct JournalActor;

pub(crate) enum JournalMessage {
    /// Something waits, or a place is free.
    Look,
    /// Write what waits, then end.
    Finish,
}

pub(crate) struct JournalState {
    house: Arc<House>,
    finishing: bool,
}

impl Actor for JournalActor {
    type Msg = JournalMessage;
    type State = JournalState;
    type Arguments = Arc<House>;

    async fn pre_start(
        &self,
        myself: ActorRef<JournalMessage>,
        house: Arc<House>,
    ) -> Result<JournalState, ActorProcessingErr> {
        house.desk.listen(myself);
        house.desk.wake();
        Ok(JournalState { house, finishing: false })
    }

    async fn handle(
        &self,
        myself: ActorRef<JournalMessage>,
        message: JournalMessage,
        state: &mut JournalState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            JournalMessage::Look => state.house.desk.woken.store(false, Ordering::Release),
            JournalMessage::Finish => {
                state.house.desk.close(false);
                state.finishing = true;
            }
        }
        dispatch(&state.house);
        if state.finishing && state.house.desk.is_idle() {
            myself.stop(None);
        }
        Ok(())
    }
}

/// Sends off as many batches as may be under way.
fn dispatch(house: &Arc<House>) {
    let settings = house.settings().journal;
    while house.desk.in_flight.load(Ordering::Acquire) < settings.in_flight.max(1) {
        let batch = house.desk.take(&settings);
        if batch.is_empty() {
            return;
        }
        house.desk.in_flight.fetch_add(1, Ordering::AcqRel);
        let flight = Flight(Arc::clone(house));
        tokio::spawn(write(flight, batch, settings.write_deadline));
    }
}

async fn write(flight: Flight, batch: Vec<Item>, deadline: Duration) {
    let began = Instant::now();
    let parcels: Vec<Parcel> = batch.iter().map(|item| Arc::clone(&item.parcel)).collect();
    let rows = parcels.len();
    let bytes = batch.iter().map(|item| item.bytes).sum();
    let outcome = match in_time(deadline, flight.0.ports.journal.write(parcels)).await {
        Ok(answers) if answers.len() == rows => Ok(answers),
        Ok(answers) => Err(format!("{} answers for {rows} parcels", answers.len())),
        Err(error) => Err(error.to_string()),
    };
    let took = began.elapsed();
    let (mut new, mut unfit, failed) = (0, 0, outcome.as_ref().err().cloned());
    match outcome {
        Ok(answers) => {
            for (item, answer) in batch.into_iter().zip(answers) {
                match &answer {
                    Ok(Kept::New) => new += 1,
                    Ok(Kept::Duplicate) => {}
                    Err(_) => unfit += 1,
                }
                // Whoever waited may have gone.
                let _gone = item.reply.send(answer.map_err(Refused::Unfit));
            }
        }
        Err(reason) => {
            for item in batch {
                let _gone = item.reply.send(Err(Refused::Unavailable(reason.clone())));
            }
        }
    }
    let waiting = flight.0.desk.load().waiting;
    flight.0.tell(Event::JournalWrote { rows, new, unfit, bytes, waiting, took, failed });
}
