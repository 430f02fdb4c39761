//! The sync actor's transitions, one per message and none of them waiting.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use ractor::{ActorProcessingErr, ActorRef};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

use super::{
    SyncMessage,
    apply::Applying,
    files::Filing,
    tasks::{self, Task},
};
use crate::{
    board::{Slot, State, WaitsFor},
    event::Event,
    house::{House, Timer, later},
    permits::{Permit, Refused},
    port::{Answer, Demand, Lease, Outcome, Report},
    restart::strayed,
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

enum Doing {
    /// The tables are read.
    Looking,
    /// A request waits in the gates.
    Asking(Asking),
    /// A step runs.
    Stepping { demand: Demand, permit: Box<dyn Permit>, begun: Instant },
    /// Nothing is under way until the timer rings.
    Pausing { nudges_wait: bool, then: Option<Demand> },
}

struct Asking {
    demand: Demand,
    request: AbortOnDropHandle<()>,
    ticket: u64,
    /// Came while the tables were read once more.
    permit: Option<Box<dyn Permit>>,
    /// How often in a row the gates did not know the request.
    unknown: u32,
}

pub(crate) struct SyncState {
    pub(super) house: Arc<House>,
    pub(super) lease: Lease,
    pub(super) slot: Arc<Slot>,
    pub(super) myself: ActorRef<SyncMessage>,
    doing: Doing,
    /// What was delivered and the files, beside all that.
    pub(super) applying: Applying,
    pub(super) filing: Filing,
    task: Option<(u64, Task)>,
    timer: Option<(u64, Timer)>,
    /// Counts tasks, requests and timers, so that late messages of earlier ones fall through.
    ticket: u64,
    /// A nudge came while something was under way.
    nudged: bool,
    /// The stream whose queued request gave way to something newer. It does not give way twice, or a chatty account
    /// would never get its turn for history.
    gave_way: Option<Arc<str>>,
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

    /// The same demand keeps its place in the queue; another takes it.
    fn looked_while_asking(&mut self, mut asking: Asking, outcome: Outcome) {
        match outcome {
            Outcome::More(demand) if demand == asking.demand => {
                if let Some(permit) = asking.permit.take() {
                    return self.step(demand, permit);
                }
                self.doing = Doing::Asking(asking);
                if std::mem::take(&mut self.nudged) {
                    self.look();
                }
            }
            outcome => {
                if let Some(permit) = asking.permit.take() {
                    permit.settle(&Answer::NotAsked);
                }
                self.gave_way = Some(asking.demand.stream.clone());
                drop(asking);
                self.proceed(outcome);
            }
        }
    }

    pub(super) fn answered(&mut self, ticket: u64, answer: Result<Box<dyn Permit>, Refused>) {
        let asking = match std::mem::replace(&mut self.doing, Doing::Looking) {
            Doing::Asking(asking) if asking.ticket == ticket => asking,
            // A request that was withdrawn: its permit goes back by being dropped.
            doing => return self.doing = doing,
        };
        let looking = self.task.is_some();
        match answer {
            Ok(permit) if looking => self.doing = Doing::Asking(Asking { permit: Some(permit), ..asking }),
            Ok(permit) => self.step(asking.demand, permit),
            // The tables are being read: what they say decides.
            Err(_) if looking => {
                self.timer = None;
                self.enter(State::Starting, Some(self.house.settings().step_deadline), None);
            }
            Err(refused) => self.refused(asking.demand, refused),
        }
    }

    fn refused(&mut self, demand: Demand, refused: Refused) {
        if self.nudged {
            return self.look();
        }
        let settings = self.house.settings();
        match refused {
            Refused::Open { until } => {
                let what = format!("{} at {} to recover", demand.api, demand.host);
                self.pause(State::Waiting, self.house.until(until), Some(what), None);
            }
            Refused::Shut { reason } => {
                self.pause(State::Waiting, settings.shut_pause, Some(reason), None);
            }
            Refused::Gone => {
                let salt = self.salt();
                let what = format!("the gate of {} to begin again", demand.api);
                let pause = strayed(settings.gone_pause, 0.5, salt);
                self.pause(State::Waiting, pause, Some(what), Some(demand));
            }
        }
    }

    pub(super) fn stepped(
        &mut self,
        ticket: u64,
        report: Result<Report, String>,
    ) -> Result<(), ActorProcessingErr> {
        if !self.take_task(ticket) {
            return Ok(());
        }
        let Doing::Stepping { demand, permit, begun } = std::mem::replace(&mut self.doing, Doing::Looking)
        else {
            return Ok(());
        };
        let report = report?;
        permit.settle(&report.answer);
        self.record(&demand, &report, begun.elapsed());
        if !matches!(report.outcome, Outcome::Failed { .. } | Outcome::Denied { .. } | Outcome::Fenced) {
            self.succeeded();
        }
        self.files_follow(report.progress.changed);
        self.house.rollups.stepped(&self.lease, &report.outcome, report.progress.changed);
        self.slot.lock().progress(&demand.stream, report.progress);
        self.proceed(report.outcome);
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

    /// A request that waits long is explained by the gates, or it is lost.
    fn check_request(&mut self) {
        let Doing::Asking(asking) = &mut self.doing else { return };
        let settings = self.house.settings();
        if let Some(waiting) = self.house.turnstile.current().waiting(self.lease.key) {
            asking.unknown = 0;
            let due = self.house.after(settings.permit_deadline);
            self.slot.explain(WaitsFor { what: waiting.what, until: waiting.until }, due);
            return self.set_timer(settings.permit_deadline);
        }
        if asking.permit.is_some() || asking.request.is_finished() {
            return self.set_timer(settings.permit_deadline);
        }
        asking.unknown += 1;
        // A permit on its way from the queue to us is in neither place for a moment.
        if asking.unknown == 1 {
            return self.set_timer(settings.least_pause);
        }
        let demand = asking.demand.clone();
        self.house.tell(Event::PermitLost { key: self.lease.key, api: demand.api.clone() });
        self.ask(demand);
    }

    /// What follows from an outcome, a nudge meanwhile considered.
    fn proceed(&mut self, outcome: Outcome) {
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

    fn ask(&mut self, demand: Demand) {
        let settings = self.house.settings();
        let what = format!("a permit of {}", demand.api);
        self.enter(State::Asking, Some(settings.permit_deadline), Some(what));
        let ticket = self.next_ticket();
        let request = self.house.turnstile.current().ask(self.lease.key, demand.clone());
        let request = tasks::ask(request, &self.myself, ticket);
        self.doing = Doing::Asking(Asking { demand, request, ticket, permit: None, unknown: 0 });
        self.set_timer(settings.permit_deadline);
    }

    fn step(&mut self, demand: Demand, permit: Box<dyn Permit>) {
        self.timer = None;
        if self.gave_way.as_ref() == Some(&demand.stream) {
            self.gave_way = None;
        }
        self.slot.lock().stream = Some(demand.stream.clone());
        self.enter(State::Stepping, Some(self.house.settings().step_deadline), None);
        let ticket = self.next_ticket();
        let (house, slot, lease) = (self.house.clone(), self.slot.clone(), self.lease.clone());
        let task = tasks::step(house, slot, lease, demand.clone(), &self.myself, ticket);
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

    fn pause(&mut self, state: State, pause: Duration, what: Option<String>, then: Option<Demand>) {
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

    fn may_give_way(&self, demand: &Demand) -> bool {
        self.gave_way.as_ref() != Some(&demand.stream)
    }

    /// Takes the task off, if `ticket` is its.
    fn take_task(&mut self, ticket: u64) -> bool {
        self.task.take_if(|(current, _)| *current == ticket).is_some()
    }

    pub(super) fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }

    fn set_timer(&mut self, pause: Duration) {
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
