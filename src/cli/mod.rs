//! The command line: one file per verb.

mod access;
mod credentials;
mod demo;
mod identity;
mod migrate;
mod ops;
mod org;
mod probe;
mod rederive;
mod say;
mod sealing;
mod serve;
mod simulate;
mod standing;
mod token;
mod webhooks;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

use crate::{
    app::database::default_folder,
    config::{
        Config,
        source::{Purpose, Sources},
    },
};

/// Keeps every practice's conversations in one PostgreSQL database, seconds behind the source.
#[derive(Debug, Parser)]
#[command(name = "routiq", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the daemon.
    Serve(serve::Serve),
    /// Run the daemon with simulated platforms and invented practices.
    Demo(demo::Demo),
    /// Run the simulated platforms alone.
    Simulate(simulate::Simulate),
    /// Bring the database's schema forward, then end.
    Migrate(Common),
    /// Organizations and their accounts.
    #[command(subcommand)]
    Org(org::Org),
    /// Credentials of accounts.
    #[command(subcommand)]
    Credentials(credentials::Credentials),
    /// Access of people from outside, by grants.
    #[command(subcommand)]
    Access(access::Access),
    /// Keys of services.
    #[command(subcommand)]
    Token(token::Token),
    /// Deliveries that could not be applied, and who is whom.
    #[command(subcommand)]
    Ops(ops::Ops),
    /// Recompute rows from the payloads that were kept: prove them equal, or say what differs.
    Rederive(rederive::Rederive),
    /// Addresses that platforms send webhooks to.
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    /// Ask a running daemon whether it lives; for container health checks.
    Health(probe::Health),
    /// Keep a database server for tests.
    #[command(hide = true)]
    TestDb {
        /// Its folder.
        dir: PathBuf,
    },
}

/// What most verbs take.
#[derive(Debug, clap::Args)]
struct Common {
    /// A configuration file, read after the built-in ones.
    #[arg(long, value_name = "FILE", env = "ROUTIQ_CONFIG")]
    config: Option<PathBuf>,
}

impl Common {
    fn sources(&self, purpose: Purpose) -> Sources {
        Sources::process().with_file(self.config.clone()).for_purpose(purpose)
    }

    /// The configuration for a command that does one thing, or the code to end with.
    fn load(&self) -> Result<Config, Failure> {
        load(&self.sources(Purpose::Tool))
    }
}

fn load(sources: &Sources) -> Result<Config, Failure> {
    Config::load(sources).map_err(|errors| Failure { code: errors.exit_code(), said: errors.to_string() })
}

/// Where the private database stands.
fn folder(config: &Config) -> PathBuf {
    config.database.data_dir.clone().unwrap_or_else(default_folder)
}

/// Why a verb ended badly: what to say, and the code.
#[derive(Debug)]
struct Failure {
    code: u8,
    said: String,
}

impl Failure {
    fn new(said: impl std::fmt::Display) -> Self {
        Self { code: 1, said: said.to_string() }
    }
}

impl From<crate::app::database::DatabaseError> for Failure {
    fn from(error: crate::app::database::DatabaseError) -> Self {
        Self { code: error.exit_code(), said: error.to_string() }
    }
}

macro_rules! plain_failures {
    ($($error:ty),* $(,)?) => { $(impl From<$error> for Failure {
        fn from(error: $error) -> Self { Self::new(error) }
    })* };
}
plain_failures!(
    crate::app::AppError,
    crate::demo::DemoError,
    crate::store::StoreError,
    crate::telemetry::TelemetryError,
    std::io::Error,
);

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Verb::TestDb { dir } = &cli.verb {
        return crate::store::embedded::janitor::janitor_main(Path::new(dir));
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            say::error(&format!("the runtime did not begin: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let ended = runtime.block_on(async {
        match cli.verb {
            Verb::Serve(serve) => Box::pin(serve.run()).await,
            Verb::Demo(demo) => Box::pin(demo.run()).await,
            Verb::Simulate(simulate) => Box::pin(simulate.run()).await,
            Verb::Migrate(common) => migrate::run(&common).await,
            Verb::Org(org) => Box::pin(org.run()).await,
            Verb::Credentials(credentials) => Box::pin(credentials.run()).await,
            Verb::Access(access) => Box::pin(access.run()).await,
            Verb::Token(token) => Box::pin(token.run()).await,
            Verb::Ops(ops) => Box::pin(ops.run()).await,
            Verb::Rederive(rederive) => Box::pin(rederive.run()).await,
            Verb::Webhooks(webhooks) => Box::pin(webhooks.run()).await,
            Verb::Health(health) => Box::pin(health.run()).await,
            Verb::TestDb { .. } => Ok(()),
        }
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, said }) => {
            say::error(&said);
            ExitCode::from(code)
        }
    }
}
