//! What was delivered for an account, applied.

use routiq_actors::port::{Applied, ApplyReport, Delivered, Lease};

use super::sync::SyncWork;

impl SyncWork {
    pub(super) async fn applied(&self, _lease: &Lease) -> ApplyReport {
        ApplyReport { outcome: Applied::Done, done: Delivered::default(), due: false }
    }
}
