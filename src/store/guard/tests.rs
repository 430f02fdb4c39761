use super::*;

const PRINTED: &str = "(organization_id = ( SELECT (NULLIF(current_setting('app.current_organization_id'::text, true), ''::text))::uuid AS \"nullif\"))";

fn table() -> Table {
    Table {
        name: "contacts".to_owned(),
        key: "organization_id".to_owned(),
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
