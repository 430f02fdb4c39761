//! Invented practices: the same from the same seed, believable, quick.

use std::collections::BTreeSet;
use std::time::Instant;

use routiq_simulators::chatwoot::{Ledger, MessageKind, Settings, Status};
use routiq_simulators::names::Region;
use routiq_simulators::population::Practice;

use crate::support::Lab;

fn truth(seed: u64, practices: &[Practice]) -> Vec<Ledger> {
    let lab = Lab::new(Settings { seed, ..Settings::default() });
    let seats = lab.chat.add_practices(practices).unwrap();
    seats.iter().map(|seat| lab.chat.ledger(seat.account).unwrap()).collect()
}

#[test]
fn the_seed_decides_everything() {
    let practices = [Practice::default(), Practice { region: Region::Us, ..Practice::default() }];
    assert_eq!(truth(5, &practices), truth(5, &practices));
    assert_ne!(truth(5, &practices)[0].messages, truth(6, &practices)[0].messages);
}

#[test]
fn a_practice_has_what_was_ordered_in_believable_proportions() {
    let practice = Practice { contacts: 900, conversations: 400, ..Practice::default() };
    let ledger = &truth(3, &[practice])[0];
    assert_eq!(ledger.conversations.len(), 400);
    assert!((820..=900).contains(&ledger.contacts.len()), "some visitors never wrote");
    let phones: BTreeSet<_> = ledger.contacts.iter().filter_map(|c| c.phone_number.as_ref()).collect();
    assert!((550..=750).contains(&phones.len()));
    assert!(phones.iter().all(|phone| phone.starts_with("+6149157")));
    let messages = &ledger.messages;
    assert!((3600..=7500).contains(&messages.len()), "{}", messages.len());
    let share = |count: usize| count as f64 / messages.len() as f64;
    assert!((0.03..0.07).contains(&share(messages.iter().filter(|m| m.private).count())));
    assert!((0.02..0.07).contains(&share(messages.iter().filter(|m| !m.attachments.is_empty()).count())));
    assert!(messages.iter().any(|m| m.deleted) && messages.iter().any(|m| m.kind == MessageKind::Template));
    assert!(messages.iter().any(|m| m.content.is_none()));
    for status in [Status::Open, Status::Resolved, Status::Pending, Status::Snoozed] {
        assert!(ledger.conversations.iter().any(|c| c.status == status), "{status:?}");
    }
    let out_of_order = messages.windows(2).filter(|pair| pair[0].created_at > pair[1].created_at).count();
    assert!(out_of_order > 5, "imported messages have high ids and old times");
}

#[test]
fn accounts_of_one_installation_share_the_sequence_of_message_ids() {
    let ledgers = truth(4, &[Practice::default(), Practice::default()]);
    let ids = |ledger: &Ledger| -> BTreeSet<i64> {
        ledger.messages.iter().map(|message| message.id.parse().unwrap()).collect()
    };
    let (one, two) = (ids(&ledgers[0]), ids(&ledgers[1]));
    assert!(one.is_disjoint(&two));
    assert!(one.first() < two.last() && two.first() < one.last(), "they take turns");
}

#[test]
fn a_hundred_thousand_messages_are_made_quickly() {
    let lab = Lab::new(Settings::default());
    let practice = Practice {
        contacts: 5_000,
        conversations: 5_000,
        messages_per_conversation: 20.0,
        history_days: 720,
        ..Practice::default()
    };
    let begun = Instant::now();
    let seat = lab.chat.add_practice(practice).unwrap();
    let took = begun.elapsed();
    let counts = lab.chat.counts(seat.account).unwrap();
    assert!(counts.messages > 85_000, "{counts:?}");
    println!("{} messages in {took:?}", counts.messages);
    // Generous: an unoptimised build on a busy machine.
    assert!(took.as_secs() < 30, "{took:?}");
}
