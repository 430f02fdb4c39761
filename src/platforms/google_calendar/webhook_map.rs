//! What a push says: that a calendar changed, and nothing more. It is read then.

use serde_json::{Value, json};

use super::{
    channels,
    plan::CALENDARS,
    webhook::{CHANNEL, STATE},
};
use crate::{
    domain::stream::{Page, StateChange, Urgency},
    platforms::{Account, Heard, Told},
};

/// Which calendar is to be looked at; the channel's name says it.
pub(super) fn heard(account: &Account, calendars: &[String], told: &Told<'_>) -> Heard {
    let header = |name: &str| told.headers.get(name).and_then(Value::as_str).unwrap_or_default();
    if header(STATE) == "sync" {
        return Heard::Nothing("a channel says that it is open");
    }
    let of = |calendar: &&String| header(CHANNEL).starts_with(&channels::prefix(account, calendar));
    let Some(calendar) = calendars.iter().find(of) else {
        return Heard::Nothing("a channel that is none of this account's");
    };
    Heard::Page(Box::new(Page {
        stream: CALENDARS,
        request: format!("webhook {}", told.id),
        observed_at: told.received_at,
        state: vec![StateChange::Due {
            stream: CALENDARS,
            external_ids: vec![calendar.clone()],
            work: json!({ "look": true }),
            urgency: Urgency::Live,
            only_if_changed: None,
            not_before: None,
        }],
        ..Page::default()
    }))
}
