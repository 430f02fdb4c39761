//! `routiq credentials`: set one, or wrap all with a new master key. A secret never stands on the command line.

use std::{
    io::{IsTerminal, Read},
    path::PathBuf,
};

use clap::Subcommand;
use routiq_actors::clock::Clock;
use secrecy::SecretString;
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    Common, Failure,
    org::{find, note, open},
    say,
};
use crate::{
    app::database::Database,
    domain::ids::Ids,
    store::{accounts, organizations},
};

/// The longest credential that is read.
const LONGEST: u64 = 16 * 1024;
/// Rows wrapped in one transaction.
const BATCH: i64 = 500;

#[derive(Debug, Subcommand)]
pub(super) enum Credentials {
    /// Set the credential of an account, from standard input or a file. A parked actor resumes with it.
    Set {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The platform's name; a wrong one is answered with those there are.
        platform: String,
        /// The account's id there, when the organization has two.
        #[arg(long)]
        account: Option<String>,
        /// Read it from this file instead of standard input.
        #[arg(long)]
        file: Option<PathBuf>,
        #[command(flatten)]
        common: Common,
    },
    /// Wrap every credential and stored payload with the newest key of ENCRYPTION_KEY. The daemon may run meanwhile.
    Rotate {
        #[command(flatten)]
        common: Common,
    },
}

impl Credentials {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Set { organization, platform, account, file, common } => {
                let secret = read(file)?;
                let database = open(&common).await?;
                let set = set(&database, &organization, &platform, account.as_deref(), &secret).await;
                database.close().await;
                set?;
                say::line("set");
                Ok(())
            }
            Self::Rotate { common } => {
                let database = open(&common).await?;
                let rotated = rotate(&database).await;
                database.close().await;
                say::line(&format!("{} wrapped with key version {}", rotated?, rotated_version(&common)?));
                Ok(())
            }
        }
    }
}

fn rotated_version(common: &Common) -> Result<u32, Failure> {
    Ok(common.load()?.security.encryption_keys.map_or(1, |keys| keys.current()))
}

pub(super) fn read(file: Option<PathBuf>) -> Result<SecretString, Failure> {
    let mut text = Zeroizing::new(String::new());
    match &file {
        Some(path) => {
            let opened = std::fs::File::open(path);
            let read = opened.and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
            read.map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        }
        None => {
            if std::io::stdin().is_terminal() {
                say::line("Paste the credential, then press Enter and Ctrl-D:");
            }
            std::io::stdin().take(LONGEST + 1).read_to_string(&mut text)?;
        }
    }
    let secret = text.trim();
    if secret.is_empty() || text.len() as u64 > LONGEST {
        let said = format!("the credential must be 1 to {LONGEST} bytes long; {} were read", text.len());
        return Err(Failure { code: 64, said });
    }
    Ok(SecretString::from(secret.to_owned()))
}

async fn set(
    database: &Database,
    organization: &str,
    platform: &str,
    account: Option<&str>,
    secret: &SecretString,
) -> Result<(), Failure> {
    let organization = find(database, organization).await?;
    let now = Clock::system().now();
    let mut session = database.store.session(organization.id).await?;
    let tenant = session.begin(None).await?;
    let listed = accounts::list(&tenant).await?;
    let mut of_platform: Vec<_> = listed
        .iter()
        .filter(|listed| listed.platform == platform && account.is_none_or(|id| listed.external_id == id))
        .collect();
    let found = match (of_platform.pop(), of_platform.len()) {
        (Some(found), 0) => found,
        (None, _) => {
            let name = &organization.name;
            return Err(Failure::new(format!(
                "{name} has no such {platform} account; `routiq org add-account` adds one"
            )));
        }
        (Some(_), _) => {
            return Err(Failure::new(format!("there are two {platform} accounts: name one with --account")));
        }
    };
    let id = Ids::random().next(now);
    accounts::set_credential(&tenant, &database.keys, (found.id, platform), secret, id, "command line", now)
        .await?;
    tenant.commit().await?;
    drop(session);
    let details = json!({ "platform": platform });
    note(database, organization.id, "credential.set", "account", &found.id.to_string(), &details).await
}

async fn rotate(database: &Database) -> Result<u64, Failure> {
    let mut wrapped = 0;
    for organization in organizations::list(&database.store).await? {
        let mut session = database.store.session(organization.id).await?;
        let mut here = 0;
        loop {
            let tenant = session.begin(None).await?;
            let done = accounts::rewrap(&tenant, &database.keys, Clock::system().now(), BATCH).await?;
            tenant.commit().await?;
            if done == 0 {
                break;
            }
            here += done;
        }
        drop(session);
        if here > 0 {
            let details = json!({ "wrapped": here, "key_version": database.keys.current() });
            let id = organization.id.to_string();
            note(database, organization.id, "credentials.rotate", "organization", &id, &details).await?;
        }
        wrapped += here;
    }
    Ok(wrapped)
}
