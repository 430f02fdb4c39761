//! The tasks of a sync actor: whatever waits for the world, outside of the actor's handlers.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use ractor::ActorRef;
use tokio_util::task::AbortOnDropHandle;

use super::{SyncMessage, port::DynFiles};
use crate::{
    board::Slot,
    house::{House, Timer, later},
    permits::Request,
    port::{Demand, Errand, Lease},
    turn::Duty,
};

/// A task and the timer that says when it has taken too long. Dropping it cuts the task off.
pub(super) struct Task {
    _work: AbortOnDropHandle<()>,
    _deadline: Timer,
}

/// Reads what is due.
pub(super) fn look(
    house: Arc<House>,
    slot: Arc<Slot>,
    lease: Lease,
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
) -> Task {
    let deadline = house.settings().step_deadline;
    let myself = actor.clone();
    start(actor, ticket, deadline, async move {
        let generation = lease.generation;
        let Some(outcome) = in_turn(&slot, Duty::Fetch, generation, house.ports.sync.resume(lease)).await
        else {
            return;
        };
        let _gone = myself.cast(SyncMessage::Looked { ticket, outcome });
    })
}

/// Does one step.
pub(super) fn step(
    house: Arc<House>,
    slot: Arc<Slot>,
    (lease, errand): (Lease, Errand),
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
) -> Task {
    let deadline = house.settings().step_deadline;
    let myself = actor.clone();
    start(actor, ticket, deadline, async move {
        let generation = lease.generation;
        let step = house.ports.sync.step(lease, errand);
        let Some(stepped) = in_turn(&slot, Duty::Fetch, generation, step).await else { return };
        let _gone = myself.cast(SyncMessage::Stepped { ticket, stepped });
    })
}

/// Applies a portion of what was delivered.
pub(super) fn apply(
    house: Arc<House>,
    slot: Arc<Slot>,
    lease: Lease,
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
) -> Task {
    let deadline = house.settings().apply_deadline;
    let myself = actor.clone();
    start(actor, ticket, deadline, async move {
        let generation = lease.generation;
        let apply = house.ports.sync.apply(lease);
        let Some(report) = in_turn(&slot, Duty::Apply, generation, apply).await else { return };
        let _gone = myself.cast(SyncMessage::Applied { ticket, report });
    })
}

/// Reads which file is due.
pub(super) fn look_for_files(
    house: Arc<House>,
    files: Arc<dyn DynFiles>,
    slot: Arc<Slot>,
    lease: Lease,
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
) -> Task {
    let deadline = house.settings().step_deadline;
    let myself = actor.clone();
    start(actor, ticket, deadline, async move {
        let generation = lease.generation;
        let Some(due) = in_turn(&slot, Duty::File, generation, files.look(lease)).await else { return };
        let _gone = myself.cast(SyncMessage::FilesLooked { ticket, due });
    })
}

/// Does one request for a file.
pub(super) fn fetch_file(
    house: Arc<House>,
    files: Arc<dyn DynFiles>,
    slot: Arc<Slot>,
    (lease, demand): (Lease, Demand),
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
) -> Task {
    let deadline = house.settings().step_deadline;
    let myself = actor.clone();
    start(actor, ticket, deadline, async move {
        let generation = lease.generation;
        let fetch = files.fetch(lease, demand);
        let Some(report) = in_turn(&slot, Duty::File, generation, fetch).await else { return };
        let _gone = myself.cast(SyncMessage::FileFetched { ticket, report });
    })
}

/// Waits for a permit for a file.
pub(super) fn ask_for_file(
    request: Request,
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
) -> AbortOnDropHandle<()> {
    let actor = actor.clone();
    AbortOnDropHandle::new(tokio::spawn(async move {
        let answer = request.await;
        let _gone = actor.cast(SyncMessage::FileAnswered { ticket, answer });
    }))
}

/// Waits for a permit.
pub(super) fn ask(request: Request, actor: &ActorRef<SyncMessage>, ticket: u64) -> AbortOnDropHandle<()> {
    let actor = actor.clone();
    AbortOnDropHandle::new(tokio::spawn(async move {
        let answer = request.await;
        let _gone = actor.cast(SyncMessage::Answered { ticket, answer });
    }))
}

fn start(
    actor: &ActorRef<SyncMessage>,
    ticket: u64,
    deadline: Duration,
    work: impl Future<Output = ()> + Send + 'static,
) -> Task {
    Task {
        _work: AbortOnDropHandle::new(tokio::spawn(work)),
        _deadline: later(actor, deadline, SyncMessage::Overdue { ticket }),
    }
}

/// Runs `work` while holding the account's turn for it, if `generation` may still work. Aborting a task only asks it to end;
/// the turn is what makes its successor wait until it really has. A panic becomes an `Err` that names it.
async fn in_turn<T>(
    slot: &Slot,
    duty: Duty,
    generation: i64,
    work: impl Future<Output = T>,
) -> Option<Result<T, String>> {
    let _turn = slot.turns.take(duty).await?;
    if !slot.is_current(generation) {
        return None;
    }
    Some(AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| words(panic.as_ref())))
}

/// A panic's words are told only when they are a constant of the program: a formatted text may quote what the work saw.
fn words(panic: &(dyn Any + Send)) -> String {
    format!(
        "panicked: {}",
        panic.downcast_ref::<&'static str>().copied().unwrap_or("its words may quote data")
    )
}
