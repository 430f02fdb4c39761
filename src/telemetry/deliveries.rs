//! What is told of webhooks that were applied, or could not be.

use std::{sync::Arc, time::Duration};

use metrics::{counter, histogram};
use routiq_actors::port::{Delivered, SyncKey};
use tracing::{debug, error, warn};

/// Logs and counts one portion.
pub(super) fn applied(
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
