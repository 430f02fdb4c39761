//! What to ask Nookal next, decided from the state alone: the locations first, whose zones everything else is read in, then
//! whatever the machine that follows changes wants.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Deserialize, Serialize};

use super::{
    collections::{COLLECTIONS, Collection, Every},
    places::Known,
    settings::Api,
};
use crate::{
    domain::{change::Kind, stream::AccountState},
    platforms::{
        Call, Plan,
        kit::poll::{self, Gone, Part, Rules, Sweep, Way},
    },
};

pub(super) const PRACTITIONERS: &str = Kind::Practitioner.as_str();
pub(super) const LOCATIONS: &str = Kind::Location.as_str();
pub(super) const APPOINTMENT_TYPES: &str = Kind::AppointmentType.as_str();
pub(super) const CONTACTS: &str = Kind::Contact.as_str();
pub(super) const APPOINTMENTS: &str = Kind::Appointment.as_str();
pub(super) const INVOICES: &str = Kind::Invoice.as_str();
pub(super) const PAYMENTS: &str = Kind::Payment.as_str();
pub(super) const CLINICAL_NOTES: &str = Kind::ClinicalNote.as_str();

/// How far polls reach back, in seconds: in which zone the platform reads a time is not documented, and none is further
/// from another than a day.
pub(super) const OVERLAP: u64 = 24 * 3600 + 300;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How often things are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) api: Api,
    /// People and their appointments.
    pub(super) fast: Duration,
    /// Everything else.
    pub(super) slow: Duration,
    pub(super) sweep: Duration,
    pub(super) clinical_notes: bool,
}

impl Pace {
    fn of(&self, collection: &Collection) -> Duration {
        match collection.every {
            Every::Fast => self.fast,
            Every::Slow => self.slow,
            Every::Minutes(minutes) => self.slow.max(Duration::from_secs(minutes * 60)),
        }
    }
}

/// The streams that the machine follows, in the order of their import.
pub(super) fn streams(api: Api, clinical_notes: bool) -> Vec<&'static str> {
    let all = [PRACTITIONERS, APPOINTMENT_TYPES, CONTACTS, APPOINTMENTS, INVOICES, PAYMENTS, CLINICAL_NOTES];
    let has = |stream: &&str| COLLECTIONS.iter().any(|it| it.stream == *stream && it.api() == api);
    all.into_iter().filter(has).filter(|stream| clinical_notes || *stream != CLINICAL_NOTES).collect()
}

/// How one stream is followed.
pub(super) fn rule(stream: &'static str, pace: &Pace) -> Rules {
    let collections = COLLECTIONS.iter().filter(|it| it.stream == stream && it.api() == pace.api);
    let parts = collections.map(|collection| Part {
        name: collection.part,
        changes: collection.changes.then_some(Way::Paged),
        poll: pace.of(collection),
        overlap: SignedDuration::from_secs(i64::try_from(OVERLAP).unwrap_or(i64::MAX)),
    });
    let sweep = match stream {
        APPOINTMENTS => {
            Sweep::Windows { back: DAY * 60, history: DAY * 7_305, ahead: DAY * 400, width: DAY * 366 }
        }
        _ => Sweep::Whole(Way::Paged),
    };
    Rules { stream, parts: parts.collect(), sweep, missing: Some(Gone::AfterTwo), sweep_every: pace.sweep }
}

/// A request for the locations, which proves the credential as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Places {
    Places,
}

pub(super) fn plan(state: &AccountState, pace: &Pace, now: Timestamp) -> Plan {
    let known: Known = poll::own(state, LOCATIONS);
    let every = SignedDuration::try_from(pace.slow).unwrap_or(SignedDuration::MAX);
    let wished = [state.poll_requested_at, state.sweep_requested_at];
    let wished = wished.into_iter().flatten().filter(|wished| *wished <= now).max();
    let due_at = match known.at < wished {
        true => Timestamp::MIN,
        false => known.due_at(every, now),
    };
    if due_at <= now
        && let Ok(what) = serde_json::to_value(Places::Places)
    {
        return Plan::Ask(Call { stream: LOCATIONS, what, urgency: Urgency::Poll });
    }
    let rules: Vec<Rules> =
        streams(pace.api, pace.clinical_notes).into_iter().map(|stream| rule(stream, pace)).collect();
    match poll::plan(&rules, state, now) {
        Plan::Idle { until } => Plan::Idle { until: until.min(due_at) },
        asked => asked,
    }
}
