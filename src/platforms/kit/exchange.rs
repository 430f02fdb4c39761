//! One request to a platform, and what its answer means for the account: the same for every platform that speaks JSON.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header, request::Builder};
use jiff::{Timestamp, fmt::rfc2822};

use crate::platforms::{
    PlatformError,
    answers::read,
    retry::retry_pauses,
    transport::{Transport, is_loopback},
};

/// Waiting for longer than this is not believed, whatever a header says.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Requests that wait for the same moment are spread over so much.
const SPREAD: Duration = Duration::from_secs(1);

/// What a request needs besides itself.
pub(in crate::platforms) struct Exchange<'a> {
    pub(in crate::platforms) transport: &'a dyn Transport,
    /// The platform's name for people, such as `Cliniko`.
    pub(in crate::platforms) title: &'static str,
    /// The budget that a "slow down" exhausts.
    pub(in crate::platforms) budget: &'a str,
    /// Where the platform says how long to wait.
    pub(in crate::platforms) pause: Pause,
    /// How much pauses are spread, 0 to 1.
    pub(in crate::platforms) jitter: f64,
    pub(in crate::platforms) now: Timestamp,
}

/// Where a platform that says "slow down" says for how long.
#[derive(Clone, Copy, Debug)]
pub(in crate::platforms) struct Pause {
    /// The header, in lower case; `retry-after` is always understood as well.
    pub(in crate::platforms) header: &'static str,
    /// Whether it names a moment in seconds since 1970, or so many seconds from now.
    pub(in crate::platforms) moment: bool,
    /// How long to wait where nothing is said.
    pub(in crate::platforms) usual: Duration,
}

/// An answer.
#[derive(Debug)]
pub(in crate::platforms) enum Reply {
    /// 2xx.
    Found(Found),
    /// 404, in the platform's own words: a web page of something in between is none.
    Missing,
}

/// What was found.
#[derive(Debug)]
pub(in crate::platforms) struct Found {
    /// The body; bytes that are no UTF-8 are replaced, so they cost a character and not a page.
    pub(in crate::platforms) text: String,
    /// The platform's own time, where it tells it.
    pub(in crate::platforms) clock: Option<Timestamp>,
}

impl Exchange<'_> {
    /// A request to `origin` (scheme, host and port) and `target` (path and query, no secrets), asking for JSON.
    pub(in crate::platforms) fn request(method: Method, origin: &str, target: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(format!("{origin}{target}"))
            .header(header::ACCEPT, "application/json")
    }

    /// Sends it. Refusals are told by status; `refused` may know better, by status and body, and never quotes.
    pub(in crate::platforms) async fn send(
        &self,
        request: Builder,
        body: Bytes,
        refused: impl Fn(u16, &str) -> Option<PlatformError>,
    ) -> Result<Reply, PlatformError> {
        let request = request
            .body(body)
            .map_err(|_| PlatformError::Denied("an address that cannot be asked".into()))?;
        let answer = read(self.transport.send(request).await)?;
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let page = text.trim_start().starts_with('<');
        if parts.status.is_success() {
            if page {
                return Err(PlatformError::Transient(format!(
                    "{} answers a web page, not its API",
                    self.title
                )));
            }
            let clock = clock(&parts.headers);
            return Ok(Reply::Found(Found { text: text.to_owned(), clock }));
        }
        let code = parts.status.as_u16();
        if code != 429
            && let Some(error) = refused(code, text)
        {
            return Err(error);
        }
        match parts.status {
            StatusCode::NOT_FOUND if !page => Ok(Reply::Missing),
            status => Err(self.refusal(&Response::from_parts(parts, ()), status)),
        }
    }

    fn refusal(&self, answer: &Response<()>, status: StatusCode) -> PlatformError {
        let title = self.title;
        match status.as_u16() {
            401 => PlatformError::Denied(format!(
                "{title} refuses the credential (401): it was mistyped or revoked"
            )),
            code @ (402 | 403) => {
                PlatformError::Denied(format!("{title} forbids this to the credential ({code})"))
            }
            429 => PlatformError::RateLimited {
                budget: self.budget.to_owned(),
                retry_after: self.wait(answer.headers()),
            },
            code @ 300..=399 => PlatformError::Malformed(format!("{title} sends elsewhere ({code})")),
            code @ (400 | 404 | 405 | 406 | 410 | 413 | 414 | 415 | 422) => {
                PlatformError::Malformed(format!("{title} refuses the request ({code})"))
            }
            code => PlatformError::Transient(format!("{title} answers {code}")),
        }
    }

    /// How long to stay away, by what the headers say.
    pub(in crate::platforms) fn wait(&self, headers: &HeaderMap) -> Duration {
        let spread = retry_pauses(SPREAD, SPREAD * 2, self.jitter).next().unwrap_or(SPREAD);
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
        let told = number(self.pause.header).map(|told| match self.pause.moment {
            true => told - clock(headers).unwrap_or(self.now).as_duration().as_secs_f64(),
            false => told,
        });
        let told = told.or_else(|| number("retry-after")).filter(|told| told.is_finite());
        let pause = told.map_or(self.pause.usual, |told| {
            Duration::from_secs_f64(told.clamp(0.0, LONGEST_WAIT.as_secs_f64()))
        });
        pause + spread
    }
}

/// A header that holds a secret; characters that none can hold are told as what they are.
pub(in crate::platforms) fn secret(text: &str) -> Result<HeaderValue, PlatformError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        PlatformError::Denied("the credential holds characters no credential has: set it again".into())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The host's clock, from its `Date` header.
pub(in crate::platforms) fn clock(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    rfc2822::DateTimeParser::new().parse_timestamp(date).ok()
}

/// Scheme, host and port of a setting that stands in for a platform's own address, which simulators do: https, or http to
/// this machine where that is allowed.
pub(in crate::platforms) fn origin(text: &str, plain_loopback: bool) -> Result<String, String> {
    let uri: http::Uri =
        text.trim().trim_end_matches('/').parse().map_err(|_| "not an address".to_owned())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("an address without scheme or host".to_owned());
    };
    if authority.as_str().contains('@') || uri.query().is_some() || !matches!(uri.path(), "" | "/") {
        return Err("an address with more than its host".to_owned());
    }
    match scheme {
        "https" => {}
        "http" if plain_loopback && is_loopback(authority.host()) => {}
        _ => return Err("not a protected address".to_owned()),
    }
    Ok(format!("{scheme}://{}", authority.as_str().to_ascii_lowercase()))
}
