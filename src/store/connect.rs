//! How a session is opened: an embedded socket or a server's address, a login, and TLS that is always verified.
//!
//! A socket and a loopback address are plain. Everything else is TLS 1.3 with the server's certificate and name
//! checked, whatever the address asks for; a weaker wish in it is refused rather than ignored.

use std::{
    fmt, fs,
    net::IpAddr,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    pki_types::{CertificateDer, pem::PemObject},
    version::{TLS12, TLS13},
};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{
    Client, Config,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::roles::Role;

/// The connecting part of TLS, for pools and single sessions.
pub(crate) type Connector = MakeRustlsConnect;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A server that vanished without a word is noticed within this time while a statement waits for it.
const SILENCE: Duration = Duration::from_secs(30);

/// Why an address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// It is no address of a PostgreSQL server. What it was is not repeated: it may hold a password.
    #[error("the database's address must look like postgres://login:password@host:5432/database{0}")]
    Malformed(String),
    /// It asks for less than a verified connection.
    #[error("sslmode={mode}: a database on another machine is always verified; remove it or set verify-full")]
    Unverified {
        /// What it asked for.
        mode: String,
    },
    /// The file with trusted certificates is of no use.
    #[error("sslrootcert={}: {reason}", path.display())]
    Roots {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The TLS library refuses its settings.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Why a session was not opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot connect to {place} as {user}: {reason}")]
pub struct ConnectError {
    /// Host, port and database.
    pub place: String,
    /// The login.
    pub user: String,
    /// What was said, and by whom.
    pub reason: String,
    /// The same for programs: the server's own words if it answered at all.
    #[source]
    pub source: tokio_postgres::Error,
}

/// Who connects.
#[derive(Clone, Debug)]
pub struct Login {
    /// What this login is for; `None` for an administrator's.
    pub role: Option<Role>,
    /// Its name at the server.
    pub user: String,
    /// Its password, unless the server asks for none.
    pub password: Option<SecretString>,
}

impl Login {
    /// An administrator who may create roles and databases.
    pub fn administrator(user: impl Into<String>, password: Option<SecretString>) -> Self {
        Self { role: None, user: user.into(), password }
    }

    fn application(&self) -> String {
        match self.role {
            Some(role) => role.name().replacen('_', " ", 1),
            None => "routiq administrator".to_owned(),
        }
    }
}

/// What to trust besides what an address says.
#[derive(Clone, Debug, Default)]
pub struct TlsSettings {
    /// A PEM file with the certificates to trust instead of the public ones; `sslrootcert` in the address wins.
    pub roots: Option<PathBuf>,
    /// Hosts that cannot do TLS 1.3, named by the operator: 1.2 is taken from them.
    pub tls12_hosts: Vec<String>,
}

/// A database that can be connected to, without a login.
#[derive(Clone)]
pub struct Target {
    base: Config,
    tls: Arc<ClientConfig>,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.place())
    }
}

impl Target {
    /// The embedded server whose socket stands in `folder`.
    pub fn socket(folder: &Path, database: &str) -> Result<Self, TargetError> {
        let mut base = Config::new();
        base.host_path(folder).port(5432).dbname(database).ssl_mode(SslMode::Disable);
        Ok(Self { base: standing(base), tls: trust(None, &[&TLS13])? })
    }

    /// A server by its address, and the login the address holds, if any.
    pub fn from_url(url: &str, tls: &TlsSettings) -> Result<(Self, Option<Login>), TargetError> {
        let address = Address::parse(url)?;
        let mut base = address.config;
        let login = base.get_user().map(|user| Login {
            role: None,
            user: user.to_owned(),
            password: base
                .get_password()
                .map(|password| SecretString::from(String::from_utf8_lossy(password).into_owned())),
        });
        if base.get_hosts().is_empty() && base.get_hostaddrs().is_empty() {
            return Err(TargetError::Malformed(", with a host".to_owned()));
        }
        if is_local(&base) {
            base.ssl_mode(SslMode::Disable);
            return Ok((Self { base: standing(base), tls: trust(None, &[&TLS13])? }, login));
        }
        match address.mode.as_deref() {
            None | Some("require" | "verify-ca" | "verify-full") => base.ssl_mode(SslMode::Require),
            Some(mode) => return Err(TargetError::Unverified { mode: mode.to_owned() }),
        };
        let excepted = base
            .get_hosts()
            .iter()
            .all(|host| matches!(host, Host::Tcp(name) if tls.tls12_hosts.contains(name)));
        let versions: &[&'static SupportedProtocolVersion] =
            if excepted && !base.get_hosts().is_empty() { &[&TLS13, &TLS12] } else { &[&TLS13] };
        let roots = address.roots.as_deref().or(tls.roots.as_deref());
        Ok((Self { base: standing(base), tls: trust(roots, versions)? }, login))
    }

    /// The same server, another database.
    pub fn with_database(&self, database: &str) -> Self {
        let mut base = self.base.clone();
        base.dbname(database);
        Self { base, tls: Arc::clone(&self.tls) }
    }

    /// The database's name, if the address says one.
    pub fn database(&self) -> Option<&str> {
        self.base.get_dbname()
    }

    /// Whether sessions stay on this machine and are plain.
    pub fn is_local(&self) -> bool {
        self.base.get_ssl_mode() == SslMode::Disable
    }

    /// Host, port and database, for people.
    pub fn place(&self) -> String {
        let names = self.base.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        });
        let hosts: Vec<String> = match self.base.get_hosts() {
            [] => self.base.get_hostaddrs().iter().map(IpAddr::to_string).collect(),
            _ => names.collect(),
        };
        let port = self.base.get_ports().first().copied().unwrap_or(5432);
        format!("{}:{port}/{}", hosts.join(","), self.base.get_dbname().unwrap_or_default())
    }

    /// Everything a pool or a session needs to connect as `login`.
    pub(crate) fn config(&self, login: &Login) -> Config {
        let mut config = self.base.clone();
        config.user(login.user.as_str()).application_name(login.application());
        if let Some(password) = &login.password {
            config.password(password.expose_secret());
        }
        config
    }

    /// The TLS half of [`Target::config`]; unused for a local target.
    pub(crate) fn connector(&self) -> Connector {
        MakeRustlsConnect::new((*self.tls).clone())
    }

    /// Opens one session of its own, outside every pool.
    pub(crate) async fn connect(&self, login: &Login) -> Result<Client, ConnectError> {
        let (client, connection) = self.config(login).connect(self.connector()).await.map_err(|source| {
            ConnectError { place: self.place(), user: login.user.clone(), reason: reason(&source), source }
        })?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a database session ended");
            }
        });
        Ok(client)
    }
}

/// An address without what the driver does not understand.
struct Address {
    config: Config,
    mode: Option<String>,
    roots: Option<PathBuf>,
}

impl Address {
    fn parse(url: &str) -> Result<Self, TargetError> {
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(TargetError::Malformed(String::new()));
        }
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value.to_owned()),
                Some(("sslrootcert", value)) => roots = Some(PathBuf::from(percent_decoded(value))),
                _ => rest.push(pair),
            }
        }
        let plain = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        // The driver's reason names a key of the query, never a value.
        let config =
            Config::from_str(&plain).map_err(|e| TargetError::Malformed(format!(" ({})", reason(&e))))?;
        Ok(Self { config, mode, roots })
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = (first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether every way this address can lead stays on this machine.
fn is_local(config: &Config) -> bool {
    let loopback = |name: &str| {
        name == "localhost"
            || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    };
    let hosts = config.get_hosts().iter().all(|host| match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => loopback(name),
    });
    hosts && config.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

fn standing(mut config: Config) -> Config {
    config
        .connect_timeout(CONNECT_TIMEOUT)
        .keepalives(true)
        .keepalives_idle(SILENCE / 2)
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3)
        .tcp_user_timeout(SILENCE);
    config
}

fn trust(
    roots: Option<&Path>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<Arc<ClientConfig>, TargetError> {
    let mut store = RootCertStore::empty();
    match roots {
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
        Some(path) => {
            let refused = |reason: String| TargetError::Roots { path: path.to_owned(), reason };
            let text = fs::read(path).map_err(|e| refused(e.to_string()))?;
            for certificate in CertificateDer::pem_slice_iter(&text) {
                let certificate = certificate.map_err(|e| refused(e.to_string()))?;
                store.add(certificate).map_err(|e| refused(e.to_string()))?;
            }
            if store.is_empty() {
                return Err(refused("no certificate in it".to_owned()));
            }
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// The whole chain in one line: the driver's own text stops at "db error".
pub(crate) fn reason(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("{} ({})", said.message(), said.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Result<Target, TargetError> {
        Target::from_url(url, &TlsSettings::default()).map(|(target, _)| target)
    }

    #[test]
    fn only_what_stays_on_this_machine_is_plain() {
        for url in [
            "postgres://localhost/x",
            "postgres://127.0.0.1:5433/x",
            "postgresql://u@[::1]/x",
            "postgres://u@%2Fvar%2Frun%2Fpostgresql/x",
            "postgres://localhost/x?sslmode=disable",
        ] {
            assert!(target(url).unwrap().is_local(), "{url}");
        }
        for url in [
            "postgres://db.example/x",
            "postgres://10.0.0.5/x?sslmode=verify-full",
            "postgres://localhost,db.example/x",
            "postgres://localhost/x?hostaddr=10.0.0.5",
            "postgres://localhost.db.example/x?sslmode=require",
        ] {
            let target = target(url).unwrap();
            assert!(!target.is_local(), "{url}");
            assert_eq!(target.base.get_ssl_mode(), SslMode::Require, "{url}");
        }
    }

    #[test]
    fn an_address_that_asks_for_less_is_refused() {
        for mode in ["disable", "allow", "prefer", "yes"] {
            let text = target(&format!("postgres://db.example/x?sslmode={mode}")).unwrap_err().to_string();
            assert!(text.contains(&format!("sslmode={mode}")) && text.contains("verify-full"), "{text}");
        }
    }

    #[test]
    fn a_malformed_address_is_refused_without_its_password() {
        for url in
            ["mysql://u:geheim@h/x", "u:geheim@h", "postgres://u:geheim@h/x?colour=red", "postgres:///x"]
        {
            let text = target(url).unwrap_err().to_string();
            assert!(text.contains("postgres://login:password@host") && !text.contains("geheim"), "{text}");
        }
        assert!(target("postgres://u@h/x?colour=red").unwrap_err().to_string().contains("colour"));
    }

    #[test]
    fn the_login_in_an_address_is_taken_out_and_not_shown() {
        let (target, login) =
            Target::from_url("postgres://anna:ge%20heim@db.example:6543/x", &TlsSettings::default()).unwrap();
        let login = login.unwrap();
        assert_eq!(
            (login.user.as_str(), login.password.as_ref().unwrap().expose_secret()),
            ("anna", "ge heim")
        );
        let shown = format!("{target:?} {login:?} {}", target.place());
        assert!(shown.contains("db.example:6543/x") && !shown.contains("ge heim"), "{shown}");
        assert_eq!(target.with_database("y").place(), "db.example:6543/y");
    }

    #[test]
    fn a_file_of_roots_must_hold_some() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let name = file.path().display().to_string();
        for path in [name.clone(), "/no/such/file".to_owned()] {
            let url = format!("postgres://db.example/x?sslrootcert={}", path.replace('/', "%2F"));
            let text = target(&url).unwrap_err().to_string();
            assert!(text.contains(&format!("sslrootcert={path}")), "{text}");
        }
    }
}
