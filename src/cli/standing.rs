//! What an operator decides of an organization: whether it may go on, and who owns it.

use clap::Subcommand;
use routiq_actors::clock::Clock;

use super::{
    Common, Failure,
    org::{find, note, open},
    say,
};
use crate::{
    domain::{directory::BillingRules, ids::Ids},
    store::directory::Desk,
};

#[derive(Debug, Subcommand)]
pub(super) enum Standing {
    /// Suspend an organization: its actors stand still, its rows stay readable.
    Suspend {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// Why, in one sentence: the practice sees it.
        reason: String,
        #[command(flatten)]
        common: Common,
    },
    /// Take a suspension back; what Stripe says of it holds again.
    Resume {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        #[command(flatten)]
        common: Common,
    },
    /// Make an admin of an organization its owner, for as long as Clerk says admin.
    Owner {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// Clerk's id of the user, such as user_….
        user: String,
        /// Take ownership back instead.
        #[arg(long)]
        remove: bool,
        #[command(flatten)]
        common: Common,
    },
}

impl Standing {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Suspend { organization, reason, common } => {
                hold(&common, &organization, Some(&reason)).await
            }
            Self::Resume { organization, common } => hold(&common, &organization, None).await,
            Self::Owner { organization, user, remove, common } => {
                let database = open(&common).await?;
                let organization = find(&database, &organization).await?.id;
                let (ids, now) = (Ids::random(), Clock::system().now());
                let mut desk = Desk::open(&database.store).await?;
                let directory = desk.begin(&ids, now).await?;
                let role = directory.set_owner(organization, &user, !remove).await?;
                directory.commit().await?;
                drop(desk);
                database.close().await;
                say::line(role.name());
                Ok(())
            }
        }
    }
}

async fn hold(common: &Common, key: &str, reason: Option<&str>) -> Result<(), Failure> {
    let reason = reason.map(str::trim);
    if reason == Some("") {
        return Err(Failure { code: 64, said: "a suspension needs a reason".to_owned() });
    }
    let billing = common.load()?.billing;
    let database = open(common).await?;
    let organization = find(&database, key).await?.id;
    let (ids, now) = (Ids::random(), Clock::system().now());
    let mut desk = Desk::open(&database.store).await?;
    let directory = desk.begin(&ids, now).await?;
    directory.set_operator_hold(organization, reason).await?;
    let rules = BillingRules { required: billing.required, grace: billing.past_due_grace };
    directory.settle_standing(organization, rules).await?;
    directory.commit().await?;
    drop(desk);
    let action = if reason.is_some() { "organization.suspend" } else { "organization.resume" };
    let (id, details) = (organization.to_string(), serde_json::json!({ "reason": reason }));
    let noted = note(&database, organization, action, "organization", &id, &details).await;
    database.close().await;
    noted
}
