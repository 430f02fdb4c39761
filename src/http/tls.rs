//! Our own TLS: 1.3 alone, with a certificate that is read again when its files change. A broken file is kept out, and
//! the old certificate goes on.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::TLS13,
};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// A certificate that cannot be used; names the setting, and the file.
#[derive(Debug, thiserror::Error)]
#[error("{setting} ({}): {reason}", path.display())]
pub struct TlsError {
    setting: &'static str,
    path: PathBuf,
    reason: String,
}

/// Agrees upon TLS with clients. Cheap to clone.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
    files: Arc<Files>,
}

struct Files {
    certificate: PathBuf,
    key: PathBuf,
    /// What the files held when they were read last.
    read: Mutex<[u8; 32]>,
}

/// The certificate that is shown now.
struct Shown(ArcSwap<CertifiedKey>);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.load_full())
    }
}

impl Tls {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// When a file cannot be read, holds no certificate or key, or the two do not belong together.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let (pair, digest) = read(certificate, key)?;
        let shown = Arc::new(Shown(ArcSwap::from_pointee(pair)));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .map_err(|error| refused("server.tls_certificate", certificate, error))?;
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Shown>::clone(&shown);
        let mut config = config.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        let files = Arc::new(Files { certificate, key, read: Mutex::new(digest) });
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), shown, files })
    }

    /// Reads the files again, and shows what they hold if that is another certificate; answers whether it is.
    ///
    /// # Errors
    /// As [`Tls::load`]; the old certificate goes on.
    pub fn reload(&self) -> Result<bool, TlsError> {
        let (pair, digest) = read(&self.files.certificate, &self.files.key)?;
        let mut known = self.files.read.lock().unwrap_or_else(PoisonError::into_inner);
        if *known == digest {
            return Ok(false);
        }
        *known = digest;
        self.shown.0.store(Arc::new(pair));
        Ok(true)
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }
}

fn refused(setting: &'static str, path: &Path, reason: impl fmt::Display) -> TlsError {
    TlsError { setting, path: path.to_owned(), reason: reason.to_string() }
}

fn read(certificate: &Path, key: &Path) -> Result<(CertifiedKey, [u8; 32]), TlsError> {
    const CERTIFICATE: &str = "server.tls_certificate";
    const KEY: &str = "server.tls_key";
    let of_certificate = |reason: &dyn fmt::Display| refused(CERTIFICATE, certificate, reason);
    let of_key = |reason: &dyn fmt::Display| refused(KEY, key, reason);
    let certificates = std::fs::read(certificate).map_err(|error| of_certificate(&error))?;
    let private = zeroize::Zeroizing::new(std::fs::read(key).map_err(|error| of_key(&error))?);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&certificates)
        .collect::<Result<_, _>>()
        .map_err(|_| of_certificate(&"is no PEM file of certificates"))?;
    if chain.is_empty() {
        return Err(of_certificate(&"holds no certificate"));
    }
    let der = PrivateKeyDer::from_pem_slice(&private).map_err(|_| of_key(&"holds no private key in PEM"))?;
    let pair =
        CertifiedKey::from_der(chain, der, &aws_lc_rs::default_provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => of_key(&"does not belong to the certificate"),
            error => of_certificate(&error),
        })?;
    let digest = Sha256::new().chain_update(&certificates).chain_update([0]).chain_update(&*private);
    Ok((pair, digest.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path) -> (PathBuf, PathBuf) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        (certificate, key)
    }

    #[test]
    fn files_are_read_again_and_broken_ones_kept_out() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = written(folder.path());
        let tls = Tls::load(&certificate, &key).unwrap();
        let first = tls.shown.0.load_full();
        assert!(!tls.reload().unwrap(), "nothing changed");
        written(folder.path());
        assert!(tls.reload().unwrap());
        let second = tls.shown.0.load_full();
        assert_ne!(first.cert, second.cert);
        // Half of a pair is replaced: the other half follows in a moment.
        let other = tempfile::tempdir().unwrap();
        std::fs::copy(written(other.path()).1, &key).unwrap();
        let error = tls.reload().unwrap_err().to_string();
        assert!(error.contains("server.tls_key") && error.contains("key.pem"), "{error}");
        assert_eq!(tls.shown.0.load_full().cert, second.cert, "the old one goes on");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = written(folder.path());
        let missing = folder.path().join("nowhere.pem");
        let told = |certificate: &Path, key: &Path| Tls::load(certificate, key).err().unwrap().to_string();
        assert!(
            told(&missing, &key).contains("server.tls_certificate")
                && told(&missing, &key).contains("nowhere.pem")
        );
        assert!(told(&certificate, &missing).contains("server.tls_key"));
        assert!(told(&key, &key).contains("holds no certificate"));
        assert!(told(&certificate, &certificate).contains("holds no private key"));
    }
}
