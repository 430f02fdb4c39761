//! Which classes, appointments and attendees the last listing showed, so that the next one tells what is missing.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

const DAY: i64 = 86_400;

/// Ids and the day on which each begins, kept short: differences of ids and days in base 36, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(super) struct Known(BTreeMap<u64, i64>);

impl Known {
    /// Adds an id.
    pub(super) fn add(&mut self, id: u64, starts_at: Timestamp) {
        self.0.insert(id, starts_at.as_second().div_euclid(DAY));
    }

    pub(super) fn has(&self, id: u64) -> bool {
        self.0.contains_key(&id)
    }

    /// Those that another did not show, as far as it reaches: those on its edges may have left it by themselves.
    pub(super) fn missing(&self, shown: &Self, (from, before): (Timestamp, Timestamp)) -> Self {
        let day = |at: Timestamp| at.as_second().div_euclid(DAY);
        let within = |on: i64| on > day(from) && on < day(before) - 1;
        let missing = self.0.iter().filter(|(id, on)| within(**on) && !shown.has(**id));
        Self(missing.map(|(id, on)| (*id, *on)).collect())
    }

    /// Those that both have.
    pub(super) fn both(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|(id, _)| other.has(**id)).map(|(id, on)| (*id, *on)).collect())
    }

    pub(super) fn without(mut self, other: &Self) -> Self {
        self.0.retain(|id, _| !other.has(*id));
        self
    }

    pub(super) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = u64> {
        self.0.keys().copied()
    }
}

impl From<String> for Known {
    fn from(text: String) -> Self {
        let read = |(last, day): &mut (u64, i64), step: &str| {
            let (id, on) = step.split_once(':')?;
            *last = last.checked_add(u64::from_str_radix(id, 36).ok()?)?;
            *day = day.checked_add(i64::from_str_radix(on, 36).ok()?)?;
            Some((*last, *day))
        };
        let mut at = (0, 0);
        Self(text.split(' ').map_while(|step| read(&mut at, step)).collect())
    }
}

impl From<Known> for String {
    fn from(known: Known) -> Self {
        let (mut last, mut day) = (0, 0);
        let mut steps = Vec::with_capacity(known.0.len());
        for (id, on) in known.0 {
            steps.push(format!("{}:{}", base36(i128::from(id - last)), base36(i128::from(on - day))));
            (last, day) = (id, on);
        }
        steps.join(" ")
    }
}

fn base36(number: i128) -> String {
    let mut digits = Vec::new();
    let mut rest = number.unsigned_abs();
    loop {
        digits.extend(u32::try_from(rest % 36).ok().and_then(|digit| char::from_digit(digit, 36)));
        rest /= 36;
        if rest == 0 {
            break;
        }
    }
    digits.extend((number < 0).then_some('-'));
    digits.into_iter().rev().collect()
}

/// What is kept with the appointments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// What the last complete listing showed.
    pub(super) sessions: Known,
    pub(super) reservations: Known,
    pub(super) attendees: Known,
    /// What the listing under way has shown.
    pub(super) shown: Shown,
    /// What the last complete one missed for the first time.
    pub(super) missed: Shown,
    /// When the listing under way began.
    pub(super) began: Option<Timestamp>,
    /// When the last complete one began: everything up to then is read by the end of the next one.
    pub(super) listed: Option<Timestamp>,
    /// When the last one began for which all bookings were wanted.
    pub(super) whole: Option<Timestamp>,
    /// Counts listings.
    pub(super) number: u64,
}

/// Reservations and attendees; classes are asked for by their ids.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Shown {
    pub(super) sessions: Known,
    pub(super) reservations: Known,
    pub(super) attendees: Known,
}

/// What a complete listing comes to.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Ended {
    /// Classes to be asked for.
    pub(super) doubted: Vec<u64>,
    /// Missed twice.
    pub(super) gone_reservations: Vec<u64>,
    pub(super) gone_attendees: Vec<u64>,
}

impl Kept {
    /// The listing under way is over. One that fell short tells nothing of what is missing.
    pub(super) fn end(&mut self, reach: (Timestamp, Timestamp), whole: bool) -> Ended {
        let shown = std::mem::take(&mut self.shown);
        let mut ended = Ended::default();
        if whole {
            ended.doubted = self.sessions.missing(&shown.sessions, reach).ids().collect();
            let twice = |known: &mut Known, missed: &mut Known, shown: Known| {
                let missing = known.missing(&shown, reach);
                let gone = missing.both(missed);
                let first = missing.without(&gone);
                *known = shown;
                // It stays known until it is missed again.
                known.join(first.clone());
                *missed = first;
                gone.ids().collect()
            };
            ended.gone_reservations =
                twice(&mut self.reservations, &mut self.missed.reservations, shown.reservations);
            ended.gone_attendees = twice(&mut self.attendees, &mut self.missed.attendees, shown.attendees);
            self.sessions = shown.sessions;
        } else {
            self.sessions.join(shown.sessions);
            self.reservations.join(shown.reservations);
            self.attendees.join(shown.attendees);
        }
        self.listed = self.began.take().or(self.listed);
        self.number = self.number.wrapping_add(1);
        ended
    }
}

/// From when to when a listing reaches.
pub(super) fn reach(began: Timestamp, back: SignedDuration, ahead: SignedDuration) -> (Timestamp, Timestamp) {
    (
        began.saturating_sub(back).unwrap_or(Timestamp::MIN),
        began.saturating_add(ahead).unwrap_or(Timestamp::MAX),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * DAY + 3600).unwrap()
    }

    #[test]
    fn ids_are_kept_short_and_found_again() {
        let mut known = Known::default();
        for (id, day) in [(7, 20_600), (900_123, 20_590), (900_124, 20_700), (u64::MAX, 1)] {
            known.add(id, at(day));
        }
        let text = serde_json::to_value(&known).unwrap();
        assert_eq!(serde_json::from_value::<Known>(text.clone()).unwrap(), known, "{text}");
        for broken in ["", "?", "1", "zzzzzzzzzzzzzzzzzz:1", "1:1 1:z1z1z1z1z1z1z1z1"] {
            assert!(serde_json::from_value::<Known>(broken.into()).unwrap().0.len() <= 1, "{broken}");
        }
    }

    #[test]
    fn what_is_missed_twice_in_a_row_is_gone_and_what_left_the_reach_is_not() {
        let mut kept = Kept::default();
        let show = |kept: &mut Kept, ids: &[(u64, i64)]| {
            for (id, day) in ids {
                kept.shown.reservations.add(*id, at(*day));
                kept.shown.sessions.add(*id, at(*day));
            }
        };
        let reach = (at(100), at(200));
        show(&mut kept, &[(1, 150), (2, 150), (3, 100), (4, 199)]);
        assert_eq!(kept.end(reach, true), Ended::default());
        show(&mut kept, &[(1, 150)]);
        let ended = kept.end(reach, true);
        assert_eq!((ended.doubted, ended.gone_reservations), (vec![2], vec![]), "once is no proof");
        assert_eq!(kept.end(reach, false), Ended::default(), "nor is a listing that fell short");
        show(&mut kept, &[(1, 150), (2, 150)]);
        assert_eq!(kept.end(reach, true), Ended::default(), "it was only late");
        for gone in [vec![], vec![2]] {
            show(&mut kept, &[(1, 150)]);
            assert_eq!(kept.end(reach, true).gone_reservations, gone);
        }
    }
}
