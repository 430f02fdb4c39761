//! A short digest of what a record says, to tell an unchanged record without comparing its columns.

use sha2::{Digest, Sha256};

/// 16 bytes of SHA-256 over length-prefixed fields.
pub type Fingerprint = [u8; 16];

/// The digest of everything a record says.
pub fn of(record: &impl serde::Serialize) -> Fingerprint {
    Digester::new().serialized(record).finish()
}

/// Digests fields in order. Absent and empty differ, and no two lists of fields run into each other.
#[derive(Default)]
pub struct Digester(Sha256);

impl Digester {
    /// A digest of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one field.
    pub fn field(mut self, value: Option<impl AsRef<[u8]>>) -> Self {
        match value {
            None => self.0.update([0]),
            Some(value) => {
                let value = value.as_ref();
                self.0.update([1]);
                self.0.update((value.len() as u64).to_le_bytes());
                self.0.update(value);
            }
        }
        self
    }

    /// Adds a text that is always there.
    pub fn text(self, value: &str) -> Self {
        self.field(Some(value))
    }

    /// Adds anything with a stable text form.
    pub fn shown(self, value: Option<impl std::fmt::Display>) -> Self {
        self.field(value.map(|value| value.to_string()))
    }

    /// Adds JSON; objects are digested with their keys sorted, as `serde_json` keeps them.
    pub fn json(self, value: &serde_json::Value) -> Self {
        self.text(&value.to_string())
    }

    /// Adds anything that can be written as JSON: all of its fields, in the order of their declaration.
    pub fn serialized(self, value: &impl serde::Serialize) -> Self {
        // Records hold texts, numbers, times and JSON: they can always be written.
        self.field(serde_json::to_vec(value).ok())
    }

    /// The digest.
    pub fn finish(self) -> Fingerprint {
        let digest = self.0.finalize();
        let mut out = [0; 16];
        out.copy_from_slice(&digest[..16]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_into_each_other() {
        let of = |fields: &[Option<&str>]| fields.iter().fold(Digester::new(), |d, f| d.field(*f)).finish();
        assert_ne!(of(&[Some("ab"), Some("c")]), of(&[Some("a"), Some("bc")]), "borders count");
        assert_ne!(of(&[None]), of(&[Some("")]), "absent is not empty");
        assert_eq!(of(&[Some("a"), None]), of(&[Some("a"), None]), "it repeats");
    }
}
