//! Who is let in besides members: grants for people from outside, keys and machines for services. Operators give and take
//! them back; a practice sees who was let in, why and until when.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    admin::{doer, organization, shown},
    credentials::{KEY_PREFIX, digest, secret},
    deeds::{self, Doer},
    errors::{ApiError, Code},
    reply::{stamp, stamp_or_null, success},
    router::{Access, Answer, Request, Route, get, post},
};
use crate::{
    domain::role::Role,
    store::guests::{self, Given, Key, KnownBy, NewGrant, NewKey},
};

/// The longest that somebody from outside is let in; longer is a membership.
pub const LONGEST_GRANT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Letters of a key that stay visible.
const HINT: usize = 8;
/// What somebody from outside may be; an owner is never one.
const GUEST_ROLES: [(&str, Role); 3] =
    [("viewer", Role::Viewer), ("staff", Role::Staff), ("admin", Role::Admin)];

pub(super) fn routes() -> Vec<Route> {
    const ACTOR: Access = Access::Operator;
    vec![
        get("/api/v1/organizations/{org}/access-grants", Access::Member(Role::Admin), grants_for_members),
        get("/admin/tenants/{org}/access-grants", ACTOR, grants),
        post("/admin/tenants/{org}/access-grants", ACTOR, grant),
        post("/admin/tenants/{org}/access-grants/{grant}/revoke", ACTOR, revoke_grant),
        get("/admin/tenants/{org}/service-keys", ACTOR, keys),
        post("/admin/tenants/{org}/service-keys", ACTOR, add_key),
        post("/admin/tenants/{org}/service-keys/{key}/revoke", ACTOR, revoke_key),
    ]
}

async fn grants_for_members(context: Context, request: Request) -> Answer {
    let place = &request.principal()?.organization;
    let (id, shown) = (place.id, place.shown());
    list_grants(&context, id, &shown, request.now).await
}

async fn grants(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    list_grants(&context, organization.id, &shown(&organization), request.now).await
}

async fn list_grants(context: &Context, id: Uuid, shown: &str, now: Timestamp) -> Answer {
    let mut session = context.store.session(id).await?;
    let tenant = session.begin(None).await?;
    let grants: Vec<Value> =
        guests::grants(&tenant).await?.iter().map(|grant| grant_view(grant, now)).collect();
    let body = json!({"organization_id": shown, "count": grants.len(), "access_grants": grants});
    Ok(success(StatusCode::OK, now, body))
}

fn grant_view(grant: &Given, now: Timestamp) -> Value {
    json!({
        "id": grant.id,
        "user_id": grant.user_id,
        "role": grant.role.stored(),
        "reason": grant.reason,
        "granted_by": grant.granted_by,
        "created_at": stamp(grant.created_at),
        "expires_at": stamp(grant.expires_at),
        "revoked_at": stamp_or_null(grant.revoked_at),
        "revoked_by": grant.revoked_by,
        "active": grant.revoked_at.is_none() && grant.expires_at > now,
    })
}

/// Lets somebody in from outside: for a reason and until a time.
async fn grant(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let doer = doer(&request);
    let now = doer.now;
    let mut fields = request.fields(&context).await?;
    let user = fields.required_text("user_id", 6..=100);
    let reason = fields.required_text("reason", 3..=500);
    let role = fields.choice("role", &GUEST_ROLES);
    let until = fields.time_ahead("until", now);
    fields.finish()?;
    let (Some(role), Some(until)) = (role, until) else {
        return Err(wrong("until", "must say when the access ends, such as 2031-03-04T05:06:07Z"));
    };
    if !user.starts_with("user_") {
        return Err(wrong("user_id", "is not Clerk's id of a user, user_…"));
    }
    if until.duration_since(now) > LONGEST_GRANT {
        return Err(wrong("until", "lies more than seven days ahead: who works here longer is a member"));
    }
    let new = NewGrant {
        id: context.ids.next(now),
        user: &user,
        role,
        reason: &reason,
        by: "operator",
        expires_at: until,
    };
    let details = json!({
        "user_id": user, "role": role.name(), "reason": reason, "until": stamp(until), "through": doer.through,
    });
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    guests::add_grant(&tenant, &new, now).await?;
    deeds::write(&context, &tenant, ("access.grant", "access_grant", new.id), &details, &doer).await?;
    tenant.commit().await?;
    let body = json!({
        "organization_id": shown(&organization), "id": new.id, "user_id": user, "role": role.stored(),
        "reason": reason, "expires_at": stamp(until),
    });
    Ok(success(StatusCode::CREATED, now, body))
}

async fn revoke_grant(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (id, doer) = (part_id(&request, "grant")?, doer(&request));
    request.fields(&context).await?.finish()?;
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let user = guests::revoke_grant(&tenant, id, "operator", doer.now).await?;
    let details = json!({"user_id": user, "through": doer.through});
    deeds::write(&context, &tenant, ("access.revoke", "access_grant", id), &details, &doer).await?;
    tenant.commit().await?;
    context.access.changed(organization.id);
    revoked(&shown(&organization), id, &doer)
}

fn revoked(organization: &str, id: Uuid, doer: &Doer) -> Answer {
    let body = json!({"organization_id": organization, "id": id, "revoked_at": stamp(doer.now)});
    Ok(success(StatusCode::OK, doer.now, body))
}

async fn keys(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let keys: Vec<Value> =
        guests::keys(&tenant).await?.iter().map(|key| key_view(key, request.now)).collect();
    let body = json!({"organization_id": shown(&organization), "count": keys.len(), "service_keys": keys});
    Ok(success(StatusCode::OK, request.now, body))
}

fn key_view(key: &Key, now: Timestamp) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "role": key.role.stored(),
        "hint": key.hint,
        "machine_id": key.machine_id,
        "created_by": key.created_by,
        "created_at": stamp(key.created_at),
        "expires_at": stamp_or_null(key.expires_at),
        "last_used_at": stamp_or_null(key.last_used_at),
        "revoked_at": stamp_or_null(key.revoked_at),
        "revoked_by": key.revoked_by,
        "active": key.revoked_at.is_none() && key.expires_at.is_none_or(|end| end > now),
    })
}

/// A key for a service, shown this once; or one of Clerk's machines, bound to the organization.
async fn add_key(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let doer = doer(&request);
    let now = doer.now;
    let mut fields = request.fields(&context).await?;
    let name = fields.required_text("name", 1..=100);
    let machine = fields.text("machine_id", 5..=100);
    let role = fields.choice("role", &GUEST_ROLES);
    let until = fields.time_ahead("until", now);
    fields.finish()?;
    let role = role.ok_or(Code::ValidationError)?;
    if machine.as_ref().is_some_and(|machine| !is_machine(machine)) {
        return Err(wrong("machine_id", "is not Clerk's id of a machine, mch_…"));
    }
    let made = make_key();
    let known_by = match &machine {
        Some(machine) => KnownBy::Machine(machine),
        None => KnownBy::Key(&made.digest, &made.hint),
    };
    let id = context.ids.next(now);
    let new = NewKey { id, name: &name, role, known_by, by: "operator", expires_at: until };
    let details = json!({
        "name": name, "role": role.name(), "machine_id": machine, "until": stamp_or_null(until),
        "through": doer.through,
    });
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    guests::add_key(&tenant, &new, now).await?;
    deeds::write(&context, &tenant, ("service_key.add", "service_key", id), &details, &doer).await?;
    tenant.commit().await?;
    let mut body = json!({
        "organization_id": shown(&organization), "id": id, "name": name, "role": role.stored(),
        "expires_at": stamp_or_null(until), "machine_id": machine,
    });
    if machine.is_none() {
        body["key"] = made.key.into();
    }
    Ok(success(StatusCode::CREATED, now, body))
}

async fn revoke_key(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (id, doer) = (part_id(&request, "key")?, doer(&request));
    request.fields(&context).await?.finish()?;
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let name = guests::revoke_key(&tenant, id, "operator", doer.now).await?;
    let details = json!({"name": name, "through": doer.through});
    deeds::write(&context, &tenant, ("service_key.revoke", "service_key", id), &details, &doer).await?;
    tenant.commit().await?;
    context.access.changed(organization.id);
    revoked(&shown(&organization), id, &doer)
}

/// A new key of a service.
pub struct MadeKey {
    /// What the service sends, shown once.
    pub key: String,
    /// What is kept of it.
    pub digest: [u8; 32],
    /// Its first letters.
    pub hint: String,
}

/// Makes a key that nobody can guess.
pub fn make_key() -> MadeKey {
    let key = format!("{KEY_PREFIX}{}", secret());
    MadeKey { digest: digest(&key), hint: key.chars().take(HINT).collect(), key }
}

/// Whether it looks like Clerk's id of a machine.
pub fn is_machine(id: &str) -> bool {
    id.strip_prefix("mch_")
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

fn part_id(request: &Request, name: &str) -> Result<Uuid, ApiError> {
    request.part(name).parse().map_err(|_| Code::NotFound.into())
}

fn wrong(field: &str, message: &str) -> ApiError {
    let mistake = json!([{"field": field, "kind": "not_allowed", "message": message, "allowed": null}]);
    ApiError::from(Code::ValidationError).with(mistake)
}
