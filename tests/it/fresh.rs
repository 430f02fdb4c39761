//! Each test has a database of its own, however it ends.

use routiq::store::roles::Role;

use crate::support::TestDb;

async fn exists(other: &TestDb, name: &str) -> bool {
    let found = "select exists (select from pg_database where datname = $1)";
    other.admin().await.query_one(found, &[&name]).await.unwrap().get(0)
}

#[tokio::test]
async fn what_one_test_writes_no_other_sees() {
    let (one, two) = tokio::join!(TestDb::new(), TestDb::new());
    let write = "create table public.mine as select 1 as n";
    one.admin().await.batch_execute(write).await.unwrap();
    two.admin().await.batch_execute(write).await.unwrap();
}

#[tokio::test]
async fn the_database_goes_with_its_value_even_with_sessions_open_and_while_a_test_fails() {
    let other = TestDb::empty().await;
    let db = TestDb::new().await;
    let name = db.name().to_owned();
    let _open = db.client(Role::Daemon).await;
    assert!(exists(&other, &name).await);
    let failed = tokio::spawn(async move {
        let _held = db;
        panic!("as a failing test does");
    });
    assert!(failed.await.unwrap_err().is_panic());
    assert!(!exists(&other, &name).await);
}
