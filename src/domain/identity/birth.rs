//! Days of birth: as told, as mistyped, and the ones that stand for "not known".

use jiff::civil::{Date, date};

/// How two days of birth stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Births {
    /// One of them is not told.
    Untold,
    /// The same day.
    Same,
    /// One digit is another, or day and month changed places: a slip, perhaps.
    Near,
    /// Two days.
    Different,
}

/// The day when it can be one: forms that must be filled in know placeholders, and nobody is born before 1890.
pub fn plausible(day: Option<Date>) -> Option<Date> {
    const PLACEHOLDERS: [Date; 3] = [date(1900, 1, 1), date(1970, 1, 1), date(2000, 1, 1)];
    day.filter(|day| day.year() >= 1890 && !PLACEHOLDERS.contains(day))
}

/// Full years from a day of birth until `today`.
pub fn age(born: Date, today: Date) -> i16 {
    let before = (today.month(), today.day()) < (born.month(), born.day());
    today.year() - born.year() - i16::from(before)
}

/// Compares two days of birth.
pub fn compare(one: Option<Date>, other: Option<Date>) -> Births {
    let (Some(one), Some(other)) = (one, other) else { return Births::Untold };
    if one == other {
        return Births::Same;
    }
    let swapped = one.year() == other.year()
        && i16::from(one.month()) == i16::from(other.day())
        && i16::from(one.day()) == i16::from(other.month());
    let (one, other) = (one.to_string(), other.to_string());
    let digits = one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
    if swapped || digits == 1 { Births::Near } else { Births::Different }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_near_and_other_days_are_not() {
        let day = |text: &str| Some(text.parse().unwrap());
        for (one, other, expected) in [
            (day("1987-05-14"), day("1987-05-14"), Births::Same),
            (day("1987-05-04"), day("1987-04-05"), Births::Near),
            (day("1987-05-14"), day("1987-05-15"), Births::Near),
            (day("1987-05-14"), day("1988-06-14"), Births::Different),
            (day("1987-05-14"), None, Births::Untold),
        ] {
            assert_eq!(compare(one, other), expected, "{one:?} {other:?}");
            assert_eq!(compare(other, one), expected);
        }
        assert_eq!(plausible(day("1900-01-01")), None);
        assert_eq!(plausible(day("1987-05-14")), day("1987-05-14"));
    }
}
