//! The documents: what they point to exists, and they say nothing that belongs to somebody's machine.

use std::path::Path;

use crate::source::{files, project, read};

/// Every document.
fn documents() -> Vec<String> {
    let mut all = files("docs", ".md");
    all.extend(["README.md", "CHANGELOG.md"].map(str::to_owned));
    all
}

/// The targets of `[text](target)` in a document.
fn links(text: &str) -> Vec<&str> {
    text.match_indices("](").filter_map(|(at, _)| text[at + 2..].split(')').next()).collect()
}

#[test]
fn links_lead_to_files_that_exist() {
    for path in documents() {
        for link in links(&read(&path)) {
            let target = link.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let folder = Path::new(&path).parent().unwrap();
            assert!(project().join(folder).join(target).exists(), "{path} points to {link}");
        }
    }
}

#[test]
fn files_named_in_the_documents_exist() {
    let roots = [
        "src/",
        "actors/",
        "simulators/",
        "sql/",
        "config/",
        "deploy/",
        "docs/",
        "tests/",
        "benches/",
        ".ci/",
        "dashboard/",
    ];
    for path in documents() {
        if path.starts_with("docs/decisions/") {
            // A record speaks of its day.
            continue;
        }
        for quoted in read(&path).split('`').skip(1).step_by(2) {
            let is_path = roots.iter().any(|root| quoted.starts_with(root))
                && !quoted.contains([' ', '*', '<', '{', '…', '\n']);
            let file = quoted.split("::").next().unwrap_or_default();
            assert!(!is_path || project().join(file).exists(), "{path} names {quoted}");
        }
    }
}

#[test]
fn every_decision_is_listed_and_says_why() {
    let list = read("docs/decisions/README.md");
    for path in files("docs/decisions", ".md") {
        let name = path.rsplit('/').next().unwrap();
        if name == "README.md" {
            continue;
        }
        assert!(list.contains(name), "docs/decisions/README.md does not list {name}");
        let text = read(&path);
        for heading in ["## Why", "## What it costs"] {
            assert!(text.contains(heading), "{path} has no {heading:?}");
        }
    }
}

#[test]
fn every_setting_of_the_defaults_is_in_the_operators_manual() {
    let manual = read("docs/operations.md");
    for section in read("config/default.toml").lines().filter(|line| line.starts_with('[')) {
        assert!(manual.contains(&format!("`{section}`")), "docs/operations.md does not speak of {section}");
    }
    for name in [
        "DATABASE_URL",
        "MIGRATION_DATABASE_URL",
        "PORT",
        "PROMETHEUS_PORT",
        "LOG_LEVEL",
        "SYNC_INTERVAL",
        "MAX_WORKERS",
        "RATE_LIMIT_PER_MINUTE",
        "ENCRYPTION_KEY",
        "CLERK_SECRET_KEY",
        "SENTRY_DSN",
        "REDIS_URL",
    ] {
        assert!(manual.contains(&format!("`{name}`")), "docs/operations.md does not speak of {name}");
    }
}
