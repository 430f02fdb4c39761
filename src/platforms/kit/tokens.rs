//! Access tokens that are good for hours and are got with a credential that is stored. They are kept in memory alone, and a
//! request of their own gets each: the adapter answers an empty page then, and what was planned is planned again.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    domain::fingerprint::Fingerprint,
    platforms::{PlatformError, retry::retry_pauses},
};

/// A token is not used in the last seconds of its life.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// A token that is refused sooner than this after it was got was ended by somebody else.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);
/// Platforms that do not say for how long they want to be left alone count over a minute.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// What is remembered of accounts while the program runs.
#[derive(Default)]
pub(in crate::platforms) struct Tokens(Mutex<HashMap<Uuid, Kept>>);

#[derive(Default)]
struct Kept {
    access: Option<Access>,
    /// How often in a row the platform said "slow down".
    refusals: u32,
}

struct Access {
    token: SecretString,
    of: Fingerprint,
    since: Timestamp,
    until: Timestamp,
    /// Not used yet.
    fresh: bool,
}

impl Tokens {
    fn with<T>(&self, account: Uuid, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default())
    }

    /// A token that was got with this credential (its digest) and still holds, and whether it is used for the first time: a
    /// new one is always tried, whatever life it claims.
    pub(in crate::platforms) fn get(
        &self,
        account: Uuid,
        of: &Fingerprint,
        now: Timestamp,
    ) -> Option<(SecretString, bool)> {
        self.with(account, |kept| {
            let holds = |it: &&mut Access| it.of == *of && (it.fresh || now < it.until);
            let access = kept.access.as_mut().filter(holds)?;
            Some((access.token.clone(), std::mem::take(&mut access.fresh)))
        })
    }

    /// Keeps a token for as long as it lives.
    pub(in crate::platforms) fn keep(
        &self,
        account: Uuid,
        of: Fingerprint,
        (token, life): (SecretString, SignedDuration),
        now: Timestamp,
    ) {
        let until = now.saturating_add(life.saturating_sub(MARGIN)).unwrap_or(now);
        self.with(account, |kept| kept.access = Some(Access { token, of, since: now, until, fresh: true }));
    }

    /// The token is refused.
    pub(in crate::platforms) fn forget(&self, account: Uuid) {
        self.with(account, |kept| kept.access = None);
    }

    /// The same where a new token ends the one before; whether this one had only just been got: another program fights for it.
    pub(in crate::platforms) fn end(&self, account: Uuid, now: Timestamp) -> bool {
        let ended = self.with(account, |kept| kept.access.take());
        ended.is_some_and(|access| now.duration_since(access.since) < YOUNG)
    }

    /// Remembers how a request went, so that pauses grow while the platform says "slow down".
    pub(in crate::platforms) fn note<T>(&self, account: Uuid, outcome: &Result<T, PlatformError>) {
        self.with(account, |kept| match outcome {
            Err(PlatformError::RateLimited { .. }) => kept.refusals = kept.refusals.saturating_add(1),
            Ok(_) => kept.refusals = 0,
            Err(_) => {}
        });
    }

    /// How long to stay away where the platform does not say.
    pub(in crate::platforms) fn pause(&self, account: Uuid, jitter: f64) -> Duration {
        let before = self.with(account, |kept| kept.refusals).min(16);
        let mut pauses = retry_pauses(FIRST_PAUSE, LONGEST_PAUSE, jitter);
        pauses.nth(usize::try_from(before).unwrap_or_default()).unwrap_or(LONGEST_PAUSE)
    }
}
