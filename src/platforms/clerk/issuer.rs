//! A stand-in for Clerk on a developer's machine: signs session tokens with a key made at its start, which nobody else has
//! and which ends with the process. Who wires it sees to it that it exists nowhere else.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    jwks::{self, Keys},
    session::Rules,
    verifier::{KeySource, Verifier},
};

/// The issuer in its tokens: a name that can never be anybody's (RFC 2606).
pub const ISSUER: &str = "https://development.invalid";
const KID: &str = "ins_development";

/// Signs session tokens for development.
pub struct DevelopmentIssuer {
    pair: KeyPair,
}

/// The key could not be made, or did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the development issuer has no key")]
pub struct NoKey;

impl DevelopmentIssuer {
    /// Makes a key; takes some tenths of a second.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn new() -> Result<Self, NoKey> {
        Ok(Self { pair: KeyPair::generate(KeySize::Rsa2048).map_err(|_| NoKey)? })
    }

    /// The key set, as Clerk publishes one.
    pub fn jwks(&self) -> Value {
        let public = self.pair.public_key();
        let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{
            "use": "sig", "kty": "RSA", "kid": KID, "alg": "RS256",
            "n": number(public.modulus().big_endian_without_leading_zero()),
            "e": number(public.exponent().big_endian_without_leading_zero()),
        }]})
    }

    /// Believes this issuer's tokens and nobody else's.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn verifier(&self, skew: SignedDuration) -> Result<Verifier, NoKey> {
        let keys: Keys = jwks::parse(self.jwks().to_string().as_bytes()).map_err(|_| NoKey)?;
        let rules = Rules { issuer: ISSUER.to_owned(), parties: vec![ISSUER.to_owned()], skew };
        Ok(Verifier::new(KeySource::Own(keys), rules))
    }

    /// A session token of `user`, with `organization` (Clerk's id) active in it.
    ///
    /// # Errors
    /// [`NoKey`].
    pub fn token(
        &self,
        user: &str,
        organization: Option<(&str, &str)>,
        lifetime: SignedDuration,
        now: Timestamp,
    ) -> Result<String, NoKey> {
        let issued = now.as_second();
        let mut claims = json!({
            "iss": ISSUER, "azp": ISSUER, "sub": user, "sid": format!("sess_of_{user}"), "sts": "active", "v": 2,
            "iat": issued, "nbf": issued - 10, "exp": issued + lifetime.as_secs(),
        });
        if let Some((id, role)) = organization {
            claims["o"] = json!({"id": id, "rol": role});
        }
        self.sign(&json!({"alg": "RS256", "typ": "JWT", "kid": KID}), &claims)
    }

    /// Any token: tests sign wrong ones too.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> Result<String, NoKey> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).map_err(|_| NoKey)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}
