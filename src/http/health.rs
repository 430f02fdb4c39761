//! Whether the program lives, whether requests should come here, and for operators what exactly is wrong.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use super::{
    Context,
    errors::{ApiError, Code},
    reply::{json_reply, stamp, stamp_or_null, success, with_type},
    router::{Access, Answer, Request, Route, get},
    views,
};

/// A database that does not answer within this is ill.
const PING: Duration = Duration::from_secs(3);
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/health", Access::Open, alive).unlimited(),
        get("/health/live", Access::Open, alive).unlimited(),
        get("/api/v1/health", Access::Open, alive).unlimited(),
        get("/health/ready", Access::Open, ready).unlimited(),
        get("/ready", Access::Open, ready).unlimited(),
        get("/health/deep", Access::Operator, deep),
        get("/metrics", Access::Open, metrics_here).unlimited(),
    ]
}

/// What a port of its own answers.
pub(super) fn metrics_alone() -> Vec<Route> {
    vec![get("/metrics", Access::Open, |context, _| async move { Ok(metrics(&context)) }).unlimited()]
}

/// Touches nothing: whoever can answer this lives.
async fn alive(context: Context, request: Request) -> Answer {
    let settings = context.settings.get();
    let body = json!({
        "status": "healthy",
        "timestamp": stamp(request.now),
        "version": context.version,
        "environment": {
            "app_env": settings.environment.to_string(),
            "authentication_configured": settings.authentication,
            "database_configured": true,
            "encryption_configured": settings.encryption,
        },
    });
    Ok(json_reply(StatusCode::OK, &body))
}

/// Whether requests should come here, without causes.
async fn ready(context: Context, request: Request) -> Answer {
    let is_ready = context.readiness.borrow().is_ready();
    if is_ready {
        let body = json!({"status": "ready", "version": context.version});
        return Ok(success(StatusCode::OK, request.now, body));
    }
    let error = ApiError::from(Code::ServiceUnavailable).saying("Not ready to serve");
    Err(error.after(Duration::from_secs(5)).beside("status", "not_ready".into()))
}

/// Each thing we depend on, by name.
async fn deep(context: Context, request: Request) -> Answer {
    let began = Instant::now();
    let ping = timeout(PING, context.store.ping()).await;
    let took = began.elapsed();
    let (database_ok, database_detail) = match ping {
        Ok(Ok(())) => (true, "answers".to_owned()),
        Ok(Err(error)) => (false, error.to_string()),
        Err(_) => (false, format!("does not answer within {} s", PING.as_secs())),
    };
    let (in_use, most) = context.store.pool_use();
    let readiness = context.readiness.borrow().clone();
    let counts = context.tree.counts();
    let apis = context.tree.gates().map(|gates| gates.status()).unwrap_or_default();
    let gates_ok = !apis.is_empty() && apis.iter().all(views::is_open) || apis.is_empty();
    let probes_ok = readiness.probes.values().all(|probe| probe.ok == Some(true));
    let status = match (database_ok && readiness.is_ready(), gates_ok && probes_ok && counts.parked == 0) {
        (false, _) => "unhealthy",
        (true, false) => "degraded",
        (true, true) => "healthy",
    };
    let mut dependencies = json!({
        "database": {
            "ok": database_ok,
            "detail": database_detail,
            "place": context.store.place(),
            "latency_ms": took.as_secs_f64() * 1000.0,
        },
        "pool": {"ok": in_use < most, "in_use": in_use, "allowed": most},
        "tree": {"ok": counts.parked == 0, "actors": counts},
        "gates": {"ok": gates_ok, "apis": apis.iter().map(views::api_summary).collect::<Value>()},
    });
    if let Some(named) = dependencies.as_object_mut() {
        for (name, probe) in &readiness.probes {
            let fields = json!({
                "ok": probe.ok,
                "required": probe.required,
                "detail": probe.detail,
                "checked_at": stamp_or_null(probe.at),
            });
            // What the program looked at earlier stands beside what was asked just now.
            let name = if named.contains_key(*name) { format!("{name}_probe") } else { (*name).to_owned() };
            named.insert(name, fields);
        }
    }
    let body = json!({
        "status": status,
        "serving": readiness.serving,
        "version": context.version,
        "started_at": stamp(context.started_at),
        "dependencies": dependencies,
    });
    let code = if status == "unhealthy" { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    Ok(success(code, request.now, body))
}

/// Only where this port is nobody else's.
async fn metrics_here(context: Context, _: Request) -> Answer {
    if context.settings.get().metrics_here { Ok(metrics(&context)) } else { Err(Code::NotFound.into()) }
}

fn metrics(context: &Context) -> super::reply::Response {
    with_type(StatusCode::OK, PROMETHEUS, (context.metrics)().into_bytes())
}
