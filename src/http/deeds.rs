//! What operators do to one account or organization. Nothing is done that is not written to the audit first, or with it
//! in one transaction.

use std::net::IpAddr;

use jiff::Timestamp;
use routiq_actors::{ActorStatus, RestartMode, State, port::SyncKey};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Context,
    errors::{ApiError, Code},
    reply::stamp_or_null,
    request_ids::RequestId,
};
use crate::{
    store::{accounts, audit, replays::Choice},
    work::Replayed,
};

/// Who does it, from where, with which request.
#[derive(Clone, Debug)]
pub(super) struct Doer {
    pub(super) id: RequestId,
    pub(super) address: IpAddr,
    /// `api` or `page`.
    pub(super) through: &'static str,
    pub(super) now: Timestamp,
}

/// The names of the restart modes.
pub(super) const MODES: [(&str, RestartMode); 3] =
    [("graceful", RestartMode::Graceful), ("kill", RestartMode::Kill), ("panic", RestartMode::Panic)];

fn mode_name(mode: RestartMode) -> &'static str {
    MODES.iter().find(|(_, known)| *known == mode).map_or("graceful", |(name, _)| name)
}

/// A pause's length and reason.
#[derive(Clone, Debug)]
pub(super) struct Pause {
    pub(super) reason: String,
    pub(super) until: Option<Timestamp>,
}

fn conflict(message: impl Into<std::borrow::Cow<'static, str>>) -> ApiError {
    ApiError::from(Code::Conflict).saying(message)
}

fn present(context: &Context, key: SyncKey) -> Result<ActorStatus, ApiError> {
    context.tree.status(key).ok_or_else(|| Code::NotFound.into())
}

/// Begins an account's actor anew.
pub(super) async fn restart(
    context: &Context,
    key: SyncKey,
    mode: RestartMode,
    doer: &Doer,
) -> Result<ActorStatus, ApiError> {
    let status = present(context, key)?;
    if status.state == State::Held {
        return Err(conflict(format!("The actor is held and stays so: {}", why(&status))));
    }
    let details = json!({"mode": mode_name(mode), "generation": status.generation});
    note(context, key.organization, ("actor.restart", "account", key.account), details, doer).await?;
    context.tree.restart(key, mode).map_err(|_| ApiError::from(Code::NotFound))?;
    Ok(status)
}

/// Begins an organization's supervisor anew, and every actor below it.
pub(super) async fn restart_organization(
    context: &Context,
    organization: Uuid,
    mode: RestartMode,
    doer: &Doer,
) -> Result<(), ApiError> {
    let details = json!({"mode": mode_name(mode)});
    note(context, organization, ("organization.restart", "organization", organization), details, doer)
        .await?;
    context.tree.restart_organization(organization, mode).map_err(|_| Code::NotFound.into())
}

/// Makes an account stand still, in the tables first.
pub(super) async fn pause(
    context: &Context,
    key: SyncKey,
    pause: &Pause,
    doer: &Doer,
) -> Result<(), ApiError> {
    present(context, key)?;
    let details =
        json!({"reason": pause.reason, "until": stamp_or_null(pause.until), "through": doer.through});
    let mut session = context.store.session(key.organization).await?;
    let tenant = session.begin(None).await?;
    accounts::pause(&tenant, key.account, &pause.reason, pause.until, "operator", doer.now).await?;
    write(context, &tenant, ("actor.pause", "account", key.account), &details, doer).await?;
    tenant.commit().await?;
    context.tree.nudge_roster();
    Ok(())
}

/// Ends a pause or a park.
pub(super) async fn resume(context: &Context, key: SyncKey, doer: &Doer) -> Result<(), ApiError> {
    let status = present(context, key)?;
    let mut session = context.store.session(key.organization).await?;
    let tenant = session.begin(None).await?;
    let listed = accounts::list(&tenant).await?.into_iter().find(|account| account.id == key.account);
    let paused = listed.ok_or(Code::NotFound)?.paused.is_some();
    if !paused && status.state != State::Parked {
        return Err(match status.state {
            State::Held => conflict(format!("The actor is held for another reason: {}", why(&status))),
            _ => conflict("The actor is neither paused nor parked"),
        });
    }
    if paused {
        accounts::unpause(&tenant, key.account, doer.now).await?;
    }
    let details = json!({"paused": paused, "parked": status.state == State::Parked, "through": doer.through});
    write(context, &tenant, ("actor.resume", "account", key.account), &details, doer).await?;
    tenant.commit().await?;
    context.tree.nudge_roster();
    if status.state == State::Parked {
        context.tree.resume(key).map_err(|_| ApiError::from(Code::NotFound))?;
    }
    Ok(())
}

/// Makes an account look at its source now; `full` reads everything again.
pub(super) async fn sync(
    context: &Context,
    key: SyncKey,
    full: bool,
    doer: &Doer,
) -> Result<ActorStatus, ApiError> {
    let status = present(context, key)?;
    if matches!(status.state, State::Held | State::Parked) {
        return Err(conflict(format!("The actor stands still, resume it first: {}", why(&status))));
    }
    let details = json!({"full": full, "through": doer.through});
    // The wish stands in the tables: an actor that is restarted at this moment still fulfils it.
    let mut session = context.store.session(key.organization).await?;
    let tenant = session.begin(None).await?;
    match full {
        true => accounts::request_sweep(&tenant, key.account, doer.now).await?,
        false => accounts::request_poll(&tenant, key.account, doer.now).await?,
    }
    write(context, &tenant, ("actor.sync", "account", key.account), &details, doer).await?;
    tenant.commit().await?;
    context.tree.nudge_roster();
    context.tree.sync_now(key).map_err(|_| ApiError::from(Code::NotFound))?;
    Ok(status)
}

/// Puts deliveries into the queue again.
pub(super) async fn replay(
    context: &Context,
    organization: Uuid,
    choice: &Choice,
    doer: &Doer,
) -> Result<Replayed, ApiError> {
    let details = json!({
        "ids": choice.ids.len(), "state": choice.state, "account": choice.account,
        "since": stamp_or_null(choice.since), "until": stamp_or_null(choice.until), "through": doer.through,
    });
    let (id, address) = (organization.to_string(), doer.address.to_string());
    let deed = deed(context, "deliveries.replay", "organization", &id, &address, &details, doer);
    let replayed = context.replays.replay(organization, choice, &deed).await?;
    for key in &replayed.accounts {
        context.tree.deliver(*key);
    }
    Ok(replayed)
}

/// Writes that somebody rehearsed a replay.
pub(super) async fn note_replay(
    context: &Context,
    organization: Uuid,
    details: Value,
    doer: &Doer,
) -> Result<(), ApiError> {
    note(context, organization, ("deliveries.rehearse", "organization", organization), details, doer).await
}

fn why(status: &ActorStatus) -> String {
    status.waits_for.as_ref().map_or_else(|| "no reason is given".to_owned(), |wait| wait.what.clone())
}

/// Writes a deed that changes no table, before it is done.
async fn note(
    context: &Context,
    organization: Uuid,
    (action, kind, id): (&str, &str, Uuid),
    mut details: Value,
    doer: &Doer,
) -> Result<(), ApiError> {
    if let Some(fields) = details.as_object_mut() {
        fields.insert("through".to_owned(), doer.through.into());
    }
    let (id, address) = (id.to_string(), doer.address.to_string());
    let deed = deed(context, action, kind, &id, &address, &details, doer);
    Ok(audit::write_operator(&context.store, organization, &deed, doer.now).await?)
}

/// Writes a deed in its own transaction.
pub(super) async fn write(
    context: &Context,
    tenant: &crate::store::Tenant<'_>,
    (action, kind, id): (&str, &str, Uuid),
    details: &Value,
    doer: &Doer,
) -> Result<(), ApiError> {
    let (id, address) = (id.to_string(), doer.address.to_string());
    let deed = deed(context, action, kind, &id, &address, details, doer);
    Ok(audit::write(tenant, &deed, doer.now).await?)
}

fn deed<'a>(
    context: &Context,
    action: &'a str,
    kind: &'a str,
    id: &'a str,
    address: &'a str,
    details: &'a Value,
    doer: &'a Doer,
) -> audit::Deed<'a> {
    audit::Deed {
        id: context.ids.next(doer.now),
        user: "operator",
        action,
        resource_type: kind,
        resource_id: Some(id),
        ip_address: Some(address),
        request_id: Some(doer.id.as_str()),
        details,
        error: None,
    }
}
