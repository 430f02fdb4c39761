//! The sync actor's transitions, one per message and none of them waiting.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use ractor::{ActorProcessingErr, ActorRef};
use tokio::time::Instant;

use super::{
    SyncMessage,
    apply::Applying,
    asking::Asking,
    files::Filing,
    tasks::{self, Task},
};
use crate::{
    board::{Slot, State, WaitsFor},
    event::Event,
    house::{House, Timer, later},
    permits::Permit,
    port::{Ahead, Demand, Errand, Lease, Outcome, Report, Sent, Stepped},
};

/// Why an actor ended in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// It was told to.
    Finished,
    /// The platform refuses its credential.
    Denied { reason: String },
    /// Another incarnation holds its fence.
    Fenced,
}

pub(super) enum Doing {
    /// The tables are read.
    Looking,
    /// A request waits in the gates.
    Asking(Asking),
    /// A step runs; it has no permit when its request was sent ahead.
    Stepping { demand: Demand, permit: Option<Box<dyn Permit>>, begun: Instant },
    /// Nothing is under way until the timer rings.
    Pausing { nudges_wait: bool, then: Option<Demand> },
}

pub(crate) struct SyncState {
    pub(super) house: Arc<House>,
    pub(super) lease: Lease,
    pub(super) slot: Arc<Slot>,
    pub(super) myself: ActorRef<SyncMessage>,
    pub(super) doing: Doing,
    /// What was delivered and the files, beside all that.
    pub(super) applying: Applying,
    pub(super) filing: Filing,
    pub(super) task: Option<(u64, Task)>,
    pub(super) timer: Option<(u64, Timer)>,
    /// Counts tasks, requests and timers, so that late messages of earlier ones fall through.
    ticket: u64,
    /// A nudge came while something was under way.
    pub(super) nudged: bool,
    /// The stream whose queued request gave way to something newer. It does not give way twice, or a chatty account
    /// would never get its turn for history.
    pub(super) gave_way: Option<Arc<str>>,
    pub(super) finishing: bool,
    pub(super) exit: Option<Exit>,
}

impl SyncState {
    pub(super) fn new(
        myself: ActorRef<SyncMessage>,
        house: Arc<House>,
        slot: Arc<Slot>,
        lease: Lease,
    ) -> Self {
        Self {
            house,
            lease,
            slot,
            myself,
            doing: Doing::Looking,
            applying: Applying::default(),
            filing: Filing::default(),
            task: None,
            timer: None,
            ticket: 0,
            nudged: false,
            gave_way: None,
            finishing: false,
            exit: None,
        }
    }

    /// Why the actor ended, if it ended in order.
    pub(crate) fn into_exit(self) -> Option<Exit> {
        self.exit
    }

    /// Reads what is due. A request that is queued meanwhile keeps its place.
    pub(super) fn look(&mut self) {
        self.nudged = false;
        self.slot.take_nudge();
        if !matches!(self.doing, Doing::Asking(_)) {
            self.doing = Doing::Looking;
            self.timer = None;
            self.enter(State::Starting, Some(self.house.settings().step_deadline), None);
        }
        let ticket = self.next_ticket();
        let (house, slot, lease) = (self.house.clone(), self.slot.clone(), self.lease.clone());
        self.task = Some((ticket, tasks::look(house, slot, lease, &self.myself, ticket)));
    }

    pub(super) fn nudge(&mut self, now: bool) {
        self.slot.take_nudge();
        if self.finishing || self.applying.leaves() || self.exit.is_some() {
            return;
        }
        match &self.doing {
            Doing::Pausing { nudges_wait, .. } if now || !nudges_wait => self.look(),
            Doing::Asking(asking) if self.task.is_none() && self.may_give_way(&asking.demand) => self.look(),
            Doing::Looking | Doing::Asking(_) | Doing::Stepping { .. } | Doing::Pausing { .. } => {
                self.nudged = true;
            }
        }
    }

    pub(super) fn finish(&mut self) {
        self.finishing = true;
        self.filing = Filing::default();
        if matches!(self.doing, Doing::Stepping { .. }) || self.applying.is_under_way() {
            self.enter(State::Stopping, Some(self.house.settings().step_deadline), None);
            if !matches!(self.doing, Doing::Stepping { .. }) {
                self.rest();
            }
        } else {
            self.end(Exit::Finished);
        }
    }

    pub(super) fn looked(
        &mut self,
        ticket: u64,
        outcome: Result<Outcome, String>,
    ) -> Result<(), ActorProcessingErr> {
        if !self.take_task(ticket) {
            return Ok(());
        }
        let outcome = outcome?;
        if matches!(outcome, Outcome::CaughtUp { .. }) {
            self.succeeded();
        }
        match std::mem::replace(&mut self.doing, Doing::Looking) {
            Doing::Asking(asking) => self.looked_while_asking(asking, outcome),
            doing => {
                self.doing = doing;
                self.proceed(outcome);
            }
        }
        Ok(())
    }

    pub(super) fn stepped(
        &mut self,
        ticket: u64,
        stepped: Result<Stepped, String>,
    ) -> Result<(), ActorProcessingErr> {
        if !self.take_task(ticket) {
            return Ok(());
        }
        let Doing::Stepping { demand, permit, begun } = std::mem::replace(&mut self.doing, Doing::Looking)
        else {
            return Ok(());
        };
        let Stepped { report, sent } = stepped?;
        if let Some(permit) = permit {
            permit.settle(&report.answer);
        }
        self.record(&demand, &report, begun.elapsed());
        if !matches!(report.outcome, Outcome::Failed { .. } | Outcome::Denied { .. } | Outcome::Fenced) {
            self.succeeded();
        }
        self.files_follow(report.progress.changed);
        self.house.rollups.stepped(&self.lease, &report.outcome, report.progress.changed);
        self.slot.lock().progress(&demand.stream, report.progress);
        match (report.outcome, sent) {
            // Its answer is on the way: written first, whatever is new meanwhile.
            (Outcome::More(demand), Some(sent)) if !self.finishing => {
                self.begin_step(demand, None, Some(sent))
            }
            (outcome, _) => self.proceed(outcome),
        }
        Ok(())
    }

    pub(super) fn overdue(&mut self, ticket: u64) -> Result<(), ActorProcessingErr> {
        if self.applying.take(ticket) {
            return self.hung(Arc::from("deliveries"), self.house.settings().apply_deadline);
        }
        if self.file_overdue(ticket) || !self.take_task(ticket) {
            return Ok(());
        }
        let stream = match &self.doing {
            Doing::Stepping { demand, .. } => demand.stream.clone(),
            _ => Arc::from("resume"),
        };
        self.hung(stream, self.house.settings().step_deadline)
    }

    pub(super) fn due(&mut self, ticket: u64) {
        if self.timer.take_if(|(current, _)| *current == ticket).is_none() {
            return;
        }
        match &mut self.doing {
            Doing::Pausing { then, .. } => match then.take() {
                Some(demand) => self.ask(demand),
                None => self.look(),
            },
            Doing::Asking(_) => self.check_request(),
            Doing::Looking | Doing::Stepping { .. } => {}
        }
    }

    /// What follows from an outcome, a nudge meanwhile considered.
    pub(super) fn proceed(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Denied { reason } => self.leave(Exit::Denied { reason }),
            Outcome::Fenced => self.end(Exit::Fenced),
            _ if self.finishing => self.finished(),
            Outcome::Failed { reason } => self.back_off(reason),
            _ if self.nudged => self.look(),
            Outcome::More(demand) => self.ask(demand),
            Outcome::CaughtUp { again_in } => self.pause(State::Waiting, again_in, None, None),
            Outcome::Wait { pause, reason } => self.pause(State::Waiting, pause, Some(reason), None),
        }
    }

    pub(super) fn step(&mut self, demand: Demand, permit: Box<dyn Permit>) {
        self.begin_step(demand, Some(permit), None);
    }

    fn begin_step(&mut self, demand: Demand, permit: Option<Box<dyn Permit>>, sent: Option<Sent>) {
        self.timer = None;
        if self.gave_way.as_ref() == Some(&demand.stream) {
            self.gave_way = None;
        }
        self.slot.lock().stream = Some(demand.stream.clone());
        self.enter(State::Stepping, Some(self.house.settings().step_deadline), None);
        let ticket = self.next_ticket();
        // Whoever is nudged looks after this step: it must not lead into the next.
        let ahead = (!self.nudged).then(|| Ahead::through(self.house.clone(), self.lease.key));
        let errand = Errand { demand: demand.clone(), sent, ahead };
        let (house, slot, lease) = (self.house.clone(), self.slot.clone(), self.lease.clone());
        let task = tasks::step(house, slot, (lease, errand), &self.myself, ticket);
        self.task = Some((ticket, task));
        self.doing = Doing::Stepping { demand, permit, begun: Instant::now() };
    }

    fn back_off(&mut self, reason: String) {
        let failures = {
            let mut entry = self.slot.lock();
            entry.failures = entry.failures.saturating_add(1);
            entry.error(reason.clone(), self.house.now());
            entry.failures
        };
        let pause = self.house.settings().failure_pause.pause(failures, self.salt());
        self.pause(State::BackingOff, pause, Some(reason), None);
    }

    pub(super) fn pause(
        &mut self,
        state: State,
        pause: Duration,
        what: Option<String>,
        then: Option<Demand>,
    ) {
        let pause = pause.max(self.house.settings().least_pause);
        self.enter(state, Some(pause), what);
        self.doing = Doing::Pausing { nudges_wait: state == State::BackingOff, then };
        self.set_timer(pause);
    }

    /// Fetches nothing any more.
    pub(super) fn rest(&mut self) {
        self.doing = Doing::Looking;
        (self.task, self.timer) = (None, None);
    }

    /// Ends as it was told, once nothing is under way.
    pub(super) fn finished(&mut self) {
        match (self.applying.is_under_way(), &self.doing) {
            (false, Doing::Stepping { .. }) if self.task.is_some() => {}
            (false, _) => self.end(Exit::Finished),
            (true, _) => self.rest(),
        }
    }

    /// Ends the actor; whatever is under way is cut off with it.
    pub(super) fn end(&mut self, exit: Exit) {
        self.exit = Some(exit);
        self.rest();
        (self.applying, self.filing) = (Applying::default(), Filing::default());
        self.myself.stop(None);
    }

    fn record(&self, demand: &Demand, report: &Report, took: Duration) {
        let (outcome, reason) = match &report.outcome {
            Outcome::More(_) => ("more", None),
            Outcome::CaughtUp { .. } => ("caught_up", None),
            Outcome::Wait { .. } => ("wait", None),
            Outcome::Denied { reason } => ("denied", Some(reason.clone())),
            Outcome::Failed { reason } => ("failed", Some(reason.clone())),
            Outcome::Fenced => ("fenced", None),
        };
        self.slot.lock().last_step_at = Some(self.house.now());
        let Lease { key, platform, .. } = self.lease.clone();
        self.house.tell(Event::Stepped {
            key,
            platform,
            stream: demand.stream.clone(),
            outcome,
            took,
            records: report.progress.records,
            changed: report.progress.changed,
            missed: report.progress.missed,
            reason,
        });
    }

    fn succeeded(&self) {
        let mut entry = self.slot.lock();
        entry.failures = 0;
        entry.healthy_since.get_or_insert_with(Instant::now);
    }

    /// Takes the task off, if `ticket` is its.
    fn take_task(&mut self, ticket: u64) -> bool {
        self.task.take_if(|(current, _)| *current == ticket).is_some()
    }

    pub(super) fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }

    pub(super) fn set_timer(&mut self, pause: Duration) {
        let ticket = self.next_ticket();
        self.timer = Some((ticket, later(&self.myself, pause, SyncMessage::Due { ticket })));
    }

    pub(super) fn salt(&self) -> u64 {
        self.house.salt(self.lease.key, self.ticket)
    }

    pub(super) fn enter(&self, state: State, due_in: Option<Duration>, what: Option<String>) {
        let due: Option<Timestamp> = due_in.map(|pause| self.house.after(pause));
        let until = if state == State::Asking { None } else { due };
        self.slot.enter(state, self.house.now(), due, what.map(|what| WaitsFor { what, until }));
    }
}
