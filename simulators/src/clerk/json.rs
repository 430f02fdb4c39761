//! The shapes of records: the same in webhooks and in the Backend API. Every time is in milliseconds.

use serde_json::{Value, json};

use super::world::{Membership, Organization, User, World};

pub(super) fn user(it: &User) -> Value {
    let addresses: Vec<Value> = it
        .email
        .iter()
        .map(|address| {
            json!({"id": it.email_id, "object": "email_address", "email_address": address, "linked_to": [],
                "reserved": false, "verification": {"status": "verified", "strategy": "email_code"},
                "created_at": it.created_at.as_millisecond(), "updated_at": it.created_at.as_millisecond()})
        })
        .collect();
    json!({
        "id": it.id, "object": "user", "external_id": null, "username": null, "first_name": it.first,
        "last_name": it.last, "image_url": "https://img.example.test/a.png", "has_image": false,
        "primary_email_address_id": it.email.as_ref().map(|_| &it.email_id), "primary_phone_number_id": null,
        "email_addresses": addresses, "phone_numbers": [], "external_accounts": [], "password_enabled": true,
        "two_factor_enabled": false, "totp_enabled": false, "backup_code_enabled": false, "public_metadata": {},
        "private_metadata": {}, "unsafe_metadata": {}, "banned": it.banned, "locked": false,
        "last_sign_in_at": null, "last_active_at": it.updated_at.as_millisecond(),
        "created_at": it.created_at.as_millisecond(), "updated_at": it.updated_at.as_millisecond(),
    })
}

pub(super) fn organization(world: &World, it: &Organization) -> Value {
    let members = world.memberships.keys().filter(|(organization, _)| *organization == it.id).count();
    json!({
        "id": it.id, "object": "organization", "name": it.name, "slug": it.slug,
        "image_url": "https://img.example.test/o.png", "has_image": false, "max_allowed_memberships": 5,
        "admin_delete_enabled": true, "public_metadata": {}, "private_metadata": {},
        "created_by": it.created_by, "members_count": members, "created_at": it.created_at.as_millisecond(),
        "updated_at": it.updated_at.as_millisecond(),
    })
}

pub(super) fn membership(world: &World, it: &Membership) -> Value {
    let of = world.organizations.get(&it.organization);
    let who = world.users.get(&it.user);
    json!({
        "id": it.id, "object": "organization_membership", "role": it.role,
        "permissions": ["org:sys_profile:manage"], "public_metadata": {}, "private_metadata": {},
        "created_at": it.created_at.as_millisecond(), "updated_at": it.updated_at.as_millisecond(),
        "organization": of.map(|of| organization(world, of)),
        "public_user_data": who.map(|who| json!({
            "user_id": who.id, "identifier": who.email, "first_name": who.first, "last_name": who.last,
            "image_url": "https://img.example.test/a.png", "has_image": false})),
    })
}
