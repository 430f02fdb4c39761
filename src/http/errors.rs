//! The one error body of the whole surface.
//!
//! A known client sends a request again, writes included, when an error's text contains the word "fetch": no text made
//! here contains it, whatever it was made from.

use std::{borrow::Cow, time::Duration};

use http::{
    HeaderValue, StatusCode,
    header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE},
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub use super::codes::Code;
use super::{
    codes::Meaning,
    reply::{Response, json_reply, stamp},
    request_ids::RequestId,
};
use crate::store::StoreError;

/// An answer that is no success.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: Code,
    message: Cow<'static, str>,
    more: Box<More>,
}

#[derive(Clone, Debug, Default)]
struct More {
    details: Value,
    retry_after: Option<Duration>,
    fallback: Option<Value>,
    beside: Map<String, Value>,
    allow: Option<String>,
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self { code, message: Cow::Borrowed(code.meaning().3), more: Box::default() }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(_) => Code::NotFound.into(),
            StoreError::Exists(_) | StoreError::Fenced | StoreError::NotNow(_) => Code::Conflict.into(),
            StoreError::Transient(reason) => {
                tracing::warn!(reason, "the database does not answer a request");
                Self::from(Code::ServiceUnavailable).after(Duration::from_secs(5))
            }
            StoreError::Refused(reason) => {
                tracing::error!(reason, "the database refuses what a request needs");
                Code::DatabaseError.into()
            }
            StoreError::Seal(error) => {
                tracing::error!(%error, "a request needs a secret that cannot be opened");
                Code::InternalError.into()
            }
        }
    }
}

impl ApiError {
    /// The same with a sentence of its own, without contents.
    #[must_use]
    pub fn saying(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// The same with more for people.
    #[must_use]
    pub fn with(mut self, details: Value) -> Self {
        self.more.details = details;
        self
    }

    /// The same, to be tried again after a pause.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.more.retry_after = Some(pause);
        self
    }

    /// The same, naming the older data there is.
    #[must_use]
    pub fn or_else_data(mut self, fallback: Value) -> Self {
        self.more.fallback = Some(fallback);
        self
    }

    /// The same with a field beside `error`.
    #[must_use]
    pub fn beside(mut self, field: &str, value: Value) -> Self {
        self.more.beside.insert(field.to_owned(), value);
        self
    }

    /// The methods that the address takes.
    #[must_use]
    pub fn allowing(mut self, methods: String) -> Self {
        self.more.allow = Some(methods);
        self
    }

    /// What it is.
    pub fn code(&self) -> Code {
        self.code
    }

    #[cfg(test)]
    pub(super) fn details(&self) -> &Value {
        &self.more.details
    }

    /// The sentence for people.
    pub fn message(&self) -> String {
        clean(&self.message)
    }

    /// A field that is wrong, and what is allowed.
    pub(super) fn field(field: &str, message: &str) -> Self {
        Self::from(Code::ValidationError).with(json!([{ "field": field, "message": message }]))
    }

    /// What clients tell errors apart by.
    pub(super) fn object(&self, request: Option<&RequestId>, now: Timestamp) -> Value {
        let Meaning(_, code, category, _, retryable) = self.code.meaning();
        let mut error = json!({
            "code": code,
            "message": self.message(),
            "category": category,
            "details": cleaned(self.more.details.clone()),
            "timestamp": stamp(now),
            "request_id": request.map(RequestId::as_str),
            "retryable": retryable,
        });
        if let (Some(fallback), Some(fields)) = (&self.more.fallback, error.as_object_mut()) {
            fields.insert("fallback_data".to_owned(), cleaned(fallback.clone()));
        }
        error
    }

    /// The answer.
    pub fn response(&self, request: &RequestId, now: Timestamp) -> Response {
        let Meaning(status, ..) = self.code.meaning();
        let (message, error) = (self.message(), self.object(Some(request), now));
        let mut body = self.more.beside.clone();
        body.insert("success".to_owned(), false.into());
        body.insert("error".to_owned(), error);
        body.insert("detail".to_owned(), message.into());
        let mut response = json_reply(status, &Value::Object(body));
        let headers = response.headers_mut();
        if let Some(pause) = self.more.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(pause.as_secs_f64().ceil().max(1.0) as u64));
        }
        if let Some(Ok(methods)) = self.more.allow.as_deref().map(HeaderValue::from_str) {
            headers.insert(ALLOW, methods);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The word that no error may contain, in any letter case.
pub(super) fn has_retry_word(text: &str) -> bool {
    text.to_ascii_lowercase().contains(RETRY_WORD)
}

const RETRY_WORD: &str = "fetch";

fn clean(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(at) = text.to_ascii_lowercase().find(RETRY_WORD) {
        text.replace_range(at..at + RETRY_WORD.len(), "read");
    }
    text
}

fn cleaned(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(&text)),
        Value::Array(items) => items.into_iter().map(cleaned).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (clean(&name), cleaned(value))).collect()
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::reply::body_of;

    fn now() -> Timestamp {
        "2031-03-04T05:06:07.0089Z".parse().unwrap()
    }

    async fn rendered(error: &ApiError) -> (StatusCode, Value, Response) {
        let id = RequestId::given("abc-1").unwrap();
        let response = error.response(&id, now());
        let (parts, body) = response.into_parts();
        let bytes = body_of(body).await;
        let value = serde_json::from_slice(&bytes).unwrap();
        (parts.status, value, Response::from_parts(parts, String::new().into()))
    }

    #[tokio::test]
    async fn every_code_has_the_one_body_and_no_text_makes_a_client_try_again() {
        for code in Code::ALL {
            let (status, body, response) = rendered(&code.into()).await;
            assert_eq!(status, code.status());
            assert_eq!(body["success"], false);
            assert_eq!(body["detail"], body["error"]["message"]);
            assert_eq!(body["error"]["timestamp"], "2031-03-04T05:06:07.008Z");
            assert_eq!(body["error"]["request_id"], "abc-1");
            let fields: Vec<_> = body["error"].as_object().unwrap().keys().cloned().collect();
            for field in ["category", "code", "details", "message", "retryable"] {
                assert!(fields.contains(&field.to_owned()), "{field}");
            }
            assert!(!body["error"]["message"].as_str().unwrap().is_empty());
            assert!(!has_retry_word(&body.to_string()), "{body}");
            assert_eq!(response.headers()["content-type"], "application/json");
        }
    }

    #[tokio::test]
    async fn texts_from_elsewhere_lose_the_word_too() {
        let error = ApiError::from(Code::Conflict)
            .saying("cannot Fetch now: prefetching")
            .with(json!([{"field": "fetchAll", "message": "unknown"}]))
            .or_else_data(json!({"note": "FETCHED"}));
        let (_, body, _) = rendered(&error).await;
        assert!(!has_retry_word(&body.to_string()), "{body}");
        assert_eq!(body["error"]["message"], "cannot read now: prereading");
        assert_eq!(body["error"]["fallback_data"]["note"], "readED");
    }

    #[tokio::test]
    async fn a_pause_is_whole_seconds_and_never_none() {
        let error = ApiError::from(Code::ServiceUnavailable).after(Duration::from_millis(1200));
        let (_, body, response) = rendered(&error).await;
        assert_eq!(response.headers()["retry-after"], "2");
        assert_eq!(body["error"]["retryable"], true);
        let at_once = ApiError::from(Code::RateLimited).after(Duration::ZERO);
        assert_eq!(rendered(&at_once).await.2.headers()["retry-after"], "1");
    }

    #[test]
    fn the_store_s_errors_mean_what_they_cost() {
        for (error, code) in [
            (StoreError::NotFound("account"), Code::NotFound),
            (StoreError::Exists("account"), Code::Conflict),
            (StoreError::Transient("08006".into()), Code::ServiceUnavailable),
            (StoreError::Refused("23505".into()), Code::DatabaseError),
        ] {
            assert_eq!(ApiError::from(error).code(), code);
        }
    }
}
