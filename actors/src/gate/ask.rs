//! The way of one request through the gates. Runs in the task of whoever asks, so that withdrawing is nothing more than
//! dropping the future, and so that a slow asker keeps nobody else waiting.

use std::sync::Arc;

use ractor::ActorRef;
use tokio::sync::{oneshot, watch};

use super::{
    book::{Attempt, Book, Held, Queued},
    breaker::{Breaker, Look},
    context::{Context, Place, Standing},
    limiter::LimiterMessage,
    permit::{Permit, Refused},
    queue::Claim,
};
use crate::port::{Demand, Limit, SyncKey};

/// Why a pass through the gates ended without a permit.
enum Halt {
    Refused(Refused),
    /// What was in hand is out of use or the probe went to another: begin anew.
    Again,
}

/// Asks the breaker and every budget, until all or none is granted.
pub(super) async fn ask(context: Arc<Context>, claimant: SyncKey, demand: Demand) -> Result<Permit, Refused> {
    loop {
        if context.is_closed() {
            // Whoever asks again in a loop must not keep those from running who would end it.
            tokio::task::yield_now().await;
            return Err(Refused::Gone);
        }
        match pass(&context, claimant, &demand).await {
            Ok(permit) => return Ok(permit),
            Err(Halt::Refused(refused)) => return Err(refused),
            Err(Halt::Again) => {}
        }
    }
}

async fn pass(context: &Arc<Context>, claimant: SyncKey, demand: &Demand) -> Result<Permit, Halt> {
    let api = context.api(&demand.api);
    let breaker = api.breaker(context, &demand.host);
    at_breaker(context, claimant, &breaker).await?;
    let budgets = api.order(context, &demand.budgets);
    let mut held = Vec::with_capacity(budgets.len());
    for (book, budget) in &budgets {
        held.push(at_budget(context, claimant, demand, &breaker, book, budget.limit).await?);
    }
    // The breaker may have opened while the request stood in queues.
    let pass = breaker.enter().map_err(|look| match look {
        Look::Bar(refused) => Halt::Refused(refused),
        Look::Pass | Look::Wait | Look::Retired => Halt::Again,
    })?;
    let lease = context.settings().permit_lease;
    held.iter_mut().for_each(|held| held.begin(lease));
    Ok(Permit::new(held, pass))
}

/// Waits while a probe is out; an open breaker refuses at once.
async fn at_breaker(context: &Arc<Context>, claimant: SyncKey, breaker: &Arc<Breaker>) -> Result<(), Halt> {
    let decide = |look| match look {
        Look::Pass => Some(Ok(())),
        Look::Wait => None,
        Look::Bar(refused) => Some(Err(Halt::Refused(refused))),
        Look::Retired => Some(Err(Halt::Again)),
    };
    if let Some(decision) = decide(breaker.look()) {
        return decision;
    }
    let _waits = context.wait_at(claimant, Place::Breaker(breaker.clone()));
    let mut views = breaker.subscribe();
    loop {
        let look = views.borrow_and_update().look();
        if let Some(decision) = decide(look) {
            return decision;
        }
        changed(&mut views).await?;
    }
}

async fn at_budget(
    context: &Arc<Context>,
    claimant: SyncKey,
    demand: &Demand,
    breaker: &Arc<Breaker>,
    book: &Arc<Book>,
    limit: Limit,
) -> Result<Held, Halt> {
    let up = matches!(*book.standing().borrow(), Standing::Up(_));
    let joined = match up.then(|| book.attempt(limit)) {
        Some(Attempt::Granted(held)) => return Ok(held),
        Some(Attempt::Retired) => return Err(Halt::Again),
        Some(Attempt::Queue(queued)) => Some(queued),
        None => None,
    };
    let _waits = context.wait_at(claimant, Place::Budget(book.clone()));
    let claim = Claim {
        organization: claimant.organization,
        stream: demand.stream.clone(),
        urgency: demand.urgency,
        number: context.number(),
    };
    tokio::select! {
        biased;
        halt = barred(breaker) => Err(halt),
        held = queue(book, limit, claim, joined) => held,
    }
}

/// Ends when the breaker opens or shuts: nobody waits in a queue for a host that is away.
async fn barred(breaker: &Breaker) -> Halt {
    let mut views = breaker.subscribe();
    loop {
        if let Look::Bar(refused) = views.borrow_and_update().look() {
            return Halt::Refused(refused);
        }
        if let Err(halt) = changed(&mut views).await {
            return halt;
        }
    }
}

async fn queue(
    book: &Arc<Book>,
    limit: Limit,
    claim: Claim,
    mut joined: Option<Queued>,
) -> Result<Held, Halt> {
    let mut standings = book.standing().subscribe();
    loop {
        let limiter = limiter(&mut standings).await?;
        let mut queued = match joined.take().map_or_else(|| book.attempt(limit), Attempt::Queue) {
            Attempt::Granted(held) => return Ok(held),
            Attempt::Retired => return Err(Halt::Again),
            Attempt::Queue(queued) => queued,
        };
        let (reply, granted) = oneshot::channel();
        if limiter.cast(LimiterMessage::Wait { claim: claim.clone(), reply }).is_err() {
            // Dead, and its branch has not said so yet: asking again at once would only keep the branch from it.
            drop(queued);
            changed(&mut standings).await?;
            continue;
        }
        queued.stands(claim);
        let held = tokio::select! {
            biased;
            held = granted => held.ok(),
            // A message that crosses the end of its actor may stay in the mailbox for as long as anybody can write to
            // it, so the loss of the reply alone would not always tell.
            _ = standings.changed() => None,
        };
        queued.answered();
        return held.ok_or(Halt::Refused(Refused::Gone));
    }
}

/// The budget's limiter, as soon as it is up.
async fn limiter(
    standings: &mut watch::Receiver<Standing<LimiterMessage>>,
) -> Result<ActorRef<LimiterMessage>, Halt> {
    loop {
        match &*standings.borrow_and_update() {
            Standing::Up(limiter) => return Ok(limiter.clone()),
            Standing::Shut { reason, .. } => {
                return Err(Halt::Refused(Refused::Shut { reason: reason.clone() }));
            }
            Standing::Retired => return Err(Halt::Again),
            Standing::Down => {}
        }
        changed(standings).await?;
    }
}

/// The sender lives in a record that the caller holds, so its loss cannot be seen here; if it could, asking anew is right.
async fn changed<T>(receiver: &mut watch::Receiver<T>) -> Result<(), Halt> {
    receiver.changed().await.map_err(|_| Halt::Again)
}
