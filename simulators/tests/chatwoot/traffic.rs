//! Life going on: the same however often one looks, and of every kind.

use jiff::SignedDuration;
use routiq_simulators::chatwoot::{Delivery, Ledger, Settings, What};
use routiq_simulators::population::Practice;

use crate::support::{Lab, Office, ids};

fn busy() -> Practice {
    Practice { events_per_hour: 120.0, ..Practice::default() }
}

fn after_a_day(step: SignedDuration) -> Vec<Ledger> {
    let lab = Lab::new(Settings { seed: 9, ..Settings::default() });
    let seats = lab
        .chat
        .add_practices(&[busy(), Practice { time_zone: "America/Chicago".to_owned(), ..busy() }])
        .unwrap();
    let end = lab.chat.now() + SignedDuration::from_hours(24);
    while lab.chat.now() < end {
        lab.set((lab.chat.now() + step).min(end));
        lab.chat.advance(lab.chat.now());
    }
    seats.iter().map(|seat| lab.chat.ledger(seat.account).unwrap()).collect()
}

#[test]
fn what_happens_does_not_depend_on_how_often_one_looks() {
    let at_once = after_a_day(SignedDuration::from_hours(24));
    assert_eq!(at_once, after_a_day(SignedDuration::from_secs(47)));
    assert!(at_once[0].messages.iter().any(|message| message.status == Delivery::Read));
}

#[test]
fn every_kind_of_change_happens() {
    let lab = Lab::new(Settings { seed: 2, ..Settings::default() });
    lab.chat.add_practice(Practice { events_per_hour: 30.0, ..Practice::default() }).unwrap();
    let mut changes = lab.chat.changes();
    let mut seen = std::collections::BTreeSet::new();
    let end = lab.chat.now() + SignedDuration::from_hours(24 * 6);
    let mut last = lab.chat.now();
    while lab.chat.now() < end {
        lab.pass(3600);
        lab.chat.advance(lab.chat.now());
        while let Ok(change) = changes.try_recv() {
            assert!(change.at <= lab.chat.now() && change.at >= last, "in the order of time");
            last = change.at;
            seen.insert(match change.what {
                What::ContactCreated { .. } => "contact created",
                What::ContactUpdated { .. } => "contact updated",
                What::ContactDeleted { .. } => "contact deleted",
                What::ContactsMerged { .. } => "contacts merged",
                What::ConversationCreated { .. } => "conversation created",
                What::ConversationUpdated { .. } => "conversation updated",
                What::ConversationStatusChanged { .. } => "status changed",
                What::ConversationDeleted { .. } => "conversation deleted",
                What::MessageCreated { .. } => "message created",
                What::MessageUpdated { .. } => "message updated",
            });
        }
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
}

#[test]
fn the_rate_is_the_one_ordered_and_can_be_changed() {
    let lab = Lab::new(Settings::default());
    let practice = Practice { events_per_hour: 50.0, ..Practice::default() };
    let seat = lab.chat.add_practice(practice).unwrap();
    let mut changes = lab.chat.changes();
    let week = |lab: &Lab, changes: &mut tokio::sync::broadcast::Receiver<_>| {
        let mut count = 0;
        for _ in 0..24 * 7 {
            lab.pass(3600);
            lab.chat.advance(lab.chat.now());
            while let Ok(change) = changes.try_recv() {
                let change: routiq_simulators::chatwoot::Change = change;
                count += u32::from(matches!(change.what, What::MessageCreated { .. }));
            }
        }
        count
    };
    // Seven events of ten bring one message, some bring two.
    let messages = week(&lab, &mut changes);
    assert!((5_000..9_000).contains(&messages), "{messages}");
    lab.chat.set_traffic(seat.account, 0.0).unwrap();
    assert_eq!(week(&lab, &mut changes), 0);
}

#[tokio::test]
async fn a_live_installation_catches_up_before_it_answers() {
    let lab = Lab::new(Settings { live: true, ..Settings::default() });
    let seat = lab.chat.add_practice(busy()).unwrap();
    let office = Office { account: seat.account, inbox: 0, user: 0, token: seat.administrator };
    let before = lab.chat.counts(office.account).unwrap();
    lab.pass(24 * 3600);
    let window = lab.ok(&office, "conversations?status=all&updated_within=86400").await;
    assert!(ids(&window).len() > 20);
    assert!(lab.chat.counts(office.account).unwrap().messages > before.messages + 100);
}
