//! Webhooks through the open door: verified, kept once, answered; and what happens to those that are not as they should be.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use routiq::{
    domain::seal::Keyring,
    http,
    store::{
        PoolSettings, Store,
        connect::Target,
        embedded::{Embedded, EmbeddedSettings},
        hooks,
        roles::{Passwords, Role},
    },
    telemetry::alerts::Severity,
    work::{IntakeSettings, JournalWork},
};
use routiq_actors::{
    journal::{JournalSettings, Kept, Parcel, port::Journal},
    port::{PortError, Ports},
};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::watch;
use tokio_postgres::Client;

use crate::support::{
    TestDb,
    door::{self, Caller, Door, Idle, Reply, Sender, address, post, sender},
    fast_folder,
    rig::{folder, open, superuser, until},
};

const SECRET: &str = "shared-between-two";
const PATIENCE: Duration = Duration::from_secs(60);

fn keys() -> Keyring {
    Keyring::new([(1, [7; 32])]).unwrap()
}

struct House {
    db: TestDb,
    store: Store,
    door: Door,
}

fn store(db: &TestDb) -> Store {
    Store::open(&db.target(), &db.login(Role::Daemon), db.passwords(), PoolSettings::default()).unwrap()
}

impl House {
    async fn new() -> Self {
        Self::with(JournalSettings::default(), IntakeSettings::default()).await
    }

    async fn with(journal: JournalSettings, intake: IntakeSettings) -> Self {
        let db = TestDb::new().await;
        let store = store(&db);
        let door = Door::with(&store, &keys(), journal, JournalWork::new(store.clone()), intake).await;
        Self { db, store, door }
    }

    async fn sender(&self, platform: &str, secret: &str) -> Sender {
        sender(&self.store, &keys(), "Harbour Physio", platform, secret).await
    }

    async fn call(&self, request: &[u8]) -> Reply {
        Caller::connect(self.door.address).await.unwrap().call(request).await.unwrap()
    }

    async fn count(&self, table: &str) -> i64 {
        // The keys are what intake may see; events are counted as the one who made the database.
        let admin = self.db.admin().await;
        admin.query_one(&format!("select count(*) from routiq.{table}"), &[]).await.unwrap().get(0)
    }
}

fn code(reply: &Reply) -> String {
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    body["error"]["code"].as_str().unwrap_or_default().to_owned()
}

fn duplicate(reply: &Reply) -> Option<bool> {
    let body: Value = serde_json::from_str(&reply.body).unwrap();
    assert!(body["success"] == true && body["received"] == true, "{body}");
    body["duplicate"].as_bool()
}

#[tokio::test]
async fn a_signed_delivery_is_kept_once_and_a_forged_one_never() {
    let house = House::new().await;
    let sender = house.sender("chatwoot", SECRET).await;
    let now = Timestamp::now();
    let reply = house.call(&sender.request(1, now)).await;
    assert_eq!((reply.status, duplicate(&reply)), (200, Some(false)), "{reply:?}");
    let again = house.call(&sender.request(1, now)).await;
    assert_eq!((again.status, duplicate(&again)), (200, Some(true)), "{again:?}");
    let forger = Sender { secret: "another".to_owned(), ..sender.clone() };
    let forged = house.call(&forger.request(2, now)).await;
    assert_eq!((forged.status, code(&forged)), (403, "INVALID_SIGNATURE".to_owned()), "{forged:?}");
    let unsigned = Sender { secret: String::new(), ..sender.clone() };
    assert_eq!(house.call(&unsigned.request(2, now)).await.status, 403, "who has a secret must sign");
    let old = now.saturating_sub(jiff::SignedDuration::from_secs(301)).unwrap();
    assert_eq!(house.call(&sender.request(2, old)).await.status, 403, "somebody repeats an old one");
    let elsewhere = Sender { account: "8".to_owned(), ..sender.clone() };
    assert_eq!(house.call(&elsewhere.request(2, now)).await.status, 403, "another account");
    let nonsense = house.call(&sender.post("[1, 2", "odd", now)).await;
    assert_eq!(nonsense.status, 400, "{nonsense:?}");
    assert_eq!((house.count("webhook_events").await, house.count("webhook_keys").await), (1, 1));
    let admin = house.db.admin().await;
    let row = admin
        .query_one("select e.*, e.headers::text as kept from routiq.webhook_events e", &[])
        .await
        .unwrap();
    assert_eq!(row.get::<_, &str>("event_type"), "message_created");
    assert_eq!(row.get::<_, &[u8]>("body"), sender.body(1).as_bytes(), "byte for byte");
    assert!(row.get::<_, bool>("signed") && row.get::<_, Option<Vec<u8>>>("subject").is_some());
    let kept: &str = row.get("kept");
    assert!(!kept.contains("sha256") && !kept.contains(&sender.token), "no signature, no token: {kept}");
    house.door.close().await;
}

#[tokio::test]
async fn an_older_installation_is_known_by_its_path_alone() {
    let house = House::new().await;
    let sender = house.sender("chatwoot", "").await;
    let reply = house.call(&sender.request(1, Timestamp::now())).await;
    assert_eq!((reply.status, duplicate(&reply)), (200, Some(false)), "{reply:?}");
    let admin = house.db.admin().await;
    let signed: bool = admin.query_one("select signed from routiq.webhook_events", &[]).await.unwrap().get(0);
    assert!(!signed);
    house.door.close().await;
}

#[tokio::test]
async fn addresses_that_are_none_answer_like_any_other_path_that_is_none() {
    let house = House::new().await;
    let sender = house.sender("chatwoot", SECRET).await;
    let now = Timestamp::now();
    let good = sender.request(1, now);
    let text = String::from_utf8(good.clone()).unwrap();
    let another = text.replace(&sender.token, &"x".repeat(sender.token.len())).into_bytes();
    let short = text.replace(&sender.token, "short").into_bytes();
    let nowhere = text.replace("/webhooks/chatwoot/", "/nowhere/at/all/").into_bytes();
    let wrong = text.replace("/webhooks/chatwoot/", "/webhooks/manychat/").into_bytes();
    let mut answers = Vec::new();
    for request in [another, short, nowhere, wrong] {
        let mut reply = house.call(&request).await;
        let mut body: Value = serde_json::from_str(&reply.body).unwrap();
        for own in ["timestamp", "request_id"] {
            body["error"][own] = Value::Null;
        }
        reply.body = body.to_string();
        reply.head = reply.status.to_string();
        answers.push(reply);
    }
    assert!(answers.iter().all(|reply| *reply == answers[0] && reply.status == 404), "{answers:?}");
    assert_eq!(house.call(&good).await.status, 200);
    // A token that was revoked is none, as soon as the news of it are heard.
    let mut session = house.store.session(sender.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let listed = hooks::list(&tenant).await.unwrap();
    hooks::revoke(&tenant, listed[0].id, now).await.unwrap();
    tenant.commit().await.unwrap();
    house.door.intake.forget();
    assert_eq!(house.call(&good).await.status, 404);
    house.door.close().await;
}

#[tokio::test]
async fn bodies_that_are_too_large_or_broken_off_or_of_another_kind_are_refused_and_leave_nothing() {
    let house = House::new().await;
    let sender = house.sender("chatwoot", SECRET).await;
    let path = format!("/webhooks/chatwoot/{}", sender.token);
    // 100 MB, announced: nothing of it is read.
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 104857600\r\n\r\n"
    );
    let mut caller = Caller::connect(house.door.address).await.unwrap();
    caller.send(head.as_bytes()).await.unwrap();
    assert_eq!(caller.reply().await.unwrap().status, 413);
    // 100 MB, unannounced: cut off at the limit, whatever the sender still sends.
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let mut caller = Caller::connect(house.door.address).await.unwrap();
    caller.send(head.as_bytes()).await.unwrap();
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    let mut sent = 0;
    while sent < 100 << 20 && caller.send(&chunk).await.is_ok() {
        sent += 0x10000;
    }
    assert!(sent < 40 << 20, "{sent} bytes were taken");
    // Truncated: the sender promises more than it sends, and goes.
    let mut caller = Caller::connect(house.door.address).await.unwrap();
    let whole = sender.request(1, Timestamp::now());
    caller.send(&whole[..whole.len() - 5]).await.unwrap();
    drop(caller);
    let text = post(&path, "text/plain", &[], b"hello");
    assert_eq!(house.call(&text).await.status, 415);
    assert_eq!(house.call(&whole).await.status, 200, "the door still stands");
    assert_eq!(house.count("webhook_keys").await, 1);
    house.door.close().await;
}

#[tokio::test]
async fn a_body_that_drips_is_given_up_and_hurts_nobody() {
    let db = TestDb::new().await;
    let store = store(&db);
    let ports = Ports::new(Idle, Idle, Idle, Idle).with_journal(JournalWork::new(store.clone()));
    let hasty = http::Settings { body_timeout: Duration::from_millis(400), ..door::settings() };
    let settings = (JournalSettings::default(), IntakeSettings::default(), hasty);
    let door = Door::over(&store, &keys(), ports, settings).await;
    let sender = sender(&store, &keys(), "Harbour Physio", "chatwoot", SECRET).await;
    let now = Timestamp::now();
    let whole = sender.request(1, now);
    let mut slow = Caller::connect(door.address).await.unwrap();
    slow.send(&whole[..whole.len() - 200]).await.unwrap();
    let (mut swift, mut given_up) = (Caller::connect(door.address).await.unwrap(), None);
    let (mut drips, mut others) = (tokio::time::interval(Duration::from_millis(20)), 1);
    for drop in whole[whole.len() - 200..].chunks(1) {
        tokio::select! {
            biased;
            reply = slow.reply() => {
                given_up = Some(reply.unwrap());
                break;
            }
            _ = drips.tick() => {}
        }
        // It may have been given up just now.
        let _closed = slow.send(drop).await;
        others += 1;
        assert_eq!(swift.call(&sender.request(others, now)).await.unwrap().status, 200, "others are kept");
    }
    let given_up = given_up.expect("a body of four seconds is not waited for");
    assert_eq!((given_up.status, code(&given_up).as_str()), (408, "REQUEST_TIMEOUT"), "{given_up:?}");
    let rest = slow.reply().await;
    assert!(rest.is_err(), "and its connection is closed: {rest:?}");
    let room = JournalSettings::default().most_bytes;
    let free = async || door.intake.room(room).map(drop);
    until("what it took is free", PATIENCE, free).await;
    assert_eq!(journal_keys(&db).await, i64::try_from(others - 1).unwrap(), "nothing of it is kept");
    let again = swift.call(&whole).await.unwrap();
    assert_eq!((again.status, duplicate(&again)), (200, Some(false)), "who comes again is new");
    door.close().await;
}

async fn journal_keys(db: &TestDb) -> i64 {
    let count = "select count(*) from routiq.webhook_keys";
    db.admin().await.query_one(count, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn each_platform_is_answered_as_it_expects() {
    let clerk = SecretString::from("whsec_bm90IGEgc2VjcmV0IGF0IGFsbA");
    let intake = IntakeSettings { clerk: vec![clerk], ..IntakeSettings::default() };
    let house = House::with(JournalSettings::default(), intake).await;
    // Unsigned, at every address of the house.
    for path in [
        "/webhooks/clerk",
        "/api/v1/webhooks/clerk",
        "/api/webhooks/clerk",
        "/api/v1/stripe/webhook",
        "/webhooks/stripe",
        "/api/webhooks/stripe",
    ] {
        let reply = house.call(&post(path, "application/json", &[], b"{}")).await;
        assert_eq!((reply.status, code(&reply).as_str()), (403, "INVALID_SIGNATURE"), "{path}: {reply:?}");
    }
    // Nobody's sender: kept to be looked at, not answered as if it were somebody's.
    let form = "application/x-www-form-urlencoded";
    let body = b"MessageSid=SM1&AccountSid=AC1&From=%2B61400000001&To=%2B61400000002&Body=hello";
    for path in ["/webhooks/inbound", "/webhooks/status"] {
        assert_eq!(house.call(&post(path, form, &[], body)).await.status, 404, "{path}");
    }
    assert_eq!(house.count("msg_webhook_quarantine").await, 2);
    let large = vec![b'x'; (64 << 10) + 1];
    assert_eq!(house.call(&post("/webhooks/inbound", form, &[], &large)).await.status, 413);
    // An address without a secret where one is needed: refused, and somebody is told.
    let twilio = sender(&house.store, &keys(), "Kauri Chiropractic", "twilio", "").await;
    let path = format!("/webhooks/twilio/{}/inbound", twilio.token);
    assert_eq!(house.call(&post(&path, form, &[], body)).await.status, 403);
    let standing = house.door.alerts.standing();
    assert_eq!(standing.len(), 1, "{standing:?}");
    assert_eq!(standing[0].severity, Severity::Warning);
    house.door.close().await;
}

#[tokio::test]
async fn a_secret_that_is_replaced_holds_together_with_the_new_one() {
    let house = House::new().await;
    let old = house.sender("chatwoot", SECRET).await;
    let mut session = house.store.session(old.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let id = hooks::list(&tenant).await.unwrap()[0].id;
    let now = Timestamp::now();
    hooks::add_secret(&tenant, &keys(), id, "the-newer-one".into(), now).await.unwrap();
    tenant.commit().await.unwrap();
    let new = Sender { secret: "the-newer-one".to_owned(), ..old.clone() };
    assert_eq!(house.call(&old.request(1, now)).await.status, 200);
    assert_eq!(house.call(&new.request(2, now)).await.status, 200);
    house.door.close().await;
}

/// A journal that waits until it is let on.
struct Gate(JournalWork, watch::Receiver<bool>);

impl Journal for Gate {
    async fn write(&self, batch: Vec<Parcel>) -> Result<Vec<Result<Kept, String>>, PortError> {
        let mut open = self.1.clone();
        drop(open.wait_for(|open| *open).await);
        self.0.write(batch).await
    }
}

#[tokio::test]
async fn more_than_fits_is_told_to_come_again_before_anything_is_promised() {
    let db = TestDb::new().await;
    let store = store(&db);
    let (gate, closed) = watch::channel(false);
    let settings = JournalSettings { most_waiting: 4, ..JournalSettings::default() };
    let port = Gate(JournalWork::new(store.clone()), closed);
    let door = Door::with(&store, &keys(), settings, port, IntakeSettings::default()).await;
    let sender = sender(&store, &keys(), "Harbour Physio", "chatwoot", SECRET).await;
    let call = |number| {
        let (address, request) = (door.address, sender.request(number, Timestamp::now()));
        async move { Caller::connect(address).await.unwrap().call(&request).await.unwrap() }
    };
    let waiting: Vec<_> = (0..4).map(|number| tokio::spawn(call(number))).collect();
    let journal = door.tree.journal();
    until("four wait", PATIENCE, async || (journal.load().waiting == 4).then_some(())).await;
    let shed = call(4).await;
    assert_eq!(shed.status, 503, "{shed:?}");
    assert!(shed.head.contains("retry-after: 5"), "{shed:?}");
    gate.send(true).unwrap();
    for reply in waiting {
        assert_eq!(reply.await.unwrap().status, 200);
    }
    assert_eq!(call(4).await.status, 200, "and it comes again");
    door.close().await;
}

#[tokio::test]
async fn one_bad_row_of_a_batch_costs_only_itself() {
    let db = TestDb::new().await;
    let store = store(&db);
    let (gate, closed) = watch::channel(false);
    let settings = JournalSettings { in_flight: 1, ..JournalSettings::default() };
    let port = Gate(JournalWork::new(store.clone()), closed);
    let door = Door::with(&store, &keys(), settings, port, IntakeSettings::default()).await;
    let sender = sender(&store, &keys(), "Harbour Physio", "chatwoot", SECRET).await;
    // Rows that the table refuses, whatever verified them.
    let admin = db.admin().await;
    let refuse = "alter table routiq.webhook_events add constraint odd check (convert_from(body, 'UTF8') not like '%number 3 of%')";
    admin.batch_execute(refuse).await.unwrap();
    let known: Vec<_> = (0..8)
        .map(|number| {
            let (address, request) = (door.address, sender.request(number, Timestamp::now()));
            tokio::spawn(async move {
                Caller::connect(address).await.unwrap().call(&request).await.unwrap().status
            })
        })
        .collect();
    let journal = door.tree.journal();
    until("all wait", PATIENCE, async || (journal.load().waiting == 8).then_some(())).await;
    let bad = "select count(*) from routiq.webhook_keys";
    gate.send(true).unwrap();
    let mut statuses = Vec::new();
    for status in known {
        statuses.push(status.await.unwrap());
    }
    let unfit = statuses.iter().filter(|status| **status == 422).count();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 8 - unfit, "{statuses:?}");
    let kept: i64 = admin.query_one(bad, &[]).await.unwrap().get(0);
    assert_eq!((unfit, kept), (1, 7), "{statuses:?}");
    door.close().await;
}

/// Sends deliveries until it is told to stop, each until it is kept; answers the numbers that were.
async fn load(
    door: std::net::SocketAddr,
    sender: Sender,
    numbers: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
) -> (Vec<u64>, u64) {
    let (mut kept, mut refused) = (Vec::new(), 0);
    let mut caller = Caller::connect(door).await.unwrap();
    while !stop.load(Ordering::Relaxed) {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        loop {
            match caller.call(&sender.request(number, Timestamp::now())).await {
                Ok(reply) if reply.status == 200 => break kept.push(number),
                Ok(reply) => {
                    assert_eq!(reply.status, 503, "{reply:?}");
                    assert!(reply.head.contains("retry-after"), "{reply:?}");
                    refused += 1;
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
                Err(_) => caller = Caller::connect(door).await.unwrap(),
            }
        }
    }
    (kept, refused)
}

async fn journalled(admin: &Client) -> Vec<(String, i64)> {
    let rows =
        "select (convert_from(body, 'UTF8')::jsonb ->> 'id'), count(*) from routiq.webhook_events group by 1";
    admin.query(rows, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_stopped_and_started_under_load_loses_nothing_that_was_answered() {
    let home = folder(&fast_folder());
    let database = open(home.path()).await;
    let keys = database.keys.clone();
    let sender = sender(&database.store, &keys, "Harbour Physio", "chatwoot", SECRET).await;
    database.close().await;
    let start =
        async || Embedded::start(EmbeddedSettings::new(home.path().join("postgres")).unwrap()).await.unwrap();
    let mut server = start().await;
    let target = Target::socket(server.sockets(), "routiq").unwrap();
    let login = Role::Daemon.login(&Passwords::Trusted);
    let store = Store::open(&target, &login, &Passwords::Trusted, PoolSettings::default()).unwrap();
    let door = Door::open(&store, &keys, JournalSettings::default()).await;
    let (numbers, stop) = (Arc::new(AtomicU64::new(1)), Arc::new(AtomicBool::new(false)));
    let loads: Vec<_> = (0..8)
        .map(|_| tokio::spawn(load(door.address, sender.clone(), Arc::clone(&numbers), Arc::clone(&stop))))
        .collect();
    let progress = async |what: &str, more: u64| {
        let from = numbers.load(Ordering::Relaxed);
        until(what, PATIENCE, async || (numbers.load(Ordering::Relaxed) > from + more).then_some(())).await;
    };
    for round in 0..if crate::support::rig::soak() { 10 } else { 2 } {
        progress("deliveries are kept", 100).await;
        server.stop().await;
        let mut stranger = Caller::connect(door.address).await.unwrap();
        let reply = stranger.call(&sender.request(1_000_000 + round, Timestamp::now())).await.unwrap();
        assert_eq!(reply.status, 503, "{reply:?}");
        server = start().await;
        progress("it recovers by itself", 100).await;
    }
    stop.store(true, Ordering::Relaxed);
    let (mut kept, mut refused) = (Vec::new(), 0);
    for load in loads {
        let (numbers, turned) = load.await.unwrap();
        kept.extend(numbers);
        refused += turned;
    }
    assert!(refused > 0, "nobody noticed");
    let admin = superuser(home.path()).await.unwrap();
    let journal = journalled(&admin).await;
    assert!(journal.iter().all(|(_, times)| *times == 1), "a delivery stands twice");
    let there: std::collections::HashSet<&str> = journal.iter().map(|(number, _)| number.as_str()).collect();
    let lost: Vec<_> = kept.iter().filter(|number| !there.contains(number.to_string().as_str())).collect();
    assert!(lost.is_empty(), "answered 200 and gone: {lost:?}");
    drop(admin);
    door.close().await;
    store.close();
    server.stop().await;
}

#[tokio::test]
async fn a_hint_makes_an_account_be_looked_at_and_leaves_no_data() {
    let house = House::new().await;
    let secret = "whsec_bm90IGEgc2VjcmV0IGF0IGFsbA==";
    let hinted = house.sender("hint", secret).await;
    let path = format!("/webhooks/poll/{}", hinted.token);
    assert_eq!(house.call(&post(&path, "application/json", &[], b"{}")).await.status, 403, "unsigned");
    let now = Timestamp::now().as_second();
    let signature = {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        use hmac::{Hmac, KeyInit as _, Mac as _};
        let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("msg_1.{now}.{{}}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    };
    let headers = [
        ("webhook-id", "msg_1".to_owned()),
        ("webhook-timestamp", now.to_string()),
        ("webhook-signature", signature),
    ];
    let request = post(&path, "application/json", &headers, b"{}");
    let reply = house.call(&request).await;
    assert_eq!((reply.status, duplicate(&reply)), (200, Some(false)), "{reply:?}");
    let again = house.call(&request).await;
    assert_eq!((again.status, duplicate(&again)), (200, Some(true)), "one wish is enough");
    let admin = house.db.admin().await;
    let wish = "select count(*) from routiq.integrations where poll_requested_at is not null";
    assert_eq!(admin.query_one(wish, &[]).await.unwrap().get::<_, i64>(0), 1);
    assert_eq!(house.count("webhook_keys").await, 0);
    let elsewhere = address(&house.store, &keys(), hinted.key, "chatwoot", SECRET).await;
    let path = format!("/webhooks/poll/{elsewhere}");
    assert_eq!(
        house.call(&post(&path, "application/json", &headers, b"{}")).await.status,
        404,
        "of another kind"
    );
    house.door.close().await;
}
