//! The front door: health, metrics, the admin API and the operators' page, over warp in an accept loop of our own.
//!
//! ```text
//! server     connections: limits, timeouts, drain
//! wire · tls · secure · busy   what a connection is made of; who may speak in the clear
//! quota · cors          how much anybody may ask; whose scripts may
//! edge       every request: id, sender, log line, figures, headers, panics
//! router · paths   one list of routes; who may call each
//! admission  who may come in: sessions, services, grants, tickets; principal is who was let in
//! denials · acting   who was turned away, and who acts as somebody else, told to the audit
//! webhooks   what platforms send: verified, kept, answered
//! health · admin · ui · openapi          what they answer
//! live       figures as they change: WebSocket, server-sent events, polling
//! deeds      what operators do, written and audited
//! overview   how everything stands, looked up once a second for all viewers
//! ```

mod acting;
mod admin;
mod admission;
mod assets;
mod attachments;
mod body;
mod busy;
mod clerk_admin;
mod codes;
mod contacts;
mod context;
mod cors;
mod credentials;
mod deeds;
mod denials;
mod development;
mod edge;
mod errors;
mod fields;
mod figures;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod gate_cards;
mod guests;
mod health;
mod hook_admin;
mod identity;
mod lineage;
mod live;
mod openapi;
mod operators;
mod overview;
mod page;
mod paths;
mod people;
mod principal;
mod quota;
mod replays;
mod reply;
mod request_ids;
mod router;
mod secure;
mod server;
mod stream_lines;
mod tls;
mod ui;
mod views;
mod webhooks;
mod wire;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use self::{
    admission::{Admission, Asked, TICKET, Ticket},
    context::{Context, PageError, Parts, Probe, Readiness, Render, Settings},
    credentials::KEY_PREFIX,
    errors::{ApiError, Code},
    guests::{LONGEST_GRANT, MadeKey, is_machine, make_key},
    hook_admin::hook_urls,
    live::{LiveParts, LiveSettings, tell_of_access},
    operators::Operators,
    principal::{Place, Principal, SignedIn, Standing, Who},
    quota::{Rate, Rates},
    reply::Response,
    router::{Access, Answer, Request, Route, get, post},
    server::Report,
    tls::{Tls, TlsError},
};

/// Every route there is.
pub fn routes() -> Vec<Route> {
    let mut routes = health::routes();
    routes.extend(admin::routes());
    routes.extend(clerk_admin::routes());
    routes.extend(replays::routes());
    routes.extend(hook_admin::routes());
    routes.extend(ui::routes());
    routes.extend(contacts::routes());
    routes.extend(identity::routes());
    routes.extend(guests::routes());
    routes.extend(people::routes());
    routes.extend(lineage::routes());
    routes.extend(attachments::routes());
    routes.extend(development::routes());
    routes.extend(live::routes());
    routes.extend(openapi::routes());
    routes.extend(webhooks::routes());
    routes
}

/// Serves everything on `listener` until `stop`, then lets what is under way end. With `tls`, what begins as TLS is TLS.
pub async fn serve(
    listener: TcpListener,
    context: Context,
    tls: Option<Tls>,
    stop: CancellationToken,
) -> Report {
    serve_over(listener, context, routes(), tls, stop).await
}

/// Serves `/metrics` alone, for a port of its own.
pub async fn serve_metrics(listener: TcpListener, context: Context, stop: CancellationToken) -> Report {
    serve_routes(listener, context, health::metrics_alone(), stop).await
}

/// Serves other routes than [`routes`] the same way.
pub async fn serve_routes(
    listener: TcpListener,
    context: Context,
    routes: Vec<Route>,
    stop: CancellationToken,
) -> Report {
    serve_over(listener, context, routes, None, stop).await
}

/// Serves any routes, with our own TLS or without.
pub async fn serve_over(
    listener: TcpListener,
    context: Context,
    routes: Vec<Route>,
    tls: Option<Tls>,
    stop: CancellationToken,
) -> Report {
    let service = warp::service(router::filter(context.clone(), routes));
    let limits = context.settings.get().limits();
    let settings = context.settings.clone();
    let handle = move |arrival, request: http::Request<hyper::body::Incoming>| {
        let (context, service) = (context.clone(), service.clone());
        async move { edge::pass(&context, service, arrival, request).await }
    };
    server::run(listener, limits, tls, handle, stop, move || settings.get().drain_grace).await
}
