//! Webhooks: for administrators only. The secret is made here and cannot be chosen.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::Version;
use super::super::auth::Sight;
use super::super::reply::Reply;
use super::super::state::Webhook;
use super::super::world::World;
use super::{Asked, to_i};

/// What may be subscribed to; the first eight are what a webhook without a list gets.
pub(super) const EVENTS: &[&str] = &[
    "conversation_created",
    "conversation_status_changed",
    "conversation_updated",
    "message_created",
    "message_updated",
    "contact_created",
    "contact_updated",
    "webwidget_triggered",
    "inbox_created",
    "inbox_updated",
    "conversation_typing_on",
    "conversation_typing_off",
];

#[derive(Debug, Default, Deserialize)]
struct Written {
    webhook: Option<Box<Written>>,
    url: Option<String>,
    name: Option<String>,
    subscriptions: Option<Vec<String>>,
}

pub(super) fn answer(
    world: &mut World,
    account: i64,
    sight: &Sight,
    asked: &Asked<'_>,
    rest: &[&str],
) -> Result<Reply, Reply> {
    if !sight.administrator() {
        return Err(Reply::forbidden());
    }
    match (asked.method, rest) {
        ("GET", []) => {
            let all = world.accounts.get(&account).map(|tenant| tenant.webhooks.values());
            let all: Vec<Value> = all.into_iter().flatten().map(|it| view(world, account, it)).collect();
            Ok(Reply::json(&json!({"payload": {"webhooks": all}})))
        }
        ("POST", []) => {
            let written = read(asked.body)?;
            let (id, secret) = (world.next_other_id(), world.secret());
            let fresh = Webhook { id, secret, name: None, url: String::new(), subscriptions: Vec::new() };
            store(world, account, fresh, written)
        }
        ("PATCH" | "PUT", [id]) => {
            let known = find(world, account, id)?.clone();
            let written = read(asked.body)?;
            store(world, account, known, written)
        }
        ("DELETE", [id]) => {
            let id = find(world, account, id)?.id;
            if let Ok(tenant) = world.account_mut(account) {
                tenant.webhooks.remove(&id);
            }
            Ok(Reply::empty(200))
        }
        _ => Err(Reply::html(404)),
    }
}

fn find<'a>(world: &'a World, account: i64, id: &str) -> Result<&'a Webhook, Reply> {
    world
        .accounts
        .get(&account)
        .and_then(|tenant| tenant.webhooks.get(&to_i(id)))
        .ok_or_else(Reply::not_found)
}

/// The body may be wrapped or not.
fn read(body: &[u8]) -> Result<Written, Reply> {
    let mut written: Written = serde_json::from_slice(body).map_err(|_| Reply::html(400))?;
    Ok(written.webhook.take().map_or(written, |inner| *inner))
}

fn store(world: &mut World, account: i64, mut it: Webhook, written: Written) -> Result<Reply, Reply> {
    let tenant = world.account_mut(account).map_err(|_| Reply::not_found())?;
    if let Some(url) = written.url {
        if !(url.starts_with("https://") || url.starts_with("http://")) {
            return Err(Reply::invalid("Url is invalid", "url"));
        }
        it.url = url;
    }
    if it.url.is_empty() {
        return Err(Reply::invalid("Url can't be blank", "url"));
    }
    if tenant.webhooks.values().any(|other| other.id != it.id && other.url == it.url) {
        return Err(Reply::invalid("Url has already been taken", "url"));
    }
    if let Some(subscriptions) = written.subscriptions {
        if subscriptions.is_empty() || subscriptions.iter().any(|event| !EVENTS.contains(&event.as_str())) {
            return Err(Reply::invalid("Subscriptions is invalid", "subscriptions"));
        }
        it.subscriptions = subscriptions;
    }
    if it.subscriptions.is_empty() {
        it.subscriptions = EVENTS[..8].iter().map(|&event| event.to_owned()).collect();
    }
    it.name = written.name.or(it.name);
    tenant.webhooks.insert(it.id, it.clone());
    Ok(Reply::json(&json!({"payload": {"webhook": view(world, account, &it)}})))
}

fn view(world: &World, account: i64, it: &Webhook) -> Value {
    let name = world.accounts.get(&account).map(|tenant| tenant.name.as_str());
    let mut shape = json!({
        "id": it.id, "url": it.url, "account_id": account, "subscriptions": it.subscriptions,
        "inbox": null, "account": {"id": account, "name": name},
    });
    // Names came with 4.8, signatures with 4.12.
    if world.settings.version >= Version::V4_12 {
        shape["name"] = json!(it.name);
        shape["secret"] = json!(it.secret);
    }
    shape
}
