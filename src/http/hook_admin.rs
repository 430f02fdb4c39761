//! The addresses that platforms send webhooks to, for operators: listed, made, given a new token or secret, ended. A token is
//! told in the answer that made it and never again; of secrets nothing is told.

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    admin::{doer, organization, shown},
    deeds::{self, Doer},
    errors::{ApiError, Code},
    reply::{Response, stamp, stamp_or_null, success},
    router::{Access, Answer, Request, Route, get, post},
};
use crate::store::{
    Tenant, accounts,
    hooks::{self, Listed, NewEndpoint},
    organizations::Organization,
};

/// The kind of address that takes signed hints to look now.
const HINT: &str = "hint";
const BY: &str = "operator";

pub(super) fn routes() -> Vec<Route> {
    const ACTOR: Access = Access::Operator;
    vec![
        get("/admin/tenants/{org}/webhook-addresses", ACTOR, list),
        post("/admin/tenants/{org}/webhook-addresses", ACTOR, create),
        post("/admin/tenants/{org}/webhook-addresses/{address}/rotate", ACTOR, rotate),
        post("/admin/tenants/{org}/webhook-addresses/{address}/secret", ACTOR, secret),
        post("/admin/tenants/{org}/webhook-addresses/{address}/revoke", ACTOR, revoke),
    ]
}

/// What a platform is told: where an address with this token stands, under `base`, which has no slash at its end.
pub fn hook_urls(base: &str, platform: &str, token: &SecretString) -> Vec<String> {
    let token = token.expose_secret();
    match platform {
        "twilio" => ["inbound", "status"].map(|kind| format!("{base}/webhooks/twilio/{token}/{kind}")).into(),
        HINT => vec![format!("{base}/webhooks/poll/{token}")],
        other => vec![format!("{base}/webhooks/{other}/{token}")],
    }
}

async fn list(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let addresses: Vec<Value> = hooks::list(&tenant).await?.iter().map(view).collect();
    let body = json!({
        "organization_id": shown(&organization), "count": addresses.len(), "webhook_addresses": addresses,
    });
    Ok(success(StatusCode::OK, request.now, body))
}

fn view(address: &Listed) -> Value {
    json!({
        "id": address.id,
        "account_id": address.account,
        "platform": address.platform,
        "status": address.status,
        "retires_at": stamp_or_null(address.retires_at),
        "signed": address.signed,
        "last_problem": address.last_problem,
        "created_at": stamp(address.created_at),
    })
}

/// Makes an address for an account: for its platform's webhooks, or for hints.
async fn create(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let doer = doer(&request);
    let now = doer.now;
    let mut fields = request.fields(&context).await?;
    let account = fields.id("account_id");
    let (hint, unsigned) = (fields.flag("hint"), fields.flag("unsigned"));
    let secret = fields.text("secret", 8..=512).map(SecretString::from);
    fields.finish()?;
    let account = account.ok_or_else(|| wrong("account_id", "must name an account of the organization"))?;
    if secret.is_some() == unsigned {
        return Err(wrong(
            "secret",
            "must be given, unless the platform signs nothing: unsigned is true then",
        ));
    }
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let known = accounts::list(&tenant).await?.into_iter().find(|known| known.id == account);
    let of_account = known.ok_or(Code::NotFound)?.platform;
    let platform = if hint { HINT } else { of_account.as_str() };
    let secrets: Vec<SecretString> = secret.into_iter().collect();
    let new = NewEndpoint { id: context.ids.next(now), account, platform, secrets: &secrets, by: BY };
    let token = hooks::create(&tenant, context.intake.keys(), &new, now).await?;
    let details = json!({"account_id": account, "platform": platform, "signed": !unsigned});
    write(&context, &tenant, "webhook.create", new.id, details, &doer).await?;
    tenant.commit().await?;
    context.intake.forget();
    let mut body = about(&organization, new.id, platform);
    body["urls"] = urls(&context, platform, &token);
    Ok(success(StatusCode::CREATED, now, body))
}

/// Gives an account another token; the old one holds for a while, and the secrets go along.
async fn rotate(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (address, doer) = (address(&request)?, doer(&request));
    let now = doer.now;
    request.fields(&context).await?.finish()?;
    let overlap = context.settings.get().rotation_overlap;
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let platform = platform_of(&tenant, address).await?;
    let successor = context.ids.next(now);
    let by = (successor, BY);
    let token = hooks::rotate(&tenant, context.intake.keys(), address, by, overlap, now).await?;
    write(&context, &tenant, "webhook.rotate", successor, json!({"replaces": address}), &doer).await?;
    tenant.commit().await?;
    context.intake.forget();
    let until = now.saturating_add(SignedDuration::try_from(overlap).unwrap_or(SignedDuration::MAX));
    let mut body = about(&organization, successor, &platform);
    body["urls"] = urls(&context, &platform, &token);
    body["replaces"] = address.to_string().into();
    body["replaced_until"] = stamp(until.unwrap_or(Timestamp::MAX)).into();
    Ok(success(StatusCode::CREATED, now, body))
}

/// Puts a signing secret before the one there is, so that both hold while the platform changes over; `alone` ends the others.
async fn secret(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (address, doer) = (address(&request)?, doer(&request));
    let mut fields = request.fields(&context).await?;
    let secret = SecretString::from(fields.required_text("secret", 8..=512));
    let alone = fields.flag("alone");
    fields.finish()?;
    let keys = context.intake.keys();
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let platform = platform_of(&tenant, address).await?;
    if alone {
        hooks::set_secrets(&tenant, keys, (address, &platform), &[secret], doer.now).await?;
    } else {
        hooks::add_secret(&tenant, keys, address, secret, doer.now).await?;
    }
    write(&context, &tenant, "webhook.secret", address, json!({"alone": alone}), &doer).await?;
    tenant.commit().await?;
    context.intake.forget();
    Ok(done(&organization, address, &platform, &doer))
}

async fn revoke(context: Context, request: Request) -> Answer {
    let organization = organization(&context, &request).await?;
    let (address, doer) = (address(&request)?, doer(&request));
    request.fields(&context).await?.finish()?;
    let mut session = context.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let platform = platform_of(&tenant, address).await?;
    hooks::revoke(&tenant, address, doer.now).await?;
    write(&context, &tenant, "webhook.revoke", address, json!({}), &doer).await?;
    tenant.commit().await?;
    context.intake.forget();
    Ok(done(&organization, address, &platform, &doer))
}

fn about(organization: &Organization, address: Uuid, platform: &str) -> Value {
    json!({"organization_id": shown(organization), "id": address, "platform": platform})
}

fn done(organization: &Organization, address: Uuid, platform: &str, doer: &Doer) -> Response {
    success(StatusCode::OK, doer.now, about(organization, address, platform))
}

fn urls(context: &Context, platform: &str, token: &SecretString) -> Value {
    let base = context.settings.get().public_url.clone().unwrap_or_default();
    hook_urls(&base, platform, token).into()
}

/// Which verifier reads an address' deliveries.
async fn platform_of(tenant: &Tenant<'_>, address: Uuid) -> Result<String, ApiError> {
    let known = hooks::list(tenant).await?.into_iter().find(|known| known.id == address);
    Ok(known.ok_or(Code::NotFound)?.platform)
}

async fn write(
    context: &Context,
    tenant: &Tenant<'_>,
    action: &str,
    address: Uuid,
    mut details: Value,
    doer: &Doer,
) -> Result<(), ApiError> {
    details["through"] = doer.through.into();
    deeds::write(context, tenant, (action, "webhook", address), &details, doer).await
}

fn address(request: &Request) -> Result<Uuid, ApiError> {
    request.part("address").parse().map_err(|_| Code::NotFound.into())
}

fn wrong(field: &str, message: &str) -> ApiError {
    let mistake = json!([{"field": field, "kind": "missing", "message": message, "allowed": null}]);
    ApiError::from(Code::ValidationError).with(mistake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_is_told_where_its_deliveries_go() {
        let token = SecretString::from("tok".to_owned());
        let urls = |platform| hook_urls("https://r.example.test", platform, &token);
        assert_eq!(urls("chatwoot"), ["https://r.example.test/webhooks/chatwoot/tok"]);
        assert_eq!(urls("hint"), ["https://r.example.test/webhooks/poll/tok"]);
        let twilio =
            ["inbound", "status"].map(|kind| format!("https://r.example.test/webhooks/twilio/tok/{kind}"));
        assert_eq!(urls("twilio"), twilio);
    }
}
