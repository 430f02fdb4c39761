//! What is told of webhooks that were applied, or could not be.

use std::{sync::Arc, time::Duration};

use metrics::{counter, histogram};
use routiq_actors::port::{Delivered, SyncKey};
use tracing::{debug, error, warn};

use super::alerts::{About, Alert, Alerts, Severity};

/// Logs and counts one portion; what was set aside is an alert until nothing is aside any more.
pub(super) fn applied(
    alerts: &Alerts,
    key: &SyncKey,
    platform: &Arc<str>,
    outcome: &str,
    took: &Duration,
    done: &Delivered,
    reason: Option<&str>,
) {
    let p = platform.to_string();
    counter!("routiq_webhooks_settled_total", "platform" => p.clone()).increment(done.settled);
    counter!("routiq_webhooks_failed_total", "platform" => p.clone()).increment(done.failed);
    counter!("routiq_webhooks_quarantined_total", "platform" => p.clone()).increment(done.quarantined);
    counter!("routiq_webhooks_rows_changed_total", "platform" => p.clone()).increment(done.changed);
    if let Some(lag) = done.lag {
        histogram!("routiq_webhook_lag_seconds", "platform" => p).record(lag.as_secs_f64());
    }
    stands_aside(alerts, key, platform, done.aside);
    let (organization_id, account_id, platform) = (key.organization, key.account, &**platform);
    let Delivered { settled, changed, failed, quarantined, .. } = *done;
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    if quarantined > 0 {
        error!(%organization_id, %account_id, platform, quarantined, failed, settled, "webhooks quarantined");
    } else if outcome == "failed" || failed > 0 {
        warn!(%organization_id, %account_id, platform, outcome, failed, settled, took_ms, reason, "webhooks not applied");
    } else {
        debug!(%organization_id, %account_id, platform, outcome, settled, changed, took_ms, "webhooks applied");
    }
}

fn stands_aside(alerts: &Alerts, key: &SyncKey, platform: &Arc<str>, aside: u64) {
    let name = format!("aside:{key}");
    if aside == 0 {
        return alerts.resolve(&name);
    }
    alerts.raise(Alert {
        key: name,
        severity: Severity::Warning,
        summary: format!(
            "{platform}: {aside} webhooks could not be applied and stand aside; look at them with `routiq ops`, then replay"
        ),
        about: About {
            organization_id: Some(key.organization),
            account_id: Some(key.account),
            platform: Some(Arc::clone(platform)),
            ..About::default()
        },
    });
}

#[cfg(test)]
mod tests {
    use routiq_actors::clock::Clock;
    use uuid::Uuid;

    use super::*;
    use crate::telemetry::metrics::recorded;

    #[test]
    fn what_stands_aside_is_an_alert_of_its_organization_until_nothing_does() {
        let alerts = Alerts::new(Clock::system());
        let key = |organization| SyncKey {
            organization: Uuid::from_u128(organization),
            account: Uuid::from_u128(9),
        };
        let portion = |key: SyncKey, quarantined, aside| {
            let done = Delivered { settled: 3, quarantined, aside, ..Delivered::default() };
            applied(&alerts, &key, &"chatwoot".into(), "done", &Duration::ZERO, &done, None);
        };
        let text = recorded(|| {
            portion(key(1), 0, 0);
            assert_eq!(alerts.standing(), []);
            portion(key(1), 2, 2);
            portion(key(2), 1, 1);
            portion(key(1), 0, 2);
        })
        .unwrap();
        assert!(text.contains(r#"routiq_webhooks_quarantined_total{platform="chatwoot"} 3"#), "{text}");
        let standing = alerts.standing();
        let told: Vec<_> = standing.iter().map(|alert| (alert.about.organization_id, alert.times)).collect();
        let (one, two) = (Some(key(1).organization), Some(key(2).organization));
        assert_eq!(told, [(one, 2), (two, 1)], "one alert for each organization");
        assert!(standing[0].key.contains(&key(1).organization.to_string()), "{}", standing[0].key);
        assert!(standing[0].summary.starts_with("chatwoot: 2 webhooks"), "{}", standing[0].summary);
        portion(key(1), 0, 0);
        let left: Vec<_> = alerts.standing().iter().map(|alert| alert.about.organization_id).collect();
        assert_eq!(left, [two], "replayed, and the other's stands");
    }
}
