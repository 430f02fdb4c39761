//! The rollup's transitions, one per message and none of them waiting.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use ractor::{ActorProcessingErr, ActorRef};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{RollupMessage, Slot};
use crate::{
    board::State,
    event::Event,
    house::{House, Timer, in_time, later},
    port::{Generation, PortError, RollLease, Rolled, SyncKey},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    /// The fence is being raised.
    Beginning,
    /// A count is under way.
    Counting,
    /// Nothing is under way until the timer rings; a failure is waited out whatever nudges come.
    Resting { failed: bool },
}

pub(crate) struct RollupState {
    house: Arc<House>,
    organization: Uuid,
    slot: Arc<Slot>,
    myself: ActorRef<RollupMessage>,
    doing: Doing,
    generation: Option<Generation>,
    task: Option<(u64, AbortOnDropHandle<()>, Timer)>,
    timer: Option<(u64, Timer)>,
    ticket: u64,
    nudged: bool,
    counted_at: Option<Instant>,
    failures: u32,
    finishing: bool,
    told: bool,
}

impl RollupState {
    pub(super) fn new(
        myself: ActorRef<RollupMessage>,
        house: Arc<House>,
        organization: Uuid,
        slot: Arc<Slot>,
    ) -> Self {
        Self {
            house,
            organization,
            slot,
            myself,
            doing: Doing::Beginning,
            generation: None,
            task: None,
            timer: None,
            ticket: 0,
            nudged: false,
            counted_at: None,
            failures: 0,
            finishing: false,
            told: false,
        }
    }

    /// Whether it ended because it was told to.
    pub(crate) fn was_told(&self) -> bool {
        self.told
    }

    /// Raises the fence: whoever counted before is out.
    pub(super) fn begin(&mut self) {
        let settings = self.house.settings();
        (self.doing, self.generation, self.timer) = (Doing::Beginning, None, None);
        self.slot.enter(State::Starting, self.house.now(), Some(self.house.after(settings.roll_deadline)));
        let (house, organization) = (self.house.clone(), self.organization);
        let (deadline, ticket, myself) = (settings.port_deadline, self.next_ticket(), self.myself.clone());
        let work = async move {
            // All organizations begin at once after a start; their places bound how many ask at a time.
            let Ok(_place) = house.rollups.places.acquire().await else { return };
            let generation = in_time(deadline, house.ports.rollup.begin(organization)).await;
            let _gone = myself.cast(RollupMessage::Begun { ticket, generation });
        };
        self.start(ticket, settings.roll_deadline, work);
    }

    pub(super) fn begun(&mut self, ticket: u64, generation: Result<Generation, PortError>) {
        if !self.take_task(ticket) {
            return;
        }
        match generation {
            Ok(generation) => {
                self.slot.incarnate(generation);
                self.generation = Some(generation);
                if self.finishing {
                    return self.end();
                }
                self.count();
            }
            Err(error) => self.failed(error.to_string()),
        }
    }

    fn count(&mut self) {
        let Some(generation) = self.generation else { return self.begin() };
        let settings = self.house.settings();
        (self.doing, self.nudged, self.timer) = (Doing::Counting, false, None);
        self.slot.take_nudge();
        self.slot.enter(State::Stepping, self.house.now(), Some(self.house.after(settings.roll_deadline)));
        let (house, myself, ticket) = (self.house.clone(), self.myself.clone(), self.next_ticket());
        let lease = RollLease { organization: self.organization, generation };
        let work = async move {
            let asked = Instant::now();
            let Ok(_place) = house.rollups.places.acquire().await else { return };
            let (waited, begun) = (asked.elapsed(), Instant::now());
            let rolled = AssertUnwindSafe(house.ports.rollup.roll(lease)).catch_unwind().await;
            let rolled = rolled.map_err(|_| "a count panicked".to_owned());
            let took = begun.elapsed();
            let _gone = myself.cast(RollupMessage::Counted { ticket, rolled, took, waited });
        };
        self.start(ticket, settings.roll_deadline, work);
    }

    pub(super) fn counted(
        &mut self,
        ticket: u64,
        rolled: Result<Rolled, String>,
        took: Duration,
        waited: Duration,
    ) -> Result<(), ActorProcessingErr> {
        if !self.take_task(ticket) {
            return Ok(());
        }
        self.counted_at = Some(Instant::now());
        let rolled = rolled?;
        self.tell(&rolled, took, waited);
        if self.finishing {
            self.end();
            return Ok(());
        }
        match rolled {
            Rolled::More => {
                self.healthy();
                self.count();
            }
            Rolled::Done { again_in } => {
                self.healthy();
                if self.nudged {
                    self.count_soon();
                } else {
                    self.rest(State::Waiting, again_in, false);
                }
            }
            Rolled::Failed { reason } => self.failed(reason),
            Rolled::Fenced => {
                self.generation = None;
                self.failed("another incarnation holds its fence".to_owned());
            }
        }
        Ok(())
    }

    pub(super) fn nudge(&mut self) {
        self.slot.take_nudge();
        if self.finishing {
            return;
        }
        match self.doing {
            Doing::Resting { failed: false } => self.count_soon(),
            // What failed looks at everything when it tries again.
            Doing::Resting { failed: true } => {}
            Doing::Beginning | Doing::Counting => self.nudged = true,
        }
    }

    /// Counts at once, or as soon as the pause after the last count is over.
    fn count_soon(&mut self) {
        let pause = self.house.settings().roll_pause;
        let left = self.counted_at.map_or(Duration::ZERO, |at| pause.saturating_sub(at.elapsed()));
        if left.is_zero() {
            self.count();
        } else {
            self.nudged = false;
            self.rest(State::Waiting, left, false);
        }
    }

    pub(super) fn due(&mut self, ticket: u64) {
        if self.timer.take_if(|(current, _)| *current == ticket).is_none() {
            return;
        }
        if self.generation.is_none() { self.begin() } else { self.count() }
    }

    pub(super) fn finish(&mut self) {
        self.finishing = true;
        if self.doing == Doing::Counting {
            let due = self.house.after(self.house.settings().roll_deadline);
            self.slot.enter(State::Stopping, self.house.now(), Some(due));
        } else {
            self.end();
        }
    }

    pub(super) fn overdue(&mut self, ticket: u64) -> Result<(), ActorProcessingErr> {
        if !self.take_task(ticket) {
            return Ok(());
        }
        Err(format!("a count hung for {:?}", self.house.settings().roll_deadline).into())
    }

    fn failed(&mut self, reason: String) {
        if self.finishing {
            return self.end();
        }
        self.failures = self.failures.saturating_add(1);
        self.slot.error(reason, self.house.now());
        let key = SyncKey { organization: self.organization, account: self.organization };
        let salt = self.house.salt(key, self.ticket);
        let pause = self.house.settings().failure_pause.pause(self.failures, salt);
        self.rest(State::BackingOff, pause, true);
    }

    fn healthy(&mut self) {
        self.failures = 0;
        let mut entry = self.slot.lock();
        entry.counts += 1;
        entry.healthy_since.get_or_insert_with(Instant::now);
    }

    fn rest(&mut self, state: State, pause: Duration, failed: bool) {
        self.doing = Doing::Resting { failed };
        self.slot.enter(state, self.house.now(), Some(self.house.after(pause)));
        let ticket = self.next_ticket();
        self.timer = Some((ticket, later(&self.myself, pause, RollupMessage::Due { ticket })));
    }

    fn end(&mut self) {
        (self.told, self.task, self.timer) = (true, None, None);
        self.myself.stop(None);
    }

    fn tell(&self, rolled: &Rolled, took: Duration, waited: Duration) {
        let (outcome, reason) = match rolled {
            Rolled::More => ("more", None),
            Rolled::Done { .. } => ("done", None),
            Rolled::Failed { reason } => ("failed", Some(reason.clone())),
            Rolled::Fenced => ("fenced", None),
        };
        self.house.tell(Event::Rolled { organization: self.organization, outcome, took, waited, reason });
    }

    fn start(&mut self, ticket: u64, deadline: Duration, work: impl Future<Output = ()> + Send + 'static) {
        let overdue = later(&self.myself, deadline, RollupMessage::Overdue { ticket });
        self.task = Some((ticket, AbortOnDropHandle::new(tokio::spawn(work)), overdue));
    }

    fn take_task(&mut self, ticket: u64) -> bool {
        self.task.take_if(|(current, ..)| *current == ticket).is_some()
    }

    fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }
}
