//! One request to Momence, and what its refusals mean.

use std::{sync::OnceLock, time::Duration};

use bytes::Bytes;
use http::{Method, header};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::platforms::{
    PlatformError,
    kit::exchange::{Exchange, Found, Pause, Reply, secret},
};

/// "Slow down" says for how long.
pub(super) const PAUSE: Pause = Pause { header: "retry-after", moment: false, usual: Duration::from_secs(5) };

/// Everything a request needs besides its path.
pub(super) struct Client<'a> {
    pub(super) exchange: Exchange<'a>,
    /// Scheme and host.
    pub(super) origin: &'a str,
    pub(super) access: &'a SecretString,
}

/// An answer.
#[derive(Debug)]
pub(super) enum Answer {
    /// What was asked for.
    Found(Found),
    /// It does not exist.
    Missing,
    /// The access token is not accepted.
    Unauthorized,
}

impl Client<'_> {
    /// Asks for `target`, which begins with a slash and holds no secret.
    pub(super) async fn get(&self, target: &str) -> Result<Answer, PlatformError> {
        let bearer = Zeroizing::new(format!("Bearer {}", self.access.expose_secret()));
        let request = Exchange::request(Method::GET, self.origin, target)
            .header(header::AUTHORIZATION, secret(&bearer)?);
        let unauthorized = OnceLock::new();
        let refused = |code: u16, _: &str| match code {
            401 => {
                // Asked once for each answer.
                let _first = unauthorized.set(());
                Some(PlatformError::Malformed(String::new()))
            }
            403 => Some(PlatformError::Denied(
                "the staff user may not see members, classes or appointments (403)".into(),
            )),
            _ => None,
        };
        let sent = self.exchange.send(request, Bytes::new(), refused).await;
        if unauthorized.get().is_some() {
            return Ok(Answer::Unauthorized);
        }
        Ok(match sent? {
            Reply::Found(found) => Answer::Found(found),
            Reply::Missing => Answer::Missing,
        })
    }
}
