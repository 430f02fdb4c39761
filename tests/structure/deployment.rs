//! `deploy/`, the Dockerfile and the configuration name only what the program has.

use std::collections::BTreeSet;

use routiq::telemetry::metrics::{Kind, METRICS};

use crate::source::{files, read, words};

/// Metrics that Prometheus makes itself.
const OF_PROMETHEUS: &[&str] = &["up"];

/// Every name under which the program's metrics appear at Prometheus.
fn exported() -> BTreeSet<String> {
    METRICS
        .iter()
        .flat_map(|metric| match metric.kind {
            Kind::Histogram => {
                ["_bucket", "_sum", "_count"].map(|end| format!("{}{end}", metric.name)).to_vec()
            }
            Kind::Counter | Kind::Gauge => vec![metric.name.to_owned()],
        })
        .collect()
}

#[test]
fn rules_and_dashboards_name_only_metrics_that_exist() {
    let exported = exported();
    let recorded: BTreeSet<String> = read("deploy/prometheus/rules.yml")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- record: ").map(str::to_owned))
        .collect();
    let mut paths = files("deploy/prometheus", ".yml");
    paths.extend(files("deploy/grafana", ".json"));
    assert!(paths.len() >= 3, "{paths:?}");
    for path in paths {
        for line in read(&path).lines() {
            for word in words(line).filter(|word| word.starts_with("routiq_")) {
                let database = word == "routiq_owner" || word == "routiq_daemon";
                let known =
                    exported.contains(word) || OF_PROMETHEUS.contains(&word) || recorded.contains(word);
                assert!(known && !database, "{path} names {word}, which is no metric: {line}");
            }
        }
    }
}

#[test]
fn every_metric_is_shown_or_watched() {
    let mut shown = read("deploy/prometheus/rules.yml");
    for path in files("deploy/grafana", ".json") {
        shown.push_str(&read(&path));
    }
    let missing: Vec<&str> =
        METRICS.iter().map(|metric| metric.name).filter(|name| !shown.contains(name)).collect();
    assert!(missing.is_empty(), "in no rule and on no dashboard: {missing:?}");
}

#[test]
fn dashboards_are_json_and_their_panels_have_titles() {
    for path in files("deploy/grafana", ".json") {
        let dashboard: serde_json::Value = serde_json::from_str(&read(&path)).unwrap();
        let panels = dashboard["panels"].as_array().unwrap();
        assert!(!panels.is_empty(), "{path}");
        let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
        assert_eq!(ids.len(), panels.len(), "{path}: an id stands twice");
        for panel in panels {
            assert!(panel["title"].as_str().is_some_and(|title| !title.is_empty()), "{path}: {panel}");
        }
    }
}

/// The variables a file sets: `NAME=` and `NAME:` in capitals at the beginning of a line.
fn variables(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| {
            let line = line
                .trim()
                .trim_start_matches("- ")
                .trim_start_matches("Environment=")
                .trim_start_matches("ENV ");
            let (name, _) = line.split_once(['=', ':'])?;
            let is_name = name.len() > 2
                && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            is_name.then(|| name.to_owned())
        })
        .collect()
}

#[test]
fn deployments_set_only_variables_the_program_reads() {
    let defaults = read("config/default.toml");
    let others =
        ["POSTGRES_PASSWORD", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_INITDB_ARGS", "DEBIAN_FRONTEND"];
    for path in ["Dockerfile", "deploy/compose.yaml", "deploy/routiq.service", "deploy/railway.toml"] {
        for name in variables(&read(path)) {
            if name.starts_with("GF_") || others.contains(&name.as_str()) {
                continue;
            }
            let known = match name.strip_prefix("ROUTIQ_") {
                Some("ENV") => true,
                Some(key) => {
                    let key = key.to_lowercase();
                    let key = key.rsplit("__").next().unwrap_or_default();
                    defaults
                        .lines()
                        .any(|line| line.trim_start_matches("# ").starts_with(&format!("{key} =")))
                }
                None => defaults.contains(&name),
            };
            assert!(known, "{path} sets {name}, which the program does not read");
        }
    }
    let task: serde_json::Value = serde_json::from_str(&read("deploy/ecs-task.json")).unwrap();
    let container = &task["containerDefinitions"][0];
    let named = ["environment", "secrets"].iter().flat_map(|list| container[*list].as_array().unwrap());
    for name in named.map(|entry| entry["name"].as_str().unwrap()) {
        assert!(name == "ROUTIQ_ENV" || defaults.contains(name), "deploy/ecs-task.json sets {name}");
    }
}

#[test]
fn every_deployment_asks_for_health() {
    for (path, how) in [
        ("Dockerfile", r#"CMD ["routiq", "health"]"#),
        ("deploy/ecs-task.json", r#"["CMD", "routiq", "health"]"#),
        ("deploy/railway.toml", r#"healthcheckPath = "/health""#),
    ] {
        assert!(read(path).contains(how), "{path}");
    }
    assert!(read("Dockerfile").contains("--interval=30s --timeout=10s"));
}
