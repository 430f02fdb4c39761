//! How the tree's facts look in JSON: times in milliseconds, durations in seconds, an organization by its Clerk id.

use routiq_actors::{
    ActorStatus,
    gate::{ApiStatus, BreakerState, BreakerStatus, BudgetState, BudgetStatus},
    port::Limit,
};
use serde_json::{Value, json};

use super::{
    overview::Snapshot,
    reply::{stamp, stamp_or_null},
};
use crate::{
    domain::freshness::Freshness,
    store::health::{AccountHealth, StreamHealth},
    telemetry::alerts::Standing,
};

/// One actor with its streams.
pub(super) fn actor(status: &ActorStatus, snapshot: &Snapshot) -> Value {
    let health = snapshot.account(status.key.account);
    let progress = &status.progress;
    json!({
        "organization_id": shown_organization(status, health),
        "organization_uuid": status.key.organization,
        "organization_name": &*status.organization_name,
        "account_id": status.key.account,
        "platform": &*status.platform,
        "state": status.state,
        "since": stamp(status.since),
        "generation": status.generation,
        "restarts": status.restarts,
        "consecutive_failures": status.consecutive_failures,
        "last_error": status.last_error.as_ref().map(|error| json!({"reason": error.reason, "at": stamp(error.at)})),
        "waits_for": status.waits_for.as_ref().map(|wait| json!({"what": wait.what, "until": stamp_or_null(wait.until)})),
        "stream": status.stream,
        "last_step_at": stamp_or_null(status.last_step_at),
        "next_due": stamp_or_null(status.next_due),
        "cursors": progress.cursors,
        "records": progress.records,
        "changed": progress.changed,
        "proven_until": stamp_or_null(progress.proven_until),
        "backfill": progress.backfill.map(backfill),
        "streams": health.map(|health| health.streams.iter().map(|s| stream(s, snapshot)).collect::<Value>()),
        "status": health.and_then(|health| health.status.as_deref()),
        "last_successful_sync": health.map_or(Value::Null, |health| stamp_or_null(health.succeeded_at)),
    })
}

/// An organization's id as bodies show it.
pub(super) fn shown_organization(status: &ActorStatus, health: Option<&AccountHealth>) -> String {
    let clerk = health.and_then(|health| health.clerk_org_id.clone());
    clerk.unwrap_or_else(|| status.key.organization.to_string())
}

fn stream(stream: &StreamHealth, snapshot: &Snapshot) -> Value {
    json!({
        "stream": stream.stream,
        "freshness": Freshness::of(stream.proven_until, snapshot.at),
        "proven_until": stamp_or_null(stream.proven_until),
        "records": stream.records,
        "changed": stream.changed,
        "rejected": stream.rejected,
        "backfill": stream.backfill.map(|(done, total)| backfill((done.unsigned_abs(), total.unsigned_abs()))),
    })
}

fn backfill((done, total): (u64, u64)) -> Value {
    json!({"done": done, "total": total})
}

/// The whole tree, nested.
pub(super) fn tree(snapshot: &Snapshot, apis: &[ApiStatus]) -> Value {
    let mut organizations: Vec<Value> = Vec::new();
    for group in snapshot.organizations() {
        let Some(first) = group.first() else { continue };
        let health = snapshot.account(first.key.account);
        organizations.push(json!({
            "organization_id": shown_organization(first, health),
            "organization_uuid": first.key.organization,
            "name": &*first.organization_name,
            "timezone": health.map(|health| health.timezone.as_str()),
            "accounts": group.iter().map(|status| actor(status, snapshot)).collect::<Value>(),
        }));
    }
    json!({
        "gates": apis.iter().map(api).collect::<Value>(),
        "organizations": organizations,
    })
}

/// One external API's gates.
pub(super) fn api(api: &ApiStatus) -> Value {
    json!({
        "api": &*api.api,
        "breakers": api.breakers.iter().map(breaker).collect::<Value>(),
        "limiters": api.budgets.iter().map(budget).collect::<Value>(),
    })
}

/// Whether an API's gates let requests through.
pub(super) fn is_open(api: &ApiStatus) -> bool {
    api.breakers.iter().all(|breaker| breaker.state == BreakerState::Closed)
        && api.budgets.iter().all(|budget| budget.state == BudgetState::Working)
}

/// How many of an API's gates are as they should be.
pub(super) fn api_summary(api: &ApiStatus) -> Value {
    let closed = api.breakers.iter().filter(|breaker| breaker.state == BreakerState::Closed).count();
    let working = api.budgets.iter().filter(|budget| budget.state == BudgetState::Working).count();
    json!({
        "api": &*api.api,
        "ok": is_open(api),
        "breakers": {"closed": closed, "all": api.breakers.len()},
        "limiters": {"working": working, "all": api.budgets.len()},
    })
}

pub(super) fn breaker(breaker: &BreakerStatus) -> Value {
    json!({
        "host": &*breaker.host,
        "state": breaker.state,
        "since": stamp(breaker.since),
        "until": stamp_or_null(breaker.until),
        "failures": breaker.failures,
        "reason": breaker.reason,
    })
}

pub(super) fn budget(budget: &BudgetStatus) -> Value {
    let limit = match budget.limit {
        Limit::Rate { count, per } => json!({"kind": "rate", "count": count, "per_s": per.as_secs_f64()}),
        Limit::Concurrent(count) => json!({"kind": "concurrent", "count": count}),
    };
    json!({
        "budget": &*budget.name,
        "limit": limit,
        "state": budget.state,
        "in_use": budget.in_use,
        "used_in_window": budget.used_in_window,
        "waiting": budget.waiting,
        "free_at": stamp_or_null(budget.free_at),
        "paused_until": stamp_or_null(budget.paused_until),
        "shut_reason": budget.shut_reason,
        "shut_until": stamp_or_null(budget.shut_until),
    })
}

pub(super) fn alert(alert: &Standing) -> Value {
    json!({
        "key": alert.key,
        "severity": alert.severity,
        "summary": alert.summary,
        "about": alert.about,
        "since": stamp(alert.since),
        "last": stamp(alert.last),
        "times": alert.times,
        "resolved": stamp_or_null(alert.resolved),
    })
}
