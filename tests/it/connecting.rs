//! A remote database is verified: TLS 1.3, a trusted certificate, the right name, and no way around it.
//!
//! A front of our own speaks TLS and passes what it decrypts on to the tests' server.

use std::{path::Path, sync::Arc};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use routiq::store::{
    connect::{Target, TlsSettings},
    migrate::{self, MigrateError, Migrations, SchemaState},
    roles::Role,
};
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    pki_types::{CertificateDer, PrivateKeyDer},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use crate::support::{self, TestDb};

/// What the server calls itself; the address says where it is, so no resolver is asked.
const NAME: &str = "db.example";

type Issuer = CertifiedIssuer<'static, KeyPair>;

fn issuer() -> Issuer {
    let mut about = CertificateParams::default();
    about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(about, KeyPair::generate().unwrap()).unwrap()
}

fn server(name: &str, issuer: &Issuer, version: &'static SupportedProtocolVersion) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let about = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = about.signed_by(&key, issuer).unwrap();
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(certificate.der().to_vec())],
            PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
        )
        .unwrap()
}

/// Listens before a database server; without TLS it says that it has none. Returns its port.
async fn front(tls: Option<ServerConfig>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                let mut request = [0; 8];
                client.read_exact(&mut request).await.unwrap();
                assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "the client asks for TLS first");
                match tls {
                    None => client.write_all(b"N").await.unwrap(),
                    Some(tls) => {
                        client.write_all(b"S").await.unwrap();
                        if let Ok(mut open) = tls.accept(client).await {
                            // How the session ends is the client's matter.
                            let _ = copy_bidirectional(&mut open, &mut support::dial().await).await;
                        }
                    }
                }
            });
        }
    });
    port
}

async fn state(
    db: &TestDb,
    port: u16,
    roots: &Path,
    settings: &TlsSettings,
) -> Result<SchemaState, MigrateError> {
    let url = format!(
        "postgres://{NAME}:{port}/{}?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={}",
        db.name(),
        roots.display()
    );
    let (target, _) = Target::from_url(&url, settings).unwrap();
    migrate::state(&target, &db.login(Role::Daemon), &Migrations::built_in()).await
}

/// A file with the certificate to trust.
fn roots(issuer: &Issuer) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), issuer.pem()).unwrap();
    file
}

#[tokio::test]
async fn a_server_that_proves_who_it_is_is_used() {
    let (db, issuer) = (TestDb::new().await, issuer());
    let port = front(Some(server(NAME, &issuer, &TLS13))).await;
    let state = state(&db, port, roots(&issuer).path(), &TlsSettings::default()).await.unwrap();
    state.ensure_current().unwrap();
}

#[tokio::test]
async fn a_stranger_a_wrong_name_an_old_protocol_and_no_tls_at_all_are_refused() {
    let db = TestDb::new().await;
    let (issuer, other) = (issuer(), issuer());
    let trusted = roots(&issuer);
    let settings = TlsSettings::default();
    for (tls, why) in [
        (Some(server(NAME, &other, &TLS13)), "certificate"),
        (Some(server("other.example", &issuer, &TLS13)), "not valid for name"),
        (Some(server(NAME, &issuer, &TLS12)), "ProtocolVersion"),
        (None, "server does not support TLS"),
    ] {
        let port = front(tls).await;
        let text = state(&db, port, trusted.path(), &settings).await.unwrap_err().to_string();
        assert!(text.contains(NAME) && text.contains(why), "{text}");
    }
}

#[tokio::test]
async fn an_old_protocol_is_taken_only_from_a_host_named_for_it() {
    let (db, issuer) = (TestDb::new().await, issuer());
    let port = front(Some(server(NAME, &issuer, &TLS12))).await;
    let named = TlsSettings { tls12_hosts: vec![NAME.to_owned()], ..TlsSettings::default() };
    state(&db, port, roots(&issuer).path(), &named).await.unwrap();
    let other = TlsSettings { tls12_hosts: vec!["other.example".to_owned()], ..TlsSettings::default() };
    state(&db, port, roots(&issuer).path(), &other).await.unwrap_err();
}
