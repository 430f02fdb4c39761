//! Session tokens for a developer's machine: signed by this process, for whoever asks from the machine itself. Where there
//! is no development issuer, there is nothing here.

use std::net::IpAddr;

use http::{StatusCode, header};
use jiff::SignedDuration;
use serde_json::json;

use super::{
    Context,
    credentials::named,
    errors::{ApiError, Code},
    reply::{stamp, success},
    router::{Access, Answer, Request, Route, post},
};
use crate::{
    config::Environment,
    domain::role::Role,
    store::{access::Named, guests, organizations},
};

/// How long a token lasts: long enough to try something by hand.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);
const ROLES: [(&str, Role); 4] =
    [("viewer", Role::Viewer), ("staff", Role::Staff), ("admin", Role::Admin), ("owner", Role::Owner)];

pub(super) fn routes() -> Vec<Route> {
    vec![post("/dev/token", Access::Open, token)]
}

/// A token of an invented member with the role asked for.
async fn token(context: Context, request: Request) -> Answer {
    let Some(mint) = context.access.mint().filter(|_| is_from_here(&context, &request)) else {
        return Err(Code::NotFound.into());
    };
    let now = request.now;
    let mut fields = request.fields(&context).await?;
    let wanted = fields.text("organization", 1..=100);
    let role = fields.choice("role", &ROLES);
    fields.finish()?;
    let role = role.ok_or(Code::ValidationError)?;
    let organization = match wanted {
        Some(wanted) => {
            let key = match named(&wanted) {
                Ok(Named::Id(id)) => id.to_string(),
                _ => wanted,
            };
            organizations::find(&context.store, &key).await?.into_iter().next()
        }
        None => organizations::list(&context.store).await?.into_iter().next(),
    };
    let organization = organization.ok_or(Code::NotFound)?;
    let Some(clerk_id) = organization.clerk_org_id else {
        let error = ApiError::from(Code::Conflict);
        return Err(
            error.saying("The organization has no Clerk id: routiq org add takes one with --clerk-id")
        );
    };
    let user = format!("user_development{}{}", role.name(), organization.id.simple());
    guests::invent_member(&context.store, organization.id, &user, role, &context.ids, now).await?;
    let token = mint.mint(&user, &clerk_id, role, LIFETIME, now).ok_or(Code::InternalError)?;
    let expires_at = now.saturating_add(LIFETIME).unwrap_or(now);
    let body = json!({
        "token": token,
        "user_id": user,
        "organization_id": clerk_id,
        "organization_name": organization.name,
        "role": role.name(),
        "expires_at": stamp(expires_at),
    });
    Ok(success(StatusCode::CREATED, now, body))
}

/// Whether somebody on this very machine asks, and neither a tunnel nor another site's page in their browser.
fn is_from_here(context: &Context, request: &Request) -> bool {
    let loopback = |address: &str| {
        let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
        host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    };
    context.settings.get().environment == Environment::Development
        && request.peer.socket.ip().is_loopback()
        && request.header("x-forwarded-for").is_none()
        && request.header("forwarded").is_none()
        && request.header(header::HOST).is_some_and(loopback)
}
