//! Signing keys. Making one costs a while, so each process makes them once for each seed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::house::Refused;

type Made = HashMap<(u64, u64), Arc<KeyPair>>;

/// A key and its name.
#[derive(Debug, Clone)]
pub(super) struct SigningKey {
    pub(super) kid: String,
    pair: Arc<KeyPair>,
}

/// The text of bytes inside a token.
pub(super) fn url64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl SigningKey {
    /// The `n`-th key of a seed.
    pub(super) fn make(kid: String, seed: u64, n: u64) -> Result<Self, Refused> {
        static MADE: OnceLock<Mutex<Made>> = OnceLock::new();
        let mut made = MADE.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pair) = made.get(&(seed, n)) {
            return Ok(Self { kid, pair: Arc::clone(pair) });
        }
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| Refused::Invalid("key"))?;
        let pair = Arc::clone(made.entry((seed, n)).or_insert(Arc::new(pair)));
        Ok(Self { kid, pair })
    }

    /// As in the published set.
    pub(super) fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({"use": "sig", "kty": "RSA", "kid": self.kid, "alg": "RS256",
            "n": url64(public.modulus().big_endian_without_leading_zero()),
            "e": url64(public.exponent().big_endian_without_leading_zero())})
    }

    /// The public modulus, which a forger may take for a shared secret.
    pub(super) fn modulus(&self) -> Vec<u8> {
        self.pair.public_key().modulus().big_endian_without_leading_zero().to_vec()
    }

    pub(super) fn sign(&self, text: &str, with_512: bool) -> Result<Vec<u8>, Refused> {
        let padding: &dyn RsaEncoding = if with_512 { &RSA_PKCS1_SHA512 } else { &RSA_PKCS1_SHA256 };
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(padding, &SystemRandom::new(), text.as_bytes(), &mut signature)
            .map_err(|_| Refused::Invalid("key"))?;
        Ok(signature)
    }
}
