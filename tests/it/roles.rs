//! The logins: made, repaired, and made by an administrator who is no superuser.

use std::{fs, path::Path};

use routiq::store::{
    connect::{Login, Target},
    embedded::{Embedded, EmbeddedSettings, SUPERUSER},
    guard,
    migrate::{self, Migrations},
    roles::{self, Database, Passwords, Role, RolesError},
};
use secrecy::SecretString;
use tokio_postgres::{Client, NoTls};

/// A server of its own, as these tests change roles, which all databases share.
struct Own {
    server: Embedded,
    _place: tempfile::TempDir,
}

impl Own {
    async fn start() -> Self {
        let place =
            tempfile::Builder::new().prefix("routiq-it-").tempdir_in(crate::support::fast_folder()).unwrap();
        let open = <fs::Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o755);
        fs::set_permissions(place.path(), open).unwrap();
        let mut settings = EmbeddedSettings::new(place.path().join("home")).unwrap();
        settings.durable = false;
        Self { server: Embedded::start(settings).await.unwrap(), _place: place }
    }

    fn target(&self, database: &str) -> Target {
        Target::socket(self.server.sockets(), database).unwrap()
    }

    async fn superuser(&self) -> Client {
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.server.sockets()).user(SUPERUSER).password("open sesame").dbname("postgres");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// From now on every login needs its password, as at a server.
    async fn require_passwords(&self) {
        let client = self.superuser().await;
        client.batch_execute("set password_encryption = 'scram-sha-256'").await.unwrap();
        client.batch_execute("alter role postgres password 'open sesame'").await.unwrap();
        let row = client.query_one("show hba_file", &[]).await.unwrap();
        fs::write(Path::new(row.get::<_, &str>(0)), "local all all scram-sha-256\n").unwrap();
        client.batch_execute("select pg_reload_conf()").await.unwrap();
        // The reload is a signal: it has arrived when a login without a password is turned away.
        let mut config = tokio_postgres::Config::new();
        config.host_path(self.server.sockets()).user(SUPERUSER).dbname("postgres");
        while config.connect(NoTls).await.is_ok() {}
    }
}

async fn attributes(client: &Client) -> Vec<(String, bool)> {
    let query = "select rolname::text,
            rolcanlogin and not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication)
        from pg_roles where rolname like 'routiq%' order by 1";
    client.query(query, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn all_plain() -> Vec<(String, bool)> {
    let mut all: Vec<_> = Role::ALL.iter().map(|role| (role.name().to_owned(), true)).collect();
    all.sort();
    all
}

#[tokio::test]
async fn the_logins_are_made_once_repaired_twice_and_at_once_from_several_places() {
    let own = Own::start().await;
    let (target, admin) = (own.target("postgres"), Login::administrator(SUPERUSER, None));
    let make = || roles::bootstrap(&target, &admin, &Passwords::Trusted, Database::Named("routiq"));
    let (a, b, c) = tokio::join!(make(), make(), make());
    for outcome in [a, b, c] {
        outcome.unwrap();
    }
    let client = own.superuser().await;
    assert_eq!(attributes(&client).await, all_plain());
    let owner: String = client
        .query_one("select pg_get_userbyid(datdba)::text from pg_database where datname = 'routiq'", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(owner, "routiq_owner");
    client
        .batch_execute(
            "alter role routiq_daemon superuser createrole; alter role routiq_health bypassrls nologin;
             grant routiq_owner to routiq_daemon; grant pg_read_all_data to routiq_dashboard",
        )
        .await
        .unwrap();
    make().await.unwrap();
    assert_eq!(attributes(&client).await, all_plain());
    let members: i64 = client
        .query_one(
            "select count(*) from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname like 'routiq%'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(members, 0);
    own.server.stop().await;
}

#[tokio::test]
async fn an_administrator_who_is_no_superuser_makes_everything_with_passwords() {
    let own = Own::start().await;
    own.require_passwords().await;
    let superuser = own.superuser().await;
    superuser
        .batch_execute("create role manager login createrole createdb password 'of the place'")
        .await
        .unwrap();
    let manager = Login::administrator("manager", Some("of the place".into()));
    let passwords = Passwords::Derived("a secret of the tests".into());
    for _ in 0..2 {
        let named = Database::Named("routiq");
        roles::bootstrap(&own.target("postgres"), &manager, &passwords, named).await.unwrap();
    }
    assert_eq!(attributes(&superuser).await, all_plain());
    let acts: bool = superuser
        .query_one(
            "select exists (select from pg_auth_members m join pg_roles r on r.oid = m.member
                where r.rolname = 'manager' and not m.admin_option)",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert!(!acts, "acting as the owner was only lent");
    let database = own.target("routiq");
    let all = Migrations::built_in();
    migrate::migrate(&database, &Role::Owner.login(&passwords), &all).await.unwrap();
    let logins = Role::SERVING.map(|role| role.login(&passwords));
    for login in &logins {
        migrate::state(&database, login, &all).await.unwrap().ensure_current().unwrap();
    }
    guard::ensure(&database, &logins).await.unwrap();
    let wrong = Role::Daemon.login(&Passwords::Derived("another secret".into()));
    let text = migrate::state(&database, &wrong, &all).await.unwrap_err().to_string();
    assert!(text.contains("routiq_daemon") && text.contains("password authentication failed"), "{text}");
    let strangers = superuser
        .query_one("select has_database_privilege('manager', 'routiq', 'connect')", &[])
        .await
        .unwrap();
    assert!(!strangers.get::<_, bool>(0), "only the logins may enter");
    own.server.stop().await;
}

#[tokio::test]
async fn the_managers_own_database_is_opened_to_the_logins() {
    let own = Own::start().await;
    let superuser = own.superuser().await;
    superuser.batch_execute("create role manager login createrole createdb").await.unwrap();
    superuser.batch_execute("create database house owner manager").await.unwrap();
    superuser.batch_execute("create database theirs").await.unwrap();
    let manager = Login::administrator("manager", None);
    let passwords = Passwords::Trusted;
    let house = own.target("house");
    roles::bootstrap(&house, &manager, &passwords, Database::Connected).await.unwrap();
    migrate::migrate(&house, &Role::Owner.login(&passwords), &Migrations::built_in()).await.unwrap();
    guard::ensure(&house, &Role::SERVING.map(|role| role.login(&passwords))).await.unwrap();
    let refused = roles::bootstrap(&own.target("theirs"), &manager, &passwords, Database::Connected).await;
    let text = refused.unwrap_err().to_string();
    assert!(
        text.contains("manager") && text.contains("grant create, connect") && text.contains("theirs"),
        "{text}"
    );
    own.server.stop().await;
}

#[tokio::test]
async fn an_operators_address_is_settled_again_and_again() {
    let own = Own::start().await;
    let superuser = own.superuser().await;
    superuser.batch_execute("create role manager login createrole createdb").await.unwrap();
    superuser.batch_execute("create database house owner manager").await.unwrap();
    let passwords = Passwords::Trusted;
    for administrator in ["manager", SUPERUSER] {
        let administrator = Login::administrator(administrator, None);
        for (named, used) in [("postgres", "routiq"), ("house", "house"), ("garden", "garden")] {
            for _ in 0..2 {
                let target = roles::settle(&own.target(named), &administrator, &passwords).await.unwrap();
                assert_eq!(target.database(), Some(used));
                let owner = Role::Owner.login(&passwords);
                migrate::migrate(&target, &owner, &Migrations::built_in()).await.unwrap();
            }
        }
    }
    own.server.stop().await;
}

#[tokio::test]
async fn what_an_administrator_may_not_do_is_said_with_what_is_needed() {
    let own = Own::start().await;
    let superuser = own.superuser().await;
    superuser
        .batch_execute("create role clerk login; create role manager login createrole createdb")
        .await
        .unwrap();
    let passwords = Passwords::Derived(SecretString::from("x"));
    let target = own.target("postgres");
    let clerk = Login::administrator("clerk", None);
    let refused = roles::bootstrap(&target, &clerk, &passwords, Database::Named("routiq")).await.unwrap_err();
    let text = refused.to_string();
    assert!(matches!(refused, RolesError::NotAllowed { .. }), "{text}");
    assert!(text.contains("clerk") && text.contains("CREATEROLE"), "{text}");
    superuser.batch_execute("create role routiq_daemon login superuser bypassrls").await.unwrap();
    let manager = Login::administrator("manager", None);
    let refused =
        roles::bootstrap(&target, &manager, &passwords, Database::Named("routiq")).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("routiq_daemon is SUPERUSER, BYPASSRLS"), "{text}");
    assert!(text.contains("alter role routiq_daemon login nosuperuser nobypassrls"), "{text}");
    own.server.stop().await;
}
