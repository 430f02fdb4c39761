//! One request to Twilio: who asks, and what a refusal means.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Method, header};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::platforms::{
    PlatformError,
    kit::exchange::{Exchange, Pause, Reply, secret},
};

/// Where the platform answers.
pub(super) const ORIGIN: &str = "https://api.twilio.com";
/// Too many requests at once: nothing says for how long.
pub(super) const PAUSE: Pause = Pause { header: "retry-after", moment: false, usual: Duration::from_secs(5) };

/// Everything a request needs besides its path.
pub(super) struct Client<'a> {
    pub(super) exchange: Exchange<'a>,
    /// Scheme and host.
    pub(super) origin: &'a str,
    /// The Account SID.
    pub(super) account: &'a str,
    /// The auth token, or an API key as `SK…:secret`.
    pub(super) credential: &'a SecretString,
}

impl Client<'_> {
    /// Asks for `target`, which begins with a slash and holds no secret.
    pub(super) async fn get(&self, target: &str) -> Result<Reply, PlatformError> {
        let request = Exchange::request(Method::GET, self.origin, target)
            .header(header::AUTHORIZATION, proof(self.account, self.credential)?);
        self.exchange.send(request, Bytes::new(), |code, _| refusal(code)).await
    }
}

/// What proves who asks.
pub(super) fn proof(account: &str, credential: &SecretString) -> Result<HeaderValue, PlatformError> {
    let pair = pair(account, credential.expose_secret())?;
    let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
    secret(&basic)
}

fn refusal(code: u16) -> Option<PlatformError> {
    (code == 401).then(|| {
        PlatformError::Denied(
            "Twilio refuses the credential (401): it was mistyped or revoked, or is another account's".into(),
        )
    })
}

/// User and password of a request.
fn pair(account: &str, credential: &str) -> Result<Zeroizing<String>, PlatformError> {
    let credential = credential.trim();
    let sound = !credential.is_empty()
        && credential.len() <= 256
        && credential.bytes().all(|byte| byte.is_ascii_graphic());
    let pair = match credential.split_once(':') {
        _ if !sound => None,
        Some((key, password)) if key.starts_with("SK") && !password.is_empty() => Some(credential.to_owned()),
        Some(_) => None,
        None => Some(format!("{account}:{credential}")),
    };
    pair.map(Zeroizing::new).ok_or_else(|| {
        PlatformError::Denied(
            "this is neither an auth token nor an API key as SK…:secret: set the credential again".into(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_account_s_and_a_key_its_own() {
        let of = |credential| pair("AC1", credential).map(|pair| pair.to_string()).ok();
        assert_eq!(of(" 0123abcd\n").as_deref(), Some("AC1:0123abcd"));
        assert_eq!(of("SK9:s3cret").as_deref(), Some("SK9:s3cret"));
        for wrong in ["", "SK9:", "AC1:token", "two words", "é"] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
