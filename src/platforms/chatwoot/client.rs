//! One request to Chatwoot, and what its status means for the account.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use jiff::{Timestamp, fmt::rfc2822};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use crate::platforms::{
    PlatformError,
    retry::retry_pauses,
    transport::{Transport, TransportError},
};

/// Waiting for longer than this is not believed, whatever a header says.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// After the minute has turned, requests are spread over so much.
const SPREAD: Duration = Duration::from_secs(1);

/// Everything a request needs besides its path.
pub(super) struct Client<'a> {
    pub(super) transport: &'a dyn Transport,
    /// Scheme, host and port, without a slash at the end.
    pub(super) origin: &'a str,
    /// The account's number.
    pub(super) account: &'a str,
    pub(super) token: &'a SecretString,
    /// The budget that a "slow down" exhausts.
    pub(super) budget: &'a str,
    /// How much pauses are spread, 0 to 1.
    pub(super) jitter: f64,
    pub(super) now: Timestamp,
}

/// An answer as the platform documents it.
#[derive(Debug)]
pub(super) enum Reply {
    /// 2xx.
    Found {
        /// The body; bytes that are no UTF-8 are replaced, so they cost a character and not a page.
        text: String,
        /// The platform's own time, where it tells it.
        clock: Timestamp,
    },
    /// 404, said by the platform itself.
    Missing,
}

/// What error bodies say, in all their notations.
#[derive(Default, Deserialize)]
struct Complaint {
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    errors: Option<serde_json::Value>,
}

impl Complaint {
    /// Only the platform's own words prove a record gone: a router's or a proxy's 404 does not.
    fn is_missing(&self) -> bool {
        self.error.as_deref().is_some_and(|error| error.to_ascii_lowercase().contains("could not be found"))
    }
}

impl Client<'_> {
    /// Asks for `path`, which begins with a slash and holds no secret.
    pub(super) async fn get(&self, path: &str) -> Result<Reply, PlatformError> {
        self.send(self.request(Method::GET, path, Bytes::new())?).await
    }

    /// Makes something at `path`.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Reply, PlatformError> {
        self.send(self.request(Method::POST, path, Bytes::from(body.to_string()))?).await
    }

    /// Changes what stands at `path`.
    pub(super) async fn patch(&self, path: &str, body: &Value) -> Result<Reply, PlatformError> {
        self.send(self.request(Method::PATCH, path, Bytes::from(body.to_string()))?).await
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Reply, PlatformError> {
        let answer = self.transport.send(request).await.map_err(|error| match error {
            TransportError::TooLarge { .. } => PlatformError::Malformed(error.to_string()),
            TransportError::Refused => PlatformError::Denied(format!("base_url: {error}")),
            _ => PlatformError::Transient(error.to_string()),
        })?;
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        if parts.status.is_success() {
            if text.trim_start().starts_with('<') {
                return Err(PlatformError::Transient("the host answers a web page, not its API".into()));
            }
            return Ok(Reply::Found {
                text: text.to_owned(),
                clock: clock(&parts.headers).unwrap_or(self.now),
            });
        }
        let complaint = serde_json::from_str::<Complaint>(text).ok();
        if parts.status == StatusCode::NOT_FOUND && complaint.as_ref().is_some_and(Complaint::is_missing) {
            return Ok(Reply::Missing);
        }
        Err(self.refusal(parts.status, complaint.as_ref(), &parts.headers))
    }

    fn request(&self, method: Method, path: &str, body: Bytes) -> Result<Request<Bytes>, PlatformError> {
        let denied = |what: &str| PlatformError::Denied(what.to_owned());
        let mut token = HeaderValue::from_str(self.token.expose_secret().trim())
            .map_err(|_| denied("the access token holds characters no token has: set it again"))?;
        token.set_sensitive(true);
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin))
            // Proxies drop names with an underscore; the platform reads both as the same.
            .header("api-access-token", token)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(|_| denied("base_url: not an address that can be asked"))
    }

    fn refusal(&self, status: StatusCode, said: Option<&Complaint>, headers: &HeaderMap) -> PlatformError {
        match (status.as_u16(), said) {
            (401, said) => PlatformError::Denied(self.unauthorized(said)),
            (402, _) => PlatformError::Denied("the plan at Chatwoot does not include this (402)".into()),
            (403, Some(_)) => PlatformError::Denied("Chatwoot forbids this to the token's user (403)".into()),
            (404, _) => PlatformError::Malformed("there is no Chatwoot API at base_url (404)".into()),
            (429, _) => {
                PlatformError::RateLimited { budget: self.budget.to_owned(), retry_after: self.wait(headers) }
            }
            (300..=399, _) => PlatformError::Malformed(format!(
                "the host sends elsewhere ({}): base_url must be the final address",
                status.as_u16()
            )),
            (400 | 422, _) => {
                PlatformError::Malformed(format!("Chatwoot refuses the request ({})", status.as_u16()))
            }
            (code, _) => PlatformError::Transient(format!("the host answers {code}")),
        }
    }

    fn unauthorized(&self, said: Option<&Complaint>) -> String {
        let Some(said) = said else {
            return "something in front of Chatwoot asks for another login (401)".into();
        };
        let error = said.error.as_deref().unwrap_or_default();
        if said.errors.is_some() {
            "no access token reached Chatwoot: a proxy before it drops the header Api-Access-Token".into()
        } else if error.contains("suspended") {
            format!("account {} is suspended at Chatwoot", self.account)
        } else if error.contains("access this account") {
            format!("the access token's user does not belong to account {}", self.account)
        } else if error.contains("do this action") {
            "the access token's user is not an administrator of the account".into()
        } else if error.contains("Invalid Access Token") {
            "Chatwoot does not know the access token: it was mistyped or revoked".into()
        } else {
            "Chatwoot refuses the access token (401)".into()
        }
    }

    /// The platform counts by minutes of its clock and says nothing; others in front of it may say more.
    fn wait(&self, headers: &HeaderMap) -> Duration {
        let spread = retry_pauses(SPREAD, SPREAD * 2, self.jitter).next().unwrap_or(SPREAD);
        let told =
            headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        if let Some(told) = told {
            return Duration::from_secs(told).min(LONGEST_WAIT) + spread;
        }
        let second = clock(headers).unwrap_or(self.now).as_second().rem_euclid(60);
        Duration::from_secs(u64::try_from(60 - second).unwrap_or(60)) + spread
    }
}

/// The host's clock, from its `Date` header.
fn clock(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    rfc2822::DateTimeParser::new().parse_timestamp(date).ok()
}
