//! What watching costs: ten thousand WebSockets over a hundred organizations on one daemon, with clients in a process of
//! their own on the same machine; and the same clients on a bare broadcaster, which is the limit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark says what went wrong by ending"
)]

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt, future::join_all};
use jiff::Timestamp;
use routiq::{
    app::{App, Parts},
    config::{Config, Live, Purpose, Sources},
    domain::{ids::Ids, live::Number},
    store::{
        accounts::{self, NewAccount},
        live::{Touched, mark},
        organizations::{self, NewOrganization},
    },
    telemetry,
    work::news::{News, What},
};
use routiq_actors::clock::Clock;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{Semaphore, broadcast},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, Utf8Bytes, protocol::WebSocketConfig},
};
use uuid::Uuid;

#[path = "../tests/support/crew.rs"]
mod crew;
#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/rig.rs"]
mod rig;

use crew::Crew;
use figures::{Goal, figure, resident};
use rig::{folder, open, soak, superuser};

const ORGANIZATIONS: usize = 100;
/// A user may open twenty sockets: so many users watch each organization.
const USERS: usize = 5;

fn small() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(2 << 10).write_buffer_size(0)
}

/// Microseconds since 1970, the same for both processes.
fn micros() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

// ---- the clients, a process of their own ---------------------------------------------------------------------------------

#[derive(Default)]
struct Seen {
    open: AtomicUsize,
    frames: AtomicU64,
    latencies: Mutex<Vec<u32>>,
}

async fn clients(address: SocketAddr, paths: Vec<String>, each: usize, first: bool) {
    let seen = Arc::new(Seen::default());
    let turns = Arc::new(Semaphore::new(48));
    let count = paths.len() * each;
    let mut homes = 0;
    for path in paths.iter().flat_map(|path| std::iter::repeat_n(path.clone(), each)) {
        let (seen, turns) = (Arc::clone(&seen), Arc::clone(&turns));
        // One address of a client has no more ports than a few ten thousand, and those just closed are not free at once.
        homes = homes % 16 + 1;
        let home = SocketAddr::from(([127, 0, 1, homes], 0));
        tokio::spawn(async move {
            let turn = turns.acquire_owned().await.unwrap();
            let stream = TcpSocket::new_v4().unwrap();
            stream.bind(home).unwrap();
            let stream = stream.connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let request = format!("ws://{address}{path}");
            let (mut socket, _) =
                tokio_tungstenite::client_async_with_config(request, stream, Some(small())).await.unwrap();
            if first {
                socket.next().await.unwrap().unwrap();
            }
            drop(turn);
            seen.open.fetch_add(1, Ordering::Relaxed);
            follow(socket, &seen).await;
        });
    }
    let mut orders = crew::orders();
    let mut looks = tokio::time::interval(Duration::from_millis(2));
    while seen.open.load(Ordering::Relaxed) < count {
        looks.tick().await;
    }
    println!("ready");
    while let Some(order) = orders.recv().await {
        let wanted: u64 = order.trim().parse().unwrap();
        while seen.frames.load(Ordering::Relaxed) < wanted {
            looks.tick().await;
        }
        seen.frames.fetch_sub(wanted, Ordering::Relaxed);
        let mut latencies = std::mem::take(&mut *seen.latencies.lock().unwrap());
        latencies.sort_unstable();
        let at = |share: f64| {
            let at = (latencies.len() as f64 * share).ceil() as usize;
            latencies.get(at.saturating_sub(1)).copied().unwrap_or_default()
        };
        println!("done {} {} {}", at(0.5), at(0.99), micros());
    }
}

async fn follow(mut socket: WebSocketStream<TcpStream>, seen: &Seen) {
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        if !text.contains("\"delta\"") {
            continue;
        }
        // Each event says when it happened; what waited together comes together.
        for part in text.split("\"t\":").skip(1) {
            let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
            let then: u64 = digits.parse().unwrap();
            let took = u32::try_from(micros().saturating_sub(then)).unwrap_or(u32::MAX);
            seen.latencies.lock().unwrap().push(took);
        }
        seen.frames.fetch_add(1, Ordering::Relaxed);
    }
}

/// The other process.
struct Crowd(Crew);

impl Crowd {
    async fn gather(address: SocketAddr, paths: &[String], each: usize, first: bool) -> Self {
        let list = std::env::temp_dir().join(format!("routiq-live-{}", Uuid::new_v4().simple()));
        std::fs::write(&list, paths.join("\n")).unwrap();
        let (address, each, first) = (address.to_string(), each.to_string(), first.to_string());
        let mut crew = Crew::start(&["--clients", &address, list.to_str().unwrap(), &each, &first]);
        assert_eq!(crew.hear().await, "ready");
        std::fs::remove_file(list).unwrap();
        Self(crew)
    }

    async fn expect(&mut self, frames: usize) {
        self.0.tell(&frames.to_string()).await;
    }

    /// Half and all but a hundredth of the latencies, in milliseconds.
    async fn done(&mut self) -> (f64, f64) {
        let answer = self.0.hear().await;
        let mut parts = answer.split_whitespace().skip(1).map(|part| part.parse::<f64>().unwrap());
        (parts.next().unwrap() / 1e3, parts.next().unwrap() / 1e3)
    }

    async fn leave(self) {
        self.0.leave().await;
    }
}

// ---- the limit: a broadcaster with nothing else ----------------------------------------------------------------------------

async fn bare(listener: TcpListener, topics: Arc<Vec<broadcast::Sender<Utf8Bytes>>>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let topics = Arc::clone(&topics);
        tokio::spawn(async move {
            stream.set_nodelay(true).unwrap();
            let path = Arc::new(Mutex::new(String::new()));
            let asked = Arc::clone(&path);
            #[allow(clippy::result_large_err, reason = "the library's own signature")]
            let hear = move |request: &http::Request<()>, response| {
                *asked.lock().unwrap() = request.uri().path().trim_start_matches('/').to_owned();
                Ok(response)
            };
            let Ok(mut socket) =
                tokio_tungstenite::accept_hdr_async_with_config(stream, hear, Some(small())).await
            else {
                return;
            };
            let topic: usize = path.lock().unwrap().parse().unwrap();
            let mut news = topics[topic].subscribe();
            // When the last of the topics is gone, so is this socket.
            drop(topics);
            while let Ok(text) = news.recv().await {
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
        });
    }
}

/// Deliveries a second of rounds in which everybody gets one frame.
async fn rounds(crowd: &mut Crowd, sockets: usize, rounds: usize, mut publish: impl FnMut()) -> f64 {
    let begun = Instant::now();
    for _ in 0..rounds {
        crowd.expect(sockets).await;
        publish();
        crowd.done().await;
    }
    (sockets * rounds) as f64 / begun.elapsed().as_secs_f64()
}

// ---- the product -----------------------------------------------------------------------------------------------------------

struct Clinic {
    id: Uuid,
    keys: Vec<String>,
}

async fn settle(app: &App, admin: &tokio_postgres::Client) -> Vec<Clinic> {
    let (ids, now) = (Ids::random(), Clock::system().now());
    let mut clinics = Vec::new();
    for at in 0..ORGANIZATIONS {
        let name = format!("Practice {at}");
        let id = ids.next(now);
        let new = NewOrganization {
            id,
            clerk_org_id: None,
            name: &name,
            region: "AU",
            timezone: "Australia/Perth",
        };
        organizations::insert(&app.database.store, &new, now).await.unwrap();
        let mut session = app.database.store.session(id).await.unwrap();
        let tenant = session.begin(None).await.unwrap();
        let settings = json!({});
        let external_id = at.to_string();
        let account = NewAccount {
            id: ids.next(now),
            platform: "chatwoot",
            external_id: &external_id,
            name: None,
            settings: &settings,
        };
        accounts::insert(&tenant, &account, now).await.unwrap();
        tenant.commit().await.unwrap();
        let mut keys = Vec::new();
        for _ in 0..USERS {
            keys.push(rig::service_key(admin, id).await);
        }
        clinics.push(Clinic { id, keys });
    }
    clinics
}

/// Something happens in a practice: marked, and its rollup is told, as after a step.
async fn happen(app: &App, clinic: Uuid) {
    let now = Clock::system().now();
    let event = json!({ "kind": "message_received", "conversation_id": clinic, "at": now.to_string(), "t": micros() });
    let touched = Touched { events: vec![event], ..Touched::default() };
    let mut session = app.database.store.session(clinic).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    mark(&tenant, app.ids.next(now), &touched, "webhook", now).await.unwrap();
    tenant.commit().await.unwrap();
    app.tree.nudge_rollup(clinic);
}

/// Every practice changes so often, each at its own moment, for this long; answers how many changes there were.
async fn live(app: &Arc<App>, clinics: &[Clinic], pause: Duration, length: Duration) -> usize {
    let working = clinics.iter().enumerate().map(|(at, clinic)| {
        let (app, id) = (Arc::clone(app), clinic.id);
        let offset = pause.mul_f64(at as f64 / clinics.len() as f64);
        tokio::spawn(async move {
            tokio::time::sleep(offset).await;
            let mut ticks = tokio::time::interval(pause);
            let times = (length.as_secs_f64() / pause.as_secs_f64()) as usize;
            for _ in 0..times {
                ticks.tick().await;
                happen(&app, id).await;
            }
            times
        })
    });
    join_all(working).await.into_iter().map(Result::unwrap).sum()
}

fn numbered(app: &App, clinic: Uuid, text: &str) {
    let Some(latest) = app.hub.latest(clinic) else { return };
    let (document, proven_until, recent) = match &latest.what {
        What::Change { document, proven_until, recent, .. }
        | What::State { document, proven_until, recent } => {
            (Arc::clone(document), *proven_until, Arc::clone(recent))
        }
        What::Progress(_) | What::Access => return,
    };
    let number = Number { sequence: latest.number.sequence + 1, ..latest.number };
    let what = What::Change {
        patch: json!({ "metrics": { "padding": text } }),
        events: Value::Array(Vec::new()),
        cause: "sync".to_owned(),
        document,
        proven_until,
        recent,
    };
    app.hub.publish(
        clinic,
        &Arc::new(News::new(Arc::clone(&latest.clinic), number, Timestamp::now(), what)),
        true,
    );
}

async fn measure() {
    let each = if soak() { 100 } else { 20 };
    let sockets = ORGANIZATIONS * each;
    let many = if soak() { 20 } else { 10 };

    // The limit first, with the same clients and frames of the same size.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let topics: Arc<Vec<_>> = Arc::new((0..ORGANIZATIONS).map(|_| broadcast::Sender::new(64)).collect());
    let serving = tokio::spawn(bare(listener, Arc::clone(&topics)));
    let paths: Vec<String> = (0..ORGANIZATIONS).map(|at| format!("/{at}")).collect();
    let mut crowd = Crowd::gather(address, &paths, each, false).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let frame = Utf8Bytes::try_from(Bytes::from(format!(
        "{{\"type\":\"delta\",\"padding\":\"{}\"}}",
        "x".repeat(460)
    )))
    .unwrap();
    let publish = || topics.iter().for_each(|topic| drop(topic.send(frame.clone())));
    rounds(&mut crowd, sockets, 2, publish).await;
    let limit = rounds(&mut crowd, sockets, many, publish).await;
    crowd.leave().await;
    serving.abort();
    drop(topics);

    let folder = folder(&std::env::temp_dir());
    let database = open(folder.path()).await;
    let admin = superuser(folder.path()).await.unwrap();
    let sources = Sources::variables([
        ("LOG_LEVEL", "warn"),
        ("PORT", "0"),
        ("ROUTIQ_SERVER__MAX_CONNECTIONS", "16384"),
        // Everything is sent as it comes: with its usual pace a socket takes ten frames a second, which is what would be measured.
        ("ROUTIQ_SERVER__LIVE_PACE", "0s"),
    ]);
    let config = Config::load(&sources.for_purpose(Purpose::Tool)).unwrap();
    let telemetry = telemetry::init(&config.telemetry).unwrap();
    let parts = Parts {
        config: Live::new(config),
        database,
        telemetry,
        clock: Clock::system(),
        ids: Ids::random(),
        seed: 1,
        transport: None,
    };
    let app = Arc::new(App::start(parts).await.unwrap());
    let door = app.open_door().await.unwrap();
    let clinics = settle(&app, &admin).await;
    app.tree.nudge_roster();
    while app.tree.rollups().iter().filter(|rollup| rollup.counts > 0).count() < ORGANIZATIONS {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    let before = resident();
    let paths: Vec<String> = clinics
        .iter()
        .flat_map(|clinic| {
            clinic.keys.iter().map(|key| format!("/ws/clinics/{}/metrics?token={key}", clinic.id))
        })
        .collect();
    let mut crowd = Crowd::gather(door.address, &paths, each / USERS, true).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let memory = (resident() - before) * 1024.0 / sockets as f64;

    let seconds = if soak() { 30 } else { 8 };
    let changing = live(&app, &clinics, Duration::from_secs(1), Duration::from_secs(seconds)).await;
    crowd.expect(changing * each).await;
    let (half, most) = crowd.done().await;

    // Five hundred changes a second: what a rollup finds together is one frame, so changes are counted by their events.
    let busy = Duration::from_millis(200);
    let changes = live(&app, &clinics, busy, Duration::from_secs(seconds)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    crowd.expect(1).await;
    let (busy_half, busy_most) = crowd.done().await;

    crowd.leave().await;
    // Their seats are free once the door has noticed that they left.
    while app.hub.counts().subscribers > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut crowd = Crowd::gather(door.address, &paths, each / USERS, true).await;
    let text = "x".repeat(300);
    let publish = || clinics.iter().for_each(|clinic| numbered(&app, clinic.id, &text));
    rounds(&mut crowd, sockets, 2, publish).await;
    let ours = rounds(&mut crowd, sockets, many, publish).await;
    crowd.leave().await;

    println!("{sockets} sockets over {ORGANIZATIONS} organizations, {changes} changes in the busy part");
    figure("live_bare_broadcaster_deliveries_per_second", limit, Goal::None);
    figure("live_deliveries_per_second", ours, Goal::None);
    figure("live_deliveries_of_the_bare_broadcaster", ours / limit, Goal::AtLeast(0.8));
    figure("live_memory_per_idle_subscriber_kb", memory, Goal::AtMost(20.0));
    figure("live_once_a_second_p50_ms", half, Goal::None);
    figure("live_once_a_second_p99_ms", most, Goal::AtMost(250.0));
    figure("live_500_changes_a_second_p50_ms", busy_half, Goal::None);
    figure("live_500_changes_a_second_p99_ms", busy_most, Goal::AtMost(250.0));
    std::process::exit(0);
}

fn main() {
    crew::more_handles();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--clients") {
        let paths = std::fs::read_to_string(&arguments[at + 2]).unwrap().lines().map(str::to_owned).collect();
        let (each, first) = (arguments[at + 3].parse().unwrap(), arguments[at + 4] == "true");
        return runtime.block_on(clients(arguments[at + 1].parse().unwrap(), paths, each, first));
    }
    runtime.block_on(measure());
}
