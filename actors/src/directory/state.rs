//! The directory's transitions, one per message and none of them waiting.

use std::{any::Any, future::Future, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use jiff::Timestamp;
use ractor::{ActorProcessingErr, ActorRef};
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{
    DirectoryMessage,
    desk::Lane,
    port::{DynDirectory, Settled},
};
use crate::{
    board::{State, WaitsFor},
    event::{DirectoryFact, Event},
    house::{House, Timer, later},
    permits::{Permit, Refused},
    port::{Demand, Outcome, Report, SyncKey},
    restart::strayed,
};

/// In whose name the gates are asked: nobody's organization.
const CLAIMANT: SyncKey = SyncKey { organization: Uuid::nil(), account: Uuid::nil() };

enum Doing {
    /// The tables are read.
    Looking,
    /// A request waits in the gates.
    Asking { demand: Demand, _request: AbortOnDropHandle<()>, unknown: u32 },
    /// A step runs.
    Stepping { demand: Demand, permit: Box<dyn Permit>, begun: Instant },
    /// Nothing is under way until the timer rings.
    Pausing { then: Option<Demand> },
}

/// One half's task, timer and news.
#[derive(Default)]
struct Half {
    /// Names the task or request under way, so that late messages of earlier ones fall through.
    ticket: u64,
    task: Option<(AbortOnDropHandle<()>, Timer)>,
    timer: Option<(u64, Timer)>,
    nudged: bool,
    /// A failure's pause: no nudge shortens it.
    backing_off: bool,
}

pub(crate) struct DirectoryState {
    house: Arc<House>,
    port: Arc<dyn DynDirectory>,
    myself: ActorRef<DirectoryMessage>,
    ticket: u64,
    applying: Half,
    checking: Half,
    doing: Doing,
    applied_since: Instant,
}

impl DirectoryState {
    pub(super) fn new(
        myself: ActorRef<DirectoryMessage>,
        house: Arc<House>,
        port: Arc<dyn DynDirectory>,
    ) -> Self {
        Self {
            house,
            port,
            myself,
            ticket: 0,
            applying: Half::default(),
            checking: Half::default(),
            doing: Doing::Looking,
            applied_since: Instant::now(),
        }
    }

    pub(super) fn tell(&self, fact: DirectoryFact) {
        self.house.tell(Event::Directory(fact));
    }

    // Applying.

    pub(super) fn nudge(&mut self) {
        if self.applying.task.is_some() || self.applying.backing_off {
            self.applying.nudged = true;
        } else {
            self.apply();
        }
    }

    pub(super) fn apply(&mut self) {
        let (port, myself, ticket) = (self.port.clone(), self.myself.clone(), self.next_ticket());
        self.applied_since = Instant::now();
        self.enter(Lane::Apply, State::Stepping, Some(self.house.settings().step_deadline), None);
        self.start(Lane::Apply, ticket, async move {
            let settled = caught(port.apply()).await;
            let _gone = myself.cast(DirectoryMessage::Applied { ticket, settled });
        });
    }

    pub(super) fn applied(
        &mut self,
        ticket: u64,
        settled: Result<Settled, String>,
    ) -> Result<(), ActorProcessingErr> {
        if !self.take_task(Lane::Apply, ticket) {
            return Ok(());
        }
        let settled = settled?;
        let (outcome, reason) = match &settled {
            Settled::More => ("more", None),
            Settled::Done { .. } => ("done", None),
            Settled::Failed { reason } => ("failed", Some(reason.clone())),
        };
        self.tell(DirectoryFact::Applied { outcome, took: self.applied_since.elapsed(), reason });
        if outcome != "failed" {
            self.house.directory.succeeded(Lane::Apply);
        }
        match settled {
            Settled::Failed { reason } => self.back_off(Lane::Apply, reason),
            Settled::More => self.apply(),
            Settled::Done { .. } if self.applying.nudged => self.apply(),
            Settled::Done { again_in } => self.pause(Lane::Apply, State::Waiting, again_in, None),
        }
        Ok(())
    }

    // Checking.

    pub(super) fn check(&mut self) {
        match self.doing {
            Doing::Pausing { .. } if !self.checking.backing_off => self.look(),
            _ => self.checking.nudged = true,
        }
    }

    pub(super) fn look(&mut self) {
        self.doing = Doing::Looking;
        let (port, myself, ticket) = (self.port.clone(), self.myself.clone(), self.next_ticket());
        self.enter(Lane::Check, State::Starting, Some(self.house.settings().step_deadline), None);
        self.start(Lane::Check, ticket, async move {
            let outcome = caught(port.due()).await;
            let _gone = myself.cast(DirectoryMessage::Looked { ticket, outcome });
        });
    }

    pub(super) fn looked(
        &mut self,
        ticket: u64,
        outcome: Result<Outcome, String>,
    ) -> Result<(), ActorProcessingErr> {
        if self.take_task(Lane::Check, ticket) {
            self.proceed(outcome?);
        }
        Ok(())
    }

    fn ask(&mut self, demand: Demand) {
        let patience = self.house.settings().permit_deadline;
        let what = format!("a permit of {}", demand.api);
        self.enter(Lane::Check, State::Asking, Some(patience), Some(what));
        let ticket = self.next_ticket();
        self.checking.ticket = ticket;
        let request = self.house.turnstile.current().ask(CLAIMANT, demand.clone());
        let myself = self.myself.clone();
        let _request = AbortOnDropHandle::new(tokio::spawn(async move {
            let answer = request.await;
            let _gone = myself.cast(DirectoryMessage::Answered { ticket, answer });
        }));
        self.doing = Doing::Asking { demand, _request, unknown: 0 };
        self.set_timer(Lane::Check, patience);
    }

    pub(super) fn answered(&mut self, ticket: u64, answer: Result<Box<dyn Permit>, Refused>) {
        if self.checking.ticket != ticket {
            return;
        }
        let demand = match std::mem::replace(&mut self.doing, Doing::Looking) {
            Doing::Asking { demand, .. } => demand,
            doing => return self.doing = doing,
        };
        let settings = self.house.settings();
        match answer {
            Ok(permit) => self.step(demand, permit),
            Err(Refused::Open { until }) => {
                let what = format!("{} at {} to recover", demand.api, demand.host);
                self.pause(Lane::Check, State::Waiting, self.house.until(until), Some(what));
            }
            Err(Refused::Shut { reason }) => {
                self.pause(Lane::Check, State::Waiting, settings.shut_pause, Some(reason));
            }
            Err(Refused::Gone) => {
                let pause = strayed(settings.gone_pause, 0.5, self.house.salt(CLAIMANT, self.ticket));
                let what = format!("the gate of {} to begin again", demand.api);
                self.pause(Lane::Check, State::Waiting, pause, Some(what));
                self.doing = Doing::Pausing { then: Some(demand) };
            }
        }
    }

    fn step(&mut self, demand: Demand, permit: Box<dyn Permit>) {
        self.enter(Lane::Check, State::Stepping, Some(self.house.settings().step_deadline), None);
        let (port, myself, ticket) = (self.port.clone(), self.myself.clone(), self.next_ticket());
        let asked = demand.clone();
        self.doing = Doing::Stepping { demand, permit, begun: Instant::now() };
        self.start(Lane::Check, ticket, async move {
            let report = caught(port.step(asked)).await;
            let _gone = myself.cast(DirectoryMessage::Stepped { ticket, report });
        });
    }

    pub(super) fn stepped(
        &mut self,
        ticket: u64,
        report: Result<Report, String>,
    ) -> Result<(), ActorProcessingErr> {
        if !self.take_task(Lane::Check, ticket) {
            return Ok(());
        }
        let Doing::Stepping { demand, permit, begun } = std::mem::replace(&mut self.doing, Doing::Looking)
        else {
            return Ok(());
        };
        let report = report?;
        permit.settle(&report.answer);
        let (outcome, reason) = match &report.outcome {
            Outcome::More(_) => ("more", None),
            Outcome::CaughtUp { .. } => ("caught_up", None),
            Outcome::Wait { .. } => ("wait", None),
            Outcome::Denied { reason } => ("denied", Some(reason.clone())),
            Outcome::Failed { reason } => ("failed", Some(reason.clone())),
            Outcome::Fenced => ("fenced", None),
        };
        self.tell(DirectoryFact::Stepped {
            api: demand.api,
            outcome,
            took: begun.elapsed(),
            records: report.progress.records,
            changed: report.progress.changed,
            reason,
        });
        self.proceed(report.outcome);
        Ok(())
    }

    fn proceed(&mut self, outcome: Outcome) {
        if !matches!(outcome, Outcome::Failed { .. } | Outcome::Denied { .. } | Outcome::Fenced) {
            self.house.directory.succeeded(Lane::Check);
        }
        match outcome {
            Outcome::Failed { reason } | Outcome::Denied { reason } => self.back_off(Lane::Check, reason),
            // Nobody fences the directory: its transactions are idempotent.
            Outcome::Fenced => self.back_off(Lane::Check, "fenced".to_owned()),
            Outcome::More(demand) => self.ask(demand),
            _ if self.checking.nudged => {
                self.checking.nudged = false;
                self.look();
            }
            Outcome::CaughtUp { again_in } => self.pause(Lane::Check, State::Waiting, again_in, None),
            Outcome::Wait { pause, reason } => self.pause(Lane::Check, State::Waiting, pause, Some(reason)),
        }
    }

    // Both.

    pub(super) fn due(&mut self, lane: Lane, ticket: u64) {
        if self.half(lane).timer.take_if(|(current, _)| *current == ticket).is_none() {
            return;
        }
        self.half(lane).backing_off = false;
        match (lane, &mut self.doing) {
            (Lane::Apply, _) => self.apply(),
            (Lane::Check, Doing::Pausing { then }) => match then.take() {
                Some(demand) => self.ask(demand),
                None => self.look(),
            },
            (Lane::Check, Doing::Asking { .. }) => self.check_request(),
            (Lane::Check, Doing::Looking | Doing::Stepping { .. }) => {}
        }
    }

    /// A request that waits long is explained by the gates, or it is lost.
    fn check_request(&mut self) {
        let Doing::Asking { demand, unknown, .. } = &mut self.doing else { return };
        let settings = self.house.settings();
        if let Some(waiting) = self.house.turnstile.current().waiting(CLAIMANT) {
            *unknown = 0;
            let due = self.house.after(settings.permit_deadline);
            let waits_for = WaitsFor { what: waiting.what, until: waiting.until };
            self.house.directory.explain(Lane::Check, waits_for, due);
            return self.set_timer(Lane::Check, settings.permit_deadline);
        }
        *unknown += 1;
        // A permit on its way from the queue to us is in neither place for a moment.
        if *unknown == 1 {
            return self.set_timer(Lane::Check, settings.least_pause);
        }
        let demand = demand.clone();
        self.house.tell(Event::PermitLost { key: CLAIMANT, api: demand.api.clone() });
        self.ask(demand);
    }

    pub(super) fn overdue(&mut self, lane: Lane, ticket: u64) -> Result<(), ActorProcessingErr> {
        if !self.take_task(lane, ticket) {
            return Ok(());
        }
        Err(format!("{} hung for {:?}", lane.name(), self.house.settings().step_deadline).into())
    }

    fn back_off(&mut self, lane: Lane, reason: String) {
        let failures = self.house.directory.failed(lane, reason.clone(), self.house.now());
        let salt = self.house.salt(CLAIMANT, self.ticket);
        let pause = self.house.settings().failure_pause.pause(failures, salt);
        self.pause(lane, State::BackingOff, pause, Some(reason));
    }

    fn pause(&mut self, lane: Lane, state: State, pause: Duration, what: Option<String>) {
        let pause = pause.max(self.house.settings().least_pause);
        self.enter(lane, state, Some(pause), what);
        if lane == Lane::Check {
            self.doing = Doing::Pausing { then: None };
        }
        self.half(lane).backing_off = state == State::BackingOff;
        self.set_timer(lane, pause);
    }

    fn start(&mut self, lane: Lane, ticket: u64, work: impl Future<Output = ()> + Send + 'static) {
        let deadline = self.house.settings().step_deadline;
        let timer = later(&self.myself, deadline, DirectoryMessage::Overdue { lane, ticket });
        let half = self.half(lane);
        (half.ticket, half.timer, half.nudged, half.backing_off) = (ticket, None, false, false);
        half.task = Some((AbortOnDropHandle::new(tokio::spawn(work)), timer));
    }

    /// Takes the task off, if `ticket` is its.
    fn take_task(&mut self, lane: Lane, ticket: u64) -> bool {
        let half = self.half(lane);
        half.ticket == ticket && half.task.take().is_some()
    }

    fn half(&mut self, lane: Lane) -> &mut Half {
        match lane {
            Lane::Apply => &mut self.applying,
            Lane::Check => &mut self.checking,
        }
    }

    fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }

    fn set_timer(&mut self, lane: Lane, pause: Duration) {
        let ticket = self.next_ticket();
        let timer = later(&self.myself, pause, DirectoryMessage::Due { lane, ticket });
        self.half(lane).timer = Some((ticket, timer));
    }

    fn enter(&self, lane: Lane, state: State, due_in: Option<Duration>, what: Option<String>) {
        let due: Option<Timestamp> = due_in.map(|pause| self.house.after(pause));
        let until = if state == State::Asking { None } else { due };
        let waits_for = what.map(|what| WaitsFor { what, until });
        self.house.directory.enter(lane, state, self.house.now(), due, waits_for);
    }
}

/// A panic becomes an `Err`, told in its words only when they are a constant of the program: a formatted text may quote
/// what the work saw.
async fn caught<T>(work: impl Future<Output = T>) -> Result<T, String> {
    let words = |panic: &(dyn Any + Send)| {
        let known = panic.downcast_ref::<&'static str>().copied();
        format!("panicked: {}", known.unwrap_or("its words may quote data"))
    };
    AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| words(panic.as_ref()))
}
