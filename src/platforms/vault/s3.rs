//! A bucket of an object store that speaks S3's protocol. Each request is signed for itself and for a short time, and leaves
//! through the one transport.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Method, Request, StatusCode, header};
use reqwest::Url;
use rusty_s3::{Credentials, S3Action as _, UrlStyle};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Name, Vault, VaultError};
use crate::platforms::transport::Transport;

/// How long a signature holds: a request that is not begun by then is not ours.
const HOLDS: Duration = Duration::from_secs(300);

/// Which bucket, and who asks.
#[derive(Clone, Debug)]
pub struct BucketSettings {
    /// `https://host/bucket`, perhaps with folders behind it.
    pub url: String,
    /// Its region, such as `eu-central-1`.
    pub region: String,
    /// The name of the access key.
    pub access_key: SecretString,
    /// The access key itself.
    pub secret_key: SecretString,
}

/// A bucket.
pub struct Bucket {
    transport: Arc<dyn Transport>,
    bucket: rusty_s3::Bucket,
    credentials: Credentials,
    /// Stands before every name; empty or with a slash at its end.
    prefix: String,
}

impl Bucket {
    /// The bucket; nothing is asked yet.
    ///
    /// # Errors
    /// [`VaultError`] when the address names no bucket.
    pub fn open(transport: Arc<dyn Transport>, settings: &BucketSettings) -> Result<Self, VaultError> {
        let wrong = || VaultError("the object store's address is not https://host/bucket".to_owned());
        let mut endpoint: Url = settings.url.parse().map_err(|_| wrong())?;
        let path = endpoint.path().trim_matches('/').to_owned();
        let (bucket, prefix) = path.split_once('/').unwrap_or((&path, ""));
        if bucket.is_empty() || endpoint.query().is_some() || !endpoint.username().is_empty() {
            return Err(wrong());
        }
        endpoint.set_path("/");
        let prefix =
            if prefix.is_empty() { String::new() } else { format!("{}/", prefix.trim_end_matches('/')) };
        let (name, region) = (bucket.to_owned(), settings.region.clone());
        let bucket = rusty_s3::Bucket::new(endpoint, UrlStyle::Path, name, region).map_err(|_| wrong())?;
        let credentials =
            Credentials::new(settings.access_key.expose_secret(), settings.secret_key.expose_secret());
        Ok(Self { transport, bucket, credentials, prefix })
    }

    fn key(&self, name: Name) -> String {
        format!("{}{}/{}.sealed", self.prefix, name.organization, name.attachment)
    }

    async fn send(&self, method: Method, url: Url, body: Bytes) -> Result<(StatusCode, Bytes), VaultError> {
        let request = Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(header::CONTENT_LENGTH, body.len())
            .body(body)
            .map_err(|_| VaultError("the object store's address cannot be asked".to_owned()))?;
        let answer = self.transport.send(request).await;
        let answer = answer.map_err(|error| VaultError(format!("the object store: {error}")))?;
        Ok((answer.status(), answer.into_body()))
    }
}

fn refused(status: StatusCode) -> VaultError {
    VaultError(format!("the object store answers {}", status.as_u16()))
}

impl Vault for Bucket {
    fn kind(&self) -> &'static str {
        "object_store"
    }

    fn put(&self, name: Name, sealed: Bytes) -> BoxFuture<'_, Result<(), VaultError>> {
        let url = self.bucket.put_object(Some(&self.credentials), &self.key(name)).sign(HOLDS);
        Box::pin(async move {
            match self.send(Method::PUT, url, sealed).await? {
                (status, _) if status.is_success() => Ok(()),
                (status, _) => Err(refused(status)),
            }
        })
    }

    fn get(&self, name: Name) -> BoxFuture<'_, Result<Option<Vec<u8>>, VaultError>> {
        let url = self.bucket.get_object(Some(&self.credentials), &self.key(name)).sign(HOLDS);
        Box::pin(async move {
            match self.send(Method::GET, url, Bytes::new()).await? {
                (StatusCode::NOT_FOUND, _) => Ok(None),
                (status, body) if status.is_success() => Ok(Some(body.into())),
                (status, _) => Err(refused(status)),
            }
        })
    }

    fn delete(&self, name: Name) -> BoxFuture<'_, Result<(), VaultError>> {
        let url = self.bucket.delete_object(Some(&self.credentials), &self.key(name)).sign(HOLDS);
        Box::pin(async move {
            match self.send(Method::DELETE, url, Bytes::new()).await? {
                (StatusCode::NOT_FOUND, _) => Ok(()),
                (status, _) if status.is_success() => Ok(()),
                (status, _) => Err(refused(status)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Mutex};

    use http::Response;
    use uuid::Uuid;

    use super::*;
    use crate::platforms::transport::InProcess;

    fn settings(url: &str) -> BucketSettings {
        BucketSettings {
            url: url.to_owned(),
            region: "eu-central-1".to_owned(),
            access_key: SecretString::from("invented"),
            secret_key: SecretString::from("never told"),
        }
    }

    /// A store that keeps what it is given, and refuses whoever does not sign.
    fn store() -> Arc<dyn Transport> {
        let kept: Arc<Mutex<HashMap<String, Bytes>>> = Arc::default();
        Arc::new(InProcess::new(move |request: Request<Bytes>| {
            let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default());
            let signed = query.contains("X-Amz-Signature=") && query.contains("X-Amz-Expires=300");
            assert!(!query.contains("never"), "the key itself does not travel");
            let mut kept = kept.lock().unwrap();
            let (status, body) = match *request.method() {
                _ if !signed => (403, Bytes::new()),
                Method::PUT => {
                    (200, kept.insert(path, request.into_body()).map(|_| Bytes::new()).unwrap_or_default())
                }
                Method::DELETE => (204, kept.remove(&path).map(|_| Bytes::new()).unwrap_or_default()),
                _ => kept.get(&path).map_or((404, Bytes::new()), |body| (200, body.clone())),
            };
            std::future::ready(Ok(Response::builder().status(status).body(body).unwrap()))
        }))
    }

    #[tokio::test]
    async fn a_bucket_keeps_gives_back_and_forgets() {
        let vault = Bucket::open(store(), &settings("https://s3.example.org/practices/files/")).unwrap();
        let name = Name { organization: Uuid::from_u128(1), attachment: Uuid::from_u128(2) };
        assert_eq!(vault.key(name), format!("files/{}/{}.sealed", name.organization, name.attachment));
        assert_eq!(vault.get(name).await, Ok(None));
        vault.put(name, Bytes::from("first")).await.unwrap();
        vault.put(name, Bytes::from("second")).await.unwrap();
        assert_eq!(vault.get(name).await.unwrap().as_deref(), Some(&b"second"[..]));
        vault.delete(name).await.unwrap();
        vault.delete(name).await.unwrap();
        assert_eq!(vault.get(name).await, Ok(None));
    }

    #[tokio::test]
    async fn a_refusal_is_no_object_and_no_success() {
        let refuses: Arc<dyn Transport> = Arc::new(InProcess::new(|_| {
            std::future::ready(Ok(Response::builder().status(403).body(Bytes::new()).unwrap()))
        }));
        let vault = Bucket::open(refuses, &settings("https://s3.example.org/practices")).unwrap();
        let name = Name { organization: Uuid::from_u128(1), attachment: Uuid::from_u128(2) };
        let refused = VaultError("the object store answers 403".to_owned());
        assert_eq!(vault.get(name).await, Err(refused.clone()));
        assert_eq!(vault.put(name, Bytes::new()).await, Err(refused.clone()));
        assert_eq!(vault.delete(name).await, Err(refused));
        for wrong in ["https://s3.example.org/", "https://s3.example.org", "nonsense"] {
            assert!(Bucket::open(store(), &settings(wrong)).is_err(), "{wrong}");
        }
    }
}
