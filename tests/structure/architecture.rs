//! Who may know whom, and what no file may hold. `docs/architecture.md` gives the reasons.

use std::collections::BTreeMap;

use crate::source::{Source, files, project, read, sources, words};

/// Who alone may name a library: the word, and the beginnings of the paths that may.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("ractor", &["actors/"]),
    ("tokio_postgres", &["src/store/"]),
    ("deadpool_postgres", &["src/store/"]),
    ("refinery", &["src/store/"]),
    ("routiq_sql", &["src/store/"]),
    ("reqwest", &["src/platforms/", "src/telemetry/slack.rs", "src/telemetry/sentry.rs"]),
    ("warp", &["src/http/", "simulators/"]),
    ("backoff", &["src/platforms/retry.rs"]),
];

/// Which rooms of `src/` a room may know besides itself. `app.rs`, the command line and `lib.rs` see all.
const MAY_KNOW: &[(&str, &[&str])] = &[
    // Each platform says what may stand in its own section.
    ("config", &["platforms"]),
    ("domain", &[]),
    ("platforms", &["domain"]),
    ("store", &["domain"]),
    ("telemetry", &["config"]),
    ("work", &["config", "domain", "platforms", "store", "telemetry"]),
    ("http", &["config", "domain", "store", "telemetry", "work"]),
];

/// What the crate of actors must not even be able to name.
const NOT_FOR_ACTORS: &[&str] =
    &["warp", "hyper", "reqwest", "tokio-postgres", "deadpool-postgres", "refinery", "routiq", "routiq-sql"];

/// A file longer than this needs a reason.
const LONG: usize = 450;
/// Tests are read one at a time, so a file of them may be longer.
const LONG_FOR_TESTS: usize = 550;

/// Files that are longer, and why that is better than two files.
const MAY_BE_LONG: &[(&str, &str)] = &[
    (
        "tests/support/practice.rs",
        "practices, their clock and their daemon are one bench for the tests of the synchronization",
    ),
    ("src/store/roles.rs", "making, repairing and opening to the logins is one story, told once"),
];

/// Everything that is ours and shipped.
fn ours() -> Vec<Source> {
    sources(&["src", "actors", "simulators"])
}

fn complain(about: &str, found: &[String]) {
    assert!(found.is_empty(), "{about}:\n  {}", found.join("\n  "));
}

#[test]
fn each_library_is_named_where_it_belongs() {
    let mut found = Vec::new();
    for source in ours() {
        for (word, places) in MAY_NAME {
            // A word of their own meaning elsewhere counts only as a path: `backoff::`, `use warp`.
            let named = source.code.contains(&format!("use {word}"))
                || source.code.match_indices(&format!("{word}::")).any(|(at, _)| {
                    let before = source.code[..at].chars().next_back();
                    !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                });
            if named && !places.iter().any(|place| source.path.starts_with(place)) {
                found.push(format!("{} names {word}", source.path));
            }
        }
    }
    complain("a library outside its room", &found);
}

#[test]
fn knowledge_flows_downwards() {
    let mut found = Vec::new();
    for source in sources(&["src"]) {
        let inside = source.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        let room = inside.split('/').next().unwrap_or_default();
        let Some((_, known)) = MAY_KNOW.iter().find(|(name, _)| *name == room) else { continue };
        let mut met = source.rooms();
        // The way round: up to the root and down again.
        let up = "super::".repeat(inside.split('/').count());
        met.extend(
            source
                .code
                .match_indices(&up)
                .filter_map(|(at, _)| words(&source.code[at + up.len()..]).next().map(str::to_owned)),
        );
        for other in met {
            let is_room = MAY_KNOW.iter().any(|(name, _)| *name == other)
                || ["app", "cli", "demo"].contains(&other.as_str());
            if is_room && other != room && !known.contains(&other.as_str()) {
                found.push(format!("{} knows {other}", source.path));
            }
        }
    }
    complain("knowledge that flows upwards or sideways", &found);
}

#[test]
fn statements_stand_in_sql_or_in_the_store() {
    let found: Vec<String> = ours()
        .iter()
        .filter(|source| !source.path.starts_with("src/store/"))
        .flat_map(|source| {
            let statements = source.strings.iter().filter(|text| is_statement(text));
            statements
                .map(|text| format!("{}: {}", source.path, text.trim().chars().take(60).collect::<String>()))
        })
        .collect();
    complain("SQL outside sql/ and src/store/", &found);
}

/// Whether a text is SQL: it begins with a verb and goes on as one does.
fn is_statement(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut words = words(&text);
    let (Some(verb), Some(next)) = (words.next(), words.next()) else { return false };
    let rest: Vec<&str> = words.collect();
    match verb {
        "select" => rest.contains(&"from") || text.contains("current_") || text.contains('('),
        "insert" | "merge" => next == "into",
        "delete" => next == "from",
        "update" => rest.contains(&"set"),
        "with" => text.contains(" as (") || text.contains(" as materialized ("),
        "create" | "alter" | "drop" => {
            ["table", "index", "role", "schema", "database", "view", "policy", "function"].contains(&next)
        }
        "set" => next == "local" || text.contains(" = ") && text.contains("app."),
        "truncate" | "grant" | "revoke" | "copy" => {
            rest.iter().any(|word| ["on", "to", "from"].contains(word))
        }
        _ => false,
    }
}

#[test]
fn actors_cannot_name_what_they_must_not_know() {
    let manifest: toml::Table = read("actors/Cargo.toml").parse().unwrap();
    let mut found = Vec::new();
    for (section, table) in &manifest {
        if section.contains("dependencies") || section == "target" {
            let text = table.to_string();
            found.extend(
                NOT_FOR_ACTORS
                    .iter()
                    .filter(|name| {
                        text.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))
                            .any(|word| word == **name)
                    })
                    .map(|name| format!("{section}: {name}")),
            );
        }
    }
    complain("actors/Cargo.toml", &found);
}

#[test]
fn the_simulators_share_no_code_with_the_program() {
    let manifest: toml::Table = read("simulators/Cargo.toml").parse().unwrap();
    let text = manifest.get("dependencies").unwrap().to_string();
    for name in ["routiq-actors", "routiq-sql", "routiq =", "reqwest"] {
        assert!(!text.contains(name), "simulators/Cargo.toml depends on {name}");
    }
    let found: Vec<String> = sources(&["simulators"])
        .into_iter()
        .filter(|source| ["routiq", "routiq_actors", "routiq_sql"].iter().any(|name| source.names(name)))
        .map(|source| source.path)
        .collect();
    complain("simulators that know the program", &found);
}

#[test]
fn files_stay_small() {
    let mut found: Vec<String> = ours()
        .into_iter()
        .chain(sources(&["tests", "benches"]))
        .filter(|source| {
            let tests = source.path.contains("tests/") || source.path.ends_with("tests.rs");
            source.lines > if tests { LONG_FOR_TESTS } else { LONG }
        })
        .filter(|source| !MAY_BE_LONG.iter().any(|(path, _)| *path == source.path))
        .map(|source| format!("{} has {} lines", source.path, source.lines))
        .collect();
    found.extend(
        MAY_BE_LONG
            .iter()
            .filter(|(path, _)| {
                std::fs::read_to_string(project().join(path)).is_ok_and(|text| text.lines().count() <= LONG)
            })
            .map(|(path, _)| format!("{path} is short again: take it off the list")),
    );
    let main = read("src/main.rs").lines().count();
    if main >= 60 {
        found.push(format!("src/main.rs has {main} lines; it only starts the command line"));
    }
    complain("too long", &found);
}

#[test]
fn nothing_is_left_for_later() {
    let found: Vec<String> = ours()
        .iter()
        .filter(|source| source.code.contains("todo!") || source.code.contains("unimplemented!"))
        .map(|source| source.path.clone())
        .collect();
    complain("todo!", &found);
}

#[test]
fn adapters_have_the_same_files() {
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in files("src/platforms", ".rs") {
        if let Some((folder, file)) = path.trim_start_matches("src/platforms/").split_once('/') {
            folders.entry(folder.to_owned()).or_default().push(file.to_owned());
        }
    }
    let mut found = Vec::new();
    for (platform, files) in &folders {
        // A platform that only calls us has nothing to ask.
        if !files.iter().any(|name| name == "client.rs") {
            continue;
        }
        for file in ["wire.rs", "map.rs"] {
            let folder = file.replace(".rs", "/");
            if !files.iter().any(|name| name == file || name.starts_with(&folder)) {
                found.push(format!("src/platforms/{platform} has no {file}"));
            }
        }
    }
    complain("an adapter of another shape", &found);
}

#[test]
fn the_rules_notice_what_they_forbid() {
    let statements = [
        "select 1 from routiq.contacts",
        "INSERT INTO routiq.messages (id) values ($1)",
        "with a as (select 1) select * from a",
        "set local statement_timeout = 5",
        "update routiq.contacts set name = $1",
    ];
    for text in statements {
        assert!(is_statement(text), "{text}");
    }
    for text in ["select one of them", "update the board", "with {name}", "drop", "create an account first"] {
        assert!(!is_statement(text), "{text}");
    }
}
