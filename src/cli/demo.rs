//! `routiq demo`: the daemon with simulated platforms and invented practices.

use std::{path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use jiff::Timestamp;
use routiq_actors::clock::Clock;
use serde::Serialize;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Failure, load, say,
    serve::{grace, until_told},
};
use crate::{
    app::{
        App, Door, Parts,
        database::{Database, Rights, default_folder},
        network,
    },
    config::{
        Config, Live,
        source::{Purpose, Sources},
    },
    demo::{
        Note,
        compare::Comparison,
        files::fetch_into,
        hooks::subscribe,
        members::{Member, enroll},
        network::Network,
        practices::practices,
        stage::{Stand, configured, read_all, stand_still, stands},
        world::World,
    },
    domain::ids::Ids,
    telemetry,
    work::title,
};

/// How long the printed link may wait to be used.
const SIGN_IN: Duration = Duration::from_secs(900);

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Import everything, compare every table with the simulators' ledger, print a line for each, and end: with 1 if
    /// anything differs.
    #[arg(long)]
    once: bool,
    /// Port of the first page; 0 takes a free one.
    #[arg(long)]
    port: Option<u16>,
    /// Folder of the private database and of what the simulators grew from.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Decides everything that looks like chance.
    #[arg(long)]
    seed: Option<u64>,
    /// The most people that a system knows: for a world that is read in no time.
    #[arg(long, hide = true)]
    people: Option<u32>,
    /// Print for programs: one JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let practices = practices(self.people);
        let stands = stands(&practices).await?;
        let folder = self.data_dir.clone().unwrap_or_else(|| default_folder().join("demo"));
        let mut config = self.config(&stands)?;
        fetch_into(&folder.join("attachments"), &mut config.attachments)?;
        let transport = Network::new(network(&config)?, &stands);
        let telemetry = telemetry::init(&config.telemetry)?;
        let clock = Clock::system();
        let note = Note::keep(&folder, (self.seed, self.people), clock.now())?;
        let database = Database::open(&config, &folder, Rights::Administrator).await?;
        self.tell(&database.about);

        let world = World::grow(note, practices, clock.clone())?;
        let (stop, simulating) = (CancellationToken::new(), TaskTracker::new());
        let mut origins = Vec::with_capacity(stands.len());
        for (system, stand) in world.systems.iter().zip(stands) {
            simulating.spawn(system.platform.run(stand.listener, stop.clone()));
            origins.push(stand.origin);
        }
        let began = clock.now();
        let members = enroll(&database, &world, &origins, &Ids::random(), began).await?;
        if self.once {
            stand_still(&database, &members, began).await?;
        }
        let parts = Parts {
            config: Live::new(config),
            database,
            telemetry,
            clock,
            ids: Ids::random(),
            seed: note.seed,
            transport: Some(Arc::new(transport)),
        };
        let app = App::start(parts).await?;
        let outcome = match self.once {
            true => self.once(&app, &members, began).await,
            false => self.open(&app, &world, &members, &origins).await,
        };
        let patience = grace(&app.config.get());
        app.stop(patience).await;
        stop.cancel();
        simulating.close();
        simulating.wait().await;
        outcome
    }

    fn config(&self, stands: &[Stand]) -> Result<Config, Failure> {
        let mut sources = configured(Sources::process().for_purpose(Purpose::Tool), stands);
        if !self.once {
            sources = sources.with_option("demo", "sessions.development_issuer", "true");
        }
        // Platforms call in also when nobody looks, at whatever port is free.
        if let Some(port) = self.port.or(self.once.then_some(0)) {
            sources = sources.with_option("--port", "server.port", port.to_string());
        }
        if self.once {
            sources = sources.with_option("--once", "telemetry.log_level", "warn");
        }
        let mut config = load(&sources)?;
        if self.once {
            config.server.metrics_port = None;
        }
        // Whatever keys this shell holds, a demonstration asks nobody real.
        (config.security.clerk_secret_key, config.security.stripe_secret_key) = (None, None);
        Ok(config)
    }

    fn tell(&self, text: &str) {
        if !self.json {
            say::line(text);
        }
    }

    /// Opens the front door and lets the platforms tell what happens.
    async fn listen(&self, app: &App, members: &[Member]) -> Result<(Door, String), Failure> {
        let door = app.open_door().await?;
        let address = format!("http://{}", door.address);
        subscribe(&app.database, members, &address, &app.ids, app.clock.now()).await?;
        Ok((door, address))
    }

    /// Shows the way in.
    async fn open(
        &self,
        app: &App,
        world: &World,
        members: &[Member],
        origins: &[String],
    ) -> Result<(), Failure> {
        let (door, address) = self.listen(app, members).await?;
        let sign_in = format!("{address}{}", door.operators.sign_in_link(SIGN_IN));
        let simulators: Vec<(&str, &String)> =
            world.systems.iter().map(|system| system.row.name).zip(origins).collect();
        if self.json {
            let simulators: serde_json::Map<String, serde_json::Value> = simulators
                .iter()
                .map(|(name, origin)| ((*name).to_owned(), (*origin).as_str().into()))
                .collect();
            let about = serde_json::json!({ "url": address, "sign_in": sign_in, "simulators": simulators });
            say::line(&about.to_string());
        } else {
            for (name, origin) in &simulators {
                say::line(&format!("simulated {} at {origin}", title(name)));
            }
            say::line(&format!("\nopen    {sign_in}"));
            say::line(
                "        (works once, for 15 minutes; then sign in with the operators' token, if one is set)",
            );
            let first = members.iter().find(|member| member.platform == "chatwoot");
            let chats = simulators.iter().find(|(name, _)| *name == "chatwoot");
            if let Some((member, (_, origin))) = first.zip(chats) {
                say::line(&format!(
                    "speak   curl {origin}/__simulator/commands -d '{{\"do\":\"write\",\"account\":{},\"text\":\"Can I come on Tuesday?\"}}'",
                    member.seat
                ));
                say::line("        (as a patient of the first practice; its numbers move within a second)");
            }
            let port = door.address.port();
            say::line(&format!(
                "api     curl -H \"Authorization: Bearer $(routiq token dev --port {port} --role admin)\" \\"
            ));
            say::line(&format!("             {address}/api/v1/auth/user/organizations"));
            say::line("stop    Ctrl-C; started again, everything goes on where it was\n");
        }
        until_told(app).await
    }

    /// Waits until everything was read, then compares.
    async fn once(&self, app: &App, members: &[Member], began: Timestamp) -> Result<(), Failure> {
        let (_door, _address) = self.listen(app, members).await?;
        tokio::select! {
            settled = read_all(app, members, began) => settled?,
            told = until_told(app) => return told,
        }
        let mut differences = 0;
        for member in members {
            let comparison = member.verify(app).await?;
            differences += comparison.differences;
            self.print(member, &comparison)?;
        }
        if differences > 0 {
            return Err(Failure::new(format!(
                "{differences} differences between the tables and the ledgers"
            )));
        }
        Ok(())
    }

    fn print(&self, member: &Member, comparison: &Comparison) -> Result<(), Failure> {
        if self.json {
            let Member { organization, platform, seat, .. } = member;
            let line = Line { organization, platform, account: seat, comparison };
            say::line(&serde_json::to_string(&line).map_err(Failure::new)?);
            return Ok(());
        }
        let verdict = match comparison.differences {
            0 => "equal".to_owned(),
            some => format!("{some} DIFFERENCES"),
        };
        let counts: Vec<String> = comparison
            .counts()
            .iter()
            .map(|(kind, count)| format!("{count} {}", kind.replace('_', " ")))
            .collect();
        say::line(&format!(
            "{:<24} {:<15} {verdict:<6} {}",
            member.organization,
            title(member.platform),
            counts.join(", ")
        ));
        for example in &comparison.examples {
            say::line(&format!("    {example}"));
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Line<'a> {
    organization: &'a str,
    platform: &'a str,
    account: &'a str,
    #[serde(flatten)]
    comparison: &'a Comparison,
}
