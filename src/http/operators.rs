//! Who may operate: the token of the admin API, and sessions of the page, begun by the token or by a link that works
//! once. Secrets are kept as digests only, in memory: a restart signs everybody out.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rand::RngCore;
use routiq_actors::clock::Clock;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::config::security::OperatorToken;

/// How long a session lasts.
pub(super) const SESSION: SignedDuration = SignedDuration::from_hours(8);
/// The longest that a sign-in link may wait to be used.
const LONGEST_LINK: Duration = Duration::from_secs(24 * 3600);
/// Sessions and links at once; the oldest give way.
const MOST: usize = 1000;
/// Failed attempts of one address within [`WINDOW`] before it must wait.
pub(super) const ATTEMPTS: u32 = 20;
/// How long failed attempts count.
pub(super) const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// Addresses whose failed attempts are counted at once.
const MOST_ADDRESSES: usize = 10_000;

type Key = [u8; 32];

/// The operators.
pub struct Operators {
    token: Option<OperatorToken>,
    clock: Clock,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    /// By the secret's digest, with when each ends.
    sessions: HashMap<Key, Timestamp>,
    links: HashMap<Key, Timestamp>,
    /// When the count began, and the count.
    failures: HashMap<IpAddr, (Timestamp, u32)>,
}

/// A session of the page.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// What each of its forms must carry.
    pub csrf: String,
    /// When it ends.
    pub until: Timestamp,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Session {
    /// Whether a form carries this session's word, in constant time.
    pub fn vouches_for(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

impl fmt::Debug for Operators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operators").field("token", &self.token.is_some()).finish_non_exhaustive()
    }
}

impl Operators {
    /// Operators who know `token`; without one only links let anybody in.
    pub fn new(token: Option<OperatorToken>, clock: Clock) -> Self {
        Self { token, clock, book: Mutex::default() }
    }

    /// Whether there is a token to sign in with.
    pub fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// The path and query of a link that signs its first user in, within `ttl`.
    pub fn sign_in_link(&self, ttl: Duration) -> String {
        let (secret, now) = (secret(), self.clock.now());
        let ttl = SignedDuration::try_from(ttl.min(LONGEST_LINK)).unwrap_or_default();
        put(&mut self.book().links, key(&secret), later(now, ttl), now);
        format!("/?sign_in={secret}")
    }

    /// Whether `authorization` carries the operators' token.
    pub fn may(&self, authorization: Option<&str>) -> bool {
        let given = authorization.and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
        });
        match (&self.token, given) {
            (Some(token), Some(given)) => token.matches(given),
            _ => false,
        }
    }

    /// Begins a session for who knows the token; answers the session's secret.
    pub fn sign_in(&self, token: &str) -> Option<String> {
        let known = self.token.as_ref().is_some_and(|known| known.matches(token));
        known.then(|| self.begin())
    }

    /// Begins a session for who comes by a link; the link is spent.
    pub fn redeem(&self, link: &str) -> Option<String> {
        let until = self.book().links.remove(&key(link))?;
        (until > self.clock.now()).then(|| self.begin())
    }

    fn begin(&self) -> String {
        let (secret, now) = (secret(), self.clock.now());
        put(&mut self.book().sessions, key(&secret), later(now, SESSION), now);
        secret
    }

    /// The session of `secret`, while it lasts.
    pub fn session(&self, secret: &str) -> Option<Session> {
        let until = *self.book().sessions.get(&key(secret))?;
        // What forms carry tells nothing about the secret.
        let csrf = hex(&Sha256::new().chain_update(b"form of ").chain_update(secret).finalize());
        (until > self.clock.now()).then_some(Session { csrf, until })
    }

    /// Ends a session.
    pub fn sign_out(&self, secret: &str) {
        self.book().sessions.remove(&key(secret));
    }

    /// How long an address must wait after too many failed attempts.
    pub fn must_wait(&self, address: IpAddr) -> Option<Duration> {
        let now = self.clock.now();
        let (since, count) = *self.book().failures.get(&neighbourhood(address))?;
        let left = WINDOW.saturating_sub(now.duration_since(since));
        (count >= ATTEMPTS && left.is_positive()).then(|| left.unsigned_abs())
    }

    /// Counts a failed attempt.
    pub fn failed(&self, address: IpAddr) {
        let now = self.clock.now();
        let mut book = self.book();
        if book.failures.len() >= MOST_ADDRESSES {
            book.failures.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
        }
        if book.failures.len() >= MOST_ADDRESSES {
            return;
        }
        let (since, count) = book.failures.entry(neighbourhood(address)).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 256 bits that nobody can foretell: never from a seed.
fn secret() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    hex(&bytes)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn key(secret: &str) -> Key {
    Sha256::digest(secret).into()
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn put(map: &mut HashMap<Key, Timestamp>, key: Key, until: Timestamp, now: Timestamp) {
    if map.len() >= MOST {
        map.retain(|_, until| *until > now);
    }
    if map.len() >= MOST
        && let Some(oldest) = map.iter().min_by_key(|(_, until)| **until).map(|(key, _)| *key)
    {
        map.remove(&oldest);
    }
    map.insert(key, until);
}

/// Whoever has one IPv6 address has a whole network of them.
pub(super) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "a-token-of-twenty-four-letters";

    fn operators() -> Operators {
        let clock = Clock::starting_at("2031-03-04T05:06:07Z".parse().unwrap());
        Operators::new(Some(OperatorToken::of(TOKEN)), clock)
    }

    fn link(operators: &Operators, ttl: Duration) -> String {
        operators.sign_in_link(ttl).strip_prefix("/?sign_in=").unwrap().to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_works_once_and_not_for_ever() {
        let operators = operators();
        let first = link(&operators, Duration::from_secs(600));
        assert_eq!(first.len(), 64);
        let secret = operators.redeem(&first).unwrap();
        assert!(operators.session(&secret).is_some());
        assert_eq!(operators.redeem(&first), None, "spent");
        let second = link(&operators, Duration::from_secs(600));
        tokio::time::advance(Duration::from_secs(601)).await;
        assert_eq!(operators.redeem(&second), None, "expired");
        assert_eq!(operators.redeem("made up"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_by_time_and_by_wish() {
        let operators = operators();
        let (one, two) = (operators.sign_in(TOKEN).unwrap(), operators.sign_in(TOKEN).unwrap());
        assert_ne!(one, two);
        let session = operators.session(&one).unwrap();
        assert!(session.vouches_for(&session.csrf.clone()));
        assert!(!session.vouches_for(&operators.session(&two).unwrap().csrf));
        assert!(!session.csrf.contains(&one) && !one.contains(&session.csrf));
        operators.sign_out(&two);
        assert_eq!(operators.session(&two), None);
        tokio::time::advance(SESSION.unsigned_abs() + Duration::from_secs(1)).await;
        assert_eq!(operators.session(&one), None);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_token_opens() {
        let operators = operators();
        assert!(
            operators.may(Some(&format!("Bearer {TOKEN}")))
                && operators.may(Some(&format!("bearer {TOKEN}")))
        );
        for wrong in [None, Some(TOKEN), Some("Bearer "), Some("Bearer null"), Some("Basic YQ==")] {
            assert!(!operators.may(wrong), "{wrong:?}");
        }
        assert_eq!(operators.sign_in("null"), None);
        let closed = Operators::new(None, Clock::system());
        assert!(!closed.may(Some("Bearer ")) && closed.sign_in("").is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn guessing_has_an_end_for_one_address_alone() {
        let operators = operators();
        let guesser: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..ATTEMPTS {
            assert_eq!(operators.must_wait(guesser), None);
            operators.failed(guesser);
        }
        assert!(operators.must_wait(guesser).is_some());
        assert!(operators.must_wait("2001:db8::2".parse().unwrap()).is_some(), "the same network");
        assert_eq!(operators.must_wait("2001:db8:0:1::1".parse().unwrap()), None);
        tokio::time::advance(WINDOW.unsigned_abs()).await;
        assert_eq!(operators.must_wait(guesser), None);
        operators.failed(guesser);
        assert_eq!(operators.must_wait(guesser), None, "the count begins anew");
    }

    #[tokio::test(start_paused = true)]
    async fn sessions_are_bounded_and_the_oldest_give_way() {
        let operators = operators();
        let first = operators.sign_in(TOKEN).unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        let second = operators.sign_in(TOKEN).unwrap();
        for _ in 0..MOST - 1 {
            operators.sign_in(TOKEN).unwrap();
        }
        assert_eq!(operators.book().sessions.len(), MOST);
        assert!(operators.session(&first).is_none() && operators.session(&second).is_some());
    }
}
