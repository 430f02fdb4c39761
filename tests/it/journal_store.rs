//! The journal's tables: kept once, read by whom they are for, never lost by upkeep.

use jiff::{SignedDuration, Timestamp};
use routiq::{
    domain::{ids::Ids, seal::Keyring},
    store::{
        PoolSettings, Session, Store, StoreError,
        accounts::{self, NewAccount},
        hooks::{self, NewEndpoint},
        journal::{self, Entry, Owner, Settlement, Stray},
        organizations::{self, NewOrganization},
        roles::Role,
    },
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use std::time::Duration;
use tokio_postgres::error::SqlState;

use crate::support::TestDb;

struct Bench {
    db: TestDb,
    store: Store,
    ids: Ids,
    keys: Keyring,
    now: Timestamp,
}

impl Bench {
    async fn new() -> Self {
        let db = TestDb::new().await;
        let store =
            Store::open(&db.target(), &db.login(Role::Daemon), db.passwords(), PoolSettings::default())
                .unwrap();
        let keys = Keyring::new([(1, [7; 32])]).unwrap();
        Self { db, store, ids: Ids::seeded(11), keys, now: "2031-03-04T05:06:07Z".parse().unwrap() }
    }

    async fn owner(&self, name: &str) -> Owner {
        let (id, account) = (self.ids.next(self.now), self.ids.next(self.now));
        let new = NewOrganization { id, clerk_org_id: None, name, region: "AU", timezone: "UTC" };
        organizations::insert(&self.store, &new, self.now).await.unwrap();
        let mut session = self.store.session(id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let settings = json!({});
        let new = NewAccount {
            id: account,
            platform: "chatwoot",
            external_id: "7",
            name: None,
            settings: &settings,
        };
        accounts::insert(&tenant, &new, self.now).await.unwrap();
        tenant.commit().await.unwrap();
        Owner { organization: id, account, endpoint: self.ids.next(self.now) }
    }

    fn entry(&self, owner: Option<Owner>, key: &str) -> Entry {
        Entry {
            id: self.ids.next(self.now),
            owner,
            platform: if owner.is_some() { "chatwoot" } else { "clerk" }.to_owned(),
            event_key: key.to_owned(),
            event_type: "message_created".to_owned(),
            subject: owner.map(|_| vec![1; 32]),
            signed: true,
            query: String::new(),
            headers: json!({"x-chatwoot-delivery": key}),
            body: b"{\"id\":1}".to_vec(),
            occurred_at: None,
            received_at: self.now,
            ignored: false,
        }
    }

    async fn keep(&self, entries: &[Entry]) -> Result<Vec<bool>, StoreError> {
        let new = journal::insert(&self.store, &entries.iter().collect::<Vec<_>>()).await?;
        Ok(entries.iter().map(|entry| new.contains(&entry.id)).collect())
    }

    async fn session(&self, owner: Owner) -> Session {
        self.store.session(owner.organization).await.unwrap()
    }

    async fn pending(&self, owner: Owner, now: Timestamp) -> Vec<journal::Event> {
        let mut session = self.session(owner).await;
        let tenant = session.begin(None).await.unwrap();
        journal::pending(&tenant, owner.account, now, 100).await.unwrap()
    }

    fn after(&self, days: i64) -> Timestamp {
        self.now.saturating_add(SignedDuration::from_hours(24 * days)).unwrap()
    }
}

#[tokio::test]
async fn a_delivery_is_kept_once_within_and_across_batches_and_for_each_organization() {
    let bench = Bench::new().await;
    let (a, b) = (bench.owner("Alder").await, bench.owner("Birch").await);
    let batch = [
        bench.entry(Some(a), "one"),
        bench.entry(Some(a), "one"),
        bench.entry(Some(b), "one"),
        bench.entry(None, "one"),
        bench.entry(None, "one"),
    ];
    assert_eq!(bench.keep(&batch).await.unwrap(), [true, false, true, true, false]);
    let again = [bench.entry(Some(a), "one"), bench.entry(Some(a), "two"), bench.entry(None, "one")];
    assert_eq!(bench.keep(&again).await.unwrap(), [false, true, false]);
    let kept = bench.pending(a, bench.now).await;
    assert_eq!(kept.iter().map(|event| event.event_key.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!((&kept[0].body[..], kept[0].signed, kept[0].attempts), (&b"{\"id\":1}"[..], true, 0));
    assert_eq!(kept[0].headers, json!({"x-chatwoot-delivery": "one"}));
    assert_eq!(bench.pending(b, bench.now).await.len(), 1);
}

#[tokio::test]
async fn a_batch_with_a_bad_row_keeps_nothing_and_says_that_trying_again_is_no_use() {
    let bench = Bench::new().await;
    let a = bench.owner("Alder").await;
    let mut bad = bench.entry(Some(a), "two");
    bad.event_type = "has a \0 in it".to_owned();
    let batch = [bench.entry(Some(a), "one"), bad, bench.entry(Some(a), "three")];
    let refused = bench.keep(&batch).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(_)), "{refused:?}");
    assert_eq!(bench.pending(a, bench.now).await, []);
    assert_eq!(bench.keep(&batch[..1]).await.unwrap(), [true], "its key was not written either");
}

#[tokio::test]
async fn intake_writes_what_it_cannot_read() {
    let bench = Bench::new().await;
    let a = bench.owner("Alder").await;
    bench.keep(&[bench.entry(Some(a), "one"), bench.entry(None, "one")]).await.unwrap();
    let intake = bench.db.client(Role::Intake).await;
    for statement in [
        "select body from routiq.webhook_events",
        "select id from routiq.webhook_events",
        "select body from routiq.directory_events",
        "select body from routiq.msg_webhook_quarantine",
        "select body from routiq.webhook_events_default",
        "update routiq.webhook_keys set event_key = 'x'",
        "delete from routiq.webhook_keys",
        "delete from routiq.webhook_events",
        "select id from routiq.contacts",
        "select sealed from routiq.webhook_endpoints",
    ] {
        let refused = intake.batch_execute(statement).await.unwrap_err();
        assert_eq!(refused.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{statement}");
    }
    let keys = intake.query_one("select count(*) from routiq.webhook_keys", &[]).await.unwrap();
    assert_eq!(keys.get::<_, i64>(0), 1);
    // Another organization's session sees nothing of it, the daemon cannot touch the contents.
    let b = bench.owner("Birch").await;
    assert_eq!(bench.pending(Owner { organization: b.organization, ..a }, bench.now).await, []);
    let daemon = bench.db.client(Role::Daemon).await;
    let changed = daemon.batch_execute("update routiq.webhook_events set body = ''").await.unwrap_err();
    assert_eq!(changed.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE));
}

#[tokio::test]
async fn what_fails_waits_lets_the_rest_pass_and_is_quarantined_in_the_end() {
    let bench = Bench::new().await;
    let a = bench.owner("Alder").await;
    bench.keep(&["one", "two", "three", "four"].map(|key| bench.entry(Some(a), key))).await.unwrap();
    let events = bench.pending(a, bench.now).await;
    let later = bench.after(1);
    let mut session = bench.session(a).await;
    let tenant = session.begin(None).await.unwrap();
    let again = Settlement::Again { at: later, reason: "not understood".to_owned() };
    let settled = [
        (&events[0], again),
        (&events[1], Settlement::Applied),
        (&events[2], Settlement::Quarantined("poisoned".to_owned())),
        (&events[3], Settlement::Ignored("nothing for us")),
    ];
    assert_eq!(journal::settle(&tenant, 5, &settled, bench.now).await.unwrap(), 4);
    assert_eq!(journal::settle(&tenant, 5, &settled[1..2], bench.now).await.unwrap(), 0, "only once");
    assert_eq!(journal::next_due(&tenant, a.account).await.unwrap(), Some(later));
    assert!(journal::has_unapplied(&tenant, &[vec![1; 32]]).await.unwrap());
    assert!(!journal::has_unapplied(&tenant, &[vec![2; 32]]).await.unwrap());
    tenant.commit().await.unwrap();
    assert_eq!(bench.pending(a, bench.now).await, [], "what waits is not due");
    let due = bench.pending(a, later).await;
    assert_eq!((due.len(), due[0].event_key.as_str(), due[0].attempts), (1, "one", 1));
}

#[tokio::test]
async fn partitions_are_made_ahead_and_dropped_with_what_is_done_and_nothing_else() {
    let bench = Bench::new().await;
    let a = bench.owner("Alder").await;
    // Before there is a partition for it, a delivery is kept all the same, and moves into its own later.
    bench.keep(&[bench.entry(Some(a), "early"), bench.entry(Some(a), "stuck")]).await.unwrap();
    assert_eq!(journal::extend(&bench.store, bench.now).await.unwrap(), 3);
    assert_eq!(journal::extend(&bench.store, bench.now).await.unwrap(), 0);
    let owner = bench.db.client(Role::Owner).await;
    let count = async |table: &str| -> i64 {
        owner.query_one(&format!("select count(*) from routiq.{table}"), &[]).await.unwrap().get(0)
    };
    assert_eq!((count("webhook_events_20310303").await, count("webhook_events_default").await), (2, 0));
    bench.keep(&[bench.entry(Some(a), "third")]).await.unwrap();
    assert_eq!(count("webhook_events_20310303").await, 3);
    let found = routiq::store::guard::probe(&bench.db.target(), &bench.db.logins()).await.unwrap();
    assert_eq!(found, [], "each partition is as protected as the rest");

    let events = bench.pending(a, bench.now).await;
    let settle = async |at: usize, settlement| {
        let mut session = bench.session(a).await;
        let tenant = session.begin(None).await.unwrap();
        journal::settle(&tenant, 1, &[(&events[at], settlement)], bench.now).await.unwrap();
        tenant.commit().await.unwrap();
    };
    settle(0, Settlement::Applied).await;
    settle(2, Settlement::Applied).await;
    let kept = Duration::from_secs(20 * 86_400);
    let expired = journal::expire(&bench.store, bench.after(34), kept).await.unwrap();
    assert_eq!((expired.partitions, expired.rows), (1, 0), "the empty week; keys stay for 35 days");
    assert_eq!(count("webhook_events_20310303").await, 1);
    settle(1, Settlement::Ignored("given up")).await;
    let expired = journal::expire(&bench.store, bench.after(36), kept).await.unwrap();
    assert_eq!((expired.partitions, expired.rows), (1, 3), "the week is dropped, its keys are forgotten");
    assert_eq!(bench.keep(&[bench.entry(Some(a), "early")]).await.unwrap(), [true]);
}

#[tokio::test]
async fn strangers_are_kept_in_bounds() {
    let bench = Bench::new().await;
    let headers = json!({});
    let stray = |received_at| Stray {
        id: bench.ids.next(bench.now),
        platform: "twilio",
        kind: "inbound",
        account_sid: "AC0",
        reason: "no sender",
        headers: &headers,
        body: b"Body=hello",
        received_at,
    };
    assert!(journal::keep_stray(&bench.store, &stray(bench.now)).await.unwrap());
    let fill = "insert into routiq.msg_webhook_quarantine (id, platform, kind, account_sid, reason, body, received_at)
        select gen_random_uuid(), 'twilio', 'inbound', 'AC0', 'filled', '', '2031-03-05Z' from generate_series(1, 999)";
    bench.db.client(Role::Intake).await.batch_execute(fill).await.unwrap();
    assert!(!journal::keep_stray(&bench.store, &stray(bench.now)).await.unwrap(), "a thousand are enough");
    let expired = journal::expire(&bench.store, bench.after(9), Duration::from_secs(86_400)).await.unwrap();
    assert_eq!(expired.rows, 1000);
}

#[tokio::test]
async fn an_address_is_found_by_its_token_alone_and_two_hold_while_it_is_replaced() {
    let bench = Bench::new().await;
    let a = bench.owner("Alder").await;
    let mut session = bench.session(a).await;
    let tenant = session.begin(None).await.unwrap();
    let secrets = [SecretString::from("first")];
    let id = bench.ids.next(bench.now);
    let new = NewEndpoint { id, account: a.account, platform: "chatwoot", secrets: &secrets, by: "test" };
    let first = hooks::create(&tenant, &bench.keys, &new, bench.now).await.unwrap();
    assert!(first.expose_secret().len() * 6 >= 128, "at least 128 bits");
    let twice = NewEndpoint { id: bench.ids.next(bench.now), ..new.clone() };
    assert_eq!(
        hooks::create(&tenant, &bench.keys, &twice, bench.now).await.unwrap_err(),
        StoreError::Exists("webhook address")
    );
    hooks::add_secret(&tenant, &bench.keys, id, "second".into(), bench.now).await.unwrap();
    hooks::add_secret(&tenant, &bench.keys, id, "third".into(), bench.now).await.unwrap();
    tenant.commit().await.unwrap();

    let find = async |token: &SecretString, now| {
        let hash = hooks::token_hash(token.expose_secret());
        hooks::find(&bench.store, &bench.keys, &hash, now).await.unwrap()
    };
    let found = find(&first, bench.now).await.unwrap();
    assert_eq!(
        (found.organization, found.account, found.external_id.as_str()),
        (a.organization, a.account, "7")
    );
    let texts = |found: &hooks::Endpoint| -> Vec<String> {
        found.secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect()
    };
    assert_eq!(texts(&found), ["third", "second"], "the newest two");
    assert!(find(&hooks::new_token(), bench.now).await.is_none());
    let others = Keyring::new([(1, [8; 32])]).unwrap();
    let hash = hooks::token_hash(first.expose_secret());
    assert!(matches!(hooks::find(&bench.store, &others, &hash, bench.now).await, Err(StoreError::Seal(_))));

    let rotate = async |id| {
        let mut session = bench.session(a).await;
        let tenant = session.begin(None).await.unwrap();
        let successor = bench.ids.next(bench.now);
        let day = Duration::from_secs(86_400);
        let token =
            hooks::rotate(&tenant, &bench.keys, id, (successor, "test"), day, bench.now).await.unwrap();
        tenant.commit().await.unwrap();
        (successor, token)
    };
    let (successor, second) = rotate(id).await;
    assert_eq!(texts(&find(&second, bench.now).await.unwrap()), ["third", "second"]);
    assert_eq!(find(&first, bench.now).await.unwrap().retires_at, Some(bench.after(1)));
    assert!(find(&first, bench.after(1)).await.is_none(), "its time is over");
    let (last, third) = rotate(successor).await;
    assert!(find(&first, bench.now).await.is_none(), "at most two hold");
    assert!(find(&second, bench.now).await.is_some() && find(&third, bench.now).await.is_some());

    let mut session = bench.session(a).await;
    let tenant = session.begin(None).await.unwrap();
    hooks::revoke(&tenant, last, bench.now).await.unwrap();
    let newer = Keyring::new([(1, [7; 32]), (2, [9; 32])]).unwrap();
    assert_eq!(hooks::rewrap(&tenant, &newer, bench.now).await.unwrap(), 3);
    tenant.commit().await.unwrap();
    assert!(find(&third, bench.now).await.is_none());
    let only = Keyring::new([(2, [9; 32])]).unwrap();
    let hash = hooks::token_hash(second.expose_secret());
    assert!(hooks::find(&bench.store, &only, &hash, bench.now).await.unwrap().is_some(), "rewrapped");
}

#[tokio::test]
async fn a_delivery_that_comes_while_its_partition_is_made_is_kept() {
    let bench = Bench::new().await;
    let owner = bench.owner("Harbour Physio").await;
    let (upkeep, watching) = (bench.db.client(Role::Intake).await, bench.db.client(Role::Owner).await);
    upkeep.batch_execute("begin").await.unwrap();
    let made: i32 =
        upkeep.query_one("select routiq.extend_webhook_events($1, 3)", &[&bench.now]).await.unwrap().get(0);
    assert!(made > 0);
    let entry = bench.entry(Some(owner), "one");
    let blocked = async {
        // Until it waits for the partition, the test would prove nothing.
        let waits = "select exists (select from pg_locks where not granted)";
        while !watching.query_one(waits, &[]).await.unwrap().get::<_, bool>(0) {
            tokio::task::yield_now().await;
        }
        upkeep.batch_execute("commit").await.unwrap();
    };
    let (kept, ()) = tokio::join!(bench.keep(std::slice::from_ref(&entry)), blocked);
    assert_eq!(kept.unwrap(), [true]);
    assert_eq!(bench.pending(owner, bench.now).await.len(), 1);
}
