//! One request to Nookal, in both of its interfaces, and what a refusal means. The credential never stands in an address.

use std::sync::Mutex;

use bytes::Bytes;
use http::{Method, header};
use jiff::{SignedDuration, Timestamp};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::wire::{self, Fields};
use crate::platforms::{
    PlatformError,
    kit::exchange::{Exchange, Found, Pause, Reply, secret},
};

/// The longest credential that is believed to be one.
const LONGEST_KEY: usize = 2048;
const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
/// How long a token is believed to last where nothing is said.
const USUAL: SignedDuration = SignedDuration::from_mins(30);

/// "Slow down" may come with how long; no figures are published.
pub(super) const PAUSE: Pause =
    Pause { header: "retry-after", moment: false, usual: std::time::Duration::from_secs(60) };

/// Everything a request needs besides itself.
pub(super) struct Client<'a> {
    pub(super) exchange: Exchange<'a>,
    /// Scheme and host.
    pub(super) origin: &'a str,
    pub(super) credential: &'a SecretString,
}

/// What a query brought.
#[derive(Debug)]
pub(super) enum Asked {
    Found(Found),
    /// It was refused; what was said of it.
    Faults(wire::Faults),
}

impl Client<'_> {
    /// Calls a method of the older interface: the key and the parameters travel in the body.
    pub(super) async fn method(
        &self,
        name: &str,
        parameters: &[(String, String)],
    ) -> Result<Found, PlatformError> {
        let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let key = Zeroizing::new(encode(self.credential.expose_secret().trim()));
        let mut body = Zeroizing::new(format!("api_key={}", key.as_str()));
        for (name, value) in parameters {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        let request = Exchange::request(Method::POST, self.origin, &format!("/production/v2/{name}"))
            .header(header::CONTENT_TYPE, FORM);
        let body = Bytes::copy_from_slice(body.as_bytes());
        match self.exchange.send(request, body, |_, _| None).await? {
            Reply::Found(found) => Ok(found),
            Reply::Missing => Err(PlatformError::Malformed(format!("Nookal has no method {name} (404)"))),
        }
    }

    /// Asks for a token of the newer interface, which ends the one before.
    pub(super) async fn token(&self) -> Result<(SecretString, SignedDuration), PlatformError> {
        // The key as it is, not a pair of name and password.
        let basic = Zeroizing::new(format!("Basic {}", self.credential.expose_secret().trim()));
        let request = Exchange::request(Method::POST, self.origin, "/oauth/token")
            .header(header::CONTENT_TYPE, FORM)
            .header(header::AUTHORIZATION, secret(&basic)?);
        let body = Bytes::from_static(b"grant_type=client_credentials");
        let refused = |code: u16, body: &str| {
            let body = body.to_lowercase();
            let client = code == 400 && (body.contains("invalid client") || body.contains("invalid_client"));
            (client || matches!(code, 401 | 403)).then(|| {
                PlatformError::Denied(format!(
                    "Nookal refuses the Basic Key ({code}): it was mistyped, or its client was deleted"
                ))
            })
        };
        let Reply::Found(found) = self.exchange.send(request, body, refused).await? else {
            return Err(PlatformError::Denied(
                "Nookal gives no tokens here (404): its support must switch the API v3.0 on".into(),
            ));
        };
        let wrong = || PlatformError::Malformed("the answer holds no token".into());
        let answer: Value = wire::parse(&found.text)?;
        let fields = Fields::of(&answer).map_err(|_| wrong())?;
        let bearer = fields.text("accessToken").ok().flatten().ok_or_else(wrong)?;
        let until: Option<Timestamp> = fields.time("accessTokenExpiresAt").ok().flatten();
        let life = until.map_or(USUAL, |until| until.duration_since(self.exchange.now));
        Ok((SecretString::from(bearer), life))
    }

    /// Sends a query of the newer interface.
    pub(super) async fn query(&self, bearer: &SecretString, query: &str) -> Result<Asked, PlatformError> {
        let bearer = Zeroizing::new(format!("Bearer {}", bearer.expose_secret()));
        let request = Exchange::request(Method::POST, self.origin, "/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, secret(&bearer)?);
        let body = json!({ "query": query, "variables": {} }).to_string();
        let said: Mutex<Option<wire::Faults>> = Mutex::default();
        let refused = |code: u16, body: &str| {
            let mut faults =
                matches!(code, 400 | 401 | 403).then(|| wire::faults(body).unwrap_or_default())?;
            // A token that another one replaced.
            faults.ended |= code == 401;
            faults.forbidden |= code == 403;
            if let Ok(mut said) = said.lock() {
                *said = Some(faults);
            }
            Some(PlatformError::Malformed(format!("Nookal refuses the query ({code})")))
        };
        let sent = self.exchange.send(request, Bytes::from(body), refused).await;
        if let Ok(Some(faults)) = said.into_inner() {
            return Ok(Asked::Faults(faults));
        }
        match sent? {
            Reply::Found(found) => Ok(Asked::Found(found)),
            Reply::Missing => Err(PlatformError::Malformed("Nookal takes no queries here (404)".into())),
        }
    }
}

/// What is wrong with a text that is to be a key, if anything.
pub(super) fn check_key(key: &str) -> Result<(), PlatformError> {
    let key = key.trim();
    match !key.is_empty() && key.len() <= LONGEST_KEY && key.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => {
            Err(PlatformError::Denied("this is no API key of Nookal's: copy it again as a whole".into()))
        }
    }
}
