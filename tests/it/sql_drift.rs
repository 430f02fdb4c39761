//! `sql/client` is what `sql/queries` and the migrated schema make of each other, and nothing else.
//!
//! After changing a query or a migration: `cargo run -p routiq-generate`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use routiq::store::roles::Role;

use crate::support::TestDb;

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a folder, by its path inside it.
fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

/// Generates the client into `destination`, as `cargo run -p routiq-generate` does.
async fn generate(db: &TestDb, destination: &Path) {
    let client = db.client(Role::Owner).await;
    let destination = destination.to_owned();
    // The generator waits by itself, so the connection must be driven by another thread.
    tokio::task::spawn_blocking(move || {
        routiq_generate::generate(&client, &project(), &destination).unwrap()
    })
    .await
    .unwrap();
}

/// Which files differ, and where first.
fn differences(made: &BTreeMap<PathBuf, String>, kept: &BTreeMap<PathBuf, String>) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in made {
        let name = path.display();
        match kept.get(path) {
            None => found.push(format!("{name} is missing")),
            Some(other) if other != text => {
                let lines = text.lines().zip(other.lines()).position(|(made, kept)| made != kept);
                let line = lines.unwrap_or_else(|| text.lines().count().min(other.lines().count())) + 1;
                found.push(format!("{name} differs from line {line}"));
            }
            Some(_) => {}
        }
    }
    found.extend(
        kept.keys()
            .filter(|path| !made.contains_key(*path))
            .map(|path| format!("{} is left over", path.display())),
    );
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_generated_client_matches_queries_and_schema() {
    let db = TestDb::new().await;
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("client");
    generate(&db, &made).await;
    let kept = project().join("sql/client");
    let found = differences(&tree(&made), &tree(&kept));
    assert!(
        found.is_empty(),
        "sql/client no longer follows from sql/queries and sql/migrations; `cargo run -p routiq-generate` mends it:\n  {}",
        found.join("\n  ")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_schema_is_noticed() {
    let db = TestDb::new().await;
    let owner = db.client(Role::Owner).await;
    owner
        .batch_execute("alter table routiq.sync_stream_state alter column rejected type integer")
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("client");
    generate(&db, &made).await;
    let found = differences(&tree(&made), &tree(&project().join("sql/client")));
    for file in ["health", "sync"] {
        let named = found.iter().any(|line| line.starts_with(&format!("src/queries/{file}.rs differs")));
        assert!(named, "{found:?}");
    }
}
