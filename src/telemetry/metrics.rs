//! Metrics: one list, no listener of their own.
//!
//! Nothing may be counted that does not stand in [`METRICS`]; a test reads the sources. Labels take few values:
//! platforms, streams, states; never an organization, a host or a person.

use std::time::Duration;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use super::TelemetryError;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only rises.
    Counter,
    /// Rises and falls.
    Gauge,
    /// A distribution.
    Histogram,
}

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// `routiq_<noun>_<unit|total>`.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its unit.
    pub unit: Unit,
    /// What it says, in one sentence.
    pub help: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Counter, unit: Unit::Count, help, labels }
}

const fn seconds(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Histogram, unit: Unit::Seconds, help, labels }
}

const fn level(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, unit: Unit::Count, help, labels }
}

/// Every metric of the program.
pub const METRICS: &[Metric] = &[
    level("routiq_build_info", &["version"], "Always 1; the label names the running version."),
    counter("routiq_log_lines_total", &["level"], "Warnings and errors logged."),
    counter(
        "routiq_config_reloads_total",
        &["outcome"],
        "Times the configuration was read again while running.",
    ),
    counter("routiq_actor_starts_total", &["platform"], "Sync actors that began."),
    counter("routiq_actor_stops_total", &["platform"], "Sync actors that ended as told."),
    counter("routiq_actor_restarts_total", &["platform"], "Sync actors that failed and begin again."),
    counter("routiq_actor_parks_total", &["platform"], "Sync actors that stand still until somebody looks."),
    counter("routiq_actor_holds_total", &["platform", "kind"], "Healthy sync actors told to stand still."),
    counter("routiq_actor_resumes_total", &["platform"], "Sync actors that run again after standing still."),
    counter("routiq_actor_stalls_total", &["platform"], "Sync actors found not moving."),
    counter("routiq_steps_total", &["platform", "stream", "outcome"], "Steps ended, by outcome."),
    seconds("routiq_step_seconds", &["platform", "stream"], "From a step's permit to its outcome."),
    counter("routiq_steps_hung_total", &["platform", "stream"], "Steps cut off at their deadline."),
    counter("routiq_records_received_total", &["platform", "stream"], "Records received from platforms."),
    counter("routiq_rows_changed_total", &["platform", "stream"], "Rows that those records changed."),
    counter("routiq_webhooks_settled_total", &["platform"], "Webhooks applied, or found to say nothing new."),
    counter(
        "routiq_webhooks_failed_total",
        &["platform"],
        "Webhooks that could not be applied and are tried again.",
    ),
    counter("routiq_webhooks_quarantined_total", &["platform"], "Webhooks given up until somebody looks."),
    counter(
        "routiq_webhook_repairs_total",
        &["platform", "outcome"],
        "Times our webhook at a platform was not in order.",
    ),
    counter(
        "routiq_sweep_findings_total",
        &["platform"],
        "Messages that only a sweep found although our webhook was in order.",
    ),
    counter("routiq_webhooks_rows_changed_total", &["platform"], "Rows that webhooks changed."),
    seconds("routiq_webhook_lag_seconds", &["platform"], "From a webhook's acceptance until it was applied."),
    counter("routiq_files_total", &["platform", "outcome"], "Attempts to fetch an attachment's file."),
    counter("routiq_file_bytes_total", &["platform"], "Bytes of the files fetched."),
    seconds("routiq_file_seconds", &["platform"], "The last request of a fetched file, sealed and written."),
    counter("routiq_permits_lost_total", &["api"], "Requests for a permit that nobody knew any more."),
    counter("routiq_permits_reclaimed_total", &["api"], "Permits taken back from a holder that vanished."),
    counter("routiq_breaker_changes_total", &["api", "state"], "Changes of a breaker's state."),
    counter("routiq_budget_pauses_total", &["api"], "Pauses of a budget at the platform's wish."),
    counter("routiq_gate_restarts_total", &["api"], "Breakers and limiters that failed and began again."),
    counter("routiq_gates_shut_total", &["api"], "Breakers and limiters that spent their restarts."),
    counter("routiq_gates_opened_total", &["api"], "Breakers and limiters that work again after that."),
    counter(
        "routiq_directory_events_total",
        &["platform", "outcome"],
        "Events of Clerk and Stripe settled, by what became of them.",
    ),
    seconds("routiq_directory_apply_seconds", &[], "From a look at the directory's events to its end."),
    counter("routiq_directory_access_changes_total", &[], "Roles in organizations that changed."),
    counter(
        "routiq_directory_steps_total",
        &["api", "outcome"],
        "Steps of checks of the directory, by outcome.",
    ),
    counter("routiq_directory_checks_total", &["api"], "Checks of the directory that were completed."),
    counter("routiq_directory_repairs_total", &["api"], "What those checks put right."),
    counter("routiq_directory_restarts_total", &[], "Times the directory began again after a failure."),
    counter("routiq_roster_failures_total", &[], "Times the roster or the fences could not be had."),
    counter("routiq_rollups_total", &["outcome"], "Counts of an organization's figures, by outcome."),
    seconds("routiq_rollup_seconds", &[], "How long a count of an organization's figures takes."),
    seconds("routiq_rollup_wait_seconds", &[], "How long a count waits for its turn."),
    counter("routiq_rollup_restarts_total", &[], "Rollups that failed and begin again."),
    counter("routiq_rollup_parks_total", &[], "Rollups that stand still until somebody looks."),
    level("routiq_live_subscribers_total", &[], "Connections that watch an organization."),
    counter("routiq_live_connections_total", &["way"], "Connections that began to watch, by way."),
    counter(
        "routiq_live_closes_total",
        &["code"],
        "Sockets and streams closed, by code; 0 is the other side's doing.",
    ),
    counter("routiq_live_changes_total", &["cause"], "Numbered changes of organizations' figures."),
    counter("routiq_identity_contacts_total", &[], "Contacts looked at to tell who they are."),
    counter("routiq_identity_merges_total", &["rule"], "Contacts found to be one person, by rule."),
    counter(
        "routiq_http_requests_total",
        &["method", "route", "status"],
        "Requests answered, by route and class of status.",
    ),
    seconds("routiq_http_request_seconds", &["route"], "From a request's head to its answer."),
    level("routiq_http_connections_total", &[], "Connections that are open."),
    counter("routiq_webhooks_received_total", &["platform"], "Webhooks that came to an address of ours."),
    counter(
        "routiq_webhooks_answered_total",
        &["platform", "outcome"],
        "Webhooks by what became of them: kept, repeated, or why not.",
    ),
    counter(
        "routiq_journal_batches_total",
        &["outcome"],
        "Commits of the journal of webhooks, and those that failed.",
    ),
    counter(
        "routiq_journal_rows_total",
        &["outcome"],
        "Webhooks written by the journal: new, known, unfit, failed.",
    ),
    seconds("routiq_journal_commit_seconds", &[], "How long the journal took for one commit."),
    level("routiq_journal_waiting_total", &[], "Webhooks that wait for their commit."),
    counter("routiq_access_denied_total", &["code"], "Requests turned away, by the code of the answer."),
    counter("routiq_access_denials_unwritten_total", &[], "Denials that could not be told to an audit."),
    counter(
        "routiq_session_keys_read_total",
        &["outcome"],
        "Times the issuer's keys were read, or could not be.",
    ),
    level("routiq_alerts_active_total", &["severity"], "Alerts that nobody or nothing has resolved."),
    counter("routiq_alerts_raised_total", &["severity"], "Alerts raised."),
    counter("routiq_alert_notices_total", &["outcome"], "Notices of alerts sent, failed or dropped."),
];

/// Upper bounds of the buckets of everything in seconds: from a row lock to a backfill's page.
const SECONDS: &[f64] =
    &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0];

/// How often histograms are tidied; nobody else does it without a listener, and they grow.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The running metrics.
#[derive(Clone, Debug)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Makes this the program's recorder.
    ///
    /// # Errors
    /// When the program has one already.
    pub(super) fn install() -> Result<Self, TelemetryError> {
        let recorder = recorder()?;
        let metrics = Self(recorder.handle());
        metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::AlreadyInstalled)?;
        describe();
        gauge!("routiq_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(metrics)
    }

    /// Everything, in Prometheus' text format.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Tidies up; due every [`UPKEEP_EVERY`].
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

fn recorder() -> Result<PrometheusRecorder, TelemetryError> {
    let suffix = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(suffix, SECONDS)
        .map_err(|error| TelemetryError::Metrics(error.to_string()))?;
    Ok(builder.build_recorder())
}

fn describe() {
    for metric in METRICS {
        match metric.kind {
            Kind::Counter => describe_counter!(metric.name, metric.unit, metric.help),
            Kind::Gauge => describe_gauge!(metric.name, metric.unit, metric.help),
            Kind::Histogram => describe_histogram!(metric.name, metric.unit, metric.help),
        }
    }
}

/// Runs `work` with a recorder of its own on this thread, and renders what it counted: for tests.
pub fn recorded(work: impl FnOnce()) -> Result<String, TelemetryError> {
    let recorder = recorder()?;
    metrics::with_local_recorder(&recorder, || {
        describe();
        work();
    });
    Ok(recorder.handle().render())
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        fs,
        path::Path,
    };

    use super::*;

    /// Every metric that the sources under `folder` emit: macro, name, labels.
    fn emitted(folder: &Path, found: &mut Vec<(String, String, BTreeSet<String>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                emitted(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                for kind in ["counter", "gauge", "histogram"] {
                    let call = format!("{kind}!(");
                    for (at, _) in text.match_indices(&call) {
                        let before = text[..at].chars().next_back();
                        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '"' | '`')) {
                            continue;
                        }
                        let inside = arguments(&text[at + call.len()..]);
                        let name = literal(inside.trim_start());
                        let name =
                            name.unwrap_or_else(|| panic!("{}: a name that is no literal", path.display()));
                        // What stands before each arrow ends in a label; after the last one stands a value.
                        let mut labels: Vec<&str> = inside.split("=>").collect();
                        labels.pop();
                        let labels = labels.iter().filter_map(|part| part.trim_end().strip_suffix('"'));
                        let labels = labels.map(|part| part.rsplit('"').next().unwrap().to_owned()).collect();
                        found.push((kind.to_owned(), name, labels));
                    }
                }
            }
        }
    }

    fn arguments(text: &str) -> &str {
        let mut depth = 1;
        let end = text.char_indices().find(|(_, c)| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        &text[..end.unwrap().0]
    }

    fn literal(text: &str) -> Option<String> {
        Some(text.strip_prefix('"')?.split('"').next()?.to_owned())
    }

    #[test]
    fn every_metric_in_the_sources_is_in_the_list_and_the_other_way_round() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        emitted(&root.join("src"), &mut found);
        emitted(&root.join("actors/src"), &mut found);
        let listed: BTreeMap<&str, &Metric> = METRICS.iter().map(|metric| (metric.name, metric)).collect();
        assert_eq!(listed.len(), METRICS.len(), "a name stands twice");
        for (kind, name, labels) in &found {
            let metric = listed.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the list"));
            assert_eq!(format!("{:?}", metric.kind).to_lowercase(), *kind, "{name}");
            let known: BTreeSet<String> = metric.labels.iter().map(|label| (*label).to_owned()).collect();
            assert_eq!(*labels, known, "labels of {name}");
        }
        let names: BTreeSet<&str> = found.iter().map(|(_, name, _)| name.as_str()).collect();
        assert_eq!(names, listed.keys().copied().collect());
    }

    #[test]
    fn names_say_what_and_in_which_unit() {
        for metric in METRICS {
            let name = metric.name;
            assert!(name.starts_with("routiq_") && metric.help.ends_with('.'), "{name}");
            let unit = ["_total", "_seconds", "_bytes", "_info"].iter().any(|unit| name.ends_with(unit));
            assert!(unit, "{name}");
            for label in metric.labels {
                assert!(
                    !["organization_id", "account_id", "host", "correlation_id"].contains(label),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn rendering_describes_and_buckets() {
        let text = recorded(|| {
            metrics::histogram!("routiq_step_seconds", "platform" => "chatwoot", "stream" => "contacts")
                .record(0.2);
        })
        .unwrap();
        assert!(text.contains("# HELP routiq_step_seconds From a step's permit to its outcome."), "{text}");
        assert!(text.contains("# TYPE routiq_step_seconds histogram"), "{text}");
        let bucket = r#"routiq_step_seconds_bucket{platform="chatwoot",stream="contacts",le="0.25"} 1"#;
        assert!(text.contains(bucket), "{text}");
    }
}
