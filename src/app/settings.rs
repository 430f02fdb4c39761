//! From the configuration to what the tree, the gates and the adapters want.

use std::{collections::BTreeSet, time::Duration};

use routiq_actors::{
    Backoff, RestartPolicy, Settings,
    gate::{BreakerSettings, GateSettings},
};

use crate::{
    config::{Config, value::Schedule},
    platforms::{registry::House, transport::HttpsConfig},
    store::PoolSettings,
    work::SyncSettings,
};

/// Share of random added to each pause.
const JITTER: f64 = 0.2;

/// The tree's schedules, deadlines and budgets.
pub(super) fn tree(config: &Config, seed: u64) -> Settings {
    let sync = &config.sync;
    let pause = Backoff { first: sync.backoff.first, most: sync.backoff.max, jitter: JITTER };
    let defaults = Settings::default();
    Settings {
        seed,
        step_deadline: sync.step_deadline,
        apply_every: sync.poll_interval,
        apply_deadline: sync.step_deadline,
        permit_deadline: sync.permit_deadline,
        gates: gates(config, seed),
        journal: super::webhooks::journal(config),
        failure_pause: pause,
        grace: config.server.drain_grace,
        sync_restarts: RestartPolicy {
            budget: sync.restart.restarts,
            window: sync.restart.window,
            pause,
            park_for: Some(sync.park_for),
            ..defaults.sync_restarts
        },
        ..defaults
    }
}

/// The gates' breakers.
fn gates(config: &Config, seed: u64) -> GateSettings {
    let breaker = &config.gates.breaker;
    GateSettings {
        breaker: BreakerSettings {
            failures_to_open: breaker.failures,
            window: breaker.window,
            success_floor: f64::from(breaker.least_healthy_percent) / 100.0,
            sample_minimum: breaker.least_answers,
            open_for: breaker.open_first,
            open_for_max: breaker.open_max,
        },
        // Longer than the longest step, as the gates demand.
        permit_lease: config.sync.step_deadline * 2,
        seed,
        ..GateSettings::default()
    }
}

/// What a sync step needs to know.
pub(super) fn sync(config: &Config) -> SyncSettings {
    SyncSettings { sweep: config.sync.sweep.clone() }
}

/// What holds for every platform.
pub(super) fn house(config: &Config) -> House {
    House {
        poll_interval: config.sync.poll_interval,
        sweep_interval: match config.sync.sweep {
            Schedule::Every(pause) => pause,
            Schedule::Cron(_) => Duration::from_secs(3600),
        },
        max_workers: config.gates.max_workers,
        plain_loopback: config.gates.allow_plain_loopback,
        public_url: config.server.public_url.clone(),
        ..House::default()
    }
}

/// The way out.
pub(super) fn https(config: &Config) -> HttpsConfig {
    HttpsConfig {
        tls_1_2_hosts: config.gates.tls_exceptions.iter().cloned().collect::<BTreeSet<_>>(),
        plain_loopback: config.gates.allow_plain_loopback,
        ..HttpsConfig::default()
    }
}

/// The database's pools.
pub(super) fn pools(config: &Config) -> PoolSettings {
    let database = &config.database;
    PoolSettings {
        size: usize::try_from(database.pool_size).unwrap_or(20),
        acquire_timeout: database.acquire_timeout,
        statement_timeout: database.statement_timeout,
        idle_in_transaction_timeout: database.idle_in_transaction_timeout,
    }
}
