//! `[database]`: where the tables are.

use std::{convert::Infallible, fmt, path::PathBuf, time::Duration};

use secrecy::SecretString;

use super::{
    Environment,
    error::Mistake,
    reader::{Reader, fixed},
    source::Purpose,
};

/// Where the tables are.
#[derive(Clone, Debug)]
pub struct DatabaseConfig {
    /// Where the daemon connects; none: the private PostgreSQL.
    pub url: Option<SecretString>,
    /// Where `migrate` connects, as the owner.
    pub migration_url: Option<SecretString>,
    /// Folder of the private PostgreSQL.
    pub data_dir: Option<PathBuf>,
    /// Connections of the pool, 1 to 50.
    pub pool_size: u32,
    /// How long a new connection may take.
    pub connect_timeout: Duration,
    /// How long to wait for a free connection.
    pub acquire_timeout: Duration,
    /// Longest statement.
    pub statement_timeout: Duration,
    /// Longest pause inside a transaction.
    pub idle_in_transaction_timeout: Duration,
    /// An unused connection is closed after this.
    pub idle_timeout: Duration,
    /// Certificate file (PEM) that vouches for the database.
    pub tls_root_certificate: Option<PathBuf>,
}

pub(super) fn read(r: &mut Reader, environment: Environment, purpose: Purpose) -> DatabaseConfig {
    let (ms, s) = (Duration::from_millis, Duration::from_secs);
    let config = DatabaseConfig {
        url: r.secret_text(fixed("database.url"), URL, check_url),
        migration_url: r.secret_text(fixed("database.migration_url"), URL, check_url),
        data_dir: path(r, "database.data_dir", "a folder"),
        pool_size: r.integer(fixed("database.pool_size"), 1..=50),
        connect_timeout: r.duration(fixed("database.connect_timeout"), s(1)..=s(60)),
        acquire_timeout: r.duration(fixed("database.acquire_timeout"), ms(100)..=s(120)),
        statement_timeout: r.duration(fixed("database.statement_timeout"), ms(100)..=s(600)),
        idle_in_transaction_timeout: r.duration(fixed("database.idle_in_transaction_timeout"), s(1)..=s(600)),
        idle_timeout: r.duration(fixed("database.idle_timeout"), s(10)..=s(86_400)),
        tls_root_certificate: path(r, "database.tls_root_certificate", "a file"),
    };
    let named = ["database.url", "database.data_dir"].iter().any(|key| r.origin(key).is_some());
    if environment.is_guarded() && purpose == Purpose::Serve && !named {
        // A misspelt variable must not silently begin an empty database.
        let problem =
            format!("must be given in {environment} (or database.data_dir for a private PostgreSQL)");
        r.refuse(Mistake::Missing, "database.url", problem);
    }
    config
}

const URL: &str = "postgres://login:password@host:port/name";

/// What can be said without a driver; the rest is the store's to refuse.
fn check_url(text: &str) -> Result<(), String> {
    let rest = text
        .strip_prefix("postgres://")
        .or_else(|| text.strip_prefix("postgresql://"))
        .ok_or_else(|| "is not a PostgreSQL address".to_owned())?;
    if rest.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("is not a PostgreSQL address".to_owned());
    }
    Ok(())
}

struct ShownPath(PathBuf);

impl fmt::Display for ShownPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

fn path(r: &mut Reader, key: &'static str, allowed: &str) -> Option<PathBuf> {
    let parse = |text: &str| match text.is_empty() {
        true => Err("is empty".to_owned()),
        false => text.parse().map(ShownPath).map_err(|e: Infallible| match e {}),
    };
    r.optional(fixed(key), allowed, parse).map(|path| path.0)
}
