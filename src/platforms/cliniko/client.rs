//! One request to Cliniko: where the key's account is, how it is asked, and what a refusal means.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderValue, Method, header};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::platforms::{
    PlatformError,
    kit::exchange::{Exchange, Found, Pause, Reply, secret},
};

/// Keys of the first generation do not say where their account is: it is there.
const FIRST_SHARD: &str = "au1";
/// The longest key that is believed to be one.
const LONGEST_KEY: usize = 512;

/// "Slow down" comes with the moment from which to go on.
pub(super) const PAUSE: Pause =
    Pause { header: "x-ratelimit-reset", moment: true, usual: Duration::from_secs(60) };

/// Everything a request needs besides its path.
pub(super) struct Client<'a> {
    pub(super) exchange: Exchange<'a>,
    /// Scheme and host.
    pub(super) origin: &'a str,
    pub(super) key: &'a SecretString,
    /// `NAME (contact)`.
    pub(super) agent: &'a str,
}

impl Client<'_> {
    /// Asks for `target`, which begins with a slash and holds no secret; `what` names it for people.
    pub(super) async fn get(&self, target: &str, what: &str) -> Result<Found, PlatformError> {
        let key = self.key.expose_secret().trim();
        let pair = Zeroizing::new(format!("{key}:"));
        let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let agent = HeaderValue::from_str(self.agent).map_err(|_| {
            PlatformError::Denied("platforms.cliniko: the name or contact cannot be sent".into())
        })?;
        let request = Exchange::request(Method::GET, self.origin, target)
            .header(header::AUTHORIZATION, secret(&basic)?)
            .header(header::USER_AGENT, agent);
        let refused = |code: u16, _: &str| refusal(code, what).map(PlatformError::Denied);
        match self.exchange.send(request, Bytes::new(), refused).await? {
            Reply::Found(found) => Ok(found),
            Reply::Missing => Err(PlatformError::Denied(format!(
                "Cliniko shows this key no {what} (404): its account moved, or its user is no administrator"
            ))),
        }
    }
}

fn refusal(code: u16, what: &str) -> Option<String> {
    match code {
        401 => Some("Cliniko does not know the API key (401): it was mistyped or deleted".into()),
        403 => Some(format!("the API key's user may not see {what} (403): an administrator's key is needed")),
        _ => None,
    }
}

/// Where a key's account is: what follows its last dash, if that can be a shard.
pub(super) fn shard(key: &str) -> String {
    let suffix = key.trim().rsplit_once('-').map(|(_, suffix)| suffix.to_ascii_lowercase());
    suffix.filter(|suffix| is_shard(suffix)).unwrap_or_else(|| FIRST_SHARD.to_owned())
}

/// The host that is asked with a key. Nothing of the key but a shard ever becomes part of it.
pub(super) fn host(key: &str) -> String {
    format!("api.{}.cliniko.com", shard(key))
}

/// Two letters and one or two digits.
fn is_shard(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 3 | 4)
        && bytes.iter().take(2).all(u8::is_ascii_lowercase)
        && bytes.iter().skip(2).all(u8::is_ascii_digit)
}

/// What is wrong with a text that is to be a key, if anything.
pub(super) fn check_key(key: &str) -> Result<(), PlatformError> {
    let key = key.trim();
    let sound = !key.is_empty()
        && key.len() <= LONGEST_KEY
        && key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    match sound {
        true => Ok(()),
        false => {
            Err(PlatformError::Denied("this is no API key of Cliniko's: copy it again as a whole".into()))
        }
    }
}
