//! The operators' API: the tree as it stands, and what may be done to one account of it.

use http::StatusCode;
use routiq_actors::{ActorStatus, port::SyncKey};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    deeds::{self, Doer, MODES, Pause},
    errors::{ApiError, Code},
    reply::{stamp, stamp_or_null, success},
    router::{Access, Answer, Request, Route, get, post},
    views,
};
use crate::{
    domain::ids::is_clerk_organization,
    store::organizations::{self, Organization},
};

pub(super) fn routes() -> Vec<Route> {
    const ACTOR: Access = Access::Operator;
    vec![
        get("/admin/tree", ACTOR, tree),
        get("/admin/actors", ACTOR, actors),
        get("/admin/breakers", ACTOR, breakers),
        get("/admin/limits", ACTOR, limits),
        get("/admin/alerts", ACTOR, alerts),
        get("/admin/tenants/{org}/actors", ACTOR, of_organization),
        post("/admin/tenants/{org}/restart", ACTOR, restart_organization),
        get("/admin/tenants/{org}/actors/{platform}", ACTOR, of_platform),
        post("/admin/tenants/{org}/actors/{platform}/restart", ACTOR, restart),
        post("/admin/tenants/{org}/actors/{platform}/pause", ACTOR, pause),
        post("/admin/tenants/{org}/actors/{platform}/resume", ACTOR, resume),
        post("/admin/tenants/{org}/actors/{platform}/sync", ACTOR, sync),
    ]
}

pub(super) fn doer(request: &Request) -> Doer {
    Doer { id: request.id.clone(), address: request.peer.client, through: "api", now: request.now }
}

async fn tree(context: Context, request: Request) -> Answer {
    let snapshot = context.overview().look(&context).await;
    let apis = context.tree.gates().map(|gates| gates.status()).unwrap_or_default();
    let body = json!({
        "version": context.version,
        "started_at": stamp(context.started_at),
        "counts": snapshot.counts,
        "tables_read_at": stamp_or_null(snapshot.health.at),
        "tree": views::tree(&snapshot, &apis),
    });
    Ok(success(StatusCode::OK, request.now, body))
}

async fn actors(context: Context, request: Request) -> Answer {
    let snapshot = context.overview().look(&context).await;
    let actors: Vec<Value> = snapshot.statuses.iter().map(|status| views::actor(status, &snapshot)).collect();
    let body = json!({"count": actors.len(), "counts": snapshot.counts, "actors": actors});
    Ok(success(StatusCode::OK, request.now, body))
}

async fn breakers(context: Context, request: Request) -> Answer {
    let apis = context.tree.gates().map(|gates| gates.status()).unwrap_or_default();
    let breakers: Vec<Value> =
        apis.iter().flat_map(|api| api.breakers.iter().map(|b| named(&api.api, views::breaker(b)))).collect();
    Ok(success(StatusCode::OK, request.now, json!({"count": breakers.len(), "breakers": breakers})))
}

async fn limits(context: Context, request: Request) -> Answer {
    let apis = context.tree.gates().map(|gates| gates.status()).unwrap_or_default();
    let limits: Vec<Value> =
        apis.iter().flat_map(|api| api.budgets.iter().map(|b| named(&api.api, views::budget(b)))).collect();
    Ok(success(StatusCode::OK, request.now, json!({"count": limits.len(), "limits": limits})))
}

fn named(api: &str, mut gate: Value) -> Value {
    if let Some(fields) = gate.as_object_mut() {
        fields.insert("api".to_owned(), api.into());
    }
    gate
}

async fn alerts(context: Context, request: Request) -> Answer {
    let standing: Value = context.alerts.standing().iter().map(views::alert).collect();
    let resolved: Value = context.alerts.resolved().iter().map(views::alert).collect();
    Ok(success(StatusCode::OK, request.now, json!({"standing": standing, "resolved": resolved})))
}

async fn of_organization(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let snapshot = context.overview().look(&context).await;
    let actors: Vec<Value> =
        present(&context, organization.id).iter().map(|status| views::actor(status, &snapshot)).collect();
    let body = json!({
        "organization_id": shown(&organization),
        "organization_uuid": organization.id,
        "name": organization.name,
        "status": organization.status,
        "count": actors.len(),
        "actors": actors,
    });
    Ok(success(StatusCode::OK, request.now, body))
}

async fn restart_organization(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (doer, now) = (doer(&request), request.now);
    let mut fields = request.fields(&context).await?;
    let mode = fields.choice("mode", &MODES);
    fields.finish()?;
    let mode = mode.ok_or(Code::ValidationError)?;
    deeds::restart_organization(&context, organization.id, mode, &doer).await?;
    let body = json!({"organization_id": shown(&organization), "accepted": true, "deed": "restart"});
    Ok(success(StatusCode::ACCEPTED, now, body))
}

async fn of_platform(context: Context, request: Request) -> Answer {
    let (_, key) = account(&context, &request).await?;
    let snapshot = context.overview().look(&context).await;
    let status = context.tree.status(key).ok_or(Code::NotFound)?;
    Ok(success(StatusCode::OK, request.now, views::actor(&status, &snapshot)))
}

async fn restart(context: Context, request: Request) -> Answer {
    let (organization, key) = account(&context, &request).await?;
    let (doer, now) = (doer(&request), request.now);
    let mut fields = request.fields(&context).await?;
    let mode = fields.choice("mode", &MODES);
    fields.finish()?;
    let mode = mode.ok_or(Code::ValidationError)?;
    let before = deeds::restart(&context, key, mode, &doer).await?;
    Ok(accepted(&organization, &before, now, json!({"deed": "restart"})))
}

async fn pause(context: Context, request: Request) -> Answer {
    let (organization, key) = account(&context, &request).await?;
    let (doer, now) = (doer(&request), request.now);
    let mut fields = request.fields(&context).await?;
    let pause =
        Pause { until: fields.time_ahead("until", now), reason: fields.required_text("reason", 1..=200) };
    fields.finish()?;
    deeds::pause(&context, key, &pause, &doer).await?;
    let status = context.tree.status(key).ok_or(Code::NotFound)?;
    let body = json!({"deed": "pause", "until": stamp_or_null(pause.until)});
    Ok(accepted(&organization, &status, now, body))
}

async fn resume(context: Context, request: Request) -> Answer {
    let (organization, key) = account(&context, &request).await?;
    let (doer, now) = (doer(&request), request.now);
    request.fields(&context).await?.finish()?;
    deeds::resume(&context, key, &doer).await?;
    let status = context.tree.status(key).ok_or(Code::NotFound)?;
    Ok(accepted(&organization, &status, now, json!({"deed": "resume"})))
}

async fn sync(context: Context, request: Request) -> Answer {
    let (organization, key) = account(&context, &request).await?;
    let (doer, now) = (doer(&request), request.now);
    let mut fields = request.fields(&context).await?;
    let full = fields.flag("full");
    fields.finish()?;
    let status = deeds::sync(&context, key, full, &doer).await?;
    Ok(accepted(&organization, &status, now, json!({"deed": "sync", "full": full})))
}

/// The tree does it in a moment; its state then is to be looked up.
fn accepted(
    organization: &Organization,
    status: &ActorStatus,
    now: jiff::Timestamp,
    mut body: Value,
) -> super::reply::Response {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("accepted".to_owned(), true.into());
        fields.insert("organization_id".to_owned(), shown(organization).into());
        fields.insert("account_id".to_owned(), status.key.account.to_string().into());
        fields.insert("platform".to_owned(), (*status.platform).into());
        // As it stood when it was asked: a restart raises it.
        fields.insert("generation".to_owned(), status.generation.into());
        fields.insert("state".to_owned(), json!(status.state));
    }
    success(StatusCode::ACCEPTED, now, body)
}

pub(super) fn shown(organization: &Organization) -> String {
    organization.clerk_org_id.clone().unwrap_or_else(|| organization.id.to_string())
}

/// The organization that the path names.
pub(super) async fn organization(context: &Context, request: &Request) -> Result<Organization, ApiError> {
    let given = request.part("org");
    let key = organization_key(given)?;
    let found = organizations::find(&context.store, &key).await?;
    found.into_iter().next().ok_or_else(|| Code::NotFound.into())
}

/// A UUID in its usual form, or a Clerk id.
fn organization_key(given: &str) -> Result<String, ApiError> {
    if is_clerk_organization(given) {
        return Ok(given.to_owned());
    }
    let id: Option<Uuid> = given.parse().ok();
    id.map(|id| id.to_string()).ok_or_else(|| Code::InvalidOrgId.into())
}

fn present(context: &Context, organization: Uuid) -> Vec<ActorStatus> {
    context.tree.statuses().into_iter().filter(|status| status.key.organization == organization).collect()
}

/// The one account that the path, and where needed `?account=`, names.
async fn account(context: &Context, request: &Request) -> Result<(Organization, SyncKey), ApiError> {
    let organization = organization(context, request).await?;
    let platform = request.part("platform");
    let mut found: Vec<SyncKey> = present(context, organization.id)
        .into_iter()
        .filter(|status| *status.platform == *platform)
        .map(|status| status.key)
        .collect();
    if let Some(wanted) = request.parameter("account") {
        let wanted: Uuid = wanted.parse().map_err(|_| {
            let allowed = "an account's UUID";
            let mistake = json!([{"field": "account", "kind": "wrong_type", "message": "is no UUID", "allowed": allowed}]);
            ApiError::from(Code::ValidationError).with(mistake)
        })?;
        found.retain(|key| key.account == wanted);
    }
    match found.as_slice() {
        [] => Err(Code::NotFound.into()),
        [key] => Ok((organization, *key)),
        several => {
            let ids: Vec<String> = several.iter().map(|key| key.account.to_string()).collect();
            let mistake = json!([{
                "field": "account",
                "kind": "missing",
                "message": "The organization has several accounts there: name one in the query",
                "allowed": ids.join(" | "),
            }]);
            Err(ApiError::from(Code::ValidationError).with(mistake))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organization_is_named_by_uuid_or_clerk_id() {
        let id = "0190A1B2-0000-7000-8000-000000000001";
        assert_eq!(organization_key(id).unwrap(), id.to_lowercase());
        let clerk = "org_2HarbourPhysioPerthDemo001";
        assert_eq!(organization_key(clerk).unwrap(), clerk);
        for bad in ["", "org_", "org_short", "Praxis am Park", "org_2NNEqL2nrIRdJ194ndJq-HwEfxC", "%2e%2e"] {
            assert_eq!(organization_key(bad).unwrap_err().code(), Code::InvalidOrgId, "{bad}");
        }
    }
}
