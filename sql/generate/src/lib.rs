//! Generates `sql/client` from `sql/queries` and a migrated database.
//!
//! A crate of its own, since a changed statement usually keeps the library from compiling until its client follows.

pub mod server;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use cornucopia::config::Config;
use tokio_postgres::Client;

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A statement does not fit the schema, or its annotations do not fit it.
    #[error("{0}")]
    Statement(String),
    /// The generator changed its output, so that the repair of its writes finds nothing to repair.
    #[error("the generated client no longer looks as expected in {0}: see `prepare_writes`")]
    Unfamiliar(PathBuf),
    /// A migration fails.
    #[error("{migration}: {reason}")]
    Migration {
        /// Its file.
        migration: String,
        /// The server's words.
        reason: String,
    },
    /// There is no server to ask.
    #[error("{0}")]
    Server(String),
}

/// Generates the client of the project at `project` into `destination`, replacing what is there. `client` is connected to
/// a migrated database. Blocks: the connection must be driven by another thread.
///
/// # Errors
/// [`GenerateError`].
pub fn generate(client: &Client, project: &Path, destination: &Path) -> Result<(), GenerateError> {
    let settings = project.join("sql/cornucopia.toml");
    let mut config =
        Config::from_file(&settings).map_err(|error| GenerateError::Statement(format!("{error:?}")))?;
    config.queries = project.join("sql/queries");
    config.destination = destination.to_owned();
    let old = destination.join("src");
    if old.exists() {
        fs::remove_dir_all(&old).map_err(|source| GenerateError::File { path: old.clone(), source })?;
    }
    cornucopia::gen_live(client, config).map_err(|error| GenerateError::Statement(format!("{error:?}")))?;
    prepare_writes(destination)
}

/// How a statement that returns no rows is run as generated, in every layout: by its text, whatever was prepared.
const UNPREPARED: &[&str] = &[
    "client\n            .execute(\n                self.0,",
    "client\n            .execute(self.0,",
    "client.execute(self.0,",
];
/// How it should be: like those that return rows.
const PREPARED: &str = "crate::client::async_::execute(client, self.1.as_ref(), self.0,";
/// What the latter calls.
const EXECUTE: &str = "
pub async fn execute<C: GenericClient>(
    client: &C,
    cached: Option<&Statement>,
    query: &str,
    params: &[&(dyn ToSql + Sync)],
) -> Result<u64, Error> {
    if let Some(cached) = cached {
        client.execute(cached, params).await
    } else if C::stmt_cache() {
        let cached = client.prepare(query).await?;
        client.execute(&cached, params).await
    } else {
        client.execute(query, params).await
    }
}
";

/// Statements that return no rows ignore their prepared form and are parsed each time they run, a round trip more each.
/// Here they are made to use it, as those that return rows do.
fn prepare_writes(destination: &Path) -> Result<(), GenerateError> {
    let client = destination.join("src/client/async_.rs");
    rewrite(&client, |text| text + EXECUTE)?;
    let queries = destination.join("src/queries");
    let entries =
        fs::read_dir(&queries).map_err(|source| GenerateError::File { path: queries.clone(), source })?;
    for entry in entries {
        let path = entry.map_err(|source| GenerateError::File { path: queries.clone(), source })?.path();
        rewrite(&path, |text| UNPREPARED.iter().fold(text, |text, run| text.replace(run, PREPARED)))?;
        if read(&path)?.contains(".execute(") {
            return Err(GenerateError::Unfamiliar(path));
        }
    }
    Ok(())
}

fn rewrite(path: &Path, change: impl FnOnce(String) -> String) -> Result<(), GenerateError> {
    let text = change(read(path)?);
    fs::write(path, text).map_err(|source| GenerateError::File { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<String, GenerateError> {
    fs::read_to_string(path).map_err(|source| GenerateError::File { path: path.to_owned(), source })
}

/// Applies every migration of the project in order.
///
/// # Errors
/// [`GenerateError::Migration`].
pub async fn migrate(client: &Client, project: &Path) -> Result<(), GenerateError> {
    let folder = project.join("sql/migrations");
    let listed =
        fs::read_dir(&folder).map_err(|source| GenerateError::File { path: folder.clone(), source })?;
    let mut migrations: Vec<(u32, PathBuf)> = listed
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let number = path.file_name()?.to_str()?.strip_prefix('V')?.split("__").next()?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    migrations.sort();
    for (_, path) in migrations {
        let name = path.display().to_string();
        client.batch_execute(&read(&path)?).await.map_err(|error| GenerateError::Migration {
            migration: name,
            reason: error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string),
        })?;
    }
    Ok(())
}
