//! What anybody may send to the front door before anybody knows who they are.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;

use super::{edge::Peer, fields::Fields, request_ids::RequestId};

/// A body as JSON and as a form, asked for every kind of field.
pub(crate) fn fields(bytes: &[u8]) {
    let body = Bytes::copy_from_slice(bytes);
    let taken = [Fields::json(&body).ok(), Some(Fields::form(&body))];
    for mut fields in taken.into_iter().flatten() {
        if let Some(reason) = fields.text("reason", 1..=200) {
            assert!(!reason.is_empty() && !reason.chars().any(char::is_control));
        }
        let _name = fields.required_text("name", 1..=50);
        let _choice = fields.choice("mode", &[("graceful", 1), ("kill", 2)]);
        let _flag = fields.flag("full");
        let now = Timestamp::UNIX_EPOCH;
        if let Some(until) = fields.time_ahead("until", now) {
            assert!(until > now);
        }
        let _outcome = fields.finish();
    }
}

/// Ids of organizations, headers of sessions.
pub(crate) fn access(bytes: &[u8]) {
    super::credentials::fuzz(bytes);
}

/// What somebody wants to see live.
pub(crate) fn live(bytes: &[u8]) {
    super::live::fuzzing::wishes(bytes);
}

/// Headers that say who somebody is.
pub(crate) fn headers(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(16) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append("x-forwarded-for", value.clone());
            headers.insert("x-request-id", value);
        }
    }
    let stranger = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 1);
    assert_eq!(Peer::of(stranger, &headers, &[]).client, stranger.ip(), "a stranger is believed");
    let proxy = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 1);
    let _client = Peer::of(proxy, &headers, &["127.0.0.0/8".parse().unwrap_or_default()]).client;
    let id = RequestId::of(&headers);
    assert!(RequestId::given(id.as_str()).is_some(), "an id that would not be taken over");
}
