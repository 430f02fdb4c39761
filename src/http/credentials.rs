//! What callers bring: tokens, keys, tickets, and the names of organizations.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngCore;
use sha2::{Digest, Sha256};

use super::errors::{ApiError, Code};
use crate::{domain::ids::is_clerk_organization, store::access::Named};

/// What a service's key begins with.
pub const KEY_PREFIX: &str = "rsk_";

/// Whether two names of the same kind differ.
pub(super) fn contradict(one: &Named, other: &Named) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other) && one != other
}

/// What an organization's id says: a UUID in its usual form, or a Clerk id.
pub(super) fn named(given: &str) -> Result<Named, ApiError> {
    if is_clerk_organization(given) {
        return Ok(Named::Clerk(given.to_owned()));
    }
    let id = (given.len() == 36).then(|| given.parse().ok()).flatten();
    id.map(Named::Id).ok_or_else(|| Code::InvalidOrgId.into())
}

/// The token that an `Authorization` header carries; what a client sends that has no session is none.
pub(super) fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    let token = token.trim();
    let given = scheme.eq_ignore_ascii_case("bearer") && !matches!(token, "" | "null" | "undefined");
    given.then_some(token)
}

/// Ids of organizations and headers of sessions, whatever they say: what is taken over is in its usual form.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn fuzz(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match named(&text) {
        Ok(Named::Clerk(id)) => assert!(id == text && id.is_ascii() && id.len() <= 64),
        Ok(Named::Id(id)) => assert_eq!(id.to_string(), text.to_ascii_lowercase()),
        Err(error) => assert_eq!(error.code(), Code::InvalidOrgId),
    }
    if let Some(token) = bearer(Some(&text)) {
        assert!(!token.is_empty() && token.trim() == token);
    }
}

/// What is kept of a secret.
pub(super) fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// 256 bits that nobody can foretell: never from a seed.
pub(super) fn secret() -> String {
    let mut bytes = [0; 32];
    rand::rng().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_organization_is_named_by_uuid_or_clerk_id_and_nothing_else() {
        let id: Uuid = "0190a1b2-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(named("0190A1B2-0000-7000-8000-000000000001").unwrap(), Named::Id(id));
        let clerk = "org_2HarbourPhysioPerthDemo001";
        assert_eq!(named(clerk).unwrap(), Named::Clerk(clerk.to_owned()));
        for bad in
            ["", "org_", "org_short", "Praxis am Park", "org_2NNEqL2nrIRdJ194ndJq-HwEfxC", "%2e%2e", "0"]
        {
            assert_eq!(named(bad).unwrap_err().code(), Code::InvalidOrgId, "{bad}");
        }
        assert_eq!(named(&id.simple().to_string()).unwrap_err().code(), Code::InvalidOrgId, "another form");
    }

    #[test]
    fn a_client_without_a_session_brings_no_token() {
        assert_eq!(bearer(Some("Bearer abc")), Some("abc"));
        assert_eq!(bearer(Some("bearer  abc ")), Some("abc"));
        let none =
            [None, Some(""), Some("Bearer"), Some("Bearer "), Some("Bearer null"), Some("Bearer undefined")];
        for given in none.into_iter().chain([Some("Basic YQ=="), Some("abc")]) {
            assert_eq!(bearer(given), None, "{given:?}");
        }
    }
}
