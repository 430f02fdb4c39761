//! How well and how fast contacts of one human are put together: 10,000 invented people over four platforms, with what
//! goes wrong where people type. One `figure` a line.

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
    sync::Arc,
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use jiff::SignedDuration;
use routiq::{
    domain::{
        identity::{Facts, Neighbourhood, decide, forget_widely_used},
        ids::Ids,
    },
    work::{RollupSettings, RollupWork, news::Hub},
};
use routiq_actors::{
    State,
    clock::Clock,
    hub::HubSettings,
    port::{RollLease, Rolled, Rollup as _},
};
use routiq_simulators::chatwoot::{
    Channel, Chatwoot, MessageKind, NewContact, NewConversation, NewMessage, Role, Sender,
};
use serde_json::json;
use uuid::Uuid;

#[path = "../tests/support/figures.rs"]
mod figures;
#[path = "../tests/support/population.rs"]
mod population;
#[path = "../tests/support/rig.rs"]
mod rig;

use figures::{Goal, figure};
use population::{Record, TODAY, labels, population, quality};
use rig::{Rig, chatwoot, enroll, folder, in_process, installation, open, prompt, superuser, until};

const PEOPLE: usize = 10_000;
const SEED: u64 = 1;

/// Contacts that are synced and then looked at, and the messages each has.
const SYNCED: usize = 1_000;
const MESSAGES: usize = 10;

fn main() {
    let records = population(PEOPLE, SEED);
    how_well(&records);
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(how_fast(&records));
}

fn how_well(records: &[Record]) {
    let began = Instant::now();
    let mut facts: Vec<Facts> = records.iter().map(|record| Facts::of(&record.told())).collect();
    forget_widely_used(&mut facts);
    let marked = facts.iter().map(|facts| facts.id).collect();
    let hood = Neighbourhood { facts, marked, today: TODAY, ..Neighbourhood::default() };
    let verdict = decide(&hood);
    let took = began.elapsed();

    let place: HashMap<Uuid, usize> =
        records.iter().enumerate().map(|(at, record)| (record.id, at)).collect();
    let places = |(one, other): (Uuid, Uuid)| (place[&one], place[&other]);
    let merged: Vec<_> = verdict.merges.iter().map(|merge| places(merge.pair)).collect();
    let proposed: Vec<_> = verdict.proposals.iter().map(|proposal| places(proposal.pair)).collect();
    let found = quality(records, &labels(records.len(), &merged), &proposed);
    println!(
        "{PEOPLE} people, {} contacts: {} merges, {} pairs wrong, {} proposals",
        records.len(),
        merged.len(),
        found.wrong,
        found.proposals
    );
    figure("identity_precision", found.precision, Goal::AtLeast(0.999));
    figure("identity_recall", found.recall, Goal::AtLeast(0.95));
    figure("identity_recall_where_nothing_is_shared_too", found.recall_of_all, Goal::None);
    figure("identity_recall_with_proposals", found.recall_with_proposals, Goal::None);
    figure("identity_proposals_right", found.proposals_right, Goal::None);
    figure("identity_contacts_a_second", records.len() as f64 / took.as_secs_f64(), Goal::None);
}

/// Syncs contacts with their history, then looks at all of them once more from nothing.
async fn how_fast(records: &[Record]) {
    // On a disk, so that durable means durable.
    let home = folder(&std::env::temp_dir());
    let simulator = installation(1);
    let (seat, token) = history(&simulator, records);
    let database = open(home.path()).await;
    let admin = superuser(home.path()).await.unwrap();
    let rig = Rig::start(database, chatwoot(Arc::new(in_process(&simulator))), prompt()).await;
    let settings = json!({
        "base_url": "https://chat.example.org", "poll_interval_seconds": 86_400, "requests_per_minute": 1_000_000,
        "recheck_days": 3650,
    });
    let began = Instant::now();
    let member = enroll(&rig.database, "Practice", seat, &token, &settings).await;
    until("caught up", Duration::from_secs(600), async || {
        let waiting = rig.tree.status(member.key)?.state == State::Waiting;
        (waiting && rig.ears.steps(member.key) >= SYNCED).then_some(())
    })
    .await;
    let synced = began.elapsed();
    let database = rig.stop().await;
    let again = "delete from routiq.identity_keys; delete from routiq.identity_candidates; delete from routiq.identity_conflicts;
        delete from routiq.identity_merges; delete from routiq.person_contacts; delete from routiq.persons;
        delete from routiq.identity_due; delete from routiq.identity_state;";
    admin.batch_execute(again).await.unwrap();
    let rollup = RollupWork::new(
        database.store.clone(),
        Clock::system(),
        Ids::random(),
        Hub::new(HubSettings::default()),
        Arc::new(ArcSwap::from_pointee(RollupSettings { stale_after: SignedDuration::from_mins(2) })),
    );
    let organization = member.key.organization;
    let lease = RollLease { organization, generation: rollup.begin(organization).await.unwrap() };
    let began = Instant::now();
    while let rolled = rollup.roll(lease).await
        && !matches!(rolled, Rolled::Done { .. })
    {
        assert_eq!(rolled, Rolled::More);
    }
    let matched = began.elapsed();
    let query = "select count(*) from routiq.person_contacts";
    let contacts: i64 = admin.query_one(query, &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(contacts).unwrap(), SYNCED);
    println!(
        "{SYNCED} contacts with {MESSAGES} messages each: synced in {synced:.2?}, looked at in {matched:.2?}"
    );
    // The sync's own time holds a first look as well, which its rollup took meanwhile.
    let own = synced.saturating_sub(matched).max(Duration::from_millis(1));
    figure("identity_cost_of_the_sync", matched.as_secs_f64() / own.as_secs_f64(), Goal::AtMost(0.25));
    drop(admin);
    database.close().await;
}

/// One account with a contact for each of the first records, and a conversation each.
fn history(simulator: &Chatwoot, records: &[Record]) -> (i64, String) {
    let account = simulator.add_account("Harbour Physio");
    let inbox = simulator.add_inbox(account, "WhatsApp", Channel::Whatsapp).unwrap();
    let (_, token) = simulator.add_user(account, "Alex Example", Role::Administrator).unwrap();
    let long_ago = rig::now() - SignedDuration::from_hours(24 * 200);
    for (n, record) in records.iter().take(SYNCED).enumerate() {
        let name = record.name.clone().unwrap_or_default();
        let new =
            NewContact { name, email: Some(format!("person.{n}@example.org")), ..NewContact::default() };
        let contact = simulator.add_contact(account, new).unwrap();
        let new = NewConversation { inbox, contact, ..NewConversation::default() };
        let conversation = simulator.add_conversation(account, new).unwrap();
        for m in 0..MESSAGES {
            let new = NewMessage {
                content: Some(format!("{n}.{m} about the appointment on the other day, see you then.")),
                kind: MessageKind::Incoming,
                sender: Sender::Contact(contact),
                created_at: Some(long_ago + SignedDuration::from_mins((n * MESSAGES + m) as i64)),
                ..NewMessage::default()
            };
            simulator.add_message(account, conversation, new).unwrap();
        }
    }
    (account, token)
}
