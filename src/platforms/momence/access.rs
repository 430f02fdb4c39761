//! How we are let in: an API client of the host and a staff user's password, which get a token for some hours.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{Method, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::{
    domain::fingerprint::{Digester, Fingerprint},
    platforms::{
        PlatformError,
        kit::{
            exchange::{Exchange, Reply, secret},
            fields::Fields,
            json::parse,
        },
    },
};

/// Longer texts are no part of a credential.
const LONGEST: usize = 4096;
/// What is believed of a token that says nothing of its end.
const SHORT: SignedDuration = SignedDuration::from_mins(30);

/// What lets us into a host: `{"client_id", "client_secret", "username", "password"}`.
pub(super) struct Credential {
    client_id: SecretString,
    client_secret: SecretString,
    username: SecretString,
    password: SecretString,
    /// Tells it from another.
    pub(super) digest: Fingerprint,
}

impl Credential {
    /// Reads it; says what is missing by name, never what stands there.
    pub(super) fn read(stored: &SecretString) -> Result<Self, PlatformError> {
        #[derive(Deserialize)]
        struct Parts {
            client_id: Option<SecretString>,
            client_secret: Option<SecretString>,
            username: Option<SecretString>,
            password: Option<SecretString>,
        }
        let wrong = |what: &str| {
            PlatformError::Denied(format!(
                "the credential {what}: allowed is \
                 {{\"client_id\": …, \"client_secret\": …, \"username\": …, \"password\": …}}"
            ))
        };
        let text = stored.expose_secret();
        let parts: Parts =
            serde_json::from_str(text).map_err(|_| wrong("is not JSON with these four texts"))?;
        let part = |part: Option<SecretString>, name: &str| {
            let sound = |it: &SecretString| (1..=LONGEST).contains(&it.expose_secret().len());
            part.filter(sound).ok_or_else(|| wrong(&format!("has no {name}")))
        };
        Ok(Self {
            client_id: part(parts.client_id, "client_id")?,
            client_secret: part(parts.client_secret, "client_secret")?,
            username: part(parts.username, "username")?,
            password: part(parts.password, "password")?,
            digest: Digester::new().text(text).finish(),
        })
    }

    fn form(&self) -> Zeroizing<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "password")
            .append_pair("username", self.username.expose_secret())
            .append_pair("password", self.password.expose_secret());
        Zeroizing::new(form.finish())
    }

    /// Asks for a token; answers how long it lives. A refresh token comes along and is left alone: it would be one more
    /// secret to keep, and the password does the same.
    pub(super) async fn renew(
        &self,
        exchange: &Exchange<'_>,
        origin: &str,
        path: &str,
    ) -> Result<(SecretString, SignedDuration), PlatformError> {
        let pair = Zeroizing::new(format!(
            "{}:{}",
            self.client_id.expose_secret().trim(),
            self.client_secret.expose_secret().trim()
        ));
        let basic = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let request = Exchange::request(Method::POST, origin, path)
            .header(header::AUTHORIZATION, secret(&basic)?)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let form = Bytes::copy_from_slice(self.form().as_bytes());
        let Reply::Found(found) = exchange.send(request, form, refusal).await? else {
            return Err(PlatformError::Malformed("platforms.momence.token_path is not there (404)".into()));
        };
        let body: Value = parse(&found.text)?;
        let nothing = || PlatformError::Malformed("the answer holds no access token".into());
        let fields = Fields::of(&body).map_err(|_| nothing())?;
        // Both spellings come.
        let told = |name: &str| fields.text(name).ok().flatten();
        let token = told("accessToken").or_else(|| told("access_token"));
        let token = token.filter(|token| token.len() <= LONGEST).ok_or_else(nothing)?;
        let life = fields.time("accessTokenExpiresAt").ok().flatten().map(|end| left(end, exchange.now));
        Ok((SecretString::from(token), life.unwrap_or(SHORT)))
    }
}

/// An end that has passed says more of a clock than of the token.
fn left(end: Timestamp, now: Timestamp) -> SignedDuration {
    let left = end.duration_since(now);
    if left.is_positive() { left } else { SHORT }
}

fn refusal(code: u16, _: &str) -> Option<PlatformError> {
    let denied = match code {
        400 => {
            "Momence no longer lets the staff user in (400): the password changed, or the user was removed"
        }
        401 => "Momence does not know the API client (401): it was mistyped or deleted",
        403 => "Momence forbids this to the API client or the staff user (403)",
        _ => return None,
    };
    Some(PlatformError::Denied(denied.to_owned()))
}
