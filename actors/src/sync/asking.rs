//! The request that stands in the gates: granted, refused, or lost.

use tokio_util::task::AbortOnDropHandle;

use super::{
    state::{Doing, SyncState},
    tasks,
};
use crate::{
    board::{State, WaitsFor},
    event::Event,
    permits::{Permit, Refused},
    port::{Answer, Demand, Outcome},
    restart::strayed,
};

pub(super) struct Asking {
    pub(super) demand: Demand,
    request: AbortOnDropHandle<()>,
    pub(super) ticket: u64,
    /// Came while the tables were read once more.
    permit: Option<Box<dyn Permit>>,
    /// How often in a row the gates did not know the request.
    unknown: u32,
}

impl SyncState {
    /// The same demand keeps its place in the queue; another takes it.
    pub(super) fn looked_while_asking(&mut self, mut asking: Asking, outcome: Outcome) {
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

    /// A request that waits long is explained by the gates, or it is lost.
    pub(super) fn check_request(&mut self) {
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

    pub(super) fn ask(&mut self, demand: Demand) {
        let settings = self.house.settings();
        let what = format!("a permit of {}", demand.api);
        self.enter(State::Asking, Some(settings.permit_deadline), Some(what));
        let ticket = self.next_ticket();
        let request = self.house.turnstile.current().ask(self.lease.key, demand.clone());
        let request = tasks::ask(request, &self.myself, ticket);
        self.doing = Doing::Asking(Asking { demand, request, ticket, permit: None, unknown: 0 });
        self.set_timer(settings.permit_deadline);
    }

    pub(super) fn may_give_way(&self, demand: &Demand) -> bool {
        self.gave_way.as_ref() != Some(&demand.stream)
    }
}
