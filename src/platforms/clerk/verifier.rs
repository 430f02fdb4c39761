//! Tokens of one instance, verified with its keys.

use std::sync::Arc;

use jiff::Timestamp;
use jsonwebtoken::DecodingKey;

use super::{
    jwks::{Jwks, Keys},
    session::{self, Rules},
};
use crate::domain::session::{Bearer, TokenProblem};

/// Where the keys come from.
pub enum KeySource {
    /// From where the instance publishes them.
    Published(Arc<Jwks>),
    /// From the configuration: one for everything, whatever it is called.
    Fixed(Arc<DecodingKey>),
    /// From this process.
    Own(Keys),
}

impl KeySource {
    /// The one key of a PEM text, as Clerk's dashboard shows it ("JWKS public key").
    ///
    /// # Errors
    /// When it is no public RSA key.
    pub fn pem(text: &str) -> Result<Self, &'static str> {
        let key =
            DecodingKey::from_rsa_pem(text.as_bytes()).map_err(|_| "is no public RSA key in PEM form")?;
        Ok(Self::Fixed(Arc::new(key)))
    }
}

/// Verifies the tokens of one instance.
pub struct Verifier {
    keys: KeySource,
    rules: Rules,
}

impl Verifier {
    /// Believes what these keys have signed, when it says what `rules` want.
    pub fn new(keys: KeySource, rules: Rules) -> Self {
        Self { keys, rules }
    }

    /// Whom `token` speaks for at `now`.
    ///
    /// # Errors
    /// [`TokenProblem`].
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<Bearer, TokenProblem> {
        let unverified = session::take_apart(token)?;
        let key = match &self.keys {
            KeySource::Published(jwks) => jwks.key(&unverified.kid).await?,
            KeySource::Fixed(key) => Arc::clone(key),
            KeySource::Own(keys) => {
                let unknown = TokenProblem::Invalid("a key that is not this process's");
                keys.get(&unverified.kid).cloned().ok_or(unknown)?
            }
        };
        unverified.verify(&key, &self.rules, now)
    }
}
