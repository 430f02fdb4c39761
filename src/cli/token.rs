//! `routiq token`: keys of services; and tokens for trying things out on a developer's machine.

use std::{net::Ipv4Addr, time::Duration};

use clap::{Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use routiq_actors::clock::Clock;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use uuid::Uuid;

use super::{
    Common, Failure,
    org::{find, note, open},
    say,
};
use crate::{
    config::value::parse_duration,
    domain::{ids::Ids, role::Role},
    http::{is_machine, make_key},
    store::guests::{self, KnownBy, NewKey},
};

/// How long the daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
const BY: &str = "command line";

#[derive(Debug, Subcommand)]
pub(super) enum Token {
    /// Make a key for a service of an organization; it is shown this once.
    Create {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// What people call the service.
        name: String,
        /// What it may do.
        #[arg(long, value_enum, default_value = "viewer")]
        role: GuestRole,
        /// How long it holds, such as 2160h; for ever when not given.
        #[arg(long = "for", value_name = "DURATION")]
        lasting: Option<String>,
        /// Bind this machine of Clerk's, mch_…, instead of making a key.
        #[arg(long, value_name = "ID")]
        machine: Option<String>,
        #[command(flatten)]
        common: Common,
    },
    /// List an organization's keys; never the keys themselves.
    List {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        #[command(flatten)]
        common: Common,
    },
    /// Take a key back; open sockets end.
    Revoke {
        /// The organization: our id, Clerk's, or its name.
        organization: String,
        /// The key's id.
        id: Uuid,
        #[command(flatten)]
        common: Common,
    },
    /// Print a session token of an invented member, good for a quarter of an hour, from a daemon on this machine that
    /// issues its own, such as the demo.
    Dev {
        /// The organization: our id, Clerk's, or its name; the first when not given.
        #[arg(long, value_name = "ORGANIZATION")]
        org: Option<String>,
        /// As what: viewer, staff, admin or owner.
        #[arg(long, default_value = "viewer")]
        role: String,
        /// The daemon's port.
        #[arg(long, default_value_t = 8000)]
        port: u16,
    },
}

/// What somebody from outside may be.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum GuestRole {
    Viewer,
    Staff,
    Admin,
}

impl GuestRole {
    pub(super) fn role(self) -> Role {
        match self {
            Self::Viewer => Role::Viewer,
            Self::Staff => Role::Staff,
            Self::Admin => Role::Admin,
        }
    }
}

/// When something ends that lasts so long from `now`.
pub(super) fn until(lasting: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    let wrong = |why: String| Failure { code: 64, said: format!("--for {lasting}: {why}, such as 2h") };
    let duration = parse_duration(lasting).map_err(wrong)?;
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    if duration.is_zero() {
        return Err(wrong("must be longer".to_owned()));
    }
    now.checked_add(duration).map_err(|_| wrong("is too long".to_owned()))
}

impl Token {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let now = Clock::system().now();
        match self {
            Self::Create { organization, name, role, lasting, machine, common } => {
                let role = role.role();
                if !(1..=100).contains(&name.chars().count()) || name.chars().any(char::is_control) {
                    return Err(Failure {
                        code: 64,
                        said: "the name must be 1 to 100 plain characters".to_owned(),
                    });
                }
                if let Some(machine) = machine.as_ref().filter(|machine| !is_machine(machine)) {
                    return Err(Failure {
                        code: 64,
                        said: format!("--machine {machine}: is no id of Clerk's, mch_…"),
                    });
                }
                let expires_at = lasting.map(|lasting| until(&lasting, now)).transpose()?;
                let database = open(&common).await?;
                let organization = find(&database, &organization).await?;
                let (made, id) = (make_key(), Ids::random().next(now));
                let known_by = match &machine {
                    Some(machine) => KnownBy::Machine(machine),
                    None => KnownBy::Key(&made.digest, &made.hint),
                };
                let new = NewKey { id, name: &name, role, known_by, by: BY, expires_at };
                let details = json!({"name": name, "role": role.name(), "machine_id": machine});
                note(&database, organization.id, "service_key.add", "service_key", &id.to_string(), &details)
                    .await?;
                let mut session = database.store.session(organization.id).await?;
                let tenant = session.begin(None).await?;
                guests::add_key(&tenant, &new, now).await?;
                tenant.commit().await?;
                drop(session);
                database.close().await;
                say::line(&machine.unwrap_or(made.key));
            }
            Self::List { organization, common } => {
                let database = open(&common).await?;
                let organization = find(&database, &organization).await?;
                let mut session = database.store.session(organization.id).await?;
                let tenant = session.begin(None).await?;
                for key in guests::keys(&tenant).await? {
                    let known_by =
                        key.machine_id.unwrap_or_else(|| format!("{}…", key.hint.unwrap_or_default()));
                    let used = key.last_used_at.map_or("never".to_owned(), |at| format!("{at:.0}"));
                    let ended = match (key.revoked_at, key.expires_at) {
                        (Some(at), _) => format!("  taken back {at:.0}"),
                        (None, Some(end)) => format!("  until {end:.0}"),
                        (None, None) => String::new(),
                    };
                    say::line(&format!(
                        "{}  {}  {}  {known_by}  used {used}{ended}",
                        key.id, key.name, key.role
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
                let name = guests::revoke_key(&tenant, id, BY, now).await?;
                tenant.commit().await?;
                drop(session);
                let details = json!({ "name": name });
                note(
                    &database,
                    organization.id,
                    "service_key.revoke",
                    "service_key",
                    &id.to_string(),
                    &details,
                )
                .await?;
                database.close().await;
                say::line("taken back");
            }
            Self::Dev { org, role, port } => {
                let wanted = json!({"organization": org, "role": role});
                let answer = timeout(PATIENCE, ask(port, &wanted))
                    .await
                    .map_err(|_| Failure::new("no answer in 10 s"))??;
                match answer["token"].as_str() {
                    Some(token) => say::line(token),
                    None if answer["error"]["code"] == "NOT_FOUND" => {
                        return Err(Failure::new(
                            "no such organization, or the daemon there issues no tokens (sessions.development_issuer)",
                        ));
                    }
                    None => return Err(Failure::new(answer["detail"].as_str().unwrap_or("no token came"))),
                }
            }
        }
        Ok(())
    }
}

/// What the daemon on this machine answers.
async fn ask(port: u16, body: &Value) -> Result<Value, Failure> {
    let body = body.to_string();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let head = format!(
        "POST /dev/token HTTP/1.1\r\nhost: localhost:{port}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(64 * 1024).read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    let (_, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    serde_json::from_str(body).map_err(|_| Failure::new("the answer is none of routiq's"))
}
