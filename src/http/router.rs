//! One list of routes: each says its method, its path and who may call it. Nothing is answered that does not stand in
//! it, and the check of who may stands here, before anything of a body is read.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use hyper::upgrade::OnUpgrade;
use jiff::Timestamp;
use warp::{Filter, filters::BoxedFilter, path::FullPath};

use super::{
    Context,
    admission::Asked,
    body::{Body, is_kind},
    edge::Peer,
    errors::{ApiError, Code},
    fields::Fields,
    operators::Session,
    paths::find,
    principal::{Principal, SignedIn},
    quota::{self, Allowance, Class, Key},
    reply::Response,
    request_ids::RequestId,
    ui,
};
use crate::domain::role::Role;

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Open,
    /// Who sends the operators' token.
    Operator,
    /// Who is signed in to the page.
    Page,
    /// Who has a session, wherever they belong.
    SignedIn,
    /// Who has at least this role in the organization that `{org}` or `{clinicId}` names, or the header
    /// `x-organization-id` where the path names none: members, services, and whom a grant lets in.
    Member(Role),
}

/// The header that names an organization.
pub(super) const ORGANIZATION: &str = "x-organization-id";
/// How routes say where their path names one.
const ORGANIZATION_PARTS: [&str; 2] = ["org", "clinicId"];

/// What a handler answers.
pub type Answer = Result<Response, ApiError>;
type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;
type Handler = Arc<dyn Fn(Context, Request) -> Answering + Send + Sync>;

/// A request that was let in.
pub struct Request {
    /// Its method; a HEAD is answered like a GET.
    pub(super) method: Method,
    /// Its path, as it came.
    pub(super) path: String,
    /// What stands behind the question mark.
    pub(super) query: String,
    /// Its headers.
    pub(super) headers: HeaderMap,
    /// Its id.
    pub(super) id: RequestId,
    /// Who sent it.
    pub(super) peer: Peer,
    /// When it came.
    pub(super) now: Timestamp,
    /// What takes the connection over, where the client may ask for that.
    pub(super) upgrade: Option<OnUpgrade>,
    session: Option<(String, Session)>,
    signed_in: Option<SignedIn>,
    principal: Option<Principal>,
    parts: Vec<(&'static str, String)>,
    most: Option<u64>,
    body: Body,
}

impl Request {
    /// The part of the path that stands where the route says `{name}`.
    pub fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(part, _)| *part == name).map_or("", |(_, value)| value)
    }

    /// The organization that the path names.
    pub(super) fn organization(&self) -> Option<&str> {
        let named = |(part, _): &&(&str, String)| ORGANIZATION_PARTS.contains(part);
        self.parts.iter().find(named).map(|(_, value)| value.as_str())
    }

    /// The value of a query parameter; the first, if it stands there twice.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// A header's text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether the client would show a page.
    pub fn wants_page(&self) -> bool {
        self.header(header::ACCEPT).is_some_and(|kinds| kinds.contains("text/html"))
    }

    /// Who was let in, on a route for members.
    ///
    /// # Errors
    /// On any other route: a defect of ours.
    pub fn principal(&self) -> Result<&Principal, ApiError> {
        self.principal.as_ref().ok_or_else(|| Code::InternalError.into())
    }

    /// Who is signed in, on a route for everybody who is.
    ///
    /// # Errors
    /// On any other route: a defect of ours.
    pub fn signed_in(&self) -> Result<&SignedIn, ApiError> {
        self.signed_in.as_ref().ok_or_else(|| Code::InternalError.into())
    }

    /// The page's session and its secret.
    pub(super) fn session(&self) -> Option<&(String, Session)> {
        self.session.as_ref()
    }

    /// The fields of a JSON body.
    ///
    /// # Errors
    /// When it is too large, of another kind, or no JSON object.
    pub(super) async fn fields(self, context: &Context) -> Result<Fields, ApiError> {
        let typed = is_kind(&self.headers, "application/json");
        let bytes = self.read(context).await?;
        if !typed && !bytes.is_empty() {
            return Err(Code::UnsupportedMediaType.into());
        }
        Fields::json(&bytes)
    }

    /// The fields of a form.
    ///
    /// # Errors
    /// When it is too large, or of another kind.
    pub(super) async fn form(self, context: &Context) -> Result<Fields, ApiError> {
        if !is_kind(&self.headers, "application/x-www-form-urlencoded") {
            let error = ApiError::from(Code::UnsupportedMediaType);
            return Err(error.saying("The body must be application/x-www-form-urlencoded"));
        }
        Ok(Fields::form(&self.read(context).await?))
    }

    /// Its body, of at most `most` bytes and no later than `longest`; each part is shown to `take` before it is kept.
    ///
    /// # Errors
    /// When it is too large or too slow, or `take` refuses.
    pub(super) async fn raw(
        &mut self,
        most: u64,
        longest: Duration,
        take: impl FnMut(usize) -> Result<(), ApiError> + Send,
    ) -> Result<Bytes, ApiError> {
        let body = std::mem::replace(&mut self.body, Body::empty());
        body.read(&self.headers, most, longest, take).await
    }

    /// Whose requests these are.
    fn counted_as(&self, class: Class) -> Vec<Key> {
        if let Some(principal) = &self.principal {
            let organization = principal.organization.id;
            let own = Key::User(class, principal.key(), organization);
            return vec![own, Key::Organization(organization)];
        }
        let user = match (&self.signed_in, &self.session) {
            (Some(signed_in), _) => signed_in.user.clone(),
            (None, Some((secret, _))) => secret.clone(),
            (None, None) => "operator".to_owned(),
        };
        vec![Key::User(class, user, uuid::Uuid::nil())]
    }

    async fn read(self, context: &Context) -> Result<Bytes, ApiError> {
        let settings = context.settings.get();
        let most = self.most.unwrap_or(settings.body_limit);
        self.body.read(&self.headers, most, settings.body_timeout, |_| Ok(())).await
    }
}

/// One route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, such as `/admin/tenants/{org}/actors`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    class: Class,
    most: Option<u64>,
    handler: Handler,
}

impl Route {
    /// The same for bodies of at most so many bytes, whatever `server.body_limit` says.
    #[must_use]
    pub fn body_limit(mut self, most: u64) -> Self {
        self.most = Some(most);
        self
    }

    /// The same without a limit on how often it is asked: probes, files of the page, and webhooks, which are never
    /// refused for their number before they are stored.
    #[must_use]
    pub fn unlimited(mut self) -> Self {
        self.class = Class::Free;
        self
    }

    #[cfg(test)]
    pub(super) fn is_counted(&self) -> bool {
        self.class != Class::Free
    }
}

/// A route that reads.
pub fn get<F>(
    path: &'static str,
    access: Access,
    handler: impl Fn(Context, Request) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Answer> + Send + 'static,
{
    route(Method::GET, path, access, handler)
}

/// A route that does something.
pub fn post<F>(
    path: &'static str,
    access: Access,
    handler: impl Fn(Context, Request) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Answer> + Send + 'static,
{
    route(Method::POST, path, access, handler)
}

fn route<F>(
    method: Method,
    path: &'static str,
    access: Access,
    handler: impl Fn(Context, Request) -> F + Send + Sync + 'static,
) -> Route
where
    F: Future<Output = Answer> + Send + 'static,
{
    let handler: Handler = Arc::new(move |context, request| Box::pin(handler(context, request)));
    let class = if method == Method::GET { Class::Read } else { Class::Write };
    Route { method, path, access, class, most: None, handler }
}

/// Which route answered; the edge reads it back from the response for logs and metrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matched(pub &'static str);

/// The list as one filter that answers everything.
pub(super) fn filter(context: Context, routes: Vec<Route>) -> BoxedFilter<(Response,)> {
    let routes = Arc::new(routes);
    let query = warp::query::raw().or(warp::any().map(String::new)).unify();
    warp::method()
        .and(warp::path::full())
        .and(query)
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<RequestId>())
        .and(warp::ext::optional::<Peer>())
        .and(warp::ext::optional::<OnUpgrade>())
        .and(warp::body::stream())
        .then(
            move |method: Method,
                  path: FullPath,
                  query: String,
                  headers: HeaderMap,
                  id: Option<RequestId>,
                  peer: Option<Peer>,
                  upgrade: Option<OnUpgrade>,
                  body| {
                let request = Request {
                    method,
                    path: path.as_str().to_owned(),
                    query,
                    headers,
                    id: id.unwrap_or_default(),
                    peer: peer.unwrap_or_default(),
                    now: context.clock.now(),
                    upgrade,
                    session: None,
                    signed_in: None,
                    principal: None,
                    parts: Vec::new(),
                    most: None,
                    body: Body::new(body),
                };
                answer(context.clone(), Arc::clone(&routes), path, request)
            },
        )
        .boxed()
}

async fn answer(context: Context, routes: Arc<Vec<Route>>, path: FullPath, request: Request) -> Response {
    let (id, now, page) = (request.id.clone(), request.now, request.wants_page());
    let mut allowance = None;
    let (matched, outcome) = match find(&routes, &request.method, path.as_str()) {
        Ok((route, parts)) => {
            let request = Request { parts, most: route.most, ..request };
            (Some(route), handle(&context, route, request, &mut allowance).await)
        }
        Err(error) => {
            let stranger = [Key::stranger(request.peer.client)];
            let counted = quota::take(&context, &stranger, now, &mut allowance);
            (None, Err(counted.err().unwrap_or(error)))
        }
    };
    let mut response = outcome.unwrap_or_else(|error| {
        let for_people = page && matched.is_some_and(|route| route.access != Access::Operator);
        let shown = if for_people { ui::error_page(&context, &error, &id) } else { None };
        shown.unwrap_or_else(|| error.response(&id, now))
    });
    response.extensions_mut().insert(Matched(matched.map_or("none", |route| route.path)));
    if let Some(allowance) = allowance {
        response.extensions_mut().insert(allowance);
    }
    response
}

/// Lets in whoever may come, as often as they may.
async fn handle(
    context: &Context,
    route: &Route,
    request: Request,
    allowance: &mut Option<Allowance>,
) -> Answer {
    let stranger = request.peer.client;
    let now = request.now;
    if route.access == Access::Open {
        if route.class != Class::Free {
            quota::take(context, &[Key::stranger(stranger)], now, allowance)?;
        }
        return (route.handler)(context.clone(), request).await;
    }
    let request = match admit(context, route.access, request).await {
        Ok(request) => request,
        Err(error) => {
            // Whoever may come gets in, however many others try from the same address.
            if error.code().is_refusal() {
                quota::take(context, &[Key::stranger(stranger)], now, allowance)?;
            }
            return Err(error);
        }
    };
    if route.class != Class::Free {
        quota::take(context, &request.counted_as(route.class), now, allowance)?;
    }
    (route.handler)(context.clone(), request).await
}

async fn admit(context: &Context, access: Access, mut request: Request) -> Result<Request, ApiError> {
    let operators = &context.operators;
    let address = request.peer.client;
    match access {
        Access::Open => {}
        Access::Operator => {
            let given = request.header(header::AUTHORIZATION);
            if !operators.may(given) {
                // Who knows the token always gets in: an operator must not be shut out by somebody who guesses.
                return Err(match operators.must_wait(address) {
                    Some(pause) if given.is_some() => too_many(request.now, pause),
                    _ => {
                        if given.is_some() {
                            operators.failed(address);
                        }
                        Code::Unauthorized.into()
                    }
                });
            }
        }
        Access::Page => {
            request.session = ui::session_of(context, &request);
            if request.session.is_none() {
                return Err(Code::Unauthorized.into());
            }
        }
        Access::SignedIn => {
            let given = request.header(header::AUTHORIZATION);
            request.signed_in = Some(context.access.signed_in(given, request.now).await?);
        }
        Access::Member(floor) => {
            let asked = Asked {
                authorization: request.header(header::AUTHORIZATION),
                organization: request.organization(),
                header: request.header(ORGANIZATION),
                floor,
                address: Some(request.peer.client),
                request: Some(request.id.as_str()),
                now: request.now,
            };
            let principal = context.access.admit(&asked).await?;
            request.principal = Some(principal);
        }
    }
    Ok(request)
}

/// The answer to too many failed attempts.
pub(super) fn too_many(now: Timestamp, pause: Duration) -> ApiError {
    quota::too_many(super::operators::ATTEMPTS, now, pause)
}
