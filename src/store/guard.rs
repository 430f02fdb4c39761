//! Proves that no organization can see another: at start, and again while running.
//!
//! The catalogs are read as the daemon's own login; then, as each login that works under row security, every tenant
//! table is asked for rows without an organization and as organizations that do not exist. Nothing may answer.

use std::fmt;

use tokio_postgres::{Client, Row};

use super::{
    connect::{ConnectError, Login, Target, reason},
    roles::Role,
};

/// The logins that work under row security.
const CONFINED: [Role; 2] = [Role::Daemon, Role::Dashboard];
/// Memberships that let a login read or write everywhere its grants do not reach.
const FAR_REACHING: [&str; 2] = ["pg_read_all_data", "pg_write_all_data"];

/// As whom the tables are asked. No id of ours looks like these.
const SITUATIONS: [(&str, Option<&str>); 3] = [
    ("without an organization", None),
    ("as an organization that does not exist", Some("00000000-0000-0000-0000-0000000000a1")),
    ("as an organization that does not exist", Some("00000000-0000-0000-0000-0000000000b2")),
];

/// What is wrong with the isolation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The login does not exist.
    Missing,
    /// The login is a superuser: no policy binds it.
    Superuser,
    /// The login bypasses row security.
    BypassesRowSecurity,
    /// The login may create roles, and so lend itself others' rights.
    CreatesRoles,
    /// The login owns a table or view, and may so lift its protection.
    Owns(String),
    /// The login has the rights of another role.
    MemberOf(String),
    /// The table has no row security.
    RowSecurityOff,
    /// The table's row security does not bind its owner.
    RowSecurityNotForced,
    /// No policy of the table is for a login that uses it.
    NoPolicy(Role),
    /// A policy shows or takes other rows than the organization's.
    WrongPolicy {
        /// Its name.
        policy: String,
        /// What it says instead.
        expression: String,
    },
    /// The view reads with its owner's rights.
    ViewWithOwnersRights,
    /// A copy of rows carries no row security.
    Materialized,
    /// Rows were shown that nobody may see.
    Shows {
        /// To which login.
        user: String,
        /// In which situation.
        situation: &'static str,
    },
}

/// One hole in the isolation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The login, table or view.
    pub object: String,
    /// What is wrong with it.
    pub problem: Problem,
    /// The statement that mends it, to be run by an administrator.
    pub mend: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let object = &self.object;
        match &self.problem {
            Problem::Missing => write!(f, "{object} does not exist")?,
            Problem::Superuser => write!(f, "{object} is a superuser")?,
            Problem::BypassesRowSecurity => write!(f, "{object} bypasses row security")?,
            Problem::CreatesRoles => write!(f, "{object} may create roles")?,
            Problem::Owns(what) => write!(f, "{object} owns {what}")?,
            Problem::MemberOf(role) => write!(f, "{object} has the rights of {role}")?,
            Problem::RowSecurityOff => write!(f, "{object} has no row security")?,
            Problem::RowSecurityNotForced => write!(f, "{object} does not force row security")?,
            Problem::NoPolicy(role) => write!(f, "{object} has no policy for {}", role.name())?,
            Problem::WrongPolicy { policy, expression } => {
                write!(f, "policy {policy} of {object} says {expression}")?;
            }
            Problem::ViewWithOwnersRights => write!(f, "view {object} reads with its owner's rights")?,
            Problem::Materialized => write!(f, "materialized view {object} carries no row security")?,
            Problem::Shows { user, situation } => write!(f, "{object} shows rows to {user} {situation}")?,
        }
        write!(f, ". Mend: {}", self.mend)
    }
}

/// Why the isolation is not proved.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// No session.
    #[error("{0}")]
    Connect(#[from] ConnectError),
    /// The catalogs could not be read.
    #[error("the isolation between organizations cannot be checked: {0}")]
    Server(String),
    /// There are holes.
    #[error("the isolation between organizations does not hold:{}", list(.0))]
    Unprotected(Vec<Violation>),
}

fn list(violations: &[Violation]) -> String {
    violations.iter().map(|violation| format!("\n- {violation}")).collect()
}

/// Refuses to go on unless [`probe`] finds nothing.
pub async fn ensure(target: &Target, logins: &[Login]) -> Result<(), GuardError> {
    match probe(target, logins).await? {
        violations if violations.is_empty() => Ok(()),
        violations => Err(GuardError::Unprotected(violations)),
    }
}

/// Everything that is wrong: [`check`], and what the confined logins among `logins` really get to see.
pub async fn probe(target: &Target, logins: &[Login]) -> Result<Vec<Violation>, GuardError> {
    let mut violations = check(target, logins).await?;
    for login in logins {
        match login.role {
            Some(role) if CONFINED.contains(&role) => match try_out(target, login).await {
                Ok(shown) => violations.extend(shown),
                // A policy that is already known to be wrong may well refuse the question.
                Err(GuardError::Server(_)) if !violations.is_empty() => {}
                Err(error) => return Err(error),
            },
            _ => {}
        }
    }
    Ok(violations)
}

/// What the catalogs say is wrong with these logins and with the tables, views and policies. Any login may ask: the
/// first one does.
pub async fn check(target: &Target, logins: &[Login]) -> Result<Vec<Violation>, GuardError> {
    let Some(first) = logins.first() else { return Ok(Vec::new()) };
    let client = target.connect(first).await?;
    let mut violations = check_logins(&client, logins).await?;
    let policies = ask(&client, include_str!("../../sql/checks/policies.sql"), &[]).await?;
    for table in tables(&client, &CONFINED.map(Role::name)).await? {
        let own: Vec<Policy> = policies
            .iter()
            .filter(|row| row.get::<_, &str>("table_name") == table.name)
            .map(Policy::from)
            .collect();
        table.check(&own, &mut violations);
    }
    for row in ask(&client, include_str!("../../sql/checks/views.sql"), &[]).await? {
        let object: String = row.get("name");
        violations.push(if row.get("materialized") {
            let mend = format!("drop materialized view {object}");
            Violation { object, problem: Problem::Materialized, mend }
        } else {
            let mend = format!("alter view {object} set (security_invoker = true)");
            Violation { object, problem: Problem::ViewWithOwnersRights, mend }
        });
    }
    Ok(violations)
}

async fn check_logins(client: &Client, logins: &[Login]) -> Result<Vec<Violation>, GuardError> {
    let names: Vec<&str> = logins.iter().map(|login| login.user.as_str()).collect();
    let rows = ask(client, include_str!("../../sql/checks/logins.sql"), &[&names]).await?;
    let mut violations = Vec::new();
    for name in names {
        if !rows.iter().any(|row| row.get::<_, &str>("login") == name) {
            let mend = "run `routiq migrate` with a login that may create roles".to_owned();
            violations.push(Violation { object: name.to_owned(), problem: Problem::Missing, mend });
        }
    }
    for row in rows {
        let (login, role): (String, String) = (row.get("login"), row.get("role"));
        let via: Option<String> = row.get("via");
        let owns: Vec<String> = row.get("owns");
        let mut found = |problem, mend| violations.push(Violation { object: login.clone(), problem, mend });
        if let Some(via) = via {
            let powerful = row.get("superuser") || row.get("bypasses") || !owns.is_empty();
            if powerful || role.starts_with("routiq_") || FAR_REACHING.contains(&role.as_str()) {
                found(Problem::MemberOf(role), format!("revoke {via} from {login}"));
            }
            continue;
        }
        if row.get("superuser") {
            found(Problem::Superuser, format!("alter role {login} nosuperuser"));
        }
        if row.get("bypasses") {
            found(Problem::BypassesRowSecurity, format!("alter role {login} nobypassrls"));
        }
        if row.get("creates_roles") {
            found(Problem::CreatesRoles, format!("alter role {login} nocreaterole"));
        }
        for object in owns {
            let mend = format!("alter table {object} owner to {}", Role::Owner.name());
            found(Problem::Owns(object), mend);
        }
    }
    Ok(violations)
}

/// One table with rows of organizations, or one without that a confined login may use all the same.
struct Table {
    name: String,
    /// The column that names the organization; empty where rows reach one in another way, which only trying can prove.
    key: String,
    enabled: bool,
    forced: bool,
    users: Vec<String>,
    readers: Vec<String>,
}

/// The tables, with those of `logins` that may use them.
async fn tables(client: &Client, logins: &[&str]) -> Result<Vec<Table>, GuardError> {
    let rows = ask(client, include_str!("../../sql/checks/tables.sql"), &[&logins]).await?;
    Ok(rows
        .iter()
        .map(|row| Table {
            name: row.get("name"),
            key: row.get("key"),
            enabled: row.get("enabled"),
            forced: row.get("forced"),
            users: row.get("users"),
            readers: row.get("readers"),
        })
        .collect())
}

impl Table {
    fn full_name(&self) -> String {
        format!("routiq.{}", self.name)
    }

    /// What every policy must say.
    fn condition(&self) -> String {
        format!(
            "{} = (select nullif(current_setting('app.current_organization_id', true), '')::uuid)",
            self.key
        )
    }

    fn check(&self, policies: &[Policy], violations: &mut Vec<Violation>) {
        let (table, condition) = (self.full_name(), self.condition());
        let mut found = |problem, mend| violations.push(Violation { object: table.clone(), problem, mend });
        if !self.enabled {
            found(Problem::RowSecurityOff, format!("alter table {table} enable row level security"));
        }
        if !self.forced {
            found(Problem::RowSecurityNotForced, format!("alter table {table} force row level security"));
        }
        if self.key.is_empty() {
            return;
        }
        for role in CONFINED {
            let uses = self.users.iter().any(|user| user == role.name());
            if uses && !policies.iter().any(|policy| policy.is_for(role)) {
                let mend = format!(
                    "create policy tenant_{role} on {table} to {role} using ({condition}) with check ({condition})",
                    role = role.name()
                );
                found(Problem::NoPolicy(role), mend);
            }
        }
        for policy in policies.iter().filter(|policy| CONFINED.iter().any(|role| policy.is_for(*role))) {
            if let Some(expression) = policy.differs_from(&condition) {
                let mend = policy.mend(&table, &condition);
                found(Problem::WrongPolicy { policy: policy.name.clone(), expression }, mend);
            }
        }
    }
}

/// One permissive policy.
struct Policy {
    name: String,
    roles: Vec<String>,
    command: String,
    shown: Option<String>,
    written: Option<String>,
}

impl From<&Row> for Policy {
    fn from(row: &Row) -> Self {
        Self {
            name: row.get("name"),
            roles: row.get("roles"),
            command: row.get("command"),
            shown: row.get("shown"),
            written: row.get("written"),
        }
    }
}

impl Policy {
    fn is_for(&self, role: Role) -> bool {
        self.roles.iter().any(|name| name == "public" || name == role.name())
    }

    /// Which rows are shown, unless it is for writing new ones only.
    fn shows(&self) -> bool {
        self.command != "INSERT"
    }

    /// Which rows are taken, if it is for writing.
    fn writes(&self) -> bool {
        matches!(self.command.as_str(), "ALL" | "INSERT" | "UPDATE")
    }

    /// What it says instead of `condition`, if it does.
    fn differs_from(&self, condition: &str) -> Option<String> {
        let wanted = bare(condition);
        let nothing = || "nothing".to_owned();
        if self.shows() && self.shown.as_deref().map(bare).as_ref() != Some(&wanted) {
            return Some(format!("using {}", self.shown.clone().unwrap_or_else(nothing)));
        }
        // Without a check of its own, what is shown is also what may be written.
        let written = self.written.as_ref().or(if self.shows() { self.shown.as_ref() } else { None });
        if self.writes() && written.map(|text| bare(text)).as_ref() != Some(&wanted) {
            return Some(format!("with check {}", written.cloned().unwrap_or_else(nothing)));
        }
        None
    }

    fn mend(&self, table: &str, condition: &str) -> String {
        let using = if self.shows() { format!(" using ({condition})") } else { String::new() };
        let check = if self.writes() { format!(" with check ({condition})") } else { String::new() };
        format!("alter policy \"{}\" on {table}{using}{check}", self.name)
    }
}

/// An expression without what the server adds or drops when it prints it: spaces, parentheses, casts to text, and the
/// name of a subquery's column. What remains in this one shape has only one meaning.
fn bare(expression: &str) -> String {
    let text: String =
        expression.to_lowercase().chars().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')')).collect();
    text.replace("::text", "").replace("as\"nullif\"", "").replace("asnullif", "")
}

/// Asks every table for rows that nobody may see.
async fn try_out(target: &Target, login: &Login) -> Result<Vec<Violation>, GuardError> {
    let client = target.connect(login).await?;
    let user = &login.user;
    let questions: Vec<String> = tables(&client, &[user])
        .await?
        .iter()
        .filter(|table| table.readers.contains(user))
        .map(|Table { name, .. }| format!("select '{name}' where exists (select from routiq.\"{name}\")"))
        .collect();
    let mut violations: Vec<Violation> = Vec::new();
    if questions.is_empty() {
        return Ok(violations);
    }
    let question = questions.join(" union all ");
    ask_plain(&client, "begin read only; set local statement_timeout = '10s'").await?;
    for (situation, organization) in SITUATIONS {
        if let Some(id) = organization {
            ask_plain(&client, &format!("set local app.current_organization_id = '{id}'")).await?;
        }
        for row in ask(&client, &question, &[]).await? {
            let object = format!("routiq.{}", row.get::<_, &str>(0));
            let problem = Problem::Shows { user: user.clone(), situation };
            if violations.iter().any(|known| known.object == object && known.problem == problem) {
                continue;
            }
            let mend = format!(
                "alter role {user} nosuperuser nobypassrls; alter role {user} reset app.current_organization_id; \
                 alter table {object} enable row level security, force row level security"
            );
            violations.push(Violation { object, problem, mend });
        }
    }
    ask_plain(&client, "rollback").await?;
    Ok(violations)
}

async fn ask(
    client: &Client,
    statement: &str,
    parameters: &[&(dyn tokio_postgres::types::ToSql + Sync)],
) -> Result<Vec<Row>, GuardError> {
    client.query(statement, parameters).await.map_err(|e| GuardError::Server(reason(&e)))
}

async fn ask_plain(client: &Client, statement: &str) -> Result<(), GuardError> {
    client.batch_execute(statement).await.map_err(|e| GuardError::Server(reason(&e)))
}

#[cfg(test)]
mod tests;
