//! The operators' page of one practice: its figures as they change. It watches like everybody else, with a key of its own
//! that may look and nothing more, for half an hour, written to the audit; the key outlives the daemon, so that the page
//! finds back after a restart.

use http::StatusCode;
use jiff::SignedDuration;
use minijinja::{Value, context, value::Serde};
use serde_json::json;
use uuid::Uuid;

use super::feed;
use crate::{
    http::{
        Context,
        credentials::{KEY_PREFIX, digest, secret},
        errors::{ApiError, Code},
        reply::{html, stamp, success},
        router::{Access, Answer, Request, Route, get, post},
        ui,
    },
    store::{
        audit,
        live::add_watch_key,
        organizations::{self, Organization},
    },
};

/// How long a page may watch before it asks again.
const WATCH: SignedDuration = SignedDuration::from_mins(30);
/// Letters of a key that stay visible.
const HINT: usize = 8;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/ui/clinics/{org}/live", Access::Page, page),
        post("/ui/clinics/{org}/watch", Access::Page, watch),
    ]
}

async fn organization(context: &Context, request: &Request) -> Result<Organization, ApiError> {
    let id: Uuid = request.part("org").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let found = organizations::find(&context.store, &id.to_string()).await?;
    found.into_iter().next().ok_or_else(|| Code::NotFound.into())
}

async fn page(context: Context, request: Request) -> Answer {
    let (_, session) = request.session().ok_or(Code::Unauthorized)?;
    let organization = organization(&context, &request).await?;
    let state = feed::state(&context, organization.id).await?;
    let document = feed::shown(&context, organization.id, &state, &feed::View::default()).await?;
    let proven = match document.pointer("/metrics/dataAgeMinutes").and_then(serde_json::Value::as_i64) {
        None => "Nothing is proven complete yet.".to_owned(),
        Some(minutes) => format!("Proven complete up to {minutes} min ago."),
    };
    let metrics = document.get("metrics").cloned().unwrap_or_default();
    let known =
        ["/bookings/total", "/totalPatients"].iter().any(|path| metrics.pointer(path) != Some(&json!(0)));
    let values = context! {
        name => organization.name,
        id => organization.id.to_string(),
        clinic => organization.clerk_org_id.clone().unwrap_or_else(|| organization.id.to_string()),
        metrics => Value::from(Serde(metrics)),
        known,
        proven,
        now => request.now.as_millisecond(),
        csrf => session.csrf.clone(),
        environment => context.settings.get().environment.to_string(),
    };
    let mut response = html(StatusCode::OK, ui::render(&context, "live.html", values)?);
    ui::keep_private(&mut response);
    Ok(response)
}

/// A key for this page, for a while.
async fn watch(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (now, id, address) = (request.now, request.id.clone(), request.peer.client.to_string());
    let (_, fields) = ui::vouched(&context, request).await?;
    fields.finish()?;
    let key = format!("{KEY_PREFIX}{}", secret());
    let expires_at = now.saturating_add(WATCH).unwrap_or(now);
    let row = context.ids.next(now);
    let hint: String = key.chars().take(KEY_PREFIX.len() + HINT).collect();
    let (resource, details) =
        (row.to_string(), json!({ "role": "viewer", "until": stamp(expires_at), "through": "page" }));
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    add_watch_key(&tenant, row, &digest(&key), &hint, now, expires_at).await?;
    let deed = audit::Deed {
        id: context.ids.next(now),
        user: "operator",
        action: "access.watch",
        resource_type: "service_key",
        resource_id: Some(&resource),
        ip_address: Some(&address),
        request_id: Some(id.as_str()),
        details: &details,
        error: None,
    };
    audit::write(&tenant, &deed, now).await?;
    tenant.commit().await?;
    Ok(success(StatusCode::CREATED, now, json!({ "token": key, "expires_at": stamp(expires_at) })))
}
