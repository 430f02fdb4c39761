//! One id for each request: taken from the client where it is harmless, made here where it is not; sent back, logged,
//! audited.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName, HeaderValue};
use rand::RngCore;

use super::errors::has_retry_word;

/// Its header.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 64;

/// A request's id: at most 64 letters, digits, dots, underscores and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The client's own, if it is one. It stands in error bodies, so the word that makes a client repeat is refused.
    pub fn given(text: &str) -> Option<Self> {
        let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let fits = (1..=LONGEST).contains(&text.len()) && text.chars().all(harmless) && !has_retry_word(text);
        fits.then(|| Self(text.to_owned()))
    }

    /// A new one.
    pub fn new() -> Self {
        let mut bytes = [0; 12];
        rand::rng().fill_bytes(&mut bytes);
        let mut text = String::from("req_");
        for byte in bytes {
            let _infallible = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// What the request carries, or a new one.
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
        given.and_then(Self::given).unwrap_or_else(Self::new)
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_taken_over() {
        for good in ["a", "req_7f3a", "0.1-x_Y", &"a".repeat(64)] {
            assert_eq!(RequestId::given(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "a b", "a\nb", "é", "<b>", "pre-Fetch-1", &"a".repeat(65)] {
            assert_eq!(RequestId::given(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn new_ones_differ_and_would_be_taken_over() {
        let (a, b) = (RequestId::new(), RequestId::new());
        assert_ne!(a, b);
        assert_eq!(RequestId::given(a.as_str()), Some(a));
    }
}
