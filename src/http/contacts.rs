//! Contacts, found by exactly how they are known or reached. What is looked for comes in a body, since addresses stand in the
//! logs of proxies; the audit says by what kind of value somebody looked, and never the value.

use http::StatusCode;
use serde_json::{Value, json};

use super::{
    Context,
    errors::{ApiError, Code},
    people::Asker,
    reply::{stamp_or_null, success},
    router::{Access, Answer, Request, Route, post},
};
use crate::{
    domain::role::Role,
    store::contacts::{self, By, Found, Search},
};

/// Contacts that one answer shows at most.
const MOST: i64 = 100;
/// No value that can be found is longer.
const LONGEST: usize = 1000;

pub(super) fn routes() -> Vec<Route> {
    vec![post("/api/v1/organizations/{org}/contacts/search", Access::Member(Role::Staff), search)]
}

async fn search(context: Context, request: Request) -> Answer {
    let (asker, now) = (Asker::of(&request)?, request.now);
    let mut fields = request.fields(&context).await?;
    let told = ["email", "phone", "identifier"].map(|name| (name, fields.text(name, 1..=LONGEST)));
    fields.finish()?;
    let mut told = told.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?)));
    let (Some((name, text)), None) = (told.next(), told.next()) else {
        return Err(refused("email", "one of email, phone and identifier"));
    };
    let by = match name {
        "email" => By::Email(text),
        "phone" => By::Phone(text),
        _ => By::Identifier(text),
    };
    let mut session = context.store.session(asker.organization).await?;
    let tenant = session.begin(None).await?;
    let Search::Found(found) = contacts::search(&tenant, by, MOST).await? else {
        return Err(refused(
            "phone",
            "a telephone number that can exist, with its country or as it is dialled here",
        ));
    };
    let details = json!({"by": name, "count": found.len()});
    let what = ("contacts.search", "organization", Some(asker.organization));
    asker.note(&context, &tenant, what, &details, now).await?;
    tenant.commit().await?;
    let shown: Vec<Value> = found.iter().map(view).collect();
    let body = json!({"organization_id": asker.shown, "count": shown.len(), "contacts": shown});
    Ok(success(StatusCode::OK, now, body))
}

fn refused(field: &str, allowed: &str) -> ApiError {
    let mistake = json!([{"field": field, "kind": "not_allowed", "message": "is missing or not allowed", "allowed": allowed}]);
    ApiError::from(Code::ValidationError).with(mistake)
}

fn view(found: &Found) -> Value {
    json!({
        "id": found.id,
        "platform": found.platform,
        "account_id": found.account,
        "external_id": found.external_id,
        "name": found.name,
        "email": found.email,
        "phone": found.phone,
        "identifier": found.identifier,
        "last_activity_at": stamp_or_null(found.last_activity_at),
    })
}
