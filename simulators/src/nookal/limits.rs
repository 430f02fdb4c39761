//! How often one credential may ask.

use bytes::Bytes;
use http::{Response, header};
use jiff::Timestamp;
use serde_json::json;

use super::world::World;
use crate::house::json;

impl World {
    /// Counts one request; `false` when that is one too many in this minute.
    pub(super) fn take(&mut self, who: &str, now: Timestamp) -> bool {
        let minute = now.as_second().div_euclid(60);
        let window = self.windows.entry(who.to_owned()).or_insert((minute, 0));
        if window.0 != minute {
            *window = (minute, 0);
        }
        window.1 = window.1.saturating_add(1);
        let within = window.1 <= self.settings.per_minute;
        if !within {
            self.desk.violated();
        }
        within
    }

    pub(super) fn too_many(&self) -> Response<Bytes> {
        let mut response = json(429, &json!({"message": "Too Many Requests"}));
        if self.settings.retry_after {
            let left = 60 - self.now.as_second().rem_euclid(60);
            response.headers_mut().insert(header::RETRY_AFTER, left.into());
        }
        response
    }
}
