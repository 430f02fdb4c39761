//! What an event of Clerk's changes (Clerk's guide "Webhooks overview" and its reference of webhook payloads).

use jiff::Timestamp;
use serde_json::Value;

use super::wire;
use crate::{
    domain::directory::{Change, Told},
    platforms::{
        PlatformError,
        lenient::{millis, text},
    },
};

/// Reads a stored delivery. `received_at` stands in where the event tells no time.
///
/// # Errors
/// [`PlatformError::Malformed`] for what is no event, or an event without what it is about.
pub fn told(body: &[u8], received_at: Timestamp) -> Result<Told, PlatformError> {
    let malformed = |what: &str| PlatformError::Malformed(what.to_owned());
    let event: Value = serde_json::from_slice(body).map_err(|_| malformed("the event is not JSON"))?;
    let kind = text(&event, "type").ok_or_else(|| malformed("the event has no type"))?;
    let data = event.get("data").ok_or_else(|| malformed("the event has no data"))?;
    let at = millis(&event, "timestamp").unwrap_or(received_at);
    let nameless = || malformed("the event does not say whom it is about");
    let change = match kind.as_str() {
        "user.created" | "user.updated" => Change::User(wire::user(data, at).ok_or_else(nameless)?),
        "user.deleted" => Change::UserGone { id: text(data, "id").ok_or_else(nameless)?, at },
        "organization.created" | "organization.updated" => {
            Change::Organization(wire::organization(data, at).ok_or_else(nameless)?)
        }
        "organization.deleted" => Change::OrganizationGone { id: text(data, "id").ok_or_else(nameless)?, at },
        "organizationMembership.created" | "organizationMembership.updated" => {
            Change::Membership(wire::membership(data, at, false).ok_or_else(nameless)?)
        }
        "organizationMembership.deleted" => match wire::membership(data, at, true) {
            Some(membership) => Change::Membership(membership),
            // A user deleted just before leaves memberships without one; the user's own end ends them all.
            None if data.get("organization").is_some() => {
                return Ok(Told::Nothing("the membership's user is gone"));
            }
            None => return Err(nameless()),
        },
        _ => return Ok(Told::Nothing("nothing about users, organizations or memberships")),
    };
    Ok(Told::Changes(vec![change]))
}
