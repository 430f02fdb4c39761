//! What an HTTP status means, where platforms agree about it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Response, header};

use super::{PlatformError, transport::TransportError};

/// Waiting for longer than this is not believed, whatever a header says.
const LONGEST_WAIT: Duration = Duration::from_secs(600);
/// Where no header says how long.
const USUAL_WAIT: Duration = Duration::from_secs(10);

/// A header with a secret in it; a secret that no header can hold is told as what it is.
pub(super) fn secret_header(scheme: &str, secret: &str) -> Result<HeaderValue, PlatformError> {
    let mut value = HeaderValue::from_str(&format!("{scheme}{}", secret.trim()))
        .map_err(|_| PlatformError::Denied("the secret key holds characters no key has".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// An answer, or why there is none.
pub(super) fn read(sent: Result<Response<Bytes>, TransportError>) -> Result<Response<Bytes>, PlatformError> {
    sent.map_err(|error| match error {
        TransportError::TooLarge { .. } => PlatformError::Malformed(error.to_string()),
        TransportError::Refused => PlatformError::Denied(format!("the address may not be asked: {error}")),
        _ => PlatformError::Transient(error.to_string()),
    })
}

/// Why `who` refuses; `what` is the credential.
pub(super) fn refusal(who: &str, what: &str, answer: &Response<Bytes>, budget: &str) -> PlatformError {
    match answer.status().as_u16() {
        code @ (401 | 403) => PlatformError::Denied(format!("{who} refuses {what} ({code})")),
        429 => {
            let told = answer.headers().get(header::RETRY_AFTER);
            let told = told.and_then(|value| value.to_str().ok()?.trim().parse().ok());
            let retry_after = told.map_or(USUAL_WAIT, Duration::from_secs).min(LONGEST_WAIT);
            PlatformError::RateLimited { budget: budget.to_owned(), retry_after }
        }
        code @ (300..=399 | 400 | 404 | 405 | 410 | 422) => {
            PlatformError::Malformed(format!("{who} refuses the request ({code})"))
        }
        code => PlatformError::Transient(format!("{who} answers {code}")),
    }
}
