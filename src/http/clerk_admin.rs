//! The directory for dashboards and operators: how many there are, how the last check against Clerk went, and another.

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{
    Context,
    reply::{stamp_or_null, success},
    router::{Access, Answer, Request, Route, get, post},
};
use crate::store::{
    checks::{self, Counts},
    members,
};

/// What counts as new.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// What is checked when somebody asks.
const CLERK: &str = "clerk";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/clerk-admin/database-summary", Access::SignedIn, summary),
        get("/api/v1/clerk/database-summary", Access::SignedIn, summary),
        get("/api/v1/clerk-admin/status", Access::SignedIn, status),
        get("/api/v1/clerk/status", Access::SignedIn, status),
        post("/api/v1/clerk-admin/sync", Access::Operator, sync),
        post("/api/v1/clerk/sync", Access::Operator, sync),
        get("/admin/directory", Access::Operator, directory),
    ]
}

/// What the caller may count: the organizations they belong to.
async fn within(context: &Context, request: &Request) -> Result<Counts, super::ApiError> {
    let person = request.signed_in()?;
    let own = members::organizations_of(&context.store, &person.user).await?;
    let own: Vec<uuid::Uuid> = own.iter().map(|membership| membership.organization).collect();
    Ok(checks::counts(&context.store, Some(&own), request.now - WEEK).await?)
}

fn shown(counts: &Counts) -> Value {
    json!({
        "users": {
            "total_users": counts.users, "users_last_7_days": counts.users_new, "users_with_login": counts.users_with_login,
        },
        "organizations": {
            "total_organizations": counts.organizations, "orgs_last_7_days": counts.organizations_new,
            "active_organizations": counts.organizations_active,
        },
        "memberships": {
            "total_memberships": counts.memberships, "active_memberships": counts.memberships_active,
            "orgs_with_members": counts.organizations_with_members, "users_with_orgs": counts.users_with_organizations,
        },
        "role_distribution": counts.roles.iter().map(|(role, count)| json!({ "role": role, "count": count })).collect::<Value>(),
    })
}

async fn summary(context: Context, request: Request) -> Answer {
    let counts = within(&context, &request).await?;
    Ok(success(StatusCode::OK, request.now, shown(&counts)))
}

async fn status(context: Context, request: Request) -> Answer {
    let counts = within(&context, &request).await?;
    let check = checks::latest(&context.store, CLERK).await?;
    let connected = check.id.is_some() && check.last_error.is_none();
    let body = json!({
        "clerk_api_connected": connected,
        "connected": connected,
        "database_counts": {
            "users": counts.users, "organizations": counts.organizations, "organization_members": counts.memberships,
        },
        "last_sync": stamp_or_null(check.finished_at),
        "sync_in_progress": check.is_under_way(),
    });
    Ok(success(StatusCode::OK, request.now, body))
}

/// Begins a check now; one that is under way is the one that was asked for.
async fn sync(context: Context, request: Request) -> Answer {
    let (check, begun) = checks::begin(&context.store, CLERK, &context.ids, request.now).await?;
    context.tree.check_directory();
    let message = if begun { "A check against Clerk begins" } else { "A check against Clerk is under way" };
    let body = json!({ "message": message, "sync_id": check, "already_running": !begun, "estimated_duration": "1-5 minutes" });
    Ok(success(StatusCode::ACCEPTED, request.now, body))
}

/// Everything, for operators: the actor, the counts over all organizations, both checks.
async fn directory(context: Context, request: Request) -> Answer {
    let counts = checks::counts(&context.store, None, request.now - WEEK).await?;
    let mut stands = Vec::new();
    for platform in [CLERK, "stripe"] {
        let check = checks::latest(&context.store, platform).await?;
        stands.push(json!({
            "platform": platform,
            "sync_id": check.id,
            "under_way": check.is_under_way(),
            "started_at": stamp_or_null(check.started_at),
            "finished_at": stamp_or_null(check.finished_at),
            "listed": check.listed,
            "repaired": check.repaired,
            "last_error": check.last_error.as_ref().map(|(reason, _)| reason),
            "last_error_at": stamp_or_null(check.last_error.map(|(_, at)| at)),
        }));
    }
    let mut body = shown(&counts);
    body["actor"] = json!(context.tree.directory());
    body["checks"] = stands.into();
    Ok(success(StatusCode::OK, request.now, body))
}
