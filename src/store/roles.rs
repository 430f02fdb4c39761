//! The logins of the database: each sees what its work needs and nothing else.
//!
//! None is a superuser, none bypasses row security, none is a member of another. Over the embedded socket they need
//! no password; at a server each has one derived from one secret, so that none is stored anywhere.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use tokio_postgres::{Client, Row, error::SqlState};

use super::connect::{ConnectError, Login, Target, reason};

/// One login, by what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Owns the schemas and runs migrations; serves nothing.
    Owner,
    /// Tenant work, under row security.
    Daemon,
    /// Who an organization, a hook or a key belongs to.
    Directory,
    /// Which actors there are, and their generations.
    Roster,
    /// How fresh everybody is.
    Health,
    /// What operators did.
    Audit,
    /// The journal of webhooks.
    Intake,
    /// The dashboard's views, read only, under row security.
    Dashboard,
}

impl Role {
    /// Every login.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Daemon,
        Self::Directory,
        Self::Roster,
        Self::Health,
        Self::Audit,
        Self::Intake,
        Self::Dashboard,
    ];

    /// Those that serve: all but the owner.
    pub const SERVING: [Self; 7] = [
        Self::Daemon,
        Self::Directory,
        Self::Roster,
        Self::Health,
        Self::Audit,
        Self::Intake,
        Self::Dashboard,
    ];

    /// Its name at the server.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "routiq_owner",
            Self::Daemon => "routiq_daemon",
            Self::Directory => "routiq_directory",
            Self::Roster => "routiq_roster",
            Self::Health => "routiq_health",
            Self::Audit => "routiq_audit",
            Self::Intake => "routiq_intake",
            Self::Dashboard => "routiq_dashboard",
        }
    }

    /// The login under this role's own name.
    pub fn login(self, passwords: &Passwords) -> Login {
        Login { role: Some(self), user: self.name().to_owned(), password: passwords.of(self) }
    }
}

/// Where the logins' passwords come from.
#[derive(Clone, Debug)]
pub enum Passwords {
    /// There are none: whoever reaches the embedded socket is who they say.
    Trusted,
    /// Each is derived from this secret and the login's name.
    Derived(SecretString),
}

impl Passwords {
    /// The password of one login.
    pub fn of(&self, role: Role) -> Option<SecretString> {
        let Self::Derived(secret) = self else { return None };
        // A key of any length is a valid one.
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
        mac.update(b"routiq login ");
        mac.update(role.name().as_bytes());
        Some(SecretString::from(URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
    }
}

/// Why the logins could not be made.
#[derive(Debug, thiserror::Error)]
pub enum RolesError {
    /// The administrator cannot connect.
    #[error("{0}")]
    Connect(#[from] ConnectError),
    /// The administrator may not do it.
    #[error(
        "{user} may not {what}: {said}. Give DATABASE_URL a login with CREATEROLE and CREATEDB, \
         or have an administrator run what is missing"
    )]
    NotAllowed {
        /// The administrator.
        user: String,
        /// What was tried.
        what: String,
        /// The server's words.
        said: String,
    },
    /// A login has rights that only a superuser can take away.
    #[error(
        "{role} is {attributes}, which would lift the isolation between organizations. A superuser must run: {mend}"
    )]
    TooPowerful {
        /// The login.
        role: &'static str,
        /// What it has.
        attributes: String,
        /// The statement that mends it.
        mend: String,
    },
    /// Something else went wrong at the server.
    #[error("the logins could not be prepared ({what}): {said}")]
    Server {
        /// What was tried.
        what: String,
        /// The server's words.
        said: String,
    },
}

/// Which database the logins are to use.
#[derive(Clone, Copy, Debug)]
pub enum Database<'a> {
    /// The one the administrator is connected to.
    Connected,
    /// This one; made, with the owner's login as its owner, unless it is there.
    Named(&'a str),
    /// None yet.
    Later,
}

/// One lock for the cluster: roles are shared by its databases. The number only has to be ours.
const LOCK: i64 = 0x0072_6f75_7469_7101;

/// From this version on a membership is known by who granted it, and holding it does not mean one may act by it.
const MEMBERSHIPS_BY_GRANTOR: i32 = 160_000;

/// Makes or repairs every login and lets them use the database. Safe to repeat, and at once from several places.
///
/// The administrator needs CREATEROLE (and CREATEDB for a new database), not more; passwords are sent as verifiers.
pub async fn bootstrap(
    target: &Target,
    administrator: &Login,
    passwords: &Passwords,
    database: Database<'_>,
) -> Result<(), RolesError> {
    let admin = Admin { client: target.connect(administrator).await?, user: &administrator.user };
    admin.run("wait for others", &format!("select pg_advisory_lock({LOCK})")).await?;
    let outcome = prepare(&admin, passwords, database).await;
    // The lock ends with the session in any case.
    let _ = admin.run("let others go on", &format!("select pg_advisory_unlock({LOCK})")).await;
    outcome
}

/// The database made where an administrator's address names only the server's own.
const DATABASE: &str = "routiq";
/// What every server has for administrators to connect to.
const MAINTENANCE: &str = "postgres";

/// How a server turns somebody away from a database who may still go to another.
const ELSEWHERE: [SqlState; 2] = [SqlState::INVALID_CATALOG_NAME, SqlState::INSUFFICIENT_PRIVILEGE];

/// [`bootstrap`] for the address an operator gave: the database it names is used, made if it is not there; an address
/// that names none, or the server's own, gets a database of ours. Returns where the logins connect to.
pub async fn settle(
    target: &Target,
    administrator: &Login,
    passwords: &Passwords,
) -> Result<Target, RolesError> {
    let name = target.database().filter(|name| *name != MAINTENANCE).unwrap_or(DATABASE).to_owned();
    let own = target.with_database(&name);
    match bootstrap(&own, administrator, passwords, Database::Connected).await {
        // Not there yet; or made by an earlier run, and closed to everybody but the logins.
        Err(RolesError::Connect(e)) if e.source.code().is_some_and(|code| ELSEWHERE.contains(code)) => {
            let server = target.with_database(MAINTENANCE);
            bootstrap(&server, administrator, passwords, Database::Named(&name)).await?;
        }
        other => other?,
    }
    Ok(own)
}

async fn prepare(admin: &Admin<'_>, passwords: &Passwords, database: Database<'_>) -> Result<(), RolesError> {
    let superuser = admin.is_superuser().await?;
    for role in Role::ALL {
        ensure_role(admin, role, superuser).await?;
        if let Some(password) = passwords.of(role) {
            let verifier = postgres_protocol::password::scram_sha_256(password.expose_secret().as_bytes());
            let name = role.name();
            admin
                .run(&format!("set {name}'s password"), &format!("alter role {name} password '{verifier}'"))
                .await?;
        }
    }
    drop_memberships(admin).await?;
    let name = match database {
        Database::Named(name) => {
            ensure_database(admin, name, superuser).await?;
            name.to_owned()
        }
        Database::Connected => {
            let current = admin.rows("ask where I am", "select current_database()").await?;
            current.first().map(|row| row.get(0)).unwrap_or_default()
        }
        Database::Later => return Ok(()),
    };
    open(admin, &name, superuser).await
}

/// What the role may do beyond logging in, and whether it may log in.
async fn ensure_role(admin: &Admin<'_>, role: Role, superuser: bool) -> Result<(), RolesError> {
    const PLAIN: &str = "login nosuperuser nobypassrls nocreatedb nocreaterole noreplication inherit";
    let name = role.name();
    let found = admin
        .rows(
            "look at the roles",
            &format!(
                "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin
                 from pg_roles where rolname = '{name}'"
            ),
        )
        .await?;
    let Some(row) = found.first() else {
        return admin.run(&format!("create the role {name}"), &format!("create role {name} {PLAIN}")).await;
    };
    let has = |column: usize| row.get::<_, bool>(column);
    let extra: Vec<&str> = ["SUPERUSER", "BYPASSRLS", "CREATEDB", "CREATEROLE", "REPLICATION"]
        .into_iter()
        .enumerate()
        .filter_map(|(column, attribute)| has(column).then_some(attribute))
        .collect();
    if !extra.is_empty() {
        let mend = format!("alter role {name} {PLAIN}");
        if !superuser {
            return Err(RolesError::TooPowerful { role: name, attributes: extra.join(", "), mend });
        }
        return admin.run(&format!("take rights from {name}"), &mend).await;
    }
    if !has(5) {
        admin.run(&format!("let {name} log in"), &format!("alter role {name} login")).await?;
    }
    Ok(())
}

/// A membership would lend one login the rights of another.
async fn drop_memberships(admin: &Admin<'_>) -> Result<(), RolesError> {
    let names = Role::ALL.map(|role| format!("'{}'", role.name())).join(", ");
    let found = admin
        .rows(
            "look at the memberships",
            &format!(
                "select quote_ident(granted.rolname), quote_ident(member.rolname), quote_ident(grantor.rolname)
                 from pg_auth_members m
                 join pg_roles granted on granted.oid = m.roleid
                 join pg_roles member on member.oid = m.member
                 join pg_roles grantor on grantor.oid = m.grantor
                 where member.rolname in ({names})"
            ),
        )
        .await?;
    let by_grantor = admin.version().await? >= MEMBERSHIPS_BY_GRANTOR;
    for row in found {
        let (granted, member, grantor): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let by = if by_grantor { format!(" granted by {grantor}") } else { String::new() };
        admin
            .run(&format!("take {granted} from {member}"), &format!("revoke {granted} from {member}{by}"))
            .await?;
    }
    Ok(())
}

async fn ensure_database(admin: &Admin<'_>, name: &str, superuser: bool) -> Result<(), RolesError> {
    let found = admin
        .client
        .query_opt("select 1 from pg_database where datname = $1", &[&name])
        .await
        .map_err(|e| admin.failed("look for the database", &e))?;
    if found.is_some() {
        return Ok(());
    }
    let owner = Role::Owner.name();
    let create = format!("create database {} owner {owner} encoding 'UTF8' template template0", quoted(name));
    if superuser {
        return admin.run("create the database", &create).await;
    }
    // Only who can act as the owner may give the owner something.
    let lent = admin.become_owner().await?;
    let made = admin.run("create the database", &create).await;
    admin.leave_owner(lent).await?;
    made
}

/// Lets the logins into the database `name`, and nobody who was not named.
pub async fn open_database(target: &Target, administrator: &Login, name: &str) -> Result<(), RolesError> {
    let admin = Admin { client: target.connect(administrator).await?, user: &administrator.user };
    let superuser = admin.is_superuser().await?;
    open(&admin, name, superuser).await
}

async fn open(admin: &Admin<'_>, name: &str, superuser: bool) -> Result<(), RolesError> {
    let database = quoted(name);
    let (owner, daemon) = (Role::Owner.name(), Role::Daemon.name());
    let everybody = Role::ALL.map(Role::name).join(", ");
    let grants = format!(
        "revoke all on database {database} from public;
         grant connect on database {database} to {everybody};
         grant temporary on database {database} to {daemon};
         grant create, temporary on database {database} to {owner}"
    );
    let belongs = admin
        .client
        .query_one(
            "select pg_get_userbyid(datdba) = $2, pg_get_userbyid(datdba) = current_user
             from pg_database where datname = $1",
            &[&name, &owner],
        )
        .await
        .map_err(|e| admin.failed("look at the database", &e))?;
    let (owners, mine): (bool, bool) = (belongs.get(0), belongs.get(1));
    if superuser || mine {
        return admin.run("open the database to the logins", &grants).await;
    }
    if owners {
        let lent = admin.become_owner().await?;
        let granted = admin
            .run(
                "open the database to the logins",
                &format!("begin; set local role {owner}; {grants}; commit"),
            )
            .await;
        // Without it the failed block would swallow what follows.
        let _ = admin.run("clear up", "rollback").await;
        admin.leave_owner(lent).await?;
        return granted;
    }
    // Somebody else's database: it may already have been opened for us.
    let opened = admin
        .client
        .query_one("select has_database_privilege($1, $2, 'create')", &[&owner, &name])
        .await
        .map_err(|e| admin.failed("look at the database", &e))?;
    if opened.get(0) {
        return Ok(());
    }
    Err(RolesError::NotAllowed {
        user: admin.user.to_owned(),
        what: format!("open the database {name} to the logins"),
        said: format!(
            "it belongs to another role, who must run: grant create, connect, temporary on database {database} to {owner}"
        ),
    })
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

struct Admin<'a> {
    client: Client,
    user: &'a str,
}

impl Admin<'_> {
    async fn is_superuser(&self) -> Result<bool, RolesError> {
        let me =
            self.rows("ask who I am", "select rolsuper from pg_roles where rolname = current_user").await?;
        Ok(me.first().is_some_and(|row| row.get(0)))
    }

    async fn version(&self) -> Result<i32, RolesError> {
        let rows = self.rows("ask the version", "select current_setting('server_version_num')::int").await?;
        Ok(rows.first().map(|row| row.get(0)).unwrap_or_default())
    }

    /// Makes sure that the administrator can act as the owner; whether that was only lent for now.
    async fn become_owner(&self) -> Result<bool, RolesError> {
        let owner = Role::Owner.name();
        let right = if self.version().await? >= MEMBERSHIPS_BY_GRANTOR { "set" } else { "member" };
        let can = format!("select pg_has_role(current_user, '{owner}', '{right}')");
        let rows = self.rows("ask whether I am the owner", &can).await?;
        if rows.first().is_some_and(|row| row.get(0)) {
            return Ok(false);
        }
        self.run("act as the owner", &format!("grant {owner} to current_user")).await?;
        Ok(true)
    }

    /// Gives back what was lent. The right to grant it again stays with whoever made the role.
    async fn leave_owner(&self, lent: bool) -> Result<(), RolesError> {
        if !lent {
            return Ok(());
        }
        let owner = Role::Owner.name();
        self.run("stop acting as the owner", &format!("revoke {owner} from current_user")).await
    }

    async fn run(&self, what: &str, statement: &str) -> Result<(), RolesError> {
        self.client.batch_execute(statement).await.map_err(|e| self.failed(what, &e))
    }

    async fn rows(&self, what: &str, statement: &str) -> Result<Vec<Row>, RolesError> {
        self.client.query(statement, &[]).await.map_err(|e| self.failed(what, &e))
    }

    fn failed(&self, what: &str, error: &tokio_postgres::Error) -> RolesError {
        let (what, said) = (what.to_owned(), reason(error));
        if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            return RolesError::NotAllowed { user: self.user.to_owned(), what, said };
        }
        RolesError::Server { what, said }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_differ_by_login_and_by_secret_and_stay_the_same() {
        let (one, two) = (Passwords::Derived("one".into()), Passwords::Derived("two".into()));
        let mut seen = std::collections::HashSet::new();
        for passwords in [&one, &two] {
            for role in Role::ALL {
                let password = passwords.of(role).unwrap();
                assert_eq!(password.expose_secret(), passwords.of(role).unwrap().expose_secret());
                assert_eq!(password.expose_secret().len(), 43);
                assert!(seen.insert(password.expose_secret().to_owned()));
            }
        }
        assert!(Passwords::Trusted.of(Role::Daemon).is_none());
    }
}
