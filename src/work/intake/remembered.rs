//! Addresses that were looked up lately, in bounded number, and when accounts were last hinted at.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use routiq_actors::port::SyncKey;

use super::Address;

/// How long an address is believed to be what it was, should the news of a change be lost.
const KNOWN_FOR: SignedDuration = SignedDuration::from_secs(30);
/// How long a token is believed to be none.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_secs(10);
/// Tokens remembered to be none; anybody can send those.
const MOST_UNKNOWN: usize = 4_096;
/// Addresses remembered; only we make those.
const MOST_KNOWN: usize = 65_536;
/// Hints within this time of another say nothing new.
const HINT_EVERY: SignedDuration = SignedDuration::from_secs(5);

/// Of a token.
type Hash = [u8; 32];
/// An address, and when it was looked up.
type Known = (Arc<Address>, Timestamp);

#[derive(Default)]
pub(super) struct Remembered {
    age: AtomicU64,
    known: Mutex<HashMap<Hash, Known>>,
    unknown: Mutex<HashMap<Hash, Timestamp>>,
    hints: Mutex<HashMap<SyncKey, Timestamp>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_fresh(at: Timestamp, now: Timestamp, span: SignedDuration) -> bool {
    // A clock that went back makes nothing last longer.
    (SignedDuration::ZERO..span).contains(&now.duration_since(at))
}

impl Remembered {
    /// What is known of a token; none: it must be looked up.
    pub(super) fn get(&self, hash: &Hash, now: Timestamp) -> Option<Option<Arc<Address>>> {
        if let Some((address, at)) = lock(&self.known).get(hash)
            && is_fresh(*at, now, KNOWN_FOR)
        {
            return Some(Some(Arc::clone(address)));
        }
        let none = lock(&self.unknown).get(hash).is_some_and(|at| is_fresh(*at, now, UNKNOWN_FOR));
        none.then_some(None)
    }

    /// Rises whenever everything is forgotten.
    pub(super) fn age(&self) -> u64 {
        self.age.load(Ordering::Acquire)
    }

    /// Remembers what a look-up brought that began at `age`; not when it may be of before the news.
    pub(super) fn put(&self, hash: Hash, address: Option<Arc<Address>>, now: Timestamp, age: u64) {
        match address {
            Some(address) => {
                let mut known = lock(&self.known);
                if known.len() >= MOST_KNOWN {
                    known.clear();
                }
                if self.age() == age {
                    known.insert(hash, (address, now));
                }
            }
            None => {
                let mut unknown = lock(&self.unknown);
                if unknown.len() >= MOST_UNKNOWN {
                    unknown.retain(|_, at| is_fresh(*at, now, UNKNOWN_FOR));
                }
                if unknown.len() >= MOST_UNKNOWN {
                    unknown.clear();
                }
                if self.age() == age {
                    unknown.insert(hash, now);
                }
            }
        }
    }

    pub(super) fn forget(&self) {
        self.age.fetch_add(1, Ordering::AcqRel);
        lock(&self.known).clear();
        lock(&self.unknown).clear();
    }

    pub(super) fn is_hint_too_soon(&self, key: SyncKey, now: Timestamp) -> bool {
        let mut hints = lock(&self.hints);
        if hints.get(&key).is_some_and(|at| is_fresh(*at, now, HINT_EVERY)) {
            return true;
        }
        hints.retain(|_, at| is_fresh(*at, now, HINT_EVERY));
        hints.insert(key, now);
        false
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + seconds).unwrap()
    }

    #[test]
    fn what_is_no_address_is_believed_for_a_while_and_in_bounds() {
        let remembered = Remembered::default();
        assert!(remembered.get(&[1; 32], after(0)).is_none());
        remembered.put([1; 32], None, after(0), remembered.age());
        assert!(matches!(remembered.get(&[1; 32], after(9)), Some(None)));
        assert!(remembered.get(&[1; 32], after(10)).is_none(), "looked up again");
        assert!(remembered.get(&[1; 32], after(-1)).is_none(), "a clock that went back");
        for number in 0..20_000_u32 {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&number.to_be_bytes());
            remembered.put(hash, None, after(0), remembered.age());
        }
        assert!(lock(&remembered.unknown).len() <= MOST_UNKNOWN);
    }

    #[test]
    fn news_make_everything_be_looked_up_again_also_what_is_being_looked_up() {
        let remembered = Remembered::default();
        let age = remembered.age();
        remembered.put([1; 32], None, after(0), age);
        remembered.forget();
        assert!(remembered.get(&[1; 32], after(0)).is_none());
        remembered.put([1; 32], None, after(0), age);
        assert!(remembered.get(&[1; 32], after(0)).is_none(), "it was looked up before the news");
    }

    #[test]
    fn hints_in_a_row_are_one() {
        let (remembered, key) =
            (Remembered::default(), SyncKey { organization: Uuid::nil(), account: Uuid::nil() });
        assert!(!remembered.is_hint_too_soon(key, after(0)));
        assert!(remembered.is_hint_too_soon(key, after(4)));
        assert!(!remembered.is_hint_too_soon(key, after(5)));
    }
}
