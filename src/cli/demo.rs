//! `routiq demo`: the daemon with simulated platforms and invented practices.

use std::{net::Ipv4Addr, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use routiq_actors::{State, clock::Clock};
use routiq_simulators::hooks;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{
    Failure, load, say,
    serve::{grace, until_told},
};
use crate::{
    app::{
        App, Parts,
        database::{Database, Rights, default_folder},
    },
    config::{
        Config, Live,
        source::{Purpose, Sources},
    },
    demo::{
        Member, Note, World, compare::Comparison, enroll, hooks::subscribe, practices::practices, verify,
    },
    domain::ids::Ids,
    telemetry,
};

/// How long the printed link may wait to be used.
const SIGN_IN: Duration = Duration::from_secs(900);
/// How often `--once` looks whether everybody has caught up.
const LOOK: Duration = Duration::from_millis(100);

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
    /// Print for programs: one JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let config = self.config()?;
        let folder = self.data_dir.clone().unwrap_or_else(|| default_folder().join("demo"));
        let telemetry = telemetry::init(&config.telemetry)?;
        let clock = Clock::system();
        let note = Note::keep(&folder, self.seed, clock.now())?;
        let database = Database::open(&config, &folder, Rights::Administrator).await?;
        self.tell(&database.about);

        let stop = CancellationToken::new();
        let world = World::grow(note, practices(), clock.clone(), !self.once)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let (simulator, ending) = (world.chatwoot.clone(), stop.clone());
        let simulating = tokio::spawn(async move { simulator.serve(listener, ending).await });
        let members = enroll(&database, &world, &origin, &Ids::random(), clock.now()).await?;
        let parts = Parts {
            config: Live::new(config),
            database,
            telemetry,
            clock,
            ids: Ids::random(),
            seed: note.seed,
            transport: None,
        };
        let app = App::start(parts).await?;
        let outcome = match self.once {
            true => self.once(&app, &world, &members).await,
            false => self.open(&app, &world, &members, &origin).await,
        };
        let patience = grace(&app.config.get());
        app.stop(patience).await;
        stop.cancel();
        // It ends with the token; a panic in it was logged.
        let _ended = simulating.await;
        outcome
    }

    fn config(&self) -> Result<Config, Failure> {
        let mut sources = Sources::process().for_purpose(Purpose::Tool).with_option(
            "demo",
            "gates.allow_plain_loopback",
            "true",
        );
        if !self.once {
            sources = sources.with_option("demo", "sessions.development_issuer", "true");
        }
        if let Some(port) = self.port {
            sources = sources.with_option("--port", "server.port", port.to_string());
        }
        if self.once {
            sources = sources.with_option("--once", "telemetry.log_level", "warn");
        }
        let mut config = load(&sources)?;
        // Whatever keys this shell holds, a demonstration asks nobody real.
        (config.security.clerk_secret_key, config.security.stripe_secret_key) = (None, None);
        Ok(config)
    }

    fn tell(&self, text: &str) {
        if !self.json {
            say::line(text);
        }
    }

    /// Opens the front door, lets the platforms tell what happens, and shows the way in.
    async fn open(&self, app: &App, world: &World, members: &[Member], origin: &str) -> Result<(), Failure> {
        let door = app.open_door().await?;
        let address = format!("http://{}", door.address);
        subscribe(&app.database, world, members, &address, &app.ids, app.clock.now()).await?;
        let network = Arc::new(hooks::Network::default());
        let telling = tokio::spawn(hooks::run(world.chatwoot.clone(), network, app.stopping()));
        let sign_in = format!("{address}{}", door.operators.sign_in_link(SIGN_IN));
        if self.json {
            say::line(
                &serde_json::json!({ "url": address, "sign_in": sign_in, "simulators": origin }).to_string(),
            );
        } else {
            say::line(&format!("simulated platforms at {origin}"));
            say::line(&format!("\nopen    {sign_in}"));
            say::line(
                "        (works once, for 15 minutes; then sign in with the operators' token, if one is set)",
            );
            if let Some((_, seat)) = world.practices.first() {
                say::line(&format!(
                    "speak   curl {origin}/__simulator/commands -d '{{\"do\":\"write\",\"account\":{},\"text\":\"Can I come on Tuesday?\"}}'",
                    seat.account
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
        let told = until_told(app).await;
        telling.abort();
        told
    }

    /// Waits until everybody has caught up, then compares.
    async fn once(&self, app: &App, world: &World, members: &[Member]) -> Result<(), Failure> {
        let ready = async {
            while !members.iter().all(|member| caught_up(app, member)) {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::select! {
            () = ready => {}
            told = until_told(app) => return told,
        }
        let mut differences = 0;
        for member in members {
            let comparison = verify(&app.database, world, member).await?;
            differences += comparison.differences;
            self.print(member, &comparison)?;
        }
        if differences > 0 {
            return Err(Failure::new(format!("{differences} differences between the tables and the ledger")));
        }
        Ok(())
    }

    fn print(&self, member: &Member, comparison: &Comparison) -> Result<(), Failure> {
        if self.json {
            let line = Line { organization: &member.name, platform: "chatwoot", comparison };
            say::line(&serde_json::to_string(&line).map_err(Failure::new)?);
            return Ok(());
        }
        let Comparison { contacts, conversations, messages, attachments, differences, examples } = comparison;
        let verdict =
            if *differences == 0 { "equal".to_owned() } else { format!("{differences} DIFFERENCES") };
        say::line(&format!(
            "{:<24} chatwoot  {contacts:>5} contacts  {conversations:>5} conversations  {messages:>6} messages  \
             {attachments:>5} attachments  {verdict}",
            member.name
        ));
        for example in examples {
            say::line(&format!("    {example}"));
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Line<'a> {
    organization: &'a str,
    platform: &'a str,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// Whether everything of an account was read: every stream is proven and nothing is due.
fn caught_up(app: &App, member: &Member) -> bool {
    app.tree
        .status(member.key)
        .is_some_and(|status| status.state == State::Waiting && status.progress.proven_until.is_some())
}
