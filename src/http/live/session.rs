//! Who may watch: by a ticket, a subprotocol, a token, or a first frame; and whether they still may.

use std::time::Duration;

use http::header;
use jiff::{Timestamp, civil::Date};
use tokio::time::Instant;

use super::{
    super::{
        Context,
        admission::Asked,
        cors,
        errors::{ApiError, Code},
        principal::{Principal, Standing},
        quota::{self, Key},
        router::Request,
    },
    feed::{GROUPS, Resume, View},
};
use crate::domain::role::Role;

/// What a client offers that brings its token among the subprotocols.
const OFFERED: &str = "bearer.";
/// The subprotocol that is spoken.
pub(super) const PROTOCOL: &str = "routiq.v1";
/// When to look again while it cannot be told whether somebody may stay.
const SOON: Duration = Duration::from_secs(5);
/// The longest range of days.
const LONGEST: i32 = 366;

/// What a request brings to prove who sends it.
pub(super) enum Brought {
    Ticket(String),
    Token(String),
    Nothing,
}

/// The organization that the path names.
pub(super) fn organization(request: &Request) -> String {
    request.organization().unwrap_or_default().to_owned()
}

/// What this request brings: a ticket first, then a subprotocol, a header, a parameter.
pub(super) fn brought(request: &Request) -> Brought {
    if let Some(ticket) = request.parameter("ticket") {
        return Brought::Ticket(ticket);
    }
    let offered = offered(request).find_map(|name| name.strip_prefix(OFFERED).map(str::to_owned));
    let header = request.header(header::AUTHORIZATION).and_then(|text| text.split_once(' '));
    let token = offered.or_else(|| header.map(|(_, token)| token.trim().to_owned()));
    match token.or_else(|| request.parameter("token")) {
        Some(token) => Brought::Token(token),
        None => Brought::Nothing,
    }
}

/// The subprotocols that a client offers.
pub(super) fn offered(request: &Request) -> impl Iterator<Item = &str> {
    let lines = request.headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter();
    lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim)
}

/// Who a request's credentials let in; none when it brings none. Whoever may come gets in, however many others try from the
/// same address.
pub(super) async fn admit(context: &Context, request: &Request) -> Result<Option<Principal>, ApiError> {
    let admitted = known(context, request).await;
    let strange = match &admitted {
        Ok(known) => known.is_none(),
        Err(error) => error.code().is_refusal(),
    };
    if strange {
        quota::take(context, &[Key::stranger(request.peer.client)], request.now, &mut None)?;
    }
    admitted
}

async fn known(context: &Context, request: &Request) -> Result<Option<Principal>, ApiError> {
    let organization = organization(request);
    match brought(request) {
        Brought::Ticket(ticket) => {
            let asked = asking(request, &organization, None, request.now);
            Ok(Some(context.access.redeem(&ticket, &asked).await?))
        }
        Brought::Token(token) => Ok(Some(by_token(context, request, &token, request.now).await?)),
        Brought::Nothing => Ok(None),
    }
}

/// Whom a token lets in.
pub(super) async fn by_token(
    context: &Context,
    request: &Request,
    token: &str,
    now: Timestamp,
) -> Result<Principal, ApiError> {
    let organization = organization(request);
    let authorization = format!("Bearer {token}");
    context.access.admit(&asking(request, &organization, Some(&authorization), now)).await
}

fn asking<'a>(
    request: &'a Request,
    organization: &'a str,
    authorization: Option<&'a str>,
    now: Timestamp,
) -> Asked<'a> {
    Asked {
        authorization,
        organization: Some(organization),
        header: None,
        floor: Role::Viewer,
        address: Some(request.peer.client),
        request: Some(request.id.as_str()),
        now,
    }
}

/// Whether a browser may come from where it says it does: our own pages, and the origins that are listed. What brings no
/// origin is no browser.
pub(super) fn comes_from_home(context: &Context, request: &Request) -> bool {
    let Some(origin) = request.header(header::ORIGIN) else { return true };
    let host = request.header(header::HOST).unwrap_or_default();
    let own =
        origin.split_once("://").is_some_and(|(_, from)| !host.is_empty() && from.eq_ignore_ascii_case(host));
    own || cors::allowed(&request.headers, &context.settings.get()).is_some()
}

/// What a request wants to see, and where it was.
pub(super) fn wishes(request: &Request) -> Result<(View, Option<Resume>), ApiError> {
    let parameter = |name: &str| request.parameter(name);
    let view = view(parameter("period"), parameter("startDate"), parameter("endDate"), parameter("metrics"))?;
    let mut resume = parameter("epoch")
        .zip(parameter("last_seq"))
        .and_then(|(epoch, sequence)| Resume::of(&epoch, &sequence).or_else(unknown));
    if let Some(id) = request.header("last-event-id").filter(|id| !id.is_empty()) {
        resume =
            id.split_once(':').and_then(|(epoch, sequence)| Resume::of(epoch, sequence)).or_else(unknown);
    }
    Ok((view, resume))
}

/// A place nobody was at: who says something that cannot be read gets a snapshot that says so.
fn unknown() -> Option<Resume> {
    Some(Resume { epoch: uuid::Uuid::nil(), sequence: 0 })
}

/// What a client wants to see, from its words.
pub(super) fn view(
    period: Option<String>,
    start: Option<String>,
    end: Option<String>,
    groups: Option<String>,
) -> Result<View, ApiError> {
    let wrong = |field: &'static str, why: &'static str| ApiError::field(field, why);
    let period = match period.as_deref() {
        None | Some("") => crate::domain::live::Period::default(),
        Some(name) => crate::domain::live::Period::named(name)
            .ok_or_else(|| wrong("period", "must be week or month"))?,
    };
    let read = |field: &'static str, text: Option<String>| {
        text.filter(|text| !text.is_empty())
            .map(|text| text.parse::<Date>().map_err(|_| wrong(field, "must be a day such as 2031-03-04")))
            .transpose()
    };
    let days = match (read("startDate", start)?, read("endDate", end)?) {
        (None, None) => None,
        (Some(first), Some(last)) if last < first => {
            return Err(wrong("endDate", "must not lie before startDate"));
        }
        (Some(first), Some(last)) => {
            let length = first.until(last).map(|span| span.get_days()).unwrap_or(i32::MAX);
            if length >= LONGEST {
                return Err(wrong("endDate", "must lie within 366 days of startDate"));
            }
            Some((first, last))
        }
        _ => return Err(wrong("endDate", "must be given together with startDate")),
    };
    let groups = groups
        .filter(|text| !text.is_empty() && text != "all")
        .map(|text| text.split(',').map(|group| group.trim().to_owned()).collect::<Vec<_>>());
    if let Some(groups) = &groups
        && let Some(_unknown) = groups.iter().find(|group| !GROUPS.contains(&group.as_str()))
    {
        return Err(wrong("metrics", "must name bookings, patients, trends, chat or people"));
    }
    Ok(View { period, days, groups })
}

/// Somebody who watches, and when it must be asked again whether they may.
pub(super) struct Watcher {
    principal: Principal,
    next: Instant,
}

impl Watcher {
    pub(super) fn new(context: &Context, principal: Principal, now: Timestamp) -> Self {
        let mut watcher = Self { principal, next: Instant::now() };
        // Each begins somewhere else in the period, so that not all ask at once.
        let period = context.live().parts.settings.recheck;
        let spread = f64::from(rand::random::<u16>()) / f64::from(u16::MAX);
        watcher.next_in(period.mul_f64(0.5 + spread / 2.0), now);
        watcher
    }

    /// When to look again.
    pub(super) fn due(&self) -> Instant {
        self.next
    }

    /// Looks again: why they must go, if they must.
    pub(super) async fn look(&mut self, context: &Context) -> Option<&'static str> {
        let now = context.clock.now();
        match context.access.recheck(&self.principal, now).await {
            Standing::Stands(role) => {
                self.principal.role = role;
                self.next_in(context.live().parts.settings.recheck, now);
                None
            }
            Standing::Ended(why) => Some(why),
            Standing::Unknown => {
                self.next_in(SOON, now);
                None
            }
        }
    }

    fn next_in(&mut self, pause: Duration, now: Timestamp) {
        let left = self
            .principal
            .expires_at
            .map(|end| Duration::try_from(end.duration_since(now)).unwrap_or_default());
        self.next = Instant::now() + left.map_or(pause, |left| pause.min(left));
    }
}

/// The close code of an error, as the contract of live connections numbers them.
pub(super) fn close_code(error: &ApiError) -> u16 {
    match error.code() {
        Code::Unauthorized | Code::TokenExpired | Code::InvalidToken => 4401,
        Code::NotFound | Code::InvalidOrgId => 4404,
        Code::RateLimited => 4429,
        Code::ValidationError | Code::InvalidJson => 4400,
        Code::ServiceUnavailable | Code::DatabaseError | Code::InternalError => 1013,
        _ => 4403,
    }
}
