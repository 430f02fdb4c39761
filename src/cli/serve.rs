//! `routiq serve`: the daemon.

use std::time::Duration;

use clap::Args;
use routiq_actors::clock::Clock;
use tokio::signal::unix::{SignalKind, signal};

use super::{Common, Failure, folder, load};
use crate::{
    app::{
        App, Parts,
        database::{Database, Rights},
    },
    config::{Config, Live, source::Purpose},
    domain::ids::Ids,
    telemetry,
};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    common: Common,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let sources = self.common.sources(Purpose::Serve);
        let config = load(&sources)?;
        let telemetry = telemetry::init(&config.telemetry)?;
        for notice in &config.notices {
            tracing::info!(notice, "configuration");
        }
        let database = Database::open(&config, &folder(&config), Rights::Daemon).await?;
        tracing::info!(database = database.about, "database open");
        let live = Live::new(config);
        let follower = live.follow(sources)?;
        let parts = Parts {
            config: live,
            database,
            telemetry,
            clock: Clock::system(),
            ids: Ids::random(),
            seed: rand::random(),
            transport: None,
        };
        let app = App::start(parts).await?;
        let following = tokio::spawn(follower.run(app.stopping()));
        let outcome = match app.open_door().await {
            Ok(door) => {
                tracing::info!(address = %door.address, "serving");
                until_told(&app).await
            }
            Err(error) => Err(error.into()),
        };
        let grace = app.config.get().server.drain_grace;
        app.stop(grace).await;
        // It ends with the daemon; a panic in it was logged.
        let _ended = following.await;
        outcome
    }
}

/// Waits for SIGTERM or Ctrl-C, or for the tree to give up.
pub(super) async fn until_told(app: &App) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => tracing::info!("SIGTERM: stopping"),
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            tracing::info!("interrupted: stopping");
        }
        reason = app.tree.failed() => return Err(Failure::new(format!("the supervision tree gave up: {reason}"))),
    }
    Ok(())
}

/// How long a demonstration's stop may take.
pub(super) fn grace(config: &Config) -> Duration {
    config.server.drain_grace
}
