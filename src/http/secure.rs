//! Who may speak in the clear: outside development only this machine and trusted proxies, and those only about requests
//! that came to them encrypted.

use http::{
    HeaderMap, HeaderValue, Method, Request, StatusCode,
    header::{LOCATION, STRICT_TRANSPORT_SECURITY},
};
use ipnet::IpNet;
use jiff::Timestamp;

use super::{
    Settings,
    errors::{ApiError, Code},
    reply::{Response, with_type},
    request_ids::RequestId,
    wire::Arrival,
};

const PROTO: &str = "x-forwarded-proto";
/// A year: browsers do not even try in the clear meanwhile.
const PROMISE: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Whether nobody on the way could read the request. What a proxy says last is its own word, earlier ones may be its
/// client's; without a word, what comes from it is taken to be its own.
pub(super) fn is_private(arrival: Arrival, headers: &HeaderMap, trusted: &[IpNet]) -> bool {
    if arrival.tls {
        return true;
    }
    let peer = arrival.peer.ip().to_canonical();
    let near = peer.is_loopback() || trusted.iter().any(|network| network.contains(&peer));
    let said = headers.get_all(PROTO).iter().next_back().and_then(|line| line.to_str().ok());
    let said = said.and_then(|line| line.rsplit(',').next()).map(str::trim);
    near && said.is_none_or(|said| said.eq_ignore_ascii_case("https") || said.eq_ignore_ascii_case("wss"))
}

/// The answer to somebody in the clear, outside development: who reads is sent to the public address, where there is
/// one; who writes has told everybody already, and must notice.
pub(super) fn turned_away<B>(
    request: &Request<B>,
    private: bool,
    settings: &Settings,
    id: &RequestId,
    now: Timestamp,
) -> Option<Response> {
    if private || !settings.environment.is_guarded() {
        return None;
    }
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let place = settings.public_url.as_deref().filter(|_| reads).and_then(|base| {
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        HeaderValue::from_str(&format!("{base}{target}")).ok()
    });
    let Some(place) = place else { return Some(ApiError::from(Code::HttpsRequired).response(id, now)) };
    let mut response =
        with_type(StatusCode::PERMANENT_REDIRECT, "text/plain; charset=utf-8", b"https only\n".to_vec());
    response.headers_mut().insert(LOCATION, place);
    Some(response)
}

/// Has browsers come encrypted only, from now on.
pub(super) fn promise(response: &mut Response, private: bool, settings: &Settings) {
    if private && settings.environment.is_guarded() {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, PROMISE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_trusted_proxies_may_carry_what_came_encrypted() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let private = |peer: &str, tls: bool, said: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in said {
                headers.append(PROTO, line.parse().unwrap());
            }
            is_private(Arrival { peer: format!("{peer}:1").parse().unwrap(), tls }, &headers, &trusted)
        };
        assert!(private("192.0.2.1", true, &["http"]), "TLS is TLS, whatever is said");
        assert!(!private("192.0.2.1", false, &["https"]), "a stranger says anything");
        assert!(private("10.0.0.1", false, &["https"]));
        assert!(private("10.0.0.1", false, &[]), "the proxy's own probe");
        assert!(!private("10.0.0.1", false, &["http"]));
        assert!(!private("10.0.0.1", false, &["https", "http"]), "the last word is the proxy's");
        assert!(private("10.0.0.1", false, &["http, HTTPS"]));
        assert!(private("127.0.0.1", false, &[]) && !private("127.0.0.1", false, &["http"]));
        assert!(private("[::ffff:10.0.0.1]", false, &["https"]));
        assert!(!private("[2001:db8::1]", false, &[]));
    }
}
