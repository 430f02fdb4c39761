//! What was delivered for the account is applied on a schedule of its own, beside whatever the fetches do or wait for:
//! on news, at the start, as long as there is more, and once per interval however much news is lost.

use std::{sync::Arc, time::Duration};

use ractor::ActorProcessingErr;
use tokio::time::Instant;

use super::{
    SyncMessage,
    files::Filing,
    state::{Exit, SyncState},
    tasks::{self, Task},
};
use crate::{
    board::State,
    event::Event,
    house::{Timer, later},
    port::{Applied, ApplyReport, Lease},
};

/// Where the deliveries stand.
#[derive(Default)]
pub(super) struct Applying {
    task: Option<(u64, Task)>,
    begun: Option<Instant>,
    timer: Option<(u64, Timer)>,
    /// When something that waits is to be read.
    wake: Option<(u64, Instant, Timer)>,
    /// News came while a portion was under way.
    again: bool,
    /// Portions that failed in a row; while there are any, news waits for the pause.
    failures: u32,
    /// The account's credential is refused: the actor ends once what was accepted is applied, or then.
    leaving: Option<(Exit, Instant)>,
}

impl Applying {
    pub(super) fn is_under_way(&self) -> bool {
        self.task.is_some()
    }

    pub(super) fn leaves(&self) -> bool {
        self.leaving.is_some()
    }

    /// Takes the task off, if `ticket` is its.
    pub(super) fn take(&mut self, ticket: u64) -> bool {
        self.task.take_if(|(current, _)| *current == ticket).is_some()
    }
}

impl SyncState {
    /// Applies what was delivered, once what is under way has ended; `now`: whatever pause there is.
    pub(super) fn apply(&mut self, now: bool) {
        self.slot.take_delivery();
        if self.finishing || self.exit.is_some() {
            return;
        }
        if self.applying.is_under_way() {
            self.applying.again = true;
        } else if now || self.applying.failures == 0 {
            self.begin_apply();
        }
    }

    /// Looks in a while for what is to be read then; a wake that comes sooner is enough, as that look sees what waits.
    fn wake(&mut self, pause: Duration) {
        let at = Instant::now() + pause;
        if self.applying.wake.as_ref().is_none_or(|(_, known, _)| at < *known) {
            let ticket = self.next_ticket();
            let timer = later(&self.myself, pause, SyncMessage::Wake { ticket });
            self.applying.wake = Some((ticket, at, timer));
        }
    }

    pub(super) fn woken(&mut self, ticket: u64) {
        if self.applying.wake.take_if(|(current, _, _)| *current == ticket).is_some() {
            self.nudge(false);
        }
    }

    fn begin_apply(&mut self) {
        let ticket = self.next_ticket();
        let (house, slot, lease) = (self.house.clone(), self.slot.clone(), self.lease.clone());
        (self.applying.again, self.applying.timer) = (false, None);
        self.applying.begun = Some(Instant::now());
        self.applying.task = Some((ticket, tasks::apply(house, slot, lease, &self.myself, ticket)));
    }

    pub(super) fn applied(
        &mut self,
        ticket: u64,
        report: Result<ApplyReport, String>,
    ) -> Result<(), ActorProcessingErr> {
        if !self.applying.take(ticket) {
            return Ok(());
        }
        let report = report?;
        self.tell_applied(&report);
        if report.done.changed > 0 {
            self.house.rollups.nudge(self.lease.key.organization);
            self.files_follow(report.done.changed);
        }
        if report.outcome == Applied::Fenced {
            self.end(Exit::Fenced);
            return Ok(());
        }
        if self.finishing {
            self.finished();
            return Ok(());
        }
        match report.due_in {
            Some(Duration::ZERO) => self.nudge(false),
            Some(pause) => self.wake(pause),
            None => {}
        }
        self.applying.failures = match report.outcome {
            Applied::Failed { .. } => self.applying.failures.saturating_add(1),
            _ => 0,
        };
        let more = matches!(report.outcome, Applied::More);
        let now = Instant::now();
        if let Some((exit, _)) = self.applying.leaving.take_if(|(_, until)| !more || *until <= now) {
            self.end(exit);
            return Ok(());
        }
        let settings = self.house.settings();
        match report.outcome {
            Applied::Failed { reason } => {
                self.slot.lock().error(reason, self.house.now());
                let pause = settings.failure_pause.pause(self.applying.failures, self.salt());
                self.apply_later(pause);
            }
            _ if more || self.applying.again => self.begin_apply(),
            Applied::Wait { pause } => {
                self.apply_later(pause.clamp(settings.least_pause, settings.apply_every));
            }
            _ => self.apply_later(settings.apply_every),
        }
        Ok(())
    }

    fn apply_later(&mut self, pause: Duration) {
        let ticket = self.next_ticket();
        self.applying.timer = Some((ticket, later(&self.myself, pause, SyncMessage::ApplyDue { ticket })));
    }

    pub(super) fn apply_due(&mut self, ticket: u64) {
        if self.applying.timer.take_if(|(current, _)| *current == ticket).is_some() && self.exit.is_none() {
            self.begin_apply();
        }
    }

    /// Ends because nothing may be asked any more. What was accepted needs no credential: it is applied first, for as
    /// long as a step may take to end. What arrives later waits in the tables for the next incarnation.
    pub(super) fn leave(&mut self, exit: Exit) {
        if self.finishing {
            return self.end(exit);
        }
        self.rest();
        self.filing = Filing::default();
        let grace = self.house.settings().grace;
        self.enter(State::Stopping, Some(grace), Some("what was delivered to be applied".to_owned()));
        self.applying.leaving = Some((exit, Instant::now() + grace));
        self.apply(true);
    }

    /// What took too long was cut off: the actor fails.
    pub(super) fn hung(&self, stream: Arc<str>, after: Duration) -> Result<(), ActorProcessingErr> {
        let Lease { key, platform, .. } = self.lease.clone();
        self.house.tell(Event::StepHung { key, platform, stream: stream.clone(), after });
        Err(format!("{stream} hung for {after:?}").into())
    }

    fn tell_applied(&self, report: &ApplyReport) {
        let (outcome, reason) = match &report.outcome {
            Applied::More => ("more", None),
            Applied::Done => ("done", None),
            Applied::Wait { .. } => ("wait", None),
            Applied::Failed { reason } => ("failed", Some(reason.clone())),
            Applied::Fenced => ("fenced", None),
        };
        if report.done.settled + report.done.failed + report.done.quarantined == 0 && reason.is_none() {
            return;
        }
        let Lease { key, platform, .. } = self.lease.clone();
        let took = self.applying.begun.map(|begun| begun.elapsed()).unwrap_or_default();
        self.house.tell(Event::Applied { key, platform, outcome, took, done: report.done, reason });
    }
}
