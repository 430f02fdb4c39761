//! How we are let in: a stored credential that is good for years, and access tokens that are good for an hour. The latter
//! are kept in memory alone, and a request of their own gets each.

use bytes::Bytes;
use http::{Method, header};
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use super::wire;
use crate::{
    domain::fingerprint::{Digester, Fingerprint},
    platforms::{
        PlatformError,
        kit::{
            exchange::{Exchange, Reply},
            fields::Fields,
        },
    },
};

/// Longer texts are no part of a credential.
const LONGEST: usize = 4096;

/// What lets us into an account: `{"client_id", "client_secret", "refresh_token"}`, as Google's own libraries write it.
pub(super) struct Credential {
    client_id: SecretString,
    client_secret: SecretString,
    refresh_token: SecretString,
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
            refresh_token: Option<SecretString>,
        }
        let wrong = |what: &str| {
            PlatformError::Denied(format!(
                "the credential {what}: allowed is {{\"client_id\": …, \"client_secret\": …, \"refresh_token\": …}}"
            ))
        };
        let text = stored.expose_secret();
        let parts: Parts =
            serde_json::from_str(text).map_err(|_| wrong("is not JSON with these three texts"))?;
        let part = |part: Option<SecretString>, name: &str| {
            let sound = |it: &SecretString| (1..=LONGEST).contains(&it.expose_secret().trim().len());
            part.filter(sound).ok_or_else(|| wrong(&format!("has no {name}")))
        };
        Ok(Self {
            client_id: part(parts.client_id, "client_id")?,
            client_secret: part(parts.client_secret, "client_secret")?,
            refresh_token: part(parts.refresh_token, "refresh_token")?,
            digest: Digester::new().text(text).finish(),
        })
    }

    fn form(&self) -> Zeroizing<String> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "refresh_token")
            .append_pair("client_id", self.client_id.expose_secret().trim())
            .append_pair("client_secret", self.client_secret.expose_secret().trim())
            .append_pair("refresh_token", self.refresh_token.expose_secret().trim());
        Zeroizing::new(form.finish())
    }

    /// Asks for an access token; answers how long it lives.
    pub(super) async fn renew(
        &self,
        exchange: &Exchange<'_>,
        origin: &str,
    ) -> Result<(SecretString, SignedDuration), PlatformError> {
        let form = self.form();
        let request = Exchange::request(Method::POST, origin, "/token")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let sent = exchange.send(request, Bytes::copy_from_slice(form.as_bytes()), refusal).await?;
        let Reply::Found(found) = sent else {
            return Err(PlatformError::Malformed("Google's address of tokens is not there (404)".into()));
        };
        let body: Value = wire::parse(&found.text)?;
        let fields = Fields::of(&body)
            .map_err(|_| PlatformError::Malformed("the answer holds no access token".into()))?;
        let token = fields.text("access_token").ok().flatten().filter(|token| token.len() <= LONGEST);
        let token =
            token.ok_or_else(|| PlatformError::Malformed("the answer holds no access token".into()))?;
        let life = fields.number::<u32>("expires_in").ok().flatten().unwrap_or(3600);
        Ok((SecretString::from(token), SignedDuration::from_secs(i64::from(life))))
    }
}

/// What a refusal of the token's address means.
fn refusal(code: u16, text: &str) -> Option<PlatformError> {
    let body: Value = serde_json::from_str(text).ok()?;
    let denied = match (code, body.get("error")?.as_str()?) {
        (400 | 401, "invalid_grant") => {
            "Google no longer lets us in (invalid_grant): access was withdrawn, the password changed, or the consent \
             ran out; connect the account again"
        }
        (
            400 | 401 | 403,
            "invalid_client" | "unauthorized_client" | "deleted_client" | "disabled_client",
        ) => "Google does not know the OAuth client: it was deleted, or its secret replaced",
        _ => return None,
    };
    Some(PlatformError::Denied(denied.to_owned()))
}
