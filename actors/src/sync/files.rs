//! The files that an account's records name are fetched on a schedule of their own: one request at a time, each with a permit
//! of its own, and never in the way of what people write. What is due stands in the tables; a request that is cut off is
//! made again.

use std::{sync::Arc, time::Duration};

use ractor::ActorProcessingErr;
use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use super::{
    SyncMessage,
    port::{FileReport, FilesDue},
    state::{Exit, SyncState},
    tasks::{self, Task},
};
use crate::{
    event::Event,
    house::{Timer, later},
    permits::{Permit, Refused},
    port::{Answer, Demand, Lease, SyncKey},
};

/// Where the files stand. Dropping it withdraws what is asked for and cuts off what is under way.
#[derive(Default)]
pub(super) struct Filing {
    doing: Doing,
    /// Rows changed while something was under way.
    again: bool,
    /// Looks and requests that failed in a row; while there are any, news waits for the pause.
    failures: u32,
}

#[derive(Default)]
enum Doing {
    /// Nothing, and nothing will: there are no files, or the actor ends.
    #[default]
    Nothing,
    /// The tables are read.
    Looking { ticket: u64, _task: Task },
    /// A request waits in the gates.
    Asking { ticket: u64, demand: Demand, _request: AbortOnDropHandle<()> },
    /// A request is under way.
    Fetching { ticket: u64, begun: Instant, permit: Box<dyn Permit>, _task: Task },
    /// Until the timer rings.
    Resting { ticket: u64, _timer: Timer },
}

impl SyncState {
    /// Reads which file is due, where files are fetched at all.
    pub(super) fn look_for_files(&mut self) {
        let Some(files) = self.house.ports.files.clone() else { return };
        if self.finishing || self.exit.is_some() || self.applying.leaves() {
            self.filing = Filing::default();
            return;
        }
        let ticket = self.next_ticket();
        let (house, slot, lease) = (self.house.clone(), self.slot.clone(), self.lease.clone());
        let task = tasks::look_for_files(house, files, slot, lease, &self.myself, ticket);
        self.filing.again = false;
        self.filing.doing = Doing::Looking { ticket, _task: task };
    }

    /// So many rows changed.
    pub(super) fn files_follow(&mut self, changed: u64) {
        if changed > 0 {
            self.files_may_be_due();
        }
    }

    /// Rows changed: among them may be files. What failed waits for its pause whatever comes.
    pub(super) fn files_may_be_due(&mut self) {
        match self.filing.doing {
            Doing::Resting { .. } if self.filing.failures == 0 => self.look_for_files(),
            Doing::Nothing => {}
            _ => self.filing.again = true,
        }
    }

    pub(super) fn files_looked(
        &mut self,
        ticket: u64,
        due: Result<FilesDue, String>,
    ) -> Result<(), ActorProcessingErr> {
        if matches!(self.filing.doing, Doing::Looking { ticket: current, .. } if current == ticket) {
            self.filing_goes_on(due?);
        }
        Ok(())
    }

    pub(super) fn file_answered(&mut self, ticket: u64, answer: Result<Box<dyn Permit>, Refused>) {
        let demand = match std::mem::take(&mut self.filing.doing) {
            Doing::Asking { ticket: current, demand, .. } if current == ticket => demand,
            // Withdrawn: the permit goes back by being dropped.
            doing => return self.filing.doing = doing,
        };
        let settings = self.house.settings();
        let permit = match answer {
            Ok(permit) => permit,
            Err(Refused::Open { until }) => return self.files_rest(self.house.until(until)),
            Err(Refused::Shut { .. }) => return self.files_rest(settings.shut_pause),
            Err(Refused::Gone) => return self.files_rest(settings.gone_pause),
        };
        let Some(files) = self.house.ports.files.clone() else { return permit.settle(&Answer::NotAsked) };
        let ticket = self.next_ticket();
        let (house, slot, lease) = (self.house.clone(), self.slot.clone(), self.lease.clone());
        let task = tasks::fetch_file(house, files, slot, (lease, demand), &self.myself, ticket);
        self.filing.doing = Doing::Fetching { ticket, begun: Instant::now(), permit, _task: task };
    }

    pub(super) fn file_fetched(
        &mut self,
        ticket: u64,
        report: Result<FileReport, String>,
    ) -> Result<(), ActorProcessingErr> {
        let (permit, begun) = match std::mem::take(&mut self.filing.doing) {
            Doing::Fetching { ticket: current, permit, begun, .. } if current == ticket => (permit, begun),
            doing => {
                self.filing.doing = doing;
                return Ok(());
            }
        };
        let report = report?;
        permit.settle(&report.answer);
        if let Some((outcome, bytes)) = report.outcome {
            let Lease { key, platform, .. } = self.lease.clone();
            self.house.tell(Event::Filed { key, platform, outcome, took: begun.elapsed(), bytes });
        }
        if report.nudge {
            self.nudge(false);
        }
        if !matches!(report.due, FilesDue::Failed { .. }) {
            self.filing.failures = 0;
        }
        self.filing_goes_on(report.due);
        Ok(())
    }

    /// What follows from what is due.
    fn filing_goes_on(&mut self, due: FilesDue) {
        let settings = self.house.settings();
        match due {
            FilesDue::Fenced => self.end(Exit::Fenced),
            FilesDue::Failed { reason } => {
                self.filing.failures = self.filing.failures.saturating_add(1);
                self.slot.lock().error(reason, self.house.now());
                let pause = settings.failure_pause.pause(self.filing.failures, self.salt());
                self.files_rest(pause);
            }
            FilesDue::More(demand) => {
                let ticket = self.next_ticket();
                let request = self.house.turnstile.current().ask(claimant(self.lease.key), demand.clone());
                let request = tasks::ask_for_file(request, &self.myself, ticket);
                self.filing.doing = Doing::Asking { ticket, demand, _request: request };
            }
            FilesDue::Rest { .. } if self.filing.again => {
                self.filing.failures = 0;
                self.files_rest(settings.least_pause);
            }
            FilesDue::Rest { pause } => {
                self.filing.failures = 0;
                self.files_rest(pause.max(settings.least_pause));
            }
        }
    }

    fn files_rest(&mut self, pause: Duration) {
        let ticket = self.next_ticket();
        let timer = later(&self.myself, pause, SyncMessage::FilesDue { ticket });
        self.filing.doing = Doing::Resting { ticket, _timer: timer };
    }

    pub(super) fn files_due(&mut self, ticket: u64) {
        if matches!(self.filing.doing, Doing::Resting { ticket: current, .. } if current == ticket) {
            self.look_for_files();
        }
    }

    /// What took too long is cut off, and its host counts as one that did not answer. The attempt is noted in the tables
    /// already, so the same file is not tried at once again; nothing else of the account is touched.
    pub(super) fn file_overdue(&mut self, ticket: u64) -> bool {
        let after = self.house.settings().step_deadline;
        let reason = format!("no file within {after:?}");
        match std::mem::take(&mut self.filing.doing) {
            Doing::Fetching { ticket: current, permit, .. } if current == ticket => {
                permit.settle(&Answer::Unhealthy { reason: reason.clone() });
            }
            Doing::Looking { ticket: current, .. } if current == ticket => {}
            doing => {
                self.filing.doing = doing;
                return false;
            }
        }
        let Lease { key, platform, .. } = self.lease.clone();
        self.house.tell(Event::StepHung { key, platform, stream: Arc::from("attachments"), after });
        self.filing_goes_on(FilesDue::Failed { reason });
        true
    }
}

/// Under which name files stand in the queues of the gates: the account's own request keeps its place there.
fn claimant(key: SyncKey) -> SyncKey {
    SyncKey { account: Uuid::from_u128(!key.account.as_u128()), ..key }
}
