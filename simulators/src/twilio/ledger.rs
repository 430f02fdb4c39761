//! The truth of an account, to compare tables with.

use jiff::Timestamp;
use serde::Serialize;

use super::media;
use super::world::{World, missing};
use crate::house::Refused;

/// The truth of one account, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct Ledger {
    pub messages: Vec<LedgerMessage>,
    /// Sender and recipient between whom nothing goes out any more.
    pub stopped: Vec<(String, String)>,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct LedgerMessage {
    pub sid: String,
    pub inbound: bool,
    pub from: String,
    pub to: String,
    pub body: String,
    pub status: &'static str,
    pub error_code: Option<u32>,
    /// Types of files.
    pub media: Vec<String>,
    /// Their sids.
    pub files: Vec<String>,
    pub created: Timestamp,
    pub sent: Option<Timestamp>,
}

impl World {
    pub(super) fn ledger(&self, account: &str) -> Result<Ledger, Refused> {
        let senders = &self.accounts.get(account).ok_or_else(|| missing("account", account))?.senders;
        let messages = self.messages.iter().filter(|it| it.account == account).map(|it| LedgerMessage {
            sid: it.sid.clone(),
            inbound: it.inbound,
            from: it.from.clone(),
            to: it.to.clone(),
            body: it.body.clone(),
            status: it.status,
            error_code: it.error,
            media: it.media.clone(),
            files: (0..it.media.len()).map(|nth| media::sid(&it.sid, nth)).collect(),
            created: it.created,
            sent: it.sent,
        });
        let stopped = self.stopped.iter().filter(|(from, _)| senders.contains_key(from)).cloned();
        Ok(Ledger { messages: messages.collect(), stopped: stopped.collect() })
    }
}
