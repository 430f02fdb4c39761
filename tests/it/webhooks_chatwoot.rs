//! Webhooks make it live, polling makes it complete: what Chatwoot tells becomes rows at once, in whatever order it comes,
//! and what it does not tell is read.

use std::time::Duration;

use jiff::SignedDuration;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use routiq::store::journal::Entry;
use routiq_actors::{
    Settings, Tree,
    clock::Clock,
    port::{Applied, Ports},
};
use routiq_simulators::chatwoot::{
    Command, ContactEdit, ConversationEdit, Delivery, FileType, MessageKind, NewContact, NewConversation,
    NewMessage, Role, Sender, Status, Version,
};

use crate::support::{
    hooks::{Mailbox, forged, ids_in, keep, rough, states},
    practice::{Driver, House, Member, Plan, practice},
    rig::{Ears, prompt, until},
};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Small with every change; more when there is time.
fn seeds(few: u64, many: u64) -> u64 {
    if std::env::var("ROUTIQ_TEST_SOAK").is_ok_and(|soak| soak == "1") { many } else { few }
}

/// A practice whose import is done, with an address for its webhooks.
async fn imported<'a>(house: &'a House, signed: bool) -> (Member, Driver<'a>, Mailbox) {
    let member = house.one();
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    let mut driver = house.drive(&member).await;
    driver.settle().await;
    // What an import leaves to be looked at again comes with later polls.
    house.hand.advance(MINUTE * 30);
    driver.settle().await;
    let mailbox = Mailbox::open(house, &member, signed).await;
    (member, driver, mailbox)
}

fn says(contact: i64, text: &str) -> NewMessage {
    NewMessage {
        content: Some(text.to_owned()),
        kind: MessageKind::Incoming,
        sender: Sender::Contact(contact),
        ..NewMessage::default()
    }
}

fn requests(house: &House) -> usize {
    house.simulator.log().len()
}

/// A person who talks to the practice for the first time.
fn arrive(house: &House, member: &Member, name: &str) -> (i64, i64, i64) {
    let (account, inbox) = (member.seat.account, member.seat.inboxes[0]);
    let new = NewContact {
        name: name.to_owned(),
        email: Some(format!("{}@example.org", name.to_lowercase().replace(' ', "."))),
        ..NewContact::default()
    };
    let contact = house.simulator.add_contact(account, new).unwrap();
    let new = NewConversation { inbox, contact, ..NewConversation::default() };
    let conversation = house.simulator.add_conversation(account, new).unwrap();
    let message = house.simulator.add_message(account, conversation, says(contact, "Good morning")).unwrap();
    (contact, conversation, message)
}

async fn message(house: &House, member: &Member, id: i64) -> Vec<String> {
    let query = format!(
        "select concat_ws('|', m.content, m.sender_type, m.is_private::text, c.external_id, m.provisional::text)
         from routiq.messages m join routiq.conversations c on c.id = m.conversation_id and c.organization_id = m.organization_id
         where m.external_id = '{id}'"
    );
    house.texts(member, &query).await
}

#[tokio::test]
async fn a_message_is_there_before_anything_is_asked_and_the_page_decides_the_rest() {
    let house = House::new().await;
    let (member, mut driver, mailbox) = imported(&house, true).await;
    let proven = "select string_agg(stream || proven_until::text, ' ' order by stream) from routiq.sync_stream_state where proven_until is not null";
    let before = house.texts(&member, proven).await;
    let (contact, conversation, said) = arrive(&house, &member, "Ana Invented");
    mailbox.receive(&house, true).await;
    let asked = requests(&house);

    let report = driver.apply_all().await;
    assert_eq!(requests(&house), asked, "nothing was asked");
    assert_eq!(
        (&report.outcome, report.done.failed, report.due_in),
        (&Applied::Done, 0, Some(Duration::ZERO))
    );
    assert!(report.done.changed >= 3 && report.done.lag.is_some(), "{report:?}");
    let row = format!("Good morning|patient|false|{conversation}|true");
    assert_eq!(message(&house, &member, said).await, [row]);
    let person = format!("select name from routiq.contacts where external_id = '{contact}'");
    assert_eq!(house.texts(&member, &person).await, ["Ana Invented"]);
    assert_eq!(house.texts(&member, proven).await, before, "a webhook proves nothing");
    let cause = "select cause from routiq.dirty order by created_at desc, id desc limit 1";
    assert_eq!(house.texts(&member, cause).await, ["webhook"], "dashboards are told what brought it");
    let kept = "select count(*)::text from routiq.raw_payloads where source = 'webhook' and request like 'webhook %'";
    assert_ne!(house.texts(&member, kept).await, ["0"], "its lineage is kept");

    driver.settle().await;
    house.assert_equal(&member, "once what was owed is read").await;
    let row = format!("Good morning|patient|false|{conversation}|false");
    assert_eq!(message(&house, &member, said).await, [row]);
    let waiting = "routiq.webhook_events where state = 'pending'";
    assert_eq!(house.count(&member, waiting).await, 0);
}

#[tokio::test]
async fn a_burst_is_shown_at_once_and_read_once() {
    let settle = Duration::from_secs(10);
    let house = House::of(Plan { settle, ..Plan::default() }).await;
    let (member, mut driver, mailbox) = imported(&house, true).await;
    let (contact, conversation, first) = arrive(&house, &member, "Ana Invented");
    mailbox.receive(&house, true).await;
    driver.apply_all().await;
    driver.settle().await;
    house.hand.advance(SignedDuration::from_secs(21));
    driver.settle().await;
    house.assert_equal(&member, "the person and the conversation are read").await;
    let asked = requests(&house);

    let mut said = vec![first];
    for text in ["And one more thing", "Are you there?", "Never mind"] {
        said.push(
            house.simulator.add_message(member.seat.account, conversation, says(contact, text)).unwrap(),
        );
        mailbox.receive(&house, true).await;
        let report = driver.apply_all().await;
        assert!(
            report.due_in.is_some_and(|pause| pause > Duration::ZERO && pause <= 2 * settle),
            "{report:?}"
        );
        driver.settle().await;
        house.hand.advance(SignedDuration::from_secs(2));
    }
    for id in &said[1..] {
        let rows = message(&house, &member, *id).await;
        assert!(matches!(&rows[..], [row] if row.ends_with("|true")), "shown as it was told: {rows:?}");
    }
    assert_eq!(requests(&house), asked, "nothing was asked so far");
    house.hand.advance(SignedDuration::from_secs(15));
    driver.nudge();
    driver.settle().await;
    assert_eq!(requests(&house), asked + 1, "all are read together");
    house.assert_equal(&member, "the burst is read").await;
    let waiting = "routiq.sync_items where work is not null";
    assert_eq!(house.count(&member, waiting).await, 0);
}

/// Everything Chatwoot tells of, once.
fn everything(house: &House, member: &Member) {
    let account = member.seat.account;
    let simulator = &house.simulator;
    let tick = || house.hand.advance(SignedDuration::from_secs(7));
    let (contact, conversation, said) = arrive(house, member, "Kim Imagined");
    tick();
    let (user, _) = simulator.add_user(account, "Ana Marsh", Role::Administrator).unwrap();
    let answer = NewMessage {
        content: Some("On Tuesday?".to_owned()),
        kind: MessageKind::Outgoing,
        sender: Sender::User(user),
        attachments: vec![FileType::Image],
        ..NewMessage::default()
    };
    let answered = simulator.add_message(account, conversation, answer.clone()).unwrap();
    tick();
    let note = NewMessage { content: Some("knee, left".to_owned()), private: true, ..answer };
    simulator.add_message(account, conversation, note).unwrap();
    simulator.set_delivery(account, conversation, answered, Delivery::Read).unwrap();
    tick();
    simulator.edit_message(account, conversation, answered, "On Wednesday?").unwrap();
    simulator.delete_message(account, conversation, said).unwrap();
    tick();
    let edit = ContactEdit {
        name: Some("Kim Renamed".to_owned()),
        phone_number: Some("+61412000733".to_owned()),
        ..ContactEdit::default()
    };
    simulator.edit_contact(account, contact, edit).unwrap();
    tick();
    let edit = ConversationEdit {
        status: Some(Status::Resolved),
        labels: Some(vec!["follow-up".to_owned()]),
        ..ConversationEdit::default()
    };
    simulator.edit_conversation(account, conversation, edit).unwrap();
    tick();
    simulator.add_message(account, conversation, says(contact, "Wednesday it is")).unwrap();
    simulator.command(Command::OpenWidget { account, contact }).unwrap();
    simulator.command(Command::Typing { account, conversation, user: Some(user), on: true }).unwrap();
    tick();
    arrive(house, member, "Lou Fictional");
}

#[tokio::test]
async fn every_event_of_every_version_converges_without_a_sweep() {
    for version in [Version::V3_13, Version::V4_0, Version::V4_12, Version::V4_15] {
        let house = House::of(Plan { version, ..Plan::default() }).await;
        let (member, mut driver, mailbox) = imported(&house, version >= Version::V4_12).await;
        everything(&house, &member);
        let new = mailbox.receive(&house, true).await;
        assert!(new > 10, "{version:?}: {new} deliveries");
        driver.apply_all().await;
        let settled = "routiq.webhook_events where state in ('applied', 'ignored')";
        assert_eq!(house.count(&member, "routiq.webhook_events").await, house.count(&member, settled).await);
        // What is owed is read; no poll is due yet.
        driver.settle().await;
        house.assert_equal(&member, &format!("{version:?}")).await;
    }
}

#[tokio::test]
async fn an_unsigned_delivery_writes_nothing_and_is_only_a_reason_to_look() {
    let house = House::of(Plan { version: Version::V4_0, ..Plan::default() }).await;
    let (member, mut driver, mailbox) = imported(&house, false).await;
    let rows = ["routiq.contacts", "routiq.conversations", "routiq.messages"];
    let mut before = Vec::new();
    for table in rows {
        before.push(house.count(&member, table).await);
    }
    arrive(&house, &member, "Ana Invented");
    mailbox.receive(&house, true).await;
    let report = driver.apply_all().await;
    assert_eq!((report.done.changed, report.due_in), (0, Some(Duration::ZERO)));
    for (table, before) in rows.iter().zip(before) {
        assert_eq!(house.count(&member, table).await, before, "{table}");
    }
    driver.settle().await;
    house.assert_equal(&member, "once it has looked").await;
}

/// Rows as they are, without what says when and how they were written.
async fn rows(house: &House, member: &Member) -> Vec<String> {
    let mut all = Vec::new();
    for (table, without) in [
        ("contacts", "id"),
        ("conversations", "id,contact_id,inbox_id"),
        ("messages", "id,conversation_id"),
        ("attachments", "id,message_id"),
    ] {
        let gone = "organization_id,account_id,payload_id,transform_version,generation,observed_at,created_at,updated_at,deletion_id,deleted_at,provisional";
        let query = format!(
            "select '{table} ' || (to_jsonb(t) - string_to_array('{without},{gone}', ','))::text || (deleted_at is null)::text
             from routiq.{table} t order by 1"
        );
        all.extend(house.texts(member, &query).await);
    }
    all
}

/// Delivers `entries` in portions, now and then with what is owed read in between.
async fn deliver(house: &House, driver: &mut Driver<'_>, mut entries: &[Entry], dice: &mut StdRng) {
    while !entries.is_empty() {
        let (now, later) = entries.split_at(dice.random_range(1..=entries.len().min(9)));
        keep(house, now).await;
        entries = later;
        driver.apply_all().await;
        for _ in 0..dice.random_range(0..4) {
            driver.turn().await;
        }
    }
}

#[tokio::test]
async fn deliveries_in_any_order_and_number_end_in_the_same_rows() {
    let mut first: Option<Vec<String>> = None;
    for seed in 0..seeds(8, 200) {
        let house = House::new().await;
        let (member, mut driver, mailbox) = imported(&house, true).await;
        everything(&house, &member);
        let mut entries = mailbox.collect(&house, true).await;
        let mut dice = StdRng::seed_from_u64(seed);
        // Some twice, under a key of their own, so that nothing but applying tells them apart; any order.
        if seed > 0 {
            let twice = entries.iter().filter(|_| dice.random_bool(0.4)).cloned();
            let twice: Vec<Entry> = twice
                .map(|entry| Entry {
                    id: house.ids.next(entry.received_at),
                    event_key: format!("again:{}", entry.event_key),
                    ..entry
                })
                .collect();
            entries.extend(twice);
            entries.shuffle(&mut dice);
        }
        deliver(&house, &mut driver, &entries, &mut dice).await;
        driver.settle().await;
        house.assert_equal(&member, &format!("seed {seed}")).await;
        let rows = rows(&house, &member).await;
        match &first {
            None => first = Some(rows),
            Some(first) => assert_eq!(first, &rows, "seed {seed}"),
        }
    }
}

#[tokio::test]
async fn with_deliveries_lost_doubled_and_reordered_one_sweep_makes_the_tables_the_truth() {
    for seed in 1..=seeds(3, 40) {
        let mut office = practice("Harbour Physio");
        office.events_per_hour = 240.0;
        let house = House::of(Plan { seed, practices: vec![office], ..Plan::default() }).await;
        let member = house.one();
        let mut driver = house.drive(&member).await;
        driver.settle().await;
        let mailbox = Mailbox::open(&house, &member, true).await;
        house.simulator.set_hook_faults(rough());
        for _ in 0..30 {
            house.hand.advance(MINUTE);
            mailbox.receive(&house, false).await;
            driver.apply_all().await;
            for _ in 0..6 {
                driver.turn().await;
            }
        }
        house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
        mailbox.receive(&house, true).await;
        driver.apply_all().await;
        let totals = house.simulator.hook_totals();
        assert!(totals.planned > 100 && totals.doubled > 0 && totals.held > 0, "{totals:?}");
        assert!(totals.undelivered.get("lost").is_some_and(|lost| *lost > 0), "{totals:?}");
        driver.sweep().await;
        house.assert_equal(&member, &format!("seed {seed}, after one sweep")).await;
        assert_eq!(house.count(&member, "routiq.webhook_events where state = 'pending'").await, 0);
        assert_eq!(house.count(&member, "routiq.webhook_events where state = 'quarantined'").await, 0);
    }
}

#[tokio::test]
async fn an_older_webhook_never_writes_over_a_newer_page_nor_the_other_way_round() {
    let house = House::new().await;
    let (member, mut driver, mailbox) = imported(&house, true).await;
    let account = member.seat.account;
    let (_, conversation, _) = arrive(&house, &member, "Ana Invented");
    mailbox.receive(&house, true).await;
    driver.apply_all().await;
    driver.settle().await;
    let status = format!("select status from routiq.conversations where external_id = '{conversation}'");
    let turn = |to: Status| {
        house.hand.advance(SignedDuration::from_secs(5));
        let edit = ConversationEdit { status: Some(to), ..ConversationEdit::default() };
        house.simulator.edit_conversation(account, conversation, edit).unwrap();
    };
    turn(Status::Pending);
    let older = mailbox.collect(&house, true).await;
    turn(Status::Resolved);
    let newer = mailbox.collect(&house, true).await;
    keep(&house, &newer).await;
    driver.apply_all().await;
    assert_eq!(house.texts(&member, &status).await, ["resolved"]);
    keep(&house, &older).await;
    let report = driver.apply_all().await;
    assert_eq!(house.texts(&member, &status).await, ["resolved"], "what came late is older");
    assert_eq!(report.done.changed, 0);

    // A page newer than a webhook that is still on its way.
    turn(Status::Open);
    let late = mailbox.collect(&house, true).await;
    turn(Status::Snoozed);
    mailbox.collect(&house, true).await;
    house.hand.advance(MINUTE * 6);
    driver.nudge();
    driver.settle().await;
    assert_eq!(house.texts(&member, &status).await, ["snoozed"], "the poll has it");
    let late: Vec<Entry> =
        late.into_iter().map(|entry| Entry { received_at: house.hand.now(), ..entry }).collect();
    keep(&house, &late).await;
    driver.apply_all().await;
    assert_eq!(house.texts(&member, &status).await, ["snoozed"]);
    driver.settle().await;
    house.assert_equal(&member, "in the end").await;
}

#[tokio::test]
async fn a_poisoned_delivery_is_put_aside_after_its_retries_and_the_rest_moves_on() {
    let house = House::new().await;
    let (member, mut driver, mailbox) = imported(&house, true).await;
    let (_, _, said) = arrive(&house, &member, "Ana Invented");
    let mut entries = mailbox.collect(&house, true).await;
    entries.insert(
        0,
        forged(&house, mailbox.owner, "message_created", "{\"event\":\"message_created\",\"id\":"),
    );
    entries.insert(
        1,
        forged(
            &house,
            mailbox.owner,
            "message_created",
            "{\"event\":\"message_created\",\"id\":[1],\"conversation\":{\"id\":1}}",
        ),
    );
    keep(&house, &entries).await;
    let report = driver.apply_all().await;
    assert_eq!(message(&house, &member, said).await.len(), 1, "what came after it is there");
    assert_eq!((report.done.failed, report.done.quarantined), (2, 0));
    let Applied::Wait { pause } = report.outcome else { panic!("{report:?}") };
    assert_eq!(pause.as_secs(), 5, "tried again soon");
    for attempt in 2..=5 {
        house.hand.advance(SignedDuration::from_mins(20));
        let report = driver.apply_all().await;
        let expected = if attempt < 5 { (2, 0, 0) } else { (0, 2, 2) };
        let done = report.done;
        assert_eq!((done.failed, done.quarantined, done.aside), expected, "attempt {attempt}");
    }
    assert_eq!(driver.apply_all().await.outcome, Applied::Done);
    let aside = ids_in(&house, &member, "quarantined").await;
    assert_eq!(aside.len(), 2);
    let states: Vec<String> = states(&house, &member).await;
    let states: Vec<&String> = states.iter().filter(|state| state.starts_with("quarantined")).collect();
    // They came in one instant: which stands first says nothing.
    assert!(
        states.iter().any(|state| *state == "quarantined 5 the body is not JSON that can be read"),
        "{states:?}"
    );
    assert!(states.iter().any(|state| state.contains("id is a list")), "{states:?}");
    let bodies = "select convert_from(body, 'utf8') from routiq.webhook_events where state = 'quarantined' order by received_at, id";
    assert_eq!(house.texts(&member, bodies).await.len(), 2, "with everything needed to apply them again");
}

#[tokio::test]
async fn what_the_database_refuses_of_one_delivery_costs_it_alone() {
    let house = House::new().await;
    let (member, mut driver, mailbox) = imported(&house, true).await;
    let (_, _, refused) = arrive(&house, &member, "Ana Invented");
    let (_, _, fine) = arrive(&house, &member, "Kim Imagined");
    mailbox.receive(&house, true).await;
    let admin = house.db.client(routiq::store::roles::Role::Owner).await;
    let spoil = format!(
        "create function routiq.refuse() returns trigger language plpgsql as $$
         begin if new.external_id = '{refused}' then raise exception 'no'; end if; return new; end $$;
         create trigger refuse before insert on routiq.messages for each row execute function routiq.refuse();"
    );
    admin.batch_execute(&spoil).await.unwrap();
    let report = driver.apply_all().await;
    assert_eq!((report.done.failed, report.done.quarantined), (1, 0), "{report:?}");
    assert_eq!(message(&house, &member, fine).await.len(), 1);
    assert_eq!(message(&house, &member, refused).await.len(), 0);
    admin
        .batch_execute("drop trigger refuse on routiq.messages; drop function routiq.refuse()")
        .await
        .unwrap();
    house.hand.advance(MINUTE);
    assert_eq!(driver.apply_all().await.done.settled, 1);
    assert_eq!(message(&house, &member, refused).await.len(), 1, "it waited for better times");
}

#[tokio::test]
async fn another_organizations_deliveries_never_touch_this_one() {
    let plan =
        Plan { practices: vec![practice("Harbour Physio"), practice("Kauri Chiro")], ..Plan::default() };
    let house = House::of(plan).await;
    let (a, b) = (house.members[0].clone(), house.members[1].clone());
    let mut drivers = Vec::new();
    for member in &house.members {
        house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
        let mut driver = house.drive(member).await;
        driver.settle().await;
        drivers.push(driver);
    }
    let (of_a, of_b) = (Mailbox::open(&house, &a, true).await, Mailbox::open(&house, &b, true).await);
    let before = rows(&house, &a).await;
    everything(&house, &b);
    let to_b = of_b.collect(&house, true).await;
    keep(&house, &to_b).await;
    // The same bodies at the address of A: their account is another.
    let strays: Vec<Entry> = to_b
        .iter()
        .map(|entry| forged(&house, of_a.owner, &entry.event_type, &String::from_utf8_lossy(&entry.body)))
        .collect();
    keep(&house, &strays).await;
    for driver in &mut drivers {
        driver.apply_all().await;
    }
    assert_eq!(rows(&house, &a).await, before);
    let settled = house.count(&a, "routiq.webhook_events where state = 'applied'").await;
    assert_eq!(settled, 0, "nothing of it was taken for A's");
    assert_eq!(house.count(&b, "routiq.webhook_events where state = 'pending'").await, 0);
    drivers[1].settle().await;
    house.assert_equal(&b, "B").await;
}

#[tokio::test]
async fn an_incarnation_that_lost_its_fence_applies_nothing() {
    let house = House::new().await;
    let (member, mut old, mailbox) = imported(&house, true).await;
    let mut new = house.drive(&member).await;
    arrive(&house, &member, "Ana Invented");
    mailbox.receive(&house, true).await;
    assert_eq!(old.apply().await.outcome, Applied::Fenced);
    assert!(states(&house, &member).await.iter().all(|state| state.starts_with("pending")));
    assert!(new.apply().await.done.settled > 0);
}

#[tokio::test]
async fn after_a_crash_nothing_waits_longer_than_one_interval_and_no_news_is_needed() {
    let house = House::new().await;
    let (member, driver, mailbox) = imported(&house, true).await;
    drop(driver);
    // Accepted by a daemon that died before it could tell anybody.
    let (_, _, said) = arrive(&house, &member, "Ana Invented");
    assert!(mailbox.receive(&house, true).await > 0);
    let (sync, roster) = (house.work(), house.roster());
    let ports = Ports::new(sync, roster.clone(), roster, Ears::default());
    let settings = Settings { apply_every: Duration::from_millis(200), ..prompt() };
    let tree = Tree::start(settings, Clock::system(), ports).await.unwrap();
    let applied = async || {
        let waiting = house.count(&member, "routiq.webhook_events where state = 'pending'").await;
        (waiting == 0).then_some(())
    };
    until("what waited is applied", Duration::from_secs(30), applied).await;
    assert_eq!(message(&house, &member, said).await.len(), 1);
    let (_, _, said) = arrive(&house, &member, "Kim Imagined");
    assert!(mailbox.receive(&house, true).await > 0);
    until("and what came without news", Duration::from_secs(30), applied).await;
    assert_eq!(message(&house, &member, said).await.len(), 1);
    let twice = "select count(*)::text from routiq.messages group by external_id having count(*) > 1";
    assert!(house.texts(&member, twice).await.is_empty());
    tree.stop(Duration::from_secs(5)).await;
}
