//! `[security]`: keys and tokens. Nothing here prints.

use std::{collections::BTreeMap, fmt, sync::Arc};

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed},
    source::{Origin, Purpose},
};

/// Keys and tokens.
#[derive(Clone, Debug)]
pub struct SecurityConfig {
    /// Master keys of the stored credentials.
    pub encryption_keys: Option<EncryptionKeys>,
    /// Opens the admin API; none: it is closed.
    pub operator_token: Option<OperatorToken>,
    /// Secret of the Clerk instance.
    pub clerk_secret_key: Option<SecretString>,
    /// Secret of the Stripe account.
    pub stripe_secret_key: Option<SecretString>,
}

/// Master keys by version, 1 upwards; the highest encrypts, all decrypt.
#[derive(Clone)]
pub struct EncryptionKeys(Arc<BTreeMap<u32, SecretBox<[u8; 32]>>>);

impl EncryptionKeys {
    /// The version that encrypts.
    pub fn current(&self) -> u32 {
        self.0.keys().next_back().copied().unwrap_or_default()
    }

    /// The key of `version`.
    pub fn get(&self, version: u32) -> Option<&SecretBox<[u8; 32]>> {
        self.0.get(&version)
    }

    /// All keys, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &SecretBox<[u8; 32]>)> {
        self.0.iter().map(|(version, key)| (*version, key))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut keys = BTreeMap::new();
        for part in text.split(',').map(str::trim) {
            let (version, key) = match part.split_once(':') {
                Some((version, key)) => (version.parse().ok().filter(|v| *v > 0), key),
                None if text.contains(',') => {
                    return Err("is a list with a key that has no version".to_owned());
                }
                None => (Some(1), part),
            };
            let version = version.ok_or_else(|| "has a version that is not 1 to 4294967295".to_owned())?;
            let key =
                decode(key).ok_or_else(|| format!("has a key (version {version}) that is not 32 bytes"))?;
            if keys.insert(version, key).is_some() {
                return Err(format!("has version {version} twice"));
            }
        }
        Ok(Self(Arc::new(keys)))
    }

    /// Bytes that are all alike are a placeholder, not a key.
    fn has_placeholder(&self) -> bool {
        self.0.values().any(|key| {
            let bytes = key.expose_secret();
            bytes.iter().all(|byte| Some(byte) == bytes.first())
        })
    }
}

impl fmt::Debug for EncryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptionKeys").field("versions", &self.0.keys()).finish_non_exhaustive()
    }
}

fn decode(text: &str) -> Option<SecretBox<[u8; 32]>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    let bytes = match text.len() {
        64 => decode_hex(text)?,
        _ => Zeroizing::new(GeneralPurpose::new(&alphabet, lenient).decode(text).ok()?),
    };
    let key: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(SecretBox::new(Box::new(key)))
}

fn decode_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect::<Option<Vec<u8>>>()
        .map(Zeroizing::new)
}

/// The operators' token, kept as its SHA-256 digest alone.
#[derive(Clone)]
pub struct OperatorToken([u8; 32]);

impl OperatorToken {
    /// Keeps the digest of `token`.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Whether `token` is the one, in constant time.
    pub fn matches(&self, token: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(token).into();
        self.0.ct_eq(&given).into()
    }

    fn parse(text: &str) -> Result<Self, String> {
        if let Some(digest) = text.strip_prefix("sha256:") {
            let bytes = decode_hex(digest).and_then(|bytes| bytes.as_slice().try_into().ok());
            return bytes.map(Self).ok_or_else(|| "is not a SHA-256 digest".to_owned());
        }
        match text.chars().count() {
            0..24 => Err("is too short to be safe".to_owned()),
            _ => Ok(Self::of(text)),
        }
    }
}

impl fmt::Debug for OperatorToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorToken([REDACTED])")
    }
}

pub(super) fn read(
    r: &mut Reader,
    environment: Environment,
    purpose: Purpose,
    notices: &mut Vec<String>,
) -> SecurityConfig {
    const KEYS: &str = "security.encryption_key";
    let keys = r.secret(
        fixed(KEYS),
        "32 bytes in base64 or hexadecimal, or several as version:key,version:key",
        EncryptionKeys::parse,
    );
    let token = r.secret(
        fixed("security.operator_token"),
        "at least 24 characters, or sha256:<hexadecimal digest>",
        OperatorToken::parse,
    );
    let clerk = r.secret_text(fixed("security.clerk_secret_key"), "sk_live_… or sk_test_…", |text| {
        let known = ["sk_live_", "sk_test_"].iter().any(|p| text.len() > p.len() && text.starts_with(p));
        if known { Ok(()) } else { Err("is not a Clerk secret key".to_owned()) }
    });
    let stripe = r.secret_text(
        fixed("security.stripe_secret_key"),
        "sk_live_…, sk_test_…, rk_live_… or rk_test_…",
        |text| {
            let known = ["sk_live_", "sk_test_", "rk_live_", "rk_test_"]
                .iter()
                .any(|p| text.len() > p.len() && text.starts_with(p));
            if known { Ok(()) } else { Err("is not a Stripe secret key".to_owned()) }
        },
    );

    if matches!(r.origin(KEYS), Some(Origin::File(_) | Origin::Option(_))) {
        r.refuse(Mistake::NotAllowed, KEYS, "may come from the variable ENCRYPTION_KEY only");
    }
    if environment.is_guarded() {
        if keys.is_none() && purpose == Purpose::Serve && r.origin(KEYS).is_none() {
            r.refuse(Mistake::Missing, KEYS, format!("must be given in {environment}: set ENCRYPTION_KEY"));
        }
        if keys.as_ref().is_some_and(EncryptionKeys::has_placeholder) {
            r.refuse(Mistake::NotAllowed, KEYS, "is a placeholder: its bytes are all alike");
        }
    }
    if environment == Environment::Production
        && clerk.as_ref().is_some_and(|key| key.expose_secret().starts_with("sk_test_"))
    {
        notices.push("security.clerk_secret_key is a test key in production".to_owned());
    }
    SecurityConfig {
        encryption_keys: keys,
        operator_token: token,
        clerk_secret_key: clerk,
        stripe_secret_key: stripe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    #[test]
    fn keys_are_one_or_a_list_and_the_highest_is_current() {
        let bytes: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        for text in [HEX, BASE64, BASE64.trim_end_matches('=')] {
            let keys = EncryptionKeys::parse(text).unwrap();
            assert_eq!(keys.current(), 1);
            assert_eq!(keys.get(1).unwrap().expose_secret(), &bytes);
        }
        let url_safe = EncryptionKeys::parse(&format!("{}w", "_-".repeat(21))).map(|keys| keys.current());
        assert_eq!(url_safe, Ok(1));
        let keys = EncryptionKeys::parse(&format!("9:{HEX}, 10:{BASE64}")).unwrap();
        assert_eq!((keys.current(), keys.iter().count()), (10, 2));
        assert!(keys.get(1).is_none());
        assert_eq!(format!("{keys:?}"), "EncryptionKeys { versions: [9, 10], .. }");
    }

    #[test]
    fn wrong_keys_are_refused_without_being_quoted() {
        let twice = format!("1:{HEX},1:{BASE64}");
        let bare = format!("{HEX},2:{HEX}");
        let zero = format!("0:{HEX}");
        for text in ["", "abc", &HEX[2..], &format!("{HEX}00"), &twice, &bare, &zero, "1:", "x:y"] {
            let problem = EncryptionKeys::parse(text).unwrap_err();
            assert!(!problem.contains("0001") && !problem.contains("AAEC"), "{problem}");
        }
    }

    #[test]
    fn the_operator_s_token_matches_itself_alone() {
        let plain = OperatorToken::parse("a-token-of-twenty-four-letters").unwrap();
        assert!(plain.matches("a-token-of-twenty-four-letters"));
        assert!(!plain.matches("a-token-of-twenty-four-letterz") && !plain.matches(""));
        let digest = Sha256::digest("short");
        let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
        assert!(OperatorToken::parse(&format!("sha256:{hex}")).unwrap().matches("short"));
        assert!(OperatorToken::parse("sha256:00").is_err() && OperatorToken::parse("short").is_err());
        assert_eq!(format!("{plain:?}"), "OperatorToken([REDACTED])");
    }
}
