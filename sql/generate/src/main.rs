//! `cargo run -p routiq-generate`: brings `sql/client` to what migrations and queries say, here or in the project named.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use routiq_generate::{GenerateError, generate, migrate, server::Scratch};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr, reason = "a command line says why it failed")]
            {
                eprintln!("{error}");
            }
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), GenerateError> {
    let here = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let project = env::args_os().nth(1).map_or_else(here, PathBuf::from);
    let scratch = Scratch::make().await?;
    let client = scratch.connect().await?;
    migrate(&client, &project).await?;
    let generated =
        tokio::task::spawn_blocking(move || generate(&client, &project, &project.join("sql/client")));
    let outcome = generated.await.map_err(|error| GenerateError::Server(error.to_string()))?;
    scratch.drop_database().await?;
    outcome
}
