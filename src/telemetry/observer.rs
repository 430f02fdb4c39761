//! Hears the tree's facts: each becomes one log line at the level it deserves, a figure, and an alert where somebody
//! must look.

use std::{sync::Arc, time::Duration};

use metrics::{counter, histogram};
use routiq_actors::{
    event::Event,
    port::{HoldKind, Observer, SyncKey},
};
use tracing::{debug, error, info, warn};

use super::{
    alerts::{About, Alert, Alerts, Severity},
    deliveries, directory, files,
    redact::scrub,
    rollups,
};

/// Turns facts into logs, metrics and alerts. Never waits.
#[derive(Clone, Debug)]
pub struct TreeObserver {
    alerts: Alerts,
}

impl TreeObserver {
    /// Raises its alerts at `alerts`.
    pub fn new(alerts: Alerts) -> Self {
        Self { alerts }
    }

    fn raise(&self, key: String, severity: Severity, summary: String, about: About) {
        self.alerts.raise(Alert { key, severity, summary, about });
    }

    /// The account runs: whatever kept it standing is over.
    fn runs(&self, key: &SyncKey) {
        self.alerts.resolve(&standing_still(key));
    }

    /// The account moves: it neither stalls nor hangs.
    fn moves(&self, key: &SyncKey) {
        self.alerts.resolve(&stalled(key));
        self.alerts.resolve(&hung(key));
    }
}

fn standing_still(key: &SyncKey) -> String {
    format!("account:{key}")
}

fn stalled(key: &SyncKey) -> String {
    format!("stalled:{key}")
}

fn hung(key: &SyncKey) -> String {
    format!("hung:{key}")
}

fn gate(api: &str, name: &str) -> String {
    format!("gate:{api}/{name}")
}

fn about(key: &SyncKey, platform: &Arc<str>) -> About {
    About {
        organization_id: Some(key.organization),
        account_id: Some(key.account),
        platform: Some(Arc::clone(platform)),
        ..About::default()
    }
}

fn millis(duration: &Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Logs a fact about an account at `$level` with its fields.
macro_rules! of_account {
    ($level:ident, $key:expr, $platform:expr, $($rest:tt)+) => {
        $level!(
            organization_id = %$key.organization, account_id = %$key.account, platform = &**$platform, $($rest)+
        )
    };
}

impl Observer for TreeObserver {
    fn event(&self, event: &Event) {
        if rollups::hears(event, &self.alerts) {
            return;
        }
        match event {
            Event::Started { .. }
            | Event::Stopped { .. }
            | Event::Restarting { .. }
            | Event::Parked { .. }
            | Event::Held { .. }
            | Event::Resumed { .. } => self.life(event),
            Event::Directory(fact) => directory::fact(&self.alerts, fact),
            Event::Stepped { .. } | Event::StepHung { .. } | Event::Stalled { .. } => self.work(event),
            Event::Applied { key, platform, outcome, took, done, reason } => {
                deliveries::applied(&self.alerts, key, platform, outcome, took, done, reason.as_deref());
            }
            Event::Filed { key, platform, outcome, took, bytes } => {
                files::filed(key, platform, outcome, took, *bytes);
            }
            Event::JournalWrote { .. } => super::journal::heard(event, &self.alerts),
            _ => self.gates(event),
        }
    }
}

impl TreeObserver {
    /// Actors that begin, end and stand still.
    fn life(&self, event: &Event) {
        match event {
            Event::Started { key, platform, generation } => {
                counter!("routiq_actor_starts_total", "platform" => platform.to_string()).increment(1);
                of_account!(debug, key, platform, generation, "actor started");
                self.runs(key);
                self.moves(key);
            }
            Event::Stopped { key, platform } => {
                counter!("routiq_actor_stops_total", "platform" => platform.to_string()).increment(1);
                of_account!(debug, key, platform, "actor stopped");
                self.runs(key);
                self.moves(key);
            }
            Event::Restarting { key, platform, reason, attempt, pause } => {
                counter!("routiq_actor_restarts_total", "platform" => platform.to_string()).increment(1);
                of_account!(
                    warn,
                    key,
                    platform,
                    reason,
                    attempt,
                    pause_ms = millis(pause),
                    "actor failed; restarting"
                );
            }
            Event::Parked { key, platform, reason, until } => {
                counter!("routiq_actor_parks_total", "platform" => platform.to_string()).increment(1);
                let until = until.map(|until| until.to_string());
                of_account!(error, key, platform, reason, until, "actor parked");
                let when = until.map(|until| format!(", until {until}")).unwrap_or_default();
                let summary = format!("{platform} stands still{when}: {reason}");
                self.raise(standing_still(key), Severity::Critical, summary, about(key, platform));
            }
            Event::Held { key, platform, kind, reason } => {
                let name = kind_name(*kind);
                counter!("routiq_actor_holds_total", "platform" => platform.to_string(), "kind" => name)
                    .increment(1);
                if *kind == HoldKind::Credential {
                    of_account!(error, key, platform, reason, kind = name, "actor held");
                    let summary = format!("{platform} refuses the credential: {reason}");
                    self.raise(standing_still(key), Severity::Critical, summary, about(key, platform));
                } else {
                    of_account!(info, key, platform, reason, kind = name, "actor held");
                    self.runs(key);
                }
                self.moves(key);
            }
            Event::Resumed { key, platform } => {
                counter!("routiq_actor_resumes_total", "platform" => platform.to_string()).increment(1);
                of_account!(info, key, platform, "actor resumed");
                self.runs(key);
            }
            _ => {}
        }
    }

    /// Steps.
    fn work(&self, event: &Event) {
        match event {
            Event::Stepped { key, platform, stream, outcome, took, records, changed, missed, reason } => {
                let (p, s) = (platform.to_string(), stream.to_string());
                counter!("routiq_steps_total", "platform" => p.clone(), "stream" => s.clone(), "outcome" => *outcome)
                    .increment(1);
                histogram!("routiq_step_seconds", "platform" => p.clone(), "stream" => s.clone())
                    .record(took.as_secs_f64());
                counter!("routiq_records_received_total", "platform" => p.clone(), "stream" => s.clone())
                    .increment(*records);
                counter!("routiq_sweep_findings_total", "platform" => p.clone()).increment(*missed);
                counter!("routiq_rows_changed_total", "platform" => p, "stream" => s).increment(*changed);
                self.moves(key);
                let (stream, took_ms) = (&**stream, millis(took));
                if matches!(*outcome, "failed" | "denied") {
                    of_account!(
                        warn,
                        key,
                        platform,
                        stream,
                        outcome,
                        took_ms,
                        records,
                        changed,
                        reason,
                        "step failed"
                    );
                } else {
                    of_account!(
                        debug,
                        key,
                        platform,
                        stream,
                        outcome,
                        took_ms,
                        records,
                        changed,
                        "step ended"
                    );
                }
            }
            Event::StepHung { key, platform, stream, after } => {
                counter!(
                    "routiq_steps_hung_total",
                    "platform" => platform.to_string(), "stream" => stream.to_string()
                )
                .increment(1);
                of_account!(
                    warn,
                    key,
                    platform,
                    stream = &**stream,
                    after_ms = millis(after),
                    "step hung and was cut off"
                );
                let summary = format!("{platform}: a step of {stream} hung for {} s", after.as_secs());
                let about = About { stream: Some(Arc::clone(stream)), ..about(key, platform) };
                self.raise(hung(key), Severity::Warning, summary, about);
            }
            Event::Stalled { key, platform, what, since } => {
                counter!("routiq_actor_stalls_total", "platform" => platform.to_string()).increment(1);
                of_account!(error, key, platform, what, since = %since, "actor stalled");
                let summary = format!("{platform} {what} (since {since:.0})");
                self.raise(stalled(key), Severity::Critical, summary, about(key, platform));
            }
            _ => {}
        }
    }

    /// What guards the external APIs, and the roster.
    fn gates(&self, event: &Event) {
        match event {
            Event::PermitLost { key, api } => {
                counter!("routiq_permits_lost_total", "api" => api.to_string()).increment(1);
                warn!(
                    organization_id = %key.organization, account_id = %key.account, api = &**api,
                    "permit lost; asked for again"
                );
            }
            Event::BreakerChanged { api, host, state, reason } => {
                counter!("routiq_breaker_changes_total", "api" => api.to_string(), "state" => *state)
                    .increment(1);
                if *state == "open" {
                    warn!(api = &**api, host = &**host, state, reason, "breaker changed");
                } else {
                    info!(api = &**api, host = &**host, state, reason, "breaker changed");
                }
                // Only a breaker that works changes.
                self.alerts.resolve(&gate(api, host));
            }
            Event::BudgetPaused { api, budget, until } => {
                counter!("routiq_budget_pauses_total", "api" => api.to_string()).increment(1);
                info!(api = &**api, budget = &**budget, until = %until, "budget paused");
            }
            Event::PermitReclaimed { api, budget } => {
                counter!("routiq_permits_reclaimed_total", "api" => api.to_string()).increment(1);
                warn!(api = &**api, budget = &**budget, "permit reclaimed from a holder that vanished");
            }
            Event::GateRestarting { api, name, reason, attempt, pause } => {
                counter!("routiq_gate_restarts_total", "api" => api.to_string()).increment(1);
                let delay_ms = millis(pause);
                warn!(api = &**api, gate = &**name, reason, attempt, delay_ms, "gate restarts");
            }
            Event::GateShut { api, name, reason } => {
                counter!("routiq_gates_shut_total", "api" => api.to_string()).increment(1);
                error!(api = &**api, gate = &**name, reason, "gate shut");
                let about = About { api: Some(Arc::clone(api)), ..About::default() };
                let summary = format!("nothing is sent to {api} through {name}: {reason}");
                self.raise(gate(api, name), Severity::Critical, summary, about);
            }
            Event::GateOpened { api, name } => {
                counter!("routiq_gates_opened_total", "api" => api.to_string()).increment(1);
                info!(api = &**api, gate = &**name, "gate works again");
                self.alerts.resolve(&gate(api, name));
            }
            Event::RosterFailed { reason } => {
                counter!("routiq_roster_failures_total").increment(1);
                warn!(reason = %scrub(reason), "roster or fences failed; trying again");
            }
            _ => {}
        }
    }
}

fn kind_name(kind: HoldKind) -> &'static str {
    match kind {
        HoldKind::Paused => "paused",
        HoldKind::Credential => "credential",
        HoldKind::Suspended => "suspended",
    }
}

#[cfg(test)]
mod tests;
