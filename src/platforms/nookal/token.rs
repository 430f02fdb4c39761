//! Tokens of the newer interface. A new one ends the one before, so each account has one, kept in memory alone.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

/// A token is replaced so long before it ends.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// A token that ends sooner than this after it was given was ended by somebody else.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);

/// A token as it was given.
pub(super) struct Token {
    pub(super) bearer: SecretString,
    pub(super) until: Timestamp,
}

struct Held {
    token: Token,
    /// For which credential it was given.
    key: SecretString,
    since: Timestamp,
}

/// The token of each account.
#[derive(Default)]
pub(super) struct Tokens(Mutex<HashMap<Uuid, Held>>);

impl Tokens {
    fn held(&self) -> MutexGuard<'_, HashMap<Uuid, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that this credential may still use.
    pub(super) fn get(&self, account: Uuid, key: &SecretString, now: Timestamp) -> Option<SecretString> {
        let held = self.held();
        let held = held.get(&account)?;
        let same = held.key.expose_secret() == key.expose_secret();
        // However short it is said to last, it is used for a while: asking without end helps nobody.
        let lasts = held.token.until.duration_since(now) > MARGIN || now.duration_since(held.since) < YOUNG;
        (same && lasts).then(|| held.token.bearer.clone())
    }

    pub(super) fn set(&self, account: Uuid, key: &SecretString, token: Token, now: Timestamp) {
        self.held().insert(account, Held { token, key: key.clone(), since: now });
    }

    /// Forgets a token that is refused; whether it had only just been given.
    pub(super) fn end(&self, account: Uuid, now: Timestamp) -> bool {
        self.held().remove(&account).is_some_and(|held| now.duration_since(held.since) < YOUNG)
    }
}
