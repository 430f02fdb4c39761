//! What the journal of webhooks tells: figures for each batch, a line and an alert when nothing can be kept.

use metrics::{counter, gauge, histogram};
use routiq_actors::event::Event;
use tracing::{debug, error};

use super::alerts::{About, Alert, Alerts, Severity};

const KEY: &str = "journal";

/// Hears of a batch.
pub(super) fn heard(event: &Event, alerts: &Alerts) {
    let Event::JournalWrote { rows, new, unfit, bytes, waiting, took, failed } = event else { return };
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    gauge!("routiq_journal_waiting_total").set(count(*waiting) as f64);
    histogram!("routiq_journal_commit_seconds").record(took.as_secs_f64());
    let outcome = if failed.is_some() { "failed" } else { "kept" };
    counter!("routiq_journal_batches_total", "outcome" => outcome).increment(1);
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if let Some(reason) = failed {
        counter!("routiq_journal_rows_total", "outcome" => "failed").increment(count(*rows));
        error!(
            rows,
            bytes, waiting, took_ms, reason, "webhooks cannot be kept; their senders are told to come again"
        );
        alerts.raise(Alert {
            key: KEY.to_owned(),
            severity: Severity::Critical,
            summary: format!("webhooks cannot be kept: {reason}"),
            about: About::default(),
        });
        return;
    }
    alerts.resolve(KEY);
    counter!("routiq_journal_rows_total", "outcome" => "new").increment(count(*new));
    counter!("routiq_journal_rows_total", "outcome" => "unfit").increment(count(*unfit));
    counter!("routiq_journal_rows_total", "outcome" => "duplicate")
        .increment(count(rows.saturating_sub(new + unfit)));
    debug!(rows, new, unfit, bytes, waiting, took_ms, "webhooks kept");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::telemetry::metrics::recorded;

    #[test]
    fn a_batch_is_counted_and_a_failing_journal_is_an_alert_until_it_works_again() {
        let alerts = Alerts::new(routiq_actors::clock::Clock::system());
        let batch = |failed: Option<&str>| Event::JournalWrote {
            rows: 5,
            new: 3,
            unfit: 1,
            bytes: 700,
            waiting: 2,
            took: Duration::from_millis(3),
            failed: failed.map(str::to_owned),
        };
        let text = recorded(|| {
            heard(&batch(None), &alerts);
            heard(&batch(Some("no database")), &alerts);
        })
        .unwrap();
        for line in [
            r#"routiq_journal_rows_total{outcome="new"} 3"#,
            r#"routiq_journal_rows_total{outcome="duplicate"} 1"#,
            r#"routiq_journal_rows_total{outcome="unfit"} 1"#,
            r#"routiq_journal_rows_total{outcome="failed"} 5"#,
            "routiq_journal_waiting_total 2",
        ] {
            assert!(text.contains(line), "{line}:\n{text}");
        }
        assert_eq!(alerts.standing().len(), 1);
        heard(&batch(None), &alerts);
        assert_eq!(alerts.standing().len(), 0);
    }
}
