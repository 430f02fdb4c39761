//! The request after the one whose page is being written: sent meanwhile, when what it will be can be told and nobody waits
//! for anything newer. What comes of it counts only if the account then stands where it was foreseen; else it was asked in
//! vain, and is asked again.

use std::sync::Arc;

use jiff::Timestamp;
use routiq_actors::{
    clock::Clock,
    port::{Ahead, Answer, Demand, Sent, Urgency},
};
use secrecy::SecretString;
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use super::{page::Fetched, streams::ITEMS, sync::Desk};
use crate::{
    domain::stream::{AccountState, Page},
    platforms::{Account, Adapter, Call, Plan, PlatformError},
};

/// A request that is foreseen.
pub(super) struct Next {
    /// Whether its page is likely to be new, all of it.
    first: bool,
    adapter: Arc<dyn Adapter>,
    account: Arc<Account>,
    secret: Arc<SecretString>,
    state: AccountState,
    call: Call,
    demand: Demand,
}

/// A request that was sent ahead.
pub(super) struct Request {
    call: Call,
    state: AccountState,
    answer: AbortOnDropHandle<Result<Fetched, PlatformError>>,
}

impl Next {
    /// The request after `page`, when it reads history: what is urgent is asked for once it is known to be so, and what
    /// changes something at the platform is never asked on a guess.
    pub(super) fn foresee(desk: &Desk, page: &Page, now: Timestamp) -> Option<Self> {
        let state = desk.state.after(page)?;
        let Plan::Ask(call) = desk.adapter.plan(&desk.account, &state, now) else { return None };
        if call.urgency != Urgency::Backfill {
            return None;
        }
        let (adapter, account, secret) = (&desk.adapter, &desk.account, &desk.secret);
        let demand = adapter.demand(account, &call);
        let (adapter, account, secret) = (Arc::clone(adapter), Arc::clone(account), Arc::clone(secret));
        let first = state.streams.get(call.stream).is_none_or(|stream| stream.proven_until.is_none());
        Some(Self { first, adapter, account, secret, state, call, demand })
    }

    /// Sends it as soon as the gates let it.
    pub(super) async fn send(self, ahead: Ahead, clock: Clock) -> Option<Request> {
        // First whoever writes: the request has its own time.
        tokio::task::yield_now().await;
        let Self { first, adapter, account, secret, state, call, demand } = self;
        let granted = ahead.permit(demand).await?;
        let (asked, from) = (call.clone(), state.clone());
        let task: JoinHandle<_> = tokio::spawn(async move {
            let page = adapter.pull(&account, &secret, &from, &asked, clock.now()).await;
            granted.settle(&page.as_ref().map_or_else(answer, |_| Answer::Healthy));
            page.map(|page| Fetched::ready(page, first))
        });
        Some(Request { call, state, answer: AbortOnDropHandle::new(task) })
    }
}

impl Request {
    /// The one that `sent` holds, if it is the request of `call`.
    pub(super) fn find(sent: Sent, call: &Call) -> Option<Self> {
        sent.0.downcast::<Self>().ok().map(|request| *request).filter(|request| request.call == *call)
    }

    /// Whether it is what the desk would ask for now, word for word.
    pub(super) fn fits(&self, desk: &Desk) -> bool {
        desk.call.as_ref() == Some(&self.call) && self.state.reads_as(&desk.state, ITEMS.0)
    }

    pub(super) fn sent(self) -> Sent {
        Sent(Box::new(self))
    }

    /// Its page.
    ///
    /// # Errors
    /// As [`Adapter::pull`]. A panic goes on here.
    pub(super) async fn answered(self) -> Result<Fetched, PlatformError> {
        self.answer.await.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(PlatformError::Transient("the request was cut off".to_owned())),
        })
    }
}

/// Does `work`; meanwhile, and until it ends, waits for what is to be sent.
pub(super) async fn alongside<T, S>(
    mut work: impl Future<Output = T> + Unpin,
    send: impl Future<Output = Option<S>>,
) -> (T, Option<S>) {
    tokio::select! {
        biased;
        done = &mut work => (done, None),
        sent = send => (work.await, sent),
    }
}

/// How the host answered, for the gates.
pub(super) fn answer(error: &PlatformError) -> Answer {
    match error {
        PlatformError::Transient(reason) => Answer::Unhealthy { reason: reason.clone() },
        PlatformError::Malformed(_) | PlatformError::Denied(_) => Answer::Healthy,
        PlatformError::RateLimited { budget, retry_after } => {
            Answer::RateLimited { budget: budget.as_str().into(), retry_after: *retry_after }
        }
    }
}
