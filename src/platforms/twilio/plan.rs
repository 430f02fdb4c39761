//! What to ask Twilio next: the newest messages back to those that are known, everything now and then, single messages when
//! somebody tells of them.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{change::Kind, stream::AccountState},
    platforms::{
        Plan,
        kit::poll::{self, Gone, Part, Rules, Sweep, Way},
    },
};

pub(super) const MESSAGES: &str = Kind::Message.as_str();
/// How far polls reach back, in seconds: most messages have come as far as they ever do by then.
pub(super) const OVERLAP: u64 = 3600;

/// How often things are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) poll: Duration,
    pub(super) sweep: Duration,
}

/// How the messages are followed.
pub(super) fn rules(pace: &Pace) -> Rules {
    let part = Part {
        name: MESSAGES,
        changes: Some(Way::Backwards),
        poll: pace.poll,
        overlap: SignedDuration::from_secs(i64::try_from(OVERLAP).unwrap_or(i64::MAX)),
    };
    Rules {
        stream: MESSAGES,
        parts: vec![part],
        sweep: Sweep::Whole(Way::Paged),
        missing: Some(Gone::Checked),
        sweep_every: pace.sweep,
    }
}

pub(super) fn plan(state: &AccountState, pace: &Pace, now: Timestamp) -> Plan {
    poll::plan(&[rules(pace)], state, now)
}
