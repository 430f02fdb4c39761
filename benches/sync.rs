//! How fast the sync engine imports, beside a program that only writes the same rows; and what a second look costs.
//!
//! A simulator without latency inside this process shows 1,000 conversations of 100 messages each. The limit writes the
//! same rows in the same batches, one commit each, to the same table of the same durable server. Runs take turns; medians
//! are printed, one `figure` a line. Set `ROUTIQ_BENCH_RUNS` for more or fewer than three.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a benchmark says what went wrong by ending"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use routiq_actors::State;
use routiq_simulators::chatwoot::{
    Attributes, Channel, Chatwoot, MessageKind, NewContact, NewConversation, NewMessage, Role, Sender,
};
use serde_json::{Value, json};
use tokio_postgres::Client;
use uuid::Uuid;

#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/rig.rs"]
mod rig;

use figures::{Goal, figure};
use rig::{
    Member, Rig, chatwoot, enroll, folder, in_process, installation, median, open, prompt, superuser, until,
};

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONVERSATIONS: usize = 1000;
const PER_CONVERSATION: usize = 100;
const MESSAGES: usize = CONVERSATIONS * PER_CONVERSATION;
const CONTACTS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(600);
/// What dlt 1.31 wrote of the same messages in pages of 100 from a file server, merging by id, on a machine where the limit
/// was as recorded; both in rows a second.
const DLT: f64 = 17_000.0;
const LIMIT_RECORDED_WITH_DLT: f64 = 73_400.0;
/// Tables whose rows a second look must leave alone.
const DATA: &[&str] = &[
    "inboxes",
    "agents",
    "contacts",
    "contact_identities",
    "conversations",
    "messages",
    "attachments",
    "raw_payloads",
    "payload_subjects",
];

fn main() {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(run());
}

async fn run() {
    let runs = std::env::var("ROUTIQ_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(3);
    // On a disk, so that durable means durable.
    let home = folder(&std::env::temp_dir());
    let simulator = installation(1);
    let (account, token) = history(&simulator);
    let database = open(home.path()).await;
    let admin = superuser(home.path()).await.unwrap();
    let mut rig = Rig::start(database, chatwoot(Arc::new(in_process(&simulator))), prompt()).await;

    let mut measured = Measured::default();
    for run in 0..runs {
        admin.batch_execute("update routiq.integrations set is_active = false").await.unwrap();
        rig.tree.nudge_roster();
        let settings = json!({
            "base_url": "https://chat.example.org", "poll_interval_seconds": 86_400,
            "requests_per_minute": 1_000_000, "recheck_days": 3650,
        });
        let began = Instant::now();
        let member = enroll(&rig.database, &format!("Practice {run}"), account, &token, &settings).await;
        caught_up(&rig, &member, CONVERSATIONS).await;
        let first = began.elapsed();
        let stored: i64 = count(&admin, "messages", &member).await;
        assert_eq!(usize::try_from(stored).unwrap(), MESSAGES);

        let before = versions(&admin).await;
        let began = Instant::now();
        let steps = rig.ears.steps(member.key);
        rig::sweep(&rig.database.store, std::slice::from_ref(&member)).await;
        caught_up(&rig, &member, steps + CONVERSATIONS).await;
        let again = began.elapsed();
        let written = versions(&admin).await - before;

        // The same again, as it is by default: old conversations that did not change are not all read again.
        let usual = json!({ "base_url": "https://chat.example.org", "poll_interval_seconds": 86_400,
            "requests_per_minute": 1_000_000, "recheck_days": 30 });
        set(&admin, &member, &usual).await;
        let steps = rig.ears.steps(member.key);
        let began = Instant::now();
        rig::sweep(&rig.database.store, std::slice::from_ref(&member)).await;
        caught_up(&rig, &member, steps + CONVERSATIONS / 25).await;
        let usual = began.elapsed();

        let limit = limit(home.path(), &admin, &member).await;
        measured.add(first, again, usual, limit, written);
        println!(
            "run {run}: first {first:.2?}, everything again {again:.2?}, a usual sweep {usual:.2?}, limit {limit:.2?}, \
             {written} row versions"
        );
        if std::env::var_os("ROUTIQ_BENCH_STEPS").is_some() {
            let took = rig.ears.of(member.key).steps;
            let p = |share| rig::quantile(took[..CONVERSATIONS].to_vec(), share);
            println!("  first steps: p50 {:.2?}, p90 {:.2?}, p99 {:.2?}", p(0.5), p(0.9), p(0.99));
            let p = |share| rig::quantile(took[CONVERSATIONS + 100..2 * CONVERSATIONS].to_vec(), share);
            println!("  again steps: p50 {:.2?}, p90 {:.2?}, p99 {:.2?}", p(0.5), p(0.9), p(0.99));
        }
    }
    measured.print();
    drop(admin);
    let database = {
        rig.ears = rig::Ears::default();
        rig.stop().await
    };
    database.close().await;
}

/// Thousands of messages, all written long ago.
fn history(simulator: &Chatwoot) -> (i64, String) {
    let account = simulator.add_account("Harbour Physio");
    let inbox = simulator.add_inbox(account, "WhatsApp", Channel::Whatsapp).unwrap();
    let (user, token) = simulator.add_user(account, "Alex Example", Role::Administrator).unwrap();
    let contacts: Vec<i64> = (0..CONTACTS)
        .map(|n| {
            let new = NewContact {
                name: format!("Robin Example {n}"),
                email: Some(format!("robin.{n}@example.org")),
                ..NewContact::default()
            };
            simulator.add_contact(account, new).unwrap()
        })
        .collect();
    let long_ago = rig::now() - SignedDuration::from_hours(24 * 200);
    for n in 0..CONVERSATIONS {
        let contact = contacts[n % CONTACTS];
        let new = NewConversation { inbox, contact, ..NewConversation::default() };
        let conversation = simulator.add_conversation(account, new).unwrap();
        for m in 0..PER_CONVERSATION {
            let (kind, sender) = match m % 2 {
                0 => (MessageKind::Incoming, Sender::Contact(contact)),
                _ => (MessageKind::Outgoing, Sender::User(user)),
            };
            let text =
                format!("{n}.{m} about the appointment on the other day, and whether the exercises help; ");
            let new = NewMessage {
                content: Some(text.repeat(2) + "see you then, and thank you for asking."),
                kind,
                sender,
                created_at: Some(long_ago + SignedDuration::from_mins((n * PER_CONVERSATION + m) as i64)),
                content_attributes: Attributes::new(),
                ..NewMessage::default()
            };
            simulator.add_message(account, conversation, new).unwrap();
        }
    }
    (account, token)
}

async fn caught_up(rig: &Rig, member: &Member, steps: usize) {
    until("caught up", PATIENCE, async || {
        let waiting = rig.tree.status(member.key)?.state == State::Waiting;
        (waiting && rig.ears.steps(member.key) >= steps).then_some(())
    })
    .await;
}

async fn count(admin: &Client, table: &str, member: &Member) -> i64 {
    let query = format!("select count(*) from routiq.{table} where organization_id = $1");
    admin.query_one(&query, &[&member.key.organization]).await.unwrap().get(0)
}

async fn set(admin: &Client, member: &Member, settings: &Value) {
    let update = "update routiq.integrations set settings = $1, version = version + 1 where id = $2";
    admin.execute(update, &[settings, &member.key.account]).await.unwrap();
}

/// Row versions of the data written since the server began, as the server counts them.
async fn versions(admin: &Client) -> i64 {
    // Sessions report ten seconds after they fell idle at the latest.
    tokio::time::sleep(Duration::from_secs(11)).await;
    let query = "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint from pg_stat_user_tables
        where schemaname = 'routiq' and relname = any($1)";
    admin.query_one(query, &[&DATA]).await.unwrap().get(0)
}

/// A page's worth of rows, ready to be sent.
#[derive(Default)]
struct Batch {
    ids: Vec<Uuid>,
    external_ids: Vec<String>,
    conversations: Vec<Uuid>,
    directions: Vec<String>,
    sender_types: Vec<String>,
    senders: Vec<Option<String>>,
    names: Vec<Option<String>>,
    contents: Vec<Option<String>>,
    content_types: Vec<Option<String>>,
    statuses: Vec<Option<String>>,
    attributes: Vec<Value>,
    sent: Vec<Option<Timestamp>>,
    sequences: Vec<Option<i64>>,
    fingerprints: Vec<Vec<u8>>,
}

/// Writes the rows just imported once more, for an organization of their own: batches of 100, one commit each.
async fn limit(home: &std::path::Path, admin: &Client, member: &Member) -> Duration {
    let organization = Uuid::new_v4();
    let from = member.key.organization;
    let copies = [
        "insert into routiq.organizations (id, name) select $1, 'limit' from routiq.organizations where id = $2",
        "insert into routiq.integrations (organization_id, id, platform, external_id, is_active)
         select $1, id, platform, external_id, false from routiq.integrations where organization_id = $2",
        "insert into routiq.conversations (organization_id, id, account_id, external_id, source, status,
            transform_version, generation, observed_at, fingerprint)
         select $1, id, account_id, external_id, source, status, transform_version, generation, observed_at, fingerprint
         from routiq.conversations where organization_id = $2",
    ];
    for copy in copies {
        admin.execute(copy, &[&organization, &from]).await.unwrap();
    }
    let read = "select id, external_id, conversation_id, direction, sender_type, sender_external_id, sender_name, content,
            content_type, delivery_status, attributes, sent_at, sequence, fingerprint
        from routiq.messages where organization_id = $1 order by conversation_id, sequence";
    let rows = admin.query(read, &[&from]).await.unwrap();
    let batches: Vec<Batch> = rows
        .chunks(PER_CONVERSATION)
        .map(|rows| {
            let mut batch = Batch::default();
            for row in rows {
                batch.ids.push(row.get(0));
                batch.external_ids.push(row.get(1));
                batch.conversations.push(row.get(2));
                batch.directions.push(row.get(3));
                batch.sender_types.push(row.get(4));
                batch.senders.push(row.get(5));
                batch.names.push(row.get(6));
                batch.contents.push(row.get(7));
                batch.content_types.push(row.get(8));
                batch.statuses.push(row.get(9));
                batch.attributes.push(row.get(10));
                batch.sent.push(row.get(11));
                batch.sequences.push(row.get(12));
                batch.fingerprints.push(row.get(13));
            }
            batch
        })
        .collect();
    let mut config = tokio_postgres::Config::new();
    config.host_path(rig::sockets(home)).user("routiq_daemon").dbname("routiq");
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let set = format!("set app.current_organization_id = '{organization}'");
    client.batch_execute(&set).await.unwrap();
    let upsert = client.prepare(UPSERT).await.unwrap();
    let now = rig::now();
    let payload = Uuid::new_v4();
    let began = Instant::now();
    for batch in &batches {
        let Batch {
            ids,
            external_ids,
            conversations,
            directions,
            sender_types,
            senders,
            names,
            contents,
            ..
        } = batch;
        let Batch { content_types, statuses, attributes, sent, sequences, fingerprints, .. } = batch;
        let written = client
            .execute(
                &upsert,
                &[
                    &organization,
                    &member.key.account,
                    &payload,
                    &now,
                    ids,
                    external_ids,
                    conversations,
                    directions,
                    sender_types,
                    senders,
                    names,
                    contents,
                    content_types,
                    statuses,
                    attributes,
                    sent,
                    sequences,
                    fingerprints,
                ],
            )
            .await
            .unwrap();
        assert_eq!(written as usize, ids.len());
    }
    began.elapsed()
}

const UPSERT: &str = "
insert into routiq.messages
    (organization_id, id, account_id, external_id, conversation_id, direction, sender_type, sender_external_id, sender_name,
     content, content_type, delivery_status, attributes, sent_at, sequence, fingerprint, payload_id, transform_version,
     generation, observed_at, created_at, updated_at)
select $1, i.id, $2, i.external_id, i.conversation, i.direction, i.sender_type, i.sender, i.name, i.content,
       i.content_type, i.status, i.attributes, i.sent, i.sequence, i.fingerprint, $3, 1, 1, $4, $4, $4
from unnest($5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
            $13::text[], $14::text[], $15::jsonb[], $16::timestamptz[], $17::bigint[], $18::bytea[])
     as i (id, external_id, conversation, direction, sender_type, sender, name, content, content_type, status,
           attributes, sent, sequence, fingerprint)
on conflict (organization_id, account_id, external_id) do update set
    conversation_id = excluded.conversation_id, direction = excluded.direction, content = excluded.content,
    sender_type = excluded.sender_type, sender_external_id = excluded.sender_external_id,
    sender_name = excluded.sender_name, content_type = excluded.content_type,
    delivery_status = excluded.delivery_status, attributes = excluded.attributes, sent_at = excluded.sent_at,
    sequence = excluded.sequence, fingerprint = excluded.fingerprint, updated_at = excluded.updated_at";

#[derive(Default)]
struct Measured {
    first: Vec<f64>,
    again: Vec<f64>,
    usual: Vec<f64>,
    limit: Vec<f64>,
    of_limit: Vec<f64>,
    versions: i64,
}

impl Measured {
    fn add(&mut self, first: Duration, again: Duration, usual: Duration, limit: Duration, versions: i64) {
        let rate = |took: Duration| MESSAGES as f64 / took.as_secs_f64();
        self.first.push(rate(first));
        self.limit.push(rate(limit));
        self.of_limit.push(rate(first) / rate(limit));
        self.again.push(again.as_secs_f64() / first.as_secs_f64());
        self.usual.push(usual.as_secs_f64() / first.as_secs_f64());
        self.versions += versions;
    }

    fn print(self) {
        let first = median(self.first);
        let limit = median(self.limit);
        let of_limit = median(self.of_limit);
        println!(
            "the limit wrote {limit:.0} rows/s; dlt, scaled to it, {:.0}",
            DLT * limit / LIMIT_RECORDED_WITH_DLT
        );
        figure("sync_rows_per_second", first, Goal::None);
        figure("sync_of_the_limit", of_limit, Goal::AtLeast(0.25));
        figure("sync_of_the_limit_without_lineage", of_limit, Goal::AtLeast(0.5));
        figure("sync_times_dlt", first / (DLT * limit / LIMIT_RECORDED_WITH_DLT), Goal::AtLeast(2.5));
        figure("sync_unchanged_row_versions", self.versions as f64, Goal::AtMost(0.0));
        figure("sync_unchanged_cost_of_first", median(self.again), Goal::AtMost(0.2));
        figure("sync_unchanged_usual_sweep_cost_of_first", median(self.usual), Goal::AtMost(0.2));
    }
}
