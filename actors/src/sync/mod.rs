//! The sync actor: one account's work, a step at a time.
//!
//! It owns its schedule and nothing else; what is due stands in the tables.
//!
//! ```text
//! looking ──more──> asking ──permit──> stepping ──more──> asking, or stepping when its request was sent ahead
//!    ^                 │                   │
//!    └──── pausing <───┴── caught up, wait, failed, gate shut
//! ```
//!
//! Beside that it applies what was delivered for its account, on a schedule of its own: a backfill, an open breaker or a
//! limit delays nothing that was accepted already.
//!
//! And it fetches the files that its account's records name, likewise beside everything else: however large one is, nothing
//! waits for it.
//!
//! Its supervisor begins and ends it; anybody may nudge it. A crash loses a place in a queue and a schedule: its
//! successor looks at the tables. At most one fetch, one portion applied, one queued request and one timer for each are
//! alive at a time. While a step is written, the request after it may be sent; its step then begins without asking.

mod apply;
mod asking;
mod files;
pub(crate) mod port;
mod state;
mod tasks;

use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};

pub(crate) use self::state::{Exit, SyncState};
use crate::{
    board::Slot,
    event::Event,
    house::House,
    permits::{Permit, Refused},
    port::{ApplyReport, FileReport, FilesDue, Lease, Outcome, Stepped},
};

pub(crate) struct SyncActor;

pub(crate) struct SyncArguments {
    pub(crate) house: Arc<House>,
    pub(crate) slot: Arc<Slot>,
    pub(crate) lease: Lease,
}

pub(crate) enum SyncMessage {
    /// Look at your tables.
    Nudge,
    /// Something was delivered.
    Delivered,
    /// Look at your tables, whatever pause there is.
    SyncNow,
    /// Take no more work, let the step end, stop.
    Finish,
    /// Fail, to prove that nobody else notices.
    Panic,
    /// What is due was read; `Err` when that panicked.
    Looked { ticket: u64, outcome: Result<Outcome, String> },
    /// The gates answered.
    Answered { ticket: u64, answer: Result<Box<dyn Permit>, Refused> },
    /// The step ended; `Err` when it panicked.
    Stepped { ticket: u64, stepped: Result<Stepped, String> },
    /// A portion was applied; `Err` when that panicked.
    Applied { ticket: u64, report: Result<ApplyReport, String> },
    /// It is time to apply.
    ApplyDue { ticket: u64 },
    /// What was delivered before is to be read now.
    Wake { ticket: u64 },
    /// Which file is due was read; `Err` when that panicked.
    FilesLooked { ticket: u64, due: Result<FilesDue, String> },
    /// The gates answered about a file.
    FileAnswered { ticket: u64, answer: Result<Box<dyn Permit>, Refused> },
    /// A request for a file ended; `Err` when it panicked.
    FileFetched { ticket: u64, report: Result<FileReport, String> },
    /// It is time to look for files.
    FilesDue { ticket: u64 },
    /// The task passed its deadline.
    Overdue { ticket: u64 },
    /// The timer rang.
    Due { ticket: u64 },
}

impl Actor for SyncActor {
    type Msg = SyncMessage;
    type State = SyncState;
    type Arguments = SyncArguments;

    async fn pre_start(
        &self,
        myself: ActorRef<SyncMessage>,
        SyncArguments { house, slot, lease }: SyncArguments,
    ) -> Result<SyncState, ActorProcessingErr> {
        Ok(SyncState::new(myself, house, slot, lease))
    }

    async fn post_start(
        &self,
        _: ActorRef<SyncMessage>,
        state: &mut SyncState,
    ) -> Result<(), ActorProcessingErr> {
        let Lease { key, platform, generation } = state.lease.clone();
        state.house.tell(Event::Started { key, platform, generation });
        state.look();
        state.apply(false);
        state.look_for_files();
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<SyncMessage>,
        message: SyncMessage,
        state: &mut SyncState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SyncMessage::Nudge => {
                state.nudge(false);
                state.apply(false);
            }
            SyncMessage::SyncNow => {
                state.nudge(true);
                state.apply(true);
                state.files_may_be_due();
            }
            SyncMessage::Delivered => state.apply(false),
            SyncMessage::Finish => state.finish(),
            // Unwinds like any panic, but spares the log the trace of a failure that was asked for.
            SyncMessage::Panic => std::panic::resume_unwind(Box::new("asked to panic")),
            SyncMessage::Looked { ticket, outcome } => state.looked(ticket, outcome)?,
            SyncMessage::Answered { ticket, answer } => state.answered(ticket, answer),
            SyncMessage::Stepped { ticket, stepped } => state.stepped(ticket, stepped)?,
            SyncMessage::Applied { ticket, report } => state.applied(ticket, report)?,
            SyncMessage::ApplyDue { ticket } => state.apply_due(ticket),
            SyncMessage::Wake { ticket } => state.woken(ticket),
            SyncMessage::FilesLooked { ticket, due } => state.files_looked(ticket, due)?,
            SyncMessage::FileAnswered { ticket, answer } => state.file_answered(ticket, answer),
            SyncMessage::FileFetched { ticket, report } => state.file_fetched(ticket, report)?,
            SyncMessage::FilesDue { ticket } => state.files_due(ticket),
            SyncMessage::Overdue { ticket } => state.overdue(ticket)?,
            SyncMessage::Due { ticket } => state.due(ticket),
        }
        Ok(())
    }
}
