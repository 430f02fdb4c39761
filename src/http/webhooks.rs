//! What platforms send us: found by its address, verified over its raw bytes, kept, and only then answered.
//!
//! Whoever gets a 200 may forget the delivery; everybody else is told to come again, or why not. An address that is none
//! is answered like any other path that is none, before anything of the body is read.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{StatusCode, header};
use metrics::counter;
use routiq_actors::journal::{Kept, Refused};
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Context,
    body::is_kind,
    errors::{ApiError, Code},
    reply::{Response, success, with_type},
    router::{Access, Answer, Request, Route, post},
};
use crate::{
    store::journal::{self, Stray},
    telemetry::alerts::{About, Alert, Severity},
    work::intake::{Address, Arrival, Turned},
};

/// Largest delivery.
const MOST: u64 = 1 << 20;
/// Largest delivery of Twilio's.
const MOST_OF_TWILIO: u64 = 64 << 10;
/// How long a delivery may take to arrive at most; platforms give up after five to fifteen seconds.
const LONGEST: Duration = Duration::from_secs(10);
/// When somebody should come again whose delivery could not be kept.
const AGAIN: Duration = Duration::from_secs(5);
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// An answer to a message, with nothing to say.
const TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        post("/webhooks/twilio/{hook_token}/inbound", Access::Open, inbound),
        post("/webhooks/twilio/{hook_token}/status", Access::Open, status),
        post("/webhooks/inbound", Access::Open, |context, request| stray(context, request, "inbound")),
        post("/webhooks/status", Access::Open, |context, request| stray(context, request, "status")),
        post("/webhooks/poll/{hook_token}", Access::Open, hint),
    ];
    for path in ["/webhooks/clerk", "/api/v1/webhooks/clerk", "/api/webhooks/clerk"] {
        routes.push(post(path, Access::Open, |context, request| house(context, request, "clerk")));
    }
    for path in ["/api/v1/stripe/webhook", "/webhooks/stripe", "/api/webhooks/stripe"] {
        routes.push(post(path, Access::Open, |context, request| house(context, request, "stripe")));
    }
    // Behind those that have addresses of their own shape: a list is read from its beginning.
    for path in ["/webhooks/{platform}/{hook_token}", "/api/webhooks/{platform}/{hook_token}"] {
        routes.push(post(path, Access::Open, tenant));
    }
    // What is genuine is never refused for coming often; what is not costs little.
    routes.into_iter().map(Route::unlimited).collect()
}

/// What one platform's deliveries may be.
#[derive(Clone, Copy)]
struct Kind {
    platform: &'static str,
    most: u64,
    types: &'static [&'static str],
}

const fn of(platform: &'static str) -> Kind {
    Kind { platform, most: MOST, types: &[JSON] }
}

const TWILIO: Kind = Kind { platform: "twilio", most: MOST_OF_TWILIO, types: &[FORM, JSON] };
/// Of a hint's body nothing is read.
const HINT: Kind = Kind { platform: "hint", most: MOST_OF_TWILIO, types: &[] };

async fn tenant(context: Context, mut request: Request) -> Answer {
    let platform = context.intake.sender(request.part("platform")).ok_or(Code::NotFound)?;
    let kept = deliver(&context, &mut request, of(platform)).await?;
    Ok(received(&request, kept))
}

async fn house(context: Context, mut request: Request, platform: &'static str) -> Answer {
    let kind = of(platform);
    count_received(kind);
    let address = context.intake.house(platform);
    let outcome = keep(&context, &mut request, kind, &address).await;
    Ok(received(&request, told(kind, outcome)?))
}

async fn inbound(context: Context, mut request: Request) -> Answer {
    deliver(&context, &mut request, TWILIO).await?;
    Ok(with_type(StatusCode::OK, "text/xml", TWIML.as_bytes().to_vec()))
}

async fn status(context: Context, mut request: Request) -> Answer {
    deliver(&context, &mut request, TWILIO).await?;
    Ok(success(StatusCode::OK, request.now, json!({"status": "received"})))
}

/// A reason to look now, and never data: nothing of it is kept but the wish.
async fn hint(context: Context, mut request: Request) -> Answer {
    count_received(HINT);
    let outcome = async {
        let address = find(&context, &request, HINT).await?;
        let (body, _room) = read(&context, &mut request, HINT).await?;
        let entry = check(&context, &request, &address, &body)?;
        let key = address.key().ok_or(Trouble::Unknown)?;
        if context.intake.is_hint_too_soon(key, entry.received_at) {
            return Ok(Kept::Duplicate);
        }
        context.intake.request_poll(key, entry.received_at).await.map_err(|_| Trouble::Unavailable)?;
        // An actor that does not run now looks at its tables first thing when it does.
        let _not_running = context.tree.sync_now(key);
        Ok(Kept::New)
    };
    let outcome = outcome.await;
    Ok(received(&request, told(HINT, outcome)?))
}

/// The addresses that all accounts share. Whose a delivery is would follow from its sender; as long as no senders are
/// known, none is anybody's: a few are kept to be looked at, and all are answered alike.
async fn stray(context: Context, mut request: Request, kind: &'static str) -> Answer {
    count_received(TWILIO);
    let read = read(&context, &mut request, TWILIO).await;
    let (body, _room) = told(TWILIO, read)?;
    let mut pairs = form_urlencoded::parse(&body);
    let account = pairs.find(|(name, _)| name == "AccountSid").map(|(_, value)| value.into_owned());
    let account: String = account.unwrap_or_default().chars().filter(|c| *c != '\0').take(64).collect();
    let signed = request.headers.contains_key("x-twilio-signature");
    let stray = Stray {
        id: context.ids.next(request.now),
        platform: "twilio",
        kind,
        account_sid: &account,
        reason: "no sender is known for it",
        headers: &json!({"signed": signed}),
        body: &body,
        received_at: request.now,
    };
    if let Err(error) = journal::keep_stray(&context.store, &stray).await {
        tracing::warn!(%error, "a delivery from an unknown sender could not be kept");
        return told(TWILIO, Err(Trouble::Unavailable));
    }
    told(TWILIO, Err(Trouble::Unknown))
}

async fn deliver(context: &Context, request: &mut Request, kind: Kind) -> Result<Kept, ApiError> {
    count_received(kind);
    let outcome = async {
        let address = find(context, request, kind).await?;
        keep(context, request, kind, &address).await
    };
    told(kind, outcome.await)
}

/// Why a delivery is not kept.
enum Trouble {
    /// Its address is none.
    Unknown,
    WrongKind,
    /// It did not arrive as it should.
    Body(ApiError),
    NotConfigured,
    Forged(&'static str),
    Malformed,
    /// There is no room for it now.
    Shed,
    Unavailable,
    Unfit,
}

/// Counts what became of it, and says it.
fn told<T>(kind: Kind, outcome: Result<T, Trouble>) -> Result<T, ApiError> {
    let trouble = match outcome {
        Ok(kept) => return Ok(kept),
        Err(trouble) => trouble,
    };
    let unavailable =
        || ApiError::from(Code::ServiceUnavailable).saying("It cannot be kept now").after(AGAIN);
    let (name, error) = match trouble {
        Trouble::Unknown => ("unknown", Code::NotFound.into()),
        Trouble::WrongKind => {
            let types = kind.types.join(" or ");
            (
                "wrong_kind",
                ApiError::from(Code::UnsupportedMediaType).saying(format!("The body must be {types}")),
            )
        }
        Trouble::Body(error) => {
            let name = match error.code() {
                Code::PayloadTooLarge => "too_large",
                Code::RequestTimeout => "too_slow",
                Code::ServiceUnavailable => "shed",
                _ => "broken_off",
            };
            (name, error)
        }
        Trouble::NotConfigured => ("not_configured", Code::InvalidSignature.into()),
        Trouble::Forged(name) => (name, Code::InvalidSignature.into()),
        Trouble::Malformed => {
            ("malformed", ApiError::from(Code::InvalidJson).saying("The body cannot be understood"))
        }
        Trouble::Shed => ("shed", unavailable()),
        Trouble::Unavailable => ("unavailable", unavailable()),
        Trouble::Unfit => (
            "unfit",
            ApiError::from(Code::ValidationError).saying("The delivery has something that cannot be kept"),
        ),
    };
    counter!("routiq_webhooks_answered_total", "platform" => kind.platform, "outcome" => name).increment(1);
    Err(error)
}

fn count_received(kind: Kind) {
    counter!("routiq_webhooks_received_total", "platform" => kind.platform).increment(1);
}

async fn find(context: &Context, request: &Request, kind: Kind) -> Result<Arc<Address>, Trouble> {
    match context.intake.find(kind.platform, request.part("hook_token"), request.now).await {
        Ok(address) => address.ok_or(Trouble::Unknown),
        Err(error) => {
            tracing::warn!(%error, platform = kind.platform, "an address of webhooks cannot be looked up");
            Err(Trouble::Unavailable)
        }
    }
}

/// The body, and the room it takes until it is answered.
async fn read(
    context: &Context,
    request: &mut Request,
    kind: Kind,
) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Trouble> {
    // A kind that is not said is judged by what the signature says.
    let said = request.headers.contains_key(header::CONTENT_TYPE);
    if said && !kind.types.is_empty() && !kind.types.iter().any(|known| is_kind(&request.headers, known)) {
        return Err(Trouble::WrongKind);
    }
    let (intake, mut room) = (Arc::clone(&context.intake), None::<OwnedSemaphorePermit>);
    let longest = context.settings.get().body_timeout.min(LONGEST);
    let body = request
        .raw(kind.most, longest, |bytes| {
            let more = intake.room(bytes).ok_or_else(|| {
                ApiError::from(Code::ServiceUnavailable).saying("It cannot be kept now").after(AGAIN)
            })?;
            match &mut room {
                Some(room) => room.merge(more),
                None => room = Some(more),
            }
            Ok(())
        })
        .await
        .map_err(Trouble::Body)?;
    Ok((body, room))
}

fn check(
    context: &Context,
    request: &Request,
    address: &Address,
    body: &Bytes,
) -> Result<journal::Entry, Trouble> {
    let arrival = Arrival {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body,
        received_at: request.now,
    };
    let alert = |key: &Address| key.owner.map(|owner| format!("webhook:{}", owner.endpoint));
    match context.intake.check(address, &arrival) {
        Ok(entry) => {
            if address.turns_well()
                && let Some(key) = alert(address)
            {
                context.alerts.resolve(&key);
            }
            Ok(entry)
        }
        Err(Turned::NotConfigured) => {
            if let (Some(key), Some(owner)) = (alert(address), address.owner) {
                context.alerts.raise(Alert {
                    key,
                    severity: Severity::Warning,
                    summary: format!(
                        "{} sends webhooks that cannot be checked: set a secret with `routiq webhooks secret`, and server.public_url",
                        address.account_platform
                    ),
                    about: About {
                        organization_id: Some(owner.organization),
                        account_id: Some(owner.account),
                        platform: Some(Arc::from(address.account_platform.as_str())),
                        ..About::default()
                    },
                });
            }
            Err(Trouble::NotConfigured)
        }
        Err(Turned::Forged(name)) => Err(Trouble::Forged(name)),
        Err(Turned::Malformed(why)) => {
            tracing::warn!(
                why,
                platform = address.account_platform,
                "a genuine webhook cannot be understood"
            );
            Err(Trouble::Malformed)
        }
    }
}

async fn keep(
    context: &Context,
    request: &mut Request,
    kind: Kind,
    address: &Address,
) -> Result<Kept, Trouble> {
    let (body, _room) = read(context, request, kind).await?;
    let entry = check(context, request, address, &body)?;
    drop(body);
    let (weight, ignored) = (entry.weight(), entry.ignored);
    let kept = match context.tree.journal().append(Arc::new(entry), weight).await {
        Ok(kept) => kept,
        Err(Refused::Full) => return Err(Trouble::Shed),
        Err(Refused::Closed | Refused::Unavailable(_)) => return Err(Trouble::Unavailable),
        Err(Refused::Unfit(reason)) => {
            tracing::error!(reason, platform = kind.platform, "a genuine webhook cannot be kept");
            return Err(Trouble::Unfit);
        }
    };
    let outcome = match (kept, ignored) {
        (Kept::Duplicate, _) => "repeated",
        (Kept::New, true) => "ignored",
        (Kept::New, false) => "kept",
    };
    counter!("routiq_webhooks_answered_total", "platform" => kind.platform, "outcome" => outcome)
        .increment(1);
    if (kept, ignored) == (Kept::New, false) {
        match address.key() {
            Some(key) => context.tree.deliver(key),
            None => context.tree.nudge_directory(),
        }
    }
    Ok(kept)
}

fn received(request: &Request, kept: Kept) -> Response {
    success(StatusCode::OK, request.now, json!({"received": true, "duplicate": kept == Kept::Duplicate}))
}
