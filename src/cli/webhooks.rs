//! `routiq webhooks`: the addresses that platforms send to. A token is shown once, when it is made.

use clap::Subcommand;
use routiq_actors::clock::Clock;
use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::{
    Common, Failure, credentials,
    org::{find, note},
    say,
};
use crate::{
    app::database::Database,
    domain::ids::Ids,
    http::hook_urls,
    store::{
        accounts,
        hooks::{self, NewEndpoint},
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Webhooks {
    /// List an organization's addresses, without their tokens.
    List {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        #[command(flatten)]
        common: Common,
    },
    /// Make an address for an account and print it. A signing secret, if there is one, is read from standard input.
    Create {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The account: our id.
        account: Uuid,
        /// Take signed hints to look now, for platforms without webhooks.
        #[arg(long)]
        hint: bool,
        /// The platform signs nothing: the address alone tells its deliveries.
        #[arg(long)]
        unsigned: bool,
        #[command(flatten)]
        common: Common,
    },
    /// Make a new token for an address and print it; the old one holds for `webhooks.rotation_overlap` more.
    Rotate {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The address: the id that `list` shows.
        address: Uuid,
        #[command(flatten)]
        common: Common,
    },
    /// Put a signing secret, read from standard input, before the one there is; both hold.
    Secret {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The address: the id that `list` shows.
        address: Uuid,
        #[command(flatten)]
        common: Common,
    },
    /// End an address at once.
    Revoke {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The address: the id that `list` shows.
        address: Uuid,
        #[command(flatten)]
        common: Common,
    },
}

impl Webhooks {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let (Self::List { common, .. }
        | Self::Create { common, .. }
        | Self::Rotate { common, .. }
        | Self::Secret { common, .. }
        | Self::Revoke { common, .. }) = &self;
        let secret = match &self {
            Self::Create { unsigned: false, .. } | Self::Secret { .. } => Some(credentials::read(None)?),
            _ => None,
        };
        let config = common.load()?;
        let base = config.server.public_url.clone().unwrap_or_default();
        let overlap = config.webhooks.rotation_overlap;
        let database = super::org::open(common).await?;
        let done = Box::pin(self.act(&database, &base, overlap, secret)).await;
        database.close().await;
        for line in done? {
            say::line(&line);
        }
        Ok(())
    }

    async fn act(
        self,
        database: &Database,
        base: &str,
        overlap: std::time::Duration,
        secret: Option<SecretString>,
    ) -> Result<Vec<String>, Failure> {
        let (Self::List { organization, .. }
        | Self::Create { organization, .. }
        | Self::Rotate { organization, .. }
        | Self::Secret { organization, .. }
        | Self::Revoke { organization, .. }) = &self;
        let id = find(database, organization).await?.id;
        let (now, ids, keys) = (Clock::system().now(), Ids::random(), &database.keys);
        let mut session = database.store.session(id).await?;
        let tenant = session.begin(None).await?;
        let listed = hooks::list(&tenant).await?;
        let platform_of = |address: Uuid| {
            let known = listed.iter().find(|known| known.id == address).map(|known| known.platform.clone());
            known.unwrap_or_default()
        };
        let (action, about, lines) = match &self {
            Self::List { .. } => {
                return Ok(listed
                    .iter()
                    .map(|known| {
                        let signed = if known.signed { "signed" } else { "unsigned" };
                        format!("{} {} {} {signed} {}", known.id, known.platform, known.status, known.account)
                    })
                    .collect());
            }
            Self::Create { account, hint, .. } => {
                let known = accounts::list(&tenant).await?.into_iter().find(|known| known.id == *account);
                let known = known.ok_or_else(|| Failure::new(format!("account {account} not found")))?;
                let platform = if *hint { "hint" } else { known.platform.as_str() };
                let secrets: Vec<SecretString> = secret.into_iter().collect();
                let new = NewEndpoint {
                    id: ids.next(now),
                    account: *account,
                    platform,
                    secrets: &secrets,
                    by: "command line",
                };
                let token = hooks::create(&tenant, keys, &new, now).await?;
                ("webhook.create", new.id, hook_urls(base, platform, &token))
            }
            Self::Rotate { address, .. } => {
                let successor = ids.next(now);
                let by = (successor, "command line");
                let token = hooks::rotate(&tenant, keys, *address, by, overlap, now).await?;
                ("webhook.rotate", successor, hook_urls(base, &platform_of(*address), &token))
            }
            Self::Secret { address, .. } => {
                let secret = secret.ok_or_else(|| Failure::new("no secret was read"))?;
                hooks::add_secret(&tenant, keys, *address, secret, now).await?;
                ("webhook.secret", *address, vec!["set".to_owned()])
            }
            Self::Revoke { address, .. } => {
                hooks::revoke(&tenant, *address, now).await?;
                ("webhook.revoke", *address, vec!["revoked".to_owned()])
            }
        };
        tenant.commit().await?;
        drop(session);
        note(database, id, action, "webhook", &about.to_string(), &json!({})).await?;
        Ok(lines)
    }
}
