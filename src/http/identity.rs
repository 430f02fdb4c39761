//! Who somebody is and where they belong, for dashboards; and tickets for sockets.

use http::StatusCode;
use serde_json::{Value, json};

use super::{
    Context,
    credentials::named,
    reply::{json_reply, stamp, success},
    router::{Access, Answer, ORGANIZATION, Request, Route, get, post},
};
use crate::{
    domain::role::Role,
    store::members::{self, MemberStatus},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/auth/health", Access::Open, health),
        get("/api/v1/auth/verify", Access::SignedIn, verify),
        get("/api/v1/auth/user/organizations", Access::SignedIn, organizations),
        get("/api/v1/auth/organization/{org}/access", Access::SignedIn, access),
        get("/api/v1/organizations/{org}/validate", Access::Member(Role::Viewer), validate),
        post("/api/v1/clinics/{clinicId}/live-ticket", Access::Member(Role::Viewer), live_ticket),
    ]
}

async fn health(context: Context, request: Request) -> Answer {
    let body = json!({
        "status": "healthy",
        "service": "auth",
        "version": context.version,
        "timestamp": stamp(request.now),
    });
    Ok(json_reply(StatusCode::OK, &body))
}

/// Whether the session is good, and what its user is in the organization of the header.
async fn verify(context: Context, request: Request) -> Answer {
    let person = request.signed_in()?;
    let entered = match request.header(ORGANIZATION) {
        Some(organization) => context.access.enter(person, organization, request.now).await?,
        None => None,
    };
    let message = if entered.is_some() { "You are signed in as a member" } else { "You are signed in" };
    let body = json!({
        "authenticated": true,
        "user_id": person.user,
        "organization_id": entered.as_ref().map(|principal| principal.organization.shown()),
        "role": entered.as_ref().map(|principal| principal.role.stored()),
        "message": message,
    });
    Ok(success(StatusCode::OK, request.now, body))
}

/// The organizations the user belongs to, by name.
async fn organizations(context: Context, request: Request) -> Answer {
    let person = request.signed_in()?;
    let found = members::organizations_of(&context.store, &person.user).await?;
    let organizations: Vec<Value> = found
        .into_iter()
        .filter(|membership| membership.status == MemberStatus::Active)
        .map(|membership| {
            let id = membership.organization_clerk_id.unwrap_or_else(|| membership.organization.to_string());
            json!({"id": id, "name": membership.organization_name, "role": membership.role.stored()})
        })
        .collect();
    let body = json!({
        "user_id": person.user,
        "total_count": organizations.len(),
        "organizations": organizations,
    });
    Ok(success(StatusCode::OK, request.now, body))
}

/// Whether the user may enter an organization: the same answer for one that does not exist.
async fn access(context: Context, request: Request) -> Answer {
    let person = request.signed_in()?;
    let asked = request.part("org");
    named(asked)?;
    let entered = context.access.enter(person, asked, request.now).await?;
    let granted = entered.is_some();
    let body = json!({
        // Which two ids belong together is for members to know.
        "organization_id": entered.map_or_else(|| asked.to_owned(), |principal| principal.organization.shown()),
        "access_granted": granted,
        "user_id": person.user,
        "message": if granted { "You may enter" } else { "You may not enter" },
    });
    Ok(success(StatusCode::OK, request.now, body))
}

async fn validate(_: Context, request: Request) -> Answer {
    let place = &request.principal()?.organization;
    let body = json!({"valid": true, "organization_id": place.shown(), "organization_name": place.name});
    Ok(success(StatusCode::OK, request.now, body))
}

/// A ticket for one socket, so that nothing that lives longer stands in an address.
async fn live_ticket(context: Context, request: Request) -> Answer {
    let principal = request.principal()?;
    let ticket = context.access.ticket(principal, request.now).await?;
    let body = json!({
        "organization_id": principal.organization.shown(),
        "ticket": ticket.secret,
        "expires_at": stamp(ticket.expires_at),
    });
    Ok(success(StatusCode::CREATED, request.now, body))
}
