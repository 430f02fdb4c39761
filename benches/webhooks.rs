//! What a webhook costs at the front door: signed deliveries over 64 connections, each answered once it is committed, beside
//! 32 connections that commit single rows into the same table; and how soon what was delivered is seen on an open WebSocket
//! of the whole daemon.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark says what went wrong by ending"
)]

use std::{
    collections::HashMap,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all};
use http::{Request, Response};
use jiff::Timestamp;
use routiq::{
    app::{App, Parts},
    config::{Config, Live, Purpose, Sources},
    domain::ids::Ids,
    telemetry::{self, Telemetry},
};
use routiq_actors::{State, clock::Clock, journal::JournalSettings};
use routiq_simulators::{
    chatwoot::{
        Channel, Chatwoot, MessageKind, NewContact, NewConversation, NewMessage, Role, Sender as Person,
    },
    hooks::{self, Failure, Network, Sending, Sink},
};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[path = "../tests/support/crew.rs"]
mod crew;
#[path = "../tests/support/door.rs"]
mod door;
#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/rig.rs"]
mod rig;
#[path = "../tests/support/strain.rs"]
mod strain;

use door::{Door, Sender, sender};
use figures::{Goal, figure};
use rig::{Member, enroll, folder, in_process, installation, median, open, quantile, soak, superuser, until};
use strain::{Run, strain};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ORGANIZATIONS: usize = 100;
const TURNS: usize = 3;
/// What peers accepted with 64 connections, the better of one and two processes, on a machine where 32 connections of
/// pgbench committed as many single rows as the last number says; all a second.
const FASTAPI_ASYNCPG: f64 = 3_800.0;
const FASTIFY_PG: f64 = 7_700.0;
const LIMIT_RECORDED_WITH_THEM: f64 = 17_800.0;
/// Events a second that are to be seen.
const EVENTS: u64 = 500;
const CONVERSATIONS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(120);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--strain") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(strain::serve(arguments[at + 1].parse().unwrap(), &arguments[at + 2]));
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(measure());
}

async fn measure() {
    let sources = Sources::variables([("LOG_LEVEL", "warn"), ("PORT", "0")]);
    let config = Config::load(&sources.for_purpose(Purpose::Tool)).unwrap();
    let telemetry = telemetry::init(&config.telemetry).unwrap();
    // One part alone, where an argument names it.
    let wanted = |part: &str| {
        let named: Vec<String> =
            std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
        named.is_empty() || named.iter().any(|name| name == part)
    };
    if wanted("accept") {
        accept().await;
    }
    if wanted("visible") {
        visible(config, telemetry).await;
    }
    std::process::exit(0);
}

// ---- how many are accepted -------------------------------------------------------------------------------------------------

async fn accept() {
    let (requests, rows) = if soak() { (200_000, 100_000) } else { (60_000, 30_000) };
    // On a disk, so that durable means durable.
    let home = folder(&std::env::temp_dir());
    let database = open(home.path()).await;
    let mut senders = Vec::new();
    for n in 0..ORGANIZATIONS {
        let name = format!("Practice {n}");
        senders.push(
            sender(&database.store, &database.keys, &name, "chatwoot", "a-secret-of-a-benchmark").await,
        );
    }
    let door = Door::open(&database.store, &database.keys, JournalSettings::default()).await;
    let mut crew = strain::start(door.address, &senders);
    let full = Run { connections: 64, requests, rate: None };
    strain(&mut crew, Run { requests: requests / 10, ..full }).await;

    let (mut limits, mut rates, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let limit = limit(home.path(), &senders, rows).await;
        let done = strain(&mut crew, full).await;
        println!("turn {turn}: limit {limit:.0}/s, accepted {:.0}/s, p50 {:.2} ms", done.rate, done.half);
        limits.push(limit);
        rates.push(done.rate);
        tails.push(done.most);
    }
    let (limit, rate) = (median(limits), median(rates));
    let calm = Run { connections: 256, requests: requests / 2, rate: Some(rate / 2.0) };
    let calm = strain(&mut crew, calm).await;

    let scale = limit / LIMIT_RECORDED_WITH_THEM;
    figure("webhooks_limit_single_row_commits_per_second", limit, Goal::None);
    figure("webhooks_accepted_per_second", rate, Goal::None);
    figure("webhooks_accepted_of_the_limit", rate / limit, Goal::AtLeast(1.0));
    figure("webhooks_times_fastapi_asyncpg", rate / (FASTAPI_ASYNCPG * scale), Goal::AtLeast(5.0));
    figure("webhooks_times_fastify_pg", rate / (FASTIFY_PG * scale), Goal::AtLeast(2.0));
    figure("webhooks_p99_at_full_rate_ms", median(tails), Goal::None);
    figure("webhooks_p50_at_half_rate_ms", calm.half, Goal::None);
    figure("webhooks_p99_at_half_rate_ms", calm.most, Goal::AtMost(20.0));
    crew.leave().await;
    door.close().await;
    database.close().await;
}

/// Rows a second that 32 connections of the intake's login commit one by one, with their keys.
async fn limit(home: &Path, senders: &[Sender], rows: usize) -> f64 {
    let mut ready = Vec::new();
    for n in 0..32 {
        let mut config = tokio_postgres::Config::new();
        config.host_path(rig::sockets(home)).user("routiq_intake").dbname("routiq");
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let statement = client.prepare(SINGLE_ROW).await.unwrap();
        let given: Vec<_> = (0..rows / 32)
            .map(|at| {
                let sender = &senders[(n + at * 32) % senders.len()];
                (sender.key, format!("message_created:{}", Uuid::new_v4().simple()), sender.body(at as u64))
            })
            .collect();
        ready.push((client, statement, given));
    }
    let (ids, headers, subject) =
        (Ids::random(), json!({ "x-chatwoot-delivery": "delivery-1" }), vec![7_u8; 32]);
    let begun = Instant::now();
    let working = ready.into_iter().map(|(client, statement, given)| {
        let (ids, headers, subject) = (ids.clone(), headers.clone(), subject.clone());
        tokio::spawn(async move {
            for (key, name, body) in &given {
                let (now, body) = (Timestamp::now(), body.as_bytes());
                let id = ids.next(now);
                let given: [&(dyn tokio_postgres::types::ToSql + Sync); 8] =
                    [&key.organization, &id, &key.account, name, &subject, &headers, &body, &now];
                assert_eq!(client.execute(&statement, &given).await.unwrap(), 1);
            }
            given.len()
        })
    });
    let written: usize = join_all(working).await.into_iter().map(Result::unwrap).sum();
    written as f64 / begun.elapsed().as_secs_f64()
}

const SINGLE_ROW: &str = "
with fresh as (
    insert into routiq.webhook_keys (organization_id, platform, event_key, event_id, received_at)
    values ($1, 'chatwoot', $4, $2, $8) on conflict (organization_id, platform, event_key) do nothing returning event_id
)
insert into routiq.webhook_events (organization_id, id, account_id, endpoint_id, platform, event_key, event_type, subject,
    signed, query, headers, body, received_at, state, next_attempt_at)
select $1, event_id, $3, $3, 'chatwoot', $4, 'message_created', $5, true, '', $6, $7, $8, 'pending', $8 from fresh";

// ---- how soon they are seen ------------------------------------------------------------------------------------------------

/// A practice at the simulator and in the tables.
struct Practice {
    member: Member,
    contact: i64,
    conversations: Vec<i64>,
}

/// When each organization's messages were sent, in their order.
type Sent = Arc<Mutex<HashMap<Uuid, Vec<Instant>>>>;
/// How many messages each organization's dashboard showed from when on.
type Seen = Arc<Mutex<HashMap<Uuid, Vec<(u64, Instant)>>>>;

/// The simulated platform's way to our door; notes when it sends what.
struct Way {
    network: Network,
    /// Whose address, and where it really is, by the address that was registered.
    addresses: HashMap<String, (Uuid, String)>,
    sent: Sent,
}

impl Sink for Way {
    fn send(&self, request: Request<Bytes>, timeout: Duration) -> Sending {
        let (organization, url) = &self.addresses[&request.uri().to_string()];
        let (mut head, body) = request.into_parts();
        head.uri = url.parse().unwrap();
        self.sent.lock().unwrap().entry(*organization).or_default().push(Instant::now());
        let sending = self.network.send(Request::from_parts(head, body), timeout);
        Box::pin(async move {
            let answer: Result<Response<Bytes>, Failure> = sending.await;
            assert!(answer.as_ref().is_ok_and(|answer| answer.status() == 200), "{answer:?}");
            answer
        })
    }
}

/// The whole daemon with a hundred practices whose patients write.
async fn visible(config: Config, telemetry: Telemetry) {
    let seconds = if soak() { 30 } else { 10 };
    let home = folder(&std::env::temp_dir());
    let simulator = installation(4);
    let database = open(home.path()).await;
    let admin = superuser(home.path()).await.unwrap();
    let mut practices = Vec::new();
    for n in 0..ORGANIZATIONS {
        practices.push(found(&database, &simulator, n).await);
    }
    let parts = Parts {
        config: Live::new(config),
        database,
        telemetry,
        clock: Clock::system(),
        ids: Ids::random(),
        seed: 1,
        transport: Some(Arc::new(in_process(&simulator))),
    };
    let app = App::start(parts).await.unwrap();
    let address = app.open_door().await.unwrap().address;
    let (sent, seen) = (Sent::default(), Seen::default());
    let mut addresses = HashMap::new();
    for practice in &practices {
        let Member { key, seat } = practice.member;
        let url = format!("https://hooks.example.org/{seat}");
        let (_, secret) = simulator.add_webhook(seat, &url, &["message_created"]).unwrap();
        let token = door::address(&app.database.store, &app.database.keys, key, "chatwoot", &secret).await;
        addresses.insert(url, (key.organization, format!("http://{address}/webhooks/chatwoot/{token}")));
    }
    until("the first import", PATIENCE, async || {
        let ready = practices.iter().all(|practice| {
            app.tree
                .status(practice.member.key)
                .is_some_and(|s| s.state == State::Waiting && s.progress.proven_until.is_some())
        });
        ready.then_some(())
    })
    .await;
    for practice in &practices {
        let organization = practice.member.key.organization;
        let key = rig::service_key(&admin, organization).await;
        watch(address, organization, &key, Arc::clone(&seen)).await;
    }
    until("every dashboard is shown", PATIENCE, async || {
        (seen.lock().unwrap().len() == ORGANIZATIONS).then_some(())
    })
    .await;

    let stop = CancellationToken::new();
    let way = Way { network: Network::default(), addresses, sent: Arc::clone(&sent) };
    let sending = tokio::spawn(hooks::run(simulator.clone(), Arc::new(way), stop.clone()));
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / EVENTS));
    let said = usize::try_from(EVENTS * seconds).unwrap();
    for n in 0..said {
        ticks.tick().await;
        let practice = &practices[n % ORGANIZATIONS];
        let conversation = practice.conversations[n / ORGANIZATIONS % CONVERSATIONS];
        say(&simulator, practice.member.seat, practice.contact, conversation);
    }
    let wanted = CONVERSATIONS + said / ORGANIZATIONS;
    until("every message is seen", PATIENCE, async || {
        let seen = seen.lock().unwrap();
        seen.values().all(|shown| shown.last().is_some_and(|last| last.0 as usize == wanted)).then_some(())
    })
    .await;
    stop.cancel();
    sending.await.unwrap();
    let took = took(&sent.lock().unwrap(), &seen.lock().unwrap());
    assert_eq!(took.len(), said);
    let began = took.iter().map(|(sent, _)| *sent).min().unwrap();
    for second in 0..=seconds {
        let within = |sent: &Instant| sent.duration_since(began).as_secs() == second;
        let took: Vec<Duration> =
            took.iter().filter(|(sent, _)| within(sent)).map(|(_, took)| *took).collect();
        if !took.is_empty() {
            println!(
                "second {second}: {} sent, p99 {:.0?}, the slowest {:.0?}",
                took.len(),
                quantile(took.clone(), 0.99),
                quantile(took, 1.0)
            );
        }
    }
    let took: Vec<Duration> = took.into_iter().map(|(_, took)| took).collect();
    let of = |share| quantile(took.clone(), share).as_secs_f64() * 1e3;
    figure("webhooks_sent_to_visible_p50_ms", of(0.5), Goal::None);
    figure("webhooks_sent_to_visible_p99_ms", of(0.99), Goal::AtMost(250.0));
}

/// Somebody who looks at an organization's figures.
async fn watch(address: SocketAddr, organization: Uuid, key: &str, seen: Seen) {
    let url = format!("ws://{address}/ws/clinics/{organization}/metrics?token={key}");
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(&url, stream).await.unwrap();
    tokio::spawn(async move {
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else { continue };
            let at = Instant::now();
            let frame: Value = serde_json::from_str(&text).unwrap();
            // A snapshot shows the whole, a delta what changed of it.
            let shown = frame.pointer("/data/metrics").or_else(|| frame.pointer("/data/patch/metrics"));
            let count = shown.and_then(|shown| shown.pointer("/chat/messages/incoming")?.as_u64());
            if let Some(count) = count {
                seen.lock().unwrap().entry(organization).or_default().push((count, at));
            }
        }
    });
}

/// When each message was sent, and how long it took until its organization's dashboard counted it.
fn took(
    sent: &HashMap<Uuid, Vec<Instant>>,
    seen: &HashMap<Uuid, Vec<(u64, Instant)>>,
) -> Vec<(Instant, Duration)> {
    let of = |organization: &Uuid, (nth, sent): (usize, &Instant)| {
        let count = (CONVERSATIONS + nth + 1) as u64;
        let shown = seen[organization].iter().find(|shown| shown.0 >= count).expect("it was seen").1;
        (*sent, shown.saturating_duration_since(*sent))
    };
    sent.iter().flat_map(|(id, moments)| moments.iter().enumerate().map(move |nth| of(id, nth))).collect()
}

async fn found(database: &routiq::app::database::Database, simulator: &Chatwoot, n: usize) -> Practice {
    let account = simulator.add_account(&format!("Practice {n}"));
    let inbox = simulator.add_inbox(account, "WhatsApp", Channel::Whatsapp).unwrap();
    let (_, token) = simulator.add_user(account, "Alex Example", Role::Administrator).unwrap();
    let new = NewContact { name: "Robin Example".to_owned(), ..NewContact::default() };
    let contact = simulator.add_contact(account, new).unwrap();
    let conversations = (0..CONVERSATIONS)
        .map(|_| {
            let new = NewConversation { inbox, contact, ..NewConversation::default() };
            let conversation = simulator.add_conversation(account, new).unwrap();
            say(simulator, account, contact, conversation);
            conversation
        })
        .collect();
    let settings = json!({ "base_url": format!("https://chat-{n}.example.org") });
    let member = enroll(database, &format!("Practice {n}"), account, &token, &settings).await;
    Practice { member, contact, conversations }
}

fn say(simulator: &Chatwoot, account: i64, contact: i64, conversation: i64) {
    let new = NewMessage {
        content: Some("could you tell me whether the appointment on the other day still stands?".to_owned()),
        kind: MessageKind::Incoming,
        sender: Person::Contact(contact),
        ..NewMessage::default()
    };
    simulator.add_message(account, conversation, new).unwrap();
}
