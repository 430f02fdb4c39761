//! What Clerk says of users, organizations and memberships; webhooks and the Backend API use the same records (Clerk's
//! Backend API reference, "User", "Organization", "OrganizationMembership").

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    domain::{
        directory::{Given, Membership, Organization, User},
        role::Role,
    },
    platforms::lenient::{flag, list, millis, text},
};

/// A user; `None` without an id. `said_at` stands in for a missing time.
pub(super) fn user(record: &Value, said_at: Timestamp) -> Option<User> {
    // The first address need not be the primary one, and there may be none at all.
    let primary = text(record, "primary_email_address_id");
    let email = primary.and_then(|primary| {
        let address =
            list(record, "email_addresses").iter().find(|it| text(it, "id").as_ref() == Some(&primary));
        text(address?, "email_address")
    });
    Some(User {
        id: text(record, "id")?,
        email,
        first_name: text(record, "first_name"),
        last_name: text(record, "last_name"),
        image_url: text(record, "image_url"),
        banned: flag(record, "banned"),
        last_sign_in_at: millis(record, "last_sign_in_at"),
        created_at: millis(record, "created_at"),
        updated_at: millis(record, "updated_at").unwrap_or(said_at),
    })
}

/// An organization; `None` without an id.
pub(super) fn organization(record: &Value, said_at: Timestamp) -> Option<Organization> {
    let id = text(record, "id")?;
    Some(Organization {
        name: text(record, "name").or_else(|| text(record, "slug")).unwrap_or_else(|| id.clone()),
        slug: text(record, "slug"),
        created_at: millis(record, "created_at"),
        updated_at: millis(record, "updated_at").unwrap_or(said_at),
        id,
    })
}

/// A membership; `None` without its id, its organization or its user.
pub(super) fn membership(record: &Value, said_at: Timestamp, removed: bool) -> Option<Membership> {
    let person = record.get("public_user_data")?;
    let identifier = text(person, "identifier");
    let role_key = text(record, "role").unwrap_or_default();
    let updated_at = millis(record, "updated_at").unwrap_or(said_at);
    Some(Membership {
        id: text(record, "id")?,
        organization: organization(record.get("organization")?, said_at)?,
        user: text(person, "user_id")?,
        given: Given {
            email: identifier.filter(|identifier| identifier.contains('@')),
            first_name: text(person, "first_name"),
            last_name: text(person, "last_name"),
            image_url: text(person, "image_url"),
        },
        role: Role::at_clerk(&role_key),
        role_key,
        permissions: list(record, "permissions")
            .iter()
            .filter_map(|it| it.as_str().map(str::to_owned))
            .collect(),
        created_at: millis(record, "created_at").unwrap_or(updated_at),
        updated_at,
        removed_at: removed.then_some(said_at),
    })
}
