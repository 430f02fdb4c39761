//! How much anybody may ask of us: one bucket for each user of each organization and kind of request, one for each
//! organization, one for each address without a session. A bucket fills evenly and holds what its time allows.
//!
//! Memory is bounded: a bucket that is full again is forgotten, and when there are too many others, newcomers share one.
//! Each daemon counts for itself.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

use super::{
    Context,
    errors::{ApiError, Code},
    operators::neighbourhood,
};
use crate::config::api::ApiConfig;

/// Buckets at once.
const MOST: usize = 50_000;
/// How often full ones are looked for when there are too many, in microseconds.
const SWEEP: i64 = 1_000_000;

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In how long.
    pub per: Duration,
}

impl Rate {
    /// So many a minute.
    pub const fn a_minute(count: u32) -> Self {
        Self { count, per: Duration::from_secs(60) }
    }
}

/// What everybody may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Reading, for one user of one organization.
    pub reads: Rate,
    /// Changing, for one user of one organization.
    pub writes: Rate,
    /// Everything, for one organization.
    pub organization: Rate,
    /// Everything, for one address without a good session.
    pub strangers: Rate,
}

impl Rates {
    pub(super) fn of(config: &ApiConfig) -> Self {
        Self {
            reads: Rate::a_minute(config.reads_per_minute),
            writes: Rate::a_minute(config.writes_per_minute),
            organization: Rate::a_minute(config.rate_limit_per_minute),
            strangers: Rate::a_minute(config.strangers_per_minute),
        }
    }

    fn rate(&self, key: &Key) -> Rate {
        match key {
            Key::User(Class::Write, ..) => self.writes,
            Key::User(..) => self.reads,
            Key::Organization(_) => self.organization,
            Key::Stranger(_) | Key::Crowd => self.strangers,
        }
    }
}

/// What kind of request a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// Not counted.
    Free,
    /// Reads.
    Read,
    /// Changes something.
    Write,
}

/// Whose bucket.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A user's, in an organization; nil outside of all.
    User(Class, String, Uuid),
    /// An organization's.
    Organization(Uuid),
    /// An address's, or a network's that one customer usually has.
    Stranger(IpAddr),
    /// Everybody's for whom there is no room.
    Crowd,
}

impl Key {
    pub(super) fn stranger(address: IpAddr) -> Self {
        Self::Stranger(neighbourhood(address))
    }
}

/// How it stands after a request: of several buckets the emptiest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    limit: u32,
    remaining: u32,
    /// When the bucket is full again, in seconds since 1970.
    reset: i64,
}

impl Allowance {
    /// Tells the client.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let told = [
            ("x-ratelimit-limit", i64::from(self.limit)),
            ("x-ratelimit-remaining", i64::from(self.remaining)),
            ("x-ratelimit-reset", self.reset),
        ];
        for (name, value) in told {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

/// Every bucket there is.
#[derive(Default)]
pub(super) struct Quotas(Mutex<Book>);

#[derive(Default)]
struct Book {
    /// When each bucket is full again, in microseconds since 1970.
    full_at: HashMap<Key, i64>,
    swept: i64,
}

/// A bucket before and after one request.
struct Drawn {
    key: Key,
    full_at: i64,
    allowance: Allowance,
    /// How long until there is room, when there is none.
    wait: Option<Duration>,
}

impl Quotas {
    /// Draws one request from every bucket, or from none when one of them is empty.
    fn take(&self, keys: &[Key], rates: &Rates, now: Timestamp) -> (Option<Allowance>, Option<Duration>) {
        let now = now.as_microsecond();
        let mut book = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let drawn: Vec<Drawn> = keys.iter().map(|key| book.draw(key, rates, now)).collect();
        if let Some(empty) = drawn.iter().filter(|drawn| drawn.wait.is_some()).max_by_key(|drawn| drawn.wait)
        {
            return (Some(empty.allowance), empty.wait);
        }
        let tightest = drawn.iter().map(|drawn| drawn.allowance).min_by_key(|allowance| allowance.remaining);
        for Drawn { key, full_at, .. } in drawn {
            book.full_at.insert(key, full_at);
        }
        (tightest, None)
    }
}

impl Book {
    fn draw(&mut self, key: &Key, rates: &Rates, now: i64) -> Drawn {
        let rate = rates.rate(key);
        let key = if self.has_room_for(key, now) { key.clone() } else { Key::Crowd };
        let per = i64::try_from(rate.per.as_micros()).unwrap_or(i64::MAX);
        let each = (per / i64::from(rate.count.max(1))).max(1);
        // A clock that went back, or a rate that became smaller, must not shut anybody out for longer than the time.
        let before = self.full_at.get(&key).map_or(now, |at| (*at).clamp(now, now.saturating_add(per)));
        let after = before.saturating_add(each);
        let missing = after - now;
        let (full_at, wait) = if missing <= per {
            (after, None)
        } else {
            (before, Some(Duration::from_micros((missing - per).unsigned_abs())))
        };
        let remaining = if wait.is_some() { 0 } else { (per - missing) / each };
        let allowance = Allowance {
            limit: rate.count,
            remaining: u32::try_from(remaining).unwrap_or(0).min(rate.count),
            reset: full_at.saturating_add(999_999) / 1_000_000,
        };
        Drawn { key, full_at, allowance, wait }
    }

    fn has_room_for(&mut self, key: &Key, now: i64) -> bool {
        if self.full_at.len() < MOST || self.full_at.contains_key(key) {
            return true;
        }
        if (now - self.swept).abs() >= SWEEP {
            self.swept = now;
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        self.full_at.len() < MOST
    }
}

/// Counts a request, and says how it stands.
///
/// # Errors
/// 429 when one of the buckets is empty.
pub(super) fn take(
    context: &Context,
    keys: &[Key],
    now: Timestamp,
    allowance: &mut Option<Allowance>,
) -> Result<(), ApiError> {
    let rates = context.settings.get().rates;
    let (standing, wait) = context.quotas().take(keys, &rates, now);
    *allowance = standing;
    match (standing, wait) {
        (Some(standing), Some(wait)) => Err(too_many(standing.limit, now, wait)),
        _ => Ok(()),
    }
}

/// The answer to too many requests.
pub(super) fn too_many(limit: u32, now: Timestamp, pause: Duration) -> ApiError {
    let seconds = i64::try_from(pause.as_secs_f64().ceil().max(1.0) as u64).unwrap_or(i64::MAX);
    ApiError::from(Code::RateLimited).after(pause).beside(
        "rate_limit",
        json!({
            "limit": limit,
            "remaining": 0,
            "reset_time": now.as_second().saturating_add(seconds),
            "retry_after": seconds,
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: Rates = Rates {
        reads: Rate::a_minute(60),
        writes: Rate::a_minute(2),
        organization: Rate::a_minute(70),
        strangers: Rate::a_minute(3),
    };

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_900_000_000_000 + millis).unwrap()
    }

    fn user(class: Class, name: &str) -> Key {
        Key::User(class, name.to_owned(), Uuid::nil())
    }

    /// How many of so many requests are let through.
    fn passed(quotas: &Quotas, keys: &[Key], now: Timestamp, tries: usize) -> usize {
        (0..tries).filter(|_| quotas.take(keys, &RATES, now).1.is_none()).count()
    }

    #[test]
    fn a_bucket_gives_what_it_holds_and_fills_evenly() {
        let quotas = Quotas::default();
        let keys = [user(Class::Read, "a")];
        let (allowance, _) = quotas.take(&keys, &RATES, at(0));
        assert_eq!(allowance.unwrap(), Allowance { limit: 60, remaining: 59, reset: 1_900_000_001 });
        assert_eq!(passed(&quotas, &keys, at(0), 100), 59);
        let (allowance, wait) = quotas.take(&keys, &RATES, at(0));
        assert_eq!((allowance.unwrap().remaining, wait), (0, Some(Duration::from_secs(1))));
        assert_eq!(passed(&quotas, &keys, at(999), 100), 0);
        assert_eq!(passed(&quotas, &keys, at(5_000), 100), 5);
        assert_eq!(passed(&quotas, &keys, at(3_600_000), 100), 60, "it holds no more than that");
    }

    #[test]
    fn users_kinds_and_organizations_are_counted_apart() {
        let quotas = Quotas::default();
        let organization = Key::Organization(Uuid::nil());
        let of = |class, name| [user(class, name), organization.clone()];
        assert_eq!(passed(&quotas, &of(Class::Write, "a"), at(0), 10), 2);
        assert_eq!(passed(&quotas, &of(Class::Write, "b"), at(0), 10), 2);
        assert_eq!(passed(&quotas, &of(Class::Read, "a"), at(0), 100), 60);
        assert_eq!(passed(&quotas, &of(Class::Read, "b"), at(0), 100), 6, "70 for all of them");
        assert_eq!(
            passed(&quotas, &[user(Class::Read, "b")], at(0), 100),
            54,
            "what was refused was not counted"
        );
    }

    #[test]
    fn a_network_of_one_customer_is_one_stranger() {
        let quotas = Quotas::default();
        let stranger = |text: &str| [Key::stranger(text.parse().unwrap())];
        assert_eq!(passed(&quotas, &stranger("2001:db8::1"), at(0), 10), 3);
        assert_eq!(passed(&quotas, &stranger("2001:db8::2"), at(0), 10), 0);
        assert_eq!(passed(&quotas, &stranger("192.0.2.1"), at(0), 10), 3);
    }

    #[test]
    fn a_clock_that_goes_back_shuts_nobody_out_for_longer() {
        let quotas = Quotas::default();
        let keys = [user(Class::Write, "a")];
        assert_eq!(passed(&quotas, &keys, at(86_400_000), 5), 2);
        let (_, wait) = quotas.take(&keys, &RATES, at(0));
        assert!(wait.unwrap() <= Duration::from_secs(60), "{wait:?}");
    }

    #[test]
    fn memory_is_bounded_and_newcomers_share_a_bucket_then() {
        let quotas = Quotas::default();
        let stranger = |number: u32| [Key::Stranger(IpAddr::from(number.to_be_bytes()))];
        for number in 0..MOST as u32 {
            assert_eq!(passed(&quotas, &stranger(number), at(0), 1), 1);
        }
        let late: usize = (0..10).map(|n| passed(&quotas, &stranger(4_000_000_000 + n), at(1), 1)).sum();
        assert_eq!(late, 3, "newcomers are a crowd");
        assert!(quotas.0.lock().unwrap().full_at.len() <= MOST + 1);
        assert_eq!(
            passed(&quotas, &stranger(4_000_000_000), at(120_000), 5),
            3,
            "the full ones are forgotten"
        );
        assert!(quotas.0.lock().unwrap().full_at.len() < 10);
    }
}
