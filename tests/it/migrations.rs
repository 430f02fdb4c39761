//! Migrations: one runner at a time, nothing half done, and a daemon that knows when it is too early.

use routiq::store::{
    connect::Login,
    migrate::{self, MigrateError, Migrations},
    roles::Role,
};

use crate::support::TestDb;

fn list(pairs: &[(&str, &str)]) -> Migrations {
    Migrations::from_sql(pairs).unwrap()
}

const FIRST: (&str, &str) = ("V1__first", "create schema routiq; create table routiq.one (n int)");
const SECOND: (&str, &str) = ("V2__second", "create table routiq.two (n int)");

#[tokio::test]
async fn the_template_has_every_migration_and_every_login_may_ask() {
    let db = TestDb::new().await;
    for login in db.logins() {
        let state = migrate::state(&db.target(), &login, &Migrations::built_in()).await.unwrap();
        assert_eq!(
            (state.applied, state.wanted),
            (Migrations::built_in().version(), state.applied),
            "{login:?}"
        );
        state.ensure_current().unwrap();
    }
    let again =
        migrate::migrate(&db.target(), &db.login(Role::Owner), &Migrations::built_in()).await.unwrap();
    assert!(again.is_empty(), "{again:?}");
    let owners: Vec<String> = db
        .admin()
        .await
        .query("select distinct tableowner::text from pg_tables where schemaname like 'routiq%'", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert_eq!(owners, ["routiq_owner"]);
}

#[tokio::test]
async fn of_many_runners_one_works_and_the_others_find_it_done() {
    let db = TestDb::empty().await;
    let (target, owner, all) = (db.target(), db.login(Role::Owner), Migrations::built_in());
    let run = || migrate::migrate(&target, &owner, &all);
    let (a, b, c, d) = tokio::join!(run(), run(), run(), run());
    let mut counts = [a, b, c, d].map(|outcome| outcome.unwrap().len());
    counts.sort_unstable();
    // Their numbers may have gaps.
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/sql/migrations")).unwrap().count();
    assert_eq!(counts, [0, 0, 0, files]);
}

#[tokio::test]
async fn a_failed_migration_leaves_nothing_half_done() {
    let db = TestDb::empty().await;
    let (target, owner) = (db.target(), db.login(Role::Owner));
    let broken = ("V2__second", "create table routiq.two (n int); create table routiq.one (n int)");
    let error = migrate::migrate(&target, &owner, &list(&[FIRST, broken])).await.unwrap_err();
    let text = error.to_string();
    match &error {
        MigrateError::Failed { migration, reached: 1, said } => {
            assert_eq!(migration, "V2__second");
            assert!(said.contains("already exists"), "{said}");
        }
        other => panic!("{other}"),
    }
    assert!(text.contains("rolled back") && text.contains("routiq migrate"), "{text}");
    let mended = list(&[FIRST, SECOND]);
    let state = migrate::state(&target, &owner, &mended).await.unwrap();
    assert_eq!((state.applied, state.wanted), (1, 2));
    assert_eq!(migrate::migrate(&target, &owner, &mended).await.unwrap(), ["V2__second"]);
}

#[tokio::test]
async fn an_older_schema_is_refused_with_the_command_and_a_newer_one_is_fine() {
    let db = TestDb::empty().await;
    let (target, owner) = (db.target(), db.login(Role::Owner));
    let fresh = migrate::state(&target, &db.login(Role::Daemon), &list(&[FIRST])).await.unwrap();
    assert_eq!((fresh.applied, fresh.pending.len()), (0, 1));
    migrate::migrate(&target, &owner, &list(&[FIRST])).await.unwrap();
    let both = list(&[FIRST, SECOND]);
    let behind = migrate::state(&target, &db.login(Role::Daemon), &both).await.unwrap();
    let text = behind.ensure_current().unwrap_err().to_string();
    assert!(
        text.contains("version 1") && text.contains("V2__second") && text.contains("routiq migrate"),
        "{text}"
    );
    migrate::migrate(&target, &owner, &both).await.unwrap();
    let ahead = migrate::state(&target, &db.login(Role::Daemon), &list(&[FIRST])).await.unwrap();
    ahead.ensure_current().unwrap();
    let older_program = migrate::migrate(&target, &owner, &list(&[FIRST])).await.unwrap_err();
    assert!(matches!(older_program, MigrateError::Newer { applied: 2, known: 1 }), "{older_program}");
}

#[tokio::test]
async fn a_migration_changed_after_it_ran_is_refused() {
    let db = TestDb::empty().await;
    let (target, owner) = (db.target(), db.login(Role::Owner));
    migrate::migrate(&target, &owner, &list(&[FIRST])).await.unwrap();
    let changed = list(&[("V1__first", "create schema routiq")]);
    let error = migrate::migrate(&target, &owner, &changed).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Diverged(name) if name == "V1__first"), "{error}");
}

#[tokio::test]
async fn only_who_can_act_as_the_owner_migrates() {
    let db = TestDb::empty().await;
    let error = migrate::migrate(&db.target(), &db.login(Role::Daemon), &list(&[FIRST])).await.unwrap_err();
    assert!(matches!(&error, MigrateError::NotOwner { user } if user == "routiq_daemon"), "{error}");
    assert!(error.to_string().contains("MIGRATION_DATABASE_URL"), "{error}");
    // What an administrator migrates belongs to the owner all the same.
    migrate::migrate(&db.target(), &db.administrator(), &list(&[FIRST])).await.unwrap();
    let admin = db.admin().await;
    let row =
        admin.query_one("select tableowner::text from pg_tables where tablename = 'one'", &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "routiq_owner");
}

#[tokio::test]
async fn a_login_that_cannot_connect_is_named() {
    let db = TestDb::empty().await;
    let nobody = Login::administrator("nobody_knows", None);
    let text = migrate::state(&db.target(), &nobody, &list(&[FIRST])).await.unwrap_err().to_string();
    assert!(text.contains("nobody_knows") && text.contains(db.name()), "{text}");
}
