//! How far behind its source a stream is, honestly: computed from proven source time, never from "the last run".

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// A word for the age of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// At most five minutes behind.
    Live,
    /// At most thirty minutes behind.
    Delayed,
    /// More than thirty minutes behind.
    Stale,
    /// Nothing is proven.
    Unknown,
}

/// Above this age data is no longer live.
pub const LIVE: SignedDuration = SignedDuration::from_mins(5);
/// Above this age data is stale.
pub const DELAYED: SignedDuration = SignedDuration::from_mins(30);

impl Freshness {
    /// Judges the source time up to which a stream is proven complete.
    pub fn of(proven_until: Option<Timestamp>, now: Timestamp) -> Self {
        let Some(proven) = proven_until else { return Self::Unknown };
        let age = now.duration_since(proven);
        if age <= LIVE {
            Self::Live
        } else if age <= DELAYED {
            Self::Delayed
        } else {
            Self::Stale
        }
    }

    /// The word as shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Delayed => "delayed",
            Self::Stale => "stale",
            Self::Unknown => "unknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_belong_to_the_better_word() {
        let now = Timestamp::from_second(1_900_000_000).unwrap();
        let ago = |s: i64| Some(now - SignedDuration::from_secs(s));
        assert_eq!(Freshness::of(None, now), Freshness::Unknown);
        assert_eq!(Freshness::of(ago(300), now), Freshness::Live);
        assert_eq!(Freshness::of(ago(301), now), Freshness::Delayed);
        assert_eq!(Freshness::of(ago(1800), now), Freshness::Delayed);
        assert_eq!(Freshness::of(ago(1801), now), Freshness::Stale);
    }
}
