//! `routiq access`: support from outside a practice, by grants with a reason and an end.

use clap::Subcommand;
use routiq_actors::clock::Clock;
use serde_json::json;
use uuid::Uuid;

use super::{
    Common, Failure,
    org::{find, note, open},
    say,
    token::{GuestRole, until},
};
use crate::{
    domain::ids::Ids,
    http::LONGEST_GRANT,
    store::guests::{self, NewGrant},
};

const BY: &str = "command line";

#[derive(Debug, Subcommand)]
pub(super) enum Access {
    /// Let somebody from outside into an organization, for a reason and a while.
    Grant {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// Clerk's id of the user, user_….
        user: String,
        /// Why; the practice reads it.
        #[arg(long)]
        reason: String,
        /// How long, such as 2h; at most 168h.
        #[arg(long = "for", value_name = "DURATION")]
        lasting: String,
        /// As what.
        #[arg(long, value_enum, default_value = "viewer")]
        role: GuestRole,
        #[command(flatten)]
        common: Common,
    },
    /// List who was let in.
    List {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        #[command(flatten)]
        common: Common,
    },
    /// Take a grant back; open sockets end.
    Revoke {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The grant's id.
        id: Uuid,
        #[command(flatten)]
        common: Common,
    },
}

impl Access {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let now = Clock::system().now();
        match self {
            Self::Grant { organization, user, reason, lasting, role, common } => {
                let (reason, role) = (reason.trim().to_owned(), role.role());
                let letters = user.strip_prefix("user_").unwrap_or_default();
                if letters.is_empty() || !letters.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    return Err(Failure {
                        code: 64,
                        said: format!("{user}: is not Clerk's id of a user, user_…"),
                    });
                }
                if !(3..=500).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
                    return Err(Failure {
                        code: 64,
                        said: "--reason: must be 3 to 500 plain characters".to_owned(),
                    });
                }
                let expires_at = until(&lasting, now)?;
                if expires_at.duration_since(now) > LONGEST_GRANT {
                    return Err(Failure { code: 64, said: format!("--for {lasting}: must be at most 168h") });
                }
                let database = open(&common).await?;
                let organization = find(&database, &organization).await?;
                let id = Ids::random().next(now);
                let new = NewGrant { id, user: &user, role, reason: &reason, by: BY, expires_at };
                let details = json!({
                    "user_id": user, "role": role.name(), "reason": reason, "until": expires_at.to_string(),
                });
                // The record comes first: access without one must not exist.
                note(&database, organization.id, "access.grant", "access_grant", &id.to_string(), &details)
                    .await?;
                let mut session = database.store.session(organization.id).await?;
                let tenant = session.begin(None).await?;
                guests::add_grant(&tenant, &new, now).await?;
                tenant.commit().await?;
                drop(session);
                database.close().await;
                say::line(&format!("{id}  until {expires_at:.0}"));
            }
            Self::List { organization, common } => {
                let database = open(&common).await?;
                let organization = find(&database, &organization).await?;
                let mut session = database.store.session(organization.id).await?;
                let tenant = session.begin(None).await?;
                for grant in guests::grants(&tenant).await? {
                    let ended = match (grant.revoked_at, grant.expires_at) {
                        (Some(at), _) => format!("taken back {at:.0}"),
                        (None, end) if end <= now => format!("ended {end:.0}"),
                        (None, end) => format!("until {end:.0}"),
                    };
                    say::line(&format!(
                        "{}  {}  {}  {ended}  by {}: {}",
                        grant.id, grant.user_id, grant.role, grant.granted_by, grant.reason
                    ));
                }
                drop(tenant);
                drop(session);
                database.close().await;
            }
            Self::Revoke { organization, id, common } => {
                let database = open(&common).await?;
                let organization = find(&database, &organization).await?;
                let mut session = database.store.session(organization.id).await?;
                let tenant = session.begin(None).await?;
                let user = guests::revoke_grant(&tenant, id, BY, now).await?;
                tenant.commit().await?;
                drop(session);
                let details = json!({ "user_id": user });
                note(&database, organization.id, "access.revoke", "access_grant", &id.to_string(), &details)
                    .await?;
                database.close().await;
                say::line("taken back");
            }
        }
        Ok(())
    }
}
