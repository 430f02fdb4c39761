//! What a policy says, compared with the one thing it may say.

use tokio_postgres::Row;

use crate::store::roles::Role;

/// One permissive policy.
pub(super) struct Policy {
    pub(super) name: String,
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
    pub(super) fn is_for(&self, role: Role) -> bool {
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
    pub(super) fn differs_from(&self, condition: &str) -> Option<String> {
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

    pub(super) fn mend(&self, table: &str, condition: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::{
        super::{Problem, Table},
        *,
    };

    const PRINTED: &str = "(organization_id = ( SELECT (NULLIF(current_setting('app.current_organization_id'::text, true), ''::text))::uuid AS \"nullif\"))";

    fn table() -> Table {
        Table {
            name: "contacts".to_owned(),
            key: Some("organization_id".to_owned()),
            enabled: true,
            forced: true,
            users: vec!["routiq_daemon".to_owned()],
            readers: Vec::new(),
        }
    }

    fn policy(command: &str, shown: Option<&str>, written: Option<&str>) -> Policy {
        Policy {
            name: "tenant".to_owned(),
            roles: vec!["routiq_daemon".to_owned()],
            command: command.to_owned(),
            shown: shown.map(str::to_owned),
            written: written.map(str::to_owned),
        }
    }

    fn wrong(policy: Policy) -> bool {
        let mut violations = Vec::new();
        table().check(&[policy], &mut violations);
        violations.iter().any(|v| matches!(v.problem, Problem::WrongPolicy { .. }))
    }

    #[test]
    fn the_one_expression_is_known_as_the_server_prints_it() {
        assert!(!wrong(policy("ALL", Some(PRINTED), Some(PRINTED))));
        assert!(!wrong(policy("ALL", Some(PRINTED), None)));
        assert!(!wrong(policy("SELECT", Some(PRINTED), None)));
        assert!(!wrong(policy("INSERT", None, Some(PRINTED))));
    }

    #[test]
    fn anything_else_is_wrong() {
        let other_key = PRINTED.replacen("organization_id", "account_id", 1);
        let loud = PRINTED.replace("true", "false");
        let or_all = format!("({PRINTED} OR true)");
        for expression in ["true", &other_key, &loud, &or_all] {
            assert!(wrong(policy("ALL", Some(expression), None)), "{expression}");
            assert!(wrong(policy("ALL", Some(PRINTED), Some(expression))), "{expression}");
            assert!(wrong(policy("INSERT", None, Some(expression))), "{expression}");
        }
        assert!(wrong(policy("ALL", None, Some(PRINTED))));
        assert!(wrong(policy("INSERT", None, None)));
    }
}
