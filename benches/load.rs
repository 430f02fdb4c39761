//! A hundred practices with ten thousand messages an hour each, simulators included: how late rows are, and whether one
//! practice ten times as loud is noticed by the others.
//!
//! Twice the same, without and with the loud one. `ROUTIQ_BENCH_MINUTES` says for how many minutes each; a minute without it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark says what went wrong by ending"
)]

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use routiq::platforms::chatwoot::{Chatwoot as Adapter, ChatwootConfig};
use routiq_actors::State;
use routiq_simulators::chatwoot::{
    Channel, Chatwoot, MessageKind, NewContact, NewConversation, NewMessage, Role, Sender,
};
use serde_json::json;
use tokio::{task::JoinHandle, time::Instant};

#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/rig.rs"]
mod rig;

use figures::{Goal, figure, resident};
use rig::{Member, Rig, enroll, folder, in_process, installation, open, prompt, quantile, superuser, until};

const PRACTICES: usize = 100;
const CONVERSATIONS: usize = 20;
/// Messages a second of an ordinary practice: 10,000 an hour.
const RATE: f64 = 10_000.0 / 3600.0;
const LOUDER: f64 = 10.0;
const LOUD: usize = 0;
const PATIENCE: Duration = Duration::from_secs(600);

fn main() {
    // The goal is about two cores, whatever this machine has.
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(run());
}

/// One practice at the simulator.
struct Practice {
    member: Member,
    contact: i64,
    conversations: Vec<i64>,
}

/// How late the rows of a run were, by practice; and what the run took.
struct Lateness {
    lags: Vec<Vec<Duration>>,
    connections: i64,
    memory: f64,
}

async fn run() {
    let minutes = std::env::var("ROUTIQ_BENCH_MINUTES").ok().and_then(|minutes| minutes.parse::<u64>().ok());
    let lasting = Duration::from_secs(60 * minutes.unwrap_or(1));
    let control = measure(1.0, lasting).await;
    let loud = measure(LOUDER, lasting).await;

    let others = |run: &Lateness| {
        let of = run.lags.iter().enumerate().filter(|(at, _)| *at != LOUD);
        quantile(of.flat_map(|(_, lags)| lags.iter().copied()).collect(), 0.99)
    };
    let mean =
        |lags: &[Duration]| lags.iter().map(Duration::as_secs_f64).sum::<f64>() / lags.len().max(1) as f64;
    let all: Vec<Duration> = loud.lags.iter().flatten().copied().collect();
    println!(
        "{} messages; the loud practice's mean lag {:.1} s; the others' p99 {:.1?} without it, {:.1?} with it",
        all.len(),
        mean(&loud.lags[LOUD]),
        others(&control),
        others(&loud),
    );
    figure("load_mean_lag_seconds", mean(&all), Goal::AtMost(180.0));
    let ratio = others(&loud).as_secs_f64() / others(&control).as_secs_f64();
    figure("load_others_p99_of_control", ratio, Goal::AtMost(1.1));
    figure("load_resident_mb", control.memory.max(loud.memory), Goal::AtMost(2048.0));
    figure("load_connections", control.connections.max(loud.connections) as f64, Goal::AtMost(50.0));
}

async fn measure(louder: f64, lasting: Duration) -> Lateness {
    let home = folder(&std::env::temp_dir());
    let simulator = installation(2);
    let database = open(home.path()).await;
    let mut practices = Vec::with_capacity(PRACTICES);
    for n in 0..PRACTICES {
        practices.push(found(&database, &simulator, n).await);
    }
    // Each practice has a host of its own; the limits are those of the product.
    let adapter = Adapter::new(Arc::new(in_process(&simulator)), ChatwootConfig::default());
    let rig = Rig::start(database, BTreeMap::from([("chatwoot", Arc::new(adapter) as _)]), prompt()).await;
    until("the first import", PATIENCE, async || {
        let ready = practices.iter().all(|practice| {
            rig.tree
                .status(practice.member.key)
                .is_some_and(|s| s.state == State::Waiting && s.progress.proven_until.is_some())
        });
        ready.then_some(())
    })
    .await;

    let watched = Arc::new(AtomicBool::new(true));
    let watching = watch(home.path(), Arc::clone(&watched)).await;
    let said = talk(&simulator, &practices, louder, lasting).await;
    let admin = superuser(home.path()).await.unwrap();
    until("every message is there", PATIENCE, async || {
        // Looked at seldom: counting is work too.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let count = admin.query_one("select count(*) from routiq.messages", &[]).await.unwrap();
        (usize::try_from(count.get::<_, i64>(0)).unwrap() >= said.len() + PRACTICES * CONVERSATIONS)
            .then_some(())
    })
    .await;
    watched.store(false, Ordering::Relaxed);
    let (connections, memory) = watching.await.unwrap();

    let mut lags = vec![Vec::new(); PRACTICES];
    let rows = admin.query("select external_id, created_at from routiq.messages", &[]).await.unwrap();
    for row in rows {
        let id: i64 = row.get::<_, String>(0).parse().unwrap();
        if let Some((at, when)) = said.get(&id) {
            // A row's own time is that of its transaction, some milliseconds before the commit.
            let written: Timestamp = row.get(1);
            lags[*at].push(written.duration_since(*when).try_into().unwrap_or_default());
        }
    }
    drop(admin);
    rig.stop().await.close().await;
    Lateness { lags, connections, memory }
}

/// A practice with some conversations, at the simulator and in the tables.
async fn found(database: &routiq::app::database::Database, simulator: &Chatwoot, n: usize) -> Practice {
    let account = simulator.add_account(&format!("Practice {n}"));
    let inbox = simulator.add_inbox(account, "WhatsApp", Channel::Whatsapp).unwrap();
    let (_, token) = simulator.add_user(account, "Alex Example", Role::Administrator).unwrap();
    let new = NewContact {
        name: "Robin Example".to_owned(),
        email: Some("robin@example.org".to_owned()),
        ..NewContact::default()
    };
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

fn say(simulator: &Chatwoot, account: i64, contact: i64, conversation: i64) -> i64 {
    let new = NewMessage {
        content: Some("could you tell me whether the appointment on the other day still stands?".to_owned()),
        kind: MessageKind::Incoming,
        sender: Sender::Contact(contact),
        ..NewMessage::default()
    };
    simulator.add_message(account, conversation, new).unwrap()
}

/// Lets people write; answers who wrote which message when.
async fn talk(
    simulator: &Chatwoot,
    practices: &[Practice],
    louder: f64,
    lasting: Duration,
) -> HashMap<i64, (usize, Timestamp)> {
    let mut dice = StdRng::seed_from_u64(3);
    let mut said = HashMap::new();
    let mut owed = vec![0.0; practices.len()];
    let pace = Duration::from_millis(20);
    let mut ticks = tokio::time::interval(pace);
    let began = Instant::now();
    let mut last = began;
    while began.elapsed() < lasting {
        ticks.tick().await;
        let passed = last.elapsed().as_secs_f64();
        last = Instant::now();
        for (at, practice) in practices.iter().enumerate() {
            owed[at] += passed * RATE * if at == LOUD { louder } else { 1.0 } * dice.random_range(0.0..2.0);
            while owed[at] >= 1.0 {
                owed[at] -= 1.0;
                let conversation = practice.conversations[dice.random_range(0..CONVERSATIONS)];
                let when = rig::now();
                let id = say(simulator, practice.member.seat, practice.contact, conversation);
                said.insert(id, (at, when));
            }
        }
    }
    said
}

/// The most sessions at the server and the most memory of this process while `watched`.
async fn watch(home: &Path, watched: Arc<AtomicBool>) -> JoinHandle<(i64, f64)> {
    let admin = superuser(home).await.unwrap();
    tokio::spawn(async move {
        let (mut connections, mut memory) = (0, 0.0_f64);
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        let sessions =
            "select count(*) from pg_stat_activity where datname = 'routiq' and usename <> 'postgres'";
        while watched.load(Ordering::Relaxed) {
            ticks.tick().await;
            connections = connections.max(admin.query_one(sessions, &[]).await.unwrap().get(0));
            memory = memory.max(resident());
        }
        (connections, memory)
    })
}
