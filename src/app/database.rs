//! The database, found or begun, brought forward, proved isolated, and opened.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rand::RngCore as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::settings;
use crate::{
    config::Config,
    domain::seal::Keyring,
    store::{
        Store, StoreError,
        connect::{Login, Target, TargetError, TlsSettings},
        embedded::{Embedded, EmbeddedError, EmbeddedSettings, SUPERUSER, running_sockets},
        guard::{self, GuardError, Violation},
        migrate::{self, MigrateError, Migrations},
        roles::{self, Database as Named, Passwords, Role, RolesError},
    },
};

/// The name of the database in the embedded server.
const EMBEDDED: &str = "routiq";

/// Why there is no database to work with.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address is of no use.
    #[error("database.url: {0}")]
    Target(#[from] TargetError),
    /// The embedded server did not begin.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// The logins could not be made.
    #[error(transparent)]
    Roles(#[from] RolesError),
    /// The schema is not what the program needs.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// The isolation between organizations does not hold.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// A pool could not be built.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address says nobody's name.
    #[error("database.url: names no login; it must look like postgres://login:password@host:5432/database")]
    NoLogin,
    /// Credentials cannot be sealed.
    #[error(
        "ENCRYPTION_KEY: must be given together with DATABASE_URL: 32 bytes in hex or base64, or a list version:key"
    )]
    NoKey,
    /// The folder of the private database cannot be used.
    #[error("{}: {reason}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl DatabaseError {
    /// What the process should end with: 2 when something must be installed or set first.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Embedded(error) => error.exit_code(),
            Self::NoKey | Self::NoLogin | Self::Target(_) => 2,
            _ => 1,
        }
    }
}

/// Who may do what to the database that an address names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// The login does tenant work; everything else was done by `migrate`.
    Daemon,
    /// The login may create roles and databases: logins, a database of this name and its schema are made.
    Administrator,
}

/// The open database.
pub struct Database {
    /// Everything goes through it.
    pub store: Store,
    /// Opens and seals credentials and payloads.
    pub keys: Keyring,
    /// One line for people.
    pub about: String,
    target: Target,
    logins: Vec<Login>,
    embedded: Option<Embedded>,
}

impl Database {
    /// Opens the database of the configuration: the one its address names, else a private one in `folder`.
    ///
    /// # Errors
    /// [`DatabaseError`]: each says what to do.
    pub async fn open(config: &Config, folder: &Path, rights: Rights) -> Result<Self, DatabaseError> {
        match &config.database.url {
            None => Self::embedded(config, folder).await,
            Some(url) => Self::given(config, url, folder, rights).await,
        }
    }

    /// Opens the database for a command that does one thing: where a daemon holds the private one, it is visited.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn visit(config: &Config, folder: &Path) -> Result<Self, DatabaseError> {
        match Self::open(config, folder, Rights::Daemon).await {
            Err(DatabaseError::Embedded(EmbeddedError::InUse { dir })) => {
                let target = Target::socket(&running_sockets(&dir)?, EMBEDDED)?;
                let keys = keyring(config).map_or_else(|| own_key(folder), Ok)?;
                let daemon = Role::Daemon.login(&Passwords::Trusted);
                let about = format!("the private PostgreSQL in {}", dir.display());
                Self::proved(config, target, daemon, &Passwords::Trusted, keys, about, None).await
            }
            opened => opened,
        }
    }

    async fn embedded(config: &Config, folder: &Path) -> Result<Self, DatabaseError> {
        let server = Embedded::start(EmbeddedSettings::new(folder.join("postgres"))?).await?;
        let about = server.describe();
        let target = Target::socket(server.sockets(), "postgres")?;
        let administrator = Login::administrator(SUPERUSER, None);
        let passwords = Passwords::Trusted;
        roles::bootstrap(&target, &administrator, &passwords, Named::Named(EMBEDDED)).await?;
        let target = target.with_database(EMBEDDED);
        migrate::migrate(&target, &Role::Owner.login(&passwords), &Migrations::built_in()).await?;
        let keys = keyring(config).map_or_else(|| own_key(folder), Ok)?;
        let daemon = Role::Daemon.login(&passwords);
        Self::proved(config, target, daemon, &passwords, keys, about, Some(server)).await
    }

    async fn given(
        config: &Config,
        url: &SecretString,
        folder: &Path,
        rights: Rights,
    ) -> Result<Self, DatabaseError> {
        let (target, login) = Target::from_url(url.expose_secret(), &tls(config))?;
        let login = login.ok_or(DatabaseError::NoLogin)?;
        let (target, daemon, passwords, keys) = match rights {
            Rights::Daemon => {
                let keys = keyring(config).ok_or(DatabaseError::NoKey)?;
                let passwords = passwords(config).ok_or(DatabaseError::NoKey)?;
                (target, told(login, Role::Daemon, &passwords), passwords, keys)
            }
            Rights::Administrator => {
                let keys = keyring(config).map_or_else(|| own_key(folder), Ok)?;
                let passwords = shared_passwords(url);
                let target = roles::settle(&target, &login, &passwords).await?;
                migrate::migrate(&target, &Role::Owner.login(&passwords), &Migrations::built_in()).await?;
                (target, Role::Daemon.login(&passwords), passwords, keys)
            }
        };
        let about = format!("PostgreSQL at {}", target.place());
        Self::proved(config, target, daemon, &passwords, keys, about, None).await
    }

    async fn proved(
        config: &Config,
        target: Target,
        daemon: Login,
        passwords: &Passwords,
        keys: Keyring,
        about: String,
        embedded: Option<Embedded>,
    ) -> Result<Self, DatabaseError> {
        let logins: Vec<Login> = Role::SERVING
            .into_iter()
            .map(|role| if role == Role::Daemon { daemon.clone() } else { role.login(passwords) })
            .collect();
        let state = migrate::state(&target, &daemon, &Migrations::built_in()).await?;
        state.ensure_current()?;
        guard::ensure(&target, &logins).await?;
        let store =
            Store::open(&target, &daemon, passwords, settings::pools(config))?.with_keys(keys.clone());
        Ok(Self { store, keys, about, target, logins, embedded })
    }

    /// Looks again whether the isolation between organizations holds.
    ///
    /// # Errors
    /// [`GuardError`] when that cannot be told.
    pub async fn probe(&self) -> Result<Vec<Violation>, GuardError> {
        guard::probe(&self.target, &self.logins).await
    }

    /// Closes the pools and stops the private server.
    pub async fn close(self) {
        self.store.close();
        if let Some(server) = self.embedded {
            server.stop().await;
        }
    }
}

/// Brings the schema forward and ends. `MIGRATION_DATABASE_URL` names the owner's login; without it `DATABASE_URL` names
/// one that may create roles, and the logins are made too. Without either, the private database is brought forward.
///
/// # Errors
/// [`DatabaseError`].
pub async fn migrate_alone(config: &Config, folder: &Path) -> Result<Vec<String>, DatabaseError> {
    let migrations = Migrations::built_in();
    let urls = (config.database.migration_url.as_ref(), config.database.url.as_ref());
    let (target, owner) = match urls {
        (Some(url), _) => {
            let (target, login) = Target::from_url(url.expose_secret(), &tls(config))?;
            let login = login.ok_or(DatabaseError::NoLogin)?;
            (
                target,
                passwords(config).map_or(login.clone(), |passwords| told(login, Role::Owner, &passwords)),
            )
        }
        (None, Some(url)) => {
            let (target, login) = Target::from_url(url.expose_secret(), &tls(config))?;
            let login = login.ok_or(DatabaseError::NoLogin)?;
            let passwords = passwords(config).ok_or(DatabaseError::NoKey)?;
            let target = roles::settle(&target, &login, &passwords).await?;
            (target, Role::Owner.login(&passwords))
        }
        (None, None) => {
            let opened = Database::embedded(config, folder).await?;
            opened.close().await;
            return Ok(Vec::new());
        }
    };
    Ok(migrate::migrate(&target, &owner, &migrations).await?)
}

/// The login an address names, for `role`. One of ours needs no password there: it is the one that `migrate` gave it.
fn told(login: Login, role: Role, passwords: &Passwords) -> Login {
    if login.password.is_none() && login.user == role.name() {
        return role.login(passwords);
    }
    Login { role: Some(role), ..login }
}

fn tls(config: &Config) -> TlsSettings {
    TlsSettings {
        roots: config.database.tls_root_certificate.clone(),
        tls12_hosts: config.gates.tls_exceptions.iter().cloned().collect(),
    }
}

/// The logins' passwords at a server, from the oldest master key, so that adding a key changes nobody's.
fn passwords(config: &Config) -> Option<Passwords> {
    let keys = config.security.encryption_keys.as_ref()?;
    let (_, key) = keys.iter().next()?;
    Some(Passwords::Derived(digest(key.expose_secret())))
}

/// Everybody who is given the same administrator's address comes to the same passwords.
fn shared_passwords(url: &SecretString) -> Passwords {
    let address = url.expose_secret();
    let authority = address.split('?').next().unwrap_or(address);
    // The database's name is not part of it: logins belong to the server.
    let server = authority.rsplit_once('/').map_or(authority, |(server, _)| server);
    Passwords::Derived(digest(server.as_bytes()))
}

fn digest(bytes: &[u8]) -> SecretString {
    let digest = Sha256::new().chain_update(b"routiq logins ").chain_update(bytes).finalize();
    SecretString::from(digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn keyring(config: &Config) -> Option<Keyring> {
    let keys = config.security.encryption_keys.as_ref()?;
    Keyring::new(
        keys.iter().filter_map(|(version, key)| Some((i32::try_from(version).ok()?, *key.expose_secret()))),
    )
}

/// The master key of a private database that was given none: made once, kept beside the data, readable by us alone.
fn own_key(folder: &Path) -> Result<Keyring, DatabaseError> {
    let path = folder.join("master.key");
    let failed = |reason: String| DatabaseError::Folder { path: path.clone(), reason };
    let mut key = [0; 32];
    match fs::read(&path) {
        Ok(bytes) => {
            key = bytes.try_into().map_err(|_| failed("is not a key of 32 bytes".to_owned()))?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            rand::rng().fill_bytes(&mut key);
            fs::create_dir_all(folder).map_err(|error| failed(error.to_string()))?;
            let mut file = fs::OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(|error| failed(error.to_string()))?;
            file.write_all(&key).and_then(|()| file.sync_all()).map_err(|error| failed(error.to_string()))?;
        }
        Err(error) => return Err(failed(error.to_string())),
    }
    Keyring::new([(1, key)]).ok_or(DatabaseError::NoKey)
}

/// Where a private database stands unless somebody says otherwise: a place that the server's own user can enter.
pub fn default_folder() -> PathBuf {
    if rustix::process::geteuid().is_root() {
        return PathBuf::from("/var/lib/routiq");
    }
    match std::env::var_os("XDG_DATA_HOME").filter(|home| !home.is_empty()) {
        Some(home) => PathBuf::from(home).join("routiq"),
        None => PathBuf::from("data"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_of_ours_needs_no_password_in_its_address() {
        let passwords = Passwords::Derived("a secret".into());
        let login = |user: &str, password: Option<&str>| Login {
            role: None,
            user: user.to_owned(),
            password: password.map(SecretString::from),
        };
        let shown = |login: &Login| login.password.as_ref().map(|text| text.expose_secret().to_owned());
        let derived = Role::Daemon.login(&passwords);
        let bare = told(login("routiq_daemon", None), Role::Daemon, &passwords);
        assert_eq!(shown(&bare), shown(&derived));
        let given = told(login("routiq_daemon", Some("theirs")), Role::Daemon, &passwords);
        assert_eq!(shown(&given).as_deref(), Some("theirs"));
        let other = told(login("somebody", None), Role::Daemon, &passwords);
        assert_eq!((other.user.as_str(), shown(&other), other.role), ("somebody", None, Some(Role::Daemon)));
    }
}
