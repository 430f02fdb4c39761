//! One budget's record: its ledger, and where its limiter stands. It outlives the limiter's incarnations, so that what
//! one has given out binds the next, and it grants by itself what nobody else waits for.

use std::{
    cmp::Reverse,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

use super::{
    context::{Context, Standing, later, lock},
    ledger::Ledger,
    limiter::LimiterMessage,
    queue::Claim,
    settings::GateSettings,
    status::{BudgetState, BudgetStatus},
};
use crate::{
    event::Event,
    port::{Budget, Limit},
};

/// A budget's record.
pub(super) struct Book {
    context: Arc<Context>,
    api: Arc<str>,
    name: Arc<str>,
    /// How far from the broad end the budget stood when it was first named.
    distance: usize,
    inner: Mutex<Inner>,
    standing: watch::Sender<Standing<LimiterMessage>>,
}

struct Inner {
    ledger: Ledger,
    /// Requests that are on their way to the limiter or stand in its queue.
    waiting: usize,
    /// A look has been asked for and not been taken yet: more of them would only fill the mailbox.
    look_asked: bool,
    last_used: Instant,
    /// Incarnations of the limiter.
    births: u64,
    retired: bool,
}

/// What comes of asking the book itself.
pub(super) enum Attempt {
    Granted(Held),
    /// Others wait or there is no room: the limiter decides.
    Queue(Queued),
    /// The record is not in use any more.
    Retired,
}

impl Book {
    pub(super) fn new(context: Arc<Context>, api: Arc<str>, budget: &Budget, distance: usize) -> Self {
        let mut ledger = Ledger::new(budget.limit);
        if context.settings().distrust_start {
            ledger.distrust(context.started);
        }
        Self {
            api,
            name: budget.name.clone(),
            distance,
            inner: Mutex::new(Inner {
                ledger,
                waiting: 0,
                look_asked: false,
                last_used: Instant::now(),
                births: 0,
                retired: false,
            }),
            standing: watch::Sender::new(Standing::Down),
            context,
        }
    }

    pub(super) fn api(&self) -> &Arc<str> {
        &self.api
    }

    pub(super) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The place in the total order of an API's budgets.
    pub(super) fn rank(&self) -> (Reverse<usize>, &Arc<str>) {
        (Reverse(self.distance), &self.name)
    }

    pub(super) fn standing(&self) -> &watch::Sender<Standing<LimiterMessage>> {
        &self.standing
    }

    /// Grants at once if there is room and nobody waits; otherwise counts the request among those who wait.
    pub(super) fn attempt(self: &Arc<Self>, limit: Limit) -> Attempt {
        let mut inner = lock(&self.inner);
        if inner.retired {
            return Attempt::Retired;
        }
        let now = Instant::now();
        inner.last_used = now;
        inner.ledger.set_limit(limit);
        let reclaimed = inner.ledger.advance(now);
        let ticket = if inner.waiting == 0 { inner.ledger.reserve(now) } else { None };
        if ticket.is_none() {
            inner.waiting += 1;
        }
        drop(inner);
        self.after(false, reclaimed);
        match ticket {
            Some(ticket) => Attempt::Granted(Held { book: self.clone(), ticket, used: false }),
            None => Attempt::Queue(Queued { book: self.clone(), claim: None }),
        }
    }

    /// Grants to one of those who wait, if there is room; the limiter's call.
    pub(super) fn grant(self: &Arc<Self>) -> Option<Held> {
        let mut inner = lock(&self.inner);
        let now = Instant::now();
        let reclaimed = inner.ledger.advance(now);
        let ticket = inner.ledger.reserve(now);
        drop(inner);
        self.after(false, reclaimed);
        ticket.map(|ticket| Held { book: self.clone(), ticket, used: false })
    }

    /// When the limiter must look again by itself.
    pub(super) fn look_at(&self) -> Option<Instant> {
        lock(&self.inner).ledger.look_at()
    }

    /// The limiter is about to look, or to take its first message: what was asked of a dead one is lost.
    pub(super) fn looking(&self) {
        lock(&self.inner).look_asked = false;
    }

    /// A new incarnation begins. What a dead one did last is not certain: a rate counts as spent, places stay taken.
    pub(super) fn born(&self) {
        let mut inner = lock(&self.inner);
        if inner.births > 0 {
            inner.ledger.distrust(Instant::now());
        }
        inner.births += 1;
    }

    pub(super) fn stand(&self, standing: Standing<LimiterMessage>) {
        self.standing.send_replace(standing);
    }

    /// Grants nothing before `until`, unless a longer pause is known.
    pub(super) fn pause(&self, retry_after: Duration) {
        let until = later(Instant::now(), retry_after);
        if lock(&self.inner).ledger.pause(until) {
            let (api, budget) = (self.api.clone(), self.name.clone());
            self.context.tell(&Event::BudgetPaused { api, budget, until: self.context.stamp(until) });
        }
    }

    /// Takes back what has been held too long, for when nobody asks.
    pub(super) fn sweep(&self, now: Instant) {
        let mut inner = lock(&self.inner);
        let reclaimed = inner.ledger.advance(now);
        let look = reclaimed > 0 && inner.wants_look();
        drop(inner);
        self.after(look, reclaimed);
    }

    /// Takes the record out of use if nobody would miss it; to be called after [`Book::sweep`].
    pub(super) fn retire_if_idle(&self, now: Instant, settings: &GateSettings) -> bool {
        let mut inner = lock(&self.inner);
        inner.retired = inner.waiting == 0
            && inner.ledger.is_blank()
            && now.duration_since(inner.last_used) >= settings.idle_after
            && !matches!(*self.standing.borrow(), Standing::Shut { .. });
        inner.retired
    }

    pub(super) fn retire(&self) {
        lock(&self.inner).retired = true;
        self.stand(Standing::Retired);
    }

    /// When a waiting request can be granted at the earliest, as far as that is known.
    pub(super) fn known_until(&self) -> Option<Instant> {
        lock(&self.inner).ledger.free_at()
    }

    pub(super) fn status(&self, context: &Context, now: Instant) -> BudgetStatus {
        let (state, shut_reason, shut_until) = match &*self.standing.borrow() {
            Standing::Up(_) => (BudgetState::Working, None, None),
            Standing::Down | Standing::Retired => (BudgetState::Restarting, None, None),
            Standing::Shut { reason, until } => (BudgetState::Shut, Some(reason.clone()), Some(*until)),
        };
        let mut inner = lock(&self.inner);
        let reclaimed = inner.ledger.advance(now);
        let look = reclaimed > 0 && inner.wants_look();
        let (ledger, waiting) = (&inner.ledger, inner.waiting);
        let limit = ledger.limit();
        let free_at = (!ledger.free(now)).then(|| ledger.free_at()).flatten();
        let paused_until = ledger.paused_until();
        let in_use = ledger.in_use();
        let used_in_window = matches!(limit, Limit::Rate { .. }).then(|| ledger.spent());
        drop(inner);
        self.after(look, reclaimed);
        BudgetStatus {
            name: self.name.clone(),
            limit,
            state,
            in_use,
            used_in_window,
            waiting,
            free_at: free_at.map(|at| context.stamp(at)),
            paused_until: paused_until.map(|at| context.stamp(at)),
            shut_reason,
            shut_until,
        }
    }

    fn begin(&self, ticket: u64, lease: Duration) {
        let mut inner = lock(&self.inner);
        inner.ledger.begin(ticket, Instant::now(), lease);
        // Only now is it known when this token comes free, or when its place is taken back.
        let look = inner.wants_look();
        drop(inner);
        self.after(look, 0);
    }

    fn finish(&self, ticket: u64, used: bool) {
        let mut inner = lock(&self.inner);
        inner.ledger.finish(ticket, used);
        let look = inner.ledger.free(Instant::now()) && inner.wants_look();
        drop(inner);
        self.after(look, 0);
    }

    /// What must not happen under the lock.
    fn after(&self, look: bool, reclaimed: usize) {
        if look && let Standing::Up(limiter) = &*self.standing.borrow() {
            // A dead limiter has nobody in its queue, and its successor looks when the first one joins.
            let _ = limiter.cast(LimiterMessage::Look);
        }
        for _ in 0..reclaimed {
            let (api, budget) = (self.api.clone(), self.name.clone());
            self.context.tell(&Event::PermitReclaimed { api, budget });
        }
    }
}

impl Inner {
    fn wants_look(&mut self) -> bool {
        let wants = self.waiting > 0 && !self.look_asked;
        self.look_asked |= wants;
        wants
    }
}

/// A place in one budget; given back when dropped.
pub(super) struct Held {
    book: Arc<Book>,
    ticket: u64,
    /// Whether a rate token stays spent.
    used: bool,
}

impl Held {
    pub(super) fn book(&self) -> &Arc<Book> {
        &self.book
    }

    /// The request begins: from now on the token is spent.
    pub(super) fn begin(&mut self, lease: Duration) {
        self.used = true;
        self.book.begin(self.ticket, lease);
    }

    /// No request was sent after all.
    pub(super) fn refund(mut self) {
        self.used = false;
    }
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.book.api, self.book.name)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.book.finish(self.ticket, self.used);
    }
}

/// One request among those who wait; dropping it withdraws the request.
pub(super) struct Queued {
    book: Arc<Book>,
    /// Where it stands, once the limiter has it and as long as it has not answered.
    claim: Option<Claim>,
}

impl Queued {
    pub(super) fn stands(&mut self, claim: Claim) {
        self.claim = Some(claim);
    }

    pub(super) fn answered(&mut self) {
        self.claim = None;
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        lock(&self.book.inner).waiting -= 1;
        if let Some(claim) = self.claim.take()
            && let Standing::Up(limiter) = &*self.book.standing.borrow()
        {
            let _ = limiter.cast(LimiterMessage::Withdraw(claim));
        }
    }
}
