//! `routiq ops`: what was delivered and could not be applied, and who is whom.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use routiq_actors::clock::Clock;
use serde_json::json;
use uuid::Uuid;

use super::{
    Common, Failure,
    identity::Identity,
    org::{find, open},
    say,
};
use crate::{
    app::{self, database::Database},
    domain::ids::Ids,
    store::{
        audit::{self, Deed},
        organizations::Organization,
        replays::{Choice, Listed},
    },
    work::{MOST, Rehearsed},
};

#[derive(Debug, Subcommand)]
pub(super) enum Ops {
    /// List deliveries and what became of them, without what they say.
    Deliveries {
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Who is whom: pairs to decide, merges made and undone.
    #[command(subcommand)]
    Identity(Identity),
    /// Apply deliveries again; a running daemon does it within one poll interval.
    Replay {
        /// Only say what each would change; nothing is written.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        chosen: Chosen,
    },
}

#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// The organization: our id, Clerk's, or its name.
    organization: String,
    /// These deliveries; none: whatever the other options say.
    ids: Vec<Uuid>,
    /// Of this account alone.
    #[arg(long)]
    account: Option<Uuid>,
    /// `quarantined` (where no ids are given), `pending`, `applied`, `ignored` or `any`.
    #[arg(long, value_parser = ["quarantined", "pending", "applied", "ignored", "any"])]
    state: Option<String>,
    /// Accepted at this time or later, such as 2031-03-04T05:06:07Z.
    #[arg(long)]
    since: Option<Timestamp>,
    /// Accepted before this time.
    #[arg(long)]
    until: Option<Timestamp>,
    #[command(flatten)]
    common: Common,
}

impl Chosen {
    fn choice(&self) -> Choice {
        let state = match (self.state.as_deref(), self.ids.is_empty()) {
            (None, true) => Some("quarantined"),
            (None, false) | (Some("any"), _) => None,
            (Some(state), _) => Some(state),
        };
        Choice {
            account: self.account,
            state: state.map(str::to_owned),
            since: self.since,
            until: self.until,
            ids: self.ids.clone(),
        }
    }
}

impl Ops {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (chosen, how) = match self {
            Self::Identity(identity) => return identity.run().await,
            Self::Deliveries { chosen } => (chosen, How::List),
            Self::Replay { dry_run: true, chosen } => (chosen, How::Rehearse),
            Self::Replay { dry_run: false, chosen } => (chosen, How::Replay),
        };
        let database = open(&chosen.common).await?;
        let done = chosen.work(how, &database).await;
        database.close().await;
        done
    }
}

/// What is done with deliveries.
enum How {
    List,
    Rehearse,
    Replay,
}

impl Chosen {
    async fn work(&self, how: How, database: &Database) -> Result<(), Failure> {
        let organization = find(database, &self.organization).await?;
        let replays = app::tool_replays(&self.common.load()?, database)?;
        let choice = self.choice();
        match how {
            How::List => {
                let found = replays.list(organization.id, &choice, MOST).await?;
                found.iter().for_each(|event| say::line(&line(event)));
            }
            How::Rehearse => {
                let rehearsed = replays.rehearse(organization.id, &choice).await?;
                let details = json!({"through": "cli", "dry_run": true, "count": rehearsed.len()});
                note(database, &organization, "deliveries.rehearse", &details).await?;
                rehearsed.iter().for_each(tell);
            }
            How::Replay => {
                let now = Clock::system().now();
                let id = organization.id.to_string();
                let details = json!({
                    "through": "cli", "ids": choice.ids.len(), "state": choice.state, "account": choice.account,
                    "since": choice.since.map(|at| at.to_string()), "until": choice.until.map(|at| at.to_string()),
                });
                let deed = deed(Ids::random().next(now), "deliveries.replay", &id, &details);
                let replayed = replays.replay(organization.id, &choice, &deed).await?;
                say::line(&format!("{} stand in the queue again", replayed.events.len()));
            }
        }
        Ok(())
    }
}

fn line(event: &Listed) -> String {
    let Listed { id, event_type, state, attempts, received_at, .. } = event;
    let reason = event.failure_reason.as_deref().unwrap_or_default();
    format!("{id}  {received_at:.0}  {event_type}  {state}  {attempts}  {reason}").trim_end().to_owned()
}

fn tell(rehearsed: &Rehearsed) {
    let Rehearsed { event, outcome, reason, written, doubted } = rehearsed;
    let reason = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    say::line(&format!("{}  {}  {outcome}{reason}", event.id, event.event_type));
    for (kind, id) in written {
        say::line(&format!("    would write {} {id}", kind.as_str()));
    }
    for (kind, id) in doubted {
        say::line(&format!("    would read {} {id} again", kind.as_str()));
    }
}

fn deed<'a>(id: Uuid, action: &'a str, organization: &'a str, details: &'a serde_json::Value) -> Deed<'a> {
    Deed {
        id,
        user: "cli",
        action,
        resource_type: "organization",
        resource_id: Some(organization),
        ip_address: None,
        request_id: None,
        details,
        error: None,
    }
}

async fn note(
    database: &Database,
    organization: &Organization,
    action: &str,
    details: &serde_json::Value,
) -> Result<(), Failure> {
    let (now, id) = (Clock::system().now(), organization.id.to_string());
    let deed = deed(Ids::random().next(now), action, &id, details);
    Ok(audit::write_operator(&database.store, organization.id, &deed, now).await?)
}
