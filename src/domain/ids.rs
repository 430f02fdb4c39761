//! Where new row ids come from: UUID version 7, so that indexes grow at their end.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rand::{RngCore, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// Whether a text is an organization's id at Clerk: `org_` and 20 to 40 letters or digits.
pub fn is_clerk_organization(text: &str) -> bool {
    text.strip_prefix("org_").is_some_and(|rest| {
        (20..=40).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// A source of row ids. Cloning shares it; a fixed seed makes it repeat itself.
#[derive(Clone, Debug)]
pub struct Ids(Arc<Mutex<StdRng>>);

impl Ids {
    /// Ids that nobody can foretell.
    pub fn random() -> Self {
        Self(Arc::new(Mutex::new(StdRng::from_os_rng())))
    }

    /// The same ids for the same seed and the same times.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// One id for something that came to be at `now`.
    pub fn next(&self, now: Timestamp) -> Uuid {
        self.take(1, now).pop().unwrap_or_default()
    }

    /// `count` ids for things that came to be at `now`.
    pub fn take(&self, count: usize, now: Timestamp) -> Vec<Uuid> {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (0..count)
            .map(|_| {
                let mut bytes = [0; 10];
                rng.fill_bytes(&mut bytes);
                uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_its_ids_and_another_does_not() {
        let now = Timestamp::from_second(1_900_000_000).unwrap();
        let (a, b, c) = (Ids::seeded(7), Ids::seeded(7), Ids::seeded(8));
        let first = a.take(3, now);
        assert_eq!(first, b.take(3, now), "same seed, same ids");
        assert_ne!(first, c.take(3, now), "another seed, other ids");
        assert_ne!(first, a.take(3, now), "a source never gives an id twice");
        assert_eq!(first[0].get_version_num(), 7, "version 7");
    }
}
