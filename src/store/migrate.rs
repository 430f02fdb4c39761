//! Brings the schema forward, one runner at a time, and tells how far it is.
//!
//! Each migration is one transaction: a failed or interrupted one leaves nothing, and the next run goes on from there.

use refinery::{Migration, Runner, error::Kind};
use sha2::{Digest, Sha256};
use tokio_postgres::{Client, error::SqlState};

use super::{
    connect::{ConnectError, Login, Target, reason},
    roles::Role,
};

#[allow(
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "generated; the names were checked when built"
)]
mod embedded {
    refinery::embed_migrations!("sql/migrations");
}

/// The command an operator runs to bring the schema forward.
const COMMAND: &str = "routiq migrate";
/// Where the list of applied migrations stands: apart from what the migrations themselves make.
const HISTORY: &str = "routiq_schema.migrations";
/// Who holds it migrates. The number only has to be ours.
const LOCK: i64 = 0x0072_6f75_7469_7102;

/// Why the schema is not what the program needs.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// No session.
    #[error("{0}")]
    Connect(#[from] ConnectError),
    /// The login is not the owner and cannot act as it.
    #[error(
        "{user} is not {owner} and may not act as it: set MIGRATION_DATABASE_URL to {owner}'s login",
        owner = Role::Owner.name()
    )]
    NotOwner {
        /// The login.
        user: String,
    },
    /// Logins the migrations grant to are missing.
    #[error(
        "the roles {0} do not exist: run `{COMMAND}` once with DATABASE_URL set to a login that may create roles"
    )]
    RolesMissing(String),
    /// One migration failed and was rolled back.
    #[error(
        "migration {migration} failed and was rolled back; the schema stands at version {reached}. \
         Nothing is half done: mend the cause and run `{COMMAND}` again. The server said: {said}"
    )]
    Failed {
        /// Which one.
        migration: String,
        /// The version the schema has now; 0 for none.
        reached: i32,
        /// The server's words.
        said: String,
    },
    /// What was applied is not what the program carries.
    #[error(
        "migration {0} was applied with another content than this program carries: \
         run the program that belongs to this database, or restore the database"
    )]
    Diverged(String),
    /// The database is ahead of the program.
    #[error("the schema has version {applied}, this program knows {known}: run a newer program")]
    Newer {
        /// The database's version.
        applied: i32,
        /// The program's.
        known: i32,
    },
    /// The schema is older than the program needs.
    #[error(
        "the schema has version {applied}, needed is {wanted} (pending: {pending}): run `{COMMAND}` first"
    )]
    Pending {
        /// The database's version; 0 for none.
        applied: i32,
        /// The program's.
        wanted: i32,
        /// The names of what is missing.
        pending: String,
    },
    /// Something else went wrong at the server.
    #[error("the schema's version cannot be read or kept: {0}")]
    Server(String),
}

/// A list of migrations, in order.
#[derive(Clone, Debug)]
pub struct Migrations(Vec<Migration>);

impl Migrations {
    /// Those the program was built with.
    pub fn built_in() -> Self {
        Self::sorted(embedded::migrations::runner().get_migrations().clone())
    }

    /// Others, as pairs of name (`V1__first`) and SQL. `None` if a name is malformed.
    pub fn from_sql(list: &[(&str, &str)]) -> Option<Self> {
        let list: Result<Vec<_>, _> =
            list.iter().map(|(name, sql)| Migration::unapplied(name, sql)).collect();
        Some(Self::sorted(list.ok()?))
    }

    fn sorted(mut list: Vec<Migration>) -> Self {
        list.sort_by_key(Migration::version);
        Self(list)
    }

    /// The version after all of them; 0 if there are none.
    pub fn version(&self) -> i32 {
        self.0.last().map_or(0, Migration::version)
    }

    /// A short name for exactly this list, for databases made from it.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for migration in &self.0 {
            hash.update(format!("{migration}\0{}\0", migration.checksum()));
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How far the schema is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaState {
    /// The highest applied version; 0 for none.
    pub applied: i32,
    /// The version the program needs.
    pub wanted: i32,
    /// What is missing, by name.
    pub pending: Vec<String>,
}

impl SchemaState {
    /// Refuses a schema older than the program. A newer one is fine: migrations expand before they contract.
    pub fn ensure_current(&self) -> Result<(), MigrateError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = self.pending.join(", ");
        Err(MigrateError::Pending { applied: self.applied, wanted: self.wanted, pending })
    }
}

/// Applies what is missing and returns the names of what was applied now. Several may call at once: one works.
///
/// `login` is the owner's, or one that may act as the owner.
pub async fn migrate(
    target: &Target,
    login: &Login,
    migrations: &Migrations,
) -> Result<Vec<String>, MigrateError> {
    let mut client = target.connect(login).await?;
    become_owner(&client, login).await?;
    check_roles(&client).await?;
    run(&client, &format!("select pg_advisory_lock({LOCK})")).await?;
    // From here on the tables of others are waited for, but not for ever: everybody would queue behind us.
    run(&client, "set lock_timeout = '30s'; set statement_timeout = 0; set client_min_messages = warning")
        .await?;
    run(&client, "create schema if not exists routiq_schema").await?;
    let mut runner = Runner::new(&migrations.0).set_abort_divergent(true).set_abort_missing(true);
    runner.set_migration_table_name(HISTORY);
    let outcome = runner.run_async(&mut client).await;
    let report = match outcome {
        Ok(report) => report,
        Err(error) => return Err(explain(&client, migrations, &error).await),
    };
    let readers = Role::SERVING.map(Role::name).join(", ");
    run(
        &client,
        &format!("grant usage on schema routiq_schema to {readers}; grant select on {HISTORY} to {readers}"),
    )
    .await?;
    Ok(report.applied_migrations().iter().map(ToString::to_string).collect())
}

/// Compares the schema with what the program needs, as any of the logins.
pub async fn state(
    target: &Target,
    login: &Login,
    migrations: &Migrations,
) -> Result<SchemaState, MigrateError> {
    let client = target.connect(login).await?;
    let applied = applied(&client).await?;
    let pending = migrations
        .0
        .iter()
        .filter(|migration| !applied.contains(&migration.version()))
        .map(ToString::to_string)
        .collect();
    let highest = applied.iter().max().copied().unwrap_or(0);
    Ok(SchemaState { applied: highest, wanted: migrations.version(), pending })
}

/// The versions in the history; none if there is no history yet.
async fn applied(client: &Client) -> Result<Vec<i32>, MigrateError> {
    match client.query(&format!("select version from {HISTORY}"), &[]).await {
        Ok(rows) => Ok(rows.iter().map(|row| row.get(0)).collect()),
        Err(e)
            if [Some(&SqlState::UNDEFINED_TABLE), Some(&SqlState::INVALID_SCHEMA_NAME)]
                .contains(&e.code()) =>
        {
            Ok(Vec::new())
        }
        Err(e) => Err(MigrateError::Server(reason(&e))),
    }
}

/// What the migrations make must belong to the owner, whoever runs them.
async fn become_owner(client: &Client, login: &Login) -> Result<(), MigrateError> {
    let owner = Role::Owner.name();
    match client.batch_execute(&format!("set role {owner}")).await {
        Ok(()) => Ok(()),
        Err(e) if e.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
            Err(MigrateError::NotOwner { user: login.user.clone() })
        }
        Err(e) if e.code() == Some(&SqlState::INVALID_PARAMETER_VALUE) => {
            Err(MigrateError::RolesMissing(owner.to_owned()))
        }
        Err(e) => Err(MigrateError::Server(reason(&e))),
    }
}

async fn check_roles(client: &Client) -> Result<(), MigrateError> {
    let wanted = Role::ALL.map(Role::name);
    let rows = client
        .query("select rolname::text from pg_roles where rolname = any($1)", &[&wanted.as_slice()])
        .await
        .map_err(|e| MigrateError::Server(reason(&e)))?;
    let found: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let missing: Vec<&str> = wanted.into_iter().filter(|name| !found.iter().any(|f| f == name)).collect();
    if missing.is_empty() { Ok(()) } else { Err(MigrateError::RolesMissing(missing.join(", "))) }
}

async fn run(client: &Client, statement: &str) -> Result<(), MigrateError> {
    client.batch_execute(statement).await.map_err(|e| MigrateError::Server(reason(&e)))
}

async fn explain(client: &Client, migrations: &Migrations, error: &refinery::Error) -> MigrateError {
    match error.kind() {
        Kind::DivergentVersion(applied, _) => MigrateError::Diverged(applied.to_string()),
        Kind::MissingVersion(missing) if missing.version() > migrations.version() => {
            MigrateError::Newer { applied: missing.version(), known: migrations.version() }
        }
        Kind::MissingVersion(missing) => MigrateError::Diverged(missing.to_string()),
        Kind::Connection(_, cause) => {
            let done = applied(client).await.unwrap_or_default();
            let next = migrations.0.iter().find(|migration| !done.contains(&migration.version()));
            MigrateError::Failed {
                migration: next.map(ToString::to_string).unwrap_or_default(),
                reached: done.iter().max().copied().unwrap_or(0),
                said: cause.downcast_ref::<tokio_postgres::Error>().map_or_else(|| cause.to_string(), reason),
            }
        }
        other => MigrateError::Server(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_migrations_are_numbered_without_gaps() {
        let versions: Vec<i32> = Migrations::built_in().0.iter().map(Migration::version).collect();
        assert!(!versions.is_empty());
        assert_eq!(versions, (1..=i32::try_from(versions.len()).unwrap()).collect::<Vec<_>>());
    }

    #[test]
    fn a_list_has_a_name_of_its_own() {
        let of = |list: &[(&str, &str)]| Migrations::from_sql(list).unwrap().fingerprint();
        let one = of(&[("V1__a", "select 1")]);
        assert_eq!(one, of(&[("V1__a", "select 1")]));
        assert_ne!(one, of(&[("V1__a", "select 2")]));
        assert_ne!(one, of(&[("V1__a", "select 1"), ("V2__b", "select 1")]));
        assert!(Migrations::from_sql(&[("first", "select 1")]).is_none());
    }
}
