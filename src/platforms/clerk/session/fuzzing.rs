//! Tokens under any bytes: whole ones, and what stands in them.

use std::sync::{Arc, LazyLock};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::DecodingKey;
use serde_json::{Map, Value};

use super::{Rules, read, take_apart};
use crate::{
    domain::session::{Bearer, TokenProblem},
    platforms::clerk::{issuer::DevelopmentIssuer, jwks},
};

/// The moment at which the corpus is good.
const NOW: i64 = 1_767_225_630;

/// A key that has signed nothing of what comes here.
static KEY: LazyLock<Arc<DecodingKey>> = LazyLock::new(|| {
    let published = DevelopmentIssuer::new().map(|issuer| issuer.jwks().to_string()).unwrap_or_default();
    let keys = jwks::parse(published.as_bytes()).unwrap_or_default();
    let key = keys.into_values().next();
    assert!(key.is_some(), "no key to check with");
    key.unwrap_or_else(|| Arc::new(DecodingKey::from_secret(b"")))
});

/// The bytes as a token: as they are, or three lines as its header, its claims and its signature.
fn token(bytes: &[u8]) -> String {
    let parts: Vec<&[u8]> = bytes.splitn(3, |byte| *byte == b'\n').collect();
    match parts.as_slice() {
        [header, claims, signature] => {
            let (header, claims) = (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
            format!("{header}.{claims}.{}", String::from_utf8_lossy(signature))
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Takes the bytes for a token. None that is not signed is ever taken; what its claims say names somebody, for an
/// organization that has an id, and has not ended.
pub(crate) fn tokens(bytes: &[u8]) {
    let rules = Rules {
        issuer: "https://clerk.example.test".to_owned(),
        parties: vec!["https://app.example.test".to_owned()],
        skew: SignedDuration::from_secs(5),
    };
    let Ok(now) = Timestamp::from_second(NOW) else { return };
    let text = token(bytes);
    let taken = match take_apart(&text) {
        Ok(taken) => taken,
        Err(problem) => {
            assert!(matches!(problem, TokenProblem::Invalid(why) if !why.is_empty()), "{problem}");
            return;
        }
    };
    assert!(!taken.kid.is_empty());
    assert_eq!(taken.verify(&KEY, &rules, now), Err(TokenProblem::Invalid("signature")));
    let Ok(claims) = serde_json::from_slice::<Map<String, Value>>(&taken.claims) else { return };
    match read(&claims, taken.category.as_deref(), &rules, now) {
        Ok(Bearer::Session(session)) => {
            assert!(!session.user.is_empty() && !session.user.starts_with("mch_"));
            assert!(session.expires_at > now - rules.skew, "it has ended");
            assert!(session.organization.is_none_or(|organization| !organization.id.is_empty()));
            assert!(session.acting.is_none_or(|acting| !acting.user.is_empty()));
        }
        Ok(Bearer::Machine(machine)) => assert!(machine.machine.starts_with("mch_")),
        Err(problem) => assert_ne!(problem, TokenProblem::Unavailable),
    }
}
