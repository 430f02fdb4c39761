//! Where the sealed bytes of attachments lie: a directory, or a bucket of an object store. What lies there opens only with a
//! key from the tables, and its name says nothing of anybody.

mod directory;
mod s3;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use uuid::Uuid;

pub use self::{
    directory::Directory,
    s3::{Bucket, BucketSettings},
};

/// The name of an object: always the same for the same attachment, so that writing again replaces and leaves nothing behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// Whose.
    pub organization: Uuid,
    /// Which.
    pub attachment: Uuid,
}

/// Why a vault could not do it: a class, never a name or contents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct VaultError(pub String);

/// A place for sealed bytes.
pub trait Vault: Send + Sync + 'static {
    /// `directory` or `object_store`.
    fn kind(&self) -> &'static str;
    /// Writes an object, whole or not at all, in place of one that was there.
    fn put(&self, name: Name, sealed: Bytes) -> BoxFuture<'_, Result<(), VaultError>>;
    /// Reads an object; none when it is not there.
    fn get(&self, name: Name) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>>;
    /// Deletes an object and whatever a broken write left of it; one that is not there is deleted already.
    fn delete(&self, name: Name) -> BoxFuture<'_, Result<(), VaultError>>;
}
