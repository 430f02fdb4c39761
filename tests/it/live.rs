//! Figures that dashboards watch equal a count from nothing, whatever happens and whoever dies; patches lead everybody who
//! follows them to the same document; and nothing of what people said or are called travels with them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use routiq::{
    domain::{
        change::{Contact, Conversation, Direction, Kind, Message, Record},
        patch::apply,
    },
    store::{live, roster, tenant::ROLLUP},
    work::{
        RollupSettings, RollupWork,
        news::{Hub, What},
    },
};
use routiq_actors::{
    hub::{Heard, HubSettings, Subscription},
    port::{RollLease, Rolled, Rollup as _},
};
use routiq_simulators::chatwoot::MessageKind;
use serde_json::{Value, json};

use crate::support::practice::{House, Member, practice};

/// The rollup of one practice, without a tree.
pub(crate) struct Counting {
    work: RollupWork,
    hub: Hub,
    lease: RollLease,
}

impl Counting {
    pub(crate) async fn begin(house: &House, member: &Member) -> Self {
        Self::with(house, member, Hub::new(HubSettings::default())).await
    }

    async fn with(house: &House, member: &Member, hub: Hub) -> Self {
        let settings = RollupSettings { stale_after: SignedDuration::from_mins(2) };
        let settings = Arc::new(ArcSwap::from_pointee(settings));
        let work = RollupWork::new(
            house.store.clone(),
            house.hand.clock(),
            house.ids.clone(),
            hub.clone(),
            settings,
        );
        let organization = member.key.organization;
        let generation = work.begin(organization).await.unwrap();
        Self { work, hub, lease: RollLease { organization, generation } }
    }

    /// Counts until nothing is left.
    pub(crate) async fn settle(&self) -> Duration {
        loop {
            match self.work.roll(self.lease).await {
                Rolled::More => {}
                Rolled::Done { again_in } => return again_in,
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The document as it stands, and its number.
pub(crate) async fn written(house: &House, member: &Member) -> live::Written {
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    live::written(&tenant).await.unwrap()
}

/// Every figure, counted from nothing by a statement that shares nothing with the rollup's.
async fn from_nothing(house: &House, member: &Member) -> Value {
    let client = house.client(member).await;
    let counted =
        "m.deleted_at is null and c.deleted_at is null and not m.deleted_at_source and not m.is_private
        and m.direction in ('incoming', 'outgoing', 'template')";
    let messages = client
        .query_one(
            &format!(
                "select count(*) filter (where m.direction = 'incoming'), count(*) filter (where m.direction <> 'incoming'),
                        max(m.sent_at)
                 from routiq.messages m join routiq.conversations c on c.id = m.conversation_id where {counted}"
            ),
            &[],
        )
        .await
        .unwrap();
    let days = client
        .query(
            &format!(
                "select coalesce((m.sent_at at time zone o.timezone)::date::text, '-infinity'),
                        count(*) filter (where m.direction = 'incoming'), count(*) filter (where m.direction <> 'incoming')
                 from routiq.messages m join routiq.conversations c on c.id = m.conversation_id, routiq.organizations o
                 where {counted} group by 1 order by 1"
            ),
            &[],
        )
        .await
        .unwrap();
    let states = client
        .query("select status, count(*) from routiq.conversations where deleted_at is null group by 1", &[])
        .await
        .unwrap();
    let contacts = "select count(*) from routiq.contacts where deleted_at is null";
    let contacts: i64 = client.query_one(contacts, &[]).await.unwrap().get(0);
    let days: BTreeMap<String, (i64, i64)> =
        days.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
    let states: BTreeMap<String, i64> = states.iter().map(|row| (row.get(0), row.get(1))).collect();
    let (incoming, outgoing): (i64, i64) = (messages.get(0), messages.get(1));
    let last: Option<Timestamp> = messages.get(2);
    json!({
        "contacts": contacts, "incoming": incoming, "outgoing": outgoing, "last": last.map(|at| format!("{at:.3}")),
        "days": days, "total": states.values().sum::<i64>(),
        "open": states.get("open").copied().unwrap_or_default(),
        "pending": states.get("pending").copied().unwrap_or_default(),
        "resolved": states.get("resolved").copied().unwrap_or_default(),
        "snoozed": states.get("snoozed").copied().unwrap_or_default(),
    })
}

/// The same figures as the rollup keeps them.
async fn kept(house: &House, member: &Member) -> Value {
    let client = house.client(member).await;
    let days = "select day::text, incoming::bigint, outgoing::bigint from routiq.day_figures
                where incoming <> 0 or outgoing <> 0 order by day";
    let days = client.query(days, &[]).await.unwrap();
    let days: BTreeMap<String, (i64, i64)> =
        days.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect();
    let data = written(house, member).await.data.unwrap();
    let chat = &data["metrics"]["chat"];
    let states = &chat["conversations"];
    json!({
        "contacts": chat["contacts"], "incoming": chat["messages"]["incoming"], "outgoing": chat["messages"]["outgoing"],
        "last": chat["messages"]["lastAt"], "days": days, "total": states["total"], "open": states["open"],
        "pending": states["pending"], "resolved": states["resolved"], "snoozed": states["snoozed"],
    })
}

async fn assert_counted(house: &House, member: &Member, when: &str) {
    assert_eq!(kept(house, member).await, from_nothing(house, member).await, "{when}");
    assert_eq!(house.count(member, "routiq.dirty").await, 0, "{when}: marks are left");
}

/// Somebody who only follows patches.
struct Follower {
    listening: Subscription<routiq::work::news::News>,
    document: Value,
    sequence: i64,
}

impl Follower {
    async fn new(house: &House, member: &Member, hub: &Hub) -> Self {
        let listening = hub.subscribe(member.key.organization);
        let written = written(house, member).await;
        let document = written.data.unwrap_or_else(|| json!({}));
        Self { listening, document, sequence: written.number.sequence }
    }

    fn follow(&mut self) {
        while let Some(heard) = self.listening.try_next() {
            let Heard::News(news) = heard else { panic!("{heard:?}") };
            if let What::Change { patch, .. } = &news.what {
                assert_eq!(news.number.sequence, self.sequence + 1, "no number is left out");
                self.sequence += 1;
                apply(&mut self.document, patch);
            }
        }
    }
}

/// Absent and null are the same to whoever follows patches.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), plain(v))).collect()
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn figures_equal_the_platforms_own_ledger() {
    let house = House::new().await;
    let member = house.one();
    let mut driver = house.drive(&member).await;
    let counting = Counting::begin(&house, &member).await;
    counting.settle().await;
    let mut follower = Follower::new(&house, &member, &counting.hub).await;
    driver.settle().await;
    counting.settle().await;
    for _ in 0..3 {
        driver.live(SignedDuration::from_mins(20)).await;
        counting.settle().await;
        assert_counted(&house, &member, "while the practice lives").await;
    }
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    driver.sweep().await;
    counting.settle().await;
    house.assert_equal(&member, "after a sweep").await;

    let truth = house.simulator.ledger(member.seat.account).unwrap();
    let alive: Vec<&str> = truth.conversations.iter().filter(|c| !c.deleted).map(|c| c.id.as_str()).collect();
    let said = |kind: fn(&MessageKind) -> bool| {
        let counted = truth.messages.iter().filter(|m| !m.deleted && !m.private && kind(&m.kind));
        counted.filter(|m| alive.contains(&m.conversation_id.as_str())).count()
    };
    let kept = kept(&house, &member).await;
    assert_eq!(kept["incoming"], said(|kind| matches!(kind, MessageKind::Incoming)));
    assert_eq!(kept["outgoing"], said(|kind| matches!(kind, MessageKind::Outgoing | MessageKind::Template)));
    assert_eq!(kept["total"], alive.len());
    assert_eq!(kept["contacts"], truth.contacts.iter().filter(|contact| !contact.deleted).count());
    follower.follow();
    assert!(follower.sequence > 3, "there were changes to follow");
    let written = written(&house, &member).await;
    assert_eq!(plain(&follower.document), plain(&written.data.unwrap()), "patches lead to the document");
    assert_eq!(written.number.sequence, follower.sequence);
}

/// What a seed does to a practice.
struct Chance {
    dice: StdRng,
    said: u32,
}

impl Chance {
    fn contact(&mut self) -> String {
        format!("c{}", self.dice.random_range(0..6))
    }

    fn conversation(&mut self) -> String {
        format!("v{}", self.dice.random_range(0..9))
    }

    fn records(&mut self, now: Timestamp) -> Vec<Record> {
        let mut records = Vec::new();
        for _ in 0..self.dice.random_range(1..12) {
            records.push(match self.dice.random_range(0..20) {
                0..2 => Record::Contact(Contact {
                    external_id: self.contact(),
                    name: Some(format!("Kim Example {}", self.dice.random_range(0..3))),
                    ..Contact::default()
                }),
                2..5 => Record::Conversation(Conversation {
                    external_id: self.conversation(),
                    contact: Some(self.contact()),
                    status: (*["open", "pending", "resolved", "snoozed", "strange"]
                        .choose(&mut self.dice)
                        .unwrap())
                    .to_owned(),
                    source_created_at: Some(now),
                    ..Conversation::default()
                }),
                5 => Record::Gone { kind: Kind::Contact, external_id: self.contact(), successor: None },
                6 => Record::Gone {
                    kind: Kind::Conversation,
                    external_id: self.conversation(),
                    successor: None,
                },
                7 => Record::Gone {
                    kind: Kind::Message,
                    external_id: format!("m{}", self.dice.random_range(0..self.said.max(1))),
                    successor: None,
                },
                8..11 => self.message(now, None),
                _ => {
                    self.said += 1;
                    self.message(now, Some(self.said - 1))
                }
            });
        }
        records
    }

    /// A new message, or one that is there already with other words, in another place, at another time.
    fn message(&mut self, now: Timestamp, new: Option<u32>) -> Record {
        let id = new.unwrap_or_else(|| self.dice.random_range(0..self.said.max(1)));
        let ago = SignedDuration::from_mins(self.dice.random_range(0..6_000));
        let direction = *[Direction::Incoming, Direction::Outgoing, Direction::Template, Direction::Activity]
            .choose(&mut self.dice)
            .unwrap();
        Record::Message(Message {
            external_id: format!("m{id}"),
            conversation: self.conversation(),
            content: Some(format!("line {}", self.dice.random_range(0..1_000))),
            direction,
            private: self.dice.random_bool(0.1),
            deleted_at_source: self.dice.random_bool(0.1),
            sent_at: self.dice.random_bool(0.95).then(|| now - ago),
            ..Message::default()
        })
    }
}

#[tokio::test]
async fn figures_equal_a_count_from_nothing_whatever_happens() {
    let seeds = if std::env::var_os("ROUTIQ_TEST_SOAK").is_some() { 0..60 } else { 0..4 };
    for seed in seeds {
        let house = House::new().await;
        let member = house.one();
        let mut chance = Chance { dice: StdRng::seed_from_u64(seed), said: 0 };
        let mut counting = Counting::begin(&house, &member).await;
        counting.settle().await;
        let mut follower = Follower::new(&house, &member, &counting.hub).await;
        for round in 0..25 {
            let now = house.hand.now();
            for _ in 0..chance.dice.random_range(1..4) {
                house.hand.advance(SignedDuration::from_mins(chance.dice.random_range(0..200)));
                let records = chance.records(now);
                house.apply(&member, records, house.hand.now()).await;
            }
            match chance.dice.random_range(0..4) {
                // Cut off anywhere: its transaction is gone, or was committed and nobody was told.
                0 => {
                    let moment = Duration::from_micros(chance.dice.random_range(0..8_000));
                    let _cut = tokio::time::timeout(moment, counting.work.roll(counting.lease)).await;
                    let hub = counting.hub.clone();
                    let late = counting;
                    counting = Counting::with(&house, &member, hub).await;
                    assert_eq!(late.work.roll(late.lease).await, Rolled::Fenced, "who was replaced is out");
                    drop(follower);
                    follower = Follower::new(&house, &member, &counting.hub).await;
                }
                1 => {}
                _ => {
                    counting.settle().await;
                    assert_counted(&house, &member, &format!("seed {seed}, round {round}")).await;
                }
            }
        }
        counting.settle().await;
        assert_counted(&house, &member, &format!("seed {seed}, at the end")).await;
        follower.follow();
        let written = written(&house, &member).await;
        assert_eq!(plain(&follower.document), plain(&written.data.unwrap()), "seed {seed}");
    }
}

#[tokio::test]
async fn writers_that_commit_late_and_at_once_are_all_counted() {
    let house = Arc::new(House::new().await);
    let member = house.one();
    let now = house.hand.now();
    let conversation = |at: usize| {
        Record::Conversation(Conversation {
            external_id: format!("v{at}"),
            status: "open".to_owned(),
            source_created_at: Some(now),
            ..Conversation::default()
        })
    };
    house.apply(&member, (0..4).map(conversation).collect(), now).await;
    let counting = Arc::new(Counting::begin(&house, &member).await);
    counting.settle().await;
    let mut writers = Vec::new();
    for writer in 0..4_usize {
        let (house, member) = (Arc::clone(&house), member.clone());
        writers.push(tokio::spawn(async move {
            for line in 0..25 {
                let message = Record::Message(Message {
                    external_id: format!("m{writer}-{line}"),
                    conversation: format!("v{}", (writer + line) % 4),
                    direction: Direction::Incoming,
                    sent_at: Some(now),
                    ..Message::default()
                });
                house.apply(&member, vec![message], now).await;
            }
        }));
    }
    let writing = async {
        for writer in writers {
            writer.await.unwrap();
        }
    };
    tokio::pin!(writing);
    loop {
        tokio::select! {
            biased;
            () = &mut writing => break,
            _ = counting.settle() => tokio::task::yield_now().await,
        }
    }
    counting.settle().await;
    assert_counted(&house, &member, "after four writers").await;
    assert_eq!(kept(&house, &member).await["incoming"], 100);
}

#[tokio::test]
async fn a_page_costs_one_mark_and_what_did_not_change_costs_none() {
    let house = House::new().await;
    let member = house.one();
    let now = house.hand.now();
    let conversation = Conversation {
        external_id: "v".to_owned(),
        status: "open".to_owned(),
        source_created_at: Some(now),
        ..Conversation::default()
    };
    let mut records = vec![Record::Conversation(conversation)];
    records.extend((0..100).map(|line| {
        Record::Message(Message {
            external_id: format!("m{line}"),
            conversation: "v".to_owned(),
            sent_at: Some(now),
            ..Message::default()
        })
    }));
    house.apply(&member, records.clone(), now).await;
    assert_eq!(house.count(&member, "routiq.dirty").await, 1, "one row for a hundred messages");
    house.apply(&member, records, now).await;
    assert_eq!(house.count(&member, "routiq.dirty").await, 1, "unchanged records mark nothing");
    let counting = Counting::begin(&house, &member).await;
    counting.settle().await;
    let before = written(&house, &member).await.number;
    let rename = Record::Contact(Contact { external_id: "c".to_owned(), ..Contact::default() });
    house.apply(&member, vec![rename], now).await;
    counting.settle().await;
    assert_eq!(written(&house, &member).await.number.sequence, before.sequence + 1, "a contact more");
    let renamed = Contact { external_id: "c".to_owned(), name: Some("Kim".to_owned()), ..Contact::default() };
    house.apply(&member, vec![Record::Contact(renamed)], now).await;
    counting.settle().await;
    assert_eq!(written(&house, &member).await.number.sequence, before.sequence + 1, "a name is no figure");
}

#[tokio::test]
async fn midnight_and_age_change_figures_by_the_clock_and_another_zone_counts_anew() {
    let house = House::new().await;
    let member = house.one();
    let mut driver = house.drive(&member).await;
    house.simulator.set_traffic(member.seat.account, 0.0).unwrap();
    driver.settle().await;
    let counting = Counting::begin(&house, &member).await;
    let again_in = counting.settle().await;
    let chat = async || written(&house, &member).await.data.unwrap()["metrics"].clone();
    assert_eq!(chat().await["chat"]["stale"], false, "it was just read");
    assert!(again_in <= Duration::from_secs(120), "it grows stale by itself: {again_in:?}");
    house.hand.advance(SignedDuration::try_from(again_in).unwrap());
    let until_midnight = counting.settle().await;
    assert_eq!(chat().await["chat"]["stale"], true);
    let end = chat().await["endDate"].clone();
    house.hand.advance(SignedDuration::try_from(until_midnight).unwrap());
    counting.settle().await;
    assert!(until_midnight <= Duration::from_secs(3_600), "nobody sleeps longer than an hour");
    for _ in 0..24 {
        house.hand.advance(SignedDuration::from_hours(1));
        counting.settle().await;
    }
    assert_ne!(chat().await["endDate"], end, "the days moved on");
    assert_eq!(chat().await["chat"]["messages"]["today"], 0);
    let changes = house.texts(&member, "select cause from routiq.live_changes order by sequence").await;
    assert_eq!(changes.last().map(String::as_str), Some("clock"), "{changes:?}");

    let moved = "update routiq.organizations set timezone = 'America/Los_Angeles'";
    house.run(&member, moved).await;
    counting.settle().await;
    assert_eq!(chat().await["timezone"], "America/Los_Angeles");
    assert_counted(&house, &member, "in another zone").await;
}

#[tokio::test]
async fn what_people_said_and_are_called_is_nowhere_in_the_news() {
    const SECRETS: [&str; 4] = ["Zebulon", "my knee gave way", "+61491570156", "zebulon@example.org"];
    let house = House::new().await;
    let member = house.one();
    let counting = Counting::begin(&house, &member).await;
    counting.settle().await;
    let mut listening = counting.hub.subscribe(member.key.organization);
    let now = house.hand.now();
    let records = vec![
        Record::Contact(Contact {
            external_id: "c".to_owned(),
            name: Some(SECRETS[0].to_owned()),
            phone: Some(SECRETS[2].to_owned()),
            email: Some(SECRETS[3].to_owned()),
            ..Contact::default()
        }),
        Record::Conversation(Conversation {
            external_id: "v".to_owned(),
            contact: Some("c".to_owned()),
            status: SECRETS[1].to_owned(),
            labels: vec![SECRETS[0].to_owned()],
            source_created_at: Some(now),
            ..Conversation::default()
        }),
        Record::Message(Message {
            external_id: "m".to_owned(),
            conversation: "v".to_owned(),
            content: Some(SECRETS[1].to_owned()),
            direction: Direction::Incoming,
            sent_at: Some(now),
            ..Message::default()
        }),
    ];
    house.apply(&member, records, now).await;
    counting.settle().await;
    let Some(Heard::News(news)) = listening.try_next() else { panic!("nothing was told") };
    let told = format!("{news:?}");
    assert!(told.contains("message_received"), "it is told that something was said: {told}");
    let rows = house.texts(&member, "select t::text from routiq.live_changes t").await.join("\n");
    let marks = house.texts(&member, "select data::text from routiq.organization_figures").await.join("\n");
    for secret in SECRETS {
        for place in [&told, &rows, &marks] {
            assert!(!place.contains(secret), "{secret} is in {place}");
        }
    }
}

#[tokio::test]
async fn changes_are_kept_for_a_while_and_no_longer() {
    let house = House::of(crate::support::practice::Plan {
        practices: vec![practice("Harbour Physio")],
        ..Default::default()
    })
    .await;
    let member = house.one();
    let counting = Counting::begin(&house, &member).await;
    counting.settle().await;
    for at in 0..40 {
        house.hand.advance(SignedDuration::from_mins(1));
        let contact = Contact { external_id: format!("c{at}"), ..Contact::default() };
        house.apply(&member, vec![Record::Contact(contact)], house.hand.now()).await;
        counting.settle().await;
    }
    let kept = house.count(&member, "routiq.live_changes").await;
    assert!((15..=33).contains(&kept), "about a quarter of an hour: {kept}");
    let fence =
        roster::raise_fence(&house.store, member.key.organization, ROLLUP, house.hand.now()).await.unwrap();
    assert_eq!(fence, counting.lease.generation + 1);
    assert_eq!(counting.work.roll(counting.lease).await, Rolled::Fenced);
}
