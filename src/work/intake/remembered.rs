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
/// From this age on one look-up renews an address that is asked for, while everybody is still answered at once; each
/// within the time after it, so that those looked up together do not all wear out together.
const RENEWED_FROM: SignedDuration = SignedDuration::from_secs(10);
const RENEWED_WITHIN: SignedDuration = SignedDuration::from_secs(15);
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

/// An address, when it was looked up, and whether somebody looks it up again.
struct Known {
    address: Arc<Address>,
    at: Timestamp,
    renewed: bool,
}

/// What is remembered of a token.
pub(super) struct Recalled {
    /// Its address; none: it is none.
    pub(super) address: Option<Arc<Address>>,
    /// Whoever asked is to look it up again before it is believed no more. Only one is told so.
    pub(super) wears_out: bool,
}

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

/// The age from which an address is renewed: its own, as far as chance goes.
fn renewed_from(hash: &Hash) -> SignedDuration {
    let share = f64::from(hash[0]) / f64::from(u8::MAX);
    RENEWED_FROM + RENEWED_WITHIN.mul_f64(share)
}

impl Remembered {
    /// What is known of a token; none: it must be looked up.
    pub(super) fn get(&self, hash: &Hash, now: Timestamp) -> Option<Recalled> {
        if let Some(known) = lock(&self.known).get_mut(hash)
            && is_fresh(known.at, now, KNOWN_FOR)
        {
            let wears_out = !known.renewed && now.duration_since(known.at) >= renewed_from(hash);
            known.renewed |= wears_out;
            return Some(Recalled { address: Some(Arc::clone(&known.address)), wears_out });
        }
        let none = lock(&self.unknown).get(hash).is_some_and(|at| is_fresh(*at, now, UNKNOWN_FOR));
        none.then_some(Recalled { address: None, wears_out: false })
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
                    known.insert(hash, Known { address, at: now, renewed: false });
                }
            }
            None => {
                if self.age() == age {
                    lock(&self.known).remove(&hash);
                }
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
    use std::sync::atomic::AtomicBool;

    use serde_json::Value;
    use uuid::Uuid;

    use super::*;
    use crate::platforms::webhook::Endpoint;

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + seconds).unwrap()
    }

    #[test]
    fn what_is_no_address_is_believed_for_a_while_and_in_bounds() {
        let remembered = Remembered::default();
        assert!(remembered.get(&[1; 32], after(0)).is_none());
        remembered.put([1; 32], None, after(0), remembered.age());
        let known = remembered.get(&[1; 32], after(9)).unwrap();
        assert!(known.address.is_none() && !known.wears_out);
        assert!(remembered.get(&[1; 32], after(10)).is_none(), "looked up again");
        assert!(remembered.get(&[1; 32], after(-1)).is_none(), "a clock that went back");
        for number in 0..20_000_u32 {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&number.to_be_bytes());
            remembered.put(hash, None, after(0), remembered.age());
        }
        assert!(lock(&remembered.unknown).len() <= MOST_UNKNOWN);
    }

    fn address(platform: &str) -> Arc<Address> {
        let endpoint = Endpoint { external_id: String::new(), secrets: Vec::new(), settings: Value::Null };
        Arc::new(Address {
            owner: None,
            account_platform: platform.to_owned(),
            platform: platform.to_owned(),
            endpoint,
            retires_at: None,
            well: AtomicBool::new(true),
        })
    }

    #[test]
    fn an_address_in_use_is_renewed_by_one_before_it_is_believed_no_more() {
        let remembered = Remembered::default();
        let put = |hash, seconds| {
            remembered.put(hash, Some(address("chatwoot")), after(seconds), remembered.age());
        };
        let ages: Vec<i64> = (0..=255_u8)
            .map(|first| {
                put([first; 32], 0);
                let wears_out = |age: &i64| remembered.get(&[first; 32], after(*age)).unwrap().wears_out;
                let age = (0..30).find(wears_out).expect("before it is believed no more");
                assert!((age..30).all(|later| !wears_out(&later)), "one is told");
                assert!(remembered.get(&[first; 32], after(30)).is_none(), "it was not looked up again");
                age
            })
            .collect();
        assert_eq!((ages.iter().min(), ages.iter().max()), (Some(&10), Some(&25)), "not all at once");
        put([0; 32], 12);
        assert!(!remembered.get(&[0; 32], after(21)).unwrap().wears_out, "renewed");
        assert!(remembered.get(&[0; 32], after(22)).unwrap().wears_out);
        remembered.put([0; 32], None, after(23), remembered.age());
        assert!(remembered.get(&[0; 32], after(23)).unwrap().address.is_none(), "it is none any more");
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
