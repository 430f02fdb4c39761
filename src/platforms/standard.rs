//! Signatures as Svix makes them and the Standard Webhooks specification describes them: `id`, `timestamp` and
//! `signature` in headers that begin with `svix-` or `webhook-`, the HMAC-SHA256 in base64 over id, time and raw body
//! with dots between, several of them while a secret is being replaced.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::webhook::{Alike, Delivery, Endpoint, LONGEST_ID, Refused, hmac_sha256, one, seconds, timely};

/// Secrets are base64, with this in front or not.
const PREFIX: &str = "whsec_";
const NAMES: [[&str; 3]; 2] = [
    ["svix-id", "svix-timestamp", "svix-signature"],
    ["webhook-id", "webhook-timestamp", "webhook-signature"],
];

/// What the signature covers besides the body.
pub(super) struct Signed<'a> {
    /// The message's id: the same for every attempt to deliver it.
    pub(super) id: &'a str,
    /// When this attempt was made.
    pub(super) at: Timestamp,
}

/// Checks a delivery. Either set of headers will do, a mix of both will not.
///
/// # Errors
/// [`Refused`], when it is not genuine.
pub(super) fn verify<'a>(endpoint: &Endpoint, delivery: &Delivery<'a>) -> Result<Signed<'a>, Refused> {
    let svix = delivery.headers.keys().any(|name| NAMES[0].contains(&name.as_str()));
    let [id, timestamp, signatures] = NAMES[usize::from(!svix)];
    let header = |name| one(delivery.headers, name)?.ok_or(Refused::Unsigned);
    let (id, timestamp, signatures) = (header(id)?, header(timestamp)?, header(signatures)?);
    if id.is_empty() || id.len() > LONGEST_ID {
        return Err(Refused::Malformed("the message's id is empty or too long"));
    }
    let mut alike = Alike::none();
    for key in keys(&endpoint.secrets)? {
        let parts = [id.as_bytes(), b".", timestamp.as_bytes(), b".", delivery.body];
        let expected = STANDARD.encode(hmac_sha256(&key, &parts)?);
        for given in signatures.split(' ').filter_map(|given| given.strip_prefix("v1,")) {
            alike.with(&expected, given.as_bytes());
        }
    }
    alike.found()?;
    let at = seconds(timestamp)?;
    timely(at, delivery.received_at)?;
    Ok(Signed { id, at })
}

/// The headers worth keeping.
pub(super) fn kept(delivery: &Delivery<'_>) -> Vec<(String, String)> {
    let [[svix_id, svix_time, _], [id, time, _]] = NAMES;
    super::webhook::kept(delivery.headers, &[svix_id, svix_time, id, time])
}

fn keys(secrets: &[SecretString]) -> Result<Vec<Zeroizing<Vec<u8>>>, Refused> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient);
    let keys: Vec<_> = secrets
        .iter()
        .filter_map(|secret| {
            let text = secret.expose_secret();
            engine.decode(text.strip_prefix(PREFIX).unwrap_or(text)).ok().map(Zeroizing::new)
        })
        .filter(|key| !key.is_empty())
        .collect();
    if keys.is_empty() { Err(Refused::NotConfigured) } else { Ok(keys) }
}
