//! What every actor of one tree shares. Nothing here is global: each tree has its own.

use std::{
    future::Future,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use ractor::{ActorRef, Message};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    board::Board,
    clock::Clock,
    directory::DirectoryDesk,
    event::Event,
    journal::Desk,
    organizations::OrganizationsMessage,
    permits::Turnstile,
    port::{PortError, Ports, SyncKey},
    rollup::Rollups,
    settings::Settings,
};

pub(crate) struct House {
    pub(crate) clock: Clock,
    pub(crate) ports: Ports,
    pub(crate) board: Board,
    pub(crate) turnstile: Turnstile,
    pub(crate) desk: Desk,
    pub(crate) rollups: Rollups,
    pub(crate) directory: DirectoryDesk,
    settings: RwLock<Arc<Settings>>,
    organizations: RwLock<Option<ActorRef<OrganizationsMessage>>>,
    /// Steps cut off because their grace was over.
    pub(crate) aborted: AtomicUsize,
    stopped: AtomicBool,
}

impl House {
    pub(crate) fn new(settings: Settings, clock: Clock, ports: Ports) -> Arc<Self> {
        let rollups = Rollups::new(settings.rolls_at_once);
        Arc::new(Self {
            clock,
            rollups,
            ports,
            board: Board::default(),
            turnstile: Turnstile::new(),
            desk: Desk::default(),
            directory: DirectoryDesk::default(),
            settings: RwLock::new(Arc::new(settings)),
            organizations: RwLock::new(None),
            aborted: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        })
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
    }

    pub(crate) fn organizations(&self) -> Option<ActorRef<OrganizationsMessage>> {
        self.organizations.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_organizations(&self, actor: ActorRef<OrganizationsMessage>) {
        *self.organizations.write().unwrap_or_else(PoisonError::into_inner) = Some(actor);
    }

    pub(crate) fn tell(&self, event: Event) {
        self.ports.observer.event(&event);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time `pause` from now.
    pub(crate) fn after(&self, pause: Duration) -> Timestamp {
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::MAX);
        self.now().saturating_add(pause).unwrap_or(Timestamp::MAX)
    }

    /// How long until `until`; zero when it has passed.
    pub(crate) fn until(&self, until: Timestamp) -> Duration {
        Duration::try_from(until.duration_since(self.now())).unwrap_or(Duration::ZERO)
    }

    /// Counts a step that was cut off.
    pub(crate) fn count_aborted(&self) {
        self.aborted.fetch_add(1, Ordering::Relaxed);
    }

    /// Somebody wants the tree to end.
    pub(crate) fn set_stopped(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    pub(crate) fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Acquire)
    }

    /// What jitter is drawn from for one key at one moment of its life.
    pub(crate) fn salt(&self, key: SyncKey, nth: u64) -> u64 {
        let (high, low) = key.account.as_u64_pair();
        let (upper, lower) = key.organization.as_u64_pair();
        let mixed = high ^ low.rotate_left(17) ^ upper.rotate_left(31) ^ lower.rotate_left(47);
        (self.settings().seed ^ mixed).wrapping_add(nth.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}

/// A port's answer, or the news that there was none in time.
pub(crate) async fn in_time<T>(
    deadline: Duration,
    port: impl Future<Output = Result<T, PortError>>,
) -> Result<T, PortError> {
    match tokio::time::timeout(deadline, port).await {
        Ok(answer) => answer,
        Err(_) => Err(PortError(format!("no answer within {deadline:?}"))),
    }
}

/// A message that comes later, unless the timer is dropped first.
pub(crate) type Timer = AbortOnDropHandle<()>;

/// Sends `message` to `actor` after `pause`.
pub(crate) fn later<M: Message>(actor: &ActorRef<M>, pause: Duration, message: M) -> Timer {
    let actor = actor.clone();
    AbortOnDropHandle::new(tokio::spawn(async move {
        tokio::time::sleep(pause).await;
        // The actor may be gone: then nobody needs the message.
        let _gone = actor.cast(message);
    }))
}
