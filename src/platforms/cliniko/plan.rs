//! What to ask Cliniko next, decided from the state alone: the credential first, then whatever the machine that follows
//! changes wants.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::Urgency;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    domain::{change::Kind, stream::AccountState},
    platforms::{
        Call, Plan,
        kit::poll::{self, Ask, By, Gone, Part, Rules, Sweep, Way},
    },
};

pub(super) const PRACTITIONERS: &str = Kind::Practitioner.as_str();
pub(super) const LOCATIONS: &str = Kind::Location.as_str();
pub(super) const APPOINTMENT_TYPES: &str = Kind::AppointmentType.as_str();
pub(super) const CONTACTS: &str = Kind::Contact.as_str();
pub(super) const APPOINTMENTS: &str = Kind::Appointment.as_str();
pub(super) const INVOICES: &str = Kind::Invoice.as_str();
pub(super) const CLINICAL_NOTES: &str = Kind::ClinicalNote.as_str();

/// How far polls reach back, in seconds.
pub(super) const OVERLAP: u64 = 300;
/// Times are told in whole seconds.
const TICK: SignedDuration = SignedDuration::from_secs(1);
/// How often the credential is checked; before and while a listing may find deletions, a younger check is wanted: a key
/// of another account would make everything look deleted.
const CHECK_EVERY: SignedDuration = SignedDuration::from_hours(24);
const CHECK_BEFORE_LISTING: SignedDuration = SignedDuration::from_hours(1);

/// A collection of Cliniko's.
#[derive(Debug, PartialEq)]
pub(super) struct Collection {
    /// Its name here: the part of its stream.
    pub(super) part: &'static str,
    /// Its path below `/v1/`.
    pub(super) path: &'static str,
    /// The name of the list in its pages.
    pub(super) envelope: &'static str,
    pub(super) stream: &'static str,
    /// Whether it hides archived records, and cancelled ones, unless they are asked for.
    pub(super) archives: bool,
    pub(super) cancels: bool,
}

const fn collection(stream: &'static str, path: &'static str) -> Collection {
    Collection { part: path, path, envelope: path, stream, archives: true, cancels: false }
}

/// Groups before attendees, which are told apart by them.
pub(super) const COLLECTIONS: [Collection; 10] = [
    Collection { archives: false, ..collection(PRACTITIONERS, "practitioners") },
    Collection {
        part: "inactive_practitioners",
        envelope: "practitioners",
        archives: false,
        ..collection(PRACTITIONERS, "practitioners/inactive")
    },
    collection(LOCATIONS, "businesses"),
    collection(APPOINTMENT_TYPES, "appointment_types"),
    collection(CONTACTS, "patients"),
    collection(APPOINTMENTS, "group_appointments"),
    Collection { cancels: true, ..collection(APPOINTMENTS, "individual_appointments") },
    Collection { cancels: true, ..collection(APPOINTMENTS, "attendees") },
    collection(INVOICES, "invoices"),
    collection(CLINICAL_NOTES, "treatment_notes"),
];

/// The collection of that name.
pub(super) fn part(name: &str) -> Option<&'static Collection> {
    COLLECTIONS.iter().find(|collection| collection.part == name)
}

/// How often things are due.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// People and their appointments.
    pub(super) fast: Duration,
    /// Everything else.
    pub(super) slow: Duration,
    pub(super) sweep: Duration,
    pub(super) clinical_notes: bool,
}

/// How the streams are followed.
pub(super) fn rules(pace: &Pace) -> Vec<Rules> {
    let wanted = [PRACTITIONERS, LOCATIONS, APPOINTMENT_TYPES, CONTACTS, APPOINTMENTS, INVOICES];
    let notes = pace.clinical_notes.then_some(CLINICAL_NOTES);
    wanted.into_iter().chain(notes).map(|stream| rule(stream, pace)).collect()
}

/// How one stream is followed.
pub(super) fn rule(stream: &'static str, pace: &Pace) -> Rules {
    let ascending = Way::Ascending { tick: TICK };
    let (changes, sweep) = match stream {
        // Who left the one list is in the other.
        PRACTITIONERS => (None, Sweep::Whole(Way::Paged)),
        _ => (Some(ascending), Sweep::Whole(ascending)),
    };
    let parts = COLLECTIONS.iter().filter(|collection| collection.stream == stream).map(|collection| {
        let fast = matches!(collection.part, "patients" | "individual_appointments" | "attendees");
        Part {
            name: collection.part,
            changes,
            poll: if fast { pace.fast } else { pace.slow },
            overlap: SignedDuration::from_secs(i64::try_from(OVERLAP).unwrap_or(i64::MAX)),
        }
    });
    Rules { stream, parts: parts.collect(), sweep, missing: Some(Gone::Checked), sweep_every: pace.sweep }
}

/// A request about the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(super) enum Credential {
    /// Whose key it is.
    User,
    /// Of which account.
    Settings,
}

/// What is known of the credential; kept with the practitioners, the first stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Known {
    pub(super) user: Option<Timestamp>,
    pub(super) account: Option<Timestamp>,
    /// The host its account is at: names the breaker.
    pub(super) host: Option<String>,
}

pub(super) fn plan(state: &AccountState, pace: &Pace, now: Timestamp) -> Plan {
    let known: Known = poll::own(state, PRACTITIONERS);
    let host = known.host.clone();
    let plan = match credential(&known, CHECK_EVERY, now) {
        Some(call) => Plan::Ask(call),
        None => match poll::plan(&rules(pace), state, now) {
            Plan::Ask(call) if lists(&call) => match credential(&known, CHECK_BEFORE_LISTING, now) {
                Some(check) => Plan::Ask(check),
                None => Plan::Ask(call),
            },
            Plan::Idle { until } => {
                let next = known.account.and_then(|at| at.saturating_add(CHECK_EVERY).ok());
                Plan::Idle { until: next.map_or(until, |next| until.min(next)) }
            }
            plan => plan,
        },
    };
    match plan {
        Plan::Ask(mut call) => {
            if let (Value::Object(what), Some(host)) = (&mut call.what, host) {
                what.insert("host".to_owned(), Value::String(host));
            }
            Plan::Ask(call)
        }
        idle => idle,
    }
}

/// The next question about the credential, when the last check is too old or lies in the future.
fn credential(known: &Known, every: SignedDuration, now: Timestamp) -> Option<Call> {
    let fresh = |at: Option<Timestamp>| {
        at.is_some_and(|at| now.duration_since(at) < every && at.duration_since(now) <= TICK * 60)
    };
    let ask = match (fresh(known.account), fresh(known.user)) {
        (true, _) => return None,
        (false, true) if known.account < known.user => Credential::Settings,
        (false, _) => Credential::User,
    };
    let what = serde_json::to_value(ask).ok()?;
    Some(Call { stream: PRACTITIONERS, what, urgency: Urgency::Poll })
}

/// Whether a request is part of a listing that finds deletions.
fn lists(call: &Call) -> bool {
    matches!(serde_json::from_value(call.what.clone()), Ok(Ask::Read(read)) if read.by == By::Made)
}
