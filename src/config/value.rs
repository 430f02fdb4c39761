//! Kinds of values: durations, sizes, schedules, hosts, addresses.

use std::{fmt, str::FromStr, time::Duration};

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

/// A duration with its unit, such as `250ms`, `60s` or `1h 30m`.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Err("has no unit".to_owned());
    }
    let parsed: SignedDuration = text.parse().map_err(|_| "is not a duration".to_owned())?;
    Duration::try_from(parsed).map_err(|_| "is negative".to_owned())
}

/// A duration as people write it.
pub(crate) fn duration_text(duration: Duration) -> String {
    match SignedDuration::try_from(duration) {
        Ok(duration) => format!("{duration:#}"),
        Err(_) => format!("{duration:?}"),
    }
}

const UNITS: [(&str, u64); 3] = [("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

/// A number of bytes with its unit, such as `64KiB`.
pub(crate) fn parse_size(text: &str) -> Result<u64, String> {
    let (number, unit) = UNITS
        .iter()
        .find_map(|(suffix, unit)| Some((text.strip_suffix(suffix)?, unit)))
        .ok_or_else(|| "has no unit".to_owned())?;
    let number: u64 = number.trim().parse().map_err(|_| "is not a size".to_owned())?;
    number.checked_mul(*unit).ok_or_else(|| "is too large".to_owned())
}

/// A size in its largest whole unit.
pub(crate) fn size_text(bytes: u64) -> String {
    let (suffix, unit) =
        UNITS.iter().find(|(_, unit)| bytes >= *unit && bytes.is_multiple_of(*unit)).unwrap_or(&("B", 1));
    format!("{}{suffix}", bytes / unit)
}

/// When something happens again and again.
#[derive(Clone, Debug)]
pub enum Schedule {
    /// After each such time.
    Every(Duration),
    /// At the minutes a cron line names.
    Cron(Box<Cron>),
}

impl Schedule {
    /// The first time after `now`; a cron line is read in `zone`. A line that never comes true again: none.
    pub fn next_after(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Every(pause) => now.checked_add(*pause).ok(),
            Self::Cron(cron) => {
                let next = cron.find_next_occurrence(&now.to_zoned(zone.clone()), false).ok()?;
                Some(next.timestamp())
            }
        }
    }

    /// The last time at or before `now`; a cron line is read in `zone`. A pause counts from the epoch.
    pub fn last_before(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Every(pause) => {
                let pause = i64::try_from(pause.as_secs()).ok().filter(|seconds| *seconds > 0)?;
                Timestamp::from_second(now.as_second().div_euclid(pause) * pause).ok()
            }
            Self::Cron(cron) => {
                let last = cron.find_previous_occurrence(&now.to_zoned(zone.clone()), true).ok()?;
                Some(last.timestamp())
            }
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(pause) => f.write_str(&duration_text(*pause)),
            Self::Cron(cron) => f.write_str(cron.as_str()),
        }
    }
}

impl FromStr for Schedule {
    type Err = String;

    /// A duration, or a cron line of five fields that comes true again some day.
    fn from_str(text: &str) -> Result<Self, String> {
        if !text.contains([' ', '@', '*']) || parse_duration(text).is_ok() {
            return parse_duration(text).map(Self::Every);
        }
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| format!("is not a cron line: {error}"))?;
        let schedule = Self::Cron(Box::new(cron));
        match schedule.next_after(Timestamp::UNIX_EPOCH, &TimeZone::UTC) {
            Some(_) => Ok(schedule),
            None => Err("is a cron line that never comes true".to_owned()),
        }
    }
}

/// A host name as it stands in a URL, in lower case: no scheme, no port, no wildcard.
pub(crate) fn parse_host(text: &str) -> Result<String, String> {
    let host = text.to_ascii_lowercase();
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    match host.len() <= 253 && host.split('.').all(label) {
        true => Ok(host),
        false => Err("is not a host name".to_owned()),
    }
}

/// An https address with a host.
pub(crate) fn check_https(text: &str) -> Result<(), String> {
    let uri: http::Uri = text.parse().map_err(|_| "is not an address".to_owned())?;
    if uri.scheme_str() != Some("https") {
        return Err("is not an https address".to_owned());
    }
    match uri.host() {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err("names no host".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_knows_its_last_time_in_the_practices_zone() {
        let now: Timestamp = "2031-03-04T05:06:07Z".parse().unwrap();
        let last = |schedule: &str, zone: &str| {
            let zone = TimeZone::get(zone).unwrap();
            schedule.parse::<Schedule>().unwrap().last_before(now, &zone).unwrap().to_string()
        };
        assert_eq!(last("0 * * * *", "UTC"), "2031-03-04T05:00:00Z");
        assert_eq!(last("0 3 * * *", "Australia/Perth"), "2031-03-03T19:00:00Z", "03:00 in Perth");
        assert_eq!(last("30m", "UTC"), "2031-03-04T05:00:00Z");
    }

    #[test]
    fn durations_and_sizes_want_their_unit() {
        assert_eq!(parse_duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_duration("1h 30m"), Ok(Duration::from_secs(5400)));
        assert_eq!(parse_duration("250ms"), Ok(Duration::from_millis(250)));
        for wrong in ["90", "", "-5s", "soon", "5 parsecs"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_size("2MiB"), Ok(2 << 20));
        assert_eq!(size_text(3 << 10), "3KiB");
        assert_eq!(size_text(0), "0B");
        for wrong in ["2", "2MB", "-1KiB", "99999999999999999999B", "18446744073709551615MiB"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_schedule_is_a_duration_or_a_cron_line_in_the_practice_s_zone() {
        let now: Timestamp = "2026-04-04T10:20:00Z".parse().unwrap();
        let sydney = TimeZone::get("Australia/Sydney").unwrap();
        let next = |text: &str, zone: &TimeZone| {
            text.parse::<Schedule>().unwrap().next_after(now, zone).unwrap().to_string()
        };
        assert_eq!(next("6h", &sydney), "2026-04-04T16:20:00Z");
        assert_eq!(next("0 * * * *", &sydney), "2026-04-04T11:00:00Z");
        // Clocks go back at 3:00 that night: 4:00 is standard time.
        assert_eq!(next("0 4 * * *", &sydney), "2026-04-04T18:00:00Z");
        assert_eq!(next("0 4 * * *", &TimeZone::UTC), "2026-04-05T04:00:00Z");
        for wrong in ["60", "* * * *", "61 * * * *", "0 0 31 2 *", "* * * * * *", "hourly", ""] {
            assert!(wrong.parse::<Schedule>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_are_names_alone() {
        assert_eq!(parse_host("Chat.Example.org"), Ok("chat.example.org".to_owned()));
        for wrong in ["https://a.org", "a.org:443", "*.a.org", "a..org", "", "a b"] {
            assert!(parse_host(wrong).is_err(), "{wrong}");
        }
    }
}
