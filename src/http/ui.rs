//! The operators' page: signing in, the page itself, its moving part, and its buttons.

use std::net::IpAddr;

use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, CACHE_CONTROL, COOKIE, ETAG, HOST, IF_NONE_MATCH, ORIGIN, SET_COOKIE},
};
use jiff::{SignedDuration, Timestamp};
use minijinja::{Value, context};
use routiq_actors::{RestartMode, port::SyncKey};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Context,
    deeds::{self, Doer, Pause},
    errors::{ApiError, Code},
    operators::{SESSION, Session},
    page::{Filter, Page},
    reply::{Response, html, json_reply, see_other, stamp, success},
    request_ids::RequestId,
    router::{Access, Answer, Request, Route, get, post, too_many},
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/", Access::Open, root),
        get("/ui/state", Access::Page, state),
        post("/ui/sign-in", Access::Open, sign_in).body_limit(8 << 10),
        post("/ui/sign-out", Access::Page, sign_out),
        post("/ui/accounts/{org}/{account}", Access::Page, deed),
        get("/assets/{file}", Access::Open, |context, request| async move {
            context.assets().file(request.part("file"))
        })
        .unlimited(),
    ]
}

/// The page for whoever is signed in, the way in for other people, and a few facts for programs.
async fn root(context: Context, request: Request) -> Answer {
    let session = session_of(&context, &request);
    if let Some(link) = request.parameter("sign_in")
        && session.is_none()
    {
        return by_link(&context, &request, &link);
    }
    match session {
        Some((_, session)) if request.wants_page() => whole(&context, &request, &session).await,
        _ if request.wants_page() => way_in(&context, StatusCode::OK, None),
        _ => {
            let body = json!({
                "message": "Routiq",
                "version": context.version,
                "status": "running",
                "timestamp": stamp(request.now),
                "docs": "/openapi.json",
            });
            Ok(json_reply(StatusCode::OK, &body))
        }
    }
}

/// A link that works once. It answers with a page that goes on by itself: a browser that came from elsewhere sends the
/// new cookie only with a request that this page begins.
fn by_link(context: &Context, request: &Request, link: &str) -> Answer {
    let Some(secret) = context.operators.redeem(link) else {
        refuse_guesses(context, request.peer.client, request.now)?;
        return way_in(context, StatusCode::UNAUTHORIZED, Some("This link was used before, or is too old."));
    };
    let mut response = html(StatusCode::OK, render(context, "entered.html", context! {})?);
    set_cookie(&mut response, context, request, &secret, SESSION);
    Ok(response)
}

async fn sign_in(context: Context, request: Request) -> Answer {
    if !is_own_form(&request) {
        return Err(Code::Forbidden.into());
    }
    let (client, now, secure) = (request.peer.client, request.now, is_secure(&context, &request));
    let mut fields = request.form(&context).await?;
    let token = fields.text("token", 1..=512).unwrap_or_default();
    let Some(secret) = context.operators.sign_in(&token) else {
        refuse_guesses(&context, client, now)?;
        return way_in(&context, StatusCode::UNAUTHORIZED, Some("That is not the operators' token."));
    };
    let mut response = see_other("/");
    put_cookie(&mut response, secure, &secret, SESSION);
    Ok(response)
}

/// Counts a wrong secret; too many from one address are told to wait.
fn refuse_guesses(context: &Context, address: IpAddr, now: Timestamp) -> Result<(), ApiError> {
    if let Some(pause) = context.operators.must_wait(address) {
        return Err(too_many(now, pause));
    }
    context.operators.failed(address);
    Ok(())
}

async fn sign_out(context: Context, request: Request) -> Answer {
    let secure = is_secure(&context, &request);
    let (secret, _) = vouched(&context, request).await?;
    context.operators.sign_out(&secret);
    let mut response = see_other("/");
    put_cookie(&mut response, secure, "", SignedDuration::ZERO);
    Ok(response)
}

/// What the page's buttons do.
#[derive(Clone, Copy)]
enum Deed {
    Restart(RestartMode),
    PauseFor(SignedDuration),
    Pause,
    Resume,
    Sync { full: bool },
}

const DEEDS: [(&str, Deed); 8] = [
    ("restart", Deed::Restart(RestartMode::Graceful)),
    ("kill", Deed::Restart(RestartMode::Kill)),
    ("panic", Deed::Restart(RestartMode::Panic)),
    ("pause", Deed::Pause),
    ("pause_hour", Deed::PauseFor(SignedDuration::from_hours(1))),
    ("resume", Deed::Resume),
    ("sync", Deed::Sync { full: false }),
    ("sweep", Deed::Sync { full: true }),
];

/// What the page says when a deed is done.
fn done(name: &str) -> Option<&'static str> {
    Some(match name {
        "restart" => "The actor ends its step and begins anew.",
        "kill" => "The actor is cut off and begins anew.",
        "panic" => "The actor panics and begins anew.",
        "pause" => "The actor stands still until it is resumed.",
        "pause_hour" => "The actor stands still for an hour.",
        "resume" => "The actor runs again.",
        "sync" => "The actor looks at its source now.",
        "sweep" => "Everything of this account is read again.",
        _ => return None,
    })
}

async fn deed(context: Context, request: Request) -> Answer {
    let id = |part: &str| request.part(part).parse::<Uuid>().map_err(|_| ApiError::from(Code::NotFound));
    let key = SyncKey { organization: id("org")?, account: id("account")? };
    let doer =
        Doer { id: request.id.clone(), address: request.peer.client, through: "page", now: request.now };
    let wants_json = request.header(ACCEPT).is_some_and(|kinds| kinds.starts_with("application/json"));
    let now = request.now;
    let (_, mut fields) = vouched(&context, request).await?;
    let name = fields.required_text("do", 1..=20);
    let back = fields.text("back", 1..=300).unwrap_or_default();
    fields.finish()?;
    let deed = DEEDS.iter().find(|(known, _)| *known == name).map(|(_, deed)| *deed);
    let reason = || "paused on the page".to_owned();
    match deed.ok_or(Code::ValidationError)? {
        Deed::Restart(mode) => drop(deeds::restart(&context, key, mode, &doer).await?),
        Deed::Pause => deeds::pause(&context, key, &Pause { reason: reason(), until: None }, &doer).await?,
        Deed::PauseFor(length) => {
            let until = now.saturating_add(length).ok();
            deeds::pause(&context, key, &Pause { reason: reason(), until }, &doer).await?;
        }
        Deed::Resume => deeds::resume(&context, key, &doer).await?,
        Deed::Sync { full } => drop(deeds::sync(&context, key, full, &doer).await?),
    }
    if wants_json {
        let body = json!({"accepted": true, "message": done(&name)});
        return Ok(success(StatusCode::ACCEPTED, now, body));
    }
    Ok(see_other(&way_back(&back, &name)))
}

/// The page that the form came from; only our own parameters survive.
fn way_back(back: &str, deed: &str) -> String {
    let kept = form_urlencoded::parse(back.trim_start_matches('?').as_bytes());
    let kept = kept.filter(|(name, _)| matches!(name.as_ref(), "q" | "show" | "page"));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).append_pair("done", deed);
    format!("/?{}", query.finish())
}

/// The fields of a form that proves to be of this session.
pub(super) async fn vouched(
    context: &Context,
    request: Request,
) -> Result<(String, super::fields::Fields), ApiError> {
    let session = request.session().cloned().ok_or(Code::Unauthorized)?;
    if !is_own_form(&request) {
        return Err(Code::Forbidden.into());
    }
    let mut fields = request.form(context).await?;
    let csrf = fields.text("csrf", 1..=128).unwrap_or_default();
    if !session.1.vouches_for(&csrf) {
        return Err(
            ApiError::from(Code::Forbidden).saying("This form is of another session; load the page again")
        );
    }
    Ok((session.0, fields))
}

/// Whether a form was sent from our own page, as far as the browser says.
fn is_own_form(request: &Request) -> bool {
    let site = request.header("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    let host = request.header(HOST).unwrap_or_default();
    let origin = request.header(ORIGIN).is_none_or(|origin| {
        origin.split_once("://").is_some_and(|(_, from)| !host.is_empty() && from.eq_ignore_ascii_case(host))
    });
    site && origin
}

async fn whole(context: &Context, request: &Request, session: &Session) -> Answer {
    let (page, _) = look(context, request, session).await;
    let notice = request.parameter("done").and_then(|name| done(&name));
    let values = context! { notice, ..values(context, request, session, &page) };
    let mut response = html(StatusCode::OK, render(context, "page.html", values)?);
    keep_private(&mut response);
    Ok(response)
}

/// The moving part of the page, or that nothing moved.
async fn state(context: Context, request: Request) -> Answer {
    let (_, session) = request.session().ok_or(Code::Unauthorized)?;
    let (page, tag) = look(&context, &request, session).await;
    let known =
        request.header(IF_NONE_MATCH).is_some_and(|tags| tags.split(',').any(|known| known.trim() == tag));
    let mut response = if known {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        html(StatusCode::OK, render(&context, "state.html", values(&context, &request, session, &page))?)
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    keep_private(&mut response);
    Ok(response)
}

pub(super) fn keep_private(response: &mut Response) {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
}

async fn look(context: &Context, request: &Request, session: &Session) -> (Page, String) {
    let snapshot = context.overview().look(context).await;
    let apis = context.tree.gates().map(|gates| gates.status()).unwrap_or_default();
    let page = Page::of(&snapshot, &context.alerts.standing(), &apis, filter(request));
    let mut digest = Sha256::new();
    digest.update(serde_json::to_vec(&page).unwrap_or_default());
    digest.update(&session.csrf);
    let tag: String = digest.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    (page, format!("\"{tag}\""))
}

fn filter(request: &Request) -> Filter {
    Filter {
        name: request.parameter("q").unwrap_or_default().chars().take(80).collect(),
        show: request.parameter("show").unwrap_or_default(),
        page: request.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1),
    }
}

fn values(context: &Context, request: &Request, session: &Session, page: &Page) -> Value {
    context! {
        p => Value::from(minijinja::value::Serde(page)),
        now => request.now.as_millisecond(),
        csrf => session.csrf.clone(),
        version => context.version,
        environment => context.settings.get().environment.to_string(),
        started => stamp(context.started_at),
        up => request.now.duration_since(context.started_at).as_millis() as i64,
    }
}

/// The page where people sign in.
fn way_in(context: &Context, status: StatusCode, problem: Option<&str>) -> Answer {
    let has_token = context.operators.has_token();
    Ok(html(status, render(context, "sign_in.html", context! { problem, has_token })?))
}

/// What a browser shows when something failed.
pub(super) fn error_page(context: &Context, error: &ApiError, id: &RequestId) -> Option<Response> {
    if error.code() == Code::Unauthorized {
        return way_in(context, StatusCode::UNAUTHORIZED, Some("Your session has ended.")).ok();
    }
    let values = context! { message => error.message(), id => id.as_str() };
    let page = render(context, "error.html", values).ok()?;
    let mut response = html(error.code().status(), page);
    let plain = error.response(id, context.clock.now());
    for (name, value) in plain.headers() {
        if *name == http::header::RETRY_AFTER || *name == http::header::ALLOW {
            response.headers_mut().insert(name, value.clone());
        }
    }
    Some(response)
}

pub(super) fn render(context: &Context, template: &str, values: Value) -> Result<String, ApiError> {
    context.assets().render(template, values).map_err(|error| {
        tracing::error!(%error, template, "a page could not be written");
        Code::InternalError.into()
    })
}

/// The session that a request's cookie names.
pub(super) fn session_of(context: &Context, request: &Request) -> Option<(String, Session)> {
    let wanted = cookie_name(is_secure(context, request));
    let cookies = request.headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let secret = pairs.find(|(name, _)| *name == wanted)?.1;
    Some((secret.to_owned(), context.operators.session(secret)?))
}

fn set_cookie(
    response: &mut Response,
    context: &Context,
    request: &Request,
    secret: &str,
    length: SignedDuration,
) {
    put_cookie(response, is_secure(context, request), secret, length);
}

fn put_cookie(response: &mut Response, secure: bool, secret: &str, length: SignedDuration) {
    let (name, ending) = (cookie_name(secure), if secure { "; Secure" } else { "" });
    let seconds = length.as_secs();
    let cookie = format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{ending}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}

/// The prefix makes browsers refuse one that another host or an unencrypted page set.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-routiq_session" } else { "routiq_session" }
}

/// Whether the cookie may travel encrypted only: always, except to this very machine, and except on a developer's, where
/// nothing encrypts.
fn is_secure(context: &Context, request: &Request) -> bool {
    let host = request.header(HOST).unwrap_or_default();
    let name =
        host.rsplit_once(':').map_or(host, |(name, port)| if port.ends_with(']') { host } else { name });
    let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_here =
        name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback());
    !is_here && context.settings.get().environment.is_guarded()
}
