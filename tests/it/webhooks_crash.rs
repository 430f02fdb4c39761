//! The daemon is killed, again and again, while hundreds of signed webhooks a second arrive: what was answered 200 is applied
//! once, what was not is sent again and applied once as well, and nobody waits long.
//!
//! The platform itself cannot be reached meanwhile: what stands in the tables came by webhooks alone.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, timeout},
};
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::support::{
    daemon::Daemon,
    door::{Caller, Sender, address},
    fast_folder,
    rig::{enroll, folder, now, open, quantile, soak, superuser, unhurried, until},
};

/// Decides when the daemon is killed and what is sent twice.
const SEED: u64 = 20_310_305;
/// Webhooks a second: what the goals speak of, and what a daemon that is not optimized applies on a busy machine.
const RATES: (usize, usize) = (500, 150);
/// Connections that senders keep.
const LINES: u64 = 48;
/// How long a daemon may take from its start to the first 200, and to the last of what another had acknowledged.
const RECOVERY: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(300);

/// A daemon's life, and where it serves.
type Door = Option<(usize, SocketAddr)>;

/// What senders heard.
#[derive(Default)]
struct Heard {
    /// Numbers that were answered 200, in that order.
    kept: Vec<u64>,
    /// When each life answered its first 200.
    first: BTreeMap<usize, Instant>,
    /// Requests that nobody answered.
    unanswered: u64,
    /// Those of them that had been kept all the same.
    known: u64,
    /// What was kept and sent once more on purpose.
    repeated: u64,
    /// Requests that were to come again.
    shed: u64,
}

impl Heard {
    fn keep(&mut self, number: u64, accepted: &Accepted) {
        self.kept.push(number);
        self.known += u64::from(accepted.duplicate);
        self.first.entry(accepted.life).or_insert_with(Instant::now);
    }
}

/// Practices whose messages are told, each until it is kept.
struct Sending {
    senders: Vec<Sender>,
    begun: Timestamp,
    /// A second.
    rate: usize,
    next: AtomicU64,
    pace: Semaphore,
    heard: Mutex<Heard>,
}

impl Sending {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap()
    }

    fn kept(&self) -> usize {
        self.heard().kept.len()
    }

    fn sender(&self, number: u64) -> &Sender {
        &self.senders[number as usize % self.senders.len()]
    }

    /// Twenty messages to a conversation. What is sent again says the same, signed anew.
    fn request(&self, number: u64) -> Vec<u8> {
        let sender = self.sender(number);
        let at = self.begun + Duration::from_millis(number);
        let talk = number / 20;
        let body = json!({
            "event": "message_created", "id": number, "content": said(number), "message_type": "incoming",
            "created_at": format!("{at:.3}"), "private": false, "content_type": "text", "content_attributes": {},
            "source_id": null, "account": { "id": sender.account.parse::<i64>().unwrap(), "name": "Harbour Physio" },
            "inbox": { "id": 1, "name": "Front desk" },
            "sender": { "id": talk + 1, "name": "Quinn Sample", "phone_number": "+61400000001", "type": "contact" },
            "conversation": {
                "id": talk + 1, "inbox_id": 1, "status": "open", "channel": "Channel::Whatsapp", "labels": [],
            },
        });
        sender.post(&body.to_string(), &format!("delivery-{number}"), now())
    }

    /// Lets so many a second happen, and no more than two seconds' worth while nobody answers.
    async fn tick(&self) {
        const A_SECOND: usize = 50;
        let mut ticks = interval(Duration::from_secs(1) / A_SECOND as u32);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        loop {
            ticks.tick().await;
            if self.pace.available_permits() < 2 * self.rate {
                self.pace.add_permits(self.rate / A_SECOND);
            }
        }
    }

    async fn turn(&self) {
        self.pace.acquire().await.unwrap().forget();
    }
}

fn said(number: u64) -> String {
    format!("Message number {number} of many")
}

fn is_duplicate(body: &str) -> bool {
    let body: Value = serde_json::from_str(body).unwrap();
    body["duplicate"].as_bool().unwrap()
}

/// One connection, to whichever daemon lives.
struct Line {
    sending: Arc<Sending>,
    doors: watch::Receiver<Door>,
    caller: Option<(usize, Caller)>,
}

/// A 200.
struct Accepted {
    life: usize,
    duplicate: bool,
}

impl Line {
    /// Sends what happens until it is told to stop; what was begun is told to its end.
    async fn run(mut self, mut dice: StdRng, stop: CancellationToken) {
        let sending = Arc::clone(&self.sending);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = sending.turn() => {}
            }
            let number = sending.next.fetch_add(1, Ordering::Relaxed);
            let mut lost = 0;
            let accepted = loop {
                match self.ask(number).await {
                    Some(accepted) => break accepted,
                    None => lost += 1,
                }
                sending.turn().await;
            };
            assert!(lost > 0 || !accepted.duplicate, "{number} is new");
            sending.heard().keep(number, &accepted);
            if dice.random_bool(0.05) {
                sending.turn().await;
                if let Some(again) = self.ask(number).await {
                    assert!(again.duplicate, "{number} was kept before");
                    sending.heard().repeated += 1;
                }
            }
        }
    }

    /// One attempt; none when it was not accepted, whatever became of it.
    async fn ask(&mut self, number: u64) -> Option<Accepted> {
        let request = self.sending.request(number);
        let (life, caller) = self.connected().await;
        let life = *life;
        match caller.call(&request).await {
            Ok(reply) if reply.status == 200 => Some(Accepted { life, duplicate: is_duplicate(&reply.body) }),
            Ok(reply) => {
                assert_eq!(reply.status, 503, "{reply:?}");
                assert!(reply.head.contains("retry-after"), "{reply:?}");
                self.sending.heard().shed += 1;
                None
            }
            Err(_) => {
                self.caller = None;
                self.sending.heard().unanswered += 1;
                None
            }
        }
    }

    async fn connected(&mut self) -> &mut (usize, Caller) {
        while self.caller.is_none() {
            let (life, door) = self.doors.wait_for(Option::is_some).await.unwrap().unwrap();
            match Caller::connect(door).await {
                Ok(caller) => self.caller = Some((life, caller)),
                // Whoever serves takes connections: this one is dead, and that will be told.
                Err(_) => self.doors.changed().await.unwrap(),
            }
        }
        self.caller.as_mut().unwrap()
    }
}

/// Whether everything that was there at `until` is applied.
async fn is_applied(client: &Client, until: Timestamp) -> bool {
    let left =
        "select exists (select from routiq.webhook_events where state = 'pending' and received_at <= $1)";
    !client.query_one(left, &[&until]).await.unwrap().get::<_, bool>(0)
}

async fn numbers<const N: usize>(client: &Client, query: &str) -> [i64; N] {
    let row = client.query_one(query, &[]).await.unwrap();
    std::array::from_fn(|at| row.get(at))
}

/// Every number was applied once: its message stands where it belongs, the journal says so once, its lineage names it once,
/// and it was counted once.
async fn assert_applied_once(client: &Client, sending: &Sending) {
    let kept: Vec<u64> = {
        let mut kept = sending.heard().kept.clone();
        kept.sort_unstable();
        kept
    };
    let all: Vec<u64> = (0..sending.next.load(Ordering::Relaxed)).collect();
    assert_eq!(kept, all, "each was answered 200 in the end, once");
    let count = i64::try_from(all.len()).unwrap();
    let messages = "select external_id::bigint, organization_id, content from routiq.messages
                    where deleted_at is null order by 1";
    let rows = client.query(messages, &[]).await.unwrap();
    assert_eq!(rows.len(), all.len(), "messages in the tables");
    for (row, number) in rows.iter().zip(all) {
        assert_eq!(row.get::<_, i64>(0), i64::try_from(number).unwrap());
        assert_eq!(row.get::<_, uuid::Uuid>(1), sending.sender(number).key.organization, "{number}");
        assert_eq!(row.get::<_, &str>(2), said(number));
    }
    let journal = "select count(*), count(distinct (organization_id, event_key)), count(*) filter (where state = 'applied'),
                          sum(attempts)::bigint from routiq.webhook_events";
    assert_eq!(numbers(client, journal).await, [count, count, count, 0], "rows, keys, applied, failures");
    assert_eq!(numbers(client, "select count(*) from routiq.webhook_keys").await, [count], "keys");
    let counted = "select sum(records)::bigint from routiq.sync_stream_state where stream = 'webhooks'";
    assert_eq!(numbers(client, counted).await, [count], "what committing portions counted");
    let lineage = "select count(*), count(distinct told) from routiq.raw_payloads,
                   regexp_split_to_table(request, ', ') as told where source = 'webhook'";
    assert_eq!(numbers(client, lineage).await, [count, count], "what payloads name");
    assert_eq!(numbers(client, "select count(*) from routiq.sync_errors").await, [0]);
}

/// How long a daemon took from its start.
#[derive(Clone, Copy, Debug)]
struct Recovery {
    served: Duration,
    accepted: Duration,
    applied: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_while_webhooks_arrive_it_applies_each_that_it_acknowledged_exactly_once() {
    let kills = if soak() { 100 } else { 3 };
    let mut dice = StdRng::seed_from_u64(SEED);
    let home = folder(&fast_folder());
    // Taken by us, and nobody listens.
    let nobody = tokio::net::TcpSocket::new_v4().unwrap();
    nobody.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let platform = unhurried(&format!("http://{}", nobody.local_addr().unwrap()));
    let database = open(home.path()).await;
    let mut senders = Vec::new();
    for (seat, name) in ["Harbour Physio", "Kauri Chiropractic", "Marigold Podiatry"].iter().enumerate() {
        let member = enroll(&database, name, seat as i64 + 1, "an invented token", &platform).await;
        let secret = format!("shared-with-{seat}");
        let token = address(&database.store, &database.keys, member.key, "chatwoot", &secret).await;
        senders.push(Sender { key: member.key, token, secret, account: member.seat.to_string() });
    }
    database.close().await;

    let (doors, open) = watch::channel(None);
    let sending = Arc::new(Sending {
        senders,
        begun: now(),
        rate: if soak() { RATES.0 } else { RATES.1 },
        next: AtomicU64::new(0),
        pace: Semaphore::new(0),
        heard: Mutex::default(),
    });
    let (ticking, stop) = (Arc::clone(&sending), CancellationToken::new());
    let ticking = tokio::spawn(async move { ticking.tick().await });
    let mut lines = JoinSet::new();
    for line in 0..LINES {
        let dice = StdRng::seed_from_u64(SEED + line);
        let line = Line { sending: Arc::clone(&sending), doors: open.clone(), caller: None };
        lines.spawn(line.run(dice, stop.clone()));
    }

    let begun = Instant::now();
    let (mut recoveries, mut waited) = (Vec::new(), 0);
    let live = async |life: usize, daemon: &mut Daemon| {
        let (born, inherited) = (Instant::now(), now());
        doors.send_replace(Some((life, daemon.address().await)));
        let served = born.elapsed();
        let heard = || sending.heard().first.get(&life).map(|first| first.duration_since(born));
        let accepted = until("the first 200", PATIENCE, async || heard()).await;
        let client = superuser(home.path()).await.expect("the server runs while its daemon does");
        // Looking must cost little: the index holds what is pending, the table everything.
        client.batch_execute("set enable_seqscan = off").await.unwrap();
        let inheritance =
            "select count(*) from routiq.webhook_events where state = 'pending' and received_at <= $1";
        let left: i64 = client.query_one(inheritance, &[&inherited]).await.unwrap().get(0);
        let all = async || is_applied(&client, inherited).await.then(|| born.elapsed());
        let applied = until("what was acknowledged is applied", PATIENCE, all).await;
        println!("life {life}: serving {served:.2?}, first 200 {accepted:.2?}, {left} applied {applied:.2?}");
        Recovery { served, accepted, applied }
    };
    for life in 0..kills {
        let mut daemon = Daemon::start(home.path(), &[]);
        // One in six dies while it begins, or has what it inherited still to apply.
        let early = life > 0 && dice.random_range(0..6) == 0;
        let most = if early { Duration::from_millis(dice.random_range(0..2_500)) } else { PATIENCE };
        if let Ok(recovery) = timeout(most, live(life, &mut daemon)).await {
            recoveries.push(recovery);
            let wanted = sending.kept() + dice.random_range(1..600);
            let enough = async || {
                if let Some(ended) = lines.try_join_next() {
                    ended.unwrap();
                    panic!("a line ended by itself");
                }
                (sending.kept() >= wanted).then_some(())
            };
            until("more is accepted", PATIENCE, enough).await;
            tokio::time::sleep(Duration::from_micros(dice.random_range(0..20_000))).await;
            let client = superuser(home.path()).await.unwrap();
            waited += usize::from(!is_applied(&client, now()).await);
        }
        assert!(daemon.alive(), "life {life}: the daemon ended by itself");
        daemon.kill();
        doors.send_replace(None);
    }

    let mut daemon = Daemon::start(home.path(), &[]);
    recoveries.push(live(kills, &mut daemon).await);
    stop.cancel();
    while let Some(line) = lines.join_next().await {
        line.unwrap();
    }
    let took = begun.elapsed();
    ticking.abort();
    let client = superuser(home.path()).await.unwrap();
    let all = async || is_applied(&client, Timestamp::MAX).await.then_some(());
    until("everything is applied", PATIENCE, all).await;
    assert_applied_once(&client, &sending).await;
    let shown = async || {
        let figures = "select coalesce(sum(incoming), 0)::bigint from routiq.organization_figures";
        (numbers(&client, figures).await == [sending.next.load(Ordering::Relaxed) as i64]).then_some(())
    };
    until("dashboards show each message once", PATIENCE, shown).await;
    drop(client);
    assert!(daemon.terminate(PATIENCE).await.success());
    tell(&sending, kills, waited, &recoveries, took);
    if soak() {
        assert!(waited > 0, "no kill left anything to apply: they came at the wrong moments");
        let heard = sending.heard();
        assert!(heard.known > 0, "no kill came between a commit and its answer");
        let slowest = recoveries.iter().map(|it| it.accepted.max(it.applied)).max().unwrap();
        // Less is applied a second than arrives where nothing is optimized.
        assert!(cfg!(debug_assertions) || slowest < RECOVERY, "one recovery took {slowest:?}");
    }
}

/// What is worth writing down.
fn tell(sending: &Sending, kills: usize, waited: usize, recoveries: &[Recovery], took: Duration) {
    let heard = sending.heard();
    let of = |part: fn(&Recovery) -> Duration| {
        let all: Vec<Duration> = recoveries.iter().map(part).collect();
        (quantile(all.clone(), 0.5), quantile(all, 1.0))
    };
    println!(
        "{kills} kills, {waited} with something left to apply; {} webhooks accepted in {took:.1?}; {} without an answer, {} of those \
         had been kept; {} sent again on purpose; {} told to come again",
        heard.kept.len(),
        heard.unanswered,
        heard.known,
        heard.repeated,
        heard.shed,
    );
    println!(
        "from the start, median and most: serving {:.2?}, first 200 {:.2?}, the last acknowledged applied {:.2?}",
        of(|it| it.served),
        of(|it| it.accepted),
        of(|it| it.applied),
    );
}
