//! How answers are made.

use bytes::Bytes;
use http::{
    HeaderValue, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

/// An answer.
pub type Response = warp::reply::Response;

/// A time as every body shows it: UTC, milliseconds.
pub(super) fn stamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The same where there may be none.
pub(super) fn stamp_or_null(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| stamp(at).into())
}

/// JSON with a status.
pub(super) fn json_reply(status: StatusCode, body: &impl Serialize) -> Response {
    let (status, text) = match serde_json::to_vec(body) {
        Ok(text) => (status, text),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written");
            (StatusCode::INTERNAL_SERVER_ERROR, br#"{"success":false}"#.to_vec())
        }
    };
    with_type(status, "application/json", text)
}

/// A success: the object's fields beside `success` and `timestamp`.
pub(super) fn success(status: StatusCode, now: Timestamp, fields: Value) -> Response {
    let mut body = match fields {
        Value::Object(fields) => fields,
        other => Map::from_iter([("result".to_owned(), other)]),
    };
    body.insert("success".to_owned(), true.into());
    body.insert("timestamp".to_owned(), stamp(now).into());
    json_reply(status, &Value::Object(body))
}

/// A page.
pub(super) fn html(status: StatusCode, text: String) -> Response {
    with_type(status, "text/html; charset=utf-8", text.into_bytes())
}

/// Bytes of a kind.
pub(super) fn with_type(status: StatusCode, kind: &'static str, bytes: impl Into<Bytes>) -> Response {
    let mut response = Response::new(bytes.into().into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Sends a browser on, with GET.
pub(super) fn see_other(place: &str) -> Response {
    let mut response =
        with_type(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", b"See the other page\n".to_vec());
    if let Ok(place) = HeaderValue::from_str(place) {
        response.headers_mut().insert(LOCATION, place);
    }
    response
}

/// The whole body, for tests.
#[cfg(test)]
pub(super) async fn body_of<B: http_body_util::BodyExt>(body: B) -> bytes::Bytes
where
    B::Error: std::fmt::Debug,
{
    body.collect().await.unwrap().to_bytes()
}
