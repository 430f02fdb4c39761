//! Who is whom, for a practice: proposals to decide, merges by hand, merges undone, and a person with the reasons. What is
//! read of people is written to the audit like what is done.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    errors::{ApiError, Code},
    reply::{stamp, success},
    router::{Access, Answer, Request, Route, get, post},
};
use crate::{
    domain::role::Role,
    store::{
        Tenant, audit,
        identity::{self, By, Candidate, Decided, MergeMade, Open, Person},
    },
};

/// Pairs that one answer shows at most, and when nothing is said.
const MOST: i64 = 500;
const USUAL: i64 = 100;

pub(super) fn routes() -> Vec<Route> {
    const READS: Access = Access::Member(Role::Staff);
    const DECIDES: Access = Access::Member(Role::Admin);
    vec![
        get("/api/v1/organizations/{org}/identity/candidates", READS, candidates),
        post("/api/v1/organizations/{org}/identity/candidates/{candidate}/confirm", DECIDES, confirm),
        post("/api/v1/organizations/{org}/identity/candidates/{candidate}/refuse", DECIDES, refuse),
        post("/api/v1/organizations/{org}/identity/merges", DECIDES, merge),
        post("/api/v1/organizations/{org}/identity/merges/{merge}/undo", DECIDES, undo),
        get("/api/v1/organizations/{org}/people/{person}", READS, person),
    ]
}

/// Who asks, as the audit keeps it.
pub(super) struct Asker {
    pub(super) organization: Uuid,
    pub(super) shown: String,
    user: String,
    address: String,
    request: String,
}

impl Asker {
    pub(super) fn of(request: &Request) -> Result<Self, ApiError> {
        let principal = request.principal()?;
        Ok(Self {
            organization: principal.organization.id,
            shown: principal.organization.shown(),
            user: principal.audited(),
            address: request.peer.client.to_string(),
            request: request.id.as_str().to_owned(),
        })
    }

    pub(super) async fn note(
        &self,
        context: &Context,
        tenant: &Tenant<'_>,
        (action, kind, id): (&str, &str, Option<Uuid>),
        details: &Value,
        now: jiff::Timestamp,
    ) -> Result<(), ApiError> {
        let id = id.map(|id| id.to_string());
        let deed = audit::Deed {
            id: context.ids.next(now),
            user: &self.user,
            action,
            resource_type: kind,
            resource_id: id.as_deref(),
            ip_address: Some(&self.address),
            request_id: Some(&self.request),
            details,
            error: None,
        };
        Ok(audit::write(tenant, &deed, now).await?)
    }
}

async fn candidates(context: Context, request: Request) -> Answer {
    let number = |name: &str, usual: i64, most: i64| match request.parameter(name) {
        None => Ok(usual),
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|number| (0..=most).contains(number))
            .ok_or_else(|| refused(name, &format!("a whole number from 0 to {most}"))),
    };
    let (most, skipped) = (number("limit", USUAL, MOST)?, number("offset", 0, 1_000_000)?);
    let asker = Asker::of(&request)?;
    let now = request.now;
    let mut session = context.store.session(asker.organization).await?;
    let tenant = session.begin(None).await?;
    let found = identity::candidates(&tenant, most, skipped).await?;
    let details = json!({"count": found.len()});
    asker
        .note(
            &context,
            &tenant,
            ("identity.candidates", "organization", Some(asker.organization)),
            &details,
            now,
        )
        .await?;
    tenant.commit().await?;
    let shown: Vec<Value> = found.iter().map(candidate_view).collect();
    let body = json!({"organization_id": asker.shown, "count": shown.len(), "candidates": shown});
    Ok(success(StatusCode::OK, now, body))
}

async fn confirm(context: Context, request: Request) -> Answer {
    decide(context, request, "candidate", "identity.confirm").await
}

async fn refuse(context: Context, request: Request) -> Answer {
    decide(context, request, "candidate", "identity.refuse").await
}

async fn undo(context: Context, request: Request) -> Answer {
    decide(context, request, "merge", "identity.undo").await
}

/// Decides about what the path names.
async fn decide(context: Context, request: Request, part: &str, action: &str) -> Answer {
    let (asker, now) = (Asker::of(&request)?, request.now);
    let id: Uuid = request.part(part).parse().map_err(|_| ApiError::from(Code::NotFound))?;
    request.fields(&context).await?.finish()?;
    let mut session = context.store.session(asker.organization).await?;
    let tenant = session.begin(None).await?;
    let by = By { who: &asker.user, now, ids: &context.ids };
    let (decided, kind) = match action {
        "identity.confirm" => (identity::confirm(&tenant, id, by).await?, "identity_candidate"),
        "identity.refuse" => (identity::refuse(&tenant, id, by).await?, "identity_candidate"),
        _ => (identity::undo(&tenant, id, by).await?, "identity_merge"),
    };
    let person = done(decided)?;
    asker.note(&context, &tenant, (action, kind, Some(id)), &json!({"person": person}), now).await?;
    tenant.commit().await?;
    context.tree.nudge_rollup(asker.organization);
    let body = json!({"organization_id": asker.shown, "id": id, "person_id": person});
    Ok(success(StatusCode::OK, now, body))
}

async fn merge(context: Context, request: Request) -> Answer {
    let (asker, now) = (Asker::of(&request)?, request.now);
    let mut fields = request.fields(&context).await?;
    let (one, other) = (fields.id("contact_id"), fields.id("other_contact_id"));
    fields.finish()?;
    let one = one.ok_or_else(|| refused("contact_id", "a contact's UUID"))?;
    let other = other.ok_or_else(|| refused("other_contact_id", "another contact's UUID"))?;
    let mut session = context.store.session(asker.organization).await?;
    let tenant = session.begin(None).await?;
    let by = By { who: &asker.user, now, ids: &context.ids };
    let person = done(identity::merge(&tenant, (one, other), by).await?)?;
    let details = json!({"contact": one, "other_contact": other});
    asker.note(&context, &tenant, ("identity.merge", "person", Some(person)), &details, now).await?;
    tenant.commit().await?;
    context.tree.nudge_rollup(asker.organization);
    let body = json!({"organization_id": asker.shown, "person_id": person});
    Ok(success(StatusCode::OK, now, body))
}

async fn person(context: Context, request: Request) -> Answer {
    let (asker, now) = (Asker::of(&request)?, request.now);
    let id: Uuid = request.part("person").parse().map_err(|_| ApiError::from(Code::NotFound))?;
    let mut session = context.store.session(asker.organization).await?;
    let tenant = session.begin(None).await?;
    let found = identity::person(&tenant, id).await?.ok_or(Code::NotFound)?;
    asker.note(&context, &tenant, ("person.read", "person", Some(found.id)), &json!({}), now).await?;
    tenant.commit().await?;
    let body = json!({"organization_id": asker.shown, "person": person_view(&found)});
    Ok(success(StatusCode::OK, now, body))
}

fn done(decided: Decided) -> Result<Uuid, ApiError> {
    let conflict = |message: &'static str| Err(ApiError::from(Code::Conflict).saying(message));
    match decided {
        Decided::Done(person) => Ok(person),
        Decided::Unknown => Err(Code::NotFound.into()),
        Decided::Already => conflict("It was decided before"),
        Decided::Apart => conflict("A practice system keeps the two as two patients: merge them there"),
    }
}

fn refused(field: &str, allowed: &str) -> ApiError {
    let mistake = json!([{"field": field, "kind": "not_allowed", "message": "is missing or not allowed", "allowed": allowed}]);
    ApiError::from(Code::ValidationError).with(mistake)
}

fn candidate_view(candidate: &Candidate) -> Value {
    let sides: Vec<Value> = candidate
        .sides
        .iter()
        .map(|side| {
            json!({
                "contact_id": side.contact, "person_id": side.person, "name": side.name, "platform": side.platform,
            })
        })
        .collect();
    json!({
        "id": candidate.id,
        "contacts": sides,
        "score": candidate.score,
        "evidence": candidate.evidence,
        "created_at": stamp(candidate.created_at),
    })
}

fn person_view(person: &Person) -> Value {
    let text = |held: &Option<(String, Uuid)>| {
        held.as_ref().map(|(value, contact)| json!({"value": value, "contact_id": contact}))
    };
    let contacts: Vec<Value> = person
        .contacts
        .iter()
        .map(|contact| {
            json!({
                "id": contact.id, "platform": contact.platform, "account_id": contact.account,
                "external_id": contact.external_id, "name": contact.name, "email": contact.email,
                "phone": contact.phone, "deleted": contact.gone,
            })
        })
        .collect();
    json!({
        "id": person.id,
        "name": text(&person.name),
        "email": text(&person.email),
        "phone": text(&person.phone),
        "date_of_birth": person.born.map(|(born, contact)| json!({"value": born.to_string(), "contact_id": contact})),
        "contacts": contacts,
        "merges": person.merges.iter().map(merge_view).collect::<Vec<_>>(),
        "conflicts": person.conflicts.iter().map(conflict_view).collect::<Vec<_>>(),
    })
}

fn merge_view(merge: &MergeMade) -> Value {
    let (undone_by, undone_at) = merge.undone.as_ref().map(|(by, at)| (by, stamp(*at))).unzip();
    json!({
        "id": merge.id,
        "contact_ids": [merge.pair.0, merge.pair.1],
        "rule": merge.rule,
        "evidence": merge.evidence,
        "score": merge.score,
        "merged_by": merge.made.0,
        "merged_at": stamp(merge.made.1),
        "undone_by": undone_by,
        "undone_at": undone_at,
    })
}

fn conflict_view(conflict: &Open) -> Value {
    json!({
        "id": conflict.id,
        "field": conflict.field,
        "contact_id": conflict.holds,
        "other_contact_id": conflict.other,
        "recorded_at": stamp(conflict.recorded_at),
    })
}
