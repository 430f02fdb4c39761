//! What happens to every request and every answer, whoever handles it: its id, who sent it, its log line and figures,
//! the headers that keep browsers out of trouble, and an answer also when a handler panics.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
};
use ipnet::IpNet;
use metrics::{counter, histogram};
use tokio::time::Instant;
use tower_service::Service;
use tracing::{Instrument, debug, error, info, info_span};

use super::{
    Context, cors,
    errors::{ApiError, Code},
    quota::Allowance,
    reply::Response,
    request_ids::{self, RequestId},
    router::Matched,
    secure,
    wire::Arrival,
};

/// Pages load only what we serve, run only our script and stand in nobody's frame.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);
const DATA_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Who sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peer {
    /// The other end of the connection.
    pub socket: SocketAddr,
    /// Who is behind it, as trusted proxies say.
    pub client: IpAddr,
}

impl Default for Peer {
    fn default() -> Self {
        let nobody = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
        Self { socket: SocketAddr::new(nobody, 0), client: nobody }
    }
}

impl Peer {
    /// Follows `X-Forwarded-For` from its end for as long as a trusted proxy says so.
    pub(super) fn of(socket: SocketAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
        let mut client = socket.ip().to_canonical();
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
        for hop in lines.join(",").rsplit(',') {
            if !trusts(client) {
                break;
            }
            match hop.trim().parse::<IpAddr>() {
                Ok(hop) => client = hop.to_canonical(),
                Err(_) => break,
            }
        }
        Self { socket, client }
    }
}

/// Lets one request through.
pub(super) async fn pass<S, B>(
    context: &Context,
    mut service: S,
    arrival: Arrival,
    mut request: http::Request<B>,
) -> Response
where
    S: Service<http::Request<B>, Response = Response, Error = std::convert::Infallible>,
    B: http_body::Body<Data = Bytes>,
{
    let (began, id) = (Instant::now(), RequestId::of(request.headers()));
    let settings = context.settings.get();
    let peer = Peer::of(arrival.peer, request.headers(), &settings.trusted_proxies);
    let private = secure::is_private(arrival, request.headers(), &settings.trusted_proxies);
    let origin = cors::allowed(request.headers(), &settings);
    let method = method_name(request.method());
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(peer);
    let span = info_span!("request", correlation_id = id.as_str());
    // What is decided before anybody looks at the request itself.
    let early = secure::turned_away(&request, private, &settings, &id, context.clock.now())
        .or_else(|| cors::preflight(&request, origin.as_ref()));
    let answer = AssertUnwindSafe(async move {
        match early {
            Some(response) => Ok(response),
            None => service.call(request).await,
        }
    });
    let mut response = match answer.catch_unwind().instrument(span.clone()).await {
        Ok(Ok(response)) => response,
        Ok(Err(never)) => match never {},
        Err(_) => {
            error!(parent: &span, method, "a handler panicked");
            ApiError::from(Code::InternalError).response(&id, context.clock.now())
        }
    };
    dress(&mut response, &id);
    secure::promise(&mut response, private, &settings);
    cors::admit(&mut response, origin.as_ref());
    if let Some(allowance) = response.extensions().get::<Allowance>().copied() {
        allowance.tell(response.headers_mut());
    }
    let route = response.extensions().get::<Matched>().map_or("none", |matched| matched.0);
    let (status, took) = (response.status(), began.elapsed());
    counter!("routiq_http_requests_total", "method" => method, "route" => route, "status" => class(status))
        .increment(1);
    histogram!("routiq_http_request_seconds", "route" => route).record(took.as_secs_f64());
    let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let status = status.as_u16();
    span.in_scope(|| {
        // Those who only look are many; those who change something or fail are worth a line.
        if method == "GET" && status < 500 {
            debug!(method, route, status, took_ms, "request");
        } else {
            info!(method, route, status, took_ms, "request");
        }
    });
    response
}

fn dress(response: &mut Response, id: &RequestId) {
    let page =
        response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let headers = response.headers_mut();
    if let Some(id) = id.header() {
        headers.insert(request_ids::HEADER, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CONTENT_SECURITY_POLICY, if page { PAGE_POLICY } else { DATA_POLICY });
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// A method with a bounded number of names.
fn method_name(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(socket: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let socket = SocketAddr::new(socket.parse().unwrap(), 1);
        Peer::of(socket, &headers, &trusted).client.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed_and_only_as_far_as_they_reach() {
        let proxies = ["10.0.0.0/8"];
        assert_eq!(client("192.0.2.1", &["198.51.100.7"], &proxies), "192.0.2.1", "a stranger says anything");
        assert_eq!(client("10.0.0.1", &["198.51.100.7"], &proxies), "198.51.100.7");
        assert_eq!(
            client("10.0.0.1", &["1.2.3.4, 198.51.100.7"], &proxies),
            "198.51.100.7",
            "the client's own lie"
        );
        assert_eq!(client("10.0.0.1", &["198.51.100.7, 10.0.0.2"], &proxies), "198.51.100.7");
        assert_eq!(
            client("10.0.0.1", &["198.51.100.7", "10.0.0.2"], &proxies),
            "198.51.100.7",
            "two headers"
        );
        assert_eq!(client("10.0.0.1", &["rubbish"], &proxies), "10.0.0.1");
        assert_eq!(client("::ffff:10.0.0.1", &["2001:db8::7"], &proxies), "2001:db8::7");
        assert_eq!(client("10.0.0.1", &[], &proxies), "10.0.0.1");
    }
}
