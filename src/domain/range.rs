//! Which days figures are shown for, in the practice's own calendar.

use jiff::{SignedDuration, civil::Date};

/// Which days a document speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// `week` or `month`; what was asked for, also where the days were given.
    pub period: Period,
    /// The first day.
    pub first: Date,
    /// The last day, included.
    pub last: Date,
}

/// The usual ranges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Period {
    /// The seven days that end today.
    #[default]
    Week,
    /// The thirty days that end today.
    Month,
}

impl Period {
    /// The period of this name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "week" => Some(Self::Week),
            "month" => Some(Self::Month),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The period that ends on this day.
    pub fn ending(self, last: Date) -> Range {
        let days = match self {
            Self::Week => 6,
            Self::Month => 29,
        };
        let first = last.checked_sub(SignedDuration::from_hours(24 * days)).unwrap_or(last);
        Range { period: self, first, last }
    }
}

impl Range {
    /// Its days, ascending.
    pub fn days(self) -> Vec<Date> {
        let mut days = Vec::new();
        let mut day = self.first;
        while day <= self.last {
            days.push(day);
            let Ok(next) = day.tomorrow() else { break };
            day = next;
        }
        days
    }
}
