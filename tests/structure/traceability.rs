//! `docs/traceability.md`: every requirement names tests, every named test exists.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Source, read, sources};

const TABLE: &str = "docs/traceability.md";

/// The traps: each must name a test.
const TRAPS: [&str; 8] = ["TRP-01", "TRP-02", "TRP-03", "TRP-04", "TRP-05", "TRP-06", "TRP-07", "TRP-08"];

/// One line of the table.
struct Row {
    id: String,
    tests: Vec<String>,
}

/// The rows of every table of the document: `| id | what | tests |`.
fn rows(text: &str) -> Vec<Row> {
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|').collect();
            let [id, _, tests] = cells.as_slice() else { return None };
            let id = id.trim();
            let is_id = id.contains('-') && id.chars().any(|c| c.is_ascii_digit());
            is_id.then(|| Row {
                id: id.to_owned(),
                tests: tests.split('`').skip(1).step_by(2).map(str::to_owned).collect(),
            })
        })
        .collect()
}

/// Every test of the project as `path::name`, from `#[test]`, `#[tokio::test]` and what stands in `proptest!`.
fn tests() -> BTreeSet<String> {
    let all = sources(&["src", "actors", "simulators", "tests"]);
    all.iter()
        .flat_map(|source| names(source).into_iter().map(|name| format!("{}::{name}", source.path)))
        .collect()
}

/// The functions of a file that carry a test's attribute.
fn names(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in source.code.lines().map(str::trim) {
        if line.starts_with("#[") {
            let attribute = line.trim_start_matches("#[").split([']', '(']).next().unwrap_or_default();
            marked |= attribute == "test" || attribute.ends_with("::test");
        }
        if let Some(at) = line.find("fn ")
            && !line.starts_with("//")
        {
            let name = line[at + 3..].split(['(', '<']).next().unwrap_or_default().trim();
            if marked {
                found.push(name.to_owned());
            }
            marked = false;
        }
    }
    found
}

/// What is wrong with a table, given the tests there are.
fn faults(text: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(text) {
        *seen.entry(row.id.clone()).or_default() += row.tests.len();
        if row.tests.is_empty() {
            faults.push(format!("{} names no test", row.id));
        }
        for test in row.tests.iter().filter(|test| !tests.contains(*test)) {
            faults.push(format!("{} names {test}, which does not exist", row.id));
        }
    }
    let mut ids: Vec<String> = rows(text).into_iter().map(|row| row.id).collect();
    ids.sort();
    faults.extend(
        ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| format!("{} stands twice", pair[0])),
    );
    faults.extend(
        TRAPS.iter().filter(|trap| !seen.contains_key(**trap)).map(|trap| format!("{trap} is missing")),
    );
    faults
}

#[test]
fn every_named_test_exists_and_every_trap_has_one() {
    let faults = faults(&read(TABLE), &tests());
    assert!(faults.is_empty(), "{TABLE}:\n  {}", faults.join("\n  "));
}

#[test]
fn a_wrong_table_is_noticed() {
    let tests = BTreeSet::from(["tests/it/a.rs::one".to_owned()]);
    let traps: String = TRAPS.iter().map(|trap| format!("| {trap} | x | `tests/it/a.rs::one` |\n")).collect();
    assert!(faults(&traps, &tests).is_empty());
    let wrong = format!(
        "{traps}| SYN-01 | x | `tests/it/a.rs::two` |\n| SYN-02 | x | none |\n| TRP-01 | x | `tests/it/a.rs::one` |\n"
    );
    assert_eq!(
        faults(&wrong, &tests),
        [
            "SYN-01 names tests/it/a.rs::two, which does not exist",
            "SYN-02 names no test",
            "TRP-01 stands twice"
        ]
    );
    assert_eq!(faults("", &tests).len(), TRAPS.len());
}

#[test]
fn tests_are_found_by_their_attribute() {
    let source = Source::parse(
        "x.rs",
        "#[test]\nfn one() {}\nfn helper() {}\n#[tokio::test(start_paused = true)]\n#[ignore]\nasync fn two() {}\n// #[test]\nfn three() {}\n",
    );
    assert_eq!(names(&source), ["one", "two"]);
}
