//! What is told of attempts to fetch files.

use std::{sync::Arc, time::Duration};

use metrics::{counter, histogram};
use routiq_actors::port::SyncKey;
use tracing::debug;

/// Logs and counts one attempt.
pub(super) fn filed(key: &SyncKey, platform: &Arc<str>, outcome: &'static str, took: &Duration, bytes: u64) {
    let named = platform.to_string();
    counter!("routiq_files_total", "platform" => named.clone(), "outcome" => outcome).increment(1);
    if outcome == "fetched" {
        counter!("routiq_file_bytes_total", "platform" => named.clone()).increment(bytes);
        histogram!("routiq_file_seconds", "platform" => named).record(took.as_secs_f64());
    }
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    debug!(organization_id = %key.organization, account_id = %key.account, platform = &**platform, outcome, bytes, took_ms, "an attachment's file");
}
