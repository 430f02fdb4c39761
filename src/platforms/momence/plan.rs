//! What to ask Momence next: whatever the machine that follows changes wants.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{
    domain::{change::Kind, stream::AccountState},
    platforms::{
        Plan,
        kit::poll::{self, Gone, Part, Rules, Sweep, Way},
    },
};

pub(super) const CONTACTS: &str = Kind::Contact.as_str();
pub(super) const APPOINTMENTS: &str = Kind::Appointment.as_str();
pub(super) const MEMBERS: &str = "members";
pub(super) const SESSIONS: &str = "sessions";
pub(super) const RESERVATIONS: &str = "reservations";

/// How far polls of members reach back, in seconds.
pub(super) const OVERLAP: u64 = 300;
/// So wide is each window of classes and appointments.
const WIDTH: SignedDuration = SignedDuration::from_hours(24 * 60);

/// How often things are due, and how far they reach.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) poll: Duration,
    pub(super) sweep: Duration,
    pub(super) history: SignedDuration,
    pub(super) back: SignedDuration,
    pub(super) ahead: SignedDuration,
}

/// How the streams are followed.
pub(super) fn rules(pace: &Pace) -> [Rules; 2] {
    [appointments(pace), contacts(pace)]
}

/// Members come newest first; who was not there lately only a sweep shows.
pub(super) fn contacts(pace: &Pace) -> Rules {
    Rules {
        stream: CONTACTS,
        parts: vec![Part {
            name: MEMBERS,
            changes: Some(Way::Backwards),
            poll: pace.poll,
            overlap: SignedDuration::from_secs(i64::try_from(OVERLAP).unwrap_or(i64::MAX)),
        }],
        sweep: Sweep::Whole(Way::Paged),
        missing: Some(Gone::Checked),
        sweep_every: pace.sweep,
    }
}

/// No list of classes and appointments tells what changed, so all of them are listed with every poll. What a listing
/// misses is the adapter's own matter: bookings stand in no list of these.
pub(super) fn appointments(pace: &Pace) -> Rules {
    let part = |name| Part { name, changes: None, poll: pace.poll, overlap: SignedDuration::ZERO };
    Rules {
        stream: APPOINTMENTS,
        parts: vec![part(SESSIONS), part(RESERVATIONS)],
        sweep: Sweep::Windows { back: pace.back, history: pace.history, ahead: pace.ahead, width: WIDTH },
        missing: None,
        sweep_every: pace.sweep,
    }
}

pub(super) fn plan(state: &AccountState, pace: &Pace, now: Timestamp) -> Plan {
    poll::plan(&rules(pace), state, now)
}
