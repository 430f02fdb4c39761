//! Freshness is honest: whatever a stream claims to be proven up to, everything the platform had at that time, and still
//! has, stands in the tables as it was then or later.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
};

use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng, rngs::StdRng};
use routiq::store::{ledger, state};
use routiq_simulators::{
    chatwoot::{Fault, Ledger, On, Version, When},
    population::Practice,
};

use crate::support::practice::{House, Member, Plan, practice};

/// What the platform had, moment by moment: each record's words, by stream and id.
type Moment = BTreeMap<(&'static str, String), String>;

const UNLISTED: &str = "there";

fn moment(truth: &Ledger) -> Moment {
    let contacts = truth.contacts.iter().filter(|row| !row.deleted).map(|row| {
        // Nothing tells when somebody without any address is renamed: only that they are there is claimed.
        if row.email.is_none() && row.phone_number.is_none() && row.identifier.is_none() {
            return (("contacts", row.id.clone()), UNLISTED.to_owned());
        }
        let words = (&row.name, &row.email, &row.phone_number, &row.identifier, row.blocked);
        (("contacts", row.id.clone()), format!("{words:?}"))
    });
    let conversations = truth.conversations.iter().filter(|row| !row.deleted).map(|row| {
        let words = (word(&row.status), row.priority.map(|p| word(&p)), &row.labels, &row.contact_id);
        (("conversations", row.id.clone()), format!("{words:?}"))
    });
    let messages = truth
        .messages
        .iter()
        .map(|row| (("messages", row.id.clone()), format!("{:?}", (&row.conversation_id, row.created_at))));
    contacts.chain(conversations).chain(messages).collect()
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

async fn held(house: &House, member: &Member) -> (Moment, HashMap<String, Option<Timestamp>>) {
    let mut session = house.store.session(member.key.organization).await.unwrap();
    let tenant = session.begin(None).await.unwrap();
    let rows = ledger::read(&tenant, member.key.account).await.unwrap();
    let figures = state::figures(&tenant, member.key.account).await.unwrap();
    let contacts = rows.contacts.iter().filter(|row| !row.deleted).map(|row| {
        if row.email.is_none() && row.phone_original.is_none() && row.identifier.is_none() {
            return (("contacts", row.external_id.clone()), UNLISTED.to_owned());
        }
        let name = row.name.clone().unwrap_or_default();
        let words = (&name, &row.email, &row.phone_original, &row.identifier, row.blocked);
        (("contacts", row.external_id.clone()), format!("{words:?}"))
    });
    let conversations = rows.conversations.iter().filter(|row| !row.deleted).map(|row| {
        let words = (&row.status, &row.priority, &row.labels, row.contact.clone().unwrap_or_default());
        (("conversations", row.external_id.clone()), format!("{words:?}"))
    });
    let messages = rows.messages.iter().filter(|row| !row.deleted).map(|row| {
        (("messages", row.external_id.clone()), format!("{:?}", (&row.conversation, row.sent_at.unwrap())))
    });
    let proven = figures.into_iter().map(|(stream, figures)| (stream, figures.proven_until)).collect();
    (contacts.chain(conversations).chain(messages).collect(), proven)
}

/// Every moment of the platform at which somebody asked it something.
#[derive(Default)]
struct Chronicle(Vec<(Timestamp, Moment)>);

impl Chronicle {
    fn note(&mut self, at: Timestamp, truth: &Ledger) {
        let moment = moment(truth);
        if self.0.last().is_none_or(|(_, last)| *last != moment) {
            self.0.push((at, moment));
        }
    }

    /// What contradicts the claim that everything of `stream` up to `proven` is held.
    fn lies(&self, stream: &str, proven: Timestamp, held: &Moment) -> Vec<String> {
        let since = self.0.iter().rposition(|(at, _)| *at <= proven);
        let Some(since) = since else { return Vec::new() };
        let (claimed, last) = (&self.0[since].1, &self.0.last().unwrap().1);
        claimed
            .keys()
            .filter(|key| key.0 == stream && last.contains_key(*key))
            .filter(|key| {
                let mut words = self.0[since..].iter().filter_map(|(_, moment)| moment.get(*key));
                held.get(*key).is_none_or(|held| !words.any(|words| words == held))
            })
            .map(|key| format!("{key:?}: {:?}, held {:?}", &claimed[key], held.get(key)))
            .collect()
    }
}

#[tokio::test]
async fn nothing_is_claimed_that_is_not_there() {
    let seeds = if std::env::var("ROUTIQ_TEST_SOAK").is_ok_and(|soak| soak == "1") { 60 } else { 4 };
    for seed in 1..=seeds {
        let version = [Version::V4_15, Version::V4_0, Version::V3_13][usize::try_from(seed % 3).unwrap()];
        let small = Practice {
            contacts: 17,
            conversations: 27,
            events_per_hour: 400.0,
            ..practice("Harbour Physio")
        };
        let house = House::of(Plan { seed, version, practices: vec![small], ..Plan::default() }).await;
        let member = house.one();
        let chronicle = Arc::new(Mutex::new(Chronicle::default()));
        let (simulator, hand, account) = (house.simulator.clone(), house.hand.clone(), member.seat.account);
        let noting = chronicle.clone();
        let note = move || noting.lock().unwrap().note(hand.now(), &simulator.ledger(account).unwrap());
        note();
        let hooked = note.clone();
        house.hook(move |_, answer| {
            hooked();
            answer
        });
        let mut dice = StdRng::seed_from_u64(seed);
        for fault in [Fault::Html(502), Fault::Timeout, Fault::RateLimited, Fault::MalformedJson] {
            house.simulator.fault(fault, On::default(), When::Chance(dice.random_range(0.0..0.06)));
        }
        house.simulator.fault(Fault::DuplicateRows, On::default(), When::Chance(0.1));
        let mut driver = house.drive(&member).await;
        let mut claims = 0;
        let mut last = HashMap::new();
        let end = house.hand.now() + SignedDuration::from_mins(40);
        while house.hand.now() < end {
            // The world moves on between requests too.
            house.simulator.advance(house.hand.now());
            note();
            driver.turn().await;
            if let crate::support::practice::Next::Rest(until, _) = &driver.next {
                house.hand.advance_to((*until).min(house.hand.now() + SignedDuration::from_secs(40)));
            }
            if dice.random_bool(0.02) {
                driver = house.drive(&member).await;
            }
            let (rows, proven) = held(&house, &member).await;
            if proven == last {
                continue;
            }
            for (stream, claim) in &proven {
                let Some(claim) = claim else { continue };
                assert!(*claim <= house.hand.now(), "seed {seed}: {stream} is proven in the future");
                let lies = chronicle.lock().unwrap().lies(stream, *claim, &rows);
                assert!(
                    lies.is_empty(),
                    "seed {seed} at {}: proven until {claim}, but {lies:?}",
                    house.hand.now()
                );
                claims += 1;
            }
            last = proven;
        }
        assert!(claims > 30, "seed {seed}: {claims} claims prove little");
        assert!(
            last.values().all(Option::is_some) && last.len() == 5,
            "every stream proves itself: {last:?}"
        );
    }
}
