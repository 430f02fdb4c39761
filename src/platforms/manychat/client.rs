//! One request to ManyChat, and what its status means for the account.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::wire::{self, Refusal};
use crate::platforms::{
    PlatformError,
    retry::retry_pauses,
    transport::{Transport, TransportError},
};

/// The platform says nothing of how long to wait, and may shut out an account that goes on for a whole day.
const FIRST_WAIT: Duration = Duration::from_secs(5 * 60);
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 3600);

/// Everything a request needs besides its path.
pub(super) struct Client<'a> {
    pub(super) transport: &'a dyn Transport,
    /// Scheme, host and port, without a slash at the end.
    pub(super) origin: &'a str,
    pub(super) token: &'a SecretString,
    /// The budget that a "slow down" exhausts.
    pub(super) budget: &'a str,
    /// How often in a row the platform said so before.
    pub(super) refusals: u32,
    /// How much pauses are spread, 0 to 1.
    pub(super) jitter: f64,
}

/// An answer of the platform.
#[derive(Debug)]
pub(super) enum Reply {
    /// What was asked for.
    Data(Value),
    /// Why not.
    Refused(Refusal),
}

impl Reply {
    /// What was asked for, where nothing may be missing.
    pub(super) fn found(self) -> Result<Value, PlatformError> {
        match self {
            Self::Data(data) => Ok(data),
            Self::Refused(refusal) => Err(refusal.error()),
        }
    }
}

impl Client<'_> {
    /// Asks for `path`, which begins with a slash and holds no secret.
    pub(super) async fn get(&self, path: &str) -> Result<Reply, PlatformError> {
        let answer = self.transport.send(self.request(path)?).await.map_err(|error| match error {
            TransportError::TooLarge { .. } => PlatformError::Malformed(error.to_string()),
            _ => PlatformError::Transient(error.to_string()),
        })?;
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body);
        match parts.status {
            StatusCode::OK | StatusCode::BAD_REQUEST => match wire::data(&text) {
                Ok(data) => Ok(Reply::Data(data)),
                Err(Refusal::NotJson) => {
                    Err(PlatformError::Transient("the answer is not ManyChat's".to_owned()))
                }
                Err(refusal) => Ok(Reply::Refused(refusal)),
            },
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(PlatformError::Denied(format!(
                "ManyChat refuses the token ({}): it was mistyped, deleted or replaced, or the account is not on a paid plan",
                parts.status.as_u16()
            ))),
            StatusCode::NOT_FOUND
                if wire::data(&text).is_err_and(|refusal| refusal == Refusal::NoSubscriber) =>
            {
                Ok(Reply::Refused(Refusal::NoSubscriber))
            }
            StatusCode::TOO_MANY_REQUESTS => {
                Err(PlatformError::RateLimited { budget: self.budget.to_owned(), retry_after: self.wait() })
            }
            status if status.is_server_error() => {
                Err(PlatformError::Transient(format!("the host answers {}", status.as_u16())))
            }
            status => Err(PlatformError::Malformed(format!("ManyChat answers {}", status.as_u16()))),
        }
    }

    fn request(&self, path: &str) -> Result<Request<Bytes>, PlatformError> {
        // Exactly as it was given: its colon belongs to it.
        let token = format!("Bearer {}", self.token.expose_secret().trim());
        let mut token = HeaderValue::from_str(&token).map_err(|_| {
            PlatformError::Denied("the token holds characters no token has: set it again".to_owned())
        })?;
        token.set_sensitive(true);
        Request::get(format!("{}{path}", self.origin))
            .header(header::AUTHORIZATION, token)
            .header(header::ACCEPT, "application/json")
            .body(Bytes::new())
            .map_err(|_| PlatformError::Malformed("not an address that can be asked".to_owned()))
    }

    fn wait(&self) -> Duration {
        let mut pauses = retry_pauses(FIRST_WAIT, LONGEST_WAIT, self.jitter);
        let before = usize::try_from(self.refusals).unwrap_or(usize::MAX).min(16);
        pauses.nth(before).unwrap_or(LONGEST_WAIT)
    }
}
