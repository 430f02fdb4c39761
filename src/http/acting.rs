//! Who acts as somebody else, told to the audit of the organization they come into before they are let in: a line a minute
//! for each who acts, whom they act as and how they came. Nobody acts unseen.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

use super::{admission::Asked, errors::ApiError, principal::Principal};
use crate::{
    domain::ids::Ids,
    store::{
        Store,
        audit::{self, Deed},
    },
};

/// The same is written again after this.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// Different ones remembered at once; more are written each time.
const MOST: usize = 10_000;

/// Where, who acts, as whom, and how they came.
type Key = (Uuid, String, String, &'static str);

/// What was written lately, and how often the same was passed over since.
#[derive(Default)]
pub(super) struct Acts(Mutex<HashMap<Key, (Timestamp, u64)>>);

impl Acts {
    /// Writes that somebody comes in as another, by `way`: `request` or `socket`. Most come as themselves.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) async fn note(
        &self,
        (store, ids): (&Store, &Ids),
        principal: &Principal,
        way: &'static str,
        asked: &Asked<'_>,
    ) -> Result<(), ApiError> {
        let Some(acting) = principal.acting() else { return Ok(()) };
        let (organization, user) = (principal.organization.id, principal.audited());
        let key = (organization, acting.user.clone(), user.clone(), way);
        let Some(passed) = self.due(&key, asked.now) else { return Ok(()) };
        let details = json!({
            "way": way, "session": principal.session(), "acting_session": acting.session, "repeated": passed,
        });
        let address = asked.address.map(|address| address.to_string());
        let deed = Deed {
            id: ids.next(asked.now),
            user: &acting.user,
            action: "access.acted",
            resource_type: "user",
            resource_id: Some(&user),
            ip_address: address.as_deref(),
            request_id: asked.request,
            details: &details,
            error: None,
        };
        audit::write_operator(store, organization, &deed, asked.now).await?;
        self.written(key, asked.now);
        Ok(())
    }

    /// How often it was passed over, when it is to be written now.
    fn due(&self, key: &Key, now: Timestamp) -> Option<u64> {
        let mut lately = self.lately();
        let Some((at, passed)) = lately.get_mut(key) else { return Some(0) };
        if now.duration_since(*at) >= AGAIN {
            return Some(*passed);
        }
        *passed = passed.saturating_add(1);
        None
    }

    fn written(&self, key: Key, now: Timestamp) {
        let mut lately = self.lately();
        if lately.len() >= MOST {
            lately.retain(|_, (at, _)| now.duration_since(*at) < AGAIN);
        }
        if lately.len() < MOST {
            lately.insert(key, (now, 0));
        }
    }

    fn lately(&self) -> MutexGuard<'_, HashMap<Key, (Timestamp, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_900_000_000 + second).unwrap()
    }

    fn key(user: u64) -> Key {
        (Uuid::nil(), "user_of_support".to_owned(), format!("user_{user}"), "request")
    }

    #[test]
    fn the_same_is_written_once_a_minute_with_how_often_it_happened() {
        let acts = Acts::default();
        assert_eq!(acts.due(&key(1), at(0)), Some(0));
        assert_eq!(acts.due(&key(1), at(0)), Some(0), "not written yet");
        acts.written(key(1), at(0));
        assert_eq!((acts.due(&key(1), at(1)), acts.due(&key(1), at(59))), (None, None));
        assert_eq!(acts.due(&key(1), at(60)), Some(2));
        assert_eq!(acts.due(&key(2), at(1)), Some(0), "another");
    }

    #[test]
    fn what_there_is_no_room_for_is_written_each_time() {
        let acts = Acts::default();
        for user in 0..MOST as u64 + 10 {
            acts.written(key(user), at(0));
        }
        assert_eq!(acts.lately().len(), MOST);
        assert_eq!(acts.due(&key(MOST as u64 + 1), at(1)), Some(0));
        acts.written(key(0), at(61));
        assert_eq!(acts.lately().len(), 1, "what is old is forgotten");
    }
}
