//! `[sync]`: when accounts are read, and what happens when that fails.

use std::time::Duration;

use super::{
    error::Mistake,
    reader::{Reader, live},
    value::{Schedule, duration_text},
};

/// When accounts are read, and what happens when that fails.
#[derive(Clone, Debug)]
pub struct SyncConfig {
    /// How often each account is asked for what changed.
    pub poll_interval: Duration,
    /// When everything is read again.
    pub sweep: Schedule,
    /// How far each poll reaches back over the last one.
    pub overlap: Duration,
    /// Conversations active within this time have their messages read again.
    pub message_recheck: Duration,
    /// Longest step, request and transaction together.
    pub step_deadline: Duration,
    /// Longest wait for a permit before it is asked for again.
    pub permit_deadline: Duration,
    /// How long an actor that spent its restart budget stands still.
    pub park_for: Duration,
    /// The restart budget of each actor.
    pub restart: RestartConfig,
    /// Pauses between repetitions.
    pub backoff: BackoffConfig,
}

/// The restart budget of one actor.
#[derive(Clone, Copy, Debug)]
pub struct RestartConfig {
    /// Restarts allowed within `window`.
    pub restarts: u32,
    /// The window.
    pub window: Duration,
}

/// Exponential pauses between repetitions.
#[derive(Clone, Copy, Debug)]
pub struct BackoffConfig {
    /// The first pause.
    pub first: Duration,
    /// The longest pause.
    pub max: Duration,
}

pub(super) fn read(r: &mut Reader) -> SyncConfig {
    let (ms, s, h) =
        (Duration::from_millis, Duration::from_secs, |hours: u64| Duration::from_secs(hours * 3600));
    let sweep = r.parsed(
        live("sync.sweep"),
        "a cron line (minute hour day month weekday) or a duration of 5m to 168h",
        Schedule::Every(h(1)),
        |text| match text.parse()? {
            Schedule::Every(pause) if pause < s(300) || pause > h(168) => Err("is out of range".to_owned()),
            schedule => Ok(schedule),
        },
    );
    let config = SyncConfig {
        poll_interval: r.duration(live("sync.poll_interval"), s(5)..=h(1)),
        sweep,
        overlap: r.duration(live("sync.overlap"), s(0)..=h(1)),
        message_recheck: r.duration(live("sync.message_recheck"), s(0)..=h(168)),
        step_deadline: r.duration(live("sync.step_deadline"), s(5)..=s(600)),
        permit_deadline: r.duration(live("sync.permit_deadline"), s(5)..=h(1)),
        park_for: r.duration(live("sync.park_for"), s(10)..=h(24)),
        restart: RestartConfig {
            restarts: r.integer(live("sync.restart.restarts"), 1..=100),
            window: r.duration(live("sync.restart.window"), s(10)..=h(24)),
        },
        backoff: BackoffConfig {
            first: r.duration(live("sync.backoff.first"), ms(100)..=s(300)),
            max: r.duration(live("sync.backoff.max"), s(1)..=h(1)),
        },
    };
    if config.backoff.first > config.backoff.max {
        let problem = format!("is above sync.backoff.max ({})", duration_text(config.backoff.max));
        r.refuse(Mistake::Contradiction, "sync.backoff.first", problem);
    }
    config
}
