//! A directory of this machine, or one that is mounted here: a folder for each organization, open to our user alone.

use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::{Name, Vault, VaultError};

/// A directory.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// The directory, made where it is not there.
    ///
    /// # Errors
    /// [`VaultError`] when nothing can be written there.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let trial = path.join(".routiq");
        make(path)
            .and_then(|()| fs::write(&trial, b""))
            .and_then(|()| fs::remove_file(&trial))
            .map_err(error)?;
        Ok(Self(path.to_owned()))
    }

    fn folder(&self, name: Name) -> PathBuf {
        self.0.join(name.organization.to_string())
    }

    fn object(&self, name: Name) -> PathBuf {
        self.folder(name).join(format!("{}.sealed", name.attachment))
    }

    /// Where an object grows before it is one. A write that broke off is written over by the next.
    fn part(&self, name: Name) -> PathBuf {
        self.folder(name).join(format!("{}.part", name.attachment))
    }
}

fn make(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn write(folder: &Path, part: &Path, object: &Path, sealed: &[u8]) -> io::Result<()> {
    make(folder)?;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part)?;
    file.write_all(sealed)?;
    file.sync_all()?;
    fs::rename(part, object)?;
    // The name itself must outlive a power cut, since a committed row will speak of it.
    fs::File::open(folder)?.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn error(error: impl Into<io::Error>) -> VaultError {
    // The kind alone: the rest may name paths.
    VaultError(format!("the directory of attachments: {}", error.into().kind()))
}

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, VaultError> {
    tokio::task::spawn_blocking(work).await.map_err(error)?.map_err(error)
}

impl Vault for Directory {
    fn kind(&self) -> &'static str {
        "directory"
    }

    fn put(&self, name: Name, sealed: Bytes) -> BoxFuture<'_, Result<(), VaultError>> {
        let (folder, part, object) = (self.folder(name), self.part(name), self.object(name));
        Box::pin(apart(move || write(&folder, &part, &object, &sealed)))
    }

    fn get(&self, name: Name) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>> {
        let object = self.object(name);
        Box::pin(apart(move || match fs::read(object) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            read => read.map(Some),
        }))
    }

    fn delete(&self, name: Name) -> BoxFuture<'_, Result<(), VaultError>> {
        let (part, object) = (self.part(name), self.object(name));
        Box::pin(apart(move || remove(&object).and_then(|()| remove(&part))))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn an_object_is_whole_replaced_and_nobody_else_s() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let vault = Directory::open(&path).unwrap();
        let name = Name { organization: Uuid::from_u128(1), attachment: Uuid::from_u128(2) };
        assert_eq!(vault.get(name).await, Ok(None));
        // What a broken write left is in nobody's way.
        make(&vault.folder(name)).unwrap();
        fs::write(vault.part(name), b"half of something longer").unwrap();
        assert_eq!(vault.get(name).await, Ok(None), "a part is no object");
        vault.put(name, Bytes::from("first")).await.unwrap();
        vault.put(name, Bytes::from("second")).await.unwrap();
        assert_eq!(vault.get(name).await.unwrap().as_deref(), Some(&b"second"[..]));
        assert_eq!(fs::read_dir(vault.folder(name)).unwrap().count(), 1, "one object and nothing beside it");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(&vault.object(name)), mode(&vault.folder(name)), mode(&path)),
            (0o600, 0o700, 0o700)
        );
        fs::write(vault.part(name), b"half").unwrap();
        vault.delete(name).await.unwrap();
        vault.delete(name).await.unwrap();
        assert_eq!(fs::read_dir(vault.folder(name)).unwrap().count(), 0);
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        assert!(Directory::open(&file).is_err(), "no directory");
    }
}
