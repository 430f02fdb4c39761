//! `routiq org`: organizations and their accounts at platforms.

use clap::Subcommand;
use jiff::tz::TimeZone;
use routiq_actors::clock::Clock;
use serde_json::{Map, Value};

use super::{Common, Failure, folder, say, sealing::Sealing, standing::Standing};
use crate::{
    app::database::Database,
    domain::ids::{Ids, is_clerk_organization},
    store::{
        accounts::{self, NewAccount},
        audit::{self, Deed},
        organizations::{self, NewOrganization, Organization},
        sealing,
    },
};

#[derive(Debug, Subcommand)]
pub(super) enum Org {
    #[command(flatten)]
    Standing(Standing),
    #[command(flatten)]
    Sealing(Sealing),
    /// Add an organization.
    Add {
        /// What people call it.
        name: String,
        /// Its id at Clerk, such as org_….
        #[arg(long)]
        clerk_id: Option<String>,
        /// The region of its phone numbers, two letters.
        #[arg(long, default_value = "AU")]
        region: String,
        /// Its IANA time zone.
        #[arg(long, default_value = "Australia/Sydney")]
        time_zone: String,
        #[command(flatten)]
        common: Common,
    },
    /// List organizations and their accounts.
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Add an organization's account at a platform; `routiq credentials set` comes next.
    AddAccount {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The platform's name; a wrong one is answered with those there are.
        platform: String,
        /// The account's id there.
        external_id: String,
        /// A setting such as `base_url=https://chat.example.org`; may be repeated.
        #[arg(long = "set", value_name = "KEY=VALUE")]
        settings: Vec<String>,
        #[command(flatten)]
        common: Common,
    },
}

impl Org {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Standing(standing) => standing.run().await,
            Self::Sealing(sealing) => sealing.run().await,
            Self::Add { name, clerk_id, region, time_zone, common } => {
                check_region(&region)?;
                check_zone(&time_zone)?;
                check_clerk_id(clerk_id.as_deref())?;
                let database = open(&common).await?;
                let now = Clock::system().now();
                let new = NewOrganization {
                    id: Ids::random().next(now),
                    clerk_org_id: clerk_id.as_deref(),
                    name: &name,
                    region: &region,
                    timezone: &time_zone,
                };
                let added = organizations::insert(&database.store, &new, now).await;
                if let Ok(id) = &added {
                    let details = Value::Null;
                    note(&database, *id, "organization.add", "organization", &id.to_string(), &details)
                        .await?;
                }
                database.close().await;
                say::line(&added?.to_string());
                Ok(())
            }
            Self::List { common } => {
                let database = open(&common).await?;
                let listed = list(&database).await;
                database.close().await;
                listed
            }
            Self::AddAccount { organization, platform, external_id, settings, common } => {
                let settings = parse_settings(&settings)?;
                let config = common.load()?;
                crate::app::check_account(&config, &platform, &external_id, &settings)
                    .map_err(Failure::new)?;
                let database = open(&common).await?;
                let added = add_account(&database, &organization, &platform, &external_id, &settings).await;
                database.close().await;
                say::line(&added?);
                Ok(())
            }
        }
    }
}

/// The database as a tool uses it: a running daemon's private one, or the configured one.
pub(super) async fn open(common: &Common) -> Result<Database, Failure> {
    let config = common.load()?;
    Ok(Database::visit(&config, &folder(&config)).await?)
}

/// The one organization that `key` names.
pub(super) async fn find(database: &Database, key: &str) -> Result<Organization, Failure> {
    let mut found = organizations::find(&database.store, key).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Failure::new(format!("organization {key:?} not found; `routiq org list` names them"))),
        _ => Err(Failure::new(format!("{key:?} names {} organizations; use an id", found.len()))),
    }
}

/// Writes what the command line did into the organization's audit log.
pub(super) async fn note(
    database: &Database,
    organization: uuid::Uuid,
    action: &str,
    resource_type: &str,
    resource_id: &str,
    details: &Value,
) -> Result<(), Failure> {
    let now = Clock::system().now();
    let deed = Deed {
        id: Ids::random().next(now),
        user: "command line",
        action,
        resource_type,
        resource_id: Some(resource_id),
        ip_address: None,
        request_id: None,
        details,
        error: None,
    };
    Ok(audit::write_operator(&database.store, organization, &deed, now).await?)
}

async fn list(database: &Database) -> Result<(), Failure> {
    for organization in organizations::list(&database.store).await? {
        let clerk = organization.clerk_org_id.as_deref().unwrap_or("-");
        say::line(&format!(
            "{}  {}  {clerk}  {}  {}  {}",
            organization.id,
            organization.name,
            organization.region,
            organization.timezone,
            organization.status
        ));
        let mut session = database.store.session(organization.id).await?;
        let tenant = session.begin(None).await?;
        for account in accounts::list(&tenant).await? {
            let credential = account.credential_status.as_deref().unwrap_or("no");
            say::line(&format!(
                "    {}  {} {}  credential: {credential}",
                account.id, account.platform, account.external_id
            ));
        }
    }
    Ok(())
}

async fn add_account(
    database: &Database,
    organization: &str,
    platform: &str,
    external_id: &str,
    settings: &Value,
) -> Result<String, Failure> {
    let organization = find(database, organization).await?;
    let now = Clock::system().now();
    let mut session = database.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    if !sealing::pass(&tenant, platform).await? {
        return Err(Failure::new(format!(
            "{platform} knows people by their telephone numbers alone, and {} keeps those sealed; `routiq org seal` without \
             `phone` opens them",
            organization.name
        )));
    }
    let new = NewAccount { id: Ids::random().next(now), platform, external_id, name: None, settings };
    let id = accounts::insert(&tenant, &new, now).await?;
    tenant.commit().await?;
    drop(session);
    note(database, organization.id, "account.add", "account", &id.to_string(), settings).await?;
    Ok(id.to_string())
}

/// `key=value` pairs; a value that reads as a number or a truth value is one.
fn parse_settings(pairs: &[String]) -> Result<Value, Failure> {
    let mut settings = Map::new();
    for pair in pairs {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(Failure { code: 64, said: format!("--set {pair}: must look like key=value") });
        };
        let value = serde_json::from_str(value)
            .ok()
            .filter(|value: &Value| value.is_number() || value.is_boolean())
            .unwrap_or_else(|| Value::from(value));
        settings.insert(key.to_owned(), value);
    }
    Ok(Value::Object(settings))
}

fn check_region(region: &str) -> Result<(), Failure> {
    let fine = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
    let said = format!("--region {region}: must be two capital letters such as AU");
    if fine { Ok(()) } else { Err(Failure { code: 64, said }) }
}

fn check_clerk_id(id: Option<&str>) -> Result<(), Failure> {
    let Some(id) = id.filter(|id| !is_clerk_organization(id)) else { return Ok(()) };
    Err(Failure { code: 64, said: format!("--clerk-id {id}: must be org_ and 20 to 40 letters or digits") })
}

fn check_zone(zone: &str) -> Result<(), Failure> {
    let said = format!("--time-zone {zone}: must be an IANA name such as Australia/Perth");
    TimeZone::get(zone).map(drop).map_err(|_| Failure { code: 64, said })
}
