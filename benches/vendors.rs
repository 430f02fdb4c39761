//! What reading a platform costs: our own time where the platform takes none, memory by the size of an import, how much of
//! what a limit allows is used, and the requests that a fresh record takes.
//!
//! The first two run the tree over a durable server of their own; the others are driven in virtual time as the conformance
//! suite does it, with its subjects. `cargo bench --bench vendors -- time`, `memory`, `limits` or `requests` measures one
//! part alone; without the big sizes of the soak each is a small one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    dead_code,
    reason = "a benchmark says what went wrong by ending, and uses a part of what stands beside the tests"
)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use http::Request;
use jiff::SignedDuration;
use routiq::platforms::{
    Adapters,
    cliniko::{Cliniko as Adapter, ClinikoConfig},
    registry::House,
    section::{Section, Value as Configured},
    transport::{InProcess, Transport, TransportError},
};
use routiq_actors::{State, port::SyncKey};
use routiq_simulators::{
    Cut,
    clinic::Clinic,
    cliniko::{Cliniko, Seat, Settings as World},
};
use serde_json::json;
use tokio_postgres::Client;

#[path = "../tests/conformance/bench.rs"]
mod bench;
#[path = "../tests/conformance/daemon.rs"]
mod daemon;
#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/conformance/mail.rs"]
mod mail;
#[path = "../tests/conformance/subject.rs"]
mod subject;
#[path = "../tests/conformance/subjects/mod.rs"]
mod subjects;
#[path = "../tests/support/mod.rs"]
mod support;
#[path = "../tests/conformance/truth.rs"]
mod truth;

use bench::{Bench, Plan};
use figures::{Goal, figure, resident};
use subject::{Make, Scale};
use support::rig::{
    self, Rig, chatwoot, enroll, enter, folder, in_process, installation, open, practice, prompt, soak,
    superuser, unhurried, until,
};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PATIENCE: Duration = Duration::from_secs(300);
/// What a platform nearby takes for an answer.
const SWIFT: SignedDuration = SignedDuration::from_millis(5);

/// The subjects of the conformance suite: how each is called here, its platform.
const SUBJECTS: &[(&str, &str, Make)] = &[
    ("chatwoot", "chatwoot", subjects::chatwoot::make),
    ("cliniko", "cliniko", subjects::cliniko::make),
    ("google_calendar", "google_calendar", subjects::google_calendar::make),
    ("manychat", "manychat", subjects::manychat::make),
    ("momence", "momence", subjects::momence::make),
    ("nookal", "nookal", subjects::nookal::make),
    ("nookal_v3", "nookal", subjects::nookal_v3::make),
    ("twilio", "twilio", subjects::twilio::make),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|it| it == part);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        if is_wanted("memory") {
            memory().await;
        }
        if is_wanted("time") {
            time().await;
        }
        if is_wanted("limits") {
            limits().await;
        }
        if is_wanted("requests") {
            requests().await;
        }
    });
}

/// A way to a simulator, and the microseconds for which it was waited for: what is left of an import is our own time.
fn timed(inner: Arc<dyn Transport>) -> (Arc<dyn Transport>, Arc<AtomicU64>) {
    let theirs = Arc::new(AtomicU64::new(0));
    let sum = Arc::clone(&theirs);
    let way = InProcess::new(move |request: Request<bytes::Bytes>| {
        let (inner, sum) = (Arc::clone(&inner), Arc::clone(&sum));
        async move {
            let began = Instant::now();
            let answer = inner.send(request).await;
            sum.fetch_add(u64::try_from(began.elapsed().as_micros()).unwrap(), Ordering::Relaxed);
            answer
        }
    });
    (Arc::new(way), theirs)
}

/// Cliniko without a limit, and a practice in it.
fn cliniko(clinic: &Clinic) -> (Arc<dyn Transport>, Seat) {
    let settings = World { per_minute: u32::MAX, log_size: 0, ..World::default() };
    let platform = Cliniko::new(settings, Arc::new(rig::now));
    let seat = platform.add_practice(clinic, "au2").unwrap();
    let way = InProcess::new(move |request| {
        let platform = platform.clone();
        async move {
            platform.handle(request).await.map_err(|cut| match cut {
                Cut::TimedOut => TransportError::Timeout,
                Cut::Connection | Cut::Body(_) => TransportError::Cut,
            })
        }
    });
    (Arc::new(way), seat)
}

/// Its adapter, with a limit that nothing reaches.
fn adapters(transport: Arc<dyn Transport>) -> Adapters {
    let mut section = Section::default();
    section.set("contact", Configured::Text("it@clinic.example.org".to_owned()));
    section.set("requests_per_minute", Configured::Count(10_000_000));
    let config = ClinikoConfig::of(&House { jitter: 0.0, ..House::default() }, &section);
    BTreeMap::from([("cliniko", Arc::new(Adapter::new(transport, config)) as _)])
}

async fn at_cliniko(rig: &Rig, seat: &Seat) -> SyncKey {
    let account = seat.account.to_string();
    enter(&rig.database, "Harbour Physio", ("cliniko", &account), &seat.key, &json!({})).await
}

/// Until the account rests and this many contacts are there.
async fn caught_up(rig: &Rig, admin: &Client, key: SyncKey, contacts: i64) {
    until("caught up", PATIENCE, async || {
        assert_well(rig, key);
        let waiting = rig.tree.status(key)?.state == State::Waiting;
        (waiting && known(admin, key).await >= contacts).then_some(())
    })
    .await;
}

/// An account that is held will never be there.
fn assert_well(rig: &Rig, key: SyncKey) {
    let status = rig.tree.status(key);
    let held = status.filter(|status| matches!(status.state, State::Held | State::Parked));
    assert!(held.is_none(), "{held:?}");
}

async fn known(admin: &Client, key: SyncKey) -> i64 {
    let query = "select count(*) from routiq.contacts where organization_id = $1";
    admin.query_one(query, &[&key.organization]).await.unwrap().get(0)
}

/// Every row of the account's data.
async fn rows(admin: &Client, key: SyncKey) -> i64 {
    let tables = [
        "contacts",
        "conversations",
        "messages",
        "appointments",
        "invoices",
        "practitioners",
        "locations",
        "appointment_types",
    ];
    let mut sum = 0;
    for table in tables {
        let query = format!("select count(*) from routiq.{table} where organization_id = $1");
        sum += admin.query_one(&query, &[&key.organization]).await.unwrap().get::<_, i64>(0);
    }
    sum
}

/// Our own time for 1,000 people with their history: what each wrote and was answered, or how often each came and for what.
async fn time() {
    let people = 1_000;
    // Some were put away before anybody looked, or have nothing to be called by.
    let most = i64::from(people) * 8 / 10;
    // On a disk, so that durable means durable.
    let home = folder(&std::env::temp_dir());
    let simulator = installation(1);
    let seat = simulator.add_practice(practice("Harbour Physio", people, people, 10.0)).unwrap();
    let (way, theirs) = timed(Arc::new(in_process(&simulator)));
    {
        let database = open(home.path()).await;
        let admin = superuser(home.path()).await.unwrap();
        let rig = Rig::start(database, chatwoot(way), prompt()).await;
        let began = Instant::now();
        let settings = unhurried("https://chat.example.org");
        let member = enroll(&rig.database, "Chatwoot", seat.account, &seat.administrator, &settings).await;
        caught_up(&rig, &admin, member.key, most).await;
        own("chatwoot", began.elapsed(), &theirs, rows(&admin, member.key).await);
        drop(admin);
        rig.stop().await.close().await;
    }
    let (way, seat) = cliniko(&Clinic { patients: people, ..Clinic::default() });
    let (way, theirs) = timed(way);
    let home = folder(&std::env::temp_dir());
    let database = open(home.path()).await;
    let admin = superuser(home.path()).await.unwrap();
    let rig = Rig::start(database, adapters(way), prompt()).await;
    let began = Instant::now();
    let member = at_cliniko(&rig, &seat).await;
    caught_up(&rig, &admin, member, most).await;
    own("cliniko", began.elapsed(), &theirs, rows(&admin, member).await);
    drop(admin);
    rig.stop().await.close().await;
}

fn own(name: &str, whole: Duration, theirs: &AtomicU64, rows: i64) {
    let theirs = Duration::from_micros(theirs.load(Ordering::Relaxed));
    let own = whole.saturating_sub(theirs);
    println!("{name}: {whole:.2?} in all, {theirs:.2?} of it the simulator's, {rows} rows");
    // People write on: each conversation is a request and a transaction of its own.
    let people = format!("vendors_{name}_own_seconds_of_1000_people_with_their_history");
    figure(&people, own.as_secs_f64(), Goal::AtMost(60.0));
    let of_1000 = own.as_secs_f64() * 1_000.0 / rows.max(1) as f64;
    figure(&format!("vendors_{name}_own_seconds_of_1000_records"), of_1000, Goal::AtMost(1.0));
}

/// What is resident after 3,000 and after 12,000 records of one run.
async fn memory() {
    let home = folder(&std::env::temp_dir());
    let (way, seat) = cliniko(&Clinic { patients: 12_500, visits_per_patient: 0.0, ..Clinic::default() });
    let database = open(home.path()).await;
    let admin = superuser(home.path()).await.unwrap();
    let rig = Rig::start(database, adapters(way), prompt()).await;
    let member = at_cliniko(&rig, &seat).await;
    figure("vendors_resident_megabytes_before_records", resident(), Goal::None);
    let mut seen = Vec::new();
    for records in [3_000, 12_000] {
        let there = async || {
            assert_well(&rig, member);
            (known(&admin, member).await >= records).then_some(())
        };
        until("records are there", PATIENCE, there).await;
        let megabytes = resident();
        seen.push(megabytes);
        figure(&format!("vendors_resident_megabytes_after_{records}_records"), megabytes, Goal::None);
    }
    figure("vendors_resident_after_12000_records_of_that_after_3000", seen[1] / seen[0], Goal::AtMost(1.1));
    drop(admin);
    rig.stop().await.close().await;
}

/// How long an import takes beside what the platform's own limit allows, when the platform answers at once.
async fn limits() {
    let sizes = if soak() { (6_000, 6_000) } else { (3_000, 2_000) };
    for (name, make, people, limit) in [
        ("chatwoot", subjects::chatwoot::make as Make, sizes.0, 3_000),
        ("cliniko", subjects::cliniko::make as Make, sizes.1, 200),
    ] {
        let scale = Scale { seed: 1, people, talkative: true };
        let plan = Plan { scale, pace: SWIFT, eager: Some(limit), ..Plan::default() };
        let bench = Bench::new(name, make, plan).await;
        let mut daemon = bench.drive().await;
        let began = bench.hand.now();
        daemon.settle().await;
        let took = bench.hand.now().duration_since(began).as_secs_f64();
        bench.assert_no_violation();
        assert!(daemon.troubles.is_empty(), "{name}: {:?}", daemon.troubles);
        // Whole minutes, and the time that the last of them needs.
        let asked = bench.subject.counters().requests - 1;
        let (minutes, rest) = (asked / u64::from(limit), asked % u64::from(limit) + 1);
        assert!(minutes > 0, "{name}: {asked} requests are no minute's worth");
        let allowed = minutes as f64 * 60.0 + rest as f64 * SWIFT.as_secs_f64();
        println!(
            "{name}: {asked} requests at {limit} a minute: {took:.1} s, the limit allows {allowed:.1} s; {} rows",
            daemon.changed
        );
        let figures = format!("vendors_{name}_import_of_what_the_limit_allows");
        figure(&figures, took / allowed, Goal::AtMost(1.05));
    }
}

/// Requests for each record: of a first import, and of what happens on a day.
async fn requests() {
    for (called, platform, make) in SUBJECTS {
        let scale = Scale { seed: 1, people: if soak() { 600 } else { 60 }, ..Scale::default() };
        let plan = Plan { scale, poll: House::default().poll_interval, ..Plan::default() };
        let bench = Bench::new(platform, *make, plan).await;
        let mut daemon = bench.drive().await;
        daemon.settle().await;
        let (asked, changed) = (bench.subject.counters().requests, daemon.changed);
        if changed > 0 {
            let each = asked as f64 / changed as f64;
            figure(&format!("vendors_{called}_requests_for_each_record_imported"), each, Goal::None);
        }
        daemon.busy(12.0, SignedDuration::from_hours(if soak() { 24 } else { 6 })).await;
        let fresh = daemon.changed - changed;
        let each = (bench.subject.counters().requests - asked) as f64 / fresh.max(1) as f64;
        figure(&format!("vendors_{called}_requests_for_each_fresh_record"), each, Goal::None);
        println!("{called}: {changed} rows imported, {fresh} fresh");
        bench.assert_no_violation();
    }
}
