//! What the verifiers share: codes, comparisons, times, and a look into a body that reads no more than it must.

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use sha1::Sha1;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::{Refused, TOLERANCE_SECONDS};
use crate::domain::fingerprint::Digester;

/// HMAC-SHA256 of the parts, one after the other.
pub(in crate::platforms) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32], Refused> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Refused::NotConfigured)?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac.finalize().into_bytes().into())
}

/// HMAC-SHA1 of the parts, one after the other: what Twilio still signs with.
pub(in crate::platforms) fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 20], Refused> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).map_err(|_| Refused::NotConfigured)?;
    parts.iter().for_each(|part| mac.update(part));
    Ok(mac.finalize().into_bytes().into())
}

/// Compares what was given with every candidate, and takes as long whichever matches. The texts are compared, not what
/// they decode to: a signature has one spelling.
pub(in crate::platforms) struct Alike(Choice);

impl Alike {
    pub(in crate::platforms) fn none() -> Self {
        Self(Choice::from(0))
    }

    /// Only the length of what was given can be learnt from how long this takes.
    pub(in crate::platforms) fn with(&mut self, expected: &str, given: &[u8]) {
        self.0 |= expected.as_bytes().ct_eq(given);
    }

    /// Whether any of them matched.
    ///
    /// # Errors
    /// [`Refused::BadSignature`] when none did.
    pub(in crate::platforms) fn found(self) -> Result<(), Refused> {
        if self.0.into() { Ok(()) } else { Err(Refused::BadSignature) }
    }
}

/// The bytes of a secret that stands for itself; empty ones are none.
pub(in crate::platforms) fn spelled(secrets: &[SecretString]) -> Result<Vec<&[u8]>, Refused> {
    let keys: Vec<&[u8]> = secrets
        .iter()
        .map(|secret| secret.expose_secret().as_bytes())
        .filter(|key| !key.is_empty())
        .collect();
    if keys.is_empty() { Err(Refused::NotConfigured) } else { Ok(keys) }
}

/// A header that stands there once.
///
/// # Errors
/// [`Refused::Malformed`] when it stands there twice or is not text.
pub(in crate::platforms) fn one<'h>(
    headers: &'h HeaderMap,
    name: &'static str,
) -> Result<Option<&'h str>, Refused> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::Malformed("a header stands there twice"));
    }
    value.to_str().map(Some).map_err(|_| Refused::Malformed("a header is not text"))
}

/// Those of the named headers that are there and can be shown.
pub(in crate::platforms) fn kept(headers: &HeaderMap, names: &[&str]) -> Vec<(String, String)> {
    names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), headers.get(*name)?.to_str().ok()?.to_owned())))
        .collect()
}

/// Whole seconds since 1970, written in digits alone.
pub(in crate::platforms) fn seconds(text: &str) -> Result<Timestamp, Refused> {
    let digits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = digits.then(|| text.parse::<i64>().ok()).flatten();
    seconds
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(Refused::Malformed("the time of the signature is not in seconds"))
}

/// Whether a signed time is near enough to ours, either way.
pub(in crate::platforms) fn timely(signed: Timestamp, now: Timestamp) -> Result<(), Refused> {
    let ahead = signed.as_second().saturating_sub(now.as_second());
    if ahead > TOLERANCE_SECONDS {
        Err(Refused::TooNew)
    } else if ahead < -TOLERANCE_SECONDS {
        Err(Refused::TooOld)
    } else {
        Ok(())
    }
}

/// A key made of content: the same parts make the same key.
pub(in crate::platforms) fn digest_key(parts: &[&[u8]]) -> String {
    let digest = parts.iter().fold(Digester::new(), |digest, part| digest.field(Some(part)));
    hex::encode(digest.finish())
}

/// A field of a body, not yet read.
pub(in crate::platforms) type RawField<'a> = Option<&'a RawValue>;

/// A text that is not empty.
pub(in crate::platforms) fn field(raw: RawField<'_>) -> Option<String> {
    let text: String = serde_json::from_str(raw?.get()).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An id, which some write as a number and some as a text; a number is taken digit by digit, however long.
pub(in crate::platforms) fn id(raw: RawField<'_>) -> Option<String> {
    let text = raw?.get();
    let number = !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    if number { Some(text.to_owned()) } else { field(raw) }
}

/// What stands inside a field; nothing when it is no object.
pub(in crate::platforms) fn inside<'a, T: Deserialize<'a> + Default>(raw: RawField<'a>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}
