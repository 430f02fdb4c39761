//! What a dashboard shows of an organization, as one JSON document.
//!
//! The document has figures, times and ids in it and nothing that a person said or is called. A group whose source is not
//! read yet holds zeros and says `stale`; what is not proven is null rather than a guess.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::bookings::{Booked, People, Practice};
pub use super::range::{Period, Range};

/// Rises whenever figures are counted in another way: rows of another version are counted anew.
pub const FIGURES_VERSION: i32 = 1;

/// Whose document it is.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// What bodies call it: Clerk's id, or ours where there is none.
    pub name: String,
    /// Its IANA time zone.
    pub timezone: String,
}

impl Clinic {
    /// Its zone; UTC when nobody knows such a zone.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }

    /// The calendar day in its zone.
    pub fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.zone()).date()
    }
}

/// Conversations by their status; a status of another name counts in the total alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conversations {
    /// All that are not deleted.
    pub total: i64,
    /// Open.
    pub open: i64,
    /// Pending.
    pub pending: i64,
    /// Resolved.
    pub resolved: i64,
    /// Snoozed.
    pub snoozed: i64,
}

/// Messages that people and bots sent; private notes and the platform's own remarks are none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// From patients.
    pub incoming: i64,
    /// To patients.
    pub outgoing: i64,
    /// From patients, today.
    pub incoming_today: i64,
    /// To patients, today.
    pub outgoing_today: i64,
    /// When the last one was said.
    pub last_at: Option<Timestamp>,
}

/// A run under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentSync {
    /// Its id.
    pub sync_id: Uuid,
    /// Records received so far.
    pub processed: i64,
    /// When it began.
    pub started_at: Timestamp,
    /// Done and total of a first import.
    pub backfill: Option<(i64, i64)>,
}

/// Everything that is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// By status.
    pub conversations: Conversations,
    /// Contacts that are not deleted.
    pub contacts: i64,
    /// Messages.
    pub messages: Messages,
    /// Messages from and to patients, by day, ascending; days without any are left out.
    pub days: Vec<(Date, i64, i64)>,
    /// Patients and bookings; none while nobody has counted them.
    pub practice: Option<Practice>,
    /// Who is whom; none while nobody has counted it.
    pub people: Option<People>,
    /// The source time up to which everything is proven complete.
    pub proven_until: Option<Timestamp>,
    /// When a run was last complete.
    pub last_sync_at: Option<Timestamp>,
    /// The run under way.
    pub current: Option<CurrentSync>,
}

/// The number of a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    /// Names the numbering; none before the first change.
    pub epoch: Option<Uuid>,
    /// Rises by one with each change.
    pub sequence: i64,
}

/// A time as bodies show it: UTC, milliseconds.
pub fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

fn stamp_or_null(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| stamp(at).into())
}

/// The epoch as clients see it.
pub fn epoch_text(epoch: Option<Uuid>) -> String {
    epoch.map_or_else(|| "none".to_owned(), |epoch| epoch.simple().to_string())
}

/// The whole document: `metrics`, `summary` and `sync`.
pub fn document(
    clinic: &Clinic,
    range: Range,
    figures: &Figures,
    number: Number,
    now: Timestamp,
    stale_after: SignedDuration,
) -> Value {
    json!({
        "metrics": metrics(clinic, range, figures, number, now, stale_after),
        "summary": summary(clinic, range, figures, now, stale_after),
        "sync": {
            "sync_running": figures.current.is_some(),
            "last_sync_time": stamp_or_null(figures.last_sync_at),
            "current_sync": figures.current.as_ref().map_or(Value::Null, |sync| progress(clinic, sync, now)),
        },
    })
}

fn metrics(
    clinic: &Clinic,
    range: Range,
    figures: &Figures,
    number: Number,
    now: Timestamp,
    stale_after: SignedDuration,
) -> Value {
    let Messages { incoming, outgoing, incoming_today, outgoing_today, last_at } = figures.messages;
    let practice = figures.practice.clone().unwrap_or_else(|| Practice::unknown(range));
    let mut metrics = json!({
        "clinicId": clinic.name,
        "period": range.period.name(),
        "startDate": range.first.to_string(),
        "endDate": range.last.to_string(),
        "timezone": clinic.timezone,
        // Of patients and bookings.
        "stale": !practice.is_known() || is_stale(figures, now, stale_after),
        "people": figures.people.unwrap_or_default().field(),
        "chat": {
            "stale": is_stale(figures, now, stale_after),
            "conversations": {
                "total": figures.conversations.total,
                "open": figures.conversations.open,
                "pending": figures.conversations.pending,
                "resolved": figures.conversations.resolved,
                "snoozed": figures.conversations.snoozed,
            },
            "contacts": figures.contacts,
            "messages": {
                "total": incoming + outgoing,
                "incoming": incoming,
                "outgoing": outgoing,
                "today": incoming_today + outgoing_today,
                "incomingToday": incoming_today,
                "outgoingToday": outgoing_today,
                "lastAt": stamp_or_null(last_at),
            },
            "trends": said(range, &figures.days),
        },
        "lastUpdated": stamp_or_null(figures.proven_until),
        "dataAgeMinutes": age_minutes(figures.proven_until, now),
        "sequence": number.sequence,
        "epoch": epoch_text(number.epoch),
    });
    set(&mut metrics, practice.fields(range, clinic.today(now)));
    metrics
}

/// Sets fields of an object.
fn set(object: &mut Value, fields: Map<String, Value>) {
    if let Value::Object(object) = object {
        object.extend(fields);
    }
}

fn said(range: Range, days: &[(Date, i64, i64)]) -> Value {
    let day = |day: Date| {
        let found = days.iter().find(|(known, ..)| *known == day);
        let (incoming, outgoing) = found.map_or((0, 0), |(_, incoming, outgoing)| (*incoming, *outgoing));
        json!({ "date": day.to_string(), "incoming": incoming, "outgoing": outgoing })
    };
    range.days().into_iter().map(day).collect()
}

/// Brings `metrics` to other days.
pub fn set_range(metrics: &mut Value, range: Range, days: &[(Date, i64, i64)], booked: &Booked) {
    set(metrics, booked.fields(range));
    let Value::Object(fields) = metrics else { return };
    for (key, value) in [
        ("period", range.period.name().into()),
        ("startDate", range.first.to_string().into()),
        ("endDate", range.last.to_string().into()),
    ] {
        fields.insert(key.to_owned(), value);
    }
    if let Some(Value::Object(chat)) = fields.get_mut("chat") {
        chat.insert("trends".to_owned(), said(range, days));
    }
}

/// Which fields of `metrics` belong to a group.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "bookings",
        &[
            "totalBookings",
            "totalBookingsChange",
            "dailyAverage",
            "missedAppointments",
            "missedAppointmentsPercentage",
            "bookings",
        ],
    ),
    ("patients", &["activePatients", "newPatients", "totalPatients"]),
    ("trends", &["bookingTrends", "peakHours"]),
    ("chat", &["chat"]),
    ("people", &["people"]),
];

/// Leaves only these groups in `metrics`, and what belongs to none.
pub fn keep_groups(metrics: &mut Value, kept: &[String]) {
    let Value::Object(fields) = metrics else { return };
    for (group, members) in GROUPS {
        if !kept.iter().any(|kept| kept == group) {
            for member in members {
                fields.remove(*member);
            }
        }
    }
}

/// How old data proven until `proven` are, in whole minutes; null before anything is proven.
pub fn age_minutes(proven: Option<Timestamp>, now: Timestamp) -> Value {
    proven.map_or(Value::Null, |proven| now.duration_since(proven).as_mins().max(0).into())
}

fn is_stale(figures: &Figures, now: Timestamp, stale_after: SignedDuration) -> bool {
    figures.proven_until.is_none_or(|proven| now.duration_since(proven) >= stale_after)
}

fn summary(
    clinic: &Clinic,
    range: Range,
    figures: &Figures,
    now: Timestamp,
    stale_after: SignedDuration,
) -> Value {
    let practice = figures.practice.clone().unwrap_or_else(|| Practice::unknown(range));
    let mut summary = json!({
        "organization_id": clinic.name,
        "last_sync_time": stamp_or_null(figures.last_sync_at),
        "stale": !practice.is_known() || is_stale(figures, now, stale_after),
        "generated_at": stamp(now),
    });
    set(&mut summary, practice.summary(figures.last_sync_at.is_some()));
    summary
}

/// A run under way, as dashboards know it.
pub fn progress(clinic: &Clinic, sync: &CurrentSync, now: Timestamp) -> Value {
    let percent = match sync.backfill {
        Some((done, total)) if total > 0 => (done as f64 / total as f64 * 100.0).clamp(0.0, 100.0),
        _ => 0.0,
    };
    let operation = match sync.backfill {
        Some((done, total)) => format!("{done} of {total} records read"),
        None => format!("{} records received", sync.processed),
    };
    json!({
        "sync_id": sync.sync_id.to_string(),
        "organization_id": clinic.name,
        "status": "running",
        "phase": "storing",
        "progress_percentage": (percent * 10.0).round() / 10.0,
        "current_step": "storing",
        "current_operation": operation,
        "total_steps": 8,
        "current_step_number": 8,
        "completed_steps": 7,
        "records_processed": sync.processed,
        "records_total": sync.backfill.map(|(_, total)| total),
        "patients_found": 0,
        "appointments_found": 0,
        "active_patients_identified": 0,
        "active_patients_stored": 0,
        "started_at": stamp(sync.started_at),
        "completed_at": null,
        "estimated_completion": null,
        "errors": [],
        "last_updated": stamp(now),
    })
}

/// When a figure next changes although nothing happens: at midnight the days move on; a visit begins, is over, or is recent
/// no more; some time after the last proof the figures are stale.
pub fn next_change(
    clinic: &Clinic,
    figures: &Figures,
    now: Timestamp,
    stale_after: SignedDuration,
) -> Option<Timestamp> {
    let midnight = clinic
        .today(now)
        .tomorrow()
        .ok()
        .and_then(|day| day.to_zoned(clinic.zone()).ok())
        .map(|start| start.timestamp());
    let stale = figures
        .proven_until
        .and_then(|proven| proven.checked_add(stale_after).ok())
        .filter(|stale| *stale > now);
    let visit = figures.practice.as_ref().and_then(|practice| practice.next_at);
    [midnight, stale, visit].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::patch::differ;

    const STALE: SignedDuration = SignedDuration::from_mins(2);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn clinic() -> Clinic {
        Clinic { name: "org_HarbourPhysio".to_owned(), timezone: "Australia/Perth".to_owned() }
    }

    fn shown(figures: &Figures, now: Timestamp) -> Value {
        let clinic = clinic();
        let range = Period::Week.ending(clinic.today(now));
        document(&clinic, range, figures, Number::default(), now, STALE)
    }

    #[test]
    fn days_are_the_practices_own_and_every_one_is_there() {
        let now = at("2031-03-04T17:00:00Z");
        let figures = Figures { days: vec![("2031-03-05".parse().unwrap(), 3, 2)], ..Figures::default() };
        let shown = shown(&figures, now);
        let metrics = &shown["metrics"];
        assert_eq!(metrics["endDate"], "2031-03-05", "it is tomorrow in Perth already");
        assert_eq!(metrics["startDate"], "2031-02-27");
        let trends = metrics["chat"]["trends"].as_array().unwrap();
        assert_eq!(trends.len(), 7);
        assert_eq!(trends[6], json!({ "date": "2031-03-05", "incoming": 3, "outgoing": 2 }));
        assert_eq!(trends[0]["incoming"], 0, "a day without messages is a zero");
    }

    #[test]
    fn what_is_not_known_is_not_made_up() {
        let now = at("2031-03-04T05:00:00Z");
        let unknown = shown(&Figures::default(), now);
        assert_eq!(unknown["metrics"]["lastUpdated"], Value::Null);
        assert_eq!(unknown["metrics"]["dataAgeMinutes"], Value::Null);
        assert_eq!(unknown["metrics"]["chat"]["stale"], true);
        assert_eq!(unknown["metrics"]["stale"], true, "nobody has told of any appointment");
        let proven = Figures { proven_until: Some(at("2031-03-04T04:58:30Z")), ..Figures::default() };
        assert_eq!(shown(&proven, now)["metrics"]["chat"]["stale"], false);
        assert_eq!(shown(&proven, now)["metrics"]["dataAgeMinutes"], 1);
        let next = next_change(&clinic(), &proven, now, STALE);
        assert_eq!(next, Some(at("2031-03-04T05:00:30Z")), "the clock makes it stale");
        let then = next.unwrap();
        assert_eq!(shown(&proven, then)["metrics"]["chat"]["stale"], true);
        assert_eq!(
            next_change(&clinic(), &proven, then, STALE),
            Some(at("2031-03-04T16:00:00Z")),
            "midnight"
        );
    }

    #[test]
    fn the_passing_of_time_is_no_change_but_midnight_is() {
        let figures = Figures { proven_until: Some(at("2031-03-04T15:58:00Z")), ..Figures::default() };
        let (before, after) =
            (shown(&figures, at("2031-03-04T15:58:10Z")), shown(&figures, at("2031-03-04T15:59:50Z")));
        assert_ne!(before, after, "it is older");
        assert!(!differ(&before, &after));
        assert!(differ(&before, &shown(&figures, at("2031-03-04T16:00:00Z"))));
    }
}
