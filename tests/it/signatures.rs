//! What the providers' own client libraries sign is accepted; with a single bit changed it is not.
//!
//! The deliveries in `tests/data/deliveries.json` were signed by svix, stripe and twilio for Python through
//! `.ci/signatures.py`; `ROUTIQ_TEST_DELIVERIES` names a file made just now. ManyChat, Chatwoot have no such library.

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use routiq::platforms::webhook::{self, Accepted, Delivery, Endpoint, Refused};
use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Deserialize)]
struct Recorded {
    platform: String,
    account: String,
    secrets: Vec<String>,
    settings: Value,
    method: String,
    target: String,
    base: String,
    headers: BTreeMap<String, String>,
    /// The headers of which every bit counts.
    signed: Vec<String>,
    body: String,
    received_at: i64,
    says: Says,
}

#[derive(Clone, Deserialize)]
struct Says {
    key: String,
    r#type: String,
    subject: Option<String>,
}

/// A delivery as bytes, to be changed.
#[derive(Clone)]
struct Raw {
    secrets: Vec<String>,
    target: String,
    headers: BTreeMap<String, Vec<u8>>,
    body: Vec<u8>,
    received_at: i64,
}

fn recorded() -> Vec<Recorded> {
    let path = std::env::var("ROUTIQ_TEST_DELIVERIES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/deliveries.json").to_owned());
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

impl Recorded {
    fn raw(&self) -> Raw {
        Raw {
            secrets: self.secrets.clone(),
            target: self.target.clone(),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
                .collect(),
            body: self.body.clone().into_bytes(),
            received_at: self.received_at,
        }
    }

    /// `None` where HTTP itself would not let it through.
    fn accept(&self, raw: &Raw) -> Option<Result<Accepted, Refused>> {
        let mut headers = HeaderMap::new();
        for (name, value) in &raw.headers {
            headers
                .insert(HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_bytes(value).ok()?);
        }
        let endpoint = Endpoint {
            external_id: self.account.clone(),
            secrets: raw.secrets.iter().map(|secret| secret.as_str().into()).collect(),
            settings: self.settings.clone(),
        };
        let delivery = Delivery {
            method: &Method::from_bytes(self.method.as_bytes()).unwrap(),
            target: &raw.target,
            public_base: Some(&self.base),
            headers: &headers,
            body: &raw.body,
            received_at: Timestamp::from_second(raw.received_at).unwrap(),
        };
        Some(webhook::all()[self.platform.as_str()].accept(&endpoint, &delivery))
    }

    fn refused(&self, raw: &Raw, what: &str, bit: usize) {
        let accepted = self.accept(raw);
        assert!(
            !matches!(accepted, Some(Ok(_))),
            "{}: accepted with bit {bit} of its {what} changed",
            self.platform
        );
    }
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}

#[test]
fn what_the_providers_libraries_sign_is_accepted() {
    let recorded = recorded();
    for platform in ["clerk", "stripe", "twilio", "hint"] {
        assert!(recorded.iter().any(|delivery| delivery.platform == platform), "none of {platform}");
    }
    for delivery in recorded {
        let accepted = delivery.accept(&delivery.raw()).unwrap();
        let accepted = accepted.unwrap_or_else(|refused| panic!("{}: {refused}", delivery.platform));
        assert_eq!(accepted.event_key, delivery.says.key);
        assert_eq!(accepted.event_type, delivery.says.r#type);
        assert_eq!(accepted.subject, delivery.says.subject);
        assert!(accepted.signed && !accepted.ignored);
        let mut rotated = delivery.raw();
        let newer = if delivery.platform == "clerk" || delivery.platform == "hint" {
            "whsec_bmV3ZXI="
        } else {
            "newer"
        };
        rotated.secrets.insert(0, newer.to_owned());
        assert!(
            delivery.accept(&rotated).unwrap().is_ok(),
            "{}: while a secret is replaced",
            delivery.platform
        );
    }
}

#[test]
fn every_single_bit_change_is_refused() {
    for delivery in recorded() {
        let raw = delivery.raw();
        for bit in 0..raw.body.len() * 8 {
            delivery.refused(&Raw { body: flipped(&raw.body, bit), ..raw.clone() }, "body", bit);
        }
        for name in &delivery.signed {
            let value = &raw.headers[name];
            for bit in 0..value.len() * 8 {
                let mut changed = raw.clone();
                changed.headers.insert(name.clone(), flipped(value, bit));
                delivery.refused(&changed, name, bit);
            }
            let mut without = raw.clone();
            without.headers.remove(name);
            delivery.refused(&without, name, 0);
        }
        let secret = raw.secrets[0].as_bytes();
        for bit in 0..secret.len() * 8 {
            // A secret is text.
            let Ok(secret) = String::from_utf8(flipped(secret, bit)) else { continue };
            delivery.refused(&Raw { secrets: vec![secret], ..raw.clone() }, "secret", bit);
        }
        if delivery.platform == "twilio" {
            for bit in 0..raw.target.len() * 8 {
                let Ok(target) = String::from_utf8(flipped(raw.target.as_bytes(), bit)) else { continue };
                delivery.refused(&Raw { target, ..raw.clone() }, "address", bit);
            }
        } else {
            for seconds in [-400, 400] {
                let received_at = raw.received_at + seconds;
                delivery.refused(&Raw { received_at, ..raw.clone() }, "time", 0);
            }
        }
    }
}
