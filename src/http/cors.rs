//! Whose scripts may ask from a browser: origins of a list, exactly, and on a developer's machine any port of it. Asking
//! beforehand needs no token.

use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
        ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, ORIGIN, VARY,
    },
};

use super::{Settings, reply::Response};
use crate::config::Environment;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE, OPTIONS");
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, Accept, X-Organization-ID, X-Requested-With, Idempotency-Key, Last-Event-ID, \
     If-None-Match, X-Request-ID",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, ETag, X-Request-ID",
);
/// How long a browser may remember what it was told, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origin a request comes from, if its scripts may ask.
pub(super) fn allowed(headers: &HeaderMap, settings: &Settings) -> Option<HeaderValue> {
    let given = headers.get(ORIGIN)?;
    let text = given.to_str().ok()?;
    let listed = settings.allowed_origins.iter().any(|origin| origin == text);
    let here = settings.environment == Environment::Development && is_here(text);
    (listed || here).then(|| given.clone())
}

/// Whether an origin is this machine: `http://localhost`, `http://127.0.0.1`, with any port.
fn is_here(origin: &str) -> bool {
    let Some(rest) = origin.strip_prefix("http://") else { return false };
    let (host, port) = rest.rsplit_once(':').unwrap_or((rest, "80"));
    matches!(host, "localhost" | "127.0.0.1")
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// The answer to a browser that asks beforehand. A stranger's script gets the same answer without leave.
pub(super) fn preflight<B>(request: &Request<B>, origin: Option<&HeaderValue>) -> Option<Response> {
    let asks = request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if !asks {
        return None;
    }
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if origin.is_some() {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    }
    Some(response)
}

/// Tells a browser that the origin's scripts may read the answer.
pub(super) fn admit(response: &mut Response, origin: Option<&HeaderValue>) {
    let headers = response.headers_mut();
    // A cache must not hand one origin's answer to another.
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_loopback_is_here() {
        for origin in ["http://localhost", "http://localhost:5173", "http://127.0.0.1:3000"] {
            assert!(is_here(origin), "{origin}");
        }
        for origin in [
            "https://localhost",
            "http://localhost.example.org",
            "http://localhost:5173x",
            "http://localhost:",
            "null",
            "http://127.0.0.1.example.org",
        ] {
            assert!(!is_here(origin), "{origin}");
        }
    }
}
