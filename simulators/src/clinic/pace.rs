//! When something happens in a practice, and what: it depends on the seed alone, not on how often one looks.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::population::busyness;

/// What happens in a practice on an ordinary day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    NewPatient,
    EditPatient,
    Book,
    BookGroup,
    Move,
    Cancel,
    /// Somebody called off comes after all.
    Reinstate,
    Arrive,
    NoShow,
    Invoice,
    Pay,
    ArchivePatient,
    RestorePatient,
    DeleteAppointment,
    Merge,
    /// A record becomes visible some minutes after the time it bears.
    Late,
    /// Many records are changed by one stroke and bear one time.
    Bulk,
}

impl Happening {
    pub(crate) fn draw(dice: &mut ChaCha8Rng) -> Self {
        match dice.random_range(0..1000) {
            0..60 => Self::NewPatient,
            60..160 => Self::EditPatient,
            160..380 => Self::Book,
            380..400 => Self::BookGroup,
            400..500 => Self::Move,
            500..590 => Self::Cancel,
            590..610 => Self::Reinstate,
            610..760 => Self::Arrive,
            760..800 => Self::NoShow,
            800..880 => Self::Invoice,
            880..940 => Self::Pay,
            940..952 => Self::ArchivePatient,
            952..958 => Self::RestorePatient,
            958..968 => Self::DeleteAppointment,
            968..973 => Self::Merge,
            973..993 => Self::Late,
            _ => Self::Bulk,
        }
    }
}

/// A stream of moments, more of them when people are awake.
#[derive(Debug)]
pub(crate) struct Pace {
    zone: TimeZone,
    per_hour: f64,
    dice: ChaCha8Rng,
    /// `None` when nothing ever happens.
    next: Option<Timestamp>,
}

impl Pace {
    pub(crate) fn new(zone: TimeZone, per_hour: f64, dice: ChaCha8Rng, from: Timestamp) -> Self {
        let mut pace = Self { zone, per_hour, dice, next: None };
        pace.plan(from);
        pace
    }

    /// The next moment, if it is not after `to`; the one after it is drawn.
    pub(crate) fn take(&mut self, to: Timestamp) -> Option<Timestamp> {
        let at = self.next.filter(|at| *at <= to)?;
        self.plan(at);
        Some(at)
    }

    pub(crate) fn set(&mut self, per_hour: f64, from: Timestamp) {
        self.per_hour = per_hour;
        self.plan(from);
    }

    /// Draws the moment after `from`, hour by hour, since hours differ.
    fn plan(&mut self, from: Timestamp) {
        self.next = None;
        if self.per_hour <= 0.0 || !self.per_hour.is_finite() {
            return;
        }
        let mut left = -self.dice.random_range(1e-9..1.0_f64).ln();
        let mut at = from;
        // A year without any event is as good as none at all.
        for _ in 0..24 * 365 {
            let rate = self.per_hour * busyness(&self.zone, at) / 3600.0;
            let end = at.as_second() - at.as_second().rem_euclid(3600) + 3600;
            let Ok(end) = Timestamp::from_second(end) else { return };
            let room = end.duration_since(at).as_secs_f64() * rate;
            if left <= room {
                let micros = (left / rate * 1e6) as i64 + 1;
                self.next = at.checked_add(SignedDuration::from_micros(micros)).ok();
                return;
            }
            left -= room;
            at = end;
        }
    }
}
