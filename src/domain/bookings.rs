//! Patients and bookings as figures: what is counted of them, and how dashboards read it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::range::Range;

/// How long a visit counts as recent.
pub const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Patients who are not deleted, and their visits that were not called off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patients {
    /// All.
    pub total: i64,
    /// With a visit behind them that is recent, or one before them.
    pub active: i64,
    /// With a visit before them.
    pub with_upcoming: i64,
    /// With a recent visit.
    pub with_recent: i64,
    /// Visits before them.
    pub upcoming_visits: i64,
    /// Recent visits.
    pub recent_visits: i64,
    /// Visits in all.
    pub visits: i64,
    /// Visits in all of those who are active.
    pub visits_of_active: i64,
}

/// Visits of a day that have something in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visits {
    /// A time was taken: not called off in time and not moved elsewhere.
    pub bookings: i64,
    /// Of these, those whose time has come.
    pub begun: i64,
    /// Over, and somebody came.
    pub completed: i64,
    /// Nobody came, or it was called off late.
    pub missed: i64,
    /// Called off in time.
    pub cancelled: i64,
    /// Still to come.
    pub upcoming: i64,
}

impl Visits {
    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.bookings += other.bookings;
        self.begun += other.begun;
        self.completed += other.completed;
        self.missed += other.missed;
        self.cancelled += other.cancelled;
        self.upcoming += other.upcoming;
    }
}

/// What was booked on some days of the practice's own calendar, by when it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
    /// By day; days without any are left out.
    pub days: BTreeMap<Date, Visits>,
    /// Bookings by the hour at which they begin.
    pub hours: BTreeMap<i32, i64>,
    /// Bookings of as many days just before.
    pub before: i64,
    /// Patients who became one on these days.
    pub new_patients: i64,
    /// When the next of these visits begins or is over.
    pub next_at: Option<Timestamp>,
}

impl Booked {
    /// Nothing on these days.
    pub fn none(range: Range) -> Self {
        Self {
            first: range.first,
            last: range.last,
            days: BTreeMap::new(),
            hours: BTreeMap::new(),
            before: 0,
            new_patients: 0,
            next_at: None,
        }
    }

    /// How the day stands.
    pub fn on(&self, day: Date) -> Visits {
        self.days.get(&day).copied().unwrap_or_default()
    }

    /// The fields of `metrics` that hang on the days.
    pub fn fields(&self, range: Range) -> Map<String, Value> {
        let mut all = Visits::default();
        self.days.values().for_each(|visits| all.add(*visits));
        let days = range.days();
        let day = |day: &Date| {
            let Visits { bookings, completed, missed, cancelled, upcoming, .. } = self.on(*day);
            json!({
                "date": day.to_string(), "bookings": bookings, "completed": completed, "missed": missed,
                "cancelled": cancelled, "upcoming": upcoming,
            })
        };
        let mut hours: Vec<(i32, i64)> =
            self.hours.iter().map(|(hour, bookings)| (*hour, *bookings)).collect();
        hours.sort_by_key(|(hour, bookings)| (-bookings, *hour));
        let hour = |(hour, bookings): &(i32, i64)| json!({ "hour": hour, "bookings": bookings, "percentage": percent(*bookings, all.bookings) });
        let change = match (all.bookings, self.before) {
            (0, 0) => 0.0,
            (_, 0) => 100.0,
            (now, before) => percent(now - before, before),
        };
        [
            ("totalBookings", all.bookings.into()),
            ("totalBookingsChange", change.into()),
            ("newPatients", self.new_patients.into()),
            ("dailyAverage", share(all.bookings, i64::try_from(days.len()).unwrap_or(i64::MAX), 1).into()),
            ("missedAppointments", all.missed.into()),
            ("missedAppointmentsPercentage", percent(all.missed, all.begun).into()),
            ("bookingTrends", days.iter().map(day).collect()),
            ("peakHours", hours.iter().map(hour).collect()),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// All that is counted of patients and bookings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// Patients.
    pub patients: Patients,
    /// Visits still to come, also of those who are no patients.
    pub upcoming: i64,
    /// Visits in all, also of those who are no patients.
    pub total: i64,
    /// The usual days.
    pub booked: Booked,
    /// When a figure next changes although nothing happens.
    pub next_at: Option<Timestamp>,
}

impl Practice {
    /// Nothing is known of any.
    pub fn unknown(range: Range) -> Self {
        Self {
            patients: Patients::default(),
            upcoming: 0,
            total: 0,
            booked: Booked::none(range),
            next_at: None,
        }
    }

    /// Whether it was counted for these days and no figure has changed by itself since.
    pub fn holds(&self, range: Range, now: Timestamp) -> bool {
        (self.booked.first, self.booked.last) == (range.first, range.last)
            && self.next_at.is_none_or(|next| next > now)
    }

    /// Whether anybody has told of a patient or a visit.
    pub fn is_known(&self) -> bool {
        self.patients.total > 0 || self.total > 0 || !self.booked.days.is_empty()
    }

    /// The fields of `metrics`, `today` being a day.
    pub fn fields(&self, range: Range, today: Date) -> Map<String, Value> {
        let mut fields = self.booked.fields(range);
        let Visits { bookings, completed, missed, cancelled, upcoming, .. } = self.booked.on(today);
        let now = json!({
            "today": bookings,
            "completedToday": completed,
            "missedToday": missed,
            "cancelledToday": cancelled,
            "upcomingToday": upcoming,
            "upcoming": self.upcoming,
            "total": self.total,
        });
        fields.insert("bookings".to_owned(), now);
        fields.insert("activePatients".to_owned(), self.patients.active.into());
        fields.insert("totalPatients".to_owned(), self.patients.total.into());
        fields
    }

    /// The fields of `summary`; `synced` says whether an account was ever read completely.
    pub fn summary(&self, synced: bool) -> Map<String, Value> {
        let Patients {
            total,
            active,
            with_upcoming,
            with_recent,
            upcoming_visits,
            recent_visits,
            visits,
            visits_of_active,
        } = self.patients;
        // Each row of a patient is one that was read.
        let read = percent(total, total);
        let status = match (total > 0, synced) {
            (true, true) => "Connected",
            (true, false) => "Partial",
            (false, _) => "Not Connected",
        };
        let summary = json!({
            "total_patients": total,
            "active_patients": active,
            "patients_with_upcoming": with_upcoming,
            "patients_with_recent": with_recent,
            "total_upcoming_appointments": upcoming_visits,
            "total_recent_appointments": recent_visits,
            "total_all_appointments": visits,
            "avg_upcoming_per_patient": share(upcoming_visits, active, 2),
            "avg_recent_per_patient": share(recent_visits, active, 2),
            "avg_total_per_patient": share(visits_of_active, active, 2),
            "engagement_rate": percent(active, total),
            "synced_patients": total,
            "sync_percentage": read,
            "integration_status": status,
            "activity_status": if active > 0 { "Active" } else { "Inactive" },
        });
        match summary {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

/// Who is whom, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// People of whom several contacts are known.
    pub connected: i64,
    /// Merges that stand.
    pub merges: i64,
    /// Pairs for somebody to decide.
    pub candidates: i64,
}

impl People {
    /// The field of `metrics`.
    pub fn field(&self) -> Value {
        json!({ "connected": self.connected, "merges": self.merges, "candidates": self.candidates })
    }
}

/// The moments at which days begin: of the first one, and of the one after the last. The days just before, as many, begin
/// at the third.
pub fn edges(range: Range, zone: &TimeZone) -> Option<(Timestamp, Timestamp, Timestamp)> {
    let begins = |day: Date| day.to_zoned(zone.clone()).ok().map(|start| start.timestamp());
    let days = range.last.duration_since(range.first).as_hours() / 24 + 1;
    let earlier = range.first.checked_sub(days.days()).unwrap_or(Date::MIN);
    Some((begins(range.first)?, begins(range.last.tomorrow().ok()?)?, begins(earlier)?))
}

/// Percent with one decimal, 0 of nothing.
fn percent(part: i64, whole: i64) -> f64 {
    share(part.saturating_mul(100), whole, 1)
}

/// Rounded to so many decimals, half away from zero; 0 of nothing.
fn share(part: i64, whole: i64, decimals: i32) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    let scale = 10_f64.powi(decimals);
    (part as f64 * scale / whole as f64).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::range::Period;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn shares_are_rounded_away_from_zero_and_nothing_has_none() {
        assert_eq!([percent(1, 3), percent(2, 3), percent(1, 0)], [33.3, 66.7, 0.0]);
        assert_eq!([share(5, 4, 1), share(-5, 4, 1), share(1, 3, 2)], [1.3, -1.3, 0.33]);
    }

    #[test]
    fn days_without_bookings_are_zeros_and_hours_without_any_are_left_out() {
        let range = Period::Week.ending(day("2031-03-07"));
        let visits = Visits { bookings: 4, begun: 4, completed: 2, missed: 1, cancelled: 3, upcoming: 0 };
        let booked = Booked {
            days: [(day("2031-03-05"), visits)].into(),
            hours: [(9, 1), (15, 1), (11, 2)].into(),
            before: 3,
            ..Booked::none(range)
        };
        let fields = booked.fields(range);
        assert_eq!((&fields["totalBookings"], &fields["dailyAverage"]), (&json!(4), &json!(0.6)));
        assert_eq!(fields["totalBookingsChange"], 33.3);
        assert_eq!(fields["missedAppointmentsPercentage"], 25.0);
        assert_eq!(fields["bookingTrends"].as_array().unwrap().len(), 7);
        assert_eq!(fields["bookingTrends"][4]["cancelled"], 3);
        assert_eq!(fields["bookingTrends"][5]["bookings"], 0);
        let hours: Vec<i64> = fields["peakHours"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hour| hour["hour"].as_i64().unwrap())
            .collect();
        assert_eq!(hours, [11, 9, 15], "the fullest first, then the earliest");
        assert_eq!(fields["peakHours"][0]["percentage"], 50.0);
    }

    #[test]
    fn days_begin_where_the_practice_is() {
        let range = Range { first: day("2031-04-05"), last: day("2031-04-06"), period: Period::Week };
        let zone = TimeZone::get("Australia/Sydney").unwrap();
        let (first, before, earlier) = edges(range, &zone).unwrap();
        let shown = [first, before, earlier].map(|at| at.to_string());
        // The clocks there went back on the sixth.
        assert_eq!(shown, ["2031-04-04T13:00:00Z", "2031-04-06T14:00:00Z", "2031-04-02T13:00:00Z"]);
    }
}
