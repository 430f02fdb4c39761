//! `[gates]` and `[api]`: how much may flow, outwards and inwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed, live},
    value::{duration_text, parse_host},
};

/// The directory's sources: name, key of the limit, key of the hosts with limits of their own. The limits of platforms
/// that accounts are at stand in `[platforms]`.
const SOURCES: &[(&str, &str, &str)] = &[
    ("clerk", "gates.clerk.requests_per_minute", "gates.clerk.hosts"),
    ("stripe", "gates.stripe.requests_per_minute", "gates.stripe.hosts"),
];

/// What guards the external APIs.
#[derive(Clone, Debug)]
pub struct GatesConfig {
    /// Requests to all platforms under way at once.
    pub max_workers: u32,
    /// Hosts that may be spoken to with TLS 1.2.
    pub tls_exceptions: BTreeSet<String>,
    /// Whether unencrypted requests to this machine are allowed (simulators).
    pub allow_plain_loopback: bool,
    /// When a host's breaker opens and closes.
    pub breaker: BreakerConfig,
    /// Limits of the directory's sources, by name.
    pub sources: BTreeMap<&'static str, SourceLimits>,
}

impl GatesConfig {
    /// Requests a minute that `source` may be asked on `host`; none for one without a limit here.
    pub fn requests_per_minute(&self, source: &str, host: &str) -> Option<u32> {
        let limits = self.sources.get(source)?;
        Some(limits.hosts.get(&host.to_ascii_lowercase()).copied().unwrap_or(limits.requests_per_minute))
    }
}

/// When a host's breaker opens and closes.
#[derive(Clone, Copy, Debug)]
pub struct BreakerConfig {
    /// Failures in a row that open it.
    pub failures: u32,
    /// The share of healthy answers is taken over this long.
    pub window: Duration,
    /// A lower share of healthy answers than this opens it, in percent.
    pub least_healthy_percent: u8,
    /// The share means nothing below so many answers.
    pub least_answers: u32,
    /// How long it stays open the first time.
    pub open_first: Duration,
    /// How long it stays open at most.
    pub open_max: Duration,
}

/// Limits of one source, in requests a minute to one host.
#[derive(Clone, Debug)]
pub struct SourceLimits {
    /// For a host that is not named.
    pub requests_per_minute: u32,
    /// By host.
    pub hosts: BTreeMap<String, u32>,
}

pub(super) fn read(r: &mut Reader, environment: Environment) -> GatesConfig {
    let s = Duration::from_secs;
    let host_list = "host names such as chat.example.org, without scheme, port or wildcard";
    let config = GatesConfig {
        max_workers: r.integer(live("gates.max_workers"), 1..=1024),
        tls_exceptions: r.list(fixed("gates.tls_exceptions"), host_list, parse_host).into_iter().collect(),
        allow_plain_loopback: r.flag(fixed("gates.allow_plain_loopback")),
        breaker: BreakerConfig {
            failures: r.integer(live("gates.breaker.failures"), 1..=100),
            window: r.duration(live("gates.breaker.window"), s(1)..=s(3600)),
            least_healthy_percent: r.integer(live("gates.breaker.least_healthy_percent"), 0..=100),
            least_answers: r.integer(live("gates.breaker.least_answers"), 1..=10_000),
            open_first: r.duration(live("gates.breaker.open_first"), s(1)..=s(600)),
            open_max: r.duration(live("gates.breaker.open_max"), s(1)..=s(3600)),
        },
        sources: SOURCES
            .iter()
            .map(|(name, limit, hosts)| {
                let limits = SourceLimits {
                    requests_per_minute: r.integer(live(limit), 1..=100_000),
                    hosts: r.numbers(live(hosts), 1..=100_000, parse_host),
                };
                (*name, limits)
            })
            .collect(),
    };
    if config.breaker.open_first > config.breaker.open_max {
        let problem = format!("is above gates.breaker.open_max ({})", duration_text(config.breaker.open_max));
        r.refuse(Mistake::Contradiction, "gates.breaker.open_first", problem);
    }
    if config.allow_plain_loopback && environment.is_guarded() {
        let problem = format!("is for simulators only, never for {environment}");
        r.refuse(Mistake::Contradiction, "gates.allow_plain_loopback", problem);
    }
    config
}
