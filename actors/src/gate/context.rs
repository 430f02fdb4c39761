//! What every part of the gates shares, and the registry that outlives the actors it names.
//!
//! Actors come and go; the records here stay: what a limiter has given out must bind its next incarnation, and status
//! must answer while an actor is down.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use ractor::ActorRef;
use tokio::{sync::watch, time::Instant};

use super::{
    book::Book, branch::BranchMessage, breaker::Breaker, root::RootMessage, settings::GateSettings, status,
};
use crate::{
    clock::Clock,
    event::Event,
    port::{Budget, Observer, SyncKey},
};

/// Whether an actor is at its post.
#[derive(Debug)]
pub(super) enum Standing<M> {
    /// Not started yet, or between two incarnations.
    Down,
    Up(ActorRef<M>),
    /// Its restart budget is spent.
    Shut {
        reason: String,
        until: Timestamp,
    },
    /// It ended for good; whoever needs it makes a new one.
    Retired,
}

impl<M> Clone for Standing<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Down => Self::Down,
            Self::Up(actor) => Self::Up(actor.clone()),
            Self::Shut { reason, until } => Self::Shut { reason: reason.clone(), until: *until },
            Self::Retired => Self::Retired,
        }
    }
}

/// Locks what no handler may leave half changed; a panic under the lock ends an incarnation, whose successor distrusts
/// what it finds, so the poison itself says nothing more.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `at` plus `duration`; what hosts and settings say is cut to a year, so that no word of theirs overflows a clock.
pub(super) fn later(at: Instant, duration: Duration) -> Instant {
    at + duration.min(Duration::from_secs(365 * 24 * 3600))
}

/// The gates' memory.
pub(super) struct Context {
    pub(super) clock: Clock,
    pub(super) started: Instant,
    observer: Arc<dyn Observer>,
    settings: Mutex<Arc<GateSettings>>,
    apis: Mutex<HashMap<Arc<str>, Arc<Api>>>,
    places: Mutex<HashMap<SyncKey, (u64, Place)>>,
    numbers: AtomicU64,
    closed: AtomicBool,
    root: watch::Sender<Option<ActorRef<RootMessage>>>,
}

/// What one claimant waits for.
#[derive(Clone)]
pub(super) enum Place {
    Breaker(Arc<Breaker>),
    Budget(Arc<Book>),
}

/// One external API.
pub(super) struct Api {
    pub(super) name: Arc<str>,
    pub(super) branch: watch::Sender<Option<ActorRef<BranchMessage>>>,
    breakers: Mutex<HashMap<Arc<str>, Arc<Breaker>>>,
    books: Mutex<HashMap<Arc<str>, Arc<Book>>>,
}

impl Context {
    pub(super) fn new(settings: GateSettings, clock: Clock, observer: Arc<dyn Observer>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            started: Instant::now(),
            observer,
            settings: Mutex::new(Arc::new(settings)),
            apis: Mutex::default(),
            places: Mutex::default(),
            numbers: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            root: watch::Sender::new(None),
        })
    }

    pub(super) fn settings(&self) -> Arc<GateSettings> {
        lock(&self.settings).clone()
    }

    pub(super) fn reconfigure(&self, settings: GateSettings) {
        *lock(&self.settings) = Arc::new(settings);
    }

    pub(super) fn tell(&self, event: &Event) {
        self.observer.event(event);
    }

    /// A number never given before.
    pub(super) fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// The wall clock's word for a moment.
    pub(super) fn stamp(&self, at: Instant) -> Timestamp {
        let (now, wall) = (Instant::now(), self.clock.now());
        let signed = |duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let result = match at.checked_duration_since(now) {
            Some(ahead) => wall.saturating_add(signed(ahead)),
            None => wall.saturating_sub(signed(now.duration_since(at))),
        };
        result.unwrap_or(Timestamp::MAX)
    }

    pub(super) fn rooted(&self, root: ActorRef<RootMessage>) {
        self.root.send_replace(Some(root));
    }

    /// The gates have ended: whoever waits is told, and nothing is granted any more.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for api in self.apis() {
            for breaker in api.breakers() {
                breaker.stand(Standing::Retired);
            }
            for book in api.books() {
                book.retire();
            }
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::SeqCst)
    }

    /// The API's record; a new one gets its branch.
    pub(super) fn api(&self, name: &Arc<str>) -> Arc<Api> {
        let mut apis = lock(&self.apis);
        if let Some(api) = apis.get(name) {
            return api.clone();
        }
        let api = Arc::new(Api {
            name: name.clone(),
            branch: watch::Sender::new(None),
            breakers: Mutex::default(),
            books: Mutex::default(),
        });
        apis.insert(name.clone(), api.clone());
        drop(apis);
        if let Some(root) = &*self.root.borrow() {
            // A root that is gone has closed the gates; whoever asks finds that out.
            let _ = root.cast(RootMessage::StartBranch(api.clone()));
        }
        api
    }

    pub(super) fn find_api(&self, name: &str) -> Option<Arc<Api>> {
        lock(&self.apis).get(name).cloned()
    }

    /// Every API, by name.
    pub(super) fn apis(&self) -> Vec<Arc<Api>> {
        let mut apis: Vec<_> = lock(&self.apis).values().cloned().collect();
        apis.sort_by(|a, b| a.name.cmp(&b.name));
        apis
    }

    /// Says where a claimant stands, until the guard is dropped.
    pub(super) fn wait_at(self: &Arc<Self>, claimant: SyncKey, place: Place) -> Waits {
        let number = self.number();
        lock(&self.places).insert(claimant, (number, place));
        Waits { context: self.clone(), claimant, number }
    }

    pub(super) fn place(&self, claimant: SyncKey) -> Option<Place> {
        lock(&self.places).get(&claimant).map(|(_, place)| place.clone())
    }
}

/// While this lives, its claimant waits.
pub(super) struct Waits {
    context: Arc<Context>,
    claimant: SyncKey,
    number: u64,
}

impl Drop for Waits {
    fn drop(&mut self) {
        let mut places = lock(&self.context.places);
        if places.get(&self.claimant).is_some_and(|(number, _)| *number == self.number) {
            places.remove(&self.claimant);
        }
    }
}

impl Api {
    /// The host's breaker, made on first use.
    pub(super) fn breaker(&self, context: &Arc<Context>, host: &Arc<str>) -> Arc<Breaker> {
        let mut breakers = lock(&self.breakers);
        if let Some(breaker) = breakers.get(host) {
            return breaker.clone();
        }
        let breaker = Arc::new(Breaker::new(context.clone(), self.name.clone(), host.clone()));
        breakers.insert(host.clone(), breaker.clone());
        drop(breakers);
        self.start(BranchMessage::StartBreaker(breaker.clone()));
        // Gates that closed meanwhile may not have seen this record; nobody must wait at it for ever.
        if context.is_closed() {
            breaker.stand(Standing::Retired);
        }
        breaker
    }

    /// The budgets' records in the one order in which every request takes them; see the module's word on deadlock.
    pub(super) fn order(&self, context: &Arc<Context>, budgets: &[Budget]) -> Vec<(Arc<Book>, Budget)> {
        let mut books = lock(&self.books);
        let mut fresh = Vec::new();
        let mut ordered = Vec::with_capacity(budgets.len());
        for (place, budget) in budgets.iter().enumerate() {
            let book = books.entry(budget.name.clone()).or_insert_with(|| {
                let distance = budgets.len() - place;
                let book = Arc::new(Book::new(context.clone(), self.name.clone(), budget, distance));
                fresh.push(book.clone());
                book
            });
            ordered.push((book.clone(), budget.clone()));
        }
        drop(books);
        for book in fresh {
            self.start(BranchMessage::StartLimiter(book.clone()));
            if context.is_closed() {
                book.retire();
            }
        }
        ordered.sort_by(|(a, _), (b, _)| a.rank().cmp(&b.rank()));
        ordered.dedup_by(|(a, _), (b, _)| Arc::ptr_eq(a, b));
        ordered
    }

    /// A branch that is not up finds new records when it starts.
    fn start(&self, message: BranchMessage) {
        if let Some(branch) = &*self.branch.borrow() {
            let _ = branch.cast(message);
        }
    }

    pub(super) fn breakers(&self) -> Vec<Arc<Breaker>> {
        let mut breakers: Vec<_> = lock(&self.breakers).values().cloned().collect();
        breakers.sort_by(|a, b| a.host().cmp(b.host()));
        breakers
    }

    pub(super) fn books(&self) -> Vec<Arc<Book>> {
        let mut books: Vec<_> = lock(&self.books).values().cloned().collect();
        books.sort_by(|a, b| a.name().cmp(b.name()));
        books
    }

    pub(super) fn find_breaker(&self, host: &str) -> Option<Arc<Breaker>> {
        lock(&self.breakers).get(host).cloned()
    }

    pub(super) fn find_book(&self, name: &str) -> Option<Arc<Book>> {
        lock(&self.books).get(name).cloned()
    }

    /// Takes out the breakers and limiters that nobody used for long; whoever still has one in hand finds it retired.
    pub(super) fn retire_idle(
        &self,
        now: Instant,
        settings: &GateSettings,
    ) -> (Vec<Arc<Breaker>>, Vec<Arc<Book>>) {
        let mut breakers = lock(&self.breakers);
        let idle_breakers = breakers.extract_if(|_, breaker| breaker.retire_if_idle(now, settings));
        let idle_breakers = idle_breakers.map(|(_, breaker)| breaker).collect();
        drop(breakers);
        let mut books = lock(&self.books);
        let idle_books = books.extract_if(|_, book| book.retire_if_idle(now, settings));
        (idle_breakers, idle_books.map(|(_, book)| book).collect())
    }

    pub(super) fn status(&self, context: &Context) -> status::ApiStatus {
        let now = Instant::now();
        status::ApiStatus {
            api: self.name.clone(),
            breakers: self.breakers().iter().map(|breaker| breaker.status()).collect(),
            budgets: self.books().iter().map(|book| book.status(context, now)).collect(),
        }
    }
}
