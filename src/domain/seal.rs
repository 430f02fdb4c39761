//! Envelope encryption: each secret under a key of its own, each key wrapped by a version of the master key, both bound
//! to what they belong to. XChaCha20-Poly1305 throughout; nonces are random, which its 24 bytes allow without a counter.

use std::{collections::BTreeMap, fmt};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, AeadInOut, Payload},
};
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use zeroize::Zeroizing;

const NONCE: usize = 24;
const KEY: usize = 32;

/// A sealed secret as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which master key wraps `wrapped_key`.
    pub key_version: i32,
    /// Nonce, then the wrapped key.
    pub wrapped_key: Vec<u8>,
    /// Nonce, then the ciphertext.
    pub body: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(key version {}, {} bytes)", self.key_version, self.body.len())
    }
}

/// The key of one file, wrapped; what it seals lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which master key wraps it.
    pub key_version: i32,
    /// Nonce, then the wrapped key.
    pub wrapped_key: Vec<u8>,
}

/// The key of one file, bound to whom the file belongs to.
pub struct FileKey {
    key: Zeroizing<[u8; KEY]>,
    owner: String,
}

impl FileKey {
    /// Seals `plain` in its own memory: the ciphertext, then the nonce.
    ///
    /// # Errors
    /// [`SealError::Unsealable`] when it is larger than the cipher allows.
    pub fn seal(&self, mut plain: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        XChaCha20Poly1305::new((&*self.key).into())
            .encrypt_in_place(&XNonce::from(nonce), self.owner.as_bytes(), &mut plain)
            .map_err(|_| SealError::Unsealable)?;
        plain.extend_from_slice(&nonce);
        Ok(plain)
    }

    /// Opens what [`FileKey::seal`] made, in its own memory. Nothing of it is shown before all of it is proved.
    ///
    /// # Errors
    /// [`SealError::Refused`] when it is another file's, or was changed.
    pub fn open(&self, mut sealed: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let (_, nonce) = sealed.split_last_chunk::<NONCE>().ok_or(SealError::Refused)?;
        let nonce = XNonce::from(*nonce);
        sealed.truncate(sealed.len() - NONCE);
        XChaCha20Poly1305::new((&*self.key).into())
            .decrypt_in_place(&nonce, self.owner.as_bytes(), &mut sealed)
            .map_err(|_| SealError::Refused)?;
        Ok(sealed)
    }

    /// A digest of `plain` that says nothing to whoever lacks the key.
    pub fn digest(&self, plain: &[u8]) -> Vec<u8> {
        // A key of any length is a valid one.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&*self.key) else { return Vec::new() };
        mac.update(b"routiq file\0");
        mac.update(plain);
        mac.finalize().into_bytes().to_vec()
    }
}

/// Why something could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The master key of that version is not in the keyring.
    #[error("master key version {0} is not configured (ENCRYPTION_KEY lists the versions)")]
    UnknownKey(i32),
    /// The key is wrong, or the secret belongs to somebody else, or it was changed.
    #[error("cannot be opened: the master key is not the one it was sealed with, or it belongs elsewhere")]
    Refused,
    /// Nothing could be sealed.
    #[error("cannot be sealed")]
    Unsealable,
}

/// The master keys by version. The highest seals; all open.
#[derive(Clone)]
pub struct Keyring(BTreeMap<i32, Zeroizing<[u8; KEY]>>);

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring(versions {:?})", self.0.keys().collect::<Vec<_>>())
    }
}

impl Keyring {
    /// A keyring of at least one key; `None` when there is none or a version is not positive.
    pub fn new(keys: impl IntoIterator<Item = (i32, [u8; KEY])>) -> Option<Self> {
        let keys: BTreeMap<_, _> =
            keys.into_iter().map(|(version, key)| (version, Zeroizing::new(key))).collect();
        (keys.keys().next().is_some_and(|first| *first > 0)).then_some(Self(keys))
    }

    /// The version that seals.
    pub fn current(&self) -> i32 {
        self.0.keys().next_back().copied().unwrap_or_default()
    }

    /// Seals `secret` for `owner` (who it belongs to, such as organization and platform).
    ///
    /// # Errors
    /// [`SealError::Unsealable`] when the secret is larger than the cipher allows.
    pub fn seal(&self, secret: &[u8], owner: &str) -> Result<Sealed, SealError> {
        let mut key = Zeroizing::new([0; KEY]);
        rand::rng().fill_bytes(key.as_mut());
        let key_version = self.current();
        Ok(Sealed {
            key_version,
            wrapped_key: encrypt(self.master(key_version)?, key.as_ref(), &wrapping(owner, key_version))?,
            body: encrypt(&key, secret, owner)?,
        })
    }

    /// A new key for a file of `owner`.
    ///
    /// # Errors
    /// [`SealError::Unsealable`].
    pub fn make_key(&self, owner: &str) -> Result<WrappedKey, SealError> {
        let mut key = Zeroizing::new([0; KEY]);
        rand::rng().fill_bytes(key.as_mut());
        let key_version = self.current();
        let wrapped_key = encrypt(self.master(key_version)?, key.as_ref(), &wrapping(owner, key_version))?;
        Ok(WrappedKey { key_version, wrapped_key })
    }

    /// The key of a file of `owner`.
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub fn open_key(&self, wrapped: &WrappedKey, owner: &str) -> Result<FileKey, SealError> {
        let WrappedKey { key_version, wrapped_key } = wrapped.clone();
        let key = self.unwrap(&Sealed { key_version, wrapped_key, body: Vec::new() }, owner)?;
        Ok(FileKey { key, owner: owner.to_owned() })
    }

    /// Opens what was sealed for `owner`.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] or [`SealError::Refused`].
    pub fn open(&self, sealed: &Sealed, owner: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key = self.unwrap(sealed, owner)?;
        decrypt(&key, &sealed.body, owner)
    }

    /// Wraps the key again with the current master key; the body stays as it is.
    ///
    /// # Errors
    /// As [`Keyring::open`].
    pub fn rewrap(&self, sealed: &Sealed, owner: &str) -> Result<Sealed, SealError> {
        let key = self.unwrap(sealed, owner)?;
        let key_version = self.current();
        let wrapped_key = encrypt(self.master(key_version)?, key.as_ref(), &wrapping(owner, key_version))?;
        Ok(Sealed { key_version, wrapped_key, body: sealed.body.clone() })
    }

    /// What `text` is known by among `owner`'s rows without being told: a keyed hash under the newest master key.
    pub fn blind(&self, text: &str, owner: &str) -> Vec<u8> {
        self.blinds(text, owner).next_back().unwrap_or_default()
    }

    /// The hashes of `text` under every master key, oldest first: rows may still carry an older one.
    pub fn blinds(&self, text: &str, owner: &str) -> impl DoubleEndedIterator<Item = Vec<u8>> {
        self.0.values().filter_map(move |key| {
            // A key of any length is a valid one.
            let mut mac = Hmac::<Sha256>::new_from_slice(key.as_ref()).ok()?;
            mac.update(b"routiq subject\0");
            mac.update(owner.as_bytes());
            mac.update(b"\0");
            mac.update(text.as_bytes());
            Some(mac.finalize().into_bytes().to_vec())
        })
    }

    fn unwrap(&self, sealed: &Sealed, owner: &str) -> Result<Zeroizing<[u8; KEY]>, SealError> {
        let master = self.master(sealed.key_version)?;
        let key = decrypt(master, &sealed.wrapped_key, &wrapping(owner, sealed.key_version))?;
        <[u8; KEY]>::try_from(key.as_slice()).map(Zeroizing::new).map_err(|_| SealError::Refused)
    }

    fn master(&self, version: i32) -> Result<&[u8; KEY], SealError> {
        self.0.get(&version).map(|key| &**key).ok_or(SealError::UnknownKey(version))
    }
}

fn wrapping(owner: &str, version: i32) -> String {
    format!("{owner}/key/{version}")
}

pub(super) fn encrypt(key: &[u8; KEY], plain: &[u8], owner: &str) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let cipher = XChaCha20Poly1305::new(key.into());
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: owner.as_bytes() })
        .map_err(|_| SealError::Unsealable)?;
    Ok([&nonce[..], &sealed].concat())
}

pub(super) fn decrypt(key: &[u8; KEY], sealed: &[u8], owner: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or(SealError::Refused)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: owner.as_bytes() })
        .map(Zeroizing::new)
        .map_err(|_| SealError::Refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(keys: &[(i32, u8)]) -> Keyring {
        Keyring::new(keys.iter().map(|(version, byte)| (*version, [*byte; KEY]))).unwrap()
    }

    #[test]
    fn opens_only_for_its_owner_and_unchanged() {
        let ring = ring(&[(1, 7)]);
        let sealed = ring.seal(b"token", "org a/chatwoot").unwrap();
        assert_eq!(&**ring.open(&sealed, "org a/chatwoot").unwrap(), b"token");
        assert_eq!(ring.open(&sealed, "org b/chatwoot").unwrap_err(), SealError::Refused, "another tenant");
        for at in 0..sealed.body.len() {
            let mut changed = sealed.clone();
            changed.body[at] ^= 1;
            assert_eq!(ring.open(&changed, "org a/chatwoot").unwrap_err(), SealError::Refused, "byte {at}");
        }
    }

    #[test]
    fn a_file_opens_for_its_owner_alone_unchanged_and_after_a_rotation() {
        let (old, both) = (ring(&[(1, 7)]), ring(&[(1, 7), (2, 8)]));
        let wrapped = old.make_key("org a/attachment/1").unwrap();
        let key = old.open_key(&wrapped, "org a/attachment/1").unwrap();
        let plain = b"an invented picture".to_vec();
        let sealed = key.seal(plain.clone()).unwrap();
        assert!(!sealed.windows(8).any(|part| plain.windows(8).any(|told| told == part)), "no plaintext");
        assert_ne!(sealed, key.seal(plain.clone()).unwrap(), "another nonce each time");
        assert_eq!(key.open(sealed.clone()).unwrap(), plain);
        assert!(old.open_key(&wrapped, "org b/attachment/1").is_err(), "another tenant");
        let other = old.open_key(&old.make_key("org a/attachment/2").unwrap(), "org a/attachment/2").unwrap();
        assert_eq!(other.open(sealed.clone()).unwrap_err(), SealError::Refused, "another file");
        assert_ne!(key.digest(&plain), other.digest(&plain), "equal files look different");
        for at in [0, sealed.len() / 2, sealed.len() - 1] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(key.open(changed).unwrap_err(), SealError::Refused, "byte {at}");
        }
        assert_eq!(key.open(Vec::new()).unwrap_err(), SealError::Refused);
        let WrappedKey { key_version, wrapped_key } = wrapped;
        let moved = both.rewrap(&Sealed { key_version, wrapped_key, body: Vec::new() }, "org a/attachment/1");
        let moved = moved.unwrap();
        let wrapped = WrappedKey { key_version: moved.key_version, wrapped_key: moved.wrapped_key };
        let key = ring(&[(2, 8)]).open_key(&wrapped, "org a/attachment/1").unwrap();
        assert_eq!(key.open(sealed).unwrap(), plain, "the object stays as it is");
    }

    #[test]
    fn a_blind_hash_tells_alike_from_different_for_one_owner_alone() {
        let (old, both) = (ring(&[(1, 7)]), ring(&[(1, 7), (2, 9)]));
        let hash = old.blind("+61400000001", "a");
        assert_eq!(hash, old.blind("+61400000001", "a"));
        assert_ne!(hash, old.blind("+61400000002", "a"));
        assert_ne!(hash, old.blind("+61400000001", "b"), "another organization");
        assert_ne!(hash, both.blind("+61400000001", "a"), "the newest key");
        assert!(both.blinds("+61400000001", "a").any(|known| known == hash), "and the older one is known");
    }

    #[test]
    fn rotation_rewraps_and_needs_the_old_key_only_until_then() {
        let (old, both, new) = (ring(&[(1, 7)]), ring(&[(1, 7), (2, 9)]), ring(&[(2, 9)]));
        let sealed = old.seal(b"token", "a").unwrap();
        assert_eq!(new.open(&sealed, "a").unwrap_err(), SealError::UnknownKey(1));
        let rewrapped = both.rewrap(&sealed, "a").unwrap();
        assert_eq!((rewrapped.key_version, &rewrapped.body), (2, &sealed.body), "the body stays");
        assert_eq!(&**new.open(&rewrapped, "a").unwrap(), b"token");
        assert_eq!(
            ring(&[(2, 8)]).open(&rewrapped, "a").unwrap_err(),
            SealError::Refused,
            "a wrong master key"
        );
    }
}
