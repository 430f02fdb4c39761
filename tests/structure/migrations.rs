//! `sql/migrations`: one migration for each number from 1 on.

use std::collections::BTreeMap;

use crate::source::files;

/// The number in a migration's name, `V<number>__<words>.sql`.
fn number(name: &str) -> Option<u32> {
    let (number, words) = name.strip_prefix('V')?.strip_suffix(".sql")?.split_once("__")?;
    let plain = words.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    (plain && !words.is_empty() && !number.starts_with('0')).then(|| number.parse().ok())?
}

/// What is wrong with a list of migrations: branches that met without knowing of each other, or one that was left out.
fn faults(names: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut numbered: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for name in names {
        match number(name) {
            Some(number) => numbered.entry(number).or_default().push(name),
            None => faults.push(format!("{name} is not named V<number>__<words>.sql")),
        }
    }
    let last = numbered.keys().next_back().copied().unwrap_or_default();
    for number in 1..=last {
        match numbered.get(&number).map(Vec::as_slice) {
            None => faults.push(format!("there is no migration {number}, but one {last}")),
            Some([_]) => {}
            Some(several) => faults.push(format!("{} are all number {number}", several.join(" and "))),
        }
    }
    faults
}

#[test]
fn migrations_are_numbered_without_a_gap_and_each_number_once() {
    let names: Vec<String> = files("sql/migrations", "")
        .into_iter()
        .map(|path| path.trim_start_matches("sql/migrations/").to_owned())
        .collect();
    assert!(names.len() >= 10, "{names:?}");
    let faults = faults(&names);
    assert!(faults.is_empty(), "sql/migrations:\n  {}", faults.join("\n  "));
}

#[test]
fn wrong_lists_are_noticed() {
    let list = |names: &[&str]| faults(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    assert!(list(&["V1__foundation.sql", "V10__ten.sql"]).len() == 8);
    assert!(list(&["V1__a.sql", "V2__b_2.sql"]).is_empty());
    assert_eq!(list(&["V1__a.sql", "V1__b.sql"]), ["V1__a.sql and V1__b.sql are all number 1"]);
    assert_eq!(list(&["V1__a.sql", "V3__c.sql"]), ["there is no migration 2, but one 3"]);
    for wrong in ["V01__a.sql", "V1_a.sql", "1__a.sql", "V1__.sql", "V1__A.sql", "V1__a.txt", "notes.md"] {
        assert!(!list(&[wrong]).is_empty(), "{wrong}");
    }
}
