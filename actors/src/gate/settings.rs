//! What operators may set about the gates. Every figure takes effect at the next decision that reads it.

use std::time::Duration;

/// Settings of the gates; the same for every API.
#[derive(Clone, Debug, PartialEq)]
pub struct GateSettings {
    /// When a breaker opens and for how long.
    pub breaker: BreakerSettings,
    /// A permit held longer than this is taken back: its holder is taken for dead. Must be longer than the longest
    /// step, because a holder that lives on is then no longer counted.
    pub permit_lease: Duration,
    /// How often a breaker or limiter may fail.
    pub restart: RestartSettings,
    /// Breakers and limiters that nobody used for this long end; they are made anew when asked for.
    pub idle_after: Duration,
    /// How often each branch looks for idle ones and for permits whose lease has expired while nobody waits.
    pub sweep_every: Duration,
    /// Whether limiters made for the first time treat the window before the start as spent, because the process before
    /// this one may have used it.
    pub distrust_start: bool,
    /// Seed of the jitter.
    pub seed: u64,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            breaker: BreakerSettings::default(),
            permit_lease: Duration::from_secs(300),
            restart: RestartSettings::default(),
            idle_after: Duration::from_secs(900),
            sweep_every: Duration::from_secs(30),
            distrust_start: false,
            seed: 0,
        }
    }
}

/// When a breaker opens and for how long.
#[derive(Clone, Debug, PartialEq)]
pub struct BreakerSettings {
    /// So many unhealthy answers in a row open it.
    pub failures_to_open: u32,
    /// The share of healthy answers is taken over this long.
    pub window: Duration,
    /// A lower share of healthy answers than this opens it, 0 to 1. Rate-limited answers count as unhealthy here.
    pub success_floor: f64,
    /// The share means nothing below so many answers.
    pub sample_minimum: u32,
    /// How long it stays open the first time; doubles with each failed probe.
    pub open_for: Duration,
    /// The longest it stays open before the next probe.
    pub open_for_max: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self {
            failures_to_open: 5,
            window: Duration::from_secs(60),
            success_floor: 0.5,
            sample_minimum: 20,
            open_for: Duration::from_secs(5),
            open_for_max: Duration::from_secs(300),
        }
    }
}

/// How often a breaker or limiter may fail, and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct RestartSettings {
    /// Restarts allowed within the window; one more failure shuts what the actor guards.
    pub limit: u32,
    /// The window.
    pub window: Duration,
    /// The pause before the first restart; doubles with each further one within the window.
    pub backoff: Duration,
    /// The longest pause.
    pub backoff_max: Duration,
    /// Random share added to each pause, 0 to 1, so that not everything returns at once.
    pub jitter: f64,
    /// How long a gate stays shut before it is tried again.
    pub shut_for: Duration,
}

impl Default for RestartSettings {
    fn default() -> Self {
        Self {
            limit: 5,
            window: Duration::from_secs(600),
            backoff: Duration::from_millis(100),
            backoff_max: Duration::from_secs(10),
            jitter: 0.2,
            shut_for: Duration::from_secs(300),
        }
    }
}
