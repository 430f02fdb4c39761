//! The breaker of one host.
//!
//! Owns the statistics that decide ([`Machine`] draws the states) and publishes the state on a watch channel. Requests
//! read it, and take the probe of a half-open breaker, without a message; only answers are messages. A crash loses the
//! statistics: the next incarnation begins half-open. Limits: one message per permit, one alarm under way.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::{sync::watch, time::Instant};
use tokio_util::task::AbortOnDropHandle;

use super::{
    context::{Context, Standing, later},
    machine::Machine,
    permit::Refused,
    settings::GateSettings,
    status::{BreakerState, BreakerStatus},
};
use crate::{event::Event, port::Answer};

/// A host's breaker as its readers see it; outlives the actor's incarnations.
pub(super) struct Breaker {
    context: Arc<Context>,
    api: Arc<str>,
    host: Arc<str>,
    view: watch::Sender<View>,
    /// Milliseconds after the gates' start.
    last_used: AtomicU64,
    /// Incarnations of the actor.
    births: AtomicU64,
}

/// What is published.
pub(super) struct View {
    standing: Standing<BreakerMessage>,
    phase: Phase,
    /// Rises with each change of phase and each reclaimed probe: an answer of an older one decides nothing.
    epoch: u64,
    since: Timestamp,
    failures: u32,
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Phase {
    Closed,
    Open { until: Instant, stamp: Timestamp },
    HalfOpen { probing: bool },
}

/// What a request finds at the breaker.
pub(super) enum Look {
    Pass,
    /// A probe is out, or the actor is about to begin or to end an opening: the next publication tells more.
    Wait,
    Bar(Refused),
    Retired,
}

/// The right to send, as the breaker will want to know it again.
pub(super) struct Pass {
    breaker: Arc<Breaker>,
    epoch: u64,
    /// A probe that is neither answered nor reported, when dropped, has not happened.
    probe: bool,
}

impl Breaker {
    pub(super) fn new(context: Arc<Context>, api: Arc<str>, host: Arc<str>) -> Self {
        let view = View {
            standing: Standing::Down,
            phase: Phase::Closed,
            epoch: 0,
            since: context.clock.now(),
            failures: 0,
            reason: None,
        };
        let (view, last_used, births) = (watch::Sender::new(view), AtomicU64::new(0), AtomicU64::new(0));
        let breaker = Self { context, api, host, view, last_used, births };
        breaker.touch();
        breaker
    }

    pub(super) fn api(&self) -> &Arc<str> {
        &self.api
    }

    pub(super) fn host(&self) -> &Arc<str> {
        &self.host
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<View> {
        self.view.subscribe()
    }

    pub(super) fn stand(&self, standing: Standing<BreakerMessage>) {
        self.view.send_modify(|view| view.standing = standing);
    }

    pub(super) fn actor(&self) -> Option<ActorRef<BreakerMessage>> {
        match &self.view.borrow().standing {
            Standing::Up(actor) => Some(actor.clone()),
            _ => None,
        }
    }

    /// Whether a request may go on now.
    pub(super) fn look(&self) -> Look {
        self.touch();
        self.view.borrow().look()
    }

    /// Lets a request out, and takes the probe if this must be one.
    pub(super) fn enter(self: &Arc<Self>) -> Result<Pass, Look> {
        let view = self.view.borrow();
        let (epoch, phase) = (view.epoch, view.phase);
        match view.look() {
            Look::Pass => {}
            other => return Err(other),
        }
        drop(view);
        if phase == Phase::Closed {
            return Ok(Pass { breaker: self.clone(), epoch, probe: false });
        }
        let mut taken = false;
        // Nobody needs to wake up because a probe is gone.
        self.view.send_if_modified(|view| {
            taken = view.epoch == epoch && view.phase == Phase::HalfOpen { probing: false };
            if taken {
                view.phase = Phase::HalfOpen { probing: true };
            }
            false
        });
        if !taken {
            return Err(Look::Wait);
        }
        if let Some(actor) = self.actor() {
            let _ = actor.cast(BreakerMessage::ProbeSent { epoch });
        }
        Ok(Pass { breaker: self.clone(), epoch, probe: true })
    }

    /// When the state changes by itself.
    pub(super) fn known_until(&self) -> Option<Timestamp> {
        let view = self.view.borrow();
        match (&view.standing, view.phase) {
            (Standing::Shut { until, .. }, _) => Some(*until),
            (_, Phase::Open { stamp, .. }) => Some(stamp),
            _ => None,
        }
    }

    pub(super) fn status(&self) -> BreakerStatus {
        let view = self.view.borrow();
        let (state, reason) = match (&view.standing, view.phase) {
            (Standing::Shut { reason, .. }, _) => (BreakerState::Shut, Some(reason.clone())),
            (Standing::Down | Standing::Retired, _) => (BreakerState::Restarting, view.reason.clone()),
            (_, Phase::Closed) => (BreakerState::Closed, None),
            (_, Phase::Open { .. }) => (BreakerState::Open, view.reason.clone()),
            (_, Phase::HalfOpen { .. }) => (BreakerState::HalfOpen, view.reason.clone()),
        };
        let (since, failures) = (view.since, view.failures);
        drop(view);
        BreakerStatus { host: self.host.clone(), state, since, until: self.known_until(), failures, reason }
    }

    pub(super) fn retire_if_idle(&self, now: Instant, settings: &GateSettings) -> bool {
        let view = self.view.borrow();
        let idle = now.saturating_duration_since(self.context.started)
            >= Duration::from_millis(self.last_used.load(Ordering::Relaxed)) + settings.idle_after;
        idle && !matches!(view.standing, Standing::Shut { .. }) && !matches!(view.phase, Phase::Open { .. })
    }

    fn touch(&self) {
        let passed = u64::try_from(self.context.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_used.store(passed, Ordering::Relaxed);
    }

    /// A probe that did not happen makes room for the next one.
    fn return_probe(&self, epoch: u64) {
        self.view.send_if_modified(|view| {
            let ours = view.epoch == epoch && view.phase == Phase::HalfOpen { probing: true };
            if ours {
                view.phase = Phase::HalfOpen { probing: false };
                view.epoch += 1;
            }
            ours
        });
    }
}

impl View {
    pub(super) fn look(&self) -> Look {
        match (&self.standing, self.phase) {
            (Standing::Retired, _) => Look::Retired,
            (Standing::Shut { reason, .. }, _) => Look::Bar(Refused::Shut { reason: reason.clone() }),
            (_, Phase::Open { until, stamp }) if Instant::now() < until => {
                Look::Bar(Refused::Open { until: stamp })
            }
            (Standing::Down, _) | (_, Phase::Open { .. } | Phase::HalfOpen { probing: true }) => Look::Wait,
            (Standing::Up(_), Phase::Closed | Phase::HalfOpen { probing: false }) => Look::Pass,
        }
    }
}

impl Pass {
    /// Tells the breaker how the host answered.
    pub(super) fn answered(mut self, answer: &Answer) {
        if *answer == Answer::NotAsked {
            return;
        }
        if let Some(actor) = self.breaker.actor() {
            let message = BreakerMessage::Answered { epoch: self.epoch, answer: answer.clone() };
            self.probe &= actor.cast(message).is_err();
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.probe {
            self.breaker.return_probe(self.epoch);
        }
    }
}

/// What a breaker's actor is told.
#[derive(Debug)]
pub(super) enum BreakerMessage {
    /// The host answered a request that was let out in this epoch.
    Answered { epoch: u64, answer: Answer },
    /// The probe of this epoch is out.
    ProbeSent { epoch: u64 },
    /// The opening of this epoch ends.
    ProbeDue { epoch: u64 },
    /// The probe of this epoch has not been heard of for a permit's lease.
    ProbeLost { epoch: u64 },
    /// Panic, for drills and tests.
    Panic,
}

/// The actor.
pub(super) struct BreakerActor;

/// Its state.
pub(super) struct BreakerActorState {
    myself: ActorRef<BreakerMessage>,
    breaker: Arc<Breaker>,
    machine: Machine,
    _alarm: Option<AbortOnDropHandle<()>>,
}

impl Actor for BreakerActor {
    type Msg = BreakerMessage;
    type State = BreakerActorState;
    type Arguments = Arc<Breaker>;

    async fn pre_start(
        &self,
        myself: ActorRef<Self::Msg>,
        breaker: Arc<Breaker>,
    ) -> Result<BreakerActorState, ActorProcessingErr> {
        let machine = Machine::new(Instant::now());
        let reborn = breaker.births.fetch_add(1, Ordering::Relaxed) > 0;
        let state = BreakerActorState { myself: myself.clone(), breaker, machine, _alarm: None };
        if reborn {
            state.publish(Phase::HalfOpen { probing: false }, "the breaker was restarted".to_owned());
        }
        state.breaker.stand(Standing::Up(myself));
        Ok(state)
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        message: BreakerMessage,
        state: &mut BreakerActorState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            BreakerMessage::Answered { epoch, answer } => state.answered(epoch, &answer),
            BreakerMessage::ProbeSent { epoch } => state.probe_sent(epoch),
            BreakerMessage::ProbeDue { epoch } => state.probe_due(epoch),
            BreakerMessage::ProbeLost { epoch } => state.probe_lost(epoch),
            BreakerMessage::Panic => std::panic::resume_unwind(Box::new("told to panic")),
        }
        Ok(())
    }
}

impl BreakerActorState {
    fn answered(&mut self, epoch: u64, answer: &Answer) {
        let (current, phase) = {
            let view = self.breaker.view.borrow();
            (view.epoch, view.phase)
        };
        if epoch != current {
            return;
        }
        match phase {
            Phase::Closed => self.answered_closed(answer),
            Phase::HalfOpen { .. } => self.answered_probe(answer),
            Phase::Open { .. } => {}
        }
    }

    fn answered_closed(&mut self, answer: &Answer) {
        let settings = self.breaker.context.settings();
        let before = self.machine.streak();
        let reason = self.machine.answered(answer, Instant::now(), &settings.breaker);
        let failures = self.machine.streak();
        if failures != before {
            self.breaker.view.send_if_modified(|view| {
                view.failures = failures;
                false
            });
        }
        if let Some(reason) = reason {
            let pause = self.machine.open(&settings.breaker);
            self.open(pause, reason);
        }
    }

    fn answered_probe(&mut self, answer: &Answer) {
        let settings = self.breaker.context.settings();
        match answer {
            Answer::NotAsked => {}
            Answer::Healthy => {
                self.machine.close(Instant::now());
                self.publish(Phase::Closed, "the probe was answered as it should".to_owned());
            }
            Answer::RateLimited { retry_after, .. } => {
                let pause = self.machine.pause(&settings.breaker).max(*retry_after);
                self.open(pause, "the probe was rate limited".to_owned());
            }
            Answer::Unhealthy { reason } => {
                let pause = self.machine.open(&settings.breaker);
                self.open(pause, format!("the probe failed: {reason}"));
            }
        }
    }

    fn probe_sent(&mut self, epoch: u64) {
        let lease = self.breaker.context.settings().permit_lease;
        self.alarm(later(Instant::now(), lease), BreakerMessage::ProbeLost { epoch });
    }

    fn probe_due(&mut self, epoch: u64) {
        if self.is_current(epoch) {
            self.publish(Phase::HalfOpen { probing: false }, "the pause is over".to_owned());
        }
    }

    fn probe_lost(&mut self, epoch: u64) {
        if self.is_current(epoch) {
            self.breaker.return_probe(epoch);
            let (api, budget) = (self.breaker.api.clone(), self.breaker.host.clone());
            self.breaker.context.tell(&Event::PermitReclaimed { api, budget });
        }
    }

    fn is_current(&self, epoch: u64) -> bool {
        self.breaker.view.borrow().epoch == epoch
    }

    fn open(&mut self, pause: Duration, reason: String) {
        let until = later(Instant::now(), pause);
        let stamp = self.breaker.context.stamp(until);
        let epoch = self.publish(Phase::Open { until, stamp }, reason);
        self.alarm(until, BreakerMessage::ProbeDue { epoch });
    }

    fn publish(&self, phase: Phase, reason: String) -> u64 {
        let (state, failures) = match phase {
            Phase::Closed => ("closed", 0),
            Phase::Open { .. } => ("open", self.machine.streak()),
            Phase::HalfOpen { .. } => ("half_open", self.machine.streak()),
        };
        let since = self.breaker.context.clock.now();
        let mut epoch = 0;
        self.breaker.view.send_modify(|view| {
            view.epoch += 1;
            epoch = view.epoch;
            (view.phase, view.since, view.failures, view.reason) =
                (phase, since, failures, Some(reason.clone()));
        });
        let (api, host) = (self.breaker.api.clone(), self.breaker.host.clone());
        self.breaker.context.tell(&Event::BreakerChanged { api, host, state, reason });
        epoch
    }

    fn alarm(&mut self, at: Instant, message: BreakerMessage) {
        let myself = self.myself.clone();
        let task = tokio::spawn(async move {
            tokio::time::sleep_until(at).await;
            let _ = myself.cast(message);
        });
        self._alarm = Some(AbortOnDropHandle::new(task));
    }
}
