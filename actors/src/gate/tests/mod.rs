//! The gates as a whole, in virtual time.

mod breaking;
mod dying;
mod fairness;
mod granting;
mod storm;
mod threads;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use tokio::{task::JoinHandle, time::Instant};
use uuid::Uuid;

use super::*;
use crate::{
    event::Event,
    port::{Answer, Budget, Demand, Limit, Urgency},
};

pub(super) const API: &str = "chatwoot";
pub(super) const HOST: &str = "app.example.test";

/// Remembers every event.
#[derive(Default)]
pub(super) struct Ear(Mutex<Vec<Event>>);

impl Observer for Ear {
    fn event(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Ear {
    pub(super) fn count(&self, matches: impl Fn(&Event) -> bool) -> usize {
        self.0.lock().unwrap().iter().filter(|event| matches(event)).count()
    }

    /// The states of breakers in the order in which they came.
    pub(super) fn breaker_states(&self) -> Vec<&'static str> {
        let events = self.0.lock().unwrap();
        let states = events.iter().filter_map(|event| match event {
            Event::BreakerChanged { state, .. } => Some(*state),
            _ => None,
        });
        states.collect()
    }
}

/// Gates without jitter and with short, round figures.
pub(super) fn settings() -> GateSettings {
    GateSettings {
        breaker: BreakerSettings {
            failures_to_open: 3,
            open_for: secs(10),
            open_for_max: secs(60),
            ..BreakerSettings::default()
        },
        permit_lease: secs(60),
        restart: RestartSettings {
            limit: 3,
            window: secs(600),
            backoff: ms(100),
            jitter: 0.0,
            shut_for: secs(300),
            ..RestartSettings::default()
        },
        idle_after: secs(900),
        ..GateSettings::default()
    }
}

pub(super) async fn gates(settings: GateSettings) -> (Gates, Arc<Ear>) {
    let ear = Arc::new(Ear::default());
    let clock = Clock::starting_at("2025-03-01T08:00:00Z".parse::<Timestamp>().unwrap());
    let (gates, _) = Gates::start(settings, clock, ear.clone(), None).await.unwrap();
    (gates, ear)
}

pub(super) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(super) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(super) fn key(organization: u128, account: u128) -> SyncKey {
    SyncKey { organization: Uuid::from_u128(organization), account: Uuid::from_u128(account) }
}

pub(super) fn rate(name: &str, count: u32, per: Duration) -> Budget {
    Budget { name: name.into(), limit: Limit::Rate { count, per } }
}

pub(super) fn places(name: &str, most: u32) -> Budget {
    Budget { name: name.into(), limit: Limit::Concurrent(most) }
}

pub(super) fn demand(budgets: &[Budget]) -> Demand {
    Demand {
        api: API.into(),
        host: HOST.into(),
        budgets: budgets.to_vec(),
        stream: "patients".into(),
        urgency: Urgency::Poll,
    }
}

pub(super) fn sick() -> Answer {
    Answer::Unhealthy { reason: "timeout".into() }
}

/// Asks in a task of its own; its abort withdraws the request.
pub(super) fn spawn(gates: &Gates, key: SyncKey, demand: Demand) -> JoinHandle<Result<Permit, Refused>> {
    tokio::spawn(gates.ask(key, demand))
}

/// Lets everything run that can run without time passing: the paused clock advances, by a millisecond, only
/// when every task is idle.
pub(super) async fn settle() {
    tokio::time::sleep(ms(1)).await;
}

pub(super) fn budget_status(gates: &Gates, name: &str) -> BudgetStatus {
    let apis = gates.status();
    apis.iter().flat_map(|api| &api.budgets).find(|budget| &*budget.name == name).unwrap().clone()
}

pub(super) fn breaker_status(gates: &Gates) -> BreakerStatus {
    gates.status()[0].breakers[0].clone()
}

/// Fails if any window of `per` holds more than `count` of the moments, exactly.
pub(super) fn assert_rate(mut starts: Vec<Instant>, count: usize, per: Duration) {
    starts.sort();
    for window in starts.windows(count + 1) {
        let span = window[count] - window[0];
        assert!(span >= per, "{} requests began within {span:?}", count + 1);
    }
}
