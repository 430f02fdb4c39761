//! Files of messages: an address that wants the account's own proof and sends on to storage, and a signed link there.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::world::World;
use crate::mix;

/// The sid of a message's file: of each message another.
pub(super) fn sid(message: &str, nth: usize) -> String {
    let digits = message.get(2..32).unwrap_or_default();
    format!("ME{digits}{nth:02x}")
}

fn key(file: &str) -> u64 {
    file.bytes().fold(29, |sum, byte| mix(sum, u64::from(byte)))
}

/// Always the same, with a head that says which file it is of.
pub(super) fn bytes(file: &str, kind: &str) -> Vec<u8> {
    let mut bytes = format!("invented file {file} of {kind}\n").into_bytes();
    let mut rest = vec![0; 1_000 + (key(file) % 20_000) as usize];
    ChaCha8Rng::seed_from_u64(key(file)).fill_bytes(&mut rest);
    bytes.append(&mut rest);
    bytes
}

impl World {
    /// The type of a file that an account's message carries.
    pub(super) fn file(&self, account: &str, message: &str, file: &str) -> Option<&str> {
        let message = self.messages.iter().find(|it| it.sid == message && it.account == account)?;
        let nth = (0..message.media.len()).find(|nth| sid(&message.sid, *nth) == file)?;
        message.media.get(nth).map(String::as_str)
    }

    /// Where the bytes are.
    pub(super) fn led(&self, account: &str, message: &str, file: &str) -> Option<Response<Bytes>> {
        self.file(account, message, file)?;
        let place = format!("/storage/{account}/{message}/{file}?Signature={:016x}", key(file));
        let response = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
        response.header(header::LOCATION, place).body(Bytes::new()).ok()
    }

    /// The bytes, for whoever has the link.
    pub(super) fn stored(&self, path: &[&str], signature: Option<&str>) -> Option<Response<Bytes>> {
        let [account, message, file] = path else { return None };
        let kind = self.file(account, message, file)?;
        let sound = signature? == format!("{:016x}", key(file));
        let response = Response::builder().header(header::CONTENT_TYPE, kind);
        sound.then(|| response.body(Bytes::from(bytes(file, kind))).ok())?
    }
}
