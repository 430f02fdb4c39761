//! Where a row came from, over HTTP. Who may only look sees when and by what it was written and which fields changed; what
//! they said is for those who work with patients. What is read is written to the audit.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    errors::{ApiError, Code},
    reply::{stamp, stamp_or_null, success},
    router::{Access, Answer, Request, Route, get},
};
use crate::{
    domain::{change::Kind, role::Role},
    store::{
        audit,
        lineage::{Rejection, Rows},
    },
    work::{FieldChange, Lineage, Writing, Written},
};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/api/v1/lineage/{kind}/{id}", Access::Member(Role::Viewer), lineage)]
}

async fn lineage(context: Context, request: Request) -> Answer {
    let rows = Rows::named(request.part("kind")).ok_or_else(unknown_kind)?;
    let id: Uuid = request.part("id").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let principal = request.principal()?;
    let values = principal.role.allows(Role::Staff);
    // Whether there is a note about somebody is for those who work with them.
    if rows == Rows::Of(Kind::ClinicalNote) && !values {
        return Err(Code::Forbidden.into());
    }
    let (organization, now) = (&principal.organization, request.now);
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let found = context.lineages.tell(&tenant, rows, id).await?.ok_or(Code::NotFound)?;
    let (resource, address) = (id.to_string(), request.peer.client.to_string());
    let deed = audit::Deed {
        id: context.ids.next(now),
        user: &principal.audited(),
        action: "lineage.read",
        resource_type: rows.as_str(),
        resource_id: Some(&resource),
        ip_address: Some(&address),
        request_id: Some(request.id.as_str()),
        details: &json!({"values": values}),
        error: None,
    };
    audit::write(&tenant, &deed, now).await?;
    tenant.commit().await?;
    let body = json!({"organization_id": organization.shown(), "lineage": view(rows, id, &found, values)});
    Ok(success(StatusCode::OK, now, body))
}

fn unknown_kind() -> ApiError {
    let allowed = Rows::all().map(Rows::as_str).collect::<Vec<_>>().join(" | ");
    let mistake = json!([{
        "field": "kind", "kind": "not_allowed", "message": "is no kind of row", "allowed": allowed,
    }]);
    ApiError::from(Code::ValidationError).with(mistake)
}

fn view(rows: Rows, id: Uuid, lineage: &Lineage, values: bool) -> Value {
    let row = &lineage.row;
    json!({
        "kind": rows.as_str(),
        "id": id,
        "platform": row.platform,
        "account_id": row.account,
        "external_id": row.external_id,
        "row": {
            "payload_id": row.payload,
            "transform_version": row.transform_version,
            "generation": row.generation,
            "provisional": row.provisional,
            "observed_at": stamp(row.observed_at),
            "created_at": stamp(row.created_at),
            "updated_at": stamp(row.updated_at),
            "deleted_at": stamp_or_null(row.deleted_at),
        },
        "transform_version": lineage.transform_version,
        "writings": lineage.writings.iter().map(|writing| writing_view(writing, values)).collect::<Value>(),
        "rejections": lineage.rejections.iter().map(rejection_view).collect::<Value>(),
        "values": values,
        "complete": lineage.complete,
        "unreadable_payloads": lineage.unreadable,
    })
}

fn writing_view(writing: &Writing, values: bool) -> Value {
    let field = |change: &FieldChange| {
        let mut shown = json!({"field": change.name, "sealed": change.sealed});
        if values {
            shown["before"] = change.before.clone();
            shown["after"] = change.after.clone();
        }
        shown
    };
    json!({
        "written_at": stamp(writing.at),
        "effect": writing.effect.as_str(),
        "payload": writing.payload.as_ref().map(payload_view),
        "fields": writing.fields.iter().map(field).collect::<Value>(),
    })
}

fn payload_view(payload: &Written) -> Value {
    let deliveries = payload.request.split(", ").filter_map(|it| it.strip_prefix("webhook "));
    json!({
        "id": payload.id,
        "source": if payload.told { "webhook" } else { "page" },
        "stream": payload.stream,
        "request": (!payload.told).then_some(payload.request.as_str()),
        "deliveries": deliveries.filter(|_| payload.told).collect::<Vec<_>>(),
        "transform_version": payload.transform_version,
        "generation": payload.generation,
        "observed_at": stamp(payload.observed_at),
    })
}

fn rejection_view(rejection: &Rejection) -> Value {
    json!({
        "id": rejection.id,
        "reason": rejection.reason,
        "payload_id": rejection.payload,
        "transform_version": rejection.transform_version,
        "retries": rejection.retries,
        "created_at": stamp(rejection.created_at),
        "updated_at": stamp(rejection.updated_at),
        "resolved_at": stamp_or_null(rejection.resolved_at),
    })
}
